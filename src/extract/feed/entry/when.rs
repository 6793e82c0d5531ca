//! When an item was published and updated.

use jiff::Timestamp;

use super::Entry;
use crate::extract::dates;
use crate::extract::markup::attribute;

/// Where its date may stand, best first.
const PUBLISHED: &[(&str, &str)] = &[
    ("", "pubdate"),
    ("", "published"),
    ("atom", "published"),
    ("", "issued"),
    ("atom", "issued"),
    ("dc", "date"),
    ("dcterms", "issued"),
    ("dcterms", "created"),
    ("", "created"),
    ("atom", "created"),
    ("", "date"),
    ("prism", "publicationdate"),
];
/// Where the date of its last change may stand.
const UPDATED: &[(&str, &str)] = &[
    ("", "updated"),
    ("atom", "updated"),
    ("", "modified"),
    ("atom", "modified"),
    ("dcterms", "modified"),
    ("", "lastbuilddate"),
    ("", "lastmod"),
];

impl Entry<'_, '_> {
    /// What stands where its date should, for an item whose date cannot be read.
    pub(in crate::extract::feed) fn unread_date(&self) -> Option<String> {
        let places = PUBLISHED.iter().chain(UPDATED);
        places
            .flat_map(|(space, local)| self.own(space, local))
            .map(|element| self.text(element))
            .find(|text| !text.is_empty())
    }

    /// When it was published.
    pub(super) fn published(&self) -> Option<Timestamp> {
        self.date(PUBLISHED)
    }

    /// When it was last changed.
    pub(super) fn updated(&self) -> Option<Timestamp> {
        self.date(UPDATED).or_else(|| {
            let written = attribute(self.item.attributes, "lastmod")?;
            dates::read(written, self.feed.options)
        })
    }

    fn date(&self, places: &[(&'static str, &'static str)]) -> Option<Timestamp> {
        places
            .iter()
            .flat_map(|(space, local)| self.own(space, local))
            .find_map(|element| dates::read(&self.text(element), self.feed.options))
    }
}
