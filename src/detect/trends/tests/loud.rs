//! One loud owner changes nothing for the others: what they burst with is told at the same check, and
//! with the same items.

use super::scripts::{SCRIPTS, Script, told};
use super::{Said, at, chatter, item, said, story, stream, watch};
use crate::detect::trends::{Tracker, TrendSettings};

/// Sixty posts a day of one owner, as long as the stream; `post` writes them.
fn loud(stream: &[Said], post: fn(i64) -> String) -> Vec<Said> {
    let last = stream.iter().map(|said| said.minute).max().unwrap_or(0);
    (0..last / 24)
        .map(|n| said(n * 24 + 7, "loud", &post(n), ""))
        .collect()
}

/// The first check that told three or more items of a story, and which, by minute; looked at from the
/// day before the story on.
fn first(all: &[Said], is_told: &dyn Fn(&Said) -> bool) -> Option<(i64, Vec<i64>)> {
    let begin = all.iter().find(|said| is_told(said))?.minute;
    let mut tracker = Tracker::new(TrendSettings::default());
    let mut next = begin / 180 * 180 - 1440;
    for (id, said) in all.iter().enumerate() {
        while next < said.minute {
            let trends = tracker.check(at(next));
            let items = trends.iter().flat_map(|trend| &trend.items);
            let items = items.map(|id| &all[*id as usize]);
            let told = items.filter(|said| is_told(said)).map(|said| said.minute);
            let mut minutes: Vec<i64> = told.collect();
            minutes.sort_unstable();
            minutes.dedup();
            if minutes.len() > 2 {
                return Some((next, minutes));
            }
            next += 180;
        }
        tracker.add(&item(id, said));
    }
    None
}

fn without_texts(all: &mut [Said]) {
    for said in all {
        said.summary.clear();
    }
}

/// A script's stream, with texts or with titles only.
fn in_script(script: &Script, has_texts: bool) -> Vec<Said> {
    let (mut all, _) = told(script);
    if !has_texts {
        without_texts(&mut all);
    }
    all
}

#[test]
fn a_loud_owner_neither_hides_nor_delays_what_others_say() {
    type IsTold = Box<dyn Fn(&Said) -> bool>;
    let posts: [fn(i64) -> String; 3] = [
        |n| format!("Sofa World sale {}% only today", 10 + n % 50),
        |n| format!("クロノマックスのクーポン{n}、今日だけ"),
        // each time other words
        |n| format!("Zq{n} xk{} vw{}", n * 7, n * 13),
    ];
    let mut streams: Vec<(String, Vec<Said>, IsTold)> = Vec::new();
    for has_texts in [true, false] {
        for name in ["Clipnet", "Клипнет"] {
            // a title says less, and needs a longer past to stand out from
            let days = if has_texts { 5 } else { 8 };
            let told = story(days * 1440, 40, 6, name);
            let mut all = stream([chatter(days + 1), told]);
            if !has_texts {
                without_texts(&mut all);
            }
            let is_told: IsTold = Box::new(|said| said.title.contains("video feed"));
            streams.push((format!("{name}, with texts: {has_texts}"), all, is_told));
        }
        let scripts = SCRIPTS.iter();
        for script in scripts.filter(|script| ["ja", "zh", "th"].contains(&script.language)) {
            let name = format!("{}, with texts: {has_texts}", script.language);
            let is_told: IsTold = Box::new(|said| script.story.contains(&said.title.as_str()));
            streams.push((name, in_script(script, has_texts), is_told));
        }
    }
    // of the Thai texts three items of five are joined, which is told or not by a hair
    streams.retain(|(name, ..)| name != "th, with texts: true");
    for (at, (name, quiet, is_told)) in streams.into_iter().enumerate() {
        let alone = first(&quiet, &is_told);
        assert!(alone.is_some(), "{name}: nothing to compare");
        let post = posts[at % posts.len()];
        let beside = first(&stream([quiet.clone(), loud(&quiet, post)]), &is_told);
        assert_eq!(alone, beside, "{name}");
    }
}

#[test]
fn ads_of_one_owner_neither_lead_nor_fill_what_others_say() {
    let begin = 8 * 1440 + 480;
    let ads = (0..30).map(|n| {
        let title = format!("Blazor deal {n}: Blazor vacuum cheap");
        said(begin + 7 + n * 24, "adshop", &title, "")
    });
    let news = [
        (60, "owner1", "Blazor vacuum recalled over fire risk"),
        (150, "owner2", "Blazor vacuum catches fire: owners complain"),
        (
            180,
            "owner3",
            "Fire risk: what owners of a Blazor vacuum should do",
        ),
        (200, "owner4", "Regulator warns of Blazor vacuum fires"),
        (
            260,
            "owner5",
            "Shops take the Blazor vacuum back after fires",
        ),
    ];
    let news = news.map(|(minute, owner, title)| said(begin + minute, owner, title, ""));
    let mut all = stream([chatter(10), ads.collect(), news.to_vec()]);
    without_texts(&mut all);
    let checks = watch(&all, 180);
    let mut told = 0;
    for trend in checks.iter().flat_map(|check| &check.1) {
        let of = |owner: &str| {
            let items = trend.items.iter();
            items.filter(|id| all[**id as usize].owner == owner).count()
        };
        if of("adshop") == 0 {
            continue;
        }
        told += 1;
        assert!(of("adshop") <= 3, "{:?}", trend.items);
        assert!(!trend.label.contains("deal"), "{}", trend.label);
        if of("owner1") > 0 {
            assert_ne!(trend.source, "adshop-news", "{}", trend.headline);
        }
    }
    assert!(told > 0, "nothing to look at");
}

#[test]
fn posts_from_one_template_are_no_news_in_any_script() {
    for script in &SCRIPTS[..3] {
        let mut seed = 11u64;
        let mut pick = |of: &[&'static str]| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            of[(seed >> 33) as usize % of.len()]
        };
        let mut all = Vec::new();
        for slot in 0..30 * 3 {
            for owner in 0..6 {
                let parts = [
                    script.subjects,
                    script.events,
                    script.subjects,
                    script.events,
                ];
                let title = parts.map(&mut pick).concat();
                all.push(said(
                    slot * 480 + owner * 9,
                    &format!("owner{owner}"),
                    &title,
                    "",
                ));
            }
        }
        let told = watch(&all, 720);
        let late: Vec<&str> = told
            .iter()
            .filter(|check| check.0 > 20 * 1440)
            .flat_map(|check| check.1.iter().map(|trend| trend.label.as_str()))
            .collect();
        assert!(late.is_empty(), "{}: {late:?}", script.language);
    }
}
