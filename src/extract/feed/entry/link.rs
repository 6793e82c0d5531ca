//! Where an item leads: the best of its links, made absolute.

use url::Url;

use super::Entry;
use crate::extract::feed::scan::Element;
use crate::extract::markup::attribute;
use crate::extract::plain;

impl<'a> Entry<'_, 'a> {
    /// Its page: a link, a permanent GUID, or what else has an address.
    pub(super) fn link(&self) -> Option<String> {
        let origin = self.own("feedburner", "origlink").find_map(|element| {
            let href = self.text(element);
            (!href.is_empty()).then(|| self.absolute(&href, Some(element)))
        });
        let page = || self.ranked_link(0..=2);
        let other = || self.ranked_link(3..=5);
        // not RSS's name for it, but a guess that many make
        let address = || {
            let mut written = self.own("", "url").map(|element| self.text(element));
            let href = written.find(|href| !href.is_empty())?;
            Some(self.absolute(&href, None))
        };
        let source = || {
            let sources = self.core("content").map(|element| (element, "src"));
            let mut sources = sources.chain(self.core("enclosure").map(|e| (e, "url")));
            sources.find_map(|(element, name)| {
                let href = self.attribute(element, name)?;
                Some(self.absolute(&href, Some(element)))
            })
        };
        let about = || {
            let attributes = self.item.attributes;
            let href =
                attribute(attributes, "rdf:about").or_else(|| attribute(attributes, "href"))?;
            Some(self.absolute(&self.scan.entities.unescape(href), None))
        };
        origin
            .or_else(page)
            .or_else(|| self.permanent_guid())
            .or_else(other)
            .or_else(address)
            .or_else(source)
            .or_else(about)
            .filter(|link| !link.starts_with("javascript:"))
    }

    /// The first link of the best rank in the range: 0 a page, 1 an alternate of no type, 2 any
    /// other alternate, 3 a relative, 4 itself, 5 an enclosure.
    fn ranked_link(&self, ranks: std::ops::RangeInclusive<u8>) -> Option<String> {
        let links = self.core("link").filter_map(|element| {
            let rel = element
                .attribute("rel")
                .unwrap_or_default()
                .to_ascii_lowercase();
            let kind = element.attribute("type").unwrap_or_default();
            let rank = match rel.as_str() {
                "" if kind.is_empty() => 1,
                "" | "alternate" if kind.contains("html") => 0,
                "alternate" if kind.is_empty() => 1,
                "" | "alternate" => 2,
                "related" | "canonical" | "via" | "shortlink" => 3,
                "self" => 4,
                "enclosure" => 5,
                _ => return None,
            };
            ranks.contains(&rank).then_some((rank, element))
        });
        let with_address = links.filter_map(|(rank, element)| {
            let href = self
                .attribute(element, "href")
                .filter(|href| !href.is_empty());
            let href = href.unwrap_or_else(|| self.text(element));
            (!href.is_empty()).then_some((rank, element, href))
        });
        let (_, element, href) = with_address.min_by_key(|(rank, ..)| *rank)?;
        Some(self.absolute(&href, Some(element)))
    }

    /// A GUID that is an address and not said to be none; also one relative to the site, when it is
    /// said to be an address or is a path.
    fn permanent_guid(&self) -> Option<String> {
        self.own("", "guid")
            .chain(self.core("id"))
            .find_map(|element| {
                let guid = self.text(element);
                let said = element.attribute("isPermaLink").map(str::trim);
                if said.is_some_and(|said| said.eq_ignore_ascii_case("false")) {
                    return None;
                }
                if guid.starts_with("http://") || guid.starts_with("https://") {
                    return Some(guid);
                }
                let is_guid = element.name.local.eq_ignore_ascii_case("guid");
                let is_relative = !guid.is_empty()
                    && !guid.contains([' ', ':'])
                    && (said.is_some() || is_guid && guid.starts_with('/'));
                is_relative.then(|| self.absolute(&guid, Some(element)))
            })
    }

    fn absolute(&self, href: &str, element: Option<&Element<'a>>) -> String {
        let own = [
            attribute(self.item.attributes, "xml:base"),
            element.and_then(|element| element.attribute("xml:base")),
        ];
        let base = join_bases(self.feed.base.clone(), &own);
        // `www.site.example/1`: the scheme was forgotten
        let host = href.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host = |host: &str| {
            let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
            host.contains('.')
                && (host.starts_with("www.") || base.host_str().map(bare) == Some(bare(host)))
        };
        let joined = if is_host(host) {
            base.join(&format!("//{href}"))
        } else {
            base.join(href)
        };
        joined.map_or_else(|_| href.to_owned(), String::from)
    }
}

/// Bases one inside the other; what is no address is passed over.
pub(in crate::extract::feed) fn join_bases(base: Url, inner: &[Option<&str>]) -> Url {
    inner.iter().flatten().fold(base, |base, next| {
        let next = plain::unescape(next);
        match base.join(next.trim()) {
            Ok(joined) if matches!(joined.scheme(), "http" | "https") => joined,
            _ => base,
        }
    })
}
