//! What readers must be told, against labels written by hand (`tests/rules/evidence.jsonl`).

use std::collections::HashMap;

use tidewatch::model::{Finding, Severity};

use crate::pairs::Pair;

const LABELS: &str = include_str!("../../rules/evidence.jsonl");

struct Label {
    classes: Vec<String>,
    numbers: Vec<(char, String)>,
    dates: Vec<(char, String)>,
    effective: Option<String>,
    obligations: Vec<String>,
}

#[derive(Default)]
struct Score {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Score {
    /// Counts expected and found, one for one; returns what was missed and what was wrong.
    fn add(&mut self, expected: &[(char, String)], found: &[(char, String)]) -> Vec<String> {
        let mut left = found.to_vec();
        let mut notes = Vec::new();
        for one in expected {
            match left.iter().position(|f| f == one) {
                Some(at) => {
                    left.remove(at);
                    self.right += 1;
                }
                // said once is said
                None if found.contains(one) => self.right += 1,
                None => {
                    self.missed += 1;
                    notes.push(format!("missed {}{}", one.0, one.1));
                }
            }
        }
        left.retain(|f| !expected.contains(f));
        self.wrong += left.len();
        notes.extend(left.iter().map(|f| format!("wrong {}{}", f.0, f.1)));
        notes
    }

    fn print(&self, name: &str) {
        let recall = self.right as f64 / (self.right + self.missed).max(1) as f64;
        let precision = self.right as f64 / (self.right + self.wrong).max(1) as f64;
        println!(
            "{name:12} recall {recall:.3} precision {precision:.3} (right {}, missed {}, wrong {})",
            self.right, self.missed, self.wrong
        );
    }
}

pub(crate) fn figures(pairs: &[Pair], verbose: bool) {
    let labels = labels();
    let (mut numbers, mut dates, mut effective) =
        (Score::default(), Score::default(), Score::default());
    let (mut class_right, mut class_all, mut obligations) = (0, 0, Score::default());
    let mut severity = [[0_usize; 2]; 2];
    for pair in pairs.iter().filter(|p| p.substantive) {
        let Some(finding) = finding(pair) else {
            continue;
        };
        let grave = usize::from(finding.severity >= Severity::Important);
        severity[usize::from(pair.grade == "major")][grave] += 1;
        let Some(label) = labels.get(&pair.id) else {
            continue;
        };
        let mut notes = numbers.add(&label.numbers, &sides(&finding, "number", number));
        notes.extend(dates.add(&label.dates, &sides(&finding, "date", str::to_owned)));
        let day = |day: Option<String>| day.map(|d| vec![(' ', d)]).unwrap_or_default();
        let found = day(finding.effective.map(|d| d.to_string()));
        notes.extend(effective.add(&day(label.effective.clone()), &found));
        let kinds = kinds(&finding);
        let wanted: Vec<_> = label.obligations.iter().map(|o| (' ', o.clone())).collect();
        let found: Vec<_> = kinds.into_iter().filter(|k| wanted.contains(k)).collect();
        let missing = obligations.add(&wanted, &found);
        notes.extend(missing.into_iter().map(|m| format!("obligation {m}")));
        class_all += 1;
        let class = finding.class.map_or("", |c| c.name());
        if label.classes.iter().any(|c| c == class) {
            class_right += 1;
        } else {
            notes.push(format!("class {class}, not {}", label.classes.join("/")));
        }
        if verbose {
            println!(
                "\n{} [{}] {} {:.2} {:?} {}",
                pair.id,
                class,
                finding.severity_name(),
                finding.confidence,
                finding.areas,
                finding.title
            );
            println!("    {}", finding.gist);
            println!("    gist by hand: {}", pair.gist);
            if !notes.is_empty() {
                println!("    !! {}", notes.join("; "));
            }
            for e in finding.evidence.iter().filter(|e| {
                matches!(
                    e.kind.as_str(),
                    "sign" | "number" | "date" | "effective" | "obligation"
                )
            }) {
                println!(
                    "      {} {} → {}",
                    e.kind,
                    e.before.as_deref().unwrap_or("–"),
                    e.after.as_deref().unwrap_or("–")
                );
            }
        }
    }
    println!("\nevidence, {} pairs labelled by hand", labels.len());
    numbers.print("numbers");
    dates.print("dates");
    effective.print("effective");
    let recall = obligations.right as f64 / (obligations.right + obligations.missed).max(1) as f64;
    println!(
        "obligations  recall {recall:.3} ({} of {})",
        obligations.right,
        obligations.right + obligations.missed
    );
    println!(
        "class right  {:.3} ({class_right} of {class_all})",
        f64::from(class_right) / f64::from(class_all.max(1))
    );
    println!(
        "important or worse: {} of {} graded major, {} of {} graded minor",
        severity[1][1],
        severity[1][0] + severity[1][1],
        severity[0][1],
        severity[0][0] + severity[0][1]
    );
}

/// Headlines and gists of the substantive pairs in both languages, to be read by people.
pub(crate) fn headlines(pairs: &[Pair]) {
    for pair in pairs.iter().filter(|p| p.substantive) {
        let Some(finding) = finding(pair) else {
            continue;
        };
        let told = finding.suppressed.as_deref().unwrap_or("told");
        println!("\n{} {} {told}: {}", pair.id, pair.grade, pair.gist);
        println!("  {}\n    {}", finding.title, finding.gist);
        for wording in &finding.wordings {
            println!("  {}\n    {}", wording.title, wording.gist);
        }
    }
}

trait SeverityName {
    fn severity_name(&self) -> String;
}

impl SeverityName for Finding {
    fn severity_name(&self) -> String {
        format!("{:?}", self.severity).to_lowercase()
    }
}

/// What a reader is told of a pair.
pub(crate) fn finding(pair: &Pair) -> Option<Finding> {
    pair.compare().finding
}

/// Both sides of all evidence of one kind.
fn sides(finding: &Finding, kind: &str, norm: fn(&str) -> String) -> Vec<(char, String)> {
    let pieces = finding.evidence.iter().filter(|e| e.kind == kind);
    pieces
        .flat_map(|e| {
            let before = e.before.as_deref().map(|t| ('-', norm(t)));
            let after = e.after.as_deref().map(|t| ('+', norm(t)));
            before.into_iter().chain(after)
        })
        .collect()
}

/// `+ban`, `-permission` and so on.
fn kinds(finding: &Finding) -> Vec<(char, String)> {
    let mut found = Vec::new();
    for e in finding.evidence.iter().filter(|e| e.kind == "obligation") {
        for (mark, text) in [('-', &e.before), ('+', &e.after)] {
            let kind = text
                .as_deref()
                .and_then(|t| t.rsplit_once('('))
                .map(|(_, k)| k.trim_end_matches(')'));
            found.extend(kind.map(|k| (' ', format!("{mark}{k}"))));
        }
    }
    found
}

/// The digits of a number, or a version.
fn number(text: &str) -> String {
    let spelt = text.replace('х', "x").replace(['\u{a0}', '\u{202f}'], " ");
    let first: String = spelt
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | 'x'))
        .filter(|c| !matches!(c, ' ' | ','))
        .collect();
    match spelt.to_lowercase() {
        t if first.is_empty() && t.starts_with("дву") => "2".to_owned(),
        _ => first.trim_end_matches('.').to_owned(),
    }
}

fn labels() -> HashMap<String, Label> {
    let list = |row: &serde_json::Value, norm: fn(&str) -> String| -> Vec<(char, String)> {
        let mut out = Vec::new();
        for one in row.as_array().unwrap() {
            out.extend(one["before"].as_str().map(|t| ('-', norm(t))));
            out.extend(one["after"].as_str().map(|t| ('+', norm(t))));
        }
        out
    };
    let strings = |row: &serde_json::Value| -> Vec<String> {
        row.as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect()
    };
    LABELS
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let label = Label {
                classes: strings(&row["class"]),
                numbers: list(&row["numbers"], number),
                dates: list(&row["dates"], str::to_owned),
                effective: row["effective"].as_str().map(str::to_owned),
                obligations: strings(&row["obligations"]),
            };
            (row["id"].as_str().unwrap().to_owned(), label)
        })
        .collect()
}
