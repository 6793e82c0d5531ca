//! Which stories get into a digest, by goal, severity, confidence and novelty, within its limits.
//!
//! Chosen one by one: each time the story with the highest score is taken, less a penalty for every
//! story already taken of the same owner or section, so that one busy source cannot fill a digest.
//! Breaking news is above any penalty.

use jiff::civil::Date;

use super::story::{Section, Story};
use crate::model::{DigestSpec, FindingKind, Goal, Role, Severity};

const PER_SEVERITY: i64 = 100;
const SAME_OWNER: i64 = 30;
const SAME_SECTION: i64 = 8;
/// Stories passed over for shorter ones before a digest counts as full.
const PASSED_OVER: usize = 30;
/// A date this near makes a story more pressing.
const NEAR_DAYS: i32 = 14;

/// Stories in the order of their weight: those that fit, and those that do not.
pub(super) struct Choice {
    pub(super) told: Vec<Story>,
    pub(super) rest: Vec<Story>,
}

/// Chooses within `spec.max_cards` and `spec.max_words`; `words` tells how long a story's card is.
///
/// The first story always fits, however long. A story too long for what is left is passed over for
/// shorter ones.
pub(super) fn choose(
    spec: &DigestSpec,
    stories: Vec<Story>,
    today: Date,
    words: impl Fn(&Story) -> usize,
) -> Choice {
    let mut open: Vec<(i64, Story)> = stories
        .into_iter()
        .map(|story| (score(&story, spec.goal, today), story))
        .collect();
    // a stable order to break ties: the newer finding first
    open.sort_by_key(|(score, story)| std::cmp::Reverse((*score, story.lead_id())));
    let mut told: Vec<Story> = Vec::new();
    let mut rest: Vec<Story> = Vec::new();
    let mut left = spec.max_words;
    while told.len() < spec.max_cards && rest.len() < PASSED_OVER && !open.is_empty() {
        let best = (0..open.len())
            .max_by_key(|&at| {
                (
                    open[at].0 - crowding(&open[at].1, &told),
                    std::cmp::Reverse(at),
                )
            })
            .unwrap_or(0);
        let (_, story) = open.remove(best);
        let length = words(&story);
        if length <= left || told.is_empty() {
            left = left.saturating_sub(length);
            told.push(story);
        } else {
            rest.push(story);
        }
    }
    rest.extend(open.into_iter().map(|(_, story)| story));
    Choice { told, rest }
}

/// Order of cards inside a section: gravest first, what is down now before what has a date, the nearest
/// date from `today` on before those further off, past or unknown; then as chosen.
pub(super) fn arrange(stories: &mut [&Story], today: Date) {
    stories.sort_by_key(|story| {
        let kind = rank_within(story.lead().kind);
        // of competitors and ourselves: what flew, what sank, who fell silent; elsewhere gravest first
        let by_kind = matches!(story.section(), Section::Competitors | Section::Own);
        (
            if by_kind { kind } else { 0 },
            std::cmp::Reverse(story.severity()),
            story.lead().kind != FindingKind::Outage,
            story
                .effective()
                .filter(|day| *day >= today)
                .unwrap_or(Date::MAX),
            kind,
        )
    });
}

/// Hits before flops before silence, as readers expect them.
fn rank_within(kind: FindingKind) -> u8 {
    match kind {
        FindingKind::Outage => 0,
        FindingKind::Deadline
        | FindingKind::RuleChange
        | FindingKind::Hit
        | FindingKind::Trend
        | FindingKind::FirstSeen
        | FindingKind::Spike => 1,
        FindingKind::Flop => 2,
        FindingKind::Silence | FindingKind::Storm => 3,
        FindingKind::NewItem | FindingKind::SourceHealth => 4,
    }
}

fn crowding(story: &Story, told: &[Story]) -> i64 {
    if story.severity() == Severity::Breaking {
        return 0;
    }
    let same_owner = count(told, |t| t.lead().owner == story.lead().owner);
    let same_section = count(told, |t| t.section() == story.section());
    same_owner * SAME_OWNER + same_section * SAME_SECTION
}

fn count(told: &[Story], wanted: impl Fn(&&Story) -> bool) -> i64 {
    i64::try_from(told.iter().filter(wanted).count()).unwrap_or(i64::MAX)
}

fn score(story: &Story, goal: Goal, today: Date) -> i64 {
    let severity = match story.severity() {
        Severity::Cosmetic => 0,
        Severity::Informational => 1,
        Severity::Important => 2,
        // so far above that no penalty or bonus reaches it
        Severity::Breaking => 10,
    };
    let confidence = (story.confidence() * 40.0).round() as i64;
    let sources = i64::try_from(story.owners().clamp(1, 6) - 1).unwrap_or(0) * 8;
    let near = story.effective().map_or(0, |date| {
        let days = today.until(date).map_or(i32::MAX, |span| span.get_days());
        if (0..=NEAR_DAYS).contains(&days) {
            25
        } else {
            0
        }
    });
    // what matters must not wait for ever; what does not matter is stale by now
    let held = match (story.held_before(), story.severity()) {
        (false, _) => 0,
        (true, Severity::Informational) => -10,
        (true, _) => 10,
    };
    let official = match story.lead().role {
        Role::Official | Role::Regulator => 20,
        _ => 0,
    };
    let unconfirmed = if story.section() == Section::Radar {
        -25
    } else {
        0
    };
    let score = severity * PER_SEVERITY
        + wish(story, goal)
        + confidence
        + sources
        + near
        + held
        + official
        + unconfirmed;
    // no vote hides what is breaking
    if story.severity() == Severity::Breaking {
        return score;
    }
    (score as f64 * story.weight()).round() as i64
}

/// What a goal asks for first, 0–40 (DOMAIN: awareness reads breakouts and trends, buzz velocity,
/// community formats that hold talks, sales offers and ad rules).
#[expect(clippy::match_same_arms, reason = "a table, read goal by goal")]
fn wish(story: &Story, goal: Goal) -> i64 {
    use FindingKind::{
        Deadline, FirstSeen, Flop, Hit, NewItem, Outage, RuleChange, Silence, SourceHealth, Spike,
        Storm, Trend,
    };
    let lead = story.lead();
    let of_competitor = lead.role == Role::Competitor;
    let sells = lead
        .areas
        .iter()
        .any(|a| matches!(a.as_str(), "ads" | "commerce" | "monetisation"));
    match (goal, lead.kind) {
        (_, SourceHealth) => 0,
        (_, Outage | Deadline) => 35,
        (Goal::Sales, _) if sells => 40,
        (Goal::Sales, NewItem) if of_competitor => 35,
        (Goal::Sales, RuleChange) => 25,
        (Goal::Sales, Trend | FirstSeen | Spike | Hit | Flop) => 10,
        (Goal::Buzz, Trend | FirstSeen | Spike) => 40,
        (Goal::Buzz, Hit) => 35,
        (Goal::Buzz, Storm) => 20,
        (Goal::Community, Hit | Flop) => 35,
        (Goal::Community, Trend | FirstSeen) => 20,
        (Goal::Community, Spike) => 30,
        (Goal::Awareness, Hit | Trend | FirstSeen | Spike) => 30,
        (Goal::Awareness | Goal::Buzz | Goal::Community, RuleChange) => 25,
        (_, Flop | Silence | Storm) => 15,
        (_, NewItem) => 10,
    }
}
