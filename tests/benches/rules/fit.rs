//! The weights fitted anew on the labelled pairs, and how well such weights do on pairs that they
//! were not fitted on.
//!
//! Logistic regression with a ridge (l2), each weight held on its shipped side of zero, by gradient
//! descent with momentum. Cross-validation has five folds, drawn by document, so that two versions
//! of one page never stand on both sides; it is repeated with several draws.

use std::collections::BTreeMap;

use tidewatch::detect::{change_signs, gravity_signs, page_change};
use tidewatch::model::{ChangeWeight, Severity};

use crate::evidence::finding;
use crate::pairs::{Pair, Read};

const WEIGHTS: &str = include_str!("../../../src/detect/weights.toml");
/// Strength of the ridge.
const L2: f64 = 0.01;
const STEPS: usize = 800;
const FOLDS: usize = 5;
const DRAWS: u64 = 6;

#[derive(serde::Deserialize)]
struct Weights {
    tell: Model,
    grave: Model,
}

#[derive(serde::Deserialize, Clone)]
struct Model {
    threshold: f64,
    bias: f64,
    weight: BTreeMap<String, f64>,
}

/// One pair that is weighed.
struct Row {
    document: String,
    yes: bool,
    values: Vec<f64>,
}

/// Told or not, right or wrong.
#[derive(Default, Clone, Copy)]
struct Cells {
    right: f64,
    wrong: f64,
    all: f64,
}

impl Cells {
    fn print(self, name: &str) {
        let precision = self.right / (self.right + self.wrong).max(1e-9);
        let recall = self.right / self.all.max(1e-9);
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        println!("  {name:34} {precision:.3}     {recall:.3}  {f1:.3}");
    }
}

impl Model {
    fn names(&self) -> Vec<&str> {
        self.weight.keys().map(String::as_str).collect()
    }

    fn probability(&self, row: &Row) -> f64 {
        let sum: f64 = self
            .weight
            .values()
            .zip(&row.values)
            .map(|(w, v)| w * v)
            .sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }

    /// Fits the weights anew; directions and threshold stay.
    fn fit(&self, rows: &[&Row]) -> Self {
        let down: Vec<bool> = self.weight.values().map(|w| *w < 0.0).collect();
        let mut weights = vec![0.0; down.len()];
        let (mut bias, mut drift, mut pull) = (0.0, vec![0.0; down.len()], 0.0);
        for _ in 0..STEPS {
            let mut slope: Vec<f64> = weights.iter().map(|w| L2 * w).collect();
            let mut lean = 0.0;
            for row in rows {
                let sum: f64 = weights.iter().zip(&row.values).map(|(w, v)| w * v).sum();
                let off = 1.0 / (1.0 + (-(bias + sum)).exp()) - f64::from(u8::from(row.yes));
                for (slope, value) in slope.iter_mut().zip(&row.values) {
                    *slope += off * value / rows.len() as f64;
                }
                lean += off / rows.len() as f64;
            }
            for at in 0..weights.len() {
                drift[at] = 0.9 * drift[at] + slope[at];
                weights[at] -= 0.12 * drift[at];
                weights[at] = if down[at] {
                    f64::min(weights[at], 0.0)
                } else {
                    f64::max(weights[at], 0.0)
                };
            }
            pull = 0.9 * pull + lean;
            bias -= 0.12 * pull;
        }
        let names = self.weight.keys().cloned();
        Self {
            threshold: self.threshold,
            bias,
            weight: names.zip(weights).collect(),
        }
    }

    fn judge(&self, rows: &[&Row]) -> Cells {
        let mut cells = Cells::default();
        for row in rows {
            let told = self.probability(row) >= self.threshold;
            cells.all += f64::from(u8::from(row.yes));
            cells.right += f64::from(u8::from(told && row.yes));
            cells.wrong += f64::from(u8::from(told && !row.yes));
        }
        cells
    }

    /// Mean over several draws of five folds.
    fn validated(&self, rows: &[Row]) -> Cells {
        let mut sum = Cells::default();
        for draw in 0..DRAWS {
            for fold in 0..FOLDS {
                let in_fold = |row: &&Row| fold_of(&row.document, draw) == fold;
                let (test, train): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(in_fold);
                let cells = self.fit(&train).judge(&test);
                sum.right += cells.right / DRAWS as f64;
                sum.wrong += cells.wrong / DRAWS as f64;
                sum.all += cells.all / DRAWS as f64;
            }
        }
        sum
    }

    fn print(&self, name: &str) {
        println!(
            "[{name}]\nthreshold = {}\nbias = {:.2}\n",
            self.threshold, self.bias
        );
        println!("[{name}.weight]");
        for (sign, weight) in &self.weight {
            println!("{sign} = {weight:.2}");
        }
    }
}

/// Shipped weights beside fitted ones: in-sample and validated.
pub(crate) fn table(pairs: &[Pair], print: bool) {
    let shipped: Weights = toml::from_str(WEIGHTS).unwrap();
    println!("\nweights                              precision recall F1");
    let told = rows_told(pairs, &shipped.tell);
    side_by_side("told", &shipped.tell, &told, print.then_some("tell"));
    let grave = rows_grave(pairs, &shipped.grave);
    side_by_side(
        "graded major",
        &shipped.grave,
        &grave,
        print.then_some("grave"),
    );
    confusion(pairs);
}

fn side_by_side(what: &str, shipped: &Model, rows: &[Row], print: Option<&str>) {
    let all: Vec<&Row> = rows.iter().collect();
    shipped
        .judge(&all)
        .print(&format!("{what}: shipped weights"));
    let fitted = shipped.fit(&all);
    fitted
        .judge(&all)
        .print(&format!("{what}: fitted, in-sample"));
    let name = format!("{what}: fitted, {FOLDS}-fold, by document");
    shipped.validated(rows).print(&name);
    if let Some(name) = print {
        fitted.print(name);
    }
}

/// Pairs that no certain rule decides; the rest are not told and none of them is substantive.
fn rows_told(pairs: &[Pair], model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    for pair in pairs {
        let Read { before, after } = pair.read();
        let weighed =
            page_change(&before, &after, &pair.context()).is_some_and(|c| match &c.weight {
                ChangeWeight::Substantive => true,
                ChangeWeight::Cosmetic(reason) => reason == "slight wording",
            });
        let signs = change_signs(&before, &after, &pair.context()).filter(|_| weighed);
        rows.extend(signs.map(|signs| row(pair, pair.substantive, model, &signs)));
    }
    rows
}

fn rows_grave(pairs: &[Pair], model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    for pair in pairs.iter().filter(|p| p.substantive) {
        let Read { before, after } = pair.read();
        let signs = gravity_signs(&before, &after, &pair.context(), &pair.document);
        rows.extend(signs.map(|signs| row(pair, pair.grade == "major", model, &signs)));
    }
    rows
}

fn row(pair: &Pair, yes: bool, model: &Model, signs: &[(&'static str, f64)]) -> Row {
    let value = |name: &str| {
        signs
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(0.0, |(_, v)| *v)
    };
    Row {
        document: format!("{}/{}", pair.platform, pair.document),
        yes,
        values: model.names().into_iter().map(value).collect(),
    }
}

/// The fold of a document in a draw (FNV-1a, so that it is the same on every machine).
fn fold_of(document: &str, draw: u64) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in document.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash >> 33) as usize % FOLDS
}

/// Grades given by hand against severities.
fn confusion(pairs: &[Pair]) {
    let severities = [
        Severity::Breaking,
        Severity::Important,
        Severity::Informational,
        Severity::Cosmetic,
    ];
    println!("\ngrade × severity   breaking important informational not told");
    for grade in ["major", "minor", "cosmetic", "noise"] {
        let mut counts = [0_usize; 4];
        for pair in pairs.iter().filter(|p| p.grade == grade) {
            let severity = finding(pair).map_or(Severity::Cosmetic, |f| f.severity);
            counts[severities.iter().position(|s| *s == severity).unwrap_or(3)] += 1;
        }
        let [breaking, important, informational, quiet] = counts;
        println!("{grade:18} {breaking:8} {important:9} {informational:13} {quiet:8}");
    }
}
