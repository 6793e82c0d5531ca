//! Scores what is said now against what was said before.
//!
//! A candidate is a story with enough independent owners inside the window. Its signature is the
//! rarest title words that most of its items share; earlier items that share two of them are its
//! echoes, and say how many owners were to be expected. The excess is measured by the Poisson tail,
//! the weight by breadth over owners, each mention fading with its age.

use rustc_hash::FxHashMap;

use super::features::Idf;
use super::history::{Echo, History};
use super::settings::TrendSettings;
use super::stories::Number;
use super::window::Window;

/// Words of a signature.
const SIGNATURE: usize = 3;
/// Of which an echo shares so many.
const SHARED: usize = 2;
/// Owners expected of what was never said before.
const FLOOR: f64 = 0.3;

/// Something that may be a trend.
#[derive(Debug, Clone)]
pub(super) struct Burst {
    /// Its story.
    pub(super) story: Number,
    /// Arrival numbers of its items inside the window, oldest first.
    pub(super) items: Vec<u64>,
    /// Independent owners.
    pub(super) owners: usize,
    /// Owners expected.
    pub(super) expected: f64,
    /// −log₁₀ of the Poisson tail.
    pub(super) significance: f64,
    /// Rank order.
    pub(super) score: f64,
}

/// What bursts at `now`, best first.
pub(super) fn bursts(
    settings: &TrendSettings,
    window: &Window,
    history: &History,
    idf: &Idf,
    now: i64,
) -> Vec<Burst> {
    let since = now - settings.burst_window * 3600;
    let mut found = Vec::new();
    let mut signatures = Vec::new();
    for (story, members) in window.stories() {
        let items: Vec<u64> = members
            .iter()
            .copied()
            .filter(|n| (since + 1..=now).contains(&window.get(*n).at))
            .collect();
        let mut latest: FxHashMap<u32, i64> = FxHashMap::default();
        for item in items.iter().map(|n| window.get(*n)) {
            let at = latest.entry(item.owner).or_insert(item.at);
            *at = item.at.max(*at);
        }
        if latest.len() < settings.min_owners {
            continue;
        }
        let mut ages: Vec<i64> = latest.values().map(|at| now - at).collect();
        ages.sort_unstable();
        let breadth: f64 = ages
            .iter()
            .map(|age| 0.5f64.powf(*age as f64 / 3600.0 / settings.half_life))
            .sum();
        signatures.push((signature(window, idf, &items), SHARED));
        found.push(Burst {
            story,
            items,
            owners: latest.len(),
            expected: FLOOR,
            significance: 0.0,
            score: breadth,
        });
    }
    let past_hours = history
        .begin()
        .map_or(0.0, |begin| (since - begin) as f64 / 3600.0)
        .max(24.0);
    let echoes = history.echoes(&signatures, since);
    for (burst, echoes) in found.iter_mut().zip(&echoes) {
        burst.expected = FLOOR + expected(echoes) * settings.burst_window as f64 / past_hours;
        burst.significance = poisson_tail(burst.owners, burst.expected);
        burst.score *= burst.significance / (burst.significance + 1.0);
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.story.cmp(&b.story)));
    found
}

fn expected(echoes: &[Echo]) -> f64 {
    echoes.len() as f64
}

/// The rarest title stems that at least half of the items share.
fn signature(window: &Window, idf: &Idf, items: &[u64]) -> Vec<u32> {
    let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
    for item in items {
        for stem in &window.get(*item).stems {
            *counts.entry(*stem).or_default() += 1;
        }
    }
    let enough = (items.len().div_ceil(2)).max(2);
    let mut ranked: Vec<(f64, u32)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= enough || *count >= 3)
        .map(|(stem, count)| (count as f64 * f64::from(idf.of(stem)), stem))
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked
        .into_iter()
        .take(SIGNATURE)
        .map(|(_, stem)| stem)
        .collect()
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
