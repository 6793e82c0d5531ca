//! Watched topics: how many items a second are held against 10, 100 and 1,000 queries.
//!
//! Queries are made of the streams' own words: names as written with a capital, with alternatives, with
//! words near them, phrases, and the words that users exclude ("вакансия", "job"), which many share.

use std::collections::HashMap;
use std::path::Path;

use tidewatch::detect::topic::{Matcher, TopicText};
use tidewatch::model::{QueryExpr, TopicKind, TopicSpec};

use super::cpu;
use super::measure::load;

/// Numbers of topics measured.
const TOPICS: [usize; 4] = [1, 10, 100, 1_000];

/// Prints items a second and matches by number of topics.
pub(crate) fn topics(root: &Path) {
    let items: Vec<_> = ["ru_tgch2024", "en_tg2020", "ru_tg2020", "en_cep2025"]
        .iter()
        .flat_map(|name| load(root, name).0)
        .collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for item in &items {
        for word in item.title.split(|c: char| !c.is_alphanumeric()) {
            if word.chars().count() > 3 {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    let mut words: Vec<(&str, usize)> = counts.into_iter().filter(|word| word.1 > 2).collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let is_name = |word: &&(&str, usize)| word.0.starts_with(char::is_uppercase);
    let names: Vec<&str> = words.iter().filter(is_name).map(|word| word.0).collect();
    let common: Vec<&str> = words.iter().take(300).map(|word| word.0).collect();
    let specs: Vec<TopicSpec> = (0..TOPICS[TOPICS.len() - 1])
        .map(|n| {
            let (name, other) = (names[n % names.len()], names[n * 7 % names.len()]);
            let (near, far) = (common[n * 3 % common.len()], common[n * 11 % common.len()]);
            let query = match n % 5 {
                0 => format!("{name} AND NOT (вакансия OR job)"),
                1 => format!("({name} OR {other}) AND NOT (вакансия OR job)"),
                2 => format!("{name} NEAR/5 {near}"),
                3 => format!("~\"{name} {near}\" OR \"{other} {far}\""),
                _ => format!("{name} ({near} OR {far})"),
            };
            topic(n, &query)
        })
        .collect();
    println!(
        "topics   items per CPU second   mentions   {} items",
        items.len()
    );
    for many in TOPICS {
        let matcher = Matcher::new(&specs[..many]);
        let since = cpu();
        let mut found = 0;
        for item in &items {
            let text = TopicText {
                title: &item.title,
                body: &item.summary,
            };
            found += matcher.matches(&text).len();
        }
        println!(
            "{many:>6}   {:>20.0}   {found:>8}",
            items.len() as f64 / (cpu() - since)
        );
    }
}

fn topic(n: usize, query: &str) -> TopicSpec {
    TopicSpec {
        name: format!("topic-{n}"),
        title: format!("topic {n}"),
        query: QueryExpr::parse(query).unwrap(),
        group: None,
        kind: TopicKind::Theme,
        tags: vec![],
        sources: vec![],
        platforms: vec![],
        except_owners: vec![],
        alert: None,
    }
}
