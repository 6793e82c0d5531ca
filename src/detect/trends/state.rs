//! The tracker's state as bytes, in parts of a few megabytes, so that neither saving nor loading needs
//! all of it twice.
//!
//! Each part begins with the layout's number. A state of another layout is not read: whoever holds
//! the items builds it anew from the last weeks of them.

use serde::{Deserialize, Serialize};

use super::baseline::{Dated, Words};
use super::history::Past;
use super::stories::{Number, Story};
use super::tracker::{State, Tracker};
use super::window::Held;

/// Layout of the saved state; another one is not read.
const LAYOUT: u8 = 10;
/// Stories, items or past items of one part.
const PART: usize = 4_096;

/// Why a saved state cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadState {
    /// Saved by another layout; build it anew from the stored items.
    #[error(
        "saved trend state has layout {0}, this program reads {LAYOUT}; rebuild it from the stored items"
    )]
    Layout(u8),
    /// Damaged.
    #[error("saved trend state is damaged ({0}); rebuild it from the stored items")]
    Damaged(#[from] postcard::Error),
    /// A part is missing.
    #[error("saved trend state lacks a part; rebuild it from the stored items")]
    Incomplete,
}

/// A part to write; the same order as in [`Part`].
#[derive(Serialize)]
enum Borrowed<'a> {
    Head(&'a State),
    Stories(&'a [(Number, &'a Story)]),
    Window(Vec<&'a Held>),
    Items(&'a [Dated]),
    Words(Words),
    Newer(Vec<&'a Past>),
    End,
}

/// A part as read.
#[derive(Deserialize)]
enum Part {
    Head(Box<State>),
    Stories(Vec<(Number, Story)>),
    Window(Vec<Held>),
    Items(Vec<Dated>),
    Words(Words),
    Newer(Vec<Past>),
    End,
}

fn bytes(part: &Borrowed) -> Result<Vec<u8>, BadState> {
    Ok(postcard::to_extend(part, vec![LAYOUT])?)
}

impl Tracker {
    /// The state as bytes, part by part; [`Tracker::load`] goes on exactly from here.
    pub fn save(&self) -> impl Iterator<Item = Result<Vec<u8>, BadState>> {
        let state = &self.state;
        let stories = state.stories.all();
        let (baseline, newer) = (state.history.baseline(), state.history.newer());
        let parts = |many: usize| (0..many).step_by(PART);
        std::iter::once_with(|| bytes(&Borrowed::Head(state)))
            .chain(parts(stories.len()).map(move |at| {
                let end = (at + PART).min(stories.len());
                bytes(&Borrowed::Stories(&stories[at..end]))
            }))
            .chain(parts(state.window.len()).map(|at| {
                let items = state.window.iter().skip(at).take(PART);
                bytes(&Borrowed::Window(items.map(|(_, item)| item).collect()))
            }))
            .chain(
                baseline
                    .items()
                    .chunks(PART)
                    .map(|items| bytes(&Borrowed::Items(items))),
            )
            .chain(
                baseline
                    .parts(PART)
                    .map(|words| bytes(&Borrowed::Words(words))),
            )
            .chain(parts(newer.len()).map(|at| {
                let items = newer.iter().skip(at).take(PART);
                bytes(&Borrowed::Newer(items.collect()))
            }))
            .chain(std::iter::once_with(|| bytes(&Borrowed::End)))
    }

    /// Reads a saved state.
    pub fn load(parts: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, BadState> {
        let mut tracker = Self::default();
        let mut has_ended = false;
        for part in parts {
            let rest = match part.split_first() {
                Some((&LAYOUT, rest)) => rest,
                other => return Err(BadState::Layout(other.map_or(0, |(layout, _)| *layout))),
            };
            match postcard::from_bytes(rest)? {
                Part::Head(state) => tracker.state = *state,
                Part::Stories(stories) => tracker.state.stories.restore(stories),
                Part::Window(items) => tracker.state.window.restore(items),
                Part::Items(items) => tracker.state.history.baseline_mut().restore_items(items),
                Part::Words(words) => tracker.state.history.baseline_mut().restore_words(words),
                Part::Newer(items) => tracker.state.history.restore(items),
                Part::End => has_ended = true,
            }
        }
        if !has_ended {
            return Err(BadState::Incomplete);
        }
        tracker.state.names.reindex();
        Ok(tracker)
    }
}
