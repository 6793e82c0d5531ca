//! What a reading means, given what was known: versions, items and findings. Pure.
//!
//! The rules that hold for every kind of source:
//!
//! - the first sight of a source is never news;
//! - an item published well before the source was watched is a backfill, kept but not told;
//! - a text that changed together with new dated entries is told by its entries, not twice;
//! - a doubtful or large change, and a text that came back, waits for another reading.

use jiff::{SignedDuration, Timestamp};

use crate::detect::identity::{self, ItemMatch};
use crate::detect::{self, Earlier, End, Left, Past, Seen, Shown, Waiting};
use crate::model::{Change, Finding, KnownItem, PageText, Pending, Reading, Source, SourceState};
use crate::store::{
    About, ItemWrite, NewFinding, NewVersion, PendingStep, SeenText, Settled, StoredVersion,
    WaitEnd,
};

/// Items older than the watch by more than this are backfill.
const BACKFILL: SignedDuration = SignedDuration::from_hours(48);

/// What is known of a source when a body of it is judged.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Items that share a key with one of the body's.
    pub(super) items: Vec<KnownItem>,
    /// Its texts, if it has shown any.
    pub(super) text: Option<KnownText>,
}

/// What is known of a source's texts. Every text is as the present extractor reads it: a better
/// extractor is not a change.
#[derive(Debug)]
pub(super) struct KnownText {
    /// The text of the last reading.
    pub(super) latest: StoredVersion,
    /// Were readers told of it?
    pub(super) was_told: bool,
    /// The text before that one; only when the body shows another.
    pub(super) previous: Option<StoredVersion>,
    /// What is known of the body's text, if it was shown before and is not the latest.
    pub(super) seen: Option<SeenText>,
    /// The change that waits.
    pub(super) waiting: Option<KnownWait>,
}

/// A change that waits, with what it is about.
#[derive(Debug)]
pub(super) struct KnownWait {
    pub(super) pending: Pending,
    /// The text that readers know.
    pub(super) base: StoredVersion,
    /// The finding, suppressed until now.
    pub(super) finding: Finding,
}

impl KnownWait {
    /// As detection sees it.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        Waiting {
            base: shown(&self.base),
            finding: &self.finding,
            doubt: self.pending.doubt,
            since: self.pending.since,
            due: self.pending.due,
            rounds: self.pending.rounds,
        }
    }
}

fn shown(version: &StoredVersion) -> Shown<'_> {
    Shown {
        hash: version.hash,
        text: &version.text,
    }
}

impl KnownText {
    fn past(&self) -> Past<'_> {
        Past {
            latest: shown(&self.latest),
            left: Left {
                since: self.latest.at,
                was_told: self.was_told,
            },
            previous: self.previous.as_ref().map(|version| Earlier {
                text: &version.text,
                since: version.at,
            }),
            seen: self.seen.map(|seen| Seen {
                since: seen.since,
                times: seen.times,
            }),
            waiting: self.waiting.as_ref().map(KnownWait::waiting),
        }
    }

    fn pending(&self) -> Option<&Pending> {
        self.waiting.as_ref().map(|waiting| &waiting.pending)
    }
}

/// The reading that is judged.
pub(super) struct Sighting<'a> {
    pub(super) source: &'a Source,
    pub(super) state: &'a SourceState,
    pub(super) reading: &'a Reading,
    pub(super) extractor: &'a str,
    /// How long a second reading is waited for; zero tells everything at once.
    pub(super) again: SignedDuration,
    pub(super) now: Timestamp,
}

impl Sighting<'_> {
    fn version(&self, text: &PageText, change: Option<Change>) -> NewVersion {
        NewVersion {
            at: self.now,
            text: text.clone(),
            hash: detect::text_hash(text),
            title: self.reading.title.clone(),
            extractor: self.extractor.to_owned(),
            reextraction: false,
            change,
            against: None,
        }
    }
}

/// What is to be committed.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) version: Option<NewVersion>,
    pub(super) items: Vec<ItemWrite>,
    pub(super) findings: Vec<NewFinding>,
    pub(super) pending: PendingStep,
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

/// Judges one reading.
pub(super) fn judge(about: &Sighting<'_>, known: &Known) -> Judged {
    let mut judged = Judged::default();
    judge_items(about, known, &mut judged);
    if let Some(text) = &about.reading.text {
        judge_text(text, about, known, &mut judged);
    }
    judged
}

/// The same body, or none because nothing changed: the second reading of a change that waits.
pub(super) fn same_again(waiting: &KnownWait, now: Timestamp) -> Judged {
    let pending = match detect::stayed(&waiting.waiting(), now) {
        Some(End::Told(finding)) => PendingStep::End(Settled {
            finding: waiting.pending.finding,
            end: WaitEnd::Told(finding),
        }),
        Some(End::Dropped(_)) | None => PendingStep::Keep,
    };
    Judged {
        pending,
        ..Judged::default()
    }
}

fn judge_items(about: &Sighting<'_>, known: &Known, judged: &mut Judged) {
    let Sighting {
        source,
        state,
        reading,
        now,
        ..
    } = *about;
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

/// The text of a reading: a version of its own, if it is another than the latest, and what waits.
fn judge_text(text: &PageText, about: &Sighting<'_>, known: &Known, judged: &mut Judged) {
    let Some(remembered) = &known.text else {
        judged.version = Some(about.version(text, None));
        return;
    };
    let hash = detect::text_hash(text);
    let sight = detect::sight(
        about.source,
        Shown { hash, text },
        &remembered.past(),
        about.again,
        about.now,
    );
    let mut ended = sight
        .end
        .zip(remembered.pending())
        .map(|(end, pending)| Settled {
            finding: pending.finding,
            end: match end {
                End::Told(finding) => WaitEnd::Told(finding),
                End::Dropped(reason) => WaitEnd::Dropped(reason),
            },
        });
    if let Some(step) = sight.version {
        let base = remembered.waiting.as_ref().map(|w| w.pending.base);
        let reextraction = step.change.is_none();
        judged.version = Some(NewVersion {
            reextraction,
            against: base.filter(|_| step.from_base),
            ..about.version(text, step.change)
        });
        if let Some(mut finding) = step.finding.filter(|_| about.state.seen) {
            let by_entries = !about.reading.items.is_empty();
            if by_entries && (finding.suppressed.is_none() || step.wait.is_some()) {
                finding.suppressed = Some("told by its entries".to_owned());
            }
            if let Some(wait) = step.wait.filter(|_| !by_entries) {
                judged.pending = PendingStep::Begin {
                    ended: ended.take(),
                    finding: judged.findings.len(),
                    base: base.filter(|_| step.from_base),
                    doubt: wait.doubt,
                    due: wait.due,
                    rounds: wait.rounds,
                };
            }
            judged.findings.push(NewFinding {
                finding,
                about: About::Change,
            });
        }
    }
    if let Some(ended) = ended {
        judged.pending = PendingStep::End(ended);
    }
}
