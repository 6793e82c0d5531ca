//! How much text each part of a page holds, and of what make.
//!
//! Text is counted in runs: what stands on the screen as one paragraph, item or line. Sums over any subtree
//! are differences of running totals, so every question costs the same, however large the part is.

use crate::extract::html::{Outline, is_block};

/// One paragraph, item, heading or loose line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    /// Index of its first text in the outline.
    pub(super) at: usize,
    /// Characters without white space.
    pub(super) chars: u32,
    /// Of them inside links.
    pub(super) linked: u32,
    /// Does it stand in a heading?
    pub(super) heading: bool,
}

/// Sums over some runs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Totals {
    /// Runs.
    pub(super) runs: u32,
    /// Characters without white space.
    pub(super) chars: u32,
    /// Of them inside links.
    pub(super) linked: u32,
    /// Characters in running text: long paragraphs count in full, short lines hardly, links not at all.
    pub(super) prose: u32,
}

impl Totals {
    /// Share of the characters that stand inside links.
    pub(super) fn link_share(self) -> f64 {
        f64::from(self.linked) / f64::from(self.chars.max(1))
    }
}

/// Lines up to this many characters say nothing of running text.
const SHORT: u32 = 40;
/// Paragraphs of this many characters count in full.
const FULL: u32 = 160;

impl Run {
    /// The run's part of [`Totals::prose`]: its characters, less the shorter it is.
    pub(super) fn prose(&self) -> u32 {
        if self.heading || self.linked * 2 > self.chars {
            return 0;
        }
        let plain = self.chars - self.linked / 2;
        let ramp =
            f64::from(plain.saturating_sub(SHORT).min(FULL - SHORT)) / f64::from(FULL - SHORT);
        (f64::from(plain) * ramp * ramp) as u32
    }
}

/// The runs of a page and their running totals.
#[derive(Debug)]
pub(super) struct Measure {
    runs: Vec<Run>,
    /// For each entry, how many runs begin before it.
    before: Vec<u32>,
    sums: Vec<Totals>,
}

impl Measure {
    /// Measures all that is seen and not left out.
    pub(super) fn of(outline: &Outline<'_>, left_out: &[bool]) -> Self {
        let entries = outline.entries();
        let mut runs: Vec<Run> = Vec::with_capacity(entries.len() / 3);
        let mut before = Vec::with_capacity(entries.len() + 1);
        let mut run = Run::default();
        let mut open: Vec<usize> = Vec::new();
        let (mut links, mut headings) = (0u32, 0u32);
        let mut skip_to = 0;
        for (at, entry) in entries.iter().enumerate() {
            while let Some(&last) = open.last()
                && entries[last].end <= at
            {
                open.pop();
                let name = entries[last].name();
                if is_block(name) {
                    end(&mut run, &mut runs);
                }
                links -= u32::from(name == "a" && links > 0);
                headings -= u32::from(is_heading(name) && headings > 0);
            }
            before.push(runs.len() as u32);
            if at < skip_to {
                continue;
            }
            if left_out[at] || entry.hidden {
                skip_to = entry.end;
                continue;
            }
            if let Some(text) = entry.text() {
                let chars = text.chars().filter(|c| !c.is_whitespace()).count() as u32;
                if chars > 0 {
                    if run.chars == 0 {
                        run.at = at;
                        run.heading = headings > 0;
                    }
                    run.chars += chars;
                    run.linked += if links > 0 { chars } else { 0 };
                }
                continue;
            }
            let name = entry.name();
            if is_block(name) {
                end(&mut run, &mut runs);
                // the run that begins inside is not before this entry
                if let Some(count) = before.last_mut() {
                    *count = runs.len() as u32;
                }
            }
            links += u32::from(name == "a");
            headings += u32::from(is_heading(name));
            open.push(at);
        }
        end(&mut run, &mut runs);
        before.push(runs.len() as u32);
        let mut sums = Vec::with_capacity(runs.len() + 1);
        let mut sum = Totals::default();
        sums.push(sum);
        for run in &runs {
            sum.runs += 1;
            sum.chars += run.chars;
            sum.linked += run.linked;
            sum.prose += run.prose();
            sums.push(sum);
        }
        Self { runs, before, sums }
    }

    /// Runs that begin in the subtree of `at`.
    pub(super) fn runs(&self, outline: &Outline<'_>, at: usize) -> &[Run] {
        let end = outline.entries()[at].end;
        &self.runs
            [self.before[at] as usize..(self.before[end] as usize).max(self.before[at] as usize)]
    }

    /// Sums over the subtree of `at`.
    pub(super) fn totals(&self, outline: &Outline<'_>, at: usize) -> Totals {
        let end = outline.entries()[at].end;
        let (from, to) = (
            self.sums[self.before[at] as usize],
            self.sums[self.before[end] as usize],
        );
        Totals {
            runs: to.runs.saturating_sub(from.runs),
            chars: to.chars.saturating_sub(from.chars),
            linked: to.linked.saturating_sub(from.linked),
            prose: to.prose.saturating_sub(from.prose),
        }
    }
}

fn end(run: &mut Run, runs: &mut Vec<Run>) {
    if run.chars > 0 {
        runs.push(std::mem::take(run));
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}
