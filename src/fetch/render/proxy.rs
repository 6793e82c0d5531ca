//! The one way out of a rendered page: a forward proxy on loopback, for one page only.
//!
//! Whatever the browser connects to for that page, sub-resources, redirects and websockets alike, it
//! asks for here: `CONNECT` for TLS and websockets, absolute-form requests for plain HTTP (RFC 9110
//! §9.3.6, RFC 9112 §3.2.2). Names are resolved by the same guarded resolver as plain fetches and the
//! connection is made to exactly those addresses; literal addresses are checked. Bytes and
//! connections are counted, silence is cut off.
//!
//! It never looks inside TLS, keeps nothing, and ends with its page.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::dns::Resolve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use crate::model::{FetchLimits, check_host};

/// Longest request head taken.
const MAX_HEAD: usize = 64 << 10;
/// Most connections at once; Chromium itself makes at most 32 through one proxy.
const MAX_CONNECTIONS: usize = 64;
/// Most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 4;

/// A proxy at work. Dropping it cuts all its connections.
pub(super) struct Proxy {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// Counts what goes through.
    pub(super) meter: Arc<Meter>,
    task: JoinHandle<()>,
}

/// Bytes that may still go through, in both directions together.
pub(super) struct Meter {
    left: AtomicU64,
    /// Cancelled when nothing is left.
    pub(super) spent: CancellationToken,
}

/// What every connection is told.
struct Policy {
    /// `None`: private addresses may be reached.
    guard: Option<Arc<dyn Resolve>>,
    limits: FetchLimits,
    meter: Arc<Meter>,
}

/// Why a connection is not made, as a status line.
type Refusal = &'static str;
const BAD: Refusal = "400 Bad Request";
const DENIED: Refusal = "403 Forbidden";
const UNREACHED: Refusal = "502 Bad Gateway";

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Meter {
    fn take(&self, bytes: usize) -> io::Result<()> {
        let bytes = bytes as u64;
        let enough = |left: u64| left.checked_sub(bytes);
        let counted = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, enough);
        if counted.is_err() {
            self.spent.cancel();
            return Err(io::Error::other("spent"));
        }
        Ok(())
    }
}

impl Proxy {
    /// Listens on loopback. Without `guard`, private addresses may be reached. `bytes` may go through.
    pub(super) async fn open(
        guard: Option<Arc<dyn Resolve>>,
        limits: FetchLimits,
        bytes: u64,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let meter = Arc::new(Meter {
            left: AtomicU64::new(bytes),
            spent: CancellationToken::new(),
        });
        let policy = Arc::new(Policy {
            guard,
            limits,
            meter: Arc::clone(&meter),
        });
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                        let Ok((stream, _)) = accepted else { break };
                        let policy = Arc::clone(&policy);
                        connections.spawn(async move {
                            // how a connection ended is for the page to find out
                            let _ = serve(stream, &policy).await;
                        });
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        Ok(Self {
            address,
            meter,
            task,
        })
    }
}

async fn serve(mut client: TcpStream, policy: &Policy) -> io::Result<()> {
    let silence = policy.limits.read_timeout;
    let (head, rest) = timeout(silence, read_head(&mut client)).await??;
    match open(&head, policy).await {
        Err(refusal) => {
            let answer =
                format!("HTTP/1.1 {refusal}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            client.write_all(answer.as_bytes()).await
        }
        Ok(Way::Tunnel(mut server)) => {
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .await?;
            policy.meter.take(rest.len())?;
            server.write_all(&rest).await?;
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            let up = pump(
                &mut from_client,
                &mut to_server,
                u64::MAX,
                None,
                &policy.meter,
            );
            let down = pump(
                &mut from_server,
                &mut to_client,
                u64::MAX,
                Some(silence),
                &policy.meter,
            );
            // either side's end is the end: HTTP and websockets both say so inside
            tokio::select! { done = up => done, done = down => done }
        }
        Ok(Way::Plain { mut server, head }) => {
            policy.meter.take(head.bytes.len() + rest.len())?;
            server.write_all(&head.bytes).await?;
            let sent = rest
                .len()
                .min(usize::try_from(head.body).unwrap_or(usize::MAX));
            server.write_all(&rest[..sent]).await?;
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            let body = head.body - sent as u64;
            let exchange = async {
                // exactly one request: what follows it may be for another host
                pump(&mut from_client, &mut to_server, body, None, &policy.meter).await?;
                let _ = from_client.read_u8().await;
                Ok(())
            };
            let down = pump(
                &mut from_server,
                &mut to_client,
                u64::MAX,
                Some(silence),
                &policy.meter,
            );
            tokio::select! { done = exchange => done, done = down => done }
        }
    }
}

/// Where a request leads.
enum Way {
    Tunnel(TcpStream),
    Plain { server: TcpStream, head: Head },
}

/// A request head as the server is sent it.
#[derive(Debug)]
struct Head {
    bytes: Vec<u8>,
    /// Bytes of body that follow.
    body: u64,
}

async fn open(head: &[u8], policy: &Policy) -> Result<Way, Refusal> {
    let (method, target, lines) = parse(head).ok_or(BAD)?;
    if method == "CONNECT" {
        // any scheme of the web: only host and port are used
        let url = Url::parse(&format!("https://{target}/")).map_err(|_| BAD)?;
        return Ok(Way::Tunnel(connect(&url, policy).await?));
    }
    let url = Url::parse(target).map_err(|_| BAD)?;
    if url.scheme() != "http" {
        return Err(BAD);
    }
    let head = onward(method, &url, &lines).ok_or(BAD)?;
    let server = connect(&url, policy).await?;
    Ok(Way::Plain { server, head })
}

/// Method, target and header lines.
fn parse(head: &[u8]) -> Option<(&str, &str, Vec<&str>)> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.trim_end().split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?, first.next()?);
    let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    is_method.then(|| (method, target, lines.collect()))
}

/// The request as a server wants it: origin form, our own `Host`, one exchange per connection.
fn onward(method: &str, url: &Url, lines: &[&str]) -> Option<Head> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    let mut body = 0;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "host"
            | "connection"
            | "proxy-connection"
            | "proxy-authorization"
            | "keep-alive"
            | "upgrade" => continue,
            // Chromium knows the length of what it sends over HTTP/1.1
            "transfer-encoding" => return None,
            "content-length" => body = value.trim().parse().ok()?,
            _ => {}
        }
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    Some(Head {
        bytes: text.into_bytes(),
        body,
    })
}

async fn connect(url: &Url, policy: &Policy) -> Result<TcpStream, Refusal> {
    let addresses = allowed(url, policy).await?;
    for address in addresses.into_iter().take(MAX_ADDRESSES) {
        let attempt = timeout(policy.limits.connect_timeout, TcpStream::connect(address));
        if let Ok(Ok(stream)) = attempt.await {
            let _ = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    Err(UNREACHED)
}

/// The addresses that may be connected to for this URL.
async fn allowed(url: &Url, policy: &Policy) -> Result<Vec<SocketAddr>, Refusal> {
    let port = url.port_or_known_default().ok_or(BAD)?;
    let name = match url.host().ok_or(BAD)? {
        Host::Ipv4(ip) => return literal(url, (ip, port).into(), policy),
        Host::Ipv6(ip) => return literal(url, (ip, port).into(), policy),
        Host::Domain(name) => name,
    };
    let lookup = async {
        let Some(guard) = &policy.guard else {
            let found = tokio::net::lookup_host((name, port)).await;
            return found.map(Iterator::collect).map_err(|_| UNREACHED);
        };
        let parsed = name.parse().map_err(|_| BAD)?;
        let found = guard.resolve(parsed).await.map_err(|error| {
            tracing::debug!("a rendered page asked for {name}: {error}");
            DENIED
        })?;
        // a port of the resolver's own is meant, as reqwest does it
        let whole = |at: SocketAddr| match at.port() {
            0 => (at.ip(), port).into(),
            _ => at,
        };
        Ok(found.map(whole).collect())
    };
    let found = timeout(policy.limits.connect_timeout, lookup).await;
    found.map_err(|_| UNREACHED)?
}

fn literal(url: &Url, address: SocketAddr, policy: &Policy) -> Result<Vec<SocketAddr>, Refusal> {
    if policy.guard.is_some()
        && let Err(denied) = check_host(url)
    {
        tracing::debug!("a rendered page asked for {denied}");
        return Err(DENIED);
    }
    Ok(vec![address])
}

/// The request head, and what came after it.
async fn read_head(client: &mut TcpStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::with_capacity(2048);
    loop {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((bytes, rest));
        }
        if bytes.len() > MAX_HEAD {
            return Err(io::Error::other("a head without an end"));
        }
    }
}

/// Copies at most `most` bytes until an end, silence, or the meter's.
async fn pump(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut most: u64,
    silence: Option<Duration>,
    meter: &Meter,
) -> io::Result<()> {
    // who waits for an answer may be silent for as long as that takes
    let silence = silence.unwrap_or(Duration::MAX);
    let mut buffer = vec![0; 16 << 10];
    while most > 0 {
        let room = buffer
            .len()
            .min(usize::try_from(most).unwrap_or(usize::MAX));
        let read = timeout(silence, from.read(&mut buffer[..room])).await??;
        if read == 0 {
            return Ok(());
        }
        meter.take(read)?;
        timeout(silence, to.write_all(&buffer[..read])).await??;
        most -= read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
