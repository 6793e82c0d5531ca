//! A new name as a finding: what a reader may be told of it.

use jiff::Timestamp;

use super::watch::day_of;
use crate::model::{
    Evidence, Finding, FindingKind, Language, NameKey, NewName, Severity, Source, TrendId,
    TrendStage, Wording,
};

/// Owners from which a new name is important rather than good to know.
const BROAD: usize = 5;
/// Items named as evidence.
const NAMED: usize = 5;
/// Longest quote, in characters.
const QUOTE: usize = 220;

/// One of the first uses of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstUse {
    /// Who.
    pub owner: String,
    /// The sentence with the name.
    pub quote: String,
    /// Where.
    pub link: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The finding of a new name at `now`, under `lead`, the source of its best item.
pub fn first_seen_finding(
    key: NameKey,
    name: &NewName,
    uses: &[FirstUse],
    trend: Option<(TrendId, TrendStage)>,
    planned: Option<&str>,
    lead: &Source,
    now: Timestamp,
) -> Finding {
    let seen = |kind: &str, value: String, place: Option<String>| Evidence {
        kind: kind.to_owned(),
        before: None,
        after: Some(value),
        place,
    };
    let place = |text: &str| Some(text.to_owned());
    let mut evidence = vec![
        seen("count", name.owners.to_string(), place("owners")),
        seen("count", name.unseen_days.to_string(), place("unseen_days")),
        seen("count", name.launched.to_string(), place("launched")),
        seen("count", name.sorted.to_string(), place("sorted")),
    ];
    if let Some((id, stage)) = trend {
        evidence.push(seen("trend", id.to_string(), place(stage.name())));
    }
    if let Some(day) = name.planned {
        evidence.push(seen("effective", day.to_string(), None));
        evidence.extend(planned.map(|sentence| seen("quote", cut(sentence), None)));
    }
    evidence.extend(uses.iter().take(NAMED).map(|first| {
        let said = format!("{}: {}", first.owner, cut(&first.quote));
        seen("item", said, first.link.clone())
    }));
    let days = day_of(now) - day_of(name.first_at) + 1;
    let quote = uses.first().map_or(String::new(), |first| {
        format!(" {}: {}", first.owner, cut(&first.quote))
    });
    let sort = name.sort.as_deref();
    Finding {
        confidence: name.confidence.clamp(0.0, 0.99),
        title: format!("{}: {}", sort_in(sort, Language::En), name.name),
        gist: format!(
            "{} owners within {days} d, nobody in {} d before.{quote}",
            name.owners, name.unseen_days
        ),
        wordings: vec![Wording {
            language: Language::Ru,
            title: format!("{}: {}", sort_in(sort, Language::Ru), name.name),
            gist: format!(
                "Источников за {days} дн.: {}; до того {} дн. не встречалось.{quote}",
                name.owners, name.unseen_days
            ),
        }],
        url: uses.iter().find_map(|first| first.link.clone()),
        published_at: Some(name.first_at),
        effective: name.planned,
        topic_key: format!("name:{:x}", key.0),
        evidence,
        ..Finding::about(
            lead,
            FindingKind::FirstSeen,
            if name.owners >= BROAD {
                Severity::Important
            } else {
                Severity::Informational
            },
            now,
        )
    }
}

/// `New service`, «Новый сервис».
fn sort_in(sort: Option<&str>, language: Language) -> &'static str {
    let (english, russian) = match sort {
        Some("app") => ("New app", "Новое приложение"),
        Some("service") => ("New service", "Новый сервис"),
        Some("feature") => ("New feature", "Новая функция"),
        Some("tool") => ("New tool", "Новый инструмент"),
        Some("platform") => ("New platform", "Новая платформа"),
        Some("bot") => ("New bot", "Новый бот"),
        Some("assistant") => ("New assistant", "Новый ассистент"),
        Some("model") => ("New model", "Новая модель"),
        Some("browser") => ("New browser", "Новый браузер"),
        Some("extension") => ("New extension", "Новое расширение"),
        Some("format") => ("New format", "Новый формат"),
        Some("subscription") => ("New subscription", "Новая подписка"),
        Some("marketplace") => ("New marketplace", "Новый маркетплейс"),
        Some("device") => ("New device", "Новое устройство"),
        Some("chip") => ("New chip", "Новый чип"),
        Some("messenger") => ("New messenger", "Новый мессенджер"),
        Some("network") => ("New network", "Новая сеть"),
        Some("hashtag") => ("New hashtag", "Новый хештег"),
        _ => ("New name", "Новое название"),
    };
    match language {
        Language::Ru => russian,
        Language::En => english,
    }
}

fn cut(quote: &str) -> String {
    let whole = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = whole.chars().take(QUOTE).collect();
    if cut.len() < whole.len() {
        cut.push('…');
    }
    cut
}
