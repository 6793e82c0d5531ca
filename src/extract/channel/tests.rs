//! Small bodies of each kind, written after the formats' documentation.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::float_cmp, reason = "counts are whole numbers")]

use jiff::{Timestamp, tz::TimeZone};
use url::Url;

use super::super::read;
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading, SourceKind};

fn reading(kind: &str, url: &str, body: &str, select: &[&str]) -> Reading {
    let url = Url::parse(url).unwrap();
    let body = Body {
        bytes: body.as_bytes(),
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select: select.iter().map(|line| (*line).to_owned()).collect(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::from_second(1_800_000_000).unwrap(),
    };
    read(&SourceKind(kind.to_owned()), &body, &options)
}

mod lists;

/// `metric=value/granularity`, in order.
fn numbers(item: &ReadItem) -> String {
    let all = item.samples.iter();
    let shown = all.map(|s| match s.granularity {
        1.0 => format!("{}={}", s.metric, s.value),
        step => format!("{}={}/{step}", s.metric, s.value),
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn post(id: u32, inner: &str) -> String {
    format!(
        r#"<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="chan/{id}">{inner}
        <div class="tgme_widget_message_info"><span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/chan/{id}"><time datetime="2024-01-15T13:04:05+03:00">13:04</time></a></span></div></div></div>"#
    )
}

const INFO: &str = r#"<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span>Канал</span></div>
  <div class="tgme_channel_info_counter"><span class="counter_value">78.6K</span> <span class="counter_type">subscribers</span></div>
  <div class="tgme_channel_info_counter"><span class="counter_value">1</span> <span class="counter_type">file</span></div></div>"#;

#[test]
fn telegram_posts_with_their_numbers() {
    let rich = post(
        41,
        r#"<div class="tgme_widget_message_forwarded_from">Forwarded from <a class="tgme_widget_message_forwarded_from_name" href="https://t.me/other/7"><span>Other</span></a></div>
        <a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_text">quoted</div></a>
        <a class="tgme_widget_message_photo_wrap" style="background-image:url('x')"></a>
        <div class="tgme_widget_message_text js-message_text">Новые <b>правила</b><br/>с <a href="https://a.example/?x=1&amp;amp;y=2">июня</a> #реклама</div>
        <div class="tgme_widget_message_reactions"><span class="tgme_reaction tgme_reaction_paid"><i></i>12</span><span class="tgme_reaction"><i class="emoji"><b>👍</b></i>1.2K</span><span class="tgme_reaction"><tg-emoji emoji-id="55"><b>🔥</b></tg-emoji>30</span></div>
        <span class="tgme_widget_message_views">12.3K</span><span class="tgme_widget_message_meta">edited</span><span class="tgme_widget_message_from_author">Ed</span>"#,
    );
    let poll = post(
        43,
        r#"<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Что?</div><div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">92%</div><div class="tgme_widget_message_poll_option_text">Да</div></div></div><span class="tgme_widget_message_voters">1.5K</span>"#,
    );
    let service = post(40, "pinned").replace(
        "tgme_widget_message\"",
        "tgme_widget_message service_message\"",
    );
    let body = format!(
        r#"{INFO}<a class="tme_messages_more" data-before="41" href="/s/chan?before=41"></a>{service}{rich}{poll}"#
    );
    let read = reading("telegram", "https://t.me/s/chan", &body, &[]);
    assert_eq!(read.outcome, ReadOutcome::Read);
    assert_eq!(read.title.as_deref(), Some("Канал"));
    let counters: Vec<_> = read
        .samples
        .iter()
        .map(|s| (s.metric.as_str(), s.value, s.granularity))
        .collect();
    assert_eq!(
        counters,
        [("subscribers", 78_600.0, 100.0), ("files", 1.0, 1.0)]
    );
    assert_eq!(
        read.older.as_ref().map(Url::as_str),
        Some("https://t.me/s/chan?before=41")
    );
    let [rich, poll] = read.items.as_slice() else {
        panic!("{:?}", read.items)
    };
    assert_eq!(rich.guid.as_deref(), Some("chan/41"));
    assert_eq!(rich.link.as_deref(), Some("https://t.me/chan/41"));
    assert_eq!(rich.summary, "Новые правила\nс июня #реклама");
    assert_eq!(rich.published.unwrap().to_string(), "2024-01-15T10:04:05Z");
    assert_eq!(rich.forwarded_from.as_deref(), Some("Other"));
    assert_eq!(
        rich.links,
        ["https://t.me/other/7", "https://a.example/?x=1&y=2"]
    );
    assert_eq!(rich.tags, ["реклама"]);
    assert_eq!(rich.author.as_deref(), Some("Ed"));
    assert!(rich.edited);
    assert_eq!(rich.format.as_deref(), Some("photo"));
    assert_eq!(
        numbers(rich),
        "views=12300/100 stars=12 reactions=1230/100 reaction:👍=1200/100 reaction:55=30"
    );
    assert_eq!(
        (poll.summary.as_str(), numbers(poll).as_str()),
        ("Что?\n- Да", "votes=1500/100")
    );
    assert!(
        !numbers(poll).contains("views"),
        "what is not shown is absent"
    );
}

#[test]
fn a_telegram_post_without_its_number_is_known_by_its_date() {
    let nameless = post(44, "<div class=\"tgme_widget_message_text\">x</div>");
    let nameless = nameless.replace("data-post=\"chan/44\"", "");
    let read = reading("telegram", "https://t.me/s/chan", &nameless, &[]);
    assert_eq!(read.items[0].guid.as_deref(), Some("chan/44"));
}

#[test]
fn telegram_silences_are_told_apart() {
    let page = |title: &str, extra: &str, action: &str, preview: &str| {
        format!(
            r#"<div class="tgme_page">{title}<div class="tgme_page_extra">{extra}</div><div class="tgme_page_action"><a href="tg://x">{action}</a></div>{preview}</div>"#
        )
    };
    let title = r#"<div class="tgme_page_title"><span>Имя</span></div>"#;
    let link = r#"<a class="tgme_page_context_link" href="/s/name">Preview channel</a>"#;
    let outcome = |body: &str| {
        let read = reading("telegram", "https://t.me/name", body, &[]);
        let subscribers = read.samples.first().map(|sample| sample.value);
        (read.outcome, subscribers)
    };
    let why = |text: &str| ReadOutcome::Malformed(text.to_owned());
    let none = |text: &str| ReadOutcome::NoPreview(text.to_owned());
    assert_eq!(
        outcome(&page("", "", "Send Message", "")).0,
        ReadOutcome::NotFound
    );
    assert_eq!(
        outcome(&page(title, "24 240 subscribers", "View in Telegram", link)),
        (ReadOutcome::Read, Some(24_240.0))
    );
    assert_eq!(
        outcome(&page(title, "189 490 subscribers", "Join Channel", "")),
        (
            none("a channel without public preview: only its subscribers are shown"),
            Some(189_490.0)
        )
    );
    assert_eq!(
        outcome(&page(
            title,
            "14 035 members, 5 791 online",
            "View in Telegram",
            ""
        ))
        .0,
        none("a group: Telegram shows no preview of groups")
    );
    assert_eq!(
        outcome(&page(title, "@name", "Start Bot", "")).0,
        none("a bot, not a channel")
    );
    assert_eq!(outcome(INFO).0, ReadOutcome::Empty);
    assert_eq!(
        outcome("<p>hello</p>").0,
        why("neither a preview nor a profile of Telegram")
    );
    let changed = format!(
        "{INFO}<div class=\"tgme_widget_message\" data-post=\"a/1\"><p>new markup</p></div>"
    );
    assert_eq!(
        outcome(&changed).0,
        why("posts without any known part: t.me's markup has changed")
    );
}

#[test]
fn youtube_views_and_ratings() {
    let body = r#"<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>Ch</title>
      <entry><id>yt:video:a1</id><title>Clip</title><link rel="alternate" href="https://www.youtube.com/shorts/a1"/><published>2024-01-15T10:00:00+00:00</published><updated>2024-01-16T10:00:00+00:00</updated>
      <media:group><media:title>Clip</media:title><media:description>See https://a.example/x. #news</media:description><media:community><media:starRating count="15" average="4.95" min="1" max="5"/><media:statistics views="304321"/></media:community></media:group></entry>
      <entry><id>yt:video:a2</id><title>Hidden</title><link rel="alternate" href="https://www.youtube.com/watch?v=a2"/><published>2024-01-14T10:00:00+00:00</published></entry></feed>"#;
    let read = reading(
        "youtube",
        "https://www.youtube.com/feeds/videos.xml",
        body,
        &[],
    );
    let (short, hidden) = (&read.items[0], &read.items[1]);
    assert_eq!(numbers(short), "views=304321 reactions=15 rating=4.95/0.01");
    assert_eq!(
        (short.format.as_deref(), hidden.format.as_deref()),
        (Some("short"), Some("video"))
    );
    assert_eq!(
        (short.links.as_slice(), short.tags.as_slice()),
        (
            &["https://a.example/x".to_owned()][..],
            &["news".to_owned()][..]
        )
    );
    assert_eq!(numbers(hidden), "");
}

#[test]
fn reddit_ranks_and_leads() {
    let body = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>r/x</title><entry><author><name>/u/ann</name></author><category term="x" label="r/x"/>
      <content type="html">&lt;p&gt;Body&lt;/p&gt; &amp;#32; submitted by &amp;#32; &lt;a href="https://www.reddit.com/user/ann"&gt; /u/ann &lt;/a&gt; &lt;span&gt;&lt;a href="https://out.example/?a=1&amp;amp;b=2"&gt;[link]&lt;/a&gt;&lt;/span&gt; &lt;a href="https://www.reddit.com/r/x/comments/1"&gt;[comments]&lt;/a&gt;</content>
      <id>t3_1</id><link href="https://www.reddit.com/r/x/comments/1/"/><title>One</title></entry><entry><id>t3_2</id><title>Two</title></entry></feed>"#;
    let read = reading(
        "reddit",
        "https://www.reddit.com/r/x/top/.rss?t=day",
        body,
        &[],
    );
    let one = &read.items[0];
    assert_eq!(
        (one.summary.as_str(), one.author.as_deref()),
        ("Body", Some("ann"))
    );
    assert_eq!(one.links, ["https://out.example/?a=1&b=2"]);
    assert_eq!(
        (numbers(one), numbers(&read.items[1])),
        ("rank=1".to_owned(), "rank=2".to_owned())
    );
    let new = reading("reddit", "https://www.reddit.com/r/x/new/.rss", body, &[]);
    assert_eq!(numbers(&new.items[0]), "");
}

#[test]
fn google_trends_traffic_is_a_floor() {
    let body = r#"<rss xmlns:ht="https://trends.google.com/trending/rss" version="2.0"><channel><title>Daily</title><item><title>eclipse</title><ht:approx_traffic>200,000+</ht:approx_traffic><link>https://trends.google.com/trending/rss?geo=US</link><pubDate>Mon, 15 Jan 2024 02:20:00 -0800</pubDate>
      <ht:news_item><ht:news_item_title>Where to see it</ht:news_item_title><ht:news_item_url>https://n.example/1</ht:news_item_url><ht:news_item_source>News</ht:news_item_source></ht:news_item></item></channel></rss>"#;
    let read = reading(
        "googletrends",
        "https://trends.google.com/trending/rss?geo=US",
        body,
        &[],
    );
    let item = &read.items[0];
    assert_eq!(numbers(item), "traffic=200000/200000");
    assert_eq!(item.summary, "Where to see it (News)");
    assert_eq!(item.links, ["https://n.example/1"]);
}

#[test]
fn mastodon_statuses_boosts_and_trends() {
    let body = r#"[{"id":"9","uri":"https://m.example/users/a/statuses/9","url":"https://m.example/@a/9","created_at":"2024-01-15T10:00:00.000Z","edited_at":"2024-01-15T11:00:00.000Z","language":"en","content":"<p>Hello<br>there</p>","favourites_count":3,"reblogs_count":0,"replies_count":2,"reblog":null,"tags":[{"name":"x"}],"media_attachments":[{"type":"image"}],"account":{"id":"1","acct":"a","display_name":"Ann","followers_count":50,"statuses_count":9}},
      {"id":"8","uri":"https://m.example/users/a/statuses/8/activity","created_at":"2024-01-14T10:00:00.000Z","content":"","favourites_count":0,"reblog":{"url":"https://o.example/@b/7","content":"<p>B</p>","favourites_count":900,"account":{"acct":"b@o.example"}},"account":{"id":"1","acct":"a","followers_count":50}}]"#;
    let read = reading(
        "mastodon",
        "https://m.example/api/v1/accounts/1/statuses",
        body,
        &[],
    );
    assert_eq!(read.title.as_deref(), Some("Ann"));
    assert_eq!(read.samples[0].metric, "subscribers");
    let (own, boost) = (&read.items[0], &read.items[1]);
    assert_eq!(numbers(own), "reactions=3 shares=0 comments=2");
    assert_eq!(
        (own.summary.as_str(), own.format.as_deref(), own.edited),
        ("Hello\nthere", Some("photo"), true)
    );
    assert_eq!(
        (boost.forwarded_from.as_deref(), numbers(boost)),
        (Some("b@o.example"), String::new())
    );
    let tags = r#"[{"name":"rust","url":"https://m.example/tags/rust","history":[{"day":"1","uses":"120","accounts":"80"}]}]"#;
    let read = reading(
        "mastodon",
        "https://m.example/api/v1/trends/tags",
        tags,
        &[],
    );
    assert_eq!(
        (
            read.items[0].title.as_str(),
            numbers(&read.items[0]).as_str()
        ),
        ("#rust", "uses=120 accounts=80 rank=1")
    );
    let error = reading(
        "mastodon",
        "https://m.example/x",
        r#"{"error":"Record not found"}"#,
        &[],
    );
    assert_eq!(error.outcome, ReadOutcome::NotFound);
}

#[test]
fn bluesky_posts_reposts_and_trends() {
    let body = r#"{"feed":[{"post":{"uri":"at://did:plc:x/app.bsky.feed.post/3k","author":{"did":"did:plc:x","handle":"a.example"},"record":{"text":"Hi #x","createdAt":"2024-01-15T10:00:00Z","langs":["en"],"embed":{"$type":"app.bsky.embed.external","external":{"uri":"https://e.example/"}}},"likeCount":5,"repostCount":0}},
      {"post":{"uri":"at://did:plc:y/app.bsky.feed.post/4k","author":{"handle":"b.example"},"record":{"text":"Other","createdAt":"2024-01-10T10:00:00Z"},"likeCount":900},"reason":{"$type":"app.bsky.feed.defs#reasonRepost","by":{"did":"did:plc:x"},"indexedAt":"2024-01-15T12:00:00Z"}}]}"#;
    let read = reading("bluesky", "https://public.api.bsky.app/xrpc/x", body, &[]);
    let (own, repost) = (&read.items[0], &read.items[1]);
    assert_eq!(
        own.link.as_deref(),
        Some("https://bsky.app/profile/a.example/post/3k")
    );
    assert_eq!(
        (numbers(own).as_str(), own.format.as_deref()),
        ("reactions=5 shares=0", Some("link"))
    );
    assert_eq!(
        (repost.forwarded_from.as_deref(), numbers(repost).as_str()),
        (Some("b.example"), "")
    );
    let trends = r#"{"trends":[{"topic":"elections","displayName":"Elections","link":"/profile/trending/feed/1","startedAt":"2024-01-15T10:00:00Z","postCount":120,"status":"hot"}]}"#;
    let read = reading("bluesky", "https://public.api.bsky.app/xrpc/t", trends, &[]);
    assert_eq!(numbers(&read.items[0]), "posts=120 rank=1");
    assert_eq!(read.items[0].tags, ["hot"]);
}

#[test]
fn hacker_news_stories() {
    let body = r#"{"hits":[{"objectID":"38","title":"Ask HN: A &amp; B?","story_text":"<p>Why","points":120,"num_comments":null,"created_at_i":1705313045,"author":"pg","_tags":["story","author_pg","story_38","ask_hn"]}]}"#;
    let read = reading(
        "hackernews",
        "https://hn.algolia.com/api/v1/search",
        body,
        &[],
    );
    let item = &read.items[0];
    assert_eq!(item.title, "Ask HN: A & B?");
    assert_eq!(
        item.link.as_deref(),
        Some("https://news.ycombinator.com/item?id=38")
    );
    assert_eq!(
        (numbers(item).as_str(), item.tags.join(" ").as_str()),
        ("reactions=120", "story ask_hn")
    );
}

#[test]
fn vk_posts_copies_and_errors() {
    let body = r#"{"response":{"count":2,"items":[
      {"id":5,"owner_id":-77,"from_id":-77,"date":1705313045,"edited":1705313999,"text":"Смотрите [club9|наш клуб] #смм https://a.example/x","marked_as_ads":1,"attachments":[{"type":"video","video":{"type":"video"}}],"likes":{"count":10},"comments":{"count":0},"reposts":{"count":1},"views":{"count":1500}},
      {"id":4,"owner_id":-77,"date":1705313000,"text":"","copy_history":[{"owner_id":-88,"text":"Оригинал"}],"likes":{"count":1}}],
      "groups":[{"id":77,"name":"Мы","members_count":1000},{"id":88,"name":"Они"}]}}"#;
    let read = reading("vk", "https://api.vk.com/method/wall.get", body, &[]);
    assert_eq!(read.title.as_deref(), Some("Мы"));
    assert_eq!(read.samples[0].value, 1000.0);
    let (own, copy) = (&read.items[0], &read.items[1]);
    assert_eq!(own.summary, "Смотрите наш клуб #смм https://a.example/x");
    assert_eq!(numbers(own), "views=1500 reactions=10 comments=0 shares=1");
    assert_eq!(
        (
            own.tags.join(" ").as_str(),
            own.format.as_deref(),
            own.edited
        ),
        ("смм ad", Some("video"), true)
    );
    assert_eq!(own.link.as_deref(), Some("https://vk.com/wall-77_5"));
    assert_eq!(
        (copy.forwarded_from.as_deref(), copy.summary.as_str()),
        (Some("Они"), "Оригинал")
    );
    assert_eq!(numbers(copy), "reactions=1");
    let error = r#"{"error":{"error_code":29,"error_msg":"Rate limit reached"}}"#;
    let read = reading("vk", "https://api.vk.com/method/wall.get", error, &[]);
    assert!(matches!(read.outcome, ReadOutcome::Malformed(why) if why.contains("Rate limit")));
}

#[test]
fn status_pages_of_three_vendors() {
    let atlassian = r#"{"page":{"id":"p","name":"Acme","url":"https://s.example"},"status":{"indicator":"major","description":"Partial outage"},
      "incidents":[{"id":"i1","name":"API errors","status":"investigating","impact":"critical","created_at":"2024-01-15T10:00:00Z","updated_at":"2024-01-15T10:30:00Z","shortlink":"https://stspg.io/x","incident_updates":[{"status":"in_progress","body":"We look."}]}]}"#;
    let read = reading(
        "statuspage",
        "https://s.example/api/v2/summary.json",
        atlassian,
        &[],
    );
    let (incident, overall) = (&read.items[0], &read.items[1]);
    assert_eq!(
        (incident.summary.as_str(), numbers(incident).as_str()),
        ("in progress: We look.", "severity=3")
    );
    assert_eq!(
        (overall.title.as_str(), numbers(overall).as_str()),
        ("Acme: Partial outage", "severity=2")
    );
    let google = r#"[{"id":"g1","service_name":" Google Ads","external_desc":"Reports are late\nmore","begin":"2024-01-15T10:00:00+00:00","status_impact":"SERVICE_DISRUPTION","uri":"incidents/g1","updates":[{"text":"**Summary** late"}]},
      {"id":"g0","service_name":"AdMob","begin":"2024-01-10T10:00:00+00:00","end":"2024-01-10T11:00:00+00:00","external_desc":"Was down","status_impact":"SERVICE_OUTAGE"}]"#;
    let read = reading(
        "statuspage",
        "https://ads.google.com/status/publisher/incidents.json",
        google,
        &[],
    );
    assert_eq!(read.items[0].title, "Google Ads: Reports are late");
    assert_eq!(
        (numbers(&read.items[0]), numbers(&read.items[1])),
        ("severity=1".to_owned(), "severity=0".to_owned())
    );
    let meta = r#"[{"id":"ads-manager","name":"Ads Manager","services":[{"id":4,"name":"Delivery","status":"High disruptions"},{"name":"Billing","status":"No known issues"}]}]"#;
    let read = reading(
        "statuspage",
        "https://metastatus.com/data/orgs.json",
        meta,
        &[],
    );
    assert_eq!(
        read.items[0].title,
        "Ads Manager: Delivery: High disruptions"
    );
    assert_eq!(
        (numbers(&read.items[0]), numbers(&read.items[1])),
        ("severity=3".to_owned(), "severity=0".to_owned())
    );
    let none = reading("statuspage", "https://ads.google.com/x", "[]", &[]);
    assert_eq!((none.outcome, none.items.len()), (ReadOutcome::Read, 0));
}

#[test]
fn any_json_by_a_mapping() {
    let body = r#"{"channel":{"fans":"1,2 млн"},"data":{"list":[{"k":7,"n":"One &amp; two","t":1705313045,"s":{"plays":"12.3K","likes":0.5}},{"k":8,"n":"Three","t":1705313046,"s":{}}]}}"#;
    let select = [
        "items = $.data.list[*]",
        "id = $.k",
        "link = /v/{$.k}",
        "title = $.n",
        "published = $.t",
        "views = $.s.plays",
        "score = $.s.likes",
        "source.subscribers = $.channel.fans",
        "author = $.nobody",
    ];
    let read = reading("json", "https://api.example/list", body, &select);
    assert_eq!(read.samples[0].value, 1_200_000.0);
    let one = &read.items[0];
    assert_eq!(
        (one.guid.as_deref(), one.title.as_str()),
        (Some("7"), "One & two")
    );
    assert_eq!(one.link.as_deref(), Some("https://api.example/v/7"));
    assert_eq!(numbers(one), "views=12300/100 score=0.5");
    assert_eq!(numbers(&read.items[1]), "");
    assert_eq!(
        read.notes,
        ["the path of `author` finds nothing in any item"]
    );
    let outcome = |select: &[&str]| reading("json", "https://api.example/", body, select).outcome;
    assert!(matches!(
        outcome(&["items = $.nothing[*]"]),
        ReadOutcome::Malformed(_)
    ));
    assert!(matches!(outcome(&[]), ReadOutcome::Malformed(_)));
    assert!(super::json::check(&["items = $[".to_owned()]).is_err());
}
