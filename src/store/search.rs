//! Full-text search over items and the latest text of each page, with snippets from the stored text.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{ItemId, SourceId, VersionId};

use super::codec::{Text, time};
use super::error::Result;
use super::fold::{Query, fold};
use super::pool::Reader;

/// Length of a snippet, in characters, marks not counted.
const SNIPPET: usize = 200;

/// A place where a query was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Whose.
    pub source: SourceId,
    /// Item or page.
    #[serde(flatten)]
    pub place: HitPlace,
    /// Title of the item or page.
    pub title: String,
    /// Where a reader can see it.
    pub link: Option<String>,
    /// When it was published, else first seen.
    pub at: Timestamp,
    /// Part of the text around the first match, one line.
    pub snippet: String,
    /// Smaller is better (BM25).
    pub rank: f64,
}

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitPlace {
    /// An item.
    Item(ItemId),
    /// The latest text of a page.
    Version(VersionId),
}

impl Reader {
    /// Finds what a person typed: words that must all be there, `"phrases"`, `-unwanted` and `begin*`.
    /// Best first. Any text is a valid query; one without words finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>> {
        let Some(query) = Query::parse(query) else {
            return Ok(Vec::new());
        };
        let mut hits = self.search_items(&query, limit)?;
        hits.extend(self.search_pages(&query, limit)?);
        hits.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(b.at.cmp(&a.at)));
        hits.truncate(limit);
        Ok(hits)
    }

    fn search_items(&self, query: &Query, limit: usize) -> Result<Vec<Hit>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, i.id, i.title, i.link, coalesce(i.published_at, i.first_seen_at),
                coalesce(i.read ->> 'summary', ''), x.rank
             FROM (SELECT rowid, bm25(item_fts, 3.0, 1.0) AS rank FROM item_fts
                   WHERE item_fts MATCH ?1 ORDER BY rank LIMIT ?2) x
             JOIN item i ON i.id = x.rowid JOIN source s ON s.n = i.source",
        )?;
        let rows = statement.query_map((query.to_fts(), limit), |row| {
            Ok(Hit {
                source: row.get::<_, Text<SourceId>>(0)?.0,
                place: HitPlace::Item(ItemId(row.get(1)?)),
                title: row.get(2)?,
                link: row.get(3)?,
                at: time(row.get(4)?).unwrap_or_default(),
                snippet: snippet(&row.get::<_, String>(5)?, query),
                rank: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn search_pages(&self, query: &Query, limit: usize) -> Result<Vec<Hit>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, s.title, s.url, x.rank
             FROM (SELECT rowid, bm25(page_fts, 3.0, 1.0) AS rank FROM page_fts
                   WHERE page_fts MATCH ?1 ORDER BY rank LIMIT ?2) x
             JOIN source s ON s.n = x.rowid",
        )?;
        let found = statement
            .query_map((query.to_fts(), limit), |row| {
                Ok((
                    row.get::<_, Text<SourceId>>(0)?.0,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, f64>(3)?,
                ))
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut hits = Vec::new();
        for (source, title, url, rank) in found {
            let Some(version) = self.latest_version(&source)? else {
                continue;
            };
            hits.push(Hit {
                place: HitPlace::Version(version.id),
                title: version.title.unwrap_or(title),
                link: Some(url),
                at: version.at,
                snippet: snippet(&version.text.plain(), query),
                rank,
                source,
            });
        }
        Ok(hits)
    }
}

/// The part of a text around its first match, on one line.
fn snippet(text: &str, query: &Query) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let beginnings = query.beginnings();
    let hit = words.iter().position(|word| {
        let folded = fold(word).to_lowercase();
        folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|part| beginnings.iter().any(|begin| part.starts_with(begin)))
    });
    let from = hit.unwrap_or(0).saturating_sub(8);
    let mut out = String::new();
    if from > 0 {
        out.push('…');
    }
    for (n, word) in words[from..].iter().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        let room = SNIPPET.saturating_sub(out.chars().count());
        if word.chars().count() > room {
            out.extend(word.chars().take(room));
            out.push('…');
            break;
        }
        out.push_str(word);
    }
    out
}
