//! The messages of one delivery on their way, and how far earlier attempts came.
//!
//! A chat cannot take a message back, so a digest in several messages must not begin anew when the
//! third of them fails: [`Progress`] remembers, while the process lives, how many have gone out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Dialect, messages};
use crate::deliver::Receipt;
use crate::model::Delivery;

/// The messages of a delivery that are still to be sent, in order.
pub(in crate::deliver) struct Outgoing<'a> {
    id: &'a str,
    messages: Vec<String>,
    at: usize,
    progress: &'a Progress,
}

impl<'a> Outgoing<'a> {
    /// Those that no earlier attempt has brought out.
    pub(in crate::deliver) fn of(
        delivery: &'a Delivery,
        dialect: &Dialect,
        progress: &'a Progress,
    ) -> Self {
        Self {
            id: &delivery.id,
            messages: messages(&delivery.form, dialect),
            at: progress.done(&delivery.id),
            progress,
        }
    }

    /// The next message with its number, from 0. The same again until it is [`Outgoing::sent`].
    pub(in crate::deliver) fn next(&self) -> Option<(usize, &str)> {
        Some((self.at, self.messages.get(self.at)?.as_str()))
    }

    /// It has gone out.
    pub(in crate::deliver) fn sent(&mut self) {
        self.at += 1;
        self.progress.advance(self.id);
    }

    /// All have gone out.
    pub(in crate::deliver) fn receipt(self) -> Receipt {
        self.progress.finish(self.id);
        Receipt::of_parts(self.messages.len())
    }
}

/// How many messages of each delivery have gone out, while the process lives.
#[derive(Default)]
pub(in crate::deliver) struct Progress(Mutex<HashMap<String, usize>>);

impl Progress {
    /// Deliveries remembered; past that all are forgotten, and a retry repeats what went out.
    const MOST: usize = 1_000;

    fn done(&self, id: &str) -> usize {
        self.lock().get(id).copied().unwrap_or(0)
    }

    fn advance(&self, id: &str) {
        let mut known = self.lock();
        if known.len() >= Self::MOST {
            known.clear();
        }
        *known.entry(id.to_owned()).or_default() += 1;
    }

    fn finish(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
