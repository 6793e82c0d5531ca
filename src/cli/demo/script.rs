//! What happens in the made-up world: all names are invented.
//!
//! - `clipnet`, a video network: its rules change in hour 30, its changelog gets an entry in hour 33;
//! - seven media that write every few hours, three of them in Russian; from hour 48 on they all take
//!   up one topic, "Remix Battles";
//! - a rival bakery that posts about its bread; a status page that breaks in hour 60.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};

/// Hour in which the rules change.
const RULES_CHANGE: i64 = 30;
/// Hour in which the topic begins to burst.
const BURST: i64 = 48;
/// Hour in which the status page breaks.
const BREAKS: i64 = 60;

const RSS: &str = "application/rss+xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// What the world answers to a request.
pub(super) enum Answer {
    Page(&'static str, String),
    Broken,
    Nothing,
}

/// A medium: path, title, language, hour of the day at which it posts.
const MEDIA: &[(&str, &str, &str, i64)] = &[
    ("feedpost", "Feedpost Daily", "en", 0),
    ("reelreport", "Reel Report", "en", 1),
    ("adnotes", "Ad Notes", "en", 2),
    ("creatorwire", "Creator Wire", "en", 3),
    ("smmvestnik", "SMM-вестник", "ru", 0),
    ("lenta-pro", "Лента Про", "ru", 2),
    ("reklamist", "Рекламист", "ru", 4),
];

const EVERYDAY_EN: &[(&str, &str)] = &[
    (
        "How a ceramics studio plans a month of posts",
        "One afternoon, forty cards, no burnout.",
    ),
    (
        "Five briefs that made our designers smile",
        "What a good brief leaves out.",
    ),
    (
        "Carousel or single picture? Notes from 300 tests",
        "Saves differ less than people think.",
    ),
    (
        "What a newsletter taught a coffee roaster about captions",
        "Short first lines won.",
    ),
    (
        "The quiet return of long captions",
        "Readers stay when there is something to read.",
    ),
    (
        "Budgeting for small brands in the last quarter",
        "Three numbers to look at first.",
    ),
    (
        "Interview: running a museum account alone",
        "On answering every comment for a year.",
    ),
    (
        "A checklist before you boost a post",
        "Twelve lines, two minutes.",
    ),
    (
        "Why we stopped posting on Sundays",
        "Fewer posts, the same reach.",
    ),
    (
        "Templates for community guidelines of your own",
        "Say what happens, not what must not.",
    ),
];

const EVERYDAY_RU: &[(&str, &str)] = &[
    (
        "Как пекарня ведёт три площадки вдвоём",
        "Один день съёмок в неделю и таблица.",
    ),
    (
        "Разбор: почему короткие подписи читают чаще",
        "Сравнили четыреста публикаций.",
    ),
    (
        "Бриф на одну страницу: что в нём оставить",
        "Пример, который можно скопировать.",
    ),
    (
        "Сколько стоит подрядчик по монтажу в регионах",
        "Опросили тридцать студий.",
    ),
    (
        "Чек-лист перед запуском розыгрыша",
        "Одиннадцать пунктов от юриста.",
    ),
    ("Что отвечать на злой комментарий", "Шаблоны и исключения."),
    (
        "Пять ошибок в контент-плане музея",
        "И как их исправили за месяц.",
    ),
    (
        "Зачем бренду рассылка, если есть канал",
        "Цифры двух кофеен.",
    ),
];

const BURST_EN: &[&str] = &[
    "Clipnet opens Remix Battles to every creator",
    "Remix Battles on Clipnet: how the new duel format works",
    "Brands join Remix Battles within hours of launch",
    "First numbers on Remix Battles: votes beat likes",
];
const BURST_RU: &[&str] = &[
    "Clipnet открыл Remix Battles для всех авторов",
    "Remix Battles в Clipnet: как устроен новый формат",
    "Бренды пробуют Remix Battles: первые примеры",
];

/// The page at a path, `hours` after the beginning.
pub(super) fn page(path: &str, start: Timestamp, hours: i64) -> Answer {
    if let Some(name) = path
        .strip_prefix("media/")
        .and_then(|name| name.strip_suffix(".xml"))
    {
        let medium = MEDIA.iter().find(|(path, ..)| *path == name);
        return medium.map_or(Answer::Nothing, |medium| {
            Answer::Page(RSS, media_feed(*medium, start, hours))
        });
    }
    match path {
        "clipnet/rules" => Answer::Page(HTML, rules(hours)),
        "clipnet/changelog.xml" => Answer::Page(RSS, changelog(start, hours)),
        "rival/posts.xml" => Answer::Page(RSS, rival(start, hours)),
        "clipnet/status" if hours < BREAKS => Answer::Page(HTML, status(hours)),
        "clipnet/status" => Answer::Broken,
        _ => Answer::Nothing,
    }
}

/// The demo's configuration: the same form as any other.
pub(super) fn config(dir: &str, port: u16, language: &str) -> String {
    let mut text = format!(
        r#"# Written by `tidewatch demo`. The world behind these addresses is gone when the demo ends.
language = "{language}"
data_dir = "{dir}"
packs = []

[http]
host_gap = "1ms"

[[channel]]
name = "files"
kind = "file"
path = "digests"

[[digest]]
name = "demo"
title = "tidewatch demo"
schedule = "0 9 * * *"
channels = ["files"]

[[topic]]
name = "remix"
title = "Remix Battles"
any = ["=remix NEAR/2 =battles"]
group = "formats"

[[topic]]
name = "captions"
title = "Captions"
any = ["caption", "подпись"]
group = "formats"

[[topic]]
name = "clipnet"
title = "Clipnet"
query = "Clipnet"
"#
    );
    let mut source = |id: &str, path: &str, kind: &str, title: &str, more: &str| {
        let _ = write!(
            text,
            r#"
[[source]]
id = "{id}"
kind = "{kind}"
url = "http://127.0.0.1:{port}/{path}"
title = "{title}"
every = "3h"
allow_private = true
{more}
"#
        );
    };
    let clipnet =
        "platform = \"clipnet\"\nrole = \"official\"\nlanguage = \"en\"\ntags = [\"rules\"]";
    source(
        "clipnet-rules",
        "clipnet/rules",
        "page",
        "Clipnet Community Rules",
        clipnet,
    );
    source(
        "clipnet-changelog",
        "clipnet/changelog.xml",
        "feed",
        "Clipnet changelog",
        clipnet,
    );
    source(
        "clipnet-status",
        "clipnet/status",
        "page",
        "Clipnet status",
        clipnet,
    );
    let rival = "owner = \"golden-crust\"\nrole = \"competitor\"\nlanguage = \"en\"\ntags = [\"competitors\"]";
    source(
        "golden-crust",
        "rival/posts.xml",
        "feed",
        "Golden Crust bakery",
        rival,
    );
    for (path, title, language, _) in MEDIA {
        let more = format!(
            "owner = \"{path}\"\nrole = \"media\"\nlanguage = \"{language}\"\ntags = [\"media\", \"trends\"]"
        );
        source(path, &format!("media/{path}.xml"), "feed", title, &more);
    }
    text
}

fn media_feed(
    (path, title, language, offset): (&str, &str, &str, i64),
    start: Timestamp,
    hours: i64,
) -> String {
    let (everyday, burst) = if language == "ru" {
        (EVERYDAY_RU, BURST_RU)
    } else {
        (EVERYDAY_EN, BURST_EN)
    };
    // no two media tell the same, but for what bursts
    let peers: Vec<&str> = MEDIA
        .iter()
        .filter(|(_, _, peer, _)| *peer == language)
        .map(|(peer, ..)| *peer)
        .collect();
    let place = peers.iter().position(|peer| *peer == path).unwrap_or(0);
    let own = everyday.iter().copied().skip(place).step_by(peers.len());
    let everyday: Vec<(&str, &str)> = own.collect();
    // posts of the week before the demo begins are there from the start
    let mut posts: Vec<(i64, String, String)> = (-28..=hours / 6)
        .map(|n| {
            let pick = (n + 28 + offset * 3).rem_euclid(everyday.len() as i64);
            let (title, text) = everyday[usize::try_from(pick).unwrap_or(0)];
            let part = (n + 28) / everyday.len() as i64 + 1;
            let title = if part > 1 {
                format!("{title} ({part})")
            } else {
                title.to_owned()
            };
            (n * 6 + offset, title, text.to_owned())
        })
        .collect();
    for (n, title) in burst.iter().enumerate() {
        let about = if language == "ru" {
            "Формат Remix Battles: два ролика, одно голосование, сутки на ответ."
        } else {
            "Remix Battles pit two clips against each other for a day; viewers vote."
        };
        posts.push((
            BURST + offset + 5 * n as i64,
            (*title).to_owned(),
            about.to_owned(),
        ));
    }
    posts.retain(|(hour, ..)| *hour <= hours);
    posts.sort_by_key(|(hour, ..)| -hour);
    posts.truncate(20);
    rss(title, path, start, &posts)
}

fn changelog(start: Timestamp, hours: i64) -> String {
    let mut posts = vec![(
        -200,
        "API 4.1: faster uploads".to_owned(),
        "Uploads may be resumed.".to_owned(),
    )];
    if hours >= RULES_CHANGE + 3 {
        let text =
            "Deprecated: endpoint /v3/clips will be removed on 1 March 2027. Migrate to /v4/clips.";
        posts.insert(
            0,
            (
                RULES_CHANGE + 3,
                "API 4.2: /v3/clips is deprecated".to_owned(),
                text.to_owned(),
            ),
        );
    }
    rss("Clipnet changelog", "clipnet", start, &posts)
}

fn rival(start: Timestamp, hours: i64) -> String {
    let breads = ["Rye", "Spelt", "Sourdough", "Walnut", "Olive", "Barley"];
    let mut posts: Vec<_> = (-6..=hours / 12)
        .map(|n| {
            let bread = breads[usize::try_from(n.rem_euclid(6)).unwrap_or(0)];
            (
                n * 12,
                format!("{bread} is out of the oven, batch {}", n + 7),
                format!("{bread}, still warm, until noon."),
            )
        })
        .collect();
    posts.reverse();
    rss("Golden Crust bakery", "golden-crust", start, &posts)
}

fn rss(title: &str, path: &str, start: Timestamp, posts: &[(i64, String, String)]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>{title}</title><link>https://{path}.example/</link>\n"
    );
    for (hour, title, summary) in posts {
        let at = start
            .saturating_add(SignedDuration::from_hours(*hour))
            .unwrap_or(start);
        let when = jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "<item><title>{title}</title><link>https://{path}.example/{hour}</link><guid isPermaLink=\"false\">{path}-{hour}-{}</guid><pubDate>{when}</pubDate><description>{summary}</description></item>",
            title.len()
        );
    }
    text.push_str("</channel></rss>\n");
    text
}

fn rules(hours: i64) -> String {
    let is_new = hours >= RULES_CHANGE;
    let (length, age, extra) = if is_new {
        (
            "180 seconds",
            "18 years",
            "<li>You must label clips that were made or changed with AI.</li>",
        )
    } else {
        ("90 seconds", "16 years", "")
    };
    let effective = if is_new {
        "<p>These rules are effective December 1, 2026.</p>"
    } else {
        ""
    };
    // a counter and a token move at every sight: noise that must not be told
    format!(
        r#"<!doctype html><html lang="en"><head><title>Clipnet Community Rules</title><meta name="csrf" content="{hours:x}"></head><body>
<nav><a href="/">Home</a> <a href="/help">Help</a></nav>
<main><h1>Community Rules</h1>{effective}
<h2>Length and format</h2><p>A clip may be up to {length} long. Vertical clips are shown first.</p>
<h2>Live</h2><p>You must be at least {age} old to go live.</p>
<h2>Honesty</h2><ul><li>Say when a clip is paid for.</li>{extra}<li>Do not buy votes.</li></ul>
<p>{} people have read these rules.</p></main>
<footer>© Clipnet</footer></body></html>"#,
        10_000 + hours * 37
    )
}

fn status(hours: i64) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Clipnet status</title></head><body><main><h1>Clipnet status</h1><p>All systems operational.</p><p>Checked {hours} times.</p></main></body></html>"
    )
}
