//! Scores what is said now against what was said before.
//!
//! Two sorts of candidates. Where texts are known, stories: they join what differs in words. Where
//! only titles are known, words and pairs of words that burst: a story cannot be told from a few
//! title words alone, but a name nobody used for weeks and three owners use within days can.
//!
//! A candidate's surprise is the sum of two −log₁₀ Poisson tails: how many owners say this together,
//! and how many owners use its most novel word, each against the last four weeks. What is of the same
//! sort as something on most days is routine (weather, horoscopes, columns) and is not told.
//!
//! Poisson tails against a trailing baseline: Kleinberg 2002 states, Weng & Lee 2011, and the
//! reference method of the evaluation; owners, not items, are counted, so that one loud source is one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::breadth::Breadth;
use super::features::Idf;
use super::former::Former;
use super::history::{Echo, History, Probe};
use super::recurrence::{recurrence, weekly_expectation};
use super::settings::TrendSettings;
use super::stories::{Number, Stories};
use super::window::{Held, Window};

/// Windows in which owners are counted, shortest first, in hours.
pub(super) const WINDOWS: [i64; 3] = [24, 48, 72];
/// Stories are told within the first of them: what takes longer to spread is no news.
pub(super) const STORY_WINDOWS: usize = 2;
/// Words of a signature.
const SIGNATURE: usize = 3;
/// Items expected of what was never said before.
const NEVER: f64 = 0.5;
/// Surprise of a single word from which it may lead a group.
pub(super) const LEADING: f64 = 3.0;
/// Items of one group that are compared with each other.
const COMPARED: usize = 30;
/// Words that may lead groups: the most surprising ones.
const LEADERS: usize = 120;
/// Words of a leading word's items that may stand beside it.
const PARTNERS: usize = 400;
/// Heaviest features by which a story is sought in the past.
pub(super) const CENTROID: usize = 128;
/// How what was told about a year ago recurs.
pub(super) const YEARLY: &str = "yearly";

/// Something that may be a trend.
#[derive(Debug, Clone, Default)]
pub(super) struct Burst {
    /// Its story, or that of its first item.
    pub(super) story: Number,
    /// Arrival numbers of its items inside its window, oldest first.
    pub(super) items: Vec<u64>,
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

#[derive(Default)]
pub(super) struct Candidate {
    pub(super) story: Number,
    pub(super) items: Vec<u64>,
    pub(super) is_story: bool,
    pub(super) probe: Probe,
    /// Terms of their own that most of its items share.
    pub(super) own: Vec<u32>,
    pub(super) tag: Option<u32>,
}

/// What a check looks at.
pub(super) struct Scene<'a> {
    pub(super) settings: &'a TrendSettings,
    pub(super) window: &'a Window,
    pub(super) stories: &'a Stories,
    pub(super) history: &'a mut History,
    pub(super) former: &'a Former,
    pub(super) idf: &'a Idf,
    pub(super) now: i64,
}

impl Scene<'_> {
    const LONGEST: i64 = WINDOWS[WINDOWS.len() - 1] * 3600;

    pub(super) fn is_current(&self, item: &Held) -> bool {
        (self.now - Self::LONGEST + 1..=self.now).contains(&item.at)
    }

    fn owners(&self, items: &[u64], hours: i64) -> FxHashMap<u32, i64> {
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
    pub(super) fn bursts(&mut self, breadth: &mut Breadth) -> Vec<Burst> {
        self.history
            .settle(self.now - Self::LONGEST, self.settings.baseline * 3600);
        let novelty = Novelty::of(self);
        let mut candidates = self.told_by_texts(breadth);
        candidates.extend(self.groups(&novelty));
        candidates.extend(self.tagged(&novelty));
        let mut found: Vec<Burst> = Vec::new();
        let bar = (novelty.items.max(1) as f64).log10() + self.settings.titles_surprise;
        for candidate in &candidates {
            let echo = self.history.echo(&candidate.probe, self.settings.alike);
            let bar = if candidate.is_story {
                self.settings.story_surprise
            } else {
                bar
            };
            found.extend(self.measure(candidate, &echo, &novelty, bar, breadth));
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
            if !told.iter().any(|other| overlap(&burst.items, &other.items)) {
                told.push(burst);
            }
        }
        told
    }

    /// How a story comes again and again, if it does: compared at the time of its middle item.
    fn recurrence(&self, candidate: &Candidate, echo: &Echo, days: f64) -> Option<String> {
        let middle = candidate.items.get(candidate.items.len() / 2)?;
        let said = self.window.get(*middle).at.div_euclid(3_600);
        recurrence(&echo.hours, said, days, self.settings.routine).or_else(|| {
            let Probe {
                signature,
                features,
                ..
            } = &candidate.probe;
            self.former
                .is_yearly(said.div_euclid(24), signature, features)
                .then(|| YEARLY.to_owned())
        })
    }

    /// The candidate within the shortest window in which it is surprising and broad enough.
    fn measure(
        &self,
        candidate: &Candidate,
        echo: &Echo,
        novelty: &Novelty,
        bar: f64,
        breadth: &mut Breadth,
    ) -> Option<Burst> {
        let past = if candidate.is_story {
            echo.same.max(echo.alike)
        } else {
            echo.same
        };
        let novel = candidate
            .probe
            .signature
            .iter()
            .chain(&candidate.own)
            .map(|term| novelty.surprise(*term))
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
            let items: Vec<u64> = candidate
                .items
                .iter()
                .copied()
                .filter(|n| self.window.get(*n).at > self.now - hours * 3600)
                .collect();
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

    /// Stories of which texts are known, and which are broad enough to be told or to be learnt from.
    fn told_by_texts(&self, breadth: &Breadth) -> Vec<Candidate> {
        let least = (breadth.least(self.settings) - 1).max(self.settings.min_owners);
        let mut found = Vec::new();
        for (story, members) in self.window.stories() {
            if members.len() < self.settings.min_owners {
                continue;
            }
            let items: Vec<u64> = members
                .iter()
                .copied()
                .filter(|n| self.is_current(self.window.get(*n)))
                .collect();
            let texts = items
                .iter()
                .filter(|n| !self.window.get(**n).title_only)
                .count();
            let is_story = texts * 2 >= items.len();
            let least = if is_story {
                least
            } else {
                self.settings.min_owners
            };
            if self.owners(&items, WINDOWS[2]).len() < least {
                continue;
            }
            if !is_story && self.coherence(&items) < self.settings.coherence {
                continue;
            }
            let probe = Probe {
                story: Some((story, self.stories.size(story))),
                signature: self.signature(&items),
                features: self.stories.centroid(story, CENTROID),
            };
            found.push(Candidate {
                own: self.shared(&items),
                story,
                items,
                is_story,
                probe,
                tag: None,
            });
        }
        found
    }

    /// Items of which only titles are known, grouped by novel words and pairs with one.
    fn groups(&self, novelty: &Novelty) -> Vec<Candidate> {
        let mut leading: FxHashMap<u32, Vec<u64>> = novelty
            .leaders()
            .into_iter()
            .map(|stem| (stem, Vec::new()))
            .collect();
        for (number, item) in self
            .window
            .iter()
            .filter(|(_, item)| item.title_only && self.is_current(item))
        {
            for stem in &item.stems {
                if let Some(items) = leading.get_mut(stem) {
                    items.push(number);
                }
            }
        }
        let mut keys: Vec<(Vec<u32>, Vec<u64>)> = Vec::new();
        for (stem, items) in leading {
            let mut beside: FxHashMap<u32, Vec<u64>> = FxHashMap::default();
            for number in &items {
                for other in self
                    .window
                    .get(*number)
                    .stems
                    .iter()
                    .filter(|other| **other != stem)
                {
                    if beside.len() < PARTNERS || beside.contains_key(other) {
                        beside.entry(*other).or_default().push(*number);
                    }
                }
            }
            keys.extend(
                beside
                    .into_iter()
                    .map(|(other, items)| (vec![stem.min(other), stem.max(other)], items)),
            );
            keys.push((vec![stem], items));
        }
        keys.retain(|(_, items)| self.owners(items, WINDOWS[2]).len() >= self.settings.min_owners);
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|(_, items)| self.coherence(items) >= self.settings.coherence);
        keys.into_iter()
            .map(|(signature, items)| Candidate {
                story: self.window.get(items[0]).story,
                items,
                is_story: false,
                probe: Probe {
                    signature,
                    ..Probe::default()
                },
                ..Candidate::default()
            })
            .collect()
    }

    /// Mean cosine of the titles' words.
    fn coherence(&self, items: &[u64]) -> f32 {
        let titles: Vec<Vec<(u32, f32)>> = items
            .iter()
            .rev()
            .take(COMPARED)
            .map(|n| {
                self.weighed(
                    self.window
                        .get(*n)
                        .stems
                        .iter()
                        .map(|stem| (*stem, 1.0))
                        .collect(),
                )
            })
            .collect();
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (at, title) in titles.iter().enumerate() {
            for other in &titles[..at] {
                sum += super::vector::dot(title, other);
                pairs += 1.0;
            }
        }
        if pairs > 0.0 { sum / pairs } else { 0.0 }
    }

    fn weighed(&self, mut words: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
        words.sort_unstable_by_key(|word| word.0);
        for word in &mut words {
            word.1 *= self.idf.of(word.0);
        }
        let length = words
            .iter()
            .map(|word| word.1 * word.1)
            .sum::<f32>()
            .sqrt()
            .max(1e-6);
        for word in &mut words {
            word.1 /= length;
        }
        words
    }

    /// The rarest title stems that at least half of the items, or three, share.
    fn signature(&self, items: &[u64]) -> Vec<u32> {
        let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
        for item in items {
            for stem in &self.window.get(*item).stems {
                *counts.entry(*stem).or_default() += 1;
            }
        }
        let enough = items.len().div_ceil(2).clamp(2, 3);
        let mut ranked: Vec<(f64, u32)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= enough)
            .map(|(stem, count)| (count as f64 * f64::from(self.idf.of(stem)), stem))
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked
            .into_iter()
            .take(SIGNATURE)
            .map(|(_, stem)| stem)
            .collect()
    }
}

/// How surprising each title word of the window is by itself.
pub(super) struct Novelty {
    surprise: FxHashMap<u32, f64>,
    /// Items in the window.
    items: usize,
    /// Days of baseline.
    days: f64,
}

impl Novelty {
    fn of(scene: &Scene) -> Self {
        let mut items = 0;
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        let current = || {
            let all = scene.window.iter().map(|(_, item)| item);
            all.filter(|item| scene.is_current(item))
        };
        for item in current() {
            items += 1;
            for stem in item.stems.iter().chain(&item.own) {
                *counts.entry(*stem).or_default() += 1;
            }
        }
        let days = scene.history.days();
        let window = WINDOWS[2] as f64 / 24.0 / days;
        let expected = |stem: u32| (f64::from(scene.history.count_of(stem)) + NEVER) * window;
        // words that are not even used more often than expected are left out before owners are told apart
        counts.retain(|stem, count| {
            *count as usize >= scene.settings.min_owners && f64::from(*count) > expected(*stem)
        });
        let mut uses: Vec<(u32, u32)> = Vec::new();
        for item in current() {
            let said = item.stems.iter().chain(&item.own);
            let more = said.filter(|stem| counts.contains_key(stem));
            uses.extend(more.map(|stem| (*stem, item.owner)));
        }
        uses.sort_unstable();
        uses.dedup();
        let surprise = uses
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|run| run.len() >= scene.settings.min_owners)
            .map(|run| (run[0].0, poisson_tail(run.len(), expected(run[0].0))))
            .collect();
        Self {
            surprise,
            items,
            days,
        }
    }

    /// The most surprising words.
    fn leaders(&self) -> Vec<u32> {
        let mut leaders: Vec<(f64, u32)> = self
            .surprise
            .iter()
            .filter(|(_, surprise)| **surprise >= LEADING)
            .map(|(stem, surprise)| (*surprise, *stem))
            .collect();
        leaders.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        leaders.truncate(LEADERS);
        leaders.into_iter().map(|leader| leader.1).collect()
    }

    pub(super) fn surprise(&self, stem: u32) -> f64 {
        self.surprise.get(&stem).copied().unwrap_or(0.0)
    }
}

/// Do two lists share half of the shorter one?
fn overlap(a: &[u64], b: &[u64]) -> bool {
    let set: FxHashSet<u64> = a.iter().copied().collect();
    let shared = b.iter().filter(|item| set.contains(item)).count();
    shared * 2 >= a.len().min(b.len())
}

/// −log₁₀ P[X ≥ k] of a Poisson variable with mean `mean`.
pub(super) fn poisson_tail(k: usize, mean: f64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let k = k as f64;
    let log_first = -mean + k * mean.ln() - (1..=k as u64).map(|i| (i as f64).ln()).sum::<f64>();
    let (mut sum, mut term) = (1.0, 1.0);
    for i in 1..400 {
        term *= mean / (k + f64::from(i));
        sum += term;
        if term < 1e-12 * sum {
            break;
        }
    }
    (-(log_first + f64::ln(sum)) / std::f64::consts::LN_10).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_poisson() {
        // 1 − e⁻¹ and 1 − 2e⁻¹
        assert!((poisson_tail(1, 1.0) - 0.199_1).abs() < 1e-3);
        assert!((poisson_tail(2, 1.0) - 0.578_1).abs() < 1e-3);
        assert!(poisson_tail(3, 50.0) < 1e-6);
        assert!(poisson_tail(20, 0.3) > 20.0);
    }
}
