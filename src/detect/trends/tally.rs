//! Room to count in while a story is sought: two small tables that are used again for every item.
//!
//! One sums what speaks for each story, the other holds a vector spread out by key, so that its inner
//! products with stories of many terms touch only the stories' terms. Both give what maps and merged
//! lists would give, to the bit: sums are made in the same order.

use super::language::Kind;
use super::stories::{Number, POSTINGS, SEEK};

/// Slots of the sums: four times as many as stories that can be counted at once.
const SLOTS: usize = 4 * SEEK * POSTINGS;
/// Slots of the spread vector at least: four times as many as it has terms.
const SPREAD: usize = 1_024;
/// A slot without a key; a term whose key is this is kept apart.
const FREE: u32 = u32::MAX;

/// Strongest words of an agreement among which those of one name are sought.
const TOP: usize = 6;

/// Sums by story, and one vector by key.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Stories by slot, and what speaks for each.
    stories: Vec<(Number, f32)>,
    /// Slots in use, as many as are counted.
    used: Vec<u16>,
    count: usize,
    /// Terms of the vector by slot.
    terms: Vec<(u32, f32)>,
    /// The weight of the term whose key is [`FREE`].
    apart: f32,
}

impl Tally {
    /// Adds weight to a story; at most `SEEK * POSTINGS` stories may be counted.
    pub(super) fn count(&mut self, story: Number, weight: f32) {
        if self.stories.is_empty() {
            self.stories.resize(SLOTS, (FREE, 0.0));
            self.used.resize(SEEK * POSTINGS + 1, 0);
        }
        let mut slot = slot(story, SLOTS);
        loop {
            let held = self.stories[slot];
            let is_new = held.0 == FREE;
            if is_new || held.0 == story {
                // whether a story is new is no branch: nothing foretells it
                self.stories[slot] = (story, held.1 + weight);
                self.used[self.count] = slot as u16;
                self.count += usize::from(is_new);
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The stories with most weight, heaviest first and the older one where weights are equal; forgets
    /// all sums.
    pub(super) fn take_heaviest(&mut self, most: usize, except: Option<Number>) -> Vec<Number> {
        let mut best: Vec<(Number, f32)> = Vec::with_capacity(most + 1);
        let mut least = 0.0;
        for slot in &self.used[..std::mem::take(&mut self.count)] {
            let slot = &mut self.stories[usize::from(*slot)];
            let found = std::mem::replace(slot, (FREE, 0.0));
            if found.1 < least || Some(found.0) == except {
                continue;
            }
            let at = best.partition_point(|other| (other.1, found.0) > (found.1, other.0));
            best.insert(at, found);
            best.truncate(most);
            if best.len() == most {
                least = best[most - 1].1;
            }
        }
        best.into_iter().map(|story| story.0).collect()
    }

    /// Takes a vector in, each key once, for [`Tally::agree`].
    pub(super) fn spread(&mut self, vector: &[(u32, f32)]) {
        let slots = (vector.len() * 4).next_power_of_two().max(SPREAD);
        self.terms.clear();
        self.terms.resize(slots, (FREE, 0.0));
        self.apart = 0.0;
        for (key, weight) in vector {
            if *key == FREE {
                self.apart = *weight;
                continue;
            }
            let mut slot = slot(*key, slots);
            while self.terms[slot].0 != FREE {
                slot = (slot + 1) % slots;
            }
            self.terms[slot] = (*key, *weight);
        }
    }

    /// How the vector taken in agrees with another.
    pub(super) fn agree(&self, other: &[(u32, f32)]) -> Agreement {
        let slots = self.terms.len();
        let (mut sum, mut numbers) = (0.0, 0.0);
        let (mut strongest, mut prefixes) = ([(0, 0.0f32); TOP], [(0, 0.0f32); TOP]);
        for (key, weight) in other {
            let mut slot = slot(*key, slots);
            let found = loop {
                let term = self.terms[slot];
                if term.0 == *key && *key != FREE {
                    break term.1 * weight;
                }
                if term.0 == FREE {
                    break if *key == FREE {
                        self.apart * weight
                    } else {
                        0.0
                    };
                }
                slot = (slot + 1) % slots;
            };
            sum += found;
            if found > 0.0 {
                match Kind::of(*key) {
                    Kind::Word => rank(&mut strongest, *key, found),
                    Kind::Prefix => rank(&mut prefixes, *key, found),
                    Kind::Number => numbers += found,
                    Kind::Own => {}
                }
            }
        }
        Agreement {
            sum,
            words: sum - numbers,
            strongest,
            prefixes,
        }
    }
}

/// Puts a term among the strongest, if it is one.
fn rank(strongest: &mut [(u32, f32); TOP], key: u32, weight: f32) {
    let at = strongest.partition_point(|other| other.1 >= weight);
    if at < TOP {
        strongest.copy_within(at..TOP - 1, at + 1);
        strongest[at] = (key, weight);
    }
}

/// How two vectors agree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreement {
    /// Their inner product.
    pub(super) sum: f32,
    /// What of it bare numbers do not give.
    pub(super) words: f32,
    /// The words that give most of it, and the prefixes.
    strongest: [(u32, f32); TOP],
    prefixes: [(u32, f32); TOP],
}

impl Agreement {
    /// What of it is left without the name that gives most: the strongest word and what stands beside it
    /// in both, as `beside` tells of two words; a name has `most` words.
    pub(super) fn rest(&self, most: usize, beside: impl Fn(u32, u32) -> bool) -> f32 {
        let strongest = &self.strongest;
        let mut is_name = [false; TOP];
        is_name[0] = true;
        let mut count = 1;
        while count < most {
            let next = (1..TOP).find(|at| {
                let (key, weight) = strongest[*at];
                let touches = |other: usize| {
                    is_name[other]
                        && (beside(strongest[other].0, key) || beside(key, strongest[other].0))
                };
                !is_name[*at] && weight > 0.0 && (0..TOP).any(touches)
            });
            let Some(next) = next else { break };
            is_name[next] = true;
            count += 1;
        }
        let words: f32 = (0..TOP)
            .filter(|at| is_name[*at])
            .map(|at| strongest[at].1)
            .sum();
        let prefixes: f32 = self.prefixes[..count].iter().map(|prefix| prefix.1).sum();
        self.words - words - prefixes
    }
}

/// The slot of a key in a table of a power of two of slots: the upper bits of a product (Knuth 1973, 6.4).
fn slot(key: u32, slots: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B9) >> 16) as usize & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::super::vector::dot;
    use super::*;

    #[test]
    fn the_heaviest_stories_are_taken_in_order() {
        let mut tally = Tally::default();
        for _ in 0..2 {
            for (story, weight) in [(7, 0.5), (3, 0.5), (9, 0.25), (9, 0.5), (4, 0.1)] {
                tally.count(story, weight);
            }
            assert_eq!(tally.take_heaviest(3, None), [9, 3, 7]);
            assert!(tally.take_heaviest(3, None).is_empty());
        }
        tally.count(1, 1.0);
        tally.count(2, 0.5);
        assert_eq!(tally.take_heaviest(3, Some(1)), [2]);
    }

    #[test]
    fn as_many_stories_as_are_ever_sought_fit() {
        let mut tally = Tally::default();
        for story in 0..(SEEK * POSTINGS) as u32 {
            tally.count(story * 2_048, story as f32);
        }
        assert_eq!(tally.take_heaviest(2, None), [1_023 * 2_048, 1_022 * 2_048]);
    }

    #[test]
    fn a_spread_vector_multiplies_like_a_sorted_one() {
        let vector = |step: u32, terms: u32| -> Vec<(u32, f32)> {
            let last = (u32::MAX, 0.5);
            let terms = (0..terms).map(|n| (n * step, 1.0 / (n + 1) as f32));
            terms.chain([last]).collect()
        };
        let mut tally = Tally::default();
        for (a, b) in [
            (vector(3, 300), vector(2, 90)),
            (vector(1 << 16, 40), vector(1 << 15, 80)),
        ] {
            tally.spread(&a);
            assert_eq!(tally.agree(&b).sum.to_bits(), dot(&a, &b).to_bits());
        }
        tally.spread(&[]);
        assert!(tally.agree(&vector(1, 9)).sum.abs() < 1e-9);
    }
}
