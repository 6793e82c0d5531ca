//! Entries that begin with a heading.

use super::super::titles::{TITLE, is_part_name, is_unreleased, without_ago};
use super::super::version;
use super::super::when::{self, Context, When};
use super::{Entry, Mark, date_of_line, entry, has_date_line, marked, time_of};
use crate::extract::html::FlowBlock;
use crate::model::BlockKind;

/// A month's own text is an entry beside its days from so many characters on.
const MONTHS_OWN: usize = 20;

/// Entries that begin with a heading: one with a date or a version, or with its date right below.
pub(super) fn entries(blocks: &[FlowBlock], page: Context) -> Vec<Entry> {
    let mut context = page;
    let mut year_level = 0;
    let mut marks: Vec<(Mark, u8)> = Vec::new();
    // for each level how many headings begin an entry, and how many do not
    let mut levels = [(0_usize, 0_usize); 7];
    let dated_below = levels_dated_below(blocks);
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(level) = block.block.kind else {
            continue;
        };
        let text = block.block.text.as_str();
        if level <= year_level {
            context = page;
        }
        if let Some(year) = when::year_alone(text) {
            context = Context {
                year: Some(year),
                ..page
            };
            year_level = level;
            continue;
        }
        let depth = usize::from(level.min(6));
        if let Some(mark) = mark(blocks, at, context) {
            if let Some(when) = mark.when
                && !when.exact
            {
                // a month may itself be a heading over its days
                context = Context {
                    year: Some(when.date.year()),
                    month: Some(when.date.month()),
                    ..page
                };
                year_level = year_level.max(1).min(level);
            }
            levels[depth].0 += 1;
            marks.push((mark, level));
        } else if dated_below[depth] && is_dated_below(blocks, at) {
            levels[depth].0 += 1;
            marks.push((marked(at, text, None), level));
        } else if !marks.is_empty() && !is_unreleased(text) {
            levels[depth].1 += 1;
        }
    }
    drop_months_over_days(blocks, &mut marks);
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
        .enumerate()
        .map(|(nth, (mark, level))| {
            // an entry ends where the next begins, or at a heading that is no part of it
            let next = starts.get(nth + 1).copied().unwrap_or(blocks.len());
            let above = all[all.partition_point(|&(at, _)| at <= mark.at)..]
                .iter()
                .take_while(|&&(at, _)| at < next)
                .find(|&&(_, other)| other <= level)
                .map_or(next, |&(at, _)| at);
            entry(blocks, mark, above)
        })
        .collect()
}

/// Reads a heading as the begin of an entry.
fn mark(blocks: &[FlowBlock], at: usize, context: Context) -> Option<Mark> {
    let text = blocks[at].block.text.as_str();
    if text.chars().count() > TITLE || is_unreleased(text) {
        return None;
    }
    let by_time = || {
        let end = text.len();
        time_of(&blocks[at]).map(|date| When {
            date,
            start: end,
            end,
            exact: true,
        })
    };
    let said = when::find(text, context);
    let when = said.or_else(by_time);
    let version = version::find(text, when);
    let mut mark = (when.is_some() || version.is_some()).then(|| marked(at, text, when))?;
    if said.is_none() {
        mark.title = without_ago(&mark.title);
    }
    Some(mark)
}

/// The levels on which most headings have nothing but their date right below them.
fn levels_dated_below(blocks: &[FlowBlock]) -> [bool; 7] {
    let mut counts = [(0_usize, 0_usize); 7];
    for (at, block) in blocks.iter().enumerate() {
        if let BlockKind::Heading(level) = block.block.kind {
            let (dated, all) = &mut counts[usize::from(level.min(6))];
            *dated += usize::from(is_dated_below(blocks, at));
            *all += 1;
        }
    }
    counts.map(|(dated, all)| dated >= 2 && dated * 2 > all)
}

fn is_dated_below(blocks: &[FlowBlock], at: usize) -> bool {
    let text = blocks[at].block.text.as_str();
    let next = blocks.get(at + 1);
    let is_text = |next: &&FlowBlock| {
        matches!(
            next.block.kind,
            BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote
        )
    };
    !is_part_name(text)
        && !is_unreleased(text)
        && text.chars().count() <= TITLE
        && next
            .filter(is_text)
            .is_some_and(|next| date_of_line(next).is_some())
}

/// A heading that says only a month goes when dated headings stand under it and nothing else does.
fn drop_months_over_days(blocks: &[FlowBlock], marks: &mut Vec<(Mark, u8)>) {
    let is_text = |block: &&FlowBlock| !matches!(block.block.kind, BlockKind::Heading(_));
    let has_text = |at: usize| {
        let own = blocks[at + 1..].iter().take_while(is_text);
        let length: usize = own.map(|block| block.block.text.chars().count()).sum();
        length >= MONTHS_OWN
    };
    let is_over = |pair: &[(Mark, u8)]| {
        let [(month, level), (next, below)] = pair else {
            return false;
        };
        month.when.is_some_and(|when| !when.exact)
            && month.version.is_none()
            && below > level
            && next.when.is_some_and(|when| when.exact)
            && !has_text(month.at)
    };
    let gone: Vec<bool> = (0..marks.len())
        .map(|at| marks.get(at..at + 2).is_some_and(is_over))
        .collect();
    let mut gone = gone.into_iter();
    marks.retain(|_| !gone.next().unwrap_or(false));
}
