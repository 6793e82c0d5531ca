//! HTML to blocks.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use proptest::prelude::*;
use url::Url;

use super::{Flow, Outline, clean_link, clean_text, lean, parse};

/// One line a block: kind, text, links, anchor.
fn blocks(source: &str) -> String {
    let page = parse(source, false);
    let outline = Outline::of(&page);
    let base = Url::parse("https://example.org/a/b").unwrap();
    let left_out = vec![false; outline.entries().len()];
    let flow = Flow {
        outline: &outline,
        base: &base,
        left_out: &left_out,
    };
    let mut out = String::new();
    for block in flow.blocks(0) {
        write!(out, "{:?} {}", block.block.kind, block.block.text).unwrap();
        for link in &block.block.links {
            write!(out, " [{} → {}]", link.text, link.href).unwrap();
        }
        if let Some(anchor) = block.anchor {
            write!(out, " #{anchor}").unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn blocks_in_reading_order() {
    let source = "<h2 id=rules>Rules<a class=headerlink href=#rules>¶</a></h2>Loose <b>text</b><p>One <a href=../c>link</a>,<br>same line.<br><br>New one.</p>\
        <ul><li>First<ul><li>inner</li></ul>rest</li><li><p>second</p></li></ul><blockquote>Said.</blockquote><pre>a\n  b </pre>\
        <details><summary>More</summary>kept</details><script>x</script><p hidden>no</p><span aria-hidden=true>no</span><svg><text>no</text></svg>";
    insta::assert_snapshot!(blocks(source), @r"
    Heading(2) Rules #rules
    Paragraph Loose text
    Paragraph One link, same line. [link → https://example.org/c]
    Paragraph New one.
    ListItem First
    ListItem inner
    ListItem rest
    ListItem second
    Quote Said.
    Code a
      b
    Paragraph More
    Paragraph kept
    ");
}

#[test]
fn tables_of_data_and_of_layout() {
    let data = "<table><tr><th>Format<th>Limit<tr><td>Story <a href=/s>s</a><td><p>15</p><p>s</p><tr><td><td>x</table>";
    insta::assert_snapshot!(blocks(data), @r"
    TableRow Format | Limit
    TableRow Story s | 15 s [s → https://example.org/s]
    TableRow x
    ");
    let layout = "<table><tr><td><h1>Rules</h1><p>Text</p></td><td><table><tr><td>a<td>b</table></td></tr></table>";
    insta::assert_snapshot!(blocks(layout), @r"
    Heading(1) Rules
    Paragraph Text
    TableRow a | b
    ");
}

#[test]
fn links_are_absolute_and_without_trackers() {
    let base = Url::parse("https://example.org/a/").unwrap();
    let clean = |href: &str| clean_link(href, &base);
    assert_eq!(
        clean("b?x=1&utm_source=y&fbclid=z").as_deref(),
        Some("https://example.org/a/b?x=1")
    );
    assert_eq!(
        clean("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fp&h=AT0").as_deref(),
        Some("https://example.com/p")
    );
    assert_eq!(
        clean("/cdn-cgi/l/email-protection#422302206c2d3025").as_deref(),
        Some("mailto:a@b.org")
    );
    assert_eq!(clean("javascript:void(0)"), None);
    assert_eq!(clean("#top"), None);
}

#[test]
fn invisible_characters_go() {
    assert_eq!(
        clean_text("zero\u{200b}width so\u{ad}ft \u{feff}e\u{301}"),
        "zerowidth soft é"
    );
    assert_eq!(
        clean_text("👩\u{200d}💻 می\u{200c}خواهم a\u{200d}b"),
        "👩\u{200d}💻 می\u{200c}خواهم ab"
    );
}

#[test]
fn lean_keeps_text_and_caps_depth() {
    let slim = lean::lean(
        "<p class=a onclick=x>a<!-- > -->b<script>if (a<b) {}</script>c<img src=x>d<template>no<template>no</template>no</template>e",
        false,
    );
    assert_eq!(slim, "<p class=a>abcde");
    let deep = lean::lean(&"<div>x".repeat(2_000), false);
    assert_eq!(deep.matches("<div>").count(), 512);
    assert_eq!(deep.matches('x').count(), 2_000);
    let closed = lean::lean(&"<div></span><p>x</p></div>".repeat(2_000), false);
    assert_eq!(closed.matches("<div>").count(), 2_000);
}

proptest! {
    #[test]
    fn lean_loses_no_plain_text(words in proptest::collection::vec("[a-z]{1,6}", 1..20), tags in proptest::collection::vec("(p|div|b|i|span|td|li|a href=x|em class=\"y\"|/p|/div|/b|/td|br/)", 1..20)) {
        let source = words.iter().zip(tags.iter().cycle()).fold(String::new(), |all, (word, tag)| all + word + "<" + tag + ">");
        let slim = lean::lean(&source, false);
        let text = |html: &str| -> String {
            let page = scraper::Html::parse_document(html);
            page.root_element().text().collect::<String>().split_whitespace().collect()
        };
        prop_assert_eq!(text(&slim), text(&source));
    }
}
