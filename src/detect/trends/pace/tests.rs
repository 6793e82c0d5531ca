//! Worlds of voices with the stage that a reader would give them at each time.

use proptest::prelude::*;

use super::super::burst::Burst;
use super::super::lifecycle::Lifecycle;
use super::super::rhythm::Rhythm;
use super::*;
use crate::model::TrendStage::{self, Emerging, Fading, Over, Peaking, Rising};

const HOUR: f64 = 3_600.0;
/// A Monday's midnight.
const MONDAY: i64 = 20_514 * 86_400;

/// Hour and owner of each voice; owners take turns.
fn turns(hours: &[f64], owners: u32) -> Vec<(i64, u32)> {
    let at = |hour: &f64| MONDAY + (hour * HOUR) as i64;
    hours.iter().map(at).zip((0..owners).cycle()).collect()
}

/// A rhythm of the Moscow day: hardly anything between 20:00 and 5:00 UTC.
fn moscow() -> Rhythm {
    let mut rhythm = Rhythm::default();
    for hour in -28 * 24..0_i64 {
        let many = if (5..20).contains(&hour.rem_euclid(24)) {
            10
        } else {
            1
        };
        for n in 0..many {
            rhythm.count(MONDAY + hour * 3_600 + n * 60);
        }
    }
    rhythm
}

/// The stages of a trend looked at every so many hours, each with the first hour in which it was seen.
fn life(said: &[(i64, u32)], rhythm: &Rhythm, every: usize) -> Vec<(usize, TrendStage)> {
    let mut followed = Lifecycle::default();
    let mut stages: Vec<(usize, TrendStage)> = Vec::new();
    for hour in (0..200).step_by(every) {
        let now = MONDAY + hour as i64 * 3_600;
        let heard: Vec<(i64, u32)> = said
            .iter()
            .copied()
            .filter(|item| item.0 <= now && item.0 > now - 72 * 3_600)
            .collect();
        let owners: FxHashSet<u32> = heard.iter().map(|item| item.1).collect();
        if owners.len() < 3 {
            continue;
        }
        let ago = rhythm.before(now);
        followed.expire(now);
        let burst = Burst::default();
        let (_, known) = followed.follow(&burst, None, now).expect("the only one");
        let pace = Pace::of(&heard, known.wave, known.peak, &ago);
        let stage = known.stage(owners.len(), &pace, now, &ago);
        if stages.last().is_none_or(|last| last.1 != stage) {
            stages.push((hour, stage));
        }
    }
    stages
}

fn of(stages: &[(usize, TrendStage)]) -> Vec<TrendStage> {
    stages.iter().map(|stage| stage.1).collect()
}

#[test]
fn slow_growth_is_no_fading() {
    // gaps from nine hours down to two and a half: three days
    let hours = [
        8.0, 17.0, 25.0, 32.0, 39.0, 45.0, 51.0, 56.0, 60.5, 64.0, 67.0, 69.5,
    ];
    for every in [1, 3, 6, 12] {
        let stages = life(&turns(&hours, 6), &Rhythm::default(), every);
        assert_eq!(of(&stages[..2]), [Emerging, Rising], "{stages:?}");
        let stands = stages[2].0;
        assert!((70..=84).contains(&stands), "every {every} h: {stages:?}");
        assert!(
            stages[2..].iter().all(|stage| stage.1 >= Peaking),
            "{stages:?}"
        );
    }
    // seen for the first time half a day late
    let late = life(&turns(&hours[..4], 6), &Rhythm::default(), 36);
    assert_eq!(late[0], (36, Emerging), "{late:?}");
}

#[test]
fn a_burst_of_three_hours_is_past_in_the_evening() {
    let hours = [9.0, 9.3, 9.5, 9.9, 10.2, 10.5, 11.0, 11.4, 12.0, 14.0, 17.0];
    let stages = life(&turns(&hours, 11), &Rhythm::default(), 1);
    assert_eq!(of(&stages), [Emerging, Rising, Peaking, Fading, Over]);
    assert!((12..=14).contains(&stages[2].0), "{stages:?}");
    assert!((14..=18).contains(&stages[3].0), "{stages:?}");
    assert_eq!(stages[4].0, 41, "a day after the last item");
    // that it is past is evident to whoever comes late, too
    let late = life(&turns(&hours, 11), &Rhythm::default(), 24);
    assert_eq!(late[0], (24, Fading), "{late:?}");
}

#[test]
fn a_plateau_does_not_fade_while_it_lasts() {
    let hours: Vec<f64> = (0..19).map(|n| 8.0 + 2.0 * f64::from(n)).collect();
    let stages = life(&turns(&hours, 9), &Rhythm::default(), 1);
    assert_eq!(of(&stages), [Emerging, Rising, Peaking, Fading, Over]);
    assert!((48..58).contains(&stages[3].0), "ends at 44: {stages:?}");
}

#[test]
fn a_second_wave_rises_again_and_an_echo_does_not() {
    let first = [9.0, 9.6, 10.3, 11.0, 11.8, 12.5];
    let second = [29.0, 29.4, 29.9, 30.3, 30.8, 31.2];
    let both = [&first[..], &second].concat();
    let stages = life(&turns(&both, 12), &Rhythm::default(), 1);
    assert_eq!(
        of(&stages),
        [
            Emerging, Rising, Peaking, Fading, Rising, Peaking, Fading, Over
        ]
    );
    assert!((30..=32).contains(&stages[4].0), "{stages:?}");
    let echo = [&first[..], &[29.0, 34.0, 40.0]].concat();
    let stages = life(&turns(&echo, 12), &Rhythm::default(), 1);
    assert_eq!(of(&stages), [Emerging, Rising, Peaking, Fading, Over]);
}

#[test]
fn a_night_is_no_pause() {
    let hours = [16.0, 17.0, 18.0, 19.0, 19.8, 29.2, 30.0, 31.0, 32.0, 33.0];
    let said = turns(&hours, 10);
    let stages = life(&said, &moscow(), 1);
    assert_eq!(of(&stages[..2]), [Emerging, Rising], "{stages:?}");
    assert!(stages[2].0 > 33, "{stages:?}");
    // where nights are as loud as days it is one
    let stages = life(&said, &Rhythm::default(), 1);
    assert!(stages[2].0 < 29, "{stages:?}");
}

#[test]
fn what_is_shown_is_what_decides() {
    let rhythm = Rhythm::default();
    let hours = [9.0, 9.6, 10.3, 11.0, 11.8, 12.5, 13.0, 13.3];
    let said = turns(&hours, 8);
    let pace = |now: f64| {
        let ago = rhythm.before(MONDAY + (now * HOUR) as i64);
        Pace::of(&said, i64::MIN, 0, &ago)
    };
    let grows = pace(13.5);
    assert!(!grows.stands && grows.recent >= grows.before, "{grows:?}");
    let fades = pace(18.0);
    assert!(
        fades.fades && fades.recent == 0 && fades.before > 3,
        "{fades:?}"
    );
    assert!((pace(13.3).patience - 3.0).abs() < 1.0);
}

#[test]
fn a_loud_owner_sets_no_pace() {
    let mut said = turns(&[8.0, 10.0], 2);
    said.extend((0..60).map(|n| (MONDAY + n * 900, 9)));
    let items = said.iter().map(|item| ((item.0 - MONDAY) as f64, item.1));
    let voices = voices_of(items.collect());
    let of = |owner| voices.iter().filter(|voice| voice.1 == owner).count();
    assert_eq!((of(0), of(1), of(9)), (1, 1, 3));
}

#[test]
fn chances_are_those_of_the_tables() {
    assert!((at_most(0, 5, 0.5) - 1.0 / 32.0).abs() < 1e-12);
    assert!((at_most(2, 5, 0.5) - 0.5).abs() < 1e-12);
    assert!((at_most(3, 10, 1.0 / 3.0) - 0.559_3).abs() < 1e-4);
    assert!((at_most(9, 9, 0.3) - 1.0).abs() < 1e-12);
    // two gaps of an hour, two hours of silence: (2 ÷ 4)²
    assert!((pause(&[4.0, 3.0, 2.0]) - 0.25).abs() < 1e-12);
}

proptest! {
    /// Any voices at any time: nothing panics, a chance is one, and who is silent for ever fades.
    #[test]
    fn any_voices_have_a_pace(
        said in prop::collection::vec((0i64..260_000, 0u32..5), 1..80),
        silence in 0i64..200_000,
    ) {
        let said: Vec<(i64, u32)> = said.iter().map(|item| (MONDAY + item.0, item.1)).collect();
        let last = said.iter().map(|item| item.0).max().unwrap_or(0);
        let ago = Rhythm::default().before(last + silence);
        let pace = Pace::of(&said, i64::MIN, 3, &ago);
        prop_assert!(pace.seconds > 0 && pace.patience >= FADES);
        prop_assert!(pace.recent + pace.before <= said.len());
        prop_assert!(pace.stands || !pace.fades, "what fades stands, too");
        // a minute of room for whole seconds
        let voices = voices_of(said.iter().map(|item| (ago.hours(item.0), item.1)).collect());
        let heard = voices.last().map_or(0.0, |voice| voice.0);
        if heard > pace.patience + 0.02 {
            prop_assert!(pace.fades);
        }
    }
}
