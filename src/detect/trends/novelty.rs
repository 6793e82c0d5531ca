//! How surprising a word of the window is by itself: how many owners use it, against its past.

use rustc_hash::FxHashMap;

use super::burst::{Scene, WINDOWS};

/// Items expected of what was never said before.
pub(super) const NEVER: f64 = 0.5;
/// Surprise of a single word from which it is new by itself, and may lead a group.
pub(super) const LEADING: f64 = 3.0;
/// From here on factorials are approximated.
const LARGE: usize = 32;

/// The surprise of title words at one check, each found out when first asked for.
pub(super) struct Novelty {
    known: FxHashMap<u32, f64>,
    /// Days of baseline.
    pub(super) days: f64,
}

impl Novelty {
    /// Nothing is known yet.
    pub(super) fn new(days: f64) -> Self {
        Self {
            known: FxHashMap::default(),
            days,
        }
    }

    /// The surprising terms of the window, most surprising first.
    pub(super) fn leading(&mut self, scene: &Scene) -> Vec<u32> {
        let mut leading: Vec<(f64, u32)> = scene
            .window
            .words()
            .filter(|(stem, count)| {
                // no more owners than items: most words need not be looked at more closely
                *count >= scene.settings.min_owners
                    && poisson_tail(*count, self.expected(scene, *stem)) >= LEADING
            })
            .map(|(stem, _)| stem)
            .collect::<Vec<u32>>()
            .into_iter()
            .map(|stem| (self.surprise(scene, stem), stem))
            .filter(|(surprise, _)| *surprise >= LEADING)
            .collect();
        leading.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        leading.into_iter().map(|(_, stem)| stem).collect()
    }

    /// −log₁₀ of the tail of a word's owners; 0 for one that is used no more often than expected.
    pub(super) fn surprise(&mut self, scene: &Scene, stem: u32) -> f64 {
        if let Some(known) = self.known.get(&stem) {
            return *known;
        }
        let expected = self.expected(scene, stem);
        let least = scene.settings.min_owners;
        let is_more = |count: usize| count >= least && count as f64 > expected;
        let surprise = Some(scene.window.uses(stem))
            .filter(|uses| is_more(uses.len()))
            .map_or(0.0, |uses| {
                let items = uses.map(|number| scene.window.get(number));
                let mut owners: Vec<u32> = items
                    .filter(|item| scene.is_current(item))
                    .map(|item| item.owner)
                    .collect();
                let count = owners.len();
                owners.sort_unstable();
                owners.dedup();
                if is_more(count) && owners.len() >= least {
                    poisson_tail(owners.len(), expected)
                } else {
                    0.0
                }
            });
        self.known.insert(stem, surprise);
        surprise
    }

    /// Items with a word expected within the longest window.
    fn expected(&self, scene: &Scene, stem: u32) -> f64 {
        let window = WINDOWS[2] as f64 / 24.0 / self.days;
        (f64::from(scene.history.titles(stem)) + NEVER) * window
    }
}

/// −log₁₀ P[X ≥ k] of a Poisson variable with mean `mean`.
pub(super) fn poisson_tail(k: usize, mean: f64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let log_first = -mean + k as f64 * mean.ln() - ln_factorial(k);
    let k = k as f64;
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

/// ln k!, by Stirling's series (1730) where k is large.
fn ln_factorial(k: usize) -> f64 {
    if k < LARGE {
        return (1..=k).map(|i| (i as f64).ln()).sum();
    }
    let k = k as f64;
    (k + 0.5) * k.ln() - k + 0.5 * std::f64::consts::TAU.ln() + 1.0 / (12.0 * k)
        - 1.0 / (360.0 * k.powi(3))
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

    #[test]
    fn a_large_factorial_goes_on_where_a_small_one_ends() {
        let step = ln_factorial(LARGE) - ln_factorial(LARGE - 1);
        assert!((step - (LARGE as f64).ln()).abs() < 1e-9);
    }
}
