//! Dialects and faults, each as small as it can be.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::{Timestamp, tz::TimeZone};
use url::Url;

use super::*;

fn read_at(base: &str, text: &str) -> Reading {
    let url = Url::parse(base).unwrap();
    let body = Body {
        bytes: text.as_bytes(),
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::get("Europe/Moscow").unwrap(),
        language: None,
        now: Timestamp::from_second(1_750_000_000).unwrap(),
    };
    read(&body, &options)
}

#[test]
fn entities_cannot_make_a_feed_grow_without_end() {
    let long = "a".repeat(1_000);
    let many = "&a;".repeat(100_000);
    let text = format!(
        "<!DOCTYPE rss [<!ENTITY a \"{long}\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><guid>1</guid><title>&b;</title><description>{many}</description></item></channel></rss>"
    );
    let read = feed(&text);
    assert_eq!(read.items[0].title, "&a;&a;");
    assert!(read.items[0].summary.starts_with(&long));
    assert!(read.items[0].summary.len() < 2_000_000);
}

fn feed(text: &str) -> Reading {
    read_at("https://site.example/feed/rss.xml", text)
}

fn rss(items: &str) -> Reading {
    feed(&format!(
        "<rss version=\"2.0\"><channel><title>C</title>{items}</channel></rss>"
    ))
}

fn titles(reading: &Reading) -> Vec<&str> {
    reading
        .items
        .iter()
        .map(|item| item.title.as_str())
        .collect()
}

#[test]
fn every_dialect_gives_title_link_and_date() {
    let fields = "<title>T</title><link>https://a.example/1</link>";
    let dated = format!("{fields}<pubDate>Mon, 15 Jan 2024 10:04:05 GMT</pubDate>");
    let atom = |ns: &str, date: &str| {
        format!(
            "<feed xmlns='{ns}'><entry><title>T</title><link rel='alternate' href='https://a.example/1'/><{date}>2024-01-15T10:04:05Z</{date}></entry></feed>"
        )
    };
    for text in [
        format!("<rss version='2.0'><channel><item>{dated}</item></channel></rss>"),
        format!("<rss><channel><item>{dated}</item></channel></rss>"),
        format!("<rss version='0.91'><item>{dated}</item></rss>"),
        format!("<rss version='3.14' xmlns='http://wrong.example/'><channel><item>{dated}</item></channel></rss>"),
        format!("<RSS><CHANNEL><ITEM>{}</ITEM></CHANNEL></RSS>", dated.replace("title>", "TITLE>")),
        format!("<channel><item>{dated}</item></channel>"),
        format!("<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'x.dtd'><rss><channel><item>{dated}</item></channel></rss>"),
        format!("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:d='http://purl.org/dc/elements/1.1/'><channel rdf:about='x'><title>C</title></channel><item rdf:about='https://a.example/1'>{fields}<d:date>2024-01-15T10:04:05Z</d:date></item></rdf:RDF>"),
        format!("<rdf:RDF xmlns='http://my.netscape.com/rdf/simple/0.9/'><item>{dated}</item></rdf:RDF>"),
        atom("http://www.w3.org/2005/Atom", "published"),
        atom("http://www.w3.org/2005/Atom", "updated"),
        atom("http://purl.org/atom/ns#", "issued"),
        atom("http://purl.org/atom/ns#", "modified"),
        atom("http://nobody.example/", "published"),
        "<x:feed xmlns:x='http://www.w3.org/2005/Atom'><x:entry><x:title>T</x:title><x:link href='https://a.example/1'/><x:updated>2024-01-15T10:04:05Z</x:updated></x:entry></x:feed>".to_owned(),
        "<CHANNEL><ITEM HREF='https://a.example/1' LASTMOD='2024-01-15T10:04:05Z'><TITLE>T</TITLE></ITEM></CHANNEL>".to_owned(),
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":1,\"title\":\"T\",\"url\":\"https://a.example/1\",\"date_published\":\"2024-01-15T10:04:05Z\"}]}".to_owned(),
        "[{\"title\":\"T\",\"link\":\"https://a.example/1\",\"pubDate\":1705313045}]".to_owned(),
        "{\"feed\":{\"entries\":[{\"title\":{\"rendered\":\"T\"},\"link\":\"https://a.example/1\",\"date\":\"2024-01-15T13:04:05\"}]}}".to_owned(),
    ] {
        let reading = feed(&text);
        assert_eq!(reading.outcome, ReadOutcome::Read, "{text}");
        let [item] = reading.items.as_slice() else {
            panic!("{text}: {reading:?}")
        };
        let date = item.published.map(|at| at.to_string());
        assert_eq!(
            (item.title.as_str(), item.link.as_deref(), date.as_deref()),
            ("T", Some("https://a.example/1"), Some("2024-01-15T10:04:05Z")),
            "{text}"
        );
    }
}

#[test]
fn one_bad_item_costs_only_itself() {
    let good =
        |n: u32| format!("<item><title>T{n}</title><link>https://a.example/{n}</link></item>");
    for bad in [
        "<item><title>bad & worse &nope; &#xFFFFFF; <b>x</i></title></item>",
        "<item><title>unclosed<link>https://a.example/2</link></item>",
        "<item><title>no end</title><link>https://a.example/2</link>",
        "<item><title>bad</title><description><![CDATA[never closed</description></item>",
        "<item><title>bad</title><description><!-- never closed</description></item>",
        "<item><title>bad</title><description><p>a<div>b<br></description></item>",
        "<item><title>bad</title><itunes:duration>99999999999999999999:00</itunes:duration></item>",
        "<item attr=\"unbalanced><title>bad</title></item>",
        "<item><title>bad</title></link></wrong></item>",
        "<item><pubDate>not a date</pubDate><title>bad</title></item>",
    ] {
        let reading = rss(&format!("{}{bad}{}{}", good(1), good(3), good(4)));
        let titles = titles(&reading);
        assert_eq!(titles.len(), 4, "{bad}: {titles:?}");
        assert_eq!(
            (titles[0], &titles[2..]),
            ("T1", &["T3", "T4"][..]),
            "{bad}"
        );
        assert!(!titles[1].is_empty(), "{bad}");
    }
}

#[test]
fn a_cut_feed_keeps_what_came_and_says_so() {
    let text = "<rss><channel><title>C</title><item><title>One</title><guid>1</guid></item><item><title>Two</title><link>https://a.example/2</link><description>long te";
    let reading = feed(text);
    assert_eq!(titles(&reading), ["One", "Two"]);
    assert_eq!(reading.items[1].summary, "long te");
    assert!(
        reading.notes[0].contains("ends before the feed does"),
        "{:?}",
        reading.notes
    );
    let reading =
        feed("<rss><channel><item><title>One</title><guid>1</guid></item><item><title>Tw");
    assert_eq!(titles(&reading), ["One"]);
    assert!(reading.notes[0].contains("left out"), "{:?}", reading.notes);
    let whole = "{\"items\":[{\"title\":\"One\"},{\"title\":\"Two\"},{\"title\":\"Thr";
    assert_eq!(titles(&feed(whole)), ["One", "Two"]);
    let broken = "{\"items\":[{\"title\":\"One\"},{\"title\":\"bad\" x},{\"title\":\"Three\"}]}";
    assert_eq!(titles(&feed(broken)), ["One", "bad", "Three"]);
}

#[test]
fn what_is_left_out_is_said() {
    let reading = rss(
        "<item/><item><title>T</title><pubDate>Mon, 32 Nov 2024 10:00:00 GMT</pubDate></item><item> </item>\
         <item><title>U</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item><item><title>V</title><pubDate></pubDate></item>",
    );
    assert_eq!(titles(&reading), ["T", "U", "V"]);
    assert!(reading.items.iter().all(|item| item.published.is_none()));
    insta::assert_snapshot!(reading.notes.join("\n"), @r"
    2 items in which nothing stands were left out
    2 items have no date, for what they give is none: `Mon, 32 Nov 2024 10:00:00 GMT`…
    ");
    let rows = "{\"title\":\"C\",\"items\":[null,{\"id\":1,\"title\":\"T\",\"date_published\":\"soon\"},{},\"x\"]}";
    let reading = feed(rows);
    assert_eq!(titles(&reading), ["T"]);
    insta::assert_snapshot!(reading.notes.join("\n"), @r"
    3 rows that are no items were left out
    `soon` is no date; its item has none
    ");
}

#[test]
fn json_is_read_as_it_was_meant() {
    let items = |inside: &str| {
        let text = format!("{{\"title\":\"C\",\"items\":[{inside}]}}");
        let reading = feed(&text);
        assert_eq!(reading.title.as_deref(), Some("C"), "{text}");
        let mut titles = titles(&reading);
        titles.retain(|title| *title != "Last");
        titles.join("|")
    };
    let deep = format!(
        "{{\"title\":\"T\",\"x\":{}{}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    for (inside, expected) in [
        ("{\"title\":\"a\nb\"}", "a b"),
        ("{\"title\":\"a\tb\u{1}\",}", "a b"),
        (r#"{"title":"C:\d \u1"}"#, r"C:\d \u1"),
        (r#"{"title":"say "a" now","tags":["x",]}"#, "say \"a\" now"),
        (deep.as_str(), "T"),
        ("null,{\"title\":\"a\",\"x\":NaN}", "a"),
    ] {
        assert_eq!(
            items(&format!("{inside},{{\"title\":\"Last\"}},")),
            expected,
            "{inside}"
        );
    }
    for text in [
        ")]}'\n{\"items\":[{\"title\":\"T\"}]}",
        "callback({\"items\":[{\"title\":\"T\"}]});",
        "/* c */ {\"items\":[{\"title\":\"T\"}]}",
        "{\"id\":1,\"title\":\"T\"}\n{\"id\":2,\"title\":\"T\"}",
        "{\"rss\":{\"channel\":{\"title\":\"C\",\"item\":[{\"title\":[\"T\"]}]}}}",
        "{\"items\":{\"a\":{\"title\":\"T\"}}}",
    ] {
        assert!(titles(&feed(text)).starts_with(&["T"]), "{text}");
    }
    assert!(titles(&feed("[1.2] not JSON")).is_empty());
}

#[test]
fn markup_that_calls_itself_text_is_stripped() {
    let entry = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>&lt;b&gt; is a tag&lt;/b&gt;</title><summary type='text'>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;</summary></entry></feed>";
    let reading = feed(entry);
    assert_eq!(reading.items[0].title, "<b> is a tag</b>");
    assert_eq!(reading.items[0].summary, "One two");
}

#[test]
fn a_feed_shown_as_text_is_read() {
    let page = "<html><body><pre>&lt;rss&gt;&lt;channel&gt;&lt;item&gt;&lt;title&gt;A &amp;amp; B&lt;/title&gt;&lt;/item&gt;&lt;/channel&gt;&lt;/rss&gt;</pre></body></html>";
    assert_eq!(titles(&feed(page)), ["A & B"]);
}

#[test]
fn junk_around_the_feed_is_skipped() {
    let inner = "<rss><channel><item><title>T</title></item></channel></rss>";
    for junk in [
        "<br />\n<b>Warning</b>: foreach() in <b>/www/feed.php</b> on line <b>3</b><br />\n<?xml version=\"1.0\"?>",
        "Notice: x\n",
        "<html><body><pre>",
    ] {
        let reading = feed(&format!("{junk}{inner}"));
        assert_eq!(
            (titles(&reading), reading.notes.len()),
            (vec!["T"], 1),
            "{junk}"
        );
    }
    let clean = feed(&format!(
        "\u{feff}\n<?xml version=\"1.0\"?><!-- c --><?pi x?>{inner}\n<!-- gen -->"
    ));
    assert_eq!(
        (titles(&clean), clean.notes.len()),
        (vec!["T"], 0),
        "{:?}",
        clean.notes
    );
    for (text, outcome) in [
        ("", "empty"),
        ("  \n", "empty"),
        (
            "<!DOCTYPE html><html><body><p>Not found</p></body></html>",
            "malformed",
        ),
        ("just text", "malformed"),
        ("{\"error\":\"x\"}", "malformed"),
        ("<rss><channel><title>new</title></channel></rss>", "read"),
    ] {
        assert_eq!(feed(text).outcome.name(), outcome, "{text}");
    }
}

#[test]
fn text_and_markup_are_told_apart() {
    let title = |title: &str| {
        let reading = rss(&format!("<item>{title}</item>"));
        reading.items[0].title.clone()
    };
    assert_eq!(
        title("<title>AT&amp;T &lt;b&gt;x&lt;/b&gt; &amp;amp; &amp;#8217;</title>"),
        "AT&T x & ’"
    );
    assert_eq!(
        title("<title><![CDATA[A <i>b</i> & c]]></title>"),
        "A b & c"
    );
    assert_eq!(
        title("<title>Raw <b>bold</b>\n and <br>more</title>"),
        "Raw bold and more"
    );
    assert_eq!(title("<title>5 < 6 & Vec<T></title>"), "5 < 6 & Vec<T>");
    assert_eq!(title("<media:title>m</media:title><title>t</title>"), "t");
    assert_eq!(title("<image><title>of the image</title></image>"), "");
    let atom = |entry: &str| {
        let reading = feed(&format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry></feed>"
        ));
        reading.items[0].clone()
    };
    assert_eq!(
        atom("<title type='text'>a &lt;b&gt; c</title>").title,
        "a <b> c"
    );
    assert_eq!(
        atom("<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>").title,
        "a c"
    );
    assert_eq!(
        atom("<title type='xhtml'><div>a &lt;<b>c</b></div></title>").title,
        "a <c"
    );
    let item = atom("<summary>s</summary><content type='html'>&lt;p&gt;one&lt;p&gt;two</content>");
    assert_eq!(item.summary, "one\ntwo");
    let quoted = atom(
        "<title>outer</title><content type='xhtml'><div><entry><title>x</title></entry></div></content>",
    );
    assert_eq!(quoted.title, "outer");
    let old = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><content type='text/html' mode='base64'>PHA+SGk8L3A+</content></entry></feed>";
    assert_eq!(feed(old).items[0].summary, "Hi");
}

#[test]
fn links_are_absolute_and_the_right_ones() {
    let link = |item: &str| {
        rss(&format!(
            "<link>https://site.example/</link><item>{item}</item>"
        ))
        .items[0]
            .link
            .clone()
    };
    for (item, expected) in [
        (
            "<link>/a?x=1&amp;y=2</link>",
            Some("https://site.example/a?x=1&y=2"),
        ),
        ("<link> news/1 </link>", Some("https://site.example/news/1")),
        (
            "<guid>https://a.example/g</guid>",
            Some("https://a.example/g"),
        ),
        ("<guid isPermaLink='false'>https://a.example/g</guid>", None),
        ("<guid>urn:x</guid>", None),
        ("<guid>a/b</guid>", None),
        ("<guid>/p/1</guid>", Some("https://site.example/p/1")),
        (
            "<guid isPermaLink='true'>p/1</guid>",
            Some("https://site.example/p/1"),
        ),
        (
            "<link/><atom:link rel='self' href='https://a.example/s'/>",
            Some("https://a.example/s"),
        ),
        (
            "<link>https://proxy.example/x</link><feedburner:origLink>https://a.example/o</feedburner:origLink>",
            Some("https://a.example/o"),
        ),
        (
            "<link>site.example/2</link>",
            Some("https://site.example/2"),
        ),
        (
            "<link>www.b.example/2?x</link>",
            Some("https://www.b.example/2?x"),
        ),
        ("<link>javascript:alert(1)</link>", None),
        (
            "<enclosure url='https://a.example/e.mp3'/>",
            Some("https://a.example/e.mp3"),
        ),
    ] {
        assert_eq!(link(item).as_deref(), expected, "{item}");
    }
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'><entry xml:base='y/'><link rel='enclosure' href='e.mp3'/><link href='p.html'/></entry></feed>";
    assert_eq!(
        feed(atom).items[0].link.as_deref(),
        Some("https://b.example/x/y/p.html")
    );
}

#[test]
fn dates_in_the_future_are_clamped_and_flagged() {
    let reading = rss(
        "<item><title>a</title><pubDate>Mon, 15 Jan 2099 10:00:00 GMT</pubDate></item><item><title>b</title><pubDate>Вт, 16 янв 2024 10:00</pubDate></item>",
    );
    let [future, past] = reading.items.as_slice() else {
        panic!("{reading:?}")
    };
    assert_eq!(
        (future.published.unwrap().as_second(), future.date_clamped),
        (1_750_000_000, true)
    );
    assert_eq!(past.published.unwrap().to_string(), "2024-01-16T07:00:00Z");
    assert!(!past.date_clamped);
}

#[test]
fn the_rest_of_an_item_is_read() {
    let reading = feed(
        "<rss xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><channel><language>ru</language><item>
         <title>t</title><author>a@b.example (Anna)</author><category>one</category><category>one</category><dc:subject>two</dc:subject>
         <source url='https://o.example/'>Origin</source><slash:comments>12</slash:comments></item></channel></rss>",
    );
    let item = &reading.items[0];
    assert_eq!(item.author.as_deref(), Some("Anna"));
    assert_eq!(item.tags, ["one", "two"]);
    assert_eq!(item.forwarded_from.as_deref(), Some("Origin"));
    assert_eq!(item.language.as_deref(), Some("ru"));
    assert_eq!(
        (item.samples[0].metric.as_str(), item.samples[0].value),
        ("comments", 12.0)
    );
}

#[test]
fn wishes_about_polling_are_read() {
    let reading = rss(
        "<ttl>90</ttl><skipHours><hour>24</hour><hour>3</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day></skipDays>",
    );
    let hints = reading.hints;
    assert_eq!(hints.min_interval.unwrap().as_secs(), 5_400);
    assert_eq!(
        (hints.skip_hours, hints.skip_days),
        (vec![0, 3], vec![6, 7])
    );
    let sy =
        rss("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>");
    assert_eq!(sy.hints.min_interval.unwrap().as_secs(), 21_600);
    assert_eq!(rss("<ttl>0</ttl>").hints.min_interval, None);
}

#[test]
fn entities_of_the_document_are_taken_but_never_grow() {
    let laughs = "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]><rss><channel><item><title>&a; &c;</title></item></channel></rss>";
    assert_eq!(titles(&feed(laughs)), ["ha &b;&b;&b;"]);
    let outside = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>&x;!</title></item></channel></rss>";
    assert_eq!(titles(&feed(outside)), ["&x;!"]);
}

#[test]
fn hostile_sizes_stay_linear() {
    // each would take hours if anything in the reader were quadratic
    let many = 200_000;
    let item = |inner: &str| format!("<item><title>T</title>{inner}</item>");
    for (what, inner) in [
        (
            "nested",
            format!("<description>{}</description>", "<div>".repeat(many)),
        ),
        ("nested unknown", "<x>".repeat(many)),
        ("nested fields", "<link>".repeat(many)),
        ("end tags", "</x>".repeat(many)),
        ("open quotes", "<a b=\"".repeat(many)),
        ("open cdata", "<description><![CDATA[".repeat(many / 10)),
        ("open comments", "<!--".repeat(many)),
        (
            "scripts",
            format!(
                "<description><![CDATA[{}]]></description>",
                "<script>".repeat(many)
            ),
        ),
        (
            "ampersands",
            format!("<description>{}</description>", "&a".repeat(many)),
        ),
        (
            "prefixes",
            format!("<x {}/>", "xmlns:a='b' ".repeat(many / 10)),
        ),
        (
            "attributes",
            format!("<link {}/>", "a='b' ".repeat(many / 10)),
        ),
        (
            "text",
            format!("<description>{}</description>", "слово ".repeat(many)),
        ),
    ] {
        let reading = rss(&format!("{}{}", item(&inner), item("")));
        assert!(!reading.items.is_empty(), "{what}");
        assert_eq!(reading.items[0].title, "T", "{what}");
    }
    assert_eq!(rss(&item("").repeat(20_000)).items.len(), 20_000);
}

#[test]
fn the_second_reader_is_isolated() {
    // feed-rs panics on this duration
    let text = "<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><item><title>T</title><itunes:duration>99999999999999999999</itunes:duration></item></channel></rss>";
    let mut reading = Reading::nothing(ReadOutcome::Read, "UTF-8");
    let url = Url::parse("https://a.example/").unwrap();
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::UNIX_EPOCH,
    };
    second::read(text, &url, &options, &mut reading);
    assert!(reading.items.is_empty());
    let sound = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><title>К</title><item><title>Т</title></item></channel></rss>";
    second::read(sound, &url, &options, &mut reading);
    assert_eq!(
        (titles(&reading), reading.title.as_deref()),
        (vec!["Т"], Some("К"))
    );
}
