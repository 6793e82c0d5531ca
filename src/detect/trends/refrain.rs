//! What a trend says whatever the day: the words that most of its titles share, without numbers, dates
//! and days. "Meme Marathon 43" and "Meme Marathon 44" have one refrain.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::features::Idf;
use super::language::Lexicon;
use super::titles::Title;
use super::words::WordKind;

/// Titles read for one refrain.
const TITLES: usize = 60;
/// Stems kept of one.
const STEMS: usize = 24;
/// Likeness from which two refrains are one, and from which their words are nearly the same.
const ALIKE: f32 = 0.5;
const VERBATIM: f32 = 0.8;
/// A number from which, and up to which, it is a year.
const YEARS: std::ops::Range<u32> = 1900..2100;

/// What stands in most titles.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Refrain {
    /// Sorted.
    stems: Box<[u32]>,
    /// Names with their number, which is no year: "iOS 20". Sorted.
    numbered: Box<[u32]>,
}

/// How alike two refrains are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// The same for the most part.
    Alike,
    /// The same in nearly all words, and no other number behind a name.
    Verbatim,
}

impl Refrain {
    /// What at least two titles and two fifths of all share; each comes with its language.
    pub(super) fn read(lexicon: &mut Lexicon, titles: &[(&str, &'static str)]) -> Self {
        let titles = &titles[..titles.len().min(TITLES)];
        let mut counts: FxHashMap<(bool, u32), usize> = FxHashMap::default();
        for (text, language) in titles {
            let title = Title::read(lexicon, text, language);
            let mut seen = Vec::new();
            for (at, (word, stem)) in title.words.iter().enumerate() {
                let text = &text[word.start..word.end];
                if word.kind == WordKind::Number {
                    let is_year = text.parse().is_ok_and(|number| YEARS.contains(&number));
                    let name = at.checked_sub(1).filter(|name| title.is_name(*name));
                    if let Some(name) = name.and_then(|name| title.words[name].1)
                        && !is_year
                        && !word.breaks
                    {
                        seen.push((true, text.bytes().fold(name, mixed)));
                    }
                } else if let Some(stem) = stem
                    && title.says(at)
                    && !text.starts_with(char::is_numeric)
                {
                    seen.push((false, *stem));
                }
            }
            seen.sort_unstable();
            seen.dedup();
            for one in seen {
                *counts.entry(one).or_default() += 1;
            }
        }
        let enough = (titles.len() * 2).div_ceil(5).max(2);
        let mut shared: Vec<(usize, (bool, u32))> = counts
            .into_iter()
            .filter(|(_, count)| *count >= enough)
            .map(|(one, count)| (count, one))
            .collect();
        shared.sort_unstable_by(|a, b| b.cmp(a));
        let sorted = |is_number: bool| {
            let kept = shared.iter().filter(|(_, one)| one.0 == is_number);
            let mut kept: Vec<u32> = kept.map(|(_, one)| one.1).take(STEMS).collect();
            kept.sort_unstable();
            kept.into()
        };
        Self {
            stems: sorted(false),
            numbered: sorted(true),
        }
    }

    /// Is there nothing that could return?
    pub(super) fn is_empty(&self) -> bool {
        self.stems.is_empty()
    }

    /// How alike an earlier one is, if it is at all: Dice's coefficient (1945) of words by rarity.
    pub(super) fn likeness(&self, earlier: &Self, idf: &Idf) -> Option<Likeness> {
        let common = |stem: &&u32| earlier.stems.binary_search(stem).is_ok();
        if !self.stems.iter().any(|stem| common(&stem)) {
            return None;
        }
        let weight =
            |stems: &mut dyn Iterator<Item = &u32>| -> f32 { stems.map(|s| idf.of(*s)).sum() };
        let shared = weight(&mut self.stems.iter().filter(common));
        let dice =
            2.0 * shared / (weight(&mut self.stems.iter()) + weight(&mut earlier.stems.iter()));
        let same_numbers = self
            .numbered
            .iter()
            .all(|number| earlier.numbered.binary_search(number).is_ok());
        if dice < ALIKE {
            None
        } else if dice >= VERBATIM && same_numbers && self.stems.len() > 1 {
            Some(Likeness::Verbatim)
        } else {
            Some(Likeness::Alike)
        }
    }
}

/// One step of FNV-1a (Fowler, Noll, Vo 1991).
fn mixed(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

#[cfg(test)]
mod tests {
    use super::super::identify::language_of;
    use super::*;

    fn refrain(titles: &[&str]) -> Refrain {
        let titles: Vec<_> = titles
            .iter()
            .map(|title| (*title, language_of(title, None)))
            .collect();
        Refrain::read(&mut Lexicon::default(), &titles)
    }

    fn likeness(now: &[&str], earlier: &[&str]) -> Option<Likeness> {
        refrain(now).likeness(&refrain(earlier), &Idf::default())
    }

    #[test]
    fn numbers_dates_and_days_part_no_refrains() {
        for (now, earlier) in [
            (
                ["Meme Marathon 43 is on", "Join Meme Marathon 43 tonight"],
                ["Meme Marathon 42: theme is cats", "Meme Marathon 42 begins"],
            ),
            (
                [
                    "Отчёт за ноябрь 2026: итоги отдела",
                    "Итоги отдела, отчёт за ноябрь",
                ],
                [
                    "Отчёт за октябрь 2026: итоги отдела",
                    "Итоги отдела: отчёт за октябрь",
                ],
            ),
            (
                ["第43届表情包大赛今晚开始", "第43届表情包大赛开始报名"],
                ["第42届表情包大赛今晚开始", "第42届表情包大赛开始投票"],
            ),
        ] {
            assert!(likeness(&now, &earlier).is_some(), "{now:?}");
        }
        let other = ["Tower bridge opens", "Tower bridge opens today"];
        assert_eq!(
            likeness(&["Meme Marathon 43", "Meme Marathon 43"], &other),
            None
        );
    }

    #[test]
    fn another_number_behind_a_name_is_not_the_same_again() {
        let now = ["iPhone 18 presented by Apple", "Apple: iPhone 18 presented"];
        let then = ["iPhone 17 presented by Apple", "Apple: iPhone 17 presented"];
        assert_eq!(likeness(&now, &then), Some(Likeness::Alike));
        assert_eq!(likeness(&now, &now), Some(Likeness::Verbatim));
        let contest = |year| {
            [
                format!("Eurovision {year} final tonight"),
                format!("Final of Eurovision {year} tonight"),
            ]
        };
        let (now, then) = (contest(2027), contest(2026));
        let (now, then) = (now.each_ref(), then.each_ref());
        assert_eq!(
            likeness(&now.map(String::as_str), &then.map(String::as_str)),
            Some(Likeness::Verbatim)
        );
    }

    #[test]
    fn what_titles_do_not_share_is_no_refrain() {
        assert!(refrain(&[]).is_empty());
        assert!(refrain(&["Frogs in a salad", "A bridge fell"]).is_empty());
        assert!(refrain(&["42", "42", "2026"]).is_empty());
    }
}
