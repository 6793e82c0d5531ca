//! What is said of a page as a whole: its name, and that it is gone, back, or as it once was.

use jiff::civil::Date;

use super::speech::Speech;
use crate::detect::vanished::Vanished;
use crate::model::{Language, Source, names_platform, platform_name};

/// "TikTok · Rules: back to the text of 3 March 2026".
pub(crate) fn back_to(source: &Source, day: Date, language: Language) -> String {
    let speech = Speech { language };
    let back = speech.say("back to the text of", "снова текст от");
    format!(
        "{}: {back} {}",
        name(source, language),
        speech.date(day, true)
    )
}

/// "…: minimum age 18 → 16, as on 3 March 2026": a part of a page that is as it was.
pub(crate) fn as_before(title: &str, day: Date, language: Language) -> String {
    let speech = Speech { language };
    let as_on = speech.say("as on", "как было");
    format!("{title}, {as_on} {}", speech.date(day, true))
}

/// "TikTok · community guidelines": a document by its configured name.
pub(crate) fn document_name(source: &Source, document: &str, language: Language) -> String {
    let spelt = spelt(document);
    let Some(platform) = &source.platform else {
        return spelt;
    };
    let rest = spelt.strip_prefix(&platform.to_lowercase()).map(str::trim);
    let rest = rest.filter(|rest| !rest.is_empty()).unwrap_or(&spelt);
    format!("{} · {rest}", platform_name(platform, language))
}

/// "3 pages changed".
pub(crate) fn pages_changed(n: usize, language: Language) -> String {
    Speech { language }.counted(
        n,
        ["page changed", "pages changed"],
        ["страница изменена", "страницы изменены", "страниц изменено"],
    )
}

/// "TikTok · Rules: the page is gone (404)", or where its address leads.
pub(crate) fn gone(source: &Source, how: &Vanished, language: Language) -> String {
    let speech = Speech { language };
    let gone = speech.say("the page is gone", "страница исчезла");
    let what = match how {
        Vanished::Status(status) => format!("{gone} ({status})"),
        Vanished::Stub => speech
            .say(
                "nothing is left of the page's text",
                "от текста страницы ничего не осталось",
            )
            .to_owned(),
        Vanished::LedTo(url) => {
            let leads = speech.say("its address leads to", "её адрес ведёт на");
            let short = url.as_str().trim_start_matches("https://");
            format!("{gone}, {leads} {}", short.trim_end_matches('/'))
        }
    };
    format!("{}: {what}", name(source, language))
}

/// "TikTok · Rules: moved to “Live”", "split into “Live” and “Ads”".
pub(crate) fn moved(source: &Source, there: &[&str], language: Language) -> String {
    let speech = Speech { language };
    let titles: Vec<String> = there.iter().take(3).map(|to| speech.quoted(to)).collect();
    let and = match there.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" {} {more}", speech.say("and", "и ещё")),
    };
    let what = match titles.as_slice() {
        [to] => format!("{} {to}", speech.say("moved to", "перенесено:")),
        [one, other] => format!(
            "{} {one} {} {other}",
            speech.say("split into", "разделено:"),
            speech.say("and", "и")
        ),
        many => {
            let more = if and.is_empty() || language == Language::Ru {
                String::new()
            } else {
                " more".to_owned()
            };
            format!(
                "{} {}{and}{more}",
                speech.say("split into", "разделено:"),
                many.join(", ")
            )
        }
    };
    format!("{}: {what}", name(source, language))
}

/// "TikTok · Rules: the page is back".
pub(crate) fn back_again(source: &Source, language: Language) -> String {
    let speech = Speech { language };
    let what = speech.say("the page is back", "страница вернулась");
    format!("{}: {what}", name(source, language))
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

/// "Platform · Document", the platform as people write it and never twice.
///
/// A title that names the platform in its own words keeps them.
pub(crate) fn name(source: &Source, language: Language) -> String {
    let title = spelt(&source.title);
    let Some(platform) = &source.platform else {
        return title;
    };
    let called = platform_name(platform, language);
    if title.is_empty() {
        return called.to_owned();
    }
    let said = [
        called,
        platform_name(platform, Language::En),
        platform_name(platform, Language::Ru),
        platform,
    ];
    let fold = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    for form in said {
        let starts = fold(&title).starts_with(&fold(form)) && title.is_char_boundary(form.len());
        let Some(rest) = title.get(form.len()..).filter(|_| starts) else {
            continue;
        };
        if rest.starts_with(char::is_alphanumeric) {
            continue;
        }
        let first = &title[..form.len()];
        let first = if first == platform { called } else { first };
        let rest = rest.trim_start_matches(['·', '—', '-', ':', '/', ' ']);
        return if rest.is_empty() {
            first.to_owned()
        } else {
            format!("{first} · {rest}")
        };
    }
    if names_platform(&title, platform) {
        return title;
    }
    format!("{called} · {title}")
}

/// A name without the marks of file names and ids.
fn spelt(name: &str) -> String {
    if name.contains(' ') {
        return name.trim().to_owned();
    }
    let spaced = name.replace(['_', '-'], " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceKind;

    fn named(title: &str, platform: &str, language: Language) -> String {
        let url = url::Url::parse("https://example.com/").expect("url");
        let mut source = Source::probe(url, SourceKind("page".to_owned()));
        title.clone_into(&mut source.title);
        source.platform = Some(platform.to_owned());
        name(&source, language)
    }

    #[test]
    fn a_platform_is_written_as_people_write_it_and_once() {
        let en = |title, platform| named(title, platform, Language::En);
        assert_eq!(
            en("Community Guidelines", "instagram"),
            "Instagram · Community Guidelines"
        );
        assert_eq!(
            en("TikTok Community Guidelines", "tiktok"),
            "TikTok · Community Guidelines"
        );
        assert_eq!(
            en("How Instagram Feed ranks", "instagram"),
            "How Instagram Feed ranks"
        );
        assert_eq!(en("X Rules", "x"), "X · Rules");
        assert_eq!(en("xenon rules", "x"), "X · xenon rules");
        assert_eq!(en("instagram-terms", "instagram"), "Instagram · terms");
        assert_eq!(en("VK Cloud", "VK Cloud"), "VK Cloud");
        let ru = |title, platform| named(title, platform, Language::Ru);
        assert_eq!(ru("Правила", "ok"), "Одноклассники · Правила");
        assert_eq!(
            ru("Требования Дзена к контенту", "dzen"),
            "Требования Дзена к контенту"
        );
        assert_eq!(ru("Rules", "Моя сеть"), "Моя сеть · Rules");
    }
}
