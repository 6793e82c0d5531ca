//! Pages to text.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use url::Url;

use super::read;
use crate::model::{Body, ReadOptions, ReadOutcome, Reading};

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

/// "Advertising" heads a section of rules as often as it marks an advertisement.
#[test]
fn headings_of_rules_are_not_taken_for_lines_of_the_site() {
    let html = "<!doctype html><title>Rules</title><body><main><h1>Rules of the community</h1>\
        <p>These rules apply to everyone who posts anything anywhere on this platform, big or small.</p>\
        <h2>Advertising</h2><p>Branded content must be disclosed with the label for paid partnerships, always.</p>\
        <h2>Реклама</h2><ul><li>Табак и оружие</li><li>Комментарии</li><li>Азартные игры</li></ul>\
        <h2>Comments</h2><h2>Uploads</h2><p>Videos may last three minutes at most, counted with their titles.</p>\
        <ul><li>Share</li><li>Print</li></ul><p>Advertisement</p></main>";
    insta::assert_snapshot!(plain(&page(html, &options())), @r"
    Rules of the community
    These rules apply to everyone who posts anything anywhere on this platform, big or small.

    Advertising
    Branded content must be disclosed with the label for paid partnerships, always.

    Реклама
    Табак и оружие
    Комментарии
    Азартные игры

    Uploads
    Videos may last three minutes at most, counted with their titles.
    ");
}

#[test]
fn what_is_left_out_is_told() {
    let reading = page(RULES, &options());
    assert_eq!(
        reading.notes,
        ["left out as not the page's own matter: nav, footer; `select` names what to read instead"]
    );
    let mut options = options();
    options.remove = vec![".gone".into()];
    let reading = page(RULES, &options);
    assert_eq!(
        reading.notes[0],
        "no selector of `.gone` found anything to leave out"
    );
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

fn outcome(html: &str) -> ReadOutcome {
    page(html, &options()).outcome
}

#[test]
fn walls_are_outcomes() {
    let cases = [
        (
            "<title>Just a moment...</title><body><h1>example.org</h1><p>Verify you are human by completing the action below.</p><script src=/cdn-cgi/challenge-platform/x.js></script>",
            ReadOutcome::Captcha,
        ),
        (
            "<title>Attention Required! | Cloudflare</title><body><h1>Sorry, you have been blocked</h1><p>You are unable to access example.org</p>",
            ReadOutcome::Captcha,
        ),
        (
            "<title>Ой!</title><body><h1>Подтвердите, что запросы отправляли вы, а не робот</h1><form action=/showcaptcha><input type=checkbox> Я не робот</form>",
            ReadOutcome::Captcha,
        ),
        (
            "<title>Log in | Example</title><body><h1>Log in</h1><form><label>Email</label><input name=email><label>Password</label><input type=\"password\"><button>Log in</button></form>",
            ReadOutcome::LoginWall,
        ),
        (
            "<title>Facebook</title><body><p>You must log in to continue.</p><form><input type=password></form>",
            ReadOutcome::LoginWall,
        ),
        (
            "<title>Правила</title><body><p>Войдите, чтобы посмотреть эту страницу</p>",
            ReadOutcome::LoginWall,
        ),
        (
            "<title>App</title><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=\"root\"></div><script src=/main.js></script>",
            ReadOutcome::NeedsJavascript,
        ),
        (
            "<title>App</title><body><div id=\"app\"></div><script src=/main.js></script>",
            ReadOutcome::NeedsJavascript,
        ),
        (
            "<title>Приложение</title><body><p>Для работы приложения включите JavaScript в браузере</p>",
            ReadOutcome::NeedsJavascript,
        ),
        (
            "<title>Page not found</title><body><h1>404</h1><p>Sorry, we could not find that page.</p><a href=/>Home</a>",
            ReadOutcome::NotFound,
        ),
        (
            "<title>Example</title><body><h1>Страница не найдена</h1><p>Возможно, она была удалена.</p>",
            ReadOutcome::NotFound,
        ),
        (
            "<title>Beispiel</title><body><h1>Seite nicht gefunden</h1>",
            ReadOutcome::NotFound,
        ),
        (
            "<title>Exemple</title><body><h2>Cette page n’est pas disponible</h2><p>Le lien est peut-être rompu.</p>",
            ReadOutcome::NotFound,
        ),
        (
            "<title>Nothing</title><body><div></div>",
            ReadOutcome::Empty,
        ),
        ("", ReadOutcome::Empty),
    ];
    for (html, expected) in cases {
        let reading = page(html, &options());
        assert_eq!(reading.outcome, expected, "{html}");
        assert_eq!(reading.text, None);
    }
}

#[test]
fn pages_that_speak_of_walls_are_none() {
    let clause = "<p>You must log in to continue using the service; we may ask you to complete the captcha or to enable JavaScript, and a page that is not found is reported to the team that keeps the rules.</p>";
    let policy = format!(
        "<title>Login policy: access denied and 404 not found</title><body><h1>Log in</h1>{}<form><input type=password></form>",
        clause.repeat(8)
    );
    assert_eq!(outcome(&policy), ReadOutcome::Read);
    assert_eq!(
        outcome(
            "<title>Limits</title><body><h1>Limits</h1><p>Posts: 10 a day.</p><p>Stories: 5 a day.</p>"
        ),
        ReadOutcome::Read
    );
    assert_eq!(
        outcome("<title>How we count log in events</title><body><p>Each of them counts once.</p>"),
        ReadOutcome::Read
    );
}

/// Pages of a file of `tests/walls` that are not taken for what their headline says.
fn misjudged(file: &str) -> Vec<String> {
    let pages = file.split("\n### ").skip(1);
    pages
        .filter_map(|page| {
            let (head, html) = page.split_once('\n').unwrap();
            let (expected, name) = head.split_once(' ').unwrap();
            let found = outcome(html);
            (found.name() != expected).then(|| format!("{name}: {}", found.name()))
        })
        .collect()
}

#[test]
fn walls_are_told_from_short_pages() {
    let none: [String; 0] = [];
    assert_eq!(
        misjudged(include_str!("../../../tests/walls/walls.txt")),
        none
    );
    assert_eq!(
        misjudged(include_str!("../../../tests/walls/pages.txt")),
        none
    );
}

#[test]
fn short_pages_are_read_whole() {
    let text = |html: &str| plain(&page(html, &options()));
    let row = "<tr><td>Boost</td><td>$5</td></tr>";
    assert_eq!(
        text(&format!(
            "<title>Prices</title><body><div><table>{row}</table></div>"
        )),
        "Boost | $5"
    );
    let links = "<li><a href=a>Ads</a></li><li><a href=b>Music</a></li><li><a href=c>Live</a></li><li><a href=d>Shops</a></li>";
    assert_eq!(
        text(&format!("<nav><a href=/>Home</a></nav><ul>{links}</ul>")),
        "Ads\nMusic\nLive\nShops"
    );
}

#[test]
fn a_text_with_a_table_is_no_wall() {
    let url = Url::parse("https://example.org/limits.md").unwrap();
    let outcome = |text: &str| {
        let body = Body {
            bytes: text.as_bytes(),
            content_type: Some("text/markdown"),
            url: &url,
        };
        read(&body, &options()).outcome
    };
    let table =
        "# Limits\n\nLog in to see your own.\n\n| what | a day |\n|---|---|\n| posts | 10 |\n";
    assert_eq!(outcome(table), ReadOutcome::Read);
    assert_eq!(outcome("Log in to see your own."), ReadOutcome::LoginWall);
}

#[test]
fn what_is_struck_out_is_not_the_text() {
    let html = "<title>R</title><p>Reels may be up to <del>60</del> <ins>90</ins> seconds long, as <s>Monday</s> every creator must know.</p>";
    assert_eq!(
        plain(&page(html, &options())),
        "Reels may be up to 90 seconds long, as every creator must know."
    );
    // but a page that is struck out as a whole is read
    assert_eq!(
        plain(&page(
            "<s><p>All of this is an old rule.</p></s>",
            &options()
        )),
        "All of this is an old rule."
    );
}

#[test]
fn a_dialog_in_front_hides_nothing() {
    let html = format!("<title>Rules</title><body><div aria-hidden=true><main><h1>Rules</h1>{}</main></div><div role=dialog><p>Allow the use of cookies by Example in this browser? We use cookies and similar technologies to provide and improve content.</p></div>", "<p>Every advertisement says who pays for it, in words that a reader understands without effort.</p>".repeat(6));
    let text = plain(&page(&html, &options()));
    assert!(
        text.contains("who pays") && !text.contains("cookies"),
        "{text}"
    );
}

#[test]
fn hidden_addresses_read_as_plain_ones() {
    // "a@b.org" with key 0x42
    let hidden = format!(
        "<p>{} Write to <a href=\"/cdn-cgi/l/email-protection#42\"><span class=\"__cf_email__\" data-cfemail=\"422302206c2d3025\">[email&#160;protected]</span></a> for help.</p>",
        "We answer questions about these rules every day of the week. ".repeat(4)
    );
    let shown = format!(
        "<p>{} Write to <a href=\"mailto:a@b.org\">a@b.org</a> for help.</p>",
        "We answer questions about these rules every day of the week. ".repeat(4)
    );
    assert_eq!(
        plain(&page(&hidden, &options())),
        plain(&page(&shown, &options()))
    );
}

#[test]
fn markdown_and_text_are_read_as_such() {
    let url = Url::parse("https://example.org/rules.md").unwrap();
    let body = Body {
        bytes:
            "# Rules\n\nEvery *ad* is [marked](https://example.org/mark).\n\n- first\n- second\n"
                .as_bytes(),
        content_type: Some("text/plain"),
        url: &url,
    };
    let reading = read(&body, &options());
    assert_eq!(plain(&reading), "Rules\nEvery ad is marked.\nfirst\nsecond");
    assert_eq!(reading.title.as_deref(), Some("Rules"));
}

#[test]
fn deep_and_broken_pages_end() {
    for html in [
        "<div>".repeat(5_000),
        "<b>x<p>".repeat(1_000),
        "<table><tr><td>".repeat(1_000),
        format!("<p {}>x", "a=1 ".repeat(3_000)),
        "<a href=x>".repeat(3_000),
        "<math><tr>".repeat(1_000),
        "<div></span>".repeat(3_000),
        "<".repeat(5_000),
        "<!--".repeat(3_000),
        "<svg><template>".repeat(1_000),
    ] {
        let reading = page(&html, &options());
        assert_ne!(reading.outcome.name(), "malformed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn reads_any_bytes_the_same_twice(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let url = Url::parse("https://example.org/").unwrap();
        let body = Body { bytes: &bytes, content_type: Some("text/html"), url: &url };
        prop_assert_eq!(read(&body, &options()), read(&body, &options()));
    }

    #[test]
    fn reads_mutilated_pages(cuts in proptest::collection::vec((0usize..2_000, 0usize..40, any::<u8>()), 0..12)) {
        let mut bytes = RULES.as_bytes().to_vec();
        for (at, length, byte) in cuts {
            let at = at % bytes.len().max(1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, [byte, b'<']);
        }
        let url = Url::parse("https://example.org/").unwrap();
        let body = Body { bytes: &bytes, content_type: None, url: &url };
        let mut chosen = options();
        chosen.select = vec!["main, div".into()];
        prop_assert_eq!(read(&body, &options()), read(&body, &options()));
        prop_assert_eq!(read(&body, &chosen), read(&body, &chosen));
    }

    #[test]
    fn reads_any_markup(parts in proptest::collection::vec("<(/?(p|b|a|table|tr|td|li|ul|h2|pre|svg|script|template|br|div|details|math|select|noscript|title)|!--)( [a-z-]{1,8}(=\"?[a-z:;#/]{0,9}\"?)?)?/?>?|[a-z &;|]{0,12}", 0..60)) {
        let html = parts.concat();
        let reading = page(&html, &options());
        if let Some(text) = &reading.text {
            prop_assert!(text.blocks.iter().all(|block| !block.text.trim().is_empty()));
        }
    }
}
