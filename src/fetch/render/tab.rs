//! One page in a browser context of its own: shown, settled, and read out.
//!
//! The page's document is not fetched by the browser: it is handed in, fetched by the same code as
//! every other page, so redirects, robots.txt, `Retry-After` and bounds are the same. Where a script
//! leads the page elsewhere, the tab says so and is handed the next document. What the page loads
//! beside that goes through its [`Proxy`]; pictures, media, fonts, frames and beacons are left out.
//!
//! It answers no dialog, saves no download, and grants no permission.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use super::protocol::{CallError, Connection, Event};
use super::proxy::Proxy;
use crate::model::FetchLimits;

/// A page may make this many requests.
const MAX_REQUESTS: u32 = 500;
/// After `load`, the network is given this long to come to rest.
const SETTLE: Duration = Duration::from_secs(5);
/// What is waited for appears within this, or half the bound of the fetch, after the page was loaded; or never.
const APPEARS: Duration = Duration::from_secs(20);
/// How often `wait_for` is looked for.
const LOOK: Duration = Duration::from_millis(150);
/// A browser that does not end a tab within this hangs.
const END: Duration = Duration::from_secs(5);
/// Copies the page as it is seen; a number when it is longer than may be.
const SERIALIZE: &str = include_str!("serialize.js");

/// A document as it was fetched.
pub(in crate::fetch) struct Document<'a> {
    pub(in crate::fetch) url: &'a Url,
    pub(in crate::fetch) status: u16,
    /// As received, but for those that speak of the transfer.
    pub(in crate::fetch) headers: Vec<(String, String)>,
    pub(in crate::fetch) body: &'a [u8],
}

/// What came of showing a document.
#[derive(Debug)]
pub(in crate::fetch) enum Shown {
    /// The page at rest, as HTML.
    Page(String),
    /// The page is longer than allowed.
    TooLong,
    /// A script leads on to another document.
    Leads {
        /// Where.
        to: Url,
        /// What the page's cookies say to that place.
        cookie: Option<String>,
    },
}

/// Why a page could not be shown.
#[derive(Debug, thiserror::Error)]
pub(in crate::fetch) enum TabError {
    #[error("the browser ended while the page was in it")]
    Gone,
    #[error("the page crashed its tab, perhaps for want of memory")]
    Crashed,
    #[error("the page makes more than {MAX_REQUESTS} requests")]
    TooManyRequests,
    #[error("what the page loads is larger than it may be")]
    TooMuch,
    #[error("the page makes events faster than they can be taken")]
    Flooded,
    #[error("what `wait_for` names ({0}) did not appear within {n} s after the page was loaded", n = .1.as_secs())]
    NotThere(String, Duration),
    #[error("the browser does not know `wait_for` ({0}) for a CSS selector")]
    BadSelector(String),
    #[error("the browser could not show the page ({0})")]
    Refused(String),
}

impl From<CallError> for TabError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Gone => Self::Gone,
            CallError::Refused { .. } => Self::Refused(error.to_string()),
        }
    }
}

/// An open tab. Dropping it ends it, with all that it kept.
pub(in crate::fetch) struct Tab {
    connection: Arc<Connection>,
    proxy: Proxy,
    context: String,
    session: String,
    frame: String,
    events: mpsc::Receiver<Event>,
    requests: u32,
    phase: Phase,
}

/// How far the present document has come.
#[derive(Default)]
struct Phase {
    /// The browser's name for this load; events of earlier ones are stale.
    loader: Option<String>,
    /// The document has been handed over.
    served: bool,
    loaded: bool,
    /// No request was under way for half a second.
    at_rest: bool,
}

/// One step of waiting.
enum Step<T> {
    Done(T),
    Event,
    Leads { to: Url, cookie: Option<String> },
}

impl Tab {
    /// Opens a tab without any past, whose every connection goes through `proxy`.
    pub(super) async fn open(
        connection: Arc<Connection>,
        proxy: Proxy,
        user_agent: &str,
    ) -> Result<Self, CallError> {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let context = json!({
            "disposeOnDetach": true,
            "proxyServer": format!("http://{}", proxy.address),
            "proxyBypassList": "<-loopback>",
        });
        let made = connection
            .call(None, "Target.createBrowserContext", context)
            .await?;
        let mut tab = Self {
            context: text(&made, "browserContextId"),
            events: connection.events(""),
            connection,
            proxy,
            session: String::new(),
            frame: String::new(),
            requests: 0,
            phase: Phase::default(),
        };
        let blank = json!({"url": "about:blank", "browserContextId": tab.context});
        let target = tab
            .connection
            .call(None, "Target.createTarget", blank)
            .await?;
        // the main frame has the name of its target
        tab.frame = text(&target, "targetId");
        let attach = json!({"targetId": tab.frame, "flatten": true});
        let attached = tab
            .connection
            .call(None, "Target.attachToTarget", attach)
            .await?;
        tab.session = text(&attached, "sessionId");
        tab.events = tab.connection.events(&tab.session);
        let deny = json!({"behavior": "deny", "browserContextId": tab.context});
        tab.connection
            .call(None, "Browser.setDownloadBehavior", deny)
            .await?;
        for (method, params) in [
            ("Page.enable", json!({})),
            ("Page.setLifecycleEventsEnabled", json!({"enabled": true})),
            ("Inspector.enable", json!({})),
            (
                "Emulation.setUserAgentOverride",
                json!({"userAgent": user_agent}),
            ),
            // the same page wherever we run: no zone of this machine, a screen that shows much
            (
                "Emulation.setTimezoneOverride",
                json!({"timezoneId": "UTC"}),
            ),
            (
                "Emulation.setDeviceMetricsOverride",
                json!({"width": 1280, "height": 3000, "deviceScaleFactor": 1, "mobile": false}),
            ),
            ("Network.setBypassServiceWorker", json!({"bypass": true})),
            (
                "Fetch.enable",
                json!({"patterns": [{"urlPattern": "*", "requestStage": "Request"}]}),
            ),
        ] {
            tab.call(method, params).await?;
        }
        Ok(tab)
    }

    /// Shows a document until it is at rest, or leads elsewhere. Ends only by that or by a fault: the
    /// caller bounds the time.
    pub(in crate::fetch) async fn show(
        &mut self,
        document: &Document<'_>,
        wait_for: Option<&str>,
        limits: &FetchLimits,
    ) -> Result<Shown, TabError> {
        let max = limits.max_body;
        let connection = Arc::clone(&self.connection);
        let session = self.session.clone();
        let call =
            |method, params| Box::pin(connection.call(Some(session.as_str()), method, params));

        // the page before this one is ended first: all it still asks for is turned down
        self.phase.served = true;
        let mut leaving = call("Page.navigate", json!({"url": "about:blank"}));
        while !matches!(self.step(document, &mut leaving).await?, Step::Done(_)) {}
        self.phase = Phase::default();

        let mut navigating = call("Page.navigate", json!({"url": document.url.as_str()}));
        loop {
            match self.step(document, &mut navigating).await? {
                Step::Leads { to, cookie } => return Ok(Shown::Leads { to, cookie }),
                Step::Event => {}
                Step::Done(answer) => {
                    let answer = answer?;
                    if let Some(error) = answer["errorText"].as_str() {
                        return Err(TabError::Refused(error.to_owned()));
                    }
                    break;
                }
            }
        }
        while !self.phase.loaded {
            if let Step::Leads { to, cookie } = self
                .step(document, &mut std::future::pending::<()>())
                .await?
            {
                return Ok(Shown::Leads { to, cookie });
            }
        }

        let world = json!({"frameId": self.frame, "worldName": "tidewatch"});
        let world = call("Page.createIsolatedWorld", world);
        let world = match self.until(document, world).await? {
            Ok(world) => world?["executionContextId"].clone(),
            Err(leads) => return Ok(leads),
        };
        let evaluate = |expression: String| {
            let asked =
                json!({"expression": expression, "contextId": world, "returnByValue": true});
            call("Runtime.evaluate", asked)
        };
        if let Some(selector) = wait_for {
            let there = format!("document.querySelector({}) !== null", json!(selector));
            let patience = APPEARS.min(limits.total_timeout / 2);
            let until = Instant::now() + patience;
            loop {
                match self.until(document, evaluate(there.clone())).await? {
                    Ok(answer) => {
                        let answer = answer?;
                        if answer["result"]["value"] == true {
                            break;
                        }
                        if answer["exceptionDetails"].is_object() {
                            return Err(TabError::BadSelector(selector.to_owned()));
                        }
                    }
                    Err(leads) => return Ok(leads),
                }
                if Instant::now() >= until {
                    return Err(TabError::NotThere(selector.to_owned(), patience));
                }
                let later = Box::pin(sleep_until(Instant::now() + LOOK));
                if let Err(leads) = self.until(document, later).await? {
                    return Ok(leads);
                }
            }
        }
        let mut settled = Box::pin(sleep_until(Instant::now() + SETTLE));
        while !self.phase.at_rest {
            match self.step(document, &mut settled).await? {
                Step::Leads { to, cookie } => return Ok(Shown::Leads { to, cookie }),
                Step::Done(()) => break,
                Step::Event => {}
            }
        }
        let read = evaluate(format!("({SERIALIZE})({max})"));
        let answer = match self.until(document, read).await? {
            Ok(answer) => answer?,
            Err(leads) => return Ok(leads),
        };
        match &answer["result"]["value"] {
            Value::String(html) if html.len() as u64 <= max => Ok(Shown::Page(html.clone())),
            Value::String(_) | Value::Number(_) => Ok(Shown::TooLong),
            _ => Err(TabError::Refused("its text cannot be read out".to_owned())),
        }
    }

    /// Waits for `work` while the page lives on; `Err` when it leads elsewhere meanwhile.
    async fn until<F: Future + Unpin>(
        &mut self,
        document: &Document<'_>,
        mut work: F,
    ) -> Result<Result<F::Output, Shown>, TabError> {
        loop {
            match self.step(document, &mut work).await? {
                Step::Done(done) => return Ok(Ok(done)),
                Step::Leads { to, cookie } => return Ok(Err(Shown::Leads { to, cookie })),
                Step::Event => {}
            }
        }
    }

    /// Waits for `work` or the next event, whichever is first.
    async fn step<F: Future + Unpin>(
        &mut self,
        document: &Document<'_>,
        work: &mut F,
    ) -> Result<Step<F::Output>, TabError> {
        let event = tokio::select! {
            biased;
            () = self.proxy.meter.spent.cancelled() => return Err(TabError::TooMuch),
            event = self.events.recv() => event,
            done = work => return Ok(Step::Done(done)),
        };
        let Some(Event { method, params }) = event else {
            return Err(if self.connection.is_closed() {
                TabError::Gone
            } else {
                TabError::Flooded
            });
        };
        match method.as_str() {
            "Fetch.requestPaused" => return self.on_request(document, &params),
            "Page.lifecycleEvent" if params["frameId"] == *self.frame => {
                self.on_lifecycle(&params);
            }
            "Page.javascriptDialogOpening" => {
                // leaving a page is granted, all else is not
                let leave = params["type"] == "beforeunload";
                self.tell("Page.handleJavaScriptDialog", &json!({"accept": leave}))?;
            }
            "Inspector.targetCrashed" => return Err(TabError::Crashed),
            _ => {}
        }
        Ok(Step::Event)
    }

    fn on_lifecycle(&mut self, params: &Value) {
        let phase = &mut self.phase;
        if !phase.served {
            return;
        }
        let loader = params["loaderId"].as_str();
        match params["name"].as_str() {
            // a new load of the frame; one that a script began brings its own request first
            Some("init") => {
                phase.loader = loader.map(str::to_owned);
                (phase.loaded, phase.at_rest) = (false, false);
            }
            Some("load") if phase.loader.as_deref() == loader => phase.loaded = true,
            Some("networkIdle") if phase.loader.as_deref() == loader => phase.at_rest = true,
            _ => {}
        }
    }

    /// A request waits for our word.
    fn on_request<T>(
        &mut self,
        document: &Document<'_>,
        params: &Value,
    ) -> Result<Step<T>, TabError> {
        self.requests += 1;
        if self.requests > MAX_REQUESTS {
            return Err(TabError::TooManyRequests);
        }
        let id = &params["requestId"];
        let kind = params["resourceType"].as_str().unwrap_or_default();
        let request = &params["request"];
        if kind == "Document" && params["frameId"] == *self.frame {
            if !self.phase.served {
                self.phase.served = true;
                self.tell("Fetch.fulfillRequest", &fulfilment(id, document))?;
                return Ok(Step::Event);
            }
            self.tell(
                "Fetch.failRequest",
                &json!({"requestId": id, "errorReason": "Aborted"}),
            )?;
            let to = request["url"].as_str().and_then(|url| Url::parse(url).ok());
            return Ok(match to {
                // a form that sends itself is not followed
                Some(to)
                    if matches!(to.scheme(), "http" | "https") && request["method"] == "GET" =>
                {
                    let cookie = request["headers"].as_object().and_then(|headers| {
                        let is_cookie = |name: &&String| name.eq_ignore_ascii_case("cookie");
                        let name = headers.keys().find(is_cookie)?;
                        headers[name].as_str().map(str::to_owned)
                    });
                    Step::Leads { to, cookie }
                }
                _ => Step::Event,
            });
        }
        let wanted = matches!(
            kind,
            "Script" | "Stylesheet" | "XHR" | "Fetch" | "EventSource" | "Preflight" | "Other"
        );
        let is_icon = kind == "Other"
            && request["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/favicon.ico"));
        if wanted && !is_icon {
            self.tell("Fetch.continueRequest", &json!({"requestId": id}))?;
        } else {
            self.tell(
                "Fetch.failRequest",
                &json!({"requestId": id, "errorReason": "BlockedByClient"}),
            )?;
        }
        Ok(Step::Event)
    }

    async fn call(&self, method: &'static str, params: Value) -> Result<Value, CallError> {
        self.connection
            .call(Some(&self.session), method, params)
            .await
    }

    fn tell(&self, method: &'static str, params: &Value) -> Result<(), CallError> {
        self.connection.tell(&self.session, method, params)
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.connection.forget(&self.session);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let connection = Arc::clone(&self.connection);
        let context = json!({"browserContextId": self.context});
        runtime.spawn(async move {
            let ended = connection.call(None, "Target.disposeBrowserContext", context);
            if timeout(END, ended).await.is_err() {
                tracing::warn!("the browser does not end a tab; it is ended itself");
                connection.give_up();
            }
        });
    }
}

fn fulfilment(id: &Value, document: &Document<'_>) -> Value {
    let headers: Vec<Value> = document
        .headers
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({
        "requestId": id,
        "responseCode": document.status,
        "responseHeaders": headers,
        "body": BASE64_STANDARD.encode(document.body),
    })
}
