//! Several pieces of news of one name: what parts them, what joins those of a name that is new.

use super::stories::stories;
use super::{Said, chatter, load, run, said, stream, watch};

/// Day on which the news come, in minutes.
const DAY: i64 = 7 * 1440;

/// News that so many owners tell, each in a title of its own, one every 40 minutes.
fn told(from: i64, titles: &[&str]) -> Vec<Said> {
    (0..)
        .zip(titles)
        .map(|(n, title)| said(from + n * 40, &format!("owner{}", n * 5 % 12), title, ""))
        .collect()
}

const BRANDS: [[&[&str]; 2]; 3] = [
    [
        &[
            "Tallow Foods to close its Leiden plant",
            "Leiden plant of Tallow Foods shuts",
            "Why Tallow Foods is leaving Leiden",
            "Tallow Foods: 300 jobs go as Leiden plant shuts",
        ],
        &[
            "Tallow Foods sued over syrup labels",
            "Syrup labels land Tallow Foods in court",
            "Court to hear Tallow Foods syrup case",
            "Tallow Foods denies hiding syrup, court told",
        ],
    ],
    [
        &[
            "Ладога Банк поднял ставки по вкладам",
            "Вклады в Ладога Банке: ставки выросли",
            "Выгодны ли вклады Ладога Банка по новой ставке",
            "Ставки Ладога Банка по вкладам обогнали рынок",
        ],
        &[
            "Ладога Банк: приложение не работает",
            "Сбой в приложении Ладога Банка",
            "Ладога Банк объяснил сбой приложения",
            "Клиенты Ладога Банка жалуются на сбой",
        ],
    ],
    [
        &[
            "晨星出行宣布会员涨价",
            "晨星出行会员价格上调",
            "会员涨价，晨星出行回应",
            "晨星出行会员涨价惹争议",
        ],
        &[
            "晨星出行开设线下门店",
            "晨星出行线下门店开业",
            "探访晨星出行线下门店",
            "线下门店成晨星出行新招牌",
        ],
    ],
];

fn two_stories(of: usize) -> Vec<Said> {
    let [one, two] = BRANDS[of];
    stream([chatter(9), told(DAY, one), told(DAY + 20, two)])
}

#[test]
fn two_stories_of_one_brand_on_one_day_are_two() {
    for (of, [one, two]) in BRANDS.iter().enumerate() {
        let stream = two_stories(of);
        let told = stories(&stream);
        let story = |title: &str| told.iter().find(|told| told.0.title == title).unwrap().1;
        let (first, second) = (story(one[0]), story(two[0]));
        assert_ne!(first, second);
        assert!(one.iter().all(|title| story(title) == first), "{one:?}");
        assert!(two.iter().all(|title| story(title) == second), "{two:?}");
    }
}

#[test]
fn all_that_is_told_of_one_new_name_is_one_story() {
    let launches: [&[&str]; 6] = [
        &[
            "Harbour Lens launches",
            "What is Harbour Lens?",
            "Harbour Lens: first look",
        ],
        &[
            "Wibblo launched",
            "What is Wibblo and should you care?",
            "Hands on with Wibblo",
        ],
        &[
            "Вышел сервис «Лес Близко»",
            "«Лес Близко»: как это работает",
            "Мы попробовали «Лес Близко»",
        ],
        &[
            "ФЗ-91 вступил в силу",
            "Что блогерам нужно знать о ФЗ-91",
            "Штрафы и маркировка: ФЗ-91 в вопросах",
        ],
        &[
            "We asked @quartzmill about cuts",
            "What happened at @quartzmill",
            "@quartzmill: a timeline",
        ],
        &[
            "ホシヨミノートが登場",
            "ホシヨミノートとは何か",
            "話題のホシヨミノート",
        ],
    ];
    for titles in launches {
        let stream = stream([chatter(9), told(DAY, titles)]);
        let told = stories(&stream);
        let of: Vec<u64> = told
            .iter()
            .filter(|told| titles.contains(&told.0.title.as_str()))
            .map(|told| told.1)
            .collect();
        assert!(of.iter().all(|story| *story == of[0]), "{titles:?}: {of:?}");
        let others = told.iter().filter(|told| told.1 == of[0]).count();
        assert_eq!(others, titles.len(), "{titles:?}");
    }
}

#[test]
fn what_a_source_always_says_is_one_story_each_window() {
    let mut posts = Vec::new();
    for day in 0..14 {
        for hour in [8, 20] {
            let minute = day * 1440 + hour * 60;
            posts.push(said(minute, "owner3", "Good morning, dear readers", ""));
        }
    }
    let stream = stream([chatter(14), posts]);
    let told = stories(&stream);
    let greetings = told
        .iter()
        .filter(|told| told.0.title.starts_with("Good morning"));
    let mut of: Vec<u64> = greetings.map(|told| told.1).collect();
    of.sort_unstable();
    of.dedup();
    assert!(of.len() <= 4, "{of:?}");
}

#[test]
fn waiting_for_namesakes_survives_a_restart() {
    let stream = two_stories(0);
    let whole = watch(&stream, 180);
    let restarted = run(&stream, 180, |id, tracker| {
        if id % 97 == 0 {
            load(&tracker)
        } else {
            tracker
        }
    });
    assert_eq!(whole, restarted);
}

#[test]
fn two_stories_of_one_brand_are_two_trends() {
    let plant = told(
        DAY,
        &[
            "Tallow Foods to close its Leiden plant",
            "Leiden plant of Tallow Foods shuts",
            "Why Tallow Foods is leaving its Leiden plant",
            "Tallow Foods: 300 jobs go as Leiden plant shuts",
            "Union protests as Tallow Foods shuts Leiden plant",
        ],
    );
    let syrup = told(
        DAY + 20,
        &[
            "Tallow Foods sued over syrup labels",
            "Syrup labels land Tallow Foods in court",
            "Court to hear Tallow Foods syrup labels case",
            "Tallow Foods denies hiding syrup, court told",
            "Syrup labels of Tallow Foods misled us, court told",
        ],
    );
    let of = |part: &[Said], stream: &[Said]| -> Vec<i64> {
        let titles: Vec<&str> = part.iter().map(|said| said.title.as_str()).collect();
        let told = (0..).zip(stream);
        told.filter(|(_, said)| titles.contains(&said.title.as_str()))
            .map(|(id, _)| id)
            .collect()
    };
    let stream = stream([chatter(9), plant.clone(), syrup.clone()]);
    let mut ids = Vec::new();
    let checks = watch(&stream, 60);
    for part in [of(&plant, &stream), of(&syrup, &stream)] {
        let trends = checks.iter().flat_map(|(_, trends)| trends);
        let about = trends.filter(|trend| trend.items.iter().any(|item| part.contains(item)));
        let mut of_part = Vec::new();
        for trend in about {
            assert!(
                trend.items.iter().all(|item| part.contains(item)),
                "tells of the other, too: {trend:?}"
            );
            of_part.push(trend.id);
        }
        of_part.sort_unstable();
        of_part.dedup();
        assert_eq!(of_part.len(), 1, "one id for {part:?}");
        ids.extend(of_part);
    }
    assert_ne!(ids[0], ids[1]);
}

/// What a brand does, two things a day.
const DONE: [&str; 28] = [
    "opens showroom in Turin",
    "hires former rail chief",
    "cuts price of its smallest van",
    "wins tender for Porto ambulances",
    "delays electric lorry again",
    "sponsors regatta at Kiel",
    "recalls 900 minibuses over seat belts",
    "to build factory near Gdansk",
    "patents silent gearbox",
    "loses appeal in dealership row",
    "shares fall on weak orders",
    "pays record dividend",
    "moves designers to Antwerp",
    "ends sales of diesel pickups",
    "apologises for misleading advert",
    "tests hydrogen tractor on farms",
    "names Petra Lindqvist finance head",
    "joins battery recycling scheme",
    "donates 40 vehicles to firefighters",
    "settles lawsuit with former agents",
    "unveils camper for students",
    "buys stake in Oslo startup",
    "trains apprentices in Ghent",
    "reports quarterly loss",
    "fined for late filings",
    "restores vintage roadster for exhibition",
    "tops reliability survey",
    "strikes deal with Lisbon taxis",
];

#[test]
fn a_brand_of_every_day_joins_nothing_by_its_name() {
    let news = (0..).zip(DONE).map(|(n, done)| {
        let (day, half) = (n / 2, n % 2);
        let owner = format!("owner{}", (day * 5 + half * 3) % 12);
        let title = format!("Brindle Motors {done}");
        said(day * 1440 + 500 + half * 300, &owner, &title, "")
    });
    let stream = stream([chatter(14), news.collect()]);
    let told = stories(&stream);
    // in its first days the name is new, and all that is told of it may be one thing
    let mut of: Vec<u64> = told
        .iter()
        .filter(|(said, _)| said.minute > 4 * 1440 && said.title.starts_with("Brindle"))
        .map(|told| told.1)
        .collect();
    assert_eq!(of.len(), 20);
    of.sort_unstable();
    of.dedup();
    assert_eq!(of.len(), 20, "each is a story of its own");
    let checks = watch(&stream, 180);
    let later = checks.iter().filter(|(at, _)| *at > 4 * 1440);
    let named: Vec<&str> = later
        .flat_map(|(_, trends)| trends)
        .map(|trend| trend.headline.as_str())
        .filter(|headline| headline.contains("Brindle"))
        .collect();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn a_name_with_its_number_is_one_story_in_any_words() {
    let contest = [
        "Meme Marathon 46: theme is harbour",
        "Join Meme Marathon 46 today",
        "Our walnut picks of Meme Marathon 46",
        "Meme Marathon 46: theme is candle",
        "Our feather picks of Meme Marathon 46",
    ];
    let stream = stream([chatter(9), told(DAY, &contest)]);
    let mut of: Vec<u64> = stories(&stream)
        .iter()
        .filter(|told| told.0.title.contains("Marathon"))
        .map(|told| told.1)
        .collect();
    of.dedup();
    assert_eq!(of.len(), 1, "{of:?}");
}
