//! Atom feed of findings (RFC 4287) for any reader: one file at `path`, one entry per card, the
//! newest first.
//!
//! `url` is where readers fetch it, if that is anywhere (`rel="self"`). Each delivery reads the file, puts its entries in and replaces it whole. A card that is there
//! already is replaced in its place, so a retry changes nothing.

use std::fmt::Write as _;

use jiff::Timestamp;
use url::Url;

use super::brief::{Brief, BriefCard};
use super::channel::{Attempt, Channel, needed};
use super::chat::entities;
use super::http::endpoint;
use super::kept::Kept;
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["path"];

/// Entries kept.
const MOST: usize = 200;
/// Tells our files from others.
const MARK: &str = "<generator>tidewatch</generator>";

pub(super) struct Atom {
    file: Kept,
    /// Where readers fetch it.
    address: Option<Url>,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Atom, DeliverError> {
    let address = spec.url.as_ref().map(|_| endpoint(spec)).transpose()?;
    Ok(Atom {
        file: Kept::new(needed(spec, "path", spec.path.as_deref())?, "feed", MARK),
        address,
    })
}

impl Channel for Atom {
    fn send<'a>(&'a self, delivery: &'a Delivery, _now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(brief) = Brief::of(&delivery.form) else {
                return Ok(Receipt::whole("no digest: the feed stays as it is"));
            };
            let (address, created_at) = (self.address.clone(), delivery.created_at);
            let count = brief.cards().count();
            self.file
                .revise(move |known| (feed(known, address.as_ref(), &brief, created_at), ()))
                .await?;
            Ok(Receipt::whole(format!(
                "{count} entries in {}",
                self.file.path().display()
            )))
        })
    }
}

/// The feed with the digest's cards in it.
fn feed(known: &str, address: Option<&Url>, brief: &Brief, at: Timestamp) -> String {
    let fresh: Vec<(String, String)> = brief.cards().map(|card| entry(card, at)).collect();
    let old = known.split("<entry>\n").skip(1).filter_map(|text| {
        let body = text.split("</entry>\n").next()?;
        let id = body.split("<id>").nth(1)?.split("</id>").next()?.to_owned();
        Some((id, format!("<entry>\n{body}</entry>\n")))
    });
    let old: Vec<_> = old
        .filter(|(id, _)| fresh.iter().all(|(new, _)| new != id))
        .collect();
    let entries = fresh.into_iter().chain(old).take(MOST);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>urn:tidewatch:digest:{}</id>\n<title>{}</title>\n<updated>{at}</updated>\n\
         <author><name>tidewatch</name></author>\n{MARK}\n",
        text(&brief.name),
        text(&brief.title),
    );
    if let Some(address) = address {
        let (kind, address) = ("application/atom+xml", text(address.as_str()));
        let _ = writeln!(
            out,
            "<link rel=\"self\" type=\"{kind}\" href=\"{address}\"/>"
        );
    }
    out.extend(entries.map(|(_, entry)| entry));
    out.push_str("</feed>\n");
    out
}

fn entry(card: &BriefCard, at: Timestamp) -> (String, String) {
    let id = format!("urn:tidewatch:finding:{}", text(&card.id));
    let label = format!("[{}] {}", card.severity_label, card.title);
    let mut out = format!("<entry>\n<id>{id}</id>\n<title>{}</title>\n", text(&label));
    let _ = writeln!(out, "<updated>{at}</updated>");
    if let Some(seen) = card.detected_at {
        let _ = writeln!(out, "<published>{seen}</published>");
    }
    if let Some(url) = &card.url {
        let _ = writeln!(out, "<link href=\"{}\"/>", text(url));
    }
    let _ = writeln!(out, "<category term=\"{}\"/>", text(&card.kind));
    let quote = card
        .quote
        .iter()
        .flat_map(|q| [q.before.as_deref(), q.after.as_deref()]);
    let quoted: Vec<String> = quote.flatten().map(|side| format!("“{side}”")).collect();
    let quoted = Some(quoted.join(" → ")).filter(|q| !q.is_empty());
    let lines = [card.effective_text.clone(), card.gist.clone(), quoted]
        .into_iter()
        .flatten()
        .chain(card.facts.iter().cloned())
        .chain(card.action.clone())
        .chain([card.confirmed_text.clone()]);
    let summary = lines.collect::<Vec<_>>().join("\n");
    let _ = writeln!(
        out,
        "<content type=\"text\">{}</content>\n</entry>",
        text(&summary)
    );
    (id, out)
}

/// Text as XML 1.0 can hold it.
fn text(raw: &str) -> String {
    let allowed = |c: &char| !c.is_control() || *c == '\n';
    entities(&raw.chars().filter(allowed).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeliveryForm, Language};

    fn brief(ids: &[&str], title: &str) -> Brief {
        let cards: Vec<_> = ids
            .iter()
            .map(|id| serde_json::json!({ "id": id, "title": title, "url": "https://a.example/?a&b" }))
            .collect();
        let json = serde_json::json!({
            "schema": "tidewatch.digest/1", "name": "daily", "title": "A & B",
            "sections": [{ "cards": cards }],
        });
        let form = DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: String::new(),
            html: String::new(),
            text: String::new(),
            markdown: String::new(),
            json,
            language: Language::En,
        };
        Brief::of(&form).expect("a digest")
    }

    #[test]
    fn newest_first_each_finding_once_and_any_reader_can_read_it() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let here: Url = "https://radar.example/feed.xml".parse().expect("a URL");
        let here = Some(&here);
        let first = feed(
            "",
            here,
            &brief(&["f1", "f2"], "old </entry>\n<entry>\n\u{1}"),
            at("2026-07-13T06:00:00Z"),
        );
        let second = feed(
            &first,
            here,
            &brief(&["f3", "f2"], "new"),
            at("2026-07-14T06:00:00Z"),
        );
        assert_eq!(
            second,
            feed(
                &second,
                here,
                &brief(&["f3", "f2"], "new"),
                at("2026-07-14T06:00:00Z")
            ),
            "a retry changes nothing"
        );
        let read = feed_rs::parser::parse(second.as_bytes()).expect("a feed");
        assert_eq!(read.title.expect("a title").content, "A & B");
        let ids: Vec<&str> = read.entries.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "urn:tidewatch:finding:f3",
                "urn:tidewatch:finding:f2",
                "urn:tidewatch:finding:f1"
            ]
        );
        assert_eq!(read.links[0].rel.as_deref(), Some("self"));
        assert_eq!(read.links[0].href, "https://radar.example/feed.xml");
        assert_eq!(read.entries[1].links[0].href, "https://a.example/?a&b");
    }
}
