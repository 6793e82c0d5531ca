//! A digest as data, for webhooks and programs. Field names are stable: `schema` changes with them.
//!
//! Texts are in the reader's language where they are ours, in the source's where they are quoted;
//! numbers, dates and ids are plain, so that nothing has to be parsed out of a text.

use serde_json::{Value, json};

use super::card::{Card, confirmed_name, kind_name, severity_name};
use super::dates::Dates;
use super::headline::headline;
use super::page::{Ingredients, Page, by_section, left_out_line};
use super::story::Story;
use super::wording::web_address;
use super::words::Words;

/// Name and version of the form. Fields may be added under one version; none goes or changes.
pub(super) const SCHEMA: &str = "tidewatch.digest/1";

/// JSON Schema of the form (draft 2020-12), for receivers.
pub const JSON_SCHEMA: &str = include_str!("digest.schema.json");

/// The digest as data.
pub(super) fn json_form(from: &Ingredients<'_>, page: &Page, words: Words, dates: &Dates) -> Value {
    let sections: Vec<Value> = by_section(from.stories, dates.today())
        .into_iter()
        .map(|(section, stories)| {
            json!({
                "id": section.name(),
                "title": words.say(&format!("section-{}", section.name())),
                "cards": stories.into_iter().map(|s| card(from, s, words, dates)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let left_out: Vec<Value> = from
        .left_out
        .iter()
        .map(|(reason, count)| {
            json!({ "reason": reason, "count": count, "text": left_out_line(reason, *count, words) })
        })
        .collect();
    let mut data = json!({
        "schema": SCHEMA,
        "name": from.spec.name,
        "title": page.title,
        "subject": page.subject,
        "language": page.language,
        "goal": from.spec.goal,
        "window": from.window,
        "zone": from.spec.zone.iana_name(),
        "quiet": page.quiet,
        "tldr": page.tldr,
        "sections": sections,
        "held": from.held,
        "left_out": left_out,
        "health": from.health,
        "footer": page.left_out.iter().chain(&page.health).collect::<Vec<_>>(),
    });
    let open = &from.review.open;
    if let (false, Some(fields)) = (open.is_empty(), data.as_object_mut()) {
        let deadlines: Vec<Value> = open
            .iter()
            .map(|(id, finding)| {
                json!({
                    "id": id.to_string(),
                    "topic": finding.topic_key,
                    "date": finding.effective,
                    "title": headline(finding, words).0,
                    "platform": finding.platform,
                    "url": finding.url.as_deref().and_then(web_address),
                })
            })
            .collect();
        fields.insert("deadlines".to_owned(), json!(deadlines));
    }
    if let (false, Some(fields)) = (page.tables.is_empty(), data.as_object_mut()) {
        fields.insert("tables".to_owned(), json!(page.tables));
    }
    data
}

fn card(from: &Ingredients<'_>, story: &Story, words: Words, dates: &Dates) -> Value {
    let lead = story.lead();
    let card = Card::of(story, words, dates).with_votes(from.spec, story, from.window.until, words);
    let sources: Vec<Value> = story
        .sources()
        .into_iter()
        .map(|source| {
            json!({
                "finding": source.finding.to_string(),
                "source": source.source,
                "title": source.title,
                "owner": source.owner,
                "role": source.role,
                "url": source.url,
                "published_at": source.published_at,
                "detected_at": source.detected_at,
            })
        })
        .collect();
    let mut data = json!({
        "id": card.id,
        "topic": lead.topic_key,
        "kind": kind_name(lead.kind),
        "kind_label": card.kind_label,
        "class": lead.class,
        "areas": lead.areas,
        "severity": severity_name(story.severity()),
        "severity_label": card.severity_label,
        "title": card.title,
        "gist": card.gist,
        "platform": lead.platform,
        "owner": lead.owner,
        "url": card.url,
        "published_at": story.findings().find_map(|(_, f)| f.published_at),
        "detected_at": lead.detected_at,
        "effective": story.effective(),
        "effective_text": card.effective,
        "confidence": (story.confidence() * 100.0).round() / 100.0,
        "confirmed": confirmed_name(lead.role),
        "confirmed_text": card.confirmed,
        "quote": card.quote,
        "facts": card.facts,
        "evidence": lead.evidence,
        "chart": card.chart.as_ref().map(|chart| json!({
            "caption": chart.caption, "spark": chart.spark, "values": chart.values,
        })),
        "why": card.why,
        "action": card.action,
        "sources": sources,
        "held_before": story.held_before(),
        "update": story.is_update(),
    });
    if let (Some(why), Some(fields)) = (story.withheld(), data.as_object_mut()) {
        fields.insert("withheld".to_owned(), why.name().into());
    }
    if let (false, Some(fields)) = (card.votes.is_empty(), data.as_object_mut()) {
        fields.insert("votes".to_owned(), json!(card.votes));
        fields.insert("vote_page".to_owned(), json!(card.vote_page));
    }
    data
}
