//! What sort of change it is, how grave, and whom it concerns.
//!
//! Signs of what came and went give points to classes after the table `weights.toml`; the class with
//! most points wins, and the signs that gave them are its reasons. How grave it is, `gravity` weighs. Areas are the subjects named in
//! the words that changed, their section and the page's title.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::change::Study;
use super::evidence::{Findings, fresh};
use super::lexicon::words;
use super::scene::Scene;
use super::{gravity, score};
use crate::model::{BlockKind, ChangeClass, Severity};

/// The shipped weights.
const WEIGHTS: &str = include_str!("weights.toml");

/// A sign and how often it was seen.
pub(crate) type Signs = BTreeMap<String, f64>;

/// The judgement of a change.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) class: ChangeClass,
    pub(crate) severity: Severity,
    pub(crate) areas: Vec<String>,
    /// The signs that gave the class its points, greatest first.
    pub(crate) reasons: Vec<(String, f64)>,
    /// The signs by which the severity was weighed.
    pub(crate) grave: score::Signs,
}

const CLASSES: [ChangeClass; 9] = [
    ChangeClass::Limit,
    ChangeClass::Ban,
    ChangeClass::Permission,
    ChangeClass::Requirement,
    ChangeClass::Deprecation,
    ChangeClass::NewFeature,
    ChangeClass::Price,
    ChangeClass::Privacy,
    ChangeClass::Wording,
];

/// Points by class and sign.
static POINTS: LazyLock<BTreeMap<String, BTreeMap<String, f64>>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Weights {
        class: BTreeMap<String, BTreeMap<String, f64>>,
    }
    // a test holds that the shipped table parses
    toml::from_str::<Weights>(WEIGHTS)
        .map(|w| w.class)
        .unwrap_or_default()
});

/// Judges what was found. `title` is the source's name for people.
pub(crate) fn judge(study: &Study, scene: &Scene<'_>, title: &str) -> Verdict {
    let findings = &study.findings;
    let (class, reasons) = class_of(&signs(findings, scene, title));
    let areas = areas(study, scene, title);
    let grave = gravity::signs(class, findings, study.signs(scene));
    let severity = gravity::severity(class, findings, &grave, scene);
    Verdict {
        class,
        severity,
        areas,
        reasons,
        grave,
    }
}

/// The class with most points, and the signs that gave them.
fn class_of(signs: &Signs) -> (ChangeClass, Vec<(String, f64)>) {
    let mut best = (ChangeClass::Wording, Vec::new(), 0.0);
    for class in CLASSES {
        let Some(points) = POINTS.get(class.name()) else {
            continue;
        };
        let mut reasons: Vec<(String, f64)> = points
            .iter()
            .filter_map(|(sign, weight)| {
                signs
                    .get(sign)
                    .map(|count| (sign.clone(), count.min(3.0) * weight))
            })
            .collect();
        reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
        let sum: f64 = reasons.iter().map(|(_, points)| points).sum();
        if sum > best.2 {
            best = (class, reasons, sum);
        }
    }
    (best.0, best.1)
}

/// Counts the signs.
fn signs(findings: &Findings, scene: &Scene<'_>, title: &str) -> Signs {
    let mut signs = Signs::new();
    let mut add = |sign: String, count: f64| *signs.entry(sign).or_default() += count;
    add("always".to_owned(), 1.0);
    for shift in &findings.duties {
        if let Some(duty) = &shift.after {
            let kind = if duty.weak { "may" } else { duty.kind };
            add(format!("+obligation.{kind}"), 1.0);
        }
        if let Some(duty) = &shift.before {
            let kind = if duty.weak { "may" } else { duty.kind };
            add(format!("-obligation.{kind}"), 1.0);
        }
    }
    for shift in &findings.duties {
        if let (Some(was), Some(is)) = (&shift.before, &shift.after)
            && was.kind == is.kind
        {
            add(format!("strength.{}", is.kind), 1.0);
        }
    }
    for (kind, came, _) in &findings.led {
        add(format!("{}led.{kind}", if *came { '+' } else { '-' }), 1.0);
    }
    for shift in &findings.numbers {
        let unit = shift
            .after
            .as_ref()
            .or(shift.before.as_ref())
            .and_then(|f| f.unit);
        match unit {
            Some("version") => add("number.version".to_owned(), 1.0),
            Some("USD" | "EUR" | "GBP" | "RUB" | "KZT" | "kopeck") => {
                add("number.money".to_owned(), 1.0);
            }
            Some(_) if shift.before.is_some() && shift.after.is_some() => {
                add("number.shift".to_owned(), 1.0);
            }
            Some(_) => add("number.lone".to_owned(), 1.0),
            None => {}
        }
    }
    for (mark, found) in [
        ('+', &findings.come),
        ('-', &findings.gone),
        ('~', &findings.context),
    ] {
        let told = |group: &str| group != "obligation" || mark == '~';
        let mut counts: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        for (group, name, _) in found.iter().filter(|(group, ..)| told(group)) {
            *counts.entry((group, name)).or_default() += 1.0;
        }
        for ((group, name), count) in counts {
            add(format!("{mark}{group}.{name}"), count);
        }
    }
    let about = scene.hits(&words(&page_name(scene, title)));
    for name in ["privacy", "price", "limit"] {
        if about.iter().any(|h| h.group == "subject" && h.name == name) {
            add(format!("page.{name}"), 1.0);
        }
    }
    signs
}

/// What a page is about: the source's title and the page's own first headings.
fn page_name(scene: &Scene<'_>, title: &str) -> String {
    let is_heading = |b: &&crate::model::Block| matches!(b.kind, BlockKind::Heading(_));
    let heading = scene.after.blocks.iter().take(12).find(is_heading);
    let title = title.replace(['_', '-'], " ");
    format!("{title}. {}", heading.map_or("", |b| b.text.as_str()))
}

/// Areas named in the words that changed, their sections and the page's title; at most three.
fn areas(study: &Study, scene: &Scene<'_>, title: &str) -> Vec<String> {
    let mut points: BTreeMap<&'static str, f64> = BTreeMap::new();
    let mut add = |hits: &[crate::detect::lexicon::Hit], weight: f64| {
        for hit in hits.iter().filter(|h| h.group == "area") {
            *points.entry(hit.name).or_default() += weight;
        }
    };
    let all = study.hunks.iter().zip(&study.deltas);
    for (hunk, delta) in all.filter(|(hunk, _)| !hunk.cosmetic) {
        add(&fresh(&delta.before, scene), 1.0);
        add(&fresh(&delta.after, scene), 1.0);
        if let Some(section) = &hunk.section {
            add(&scene.heading(section).hits, 0.5);
        }
    }
    add(&scene.hits(&words(&page_name(scene, title))), 1.5);
    let mut ranked: Vec<_> = points.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let top = ranked.first().map_or(0.0, |(_, points)| *points);
    let close = ranked
        .into_iter()
        .filter(|(_, points)| *points >= top * 0.4);
    close.take(3).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_name_every_class() {
        let known: Vec<_> = CLASSES.iter().map(|c| c.name()).collect();
        assert!(POINTS.keys().all(|name| known.contains(&name.as_str())));
        assert_eq!(POINTS.len(), known.len());
    }
}
