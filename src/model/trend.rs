//! Trends and stories: what is said by several owners at once, and how it fares.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One story: items that tell the same news. Numbered by the tracker in order of appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoryId(pub u64);

/// Begins the topic keys of trends.
const TOPIC: &str = "trend:";

/// One trend: a story or a term that bursts. Keeps its number from its first alert until it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrendId(pub u64);

impl TrendId {
    /// The topic key of all findings about the trend.
    pub fn topic_key(self) -> String {
        format!("{TOPIC}{self}")
    }

    /// The trend that findings with a topic key are about, if it is one's.
    pub fn of_topic_key(key: &str) -> Option<Self> {
        key.strip_prefix(TOPIC)?.parse().ok()
    }
}

impl std::fmt::Display for TrendId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("t{}", self.0))
    }
}

impl std::str::FromStr for TrendId {
    type Err = super::BadId;

    fn from_str(text: &str) -> Result<Self, super::BadId> {
        let text = text.trim();
        let number = text.strip_prefix(['t', 'T']).unwrap_or(text);
        let number = number.parse().map_err(|_| super::BadId {
            text: text.to_owned(),
            why: "expected a number, or `t` and a number",
        })?;
        Ok(Self(number))
    }
}

/// Where a trend stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrendStage {
    /// First owners speak of it.
    Emerging,
    /// More owners join than before.
    Rising,
    /// At or next to its greatest breadth.
    Peaking,
    /// Fewer new items than at the peak.
    Fading,
    /// Nothing new any more.
    Over,
}

impl TrendStage {
    /// In one word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Emerging => "emerging",
            Self::Rising => "rising",
            Self::Peaking => "peaking",
            Self::Fading => "fading",
            Self::Over => "over",
        }
    }
}

/// Numbers behind a trend.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrendEvidence {
    /// Independent owners within the window.
    pub owners: usize,
    /// Items within the window, reprints of one owner counted each.
    pub items: usize,
    /// Owners that the trend's own past leads one to expect in such a window.
    pub expected: f64,
    /// −log₁₀ of the chance to see that many owners from that past (Poisson tail).
    pub significance: f64,
    /// Voices of the last `pace_minutes` against as long before, one added to each; of what is usually
    /// said at those hours. > 1 is growing.
    pub acceleration: f64,
    /// The span of `acceleration`: as long as the trend's own pace asks for; 0 where it was not kept.
    #[serde(default)]
    pub pace_minutes: i64,
    /// 0–1: share of its words' weight that the past did not know together.
    pub novelty: f64,
    /// How it returns ("every Monday", "monthly"), if it does; such a trend is told only if it is larger
    /// than usual.
    pub recurrent: Option<String>,
    /// Owners of the broadest of its former times, if it is recurrent and they are known.
    #[serde(default)]
    pub usual: Option<usize>,
    /// Has it twice as many owners as ever before, though recurrent?
    #[serde(default)]
    pub larger: bool,
}

impl TrendEvidence {
    /// Does it come as it always does, so that nobody need be told?
    pub fn is_routine(&self) -> bool {
        self.recurrent.is_some() && !self.larger
    }
}

/// A topic that bursts against its own past over several independent owners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Stable number.
    pub id: TrendId,
    /// Short readable name, as really written somewhere.
    pub label: String,
    /// Labels it had before, oldest first.
    #[serde(default)]
    pub earlier_labels: Vec<String>,
    /// Title of its canonical item if that says enough; else of the item that says best what it is about.
    pub headline: String,
    /// The item whose title the headline is; `source` and `link` are its, too.
    #[serde(default)]
    pub headline_item: i64,
    /// Where it stands.
    pub stage: TrendStage,
    /// Rank order; comparable within one check.
    pub score: f64,
    /// Sources that speak of it, in order of first mention.
    pub sources: Vec<String>,
    /// Item ids, oldest first.
    pub items: Vec<i64>,
    /// The official item if there is one, else the earliest, of all that it ever had.
    pub canonical: i64,
    /// Source of the headline's item.
    #[serde(default)]
    pub source: String,
    /// Link of the headline's item, put in by whoever has the items at hand.
    pub link: Option<String>,
    /// Languages it is told in, most used first.
    pub languages: Vec<String>,
    /// Terms often met with it, as written.
    pub related: Vec<String>,
    /// First item of all that it ever had.
    pub first_seen: Timestamp,
    /// Last item.
    pub last_seen: Timestamp,
    /// Length of the window, in hours.
    pub window_hours: i64,
    /// Items per step of the window, oldest first: a sparkline.
    pub series: Vec<u32>,
    /// Why it is believed.
    pub evidence: TrendEvidence,
}
