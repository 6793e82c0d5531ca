//! Names of elements: prefixes as the field knows them, whatever a feed calls them.
//!
//! Namespaces are declared wrongly so often that a declaration is only a hint: a known address
//! gives its usual prefix, an unknown one leaves the prefix as written, and no prefix is always the
//! feed's own vocabulary.

/// Parts of namespace addresses, lower case, with the usual prefix; the first that fits counts.
const SPACES: &[(&str, &str)] = &[
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules/syndication", "sy"),
    ("purl.org/rss/1.0/modules/slash", "slash"),
    ("purl.org/rss/1.0", ""),
    ("purl.org/net/rss1.1", ""),
    ("netscape.com/rdf/simple", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("cyber.law.harvard.edu/rss", ""),
    ("www.w3.org/2005/atom", "atom"),
    ("purl.org/atom", "atom"),
    ("purl.org/echo", "atom"),
    ("purl.org/pie", "atom"),
    ("example.com/newformat#", "atom"),
    ("example.com/necho", "atom"),
    ("uri/of/echo/namespace", "atom"),
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("search.yahoo.com/mrss", "media"),
    ("video.search.yahoo.com", "media"),
    ("itunes.com/dtds/podcast", "itunes"),
    ("purl.org/syndication/thread", "thr"),
    ("youtube.com/xml/schemas", "yt"),
    ("trends.google.com", "ht"),
    ("google.com/trends/hottrends", "ht"),
    ("rssnamespace.org/feedburner", "feedburner"),
    ("prismstandard.org", "prism"),
    ("w3.org/1999/02/22-rdf-syntax", "rdf"),
    ("w3.org/1999/xhtml", "xhtml"),
];

/// A name: the usual prefix of its namespace, empty for the feed's own, and the local part as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// `dc`, `media`, `atom`…
    pub(crate) space: &'a str,
    /// `pubDate`; compared without regard to case.
    pub(crate) local: &'a str,
}

impl Name<'_> {
    /// Is this `space:local`?
    pub(crate) fn is(&self, space: &str, local: &str) -> bool {
        self.local.eq_ignore_ascii_case(local) && self.space.eq_ignore_ascii_case(space)
    }

    /// Is this `local` of RSS or Atom?
    pub(crate) fn is_core(&self, local: &str) -> bool {
        self.local.eq_ignore_ascii_case(local) && self.in_core()
    }

    /// Is this any of the names of RSS or Atom?
    pub(crate) fn is_core_of(&self, locals: &[&str]) -> bool {
        self.in_core() && locals.iter().any(|l| self.local.eq_ignore_ascii_case(l))
    }

    fn in_core(&self) -> bool {
        self.space.is_empty() || self.space == "atom"
    }
}

/// Prefixes declared in one document.
#[derive(Debug, Default)]
pub(super) struct Prefixes<'a>(Vec<(&'a str, &'static str)>);

impl<'a> Prefixes<'a> {
    /// Takes note of `xmlns:prefix="address"`.
    pub(super) fn declare(&mut self, attribute: &'a str, address: &str) {
        let Some(prefix) = attribute.strip_prefix("xmlns:") else {
            return;
        };
        let address = address.trim().to_ascii_lowercase();
        let known = SPACES.iter().find(|(part, _)| address.contains(part));
        // a document declares a dozen; a hostile one may declare thousands
        if let Some((_, usual)) = known
            && self.0.len() < 64
        {
            self.0.retain(|(declared, _)| *declared != prefix);
            self.0.push((prefix, usual));
        }
    }

    /// The name of a tag.
    pub(super) fn name(&self, written: &'a str) -> Name<'a> {
        let Some((prefix, local)) = written.split_once(':') else {
            return Name {
                space: "",
                local: written,
            };
        };
        let declared = self.0.iter().find(|(declared, _)| *declared == prefix);
        let space = declared.map_or(prefix, |(_, usual)| usual);
        let space = if space == "rss" { "" } else { space };
        Name { space, local }
    }
}
