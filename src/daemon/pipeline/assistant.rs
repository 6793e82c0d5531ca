//! The optional assistant at work: words gists anew, outside any poll's transaction.
//!
//! Findings are taken in order, each once; a day's budget bounds what is asked. Whatever goes wrong,
//! ours stays: a failure is a debug line and a word in `status`, never a delay of a poll or a digest.

use super::Pipeline;
use crate::detect::polish;
use crate::model::{AssistantMemory, Finding, FindingId, Language};
use crate::store::StoreError;

/// Findings looked at in one go.
const BATCH: usize = 50;
/// After so many failures in a row it is left alone until it is asked for the next time.
const PATIENCE: u32 = 3;

impl Pipeline {
    /// Words the gists of findings made since this was last called; says how many were taken. Does
    /// nothing without `[assistant]`.
    pub async fn polish(&self) -> Result<usize, StoreError> {
        let (Some(assistant), Some(settings)) = (&self.assistant, &self.config.assistant) else {
            return Ok(0);
        };
        let kept = self
            .store
            .read(|reader| reader.recall::<AssistantMemory>(AssistantMemory::MEMO))
            .await?;
        let mut memory = match kept {
            Some(memory) => memory,
            // what was found before it was switched on stays as it is
            None => AssistantMemory {
                upto: self.store.read(crate::store::Reader::last_finding).await?,
                ..AssistantMemory::default()
            },
        };
        let today = self
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .to_string();
        if memory.day != today {
            (memory.day, memory.asked) = (today, 0);
        }
        let after = memory.upto.unwrap_or(FindingId(0));
        let found = self
            .store
            .read(move |reader| reader.findings_after(after, BATCH))
            .await?;
        let languages = self.languages();
        let (mut taken, mut failures) = (0, 0);
        for (id, finding) in found {
            memory.upto = Some(id);
            let wanted = polish::may_polish(&finding);
            if !wanted || failures >= PATIENCE || memory.asked >= settings.per_day {
                continue;
            }
            let mut texts = Vec::new();
            for language in &languages {
                if memory.asked >= settings.per_day || failures >= PATIENCE {
                    break;
                }
                if !polish::has_gist_in(&finding, *language) {
                    continue;
                }
                memory.asked += 1;
                memory.last_at = Some(self.now());
                match self.worded(assistant, &finding, *language).await {
                    Ok(text) => texts.push((*language, text)),
                    Err(why) => {
                        tracing::debug!(finding = %id, "ours is kept: {why}");
                        memory.failed += 1;
                        memory.last_error = Some(why);
                        failures += 1;
                    }
                }
            }
            if !texts.is_empty() {
                taken += texts.len();
                memory.taken += texts.len() as u64;
                failures = 0;
            }
            self.keep(&memory, Some((id, texts))).await?;
        }
        self.keep(&memory, None).await?;
        Ok(taken)
    }

    /// Stores what was done; texts go into the finding as it stands now, not as it was when asked.
    async fn keep(
        &self,
        memory: &AssistantMemory,
        texts: Option<(FindingId, Vec<(Language, String)>)>,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_vec(memory).unwrap_or_default();
        self.store
            .write(move |writer| {
                if let Some((id, texts)) = &texts {
                    let mut finding = writer.finding(*id)?;
                    if polish::may_polish(&finding) {
                        polish::adopt(&mut finding, texts);
                        writer.rewrite_finding(*id, &finding)?;
                    }
                }
                writer.set_memo(AssistantMemory::MEMO, &json)
            })
            .await
    }

    async fn worded(
        &self,
        assistant: &crate::deliver::Assistant,
        finding: &Finding,
        language: Language,
    ) -> Result<String, String> {
        let asked = polish::request(finding, language);
        let answer = assistant.ask(&asked.system, &asked.user, self.now()).await;
        let answer = answer.map_err(|error| {
            let secret = self
                .config
                .assistant
                .as_ref()
                .and_then(|a| a.secret.as_ref());
            // an endpoint may answer with the key that it refuses
            secret.map_or_else(
                || error.to_string(),
                |secret| error.to_string().replace(secret.reveal(), "[secret]"),
            )
        })?;
        polish::accept(finding, language, &answer)
            .map_err(|why| format!("its answer was refused: {why}"))
    }

    /// The languages of those who are told.
    fn languages(&self) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::new();
        for digest in &self.config.digests {
            if !languages.contains(&digest.language) {
                languages.push(digest.language);
            }
        }
        languages
    }
}
