//! Pages that scripts write, run in a browser before they are read.
//!
//! | file | duty |
//! |---|---|
//! | `mod` | the browser: started when first needed, shared, ended when it rests or hangs |
//! | [`process`] | a browser of our own: found, started, killed, its profile removed |
//! | [`protocol`] | Chrome DevTools calls and events, over a pipe or a websocket |
//! | [`proxy`] | the only way out of a page: guarded, counted |
//! | [`tab`] | one page in a context of its own: shown, settled, read out |
//!
//! **Invariant**: nothing that a page does reaches an address that a plain fetch would not. The page
//! itself is fetched by the fetcher; whatever it loads goes through a proxy with the same guard.
//!
//! A browser that crashes, hangs or is missing is an explained failure that may pass; the next fetch
//! starts another.

mod process;
mod protocol;
mod proxy;
mod tab;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use self::process::Process;
use self::protocol::Connection;
use self::proxy::Proxy;
pub(super) use self::tab::{Document, Shown, Tab, TabError};
use super::client::Clients;
use crate::model::{BrowserAt, FetchLimits};

/// Pages rendered at once: each takes 100 MB and more.
const TABS: usize = 2;
/// A browser of ours is ended after it was not used for this long.
const REST: Duration = Duration::from_mins(3);
/// A browser that takes longer to start does not start.
const START: Duration = Duration::from_secs(30);
/// All that a page loads may be this many times as large as one body.
const WIRE: u64 = 4;

/// Renders pages, with one browser for all.
pub(super) struct Renderer {
    at: Option<BrowserAt>,
    scratch: PathBuf,
    user_agent: String,
    places: Arc<Semaphore>,
    running: Arc<Mutex<Option<Running>>>,
}

/// A browser at work. Its process, if it is ours, ends with it.
struct Running {
    connection: Arc<Connection>,
    _process: Option<Process>,
    user_agent: String,
    used: Instant,
}

/// The right to one tab. Taken before a host's turn, so that who holds a turn never waits for a tab.
pub(super) struct Place {
    running: Arc<Mutex<Option<Running>>>,
    places: Arc<Semaphore>,
    _permit: OwnedSemaphorePermit,
}

impl Renderer {
    /// Starts nothing yet.
    pub(super) fn new(at: Option<BrowserAt>, scratch: PathBuf, user_agent: String) -> Self {
        Self {
            at,
            scratch,
            user_agent,
            places: Arc::new(Semaphore::new(TABS)),
            running: Arc::default(),
        }
    }

    /// Waits for a free tab.
    pub(super) async fn place(&self) -> Place {
        let Ok(permit) = Arc::clone(&self.places).acquire_owned().await else {
            unreachable!("the semaphore is never closed")
        };
        Place {
            running: Arc::clone(&self.running),
            places: Arc::clone(&self.places),
            _permit: permit,
        }
    }

    /// Opens a tab, starting the browser if none runs. The error is for people.
    pub(super) async fn open(
        &self,
        clients: &Clients,
        private: bool,
        limits: FetchLimits,
        own_agent: Option<&str>,
    ) -> Result<Tab, String> {
        let (connection, browsers_agent) = self.browser(clients).await?;
        let guard = (!private).then(|| clients.guard());
        let agent = match own_agent {
            Some(own) => own.to_owned(),
            None => format!("{browsers_agent} {}", self.user_agent),
        };
        let proxy = Proxy::open(guard, limits, limits.max_body.saturating_mul(WIRE))
            .await
            .map_err(|e| format!("the browser's guard cannot listen on loopback: {e}"))?;
        let opening = Tab::open(Arc::clone(&connection), proxy, &agent);
        match timeout(START, opening).await {
            Ok(Ok(tab)) => Ok(tab),
            Ok(Err(error)) => {
                connection.give_up();
                Err(format!("the browser opens no page ({error})"))
            }
            Err(_) => {
                connection.give_up();
                Err(format!(
                    "the browser hangs: it opened no page within {} s, and is started anew next time",
                    START.as_secs()
                ))
            }
        }
    }

    /// The browser that runs, or a new one, and its own User-Agent.
    async fn browser(&self, clients: &Clients) -> Result<(Arc<Connection>, String), String> {
        let mut slot = self.running.lock().await;
        if let Some(running) = slot.as_mut().filter(|r| !r.connection.is_closed()) {
            running.used = Instant::now();
            return Ok((Arc::clone(&running.connection), running.user_agent.clone()));
        }
        // the old one, if there is one, is surely ended before a new one begins
        *slot = None;
        let running = match &self.at {
            Some(BrowserAt::Endpoint(url)) => self.connect(url, clients).await?,
            Some(BrowserAt::Program(program)) => self.start(program.clone()).await?,
            None => {
                let program = process::find().ok_or(
                    "no browser is found to run the page in; install chromium, or set `browser` in [http]",
                )?;
                self.start(program).await?
            }
        };
        let found = (Arc::clone(&running.connection), running.user_agent.clone());
        *slot = Some(running);
        Ok(found)
    }

    async fn start(&self, program: PathBuf) -> Result<Running, String> {
        let name = program.display().to_string();
        let (process, connection) = Process::start(&program, &self.scratch)
            .map_err(|e| format!("{name} does not start ({e}); see `browser` in [http]"))?;
        if let Some(user_agent) = version(&connection).await {
            tracing::debug!("started {name}: {user_agent}");
            return Ok(Running {
                connection,
                _process: Some(process),
                user_agent,
                used: Instant::now(),
            });
        }
        // its words may come after its end
        sleep(Duration::from_millis(100)).await;
        let words = process.last_words();
        let remedy = if words.contains("sandbox") {
            "it may make no user namespaces here: see systemd/browser.conf"
        } else {
            "does it run by hand? see `browser` in [http]"
        };
        Err(format!("{name} does not start: {words}; {remedy}"))
    }

    async fn connect(&self, url: &Url, clients: &Clients) -> Result<Running, String> {
        let bad = |why: String| {
            format!(
                "no browser answers at {url} ({why}); is it running with --remote-debugging-port?"
            )
        };
        let socket = if url.scheme() == "ws" {
            url.to_string()
        } else {
            endpoint(url, clients).await.map_err(bad)?
        };
        let connection = timeout(START, Connection::over_websocket(&socket))
            .await
            .map_err(|_| bad("silence".to_owned()))?
            .map_err(|e| bad(e.to_string()))?;
        let connection = Arc::new(connection);
        let user_agent = version(&connection)
            .await
            .ok_or_else(|| bad("it does not say what it is".to_owned()))?;
        Ok(Running {
            connection,
            _process: None,
            user_agent,
            used: Instant::now(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (running, places) = (Arc::downgrade(&self.running), Arc::clone(&self.places));
        runtime.spawn(async move {
            if let Some(running) = running.upgrade()
                && let Some(running) = running.lock().await.as_mut()
            {
                running.used = Instant::now();
            }
            sleep(REST).await;
            let Some(running) = running.upgrade() else {
                return;
            };
            let mut slot = running.lock().await;
            let is_idle = places.available_permits() == TABS;
            if is_idle && slot.as_ref().is_some_and(|r| r.used.elapsed() >= REST) {
                *slot = None;
            }
        });
    }
}

/// The browser's User-Agent, once it answers.
async fn version(connection: &Connection) -> Option<String> {
    let asked = connection.call(None, "Browser.getVersion", json!({}));
    let answer = timeout(START, asked).await.ok()?.ok()?;
    Some(answer["userAgent"].as_str()?.to_owned())
}

/// The websocket of the browser whose DevTools answer at `url`.
async fn endpoint(url: &Url, clients: &Clients) -> Result<String, String> {
    let asked = url.join("/json/version").map_err(|e| e.to_string())?;
    let client = clients.get(true, START).map_err(|e| e.to_string())?;
    let answer = async { client.get(asked).send().await?.json::<Value>().await };
    let answer = timeout(START, answer).await.map_err(|_| "silence")?;
    let answer = answer.map_err(|e| e.to_string())?;
    let socket = answer["webSocketDebuggerUrl"].as_str();
    socket
        .map(str::to_owned)
        .ok_or_else(|| "it names no websocket".to_owned())
}

#[cfg(test)]
mod tests;
