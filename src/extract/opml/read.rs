//! A list of feeds as it is found.
//!
//! Works on pieces of markup, as feeds are read: what an XML parser would give up on is skipped.

use url::Url;

use super::{OURS, Outline, Settings};
use crate::extract::charset::{self, Markup};
use crate::extract::discover::{self, Candidate};
use crate::extract::markup::{Piece, Pieces, Tag, attribute};
use crate::extract::plain;

/// Outlines nested deeper give no tags.
const DEEPEST: usize = 16;
/// Longest tag, in characters.
const LONGEST_TAG: usize = 40;

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The list's own title.
    pub title: Option<String>,
    /// Its sources, in its order.
    pub outlines: Vec<Outline>,
    /// What was not taken, and why.
    pub refused: Vec<Refused>,
}

/// An outline that is no source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// Line of the file, from 1.
    pub line: usize,
    /// What it calls itself.
    pub name: String,
    /// Why it was not taken.
    pub why: String,
}

/// Reads a list. `Err` if the bytes are no OPML at all.
pub fn read(bytes: &[u8]) -> Result<List, String> {
    let decoded = charset::decode(bytes, None, Markup::Xml);
    let text = decoded.text.as_str();
    let mut list = List::default();
    let mut folders: Vec<Option<String>> = Vec::new();
    let mut lines = Lines::new(text);
    let (mut is_opml, mut in_title) = (false, false);
    let mut first = None;
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Start(tag) if is(tag.name, "outline") => {
                is_opml = true;
                let line = lines.at(pieces.began());
                let folder = outline(tag, line, &folders, &mut list);
                if !tag.closed {
                    folders.push(folder);
                }
            }
            Piece::End(name) if is(name, "outline") => {
                folders.pop();
            }
            Piece::Start(tag) => {
                first = first.or(Some(tag.name));
                is_opml |= is(tag.name, "opml");
                in_title = is(tag.name, "title");
            }
            Piece::Text(text) if in_title => {
                let title = plain::squeeze(&plain::unescape(text));
                list.title = list.title.or(Some(title).filter(|title| !title.is_empty()));
                in_title = false;
            }
            _ => {}
        }
    }
    if is_opml {
        return Ok(list);
    }
    Err(match first {
        Some(first) => format!("not an OPML list: it begins with `<{first}>`"),
        None => "not an OPML list: there is no markup in it".to_owned(),
    })
}

/// Takes one outline in; answers with its name if it is a folder.
fn outline(
    tag: Tag<'_>,
    line: usize,
    folders: &[Option<String>],
    list: &mut List,
) -> Option<String> {
    let value = |name: &str| {
        let value = attribute(tag.attributes, name)?;
        Some(plain::squeeze(&plain::unescape(value))).filter(|value| !value.is_empty())
    };
    let name = value("title").or_else(|| value("text"));
    let kind = value("type").unwrap_or_default().to_ascii_lowercase();
    let feed = value("xmlUrl").or_else(|| value("feedUrl"));
    let is_link = feed.is_none() && !matches!(kind.as_str(), "rss" | "atom" | "feed");
    let address = feed.or_else(|| value("url")).or_else(|| value("href"));
    let mut refuse = |why: String| {
        list.refused.push(Refused {
            line,
            name: name.clone().unwrap_or_default(),
            why,
        });
        None
    };
    let Some(address) = address else {
        if !tag.closed && value("htmlUrl").is_none() {
            return name;
        }
        return refuse(match value("htmlUrl") {
            Some(page) => format!(
                "it names no feed, only the page {page}; `tidewatch sources add` finds its feed"
            ),
            None => "it names no feed (`xmlUrl`)".to_owned(),
        });
    };
    if kind == "include" {
        return refuse("another list, which is not fetched; import it by itself".to_owned());
    }
    let url = match url(&address) {
        Ok(url) => url,
        Err(why) => return refuse(format!("`{address}`: {why}")),
    };
    // as written: JSON has its own escapes, white space in it is kept
    let ours = attribute(tag.attributes, OURS).map(plain::unescape);
    let settings = match ours.map(|json| serde_json::from_str::<Settings>(&json)) {
        None => Settings::default(),
        Some(Err(error)) => return refuse(format!("its `{OURS}` cannot be read: {error}")),
        Some(Ok(settings)) => match settings.check() {
            Ok(()) => settings,
            Err(why) => return refuse(why),
        },
    };
    let known = discover::kind_of_address(&url);
    let (url, settings) = match (settings.kind.is_some(), known) {
        (true, _) => (url, settings),
        (
            false,
            Some(Candidate {
                kind,
                url: better,
                needs: None,
                ..
            }),
        ) => {
            let settings = Settings {
                kind: Some(kind),
                ..settings
            };
            (if is_link { better } else { url }, settings)
        }
        (false, _) if is_link => {
            return refuse(format!(
                "{url} is a link, not a feed; `tidewatch sources add` finds out what it is"
            ));
        }
        (false, _) => (
            url,
            Settings {
                kind: Some("feed".to_owned()),
                ..settings
            },
        ),
    };
    let language = value("language").and_then(|said| {
        let primary = said.split(['-', '_']).next()?.to_ascii_lowercase();
        ((2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic()))
            .then_some(primary)
    });
    let tags = settings
        .tags
        .clone()
        .unwrap_or_else(|| tags(folders, value("category")));
    list.outlines.push(Outline {
        line,
        url,
        title: name,
        tags,
        settings: Settings {
            language: settings.language.clone().or(language),
            ..settings
        },
    });
    None
}

fn is(name: &str, wanted: &str) -> bool {
    name.rsplit(':')
        .next()
        .is_some_and(|local| local.eq_ignore_ascii_case(wanted))
}

/// An address that a source may have.
fn url(address: &str) -> Result<Url, String> {
    let address = match address.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("https:{rest}"),
        Some(rest) => rest.to_owned(),
        None => address.to_owned(),
    };
    let url = Url::parse(&address).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("only http and https can be read".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "it carries a user name or password; add it by hand with a header from `secret_file`"
                .to_owned(),
        );
    }
    Ok(url)
}

fn tags(folders: &[Option<String>], category: Option<String>) -> Vec<String> {
    let category = category.unwrap_or_default();
    let named = folders.iter().take(DEEPEST).flatten().map(String::as_str);
    let mut tags = Vec::new();
    for name in named.chain(category.split([',', '/'])) {
        let tag = tag(name);
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// A folder's name as a tag: `Social Media` gives `social-media`.
fn tag(name: &str) -> String {
    let words = name
        .split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '/' | '"' | '\''))
        .filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-").to_lowercase();
    joined.chars().take(LONGEST_TAG).collect()
}

/// Lines of places that come in order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    fn at(&mut self, place: usize) -> usize {
        self.line += self.text[self.at..place].matches('\n').count();
        self.at = place;
        self.line
    }
}
