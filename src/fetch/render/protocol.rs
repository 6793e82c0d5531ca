//! The Chrome DevTools protocol, as little of it as is needed: calls with answers, and events by
//! session. Messages are JSON; how they travel is told by two transports, a pipe to a browser of our
//! own and a websocket to one that runs already.
//!
//! What the browser sends is not trusted: messages are bounded in size, and a session whose events
//! are not taken in time is cut off, so that a page cannot fill our memory.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Largest message taken from a browser.
const MAX_MESSAGE: usize = 128 << 20;
/// Events of one session that may wait to be taken.
const MAX_WAITING: usize = 4096;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// The browser ended, or the connection to it.
    #[error("the browser is gone")]
    Gone,
    /// The browser refused the call.
    #[error("{method}: {message}")]
    Refused {
        /// Which call.
        method: &'static str,
        /// The browser's words.
        message: String,
    },
}

/// Something that happened in a session.
#[derive(Debug)]
pub(super) struct Event {
    /// Such as `Page.lifecycleEvent`.
    pub(super) method: String,
    /// As the protocol says for that event.
    pub(super) params: Value,
}

/// A connection to a browser.
pub(super) struct Connection {
    outbox: mpsc::UnboundedSender<String>,
    next: AtomicU64,
    router: Arc<Router>,
}

/// Who waits for what.
#[derive(Default)]
struct Router {
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    closed: bool,
    calls: HashMap<u64, oneshot::Sender<Result<Value, String>>>,
    sessions: HashMap<String, mpsc::Sender<Event>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incoming {
    id: Option<u64>,
    result: Option<Value>,
    error: Option<Refusal>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    session_id: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Connection {
    /// Over the pipe of a browser that was started with `--remote-debugging-pipe`: messages end with
    /// a zero byte. The browser ends when the pipe does, even if this process is killed.
    pub(super) fn over_pipe(mut to: ChildStdin, from: ChildStdout) -> Self {
        let (outbox, mut messages) = mpsc::unbounded_channel::<String>();
        let router = Arc::new(Router::default());
        let inbox = Arc::clone(&router);
        // plain threads: a pipe is read by blocking, and both end with the browser
        std::thread::spawn(move || {
            let mut from = BufReader::with_capacity(64 << 10, from);
            let mut message = Vec::new();
            loop {
                message.clear();
                let mut bounded = (&mut from).take(MAX_MESSAGE as u64);
                match bounded.read_until(0, &mut message) {
                    Ok(_) if message.pop() == Some(0) => inbox.take(&message),
                    _ => break,
                }
            }
            inbox.close();
        });
        std::thread::spawn(move || {
            while let Some(message) = messages.blocking_recv() {
                let mut bytes = message.into_bytes();
                bytes.push(0);
                if to.write_all(&bytes).and_then(|()| to.flush()).is_err() {
                    break;
                }
            }
        });
        Self::new(outbox, router)
    }

    /// Over the websocket at `url`.
    pub(super) async fn over_websocket(
        url: &str,
    ) -> Result<Self, tokio_tungstenite::tungstenite::Error> {
        let bounds = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let (socket, _) =
            tokio_tungstenite::connect_async_with_config(url, Some(bounds), true).await?;
        let (mut to, mut from) = socket.split();
        let (outbox, mut messages) = mpsc::unbounded_channel::<String>();
        let router = Arc::new(Router::default());
        let inbox = Arc::clone(&router);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    message = messages.recv() => {
                        let Some(message) = message else { break };
                        if to.send(Message::text(message)).await.is_err() {
                            break;
                        }
                    }
                    message = from.next() => match message {
                        Some(Ok(Message::Text(text))) => inbox.take(text.as_bytes()),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                        Some(Ok(_)) => {}
                    }
                }
            }
            inbox.close();
        });
        Ok(Self::new(outbox, router))
    }

    fn new(outbox: mpsc::UnboundedSender<String>, router: Arc<Router>) -> Self {
        Self {
            outbox,
            next: AtomicU64::new(1),
            router,
        }
    }

    /// Has the other side gone?
    pub(super) fn is_closed(&self) -> bool {
        self.router.desk().closed
    }

    /// Treats the browser as gone from now on, because it hangs: its process is ended with it.
    pub(super) fn give_up(&self) {
        self.router.close();
    }

    /// Calls a method of the browser, or of one session.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &'static str,
        params: Value,
    ) -> Result<Value, CallError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, waiting) = oneshot::channel();
        {
            let mut desk = self.router.desk();
            if desk.closed {
                return Err(CallError::Gone);
            }
            desk.calls.insert(id, answer);
        }
        // taken off the desk when nobody waits any more
        let _place = Place(&self.router, id);
        self.send(id, session, method, &params)?;
        match waiting.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(message)) => Err(CallError::Refused { method, message }),
            Err(_) => Err(CallError::Gone),
        }
    }

    /// Calls without waiting for an answer.
    pub(super) fn tell(
        &self,
        session: &str,
        method: &'static str,
        params: &Value,
    ) -> Result<(), CallError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.send(id, Some(session), method, params)
    }

    /// The events of a session from now on. The channel ends with the session's tab, with the
    /// browser, or when too many events were left waiting.
    pub(super) fn events(&self, session: &str) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let mut desk = self.router.desk();
        if !desk.closed {
            desk.sessions.insert(session.to_owned(), sender);
        }
        receiver
    }

    /// No more events of this session.
    pub(super) fn forget(&self, session: &str) {
        self.router.desk().sessions.remove(session);
    }

    fn send(
        &self,
        id: u64,
        session: Option<&str>,
        method: &'static str,
        params: &Value,
    ) -> Result<(), CallError> {
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let sent = self.outbox.send(message.to_string());
        sent.map_err(|_| CallError::Gone)
    }
}

struct Place<'a>(&'a Router, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.desk().calls.remove(&self.1);
    }
}

impl Router {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a message to whom it is for; what nobody waits for, or no one understands, is dropped.
    fn take(&self, message: &[u8]) {
        let Ok(message) = serde_json::from_slice::<Incoming>(message) else {
            return;
        };
        let mut desk = self.desk();
        if let Some(id) = message.id {
            if let Some(waiting) = desk.calls.remove(&id) {
                let answer = match message.error {
                    Some(refusal) => Err(refusal.message),
                    None => Ok(message.result.unwrap_or_default()),
                };
                // whoever asked may have left
                let _ = waiting.send(answer);
            }
            return;
        }
        let (Some(session), Some(method)) = (message.session_id, message.method) else {
            return;
        };
        let params = message.params;
        if let Some(events) = desk.sessions.get(&session)
            && events.try_send(Event { method, params }).is_err()
        {
            desk.sessions.remove(&session);
        }
    }

    fn close(&self) {
        let mut desk = self.desk();
        desk.closed = true;
        desk.calls.clear();
        desk.sessions.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_find_their_calls_and_events_their_sessions() {
        let (outbox, mut sent) = mpsc::unbounded_channel();
        let connection = Connection::new(outbox, Arc::new(Router::default()));
        let mut events = connection.events("s");
        let browser = async {
            let asked: Value =
                serde_json::from_str(&sent.recv().await.expect("a call")).expect("JSON");
            assert_eq!(asked["sessionId"], "s");
            let router = &connection.router;
            router.take(b"not json");
            router.take(br#"{"id":99,"result":{}}"#);
            router.take(br#"{"method":"A.b","params":{"x":1},"sessionId":"other"}"#);
            router.take(br#"{"method":"A.b","params":{"x":2},"sessionId":"s"}"#);
            router.take(format!(r#"{{"id":{},"result":{{"ok":true}}}}"#, asked["id"]).as_bytes());
        };
        let (answer, ()) = tokio::join!(connection.call(Some("s"), "Page.x", json!({})), browser);
        assert_eq!(answer.expect("a result")["ok"], true);
        let event = events.recv().await.expect("an event");
        assert_eq!(
            (event.method.as_str(), &event.params["x"]),
            ("A.b", &json!(2))
        );

        // a page that makes events faster than they are taken loses its session, not our memory
        for _ in 0..=MAX_WAITING {
            connection
                .router
                .take(br#"{"method":"A.b","sessionId":"s"}"#);
        }
        let mut left = 0;
        while events.recv().await.is_some() {
            left += 1;
        }
        assert_eq!(left, MAX_WAITING);

        connection.router.close();
        let after = connection.call(None, "Browser.close", json!({})).await;
        assert!(matches!(after, Err(CallError::Gone)));
    }
}
