//! The language of a text: its stems and its small words.
//!
//! Words are compared by stem, so that an ending does not look like news; small words (articles,
//! pronouns, prepositions) are told from words that say something. English, Russian, French and
//! German are known; other languages are compared word by word.

use std::sync::LazyLock;

use snowball_stemmers_rs::{Algorithm, Stemmer};
use whatlang::{Detector, Lang};

use super::tokens::{Ids, fold, word_id};

/// A language that texts are compared in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tongue {
    English,
    Russian,
    French,
    German,
    Other,
}

/// Languages that are told apart; more of them would make short texts uncertain.
const KNOWN: [Lang; 10] = [
    Lang::Eng,
    Lang::Rus,
    Lang::Fra,
    Lang::Deu,
    Lang::Spa,
    Lang::Por,
    Lang::Ita,
    Lang::Ara,
    Lang::Cmn,
    Lang::Tur,
];

/// Bytes of a text that are enough to know its language.
pub(crate) const ENOUGH: usize = 4_000;

impl Tongue {
    /// The language that a source declares, or that a text is in.
    pub(crate) fn of(declared: Option<&str>, text: &str) -> Self {
        match declared.map(|code| code.get(..2).unwrap_or(code)) {
            Some("en") => Self::English,
            Some("ru") => Self::Russian,
            Some("fr") => Self::French,
            Some("de") => Self::German,
            _ => Self::read(text).unwrap_or(Self::Other),
        }
    }

    /// The language that a text is surely in.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let end = (0..=ENOUGH.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))?;
        let info = Detector::with_allowlist(KNOWN.to_vec()).detect(&text[..end])?;
        info.is_reliable().then(|| match info.lang() {
            Lang::Eng => Self::English,
            Lang::Rus => Self::Russian,
            Lang::Fra => Self::French,
            Lang::Deu => Self::German,
            _ => Self::Other,
        })
    }

    /// A folded word's stem.
    pub(crate) fn stem(self, folded: &str) -> String {
        let stemmer = match self {
            Self::English => Algorithm::English,
            Self::Russian => Algorithm::Russian,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Other => return folded.to_owned(),
        };
        Stemmer::create(stemmer).stem(folded).into_owned()
    }

    /// Is a folded word a small one, that says nothing by itself?
    pub(crate) fn is_small(self, folded: &str) -> bool {
        self.is_small_id(word_id(folded))
    }

    /// The same of a word by its identity.
    pub(crate) fn is_small_id(self, id: u64) -> bool {
        static SMALL: LazyLock<[Ids; 4]> = LazyLock::new(|| {
            let ids = |language| {
                let words = stop_words::get(language).iter();
                words.map(|word| word_id(&fold(word))).collect()
            };
            ["en", "ru", "fr", "de"].map(ids)
        });
        let set = match self {
            Self::English | Self::Other => &SMALL[0],
            Self::Russian => &SMALL[1],
            Self::French => &SMALL[2],
            Self::German => &SMALL[3],
        };
        set.contains(&id)
    }
}
