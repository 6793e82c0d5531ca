//! Which findings are told at once, and what keeps the others back.
//!
//! Most news can wait for the next digest; four kinds cannot: a breaking change of rules by an official
//! source, an outage that has lasted a quarter of an hour, a competitor's post that takes off within six
//! hours, a topic that three independent owners have taken up. Of these a reader is told no more than
//! the day's budget, one of a topic in 24 hours, none in quiet hours or on days off. Only what is
//! breaking passes quiet hours and budget.
//!
//! What was kept back is told by the next scheduled digest, marked; nothing is sent later by itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::compose::tells_more;
use crate::model::{
    AlertRules, DigestSpec, Finding, FindingId, FindingKind, Role, Severity, Withheld,
};

/// An outage shorter than this is a hiccup.
const OUTAGE: SignedDuration = SignedDuration::from_mins(15);
/// A post older than this is no breakout any more.
const BREAKOUT: SignedDuration = SignedDuration::from_hours(6);
/// A topic that was told at once rests this long.
pub const TOPIC_REST: SignedDuration = SignedDuration::from_hours(24);
/// Independent owners from which a topic is told at once.
const OWNERS: f64 = 3.0;
/// Below this a finding is not stated as news.
const CONFIRMED: f64 = 0.5;

/// A finding that may have to be told at once.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertCandidate {
    /// Its id.
    pub id: FindingId,
    /// The finding.
    pub finding: Finding,
    /// The finding by which this audience was last told of the same story, if it was.
    pub told_before: Option<Finding>,
    /// Is what it tells of over by now, as far as that can be known?
    pub is_over: bool,
    /// Does the audience not want to hear of it?
    pub is_muted: bool,
}

/// What the audience was told at once before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertHistory {
    /// Stories told at once since the reader's day began.
    pub sent_today: u32,
    /// Topics told at once within [`TOPIC_REST`].
    pub topics: BTreeSet<String>,
}

/// What is done with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Told at once. `escalated`: past quiet hours, a day off or the budget, for it is breaking.
    Send {
        /// Did something else speak against it?
        escalated: bool,
    },
    /// Left to the next scheduled digest.
    Hold(Withheld),
    /// Looked at again at that instant.
    Wait(Timestamp),
    /// Not a thing to be told at once.
    Leave(NoAlert),
}

/// Why a finding is not told at once and never would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAlert {
    /// Not told at all: suppressed, or cosmetic.
    Suppressed,
    /// None of the digest's tags.
    Tags,
    /// Muted.
    Muted,
    /// Its kind is never told at once, or not to this audience.
    Kind,
    /// Not grave enough.
    Severity,
    /// A rule change that no official source states.
    Unofficial,
    /// Not sure enough.
    Unsure,
    /// Not a competitor's post.
    NotRival,
    /// A post too old to be a breakout.
    Late,
    /// A topic of too few independent owners.
    FewOwners,
    /// Over by now.
    Over,
    /// The audience knows it already.
    Told,
}

impl NoAlert {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suppressed => "suppressed",
            Self::Tags => "tags",
            Self::Muted => "muted",
            Self::Kind => "kind",
            Self::Severity => "severity",
            Self::Unofficial => "unofficial",
            Self::Unsure => "unsure",
            Self::NotRival => "not_rival",
            Self::Late => "late",
            Self::FewOwners => "few_owners",
            Self::Over => "over",
            Self::Told => "told",
        }
    }

    /// Does it follow from the finding and the rules alone, so that it need not be remembered?
    pub fn is_plain(self) -> bool {
        !matches!(self, Self::Muted | Self::Late | Self::Over | Self::Told)
    }
}

/// Decides on findings that are new, or whose time to wait is over. The answer has one verdict for
/// each candidate, in their order; findings of one story share theirs.
pub fn decide(
    spec: &DigestSpec,
    candidates: &[AlertCandidate],
    history: &AlertHistory,
    now: Timestamp,
) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = candidates
        .iter()
        .map(|candidate| match qualifies(spec, candidate, now) {
            Ok(None) => Verdict::Send { escalated: false },
            Ok(Some(at)) => Verdict::Wait(at),
            Err(why) => Verdict::Leave(why),
        })
        .collect();
    let mut stories: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        if matches!(verdicts[at], Verdict::Send { .. }) {
            stories.entry(topic(candidate)).or_default().push(at);
        }
    }
    let mut stories: Vec<Vec<usize>> = stories.into_values().collect();
    // the budget goes to the gravest and surest first
    stories.sort_by_key(|story| {
        let best = story.iter().map(|at| rank(&candidates[*at].finding)).max();
        (std::cmp::Reverse(best), candidates[story[0]].id)
    });
    let mut sent = history.sent_today;
    for story in stories {
        let gravest = story.iter().map(|at| candidates[*at].finding.severity);
        let breaking = gravest.max() == Some(Severity::Breaking);
        let verdict = weigh(
            spec,
            &topic(&candidates[story[0]]),
            breaking,
            sent,
            history,
            now,
        );
        sent += u32::from(matches!(verdict, Verdict::Send { .. }));
        for at in story {
            verdicts[at] = verdict;
        }
    }
    verdicts
}

/// The story to which a finding belongs; one without a topic is a story of its own.
pub fn topic_of(id: FindingId, finding: &Finding) -> String {
    match finding.topic_key.as_str() {
        "" => id.to_string(),
        key => key.to_owned(),
    }
}

fn topic(candidate: &AlertCandidate) -> String {
    topic_of(candidate.id, &candidate.finding)
}

/// Would the finding be told at once, if nothing kept it back? `Some` if only later.
fn qualifies(
    spec: &DigestSpec,
    candidate: &AlertCandidate,
    now: Timestamp,
) -> Result<Option<Timestamp>, NoAlert> {
    let finding = &candidate.finding;
    let known = |told: &Finding| !tells_more(finding, told);
    plainly(spec, finding)?;
    if candidate.is_muted {
        return Err(NoAlert::Muted);
    }
    if candidate.told_before.as_ref().is_some_and(known) {
        return Err(NoAlert::Told);
    }
    if candidate.is_over {
        return Err(NoAlert::Over);
    }
    let began = since(finding)
        .or(finding.published_at)
        .unwrap_or(finding.detected_at);
    match finding.kind {
        // a start that lies ahead is maintenance, or a clock that is wrong: counted from its sight
        FindingKind::Outage => {
            let lasting = began.min(finding.detected_at).saturating_add(OUTAGE);
            let lasting = lasting.unwrap_or(now);
            Ok((lasting > now).then_some(lasting))
        }
        FindingKind::Hit if now.duration_since(began) >= BREAKOUT => Err(NoAlert::Late),
        _ => Ok(None),
    }
}

/// What follows from the finding and the rules alone.
pub fn plainly(spec: &DigestSpec, finding: &Finding) -> Result<(), NoAlert> {
    let rules: &AlertRules = &spec.terms.alerts;
    if finding.suppressed.is_some() || finding.severity == Severity::Cosmetic {
        return Err(NoAlert::Suppressed);
    }
    if !spec.tags.is_empty() && !finding.tags.iter().any(|tag| spec.tags.contains(tag)) {
        return Err(NoAlert::Tags);
    }
    let official = matches!(finding.role, Role::Official | Role::Regulator);
    // an official changelog tells of a rule by an entry
    let kind = match finding.kind {
        FindingKind::NewItem if finding.class.is_some() => FindingKind::RuleChange,
        kind => kind,
    };
    if !rules.kinds.contains(&kind) {
        return Err(NoAlert::Kind);
    }
    let floor = match kind {
        FindingKind::RuleChange => rules.rules_from.max(rules.min_severity),
        // an incident that is not in force is no alarm
        FindingKind::Outage => rules.min_severity.max(Severity::Important),
        // a breakout, not any hit
        FindingKind::Hit => rules.min_severity.max(Severity::Important),
        _ => rules.min_severity,
    };
    if finding.severity < floor {
        return Err(NoAlert::Severity);
    }
    match kind {
        FindingKind::RuleChange if !official => return Err(NoAlert::Unofficial),
        FindingKind::Hit if finding.role != Role::Competitor => return Err(NoAlert::NotRival),
        FindingKind::Trend if owners(finding) < OWNERS => return Err(NoAlert::FewOwners),
        _ => {}
    }
    if finding.confidence < CONFIRMED {
        return Err(NoAlert::Unsure);
    }
    Ok(())
}

/// Holds a story that qualifies against what the reader was promised.
fn weigh(
    spec: &DigestSpec,
    topic: &str,
    breaking: bool,
    sent: u32,
    history: &AlertHistory,
    now: Timestamp,
) -> Verdict {
    let rules = &spec.terms.alerts;
    if history.topics.contains(topic) {
        return Verdict::Hold(Withheld::Topic);
    }
    let local = now.to_zoned(spec.zone.clone());
    let against = if rules
        .quiet
        .is_some_and(|quiet| quiet.contains(local.time()))
    {
        Some(Withheld::Night)
    } else if spec.terms.calendar.is_day_off(local.date()) {
        Some(Withheld::DayOff)
    } else if sent >= rules.budget {
        Some(Withheld::Budget)
    } else {
        None
    };
    match against {
        Some(why) if !breaking => Verdict::Hold(why),
        escalated => Verdict::Send {
            escalated: escalated.is_some(),
        },
    }
}

/// Gravest first, then what is most pressing, then surest.
fn rank(finding: &Finding) -> (Severity, u8, i64) {
    let pressing = match finding.kind {
        FindingKind::Outage => 4,
        FindingKind::RuleChange | FindingKind::NewItem => 3,
        FindingKind::Hit => 2,
        _ => 1,
    };
    let sure = (finding.confidence * 100.0).round() as i64;
    (finding.severity, pressing, sure)
}

/// When an incident began, as whoever watched it wrote down.
fn since(finding: &Finding) -> Option<Timestamp> {
    let mut pieces = finding.evidence.iter().filter(|e| e.kind == "since");
    pieces.find_map(|e| e.after.as_deref()?.parse().ok())
}

/// Independent owners that a trend's evidence counts.
fn owners(finding: &Finding) -> f64 {
    let counts = finding.evidence.iter();
    let owners = counts.filter(|e| e.kind == "count" && e.place.as_deref() == Some("owners"));
    let numbers = owners.filter_map(|e| e.after.as_deref()?.parse::<f64>().ok());
    numbers.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
