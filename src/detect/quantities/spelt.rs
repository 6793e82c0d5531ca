//! Numbers that are written as words: `two days`, `тридцати дней`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Quantity, tidy, unit_at};
use crate::detect::lexicon::Word;

/// Is a folded word a number?
pub(crate) fn is_spelt(folded: &str) -> bool {
    SPELT.iter().any(|(name, _)| *name == folded)
}

/// Adds numbers written as words before a unit, unless digits say the same beside them.
pub(super) fn add(text: &str, all: &[Word], found: &mut Vec<Quantity>) {
    static VALUES: LazyLock<HashMap<&str, f64>> = LazyLock::new(|| SPELT.into_iter().collect());
    for (at, word) in all.iter().enumerate() {
        let Some(value) = VALUES.get(word.folded.as_str()) else {
            continue;
        };
        let Some(next) = all.get(at + 1) else {
            continue;
        };
        // "twenty-four (24) hours" says it in digits
        let (before, after) = (&text[..word.range.start], &text[word.range.end..]);
        if before.ends_with('-') || after.starts_with('-') || after.trim_start().starts_with('(') {
            continue;
        }
        let found_unit = unit_at(&text[next.range.start..]);
        // "one person", "two videos" are ordinary prose; spans of time and shares are limits
        let limits = |unit: &str| !matches!(unit, "post" | "view" | "follower");
        let Some((unit, len)) = found_unit.filter(|(unit, _)| limits(unit)) else {
            // a bare number, which only matters in the place of another; "one" is too often none
            if *value > 1.0 {
                found.push(Quantity {
                    text: text[word.range.clone()].to_owned(),
                    range: word.range.clone(),
                    value: *value,
                    unit: None,
                });
            }
            continue;
        };
        let range = word.range.start..next.range.start + len;
        found.push(Quantity {
            text: tidy(&text[range.clone()]),
            range,
            value: *value,
            unit: Some(unit),
        });
    }
    found.sort_by_key(|q| q.range.start);
}

/// Numbers that are written as words, where a unit follows.
const SPELT: [(&str, f64); 91] = [
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("eighteen", 18.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
    ("одного", 1.0),
    ("одной", 1.0),
    ("двух", 2.0),
    ("два", 2.0),
    ("две", 2.0),
    ("трех", 3.0),
    ("три", 3.0),
    ("четырех", 4.0),
    ("четыре", 4.0),
    ("пять", 5.0),
    ("пяти", 5.0),
    ("шесть", 6.0),
    ("шести", 6.0),
    ("семь", 7.0),
    ("семи", 7.0),
    ("восемь", 8.0),
    ("восьми", 8.0),
    ("девять", 9.0),
    ("девяти", 9.0),
    ("десять", 10.0),
    ("десяти", 10.0),
    ("двенадцать", 12.0),
    ("двенадцати", 12.0),
    ("четырнадцать", 14.0),
    ("четырнадцати", 14.0),
    ("пятнадцать", 15.0),
    ("пятнадцати", 15.0),
    ("двадцать", 20.0),
    ("двадцати", 20.0),
    ("тридцать", 30.0),
    ("тридцати", 30.0),
    ("сорок", 40.0),
    ("сорока", 40.0),
    ("пятьдесят", 50.0),
    ("пятидесяти", 50.0),
    ("шестьдесят", 60.0),
    ("шестидесяти", 60.0),
    ("девяносто", 90.0),
    ("девяноста", 90.0),
    ("deux", 2.0),
    ("trois", 3.0),
    ("quatre", 4.0),
    ("cinq", 5.0),
    ("sept", 7.0),
    ("dix", 10.0),
    ("quinze", 15.0),
    ("trente", 30.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("vier", 4.0),
    ("fünf", 5.0),
    ("sechs", 6.0),
    ("sieben", 7.0),
    ("acht", 8.0),
    ("neun", 9.0),
    ("zehn", 10.0),
    ("zwölf", 12.0),
    ("vierzehn", 14.0),
    ("fünfzehn", 15.0),
    ("zwanzig", 20.0),
    ("dreißig", 30.0),
    ("sechzig", 60.0),
    ("neunzig", 90.0),
    ("huit", 8.0),
    ("douze", 12.0),
    ("quatorze", 14.0),
    ("vingt", 20.0),
    ("soixante", 60.0),
];
