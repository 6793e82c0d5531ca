//! What else an item says of itself: who wrote it, under which tags, in which language.

use super::Entry;
use crate::extract::markup::attribute;
use crate::model::Sample;

impl Entry<'_, '_> {
    /// Who wrote it.
    pub(super) fn author(&self) -> Option<String> {
        self.core("author")
            .map(|author| self.child(author, "name").unwrap_or(author))
            .chain(self.own("dc", "creator"))
            .chain(self.own("dc", "author"))
            .chain(self.own("itunes", "author"))
            .map(|element| person(&self.text(element)))
            .find(|name| !name.is_empty())
    }

    /// Its categories and keywords, each once.
    pub(super) fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let written = self.core("category").map(|element| {
            let label = self
                .attribute(element, "label")
                .filter(|label| !label.is_empty());
            let tag = label.or_else(|| self.attribute(element, "term"));
            tag.filter(|tag| !tag.is_empty())
                .unwrap_or_else(|| self.text(element))
        });
        let subjects = self.own("dc", "subject").map(|element| self.text(element));
        let keywords = self
            .all("media", "keywords")
            .chain(self.own("itunes", "keywords"));
        let keywords: Vec<String> = keywords
            .map(|element| self.text(element))
            .flat_map(|words| {
                words
                    .split(',')
                    .map(|w| w.trim().to_owned())
                    .collect::<Vec<_>>()
            })
            .collect();
        for tag in written.chain(subjects).chain(keywords) {
            if !tag.is_empty() && !tags.contains(&tag) && tags.len() < 64 {
                tags.push(tag);
            }
        }
        tags
    }

    /// Its language, or else the feed's.
    pub(super) fn language(&self) -> Option<String> {
        attribute(self.item.attributes, "xml:lang")
            .map(str::to_owned)
            .or_else(|| self.own("dc", "language").next().map(|e| self.text(e)))
            .filter(|language| !language.is_empty())
            .or_else(|| self.feed.language.clone())
    }

    /// The feed that it was taken from.
    pub(super) fn reprinted_from(&self) -> Option<String> {
        let source = self.core("source").next()?;
        let name = self.child(source, "title").unwrap_or(source);
        Some(self.text(name)).filter(|name| !name.is_empty())
    }

    /// How many comments it has.
    pub(super) fn comments(&self) -> Option<Sample> {
        let written = self
            .own("slash", "comments")
            .chain(self.own("thr", "total"))
            .next()?;
        let value = self.text(written).parse().ok()?;
        Some(Sample {
            metric: "comments".to_owned(),
            value,
            granularity: 1.0,
        })
    }
}

/// `mail@host (Name)` is Name.
fn person(text: &str) -> String {
    if let Some((before, rest)) = text.split_once('(')
        && before.contains('@')
        && let Some((name, _)) = rest.split_once(')')
        && !name.trim().is_empty()
    {
        return name.trim().to_owned();
    }
    text.to_owned()
}
