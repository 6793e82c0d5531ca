//! Full-text search over items and the latest text of each page, with snippets from the stored text.

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use crate::model::{ItemId, SourceId, VersionId};

use super::codec::{At, Text, time};
use super::error::Result;
use super::fold::Query;
use super::pool::Reader;

/// Length of a snippet, in characters.
const SNIPPET: usize = 200;
/// Words before the first match in a snippet.
const LEAD: usize = 8;
/// Hits looked at for each one wanted, before those are dropped that only begin alike.
const SPARE: usize = 3;

/// Where a query looks. The default looks everywhere.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// Published, else seen, at or after this.
    pub since: Option<Timestamp>,
    /// In this source only.
    pub source: Option<SourceId>,
    /// In sources about this platform only.
    pub platform: Option<String>,
    /// In sources of this kind only: `page`, `feed`, `telegram`…
    pub kind: Option<String>,
}

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
    /// Where in the snippet the wanted words stand: first character and one past the last.
    pub marks: Vec<(usize, usize)>,
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
        self.search_in(query, &SearchFilter::default(), limit)
    }

    /// As [`Reader::search`], in what passes a filter.
    pub fn search_in(&self, query: &str, filter: &SearchFilter, limit: usize) -> Result<Vec<Hit>> {
        let Some(query) = Query::parse(query) else {
            return Ok(Vec::new());
        };
        let source = match &filter.source {
            Some(source) => Some(self.source_no(source)?.0),
            None => None,
        };
        let mut hits = self.search_items(&query, filter, source, limit)?;
        hits.extend(self.search_pages(&query, filter, source, limit)?);
        hits.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(b.at.cmp(&a.at)));
        hits.truncate(limit);
        Ok(hits)
    }

    fn search_items(
        &self,
        query: &Query,
        filter: &SearchFilter,
        source: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, i.id, i.title, i.link, coalesce(i.published_at, i.first_seen_at),
                coalesce(i.read ->> 'summary', ''), bm25(item_fts, 3.0, 1.0) AS best
             FROM item_fts x JOIN item i ON i.id = x.rowid JOIN source s ON s.n = i.source
             WHERE item_fts MATCH ?1
               AND (?3 IS NULL OR coalesce(i.published_at, i.first_seen_at) >= ?3)
               AND (?4 IS NULL OR i.source = ?4)
               AND (?5 IS NULL OR s.platform = ?5)
               AND (?6 IS NULL OR s.kind = ?6)
             ORDER BY best LIMIT ?2",
        )?;
        let mut rows = statement.query(params![
            query.to_fts(),
            limit.saturating_mul(SPARE),
            filter.since.map(At),
            source,
            filter.platform,
            filter.kind,
        ])?;
        let mut hits = Vec::new();
        while let Some(row) = rows.next()? {
            let (title, summary): (String, String) = (row.get(2)?, row.get(5)?);
            if !query.agrees([title.as_str(), &summary].into_iter()) {
                continue;
            }
            let (snippet, marks) = snippet(&summary, query);
            hits.push(Hit {
                source: row.get::<_, Text<SourceId>>(0)?.0,
                place: HitPlace::Item(ItemId(row.get(1)?)),
                title,
                link: row.get(3)?,
                at: time(row.get(4)?).unwrap_or_default(),
                snippet,
                marks,
                rank: row.get(6)?,
            });
            if hits.len() == limit {
                break;
            }
        }
        Ok(hits)
    }

    fn search_pages(
        &self,
        query: &Query,
        filter: &SearchFilter,
        source: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, s.title, s.url, bm25(page_fts, 3.0, 1.0) AS best
             FROM page_fts x JOIN source s ON s.n = x.rowid
             WHERE page_fts MATCH ?1
               AND (?3 IS NULL OR s.n = ?3)
               AND (?4 IS NULL OR s.platform = ?4)
               AND (?5 IS NULL OR s.kind = ?5)
             ORDER BY best LIMIT ?2",
        )?;
        let found = statement
            .query_map(
                params![
                    query.to_fts(),
                    limit.saturating_mul(SPARE),
                    source,
                    filter.platform,
                    filter.kind
                ],
                |row| {
                    Ok((
                        row.get::<_, Text<SourceId>>(0)?.0,
                        row.get::<_, String>(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, f64>(3)?,
                    ))
                },
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut hits = Vec::new();
        for (source, title, url, rank) in found {
            let Some(version) = self.latest_version(&source)? else {
                continue;
            };
            if filter.since.is_some_and(|since| version.at < since) {
                continue;
            }
            let (title, text) = (version.title.unwrap_or(title), version.text.plain());
            if !query.agrees([title.as_str(), &text].into_iter()) {
                continue;
            }
            let (snippet, marks) = snippet(&text, query);
            hits.push(Hit {
                place: HitPlace::Version(version.id),
                title,
                link: Some(url),
                at: version.at,
                snippet,
                marks,
                rank,
                source,
            });
            if hits.len() == limit {
                break;
            }
        }
        Ok(hits)
    }
}

/// The part of a text around its first match, on one line, and the characters that match.
fn snippet(text: &str, query: &Query) -> (String, Vec<(usize, usize)>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let hit = words.iter().position(|word| !query.marks(word).is_empty());
    let from = hit.unwrap_or(0).saturating_sub(LEAD);
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
    let marks = query.marks(&out).into_iter().map(|mark| {
        let start = out[..mark.start].chars().count();
        (start, start + out[mark].chars().count())
    });
    let marks = marks.collect();
    (out, marks)
}
