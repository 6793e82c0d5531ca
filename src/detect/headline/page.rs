//! What is said of a page as a whole: its name, and that it is gone, back, or as it once was.

use jiff::civil::Date;

use super::speech::Speech;
use crate::model::{Language, Source};

/// "TikTok · Rules: back to the text of 3 March 2026".
pub(crate) fn back_to(source: &Source, day: Date, language: Language) -> String {
    let speech = Speech { language };
    let back = speech.say("back to the text of", "снова текст от");
    format!("{}: {back} {}", name(source), speech.date(day, true))
}

/// "TikTok · community guidelines": a document by its configured name.
pub(crate) fn document_name(source: &Source, document: &str) -> String {
    let spelt = document.replace(['-', '_'], " ");
    let Some(platform) = &source.platform else {
        return spelt;
    };
    let rest = spelt.strip_prefix(&platform.to_lowercase()).map(str::trim);
    let rest = rest.filter(|rest| !rest.is_empty()).unwrap_or(&spelt);
    format!("{platform} · {rest}")
}

/// "3 pages changed".
pub(crate) fn pages_changed(n: usize, language: Language) -> String {
    Speech { language }.counted(
        n,
        ["page changed", "pages changed"],
        ["страница изменена", "страницы изменены", "страниц изменено"],
    )
}

/// "TikTok · Rules: the page is gone (404)", or where its text is now.
pub(crate) fn gone(
    source: &Source,
    status: u16,
    moved: Option<&str>,
    language: Language,
) -> String {
    let speech = Speech { language };
    let what = match moved {
        Some(to) => format!(
            "{} {}",
            speech.say("moved to", "перенесено:"),
            speech.quoted(to)
        ),
        None => format!(
            "{} ({status})",
            speech.say("the page is gone", "страница исчезла")
        ),
    };
    format!("{}: {what}", name(source))
}

/// "TikTok · Rules: the page is back".
pub(crate) fn back_again(source: &Source, language: Language) -> String {
    let speech = Speech { language };
    let what = speech.say("the page is back", "страница вернулась");
    format!("{}: {what}", name(source))
}

/// "over after 2 h 10 min".
pub(crate) fn over_after(span: jiff::SignedDuration, language: Language) -> String {
    let speech = Speech { language };
    let (days, hours, minutes) = (
        span.as_hours() / 24,
        span.as_hours() % 24,
        span.as_mins() % 60,
    );
    let units = [
        (days, speech.say("d", "дн.")),
        (hours, speech.say("h", "ч")),
        (minutes, speech.say("min", "мин")),
    ];
    let said: Vec<String> = units
        .into_iter()
        .skip_while(|(n, _)| *n == 0)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    let said = if said.is_empty() {
        format!("1 {}", speech.say("min", "мин"))
    } else {
        said.join(" ")
    };
    format!("{} {said}", speech.say("over after", "восстановлено через"))
}

/// "Platform · Document", without saying the platform twice.
pub(crate) fn name(source: &Source) -> String {
    let Some(platform) = &source.platform else {
        return source.title.clone();
    };
    let fold = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let mut words = source.title.split_whitespace();
    match words.next() {
        Some(first) if fold(first) == fold(platform) => {
            let rest: Vec<&str> = words.collect();
            let rest = rest.join(" ");
            let rest = rest.trim_start_matches(['·', '—', '-', ':', ' ']);
            if rest.is_empty() {
                first.to_owned()
            } else {
                format!("{first} · {rest}")
            }
        }
        _ => format!("{platform} · {}", source.title),
    }
}
