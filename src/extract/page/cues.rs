//! What elements say of themselves: tags, roles, and the words of classes and ids.
//!
//! Sites name their parts alike: `nav`, `related`, `share`, `cookie-banner`, `article__body`. A name is a hint,
//! never proof (`has-sidebar` is often the whole page), so who asks weighs it against the text inside.

use crate::extract::html::Entry;

/// What an element is by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    /// Says nothing.
    None,
    /// Byline, date, caption, tags: around an article, not of it.
    Around,
    /// Related links, sharing, promotion: by class or id.
    Boilerplate,
    /// A column beside the page's own matter.
    Aside,
    /// Cookie bars, sign-up boxes: what lies over a page.
    Overlay,
    /// What readers wrote.
    Comments,
    /// Navigation, footer: by tag or role, so surely.
    Chrome,
    /// A dialog before the page: by tag or role.
    Dialog,
    /// The body of an article.
    Content,
}

/// Reads an element's cue. With `ids`, its id counts as well as its class: on documents ids are the
/// names of sections (`#cookies`, `#sharing`), so there only the few that surely are not do.
pub(super) fn cue(entry: &Entry<'_>, ids: bool) -> Cue {
    let Some(element) = entry.element() else {
        return Cue::None;
    };
    let tag = match element.name() {
        "nav" | "footer" | "menu" => Cue::Chrome,
        "dialog" => Cue::Dialog,
        "aside" => Cue::Aside,
        "figcaption" | "time" => Cue::Around,
        "body" | "html" | "main" | "td" | "tr" | "table" | "tbody" | "p" | "a" => return Cue::None,
        _ => Cue::None,
    };
    let role = match element.attr("role").unwrap_or_default() {
        "navigation" | "banner" | "contentinfo" | "search" | "menu" | "menubar" | "toolbar"
        | "tablist" | "tooltip" => Cue::Chrome,
        "dialog" | "alertdialog" => Cue::Dialog,
        "complementary" => Cue::Aside,
        "main" | "article" => return Cue::None,
        _ => Cue::None,
    };
    if element.attr("aria-modal") == Some("true") {
        return Cue::Dialog;
    }
    if element.attr("itemprop") == Some("articleBody") {
        return Cue::Content;
    }
    let id = element.attr("id").unwrap_or_default();
    let named = of_names(element.attr("class").unwrap_or_default());
    let by_id = match id {
        "comments" | "respond" | "disqus_thread" | "comment-list" => Cue::Comments,
        "footer" | "colophon" | "masthead" | "site-navigation" | "site-footer" | "site-header" => {
            Cue::Chrome
        }
        "sidebar" | "secondary" | "right-sidebar" | "left-sidebar" => Cue::Aside,
        _ => {
            let cue = of_names(id);
            if ids || matches!(cue, Cue::Content | Cue::Overlay) {
                cue
            } else {
                Cue::None
            }
        }
    };
    let tested = if ids {
        of_names(
            element
                .attr("data-testid")
                .or_else(|| element.attr("data-component"))
                .unwrap_or_default(),
        )
    } else {
        Cue::None
    };
    tag.max(role).max(named).max(by_id).max(tested)
}

/// The cue in a list of class names or an id.
fn of_names(names: &str) -> Cue {
    let mut found = Cue::None;
    for name in names.split_ascii_whitespace().take(24) {
        if name.len() <= 80 {
            found = found.max(of_name(name));
        }
    }
    found
}

fn of_name(name: &str) -> Cue {
    let mut words: [&str; 8] = [""; 8];
    let lower = split_words(name);
    let mut count = 0;
    for word in lower.split(' ').filter(|word| !word.is_empty()).take(8) {
        words[count] = word;
        count += 1;
    }
    let words = &words[..count];
    if is_layout(words) {
        return Cue::None;
    }
    let mut found = Cue::None;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        found = found.max(of_word(word, next));
    }
    found
}

/// Modifiers say how a part looks or what it has beside it, not what it is.
fn is_layout(words: &[&str]) -> bool {
    matches!(
        words.first().copied(),
        Some(
            "has"
                | "is"
                | "no"
                | "with"
                | "without"
                | "js"
                | "page"
                | "single"
                | "layout"
                | "grid"
                | "col"
        )
    ) && !matches!(
        words.get(1).copied(),
        Some("nav" | "navigation" | "footer" | "share" | "comments" | "related")
    )
}

/// `relatedPosts__list-item` as `related posts list item`.
fn split_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && lower {
                out.push(' ');
            }
            lower = c.is_lowercase();
            out.extend(c.to_lowercase());
        } else {
            out.push(' ');
            lower = false;
        }
    }
    out
}

fn of_word(word: &str, next: &str) -> Cue {
    match (word, next) {
        (
            "articlebody" | "storybody" | "entrycontent" | "postcontent" | "articlecontent"
            | "storycontent" | "articletext",
            _,
        )
        | (
            "article" | "story" | "entry" | "post" | "news" | "blog",
            "body" | "content" | "text" | "copy",
        ) => Cue::Content,
        ("comments" | "comment" | "disqus" | "respond" | "commentlist", _) => Cue::Comments,
        (
            "cookie" | "cookies" | "gdpr" | "consent",
            "banner" | "bar" | "consent" | "popup" | "modal" | "overlay" | "message" | "alert"
            | "law" | "layer" | "warning" | "wall" | "dialog" | "box" | "prompt",
        )
        | (
            "cookiebar" | "cookiebanner" | "cookieconsent" | "onetrust" | "modal" | "popup"
            | "lightbox" | "offcanvas" | "paywall" | "regwall" | "subscribe" | "subscription"
            | "newsletter" | "signup",
            _,
        )
        | ("moove" | "cmplz" | "cky" | "cc", "gdpr" | "cookiebanner" | "consent" | "window") => {
            Cue::Overlay
        }
        ("sidebar" | "sidenav" | "widget" | "widgets" | "rail", _) => Cue::Aside,
        (
            "nav" | "navbar" | "navigation" | "breadcrumb" | "breadcrumbs" | "crumbs" | "megamenu"
            | "sitenav" | "footer" | "colophon" | "masthead" | "skiplink" | "cookie" | "cookies"
            | "gdpr" | "topbar" | "pagination" | "pager" | "paginator" | "related" | "relatedposts"
            | "recommend" | "recommended" | "recommendation" | "recommendations" | "recirc"
            | "recirculation" | "share" | "sharing" | "sharebar" | "sharedaddy" | "addthis"
            | "addtoany" | "shareaholic" | "social" | "socials" | "promo" | "promos" | "promotion"
            | "promobox" | "advert" | "advertisement" | "advertising" | "adsbygoogle" | "ad"
            | "ads" | "adslot" | "dfp" | "outbrain" | "taboola" | "sponsor" | "sponsored"
            | "trending" | "popular" | "mostread" | "toolbar" | "jp" | "yarpp" | "teaser"
            | "teasers" | "donate" | "donation" | "rating" | "ratings" | "feedback" | "survey"
            | "login" | "author" | "authors" | "bio" | "noprint" | "hidden" | "readmore"
            | "morestories" | "banner" | "banners" | "menu" | "submenu" | "tooltip" | "carousel"
            | "slider" | "inread" | "tagcloud" | "whatsapp" | "telegram" | "prevnext",
            _,
        )
        | (
            "read" | "more" | "latest" | "top" | "other" | "similar" | "also" | "next" | "most",
            "more" | "stories" | "articles" | "news" | "posts" | "read" | "popular" | "links"
            | "like",
        )
        | ("sr" | "visually" | "screen", "only" | "hidden" | "reader")
        | (
            "call" | "post" | "article" | "entry",
            "to" | "nav" | "navigation" | "footer" | "tools" | "actions" | "share" | "links",
        )
        | ("follow", "us") => Cue::Boilerplate,
        (
            "byline" | "dateline" | "timestamp" | "date" | "datetime" | "published" | "pubdate"
            | "caption" | "credit" | "credits" | "copyright" | "kicker" | "eyebrow" | "tags"
            | "tag" | "taglist" | "topics" | "categories" | "category" | "keywords" | "meta"
            | "postmeta" | "metadata" | "header" | "heading" | "headline" | "subheadline"
            | "source" | "print" | "disclaimer" | "disclosure" | "toc" | "tools" | "cta" | "views"
            | "counter" | "info" | "infobox",
            _,
        ) => Cue::Around,
        _ => Cue::None,
    }
}
