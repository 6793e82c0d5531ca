//! Languages by code or name, as `--lang` takes them.

use super::context::NoSuch;

/// The languages that trend detection tells apart, by ISO 639-1 code, in English and Russian.
const LANGUAGES: [(&str, &str, &str); 32] = [
    ("ar", "Arabic", "арабский"),
    ("be", "Belarusian", "белорусский"),
    ("bg", "Bulgarian", "болгарский"),
    ("cs", "Czech", "чешский"),
    ("de", "German", "немецкий"),
    ("el", "Greek", "греческий"),
    ("en", "English", "английский"),
    ("es", "Spanish", "испанский"),
    ("fi", "Finnish", "финский"),
    ("fr", "French", "французский"),
    ("he", "Hebrew", "иврит"),
    ("hi", "Hindi", "хинди"),
    ("hu", "Hungarian", "венгерский"),
    ("hy", "Armenian", "армянский"),
    ("id", "Indonesian", "индонезийский"),
    ("it", "Italian", "итальянский"),
    ("ja", "Japanese", "японский"),
    ("ka", "Georgian", "грузинский"),
    ("kk", "Kazakh", "казахский"),
    ("ko", "Korean", "корейский"),
    ("mk", "Macedonian", "македонский"),
    ("nl", "Dutch", "нидерландский"),
    ("pl", "Polish", "польский"),
    ("pt", "Portuguese", "португальский"),
    ("ro", "Romanian", "румынский"),
    ("ru", "Russian", "русский"),
    ("sr", "Serbian", "сербский"),
    ("sv", "Swedish", "шведский"),
    ("th", "Thai", "тайский"),
    ("tr", "Turkish", "турецкий"),
    ("uk", "Ukrainian", "украинский"),
    ("zh", "Chinese", "китайский"),
];

/// The code of the language that somebody means: `ru`, `ru-RU`, `Russian`, «русский».
pub(super) fn language(asked: Option<String>) -> Result<Option<String>, NoSuch> {
    let Some(asked) = asked else { return Ok(None) };
    let wanted = asked.trim().to_lowercase();
    let two = wanted.split(['-', '_']).next().unwrap_or_default();
    let is_meant = |(code, english, russian): &&(&str, &str, &str)| {
        *code == two || english.to_lowercase() == wanted || *russian == wanted
    };
    if let Some((code, ..)) = LANGUAGES.iter().find(is_meant) {
        return Ok(Some((*code).to_owned()));
    }
    let known: Vec<&str> = LANGUAGES.iter().map(|(code, ..)| *code).collect();
    Err(NoSuch(format!(
        "`{asked}` is no language that is told apart; known: {}",
        known.join(", ")
    )))
}

/// A language's English name, or its code.
pub(super) fn called(code: &str) -> &str {
    let known = LANGUAGES.iter().find(|(known, ..)| *known == code);
    known.map_or(code, |(_, english, _)| english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_meant_by_code_or_name() {
        for asked in ["ru", "RU", "ru-RU", "Russian", "русский", " ru "] {
            let code = language(Some(asked.to_owned())).expect(asked);
            assert_eq!(code.as_deref(), Some("ru"), "{asked}");
        }
        assert_eq!(language(None).expect("nothing asked"), None);
        let told = language(Some("xx".to_owned()))
            .expect_err("no language")
            .to_string();
        assert!(
            told.contains("`xx`") && told.contains("en") && told.contains("ja"),
            "{told}"
        );
        assert_eq!(called("de"), "German");
    }
}
