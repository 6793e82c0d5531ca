//! Bytes to text, items and samples. Pure: no I/O, no clock; the time of fetching comes in
//! [`ReadOptions`].
//!
//! [`read`] never panics on any bytes and never loses an item silently: what was cleaned, salvaged
//! or left out is said in `Reading::notes`. A login wall, a captcha or an empty page is an outcome
//! of its own, never text.
//!
//! | module | duty |
//! |---|---|
//! | [`charset`] | bytes to text, whatever was declared |
//! | [`dates`] | a date as people and programs write it, to UTC |
//! | `feed` | RSS, Atom, RDF, JSON Feed as they really are |
//! | `page`, `changelog` | readable blocks; dated entries |
//! | `channel` | one file per kind of channel: posts with their numbers |
//! | [`markdown`] | Markdown and plain text, made into blocks |
//! | [`discover`] | what a URL is, and what reads it |
//! | [`opml`] | lists of feeds, in and out |
//! | `packed` | bodies that came packed and did not say so |
//! | `registry` | the list of kinds |

pub mod changelog;
pub mod channel;
pub mod charset;
pub mod dates;
pub mod discover;
pub mod feed;
pub(crate) mod html;
pub mod markdown;
mod markup;
pub mod opml;
mod packed;
pub mod page;
mod plain;
mod registry;
pub(crate) mod rst;

pub use channel::json::check as check_mapping;
pub use registry::KINDS;

use crate::model::{Body, PageText, ReadOptions, ReadOutcome, Reading, SourceKind, guard};

/// Reads one body as its kind says. Total: any bytes give a [`Reading`].
///
/// An unknown kind or a panicking reader is [`ReadOutcome::Malformed`] with the reason.
pub fn read(kind: &SourceKind, body: &Body<'_>, options: &ReadOptions) -> Reading {
    let Some(reader) = registry::reader(kind.as_str()) else {
        let why = format!(
            "no reader for kind `{}`; known kinds: {}",
            kind.as_str(),
            KINDS.join(", ")
        );
        return Reading::nothing(ReadOutcome::Malformed(why), "");
    };
    if let Some(unpacked) = packed::unpack(body.bytes) {
        let plain = Body {
            bytes: &unpacked.bytes,
            ..*body
        };
        let mut reading = read_plain(reader, &plain, options);
        reading.notes.insert(0, unpacked.note);
        return reading;
    }
    read_plain(reader, body, options)
}

fn read_plain(reader: registry::Reader, body: &Body<'_>, options: &ReadOptions) -> Reading {
    if body.bytes.iter().all(u8::is_ascii_whitespace) {
        return Reading::nothing(ReadOutcome::Empty, "UTF-8");
    }
    if let Some(what) = discover::binary(body.bytes) {
        let why = format!("{what}, not a text");
        return Reading::nothing(ReadOutcome::Malformed(why), "");
    }
    guard::catch(|| reader(body, options)).unwrap_or_else(|panic| {
        Reading::nothing(
            ReadOutcome::Malformed(format!("reader panicked: {panic}")),
            "",
        )
    })
}

/// What selectors name in a page; `None` where they name nothing, or the page cannot be read.
pub fn select(body: &Body<'_>, options: &ReadOptions) -> Option<PageText> {
    guard::catch(|| page::select(body, options)).ok().flatten()
}

#[cfg(test)]
mod tests;
