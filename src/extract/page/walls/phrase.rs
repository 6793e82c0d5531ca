//! Phrases, and how they are found: a small notation in place of regular expressions.
//!
//! `log in to continue` is found anywhere in a sentence, at the edges of words and not behind an opening quote. `^`
//! wants the sentence to begin with it, politeness aside. ` … ` stands for any words between. `*` at the end of a part
//! lets the last word go on, for languages that bend their words.

use super::Strength;

/// What may stand before the beginning of a sentence.
const POLITE: &[&str] = &[
    "please",
    "sorry",
    "we're sorry",
    "oops",
    "uh-oh",
    "hmm",
    "but",
    "whoa there",
    "пожалуйста",
    "к сожалению",
    "извините",
    "простите",
    "упс",
    "désolé",
    "s'il vous plaît",
    "bitte",
    "leider",
    "lo sentimos",
    "por favor",
];
/// Marks behind which somebody else is quoted.
const QUOTES: [char; 8] = ['"', '“', '”', '„', '«', '‘', '`', '\''];
/// What leads from the name of such a page to whose it is: `log in to …`.
const LEADING: [&str; 6] = ["to ", "into ", "в ", "во ", "на ", "bei "];
/// Between a page's name and its site's.
const BETWEEN: [&str; 8] = [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " / "];

/// Does the sentence say any of the phrases? Both in lower case with straight apostrophes.
pub(super) fn any(phrases: &[&str], sentence: &str) -> bool {
    phrases.iter().any(|phrase| says(phrase, sentence))
}

fn says(phrase: &str, sentence: &str) -> bool {
    let (anchored, phrase) = match phrase.strip_prefix('^') {
        Some(phrase) => (true, phrase),
        None => (false, phrase),
    };
    let mut rest = sentence;
    for (number, part) in phrase.split(" … ").enumerate() {
        let (part, bends) = match part.strip_suffix('*') {
            Some(part) => (part, true),
            None => (part, false),
        };
        let after = if anchored && number == 0 {
            without_politeness(rest)
                .strip_prefix(part)
                .filter(|after| bends || ends_word(after))
        } else {
            find(part, bends, rest)
        };
        match after {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// What follows the first finding of `words` that is not quoted.
fn find<'t>(words: &str, bends: bool, text: &'t str) -> Option<&'t str> {
    text.match_indices(words).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && !QUOTES.contains(&c));
        let rest = &text[at + words.len()..];
        (begins && (bends || ends_word(rest))).then_some(rest)
    })
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphabetic())
}

fn without_politeness(sentence: &str) -> &str {
    let mut text = sentence;
    for _ in 0..3 {
        text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !QUOTES.contains(&c));
        let polite = POLITE.iter().find_map(|word| {
            let rest = text.strip_prefix(word)?;
            rest.starts_with([' ', ',', '!', '.', ':']).then_some(rest)
        });
        match polite {
            Some(rest) => text = rest,
            None => break,
        }
    }
    text
}

/// How surely a title is one of `names`: its whole part between bars, or that with two words more.
pub(super) fn named(names: &[&str], title: &str) -> Option<Strength> {
    let mut parts = vec![title];
    for between in BETWEEN {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(between))
            .collect();
    }
    parts.iter().filter_map(|part| nearly(names, part)).max()
}

fn nearly(names: &[&str], part: &str) -> Option<Strength> {
    if part.trim_start().starts_with(QUOTES) {
        return None;
    }
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let part = bare(part);
    // `502: bad gateway`, `error 404 page not found`
    let counted = part
        .trim_start_matches("error ")
        .trim_start_matches("http ")
        .trim_start_matches("ошибка ")
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = bare(counted);
    if names.iter().any(|name| part == *name || counted == *name) {
        return Some(Strength::Named);
    }
    let is_near = |name: &&str| -> bool {
        if let Some(rest) = part.strip_prefix(*name).filter(|rest| ends_word(rest)) {
            let words = rest.split_whitespace().count();
            let leads = LEADING
                .iter()
                .any(|word| rest.trim_start().starts_with(word));
            return !rest.contains(QUOTES)
                && (leads && words <= 5 || name.contains(' ') && words <= 2);
        }
        let before = part.strip_suffix(*name);
        before.is_some_and(|rest| {
            rest.ends_with(' ') && name.contains(' ') && rest.split_whitespace().count() <= 2
        })
    };
    names.iter().any(is_near).then_some(Strength::NearlyNamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_where_they_are_meant() {
        assert!(says(
            "^log in … to continue",
            "please, log in with a code to continue"
        ));
        assert!(!says("^log in … to continue", "you may log in to continue"));
        assert!(!says("blocked", "a page says \"blocked\" then"));
        assert!(!says("not found", "not founded"));
        assert!(says("not found", "it was not found"));
        assert!(says(
            "^доступ … запрещ*",
            "к сожалению, доступ к странице запрещен"
        ));
    }

    #[test]
    fn titles_are_compared_as_a_whole() {
        let names = ["log in", "bad gateway"];
        assert_eq!(named(&names, "log in | example"), Some(Strength::Named));
        assert_eq!(
            named(&names, "example.com | 502: bad gateway"),
            Some(Strength::Named)
        );
        assert_eq!(
            named(&names, "log in to example"),
            Some(Strength::NearlyNamed)
        );
        assert_eq!(named(&names, "how we count log in events of a day"), None);
        assert_eq!(named(&names, "\"bad gateway\" when uploading"), None);
    }
}
