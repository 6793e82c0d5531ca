//! The tracker's one set of parameters. Measured on English and Russian streams of news sites,
//! channels and link aggregators; the same numbers serve all of them.

use serde::{Deserialize, Serialize};

/// Parameters of the tracker. Times are hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendSettings {
    /// A story takes items until it has been silent for so long.
    pub story_window: i64,
    /// Weight of a summary's word, a title's being 1.
    pub summary: f32,
    /// Cosine with a story's centroid at which an item joins it.
    pub join: f32,
    /// The same, as a share of `join`, for an item of which only a title is known: fewer words
    /// agree by chance, and fewer by sense.
    pub title_only: f32,
    /// Cosine of two centroids at which stories are one.
    pub merge: f32,
    /// The same for stories that began with a title only.
    pub merge_titles: f32,
    /// The past that a trend is measured against ends where the window begins and reaches so far back.
    pub baseline: i64,
    /// Fewest independent owners of a trend.
    pub min_owners: usize,
    /// Share of what joins other owners' stories that may be new trends: where more stories are broad,
    /// the bar of breadth rises. What one owner says alone, however loudly, moves it nowhere.
    pub share: f64,
    /// New trends a day that a reader wants at most, however much is said.
    pub budget: f64,
    /// Surprise from which a story is told: sum of two −log₁₀ probabilities.
    pub story_surprise: f64,
    /// The same where only titles are known; twice the log₁₀ of the window's size comes on top, since
    /// so many words could have burst by chance in either probability.
    pub titles_surprise: f64,
    /// Mean likeness of titles from which a group of them is about one thing.
    pub coherence: f32,
    /// Cosine of an earlier item's heaviest features with a story's from which it is of the same sort.
    pub alike: f32,
    /// Share of past days with something of the same sort from which it is routine.
    pub routine: f64,
    /// Half-life of a mention's weight in the score.
    pub half_life: f64,
    /// Most trends of one check.
    pub max_trends: usize,
}

impl Default for TrendSettings {
    fn default() -> Self {
        Self {
            story_window: 72,
            summary: 0.55,
            join: 0.35,
            title_only: 0.45,
            merge: 0.5,
            merge_titles: 0.3,
            baseline: 28 * 24,
            min_owners: 3,
            share: 0.055,
            budget: 12.0,
            story_surprise: 5.0,
            titles_surprise: 5.7,
            coherence: 0.23,
            alike: 0.22,
            routine: 0.42,
            half_life: 12.0,
            max_trends: 10,
        }
    }
}
