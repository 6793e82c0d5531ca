//! Laws that hold for every reader: any bytes give a reading, always the same one, and it does not
//! outgrow its body.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use url::Url;

use super::*;

/// Small bodies of every kind, to be cut and broken.
const BODIES: &[&str] = &[
    r#"<?xml version="1.0" encoding="windows-1251"?><!DOCTYPE rss [<!ENTITY x "y">]><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T &x;</title><link>/</link><ttl>60</ttl><skipDays><day>Sunday</day></skipDays><item><title><![CDATA[A <b>b</b>]]></title><link>/1</link><guid isPermaLink="false">1</guid><pubDate>Пн, 15 янв 2024 10:00:00 MSK</pubDate><description>&lt;p&gt;d&lt;/p&gt;</description><media:group><media:title>m</media:title><media:community><media:statistics views="12"/></media:community></media:group></item></channel></rss>"#,
    r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a/"><title type="html">T</title><entry xml:lang="ru"><id>i</id><title type="xhtml"><div>x</div></title><link href="l" rel="alternate"/><updated>2024-01-15T10:00:00Z</updated><content type="html">&lt;p&gt;<b>c</content><author><name>N</name></author></entry></feed>"#,
    r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"url":"/x","title":"t","content_html":"<p>c","date_published":"2024-01-15"}]}"#,
    r#"<div class="tgme_channel_info_header_title">T</div><div class="tgme_channel_info_counter"><span class="counter_value">1.2K</span><span class="counter_type">subscribers</span></div><div class="tgme_widget_message" data-post="c/12"><div class="tgme_widget_message_text">Hi #tag<br/>x <a href="https://a/?a&amp;amp;b">l</a></div><span class="tgme_reaction"><b>x</b>5</span><span class="tgme_widget_message_views">3K</span><a class="tgme_widget_message_date"><time datetime="2024-01-15T10:00:00+00:00"></time></a></div>"#,
    r#"{"hits":[{"objectID":"1","title":"t","points":5,"num_comments":2,"created_at_i":1705313045}]}"#,
    r#"[{"id":"1","uri":"u","created_at":"2024-01-15T10:00:00Z","content":"<p>c</p>","favourites_count":1,"account":{"id":"1","acct":"a","followers_count":5}}]"#,
    r#"{"feed":[{"post":{"uri":"at://d/p/1","author":{"handle":"h"},"record":{"text":"t","createdAt":"2024-01-15T10:00:00Z"},"likeCount":1}}]}"#,
    r#"{"response":{"count":1,"items":[{"id":1,"owner_id":-2,"date":1705313045,"text":"[club1|N] #x","likes":{"count":1}}],"groups":[{"id":2,"name":"G"}]}}"#,
    r#"{"page":{"id":"p","name":"P"},"status":{"indicator":"minor","description":"D"},"incidents":[{"id":"i","name":"n","incident_updates":[{"body":"b"}]}]}"#,
];

/// A reading, printed, may be so many times as long as its body, beside a fixed part: links grow when
/// they are resolved.
const GROWTH: usize = 200;

fn read_all(bytes: &[u8]) {
    let url = Url::parse("https://a.example/s/name?before=9").unwrap();
    let body = Body {
        bytes,
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::get("Europe/Moscow").unwrap(),
        language: None,
        now: Timestamp::from_second(1_710_000_000).unwrap(),
    };
    for kind in KINDS {
        let mut options = options.clone();
        if *kind == "json" {
            options.select = vec!["items = $..*".to_owned(), "views = $.a".to_owned()];
        }
        let reading = read(&SourceKind((*kind).to_owned()), &body, &options);
        if let ReadOutcome::Malformed(why) = &reading.outcome {
            // a prefix: what the body says may be quoted further on
            assert!(!why.starts_with("reader panicked"), "{kind}: {why}");
        }
        let printed = format!("{reading:?}");
        let again = read(&SourceKind((*kind).to_owned()), &body, &options);
        assert_eq!(printed, format!("{again:?}"), "{kind}: read twice");
        let most = bytes.len() * GROWTH + (64 << 10);
        assert!(printed.len() <= most, "{kind}: {} bytes", printed.len());
        assert!(
            reading
                .items
                .iter()
                .all(|item| item.published.is_none_or(|at| at <= options.now))
        );
    }
}

#[test]
fn whole_bodies_are_read() {
    for body in BODIES {
        read_all(body.as_bytes());
    }
    let unknown = SourceKind("gopher".to_owned());
    let url = Url::parse("https://a.example/").unwrap();
    let body = Body {
        bytes: b"x",
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::UNIX_EPOCH,
    };
    let reading = read(&unknown, &body, &options);
    assert!(matches!(reading.outcome, ReadOutcome::Malformed(why) if why.contains("gopher")));
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        read_all(&bytes);
    }

    #[test]
    fn broken_bodies_are_survived(
        which in 0..BODIES.len(),
        cut in 0_usize..900,
        at in 0_usize..900,
        wrong in proptest::collection::vec(any::<u8>(), 0..4),
        drop in 0_usize..40,
    ) {
        let mut bytes = BODIES[which].as_bytes().to_vec();
        bytes.truncate(bytes.len().saturating_sub(cut / 3));
        let at = at.min(bytes.len());
        let end = (at + drop).min(bytes.len());
        bytes.splice(at..end, wrong);
        read_all(&bytes);
    }

    #[test]
    fn markup_soup_is_survived(soup in "(<|>|</|/>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|item|entry|rss|feed|title|link|&|;|#|\"|'|=| |a|<rss>|<item>|</item>|<title>|<description>|\\[|\\{|\\}){0,60}") {
        read_all(soup.as_bytes());
    }
}
