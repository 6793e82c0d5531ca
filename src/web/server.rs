//! Listening, routing, and what every answer carries.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::page::{self, Choice, Refusal, STYLE};
use super::throttle::Throttle;
use crate::config::Web;
use crate::digest::ballot::{Ballot, BallotError, PATH};
use crate::model::{Clock, Language, Secret, Verb};
use crate::query::{self, QueryError};
use crate::store::{Store, StoreError};

/// Requests answered at once, and in the long run each second.
const BURST: u32 = 60;
const PER_SECOND: u32 = 5;

/// Why the web face cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address is taken, or not one of this machine's.
    #[error("cannot listen on {address}: {source}; change `listen` in [web]")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// A web face that listens and does not answer yet.
pub struct Face {
    listener: TcpListener,
    token: Option<Secret>,
    key: Secret,
    language: Language,
    clock: Arc<dyn Clock>,
}

/// Listens as configured; `None` where nothing is.
pub async fn bind(
    web: &Web,
    language: Language,
    key: Secret,
    clock: Arc<dyn Clock>,
) -> Result<Option<Face>, WebError> {
    let Some(address) = web.listen else {
        return Ok(None);
    };
    let refused = |source| WebError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    Ok(Some(Face {
        listener,
        token: web.token.clone(),
        key,
        language,
        clock,
    }))
}

struct Desk {
    store: Store,
    token: Option<Secret>,
    key: Secret,
    language: Language,
    clock: Arc<dyn Clock>,
    throttle: Throttle,
    policy: HeaderValue,
}

impl Face {
    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is cancelled; what is under way is ended first.
    pub async fn serve(self, store: Store, stop: CancellationToken) -> std::io::Result<()> {
        let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        let desk = Arc::new(Desk {
            store,
            token: self.token,
            key: self.key,
            language: self.language,
            clock: self.clock,
            throttle: Throttle::new(BURST, PER_SECOND),
            policy: HeaderValue::from_str(&policy)
                .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
        });
        let router = Router::new()
            .route(&format!("{PATH}/{{finding}}/{{verb}}"), get(ask).post(take))
            .route("/health", get(health))
            .fallback(nothing)
            // a vote has no body to speak of
            .layer(DefaultBodyLimit::max(4_096))
            .with_state(desk);
        axum::serve(self.listener, router)
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
    }
}

/// A request that carries a ballot of ours; refused before it comes to an answer otherwise.
struct Voter {
    ballot: Ballot,
    language: Language,
}

impl FromRequestParts<Arc<Desk>> for Voter {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        let language = desk.language_of(&parts.headers);
        let refused = |why: &Refusal| desk.refused(language, why);
        let place = Path::<(String, String)>::from_request_parts(parts, desk).await;
        let Path((finding, verb)) = place.map_err(|_| refused(&Refusal::Broken))?;
        let ballot = desk.ballot(&finding, &verb, parts.uri.query());
        let ballot = ballot.map_err(|why| refused(&why))?;
        Ok(Self { ballot, language })
    }
}

async fn ask(State(desk): State<Arc<Desk>>, voter: Voter) -> Response {
    let Voter { ballot, language } = voter;
    let id = ballot.finding;
    let title = desk.store.read(move |reader| reader.finding(id)).await;
    let title = match title {
        Ok(finding) => finding.title_in(language).to_owned(),
        Err(error) => return desk.failed(language, &error.into()),
    };
    let offered: Vec<Verb> = ballot.verb.map_or(Verb::ALL.to_vec(), |verb| vec![verb]);
    let choices = desk.choices(&ballot, &offered);
    desk.answer(StatusCode::OK, page::ask(language, &title, &choices))
}

async fn take(State(desk): State<Arc<Desk>>, voter: Voter) -> Response {
    let Voter { ballot, language } = voter;
    let Some(verb) = ballot.verb else {
        return desk.refused(language, &Refusal::Broken);
    };
    let (id, now) = (ballot.finding, desk.clock.now());
    let done = query::vote(&desk.store, &ballot.audience, id, verb, "web", now).await;
    if let Err(error) = done {
        return desk.failed(language, &error);
    }
    tracing::info!(finding = %id, audience = ballot.audience, %verb, "vote");
    let title = desk.store.read(move |reader| reader.finding(id)).await;
    let title = title.map_or_else(|_| id.to_string(), |f| f.title_in(language).to_owned());
    let others: Vec<Verb> = Verb::ALL.into_iter().filter(|v| *v != verb).collect();
    let others = desk.choices(&ballot, &others);
    let text = page::thanks(language, &title, verb, &others);
    desk.answer(StatusCode::OK, text)
}

async fn health(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if !desk.throttle.take() {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    if let Some(token) = &desk.token {
        let sent = headers.get(header::AUTHORIZATION);
        let sent = sent.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if !sent.is_some_and(|sent| same(sent, token)) {
            let scheme = [(header::WWW_AUTHENTICATE, "Bearer")];
            return (StatusCode::UNAUTHORIZED, scheme, "a token is needed\n").into_response();
        }
    }
    match desk.store.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!("the store does not answer: {error}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store does not answer\n",
            )
                .into_response()
        }
    }
}

async fn nothing(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let language = desk.language_of(&headers);
    let why = if desk.throttle.take() {
        Refusal::Gone
    } else {
        Refusal::TooMany
    };
    desk.refused(language, &why)
}

/// Are two texts the same? Takes as long whatever they share.
fn same(sent: &str, wanted: &Secret) -> bool {
    let mac = |text: &str| {
        Hmac::<Sha256>::new_from_slice(wanted.reveal().as_bytes())
            .map(|mac| mac.chain_update(text.as_bytes()))
    };
    match (mac(sent), mac(wanted.reveal())) {
        (Ok(sent), Ok(wanted)) => sent.verify(&wanted.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

impl Desk {
    fn ballot(&self, finding: &str, verb: &str, query: Option<&str>) -> Result<Ballot, Refusal> {
        if !self.throttle.take() {
            return Err(Refusal::TooMany);
        }
        let now = self.clock.now();
        let read = Ballot::read(finding, verb, query.unwrap_or_default(), &self.key, now);
        read.map_err(|error| match error {
            BallotError::Broken => Refusal::Broken,
            BallotError::Expired => Refusal::Expired,
        })
    }

    fn choices(&self, ballot: &Ballot, verbs: &[Verb]) -> Vec<Choice> {
        let choice = |verb: &Verb| {
            let link = Ballot {
                verb: Some(*verb),
                ..ballot.clone()
            };
            // from page to page, so that a prefix before our paths does no harm
            let address = link.address(&self.key);
            let action = address.rsplit_once('/').map_or("", |(_, last)| last);
            Choice {
                verb: *verb,
                action: action.to_owned(),
            }
        };
        verbs.iter().map(choice).collect()
    }

    /// The browser's, if it is one of ours.
    fn language_of(&self, headers: &HeaderMap) -> Language {
        let wanted = headers.get(header::ACCEPT_LANGUAGE);
        let wanted = wanted.and_then(|value| value.to_str().ok()).unwrap_or("");
        let first = wanted.split([',', ';', '-']).next().unwrap_or("").trim();
        match first.to_ascii_lowercase().as_str() {
            "ru" | "be" | "kk" => Language::Ru,
            "" | "*" => self.language,
            _ => Language::En,
        }
    }

    fn refused(&self, language: Language, why: &Refusal) -> Response {
        let status = match why {
            Refusal::Broken => StatusCode::BAD_REQUEST,
            Refusal::Expired => StatusCode::GONE,
            Refusal::Gone => StatusCode::NOT_FOUND,
            Refusal::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        self.answer(status, page::refusal(language, why))
    }

    fn failed(&self, language: Language, error: &QueryError) -> Response {
        if matches!(error, QueryError::Store(StoreError::NotFound(_))) {
            return self.refused(language, &Refusal::Gone);
        }
        tracing::error!("a vote could not be taken: {error}");
        self.refused(language, &Refusal::Failed)
    }

    fn answer(&self, status: StatusCode, text: String) -> Response {
        let mut response = (status, Html(text)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        for (name, value) in [
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
