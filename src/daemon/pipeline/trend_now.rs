//! A trend as it stands when a digest is composed, not as it stood when it was found: by then it may
//! have grown, or be past its peak.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::{Evidence, Finding, FindingKind, Series, TrendId};
use crate::store::{Reader, StoreError};

/// Items of one trend that are counted.
const MEMBERS: usize = 5_000;
/// Steps of the chart, whole hours each.
const STEPS: i64 = 24;

/// Puts the present stage, counts and volume into the finding of a trend; leaves any other as it is.
pub(super) fn as_of(
    mut finding: Finding,
    reader: &Reader,
    now: Timestamp,
) -> Result<Finding, StoreError> {
    let (FindingKind::Trend, Some(id)) = (finding.kind, TrendId::of_topic_key(&finding.topic_key))
    else {
        return Ok(finding);
    };
    let stored = match reader.trend(id) {
        Ok(stored) => stored,
        // forgotten since
        Err(StoreError::NotFound(_)) => return Ok(finding),
        Err(error) => return Err(error),
    };
    let mut members = reader.trend_members(id, MEMBERS)?;
    members.retain(|member| member.at <= now);
    let Some(first) = members.first().map(|member| member.at) else {
        return Ok(finding);
    };
    let owners: BTreeSet<&str> = members.iter().map(|m| m.owner.as_str()).collect();
    let counts = [("owners", owners.len()), ("items", members.len())];
    let times = members.iter().map(|member| member.at);
    let series = volume(times, first, now).evidence();
    for evidence in &mut finding.evidence {
        let count = counts
            .iter()
            .find(|(name, _)| evidence.place.as_deref() == Some(name));
        match (evidence.kind.as_str(), count) {
            ("count", Some((_, count))) => evidence.after = Some(count.to_string()),
            ("series", _) => *evidence = series.clone(),
            _ => {}
        }
    }
    let stage = Evidence {
        kind: "stage".to_owned(),
        before: None,
        after: Some(stored.trend.stage.name().to_owned()),
        place: Some(now.to_string()),
    };
    finding.evidence.insert(0, stage);
    Ok(finding)
}

/// Items in steps of whole hours that end now, the first of them with the first item.
fn volume(times: impl Iterator<Item = Timestamp>, first: Timestamp, now: Timestamp) -> Series {
    let hours = now.duration_since(first).as_hours() + 1;
    let step = (hours + STEPS - 1) / STEPS;
    let steps = (hours + step - 1) / step;
    let mut values = vec![0.0; usize::try_from(steps).unwrap_or(1).max(1)];
    let last = values.len() - 1;
    for at in times {
        let back = usize::try_from(now.duration_since(at).as_hours() / step).unwrap_or(0);
        values[last - back.min(last)] += 1.0;
    }
    Series {
        of: "items".to_owned(),
        step: SignedDuration::from_hours(step),
        values: values.into_iter().map(Some).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_ends_now_and_counts_each_item_once() {
        let start: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
        let at = |hours: i64| start + SignedDuration::from_hours(hours);
        let of = |hours: &[i64], now: i64| {
            let volume = volume(hours.iter().map(|h| at(*h)), at(hours[0]), at(now));
            let values: Vec<f64> = volume.values.iter().flatten().copied().collect();
            (volume.step.as_hours(), values)
        };
        assert_eq!(of(&[0], 0), (1, vec![1.0]));
        assert_eq!(of(&[0, 1, 1, 3], 3), (1, vec![1.0, 2.0, 0.0, 1.0]));
        let (step, values) = of(&[0, 10, 99], 99);
        assert_eq!((step, values.len()), (5, 20));
        assert!((values.iter().sum::<f64>() - 3.0).abs() < 1e-9);
        assert!((values[0] - 1.0).abs() < 1e-9 && (values[19] - 1.0).abs() < 1e-9);
    }
}
