//! The tables of a digest that looks back: this span against the one before, shares of voice, the log of
//! rules, dates that come, topics.
//!
//! Counts are of stories, not of findings: what five media told is one. Numbers are compared with the
//! span of the same length just before; where nothing was known then, nothing is compared.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::civil::Date;
use serde::Serialize;

use super::dates::Dates;
use super::headline::{headline, platform_name};
use super::instant::topic_of;
use super::numbers::{decimal, percent};
use super::story::source_title;
use super::words::Words;
use crate::model::{DigestSpec, Evidence, Finding, FindingId, FindingKind, Role};

/// Rows of one table; the rest is counted.
const ROWS: usize = 12;
/// Kinds that are compared, in their order.
const KINDS: [FindingKind; 7] = [
    FindingKind::RuleChange,
    FindingKind::NewItem,
    FindingKind::Outage,
    FindingKind::Trend,
    FindingKind::Hit,
    FindingKind::Flop,
    FindingKind::Silence,
];

/// What a digest that looks back has to tell besides its cards. Suppressed findings are not among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// Found in this span, oldest first.
    pub now: Vec<(FindingId, Finding)>,
    /// Found in the span of the same length before; `None` if the watch had not begun by then.
    pub before: Option<Vec<(FindingId, Finding)>>,
    /// In force from a date within the days to come, nearest first.
    pub ahead: Vec<(FindingId, Finding)>,
    /// All dates to come that were told or might have been, nearest first: for calendars.
    pub open: Vec<(FindingId, Finding)>,
    /// Groups of watched topics that share the voice, each greatest first.
    pub voices: Vec<Vec<Voice>>,
}

impl Review {
    /// Drops every finding that is not wanted.
    pub fn retain(&mut self, wanted: impl Fn(&Finding) -> bool) {
        let lists = [&mut self.now, &mut self.ahead, &mut self.open];
        for list in lists.into_iter().chain(self.before.as_mut()) {
            list.retain(|(_, finding)| wanted(finding));
        }
    }
}

/// A watched topic's part of its group's voice in this span.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// The topic's title.
    pub title: String,
    /// Is it our own brand?
    pub is_own: bool,
    /// Mentions.
    pub mentions: u64,
    /// Of the group's, 0–1; `None` when nobody was mentioned.
    pub share: Option<f64>,
    /// The share in the span before, where most of it is known.
    pub before: Option<f64>,
}

/// A table as templates see it: plain texts in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Table {
    /// Name in data.
    pub(super) id: &'static str,
    /// Title in words.
    pub(super) title: String,
    /// Names of its columns.
    pub(super) head: Vec<String>,
    /// Its rows, each as wide as the head.
    pub(super) rows: Vec<Vec<String>>,
    /// How many rows are not shown.
    pub(super) more: Option<String>,
}

/// The tables that have rows.
pub(super) fn tables(
    spec: &DigestSpec,
    review: &Review,
    words: Words,
    dates: &Dates,
) -> Vec<Table> {
    let meant = |found: &[(FindingId, Finding)]| -> Vec<(FindingId, Finding)> {
        let of_tags = |finding: &Finding| {
            spec.tags.is_empty() || finding.tags.iter().any(|tag| spec.tags.contains(tag))
        };
        let kept = found.iter().filter(|(_, finding)| of_tags(finding));
        one_each(kept.cloned())
    };
    let now = meant(&review.now);
    let before = review.before.as_deref().map(meant);
    let tables = [
        compared(&now, before.as_deref(), words),
        voice(&review.voices, words),
        rule_log(&now, words, dates),
        deadlines(&meant(&review.ahead), words, dates),
        topics(&now, words, dates),
    ];
    tables.into_iter().flatten().collect()
}

/// One finding of each story, the most believable, where its first one stood.
pub fn one_each(
    found: impl IntoIterator<Item = (FindingId, Finding)>,
) -> Vec<(FindingId, Finding)> {
    let mut kept: Vec<(FindingId, Finding)> = Vec::new();
    let mut places = HashMap::new();
    for (id, finding) in found {
        match places.entry(topic_of(id, &finding)) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push((id, finding));
            }
            Entry::Occupied(place) => {
                let known = &mut kept[*place.get()];
                if finding.role.belief() < known.1.role.belief() {
                    *known = (id, finding);
                }
            }
        }
    }
    kept
}

fn table(
    id: &'static str,
    columns: &[&str],
    rows: Vec<Vec<String>>,
    words: Words,
) -> Option<Table> {
    if rows.is_empty() {
        return None;
    }
    let more = rows.len().saturating_sub(ROWS);
    Some(Table {
        id,
        title: words.say(&format!("table-{id}")),
        head: columns
            .iter()
            .map(|column| words.say(&format!("column-{column}")))
            .collect(),
        rows: rows.into_iter().take(ROWS).collect(),
        more: (more > 0).then(|| words.say_with("table-more", &[("count", more.into())])),
    })
}

fn compared(
    now: &[(FindingId, Finding)],
    before: Option<&[(FindingId, Finding)]>,
    words: Words,
) -> Option<Table> {
    let before = before?;
    let count = |found: &[(FindingId, Finding)], kind| {
        found
            .iter()
            .filter(|(_, finding)| finding.kind == kind)
            .count()
    };
    let written = |n: usize| decimal(words.language, n as f64, 0);
    let rows = KINDS.into_iter().filter_map(|kind| {
        let (here, there) = (count(now, kind), count(before, kind));
        let sign = match here.cmp(&there) {
            std::cmp::Ordering::Greater => format!("+{}", written(here - there)),
            std::cmp::Ordering::Less => format!("−{}", written(there - here)),
            std::cmp::Ordering::Equal => "=".to_owned(),
        };
        let name = words.say(&format!("kind-{}", kind.name()));
        (here + there > 0).then(|| vec![name, written(here), written(there), sign])
    });
    table(
        "compared",
        &["what", "now", "before", "change"],
        rows.collect(),
        words,
    )
}

/// Mentions of a brand over those of its whole group × 100, against the span before.
fn voice(groups: &[Vec<Voice>], words: Words) -> Option<Table> {
    let spoken = groups
        .iter()
        .filter(|group| group.iter().any(|v| v.mentions > 0));
    let rows = spoken.flatten().map(|voice| {
        vec![
            voice.title.clone(),
            decimal(words.language, voice.mentions as f64, 0),
            share(voice, words).map_or_else(|| "—".to_owned(), |share| bar(voice, &share)),
            // what was not watched then is not compared
            moved(voice, words).unwrap_or_else(|| "—".to_owned()),
        ]
    });
    let columns = ["topic", "mentions", "share", "change"];
    table("voice", &columns, rows.collect(), words)
}

/// A share with a bar of it: `31 % ▇▇▇`.
fn bar(voice: &Voice, share: &str) -> String {
    let blocks = (voice.share.unwrap_or_default() * 10.0).round() as usize;
    format!("{share} {}", "▇".repeat(blocks))
        .trim_end()
        .to_owned()
}

fn share(voice: &Voice, words: Words) -> Option<String> {
    voice.share.map(|share| percent(words.language, share))
}

/// By how many percentage points a share rose or fell: `+4`.
fn moved(voice: &Voice, words: Words) -> Option<String> {
    let points = ((voice.share? - voice.before?) * 100.0).round();
    let written = decimal(words.language, points.abs(), 0);
    Some(match points {
        p if p > 0.0 => format!("+{written}"),
        p if p < 0.0 => format!("−{written}"),
        _ => "=".to_owned(),
    })
}

/// Our own brand's share of voice for a subject: `31 % (+4)`.
pub(super) fn own_share(groups: &[Vec<Voice>], words: Words) -> Option<String> {
    let own = groups.iter().flatten().find(|voice| voice.is_own)?;
    let share = share(own, words)?;
    Some(match moved(own, words) {
        Some(moved) => format!("{share} ({moved})"),
        None => share,
    })
}

/// Changes of rules, by page or by entry of an official changelog: gravest first, then by date.
fn rule_log(now: &[(FindingId, Finding)], words: Words, dates: &Dates) -> Option<Table> {
    let official = |finding: &Finding| matches!(finding.role, Role::Official | Role::Regulator);
    let mut rules: Vec<&(FindingId, Finding)> = now
        .iter()
        .filter(|(_, finding)| match finding.kind {
            FindingKind::RuleChange => true,
            FindingKind::NewItem => official(finding) && finding.class.is_some(),
            _ => false,
        })
        .collect();
    rules.sort_by_key(|(id, finding)| {
        (
            std::cmp::Reverse(finding.severity),
            finding.detected_at,
            *id,
        )
    });
    let rows = rules.into_iter().map(|(id, finding)| {
        vec![
            dates.short(dates.date(finding.detected_at)),
            whose(finding, words),
            headline(finding, words).0,
            words.say(&format!("severity-{}", finding.severity.name())),
            id.to_string(),
        ]
    });
    let columns = ["date", "where", "title", "severity", "id"];
    table("rules", &columns, rows.collect(), words)
}

fn deadlines(ahead: &[(FindingId, Finding)], words: Words, dates: &Dates) -> Option<Table> {
    let mut coming: Vec<(Date, &(FindingId, Finding))> = ahead
        .iter()
        .filter_map(|found| Some((found.1.effective?, found)))
        .filter(|(date, _)| *date >= dates.today())
        .collect();
    coming.sort_by_key(|(date, (id, _))| (*date, *id));
    let rows = coming.into_iter().map(|(date, (id, finding))| {
        let title = headline(finding, words).0;
        vec![
            dates.day(date),
            whose(finding, words),
            title,
            id.to_string(),
        ]
    });
    table(
        "deadlines",
        &["from", "where", "title", "id"],
        rows.collect(),
        words,
    )
}

fn topics(now: &[(FindingId, Finding)], words: Words, dates: &Dates) -> Option<Table> {
    let counted = |finding: &Finding| {
        let is_count = |e: &&Evidence| e.kind == "count" && e.place.as_deref() == Some("owners");
        let found = finding.evidence.iter().find(is_count);
        found.and_then(|e| e.after.as_deref()?.parse::<u32>().ok())
    };
    let trends = now.iter().filter(|(_, f)| f.kind == FindingKind::Trend);
    let mut trends: Vec<(u32, &(FindingId, Finding))> = trends
        .map(|found| (counted(&found.1).unwrap_or(0), found))
        .collect();
    trends.sort_by_key(|(owners, (id, _))| (std::cmp::Reverse(*owners), *id));
    let rows = trends.into_iter().map(|(owners, (id, finding))| {
        let first = finding.published_at.unwrap_or(finding.detected_at);
        vec![
            headline(finding, words).0,
            // missing is not zero
            if owners == 0 {
                "—".to_owned()
            } else {
                owners.to_string()
            },
            dates.short(dates.date(first)),
            id.to_string(),
        ]
    });
    table(
        "topics",
        &["topic", "owners", "first", "id"],
        rows.collect(),
        words,
    )
}

fn whose(finding: &Finding, words: Words) -> String {
    let platform = finding.platform.as_deref();
    platform.map_or_else(|| source_title(finding), |id| platform_name(id, words))
}
