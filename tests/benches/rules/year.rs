//! A year of recorded pages, made from the pairs' own texts: how flips and rollbacks are told.
//!
//! Four pairs make one page, each a part of it that changes on a day of its own: for good; for some
//! hours; for days or weeks; back and forth for months; or for two months until a rollback that
//! stays. The page is read every six hours, and once more when a second reading is due.
//!
//! A return is a text of the page that was shown before as a whole. What was told is reckoned by part,
//! from the places that a finding is about: a part told as news although it was told before is told
//! twice, and so is one that is told to be as readers know it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use tidewatch::detect::{
    Earlier, End, Left, Past, Seen, Shown, Step, Wait, Waiting, page_change, sight, text_hash,
    turned,
};
use tidewatch::model::{
    Change, ChangeWeight, Doubt, Finding, Hunk, PageText, Passage, Source, SourceKind, Turned,
};

use crate::pairs::{Pair, Read};

const DAYS: i64 = 365;
const HOURS: i64 = 6;
/// Parts of a page.
const PARTS: usize = 4;

/// How a part of a page changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Course {
    Stays,
    Hours,
    Weeks,
    Alternates,
    RollsBack,
}

struct Part<'a> {
    language: &'a str,
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
    again: usize,
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
    let mut parts: Vec<Part<'_>> = Vec::new();
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
    // pairs that stand together are often of one document, whose passages would be in two parts
    let total = parts.len();
    let mut languages: BTreeMap<&str, Vec<Part<'_>>> = BTreeMap::new();
    for part in parts {
        languages.entry(part.language).or_default().push(part);
    }
    let mut all: Vec<Vec<Part<'_>>> = Vec::new();
    for parts in languages.into_values() {
        let count = parts.len().div_ceil(PARTS);
        let first = all.len();
        all.extend((0..count).map(|_| Vec::new()));
        for (number, part) in parts.into_iter().enumerate() {
            all[first + number % count].push(part);
        }
    }
    for (page, parts) in all.iter().enumerate() {
        pages += 1;
        let from = Source {
            title: format!("Page {page}"),
            language: None,
            ..from.clone()
        };
        if std::env::var("PAGE").is_ok_and(|asked| asked != page.to_string()) {
            continue;
        }
        live(&from, parts, &mut tally, &mut by_course);
    }
    println!("\na year of {pages} pages ({total} parts), read every {HOURS} h");
    println!(
        "changes recorded {}, of which returns {} ({:.0} %)",
        tally.recorded,
        tally.returns,
        100.0 * tally.returns as f64 / tally.recorded.max(1) as f64
    );
    println!(
        "returns recognised {} of {}; told {} findings, {} of them as returns that stayed; parts told twice: {}, told to be back for good after a rollback that was told: {}",
        tally.recognised, tally.returns, tally.told, tally.told_returns, tally.twice, tally.again
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

fn part<'a>(pair: &'a Pair, read: Read, dice: &mut Dice) -> Part<'a> {
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
        language: &pair.language,
        read,
        substantive: pair.substantive,
        course,
        turns,
    }
}

fn shown(parts: &[Part<'_>], hour: i64) -> PageText {
    let mut text = PageText::default();
    for part in parts {
        let side = if part.shows(hour) {
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
    parts: &[Part<'_>],
    tally: &mut Tally,
    by_course: &mut BTreeMap<Course, [usize; 3]>,
) {
    let mut versions: Vec<(PageText, u64, i64, bool)> = Vec::new();
    let mut seen: HashMap<u64, Seen> = HashMap::new();
    let mut passages: HashMap<u64, Passage> = HashMap::new();
    let mut waiting: Option<(usize, Finding, Wait, i64, Vec<Hunk>)> = None;
    let mut told = Told::of(parts);
    let trace = std::env::var_os("PAGE").is_some();
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
            passages: &passages,
            waiting: waiting
                .as_ref()
                .map(|(base, finding, wait, since, _)| Waiting {
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
        let ended = sight.end.as_ref().map(|end| match end {
            End::Told(finding) => finding.title.clone(),
            End::Dropped(reason) => (*reason).to_owned(),
        });
        match sight.end {
            Some(End::Told(finding)) => {
                let hunks = waiting.take().map(|w| w.4).unwrap_or_default();
                told.tell(&finding, &hunks, hour, tally);
                versions.last_mut().unwrap().3 = true;
                let turned_last = passages.values_mut().filter(|p| p.turned_at == at(since));
                turned_last.for_each(|p| p.was_told = true);
            }
            Some(End::Dropped(_)) => {
                waiting = None;
                tally.dropped += 1;
            }
            None => {}
        }
        if trace {
            let sides: Vec<bool> = parts.iter().map(|p| p.shows(hour)).collect();
            let about = step_words(sight.version.as_ref());
            println!("  {hour} {sides:?} {about} end {ended:?}");
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
            told.tell(finding, &places(step.change.as_ref(), false), hour, tally);
        }
        let base = base
            .filter(|_| step.from_base)
            .unwrap_or(versions.len() - 1);
        let beside = step.beside.is_some();
        if let (Some(wait), Some(finding)) = (step.wait, step.beside.or(step.finding)) {
            tally.waited += usize::from(wait.doubt != Doubt::Returned);
            let hunks = places(step.change.as_ref(), beside);
            waiting = Some((base, finding, wait, hour, hunks));
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
        turn(
            &mut passages,
            &turned(&latest, &text),
            at(since),
            at(hour),
            is_told,
        );
        versions.push((text, hash, hour, is_told));
    }
    for (number, part) in parts.iter().enumerate() {
        if !part.substantive || !weighs(part) {
            continue;
        }
        let after = |turn: usize, days: i64| {
            let Some(from) = part.turns.get(turn) else {
                return false;
            };
            let later = turn == 0;
            told.tellings.iter().any(|(which, side, hour, back)| {
                (*which, *side) == (number, later)
                    && (*from..from + 24 * days).contains(hour)
                    && *back != later
            })
        };
        let row = by_course.entry(part.course).or_default();
        row[0] += 1;
        row[1] += usize::from(after(0, 2));
        row[2] += usize::from(after(1, 12));
    }
}

impl Part<'_> {
    /// Does it show its later text?
    fn shows(&self, hour: i64) -> bool {
        self.turns.iter().filter(|at| **at <= hour).count() % 2 == 1
    }
}

/// A step in a line.
fn step_words(step: Option<&Step>) -> String {
    let said = |finding: &Option<Finding>| {
        finding.as_ref().map_or(String::new(), |f| {
            format!("“{}” {:?}", f.title, f.suppressed)
        })
    };
    step.map_or("the same".to_owned(), |step| {
        let (finding, beside) = (said(&step.finding), said(&step.beside));
        format!(
            "{finding} beside {beside} base {} {:?}",
            step.from_base, step.wait
        )
    })
}

/// What the store keeps of passages.
fn turn(
    passages: &mut HashMap<u64, Passage>,
    turned: &Turned,
    before: Timestamp,
    now: Timestamp,
    told: bool,
) {
    let came = turned.came.iter().map(|hash| (hash, false));
    let went = turned.went.iter().map(|hash| (hash, true));
    for (hash, original) in came.chain(went) {
        let known = passages.entry(*hash).or_insert(Passage {
            original,
            turns: 0,
            turned_at: now,
            was_told: told,
            told_before: None,
            before_at: before,
        });
        if known.was_told && known.turns > 0 {
            known.told_before = Some(known.is_shown());
        }
        known.turns += 1;
        (known.turned_at, known.before_at, known.was_told) = (now, before, told);
    }
}

/// The places that a finding is about; `beside` what is told by itself.
fn places(change: Option<&Change>, beside: bool) -> Vec<Hunk> {
    let hunks = change.into_iter().flat_map(|change| &change.hunks);
    let about = |hunk: &&Hunk| {
        if beside {
            hunk.reason.as_deref() == Some("returned")
        } else {
            !hunk.cosmetic
        }
    };
    hunks.filter(about).cloned().collect()
}

/// Is it told when it is judged by itself?
fn weighs(part: &Part<'_>) -> bool {
    let context = tidewatch::detect::ChangeContext {
        language: None,
        seen_before: None,
        now: at(0),
    };
    page_change(&part.read.before, &part.read.after, &context).is_some_and(|c| c.is_substantive())
}

/// What readers were told of the parts of a page.
struct Told {
    /// Of each part: blocks that only its earlier text has, and only its later.
    own: Vec<[HashSet<String>; 2]>,
    /// The side of each part that readers know last, once they were told.
    known: Vec<Option<bool>>,
    /// Part, later side?, hour, as a return?
    tellings: Vec<(usize, bool, i64, bool)>,
}

impl Told {
    fn of(parts: &[Part<'_>]) -> Self {
        let blocks = |text: &PageText| -> HashSet<String> {
            text.blocks.iter().map(|b| b.text.clone()).collect()
        };
        let own = parts.iter().map(|part| {
            let (was, is) = (blocks(&part.read.before), blocks(&part.read.after));
            [&was - &is, &is - &was]
        });
        Self {
            own: own.collect(),
            known: vec![None; parts.len()],
            tellings: Vec::new(),
        }
    }

    fn tell(&mut self, finding: &Finding, hunks: &[Hunk], hour: i64, tally: &mut Tally) {
        let back = finding.evidence.iter().any(|e| e.kind == "return");
        tally.told += 1;
        tally.told_returns += usize::from(back);
        for part in 0..self.own.len() {
            for later in [false, true] {
                let [shown, other] = [usize::from(later), usize::from(!later)];
                let is_about = |hunk: &Hunk| {
                    self.own[part][shown].contains(&hunk.after())
                        || self.own[part][other].contains(&hunk.before())
                };
                if !hunks.iter().any(is_about) {
                    continue;
                }
                let before = self.tellings.iter().filter(|t| (t.0, t.1) == (part, later));
                let was_told = before.count() > 0;
                let is_known = self.known[part] == Some(later);
                if is_known || (was_told && !back) {
                    tally.twice += 1;
                    if std::env::var_os("ALL").is_some() {
                        println!(
                            "  twice: {} part {part} {later} hour {hour} {}",
                            finding.source, finding.title
                        );
                    }
                }
                tally.again += usize::from(was_told && back && !is_known);
                self.known[part] = Some(later);
                self.tellings.push((part, later, hour, back));
            }
        }
    }
}
