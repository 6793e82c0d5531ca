//! Digests as chat messages: each chat's own markup, split at its length limit between cards.
//!
//! Votes are buttons where a chat shows buttons that open an address, and links elsewhere. Both open the
//! signed page of the web face; none votes by itself.

mod hook;
mod part;
mod split;

pub(super) use hook::{Hook, Service};
pub(super) use part::Part;

use split::split;

use super::brief::{Brief, BriefCard, BriefVote};
use crate::model::{DeliveryForm, Language};

/// Addresses longer than this are left out rather than breaking a message.
const LONGEST_URL: usize = 500;
/// Sources named on a card.
const SOURCES: usize = 3;

/// How one chat writes text.
pub(super) struct Dialect {
    /// Longest message, in the chat's own units.
    pub(super) limit: usize,
    /// Length of a text in these units.
    pub(super) length: fn(&str) -> usize,
    /// Makes a text mean itself.
    pub(super) escape: fn(&str) -> String,
    /// Makes escaped text bold.
    pub(super) bold: fn(&str) -> String,
    /// Makes a link of escaped text and an address.
    pub(super) link: fn(&str, &str) -> String,
    /// How it lets a reader vote.
    pub(super) votes: Votes,
    /// Cards with buttons that one message may have.
    pub(super) rows: usize,
    /// What a card's buttons take of the message's length, in the chat's own units.
    pub(super) cost: fn(&CardButtons) -> usize,
}

/// How a chat lets a reader vote on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Votes {
    /// Signs that are links, below the card.
    Links,
    /// One address, where addresses are shown whole.
    Page,
    /// Buttons of the chat's own that open an address.
    Buttons,
}

/// The buttons of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardButtons {
    /// The card's id.
    pub(super) id: String,
    /// Sign and address of each.
    pub(super) votes: Vec<(String, String)>,
}

impl CardButtons {
    /// Labels and addresses; where a message has the buttons of several cards, the first names its card.
    pub(super) fn labelled(&self, alone: bool) -> impl Iterator<Item = (String, &str)> {
        self.votes.iter().enumerate().map(move |(at, (sign, url))| {
            let label = if at == 0 && !alone {
                format!("{} {sign}", self.id)
            } else {
                sign.clone()
            };
            (label, url.as_str())
        })
    }
}

/// A message of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// In the chat's markup.
    pub(super) text: String,
    /// Buttons, each card's with the place in the text behind it.
    pub(super) buttons: Vec<(usize, CardButtons)>,
}

/// Lines that belong together.
#[derive(Default)]
struct Block {
    lines: Vec<Line>,
    buttons: Option<CardButtons>,
}

/// A line of a message, and what stands in for it where it is too long.
struct Line {
    rich: String,
    plain: String,
}

/// A digest as messages of one chat, none longer than its limit, none empty.
pub(super) fn messages(form: &DeliveryForm, dialect: &Dialect) -> Vec<Message> {
    let blocks = match Brief::of(form) {
        Some(brief) => digest_blocks(&brief, form.language, dialect),
        None => text_blocks(&form.text, dialect),
    };
    split(blocks, dialect)
}

fn digest_blocks(brief: &Brief, language: Language, dialect: &Dialect) -> Vec<Block> {
    let of_lines = |lines| Block {
        lines,
        buttons: None,
    };
    let mut blocks = vec![of_lines(vec![bold(&brief.subject, dialect)])];
    if let Some(quiet) = &brief.quiet {
        blocks.push(of_lines(vec![plain(quiet, dialect)]));
    }
    let numbered = brief.tldr.iter().zip(1..);
    blocks.push(of_lines(
        numbered
            .map(|(line, n)| plain(&format!("{n}) {line}"), dialect))
            .collect(),
    ));
    for section in &brief.sections {
        let mut heading = Some(bold(&section.title.to_uppercase(), dialect));
        for card in &section.cards {
            // a heading goes with its first card, so that it never ends a message
            let mut lines: Vec<Line> = heading.take().into_iter().collect();
            lines.extend(card_lines(card, language, dialect));
            blocks.push(Block {
                lines,
                buttons: buttons(card, dialect),
            });
        }
    }
    blocks.push(of_lines(vec![plain(&brief.footer.join(" · "), dialect)]));
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// The buttons of a card, in chats that have them.
fn buttons(card: &BriefCard, dialect: &Dialect) -> Option<CardButtons> {
    let fits = |vote: &&BriefVote| vote.url.len() <= LONGEST_URL;
    let votes: Vec<_> = card
        .votes
        .iter()
        .filter(fits)
        .map(|vote| (vote.sign.clone(), vote.url.clone()))
        .collect();
    (dialect.votes == Votes::Buttons && !votes.is_empty()).then(|| CardButtons {
        id: card.id.clone(),
        votes,
    })
}

fn card_lines(card: &BriefCard, language: Language, dialect: &Dialect) -> Vec<Line> {
    let (open, close) = match language {
        Language::En => ('“', '”'),
        Language::Ru => ('«', '»'),
    };
    let title = link(&card.title, card.url.as_deref(), dialect);
    let label = format!("[{}]", card.severity_label);
    // a mark after a space would end no emphasis
    let rich = (dialect.bold)(&(dialect.escape)(&label));
    let mut lines = vec![Line {
        rich: format!("{rich} {}", title.rich),
        plain: format!("{label} {}", title.plain),
    }];
    let kind: Vec<&str> = [card.kind_label.as_str()]
        .into_iter()
        .chain(card.effective_text.as_deref())
        .chain([card.confirmed_text.as_str(), &card.id])
        .filter(|part| !part.is_empty())
        .collect();
    lines.push(plain(&kind.join(" · "), dialect));
    lines.extend(card.gist.iter().map(|gist| plain(gist, dialect)));
    if let Some(quote) = &card.quote {
        let sides = match (quote.before.as_deref(), quote.after.as_deref()) {
            // what an item says, and no change of it
            (None, said) if card.kind != "rule_change" => vec![said],
            sides => vec![sides.0, sides.1],
        };
        let quoted = sides
            .into_iter()
            .map(|side| side.map_or("—".to_owned(), |s| format!("{open}{s}{close}")));
        let quoted: Vec<String> = quoted.collect();
        lines.push(plain(&quoted.join(" → "), dialect));
    }
    lines.extend(
        card.facts
            .iter()
            .map(|fact| plain(&format!("• {fact}"), dialect)),
    );
    lines.extend(
        card.chart
            .iter()
            .map(|chart| plain(&format!("{} {}", chart.spark, chart.caption), dialect)),
    );
    lines.extend(
        card.action
            .iter()
            .map(|action| plain(&format!("→ {action}"), dialect)),
    );
    let mut sources: Vec<Line> = Vec::new();
    for source in card.sources.iter().take(SOURCES) {
        sources.push(link(&source.title, source.url.as_deref(), dialect));
    }
    if let Some(more) = card.sources.len().checked_sub(SOURCES).filter(|n| *n > 0) {
        sources.push(plain(&format!("+{more}"), dialect));
    }
    if !sources.is_empty() {
        let joined =
            |side: fn(&Line) -> &str| sources.iter().map(side).collect::<Vec<_>>().join(", ");
        lines.push(Line {
            rich: joined(|line| &line.rich),
            plain: joined(|line| &line.plain),
        });
    }
    if let (Votes::Page, Some(page)) = (dialect.votes, &card.vote_page) {
        let signs: Vec<&str> = card.votes.iter().map(|vote| vote.sign.as_str()).collect();
        let mut line = link(&signs.join(" "), Some(page), dialect);
        line.plain = String::new();
        lines.push(line);
    }
    if dialect.votes == Votes::Links && !card.votes.is_empty() {
        let votes = card.votes.iter();
        let votes: Vec<Line> = votes
            .map(|vote| link(&vote.sign, Some(&vote.url), dialect))
            .collect();
        let rich: Vec<&str> = votes.iter().map(|line| line.rich.as_str()).collect();
        // signs without their links would say nothing
        lines.push(Line {
            rich: rich.join("  "),
            plain: String::new(),
        });
    }
    lines
}

fn text_blocks(text: &str, dialect: &Dialect) -> Vec<Block> {
    let blocks = text.split("\n\n");
    blocks
        .map(|block| Block {
            lines: block.lines().map(|line| plain(line, dialect)).collect(),
            buttons: None,
        })
        .collect()
}

fn plain(text: &str, dialect: &Dialect) -> Line {
    Line {
        rich: (dialect.escape)(text),
        plain: text.to_owned(),
    }
}

fn bold(text: &str, dialect: &Dialect) -> Line {
    Line {
        rich: (dialect.bold)(&(dialect.escape)(text)),
        plain: text.to_owned(),
    }
}

fn link(text: &str, url: Option<&str>, dialect: &Dialect) -> Line {
    let escaped = (dialect.escape)(text);
    Line {
        rich: match url.filter(|url| url.len() <= LONGEST_URL) {
            Some(url) => (dialect.link)(&escaped, url),
            None => escaped,
        },
        plain: text.to_owned(),
    }
}

/// Puts a backslash before each character that the markup knows.
pub(super) fn backslashed(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Entities for `&`, `<`, `>` and `"`.
pub(super) fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Length in UTF-16 units, as chats written in JavaScript and Java count.
pub(super) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn dialect(limit: usize) -> Dialect {
        Dialect {
            limit,
            length: utf16,
            escape: entities,
            bold: |text| format!("<b>{text}</b>"),
            link: |text, url| format!("<a href=\"{}\">{text}</a>", entities(url)),
            votes: Votes::Links,
            rows: usize::MAX,
            cost: |_| 0,
        }
    }

    fn texts(form: &DeliveryForm, dialect: &Dialect) -> Vec<String> {
        let messages = messages(form, dialect);
        messages.into_iter().map(|message| message.text).collect()
    }

    fn form(json: serde_json::Value, text: &str) -> DeliveryForm {
        DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: "s".to_owned(),
            html: String::new(),
            text: text.to_owned(),
            markdown: String::new(),
            json,
            language: Language::Ru,
        }
    }

    fn digest(titles: &[String]) -> serde_json::Value {
        let cards: Vec<_> = titles
            .iter()
            .map(|title| {
                json!({
                    "id": "f1", "kind": "rule_change", "title": title, "severity_label": "Важно", "kind_label": "Правило",
                    "url": "https://a.example/?a=1&b=\"2\"", "quote": { "before": null, "after": "<new>" },
                    "sources": [{ "title": title, "url": "https://b.example" }],
                })
            })
            .collect();
        json!({ "schema": "tidewatch.digest/1", "subject": "Тема", "tldr": ["Раз"],
                "sections": [{ "title": "Правила", "cards": cards }], "footer": ["14 правок"] })
    }

    #[test]
    fn a_digest_is_one_message_where_it_fits() {
        let [message] = texts(&form(digest(&["Тег <b>".to_owned()]), ""), &dialect(4096))
            .try_into()
            .expect("one message");
        assert_eq!(
            message,
            "<b>Тема</b>\n\n1) Раз\n\n<b>ПРАВИЛА</b>\n<b>[Важно]</b> \
             <a href=\"https://a.example/?a=1&amp;b=&quot;2&quot;\">Тег &lt;b&gt;</a>\n\
             Правило · f1\n— → «&lt;new&gt;»\n<a href=\"https://b.example\">Тег &lt;b&gt;</a>\n\n14 правок"
        );
    }

    #[test]
    fn what_is_no_digest_goes_as_text() {
        let sent = texts(
            &form(json!({ "schema": "tidewatch.test/1" }), "a < b\n\nc\n"),
            &dialect(99),
        );
        assert_eq!(sent, ["a &lt; b\n\nc"]);
    }

    #[test]
    fn buttons_go_with_their_card_and_no_message_has_too_many() {
        let mut data = digest(&["a", "b", "c", "d", "e"].map(str::to_owned));
        for (card, n) in data["sections"][0]["cards"]
            .as_array_mut()
            .expect("cards")
            .iter_mut()
            .zip(1..)
        {
            card["id"] = json!(format!("f{n}"));
            card["votes"] = json!([{ "sign": "👍", "url": format!("https://v.example/{n}") }]);
        }
        let dialect = Dialect {
            votes: Votes::Buttons,
            rows: 2,
            ..dialect(4096)
        };
        let sent = messages(&form(data, ""), &dialect);
        let cards = |message: &Message| -> Vec<String> {
            let buttons = message.buttons.iter();
            buttons
                .map(|(place, card)| {
                    let before = &message.text[..*place];
                    assert!(
                        before.contains(&card.id) && before.ends_with("</a>"),
                        "{before}"
                    );
                    card.id.clone()
                })
                .collect()
        };
        let all: Vec<_> = sent.iter().map(cards).collect();
        assert_eq!(all, [vec!["f1", "f2"], vec!["f3", "f4"], vec!["f5"]]);
        let labels: Vec<_> = sent[0].buttons[0].1.labelled(false).collect();
        assert_eq!(labels, [("f1 👍".to_owned(), "https://v.example/1")]);
        assert!(!sent[0].text.contains("v.example"));
    }

    proptest! {
        #[test]
        fn messages_hold_the_limit_and_lose_no_card(
            titles in proptest::collection::vec("[а-я<&🔥 ]{1,60}", 0..12),
            limit in 120_usize..2_000,
        ) {
            let dialect = dialect(limit);
            let sent = texts(&form(digest(&titles), ""), &dialect);
            prop_assert!(!sent.is_empty());
            for message in &sent {
                prop_assert!(utf16(message) <= limit, "{} > {}", utf16(message), limit);
                prop_assert_eq!(message.matches("<b>").count(), message.matches("</b>").count());
                prop_assert_eq!(message.matches("<a ").count(), message.matches("</a>").count());
            }
            let cards: usize = sent.iter().map(|m| m.matches("Правило · f1").count()).sum();
            prop_assert_eq!(cards, titles.len());
        }

        /// Nothing of a text is lost, no entity or character is cut, and every message has its number.
        #[test]
        fn long_texts_are_split_between_characters(
            text in "([a-zа-яё<>&\"🔥 ]|👩🏽\u{200d}💻|e\u{301}|https://a.example/[a-z&]{5,90} ){0,400}",
            limit in 60_usize..400,
        ) {
            let dialect = dialect(limit);
            let sent = texts(&form(json!(null), &text), &dialect);
            let mut whole = String::new();
            for (message, number) in sent.iter().zip(1..) {
                prop_assert!(utf16(message) <= limit, "{} > {limit}", utf16(message));
                let mark = format!("\n\n{number}/{}", sent.len());
                let rest = if sent.len() > 1 { message.strip_suffix(&mark) } else { Some(message.as_str()) };
                let rest = rest.expect("a number");
                for part in rest.split('&').skip(1) {
                    let whole_entity = ["amp;", "lt;", "gt;", "quot;"].iter().any(|e| part.starts_with(e));
                    prop_assert!(whole_entity, "{message}");
                }
                prop_assert!(!rest.starts_with(['\u{301}', '\u{200d}', '🏽']), "{message}");
                whole.push_str(rest);
            }
            let read = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(read(&whole), read(&entities(&text)));
        }
    }
}
