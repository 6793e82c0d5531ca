//! Where the entries of a changelog begin and end.
//!
//! Every line that could begin an entry is marked with the date and version it starts with. Then one form is
//! chosen for the whole page, the one that repeats most: headings, rows of a table, or lines that lead with a
//! date. Marks of the other forms are text of the entries: a date in a sentence begins nothing.

mod headings;
mod lines;
mod rows;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{
    titles::{clip, is_long, is_part_name, title_of},
    version,
    when::{self, Context, When},
};
use crate::extract::dates;
use crate::extract::html::FlowBlock;
use crate::model::BlockKind;

/// An entry as it stands in the page: its first block and the blocks of its body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Index of the block that begins it.
    pub(super) at: usize,
    /// Index after its last block.
    pub(super) end: usize,
    /// Its day, if it has one.
    pub(super) date: Option<Date>,
    /// `datetime` of a `<time>` that gives the day more exactly.
    pub(super) time: Option<String>,
    /// Its version, if it has one.
    pub(super) version: Option<String>,
    /// What it is called, without its date.
    pub(super) title: String,
    /// Is it called nothing but its day?
    pub(super) day_alone: bool,
    /// What its first block says beyond title and date.
    pub(super) more: String,
    /// Blocks after the first that only say the date or the title.
    pub(super) said: usize,
    /// Index of the block that links to it.
    pub(super) link_at: usize,
}

/// A block that could begin an entry.
#[derive(Debug, Clone)]
struct Mark {
    at: usize,
    when: Option<When>,
    version: Option<String>,
    title: String,
    day_alone: bool,
}

/// A line with a date counts as its date line up to this many characters.
const DATE_LINE: usize = 80;
/// A line with a `<time>` counts as its date line up to this many characters.
const TIME_LINE: usize = 40;

/// Finds the entries of a page, in its order.
pub(super) fn find(blocks: &[FlowBlock]) -> Vec<Entry> {
    let texts = blocks.iter().map(|block| block.block.text.as_str());
    let context = Context {
        month_first: when::writes_month_first(texts),
        ..Context::default()
    };
    let headings = headings::entries(blocks, context);
    let rows = rows::entries(blocks, context);
    let lines = lines::entries(blocks, context);
    // headings are the surest form; the others must say clearly more
    let found = if headings.len() >= 2 && headings.len() * 3 >= rows.len().max(lines.len()) {
        headings
    } else if rows.len() >= 2 && rows.len() * 2 >= lines.len() {
        rows
    } else if lines.len() >= 3 || (lines.len() == 2 && headings.is_empty()) {
        lines
    } else {
        headings
    };
    if found.is_empty() {
        lines::versions_alone(blocks)
    } else {
        found
    }
}

fn marked(at: usize, text: &str, when: Option<When>) -> Mark {
    let (title, day_alone) = title_of(text, when);
    // `2026.6.1` is a day, but as programs number their versions
    let by_day = when.map(|when| &text[when.start..when.end]).filter(|said| {
        let parts: Vec<&str> = said.split('.').collect();
        parts.len() == 3 && parts[0].len() == 4 && parts[1..].iter().any(|part| part.len() == 1)
    });
    Mark {
        at,
        when,
        version: version::find(text, when).or_else(|| by_day.map(str::to_owned)),
        title,
        day_alone,
    }
}

/// Completes an entry: its date may stand in the line under its title, its title in the heading under its date.
fn entry(blocks: &[FlowBlock], mark: Mark, end: usize) -> Entry {
    let mut entry = Entry {
        at: mark.at,
        end,
        date: mark.when.map(|when| when.date),
        time: blocks[mark.at].time.clone(),
        version: mark.version,
        more: if is_long(&mark.title) {
            mark.title.clone()
        } else {
            String::new()
        },
        title: clip(&mark.title),
        day_alone: mark.day_alone,
        said: 0,
        link_at: mark.at,
    };
    let body = &blocks[mark.at + 1..end];
    if entry.date.is_none() {
        for (nth, block) in body.iter().take(3).enumerate() {
            if let Some(date) = date_of_line(block) {
                entry.date = Some(date);
                entry.time.clone_from(&block.time);
                entry.said = usize::from(nth == 0);
                break;
            }
        }
    }
    let is_heading = |block: &&FlowBlock| matches!(block.block.kind, BlockKind::Heading(_));
    if entry.day_alone
        && let Some(first) = body.first().filter(is_heading)
        && body.iter().filter(is_heading).count() == 1
        && !is_part_name(&first.block.text)
    {
        entry.title = clip(&first.block.text);
        entry.day_alone = false;
        entry.version = version::find(&first.block.text, None);
        entry.said = 1;
        entry.link_at = mark.at + 1;
    }
    entry
}

fn has_date_line(blocks: &[FlowBlock], at: usize) -> bool {
    blocks[at + 1..]
        .iter()
        .take(2)
        .any(|block| date_of_line(block).is_some())
}

/// `Published at 2020/07/04`, `Дата релиза: 2021-07-16`: a short line that is for its date.
fn date_line(text: &str) -> Option<When> {
    if text.chars().count() > DATE_LINE {
        return None;
    }
    let when = when::find(text, Context::default())?;
    (plain_rest(text, when) <= 28
        && text[when.end..]
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
            <= 8)
        .then_some(when)
}

/// The day that a line is for, by what it says or by its `<time>`.
fn date_of_line(block: &FlowBlock) -> Option<Date> {
    if let Some(when) = date_line(&block.block.text) {
        return Some(when.date);
    }
    let is_short = block.block.text.chars().count() <= TIME_LINE;
    time_of(block).filter(|_| is_short)
}

/// The day of the `<time>` in a block.
fn time_of(block: &FlowBlock) -> Option<Date> {
    let time = block.time.as_deref()?.trim();
    let day = time.get(..10).and_then(|day| day.parse().ok());
    day.or_else(|| {
        Some(
            dates::parse(time, &TimeZone::UTC)?
                .to_zoned(TimeZone::UTC)
                .date(),
        )
    })
    .filter(|day: &Date| (1990..2100).contains(&day.year()))
}

/// Letters and digits of a line beside its date.
fn plain_rest(text: &str, when: When) -> usize {
    let count = |part: &str| part.chars().filter(|c| c.is_alphanumeric()).count();
    count(&text[..when.start]) + count(&text[when.end..])
}
