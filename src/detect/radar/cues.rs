//! Words by which a new thing is known for one: what is launched, and of what sort it is; and words by
//! which it is known for something else. They stand in `cues.toml`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::model::russian_stem;

/// Longest ending of a Russian word for a sort, in letters.
const ENDING: usize = 3;

/// What a word beside a name says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Something is made public.
    Launch,
    /// Of what sort it is.
    Sort(&'static str),
    /// A person's, or a medium's.
    Person,
    /// A place's.
    Place,
    /// Of war, crime and disaster, which have names of their own.
    Trouble,
}

/// `cues.toml` as it stands: words parted by spaces.
#[derive(Deserialize)]
struct Lists {
    launch: String,
    launched: String,
    person: String,
    place: String,
    trouble: String,
    brands: String,
    tails: String,
    given: String,
    custom: String,
    sorts: FxHashMap<String, String>,
}

#[derive(Default)]
struct Cues {
    launch: Vec<&'static str>,
    launched: FxHashSet<&'static str>,
    person: FxHashSet<&'static str>,
    place: FxHashSet<&'static str>,
    trouble: Vec<&'static str>,
    brands: FxHashSet<&'static str>,
    tails: FxHashSet<&'static str>,
    given: FxHashSet<&'static str>,
    /// The same in any case of Russian.
    given_stems: FxHashSet<String>,
    common: FxHashSet<&'static str>,
    /// How a word begins, and the sort.
    sorts: Vec<(&'static str, &'static str)>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    // a test reads it, too
    let Ok(lists) = toml::from_str::<Lists>(include_str!("cues.toml")) else {
        return Cues::default();
    };
    let lists: &'static Lists = Box::leak(Box::new(lists));
    let set = |text: &'static str| text.split_whitespace().collect::<FxHashSet<_>>();
    let all = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    let stop = ["en", "ru"].into_iter().filter_map(stop_words::lookup);
    let mut sorts: Vec<(&str, &str)> = lists
        .sorts
        .iter()
        .flat_map(|(sort, words)| all(words).into_iter().map(|word| (word, sort.as_str())))
        .collect();
    sorts.sort_unstable();
    Cues {
        launch: all(&lists.launch),
        launched: set(&lists.launched),
        person: set(&lists.person),
        place: set(&lists.place),
        trouble: all(&lists.trouble),
        brands: set(&lists.brands),
        tails: set(&lists.tails),
        given_stems: set(&lists.given).into_iter().map(russian_stem).collect(),
        given: set(&lists.given),
        common: stop.flatten().copied().chain(set(&lists.custom)).collect(),
        sorts,
    }
});

/// What a folded word says beside a name.
pub(super) fn cue(word: &str) -> Option<Cue> {
    let cues = &*CUES;
    let begins = |list: &[&str]| list.iter().any(|start| word.starts_with(start));
    if cues.launched.contains(word) || begins(&cues.launch) {
        return Some(Cue::Launch);
    }
    if cues.person.contains(word) {
        return Some(Cue::Person);
    }
    if cues.place.contains(word) {
        return Some(Cue::Place);
    }
    if begins(&cues.trouble) {
        return Some(Cue::Trouble);
    }
    let is_sort = |start: &str| {
        word.strip_prefix(start).is_some_and(|rest| {
            if word.is_ascii() {
                // "features" is a verb as a rule
                rest.is_empty() || (rest == "s" && start != "feature")
            } else {
                rest.chars().count() <= ENDING
            }
        })
    };
    let found = cues.sorts.iter().find(|(start, _)| is_sort(start));
    found.map(|(_, sort)| Cue::Sort(sort))
}

/// A word that makes no name by its capital: a stop word, a weekday.
pub(super) fn is_common(word: &str) -> bool {
    CUES.common.contains(word)
}

/// Does a folded word name an owner of products?
pub(super) fn is_brand(word: &str) -> bool {
    CUES.brands.contains(word)
}

/// Does a product's name often end with a folded word?
pub(super) fn is_tail(word: &str) -> bool {
    CUES.tails.contains(word)
}

/// Is a folded word a person's first name, in any case of Russian?
pub(super) fn is_given(word: &str) -> bool {
    CUES.given.contains(word) || CUES.given_stems.contains(&russian_stem(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_read() {
        for (word, said) in [
            ("launches", Some(Cue::Launch)),
            ("запустили", Some(Cue::Launch)),
            ("приложением", Some(Cue::Sort("app"))),
            ("services", Some(Cue::Sort("service"))),
            ("features", None),
            ("ботаник", None),
            ("minister", Some(Cue::Person)),
            ("улице", Some(Cue::Place)),
            ("ракетами", Some(Cue::Trouble)),
        ] {
            assert_eq!(cue(word), said, "{word}");
        }
        assert!(
            is_given("дмитрия") && is_brand("youtube") && is_tail("ads") && is_common("monday")
        );
    }
}
