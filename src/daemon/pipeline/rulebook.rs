//! The rulebook at work: facts are looked for in every new text of their source, confirmed by every
//! poll that finds it unchanged, and called stale when neither has happened for too long.
//!
//! A text that is doubted (an error page, another language, a change that waits for a second reading)
//! is not read for facts: they stay as they were, unverified, until the doubt is over.

use std::sync::Arc;

use jiff::Timestamp;

use super::Pipeline;
use super::judge::Judged;
use crate::detect::rulebook::{self, is_doubtful, is_stale_news};
use crate::model::{
    Block, BlockKind, Body, ChangeWeight, FindingId, FindingKind, PageText, ReadItem, ReadOptions,
    Reading, RuleFound, RuleRecord, RuleSpec, RuleStep, SnapshotId, Source,
};
use crate::store::{About, NewFinding, PendingStep, Settled, StoreError, StoredBody, WaitEnd};
use crate::{detect, extract};

/// Looked for in a source that has items and no text.
const NO_TEXT: u64 = 0;

/// A source's facts and the text in which they are to be looked for.
struct Look {
    rules: Vec<(RuleSpec, RuleRecord)>,
    text: PageText,
    hash: u64,
    /// The raw body, when a selector must see it.
    body: Option<StoredBody>,
}

impl Pipeline {
    /// What a poll that brought or confirmed content says of the source's facts. Changed ones are
    /// added to the findings of the poll.
    pub(super) async fn look_for_rules(
        &self,
        source: &Arc<Source>,
        reading: Option<&Reading>,
        judged: &mut Judged,
        snapshot: Option<SnapshotId>,
        now: Timestamp,
    ) -> Result<Vec<RuleStep>, StoreError> {
        if self
            .config
            .rules
            .iter()
            .all(|rule| rule.source != source.id)
        {
            return Ok(Vec::new());
        }
        let (id, waits) = (source.id.clone(), judged.waits);
        let (rules, in_force, waits) = self
            .store
            .read(move |reader| {
                let waits = waits.map(|pending| reader.finding(pending.finding));
                let rules = reader.rules(Some(&id))?;
                Ok((rules, reader.text_in_force(&id)?, waits.transpose()?))
            })
            .await?;
        let shown = reading.and_then(|reading| reading.text.as_ref());
        let hash = shown.map_or_else(
            || in_force.as_ref().map_or(NO_TEXT, |(hash, _)| *hash),
            detect::text_hash,
        );
        let looked = |record: &RuleRecord| record.looked == Some(hash);
        let new_items = reading.is_some_and(|reading| reading.text.is_none());
        if rules.iter().all(|(_, record)| looked(record)) && !new_items {
            return Ok(rules.iter().map(|(_, record)| confirmed(record)).collect());
        }
        if is_doubted(judged, in_force.as_ref(), shown.is_some(), waits.is_some()) {
            return Ok(Vec::new());
        }
        let Some(look) = self.look(source, reading, rules, hash, snapshot).await? else {
            return Ok(Vec::new());
        };
        let topic = topic_of(judged);
        let shared = Arc::clone(source);
        let found = self.on_reader(move || look.all(&shared, now)).await;
        let mut steps = Vec::with_capacity(found.len());
        for ((spec, record), step, value) in found {
            if let (Some(before), Some(value)) = (&record.current, &value) {
                let mut finding =
                    rulebook::rule_finding(source, &spec, before, value, topic.as_deref(), now);
                let about = match judged.version.as_ref().and_then(|v| v.change.as_ref()) {
                    Some(_) => About::Change,
                    None => About::Nothing,
                };
                // a second reading that confirms: the change came with the first
                finding.change = waits.as_ref().and_then(|waited| waited.change);
                judged.findings.push(NewFinding { finding, about });
            }
            steps.push(step);
        }
        Ok(steps)
    }

    /// Tells of facts that have gone stale since this was last asked, each once.
    pub async fn watch_rules(&self) -> Result<Vec<FindingId>, StoreError> {
        let now = self.now();
        let rules = self.store.read(|reader| reader.rules(None)).await?;
        let mut news = Vec::new();
        for (spec, record) in rules {
            let stale = rulebook::staleness(&spec, &record, now);
            let Some(stale) = stale.filter(|stale| is_stale_news(&record, *stale, now)) else {
                continue;
            };
            let Some(source) = self.source(&spec.source) else {
                continue;
            };
            let finding = rulebook::stale_finding(source, &spec, &record, stale, now);
            tracing::info!(rule = spec.name, title = finding.title, "a fact went stale");
            news.push((spec.name, finding));
        }
        if news.is_empty() {
            return Ok(Vec::new());
        }
        let told = self.store.write(move |writer| {
            let told = news.iter().map(|(name, f)| writer.tell_stale(name, now, f));
            told.collect::<Result<Vec<_>, _>>()
        });
        Ok(told.await?.into_iter().flatten().collect())
    }

    /// The text in which facts are looked for: of this poll, or of the last body that is kept.
    async fn look(
        &self,
        source: &Arc<Source>,
        reading: Option<&Reading>,
        rules: Vec<(RuleSpec, RuleRecord)>,
        hash: u64,
        snapshot: Option<SnapshotId>,
    ) -> Result<Option<Look>, StoreError> {
        let selects = rules.iter().any(|(spec, _)| spec.reading.select.is_some());
        let mut body = None;
        if reading.is_none() || selects {
            let id = source.id.clone();
            body = self
                .store
                .read(move |reader| {
                    let last = || reader.snapshot_at(&id, Timestamp::MAX);
                    let snapshot = match snapshot {
                        Some(snapshot) => Some(snapshot),
                        None => last()?.map(|info| info.id),
                    };
                    snapshot.map(|id| reader.snapshot_body(id)).transpose()
                })
                .await?;
        }
        let text = match (reading, body.take()) {
            (Some(reading), kept) => {
                body = kept;
                text_of(reading)
            }
            (None, Some(kept)) => {
                let (kept, reading) = self.extract(source, kept).await;
                body = Some(kept);
                text_of(&reading)
            }
            // retention has taken the body; the text stays
            (None, None) => {
                let id = source.id.clone();
                let latest = self.store.read(move |reader| reader.latest_version(&id));
                match latest.await? {
                    Some(version) => version.text,
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(Look {
            rules,
            text,
            hash,
            body,
        }))
    }
}

type Found = (
    (RuleSpec, RuleRecord),
    RuleStep,
    Option<rulebook::FoundValue>,
);

impl Look {
    /// Looks for every fact. A value comes along only when it is another than the one in force.
    fn all(self, source: &Source, now: Timestamp) -> Vec<Found> {
        let Self {
            rules,
            text,
            hash,
            body,
        } = self;
        let look = |(spec, record): (RuleSpec, RuleRecord)| {
            let language = source.language.as_deref();
            let unit = spec.unit.as_deref();
            let read =
                |text: &PageText| rulebook::read_rule(text, &spec.reading, unit, language, now);
            let found = match (&spec.reading.select, &body) {
                (None, _) => read(&text),
                (Some(css), Some(body)) => selected(body, css, source, now).and_then(|t| read(&t)),
                (Some(_), None) => None,
            };
            let current = record.current.as_ref();
            let same = |value: &str| {
                current.is_some_and(|known| rulebook::same_value(&known.value, value))
            };
            let (found, value) = match found {
                None => (RuleFound::Gone, None),
                Some(found) if same(&found.value) => (RuleFound::Same, None),
                Some(found) => {
                    let new = RuleFound::New {
                        value: found.value.clone(),
                        quote: found.quote.clone(),
                    };
                    (new, Some(found))
                }
            };
            let step = RuleStep {
                name: spec.name.clone(),
                looked: hash,
                found,
            };
            ((spec, record), step, value)
        };
        rules.into_iter().map(look).collect()
    }
}

/// The text is the one in which the fact was last looked for.
fn confirmed(record: &RuleRecord) -> RuleStep {
    let is_there = record.gone_since.is_none() && record.current.is_some();
    RuleStep {
        name: record.name.clone(),
        looked: record.looked.unwrap_or(NO_TEXT),
        found: if is_there {
            RuleFound::Same
        } else {
            RuleFound::Gone
        },
    }
}

/// Is the text one that a reader should not believe?
fn is_doubted(
    judged: &Judged,
    in_force: Option<&(u64, Option<String>)>,
    has_text: bool,
    waits: bool,
) -> bool {
    match judged.pending {
        PendingStep::Begin { .. } => return true,
        PendingStep::Keep if waits => return true,
        PendingStep::End(_) => return false,
        PendingStep::Keep => {}
    }
    if let Some(change) = judged.version.as_ref().and_then(|v| v.change.as_ref()) {
        return is_doubtful(&change.weight);
    }
    // an unchanged text is doubted as it was when it came
    let reason = in_force.and_then(|(_, reason)| reason.clone());
    !has_text && reason.is_some_and(|reason| is_doubtful(&ChangeWeight::Cosmetic(reason)))
}

/// The story of the page's change, when it is told by this poll.
fn topic_of(judged: &Judged) -> Option<String> {
    if let PendingStep::End(Settled {
        end: WaitEnd::Told(finding),
        ..
    }) = &judged.pending
    {
        return Some(finding.topic_key.clone());
    }
    let told = judged.findings.iter().map(|new| &new.finding);
    let mut told = told.filter(|f| f.kind == FindingKind::RuleChange && f.suppressed.is_none());
    told.next().map(|finding| finding.topic_key.clone())
}

/// The text of a reading; for sources of items, their words, in the body's order.
fn text_of(reading: &Reading) -> PageText {
    if let Some(text) = &reading.text {
        return text.clone();
    }
    let words = |item: &ReadItem| {
        [&item.title, &item.summary]
            .map(String::clone)
            .map(|text| Block {
                kind: BlockKind::Paragraph,
                text,
                links: Vec::new(),
            })
    };
    PageText {
        blocks: reading.items.iter().flat_map(words).collect(),
    }
}

/// What a selector names in a body.
fn selected(body: &StoredBody, css: &str, source: &Source, now: Timestamp) -> Option<PageText> {
    let handed = Body {
        bytes: &body.bytes,
        content_type: body.content_type.as_deref(),
        url: &body.final_url,
    };
    let options = ReadOptions {
        select: vec![css.to_owned()],
        ..source.read_options(now)
    };
    extract::select(&handed, &options)
}
