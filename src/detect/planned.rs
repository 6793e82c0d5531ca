//! Dates to come that a text names: when something begins, ends, is held or is due.
//!
//! Precision comes before recall: a date counts when it lies ahead, to the day, and words beside it
//! say that something will happen then ("starting", "состоится"), or that something must be done by
//! then ("by", "до" with "submit", "заявки"). Words of the past ("since", "прошла"), of statistics
//! ("from … to …"), of birthdays, horoscopes, weather and rates take it away.
//!
//! A text may name several days: the conference on the 10th, tickets until the 5th. Each keeps its own
//! meaning and its own words.

mod relative;
mod signs;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::dates::{Mention, dates};
use super::tongue::Tongue;
use crate::model::{DateMeaning, Evidence, Finding, FindingKind, ReadItem, Role, Source};
use relative::relative;
use signs::{SIGNS, Signs};

/// Longest text that is read, in bytes.
const LONGEST: usize = 20_000;
/// Longest sentence that is kept as evidence, in characters.
const QUOTE: usize = 300;
/// Characters on either side of a date that speak of it.
const BESIDE: usize = 160;
/// Days of one text.
const MOST: usize = 5;
/// What lies further ahead is a vision, not a date.
const AHEAD_YEARS: i32 = 3;

/// A date to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The day; the first one of several.
    pub date: Date,
    /// What happens then.
    pub meaning: DateMeaning,
    /// The sentence that names it.
    pub sentence: String,
    /// The part of the sentence that is about this day.
    pub words: String,
}

/// The dates to come that a text names, in order, each once. Dates without a year, weekdays and "in two
/// weeks" are read against `written`, and what lies behind `now` does not count.
pub fn planned(
    text: &str,
    language: Option<&str>,
    written: Timestamp,
    now: Timestamp,
) -> Vec<Planned> {
    let Some(signs) = SIGNS.as_ref() else {
        return Vec::new();
    };
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let tongue = Tongue::of(language, text);
    let today = now.to_zoned(TimeZone::UTC).date();
    let Ok(last) = today.checked_add(AHEAD_YEARS.years()) else {
        return Vec::new();
    };
    let mut all: Vec<Planned> = Vec::new();
    for sentence in sentences(text) {
        let mut found = dates(sentence, tongue, written);
        // the weekday of "Friday, 4 December" is told by its date
        let is_of_date = |day: &Mention| {
            let next = found.iter().find(|date| date.range.start >= day.range.end);
            next.is_some_and(|date| {
                let between = &sentence[day.range.end..date.range.start];
                between.chars().count() <= 5 && !between.contains([';', ':'])
            })
        };
        let mut days = relative(sentence, written);
        days.retain(|day| !is_of_date(day));
        found.extend(days);
        found.sort_by_key(|mention| mention.range.start);
        found.dedup_by(|b, a| b.range.start < a.range.end);
        for day in of_sentence(sentence, &found, (today, last), signs) {
            if all.len() < MOST && all.iter().all(|known| known.date != day.date) {
                all.push(day);
            }
        }
    }
    all
}

/// The day that a text is about: the first that is no mere deadline beside another.
pub fn main_day(days: &[Planned]) -> Option<&Planned> {
    let first = days.iter().find(|day| day.meaning != DateMeaning::Until);
    first.or(days.first())
}

/// Gives a finding of a new item the dates to come that the item names, with their meaning and words. The
/// day from which a rule is in force stays; what only seemed one gives way to the day that the text is
/// about. General streams are left out: their calendar is not ours.
pub fn add_planned(finding: &mut Finding, source: &Source, item: &ReadItem, now: Timestamp) {
    if finding.kind != FindingKind::NewItem || source.role == Role::Stream {
        return;
    }
    let language = item.language.as_deref().or(source.language.as_deref());
    let written = item.published.unwrap_or(now);
    let mut days: Vec<Planned> = Vec::new();
    for text in [&item.title, &item.summary] {
        for day in planned(text, language, written, now) {
            if days.iter().all(|known| known.date != day.date) {
                days.push(day);
            }
        }
    }
    let Some(main) = main_day(&days) else {
        return;
    };
    let is_rule = finding.class.is_some();
    let known = finding.effective.filter(|date| {
        let meant = days
            .iter()
            .find(|day| day.date == *date)
            .map(|day| day.meaning);
        is_rule && !(meant == Some(DateMeaning::Until) && main.meaning == DateMeaning::Event)
    });
    let said = |kind: &str, value: &str| Evidence {
        kind: kind.to_owned(),
        before: None,
        after: Some(value.to_owned()),
        place: None,
    };
    if known.is_none() {
        let date = main.date.to_string();
        let dated = finding.evidence.iter().position(|e| e.kind == "effective");
        match dated {
            Some(at) => finding.evidence[at].after = Some(date),
            None => finding.evidence.push(said("effective", &date)),
        }
        let behind = dated.and_then(|at| finding.evidence.get_mut(at + 1));
        match behind.filter(|e| e.kind == "quote") {
            Some(quote) => quote.after = Some(main.sentence.clone()),
            None => finding.evidence.push(said("quote", &main.sentence)),
        }
        finding.effective = Some(main.date);
    }
    finding.evidence.extend(days.iter().map(|day| Evidence {
        before: Some(day.words.clone()),
        place: Some(day.meaning.code().to_owned()),
        ..said(DateMeaning::EVIDENCE, &day.date.to_string())
    }));
}

/// The days that a sentence plans. Two dates with nothing but "to" between them are one span: its first
/// day counts, in the year of its last, unless something is open during it: then the last one counts, too.
fn of_sentence(
    sentence: &str,
    found: &[Mention],
    (today, last): (Date, Date),
    signs: &Signs,
) -> Vec<Planned> {
    let mut days = Vec::new();
    let mut at = 0;
    let mut begin = 0;
    while let Some(mention) = found.get(at) {
        let end = found.get(at + 1).filter(|next| {
            signs
                .range_end
                .is_match(&sentence[mention.range.end..next.range.start])
        });
        at += 1 + usize::from(end.is_some());
        let mut mention = mention.clone();
        if let Some(end) = end {
            let digits = sentence[mention.range.clone()].bytes();
            let says_year = digits.filter(u8::is_ascii_digit).count() > 4;
            if !says_year && let Some(day) = in_year_of(mention.date, end.date) {
                mention.date = day;
            }
        }
        let stop = end.map_or(mention.range.end, |end| end.range.end);
        let clause = clause(sentence, begin, mention.range.start, stop, found.get(at));
        begin = stop;
        let Some((date, meaning)) = ahead(sentence, &mention, &clause, (today, last), signs) else {
            continue;
        };
        let quote = |text: &str| {
            let mut quote: String = text.chars().take(QUOTE).collect();
            if quote.len() < text.len() {
                quote.push('…');
            }
            quote
        };
        let day = |date, meaning| Planned {
            date,
            meaning,
            sentence: quote(sentence),
            words: quote(
                sentence[clause.clone()]
                    .trim_matches(|c: char| c.is_whitespace() || ",;:—–".contains(c)),
            ),
        };
        days.push(day(date, meaning));
        if let Some(end) = end.filter(|end| meaning == DateMeaning::From && end.date > date) {
            days.push(day(end.date, DateMeaning::Until));
        }
    }
    days
}

/// The first day of a span in the year of its last.
fn in_year_of(first: Date, last: Date) -> Option<Date> {
    let day = first.with().year(last.year()).build().ok()?;
    if day > last {
        day.checked_sub(1.year()).ok()
    } else {
        Some(day)
    }
}

/// The part of a sentence that is about a date from `from` to `to`: it begins at the last mark since the
/// date before, at `begin`, and ends at the last mark before the next date.
fn clause(
    sentence: &str,
    begin: usize,
    from: usize,
    to: usize,
    next: Option<&Mention>,
) -> std::ops::Range<usize> {
    let is_mark = |c: char| matches!(c, ',' | ';' | ':' | '—' | '–');
    let marks = |text: &str| text.rfind(is_mark);
    let start = if begin == 0 {
        0
    } else {
        let between = &sentence[begin..from];
        // a mark right before the date ("Friday, 4 December") parts nothing
        let mark = between.find(is_mark).filter(|at| {
            !between[*at..]
                .trim_matches(|c: char| !c.is_alphanumeric())
                .is_empty()
        });
        begin + mark.unwrap_or(0)
    };
    let end = next.map_or(sentence.len(), |next| {
        let between = &sentence[to..next.range.start];
        to + between
            .find(is_mark)
            .or_else(|| marks(between))
            .unwrap_or(between.len())
    });
    start..end
}

/// The day of a mention and what it means, if the words beside it plan it.
fn ahead(
    sentence: &str,
    mention: &Mention,
    clause: &std::ops::Range<usize>,
    (today, last): (Date, Date),
    signs: &Signs,
) -> Option<(Date, DateMeaning)> {
    if mention.month_only || mention.date <= today || mention.date > last {
        return None;
    }
    let start = back(sentence, mention.range.start, BESIDE);
    let end = forth(sentence, mention.range.end, BESIDE);
    let beside = &sentence[start..end];
    let before = &sentence[start..mention.range.start];
    let after = &sentence[mention.range.end..end];
    let own = &sentence[clause.clone()];
    let is_name = signs.name_before.is_match(before) && signs.name_after.is_match(after);
    if is_name || signs.version.is_match(before) || signs.not_planned.is_match(beside) {
        return None;
    }
    let by = signs.by.is_match(before);
    let said = signs.to_come.is_match(beside)
        || signs.event.is_match(beside)
        || (by && signs.due.is_match(beside));
    if !said {
        return None;
    }
    let meaning = if by {
        DateMeaning::Until
    } else if signs.from.is_match(before) {
        DateMeaning::From
    } else if signs.held.is_match(own) {
        DateMeaning::Event
    } else if signs.begins.is_match(own) {
        DateMeaning::From
    } else if signs.ends.is_match(own) {
        DateMeaning::Until
    } else if signs.event.is_match(own) {
        DateMeaning::Event
    } else {
        DateMeaning::On
    };
    // "8–12 июня" is read as the 12th: what counts is the first day
    let first = signs.range_start.captures(before).and_then(|found| {
        let day = found.iter().skip(1).flatten().next()?;
        let day: i8 = day.as_str().parse().ok()?;
        let date = mention.date.with().day(day).build().ok()?;
        (date < mention.date).then_some(date)
    });
    match first {
        // it has begun
        Some(first) if first <= today => None,
        Some(first) if by && signs.event.is_match(own) => Some((first, DateMeaning::Event)),
        Some(first) => Some((first, meaning)),
        None => Some((mention.date, meaning)),
    }
}

/// At most so many characters back from a place.
fn back(text: &str, from: usize, most: usize) -> usize {
    let before = text[..from].char_indices().rev();
    before.take(most).last().map_or(from, |(at, _)| at)
}

/// At most so many characters on from a place.
fn forth(text: &str, from: usize, most: usize) -> usize {
    let mut after = text[from..].char_indices();
    after.nth(most).map_or(text.len(), |(at, _)| from + at)
}

/// How German months begin, which stand behind a day with a point.
const GERMAN_MONTHS: [&str; 13] = [
    "Jan", "Jän", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez",
];

/// Sentences and lines. A point after a digit or a short word, as in "г. Москва" or "Dec. 4", ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            let next = at + c.len_utf8();
            let is_end = match c {
                '\n' | '!' | '?' | ';' => true,
                '.' | '…' => {
                    let word = rest[..at]
                        .rsplit(|c: char| !c.is_alphanumeric())
                        .next()
                        .unwrap_or("");
                    let spaced = rest[next..].starts_with(char::is_whitespace);
                    let capital = rest[next..]
                        .trim_start()
                        .starts_with(|c: char| c.is_uppercase() || c == '«');
                    // "am 10. Dezember"
                    let ordinal = word.len() <= 2
                        && word.bytes().all(|b| b.is_ascii_digit())
                        && GERMAN_MONTHS
                            .iter()
                            .any(|month| rest[next..].trim_start().starts_with(month));
                    spaced
                        && capital
                        && !ordinal
                        && (word.chars().count() > 2 || word.bytes().all(|b| b.is_ascii_digit()))
                }
                _ => false,
            };
            if is_end {
                end = next;
                break;
            }
        }
        let (sentence, more) = rest.split_at(end);
        rest = more;
        Some(sentence.trim())
    })
    .filter(|sentence| !sentence.is_empty())
}
