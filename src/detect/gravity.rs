//! How grave a change is: does it alter what one may or must do, or is it a detail?
//!
//! A logistic model over few signs, as in `score`: p = 1 / (1 + e^−(bias + Σ weight · sign)), its
//! weights data (`[grave]` in `weights.toml`), fitted on pairs graded by hand with each sign's
//! direction fixed beforehand. What breaks by a near day is breaking; that is a rule, not a weight.

use std::sync::LazyLock;

use jiff::{ToSpan, tz::TimeZone};

use super::evidence::{Findings, Start};
use super::scene::Scene;
use super::score::{Model, Signs};
use crate::model::{ChangeClass, Severity};

/// The shipped weights.
const WEIGHTS: &str = include_str!("weights.toml");

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Weights {
        grave: Model,
    }
    // a test holds that the shipped weights parse; without them all would be important
    toml::from_str::<Weights>(WEIGHTS)
        .map(|w| w.grave)
        .unwrap_or_default()
});

/// The signs of gravity of a change of a class. `told` are the signs by which it is told.
pub(crate) fn signs(class: ChangeClass, findings: &Findings, told: &Signs) -> Signs {
    use ChangeClass as C;
    let yes = |is: bool| f64::from(u8::from(is));
    let seen = |name: &str| {
        let found = told.iter().find(|(sign, _)| *sign == name);
        found.map_or(0.0, |(_, value)| *value)
    };
    let duty = findings.duties.iter().any(|shift| {
        let came = shift.after.as_ref();
        let lifts = shift.before.as_ref().is_some_and(|d| d.kind == "ban");
        came.is_some_and(|d| lifts || (!d.weak && d.kind != "permission"))
    });
    let shift = findings
        .numbers
        .iter()
        .any(|s| s.before.is_some() && s.after.is_some());
    let terms = matches!(
        class,
        C::Limit | C::Price | C::Deprecation | C::NewFeature | C::Requirement
    );
    vec![
        ("ban", yes(class == C::Ban)),
        ("permission", yes(class == C::Permission)),
        ("terms", yes(terms)),
        ("privacy", yes(class == C::Privacy)),
        ("duty", yes(duty)),
        ("led", seen("led")),
        ("sentence", seen("sentence")),
        ("item", seen("item")),
        ("heading", seen("heading")),
        ("announcement", seen("announcement")),
        ("shift", yes(shift)),
        ("effective", yes(findings.effective.is_some())),
    ]
}

/// How grave a change with these signs is.
pub(crate) fn severity(
    class: ChangeClass,
    findings: &Findings,
    signs: &Signs,
    scene: &Scene<'_>,
) -> Severity {
    use ChangeClass as C;
    let soon = is_soon(findings, scene);
    let grave = MODEL.probability(signs) >= MODEL.threshold;
    match class {
        _ if breaks(findings) => Severity::Breaking,
        C::Deprecation if soon => Severity::Breaking,
        C::Ban | C::Limit | C::Price if soon && grave => Severity::Breaking,
        _ if grave => Severity::Important,
        _ => Severity::Informational,
    }
}

/// How grave a single entry of a feed or changelog is. It is new as a whole, so the signs of a
/// difference say nothing; its class decides.
pub(crate) fn entry(class: ChangeClass, findings: &Findings, scene: &Scene<'_>) -> Severity {
    use ChangeClass as C;
    let soon = is_soon(findings, scene);
    match class {
        _ if breaks(findings) => Severity::Breaking,
        C::Deprecation | C::Ban | C::Limit | C::Price if soon => Severity::Breaking,
        C::Wording | C::NewFeature if !soon => Severity::Informational,
        C::Privacy if findings.duties.is_empty() && !soon => Severity::Informational,
        _ => Severity::Important,
    }
}

/// Does it say itself that it breaks what was?
fn breaks(findings: &Findings) -> bool {
    let mut come = findings.come.iter();
    come.any(|(group, name, _)| *group == "lifecycle" && *name == "breaking")
}

/// Is it in force within two months, or with a version to come?
fn is_soon(findings: &Findings, scene: &Scene<'_>) -> bool {
    let today = scene.now.to_zoned(TimeZone::UTC).date();
    findings.effective.as_ref().is_some_and(|e| match &e.start {
        Start::Day(day) | Start::By(day) => {
            *day >= today
                && today
                    .checked_add(60.days())
                    .is_ok_and(|limit| *day <= limit)
        }
        Start::Version(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_parses_and_weighs() {
        assert!((0.4..0.7).contains(&MODEL.threshold));
        let said = |signs: &[&'static str]| {
            let signs = signs.iter().map(|sign| (*sign, 1.0)).collect();
            MODEL.probability(&signs) >= MODEL.threshold
        };
        assert!(said(&["ban", "duty", "sentence"]));
        assert!(said(&["terms", "shift", "duty"]));
        assert!(!said(&["privacy", "sentence"]));
        assert!(!said(&[]));
    }
}
