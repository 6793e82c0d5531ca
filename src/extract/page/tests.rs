//! Pages to text.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use url::Url;

use super::read;
use crate::model::{Body, ReadOptions, Reading};

fn options() -> ReadOptions {
    ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: "2026-08-01T00:00:00Z".parse().unwrap(),
    }
}

fn page(html: &str, options: &ReadOptions) -> Reading {
    let url = Url::parse("https://example.org/rules/index.html").unwrap();
    let body = Body {
        bytes: html.as_bytes(),
        content_type: Some("text/html"),
        url: &url,
    };
    read(&body, options)
}

fn plain(reading: &Reading) -> String {
    reading
        .text
        .as_ref()
        .map(crate::model::PageText::plain)
        .unwrap_or_default()
}

const RULES: &str = r#"<!doctype html><title>Ad rules</title><body>
<nav><a href="/">Home</a> <a href="/help">Help</a></nav>
<main><h1>Ad rules</h1>
<p>Advertisers must name themselves in every advertisement, in a form that a reader sees without a click.</p>
<ul><li>Videos may last <b>three</b> minutes at most, counted with their titles and their credits.</li>
<li>See the <a href="../terms?utm_source=x&amp;v=2">terms</a> for everything that is not said on this page.</li></ul>
<table><tr><th>Format</th><th>Limit</th></tr><tr><td>Story</td><td>15 s</td></tr></table></main>
<footer>© 2026 Example</footer>"#;

#[test]
fn main_content_without_navigation_and_footer() {
    let reading = page(RULES, &options());
    insta::assert_snapshot!(plain(&reading), @r"
    Ad rules
    Advertisers must name themselves in every advertisement, in a form that a reader sees without a click.
    Videos may last three minutes at most, counted with their titles and their credits.
    See the terms for everything that is not said on this page.
    Format | Limit
    Story | 15 s
    ");
    let links: Vec<_> = reading
        .text
        .unwrap()
        .blocks
        .into_iter()
        .flat_map(|block| block.links)
        .collect();
    assert_eq!(links[0].href, "https://example.org/terms?v=2");
}

#[test]
fn selectors_join_in_document_order() {
    let mut options = options();
    options.select = vec!["table".into(), "h1".into()];
    options.remove = vec!["tr:first-child".into()];
    assert_eq!(plain(&page(RULES, &options)), "Ad rules\nStory | 15 s");
}

#[test]
fn a_selector_without_a_match_falls_back_and_says_so() {
    let mut options = options();
    options.select = vec!["#gone".into()];
    let reading = page(RULES, &options);
    assert!(plain(&reading).contains("Videos may last"));
    assert!(reading.notes.iter().any(|note| note.contains("`#gone`")));
}
