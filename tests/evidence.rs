//! Numbers and days of effect, read from sentences as rule texts write them (`rules/sentences.tsv`).
#![allow(clippy::unwrap_used, reason = "tests")]

use tidewatch::model::{Block, BlockKind, PageText};
use tidewatch::query::{Comparison, Shifted, Subject, compare_texts};

const SENTENCES: &str = include_str!("rules/sentences.tsv");

/// Found and labelled things, one for one.
#[derive(Default)]
struct Score {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Score {
    fn add(&mut self, wanted: &[String], found: &[String]) -> bool {
        let mut left = found.to_vec();
        let mut missed = 0;
        for one in wanted {
            match left.iter().position(|other| other == one) {
                Some(at) => {
                    left.remove(at);
                    self.right += 1;
                }
                None => missed += 1,
            }
        }
        self.missed += missed;
        self.wrong += left.len();
        missed == 0 && left.is_empty()
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }
}

/// A page of two paragraphs that stay, with a sentence between them.
fn page(sentence: &str) -> PageText {
    let lines = [
        "These are the rules of the service, and they apply to everybody who uses it.",
        sentence,
        "If you have a question, write to us and we will gladly help you with it.",
    ];
    let blocks = lines.iter().filter(|line| **line != "~").map(|text| Block {
        kind: if text.starts_with('|') {
            BlockKind::TableRow
        } else {
            BlockKind::Paragraph
        },
        text: (*text).to_owned(),
        links: vec![],
    });
    PageText {
        blocks: blocks.collect(),
    }
}

fn compare(language: &str, before: &str, after: &str) -> Comparison {
    let subject = Subject {
        title: "Rules".to_owned(),
        platform: None,
        language: Some(language.to_owned()),
        url: "https://example.com/".parse().unwrap(),
        now: "2026-06-15T12:00:00Z".parse().unwrap(),
    };
    compare_texts(&page(before), &page(after), &subject)
}

/// `-60` and `+90`: the digits of a number with its side.
fn digits(shifts: &[Shifted]) -> Vec<String> {
    const SPELT: [(&str, &str); 10] = [
        ("ninety", "90"),
        ("thirty", "30"),
        ("two ", "2"),
        ("двух", "2"),
        ("трех", "3"),
        ("трёх", "3"),
        ("семи", "7"),
        ("seven", "7"),
        ("fourteen", "14"),
        ("пяти", "5"),
    ];
    let plain = |text: &str| -> String {
        let spelt = SPELT.iter().find(|(word, _)| text.starts_with(word));
        if let Some((_, digits)) = spelt {
            return (*digits).to_owned();
        }
        let kept = text.chars().skip_while(|c| !c.is_ascii_digit());
        let kept = kept.take_while(|c| c.is_ascii_digit() || " .,\u{a0}".contains(*c));
        let kept: String = kept.filter(|c| !c.is_whitespace()).collect();
        let kept = kept.trim_end_matches(['.', ',']);
        // a comma before three digits groups, else it is a decimal point
        match kept.split_once(',') {
            Some((head, tail)) if tail.len() == 3 => format!("{head}{tail}"),
            Some((head, tail)) => format!("{head}.{tail}"),
            None => kept.to_owned(),
        }
    };
    let mut out = Vec::new();
    for shift in shifts {
        out.extend(shift.before.as_deref().map(|t| format!("-{}", plain(t))));
        out.extend(shift.after.as_deref().map(|t| format!("+{}", plain(t))));
    }
    out
}

#[test]
fn numbers_and_days_of_effect_are_found_in_sentences_of_all_kinds() {
    let (mut numbers, mut starts, mut faults) = (Score::default(), Score::default(), Vec::new());
    let rows = SENTENCES.lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let [language, before, after, wanted, start] = cells.as_slice() else {
            panic!("a row of five cells: {row}");
        };
        let told = compare(language, before, after);
        let list = |cell: &str| -> Vec<String> {
            let words = cell.split_whitespace().filter(|word| *word != "~");
            words.map(str::to_owned).collect()
        };
        let found = digits(&told.numbers);
        let day = told.effective.map(|day| day.to_string());
        let found_start = day.or(told.effective_version.clone());
        let found_start: Vec<String> = found_start.into_iter().collect();
        let right = [
            numbers.add(&list(wanted), &found),
            starts.add(&list(start), &found_start),
        ];
        if right.contains(&false) {
            faults.push(format!("{row}\n    found {found:?} {found_start:?}"));
        }
    }
    let report = format!(
        "numbers recall {:.3} precision {:.3} ({} right), effective recall {:.3} precision {:.3} ({} right)\n{}",
        numbers.recall(),
        numbers.precision(),
        numbers.right,
        starts.recall(),
        starts.precision(),
        starts.right,
        faults.join("\n")
    );
    println!("{report}");
    assert!(numbers.right >= 60 && starts.right >= 30, "{report}");
    let least = numbers
        .recall()
        .min(numbers.precision())
        .min(starts.recall())
        .min(starts.precision());
    assert!(least >= 0.95, "{report}");
}
