//! Where the entries of a changelog begin and end.
//!
//! Every line that could begin an entry is marked with the date and version it starts with. Then one form is
//! chosen for the whole page, the one that repeats most: headings, rows of a table, or lines that lead with a
//! date. Marks of the other forms are text of the entries: a date in a sentence begins nothing.

use jiff::civil::Date;

use super::{
    titles::{TITLE, clip, is_long, is_part_name, is_unreleased, title_of},
    version,
    when::{self, Context, When},
};
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

/// Finds the entries of a page, in its order.
pub(super) fn find(blocks: &[FlowBlock]) -> Vec<Entry> {
    let headings = by_headings(blocks);
    let rows = by_rows(blocks);
    let lines = by_lines(blocks);
    // headings are the surest form; the others must say clearly more
    if headings.len() >= 2 && headings.len() * 3 >= rows.len().max(lines.len()) {
        headings
    } else if rows.len() >= 2 && rows.len() * 2 >= lines.len() {
        rows
    } else if lines.len() >= 3 {
        lines
    } else {
        headings
    }
}

/// Entries that begin with a heading.
fn by_headings(blocks: &[FlowBlock]) -> Vec<Entry> {
    let mut context = Context::default();
    let mut year_level = 0;
    let mut marks: Vec<(Mark, u8)> = Vec::new();
    let mut levels = [(0_usize, 0_usize); 7];
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(level) = block.block.kind else {
            continue;
        };
        let text = block.block.text.as_str();
        if level <= year_level {
            context = Context::default();
        }
        if let Some(year) = when::year_alone(text) {
            context = Context {
                year: Some(year),
                month: None,
            };
            year_level = level;
            continue;
        }
        if let Some(mark) = mark(blocks, at, context) {
            if let Some(when) = mark.when
                && !when.exact
            {
                // a month may itself be a heading over its days
                context = Context {
                    year: Some(when.date.year()),
                    month: Some(when.date.month()),
                };
                year_level = year_level.max(1).min(level);
            }
            levels[usize::from(level.min(6))].0 += 1;
            marks.push((mark, level));
        } else if !marks.is_empty() && !is_unreleased(text) {
            levels[usize::from(level.min(6))].1 += 1;
        }
    }
    drop_months_over_days(&mut marks);
    let most = (1..7)
        .max_by_key(|&level| (levels[level].0, 7 - level))
        .unwrap_or(2);
    marks.retain(|(mark, level)| {
        let (marked, plain) = levels[usize::from((*level).min(6))];
        let level = usize::from(*level);
        // deeper headings name parts of entries, unless nearly all of them are dated too
        level == most
            || (marked * 2 > plain
                && (level < most || mark.when.is_some() || has_date_line(blocks, mark.at)))
            || (level == most + 1 && has_date_line(blocks, mark.at))
    });
    let all: Vec<(usize, u8)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| match block.block.kind {
            BlockKind::Heading(level) => Some((at, level)),
            _ => None,
        })
        .collect();
    let starts: Vec<usize> = marks.iter().map(|(mark, _)| mark.at).collect();
    marks
        .into_iter()
        .map(|(mark, level)| {
            // an entry ends where the next begins, or at a heading that is no part of it
            let next = starts
                .iter()
                .copied()
                .find(|&at| at > mark.at)
                .unwrap_or(blocks.len());
            let above = all[all.partition_point(|&(at, _)| at <= mark.at)..]
                .iter()
                .find(|&&(_, other)| other <= level)
                .map_or(blocks.len(), |&(at, _)| at);
            entry(blocks, mark, next.min(above))
        })
        .collect()
}

/// A heading that says only a month goes when dated headings stand under it.
fn drop_months_over_days(marks: &mut Vec<(Mark, u8)>) {
    let mut at = 0;
    while at < marks.len() {
        let month =
            marks[at].0.when.is_some_and(|when| !when.exact) && marks[at].0.version.is_none();
        let over = marks.get(at + 1).is_some_and(|(next, level)| {
            *level > marks[at].1 && next.when.is_some_and(|when| when.exact)
        });
        if month && over {
            marks.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Entries that are rows of a table, dated in a cell of their own.
fn by_rows(blocks: &[FlowBlock]) -> Vec<Entry> {
    let mut out = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if block.block.kind != BlockKind::TableRow {
            continue;
        }
        let cells: Vec<&str> = block
            .block
            .text
            .split('|')
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect();
        let dated = cells.iter().take(4).enumerate().find_map(|(cell, text)| {
            let when = when::find(text, Context::default())?;
            (text.chars().count() <= 40 && plain_rest(text, when) <= 14).then_some((cell, when))
        });
        let Some((cell, when)) = dated else { continue };
        let titles: Vec<&str> = cells
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != cell)
            .map(|(_, text)| *text)
            .collect();
        let named = titles
            .iter()
            .position(|text| when::find(text, Context::default()).is_none());
        let title = named.map_or(&cells[cell][when.start..when.end], |named| titles[named]);
        let others: Vec<&str> = titles
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != named)
            .map(|(_, text)| *text)
            .collect();
        out.push(Entry {
            at,
            end: at + 1,
            date: Some(when.date),
            time: block.time.clone(),
            version: cells.iter().take(2).find_map(|text| {
                let date = when::find(text, Context::default());
                (text.chars().count() <= 40)
                    .then(|| version::find(text, date))
                    .flatten()
            }),
            title: clip(title),
            day_alone: named.is_none(),
            more: if is_long(title) {
                titles.join("\n")
            } else {
                others.join("\n")
            },
            said: 0,
            link_at: at,
        });
    }
    // what stands between two dated rows belongs to the first
    for nth in 1..out.len() {
        out[nth - 1].end = out[nth].at;
    }
    out
}

/// Entries that begin with a line that leads with its date.
fn by_lines(blocks: &[FlowBlock]) -> Vec<Entry> {
    let mut marks: Vec<Mark> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if matches!(
            block.block.kind,
            BlockKind::TableRow | BlockKind::Code | BlockKind::Quote
        ) {
            continue;
        }
        let text = block.block.text.as_str();
        let Some(when) = when::find(text, Context::default()) else {
            continue;
        };
        let before = text[..when.start].trim_matches(|c: char| !c.is_alphanumeric());
        let after = text[when.end..].trim_start();
        let leads = before.is_empty()
            || version::find(before, None).is_some() && before.chars().count() < 30;
        let alone = plain_rest(text, when) <= 12;
        let parted = after.is_empty()
            || after.starts_with([':', '–', '—', '-', '|', ')', ']', '.', '·', '•', '/', 'г']);
        if leads && (alone || parted) {
            marks.push(marked(at, text, Some(when)));
        }
    }
    in_order(&mut marks);
    let starts: Vec<usize> = marks.iter().map(|mark| mark.at).collect();
    marks
        .into_iter()
        .enumerate()
        .map(|(nth, mark)| {
            let end = starts.get(nth + 1).copied().unwrap_or(blocks.len());
            entry(blocks, mark, end)
        })
        .collect()
}

/// Drops dates that run against the order of the others: ends of support, quoted days.
fn in_order(marks: &mut Vec<Mark>) {
    let days: Vec<Date> = marks
        .iter()
        .filter_map(|mark| mark.when.map(|when| when.date))
        .collect();
    if days.len() != marks.len() || days.len() < 3 {
        return;
    }
    let falling = longest_run(
        &days
            .iter()
            .map(|day| std::cmp::Reverse(*day))
            .collect::<Vec<_>>(),
    );
    let rising = longest_run(&days);
    let kept = if falling.len() >= rising.len() {
        falling
    } else {
        rising
    };
    let mut nth = 0;
    marks.retain(|_| {
        nth += 1;
        kept.binary_search(&(nth - 1)).is_ok()
    });
}

/// Indices of the longest subsequence that never falls (patience sorting); of equals, one with the first item.
fn longest_run<T: Ord>(items: &[T]) -> Vec<usize> {
    let run = |fits: &dyn Fn(&T) -> bool| -> Vec<usize> {
        let mut tails: Vec<usize> = Vec::new();
        let mut before: Vec<Option<usize>> = vec![None; items.len()];
        for (at, item) in items.iter().enumerate().filter(|(_, item)| fits(item)) {
            let pile = tails.partition_point(|&tail| items[tail] <= *item);
            before[at] = pile.checked_sub(1).map(|under| tails[under]);
            if pile == tails.len() {
                tails.push(at);
            } else {
                tails[pile] = at;
            }
        }
        let mut found = Vec::with_capacity(tails.len());
        let mut next = tails.last().copied();
        while let Some(at) = next {
            found.push(at);
            next = before[at];
        }
        found.reverse();
        found
    };
    let any = run(&|_| true);
    let from_first = run(&|item| *item >= items[0]);
    if from_first.len() >= any.len() {
        from_first
    } else {
        any
    }
}

/// Reads a heading as the begin of an entry.
fn mark(blocks: &[FlowBlock], at: usize, context: Context) -> Option<Mark> {
    let text = blocks[at].block.text.as_str();
    if text.chars().count() > TITLE || is_unreleased(text) {
        return None;
    }
    let when = when::find(text, context);
    let version = version::find(text, when);
    (when.is_some() || version.is_some()).then(|| marked(at, text, when))
}

fn marked(at: usize, text: &str, when: Option<When>) -> Mark {
    let (title, day_alone) = title_of(text, when);
    Mark {
        at,
        when,
        version: version::find(text, when),
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
            if let Some(when) = date_line(&block.block.text) {
                entry.date = Some(when.date);
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
        .any(|block| date_line(&block.block.text).is_some())
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

/// Letters and digits of a line beside its date.
fn plain_rest(text: &str, when: When) -> usize {
    let count = |part: &str| part.chars().filter(|c| c.is_alphanumeric()).count();
    count(&text[..when.start]) + count(&text[when.end..])
}
