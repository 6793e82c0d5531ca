//! Pages that stand in place of the content: login walls, bot checks, shells, "not found", nothing.
//!
//! Taking a wall for a change alarms people for nothing; taking a page for a wall hides a real change. So a
//! verdict needs two things at once: hardly any running text, and words that such pages use of themselves. A
//! long policy that speaks of logging in or of captchas has the words, not the shortness.
//!
//! It reads the words of the whole page, before any choice of main content, and the source only of short pages.

use crate::model::ReadOutcome;

use super::phrases;

/// What is known of a page before its verdict.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// The source as received.
    pub(super) source: &'a str,
    /// Title and first headings.
    pub(super) titles: Vec<&'a str>,
    /// All text that is seen.
    pub(super) seen: &'a str,
    /// Text for readers without scripts.
    pub(super) noscript: &'a str,
    /// Characters in running text, see `measure`.
    pub(super) prose: u32,
}

/// Running text above this is content, whatever else the page says.
pub(super) const PROSE: u32 = 900;
/// Seen text above this is content.
const SEEN: usize = 4_000;
/// Pages with less than this are empty, unless a script or a wall explains them.
const NOTHING: usize = 20;
/// Markers are looked for in this much of the source.
const SOURCE: usize = 256 * 1_024;

/// What the page is instead of its content, if it surely is that.
pub(super) fn recognise(page: &Evidence<'_>) -> Option<ReadOutcome> {
    let chars = page
        .seen
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(SEEN + 1)
        .count();
    if page.prose > PROSE || chars > SEEN {
        return None;
    }
    let seen = page.seen.to_lowercase().replace('’', "'");
    let titles: Vec<String> = page
        .titles
        .iter()
        .map(|title| title.to_lowercase().replace('’', "'"))
        .collect();
    let source = page.source[..page.source.floor_char_boundary(SOURCE)].to_ascii_lowercase();
    let little = page.prose < 350 && chars < 1_500;

    if is_bot_check(&titles, &seen, &source, little) {
        return Some(ReadOutcome::Captcha);
    }
    if is_login(&titles, &seen, &source, page.prose) {
        return Some(ReadOutcome::LoginWall);
    }
    if is_not_found(&titles, &seen, little) {
        return Some(ReadOutcome::NotFound);
    }
    if needs_script(&seen, page.noscript, &source, chars) {
        return Some(ReadOutcome::NeedsJavascript);
    }
    (chars < NOTHING).then_some(ReadOutcome::Empty)
}

/// The same for a text without markup, which only has words.
pub(super) fn recognise_text(text: &str) -> Option<ReadOutcome> {
    if text.chars().count() > 600 {
        return None;
    }
    let seen = text.to_lowercase().replace('’', "'");
    let first: Vec<String> = seen
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(2)
        .map(str::to_owned)
        .collect();
    if is_bot_check(&first, &seen, "", true) {
        Some(ReadOutcome::Captcha)
    } else if wants_login(&seen) {
        Some(ReadOutcome::LoginWall)
    } else if is_not_found(&first, &seen, true) {
        Some(ReadOutcome::NotFound)
    } else if contains(&seen, phrases::ENABLE_SCRIPT) {
        Some(ReadOutcome::NeedsJavascript)
    } else {
        None
    }
}

fn is_bot_check(titles: &[String], seen: &str, source: &str, little: bool) -> bool {
    let titled = titles
        .iter()
        .any(|title| title.chars().count() < 80 && contains(title, phrases::CHECK_TITLES));
    let said = contains(seen, phrases::CHECK_WORDS);
    let marked = contains(source, phrases::CHECK_MARKS);
    titled && (little || said || marked)
        || little && said
        || little && contains(source, phrases::CHECK_SURE_MARKS)
}

fn is_login(titles: &[String], seen: &str, source: &str, prose: u32) -> bool {
    if wants_login(seen) && prose < 350 {
        return true;
    }
    let password = source.contains("type=\"password\"")
        || source.contains("type='password'")
        || source.contains("type=password");
    let titled = titles.iter().any(|title| {
        title.chars().count() < 60
            && phrases::LOGIN_TITLES
                .iter()
                .any(|word| begins_or_ends(title, word))
    });
    prose < 400 && password && titled
}

/// Does the page want a login for itself, not only for writing a comment?
fn wants_login(seen: &str) -> bool {
    phrases::MUST_LOG_IN.iter().any(|phrase| {
        seen.match_indices(phrase).any(|(at, _)| {
            let after: String = seen[at + phrase.len()..].chars().take(40).collect();
            !contains(&after, phrases::COMMENTING)
        })
    })
}

fn is_not_found(titles: &[String], seen: &str, little: bool) -> bool {
    let titled = titles.iter().any(|title| {
        let short = title.chars().count() < 90;
        short
            && (contains(title, phrases::NOT_FOUND)
                || title
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word == "404"))
    });
    titled && little
        || little && seen.chars().count() < 800 && contains(seen, phrases::NOT_FOUND_SURE)
}

fn needs_script(seen: &str, noscript: &str, source: &str, chars: usize) -> bool {
    if chars > 600 {
        return false;
    }
    if contains(seen, phrases::ENABLE_SCRIPT) {
        return true;
    }
    if chars > 200 {
        return false;
    }
    let roots = [
        "id=\"root\"",
        "id=\"app\"",
        "id=\"__next\"",
        "id=\"__nuxt\"",
        "id=\"app-root\"",
        "id=\"react-root\"",
        "id=\"main-app\"",
        "<app-root",
        "id='root'",
        "id='app'",
        "id=root",
        "id=app",
    ];
    contains(&noscript.to_lowercase(), phrases::ENABLE_SCRIPT)
        || (source.contains("<script") && contains(source, &roots))
}

fn contains(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Does the title say the phrase at one of its ends, as `Log in | Example` does?
fn begins_or_ends(title: &str, phrase: &str) -> bool {
    title == phrase
        || title
            .strip_prefix(phrase)
            .is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
        || title
            .strip_suffix(phrase)
            .is_some_and(|rest| rest.ends_with(|c: char| !c.is_alphanumeric()))
}
