//! The shipped rulebook: every fact is read from a sentence such as its page has.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use tidewatch::config::{Environment, Known, load};
use tidewatch::detect::rulebook::read_rule;
use tidewatch::model::{Block, BlockKind, PageText, RuleSpec};
use tidewatch::{deliver, extract};

const FIXTURES: &str = include_str!("rules/rulebook.jsonl");

fn shipped() -> Vec<RuleSpec> {
    let environment: Environment = [("HOME", "/nonexistent"), ("TZ", "UTC")]
        .into_iter()
        .collect();
    let known = Known {
        kinds: extract::KINDS,
        channels: deliver::CHANNELS,
        mapping: tidewatch::extract::check_mapping,
    };
    let config = load(None, &environment, &known).unwrap();
    for rule in &config.rules {
        let source = config.sources.iter().find(|s| s.id == rule.source).unwrap();
        assert!(
            source.enabled,
            "{} reads a source that is not polled",
            rule.name
        );
    }
    config.rules
}

fn text(lines: &[&str]) -> PageText {
    let block = |text: &&str| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        links: vec![],
    };
    PageText {
        blocks: lines.iter().map(block).collect(),
    }
}

#[test]
fn every_shipped_fact_is_read_from_its_sentence() {
    let fixtures: BTreeMap<String, serde_json::Value> = FIXTURES
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            (row["name"].as_str().unwrap().to_owned(), row)
        })
        .collect();
    let rules = shipped();
    assert!(rules.len() >= 40, "only {} facts", rules.len());
    for rule in &rules {
        let row = &fixtures[&rule.name];
        let (sentence, value) = (row["text"].as_str().unwrap(), row["value"].as_str());
        let page = text(&["Words of the page that name no limit at all.", sentence]);
        let unit = rule.unit.as_deref();
        let found = read_rule(&page, &rule.reading, unit, None, Timestamp::UNIX_EPOCH);
        let found = found.map(|found| found.value);
        assert_eq!(found.as_deref(), value, "{}", rule.name);
        // nothing is claimed that was not read
        assert_eq!(rule.initial, None, "{}", rule.name);
        // a like sentence of real pages that says something else
        let like = row["not"]
            .as_str()
            .unwrap_or("Posts of 2019: see the archive.");
        let other = text(&["Be kind to each other.", like]);
        let none = read_rule(&other, &rule.reading, unit, None, Timestamp::UNIX_EPOCH);
        assert_eq!(none, None, "{} finds itself anywhere", rule.name);
    }
}
