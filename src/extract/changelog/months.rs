//! Names of months as whole words.
//!
//! `dates` knows months by how their names begin, which is right for a field that is a date; in a heading,
//! `marked` and `сервис` are no months.

use crate::extract::dates::names::month;

/// The month that a word names: its name or a usual abbreviation, not any word that begins like one.
pub(super) fn exact_month(word: &str) -> Option<i8> {
    let known = if word.is_ascii() {
        word.len() == 3 || NAMES.contains(&word)
    } else if word.starts_with(|c: char| ('а'..='ӿ').contains(&c)) {
        CYRILLIC.iter().any(|stem| {
            word.strip_prefix(stem).is_some_and(|end| {
                matches!(
                    end,
                    "" | "ь" | "я" | "е" | "а" | "й" | "ень" | "ня" | "ий" | "ого"
                )
            })
        })
    } else {
        word.chars().count() <= 9
    };
    known
        .then(|| month(word).map(|number| number as i8))
        .flatten()
}

/// Names that are written in ASCII, beyond abbreviations of three letters.
const NAMES: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "sept",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "janv",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "juil",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "januar",
    "februar",
    "maerz",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "januari",
    "februari",
    "maart",
    "augustus",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "janeiro",
    "fevereiro",
    "maio",
    "junho",
    "julho",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
    "gennaio",
    "febbraio",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "settembre",
    "ottobre",
    "dicembre",
];

/// Stems of Russian and Ukrainian names and their abbreviations.
const CYRILLIC: &[&str] = &[
    "янв",
    "январ",
    "фев",
    "февр",
    "феврал",
    "мар",
    "март",
    "апр",
    "апрел",
    "ма",
    "июн",
    "июл",
    "авг",
    "август",
    "сен",
    "сент",
    "сентябр",
    "окт",
    "октябр",
    "ноя",
    "нояб",
    "ноябр",
    "дек",
    "декабр",
    "січ",
    "лют",
    "берез",
    "квіт",
    "трав",
    "черв",
    "лип",
    "серп",
    "верес",
    "жовт",
    "листопад",
    "груд",
];
