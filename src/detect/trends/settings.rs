//! The tracker's one set of parameters. Measured on English and Russian streams of news sites,
//! channels and link aggregators; the same numbers serve all of them.

use serde::{Deserialize, Serialize};

/// Parameters of the tracker. Times are hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendSettings {
    /// A story takes items until it has been silent for so long.
    pub story_window: i64,
    /// Cosine with a story's centroid at which an item joins it.
    pub join: f32,
    /// The same, as a share of `join`, for an item of which only a title is known: fewer words
    /// agree by chance, and fewer by sense.
    pub title_only: f32,
    /// Cosine of two centroids at which stories are one.
    pub merge: f32,
    /// Trends are sought among the items of the last hours.
    pub burst_window: i64,
    /// The past that a trend is measured against ends where the window begins and reaches so far back.
    pub baseline: i64,
    /// Fewest independent owners of a trend.
    pub min_owners: usize,
    /// Half-life of a mention's weight in the score.
    pub half_life: f64,
    /// Most trends of one check.
    pub max_trends: usize,
}

impl Default for TrendSettings {
    fn default() -> Self {
        Self {
            story_window: 72,
            join: 0.35,
            title_only: 0.5,
            merge: 0.4,
            burst_window: 24,
            baseline: 28 * 24,
            min_owners: 3,
            half_life: 12.0,
            max_trends: 10,
        }
    }
}
