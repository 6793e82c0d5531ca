//! Numbers as people write them: 12 345 · 8,4× · 31 % in Russian, 12,345 · 8.4× · 31% in English
//! (CLDR 45). Spaces inside a number do not break.

use crate::model::Language;

/// Stands inside numbers in Russian.
const NO_BREAK_SPACE: char = '\u{a0}';

/// A number with groups of three and at most `digits` decimals, trailing zeros dropped.
pub(super) fn decimal(language: Language, value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let (group, point) = match language {
        Language::En => (',', '.'),
        Language::Ru => (NO_BREAK_SPACE, ','),
    };
    let mut out = String::new();
    if value < 0.0 && (whole.bytes().any(|b| b != b'0') || !fraction.is_empty()) {
        out.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// How many times the usual: one decimal below ten, none above.
pub(super) fn multiple(language: Language, value: f64) -> String {
    let digits = usize::from(value.abs() < 9.95);
    format!("{}×", decimal(language, value, digits))
}

/// A share between 0 and 1 as a whole percentage.
pub(super) fn percent(language: Language, share: f64) -> String {
    let number = decimal(language, share * 100.0, 0);
    match language {
        Language::En => format!("{number}%"),
        Language::Ru => format!("{number}{NO_BREAK_SPACE}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_each_language() {
        let both = |value, digits| {
            (
                decimal(Language::Ru, value, digits),
                decimal(Language::En, value, digits),
            )
        };
        assert_eq!(
            both(12_345.0, 0),
            ("12\u{a0}345".into(), "12,345".to_owned())
        );
        assert_eq!(
            both(1_234_567.89, 1),
            ("1\u{a0}234\u{a0}567,9".into(), "1,234,567.9".to_owned())
        );
        assert_eq!(both(-0.5, 1), ("−0,5".into(), "−0.5".to_owned()));
        assert_eq!(both(-0.01, 1), ("0".into(), "0".to_owned()));
        assert_eq!(both(999.0, 2), ("999".into(), "999".to_owned()));
        assert_eq!(both(f64::NAN, 2).0, "—");
        assert_eq!(multiple(Language::Ru, 8.42), "8,4×");
        assert_eq!(multiple(Language::En, 12.7), "13×");
        assert_eq!(multiple(Language::En, 9.96), "10×");
        assert_eq!(percent(Language::Ru, 0.312), "31\u{a0}%");
        assert_eq!(percent(Language::En, 0.312), "31%");
    }
}
