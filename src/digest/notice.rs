//! A word to the reader about the service itself: a channel that fails, and one that works again.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::dates::Dates;
use super::wording::{cut_chars, cut_words, line};
use super::words::Words;
use crate::model::{ChannelTrouble, DeliveryForm, Language};

/// Name and version of its data.
const SCHEMA: &str = "tidewatch.notice/1";
/// Longest subject, in characters.
const SUBJECT: usize = 60;

/// What is to be told of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelNews {
    /// It does not take messages.
    Down,
    /// It does again.
    Up {
        /// Messages that stay parked until a person says `outbox retry`.
        parked: usize,
    },
}

/// A notice in all forms. `others` are further channels in trouble.
pub fn channel_notice(
    news: ChannelNews,
    trouble: &ChannelTrouble,
    others: &[String],
    language: Language,
    zone: &TimeZone,
    now: Timestamp,
) -> DeliveryForm {
    let words = Words::of(language);
    let dates = Dates::new(words, zone, now);
    let name = match trouble.recipient.as_str() {
        "" => trouble.channel.clone(),
        recipient => format!("{} ({recipient})", trouble.channel),
    };
    let retry = format!("tidewatch outbox retry --channel {}", trouble.channel);
    let since = dates.moment(trouble.since);
    let mut lines = Vec::new();
    let key = match news {
        ChannelNews::Down => {
            lines.push(words.say_with(
                "notice-down",
                &[
                    ("name", name.clone().into()),
                    ("since", since.into()),
                    ("count", trouble.failures.into()),
                ],
            ));
            let why = cut_words(&line(&trouble.why), 40);
            lines.push(words.say_with("notice-why", &[("why", why.into())]));
            let kept = if trouble.parked > 0 {
                "notice-kept-others"
            } else {
                "notice-kept"
            };
            lines.push(words.say(kept));
            if trouble.parked > 0 {
                lines.push(words.say_with(
                    "notice-parked",
                    &[("count", trouble.parked.into()), ("command", retry.into())],
                ));
            }
            let test = format!("tidewatch channels test {}", trouble.channel);
            lines.push(words.say_with("notice-test", &[("command", test.into())]));
            "notice-down-subject"
        }
        ChannelNews::Up { parked } => {
            lines.push(words.say_with(
                "notice-up",
                &[("name", name.clone().into()), ("since", since.into())],
            ));
            if parked > 0 {
                lines.push(words.say_with(
                    "notice-parked",
                    &[("count", parked.into()), ("command", retry.into())],
                ));
            }
            "notice-up-subject"
        }
    };
    if !others.is_empty() {
        lines.push(words.say_with("notice-others", &[("list", others.join(", ").into())]));
    }
    let subject = cut_chars(&words.say_with(key, &[("name", name.into())]), SUBJECT);
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let paragraph = |line: &String| format!("<p>{}</p>\n", escaped(line));
    let paragraphs = lines.iter().map(paragraph).collect::<Vec<_>>().concat();
    let lang = match language {
        Language::En => "en",
        Language::Ru => "ru",
    };
    DeliveryForm {
        html: format!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title></head>\n\
             <body style=\"font:16px/1.5 sans-serif\">\n<h1 style=\"font-size:20px\">{0}</h1>\n\
             {paragraphs}</body>\n</html>\n",
            escaped(&subject)
        ),
        text: lines.join("\n\n") + "\n",
        markdown: lines.join("\n\n") + "\n",
        json: json!({
            "schema": SCHEMA,
            "event": match news {
                ChannelNews::Down => "channel_down",
                ChannelNews::Up { .. } => "channel_up",
            },
            "subject": subject,
            "channel": trouble.channel,
            "recipient": trouble.recipient,
            "since": trouble.since,
            "failures": trouble.failures,
            "why": trouble.why,
            "lines": lines,
        }),
        subject,
        language,
        images: Vec::new(),
        csv: String::new(),
    }
}
