//! When a name is new, what is one thing under two names, and in which stage its use is.

use jiff::{SignedDuration, Timestamp};

use super::judge::{OWNERS, Verdict};
use super::names::key_of;
use crate::model::{NewName, TrendStage};

/// Days of watching before any name is new: what is heard first was mostly there before.
pub const WARM_UP: i64 = 14;
/// Days since its first use in which a name is young: only then its users are counted.
pub const YOUNG: i64 = 7;
/// A name whose last use is older is no news any more.
pub const FRESH: SignedDuration = SignedDuration::from_hours(72);
/// Days of silence after which a name is forgotten, and may be new again.
pub const FORGET: i64 = 400;
/// Days of watching at which half of what seems new is.
const LEARNT: f64 = 7.0;

/// The day of an instant, from the epoch.
pub fn day_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

/// How sure it is that a verdict tells a new thing, after so many days of watching.
pub fn confidence(verdict: &Verdict, days: i64) -> f64 {
    let signs = verdict.launched + verdict.sorted;
    let doubt = 0.6f64.powi(verdict.owners.min(12) as i32) * 0.7f64.powi(signs.min(12) as i32);
    let days = days.max(0) as f64;
    (1.0 - doubt) * days / (days + LEARNT)
}

/// Is it one thing under two names? One name says the other and they share an item, or they stand
/// mostly in the same items. Items are sorted.
pub fn is_same_thing(a: (&str, &[i64]), b: (&str, &[i64])) -> bool {
    let shared =
        a.1.iter()
            .filter(|item| b.1.binary_search(item).is_ok())
            .count();
    let says = |longer: &str, shorter: &str| {
        let (longer, shorter) = (key_of(longer), key_of(shorter));
        !shorter.is_empty() && longer.contains(&shorter)
    };
    shared * 2 >= a.1.len().min(b.1.len()).max(1)
        || (shared > 0 && (says(a.0, b.0) || says(b.0, a.0)))
}

/// Sorts verdicts so that the broadest name of one thing comes first, the longest of equals.
pub fn rank<T>(found: &mut [(T, Verdict)]) {
    found.sort_by(|(_, a), (_, b)| {
        let length = |verdict: &Verdict| verdict.name.chars().count();
        let order = b.owners.cmp(&a.owners).then(length(b).cmp(&length(a)));
        order.then(a.name.cmp(&b.name))
    });
}

/// In which stage the use of a name is, by when which owner used it.
pub fn stage(name: &NewName, uses: &[(Timestamp, &str)], now: Timestamp) -> TrendStage {
    let owners = |from: i64, to: i64| {
        let between = |at: Timestamp| {
            let hours = now.duration_since(at).as_hours();
            (to..from).contains(&hours)
        };
        let mut owners: Vec<&str> = uses.iter().filter(|u| between(u.0)).map(|u| u.1).collect();
        owners.sort_unstable();
        owners.dedup();
        owners.len()
    };
    let (recent, before) = (owners(24, 0), owners(48, 24));
    let all = owners(i64::MAX, 0);
    match (recent, before) {
        (0, 0) if owners(72, 48) == 0 => TrendStage::Over,
        (0, _) => TrendStage::Fading,
        _ if all <= OWNERS.max(name.owners) => TrendStage::Emerging,
        _ if recent > before => TrendStage::Rising,
        _ if recent * 2 >= before => TrendStage::Peaking,
        _ => TrendStage::Fading,
    }
}
