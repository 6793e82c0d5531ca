//! One reading judged: against the latest text, against the text that readers know, and while a change
//! waits. Never sees what is stored, and decides nothing about texts that are the same.

use jiff::{SignedDuration, Timestamp};

use super::{Earlier, End, Past, Shown, Sight, Step, Wait, Waiting, stayed};
use crate::detect::change::{APART, ChangeContext, PART_MISSING, RETURNED, page_change_but};
use crate::detect::finding::{change_finding, return_finding};
use crate::detect::flip::{Return, join, must_stay, returned};
use crate::detect::scene::{GONE_OR_BLOCKED, IS_BACK, OLDER_COPY};
use crate::detect::vanished::{Vanished, back_finding, is_stub_of, say_gone};
use crate::model::{
    Change, ChangeWeight, Doubt, Evidence, Finding, Hunk, HunkKind, PageText, Source,
};

/// Surer than this is told at once.
pub(super) const SURE: f64 = 0.8;
/// Words removed and added beyond which a change is read again.
const LARGE: usize = 300;
/// Different texts in a row after which one is told all the same.
const ROUNDS: u32 = 3;
/// How long next to nothing must be left of a page for it to be told.
const STUB: SignedDuration = SignedDuration::from_hours(24);
/// How long a text with an older date must stay that was never shown before.
const OLDER: SignedDuration = SignedDuration::from_hours(24 * 7);
/// What is told of a page that does not come to rest is believed this much less.
pub(super) const RESTLESS: f64 = 0.6;
/// Why a change is not told whose text did not stay.
pub(super) const GONE: &str = "did not last";
/// Why a change is not told that another took the place of.
pub(super) const OVERTAKEN: &str = "changed again before it was confirmed";

/// One reading, with all that it is judged by.
pub(super) struct Look<'a> {
    pub(super) source: &'a Source,
    pub(super) reading: Shown<'a>,
    pub(super) past: &'a Past<'a>,
    pub(super) again: SignedDuration,
    pub(super) now: Timestamp,
}

impl Look<'_> {
    pub(super) fn change_from(&self, before: &PageText) -> Option<Change> {
        self.change_but(before, |_| None)
    }

    /// The change without the places for which `leave_out` has a reason.
    fn change_but(
        &self,
        before: &PageText,
        leave_out: impl Fn(&Hunk) -> Option<&'static str>,
    ) -> Option<Change> {
        let context = ChangeContext {
            language: self.source.language.as_deref(),
            seen_before: None,
            now: self.now,
        };
        page_change_but(before, self.reading.text, &context, leave_out)
    }

    /// The places of a change that show again what they showed before, as one; unless all of them are
    /// as readers know them, only those that are not.
    fn returned(&self, change: &Change) -> Option<Return> {
        let hunks = change.hunks.iter().filter(|hunk| !hunk.cosmetic);
        let back = hunks.filter_map(|hunk| returned(hunk, self.past.passages));
        back.reduce(|one, other| match (one.is_known, other.is_known) {
            (true, false) => other,
            (false, true) => one,
            _ => join(one, other),
        })
    }

    /// The same, if readers do not know them as they are.
    fn unknown(&self, change: &Change) -> Option<Return> {
        self.returned(change).filter(|back| !back.is_known)
    }

    /// What a difference from `before` has that was never shown before, if that matters.
    fn news(&self, before: &PageText) -> Option<Change> {
        if self.past.seen.is_some() {
            return None;
        }
        let is_back = |hunk: &Hunk| returned(hunk, self.past.passages).is_some();
        let all = self.change_but(before, |hunk| is_back(hunk).then_some(RETURNED));
        all.filter(matters)?;
        // what is taken away in the same breath is part of it, whenever it came
        let brings = |hunk: &Hunk| hunk.kind != HunkKind::Removed && is_back(hunk);
        let news = self.change_but(before, |hunk| brings(hunk).then_some(RETURNED));
        news.filter(matters)
    }

    fn finding(&self, before: &PageText, change: &Change) -> Finding {
        change_finding(self.source, before, self.reading.text, change, self.now)
    }

    /// Another text than the latest was read while one that came back must stay.
    fn on_probation(&self, waiting: &Waiting<'_>, step: Change) -> Sight {
        let latest = self.past.latest.text;
        let from_base = self.change_from(waiting.base.text);
        let stays = self.reading.hash != waiting.base.hash
            && from_base
                .as_ref()
                .is_some_and(|c| self.unknown(c).is_some());
        let news = self.news(latest);
        let more = self.unknown(&step).is_some();
        if let Some(news) = news {
            let told = self.judge_news(latest, news, 1);
            if !stays {
                return Sight {
                    version: Some(told),
                    end: Some(End::Dropped(GONE)),
                };
            }
            if told.wait.is_none() {
                return Sight {
                    version: Some(told),
                    end: stayed(waiting, self.now),
                };
            }
        } else if !stays || !more {
            let end = if stays {
                stayed(waiting, self.now)
            } else {
                Some(End::Dropped(GONE))
            };
            return Sight {
                version: Some(self.quiet(latest, step)),
                end,
            };
        }
        // only one change can wait: all that differs from what readers know
        let step = match from_base {
            Some(change) if more => self.judge(waiting.base.text, change, 1),
            Some(change) => self.judge_news(waiting.base.text, change, 1),
            None => Step::default(),
        };
        overtaken(step)
    }

    /// Another text than the latest was read while a change waits.
    pub(super) fn while_waiting(&self, waiting: &Waiting<'_>, step: Change) -> Sight {
        if waiting.doubt == Doubt::Returned {
            return self.on_probation(waiting, step);
        }
        let from_base = self.change_from(waiting.base.text);
        let is_back = self.reading.hash == waiting.base.hash
            || from_base.as_ref().is_none_or(|change| !matters(change));
        if is_back {
            return Sight {
                version: Some(self.quiet(self.past.latest.text, step)),
                end: Some(End::Dropped(GONE)),
            };
        }
        if !matters(&step) && !is_for(&step, IS_BACK) {
            return Sight {
                version: Some(self.quiet(self.past.latest.text, step)),
                end: stayed(waiting, self.now),
            };
        }
        let step = match from_base {
            Some(change) => self.judge(waiting.base.text, change, waiting.rounds + 1),
            None => Step::default(),
        };
        overtaken(step)
    }

    /// A difference from `before`, which readers know: told, kept for a second reading, or noise. What
    /// came back waits, and what is new beside it is told by itself.
    pub(super) fn judge(&self, before: &PageText, change: Change, rounds: u32) -> Step {
        let was_gone = |previous: Earlier<'_>| is_stub_of(before, previous.text);
        if self.past.left.was_told
            && is_stub_of(before, self.reading.text)
            && self.past.previous.is_some_and(was_gone)
        {
            return self.back_again(change);
        }
        if !matters(&change) {
            return self.quiet(before, change);
        }
        let parts = self.returned(&change);
        let is_known = parts.is_some_and(|back| back.is_known);
        if is_known && self.news(before).is_none() {
            return self.quiet(before, change);
        }
        if let Some(seen) = self.past.seen {
            let whole = Return {
                since: seen.since,
                turns: seen.times.saturating_mul(2).saturating_sub(1),
                left: self.past.left,
                is_known: false,
            };
            let whole = parts.map_or(whole, |parts| Return {
                turns: parts.turns,
                left: parts.left,
                ..whole
            });
            return self.judge_return(before, change, &whole);
        }
        let Some(back) = parts else {
            return match self.near(before) {
                Some(back) => self.judge_return(before, change, &back),
                None => self.judge_news(before, change, rounds),
            };
        };
        let Some(news) = self.news(before) else {
            return self.judge_return(before, change, &back);
        };
        let told = self.judge_news(before, news, rounds);
        if is_known {
            return told;
        }
        let rest = self.change_but(before, |hunk| {
            let is_new = returned(hunk, self.past.passages).is_none();
            (is_new || hunk.kind == HunkKind::Removed).then_some(APART)
        });
        match rest.filter(matters) {
            Some(rest) if told.wait.is_none() => {
                let waits = self.judge_return(before, rest, &back);
                Step {
                    beside: waits.finding,
                    wait: waits.wait,
                    ..told
                }
            }
            // only one change can wait: all of it
            Some(_) => self.judge_news(before, change, rounds),
            None => told,
        }
    }

    /// What is there again must stay before it is told.
    fn judge_return(&self, before: &PageText, mut change: Change, back: &Return) -> Step {
        change.weight = ChangeWeight::Substantive;
        let mut finding = return_finding(
            self.source,
            before,
            self.reading.text,
            &change,
            (back.since, self.past.seen.is_some()),
            self.now,
        );
        let wait = self.wait(Doubt::Returned, must_stay(back, self.now), 1);
        keep_back(&mut change, &mut finding, &wait);
        Step {
            change: Some(change),
            finding: Some(finding),
            wait: Some(wait),
            ..Step::default()
        }
    }

    /// What was never shown before: told, or read again first.
    fn judge_news(&self, before: &PageText, mut change: Change, rounds: u32) -> Step {
        let is_stub = is_for(&change, GONE_OR_BLOCKED);
        let is_older = is_for(&change, OLDER_COPY);
        let part_missing = change.weight != ChangeWeight::Substantive;
        let told = Change {
            weight: ChangeWeight::Substantive,
            ..change.clone()
        };
        let mut finding = self.finding(before, &told);
        if is_stub {
            say_gone(&mut finding, self.source, &Vanished::Stub);
        }
        let doubt = if is_older {
            Some(Doubt::OlderCopy)
        } else {
            doubt(&change, &finding, part_missing)
        };
        let wait = match doubt {
            Some(_) if rounds > ROUNDS && !is_stub && !is_older => {
                restless(&mut finding, rounds);
                None
            }
            Some(doubt) if self.again > SignedDuration::ZERO => {
                let span = match doubt {
                    Doubt::OlderCopy => OLDER,
                    _ if is_stub => STUB,
                    _ => self.again,
                };
                Some(self.wait(doubt, span, rounds))
            }
            // without second readings a page that lost a large part is never believed
            Some(Doubt::PartMissing | Doubt::OlderCopy) => return self.quiet(before, change),
            _ => None,
        };
        change.weight = ChangeWeight::Substantive;
        if let Some(wait) = &wait {
            keep_back(&mut change, &mut finding, wait);
        }
        Step {
            change: Some(change),
            finding: Some(finding),
            wait,
            ..Step::default()
        }
    }

    /// A page is there again that readers were told is gone.
    fn back_again(&self, mut change: Change) -> Step {
        change.weight = ChangeWeight::Substantive;
        Step {
            finding: Some(back_finding(self.source, self.past.left.since, self.now)),
            change: Some(change),
            ..Step::default()
        }
    }

    fn wait(&self, doubt: Doubt, span: SignedDuration, rounds: u32) -> Wait {
        Wait {
            doubt,
            due: self.now.saturating_add(span).unwrap_or(Timestamp::MAX),
            rounds,
        }
    }

    /// Is the reading's text the one before the latest but for noise?
    fn near(&self, before: &PageText) -> Option<Return> {
        let previous = self.past.previous.filter(|p| p.text != before)?;
        let is_near = self.change_from(previous.text).is_none_or(|c| !matters(&c));
        is_near.then_some(Return {
            since: previous.since,
            turns: 1,
            left: self.past.left,
            is_known: false,
        })
    }

    /// A difference that is not told, kept with its reason.
    fn quiet(&self, before: &PageText, mut change: Change) -> Step {
        if self.past.seen.is_some() || matters(&change) {
            let reason = match (&self.past.seen, &change.weight) {
                (None, ChangeWeight::Cosmetic(reason)) => reason.clone(),
                _ => RETURNED.to_owned(),
            };
            change.weight = ChangeWeight::Cosmetic(reason);
        }
        Step {
            finding: Some(self.finding(before, &change)),
            change: Some(change),
            ..Step::default()
        }
    }
}

/// Suppresses a finding, and the change behind it, while it waits.
fn keep_back(change: &mut Change, finding: &mut Finding, wait: &Wait) {
    let reason = wait.doubt.waits().to_owned();
    change.weight = ChangeWeight::Cosmetic(reason.clone());
    finding.suppressed = Some(reason);
    finding.evidence.push(Evidence {
        kind: "waits".to_owned(),
        before: Some(wait.doubt.name().to_owned()),
        after: Some(wait.due.to_string()),
        place: None,
    });
}

/// Is it more than noise: told, or a page that lost a large part, or all, or went back in time?
fn matters(change: &Change) -> bool {
    match &change.weight {
        ChangeWeight::Substantive => true,
        ChangeWeight::Cosmetic(reason) => {
            [PART_MISSING, GONE_OR_BLOCKED, OLDER_COPY].contains(&reason.as_str())
        }
    }
}

/// Is it not told for this reason?
fn is_for(change: &Change, reason: &str) -> bool {
    matches!(&change.weight, ChangeWeight::Cosmetic(why) if why == reason)
}

/// Why a change is read again before it is told; `None` if it is sure enough.
fn doubt(change: &Change, finding: &Finding, part_missing: bool) -> Option<Doubt> {
    if part_missing {
        Some(Doubt::PartMissing)
    } else if change.words_removed + change.words_added >= LARGE {
        Some(Doubt::Large)
    } else {
        (finding.confidence < SURE).then_some(Doubt::Doubtful)
    }
}

/// Told though no two readings agreed.
fn restless(finding: &mut Finding, rounds: u32) {
    finding.confidence *= RESTLESS;
    finding.evidence.push(Evidence {
        kind: "unconfirmed".to_owned(),
        before: None,
        after: Some(format!("{rounds} readings, each different")),
        place: None,
    });
}

/// What waited gives way to a change that is judged against what readers know.
fn overtaken(step: Step) -> Sight {
    Sight {
        version: Some(Step {
            from_base: true,
            ..step
        }),
        end: Some(End::Dropped(OVERTAKEN)),
    }
}
