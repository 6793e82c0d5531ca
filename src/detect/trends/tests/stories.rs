//! Which items are one story: what joins, what a number alone does not, and how long a story goes on.

use std::collections::HashMap;

use super::{Said, chatter, item, load, said, stream, watch};
use crate::detect::trends::{Tracker, TrendSettings};
use crate::model::StoryId;

/// Each item's story at last.
pub(super) fn stories(stream: &[Said]) -> Vec<(&Said, u64)> {
    stories_with(stream, |_, tracker| tracker)
}

fn stories_with(
    stream: &[Said],
    mut between: impl FnMut(usize, Tracker) -> Tracker,
) -> Vec<(&Said, u64)> {
    let mut tracker = Tracker::new(TrendSettings::default());
    let mut told: Vec<StoryId> = Vec::new();
    let mut into: HashMap<StoryId, StoryId> = HashMap::new();
    for (id, said) in stream.iter().enumerate() {
        told.push(tracker.add(&item(id, said)));
        into.extend(tracker.take_merges());
        tracker = between(id, tracker);
    }
    let root = |mut story: StoryId| {
        while let Some(next) = into.get(&story) {
            story = *next;
        }
        story.0
    };
    stream.iter().zip(told.into_iter().map(root)).collect()
}

fn parted(titles: &[(&str, &str)]) -> Vec<u64> {
    let news = titles.iter().enumerate().map(|(n, (title, summary))| {
        let minute = 5 * 1440 + 3 + n as i64 * 5;
        said(minute, &format!("owner{n}"), title, summary)
    });
    let stream = stream([chatter(6), news.collect()]);
    let told = stories(&stream);
    let mut of: Vec<u64> = titles
        .iter()
        .map(|(title, _)| told.iter().find(|told| told.0.title == *title).unwrap().1)
        .collect();
    let first_of: Vec<u64> = of.clone();
    for story in &mut of {
        *story = first_of.iter().position(|first| first == story).unwrap() as u64;
    }
    of
}

#[test]
fn a_number_alone_joins_nothing() {
    let titles = [
        ("Ferry collides with 742 containers", ""),
        ("動物園が営業時間を変更、742人が参加", ""),
        ("Оркестр сыграл 742 раза", ""),
        ("742", ""),
        (
            "Nurses in Porto strike for pay",
            "Some 742 people marched on Tuesday",
        ),
        (
            "В Омске открыли каток",
            "За день пришли 742 человека, сообщили организаторы",
        ),
    ];
    assert_eq!(parted(&titles), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn one_word_joins_nothing_unless_it_is_all() {
    let titles = [
        ("Kernels everywhere, says nobody at Aalto", ""),
        ("Popping kernels without oil", ""),
        ("A history of the kernels of Turin", ""),
        ("Kernels", ""),
        ("KERNELS", ""),
    ];
    assert_eq!(parted(&titles), [0, 1, 2, 3, 3]);
}

#[test]
fn a_name_with_its_number_joins() {
    let titles = [
        ("iOS 20 is out", "Apple ships iOS 20 with new widgets"),
        (
            "Вышла iOS 20",
            "Apple выпустила iOS 20: что изменилось в виджетах",
        ),
        (
            "Apple releases iOS 20 today",
            "New widgets arrive in iOS 20",
        ),
    ];
    let of = parted(&titles);
    assert_eq!(of[0], of[2], "{of:?}");
}

#[test]
fn a_number_brings_no_stranger_into_a_trend() {
    let game = (0..5).map(|n| {
        said(
            9 * 1440 + n * 30,
            &format!("owner{n}"),
            "Meme Marathon 742: vote for the best meme of the week",
            "",
        )
    });
    let stranger = said(
        9 * 1440 + 200,
        "ja",
        "劇場が調査結果を発表、742人が参加",
        "",
    );
    let stream = stream([chatter(10), game.collect(), vec![stranger]]);
    let strange = stream.iter().position(|said| said.owner == "ja").unwrap() as i64;
    let mut shown = 0;
    for (_, trends) in watch(&stream, 60) {
        for trend in trends.iter().filter(|trend| trend.label.contains("Meme")) {
            shown += 1;
            assert!(!trend.items.contains(&strange), "{trend:?}");
        }
    }
    assert!(shown > 0);
}

/// Each night another town is hit; six owners tell it in their own words.
fn war(days: i64) -> Vec<Said> {
    const TOWNS: [&str; 10] = [
        "Arkadia",
        "Belvoir",
        "Corvento",
        "Dunmore",
        "Estrella",
        "Fallowdene",
        "Grimsund",
        "Hollin",
        "Istria",
        "Jarrow",
    ];
    const HIT: [&str; 7] = [
        "market",
        "substation",
        "hospital",
        "railway",
        "warehouse",
        "school",
        "hotel",
    ];
    let mut all = Vec::new();
    for day in 0..days {
        let town = TOWNS[(day * 7) as usize % TOWNS.len()];
        let hit = HIT[day as usize % HIT.len()];
        let dead = 3 + day * 5 % 17;
        for owner in 0..6 {
            let title = match owner % 3 {
                0 => format!("Rebel missile hits {hit} in {town}, killing {dead}"),
                1 => format!("At least {dead} dead after rebel strike on {hit} in {town}"),
                _ => format!("{town}: rebel attack on {hit} leaves {dead} dead"),
            };
            let summary = format!(
                "A rebel missile struck a {hit} in {town} overnight, killing {dead} people, officials said"
            );
            let minute = day * 1440 + 300 + owner * 45;
            all.push(said(minute, &format!("owner{owner}"), &title, &summary));
        }
    }
    all
}

#[test]
fn what_is_told_of_each_day_is_not_one_story_of_a_month() {
    let stream = stream([chatter(30), war(30)]);
    let mut spans: HashMap<u64, (i64, i64)> = HashMap::new();
    for (said, story) in stories(&stream) {
        let span = spans.entry(story).or_insert((said.minute, said.minute));
        span.1 = said.minute;
    }
    let longest = spans.values().map(|span| span.1 - span.0).max().unwrap();
    assert!(longest < 14 * 1440, "{longest}");
}

#[test]
fn a_story_that_develops_over_days_stays_one() {
    let news = (0..24).map(|n| {
        let stage = [
            "catches fire",
            "burns for a second day",
            "is towed to port",
            "is examined by experts",
        ][n as usize / 6];
        said(
            4 * 1440 + n * 240,
            &format!("owner{}", n % 6),
            &format!("Ferry Halvorsen {stage} off Bergen"),
            &format!("The ferry Halvorsen {stage}, say rescuers near Bergen"),
        )
    });
    let stream = stream([chatter(9), news.collect()]);
    let told = stories(&stream);
    let mut of: Vec<u64> = told
        .iter()
        .filter(|told| told.0.title.contains("Halvorsen"))
        .map(|told| told.1)
        .collect();
    of.dedup();
    assert_eq!(of.len(), 1);
}

/// A Russian and an English story of one new name, among other news of its brand in both.
fn two_languages() -> Vec<Said> {
    let mut all = Vec::new();
    for day in 0..9 {
        for (n, title) in [
            "Instagram hides likes in Brazil",
            "Instagram outage reported by thousands",
            "Instagram тестирует карты на главной",
            "В работе Instagram произошёл сбой",
        ]
        .into_iter()
        .enumerate()
        {
            let title = format!("{title} {}", ["42", "43", "44"][day as usize % 3]);
            all.push(said(
                day * 1440 + n as i64 * 50,
                &format!("owner{n}"),
                &title,
                "",
            ));
        }
    }
    for (n, title) in [
        "Instagram launches Edits, a video editor",
        "Instagram запускает Edits, редактор видео",
        "Meta releases Instagram Edits app",
        "Вышло приложение Edits от Instagram",
        "Edits by Instagram is out",
    ]
    .into_iter()
    .enumerate()
    {
        all.push(said(
            9 * 1440 + n as i64 * 40,
            &format!("owner{n}"),
            title,
            "",
        ));
    }
    stream([chatter(11), all])
}

#[test]
fn two_languages_tell_one_story_where_its_names_agree() {
    let stream = two_languages();
    let told = stories(&stream);
    let edits: Vec<u64> = told
        .iter()
        .filter(|told| told.0.title.contains("Edits"))
        .map(|told| told.1)
        .collect();
    assert_eq!(edits.len(), 5);
    assert!(edits.iter().all(|story| *story == edits[0]), "{edits:?}");
    for (said, story) in &told {
        let is_edits = said.title.contains("Edits");
        assert!(is_edits || *story != edits[0], "{}", said.title);
        // one brand is no story of two languages
        let is_russian = |title: &str| title.chars().any(|c| ('а'..='я').contains(&c));
        let alike = |other: &&(&Said, u64)| other.1 == *story && !is_edits;
        for other in told.iter().filter(alike) {
            let (one, other) = (is_russian(&said.title), is_russian(&other.0.title));
            let is_brand = said.title.contains("Instagram");
            assert!(!is_brand || one == other, "{}", said.title);
        }
    }
    // and a restart changes nothing
    let from = stream.len() - 160;
    let restarted = stories_with(&stream, |id, tracker| {
        if id >= from && id % 7 == 0 {
            load(&tracker)
        } else {
            tracker
        }
    });
    assert!(
        told.iter()
            .zip(&restarted)
            .all(|(one, other)| one.1 == other.1)
    );
}
