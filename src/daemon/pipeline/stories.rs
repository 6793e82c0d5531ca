//! What a finding has to do with those before it: other pages of its document, other sources' reports.
//!
//! Both are looked at inside the transaction that keeps a poll, so that two polls at once cannot both
//! be the first. What is remembered is bounded: one window per document, some reports per platform.

use crate::detect::{self, DocumentNews, Report, Standing};
use crate::model::{Finding, FindingId, FindingKind, Source};
use crate::store::{
    About, Committed, NewFinding, PendingStep, PollCommit, Settled, StoreError, WaitEnd, Writer,
};

/// Keeps a poll, with its findings in their place among those told before.
pub(super) fn commit_in_context(
    writer: &mut Writer,
    commit: &mut PollCommit,
    source: &Source,
    platforms: &[String],
) -> Result<Committed, StoreError> {
    let mut stories = Stories::default();
    if let Some(document) = &source.document {
        stories.document(writer, commit, source, document)?;
    }
    stories.reports(writer, commit, platforms)?;
    let committed = writer.commit_poll(commit)?;
    stories.remember(writer, &committed, commit.findings.len())?;
    Ok(committed)
}

/// What must be written down once the findings have their ids.
#[derive(Default)]
struct Stories {
    document: Option<(String, DocumentNews, Place)>,
    /// Name, reports, and where those are kept that have no id yet, in their order.
    reports: Vec<(String, Vec<Report>, Vec<Place>)>,
}

/// Which finding of a commit: by its index, or the one that ends a wait, which is kept last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Made(usize),
    Waited,
}

impl Place {
    fn id(self, committed: &Committed, made: usize) -> Option<FindingId> {
        match self {
            Self::Made(at) => committed.findings.get(at).copied(),
            Self::Waited => committed.findings.get(made).copied(),
        }
    }
}

/// Findings of a commit that are about to be told.
fn told(commit: &mut PollCommit) -> Vec<(Place, &mut Finding)> {
    let made = commit.findings.iter_mut().enumerate();
    let mut all: Vec<(Place, &mut Finding)> = made
        .map(|(at, new)| (Place::Made(at), &mut new.finding))
        .collect();
    let ended = match &mut commit.pending {
        PendingStep::End(settled) => Some(settled),
        PendingStep::Begin { ended, .. } => ended.as_mut(),
        PendingStep::Keep => None,
    };
    if let Some(Settled {
        end: WaitEnd::Told(finding),
        ..
    }) = ended
    {
        all.push((Place::Waited, finding));
    }
    all.retain(|(_, finding)| finding.suppressed.is_none());
    all
}

/// The facts of the rulebook that a page changed go with its change into another story.
fn take_along(commit: &mut PollCommit, from: &str, to: &str) {
    for (_, fact) in told(commit) {
        if fact.topic_key == from {
            to.clone_into(&mut fact.topic_key);
        }
    }
}

impl Stories {
    /// The change of one page of a document joins those of its other pages.
    fn document(
        &mut self,
        writer: &mut Writer,
        commit: &mut PollCommit,
        source: &Source,
        document: &str,
    ) -> Result<(), StoreError> {
        let name = format!("document:{}:{document}", source.owner);
        let news: Option<DocumentNews> = writer.recall(&name)?;
        let changes = told(commit);
        let mut changes = changes.into_iter();
        // a page that is gone, or back, is not a change of its text
        let of_text = |f: &Finding| {
            ["rule:", "return:"]
                .iter()
                .any(|k| f.topic_key.starts_with(k))
        };
        let change = changes.find(|(_, f)| f.kind == FindingKind::RuleChange && of_text(f));
        let Some((place, finding)) = change else {
            return Ok(());
        };
        let own_topic = finding.topic_key.clone();
        let topic = match news.filter(|news| news.is_open(finding.detected_at)) {
            None => {
                let news = DocumentNews::begin(document, finding);
                let topic = news.topic().to_owned();
                self.document = Some((name, news, place));
                topic
            }
            Some(mut news) => {
                let whole = news.join(source, document, finding);
                writer.suppress_finding(news.told, Finding::TOLD_TOGETHER)?;
                let place = match place {
                    Place::Waited => {
                        *finding = whole;
                        place
                    }
                    Place::Made(_) => {
                        finding.suppressed = Some(Finding::TOLD_TOGETHER.to_owned());
                        commit.findings.push(NewFinding {
                            finding: whole,
                            about: About::Change,
                        });
                        Place::Made(commit.findings.len() - 1)
                    }
                };
                let topic = news.topic().to_owned();
                self.document = Some((name, news, place));
                topic
            }
        };
        take_along(commit, &own_topic, &topic);
        Ok(())
    }

    /// Official news and media reports of the same change find each other.
    fn reports(
        &mut self,
        writer: &mut Writer,
        commit: &mut PollCommit,
        platforms: &[String],
    ) -> Result<(), StoreError> {
        let mut joined = Vec::new();
        for (place, finding) in told(commit) {
            if finding.platform.is_none() {
                finding.platform = detect::platform_named(finding, platforms);
                detect::doubt_unplaced(finding);
            }
            let Some(platform) = finding
                .platform
                .clone()
                .filter(|_| detect::is_report(finding))
            else {
                continue;
            };
            let name = format!("reports:{}", platform.to_lowercase());
            let at = self.reports.iter().position(|(known, ..)| *known == name);
            let at = if let Some(at) = at {
                at
            } else {
                let reports = writer.recall(&name)?.unwrap_or_default();
                self.reports.push((name, reports, Vec::new()));
                self.reports.len() - 1
            };
            let (_, reports, fresh) = &mut self.reports[at];
            let own_topic = finding.topic_key.clone();
            match detect::stand(reports, finding) {
                Standing::Corroborates(official, evidence) => {
                    writer.add_evidence(official, &evidence)?;
                }
                Standing::Confirms(media) => {
                    let mut report = writer.finding(media)?;
                    detect::confirm(&mut report, finding);
                    writer.rewrite_finding(media, &report)?;
                    joined.push((own_topic, finding.topic_key.clone()));
                    fresh.push(place);
                }
                Standing::First => fresh.push(place),
            }
        }
        for (own, topic) in joined {
            take_along(commit, &own, &topic);
        }
        Ok(())
    }

    /// Writes down what is remembered from now on.
    fn remember(
        self,
        writer: &mut Writer,
        committed: &Committed,
        made: usize,
    ) -> Result<(), StoreError> {
        if let Some((name, mut news, place)) = self.document
            && let Some(id) = place.id(committed, made)
        {
            news.told = id;
            writer.remember(&name, &news)?;
        }
        for (name, mut reports, fresh) in self.reports {
            // the oldest of many may have been dropped again
            let unnamed = reports
                .iter_mut()
                .rev()
                .filter(|r| r.finding == FindingId(0));
            for (report, place) in unnamed.zip(fresh.into_iter().rev()) {
                report.finding = place.id(committed, made).unwrap_or(FindingId(0));
            }
            writer.remember(&name, &reports)?;
        }
        Ok(())
    }
}
