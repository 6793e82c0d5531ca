//! What a body that may be anything leads to: itself, or the feeds that a page names.

use url::Url;

use super::content::{Content, recognise};
use super::head::{FeedLink, Head};
use super::{Candidate, Step, kind_of_address};
use crate::extract::charset::{self, Markup};
use crate::extract::{changelog, page};
use crate::model::{Body, ReadOptions};

/// Words in an address or title that promise a changelog.
const CHANGELOG: &[&str] = &[
    "changelog",
    "change-log",
    "change log",
    "release-notes",
    "release notes",
    "releasenotes",
    "releases",
    "whats-new",
    "what-s-new",
    "what's new",
    "whatsnew",
    "history.md",
    "changes.md",
    "news.md",
    "version history",
    "журнал изменений",
    "история изменений",
    "список изменений",
    "что нового",
    "обновления api",
];
/// Parts of an address that promise a document of rules or help.
const DOCUMENT: &[&str] = &[
    "terms",
    "tos",
    "privacy",
    "policy",
    "policies",
    "legal",
    "rules",
    "guidelines",
    "community-standards",
    "cookies",
    "agreement",
    "oferta",
    "pravila",
    "license",
    "pricing",
    "prices",
    "tariffs",
    "tarify",
];

/// What the body leads to, best first.
pub(super) fn candidates(body: &Body<'_>, options: &ReadOptions) -> Step {
    let own = |kind: &str, what: &str| Candidate::new(kind, body.url.clone(), what);
    match recognise(body) {
        Content::Binary(what) => Step::Closed(format!("{what}, not a text that can be watched")),
        Content::UnknownJson => Step::Closed(
            "JSON in no known form: write a source of kind `json` with a mapping in `select`, see the \
             configuration's own words on it"
                .to_owned(),
        ),
        Content::UnknownXml => Step::Closed("XML that is neither a feed nor a page".to_owned()),
        Content::Opml => Step::Closed(
            "an OPML list of feeds: save it, then `tidewatch sources import FILE`".to_owned(),
        ),
        Content::For(kind) => Step::Read(vec![own(kind, described(kind))]),
        Content::Text => {
            let entries = dated_entries(body, options);
            let is_changelog = entries >= 3 || entries >= 1 && says(body.url.path(), CHANGELOG);
            Step::Read(vec![
                if is_changelog {
                    own("changelog", "a changelog as text, entry by entry")
                } else {
                    own("page", "a text, watched for changes")
                },
                if is_changelog {
                    own("page", "the same text as a whole")
                } else {
                    own("changelog", "the same text, entry by entry")
                },
            ])
        }
        Content::Page => of_html(body, options),
    }
}

fn described(kind: &str) -> &'static str {
    match kind {
        "feed" => "a feed",
        "youtube" => "a feed of videos, with numbers",
        "googletrends" => "trending searches",
        "reddit" => "a feed of Reddit, ranked",
        "telegram" => "a channel's public preview",
        "statuspage" => "incidents as JSON",
        _ => "posts as JSON, with numbers",
    }
}

fn of_html(body: &Body<'_>, options: &ReadOptions) -> Step {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let head = Head::of(&decoded.text, body.url);
    let title = head.title.as_deref().unwrap_or_default();
    let mut found = Vec::new();
    if is_statuspage(&decoded.text)
        && let Ok(incidents) = body.url.join("/api/v2/incidents.json")
    {
        let candidate = Candidate::new(
            "statuspage",
            incidents,
            "the status page's incidents as JSON",
        );
        found.push(candidate.titled(head.title.clone()));
    }
    let (main, comments): (Vec<_>, Vec<_>) = head
        .feeds
        .iter()
        .cloned()
        .partition(|link| !is_of_comments(link, title));
    let main = ranked(main, body.url);
    let own = own(body, options, &head);
    let feeds = main
        .iter()
        .map(|link| of_link(link, "the page's own feed", &head));
    let is_own_first = says(body.url.path(), CHANGELOG) && own[0].kind == "changelog"
        || is_document(body.url, title);
    if is_own_first {
        found.extend(own);
        found.extend(feeds);
    } else {
        found.extend(feeds);
        // a link in the page's text is believed less, and only when its head names none
        if main.is_empty() {
            let near = head
                .anchors
                .iter()
                .filter(|link| is_near(&link.url, body.url));
            let near = near.filter(|link| !is_of_comments(link, title)).take(2);
            found.extend(near.map(|link| of_link(link, "a feed that the page links to", &head)));
        }
        found.extend(own);
    }
    found.extend(
        comments
            .iter()
            .map(|link| of_link(link, "a feed of comments", &head)),
    );
    for candidate in &mut found {
        candidate.language.clone_from(&head.language);
    }
    let mut seen: Vec<(String, Url)> = Vec::new();
    found.retain(|candidate| {
        let key = (candidate.kind.clone(), candidate.url.clone());
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    Step::Read(found)
}

/// The page itself: as a changelog if it is one, and as a page.
fn own(body: &Body<'_>, options: &ReadOptions, head: &Head) -> Vec<Candidate> {
    let title = head.title.as_deref().unwrap_or_default().to_lowercase();
    let promises = says(body.url.path(), CHANGELOG) || says(&title, CHANGELOG);
    let entries = dated_entries(body, options);
    let make = |kind: &str, what: &str| {
        Candidate::new(kind, body.url.clone(), what).titled(head.title.clone())
    };
    let page = make("page", "the page itself, watched for changes");
    let changelog = make("changelog", "the page's dated entries");
    if promises && entries >= 2 {
        vec![changelog, page]
    } else if entries >= 3 {
        vec![page, changelog]
    } else {
        vec![page]
    }
}

fn dated_entries(body: &Body<'_>, options: &ReadOptions) -> usize {
    let reading = changelog::read(body, options);
    reading
        .items
        .iter()
        .filter(|item| item.published.is_some() || item.version.is_some())
        .count()
}

fn of_link(link: &FeedLink, what: &str, head: &Head) -> Candidate {
    let known = kind_of_address(&link.url).filter(|known| known.url == link.url);
    let base = known.unwrap_or_else(|| Candidate::new("feed", link.url.clone(), what));
    Candidate {
        what: match &link.title {
            Some(title) => format!("{what}: {title}"),
            None => what.to_owned(),
        },
        title: head.title.clone(),
        ..base
    }
}

/// In the page's order, but a feed of just this part of the site first, and one of two forms of the
/// same feed.
fn ranked(links: Vec<FeedLink>, page: &Url) -> Vec<FeedLink> {
    let path = page.path().trim_end_matches('/');
    let of_this_part =
        |link: &FeedLink| !path.is_empty() && link.url.path().starts_with(&format!("{path}/"));
    let is_json = |link: &FeedLink| link.url.path().to_ascii_lowercase().ends_with(".json");
    let mut links = links;
    // stable: what is equal stays as the page has it
    links.sort_by_key(|link| (!of_this_part(link), is_json(link)));
    links
}

fn is_of_comments(link: &FeedLink, page_title: &str) -> bool {
    let title = link.title.as_deref().unwrap_or_default().to_lowercase();
    let path = link.url.path().to_lowercase();
    // a page about comments may have a feed whose title says so
    let of_page = page_title.to_lowercase().contains("comment");
    !of_page
        && (title.contains("comment") || title.contains("комментари") || title.contains("replies"))
        || path.contains("/comments/")
}

fn is_near(link: &Url, page: &Url) -> bool {
    super::name::owner_of(link) == super::name::owner_of(page)
}

fn is_document(url: &Url, title: &str) -> bool {
    let path = url.path().to_ascii_lowercase();
    let mut words = path.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| {
        DOCUMENT
            .iter()
            .any(|known| word == *known || word.split('-').any(|part| part == *known))
    }) || page::names_a_document(title)
}

fn is_statuspage(source: &str) -> bool {
    source.contains("statuspage.io")
        || source.contains("Atlassian Statuspage")
        || source.contains("Powered by Statuspage")
}

fn says(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}
