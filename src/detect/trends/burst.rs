//! Scores what is said now against what was said before.
//!
//! Two sorts of candidates. Where texts are known, stories: they join what differs in words. Where
//! only titles are known, words and pairs of words that burst: a story cannot be told from a few
//! title words alone, but a name nobody used for weeks and three owners use within days can.
//!
//! A candidate's surprise is the sum of two −log₁₀ Poisson tails: how many owners say this together,
//! and how many owners use its most novel word, each against the last four weeks. The weeks are counted
//! in owners too, day by day, and the stream's size with no owner louder than the middle one (`volume`):
//! one loud source neither bursts nor hides what others say. What is of the same
//! sort as something on most days is routine (weather, horoscopes, columns) and is not told.
//!
//! Poisson tails against a trailing baseline: Kleinberg 2002 states, Weng & Lee 2011, and the
//! reference method of the evaluation; owners, not items, are counted, so that one loud source is one.

use rustc_hash::FxHashMap;

use super::breadth::Breadth;
use super::candidates::Candidate;
use super::features::Idf;
use super::history::{Echo, History};
use super::language::Lexicon;
use super::novelty::{LEADING, NEVER, Novelty, poisson_tail};
use super::recurrence::{recurrence, weekly_expectation};
use super::settings::TrendSettings;
use super::stories::{Number, Stories};
use super::vector::in_common;
use super::volume::loudness;
use super::window::{Held, Window};

/// Windows in which owners are counted, shortest first, in hours.
pub(super) const WINDOWS: [i64; 3] = [24, 48, 72];
/// Stories are told within the first of them: what takes longer to spread is no news.
pub(super) const STORY_WINDOWS: usize = 2;
/// Heaviest features by which a story is sought in the past.
pub(super) const CENTROID: usize = 128;

/// Something that may be a trend.
#[derive(Debug, Clone, Default)]
pub(super) struct Burst {
    /// Its story, or that of its first item.
    pub(super) story: Number,
    /// Arrival numbers of its items inside its window, oldest first.
    pub(super) items: Vec<u64>,
    /// The same inside the longest window.
    pub(super) spoken: Vec<u64>,
    /// Length of its window in hours.
    pub(super) hours: i64,
    /// Independent owners.
    pub(super) owners: usize,
    /// Owners expected.
    pub(super) expected: f64,
    /// −log₁₀ of the Poisson tail of its owners.
    pub(super) significance: f64,
    /// −log₁₀ of the tail of its most novel word.
    pub(super) novelty: f64,
    /// Rank order.
    pub(super) score: f64,
    /// How it comes again and again, if it does.
    pub(super) recurrent: Option<String>,
    /// The hashtag or mention that it is about, if it is nothing else.
    pub(super) tag: Option<u32>,
}

/// What a check looks at.
pub(super) struct Scene<'a> {
    pub(super) settings: &'a TrendSettings,
    pub(super) window: &'a Window,
    pub(super) stories: &'a Stories,
    pub(super) history: &'a mut History,
    pub(super) idf: &'a Idf,
    pub(super) now: i64,
}

impl Scene<'_> {
    const LONGEST: i64 = WINDOWS[WINDOWS.len() - 1] * 3600;

    pub(super) fn is_current(&self, item: &Held) -> bool {
        (self.now - Self::LONGEST + 1..=self.now).contains(&item.at)
    }

    pub(super) fn owners(&self, items: &[u64], hours: i64) -> FxHashMap<u32, i64> {
        let mut latest: FxHashMap<u32, i64> = FxHashMap::default();
        for item in items
            .iter()
            .map(|n| self.window.get(*n))
            .filter(|item| item.at > self.now - hours * 3600)
        {
            let at = latest.entry(item.owner).or_insert(item.at);
            *at = item.at.max(*at);
        }
        latest
    }

    /// What bursts, best first, overlaps left out. Learns the stream's usual breadth from it.
    pub(super) fn bursts(&mut self, lexicon: &mut Lexicon, breadth: &mut Breadth) -> Vec<Burst> {
        self.history
            .settle(self.now - Self::LONGEST, self.settings.baseline * 3600);
        let mut novelty = Novelty::new(self.history.days());
        let leading = novelty.leading(self);
        let mut candidates = self.told_by_texts(lexicon, breadth);
        candidates.extend(self.groups(lexicon, &leading));
        candidates.extend(self.tagged(&leading));
        let mut found: Vec<Burst> = Vec::new();
        // each of the two tails had as many chances as there are words
        let chances = (self.window.size().max(1) as f64).log10();
        let bar = 2.0 * chances + self.settings.titles_surprise;
        for candidate in &mut candidates {
            candidate.probe.novel = candidate
                .main_terms()
                .filter(|term| novelty.surprise(self, *term) >= LEADING)
                .collect();
            let echo = self.history.echo(&candidate.probe, self.settings.alike);
            let bar = if candidate.is_story {
                self.settings.story_surprise
            } else {
                bar
            };
            found.extend(self.measure(candidate, &echo, &mut novelty, bar, breadth));
        }
        let items = self.history.volume(Breadth::since(self.now));
        breadth.settle(self.now, self.settings, items);
        found.sort_by(|a, b| {
            a.recurrent
                .is_some()
                .cmp(&b.recurrent.is_some())
                .then(b.score.total_cmp(&a.score))
                .then(a.story.cmp(&b.story))
                .then(a.items.cmp(&b.items))
        });
        let mut told: Vec<Burst> = Vec::new();
        for burst in found {
            if !told
                .iter()
                .any(|other| overlap(&burst.spoken, &other.spoken))
            {
                told.push(burst);
            }
        }
        told
    }

    /// How a story comes again and again, if it does: compared at the time of its middle item.
    fn recurrence(&self, candidate: &Candidate, echo: &Echo, days: f64) -> Option<String> {
        let middle = candidate.items.get(candidate.items.len() / 2)?;
        let said = self.window.get(*middle).at.div_euclid(3_600);
        recurrence(&echo.hours, said, days, self.settings.routine)
    }

    /// The candidate within the shortest window in which it is surprising and broad enough.
    fn measure(
        &self,
        candidate: &Candidate,
        echo: &Echo,
        novelty: &mut Novelty,
        bar: f64,
        breadth: &mut Breadth,
    ) -> Option<Burst> {
        let past = if candidate.is_story {
            echo.same.max(echo.alike)
        } else {
            echo.same
        };
        let novel = candidate
            .main_terms()
            .map(|term| novelty.surprise(self, term))
            .fold(0.0, f64::max);
        let recurrent = candidate
            .is_story
            .then(|| self.recurrence(candidate, echo, novelty.days))
            .flatten();
        let hour = self.now.div_euclid(3_600);
        let mut first = None;
        let mut reached = [0; WINDOWS.len()];
        let windows = if candidate.is_story {
            STORY_WINDOWS
        } else {
            WINDOWS.len()
        };
        for (at, hours) in WINDOWS.into_iter().enumerate().take(windows) {
            let owners = self.owners(&candidate.items, hours);
            if owners.len() < self.settings.min_owners {
                continue;
            }
            let evenly = (past as f64 + NEVER) * hours as f64 / 24.0 / novelty.days;
            let weekly = weekly_expectation(&echo.hours, hour, hours, novelty.days);
            let expected = evenly.max(weekly);
            let significance = poisson_tail(owners.len(), expected);
            if significance + novel < bar {
                continue;
            }
            reached[at] = owners.len();
            if first.is_some()
                || (candidate.is_story && owners.len() < breadth.bar(at, self.settings))
            {
                continue;
            }
            let mut items = candidate.items.clone();
            items.retain(|n| self.window.get(*n).at > self.now - hours * 3600);
            self.quieten(&mut items);
            if items.len() < self.settings.min_owners {
                continue;
            }
            let mut ages: Vec<i64> = owners.values().map(|at| self.now - at).collect();
            ages.sort_unstable();
            let fresh: f64 = ages
                .iter()
                .map(|age| 0.5f64.powf(*age as f64 / 3600.0 / self.settings.half_life))
                .sum();
            first = Some(Burst {
                story: candidate.story,
                items,
                spoken: candidate.items.clone(),
                hours,
                owners: owners.len(),
                expected,
                significance,
                novelty: novel,
                score: fresh,
                recurrent: recurrent.clone(),
                tag: candidate.tag,
            });
        }
        if candidate.is_story && recurrent.is_none() {
            breadth.note(self.now, candidate.story, reached);
        }
        first
    }

    /// Leaves out what one owner says again and again: its first items count, as many as of others.
    fn quieten(&self, items: &mut Vec<u64>) {
        let (_, most) = loudness(items.iter().map(|item| self.window.get(*item).owner));
        let mut heard: FxHashMap<u32, usize> = FxHashMap::default();
        items.retain(|item| {
            let heard = heard.entry(self.window.get(*item).owner).or_default();
            *heard += 1;
            *heard <= most
        });
    }
}

/// Do two lists, each in order, share half of the shorter one?
fn overlap(a: &[u64], b: &[u64]) -> bool {
    in_common(a, b) * 2 >= a.len().min(b.len())
}
