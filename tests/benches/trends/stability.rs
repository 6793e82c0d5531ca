//! How much the figures hang on each parameter: one at a time, a fifth less and a fifth more.

use std::path::Path;

use serde_json::Value;
use tidewatch::detect::trends::TrendSettings;
use tidewatch::detect::trends::replay::Recorded;

use super::measure::{Truth, alerts, bcubed, load, replay};
use super::{ALERTS, STORIES};

const NAMES: [&str; 8] = [
    "uci", "ru_tg", "en_tg", "ru_ch", "ru F1", "ru R", "hn F1", "cep F1",
];
type Figures = [f64; NAMES.len()];
/// All time in hours: nothing is looked at on the way.
const NEVER: i64 = 24 * 365 * 10;

/// Every set in memory.
struct Sets {
    stories: Vec<(Vec<Recorded>, Truth)>,
    alerts: Vec<(Vec<Recorded>, Truth)>,
}

/// Prints the figures with every parameter as it is, and a fifth off either way.
pub(crate) fn stability(root: &Path) {
    let sets = Sets {
        stories: STORIES.iter().map(|set| load(root, set.0)).collect(),
        // the hourly checks, not the three-hourly ones of the same stream
        alerts: ALERTS
            .iter()
            .filter(|set| set.1 != 3)
            .map(|set| load(root, set.0))
            .collect(),
    };
    println!(
        "{:<16}      {}",
        "parameter",
        NAMES.map(|name| format!("{name:>6}")).join(" ")
    );
    let base = sets.figures(&TrendSettings::default());
    row("as it is", "", &base);
    let Value::Object(parameters) = serde_json::to_value(TrendSettings::default()).unwrap() else {
        return;
    };
    let mut furthest: Vec<(&str, Figures)> = Vec::new();
    for (name, value) in &parameters {
        let mut most = [0f64; NAMES.len()];
        for factor in [0.8, 1.2] {
            let mut changed = parameters.clone();
            changed[name] = match value.as_i64() {
                // whole numbers move by one at least
                Some(whole) => {
                    let step = ((whole as f64 * 0.2).round() as i64).max(1);
                    (if factor < 1.0 {
                        whole - step
                    } else {
                        whole + step
                    })
                    .into()
                }
                None => (value.as_f64().unwrap() * factor).into(),
            };
            let figures = sets.figures(&serde_json::from_value(changed.into()).unwrap());
            row(name, if factor < 1.0 { "−20 %" } else { "+20 %" }, &figures);
            for (most, (now, then)) in most.iter_mut().zip(figures.iter().zip(&base)) {
                *most = most.max((now - then).abs());
            }
        }
        furthest.push((name, most));
    }
    println!("\nfurthest from as it is, by figure");
    for (at, figure) in NAMES.iter().enumerate() {
        let mut by: Vec<_> = furthest
            .iter()
            .map(|(name, most)| (most[at], *name))
            .collect();
        by.sort_by(|a, b| b.0.total_cmp(&a.0));
        let told: Vec<String> = by
            .iter()
            .take(4)
            .map(|(most, name)| format!("{name} {most:.3}"))
            .collect();
        println!("{figure:<8} {}", told.join(", "));
    }
}

fn row(name: &str, change: &str, figures: &Figures) {
    let figures = figures.map(|figure| format!("{figure:>6.3}")).join(" ");
    println!("{name:<16} {change:<5} {figures}");
}

impl Sets {
    fn figures(&self, settings: &TrendSettings) -> Figures {
        let mut told = Vec::new();
        for (items, truth) in &self.stories {
            told.push(bcubed(&replay(settings, items, NEVER).1, truth).2);
        }
        let plans = ALERTS.iter().filter(|set| set.1 != 3);
        for ((items, truth), (_, every, from, to, ..)) in self.alerts.iter().zip(plans) {
            let checks = replay(settings, items, *every).0;
            let found = alerts(&checks, truth, from.parse().unwrap(), to.parse().unwrap());
            told.push(found.f1);
            if *every == 1 {
                told.push(found.recall);
            }
        }
        told.try_into().unwrap()
    }
}
