//! Telegram's public previews: `https://t.me/s/NAME`, and the profile `https://t.me/NAME`.
//!
//! A preview gives the newest twenty posts with views, reactions, forwards and polls, and rounded
//! counters of the channel; `Reading::older` pages back. A profile gives no posts but the exact
//! number of subscribers. Text of replies and link cards is not the post's own.
//!
//! Silence has a reason: nobody by that name is `NotFound`; a channel without posts is `Empty`; a
//! group, bot, person or channel without preview, to whose profile t.me redirects, is `NoPreview`;
//! posts whose parts are not found because t.me's markup has changed are `Malformed`.

use std::sync::LazyLock;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::super::charset::{self, Markup};
use super::super::{dates, html, plain};
use super::counts;
use super::post;
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading, Sample};

macro_rules! selectors {
    ($($name:ident = $css:literal;)+) => {
        $(static $name: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse($css).ok());)+
    };
}

selectors! {
    MESSAGE = ".tgme_widget_message";
    CHANNEL_TITLE = ".tgme_channel_info_header_title, .tgme_header_title";
    COUNTER = ".tgme_channel_info_counter";
    COUNTER_VALUE = ".counter_value";
    COUNTER_TYPE = ".counter_type";
    MORE = "a.tme_messages_more[data-before]";
    PAGE_TITLE = ".tgme_page_title";
    PAGE_EXTRA = ".tgme_page_extra";
    PAGE_ACTION = ".tgme_page_action a[href]";
    PAGE_PREVIEW = ".tgme_page_context_link";
    TEXT = ".tgme_widget_message_text";
    DATE = ".tgme_widget_message_date time[datetime]";
    ADDRESS = "a.tgme_widget_message_date[href]";
    VIEWS = ".tgme_widget_message_views";
    META = ".tgme_widget_message_meta";
    SIGNATURE = ".tgme_widget_message_from_author";
    FORWARDED = ".tgme_widget_message_forwarded_from_name";
    REACTION = ".tgme_widget_message_reactions .tgme_reaction";
    CUSTOM_EMOJI = "tg-emoji[emoji-id]";
    VOTERS = ".tgme_widget_message_voters";
    REPLIES = ".tgme_widget_message_replies_count, .tgme_widget_message_comments";
    QUESTION = ".tgme_widget_message_poll_question";
    OPTION = ".tgme_widget_message_poll_option_text";
    FILE = ".tgme_widget_message_document_title";
    CARD = "a.tgme_widget_message_link_preview";
    CARD_TITLE = ".link_preview_title";
    CARD_TEXT = ".link_preview_description";
    PHOTO = ".tgme_widget_message_photo_wrap";
    GROUPED = ".tgme_widget_message_grouped";
    VIDEO = ".tgme_widget_message_video_player, .tgme_widget_message_video_wrap";
    ROUND = ".tgme_widget_message_roundvideo_player, .tgme_widget_message_roundvideo_wrap";
    VOICE = ".tgme_widget_message_voice_player, .tgme_widget_message_voice";
    STICKER = ".tgme_widget_message_sticker_wrap, .tgme_widget_message_sticker";
    LINK = "a[href]";
}

/// Reads a preview or a profile.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let page = html::parse(&decoded.text, true);
    let root = page.root_element();
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.notes = decoded.notes;
    let is_preview = first(root, &CHANNEL_TITLE).is_some() || first(root, &MESSAGE).is_some();
    if is_preview {
        read_preview(&page, body.url, options, &mut reading);
    } else {
        read_profile(root, body.url, &mut reading);
    }
    reading
}

fn read_preview(page: &Html, url: &Url, options: &ReadOptions, reading: &mut Reading) {
    let root = page.root_element();
    reading.title = first(root, &CHANNEL_TITLE).map(line);
    reading.samples = all(root, &COUNTER)
        .filter_map(|counter| {
            let kind = line(first(counter, &COUNTER_TYPE)?);
            counts::parse(&line(first(counter, &COUNTER_VALUE)?), counter_name(&kind)?)
        })
        .collect();
    let mut services = 0_usize;
    for message in all(root, &MESSAGE) {
        if message
            .value()
            .classes()
            .any(|class| class == "service_message")
        {
            services += 1;
        } else {
            reading.items.push(item(message, options));
        }
    }
    if services > 0 {
        reading
            .notes
            .push(format!("{services} service messages were left out"));
    }
    reading.older = older(root, url, &reading.items);
    let is_blank = |item: &ReadItem| {
        item.summary.is_empty() && item.samples.is_empty() && item.format.is_none()
    };
    if reading.items.is_empty() && services == 0 {
        reading.outcome = ReadOutcome::Empty;
        let note = "the preview holds no posts: a new, private, renamed or deleted channel";
        reading.notes.push(note.to_owned());
    } else if !reading.items.is_empty() && reading.items.iter().all(is_blank) {
        let why = "posts without any known part: t.me's markup has changed";
        reading.outcome = ReadOutcome::Malformed(why.to_owned());
    }
}

/// The page that `t.me/NAME` is, and to which `t.me/s/NAME` redirects where there is no preview.
fn read_profile(root: ElementRef<'_>, url: &Url, reading: &mut Reading) {
    reading.title = first(root, &PAGE_TITLE)
        .map(line)
        .filter(|title| !title.is_empty());
    let extra: Vec<String> = all(root, &PAGE_EXTRA).map(line).collect();
    let action = first(root, &PAGE_ACTION)
        .map(line)
        .unwrap_or_default()
        .to_lowercase();
    let has_preview = first(root, &PAGE_PREVIEW)
        .and_then(|link| link.attr("href"))
        .is_some_and(|href| href.contains("/s/"));
    // a page anybody gets for any name has neither title nor picture
    if reading.title.is_none() || action == "send message" && extra.is_empty() {
        reading.outcome = if action.is_empty() {
            let why = "neither a preview nor a profile of Telegram";
            ReadOutcome::Malformed(why.to_owned())
        } else if reading.title.is_none() {
            ReadOutcome::NotFound
        } else {
            no_preview("a person, not a channel")
        };
        return;
    }
    for part in extra.iter().flat_map(|extra| extra.split(", ")) {
        let name = part.trim_start_matches(|c: char| !c.is_alphabetic());
        reading
            .samples
            .extend(counter_name(name).and_then(|name| counts::parse(part, name)));
    }
    let is = |metric: &str| reading.samples.iter().any(|sample| sample.metric == metric);
    reading.outcome = if has_preview {
        let note = format!("a profile; the posts are at https://t.me/s{}", url.path());
        reading.notes.push(note);
        ReadOutcome::Read
    } else if action.contains("bot") || is("users") {
        no_preview("a bot, not a channel")
    } else if is("members") || is("online") {
        no_preview("a group: Telegram shows no preview of groups")
    } else if reading.samples.is_empty() {
        no_preview("a channel or group without public preview")
    } else {
        no_preview("a channel without public preview: only its subscribers are shown")
    };
}

fn no_preview(why: &str) -> ReadOutcome {
    ReadOutcome::NoPreview(why.to_owned())
}

/// The metric that a counter's word means.
fn counter_name(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    [
        ("subscriber", "subscribers"),
        ("подписчик", "subscribers"),
        ("member", "members"),
        ("участник", "members"),
        ("online", "online"),
        ("в сети", "online"),
        ("monthly user", "users"),
        ("photo", "photos"),
        ("video", "videos"),
        ("file", "files"),
        ("link", "links"),
    ]
    .iter()
    .find(|(part, _)| word.contains(part))
    .map(|(_, metric)| *metric)
}

fn item(message: ElementRef<'_>, options: &ReadOptions) -> ReadItem {
    let guid = message.attr("data-post").or_else(|| {
        // now and then only the date still says which post it is
        let address = own(message, &ADDRESS).last()?.attr("href")?;
        let path = address
            .trim_start_matches("https://t.me/")
            .trim_start_matches("s/");
        Some(path.split('?').next().unwrap_or(path))
    });
    let guid = guid.unwrap_or_default().to_owned();
    let texts: Vec<String> = own(message, &TEXT)
        .map(lines)
        .filter(|text| !text.is_empty())
        .collect();
    let mut parts = texts;
    if let Some(question) = own(message, &QUESTION).next() {
        parts.push(line(question));
        parts.extend(own(message, &OPTION).map(|option| format!("- {}", line(option))));
    }
    if parts.is_empty() {
        parts.extend(own(message, &FILE).map(line));
    }
    if parts.is_empty()
        || parts.len() == 1 && parts[0].starts_with("http") && !parts[0].contains(' ')
    {
        let card = all(message, &CARD_TITLE).chain(all(message, &CARD_TEXT));
        parts.extend(card.map(line));
    }
    let summary = parts.join("\n");
    let meta = own(message, &META).next().map(line).unwrap_or_default();
    let date = own(message, &DATE)
        .last()
        .and_then(|time| time.attr("datetime"));
    let forwarded = own(message, &FORWARDED).next();
    let published = date.and_then(|date| dates::parse(date, &options.zone));
    ReadItem {
        link: (!guid.is_empty()).then(|| format!("https://t.me/{guid}")),
        guid: Some(guid).filter(|guid| !guid.is_empty()),
        published: published.map(|at| at.min(options.now)),
        date_clamped: published.is_some_and(|at| at > options.now),
        tags: post::hashtags(&summary),
        author: own(message, &SIGNATURE)
            .next()
            .map(line)
            .filter(|name| !name.is_empty()),
        forwarded_from: forwarded.map(line),
        samples: samples(message),
        format: form(message, summary.is_empty()).map(str::to_owned),
        links: links(message),
        edited: meta.contains("edited") || meta.contains("изменено"),
        summary,
        ..ReadItem::default()
    }
}

fn samples(message: ElementRef<'_>) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let count = |css: &'static LazyLock<Option<Selector>>, metric: &str| {
        own(message, css)
            .next()
            .and_then(|found| counts::parse(&line(found), metric))
    };
    samples.extend(count(&VIEWS, "views"));
    let mut total: Option<Sample> = None;
    let mut each = Vec::new();
    for reaction in own(message, &REACTION) {
        let is_paid = reaction
            .value()
            .classes()
            .any(|class| class == "tgme_reaction_paid");
        // the count stands beside the emoji, not in it
        let text: String = reaction
            .children()
            .filter_map(|child| child.value().as_text().map(|text| text.trim().to_owned()))
            .collect();
        let name = reaction_name(reaction);
        let Some(sample) = counts::parse(&text, &format!("reaction:{name}")) else {
            continue;
        };
        if is_paid {
            samples.push(Sample {
                metric: "stars".to_owned(),
                ..sample
            });
            continue;
        }
        total = Some(Sample {
            metric: "reactions".to_owned(),
            value: sample.value + total.as_ref().map_or(0.0, |total| total.value),
            granularity: sample
                .granularity
                .max(total.map_or(1.0, |total| total.granularity)),
        });
        each.push(sample);
    }
    samples.extend(total);
    samples.extend(each);
    samples.extend(count(&VOTERS, "votes"));
    samples.extend(count(&REPLIES, "comments"));
    samples
}

fn reaction_name(reaction: ElementRef<'_>) -> String {
    let custom = first(reaction, &CUSTOM_EMOJI).and_then(|emoji| emoji.attr("emoji-id"));
    let shown = reaction
        .children()
        .filter_map(ElementRef::wrap)
        .map(line)
        .find(|emoji| !emoji.is_empty());
    // two custom emoji may share the plain one that stands for them
    custom
        .map(str::to_owned)
        .or(shown)
        .unwrap_or_else(|| "?".to_owned())
}

/// The form of a post; `None` if no part of it is known.
fn form(message: ElementRef<'_>, is_silent: bool) -> Option<&'static str> {
    let has = |css: &'static LazyLock<Option<Selector>>| own(message, css).next().is_some();
    Some(if has(&GROUPED) || own(message, &PHOTO).count() > 1 {
        "album"
    } else if has(&QUESTION) {
        "poll"
    } else if has(&VIDEO) || has(&ROUND) {
        "video"
    } else if has(&PHOTO) {
        "photo"
    } else if has(&VOICE) {
        "voice"
    } else if has(&FILE) {
        "file"
    } else if has(&STICKER) {
        "sticker"
    } else if has(&CARD) {
        "link"
    } else if is_silent {
        return None;
    } else {
        "text"
    })
}

/// Where the post leads: its forward, links in its text, its card. Mentions of t.me count.
fn links(message: ElementRef<'_>) -> Vec<String> {
    let in_text = own(message, &TEXT).flat_map(|text| all(text, &LINK));
    let found = own(message, &FORWARDED)
        .chain(in_text)
        .chain(own(message, &CARD));
    let found: Vec<String> = found
        .filter_map(|link| link.attr("href"))
        // written doubly escaped since April 2024
        .map(|href| plain::unescape(href).into_owned())
        .filter(|href| href.starts_with("http"))
        .collect();
    post::unique(found.iter().map(String::as_str))
}

/// The page before this one: it ends where the smallest id of this one begins.
fn older(root: ElementRef<'_>, url: &Url, items: &[ReadItem]) -> Option<Url> {
    let id = |item: &ReadItem| item.guid.as_ref()?.rsplit('/').next()?.parse::<u64>().ok();
    let smallest = items.iter().filter_map(id).min()?;
    let offered = first(root, &MORE)
        .and_then(|more| more.attr("data-before"))
        .and_then(|before| before.parse::<u64>().ok());
    let before = offered.unwrap_or(smallest).min(smallest);
    let present = url.query_pairs().find(|(name, _)| name == "before");
    let present = present.and_then(|(_, before)| before.parse::<u64>().ok());
    // paging that does not move has come to the beginning
    if before <= 1 || offered.is_none() || present.is_some_and(|present| before >= present) {
        return None;
    }
    let mut older = url.clone();
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "before" && name != "after")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    older
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("before", &before.to_string());
    Some(older)
}

fn first<'a>(
    root: ElementRef<'a>,
    css: &'static LazyLock<Option<Selector>>,
) -> Option<ElementRef<'a>> {
    root.select(css.as_ref()?).next()
}

fn all<'a>(
    root: ElementRef<'a>,
    css: &'static LazyLock<Option<Selector>>,
) -> impl Iterator<Item = ElementRef<'a>> {
    css.iter().flat_map(move |css| root.select(css))
}

/// Parts of the post itself: not of what it replies to, and not of its other texts.
fn own<'a>(
    message: ElementRef<'a>,
    css: &'static LazyLock<Option<Selector>>,
) -> impl Iterator<Item = ElementRef<'a>> {
    all(message, css).filter(move |found| {
        let above = found
            .ancestors()
            .take_while(|node| node.id() != message.id());
        above.filter_map(ElementRef::wrap).all(|element| {
            element.value().classes().all(|class| {
                class != "tgme_widget_message_reply"
                    && class != "tgme_widget_message_text"
                    && class != "media_not_supported_cont"
            })
        })
    })
}

/// An element's text in lines.
fn lines(element: ElementRef<'_>) -> String {
    plain::text(&element.inner_html())
}

/// An element's text in one line.
fn line(element: ElementRef<'_>) -> String {
    plain::squeeze(&element.text().collect::<String>())
}
