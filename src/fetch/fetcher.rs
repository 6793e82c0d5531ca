//! One job from start to end: robots.txt, turns, redirects, and what the answer means.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, ETAG, HeaderValue, LAST_MODIFIED};
use robotxt::Robots;

use super::budget::{Budget, Expired};
use super::client::Clients;
use super::explain::{expired, failure, held, host, not_rendered, rendered_too_large, status};
use super::gate::Turn;
use super::headers::{OwnHeaders, validator};
use super::network::{Answer, Excess, Network, Visit, admit};
use super::render::{Document, Renderer, Shown};
use super::robots::{self, RobotsCache};
use super::trail::{Trail, without_login};
use super::{Fetch, FetchError, FetchSettings, Fetching};
use crate::model::{
    Clock, FailureKind, FetchFailure, FetchJob, FetchOutcome, FetchResult, FetchedBody, Render,
    Validators,
};

/// `Content-Type` is kept up to this length.
const MAX_CONTENT_TYPE: usize = 256;

/// Fetches over the network, politely and within bounds. One serves all sources: it knows whose
/// turn it is. Its memory is bounded by the hosts in use.
pub struct Fetcher {
    network: Network,
    robots: RobotsCache,
    renderer: Renderer,
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
            renderer: Renderer::new(
                settings.browser.clone(),
                settings.scratch.clone(),
                settings.user_agent.clone(),
            ),
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
        if let Some(wish) = &job.render {
            return self.rendered(job, wish, visit, trail, &own).await;
        }
        let landed = self.land(job, visit, trail, &own, Way::default()).await?;
        match landed.answer {
            None => Ok(FetchResult::NotModified {
                moved_to: trail.moved_to(own.has_secrets()),
            }),
            Some(answer) => {
                let moved_to = trail.moved_to(own.has_secrets());
                let body = take(answer, visit, trail, moved_to).await?;
                Ok(FetchResult::Body(body))
            }
        }
    }

    /// Follows redirects to an answer that brings content, or says that ours is current.
    async fn land(
        &self,
        job: &FetchJob,
        visit: &mut Visit,
        trail: &mut Trail,
        own: &OwnHeaders,
        way: Way,
    ) -> Result<Landed<'_>, FetchFailure> {
        let Way { mut kept, cookie } = way;
        let asked_by = trail.here().origin();
        loop {
            let here = trail.here().clone();
            admit(&here, visit.private)?;
            let (turn, rules) = self.arrive(job, visit, trail, kept.take()).await?;
            let (mut headers, conditional) = own.for_hop(job, trail);
            if let Some(cookie) = &cookie
                && here.origin() == asked_by
            {
                headers.entry(COOKIE).or_insert_with(|| cookie.clone());
            }
            let answer = self.network.ask(visit, &turn, &here, headers).await?;
            match answer.status() {
                _ if let Some(location) = answer.location() => {
                    trail.follow(answer.status(), location, job.limits.max_redirects)?;
                    if trail.here().origin() == here.origin() {
                        kept = Some((turn, rules));
                    }
                }
                304 if conditional => {
                    let kept = (turn, rules);
                    return Ok(Landed { answer: None, kept });
                }
                200..=205 | 207..=299 => {
                    let (answer, kept) = (Some(answer), (turn, rules));
                    return Ok(Landed { answer, kept });
                }
                code => return Err(status(&here, code)),
            }
        }
    }

    /// Fetches the page as ever, then has a browser run it. Where a script leads on, the next page is
    /// fetched as ever too. The host's turn is kept until the page is at rest.
    async fn rendered(
        &self,
        job: &FetchJob,
        wish: &Render,
        visit: &mut Visit,
        trail: &mut Trail,
        own: &OwnHeaders,
    ) -> Result<FetchResult, FetchFailure> {
        // an unchanged shell says nothing of what its scripts would write
        let job = &FetchJob {
            validators: Validators::default(),
            ..job.clone()
        };
        let limits = job.limits;
        let _place = self.renderer.place().await;
        let mut tab = None;
        let mut way = Way::default();
        loop {
            let landed = self.land(job, visit, trail, own, way).await?;
            let Some(answer) = landed.answer else {
                unreachable!("nothing conditional was asked")
            };
            let headers = answer.about_content();
            let moved_to = trail.moved_to(own.has_secrets());
            let body = take(answer, visit, trail, moved_to).await?;
            if !is_html(&body) {
                return Ok(FetchResult::Body(body));
            }
            let here = trail.here();
            let tab = match &mut tab {
                Some(tab) => tab,
                none => none.insert(
                    self.renderer
                        .open(
                            self.network.clients(),
                            visit.private,
                            limits,
                            own.user_agent(),
                        )
                        .await
                        .map_err(|why| {
                            failure(FailureKind::Local, format!("{}: {why}", host(here)))
                        })?,
                ),
            };
            let mut url = without_login(here);
            url.set_fragment(job.url.fragment());
            let document = Document {
                url: &url,
                status: body.status,
                headers,
                body: &body.bytes,
            };
            let showing = tab.show(&document, wish.wait_for.as_deref(), &limits);
            let shown = visit.budget.spend(limits.total_timeout, showing).await;
            let shown = shown
                .map_err(|e| never_done(here, e, wish))?
                .map_err(|e| not_rendered(here, &e))?;
            match shown {
                Shown::TooLong => return Err(rendered_too_large(here, &limits)),
                Shown::Page(html) => {
                    return Ok(FetchResult::Body(FetchedBody {
                        bytes: html.into_bytes(),
                        content_type: Some("text/html; charset=utf-8".to_owned()),
                        validators: Validators::default(),
                        ..body
                    }));
                }
                Shown::Leads { to, cookie } => {
                    let from = here.origin();
                    trail.lead(&to, limits.max_redirects)?;
                    way = Way {
                        kept: (trail.here().origin() == from).then_some(landed.kept),
                        cookie: cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()),
                    };
                }
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
        kept: Option<Kept>,
    ) -> Result<Kept, FetchFailure> {
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

/// A turn that is held, and the rules of its place.
type Kept = (Turn, Option<Arc<Robots>>);

/// How a fetch comes to where it stands.
#[derive(Default)]
struct Way {
    /// Still held from the page before, of the same origin.
    kept: Option<Kept>,
    /// What a rendered page's cookies say to this origin.
    cookie: Option<HeaderValue>,
}

/// Where redirects have led.
struct Landed<'a> {
    /// `None`: what we have is current.
    answer: Option<Answer<'a>>,
    kept: Kept,
}

/// Is it something that a browser would run? By its type, or by its looks when it has none.
fn is_html(body: &FetchedBody) -> bool {
    match &body.content_type {
        Some(kind) => {
            let kind = kind.trim_start().to_ascii_lowercase();
            kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml")
        }
        None => body.bytes.trim_ascii_start().starts_with(b"<"),
    }
}

/// Time ran out while a page was shown.
fn never_done(url: &url::Url, error: Expired, wish: &Render) -> FetchFailure {
    let mut failure = expired(url, error, "the page did not come to rest");
    if let Some(selector) = &wish.wait_for {
        let hint = format!("; is there anything that `wait_for` ({selector}) finds?");
        failure.message.push_str(&hint);
    }
    failure
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
