//! What a reading means, given what was known: versions, items and findings. Pure.
//!
//! The rules that hold for every kind of source:
//!
//! - the first sight of a source is never news;
//! - an item published well before the source was watched is a backfill, kept but not told;
//! - a text that changed together with new dated entries is told by its entries, not twice.

use jiff::{SignedDuration, Timestamp};

use crate::detect::identity::{self, ItemMatch};
use crate::detect::{self, ChangeContext, KnownText, Return};
use crate::model::{Finding, KnownItem, PageText, Reading, Source, SourceState};
use crate::store::{About, ItemWrite, NewFinding, NewVersion, StoredVersion};

/// Items older than the watch by more than this are backfill.
const BACKFILL: SignedDuration = SignedDuration::from_hours(48);

/// What is known of a source when a body of it is judged.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Items that share a key with one of the body's.
    pub(super) items: Vec<KnownItem>,
    /// The text in force.
    pub(super) latest: Option<StoredVersion>,
    /// When the body's text was shown before, if it was, other than as the text in force.
    pub(super) seen_before: Option<Timestamp>,
}

/// What is to be committed.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) version: Option<NewVersion>,
    pub(super) items: Vec<ItemWrite>,
    pub(super) findings: Vec<NewFinding>,
}

impl Judged {
    /// Did the source bring anything?
    pub(super) fn is_new(&self) -> bool {
        self.version.is_some()
            || self
                .items
                .iter()
                .any(|item| item.known.is_none() || item.is_edit)
    }
}

/// Judges one reading. `before` is the earlier text as this extractor reads it.
pub(super) fn judge(
    source: &Source,
    state: &SourceState,
    reading: &Reading,
    known: &Known,
    before: Option<PageText>,
    extractor: &str,
    now: Timestamp,
) -> Judged {
    let mut judged = Judged::default();
    judge_items(source, state, reading, known, now, &mut judged);
    if let Some(text) = &reading.text {
        judge_text(
            source,
            state,
            reading,
            text,
            known,
            before,
            extractor,
            now,
            &mut judged,
        );
    }
    judged
}

fn judge_items(
    source: &Source,
    state: &SourceState,
    reading: &Reading,
    known: &Known,
    now: Timestamp,
    judged: &mut Judged,
) {
    let matches = identity::plan(&reading.items, &known.items);
    for (item, found) in reading.items.iter().zip(matches) {
        let (known, is_edit) = match found {
            ItemMatch::Duplicate => continue,
            ItemMatch::New => (None, false),
            ItemMatch::Same(id) => (Some(id), false),
            ItemMatch::Edited(id) => (Some(id), true),
        };
        let about = About::Item(judged.items.len());
        judged.items.push(ItemWrite {
            read: item.clone(),
            keys: identity::keys(item),
            content_hash: identity::content_hash(item),
            known,
            is_edit,
        });
        if known.is_none() && state.seen {
            let mut finding = detect::item_finding(source, item, now);
            let horizon = state
                .known_since
                .saturating_sub(BACKFILL)
                .unwrap_or(Timestamp::MIN);
            if finding.suppressed.is_none() && item.published.is_some_and(|at| at < horizon) {
                finding.suppressed = Some("published before the source was watched".to_owned());
            }
            judged.findings.push(NewFinding { finding, about });
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one call splits what `judge` was given"
)]
fn judge_text(
    source: &Source,
    state: &SourceState,
    reading: &Reading,
    text: &PageText,
    known: &Known,
    before: Option<PageText>,
    extractor: &str,
    now: Timestamp,
    judged: &mut Judged,
) {
    let hash = detect::text_hash(text);
    let latest = known.latest.as_ref();
    if latest.is_some_and(|latest| latest.hash == hash) {
        return;
    }
    let version = |change| NewVersion {
        at: now,
        text: text.clone(),
        hash,
        title: reading.title.clone(),
        extractor: extractor.to_owned(),
        reextraction: false,
        change,
    };
    let (Some(latest), Some(before)) = (latest, before) else {
        judged.version = Some(version(None));
        return;
    };
    let context = ChangeContext {
        language: source.language.as_deref(),
        seen_before: flipped(known.seen_before, hash, latest, now),
        now,
    };
    let Some(change) = detect::page_change(&before, text, &context) else {
        // the same text as a better extractor reads it: kept as such, told to nobody
        judged.version = Some(NewVersion {
            reextraction: true,
            ..version(None)
        });
        return;
    };
    if state.seen {
        let mut finding: Finding = detect::change_finding(source, &before, text, &change, now);
        if finding.suppressed.is_none() && !reading.items.is_empty() {
            finding.suppressed = Some("told by its entries".to_owned());
        }
        judged.findings.push(NewFinding {
            finding,
            about: About::Change,
        });
    }
    judged.version = Some(version(Some(change)));
}

/// When the text was seen before, if coming back to it is a flip and not a rollback.
fn flipped(
    seen_before: Option<Timestamp>,
    hash: u64,
    latest: &StoredVersion,
    now: Timestamp,
) -> Option<Timestamp> {
    let known = [
        KnownText {
            hash,
            since: seen_before?,
        },
        KnownText {
            hash: latest.hash,
            since: latest.at,
        },
    ];
    match detect::flip_of(&known, hash, now) {
        Return::Flip(since) => Some(since),
        Return::New | Return::Rollback(_) => None,
    }
}
