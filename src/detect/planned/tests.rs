//! Labelled sentences, half of them Russian, and bounds on what may go wrong with them.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Labelled {
    now: Date,
    lang: String,
    text: String,
    date: Option<Date>,
}

fn noon(date: Date) -> Timestamp {
    date.at(12, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp()
}

#[test]
fn labelled_sentences_are_read_with_precision_first() {
    let lines = include_str!("../../../tests/planned/sentences.jsonl").lines();
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    let mut total = 0;
    for line in lines {
        let case: Labelled = serde_json::from_str(line).unwrap();
        total += 1;
        let found = planned(&case.text, Some(&case.lang), noon(case.now), noon(case.now));
        match (found.first().map(|p| p.date), case.date) {
            (Some(found), Some(date)) if found == date => right += 1,
            (None, None) => {}
            (None, Some(_)) => missed.push(case.text),
            (Some(found), _) => wrong.push(format!("{found}: {}", case.text)),
        }
    }
    let precision = f64::from(right) / (f64::from(right) + wrong.len() as f64);
    let recall = f64::from(right) / (f64::from(right) + missed.len() as f64);
    println!(
        "{total} sentences, precision {precision:.3}, recall {recall:.3}\nwrong {wrong:#?}\nmissed {missed:#?}"
    );
    assert!(total >= 60);
    assert!(precision >= 0.95, "precision {precision:.3}: {wrong:#?}");
    assert!(recall >= 0.85, "recall {recall:.3}: {missed:#?}");
}

#[derive(Deserialize)]
struct Meant {
    now: Date,
    lang: String,
    text: String,
    dates: Vec<(Date, DateMeaning)>,
}

/// Days of sentences in four languages, what each means, and the same of sentences written later.
#[test]
fn each_day_keeps_its_own_meaning() {
    for (lines, recall, meant) in [
        (
            include_str!("../../../tests/planned/meanings.jsonl"),
            0.9,
            0.9,
        ),
        (include_str!("../../../tests/planned/fresh.jsonl"), 0.8, 0.8),
    ] {
        let (mut right, mut same, mut wanted) = (0, 0, 0);
        let (mut wrong, mut missed) = (Vec::new(), Vec::new());
        for line in lines.lines() {
            let case: Meant = serde_json::from_str(line).unwrap();
            let found = planned(&case.text, Some(&case.lang), noon(case.now), noon(case.now));
            wanted += case.dates.len();
            for day in &found {
                match case.dates.iter().find(|(date, _)| *date == day.date) {
                    Some((_, meaning)) => {
                        right += 1;
                        same += u32::from(*meaning == day.meaning);
                        if *meaning != day.meaning {
                            missed
                                .push(format!("{:?} for {meaning:?}: {}", day.meaning, day.words));
                        }
                    }
                    None => wrong.push(format!("{}: {}", day.date, case.text)),
                }
            }
            let is_found = |date: &Date| found.iter().any(|day| day.date == *date);
            missed.extend(
                case.dates
                    .iter()
                    .filter(|(date, _)| !is_found(date))
                    .map(|(date, _)| format!("{date}: {}", case.text)),
            );
        }
        let precision = f64::from(right) / (f64::from(right) + wrong.len() as f64);
        let found = f64::from(right) / wanted as f64;
        let kept = f64::from(same) / f64::from(right);
        println!(
            "{wanted} days: precision {precision:.3} recall {found:.3} meaning {kept:.3}\nwrong {wrong:#?}\nmissed {missed:#?}"
        );
        assert!(precision >= 0.95, "{wrong:#?}");
        assert!(
            found >= recall && kept >= meant,
            "{found} {kept} {missed:#?}"
        );
    }
}

#[test]
fn each_day_has_its_own_words_and_the_event_leads() {
    let now = noon(jiff::civil::date(2026, 11, 23));
    let text = "Conference on 10 December, tickets until 5 December; more to come.";
    let found = planned(text, Some("en"), now, now);
    let said: Vec<_> = found
        .iter()
        .map(|day| (day.meaning, day.words.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (DateMeaning::Event, "Conference on 10 December"),
            (DateMeaning::Until, "tickets until 5 December"),
        ]
    );
    let text = "Tickets are on sale until 5 December, the conference takes place on 10 December.";
    let found = planned(text, Some("en"), now, now);
    assert_eq!(
        main_day(&found).unwrap().date,
        jiff::civil::date(2026, 12, 10)
    );
}

#[test]
fn the_sentence_is_the_evidence() {
    let now = noon(jiff::civil::date(2026, 11, 23));
    let text = "We looked at ads. The API will be shut down on Dec. 4, 2026. More later.";
    let found = planned(text, Some("en"), now, now);
    assert_eq!(
        found[0].sentence,
        "The API will be shut down on Dec. 4, 2026."
    );
    let old = noon(jiff::civil::date(2025, 11, 23));
    assert_eq!(
        planned("It ends on December 4.", Some("en"), old, now),
        [],
        "read against its own time"
    );
}

/// What it finds in real items, for the eye: `TIDEWATCH_EVAL=/work/data cargo test --lib planned::tests::real -- --ignored --nocapture`.
#[test]
#[ignore = "reads evaluation data, for the eye"]
fn real_items_for_the_eye() {
    let Ok(dir) = std::env::var("TIDEWATCH_EVAL") else {
        return;
    };
    for name in ["ru_tgch2024", "en_cep2025", "ru_tg2020", "en_tg2020"] {
        let path = format!("{dir}/trends/{name}/items.jsonl");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("no {path}");
            continue;
        };
        let (mut items, mut shown) = (0, 0);
        for line in text.lines() {
            let item: serde_json::Value = serde_json::from_str(line).unwrap();
            let said = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let Ok(at) = said("published_at").parse::<Timestamp>() else {
                continue;
            };
            items += 1;
            let text = format!("{}\n{}", said("title"), said("summary"));
            for found in planned(&text, None, at, at) {
                shown += 1;
                if shown <= 60 {
                    println!(
                        "{name} {} -> {}: {}",
                        said("published_at"),
                        found.date,
                        found.sentence
                    );
                }
            }
        }
        println!("{name}: {shown} of {items}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(с|до|on|by|will|состоится|[0-9]{1,4}|июня|June|[ .,–—-]|.){0,40}") {
        let now = noon(jiff::civil::date(2026, 11, 23));
        for found in planned(&text, None, now, now) {
            proptest::prop_assert!(found.date > jiff::civil::date(2026, 11, 23));
        }
    }
}
