#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use url::Url;

use super::*;
use crate::model::Body;

fn shown(step: &Step) -> String {
    match step {
        Step::Read(found) => {
            let first = &found[0];
            format!(
                "{} {} {}",
                first.kind,
                first.url,
                first.stem.as_deref().unwrap_or("-")
            )
        }
        Step::Look(url, Place::Anything) => format!("look {url}"),
        Step::Look(url, Place::YouTube) => format!("youtube? {url}"),
        Step::Look(url, Place::Mastodon { .. }) => format!("mastodon? {url}"),
        Step::Look(url, Place::WebFinger { .. }) => format!("finger? {url}"),
        Step::Closed(_) => "closed".to_owned(),
    }
}

#[test]
fn addresses_are_known_by_their_form() {
    let id = "UCGg-UqjRgzhYDPJMr-9HXCg";
    let channel = format!("youtube https://www.youtube.com/feeds/videos.xml?channel_id={id} -");
    let table: &[(&str, &str)] = &[
        ("@durov", "telegram https://t.me/s/durov tg-durov"),
        ("t.me/durov", "telegram https://t.me/s/durov tg-durov"),
        (
            "https://t.me/s/durov/123?before=4",
            "telegram https://t.me/s/durov tg-durov",
        ),
        ("durov.t.me", "telegram https://t.me/s/durov tg-durov"),
        (
            "tg://resolve?domain=durov&post=1",
            "telegram https://t.me/s/durov tg-durov",
        ),
        ("https://t.me/+AbCdEf", "closed"),
        ("t.me/joinchat/AbCdEf", "closed"),
        (&format!("youtube.com/channel/{id}/videos"), &channel),
        (id, &channel),
        (
            "https://m.youtube.com/@acme/shorts",
            "youtube? https://www.youtube.com/@acme",
        ),
        (
            "https://youtu.be/abcDEF12345?t=3",
            "youtube? https://www.youtube.com/watch?v=abcDEF12345",
        ),
        (
            "youtube.com/shorts/abcDEF12345",
            "youtube? https://www.youtube.com/watch?v=abcDEF12345",
        ),
        (
            "https://www.youtube.com/playlist?list=PLabc",
            "youtube https://www.youtube.com/feeds/videos.xml?playlist_id=PLabc -",
        ),
        (
            "@acme@mastodon.social",
            "mastodon? https://mastodon.social/api/v1/accounts/lookup?acct=acme",
        ),
        (
            "https://mastodon.social/@acme/1122",
            "mastodon? https://mastodon.social/api/v1/accounts/lookup?acct=acme",
        ),
        (
            "https://medium.com/@acme",
            "feed https://medium.com/feed/@acme -",
        ),
        (
            "@acme.bsky.social",
            "bluesky https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=acme.bsky.social&filter=posts_no_replies&limit=50 bsky-acme",
        ),
        (
            "bsky.app/profile/acme.com/post/3k",
            "bluesky https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=acme.com&filter=posts_no_replies&limit=50 bsky-acme-com",
        ),
        (
            "r/ads",
            "reddit https://www.reddit.com/r/ads/top/.rss?t=day reddit-ads",
        ),
        (
            "https://old.reddit.com/r/ads/top/?t=week",
            "reddit https://www.reddit.com/r/ads/top/.rss?t=week reddit-ads",
        ),
        (
            "reddit.com/r/ads/new",
            "reddit https://www.reddit.com/r/ads/new/.rss reddit-ads",
        ),
        (
            "vk.com/club123",
            "vk https://api.vk.com/method/wall.get?owner_id=-123&count=50&v=5.199 vk-club123",
        ),
        (
            "https://vk.ru/business?w=1",
            "vk https://api.vk.com/method/wall.get?domain=business&count=50&v=5.199 vk-business",
        ),
        (
            "news.ycombinator.com",
            "hackernews https://hn.algolia.com/api/v1/search?tags=front_page&hitsPerPage=50 hackernews-front-page",
        ),
        (
            "github.com/acme/tool",
            "feed https://github.com/acme/tool/releases.atom github-acme-tool",
        ),
        (
            "https://github.com/acme/tool/releases/tag/v1",
            "feed https://github.com/acme/tool/releases.atom github-acme-tool",
        ),
        (
            "https://github.com/acme/tool/blob/main/docs/CHANGELOG.md",
            "look https://raw.githubusercontent.com/acme/tool/main/docs/CHANGELOG.md",
        ),
        (
            "https://acme.statuspage.io/history",
            "statuspage https://acme.statuspage.io/api/v2/incidents.json -",
        ),
        (
            "metastatus.com",
            "statuspage https://metastatus.com/data/orgs.json -",
        ),
        (
            "https://trends.google.com/trending?geo=GB&hl=en",
            "googletrends https://trends.google.com/trending/rss?geo=GB google-trends-gb",
        ),
        ("feed://acme.example/rss", "look https://acme.example/rss"),
        (
            "acme.example:8080/blog",
            "look https://acme.example:8080/blog",
        ),
        ("https://www.instagram.com/acme/", "closed"),
        (
            "https://help.instagram.com/477434105621119",
            "look https://help.instagram.com/477434105621119",
        ),
        ("https://x.com/en/tos", "look https://x.com/en/tos"),
        (
            "https://www.tiktok.com/community-guidelines",
            "look https://www.tiktok.com/community-guidelines",
        ),
        (
            "https://telegram.org/privacy",
            "look https://telegram.org/privacy",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(shown(&by_address(text).unwrap()), *expected, "{text}");
    }
    for bad in [
        "",
        "  ",
        "foo bar",
        "word",
        "ftp://a.example/",
        "https://u:p@a.example/",
        "@",
        "https://",
    ] {
        assert!(by_address(bad).is_err(), "{bad}");
    }
}

fn look(url: &str, kind: &str, text: &str) -> Step {
    let url = Url::parse(url).unwrap();
    let body = Body {
        bytes: text.as_bytes(),
        content_type: Some(kind),
        url: &url,
    };
    by_body(&Place::Anything, &body, &options())
}

fn options() -> ReadOptions {
    ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: "2026-11-23T00:00:00Z".parse().unwrap(),
    }
}

/// Kind and path of all that was found.
fn found(step: Step) -> Vec<String> {
    match step {
        Step::Read(found) => found
            .iter()
            .map(|c| format!("{} {}", c.kind, c.url.path()))
            .collect(),
        other => vec![shown(&other)],
    }
}

#[test]
fn bodies_are_known_by_their_content_whatever_they_are_called() {
    let rss = "<rss version='2.0'><channel><title>T</title></channel></rss>";
    let warned = format!("<br /><b>Warning</b>: foo in x.php\n<?xml version='1.0'?>{rss}");
    let table: &[(&str, &str, &str)] = &[
        ("text/html", rss, "feed"),
        ("text/html", &warned, "feed"),
        (
            "image/png",
            "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'/>",
            "feed",
        ),
        (
            "text/xml",
            "<feed xmlns:yt='http://www.youtube.com/xml/schemas/2015'/>",
            "youtube",
        ),
        (
            "text/xml",
            "<rss xmlns:ht='https://trends.google.com/trending/rss'/>",
            "googletrends",
        ),
        (
            "text/plain",
            "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}",
            "feed",
        ),
        (
            "",
            "[{\"title\":\"a\",\"link\":\"/b\",\"date\":\"2026-01-01\"}]",
            "feed",
        ),
        ("", "{\"hits\":[{\"objectID\":\"1\"}]}", "hackernews"),
        ("", "{\"feed\":[{\"post\":{}}],\"cursor\":\"\"}", "bluesky"),
        (
            "",
            "[{\"account\":{},\"uri\":\"x\",\"content\":\"\"}]",
            "mastodon",
        ),
        (
            "",
            "{\"page\":{\"name\":\"x\"},\"incidents\":[]}",
            "statuspage",
        ),
        ("", "{\"response\":{\"items\":[]}}", "vk"),
        ("", "<div class=\"tgme_channel_info\"></div>", "telegram"),
        (
            "",
            "<?xml version='1.0'?><!DOCTYPE html><html><body><rss></rss></body></html>",
            "page",
        ),
        (
            "text/html",
            "<html><body><channel>x</channel></body></html>",
            "page",
        ),
        ("", "# Notes\n\nSome text, nothing dated.\n", "page"),
        (
            "",
            "# Changelog\n\n## 1.2.0 - 2026-01-02\n\n- x\n\n## 1.1.0 - 2025-12-02\n\n- y\n\n## 1.0.0 - 2025-11-02\n\n- z\n",
            "changelog",
        ),
    ];
    for (kind, text, expected) in table {
        let found = found(look("https://a.example/x", kind, text));
        assert!(found[0].starts_with(expected), "{text}: {found:?}");
    }
    for (text, why) in [
        ("%PDF-1.7", "PDF"),
        ("{\"a\":1}", "mapping"),
        ("<?xml version='1.0'?><urlset><url/></urlset>", "neither"),
        ("<opml><body/></opml>", "import"),
    ] {
        let Step::Closed(said) = look("https://a.example/x", "application/json", text) else {
            panic!("{text} was taken");
        };
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn what_is_no_text_is_read_by_no_reader() {
    let url = Url::parse("https://a.example/x").unwrap();
    let read = |bytes: &[u8]| {
        let body = Body {
            bytes,
            content_type: None,
            url: &url,
        };
        crate::extract::read(
            &crate::model::SourceKind("page".to_owned()),
            &body,
            &options(),
        )
    };
    let noise: Vec<u8> = (0..4_000_u32).map(|n| (n * n / 7 % 251) as u8).collect();
    for bytes in [&b"%PDF-1.7 x"[..], b"\x1f\x8b\x08rest", &noise] {
        assert_eq!(read(bytes).outcome.name(), "malformed");
    }
    let words = "Правила размещения рекламы. ".repeat(60);
    let html = format!("<html><body><p>{words}</p></body></html>");
    let wide: Vec<u8> = html.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (old, ..) = encoding_rs::WINDOWS_1251.encode(&html);
    for bytes in [html.as_bytes(), &wide, &old] {
        assert_eq!(read(bytes).outcome.name(), "read");
    }
}

fn page(title: &str, links: &str) -> String {
    let words = "words that fill the page so that it is one ".repeat(40);
    format!(
        "<html><head><title>{title}</title>{links}</head><body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
    )
}

#[test]
fn a_page_leads_to_its_feeds_and_to_itself() {
    let links = "<link rel='alternate' type='application/rss+xml' title='Acme &raquo; Comments Feed' href='/comments/feed/'>\
        <link rel=alternate type=application/rss+xml title='Acme' href='/feed/'>\
        <link rel='alternate' type='application/json' href='/wp-json/wp/v2/pages/2'>\
        <link rel='alternate' type='application/json+oembed' href='/oembed'>\
        <link rel='alternate' hreflang='de' href='/de/'>";
    let step = look(
        "https://acme.example/news",
        "text/html",
        &page("News", links),
    );
    assert_eq!(
        found(step),
        ["feed /feed/", "page /news", "feed /comments/feed/"]
    );
    // rules are watched themselves, though every page of the site names its feed
    for url in ["https://acme.example/legal/terms", "https://acme.example/x"] {
        let step = look(url, "text/html", &page("Privacy Policy", links));
        assert!(found(step)[0].starts_with("page "), "{url}");
    }
    // the section's own feed before the whole site's
    let links = "<link rel=alternate type='application/rss+xml' href='/feed/'><link rel=alternate type='application/rss+xml' href='/seo/feed/'>";
    let step = look(
        "https://acme.example/seo/",
        "text/html",
        &page("SEO", links),
    );
    assert_eq!(found(step)[0], "feed /seo/feed/");
    // only the text links to one
    let linked = page("News", "").replace("</main>", "<a href='/lenta'>RSS</a></main>");
    let step = look("https://acme.example/news", "text/html", &linked);
    assert_eq!(found(step), ["feed /lenta", "page /news"]);
    let status = page(
        "Acme Status",
        "<script src='https://cdn.statuspage.io/x.js'></script>",
    );
    let step = look("https://status.acme.example/", "text/html", &status);
    assert_eq!(found(step)[0], "statuspage /api/v2/incidents.json");
    // scripts name no feeds
    let scripted = page(
        "News",
        "<script>var x='<link rel=alternate type=\"application/rss+xml\" href=\"/no\">'</script>",
    );
    assert_eq!(
        found(look("https://acme.example/news", "text/html", &scripted)),
        ["page /news"]
    );
}

#[test]
fn a_channel_is_found_in_its_page() {
    let url = Url::parse("https://www.youtube.com/@acme").unwrap();
    let other = "UCaaaaaaaaaaaaaaaaaaaaaa";
    let own = "UCGg-UqjRgzhYDPJMr-9HXCg";
    let html = format!(
        "<meta property=\"og:title\" content=\"Acme &amp; Co\">{{\"channelId\":\"{other}\"}} \"externalId\":\"{own}\""
    );
    let body = Body {
        bytes: html.as_bytes(),
        content_type: None,
        url: &url,
    };
    let Step::Read(found) = by_body(&Place::YouTube, &body, &options()) else {
        panic!("not found")
    };
    assert!(found[0].url.as_str().ends_with(own));
    assert_eq!(found[0].title.as_deref(), Some("Acme & Co"));
    let consent = Body {
        bytes: b"<html>Before you continue</html>",
        ..body
    };
    assert!(matches!(
        by_body(&Place::YouTube, &consent, &options()),
        Step::Closed(_)
    ));
}

#[test]
fn an_account_is_looked_up_or_fingered() {
    let Step::Look(url, place) = by_address("@acme@example.com").unwrap() else {
        panic!()
    };
    let body = |bytes: &'static str| Body {
        bytes: bytes.as_bytes(),
        content_type: None,
        url: &url,
    };
    let Step::Read(found) = by_body(
        &place,
        &body("{\"id\":\"42\",\"acct\":\"acme\",\"display_name\":\"Acme\"}"),
        &options(),
    ) else {
        panic!()
    };
    assert_eq!(
        found[0].url.as_str(),
        "https://example.com/api/v1/accounts/42/statuses?limit=40&exclude_replies=true"
    );
    let next = by_body(&place, &body("<html>404"), &options());
    let Step::Look(finger, place) = next else {
        panic!()
    };
    assert_eq!(finger.path(), "/.well-known/webfinger");
    let answer =
        "{\"links\":[{\"rel\":\"self\",\"href\":\"https://social.example.net/users/acme\"}]}";
    let body = Body {
        bytes: answer.as_bytes(),
        content_type: None,
        url: &finger,
    };
    assert!(
        shown(&by_body(&place, &body, &options()))
            .starts_with("mastodon? https://social.example.net/")
    );
    // a hostile id goes into no address
    let Step::Look(url, place) = by_address("@acme@example.com").unwrap() else {
        panic!()
    };
    let body = Body {
        bytes: b"{\"id\":\"../../admin\",\"acct\":\"a\"}",
        content_type: None,
        url: &url,
    };
    assert!(!matches!(by_body(&place, &body, &options()), Step::Read(_)));
}

#[test]
fn names_are_made_from_titles_and_hosts() {
    assert_eq!(
        name::slug("Новости рынка: SMM & Ko!"),
        "novosti-rynka-smm-ko"
    );
    assert_eq!(name::slug("Été à Paris"), "ete-a-paris");
    assert_eq!(name::slug("日本"), "");
    assert_eq!(name::slug(&"word ".repeat(40)).len() % 5, 4);
    let owner = |url: &str| name::owner_of(&Url::parse(url).unwrap());
    assert_eq!(owner("https://blog.acme.co.uk/x"), "acme");
    assert_eq!(owner("https://www.cossa.ru/rss/"), "cossa");
    assert_eq!(owner("https://blog.google/rss"), "google");
    let stem = |url: &str| name::stem_of(&Url::parse(url).unwrap());
    assert_eq!(stem("https://www.cossa.ru/rss/"), "cossa");
    assert_eq!(stem("https://acme.example/blog/feed.xml"), "acme-blog");
    assert_eq!(
        stem("https://status.acme.com/api/v2/incidents.json"),
        "acme-status-incidents"
    );
    assert_eq!(
        name::language_of("Мы изменили правила размещения рекламы в приложении и на сайте"),
        Some("ru")
    );
    assert_eq!(name::language_of("ok"), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_that_is_written_or_sent_breaks_it(text in "\\PC{0,40}", bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = by_address(&text);
        let _ = by_address(&format!("https://t.me/{text}"));
        let _ = name::slug(&text);
        let url = Url::parse("https://a.example/x").unwrap();
        let body = Body { bytes: &bytes, content_type: None, url: &url };
        let _ = by_body(&Place::Anything, &body, &options());
        let _ = by_body(&Place::YouTube, &body, &options());
    }

    #[test]
    fn a_slug_is_an_id(text in "\\PC{1,80}") {
        let slug = name::slug(&text);
        proptest::prop_assert!(slug.is_empty() || slug.parse::<crate::model::SourceId>().is_ok(), "{}", slug);
    }
}
