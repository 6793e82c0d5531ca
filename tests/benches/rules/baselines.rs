//! The same pairs through what others do: a hash, a text diff, a threshold of words, a rule of words.

use std::collections::BTreeSet;

use tidewatch::detect::{ChangeContext, page_change};
use tidewatch::model::PageText;

use crate::pairs::{Pair, Read};

/// Words that speak of duties, as a simple alerter would list them.
const DUTIES: [&str; 22] = [
    "must",
    "may",
    "shall",
    "required",
    "require",
    "prohibited",
    "prohibit",
    "allowed",
    "allow",
    "forbidden",
    "cannot",
    "not",
    "обязан",
    "обязаны",
    "запрещено",
    "запрещается",
    "вправе",
    "должны",
    "нельзя",
    "можно",
    "doit",
    "interdit",
];

pub(crate) fn table(pairs: &[Pair]) {
    let mut rows = [
        ("hash of the bytes", [0_usize; 4]),
        ("text diff (normalised text differs)", [0; 4]),
        ("text diff, 5 words or more", [0; 4]),
        ("3 words or more and a word of duty", [0; 4]),
        ("tidewatch", [0; 4]),
    ];
    for pair in pairs {
        let Read { before, after } = pair.read();
        let (gone, come) = (lines(&before, &after), lines(&after, &before));
        let words = changed(&gone, &come);
        let duty = gone.iter().chain(&come).any(|line| {
            let mut said = line.split_whitespace();
            said.any(|word| DUTIES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric())))
        });
        let context = ChangeContext {
            language: None,
            seen_before: None,
            now: pair.now,
        };
        let ours = page_change(&before, &after, &context).is_some_and(|c| c.is_substantive());
        let told = [
            pair.bytes(false) != pair.bytes(true),
            words > 0,
            words >= 5,
            words >= 3 && duty,
            ours,
        ];
        for ((_, cells), told) in rows.iter_mut().zip(told) {
            let cell = match (pair.substantive, told) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            };
            cells[cell] += 1;
        }
    }
    println!(
        "\n{:38} told  missed false quiet precision recall F1",
        "against others"
    );
    for (name, [tp, missed, fp, quiet]) in rows {
        let p = tp as f64 / (tp + fp).max(1) as f64;
        let r = tp as f64 / (tp + missed).max(1) as f64;
        let f = 2.0 * p * r / (p + r).max(1e-9);
        println!("{name:38} {tp:4} {missed:6} {fp:6} {quiet:5}     {p:.3}  {r:.3} {f:.3}");
    }
}

/// Lines of one text that the other has not, lower case, white space collapsed: what a text differ sees.
fn lines(text: &PageText, other: &PageText) -> Vec<String> {
    let plain = |text: &PageText| -> Vec<String> {
        let blocks = text.blocks.iter();
        blocks
            .map(|b| {
                let words: Vec<&str> = b.text.split_whitespace().collect();
                words.join(" ").to_lowercase()
            })
            .collect()
    };
    let others: BTreeSet<String> = plain(other).into_iter().collect();
    let mut left = plain(text);
    left.retain(|line| !others.contains(line));
    left
}

/// Words that came or went, as sets over the changed lines.
fn changed(gone: &[String], come: &[String]) -> usize {
    let words = |lines: &[String]| -> BTreeSet<String> {
        let split = lines.iter().flat_map(|line| line.split_whitespace());
        split.map(str::to_owned).collect()
    };
    let (gone, come) = (words(gone), words(come));
    gone.symmetric_difference(&come).count()
}
