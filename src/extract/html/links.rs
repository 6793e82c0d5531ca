//! Links made absolute and stable.
//!
//! Redirectors that platforms put before outgoing links are unwrapped, and parameters that only track the
//! reader are dropped: both change with every poll.

use scraper::Html;
use url::Url;

use super::email;

/// Absolute form of `href` found on `base`; none for scripts, for links within the page and for what is no URL.
pub(crate) fn clean_link(href: &str, base: &Url) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > 4_096 {
        return None;
    }
    if let Some((path, hex)) = href.split_once('#')
        && path.ends_with(email::PROTECTED_PATH)
    {
        return email::reveal(hex).map(|address| format!("mailto:{address}"));
    }
    let mut url = base.join(href).ok()?;
    if !matches!(
        url.scheme(),
        "http" | "https" | "mailto" | "tel" | "tg" | "ftp"
    ) {
        return None;
    }
    // a redirector may wrap another one; a handful is plenty
    for _ in 0..3 {
        match unwrapped(&url) {
            Some(inner) => url = inner,
            None => break,
        }
    }
    drop_tracking(&mut url);
    Some(url.into())
}

/// Target of a known redirector.
fn unwrapped(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let key = match (host, url.path()) {
        ("l.facebook.com" | "lm.facebook.com" | "l.instagram.com" | "l.threads.com", _) => "u",
        ("www.google.com" | "google.com", "/url") | ("www.youtube.com", "/redirect") => "q",
        ("vk.com", "/away.php") => "to",
        ("www.linkedin.com", "/redir/redirect") => "url",
        _ => return None,
    };
    let target = url.query_pairs().find(|(name, _)| name == key)?.1;
    Url::parse(&target)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Drops parameters that name the reader or the campaign, not the page.
fn drop_tracking(url: &mut Url) {
    let tracks = |name: &str| {
        name.starts_with("utm_")
            || matches!(
                name,
                "fbclid"
                    | "gclid"
                    | "yclid"
                    | "ysclid"
                    | "msclkid"
                    | "mc_eid"
                    | "igshid"
                    | "helpref"
                    | "__tn__"
            )
    };
    if url.query().is_none() || !url.query_pairs().any(|(name, _)| tracks(&name)) {
        return;
    }
    let kept: Vec<String> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !tracks(pair.split('=').next().unwrap_or_default()))
        .map(str::to_owned)
        .collect();
    url.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
}

/// Base of the page's relative links: its `<base href>`, else where it came from.
pub(crate) fn base_of(page: &Html, url: &Url) -> Url {
    page.tree
        .nodes()
        .take(400)
        .filter_map(|node| node.value().as_element())
        .find(|element| element.name() == "base")
        .and_then(|base| url.join(base.attr("href")?).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}
