//! A trend as a finding: what a reader may be told of it.

use jiff::{SignedDuration, Timestamp};

use crate::model::{Evidence, Finding, FindingKind, Series, Severity, Source, Trend, TrendStage};

/// Owners from which a growing trend is important rather than good to know.
const BROAD: usize = 5;

/// The finding of a trend at `now`, under `lead`, the source of its headline.
pub fn trend_finding(trend: &Trend, lead: &Source, now: Timestamp) -> Finding {
    let severity = match trend.stage {
        TrendStage::Rising | TrendStage::Peaking if trend.evidence.owners >= BROAD => {
            Severity::Important
        }
        TrendStage::Over => Severity::Cosmetic,
        _ => Severity::Informational,
    };
    let seen = |kind: &str, value: String, place: &str| Evidence {
        kind: kind.to_owned(),
        before: None,
        after: Some(value),
        place: Some(place.to_owned()),
    };
    let mut evidence = vec![
        seen("count", trend.evidence.owners.to_string(), "owners"),
        seen("count", trend.evidence.items.to_string(), "items"),
        seen(
            "baseline",
            format!("{:.1}", trend.evidence.expected),
            "owners",
        ),
    ];
    if let (Some(how), Some(usual)) = (&trend.evidence.recurrent, trend.evidence.usual) {
        evidence.push(Evidence {
            before: Some(usual.to_string()),
            ..seen("usual", trend.evidence.owners.to_string(), how)
        });
    }
    let steps = i64::try_from(trend.series.len()).unwrap_or(i64::MAX).max(1);
    let series = Series {
        of: "items".to_owned(),
        step: SignedDuration::from_mins(trend.window_hours * 60 / steps),
        values: trend.series.iter().map(|n| Some(f64::from(*n))).collect(),
    };
    evidence.push(series.evidence());
    evidence.extend(
        trend
            .related
            .iter()
            .map(|term| seen("related", term.clone(), "titles")),
    );
    Finding {
        language: trend.languages.first().cloned(),
        confidence: 1.0 - 0.5f64.powf(trend.evidence.significance / 2.0),
        title: trend.label.clone(),
        gist: trend.headline.clone(),
        url: trend.link.clone(),
        published_at: Some(trend.first_seen),
        topic_key: trend.id.topic_key(),
        evidence,
        suppressed: (trend.stage == TrendStage::Over).then(|| "over".to_owned()),
        ..Finding::about(lead, FindingKind::Trend, severity, now)
    }
}
