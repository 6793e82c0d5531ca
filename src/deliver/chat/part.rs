//! The next message of a delivery. A chat cannot take a message back, so a digest in several messages
//! must not begin anew when the third of them fails: each is sent by a call of its own, and the outbox
//! remembers how many have gone out.

use super::{CardButtons, Dialect, Message, messages};
use crate::deliver::Receipt;
use crate::model::Delivery;

/// One of the messages in which a chat takes a delivery.
pub(in crate::deliver) struct Part {
    /// Its number, from 0.
    pub(in crate::deliver) at: usize,
    /// Of how many.
    count: usize,
    message: Message,
}

impl Part {
    /// The first that has not gone out; `None` when all have.
    pub(in crate::deliver) fn next(delivery: &Delivery, dialect: &Dialect) -> Option<Self> {
        let at = usize::try_from(delivery.parts).unwrap_or(usize::MAX);
        let messages = messages(&delivery.form, dialect);
        let count = messages.len();
        let message = messages.into_iter().nth(at)?;
        Some(Self { at, count, message })
    }

    /// Its text, in the chat's markup.
    pub(in crate::deliver) fn text(&self) -> &str {
        &self.message.text
    }

    /// The cards in it on which a reader may vote, each with the place in the text behind it.
    pub(in crate::deliver) fn buttons(&self) -> &[(usize, CardButtons)] {
        &self.message.buttons
    }

    /// The same message without buttons, for a chat that refuses them.
    pub(in crate::deliver) fn without_buttons(mut self) -> Self {
        self.message.buttons.clear();
        self
    }

    /// It was taken.
    pub(in crate::deliver) fn receipt(&self) -> Receipt {
        let left = self.count - 1 - self.at;
        Receipt {
            note: match (left, self.count) {
                (_, 1) => "taken".to_owned(),
                (0, count) => format!("taken in {count} messages"),
                (_, count) => format!("message {} of {count} taken", self.at + 1),
            },
            left,
        }
    }
}
