//! One post of a preview: its text, numbers, form and links.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};

use super::super::super::{dates, plain};
use super::super::{counts, post};
use super::{all, first, line, lines};
use crate::model::{ReadItem, ReadOptions, Sample};

selectors! {
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

/// Reads the post that a message element holds.
pub(super) fn read(message: ElementRef<'_>, options: &ReadOptions) -> ReadItem {
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
