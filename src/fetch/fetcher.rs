//! One job from start to end: robots.txt, turns, redirects, and what the answer means.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED};
use robotxt::Robots;

use super::budget::Budget;
use super::client::Clients;
use super::explain::{held, host, status};
use super::gate::Turn;
use super::headers::{OwnHeaders, validator};
use super::network::{Answer, Excess, Network, Visit, admit};
use super::robots::{self, RobotsCache};
use super::trail::{Trail, without_login};
use super::{Fetch, FetchError, FetchSettings, Fetching};
use crate::model::{
    Clock, FailureKind, FetchFailure, FetchJob, FetchOutcome, FetchResult, FetchedBody, Validators,
};

/// `Content-Type` is kept up to this length.
const MAX_CONTENT_TYPE: usize = 256;

/// Fetches over the network, politely and within bounds. One serves all sources: it knows whose
/// turn it is. Its memory is bounded by the hosts in use.
pub struct Fetcher {
    network: Network,
    robots: RobotsCache,
}

impl Fetcher {
    /// Sets up TLS and the HTTP clients; touches no network. `clock` stamps outcomes and reads
    /// `Retry-After` dates, waits are `tokio`'s.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the caller is done with them"
    )]
    pub fn new(settings: FetchSettings, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        let clients = Clients::new(&settings)?;
        Ok(Self::over(clients, &settings, clock))
    }

    pub(super) fn over(clients: Clients, settings: &FetchSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            network: Network::new(clients, settings.concurrency, settings.host_gap, clock),
            robots: RobotsCache::new(settings.robots_ttl),
        }
    }

    async fn run(&self, job: &FetchJob) -> FetchOutcome {
        let mut visit = Visit {
            private: job.allow_private,
            limits: job.limits,
            budget: Budget::new(job.limits.total_timeout),
            started: None,
        };
        let mut trail = Trail::new(&job.url);
        let result = match self.visit(job, &mut visit, &mut trail).await {
            Ok(result) => result,
            Err(failure) => FetchResult::Failed(with_way(failure, &trail)),
        };
        let finished_at = self.network.now();
        FetchOutcome {
            source: job.source.clone(),
            started_at: visit.started.unwrap_or(finished_at),
            finished_at,
            result,
        }
    }

    async fn visit(
        &self,
        job: &FetchJob,
        visit: &mut Visit,
        trail: &mut Trail,
    ) -> Result<FetchResult, FetchFailure> {
        let own = OwnHeaders::of(job)?;
        let mut kept = None;
        loop {
            let here = trail.here().clone();
            admit(&here, visit.private)?;
            let (turn, rules) = self.arrive(job, visit, trail, kept.take()).await?;
            let (headers, conditional) = own.for_hop(job, trail);
            let answer = self.network.ask(visit, &turn, &here, headers).await?;
            match answer.status() {
                _ if let Some(location) = answer.location() => {
                    trail.follow(answer.status(), location, job.limits.max_redirects)?;
                    if trail.here().origin() == here.origin() {
                        kept = Some((turn, rules));
                    }
                }
                304 if conditional => {
                    return Ok(FetchResult::NotModified {
                        moved_to: trail.moved_to(own.has_secrets()),
                    });
                }
                200..=205 | 207..=299 => {
                    let moved_to = trail.moved_to(own.has_secrets());
                    let body = take(answer, visit, trail, moved_to).await?;
                    return Ok(FetchResult::Body(body));
                }
                code => return Err(status(&here, code)),
            }
        }
    }

    /// Learns the rules of the place where the trail stands and waits for its turn. A redirect within
    /// one origin keeps both: the rules are known, and queueing anew would cost a round for nothing.
    async fn arrive(
        &self,
        job: &FetchJob,
        visit: &mut Visit,
        trail: &Trail,
        kept: Option<(Turn, Option<Arc<Robots>>)>,
    ) -> Result<(Turn, Option<Arc<Robots>>), FetchFailure> {
        let here = trail.here();
        if let Some((mut turn, rules)) = kept {
            if let Some(rules) = &rules {
                robots::check(rules, here)?;
            }
            turn.again().await.map_err(|h| held(here, None, h.0))?;
            return Ok((turn, rules));
        }
        let mut rules = None;
        let mut delay = Duration::ZERO;
        if job.obey_robots {
            let known = self.robots.rules(&self.network, visit, here).await?;
            robots::check(&known, here)?;
            delay = robots::delay(&known);
            rules = Some(known);
        }
        Ok((self.network.turn(here, delay).await?, rules))
    }
}

impl Fetch for Fetcher {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(self.run(job))
    }
}

async fn take(
    answer: Answer<'_>,
    visit: &mut Visit,
    trail: &Trail,
    moved_to: Option<url::Url>,
) -> Result<FetchedBody, FetchFailure> {
    let final_url = without_login(trail.here());
    let content_type = answer.header(&CONTENT_TYPE);
    let content_type = content_type.map(|v| &v[..v.len().min(MAX_CONTENT_TYPE)]);
    Ok(FetchedBody {
        status: answer.status(),
        content_type: content_type.map(|v| String::from_utf8_lossy(v).into_owned()),
        validators: Validators {
            etag: validator(answer.header(&ETAG)),
            last_modified: validator(answer.header(&LAST_MODIFIED)),
            url: Some(final_url.clone()),
        },
        moved_to,
        bytes: answer.body(visit, trail.here(), Excess::Fails).await?,
        final_url,
    })
}

/// A failure at another host than the configured one says how it got there.
fn with_way(mut failure: FetchFailure, trail: &Trail) -> FetchFailure {
    let start = host(trail.start());
    if failure.kind != FailureKind::Redirects && start != host(trail.here()) {
        failure.message = format!("{} (redirected from {start})", failure.message);
    }
    failure
}

#[cfg(test)]
mod tests;
