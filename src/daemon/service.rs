//! `tidewatch run`: opens the store, starts the loops, answers signals, drains and closes.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::loops::{self, Loops};
use super::pipeline::Pipeline;
use super::supervisor;
use super::telemetry::LogHandle;
use crate::config::{Config, Faults};
use crate::model::Clock;
use crate::store::Store;

/// How long polls and deliveries under way may take to end after a signal.
const DRAIN: Duration = Duration::from_secs(20);

/// What the service is started with.
pub struct Settings {
    /// The configuration in force.
    pub config: Config,
    /// Reads the configuration again, for SIGHUP.
    pub reload: Box<dyn Fn() -> Result<Config, Faults> + Send>,
    /// Where wall time comes from.
    pub clock: Arc<dyn Clock>,
    /// Changes the log filter on a reload.
    pub log: LogHandle,
    /// What answers on the web, if anything does; it ends when the token is cancelled.
    pub face: Option<Face>,
}

/// Something that serves from the store until it is told to stop.
pub type Face = Box<
    dyn FnOnce(
            Store,
            CancellationToken,
        ) -> Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>
        + Send,
>;

/// Runs until SIGTERM or SIGINT; a second one while draining ends at once.
///
/// Fails when the store cannot be opened, another instance holds it, the configuration cannot be put
/// to work, or a loop ends by itself.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let Settings {
        config,
        reload,
        clock,
        log,
        face,
    } = settings;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;

    let database = config.database.clone();
    let store = open(database.clone()).await?;
    let _instance = store.hold_instance()?;
    let pipeline =
        Arc::new(Pipeline::new(Arc::new(config), store.clone(), Arc::clone(&clock)).await?);
    match pipeline.resume().await? {
        0 => {}
        n => tracing::info!("read {n} bodies that were kept but not read when the last run ended"),
    }
    pipeline.begin_digests().await?;
    announce(&pipeline.config);

    let (current, pipelines) = watch::channel(pipeline);
    let stop = CancellationToken::new();
    let loops = Loops {
        pipeline: pipelines,
        stop: stop.clone(),
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(loops::polls(loops.clone()));
    tasks.spawn(loops::upkeep(loops.clone()));
    tasks.spawn(loops::alerts(loops.clone()));
    tasks.spawn(loops::digests(loops.clone()));
    tasks.spawn(loops::deliveries(loops));
    if let Some(face) = face {
        let serving = face(store.clone(), stop.clone());
        tasks.spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!("the web face ended: {error}");
            }
        });
    }
    let watchdog = tokio::spawn(supervisor::feed_watchdog(store.clone()));
    supervisor::ready(&words(&current.borrow().config));

    let ended_by = loop {
        tokio::select! {
            _ = terminate.recv() => break Ok("SIGTERM"),
            _ = interrupt.recv() => break Ok("SIGINT"),
            _ = hangup.recv() => {
                supervisor::reloading();
                reload_into(&current, reload.as_ref(), &store, &clock, &log).await;
                supervisor::ready(&words(&current.borrow().config));
            }
            ended = tasks.join_next() => break Err(anyhow::anyhow!("a loop ended by itself: {ended:?}")),
        }
    };
    supervisor::stopping();
    stop.cancel();
    if let Ok(signal) = ended_by {
        tracing::info!(
            "{signal}: ending what is under way, at most {} s",
            DRAIN.as_secs()
        );
    }
    let drained = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = drained => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("not all ended in time; the rest is taken up at the next start"),
        _ = terminate.recv() => tracing::warn!("second signal, ending at once"),
        _ = interrupt.recv() => tracing::warn!("second signal, ending at once"),
    }
    tasks.shutdown().await;
    watchdog.abort();
    drop(current);
    store
        .close()
        .await
        .with_context(|| format!("closing {}", database.display()))?;
    tracing::info!("stopped");
    ended_by.map(drop)
}

async fn open(path: PathBuf) -> anyhow::Result<Store> {
    let named = path.display().to_string();
    tokio::task::spawn_blocking(move || Store::open(&path))
        .await?
        .with_context(|| format!("opening the database {named}"))
}

/// Puts a new configuration to work, or says why not and lets the old one go on.
async fn reload_into(
    current: &watch::Sender<Arc<Pipeline>>,
    reload: &(dyn Fn() -> Result<Config, Faults> + Send),
    store: &Store,
    clock: &Arc<dyn Clock>,
    log: &LogHandle,
) {
    let config = match reload() {
        Ok(config) => config,
        Err(faults) => {
            tracing::error!("the new configuration is refused, the old one goes on:\n{faults}");
            return;
        }
    };
    if config.database != current.borrow().config.database {
        tracing::error!(
            "the new configuration is refused, the old one goes on: `database` cannot change while running; restart for that"
        );
        return;
    }
    let filter = config.log.filter.clone();
    match Pipeline::new(Arc::new(config), store.clone(), Arc::clone(clock)).await {
        Ok(pipeline) => {
            if let Err(error) = pipeline.begin_digests().await {
                tracing::error!("the new configuration is refused, the old one goes on: {error}");
                return;
            }
            log.set_filter(&filter);
            announce(&pipeline.config);
            current.send_replace(Arc::new(pipeline));
        }
        Err(error) => {
            tracing::error!("the new configuration is refused, the old one goes on: {error}");
        }
    }
}

fn announce(config: &Config) {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    tracing::info!(database = %config.database.display(), "{}", words(config));
}

fn words(config: &Config) -> String {
    let sources = config
        .sources
        .iter()
        .filter(|source| source.enabled)
        .count();
    format!(
        "watching {sources} sources, {} digests, {} channels",
        config.digests.len(),
        config.channels.len()
    )
}
