//! An HTML page's own words about itself, from its tags alone: title, language, base, feed links.
//!
//! No tree: a page that no parser likes still names its feeds.

use url::Url;

use crate::extract::markup::{Piece, Pieces, attribute};
use crate::extract::plain;

/// Feed links beyond this many are not listed.
const MOST: usize = 40;
/// A page's tags are looked at up to this many bytes.
const LOOKED_AT: usize = 2 << 20;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// `og:title`, else `<title>`.
    pub(super) title: Option<String>,
    /// `<html lang>`.
    pub(super) language: Option<String>,
    /// `<link rel=alternate>` of feeds, in order.
    pub(super) feeds: Vec<FeedLink>,
    /// `<a href>` that look like feeds, in order.
    pub(super) anchors: Vec<FeedLink>,
    /// `<link rel=canonical>`.
    pub(super) canonical: Option<Url>,
}

/// A link to a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FeedLink {
    pub(super) url: Url,
    pub(super) title: Option<String>,
}

impl Head {
    /// Reads a page's tags; `from` is the base of its links unless it names another.
    pub(super) fn of(source: &str, from: &Url) -> Self {
        let source = &source[..source.floor_char_boundary(LOOKED_AT)];
        let mut head = Self::default();
        let mut base = from.clone();
        let (mut og_title, mut in_title, mut in_script) = (None, false, false);
        let mut anchor: Option<(Url, bool)> = None;
        for piece in Pieces::new(source) {
            match piece {
                Piece::End(name) if name.eq_ignore_ascii_case("script") => in_script = false,
                _ if in_script => {}
                Piece::Start(tag) => {
                    let value = |name: &str| {
                        let value = attribute(tag.attributes, name)?;
                        Some(plain::unescape(value.trim()).into_owned()).filter(|v| !v.is_empty())
                    };
                    match tag.name.to_ascii_lowercase().as_str() {
                        "script" => in_script = !tag.closed,
                        "html" => head.language = head.language.take().or(value("lang")),
                        "base" => {
                            let named = value("href").and_then(|href| from.join(&href).ok());
                            base = named.unwrap_or(base);
                        }
                        "title" => in_title = head.title.is_none(),
                        "meta" => {
                            let name = value("property").or_else(|| value("name"));
                            if name.is_some_and(|name| name.eq_ignore_ascii_case("og:title")) {
                                og_title = og_title.or(value("content"));
                            }
                        }
                        "link" => head.link(&base, &value),
                        "a" => {
                            let url = value("href").and_then(|href| base.join(&href).ok());
                            anchor = url
                                .filter(|url| matches!(url.scheme(), "http" | "https"))
                                .map(|url| (url.clone(), names_a_feed(&url)));
                            if let Some((url, true)) = &anchor {
                                push(&mut head.anchors, url.clone(), value("title"));
                            }
                        }
                        _ => {}
                    }
                }
                Piece::Text(text) if in_title => {
                    let title = plain::squeeze(&plain::unescape(text));
                    head.title = head.title.take().or(Some(title).filter(|t| !t.is_empty()));
                    in_title = false;
                }
                Piece::Text(text) => {
                    // `<a href="/lenta">RSS</a>`
                    let said = text.trim();
                    let is_feed = said.len() < 24
                        && said
                            .split(|c: char| !c.is_alphanumeric())
                            .any(|word| matches!(word, "RSS" | "Atom" | "rss"));
                    if is_feed && let Some((url, false)) = &anchor {
                        push(&mut head.anchors, url.clone(), None);
                    }
                }
                Piece::End(name) if name.eq_ignore_ascii_case("a") => anchor = None,
                _ => {}
            }
        }
        head.title = og_title.or(head.title.take());
        head
    }

    fn link(&mut self, base: &Url, value: &dyn Fn(&str) -> Option<String>) {
        let rel = value("rel").unwrap_or_default().to_ascii_lowercase();
        let has = |word: &str| rel.split_ascii_whitespace().any(|found| found == word);
        let Some(url) = value("href").and_then(|href| address(base, &href)) else {
            return;
        };
        if has("canonical") {
            self.canonical = self.canonical.take().or(Some(url));
            return;
        }
        let kind = value("type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let title = value("title");
        let says_feed = || {
            let title = title.as_deref().unwrap_or_default().to_lowercase();
            title.contains("rss")
                || title.contains("feed")
                || title.contains("atom")
                || names_a_feed(&url)
        };
        let is_feed = match kind {
            "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/x.atom+xml"
            | "application/x-atom+xml" => true,
            "application/json" | "text/xml" | "application/xml" | "text/rss" | "text/rss+xml" => {
                says_feed()
            }
            "" => has("feed"),
            _ => false,
        };
        if is_feed && (has("alternate") || has("feed") || rel.is_empty()) {
            push(&mut self.feeds, url, title);
        }
    }
}

fn push(links: &mut Vec<FeedLink>, url: Url, title: Option<String>) {
    if links.len() < MOST && links.iter().all(|known| known.url != url) {
        links.push(FeedLink { url, title });
    }
}

/// An absolute address of the web, `feed:` taken off.
fn address(base: &Url, href: &str) -> Option<Url> {
    let href = match href.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("https:{rest}"),
        Some(rest) => rest.to_owned(),
        None => href.to_owned(),
    };
    let mut url = base.join(&href).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Does an address look like a feed's?
fn names_a_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    matches!(last, "feed" | "rss" | "atom" | "rss2")
        || [
            ".rss",
            ".atom",
            ".rdf",
            "rss.xml",
            "feed.xml",
            "atom.xml",
            "feed.json",
            "rss.php",
        ]
        .iter()
        .any(|ending| last.ends_with(ending))
}
