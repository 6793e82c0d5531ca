//! A year of recorded pages, made from the pairs' own texts: how flips and rollbacks are told.
//!
//! Four pairs make one page, each a part of it that changes on a day of its own: for good; for some
//! hours; for days or weeks; back and forth for months; or for two months until a rollback that
//! stays. The page is read every six hours, and once more when a second reading is due.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use tidewatch::detect::{
    Earlier, End, Left, Past, Seen, Shown, Wait, Waiting, page_change, sight, text_hash,
};
use tidewatch::model::{ChangeWeight, Doubt, Finding, PageText, Source, SourceKind};

use crate::pairs::{Pair, Read};

const DAYS: i64 = 365;
const HOURS: i64 = 6;

/// How a part of a page changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Course {
    Stays,
    Hours,
    Weeks,
    Alternates,
    RollsBack,
}

struct Part {
    read: Read,
    substantive: bool,
    course: Course,
    /// Hours at which the part turns to its other text.
    turns: Vec<i64>,
}

#[derive(Debug, Default)]
struct Tally {
    recorded: usize,
    returns: usize,
    recognised: usize,
    told: usize,
    told_returns: usize,
    twice: usize,
    waited: usize,
    dropped: usize,
}

/// A generator that gives the same numbers on every machine (SplitMix64, Steele 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, from: i64, to: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        from + ((z ^ (z >> 31)) % (to - from).unsigned_abs()) as i64
    }
}

pub(crate) fn table(pairs: &[Pair]) {
    let mut dice = Dice(29);
    let mut parts: Vec<Part> = Vec::new();
    for pair in pairs {
        let read = pair.read();
        let size: usize = read.before.blocks.iter().map(|b| b.text.len()).sum();
        let differ = text_hash(&read.before) != text_hash(&read.after);
        if differ && (100..=40_000).contains(&size) {
            parts.push(part(pair, read, &mut dice));
        }
    }
    let mut tally = Tally::default();
    let mut by_course: BTreeMap<Course, [usize; 3]> = BTreeMap::new();
    let mut pages = 0;
    let url = "https://example.com/".parse().unwrap();
    let from = Source::probe(url, SourceKind("page".to_owned()));
    for (page, parts) in parts.chunks(4).enumerate() {
        pages += 1;
        let from = Source {
            title: format!("Page {page}"),
            language: None,
            ..from.clone()
        };
        live(&from, parts, &mut tally, &mut by_course);
    }
    println!(
        "\na year of {pages} pages ({} parts), read every {HOURS} h",
        parts.len()
    );
    println!(
        "changes recorded {}, of which returns {} ({:.0} %)",
        tally.recorded,
        tally.returns,
        100.0 * tally.returns as f64 / tally.recorded.max(1) as f64
    );
    println!(
        "returns recognised {} of {}; told {} findings, {} of them as returns that stayed; texts told twice: {}",
        tally.recognised, tally.returns, tally.told, tally.told_returns, tally.twice
    );
    println!(
        "waited for a second reading {}, did not last {}",
        tally.waited, tally.dropped
    );
    println!("course of a substantive part: parts, told when it changed, its return told");
    for (course, [all, told, back]) in by_course {
        println!("  {course:?}: {all}, {told}, {back}");
    }
}

fn part(pair: &Pair, read: Read, dice: &mut Dice) -> Part {
    let course = match dice.roll(0, 100) {
        0..78 => Course::Stays,
        78..87 => Course::Hours,
        87..94 => Course::Weeks,
        94..96 => Course::Alternates,
        _ => Course::RollsBack,
    };
    let first = dice.roll(24, 24 * 150);
    let turns = match course {
        Course::Stays => vec![first],
        Course::Hours => vec![first, first + dice.roll(2, 12)],
        Course::Weeks => vec![first, first + dice.roll(24, 24 * 13)],
        Course::RollsBack => vec![first, first + 24 * 60],
        Course::Alternates => {
            let mut turns = vec![first];
            while turns.last().is_some_and(|last| *last < first + 24 * 60) {
                let last = turns.last().copied().unwrap_or(first);
                turns.push(last + dice.roll(6, 24 * 6));
            }
            turns
        }
    };
    Part {
        read,
        substantive: pair.substantive,
        course,
        turns,
    }
}

fn shown(parts: &[Part], hour: i64) -> PageText {
    let mut text = PageText::default();
    for part in parts {
        let turned = part.turns.iter().filter(|at| **at <= hour).count() % 2 == 1;
        let side = if turned {
            &part.read.after
        } else {
            &part.read.before
        };
        text.blocks.extend(side.blocks.iter().cloned());
    }
    text
}

fn at(hour: i64) -> Timestamp {
    "2025-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
}

/// One page's year.
fn live(
    source: &Source,
    parts: &[Part],
    tally: &mut Tally,
    by_course: &mut BTreeMap<Course, [usize; 3]>,
) {
    let mut versions: Vec<(PageText, u64, i64, bool)> = Vec::new();
    let mut seen: HashMap<u64, Seen> = HashMap::new();
    let mut told: HashMap<u64, usize> = HashMap::new();
    let mut waiting: Option<(usize, Finding, Wait, i64)> = None;
    let mut tellings: Vec<(i64, bool)> = Vec::new();
    let first = shown(parts, 0);
    let hash = text_hash(&first);
    seen.insert(
        hash,
        Seen {
            since: at(0),
            times: 1,
        },
    );
    versions.push((first, hash, 0, true));
    let mut hours: Vec<i64> = (0..DAYS * 24 / HOURS).map(|n| n * HOURS).collect();
    hours.reverse();
    while let Some(hour) = hours.pop() {
        let text = shown(parts, hour);
        let hash = text_hash(&text);
        let (latest, latest_hash, since, was_told) = versions.last().cloned().unwrap();
        let is_new = hash != latest_hash;
        if !is_new && waiting.as_ref().is_none_or(|w| at(hour) < w.2.due) {
            continue;
        }
        let before = versions.len().checked_sub(2).map(|n| &versions[n]);
        let past = Past {
            latest: Shown {
                hash: latest_hash,
                text: &latest,
            },
            left: Left {
                since: at(since),
                was_told,
            },
            previous: before.map(|v| Earlier {
                text: &v.0,
                since: at(v.2),
            }),
            seen: seen.get(&hash).copied().filter(|_| is_new),
            waiting: waiting
                .as_ref()
                .map(|(base, finding, wait, since)| Waiting {
                    base: Shown {
                        hash: versions[*base].1,
                        text: &versions[*base].0,
                    },
                    finding,
                    doubt: wait.doubt,
                    since: at(*since),
                    due: wait.due,
                    rounds: wait.rounds,
                }),
        };
        let reading = Shown { hash, text: &text };
        let sight = sight(
            source,
            reading,
            &past,
            SignedDuration::from_mins(50),
            at(hour),
        );
        let base = waiting.as_ref().map(|w| w.0);
        match sight.end {
            Some(End::Told(finding)) => {
                waiting = None;
                tell(&finding, latest_hash, hour, tally, &mut told, &mut tellings);
                versions.last_mut().unwrap().3 = true;
            }
            Some(End::Dropped(_)) => {
                waiting = None;
                tally.dropped += 1;
            }
            None => {}
        }
        let Some(step) = sight.version else { continue };
        tally.recorded += 1;
        let weight = step.change.as_ref().map(|c| c.weight.clone());
        if seen.contains_key(&hash) {
            tally.returns += 1;
            let marked =
                matches!(&weight, Some(ChangeWeight::Cosmetic(why)) if why.starts_with("returned"));
            tally.recognised += usize::from(marked);
        }
        let is_told = weight == Some(ChangeWeight::Substantive);
        if let (true, Some(finding)) = (is_told, &step.finding) {
            tell(finding, hash, hour, tally, &mut told, &mut tellings);
        }
        let base = base
            .filter(|_| step.from_base)
            .unwrap_or(versions.len() - 1);
        if let (Some(wait), Some(finding)) = (step.wait, step.finding) {
            tally.waited += usize::from(wait.doubt != Doubt::Returned);
            waiting = Some((base, finding, wait, hour));
            if wait.doubt != Doubt::Returned && hours.last().is_some_and(|next| *next > hour + 1) {
                hours.push(hour + 1);
            }
        }
        let entry = seen.entry(hash).or_insert(Seen {
            since: at(hour),
            times: 0,
        });
        entry.since = at(hour);
        entry.times += 1;
        versions.push((text, hash, hour, is_told));
    }
    for part in parts.iter().filter(|p| p.substantive && weighs(p)) {
        let after = |turn: usize, days: i64| {
            let Some(from) = part.turns.get(turn) else {
                return false;
            };
            tellings.iter().any(|(hour, back)| {
                (*from..from + 24 * days).contains(hour) && *back == (turn == 1)
            })
        };
        let row = by_course.entry(part.course).or_default();
        row[0] += 1;
        row[1] += usize::from(after(0, 2));
        row[2] += usize::from(after(1, 12));
    }
}

/// Is it told when it is judged by itself?
fn weighs(part: &Part) -> bool {
    let context = tidewatch::detect::ChangeContext {
        language: None,
        seen_before: None,
        now: at(0),
    };
    page_change(&part.read.before, &part.read.after, &context).is_some_and(|c| c.is_substantive())
}

fn tell(
    finding: &Finding,
    hash: u64,
    hour: i64,
    tally: &mut Tally,
    told: &mut HashMap<u64, usize>,
    tellings: &mut Vec<(i64, bool)>,
) {
    let back = finding.evidence.iter().any(|e| e.kind == "return");
    tally.told += 1;
    tally.told_returns += usize::from(back);
    let times = told.entry(hash).or_default();
    *times += 1;
    tally.twice += usize::from(*times > 1);
    tellings.push((hour, back));
}
