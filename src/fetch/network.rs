//! One request and its answer: the turn, the guard, the bounds. Redirects are the caller's.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::{
    CONTENT_ENCODING, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::budget::Budget;
use super::client::Clients;
use super::explain::{denied, expired, failure, held, host, too_large, unpacking};
use super::gate::{Gates, Turn};
use super::trail::{is_redirect, without_login};
use super::transport::{broken_body, request_error};
use super::unpack::{UnpackError, Unpacker};
use crate::model::{
    Clock, FailureKind, FetchFailure, FetchLimits, check_host, http_date, retry_after,
};

/// Headers of an answer that a browser is not handed.
const NOT_CONTENT: [&str; 14] = [
    "alt-svc",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "expect-ct",
    "keep-alive",
    "nel",
    "report-to",
    "reporting-endpoints",
    "strict-transport-security",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What all requests share.
pub(super) struct Network {
    clients: Clients,
    gates: Gates,
    under_way: Semaphore,
    gap: Duration,
    clock: Arc<dyn Clock>,
}

/// One fetch as the network sees it: what is allowed and what is left.
#[derive(Debug)]
pub(super) struct Visit {
    /// May private addresses be reached?
    pub(super) private: bool,
    /// Bounds.
    pub(super) limits: FetchLimits,
    /// Time left.
    pub(super) budget: Budget,
    /// When the first request went out.
    pub(super) started: Option<Timestamp>,
}

/// The head of an answer. The body is still on the wire, and the global place is kept for it.
pub(super) struct Answer<'a> {
    response: Response,
    _place: SemaphorePermit<'a>,
}

/// What to do with a body that is larger than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// It is a failure.
    Fails,
    /// The rest is left unread.
    IsCut,
}

/// What one read of a body brought.
enum Step {
    More,
    End,
    Full,
}

impl Network {
    pub(super) fn new(
        clients: Clients,
        concurrency: usize,
        gap: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            clients,
            gates: Gates::new(),
            under_way: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            gap,
            clock,
        }
    }

    /// The clients, for what a rendered page loads beside itself.
    pub(super) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// The present instant.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits for the host's turn; `delay` is a longer pause that the host asks for.
    pub(super) async fn turn(&self, url: &Url, delay: Duration) -> Result<Turn, FetchFailure> {
        let turn = self.gates.turn(url, self.gap.max(delay)).await;
        turn.map_err(|h| held(url, None, h.0))
    }

    /// Asks for `url` within a turn of its host.
    pub(super) async fn ask(
        &self,
        visit: &mut Visit,
        turn: &Turn,
        url: &Url,
        headers: HeaderMap,
    ) -> Result<Answer<'_>, FetchFailure> {
        admit(url, visit.private)?;
        let limits = visit.limits;
        let client = self
            .clients
            .get(visit.private, limits.connect_timeout)
            .map_err(|e| failure(FailureKind::Local, format!("{}: {e}", host(url))))?;
        let Ok(place) = self.under_way.acquire().await else {
            unreachable!("the semaphore is never closed")
        };
        visit.started.get_or_insert_with(|| self.clock.now());
        let request = client.get(url.clone()).headers(headers).send();
        let patience = limits.connect_timeout + limits.read_timeout;
        let response = visit
            .budget
            .spend(patience, request)
            .await
            .map_err(|e| expired(url, e, "no answer"))?
            .map_err(|e| request_error(url, &e, &limits))?;
        let answer = Answer {
            response,
            _place: place,
        };
        match (answer.status(), self.wait_asked(&answer)) {
            (429, asked) => {
                let wait = turn.hold(asked.filter(|wait| !wait.is_zero()));
                Err(held(url, Some(429), wait))
            }
            (503, Some(asked)) => Err(held(url, Some(503), turn.hold(Some(asked)))),
            // some say so rather than 429
            (403, Some(asked)) if !asked.is_zero() => {
                Err(held(url, Some(403), turn.hold(Some(asked))))
            }
            _ => {
                turn.relieve();
                Ok(answer)
            }
        }
    }

    /// `Retry-After`, by the server's own clock where it tells the time.
    fn wait_asked(&self, answer: &Answer<'_>) -> Option<Duration> {
        let value = answer.header(&RETRY_AFTER)?;
        let date = answer.header(&DATE);
        let now = date
            .and_then(|d| http_date(std::str::from_utf8(d).ok()?))
            .unwrap_or_else(|| self.now());
        retry_after(value, now)
    }
}

/// Is this an address on the web that the fetch may reach? Names are checked when they resolve.
pub(super) fn admit(url: &Url, private: bool) -> Result<(), FetchFailure> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        let url = without_login(url);
        let message = format!("{url}: only http and https urls can be fetched");
        return Err(failure(FailureKind::BadUrl, message));
    }
    if private {
        return Ok(());
    }
    check_host(url).map_err(|d| denied(url, d))
}

impl Answer<'_> {
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(super) fn header(&self, name: &HeaderName) -> Option<&[u8]> {
        Some(self.response.headers().get(name)?.as_bytes())
    }

    /// What the answer says of its content, for a browser that is handed it: nothing about transfer,
    /// downloads, reports or other ways to the host.
    pub(super) fn about_content(&self) -> Vec<(String, String)> {
        let kept = self
            .response
            .headers()
            .iter()
            .filter(|(name, _)| !NOT_CONTENT.contains(&name.as_str()));
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        };
        kept.map(text).collect()
    }

    /// Where the answer sends us, if it is a redirect.
    pub(super) fn location(&self) -> Option<&[u8]> {
        is_redirect(self.status())
            .then(|| self.header(&LOCATION))
            .flatten()
    }

    /// Reads and unpacks the body.
    pub(super) async fn body(
        mut self,
        visit: &mut Visit,
        url: &Url,
        excess: Excess,
    ) -> Result<Vec<u8>, FetchFailure> {
        let limits = visit.limits;
        let announced = self.response.content_length().unwrap_or(0);
        if announced > limits.max_body && excess == Excess::Fails {
            return Err(too_large(url, 0, &limits));
        }
        let encoding = self.encoding();
        let mut unpacker = Unpacker::new(&encoding, limits.max_body)
            .map_err(|e| unpacking(url, &encoding, &e, 0, &limits))?;
        loop {
            // unpacking is work too, and is paid from the same budget
            let step = async {
                let chunk = self.response.chunk().await;
                let chunk = chunk.map_err(|e| broken_body(url, &e, unpacker.packed()))?;
                let Some(chunk) = chunk else {
                    return Ok(Step::End);
                };
                match unpacker.push(&chunk) {
                    Ok(()) if unpacker.packed() <= limits.max_body => Ok(Step::More),
                    // as much packed as may come out unpacked, and no end: padding without content
                    Ok(()) | Err(UnpackError::TooLarge) => Ok(Step::Full),
                    Err(e) => Err(unpacking(url, &encoding, &e, unpacker.packed(), &limits)),
                }
            };
            let step = visit.budget.spend(limits.read_timeout, step).await;
            match step.map_err(|e| expired(url, e, "the body stalled"))?? {
                Step::More => {}
                Step::End => break,
                Step::Full if excess == Excess::IsCut => return Ok(unpacker.into_partial()),
                Step::Full => return Err(too_large(url, unpacker.packed(), &limits)),
            }
        }
        let packed = unpacker.packed();
        unpacker
            .finish()
            .map_err(|e| unpacking(url, &encoding, &e, packed, &limits))
    }

    /// All `Content-Encoding` lines as one.
    fn encoding(&self) -> String {
        let lines = self.response.headers().get_all(CONTENT_ENCODING);
        let lines: Vec<_> = lines
            .iter()
            .map(|v| String::from_utf8_lossy(v.as_bytes()))
            .collect();
        lines.join(",")
    }
}
