//! Entries that begin with a line that leads with its date, or is nothing but a version.

use jiff::civil::Date;

use super::super::titles::{TITLE, without_ago};
use super::super::version;
use super::super::when::{self, Context, When};
use super::{Entry, Mark, TIME_LINE, entry, marked, plain_rest, time_of};
use crate::extract::html::FlowBlock;
use crate::model::BlockKind;

/// A line that is nothing but a version is no longer than this.
const VERSION_LINE: usize = 24;

/// Entries that begin with a line that leads with its date.
pub(super) fn entries(blocks: &[FlowBlock], context: Context) -> Vec<Entry> {
    let mut marks: Vec<Mark> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if matches!(
            block.block.kind,
            BlockKind::TableRow | BlockKind::Code | BlockKind::Quote
        ) {
            continue;
        }
        let text = block.block.text.as_str();
        let Some(when) = when::find(text, context) else {
            marks.extend(by_time(blocks, at));
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
    with_bodies(blocks, marks)
}

/// Entries that begin with a line that is nothing but a version, where nothing has a date.
pub(super) fn versions_alone(blocks: &[FlowBlock]) -> Vec<Entry> {
    let is_version = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        text.chars().count() <= VERSION_LINE && letters <= 10 && version::find(text, None).is_some()
    };
    let lines = blocks.iter().enumerate().filter(|(_, block)| {
        let is_line = matches!(
            block.block.kind,
            BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Heading(_)
        );
        is_line && is_version(&block.block.text)
    });
    let marks: Vec<Mark> = lines
        .map(|(at, block)| marked(at, &block.block.text, None))
        .collect();
    if marks.len() < 3 {
        return Vec::new();
    }
    with_bodies(blocks, marks)
}

/// A line whose day only its `<time>` tells: "2 days ago", or a line of text with a `<time>` in it.
fn by_time(blocks: &[FlowBlock], at: usize) -> Option<Mark> {
    let block = &blocks[at];
    let date = time_of(block)?;
    let text = block.block.text.trim();
    let length = text.chars().count();
    let is_titled_below = blocks
        .get(at + 1)
        .is_some_and(|next| matches!(next.block.kind, BlockKind::Heading(_)));
    let title = without_ago(text);
    let is_day = length <= TIME_LINE && (is_titled_below || title.is_empty());
    (length <= TITLE).then(|| Mark {
        at,
        when: Some(When {
            date,
            start: text.len(),
            end: text.len(),
            exact: true,
        }),
        version: version::find(text, None).filter(|_| !is_day),
        title: if is_day { date.to_string() } else { title },
        day_alone: is_day,
    })
}

/// Each entry goes on to the next.
fn with_bodies(blocks: &[FlowBlock], marks: Vec<Mark>) -> Vec<Entry> {
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
