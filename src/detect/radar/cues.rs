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
    /// Somebody makes a thing public: what stands before is its maker.
    Makes,
    /// Something is new or made public, on either side.
    Launch,
    /// Somebody tries a thing.
    Use,
    /// Of what sort it is.
    Sort(&'static str),
    /// A person's, or a medium's.
    Person,
    /// A place's.
    Place,
    /// A work's, an event's, a club's or a firm's.
    Other,
    /// Of war, crime and disaster, which have names of their own.
    Trouble,
}

/// `cues.toml` as it stands: words parted by spaces.
#[derive(Deserialize)]
struct Lists {
    launch: String,
    makes: String,
    appears: String,
    launched: String,
    heralds: String,
    #[serde(rename = "use")]
    tries: String,
    uses: String,
    cjk_launch: String,
    cjk_use: String,
    cjk_other: String,
    cjk_tails: String,
    cjk_trouble: String,
    cjk_particles: String,
    other: String,
    person: String,
    persons: String,
    place: String,
    trouble: String,
    brands: String,
    tails: String,
    given: String,
    custom: String,
    sorts: FxHashMap<String, String>,
}

type Words = FxHashSet<&'static str>;

#[derive(Default)]
struct Cues {
    /// What whole words say.
    whole: FxHashMap<&'static str, Cue>,
    /// What beginnings of words say.
    begins: Vec<(&'static str, Cue)>,
    heralds: Words,
    brands: Words,
    tails: Words,
    given: Words,
    /// The same in any case of Russian.
    given_stems: FxHashSet<String>,
    common: Words,
    /// How a word begins, and the sort.
    sorts: Vec<(&'static str, &'static str)>,
    /// What signs within a run without spaces say.
    within: Vec<(&'static str, Cue)>,
    cjk_tails: Vec<&'static str>,
    particles: Vec<&'static str>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    // a test reads it, too
    let Ok(lists) = toml::from_str::<Lists>(include_str!("cues.toml")) else {
        return Cues::default();
    };
    let lists: &'static Lists = Box::leak(Box::new(lists));
    let set = |text: &'static str| text.split_whitespace().collect::<Words>();
    let all = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    let say = |text: &'static str, cue: Cue| text.split_whitespace().map(move |word| (word, cue));
    let stop = ["en", "ru"].into_iter().filter_map(stop_words::lookup);
    let mut sorts: Vec<(&str, &str)> = lists
        .sorts
        .iter()
        .flat_map(|(sort, words)| all(words).into_iter().map(|word| (word, sort.as_str())))
        .collect();
    sorts.sort_unstable();
    let sorts_within = sorts
        .iter()
        .filter(|(word, _)| word.starts_with(is_unspaced));
    let sorts_within = sorts_within.map(|(word, sort)| (*word, Cue::Sort(sort)));
    let (others, begin): (Vec<&str>, Vec<&str>) = all(&lists.other)
        .into_iter()
        .partition(|word| word.is_ascii());
    let whole = say(&lists.launched, Cue::Launch)
        .chain(say(&lists.heralds, Cue::Launch))
        .chain(say(&lists.makes, Cue::Makes))
        .chain(say(&lists.uses, Cue::Use))
        .chain(say(&lists.person, Cue::Person))
        .chain(say(&lists.place, Cue::Place))
        .chain(others.into_iter().map(|word| (word, Cue::Other)));
    let begins = say(&lists.appears, Cue::Launch)
        .chain(say(&lists.launch, Cue::Makes))
        .chain(say(&lists.trouble, Cue::Trouble))
        .chain(say(&lists.persons, Cue::Person))
        .chain(begin.into_iter().map(|word| (word, Cue::Other)));
    Cues {
        within: say(&lists.cjk_other, Cue::Other)
            .chain(say(&lists.cjk_trouble, Cue::Trouble))
            .chain(say(&lists.cjk_launch, Cue::Launch))
            .chain(say(&lists.cjk_use, Cue::Use))
            .chain(sorts_within)
            .collect(),
        whole: whole.collect(),
        begins: begins.chain(say(&lists.tries, Cue::Use)).collect(),
        heralds: set(&lists.heralds),
        brands: set(&lists.brands),
        tails: set(&lists.tails),
        given_stems: set(&lists.given).into_iter().map(russian_stem).collect(),
        given: set(&lists.given),
        common: stop.flatten().copied().chain(set(&lists.custom)).collect(),
        cjk_tails: all(&lists.cjk_tails),
        particles: all(&lists.cjk_particles),
        sorts,
    }
});

/// What a folded word says beside a name.
pub(super) fn cue(word: &str) -> Option<Cue> {
    let cues = &*CUES;
    if let Some(found) = cues.whole.get(word) {
        return Some(*found);
    }
    let found = cues
        .begins
        .iter()
        .find(|(start, _)| word.starts_with(start));
    if let Some((_, found)) = found {
        return Some(*found);
    }
    if let Some(Cue::Other) = word.strip_suffix('s').and_then(|one| cues.whole.get(one)) {
        return Some(Cue::Other);
    }
    sort(word).map(Cue::Sort)
}

/// Of what sort a folded word says that something is.
pub(super) fn sort(word: &str) -> Option<&'static str> {
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
    let found = CUES.sorts.iter().find(|(start, _)| is_sort(start));
    found.map(|(_, sort)| *sort)
}

/// All that is said in a run of signs without spaces.
pub(super) fn cues_within(run: &str) -> impl Iterator<Item = Cue> {
    let within = CUES.within.iter();
    within
        .filter(|(signs, _)| run.contains(signs))
        .map(|(_, cue)| *cue)
}

/// A sign of a script without spaces, or of one that glues particles to Latin words.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// A sign of a script that parts no words, or glues particles to them.
pub(super) fn is_unspaced(c: char) -> bool {
    is_cjk(c) || is_thai(c)
}

/// A letter or mark of Thai and its kin.
pub(super) fn is_thai(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// A syllable of Korean.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7af}')
}

/// A sign in which Japanese writes names and foreign words.
pub(super) fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30ff}')
}

/// A run of signs without the particles and the words for launching and trying at its ends.
pub(super) fn trimmed(mut run: &str) -> &str {
    loop {
        let before = run;
        for (signs, cue) in &CUES.within {
            let is_sort = matches!(cue, Cue::Sort(_));
            // what a thing is may be the last part of its name (夜景模式), the first one in Thai
            let heads = is_sort && signs.starts_with(is_thai);
            run = run.strip_prefix(signs).filter(|_| !heads).unwrap_or(run);
            run = run.strip_suffix(signs).filter(|_| !is_sort).unwrap_or(run);
        }
        for particle in &CUES.particles {
            // Korean glues them behind
            let is_behind = particle.starts_with(is_hangul);
            run = run
                .strip_prefix(particle)
                .filter(|_| !is_behind)
                .unwrap_or(run);
            run = run.strip_suffix(particle).unwrap_or(run);
        }
        if run.len() == before.len() {
            return run;
        }
    }
}

/// A folded word that only heralds the name behind it.
pub(super) fn is_herald(word: &str) -> bool {
    CUES.heralds.contains(word)
}

/// A folded word that stands for a law before its number.
pub(super) fn is_law(word: &str) -> bool {
    matches!(word, "фз" | "фкз" | "act" | "directive")
}

/// Is a word a brand's name with one slip of the pen?
pub(super) fn is_slip(word: &str) -> bool {
    let slip = |brand: &&str| brand.chars().count() >= 5 && strsim::osa_distance(brand, word) == 1;
    word.chars().count() >= 5 && CUES.brands.iter().any(slip)
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
    let signs = word.chars().count();
    let ends = |tail: &&str| word.ends_with(*tail) && signs > tail.chars().count();
    CUES.tails.contains(word) || CUES.cjk_tails.iter().any(ends)
}

/// Does a product's name in Thai begin with what it is?
pub(super) fn is_head(name: &str) -> bool {
    let mut heads = CUES
        .cjk_tails
        .iter()
        .filter(|tail| tail.starts_with(is_thai));
    heads.any(|head| name.len() > head.len() && name.starts_with(head))
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
            ("launches", Some(Cue::Makes)),
            ("запустили", Some(Cue::Makes)),
            ("появился", Some(Cue::Launch)),
            ("попробовали", Some(Cue::Use)),
            ("фильма", Some(Cue::Other)),
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
