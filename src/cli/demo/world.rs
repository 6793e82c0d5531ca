//! The made-up world as a web server on loopback. What it serves depends on its own clock alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use xxhash_rust::xxh3::xxh3_64;

use super::script;

/// A running world.
pub(super) struct World {
    now: Arc<AtomicI64>,
    port: u16,
    server: JoinHandle<std::io::Result<()>>,
}

#[derive(Clone)]
struct Shared {
    start: Timestamp,
    now: Arc<AtomicI64>,
}

impl World {
    /// Serves the world on a free port of 127.0.0.1, with its clock at `start`.
    pub(super) async fn serve(start: Timestamp) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let now = Arc::new(AtomicI64::new(start.as_second()));
        let shared = Shared {
            start,
            now: Arc::clone(&now),
        };
        let router = Router::new()
            .route("/{*path}", get(answer))
            .with_state(shared);
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { now, port, server })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Moves the world's clock.
    pub(super) fn set(&self, now: Timestamp) {
        self.now.store(now.as_second(), Ordering::SeqCst);
    }

    pub(super) async fn stop(self) {
        self.server.abort();
        // aborted on purpose, so how it ended is of no interest
        let _ = self.server.await;
    }
}

async fn answer(
    State(world): State<Shared>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let now = Timestamp::from_second(world.now.load(Ordering::SeqCst)).unwrap_or(world.start);
    let hours = now.duration_since(world.start).as_hours();
    let page = match script::page(&path, world.start, hours) {
        script::Answer::Page(kind, body) => (kind, body),
        script::Answer::Broken => {
            return (StatusCode::BAD_GATEWAY, "upstream is not reachable").into_response();
        }
        script::Answer::Nothing => return (StatusCode::NOT_FOUND, "no such page").into_response(),
    };
    let (kind, body) = page;
    let etag = format!("\"{:016x}\"", xxh3_64(body.as_bytes()));
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|sent| sent.as_bytes() == etag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
