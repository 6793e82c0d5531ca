//! Text cut to a chat's limit: between lines, else between words, else between characters as people
//! see them. What is cut is plain text, which is escaped afterwards, so no entity, tag or escape is
//! ever cut; a link stands whole or as its plain text.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Block, Dialect, Line, Message};

/// Kept free in each message for its number, `12/34`, and the empty line before it.
const NUMBER: usize = 12;

/// Puts blocks of lines together to messages, none longer than the limit, none empty, none with more
/// buttons than the chat shows; where there are several, each ends with its number. A block is kept
/// whole where it fits into one message; its buttons go with its end.
pub(super) fn split(blocks: Vec<Block>, dialect: &Dialect) -> Vec<Message> {
    let room = dialect.limit.saturating_sub(NUMBER);
    let mut out = Vec::new();
    let mut message = Message::default();
    for block in blocks {
        let cost = block.buttons.as_ref().map_or(0, dialect.cost);
        let room = room.saturating_sub(cost);
        let lines = block
            .lines
            .into_iter()
            .flat_map(|line| fitting(line, room, dialect));
        let lines: Vec<String> = lines.collect();
        let whole = lines.join("\n");
        let pieces = if (dialect.length)(&whole) <= room {
            vec![whole]
        } else {
            lines
        };
        for (at, piece) in pieces.into_iter().enumerate() {
            let gap = if at == 0 { "\n\n" } else { "\n" };
            let joined = format!("{}{gap}{piece}", message.text);
            let buttons = message.buttons.iter();
            let cost: usize = buttons.map(|(_, card)| (dialect.cost)(card)).sum();
            let is_full = block.buttons.is_some() && message.buttons.len() >= dialect.rows;
            if message.text.trim().is_empty() {
                message.text = piece;
            } else if (dialect.length)(&joined) + cost <= room && !is_full {
                message.text = joined;
            } else {
                let next = Message {
                    text: piece,
                    buttons: Vec::new(),
                };
                out.push(std::mem::replace(&mut message, next));
            }
        }
        if let Some(card) = block.buttons {
            message.buttons.push((message.text.len(), card));
        }
    }
    out.push(message);
    out.retain(|message| !message.text.trim().is_empty());
    let count = out.len();
    if count > 1 {
        for (message, number) in out.iter_mut().zip(1..) {
            message.text.push_str(&format!("\n\n{number}/{count}"));
        }
    }
    out
}
/// A line as it is, or where that is too long its plain text in several.
fn fitting(line: Line, room: usize, dialect: &Dialect) -> Vec<String> {
    if (dialect.length)(&line.rich) <= room {
        return vec![line.rich];
    }
    let length = |text: &str| (dialect.length)(&(dialect.escape)(text));
    let mut out = Vec::new();
    let mut piece = String::new();
    for word in line.plain.split_inclusive(' ') {
        // a word, such as an address, stays whole unless it is longer than a message
        let parts: Vec<&str> = if length(word) <= room {
            vec![word]
        } else {
            word.graphemes(true).collect()
        };
        for part in parts {
            if !piece.is_empty() && length(&piece) + length(part) > room {
                out.push((dialect.escape)(piece.trim_end()));
                piece.clear();
            }
            piece.push_str(part);
        }
    }
    out.push((dialect.escape)(piece.trim_end()));
    out
}
