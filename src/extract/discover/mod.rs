//! What a URL is: from its form alone, and from the body it gives.
//!
//! A person knows an address (`@durov`, `r/ads`, `youtube.com/@acme`, `acme.example/blog`), the watch
//! needs the one that programs read, and the kind that reads it. [`by_address`] knows the forms of
//! platforms; [`by_body`] looks into what an address gave: any feed by its content, a page's own feed
//! links, a channel's id in its page, known forms of JSON, changelogs. Both answer with a [`Step`]:
//! what to read, best first, or what to look into next.
//!
//! Pure: whoever drives it fetches, and must fetch no address twice.
//!
//! | module | duty |
//! |---|---|
//! | `address` | what people write, as an address |
//! | `platforms` | one function for each platform's forms of address |
//! | `content` | which reader a body is for |
//! | `head` | an HTML page's own words: title, language, feed links |
//! | `page` | what a page leads to |
//! | [`name`] | ids and owners made from titles and hosts |

mod address;
mod content;
mod head;
pub mod name;
mod page;
mod platforms;
#[cfg(test)]
mod tests;

pub(in crate::extract) use content::binary;
pub use content::{Content, recognise};

use serde::Serialize;
use url::Url;

use super::guard;
use crate::model::{Body, ReadOptions};

/// One way to read what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The reader's name.
    pub kind: String,
    /// What is fetched.
    pub url: Url,
    /// What it is, for people: `the page's own feed`.
    pub what: String,
    /// A title, if one is known before reading.
    pub title: Option<String>,
    /// A stem for its id, if the address gives a good one: `tg-durov`.
    pub stem: Option<String>,
    /// Whom it speaks for, if the address says.
    pub owner: Option<String>,
    /// The language that the page which led to it says it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What must be done before it can be read, such as getting a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<Need>,
}

/// What a candidate cannot be read without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A service key of VK in a header.
    VkServiceKey,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Read one of these, best first.
    Read(Vec<Candidate>),
    /// Fetch this and hand its body to [`by_body`].
    Look(Url, Place),
    /// It cannot be read, and why.
    Closed(String),
}

/// Why an address is looked into, which says what is sought in its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Anything.
    Anything,
    /// A page of `YouTube`, for the channel's id.
    YouTube,
    /// Mastodon's answer about an account; if it is none, what was asked for is looked into instead.
    Mastodon {
        /// The account as `user@host` or `user`.
        account: String,
        /// What to do if the host does not answer as Mastodon does.
        or: Box<Step>,
    },
    /// `WebFinger`'s answer: on which host an account really lives.
    WebFinger {
        /// `user@host`.
        account: String,
    },
}

/// What an address is, by its form alone. `Err` says why the text is no address.
pub fn by_address(text: &str) -> Result<Step, String> {
    let address = address::parse(text)?;
    Ok(platforms::of(&address).unwrap_or(Step::Look(address.url, Place::Anything)))
}

/// What the body of an address that was looked into leads to.
pub fn by_body(place: &Place, body: &Body<'_>, options: &ReadOptions) -> Step {
    guard::catch(|| look_into(place, body, options))
        .unwrap_or_else(|panic| Step::Closed(format!("reader panicked: {panic}")))
}

fn look_into(place: &Place, body: &Body<'_>, options: &ReadOptions) -> Step {
    match place {
        Place::Anything => page::candidates(body, options),
        Place::YouTube => platforms::youtube_channel(body),
        Place::Mastodon { account, or } => {
            platforms::mastodon_account(account, body).unwrap_or_else(|| Step::clone(or))
        }
        Place::WebFinger { account } => platforms::web_finger(account, body),
    }
}

/// The reader that suits a body best, without leaving it: a page with feeds is a page.
pub fn best_kind(body: &Body<'_>, options: &ReadOptions) -> String {
    let Step::Read(found) = by_body(&Place::Anything, body, options) else {
        return "page".to_owned();
    };
    let own = found
        .into_iter()
        .find(|candidate| candidate.url == *body.url);
    own.map_or_else(|| "page".to_owned(), |candidate| candidate.kind)
}

/// What is left when an address that was to be looked into gave no body.
pub fn without_body(place: &Place) -> Option<Step> {
    match place {
        Place::Mastodon { or, .. } => Some(Step::clone(or)),
        _ => None,
    }
}

/// The kind that an address's form promises, for lists that hold nothing but addresses. Offline.
pub fn kind_of_address(url: &Url) -> Option<Candidate> {
    match by_address(url.as_str()) {
        Ok(Step::Read(candidates)) => candidates.into_iter().next(),
        _ => None,
    }
}

/// Does an address look like one that is made for programs? Then robots.txt is not meant for it.
pub fn is_for_programs(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    [".xml", ".rss", ".atom", ".rdf", ".json"]
        .iter()
        .any(|ending| last.ends_with(ending))
        || matches!(last, "feed" | "feeds" | "rss" | "atom" | "rss2")
        || path.starts_with("/api/")
        || url.host_str().is_some_and(|host| host.starts_with("api."))
        || url
            .query_pairs()
            .any(|(name, value)| name == "feed" || value == "rss" || value == "atom")
}

impl Candidate {
    /// What a person says it is.
    pub fn as_told(kind: &str, url: Url) -> Self {
        Self::new(kind, url, "as you say")
    }

    /// A candidate of which only kind, address and description are known.
    fn new(kind: &str, url: Url, what: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            url,
            what: what.into(),
            title: None,
            stem: None,
            owner: None,
            language: None,
            needs: None,
        }
    }

    fn titled(self, title: Option<String>) -> Self {
        Self { title, ..self }
    }

    fn named(self, prefix: &str, owner: &str) -> Self {
        let slug = name::slug(owner);
        Self {
            stem: Some(format!("{prefix}-{slug}")).filter(|_| !slug.is_empty()),
            owner: Some(slug).filter(|slug| !slug.is_empty()),
            ..self
        }
    }
}
