//! In which order a reader's goal puts trends. Each order names its number, and a number that public
//! data does not hold is absent, never 0. Nothing here says anything about sales.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::TrendView;
use crate::model::{Goal, Role};
use crate::store::TrendMember;

/// What is recent for velocity.
const RECENT: SignedDuration = SignedDuration::from_hours(6);
/// Tags of sources that write about advertising and trade.
const TRADE: [&str; 8] = [
    "ads",
    "advertising",
    "commerce",
    "ecommerce",
    "shop",
    "price",
    "prices",
    "monetisation",
];

/// A number by which trends are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// What it is, with its unit.
    pub name: &'static str,
    /// The number; `None` where the sources do not show what it is made of.
    pub value: Option<f64>,
}

/// The number that a goal orders by.
pub(super) fn measure(
    goal: Goal,
    view: &TrendView,
    members: &[TrendMember],
    now: Timestamp,
) -> Measure {
    let recent = now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
    let (name, value) = match goal {
        // velocity over the last hours, weighed by whether it grows
        Goal::Buzz => {
            let fresh = members.iter().filter(|m| m.at >= recent).count();
            let per_hour = fresh as f64 / RECENT.as_hours() as f64;
            let growth = view.evidence.acceleration.clamp(0.1, 10.0);
            ("items/h × acceleration", Some(per_hour * growth))
        }
        Goal::Awareness => {
            let volume = (1.0 + view.items as f64).log2();
            ("owners × log₂ items", Some(view.owners as f64 * volume))
        }
        Goal::Community => {
            let shown: Vec<f64> = members.iter().filter_map(|m| m.comments).collect();
            let sum = (!shown.is_empty()).then(|| shown.iter().sum());
            ("comments", sum)
        }
        Goal::Sales => {
            let near = members.iter().filter(|m| {
                m.role == Role::Competitor || m.tags.iter().any(|t| TRADE.contains(&t.as_str()))
            });
            (
                "items of competitors and trade sources",
                Some(near.count() as f64),
            )
        }
    };
    Measure { name, value }
}
