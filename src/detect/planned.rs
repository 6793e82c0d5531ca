//! Dates to come that a text names: when something begins, ends, is held or is due.
//!
//! Precision comes before recall: a date counts when it lies ahead, to the day, and words beside it
//! say that something will happen then ("starting", "состоится"), or that something must be done by
//! then ("by", "до" with "submit", "заявки"). Words of the past ("since", "прошла"), of statistics
//! ("from … to …"), of birthdays, horoscopes, weather and rates take it away.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use regex::Regex;

use super::dates::{Mention, dates};
use super::tongue::Tongue;
use crate::model::{Evidence, Finding, FindingKind, ReadItem, Role, Source};

/// Longest text that is read, in bytes.
const LONGEST: usize = 20_000;
/// Longest sentence that is kept as evidence, in characters.
const QUOTE: usize = 300;
/// Characters on either side of a date that speak of it.
const BESIDE: usize = 160;
/// What lies further ahead is a vision, not a date.
const AHEAD_YEARS: i32 = 3;

/// A date to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The day; the first one of several.
    pub date: Date,
    /// The sentence that names it.
    pub sentence: String,
}

/// Something begins, changes, ends or is held, said as of what is to come.
const TO_COME: &str = r"(?xi)
    \b(?: will | won't | is\s+set\s+to | are\s+set\s+to | going\s+to | scheduled | upcoming | starting | beginning
    | begins? | starts? | launch(?:es|ing) | roll(?:s|ing)\s+out | takes?\s+effect | take\s+place | takes\s+place
    | (?:comes?|goes|enters?)\s+in(?:to)?\s+force | effective | goes?\s+(?:live|away) | shut(?:s|ting)?\s+down
    | sunset(?:s|ting)? | retir(?:e|es|ing) | discontinu(?:e|es|ing) | deprecat(?:e|es|ing) | expires? | ends? | closes?
    | opens? | kicks\s+off | announces? | must | end\s+of\s+life | no\s+longer )\b
    | \b(?: вступ(?:ит|ят|ает|ают)\s+в\s+силу | начн(?:ет|ёт|ут)(?:ся)? | начинает(?:ся)? | запуст(?:ит|ят)(?:ся)?
    | запускает | заработа(?:ет|ют) | появ(?:ится|ятся) | отключ(?:ит|ат|ает|ают)(?:ся)? | прекра(?:тит|тят|щает|щают)(?:ся)?
    | закро(?:ет|ют)(?:ся)? | закрывает(?:ся)? | старту(?:ет|ют) | откро(?:ет|ют)(?:ся)? | открывает(?:ся)?
    | измен(?:ит|ят)(?:ся)? | введ(?:ет|ёт|ут)(?:ся)? | вводит(?:ся)? | буд(?:ет|ут) | перестан(?:ет|ут) | подорожа(?:ет|ют)
    | вырас(?:тет|тут) | состо(?:ится|ятся) | пройд(?:ет|ёт|ут) | выйд(?:ет|ут) | заверш(?:ит|ат)(?:ся)? | истека(?:ет|ют)
    | переста(?:ет|ёт|ют) | дедлайн | обязан[аы]? | придется | придётся | нужно | запрещен[аоы]? | запрещена | удал(?:ит|ят)
    | поменя(?:ет|ют)(?:ся)? | перейд(?:ет|ёт|ут) )\b";

/// Gatherings: beside a date to come they need no verb.
const EVENT: &str = r"(?xi)
    \b(?: conference | summit | webinar | keynote | expo | festival | meetup | workshop | premiere | awards | black\s+friday )s?\b
    | \b(?: конференци[яию] | форум | вебинар | саммит | фестиваль | митап | воркшоп | премьера | презентация | распродажа | выставка | релиз )\b";

/// Something must be done by then; counts with "by", "until" or "до" right before the date.
const DUE: &str = r"(?xi)
    \b(?: submit | take\s+part | appl(?:y|ications?) | register | registration | verify | deadline | migrate | entries | update\s+your | have | has
    | opt\s+out | valid | available )\b
    | \b(?: заявк\w* | подать | подайте | зарегистрир\w* | регистраци\w* | обязан\w* | пройти | успе(?:ть|йте|ют) | должны?
    | нужно | необходимо | переда(?:ть|йте) | дедлайн | действу(?:ет|ют) | продл\w* | прием | приём | можно )\b";

/// The past, statistics, birthdays and what is dated every day.
const NOT_PLANNED: &str = r"(?xi)
    \b(?: since | was | were | had | born | ago | last\s+(?:year|month|week|christmas|summer|winter|updated) | updated | uploaded
    | published | recorded | reported | took | began | launched | removed | held | drew | reached | ran | anniversary | birthday
    | horoscope | weather | forecast | showers | full\s+moon | typically | usually | traditionally | pushed\s+from | initially | originally | exchange\s+rate | quietest | rights\s+reserved | according\s+to\s+data )\b | ©
    | \b(?: родил(?:ся|ась|ись) | исполн(?:ится|илось) | юбилей | день\s+рождения | прошл(?:а|о|и|ом|ого|ый|ой|ые) | прошел | прошёл | состоял(?:ся|ась|ось|ись)
    | провед[её]н[аоы]? | завершил(?:ся|ась|ось|ись) | закончил(?:ся|ась|ось|ись) | начал(?:ся|ась|ось|ись) | набрал[аои]? | опубликован[аоы]?
    | публикации | по\s+данным | по\s+состоянию | погод\w* | синоптик\w* | осадк\w* | дожд\w* | гроз[аы] | снегопад\w* | температур\w* | облачн\w* | похолодани\w* | потеплени\w*
    | климатическ\w* | тепла | мороз\w* | луна | знаке | традиционно | обычно | действовал[аио]? | гороскоп | курс | прогноз | именины | лунный | всемирный\s+день | международный\s+день
    | заработал[аи]? | составил[аои]? | выросл[аои] | вырос | закрыл[аи]? | был[аои]? | пост\s+от | заявлен\w*\s+от | новост\w*\s+от | сообщени\w*\s+от )\b";

/// Right before the date.
const VERSION: &str = r"(?i)\b(?:version|версия|версии|v|api|от)\s*$";
const BY: &str = r"(?i)\b(?:by|until|till|before|до|не\s+позднее|к)\s*$";
/// "From 1 January to", "с 1 января по": when the end lies behind, it is a count of what was.
const RANGE_START: &str =
    r"(?i)(?:\b(\d{1,2})\s*(?:[–—-]|и|and)\s*|\bс\s+(\d{1,2})\s+по\s+|\bfrom\s+(\d{1,2})\s+to\s+)$";
const RANGE_END: &str = r"(?i)^\s*(?:по|до|to|till|until|through|and|[–—-])\s*$";
/// "The March 23 Movement": a name.
const NAME_BEFORE: &str = r"\b[Tt]he\s+$";
const NAME_AFTER: &str = r"^\s+\p{Lu}\p{Ll}";

struct Signs {
    to_come: Regex,
    event: Regex,
    due: Regex,
    not_planned: Regex,
    version: Regex,
    by: Regex,
    range_start: Regex,
    range_end: Regex,
    name_before: Regex,
    name_after: Regex,
}

static SIGNS: LazyLock<Option<Signs>> = LazyLock::new(|| {
    let read = |text| Regex::new(text).ok();
    Some(Signs {
        to_come: read(TO_COME)?,
        event: read(EVENT)?,
        due: read(DUE)?,
        not_planned: read(NOT_PLANNED)?,
        version: read(VERSION)?,
        by: read(BY)?,
        range_start: read(RANGE_START)?,
        range_end: read(RANGE_END)?,
        name_before: read(NAME_BEFORE)?,
        name_after: read(NAME_AFTER)?,
    })
});

/// The first date to come that a text names. Dates without a year are read against `written`, and what
/// lies behind `now` does not count.
pub fn planned(
    text: &str,
    language: Option<&str>,
    written: Timestamp,
    now: Timestamp,
) -> Option<Planned> {
    let signs = SIGNS.as_ref()?;
    let end = (0..=LONGEST.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let text = &text[..end];
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let tongue = Tongue::of(language, text);
    let today = now.to_zoned(TimeZone::UTC).date();
    let last = today.checked_add(AHEAD_YEARS.years()).ok()?;
    sentences(text).find_map(|sentence| {
        let found = dates(sentence, tongue, written);
        let date = first_planned(sentence, &found, today, last, signs)?;
        let mut quote: String = sentence.chars().take(QUOTE).collect();
        if quote.len() < sentence.len() {
            quote.push('…');
        }
        Some(Planned {
            date,
            sentence: quote,
        })
    })
}

/// Gives a finding of a new item the date to come that the item names, with its sentence, if it has
/// none of its own. General streams are left out: their calendar is not ours.
pub fn add_planned(finding: &mut Finding, source: &Source, item: &ReadItem, now: Timestamp) {
    let wanted = finding.kind == FindingKind::NewItem && source.role != Role::Stream;
    if !wanted || finding.effective.is_some() {
        return;
    }
    let language = item.language.as_deref().or(source.language.as_deref());
    let written = item.published.unwrap_or(now);
    let found = [&item.title, &item.summary]
        .into_iter()
        .find_map(|text| planned(text, language, written, now));
    let Some(Planned { date, sentence }) = found else {
        return;
    };
    finding.effective = Some(date);
    for (kind, value) in [("effective", date.to_string()), ("quote", sentence)] {
        finding.evidence.push(Evidence {
            kind: kind.to_owned(),
            before: None,
            after: Some(value),
            place: None,
        });
    }
}

/// The first day that a sentence plans. Two dates with nothing but "to" between them are one span:
/// its first day counts, in the year of its last.
fn first_planned(
    sentence: &str,
    found: &[Mention],
    today: Date,
    last: Date,
    signs: &Signs,
) -> Option<Date> {
    let mut at = 0;
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
            if !says_year {
                let day = mention.date.with().year(end.date.year()).build().ok()?;
                mention.date = if day > end.date {
                    day.checked_sub(1.year()).ok()?
                } else {
                    day
                };
            }
        }
        if let Some(date) = ahead(sentence, &mention, today, last, signs) {
            return Some(date);
        }
    }
    None
}

/// The day of a mention, if the words beside it plan it.
fn ahead(
    sentence: &str,
    mention: &Mention,
    today: Date,
    last: Date,
    signs: &Signs,
) -> Option<Date> {
    if mention.month_only || mention.date <= today || mention.date > last {
        return None;
    }
    let start = back(sentence, mention.range.start, BESIDE);
    let end = forth(sentence, mention.range.end, BESIDE);
    let beside = &sentence[start..end];
    let before = &sentence[start..mention.range.start];
    let after = &sentence[mention.range.end..end];
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
        Some(first) => Some(first),
        None => Some(mention.date),
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
                    spaced
                        && capital
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

#[cfg(test)]
mod tests;
