#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::{FetchLimits, SourceId, SourceKind};

#[test]
fn a_list_is_read_as_it_is_found() {
    let text = r#"<?xml version="1.0" encoding="utf-8"?>
<opml version="1.0"><head><title>My &amp; list</title></head><body>
<outline text="Social Media" title="Social Media">
  <outline type="rss" text="A &amp; B" XMLURL="https://a.example/feed?x=1&y=2" htmlUrl="https://a.example/"/>
  <outline text="Nested">
    <outline text='Single' xmlUrl='https://b.example/rss' category="/News/Ads,Ru" language="ru-RU"/>
    <outline xmlUrl="https://c.example/atom.xml">
  </outline>
</outline>
<outline text="Video" type="rss" xmlUrl="https://www.youtube.com/feeds/videos.xml?channel_id=UCGg-UqjRgzhYDPJMr-9HXCg"/>
<outline text="No feed" type="rss" htmlUrl="https://d.example/"/>
<outline text="Bookmark" type="link" url="https://e.example/page"/>
<outline text="Channel" type="link" url="https://t.me/durov"/>
<outline text="Bad" xmlUrl="http://"/>
<outline text="Odd" xmlUrl="ftp://f.example/x"/>
<outline text="Secret" xmlUrl="https://u:p@g.example/x"/>
<outline text="More" type="include" url="https://h.example/list.opml"/>
<outline text="Feed scheme" xmlUrl="feed://i.example/rss"
</body></opml>"#;
    let list = read(text.as_bytes()).unwrap();
    assert_eq!(list.title.as_deref(), Some("My & list"));
    let shown: Vec<String> = list
        .outlines
        .iter()
        .map(|o| {
            let (kind, title) = (
                o.settings.kind.as_deref().unwrap(),
                o.title.as_deref().unwrap_or("-"),
            );
            format!("{} {kind} {} {title} [{}]", o.line, o.url, o.tags.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "4 feed https://a.example/feed?x=1&y=2 A & B [social-media]",
            "6 feed https://b.example/rss Single [social-media nested news ads ru]",
            "7 feed https://c.example/atom.xml - [social-media nested]",
            "10 youtube https://www.youtube.com/feeds/videos.xml?channel_id=UCGg-UqjRgzhYDPJMr-9HXCg Video [social-media]",
            "13 telegram https://t.me/s/durov Channel [social-media]",
            "18 feed https://i.example/rss Feed scheme [social-media]",
        ]
    );
    assert_eq!(list.outlines[1].settings.language.as_deref(), Some("ru"));
    let refused: Vec<usize> = list.refused.iter().map(|refused| refused.line).collect();
    assert_eq!(refused, [11, 12, 14, 15, 16, 17]);
    assert!(
        read(b"<html><body>no</body></html>")
            .unwrap_err()
            .contains("<html>")
    );
    assert!(read(b"").is_err());
}

#[test]
fn other_charsets_and_bombs_are_read_as_far_as_they_go() {
    let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><opml><body><outline text=\"Новости рынка\" xmlUrl=\"https://a.example/\"/></body></opml>";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(text);
    assert_eq!(
        read(&bytes).unwrap().outlines[0].title.as_deref(),
        Some("Новости рынка")
    );
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><opml><body><outline text=\"&b;\" xmlUrl=\"https://a.example/\"/></body></opml>";
    assert_eq!(
        read(bomb.as_bytes()).unwrap().outlines[0].title.as_deref(),
        Some("&b;")
    );
    let deep = format!("<opml>{}", "<outline text='x'>".repeat(100_000));
    assert!(read(deep.as_bytes()).unwrap().outlines.is_empty());
    let mut many = String::new();
    for n in 0..20_000 {
        many.push_str(&format!(
            "<outline xmlUrl='https://a.example/{n}'/>
"
        ));
    }
    assert_eq!(
        read(format!("<opml>{many}").as_bytes())
            .unwrap()
            .outlines
            .len(),
        20_000
    );
}

fn source() -> impl Strategy<Value = Source> {
    let word = "[a-zа-я][a-zа-я0-9]{0,8}";
    (
        (
            "[a-z0-9][a-z0-9._-]{0,20}",
            prop::sample::select(crate::extract::KINDS),
            "\\PC{1,40}",
            word,
        ),
        (
            prop::collection::vec("[^\\p{C}]{1,12}", 0..4),
            prop::option::of("[a-z]{2}"),
            prop::option::of(word),
        ),
        (
            prop::sample::select(vec!["1h", "30m", "2d", "0 9 * * MON-FRI", "@daily"]),
            prop::sample::select(vec!["UTC", "Europe/Moscow"]),
        ),
        (
            any::<bool>(),
            any::<bool>(),
            prop::collection::vec("[a-z.#=$ <>\"'&]{1,12}", 0..3),
            "[a-z0-9/?&=%]{0,20}",
        ),
    )
        .prop_map(
            |(
                (id, kind, title, owner),
                (tags, language, document),
                (cadence, zone),
                (enabled, robots, select, path),
            )| Source {
                id: id.parse::<SourceId>().unwrap(),
                // in a file, a title is one line without blanks around it
                title: title.split_whitespace().collect::<Vec<_>>().join(" "),
                owner,
                tags,
                language,
                document,
                cadence: if cadence.contains(' ') || cadence.starts_with('@') {
                    Cadence::cron(cadence).unwrap()
                } else {
                    Cadence::every(cadence).unwrap()
                },
                zone: TimeZone::get(zone).unwrap(),
                select,
                enabled,
                obey_robots: robots,
                limits: FetchLimits::default(),
                ..Source::probe(
                    Url::parse(&format!("https://a.example/{path}")).unwrap(),
                    SourceKind(kind.to_owned()),
                )
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_as_the_same(sources in prop::collection::vec(source(), 0..8)) {
        let sources: Vec<Arc<Source>> = sources.into_iter().map(Arc::new).collect();
        let text = write(&sources.iter().collect::<Vec<_>>(), "a <list> & more").unwrap();
        let list = read(text.as_bytes()).unwrap();
        prop_assert_eq!(&list.refused, &vec![]);
        prop_assert_eq!(list.outlines.len(), sources.len());
        for source in &sources {
            let found = list.outlines.iter().find(|outline| outline.settings == Settings::of(source) && outline.url == source.url);
            let found = found.ok_or_else(|| TestCaseError::fail(format!("{source:?} is not in\n{text}")))?;
            prop_assert_eq!(found.title.as_deref().unwrap_or_default(), source.title.as_str());
            prop_assert_eq!(&found.tags, &source.tags);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/=\"' a-zоutline:xmlUrl&;]{0,120}") {
        let _ = read(&bytes);
        let _ = read(format!("<opml>{text}").as_bytes());
    }
}
