//! Counts as people see them: `12.3K`, `1,2 млн`, `24 240 subscribers`.
//!
//! A shown count is rounded, so it is a value with a granularity: `12.3K` is 12,300 give or take
//! half of 100. Deltas below the granularity mean nothing. `200,000+` is a floor: it may be
//! anything up to the next step, so its granularity is the value itself.

use crate::model::Sample;

/// Multipliers by the beginning of the word after the number, lower case.
const SCALES: &[(&str, f64)] = &[
    ("тыс", 1e3),
    ("млн", 1e6),
    ("млрд", 1e9),
    ("мільй", 1e6),
    ("мільярд", 1e9),
    ("тис", 1e3),
    ("миллион", 1e6),
    ("миллиард", 1e9),
    ("к", 1e3),
    ("м", 1e6),
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("mio", 1e6),
    ("mrd", 1e9),
    ("tsd", 1e3),
    ("mil", 1e3),
    ("mln", 1e6),
    ("mn", 1e6),
    ("bn", 1e9),
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
    ("千", 1e3),
    ("万", 1e4),
    ("萬", 1e4),
    ("亿", 1e8),
    ("億", 1e8),
    ("천", 1e3),
    ("만", 1e4),
    ("억", 1e8),
];

/// The first number in a text; `None` if there is none. Words after it are not looked at.
pub fn parse(text: &str, metric: &str) -> Option<Sample> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let text = &text[start..];
    let is_blank = |c: char| c.is_whitespace() || c == '\u{202f}' || c == '\u{a0}';
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || c == '\'';
    // a blank belongs to the number only between groups of three digits
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = &text[at + c.len_utf8()..];
        let group = next.bytes().take_while(u8::is_ascii_digit).count();
        if is_number(c)
            || (is_blank(c) && group == 3 && text[..at].ends_with(|d: char| d.is_ascii_digit()))
        {
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    let number = text[..end].trim_end_matches(['.', ',', '\'']);
    let rest = text[number.len()..].trim_start_matches(|c| is_blank(c) || c == '.');
    let scale = scale(rest);
    let (digits, decimals) = plain(number, scale.is_some());
    let value: f64 = digits.parse().ok()?;
    let scale = scale.unwrap_or(1.0);
    let step = scale / 10_f64.powi(i32::try_from(decimals).ok()?);
    let rest = rest.trim_start_matches(|c: char| c.is_alphabetic() || c == '.');
    let is_floor = rest.starts_with('+');
    let value = (value * scale).round();
    Some(Sample {
        metric: metric.to_owned(),
        value,
        granularity: if is_floor {
            value.max(1.0)
        } else {
            step.max(1.0)
        },
    })
}

/// The multiplier that the word at the beginning of `rest` means.
fn scale(rest: &str) -> Option<f64> {
    let word: String = rest
        .chars()
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let exact = SCALES.iter().find(|(name, _)| word == *name);
    // one letter counts only alone: `5 members` are not 5 million
    let begins = |(name, _): &&(&str, f64)| {
        let wide = !name.is_ascii() && name.chars().all(|c| c > '\u{1000}');
        (name.chars().count() >= 3 && *name != "mil" || wide) && word.starts_with(name)
    };
    exact
        .or_else(|| SCALES.iter().find(begins))
        .map(|(_, scale)| *scale)
}

/// A number with a decimal point and without separators of thousands, and its decimals.
fn plain(number: &str, is_scaled: bool) -> (String, usize) {
    let last = number.rfind(['.', ',']);
    let decimals = last.map_or(0, |at| number.len() - at - 1);
    let separators = number.matches(['.', ',']).count();
    // `1.234` is a thousand and more, `1.2K` has a decimal; two kinds of separator say it themselves
    let mixed = number.contains('.') && number.contains(',');
    let is_decimal = match last {
        None => false,
        Some(_) if mixed => decimals != 3 || is_scaled,
        Some(_) if separators > 1 => false,
        Some(_) => is_scaled || decimals != 3,
    };
    let keep = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    match last.filter(|_| is_decimal) {
        Some(at) => (
            format!("{}.{}", keep(&number[..at]), keep(&number[at..])),
            decimals,
        ),
        None => (keep(number), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_keep_their_granularity() {
        for (text, value, granularity) in [
            ("1234", 1_234.0, 1.0),
            ("0", 0.0, 1.0),
            ("12.3K", 12_300.0, 100.0),
            ("189K", 189_000.0, 1_000.0),
            ("11.3M", 11_300_000.0, 100_000.0),
            ("1.25B", 1_250_000_000.0, 10_000_000.0),
            ("1,2 млн", 1_200_000.0, 100_000.0),
            ("12,3 тыс. просмотров", 12_300.0, 100.0),
            ("3 тыс", 3_000.0, 1_000.0),
            ("1,5 млрд", 1_500_000_000.0, 100_000_000.0),
            ("24 240 subscribers", 24_240.0, 1.0),
            ("24\u{a0}240\u{a0}подписчиков", 24_240.0, 1.0),
            ("14 035 members, 5 791 online", 14_035.0, 1.0),
            ("5 members", 5.0, 1.0),
            ("5 мест", 5.0, 1.0),
            ("2 minutes", 2.0, 1.0),
            ("1,234", 1_234.0, 1.0),
            ("1.234.567", 1_234_567.0, 1.0),
            ("1'234", 1_234.0, 1.0),
            ("1,2 Mio.", 1_200_000.0, 100_000.0),
            ("3.4万次", 34_000.0, 1_000.0),
            ("1.2천", 1_200.0, 100.0),
            ("200,000+", 200_000.0, 200_000.0),
            ("5K+ searches", 5_000.0, 5_000.0),
            ("views: 17", 17.0, 1.0),
        ] {
            let read = parse(text, "views").map(|sample| (sample.value, sample.granularity));
            assert_eq!(read, Some((value, granularity)), "{text}");
        }
        assert_eq!(parse("Many subscribers", "subscribers"), None);
        assert_eq!(parse("", "views"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "[0-9., '\u{a0}+KkМм万a]{0,24}") {
            if let Some(sample) = parse(&text, "x") {
                proptest::prop_assert!(sample.granularity >= 1.0 && sample.value >= 0.0);
            }
        }
    }
}
