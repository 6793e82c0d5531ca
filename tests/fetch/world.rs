//! Small servers whose every byte the test decides, and jobs to send to them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tidewatch::fetch::{Fetch, FetchSettings, Fetcher};
use tidewatch::model::{
    Clock, FetchFailure, FetchJob, FetchLimits, FetchResult, FetchedBody, ManualClock, Secret,
    Validators,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// What a server does once a request has come in.
pub(crate) enum Reply {
    /// Sends this and closes.
    Raw(Vec<u8>),
    /// Sends the first, then the second until the client has had enough.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends this and then nothing, with the connection open.
    Stall(Vec<u8>),
}

/// A request as it came: the whole head.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: Vec<u8>,
}

impl Request {
    /// Path and query.
    pub(crate) fn path(&self) -> String {
        let head = String::from_utf8_lossy(&self.head);
        head.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// The raw value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<Vec<u8>> {
        self.head.split(|b| *b == b'\n').find_map(|line| {
            let at = line.iter().position(|b| *b == b':')?;
            (line[..at].eq_ignore_ascii_case(name.as_bytes()))
                .then(|| line[at + 1..].trim_ascii().to_vec())
        })
    }

    /// The same as text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.header(name)?).into_owned())
    }
}

/// A server on loopback.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers every request as `answer` says. One request per connection.
    pub(crate) async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", answer).await
    }

    pub(crate) async fn start_at(
        address: &str,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("loopback");
        let address = listener.local_addr().expect("bound");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &log, &*answer).await });
            }
        });
        Self { address, seen }
    }

    /// One answer to everything.
    pub(crate) async fn always(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        Self::start(move |_| Reply::Raw(reply.clone())).await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a URL")
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("log").clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().iter().map(Request::path).collect()
    }
}

/// Reads one request and answers it, over whatever carries the bytes.
pub(crate) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    log: &Mutex<Vec<Request>>,
    answer: &(impl Fn(&Request) -> Reply + Sync),
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let request = Request { head };
    log.lock().expect("log").push(request.clone());
    match answer(&request) {
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            // a close with bytes unread would be a reset
            let _ = stream.read(&mut [0; 64]).await;
        }
        Reply::Endless(first, then) => {
            let mut sent = stream.write_all(&first).await;
            while sent.is_ok() {
                sent = stream.write_all(&then).await;
            }
        }
        Reply::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0; 64]).await;
        }
    }
}

/// An answer with a right `Content-Length`.
pub(crate) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for header in headers {
        bytes.extend(format!("{header}\r\n").into_bytes());
    }
    bytes.extend(
        format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )
        .into_bytes(),
    );
    bytes.extend(body);
    bytes
}

pub(crate) fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK", &["content-type: text/html"], body)
}

pub(crate) fn redirect(status: &str, to: &str) -> Vec<u8> {
    answer(status, &[&format!("location: {to}")], "")
}

/// A job that may reach loopback and asks no robots.txt.
pub(crate) fn job(url: Url) -> FetchJob {
    FetchJob {
        source: "a-source".parse().expect("an id"),
        url,
        validators: Validators::default(),
        headers: Vec::new(),
        limits: FetchLimits {
            max_body: 1 << 20,
            connect_timeout: Duration::from_secs(20),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_mins(1),
            max_redirects: 5,
        },
        allow_private: true,
        obey_robots: false,
        render: None,
    }
}

pub(crate) fn secret(name: &str, value: &str) -> (String, Secret) {
    (name.to_owned(), Secret::new(value))
}

pub(crate) fn settings() -> FetchSettings {
    FetchSettings {
        user_agent: "tidewatch-test/1 (+https://example.org)".into(),
        host_gap: Duration::ZERO,
        ..FetchSettings::default()
    }
}

/// Noon of the first of March 2026.
pub(crate) fn clock() -> Arc<dyn Clock> {
    let noon = "2026-03-01T12:00:00Z".parse().expect("a time");
    Arc::new(ManualClock::new(noon))
}

pub(crate) fn fetcher() -> Fetcher {
    Fetcher::new(settings(), clock()).expect("a fetcher")
}

pub(crate) async fn body(fetcher: &Fetcher, job: &FetchJob) -> FetchedBody {
    match fetcher.fetch(job).await.result {
        FetchResult::Body(body) => body,
        other => panic!("no body: {other:?}"),
    }
}

pub(crate) async fn fails(fetcher: &Fetcher, job: &FetchJob) -> FetchFailure {
    match fetcher.fetch(job).await.result {
        FetchResult::Failed(failure) => failure,
        other => panic!("no failure: {other:?}"),
    }
}
