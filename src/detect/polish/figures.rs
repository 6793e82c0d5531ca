//! The figures of a text, so that an answer can be held against its evidence: numbers in digits and in
//! words, months, signs of units. It only compares; a false alarm costs nothing but a refused answer.

use std::collections::HashSet;

use jiff::civil::Date;

/// Number words by what they stand for. "One" is left out: it mostly counts nothing.
const WORDS: [(&str, &str); 24] = [
    ("2", "two два две двух двум двумя"),
    ("3", "three три трех трёх трем трём"),
    ("4", "four четыре четырех четырёх"),
    ("5", "five пять пяти"),
    ("6", "six шесть шести"),
    ("7", "seven семь семи"),
    ("8", "eight восемь восьми"),
    ("9", "nine девять девяти"),
    ("10", "ten десять десяти"),
    ("12", "twelve dozen двенадцать дюжина"),
    ("13", "thirteen тринадцать"),
    ("14", "fourteen четырнадцать"),
    ("15", "fifteen пятнадцать"),
    ("16", "sixteen шестнадцать"),
    ("18", "eighteen восемнадцать"),
    ("20", "twenty двадцать двадцати"),
    ("30", "thirty тридцать тридцати"),
    ("50", "fifty пятьдесят"),
    ("100", "hundred hundreds сто сотни"),
    ("1000", "thousand thousands тысяча тысячи тысяч"),
    ("1000000", "million millions миллион миллиона миллионов"),
    ("1000000000", "billion миллиард миллиарда миллиардов"),
    ("½", "half halved половина половину половины"),
    (
        "×",
        "twice double doubled doubles triple tripled дважды вдвое втрое удвоен удвоили",
    ),
];

const MONTHS: [&str; 12] = [
    "january jan январь января январе",
    "february feb февраль февраля феврале",
    "march mar март марта марте",
    "april apr апрель апреля апреле",
    "may май мая мае",
    "june jun июнь июня июне",
    "july jul июль июля июле",
    "august aug август августа августе",
    "september sep sept сентябрь сентября сентябре",
    "october oct октябрь октября октябре",
    "november nov ноябрь ноября ноябре",
    "december dec декабрь декабря декабре",
];

/// What of a number's meaning stands in a sign.
const SIGNS: [char; 8] = ['%', '‰', '$', '€', '£', '₽', '¥', '₸'];

/// All figures of a text, each in one form.
pub(super) fn figures(text: &str) -> HashSet<String> {
    let mut found: HashSet<String> = numbers(text).into_iter().collect();
    let signs = text.chars().filter(|c| SIGNS.contains(c));
    found.extend(signs.map(String::from));
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let is_number = |word: Option<&&str>| {
        word.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    for (at, word) in words.iter().enumerate() {
        // "you may" is no month
        let beside = is_number(words.get(at + 1)) || at > 0 && is_number(words.get(at - 1));
        if *word != "may" || beside {
            let month = MONTHS.iter().position(|m| m.split(' ').any(|m| m == *word));
            found.extend(month.map(|month| format!("month {}", month + 1)));
        }
        if matches!(*word, "percent" | "процент" | "процента" | "процентов")
        {
            found.insert("%".to_owned());
        }
        let number = WORDS.iter().find(|(_, w)| w.split(' ').any(|w| w == *word));
        found.extend(number.map(|(number, _)| (*number).to_owned()));
        if let Ok(day) = word.parse::<Date>() {
            found.extend(of_day(day));
        }
    }
    found
}

/// The figures by which a day may be named.
pub(super) fn of_day(day: Date) -> [String; 4] {
    [
        day.year().to_string(),
        day.month().to_string(),
        day.day().to_string(),
        format!("month {}", day.month()),
    ]
}

/// Numbers by their digits, however they are grouped, leading zeros cut, with a decimal point.
fn numbers(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_numeric() {
            at += 1;
            continue;
        }
        let mut number = String::new();
        while at < chars.len() {
            let digits = || {
                let after = chars[at + 1..].iter().take(4);
                after.take_while(|c| c.is_ascii_digit()).count()
            };
            match chars[at] {
                c if c.is_numeric() => number.push(c),
                '.' if digits() > 0 => number.push('.'),
                ',' | ' ' | '\u{a0}' | '\u{202f}' if digits() == 3 => {}
                ',' if digits() > 0 => number.push('.'),
                _ => break,
            }
            at += 1;
        }
        let bare = number.trim_start_matches('0');
        found.push(if bare.is_empty() { "0" } else { bare }.to_owned());
    }
    found
}
