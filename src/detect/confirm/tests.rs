#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use super::look::{GONE, OVERTAKEN, RESTLESS, SURE};
use super::*;
use crate::detect::change::RETURNED;
use crate::detect::{text_hash, turned};
use crate::model::{Block, BlockKind, SourceKind, Turned};

/// What the store would know of passages.
#[derive(Default)]
struct Passages(HashMap<u64, Passage>);

impl Passages {
    fn turn(&mut self, turned: &Turned, before: Timestamp, now: Timestamp, told: bool) {
        let came = turned.came.iter().map(|hash| (hash, false));
        let went = turned.went.iter().map(|hash| (hash, true));
        for (hash, original) in came.chain(went) {
            let known = self.0.entry(*hash).or_insert(Passage {
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

    /// What turned last was told since.
    fn told(&mut self, at: Timestamp) {
        for known in self.0.values_mut().filter(|known| known.turned_at == at) {
            known.was_told = true;
        }
    }
}

/// A page as it is remembered, read hour by hour.
struct Page {
    source: Source,
    shown: Vec<(PageText, i64, bool)>,
    times: HashMap<u64, Seen>,
    passages: Passages,
    waiting: Option<(usize, Finding, Wait, i64)>,
    told: Vec<Finding>,
    reasons: Vec<String>,
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + hour * 3600).unwrap()
}

fn text(lines: &[&str]) -> PageText {
    let mut blocks = vec![Block {
        kind: BlockKind::Heading(1),
        text: "Community rules".to_owned(),
        links: vec![],
    }];
    blocks.extend(lines.iter().map(|line| Block {
        kind: BlockKind::Paragraph,
        text: (*line).to_owned(),
        links: vec![],
    }));
    PageText { blocks }
}

const AGE: &str = "You must be at least 16 years old to go live on the platform.";
const AGE_18: &str = "You must be at least 18 years old to go live on the platform.";
const CALM: &str = "Be kind to other people and say when a post is paid for.";
/// Changed in a way that may be nothing: a clause more of middling weight.
const VAGUE: &str = "Be kind to other people and creators and say when a post is paid for.";

impl Page {
    fn new(first: &PageText) -> Self {
        let url = "https://example.org/rules".parse().unwrap();
        let mut source = Source::probe(url, SourceKind("page".to_owned()));
        source.title = "Clipnet Rules".to_owned();
        source.platform = Some("Clipnet".to_owned());
        source.language = Some("en".to_owned());
        let mut page = Self {
            source,
            shown: Vec::new(),
            times: HashMap::new(),
            passages: Passages::default(),
            waiting: None,
            told: Vec::new(),
            reasons: Vec::new(),
        };
        page.keep(first, 0, true);
        page
    }

    fn keep(&mut self, text: &PageText, hour: i64, told: bool) {
        let seen = self.times.entry(text_hash(text)).or_insert(Seen {
            since: at(hour),
            times: 0,
        });
        seen.since = at(hour);
        seen.times += 1;
        if let Some((before, since, _)) = self.shown.last() {
            self.passages
                .turn(&turned(before, text), at(*since), at(hour), told);
        }
        self.shown.push((text.clone(), hour, told));
    }

    /// One reading; how many findings it told.
    fn read(&mut self, text: &PageText, hour: i64) -> usize {
        let (latest, since, was_told) = self.shown.last().unwrap();
        let hash = text_hash(text);
        let shown = |text| Shown {
            hash: text_hash(text),
            text,
        };
        let before = self.shown.len().checked_sub(2).map(|at| &self.shown[at]);
        let past = Past {
            latest: shown(latest),
            left: Left {
                since: at(*since),
                was_told: *was_told,
            },
            previous: before.map(|(text, hour, _)| Earlier {
                text,
                since: at(*hour),
            }),
            passages: &self.passages.0,
            seen: (text_hash(latest) != hash)
                .then(|| self.times.get(&hash).copied())
                .flatten(),
            waiting: self
                .waiting
                .as_ref()
                .map(|(base, finding, wait, since)| Waiting {
                    base: shown(&self.shown[*base].0),
                    finding,
                    doubt: wait.doubt,
                    since: at(*since),
                    due: wait.due,
                    rounds: wait.rounds,
                }),
        };
        let again = SignedDuration::from_mins(45);
        let sight = sight(&self.source, shown(text), &past, again, at(hour));
        let before = self.told.len();
        let base = self.waiting.as_ref().map(|w| w.0);
        if let Some(end) = sight.end {
            self.waiting = None;
            match end {
                End::Told(finding) => {
                    self.told.push(*finding);
                    let last = self.shown.last_mut().unwrap();
                    last.2 = true;
                    self.passages.told(at(last.1));
                }
                End::Dropped(reason) => self.reasons.push(reason.to_owned()),
            }
        }
        if let Some(step) = sight.version {
            let finding = step.finding;
            let waits = step.beside.clone().or_else(|| finding.clone());
            let told = finding.as_ref().is_some_and(|f| f.suppressed.is_none());
            let base = base
                .filter(|_| step.from_base)
                .unwrap_or(self.shown.len() - 1);
            self.keep(text, hour, told);
            if let (Some(wait), Some(finding)) = (step.wait, waits) {
                assert!(finding.suppressed.is_some() && step.change.is_some());
                self.waiting = Some((base, finding, wait, hour));
            }
            match finding {
                Some(finding) if told => self.told.push(finding),
                Some(finding) => self.reasons.extend(finding.suppressed),
                None => {}
            }
        }
        self.told.len() - before
    }
}

#[test]
fn what_is_sure_is_told_at_once() {
    let mut page = Page::new(&text(&[AGE, CALM]));
    assert_eq!(page.read(&text(&[AGE_18, CALM]), 5), 1);
    assert!(
        page.told[0].title.contains("16 → 18"),
        "{}",
        page.told[0].title
    );
    assert_eq!(page.read(&text(&[AGE_18, CALM]), 6), 0, "never twice");
}

#[test]
fn a_doubtful_change_is_told_by_its_second_reading() {
    let mut page = Page::new(&text(&[AGE, CALM]));
    let vague = text(&[AGE, VAGUE]);
    assert_eq!(page.read(&vague, 5), 0);
    let wait = page.waiting.as_ref().unwrap();
    assert_eq!(wait.2.doubt, Doubt::Doubtful);
    assert_eq!(page.read(&vague, 6), 1);
    let told = &page.told[0];
    let confirmed = told
        .evidence
        .iter()
        .find(|e| e.kind == "confirmed")
        .unwrap();
    assert_eq!(
        confirmed.before.as_deref(),
        Some(at(5).to_string().as_str())
    );
    assert_eq!(confirmed.after.as_deref(), Some(at(6).to_string().as_str()));
    assert!(told.evidence.iter().all(|e| e.kind != "waits"));
    assert_eq!(page.read(&vague, 7), 0);
}

#[test]
fn a_doubtful_change_that_is_gone_again_is_not_told() {
    let first = text(&[AGE, CALM]);
    let mut page = Page::new(&first);
    page.read(&text(&[AGE, VAGUE]), 5);
    assert_eq!(page.read(&first, 6), 0);
    assert!(page.waiting.is_none());
    assert!(
        page.reasons.contains(&GONE.to_owned()),
        "{:?}",
        page.reasons
    );
    assert!(page.reasons.contains(&RETURNED.to_owned()));
}

#[test]
fn a_third_text_is_judged_against_the_text_that_readers_know() {
    let mut page = Page::new(&text(&[AGE, CALM]));
    page.read(&text(&[AGE, VAGUE]), 5);
    assert_eq!(page.read(&text(&[AGE_18, VAGUE]), 6), 1, "this one is sure");
    let told = &page.told[0];
    let quotes: String = told
        .evidence
        .iter()
        .filter_map(|e| e.after.clone())
        .collect();
    assert!(
        quotes.contains("18") && quotes.contains("creators"),
        "{quotes}"
    );
    assert!(page.reasons.contains(&OVERTAKEN.to_owned()));
}

#[test]
fn a_page_that_never_rests_is_told_with_less_confidence() {
    let mut page = Page::new(&text(&[AGE, CALM]));
    let mut told = 0;
    let laws = [
        "Musicians need a licence of class # before they sell tickets.",
        "Shops in zone # ship within two weeks or refund the buyer in full.",
        "A moderator of level # may pin, hide or lock any comment below a clip.",
        "Payouts above tier # are held until the tax form has been signed.",
        "Dogs of breed # can never be shown without a leash near a road.",
    ];
    for (hour, law) in (5..).zip(laws) {
        let lines: Vec<String> = (0..40).map(|n| law.replace('#', &n.to_string())).collect();
        let mut all = vec![AGE, CALM];
        all.extend(lines.iter().map(String::as_str));
        told += page.read(&text(&all), hour);
        if told > 0 {
            break;
        }
        assert_eq!(page.waiting.as_ref().unwrap().2.doubt, Doubt::Large);
    }
    assert_eq!(told, 1);
    assert!(page.told[0].confidence < SURE * RESTLESS + 0.2);
    assert!(
        page.told[0]
            .evidence
            .iter()
            .any(|e| e.kind == "unconfirmed")
    );
}

#[test]
fn a_part_that_is_missing_is_told_when_it_stays_away() {
    let long: Vec<String> = (0..34)
        .map(|n| format!("Rule number {n} says that advertisers must label each campaign of kind {n} before it runs."))
        .collect();
    let mut lines: Vec<&str> = vec![AGE, CALM];
    lines.extend(long.iter().map(String::as_str));
    let (whole, part) = (text(&lines), text(&lines[..8]));
    let mut page = Page::new(&whole);
    assert_eq!(page.read(&part, 5), 0);
    assert_eq!(page.waiting.as_ref().unwrap().2.doubt, Doubt::PartMissing);
    assert_eq!(page.read(&whole, 6), 0, "it was read in part");
    assert_eq!(page.read(&part, 9), 0);
    let told: usize = (10..60).map(|hour| page.read(&part, hour)).sum();
    assert_eq!(told, 1, "it is gone");
    assert_ne!(page.told[0].severity, crate::model::Severity::Cosmetic);
}

#[test]
fn flips_are_recognised_and_none_is_told_twice() {
    let (a, b) = (text(&[AGE, CALM]), text(&[AGE_18, CALM]));
    let mut page = Page::new(&a);
    assert_eq!(page.read(&b, 5), 1);
    for round in 0..40 {
        let hour = 10 + round * 20;
        assert_eq!(page.read(&a, hour), 0, "round {round}");
        assert_eq!(page.read(&b, hour + 11), 0, "round {round}");
    }
}

#[test]
fn a_rollback_that_stays_is_told_once() {
    let (a, b) = (text(&[AGE, CALM]), text(&[AGE_18, CALM]));
    let mut page = Page::new(&a);
    page.read(&b, 5);
    let told: usize = (0..24 * 30).map(|hour| page.read(&a, 60 + hour)).sum();
    assert_eq!(told, 1);
    assert!(
        page.told[1].title.contains("back to the text of"),
        "{}",
        page.told[1].title
    );
    assert!(
        page.told[1]
            .wordings
            .iter()
            .any(|w| w.title.contains("снова текст от"))
    );
    // and what was said then is not said again when it flickers
    assert_eq!(page.read(&b, 2000) + page.read(&a, 2005), 0);
}

#[test]
fn a_rollback_that_bears_its_older_date_is_told_once_it_stays() {
    let (spring, summer) = ("Last updated: 3 March 2026", "Last updated: 1 June 2026");
    let (a, b) = (text(&[spring, AGE, CALM]), text(&[summer, AGE_18, CALM]));
    let mut page = Page::new(&a);
    assert_eq!(page.read(&b, 24), 1);
    let back = 24 * 61;
    assert_eq!(page.read(&a, back), 0, "a cache may serve an older copy");
    let told: usize = (1..24 * 12).map(|h| page.read(&a, back + h)).sum();
    assert_eq!(told, 1);
    let title = &page.told[1].title;
    assert!(title.contains("back to the text of"), "{title}");
}

#[test]
fn a_part_with_an_older_date_is_a_rollback_too_once_it_stays() {
    let (spring, summer) = ("Last updated: 3 March 2026", "Last updated: 1 June 2026");
    let moved_on = "Say who paid for a post in its first line, in words that anyone can read.";
    let mut page = Page::new(&text(&[spring, AGE, CALM]));
    assert_eq!(page.read(&text(&[summer, AGE_18, CALM]), 24), 1);
    page.read(&text(&[summer, AGE_18, CALM, moved_on]), 24 * 30);
    let later = text(&[spring, AGE, CALM, moved_on]);
    let told = page.told.len();
    let more: usize = (0..24 * 12).map(|h| page.read(&later, 24 * 61 + h)).sum();
    assert_eq!(more, 1);
    let told = &page.told[told];
    assert!(told.title.contains("18 → 16"), "{}", told.title);
    assert!(told.evidence.iter().any(|e| e.kind == "return"));
}

#[test]
fn an_older_copy_never_shown_before_is_told_after_a_week_and_not_while_it_flickers() {
    let (spring, summer) = ("Last updated: 3 March 2026", "Last updated: 1 June 2026");
    let (new, old) = (text(&[summer, AGE_18, CALM]), text(&[spring, AGE, CALM]));
    let mut page = Page::new(&new);
    for hour in 1..40 {
        let shown = if hour % 7 == 0 { &old } else { &new };
        assert_eq!(page.read(shown, hour), 0, "hour {hour}");
    }
    let mut page = Page::new(&new);
    let told: Vec<usize> = (10..24 * 10).map(|hour| page.read(&old, hour)).collect();
    assert_eq!(told.iter().sum::<usize>(), 1);
    assert!(told[..24 * 7].iter().all(|n| *n == 0));
}

#[test]
fn a_rollout_in_steps_is_told_once_it_stays() {
    let (a, b) = (text(&[AGE, CALM]), text(&[AGE, VAGUE]));
    let mut page = Page::new(&a);
    page.read(&b, 1);
    page.read(&a, 2);
    let told: usize = (3..60).map(|hour| page.read(&b, hour)).sum();
    assert_eq!(told, 1);
}

#[test]
fn a_variant_with_a_moving_part_is_known_again() {
    let a = text(&[AGE, CALM]);
    let variant = |n: u32| text(&[AGE_18, CALM, &format!("Updated {n} minutes ago")]);
    let mut page = Page::new(&a);
    assert_eq!(page.read(&variant(1), 5), 1);
    assert_eq!(page.read(&a, 10), 0);
    assert_eq!(page.read(&variant(7), 15), 0);
    assert_eq!(page.read(&variant(9), 16), 0);
}

/// A rule of its own, told at once.
const FEE: &str = "Advertisers pay a fee of 5 % for each campaign that they run.";
const FEE_7: &str = "Advertisers pay a fee of 7 % for each campaign that they run.";

#[test]
fn a_part_that_flips_is_known_though_the_rest_moves_on() {
    let mut page = Page::new(&text(&[AGE, FEE]));
    assert_eq!(page.read(&text(&[AGE_18, FEE]), 5), 1);
    assert_eq!(page.read(&text(&[AGE_18, FEE_7]), 30), 1, "news of its own");
    // no text that was ever shown as a whole
    assert_eq!(page.read(&text(&[AGE, FEE_7]), 40), 0);
    assert_eq!(page.waiting.as_ref().unwrap().2.doubt, Doubt::Returned);
    assert_eq!(page.read(&text(&[AGE_18, FEE_7]), 50), 0);
    assert!(page.waiting.is_none());
}

#[test]
fn what_is_new_beside_a_return_is_told_at_once_and_alone() {
    let mut page = Page::new(&text(&[AGE, FEE]));
    page.read(&text(&[AGE_18, FEE]), 5);
    assert_eq!(page.read(&text(&[AGE, FEE_7]), 30), 1);
    let told = page.told.last().unwrap().clone();
    assert!(
        told.title.contains("5 → 7 %") && !told.evidence.iter().any(|e| e.kind == "return"),
        "{}",
        told.title
    );
    let quotes = format!("{:?}", told.evidence);
    assert!(!quotes.contains("16"), "{quotes}");
    // the rest stays and is told in its turn, once
    let later: usize = (31..400)
        .map(|hour| page.read(&text(&[AGE, FEE_7]), hour))
        .sum();
    assert_eq!(later, 1);
    let told = page.told.last().unwrap();
    assert!(told.evidence.iter().any(|e| e.kind == "return"));
    let quotes = format!("{:?}", told.evidence);
    assert!(!quotes.contains("7 %"), "{quotes}");
}

#[test]
fn news_while_a_return_must_stay_leave_it_its_time() {
    let mut page = Page::new(&text(&[AGE, FEE]));
    page.read(&text(&[AGE_18, FEE]), 5);
    assert_eq!(page.read(&text(&[AGE, FEE]), 30), 0);
    let due = page.waiting.as_ref().unwrap().2.due;
    assert_eq!(page.read(&text(&[AGE, FEE_7]), 40), 1, "the fee");
    assert_eq!(page.waiting.as_ref().unwrap().2.due, due);
    assert_eq!(
        page.read(&text(&[AGE_18, FEE_7]), 50),
        0,
        "readers know both"
    );
    assert!(page.waiting.is_none());
    assert_eq!(page.read(&text(&[AGE, FEE_7]), 60), 0);
    let later: usize = (61..2000)
        .map(|hour| page.read(&text(&[AGE, FEE_7]), hour))
        .sum();
    assert_eq!(later, 1, "it stays at last");
}

#[test]
fn what_is_brought_back_after_a_rollback_is_told_as_such() {
    let (a, b) = (text(&[AGE, CALM]), text(&[AGE_18, CALM]));
    let mut page = Page::new(&a);
    let mut told = |text: &PageText, hours: std::ops::Range<i64>| -> Vec<bool> {
        let from = page.told.len();
        for hour in hours {
            page.read(text, hour);
        }
        let new = page.told[from..].iter();
        new.map(|f| f.evidence.iter().any(|e| e.kind == "return"))
            .collect()
    };
    assert_eq!(told(&b, 5..1_500), [false]);
    assert_eq!(told(&a, 1_500..3_000), [true]);
    assert_eq!(told(&b, 3_000..4_500), [true]);
}

#[test]
fn what_is_replaced_by_news_is_no_return_though_it_came_not_long_ago() {
    let added = "Never post the same comment again and again below other people's clips.";
    let other = "Dogs of any breed must be kept on a leash near every road that is shown.";
    let mut page = Page::new(&text(&[AGE, CALM]));
    assert_eq!(
        page.read(&text(&[AGE, CALM, added]), 5) + page.read(&text(&[AGE, CALM, added]), 6),
        1
    );
    let last = text(&[AGE, CALM, other]);
    assert_eq!(page.read(&last, 30) + page.read(&last, 31), 1);
    let told = page.told.last().unwrap();
    assert!(
        told.evidence.iter().all(|e| e.kind != "return"),
        "{}",
        told.title
    );
    assert!(page.waiting.is_none());
    let later: usize = (32..900).map(|hour| page.read(&last, hour)).sum();
    assert_eq!(later, 0);
}
