//! Changelogs to entries.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use proptest::prelude::*;
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

fn reading(file: &str, source: &[u8]) -> Reading {
    let url = Url::parse(&format!("https://example.org/{file}")).unwrap();
    let body = Body {
        bytes: source,
        content_type: None,
        url: &url,
    };
    read(&body, &options())
}

/// One line an entry: day, title, version, fragment or path of the link, body.
fn entries(file: &str, source: &str) -> String {
    let mut out = String::new();
    for item in reading(file, source.as_bytes()).items {
        let day = item
            .published
            .map_or_else(|| "-".to_owned(), |at| at.strftime("%F").to_string());
        let link = item
            .link
            .unwrap_or_default()
            .replace("https://example.org/", "");
        let version = item
            .version
            .map_or_else(String::new, |version| format!(" [{version}]"));
        writeln!(
            out,
            "{day} {}{version} <{link}> {}",
            item.title,
            item.summary.replace('\n', " / ")
        )
        .unwrap();
    }
    out
}

#[test]
fn keep_a_changelog() {
    let source = "# Changelog\n\nAll changes since 1 January 2020.\n\n## [Unreleased]\n\n- soon\n\n## [1.1.0](https://example.org/r/1.1.0) - 2026-06-29\n\n### Added\n\n- a thing of 2026-01-01\n\n## 1.0.0 - 2025-02-03 [YANKED]\n\n- first\n\n[Unreleased]: https://example.org/compare\n";
    insta::assert_snapshot!(entries("c.md", source), @r"
    2026-06-29 1.1.0 [1.1.0] <c.md#110---2026-06-29> Added / a thing of 2026-01-01
    2025-02-03 1.0.0 – YANKED [1.0.0] <c.md#100---2025-02-03-yanked> first
    ");
}

#[test]
fn russian_headings_and_dates_below_titles() {
    let source = "# История изменений\n\n## 14 марта 2024 г.\n\nДобавлен метод.\n\n## 05.02.24\n\nИсправлен метод от 1 января 2024 года.\n\n## пакет 3.0.2\n\nДата релиза: 2021-07-16\n\nПервая версия.\n";
    insta::assert_snapshot!(entries("c.md", source), @r"
    2024-03-14 14 марта 2024 г. <c.md#14-%D0%BC%D0%B0%D1%80%D1%82%D0%B0-2024-%D0%B3> Добавлен метод.
    2024-02-05 05.02.24 <c.md#050224> Исправлен метод от 1 января 2024 года.
    2021-07-16 пакет 3.0.2 [3.0.2] <c.md#%D0%BF%D0%B0%D0%BA%D0%B5%D1%82-302> Первая версия.
    ");
}

#[test]
fn years_and_months_above_days() {
    let source = "<title>New</title><main><h1>What is new</h1><h2>2024</h2><h3>March</h3><h4 id=a14>14 March</h4><p>Reels, see 1 March 2023.</p><h4>2 March</h4><ul><li>Stories</li></ul><h2>2023</h2><h3>December</h3><h4>1 December</h4><p>Ads</p></main>";
    insta::assert_snapshot!(entries("c.html", source), @r"
    2024-03-14 14 March <c.html#a14> Reels, see 1 March 2023.
    2024-03-02 2 March <c.html> Stories
    2023-12-01 1 December <c.html> Ads
    ");
}

#[test]
fn tables_updates_lists_and_details() {
    let table = "# Changes\n\n| Date | Change |\n|---|---|\n| Jul 29, 2026 | Improve search. |\n| Jul 28, 2026 | Fix events. |\n";
    insta::assert_snapshot!(entries("c.md", table), @r"
    2026-07-29 Improve search. <c.md> 
    2026-07-28 Fix events. <c.md> 
    ");
    let updates = "---\ntitle: Changelog\n---\n<Update label=\"October 21, 2025\" description=\"v2.3\">\n## Ads API\nNew types.\n</Update>\n<Update label=\"October 7, 2025\">\nSmall things.\n</Update>\n";
    insta::assert_snapshot!(entries("c.md", updates), @r"
    2025-10-21 v2.3 [2.3] <c.md#october-21-2025--v23> Ads API / New types.
    2025-10-07 October 7, 2025 <c.md#october-7-2025> Small things.
    ");
    let list = "<title>Releases</title><h1>Releases</h1><dl><dt>2024-05-02</dt><dd>One thing.</dd><dt>2024-04-01</dt><dd>Another of 2024-03-30.</dd><dt>2024-01-01</dt><dd>First.</dd></dl>";
    insta::assert_snapshot!(entries("c.html", list), @r"
    2024-05-02 2024-05-02 <c.html> One thing.
    2024-04-01 2024-04-01 <c.html> Another of 2024-03-30.
    2024-01-01 2024-01-01 <c.html> First.
    ");
    let details = "<title>R</title><h1>R</h1><details><summary>v2.1.0 – 2024-05-02</summary><p>One.</p></details><details><summary>v2.0.0 – 2024-04-01</summary><p>Two.</p></details><details><summary>v1.9.0 – 2024-01-01</summary><p>Three.</p></details>";
    insta::assert_snapshot!(entries("c.html", details), @r"
    2024-05-02 v2.1.0 [2.1.0] <c.html> One.
    2024-04-01 v2.0.0 [2.0.0] <c.html> Two.
    2024-01-01 v1.9.0 [1.9.0] <c.html> Three.
    ");
}

#[test]
fn titles_under_their_dates() {
    let post = |day: &str, title: &str| {
        format!(
            "<article><time datetime=\"{day}T10:00:00Z\">{day}</time><h2><a href=\"/c/{title}\">{title}</a></h2><p>We shipped it.</p></article>"
        )
    };
    let source = format!(
        "<title>Changelog</title><main><h1>Changelog</h1>{}{}{}</main>",
        post("2024-06-01", "one"),
        post("2024-05-20", "two"),
        post("2024-05-01", "three")
    );
    insta::assert_snapshot!(entries("c.html", &source), @r"
    2024-06-01 one <c/one> We shipped it.
    2024-05-20 two <c/two> We shipped it.
    2024-05-01 three <c/three> We shipped it.
    ");
}

#[test]
fn updates_of_any_writing() {
    let source = "<Update\n  label=\"October 21, 2025\"\n  description=\"v2.3\"\n>\n## Ads API\nNew types.\n</Update>\n<Update label={'October 7, 2025'}>On the tag's line.</Update>\n  <Update rss={{ title: \"a > b\" }} label=\"June 2025\">\nText.\n</Update>\n";
    insta::assert_snapshot!(entries("c.mdx", source), @r"
    2025-10-21 v2.3 [2.3] <c.mdx#october-21-2025--v23> Ads API / New types.
    2025-10-07 October 7, 2025 <c.mdx#october-7-2025> On the tag's line.
    2025-06-01 June 2025 <c.mdx#june-2025> Text.
    ");
}

#[test]
fn dates_in_times_summaries_and_terms() {
    let time = |day: &str, said: &str| format!("<time datetime=\"{day}\">{said}</time>");
    let page = |inside: String| format!("<title>R</title><main><h1>Changelog</h1>{inside}</main>");
    let (one, two) = (
        time("2026-06-01", "2 days ago"),
        time("2026-05-20T10:00:00Z", "2 weeks ago"),
    );
    let below = page(format!(
        "<h2>One</h2>{one}<p>First text.</p><h2>Two</h2>{two}<p>Second text.</p>"
    ));
    insta::assert_snapshot!(entries("c.html", &below), @r"
    2026-06-01 One <c.html> First text.
    2026-05-20 Two <c.html> Second text.
    ");
    let above = page(format!(
        "<div>{one}<h2>One</h2><p>First text.</p></div><div>{two}<h2>Two</h2><p>Second text.</p></div>"
    ));
    insta::assert_snapshot!(entries("c.html", &above), @r"
    2026-06-01 One <c.html> First text.
    2026-05-20 Two <c.html> Second text.
    ");
    let alone = page(format!(
        "<ul><li>{one} One is out</li><li>{two} Two is out</li></ul>"
    ));
    insta::assert_snapshot!(entries("c.html", &alone), @r"
    2026-06-01 One is out <c.html> 
    2026-05-20 Two is out <c.html>
    ");
    let folded = page("<details><summary>1 июня 2026</summary><p>a</p></details><details><summary>1 мая 2026</summary><p>b</p></details>".to_owned());
    insta::assert_snapshot!(entries("c.html", &folded), @r"
    2026-06-01 1 июня 2026 <c.html> a
    2026-05-01 1 мая 2026 <c.html> b
    ");
    let terms = page(
        "<dl><dt>2.1.0</dt><dd>a</dd><dt>2.0.0</dt><dd>b</dd><dt>1.9.0</dt><dd>c</dd></dl>"
            .to_owned(),
    );
    insta::assert_snapshot!(entries("c.html", &terms), @r"
    - 2.1.0 [2.1.0] <c.html> a
    - 2.0.0 [2.0.0] <c.html> b
    - 1.9.0 [1.9.0] <c.html> c
    ");
}

#[test]
fn lines_that_follow_each_other() {
    let source =
        "Новости\n\n01.06.2026 – Планировщик\n20.05.2026 – Поиск\nи ещё строка\n01.05.2026: Тема\n";
    insta::assert_snapshot!(entries("c.txt", source), @r"
    2026-06-01 Планировщик <c.txt> 
    2026-05-20 Поиск и ещё строка <c.txt> 
    2026-05-01 Тема <c.txt>
    ");
}

#[test]
fn quarters_months_and_their_own_text() {
    let source = "# Log\n\n## Q3 2025\n\na\n\n## II квартал 2025\n\nb\n\n## 2025-03\n\nc\n\n## February 2025\n\nThe whole month was for speed.\n\n### February 20\n\nd\n\n### February 3\n\ne\n\n## Week of January 6, 2025\n\nf\n\n## 2.2.0 (TBD)\n\ng\n";
    insta::assert_snapshot!(entries("c.md", source), @r"
    2025-07-01 Q3 2025 <c.md#q3-2025> a
    2025-04-01 II квартал 2025 <c.md#ii-%D0%BA%D0%B2%D0%B0%D1%80%D1%82%D0%B0%D0%BB-2025> b
    2025-03-01 2025-03 <c.md#2025-03> c
    2025-02-01 February 2025 <c.md#february-2025> The whole month was for speed.
    2025-02-20 February 20 <c.md#february-20> d
    2025-02-03 February 3 <c.md#february-3> e
    2025-01-06 Week of January 6, 2025 <c.md#week-of-january-6-2025> f
    ");
}

#[test]
fn titles_without_what_belongs_to_the_date() {
    let source = "# Log\n\n## [1.1.0] - 2026-06-29 [YANKED]\n\n## Версия 2.1 от 14 марта 2024\n\n## Ads (beta), released on 3 May 2023\n\n## 1 мая 2022, в 10:00 МСК\n\n## 2021.6.1\n\n";
    insta::assert_snapshot!(entries("c.md", source), @r"
    2026-06-29 1.1.0 – YANKED [1.1.0] <c.md#110---2026-06-29-yanked> 
    2024-03-14 Версия 2.1 [2.1] <c.md#%D0%B2%D0%B5%D1%80%D1%81%D0%B8%D1%8F-21-%D0%BE%D1%82-14-%D0%BC%D0%B0%D1%80%D1%82%D0%B0-2024> 
    2023-05-03 Ads (beta) <c.md#ads-beta-released-on-3-may-2023> 
    2022-05-01 1 мая 2022, в 10:00 МСК <c.md#1-%D0%BC%D0%B0%D1%8F-2022-%D0%B2-1000-%D0%BC%D1%81%D0%BA> 
    2021-06-01 2021.6.1 [2021.6.1] <c.md#202161>
    ");
}

#[test]
fn the_month_comes_first_on_the_whole_page() {
    let source = "# Log\n\n## 6/20/2026\n\na\n\n## 5/1/2026\n\nb\n";
    insta::assert_snapshot!(entries("c.md", source), @r"
    2026-06-20 6/20/2026 <c.md#6202026> a
    2026-05-01 5/1/2026 <c.md#512026> b
    ");
}

#[test]
fn a_feed_of_releases_is_read_as_one() {
    let atom = "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Releases</title><entry><id>tag:github.com,2008:Repository/1/v2.1.0</id><updated>2026-06-01T10:00:00Z</updated><link rel=\"alternate\" href=\"https://example.org/a/b/releases/tag/v2.1.0\"/><title>The big one</title><content type=\"html\">&lt;p&gt;a&lt;/p&gt;</content></entry></feed>";
    insta::assert_snapshot!(entries("releases.atom", atom), @"2026-06-01 The big one [2.1.0] <a/b/releases/tag/v2.1.0> a");
    let json = "[{\"tag_name\":\"v2.0.0\",\"url\":\"https://api.example.org/1\",\"html_url\":\"https://example.org/a/b/releases/tag/v2.0.0\",\"published_at\":\"2026-05-01T10:00:00Z\",\"body\":\"b\"}]";
    insta::assert_snapshot!(entries("releases", json), @"2026-05-01 v2.0.0 [2.0.0] <a/b/releases/tag/v2.0.0> b");
}

#[test]
fn ends_of_support_are_no_entries() {
    let source = "Platform Changelog\n\nVersion, introduced, available until\n\nJuly 18th, 2017\n\nApril 18th, 2017\n\nJuly 18th, 2019\n\nOctober 5th, 2016\n\nApril 18th, 2019\n\nJuly 13, 2016\n\nOctober 5, 2018\n";
    let days: Vec<_> = reading("c.txt", source.as_bytes())
        .items
        .into_iter()
        .map(|item| item.published.unwrap().strftime("%F").to_string())
        .collect();
    assert_eq!(
        days,
        ["2017-07-18", "2017-04-18", "2016-10-05", "2016-07-13"]
    );
}

#[test]
fn guids_outlive_new_entries_case_and_dropped_ones() {
    let guids = |source: &str| -> Vec<String> {
        reading("c.md", source.as_bytes())
            .items
            .into_iter()
            .filter_map(|item| item.guid)
            .collect()
    };
    let before = guids(
        "## Fixes for Ads - 2024-01-02\n\na\n\n## v1.1.0\n\nb\n\n## 1.0.0\n\nc\n\n## 3 May 2020\n\nd\n",
    );
    let after = guids(
        "## V1.2.0\n\nnew\n\n## FIXES FOR ADS (January 2, 2024)\n\na\n\n## 1.1.0 - 2023-01-01\n\nb2\n\n## 2 May 2020\n\nd\n",
    );
    assert_eq!(after[1..3], before[..2]);
    assert_eq!(after[3], before[3]);
    assert!(!before.contains(&after[0]));
}

#[test]
fn a_page_without_entries_says_so() {
    let reading = reading("c.html", b"<title>Rules</title><main><h1>Rules</h1><p>Be kind to everyone whom you meet in the comments.</p></main>");
    assert!(reading.items.is_empty());
    assert!(reading.notes.iter().any(|note| note.contains("no entry")));
    assert!(reading.text.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reads_any_bytes_the_same_twice(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(reading("c.md", &bytes), reading("c.md", &bytes));
    }

    #[test]
    fn reads_any_lines(lines in proptest::collection::vec("(#{0,4} |[|*-] )?(v?[0-9]{1,4}[.-][0-9]{1,3}[.-][0-9]{1,4}|[0-9]{0,2} ?(мая|May|März|Sept) [0-9年月.]{0,6}|[a-zй |=`:<>_]{0,12})", 0..40)) {
        let source = lines.join("\n");
        for file in ["c.md", "c.rst", "c.html"] {
            let reading = reading(file, source.as_bytes());
            let guids: std::collections::HashSet<_> = reading.items.iter().map(|item| item.guid.clone()).collect();
            prop_assert_eq!(guids.len(), reading.items.len());
        }
    }
}
