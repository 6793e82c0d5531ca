//! What a reading means, given what was known: versions, items and findings. Pure.
//!
//! The rules that hold for every kind of source:
//!
//! - the first sight of a source is never news;
//! - an item published well before the source was watched is a backfill, kept but not told, unless it
//!   stands in a changelog beyond all known entries;
//! - a text that changed together with new dated entries is told by its entries, not twice;
//! - a doubtful or large change, and a text that came back, waits for another reading.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::topics::Mentioned;
use crate::detect::identity::{self, ItemMatch};
use crate::detect::{self, Earlier, End, Left, OpenIncident, Past, Seen, Shown, Waiting, Watched};
use crate::model::{
    Change, Finding, KnownItem, PageText, Passage, Pending, Reading, RuleStep, Source, SourceId,
    SourceState, Turned,
};
use crate::store::{
    About, ItemWrite, NewFinding, NewVersion, PendingStep, SeenText, Settled, StoredVersion,
    WaitEnd,
};

/// Why what was there when the watch began is not told.
const BEFORE_WATCH: &str = "published before the source was watched";

/// What is known of a source when a body of it is judged.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Items that share a key with one of the body's.
    pub(super) items: Vec<KnownItem>,
    /// Its texts, if it has shown any.
    pub(super) text: Option<KnownText>,
    /// Incidents that were open, of a status page.
    pub(super) incidents: Vec<OpenIncident>,
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
    /// Passages in which the body's text differs from the latest; only when it does.
    pub(super) turned: Turned,
    /// What is known of those, and of passages that differ from the text that readers know.
    pub(super) passages: HashMap<u64, Passage>,
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
            passages: &self.passages,
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
            turned: Turned::default(),
        }
    }
}

/// What is to be committed.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) version: Option<NewVersion>,
    pub(super) items: Vec<ItemWrite>,
    pub(super) findings: Vec<NewFinding>,
    /// The change that waited before this poll.
    pub(super) waits: Option<Pending>,
    /// What becomes of it.
    pub(super) pending: PendingStep,
    /// What is remembered of the source from now on, by name.
    pub(super) memos: Vec<(String, Vec<u8>)>,
    /// When the source should be looked at again, sooner than its schedule says.
    pub(super) look_again: Option<Timestamp>,
    pub(super) mentions: Vec<Mentioned>,
    /// What was found of the rulebook's facts.
    pub(super) rules: Vec<RuleStep>,
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
    let waits = known.text.as_ref().and_then(KnownText::pending).copied();
    let mut judged = Judged {
        waits,
        ..Judged::default()
    };
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
        waits: Some(waiting.pending),
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
    let keys = identity::keys(&reading.items);
    let is_log = source.kind.as_str() == "changelog" && reading.text.is_some();
    let backfill = detect::backfill(&reading.items, &matches, state.known_since, is_log);
    let is_status = detect::is_status(source);
    // for each item that is read: its write, and is it new?
    let mut writes: Vec<Option<(usize, bool)>> = vec![None; reading.items.len()];
    for (number, ((item, found), keys)) in reading.items.iter().zip(matches).zip(keys).enumerate() {
        let (known, is_edit) = match found {
            ItemMatch::Duplicate => continue,
            ItemMatch::New => (None, false),
            ItemMatch::Same(id) => (Some(id), false),
            ItemMatch::Edited(id) => (Some(id), true),
        };
        let about = About::Item(judged.items.len());
        writes[number] = Some((judged.items.len(), known.is_none()));
        judged.items.push(ItemWrite {
            read: item.clone(),
            keys,
            content_hash: identity::content_hash(item),
            known,
            is_edit,
        });
        if is_status || known.is_some() {
            continue;
        }
        let mut finding = detect::item_finding(source, item, now);
        detect::add_planned(&mut finding, source, item, now);
        if state.seen {
            if finding.suppressed.is_none() && backfill[number] {
                finding.suppressed = Some(BEFORE_WATCH.to_owned());
            }
            judged.findings.push(NewFinding { finding, about });
        } else if finding
            .effective
            .is_some_and(|day| day >= now.to_zoned(source.zone.clone()).date())
        {
            // not news, but a date that is still to come belongs in the calendar
            finding.suppressed = Some(BEFORE_WATCH.to_owned());
            judged.findings.push(NewFinding { finding, about });
        }
    }
    if is_status {
        judge_incidents(about, known, &writes, judged);
    }
}

/// The incidents of a status page: told when they have lasted, and when they are over.
fn judge_incidents(
    about: &Sighting<'_>,
    known: &Known,
    writes: &[Option<(usize, bool)>],
    judged: &mut Judged,
) {
    let watched = detect::watch_incidents(
        known.incidents.clone(),
        &about.reading.items,
        |item| detect::item_finding(about.source, item, about.now),
        |number| {
            writes
                .get(number)
                .is_some_and(|w| w.is_some_and(|(_, new)| new))
        },
        about.now,
    );
    let watched = if about.state.seen {
        watched
    } else {
        watched.unsaid()
    };
    let place = |number: Option<usize>| {
        let write = number.and_then(|number| writes.get(number).copied().flatten());
        write.map_or(About::Nothing, |(at, _)| About::Item(at))
    };
    judged.take_incidents(about.source, watched, place);
}

impl Judged {
    fn take_incidents(
        &mut self,
        source: &Source,
        watched: Watched,
        place: impl Fn(Option<usize>) -> About,
    ) {
        self.look_again = detect::next_look(&watched.open);
        // what cannot be written is begun anew with the next reading
        let open = serde_json::to_vec(&watched.open).unwrap_or_default();
        self.memos.push((incidents_of(&source.id), open));
        let findings = watched.findings.into_iter();
        self.findings
            .extend(findings.map(|(number, finding)| NewFinding {
                finding,
                about: place(number),
            }));
    }
}

/// Under what name the open incidents of a source are remembered.
pub(super) fn incidents_of(source: &SourceId) -> String {
    format!("incidents:{source}")
}

/// Word that a status page is as before.
pub(super) fn incidents_still_open(
    source: &Source,
    incidents: Vec<OpenIncident>,
    now: Timestamp,
) -> Judged {
    let mut judged = Judged::default();
    if !incidents.is_empty() {
        let watched = detect::still_open(incidents, now);
        judged.take_incidents(source, watched, |_| About::Nothing);
    }
    judged
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
            turned: remembered.turned.clone(),
            ..about.version(text, step.change)
        });
        let findings = step.finding.into_iter().chain(step.beside);
        // an edit of an old entry is a change of the text like any other
        let by_entries = judged.items.iter().any(|item| item.known.is_none());
        for mut finding in findings.filter(|_| about.state.seen) {
            if by_entries && (finding.suppressed.is_none() || step.wait.is_some()) {
                finding.suppressed = Some("told by its entries".to_owned());
            }
            judged.findings.push(NewFinding {
                finding,
                about: About::Change,
            });
        }
        let waits = step.wait.filter(|_| about.state.seen && !by_entries);
        if let (Some(wait), Some(last)) = (waits, judged.findings.len().checked_sub(1)) {
            judged.pending = PendingStep::Begin {
                ended: ended.take(),
                finding: last,
                base: base.filter(|_| step.from_base),
                doubt: wait.doubt,
                due: wait.due,
                rounds: wait.rounds,
            };
        }
    }
    if let Some(ended) = ended {
        judged.pending = PendingStep::End(ended);
    }
}
