//! Entries that are rows of a table.

use super::super::titles::{clip, is_long};
use super::super::version;
use super::super::when::{self, Context};
use super::{Entry, plain_rest};
use crate::extract::html::FlowBlock;
use crate::model::BlockKind;

/// Entries that are rows of a table, dated in a cell of their own.
pub(super) fn entries(blocks: &[FlowBlock], context: Context) -> Vec<Entry> {
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
            let when = when::find(text, context)?;
            (text.chars().count() <= 40 && plain_rest(text, when) <= 14).then_some((cell, when))
        });
        let Some((cell, when)) = dated else { continue };
        let titles: Vec<&str> = cells
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != cell)
            .map(|(_, text)| *text)
            .collect();
        let named = titles.iter().position(|text| {
            when::find(text, context).is_none_or(|when| plain_rest(text, when) > 14)
        });
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
                let date = when::find(text, context);
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
