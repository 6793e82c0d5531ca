//! Names a trend so that a person understands it: always words as somebody wrote them.
//!
//! The label is the phrase that stands in most of the titles for its rarity, made longer as long as
//! half of its titles agree on how it goes on. It must begin and end as a clause, a quotation or a name
//! does: what is cut out of a sentence gives way to the name in it. A phrase that says nothing by itself
//! (a number, a weekday, a single common word, the medium's own name, what only a few of the titles
//! share) gives way to the opening of the headline: the title of the canonical item if it says most of
//! what all titles say, else of the item that does.
//!
//! A trend is named again only when its items changed, and keeps its label until it has grown by half or
//! its titles no longer say it.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::features::Idf;
use super::language::Lexicon;
use super::phrases::{Phrase, lengthened, phrases};
use super::stops::root;
use super::titles::{Title, capitalised};
use super::wording::{is_plain, is_russian_verb};
use super::words::words;

/// Titles read for one name.
const TITLES: usize = 60;
/// Words read of a medium's name.
const WORDS: usize = 40;
/// How many times a trend's titles a name may be used in all and still name it: one word, and more.
const OWN: (f32, f32) = (1.5, 3.0);
/// Share of the titles in which a name stands that is what all of them speak of.
const MOST: f64 = 0.75;
/// How many times more often than in any item a related term stands with a trend.
const CHANCE: f32 = 4.0;
/// Related terms of one trend.
const RELATED: usize = 5;

/// Earlier labels kept of one trend.
const EARLIER: usize = 5;
/// How representative, of the most representative one, the canonical item's title must be to be the
/// headline, and a label to be kept beside a better one.
const ENOUGH: f64 = 0.8;

/// What a trend is called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    /// Of the items that it was named by, 0 for none.
    pub(super) key: u64,
    pub(super) label: String,
    /// Labels it had before, oldest first.
    pub(super) earlier: Vec<String>,
    pub(super) headline: String,
    /// The headline's item, and its source.
    pub(super) item: i64,
    pub(super) source: String,
    /// Terms often met with it, as written.
    pub(super) related: Vec<String>,
    /// Titles when it got its label.
    titles: usize,
}

/// What there is to name, title by title.
pub(super) struct Titles<'a> {
    /// Clean, each with its language.
    pub(super) said: &'a [(&'a str, &'static str)],
    /// Their items and sources.
    pub(super) items: &'a [(i64, &'a str)],
    /// Names of the media and owners: none of them is a label.
    pub(super) media: &'a [&'a str],
    /// The tag that all is about, as written, if it is nothing else.
    pub(super) tag: Option<String>,
    /// The item that leads.
    pub(super) canonical: Option<i64>,
}

impl Named {
    /// The name of a trend with other items than it was named by; no label is one of the media's names.
    pub(super) fn renew(mut self, lexicon: &mut Lexicon, idf: &Idf, of: &Titles) -> Self {
        let canonical = of
            .items
            .iter()
            .position(|item| Some(item.0) == of.canonical);
        let name = name(lexicon, idf, of.said, of.media, canonical, &self.label);
        let label = of.tag.clone().unwrap_or(name.label);
        let cut = |label: &str| label.ends_with('…');
        let grown = of.said.len() * 2 >= self.titles * 3 || (cut(&self.label) && !cut(&label));
        // two halves of a trend must not take turns
        let is_lost = !name.is_said && !self.earlier.contains(&label);
        if self.label.is_empty() || ((grown || is_lost) && label != self.label) {
            let former = std::mem::replace(&mut self.label, label);
            if !former.is_empty() {
                self.earlier
                    .retain(|earlier| *earlier != former && *earlier != self.label);
                self.earlier.push(former);
                let surplus = self.earlier.len().saturating_sub(EARLIER);
                self.earlier.drain(..surplus);
            }
            self.titles = of.said.len();
        }
        if let (Some((title, _)), Some((item, source))) =
            (of.said.get(name.headline), of.items.get(name.headline))
        {
            (*title).clone_into(&mut self.headline);
            (*source).clone_into(&mut self.source);
            self.item = *item;
        }
        self.related = name.related;
        self
    }
}

/// What some titles are called.
struct Name {
    label: String,
    /// Index of the representative title among those given.
    headline: usize,
    related: Vec<String>,
    /// Is the label that it had before still said by the titles?
    is_said: bool,
}

/// Names what the clean titles have in common; each comes with its language. No label says one of the
/// `media`'s own names; the one it had `before` stays if it is nearly as good.
fn name(
    lexicon: &mut Lexicon,
    idf: &Idf,
    titles: &[(&str, &'static str)],
    media: &[&str],
    canonical: Option<usize>,
    before: &str,
) -> Name {
    let language = titles.first().map_or("en", |title| title.1);
    let media: Vec<FxHashSet<u32>> = media
        .iter()
        .map(|name| stems(lexicon, name, language).into_iter().collect())
        .collect();
    let said: FxHashSet<u32> = stems(lexicon, before, language).into_iter().collect();
    let titles: Vec<Title> = titles
        .iter()
        .take(TITLES)
        .map(|(text, language)| Title::read(lexicon, text, language))
        .collect();
    let coverage = coverage(&titles);
    let headline = headline(&titles, &coverage, idf, canonical);
    let opening = || titles.get(headline).map_or(String::new(), Title::opening);
    let phrases = phrases(&titles, idf);
    let is_own = |phrase: &Phrase| {
        media
            .iter()
            .any(|own| phrase.stems.iter().all(|stem| own.contains(stem)))
    };
    let is_common = |phrase: &Phrase| phrase.titles * 5 >= titles.len() * 2 && phrase.titles > 1;
    let reads = |phrase: &Phrase| {
        phrase.is_saying
            && phrase.is_headed
            && phrase.is_plain
            && phrase.is_whole
            && is_common(phrase)
            && !is_own(phrase)
            && says_enough(phrase, titles.len(), idf)
    };
    let first = phrases
        .iter()
        .find(|phrase| phrase.is_saying && !is_own(phrase));
    let best = first
        .map(|phrase| lengthened(phrase, &phrases))
        // what is cut out of a sentence gives way to the name in it
        .and_then(|whole| {
            let name = || {
                phrases.iter().find(|part| {
                    let long = part.stems.len() > 1 && part.stems.len() < whole.stems.len();
                    long && part.is_all_name
                        && reads(part)
                        && whole
                            .stems
                            .windows(part.stems.len())
                            .any(|run| run == part.stems)
                })
            };
            if reads(whole) { Some(whole) } else { name() }
        });
    let label = match best {
        Some(best) => {
            let mut words = best.surface;
            // "Typhoon Kalmaegi's" impact, the 第 of a number
            for end in ["'s", "’s", "第"] {
                words = words.trim_end_matches(end);
            }
            capitalised(root_of_last(words, language))
        }
        None => opening(),
    };
    let own = stems(lexicon, &label, language);
    let related = related(&phrases, (&label, own), &titles, idf, &is_own);
    // a title has it still, or half of its words stand in two fifths of them
    let whole = before.trim_end_matches(" …").to_lowercase();
    let is_written = titles
        .iter()
        .any(|title| title.text.to_lowercase().contains(&whole));
    let still = said
        .iter()
        .filter(|stem| coverage.get(stem).is_some_and(|share| *share >= 0.4));
    Name {
        label,
        headline,
        related,
        is_said: is_written || (still.count() * 2 >= said.len() && !said.is_empty()),
    }
}

fn stems(lexicon: &mut Lexicon, text: &str, language: &'static str) -> Vec<u32> {
    words(text, WORDS)
        .into_iter()
        .filter_map(|word| lexicon.form(&text[word.start..word.end], language))
        .map(|form| form.stem)
        .collect()
}

/// Does a phrase name what happened? A sentence must be whole; a name must be what is spoken of, and hardly
/// used but in these titles.
fn says_enough(phrase: &Phrase, titles: usize, idf: &Idf) -> bool {
    if phrase.is_unspaced {
        return phrase.stems.len() > 1;
    }
    let words = phrase.surface.split_whitespace();
    let first = words.clone().next().unwrap_or_default();
    if words.count() > 3 {
        return phrase.closes > 0;
    }
    let uses = phrase
        .stems
        .iter()
        .map(|stem| idf.uses(*stem))
        .fold(f32::MAX, f32::min);
    let own = if phrase.stems.len() > 1 { OWN.1 } else { OWN.0 };
    let is_its_own = phrase.titles as f32 * own >= uses;
    let share = phrase.titles as f64 / titles as f64;
    !is_russian_verb(&first.to_lowercase())
        && (phrase.opens > 0 || share >= MOST)
        && (is_its_own || (phrase.stems.len() > 1 && !phrase.is_name))
        && (phrase.stems.len() > 1 || (phrase.is_name && share >= ENOUGH))
}

/// Names and set phrases that are met with a trend more often than by chance, none a part of its label.
fn related(
    phrases: &[Phrase],
    (label, stems): (&str, Vec<u32>),
    titles: &[Title],
    idf: &Idf,
    is_own: &dyn Fn(&Phrase) -> bool,
) -> Vec<String> {
    let written = label.to_lowercase();
    let mut used: FxHashSet<u32> = stems.into_iter().collect();
    let mut related: Vec<String> = Vec::new();
    for phrase in phrases {
        if related.len() == RELATED {
            break;
        }
        let letters = phrase.surface.chars().count();
        // verbs and adjectives by themselves are no terms; a name or several words are
        let counts = phrase.surface.starts_with(char::is_numeric);
        let is_term = !counts
            && match phrase.stems.len() {
                1 => phrase.is_name && is_term(phrase.surface, letters, phrase.is_unspaced),
                2..=4 => phrase.is_all_name || (phrase.is_whole && !has_verb(phrase.surface)),
                _ => phrase.is_unspaced && phrase.is_whole,
            };
        let share = phrase.titles as f32 / titles.len() as f32;
        let rarest = phrase
            .stems
            .iter()
            .map(|stem| idf.of(*stem))
            .fold(0.0, f32::max);
        let by_chance = (1.0 - rarest).exp();
        if phrase.titles > 1
            && is_term
            && phrase.is_saying
            && phrase.is_headed
            && phrase.is_plain
            && !is_own(phrase)
            && (share >= CHANCE * by_chance || idf.is_new())
            && (!phrase.is_unspaced || phrase.is_whole)
            && !phrase.stems.iter().any(|stem| used.contains(stem))
            && !written.contains(&phrase.surface.to_lowercase())
        {
            used.extend(&phrase.stems);
            related.push(phrase.surface.to_owned());
        }
    }
    related
}

/// May a single word be a related term?
fn is_term(word: &str, letters: usize, is_unspaced: bool) -> bool {
    let plain = is_plain(word, None) != Some(false) && !word.ends_with(['и', 'ы']);
    (is_unspaced && letters > 1)
        || (letters > 2 && plain && !word.ends_with("'s") && !word.ends_with("’s"))
}

fn has_verb(text: &str) -> bool {
    text.split_whitespace().any(is_russian_verb)
}

/// A label without the particle that Korean glues to its last word.
fn root_of_last<'a>(label: &'a str, language: &str) -> &'a str {
    if language != "ko" {
        return label;
    }
    let last = label.rsplit(' ').next().unwrap_or_default();
    let cut = last.len() - root(last, language).len();
    &label[..label.len() - cut]
}

/// Share of titles in which each stem stands.
fn coverage(titles: &[Title]) -> FxHashMap<u32, f64> {
    let mut counts: FxHashMap<u32, f64> = FxHashMap::default();
    for title in titles {
        let stems: FxHashSet<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1.0 / titles.len() as f64;
        }
    }
    counts
}

/// The title that says most of what all say, or the canonical one if it says nearly as much.
fn headline(
    titles: &[Title],
    coverage: &FxHashMap<u32, f64>,
    idf: &Idf,
    canonical: Option<usize>,
) -> usize {
    let score = |title: &Title| {
        let mut stems: Vec<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        stems.sort_unstable();
        stems.dedup();
        let sum: f64 = stems
            .iter()
            .map(|stem| coverage[stem] * f64::from(idf.of(*stem)))
            .sum();
        sum / (stems.len() as f64 + 4.0)
    };
    let mut best = (0, f64::MIN);
    for (at, title) in titles.iter().enumerate() {
        let score = score(title);
        if score > best.1 + 1e-9 {
            best = (at, score);
        }
    }
    canonical
        .filter(|at| {
            titles
                .get(*at)
                .is_some_and(|title| score(title) >= best.1 * ENOUGH)
        })
        .unwrap_or(best.0)
}

#[cfg(test)]
mod tests {
    use super::super::language::language_of;
    use super::*;

    fn named(titles: &[&str], language: &'static str) -> String {
        let mut lexicon = Lexicon::default();
        let titles: Vec<_> = titles.iter().map(|title| (*title, language)).collect();
        name(
            &mut lexicon,
            &Idf::default(),
            &titles,
            &["The Daily Lantern"],
            None,
            "",
        )
        .label
    }

    #[test]
    fn a_name_is_told_whole() {
        let label = named(
            &[
                "Ask.fm closes on 1 December",
                "Service Ask.fm closes",
                "Why Ask.fm closes now",
            ],
            "en",
        );
        assert_eq!(label, "Ask.fm closes");
        let label = named(
            &[
                "Певицу Глюк'oZу оштрафовали",
                "Полиция: певицу Глюк'oZу задержали",
                "Певицу Глюк'oZу ждёт суд",
            ],
            "ru",
        );
        // nobody wrote the name in the form of a subject
        assert_eq!(label, "Певицу Глюк'oZу оштрафовали");
        let label = named(
            &[
                "The iOS 20 beta is out",
                "Apple ships iOS 20 beta",
                "iOS 20 beta: all news",
            ],
            "en",
        );
        assert_eq!(label, "iOS 20 beta");
    }

    #[test]
    fn what_says_nothing_gives_way_to_the_headline() {
        let label = named(
            &[
                "Парковка 4 ноября станет бесплатной",
                "4 ноября москвичи отдыхают",
            ],
            "ru",
        );
        assert!(
            label.contains(' ') && !label.starts_with('4') || label.len() > 12,
            "{label}"
        );
        let label = named(
            &[
                "Daily Lantern: frogs found in salad bag",
                "Daily Lantern: a bridge fell in Utopia",
            ],
            "en",
        );
        assert!(
            !label.starts_with("Daily Lantern") || label.contains(':'),
            "{label}"
        );
    }

    #[test]
    fn a_label_is_no_cut_out_of_a_sentence() {
        for (titles, label) in [
            // neither the verb before the name nor what follows it
            (
                &[
                    "Clipnet opens Remix Battles to every creator",
                    "Why Lumen opens Remix Battles to every creator",
                    "Brands join Remix Battles within hours of launch",
                ][..],
                "Remix Battles",
            ),
            // a verb that goes on is no end
            (
                &[
                    "Самый большой каток откроется в пятницу",
                    "Самый большой каток откроется на площади",
                    "Где самый большой каток откроется в пятницу",
                ],
                "Самый большой каток откроется в пятницу",
            ),
            // no name in it: the headline's opening
            (
                &[
                    "Москвич нашел в подвале старинный клад монет",
                    "Сосед нашел в подвале старинный клад монет",
                ],
                "Москвич нашел в подвале старинный клад монет",
            ),
            // capitals of a headline make no name
            (
                &[
                    "Three Advisers Resign Over Approval of a Drug",
                    "Second Panel Member Quits After Drug Vote",
                ],
                "Second Panel Member Quits After Drug Vote",
            ),
        ] {
            let language = language_of(label, None);
            assert_eq!(named(titles, language), label);
        }
    }

    #[test]
    fn scripts_without_spaces_have_readable_names() {
        let label = named(
            &[
                "华为发布新手机系统",
                "今天华为发布新手机",
                "华为发布新手机引发关注",
            ],
            "zh",
        );
        assert_eq!(label, "华为发布新手机");
    }
}
