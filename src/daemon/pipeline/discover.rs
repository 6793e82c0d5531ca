//! Finding out what an address is, and reading it once: `tidewatch sources add`.
//!
//! `extract::discover` knows what addresses and bodies mean; here they are fetched, through the same
//! polite fetcher as everything else, and no address twice: what was fetched to recognise it is what
//! is read and shown. Nothing is stored.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::{BuildError, fetcher, job};
use crate::config::Config;
use crate::extract;
use crate::extract::discover::{self, Candidate, Content, Place, Step};
use crate::fetch::Fetch;
use crate::model::{
    Body, Clock, FailureKind, FetchResult, FetchedBody, Hints, ReadOptions, ReadOutcome, Reading,
    Source, SourceKind, SourceState,
};
use crate::schedule::{self, Ended, Pace};

/// Requests that one discovery may make, redirects and robots.txt not counted.
const MOST: usize = 6;
/// Kinds that are feeds, told apart by what stands in them.
const FEEDS: &[&str] = &["feed", "youtube", "reddit", "googletrends"];

/// One request that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// What was asked for.
    pub url: Url,
    /// Where the answer came from, if it was elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_url: Option<Url>,
    /// Length of the body, if one came.
    pub bytes: Option<usize>,
    /// Why none came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A candidate that was read.
#[derive(Debug, Clone)]
pub struct Found {
    /// The candidate; its kind and address are those that were read.
    pub candidate: Candidate,
    /// What was read; `None` for what cannot be read before something is done.
    pub reading: Option<Reading>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
}

/// Finds out what one address is.
pub struct Discoverer {
    fetcher: Box<dyn Fetch>,
    clock: Arc<dyn Clock>,
    /// What every request and reading is made with.
    like: Source,
    visited: HashMap<Url, Result<Arc<FetchedBody>, (FailureKind, String)>>,
    looked: Vec<Looked>,
    /// Was a page met that is drawn by JavaScript?
    met_shell: bool,
}

impl Discoverer {
    /// A discoverer under the configuration's limits; `like` says with which headers, selectors and
    /// permissions sources are read.
    pub fn new(config: &Config, like: Source, clock: Arc<dyn Clock>) -> Result<Self, BuildError> {
        let fetcher = fetcher(config, Arc::clone(&clock))?;
        Ok(Self {
            fetcher: Box::new(fetcher),
            clock,
            like,
            visited: HashMap::new(),
            looked: Vec::new(),
            met_shell: false,
        })
    }

    /// Would a browser help: was a page met that is drawn by JavaScript, and was it not run in one?
    pub fn needs_browser(&self) -> bool {
        self.met_shell && self.like.render.is_none()
    }

    /// From now on runs pages in a browser; what was fetched without one is forgotten.
    pub fn use_browser(&mut self) {
        self.like.render.get_or_insert_default();
        self.visited.clear();
        self.looked.clear();
    }

    /// The requests made so far.
    pub fn looked(&self) -> &[Looked] {
        &self.looked
    }

    /// What an address may be read as, best first. With `kind`, only that.
    ///
    /// `Err` says in one line why there is nothing.
    pub async fn candidates(
        &mut self,
        text: &str,
        kind: Option<&str>,
    ) -> Result<Vec<Candidate>, String> {
        let mut step = discover::by_address(text)?;
        let asked = match &step {
            Step::Look(url, Place::Anything) => Some(url.clone()),
            _ => None,
        };
        loop {
            step = match step {
                Step::Read(found) => return Ok(of_kind(found, kind, asked.as_ref())),
                Step::Closed(why) => {
                    return match (kind, asked) {
                        (Some(kind), Some(url)) => Ok(vec![Candidate::as_told(kind, url)]),
                        _ => Err(why),
                    };
                }
                Step::Look(url, place) => {
                    let for_people = match place {
                        Place::Anything => {
                            !discover::is_for_programs(&url)
                                && kind.is_none_or(|kind| matches!(kind, "page" | "changelog"))
                        }
                        Place::YouTube => true,
                        Place::Mastodon { .. } | Place::WebFinger { .. } => false,
                    };
                    match self.fetch(&url, for_people).await {
                        Ok(body) => kept_address(self.look_into(&place, &body), &url, &body),
                        Err((failure, why)) => match discover::without_body(&place) {
                            Some(next) => next,
                            None if failure == FailureKind::Robots => {
                                return Err(format!(
                                    "{why}; a feed is made for programs: if it is one, say so with `--kind feed`"
                                ));
                            }
                            None => return Err(why),
                        },
                    }
                }
            };
        }
    }

    /// Reads candidates in turn until one gives something; says of each before it why it was passed over.
    pub async fn best(
        &mut self,
        candidates: &[Candidate],
    ) -> (Option<Found>, Vec<(Candidate, String)>) {
        let mut passed = Vec::new();
        let mut bare: Option<Found> = None;
        for candidate in candidates {
            match self.read(candidate).await {
                Ok(found) if found.reading.as_ref().is_some_and(is_bare) => {
                    passed.push((
                        candidate.clone(),
                        "it is sound but holds nothing yet".to_owned(),
                    ));
                    bare = bare.or(Some(found));
                }
                Ok(found) => return (Some(found), passed),
                Err(why) => passed.push((candidate.clone(), why)),
            }
        }
        if let Some(found) = &bare {
            passed.retain(|(candidate, _)| candidate.url != found.candidate.url);
        }
        (bare, passed)
    }

    /// Reads one candidate. `Err` says in one line why it cannot be watched.
    pub async fn read(&mut self, candidate: &Candidate) -> Result<Found, String> {
        if candidate.needs.is_some() {
            return Ok(Found {
                candidate: candidate.clone(),
                reading: None,
                content_type: None,
            });
        }
        let for_people = matches!(candidate.kind.as_str(), "page" | "changelog");
        let body = self
            .fetch(&candidate.url, for_people)
            .await
            .map_err(|(_, why)| why)?;
        let mut candidate = candidate.clone();
        let handed = handed(&body);
        if FEEDS.contains(&candidate.kind.as_str()) {
            match discover::recognise(&handed) {
                // a feed of its own platform is read with its numbers
                Content::For(kind) if candidate.kind == "feed" => {
                    kind.clone_into(&mut candidate.kind);
                }
                Content::For(_) => {}
                _ => return Err(format!("{} is no feed", candidate.url)),
            }
        }
        let kind = SourceKind(candidate.kind.clone());
        let options = self.options();
        let reading = tokio::task::block_in_place(|| extract::read(&kind, &handed, &options));
        self.met_shell |= reading.outcome == ReadOutcome::NeedsJavascript;
        if reading.outcome != ReadOutcome::Read {
            return Err(unreadable(&candidate.url, &reading));
        }
        if let Some(moved) = &body.moved_to {
            candidate.url = moved.clone();
        }
        Ok(Found {
            candidate,
            reading: Some(reading),
            content_type: body.content_type.clone(),
        })
    }

    fn look_into(&self, place: &Place, body: &FetchedBody) -> Step {
        let options = self.options();
        tokio::task::block_in_place(|| discover::by_body(place, &handed(body), &options))
    }

    fn options(&self) -> ReadOptions {
        self.like.read_options(self.clock.now())
    }

    /// Fetches an address, or takes what an earlier request brought from there.
    async fn fetch(
        &mut self,
        url: &Url,
        for_people: bool,
    ) -> Result<Arc<FetchedBody>, (FailureKind, String)> {
        let mut key = url.clone();
        key.set_fragment(None);
        if let Some(known) = self.visited.get(&key) {
            return known.clone();
        }
        if self.looked.len() >= MOST {
            let why = format!(
                "{MOST} requests were made without finding what can be watched; name the feed or page itself"
            );
            return Err((FailureKind::Local, why));
        }
        let source = Source {
            url: key.clone(),
            obey_robots: for_people,
            // only what is made for people is drawn by scripts
            render: self.like.render.clone().filter(|_| for_people),
            ..self.like.clone()
        };
        let state = SourceState::new(source.id.clone(), self.clock.now());
        let outcome = self.fetcher.fetch(&job(&source, &state)).await;
        let mut looked = Looked {
            url: key.clone(),
            final_url: None,
            bytes: None,
            failure: None,
        };
        let result = match outcome.result {
            FetchResult::Body(body) => {
                looked.bytes = Some(body.bytes.len());
                looked.final_url = Some(body.final_url.clone()).filter(|to| *to != key);
                Ok(Arc::new(body))
            }
            FetchResult::Failed(failure) => {
                let why = match failure.kind {
                    FailureKind::Denied => format!("{} (here: `--allow-private`)", failure.message),
                    _ => failure.message,
                };
                looked.failure = Some(why.clone());
                Err((failure.kind, why))
            }
            // no validators are sent, so this is the server's fault
            FetchResult::NotModified { .. } => {
                let why = format!("{key} answers 304 to a request without conditions");
                looked.failure = Some(why.clone());
                Err((FailureKind::Status, why))
            }
        };
        self.looked.push(looked);
        if let Ok(body) = &result {
            let mut to = body.final_url.clone();
            to.set_fragment(None);
            self.visited.insert(to, result.clone());
        }
        self.visited.insert(key, result.clone());
        result
    }
}

/// When a source just added would be polled: at once, and so many times after that.
pub fn polls_ahead(
    config: &Config,
    source: &Source,
    hints: Option<&Hints>,
    now: Timestamp,
    more: usize,
) -> Vec<Timestamp> {
    let pace = Pace {
        jitter: config.schedule.jitter,
        backoff_base: config.schedule.backoff_base,
        backoff_cap: config.schedule.backoff_cap,
    };
    let mut state = SourceState::new(source.id.clone(), now);
    state.hints = hints.cloned().unwrap_or_default();
    let mut polls = vec![schedule::first_poll(source, now)];
    for _ in 0..more {
        let last = polls.last().copied().unwrap_or(now);
        polls.push(schedule::next_poll(
            source,
            &state,
            Ended::Fine,
            last,
            &pace,
        ));
    }
    polls
}

fn handed(body: &FetchedBody) -> Body<'_> {
    Body {
        bytes: &body.bytes,
        content_type: body.content_type.as_deref(),
        url: &body.final_url,
    }
}

/// A temporary redirect is followed anew at every poll: the address that was asked for stays.
fn kept_address(step: Step, asked: &Url, body: &FetchedBody) -> Step {
    match step {
        Step::Read(mut found) if body.moved_to.is_none() => {
            for candidate in &mut found {
                if candidate.url == body.final_url {
                    candidate.url = asked.clone();
                }
            }
            Step::Read(found)
        }
        other => other,
    }
}

/// Sound, but nothing in it.
fn is_bare(reading: &Reading) -> bool {
    reading.items.is_empty() && reading.text.is_none() && reading.samples.is_empty()
}

/// Those of the kind that was asked for, else what was asked for as that kind.
fn of_kind(found: Vec<Candidate>, kind: Option<&str>, asked: Option<&Url>) -> Vec<Candidate> {
    let Some(kind) = kind else { return found };
    let first = found.first().map(|candidate| candidate.url.clone());
    let fitting: Vec<_> = found
        .into_iter()
        .filter(|candidate| {
            candidate.kind == kind || kind == "feed" && FEEDS.contains(&candidate.kind.as_str())
        })
        .map(|candidate| Candidate {
            kind: kind.to_owned(),
            ..candidate
        })
        .collect();
    match asked.cloned().or(first) {
        Some(url) if fitting.is_empty() => vec![Candidate::as_told(kind, url)],
        _ => fitting,
    }
}

fn unreadable(url: &Url, reading: &Reading) -> String {
    match &reading.outcome {
        ReadOutcome::Malformed(why) | ReadOutcome::NoPreview(why) => format!("{url}: {why}"),
        other => format!("{url} answers with {}", super::refusal::described(other)),
    }
}
