//! The one writer: a thread of its own behind a channel.
//!
//! Writes that wait are carried out in one IMMEDIATE transaction, each in a savepoint of its own, so
//! that one that fails undoes only itself. Callers are answered after COMMIT: with `synchronous =
//! FULL`, what was answered survives `kill -9` and a power cut, and one sync serves many callers.
//!
//! When SQLite itself gives up the whole transaction (disk full in the middle), all writes of that
//! batch fail together, none is answered as done, and each caller may try again.

use std::ops::Deref;
use std::path::Path;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::{Result, StoreError};
use super::pool::Reader;

/// Most writes in one transaction: bounds what one failed commit takes with it.
const BATCH: usize = 256;

/// Writes that may wait before callers are held back.
const QUEUE: usize = 1024;

/// What can be told to the store. Reads see what this write has done so far.
#[derive(Debug)]
pub struct Writer {
    pub(super) reader: Reader,
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Writer {
    pub(super) fn new(conn: Connection) -> Self {
        Self {
            reader: Reader { conn },
        }
    }
}

/// What the writer's thread is sent.
pub(super) enum Message {
    Write(Box<dyn Job>),
    /// Finish what came before, checkpoint and end.
    Close(oneshot::Sender<Result<()>>),
}

/// One write with its way back to the caller.
pub(super) trait Job: Send {
    /// Does the work.
    fn run(&mut self, writer: &mut Writer) -> Result<()>;
    /// The work was undone, or never begun, for `error`'s sake.
    fn undo(&mut self, error: &StoreError);
    /// Answers the caller.
    fn answer(self: Box<Self>);
}

struct Write<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&mut Writer) -> Result<T> + Send> Job for Write<T, F> {
    fn run(&mut self, writer: &mut Writer) -> Result<()> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        match self.result.insert(work(writer)) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        }
    }

    fn undo(&mut self, error: &StoreError) {
        if !matches!(self.result, Some(Err(_))) {
            self.result = Some(Err(error.clone()));
        }
    }

    fn answer(self: Box<Self>) {
        // a caller who no longer waits does not mind
        let _ = self
            .reply
            .send(self.result.unwrap_or(Err(StoreError::Closed)));
    }
}

/// Wraps a closure as a message, with the receiver of its answer.
pub(super) fn message<T: Send + 'static>(
    work: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
) -> (Message, oneshot::Receiver<Result<T>>) {
    let (reply, answer) = oneshot::channel();
    let job = Write {
        work: Some(work),
        result: None,
        reply,
    };
    (Message::Write(Box::new(job)), answer)
}

/// Starts the writer's thread.
pub(super) fn spawn(writer: Writer, path: &Path) -> std::io::Result<mpsc::Sender<Message>> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let path = path.to_owned();
    std::thread::Builder::new()
        .name("store".to_owned())
        .spawn(move || serve(writer, &path, receiver))?;
    Ok(sender)
}

fn serve(mut writer: Writer, path: &Path, mut messages: mpsc::Receiver<Message>) {
    while let Some(first) = messages.blocking_recv() {
        let mut batch = Vec::new();
        let mut closing = None;
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Write(job) => batch.push(job),
                Message::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
            next = (batch.len() < BATCH)
                .then(|| messages.try_recv().ok())
                .flatten();
        }
        write_batch(&mut writer, batch);
        if let Some(reply) = closing {
            let checkpointed = writer
                .conn
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .map_err(|error| StoreError::from(error).at(path));
            drop(writer);
            let _ = reply.send(checkpointed);
            return;
        }
    }
}

/// Carries out jobs and answers them.
pub(super) fn write_batch(writer: &mut Writer, mut jobs: Vec<Box<dyn Job>>) {
    let mut rest = &mut jobs[..];
    while !rest.is_empty() {
        let (taken, outcome) = transaction(writer, rest);
        let (now, later) = rest.split_at_mut(taken);
        if let Err(error) = outcome {
            for job in now {
                job.undo(&error);
            }
        }
        rest = later;
    }
    for job in jobs {
        job.answer();
    }
}

/// Carries out jobs in one transaction. Returns how many it took, and whether they were committed.
fn transaction(writer: &mut Writer, jobs: &mut [Box<dyn Job>]) -> (usize, Result<()>) {
    if let Err(error) = execute(writer, "BEGIN IMMEDIATE") {
        return (jobs.len(), Err(error));
    }
    for (job, taken) in jobs.iter_mut().zip(1..) {
        if let Err(error) = step(writer, &mut **job) {
            abandon(writer);
            return (taken, Err(error));
        }
    }
    let outcome = execute(writer, "COMMIT");
    if outcome.is_err() {
        abandon(writer);
    }
    (jobs.len(), outcome)
}

/// One job in its savepoint. An error means that the transaction as a whole is lost.
fn step(writer: &mut Writer, job: &mut dyn Job) -> Result<()> {
    execute(writer, "SAVEPOINT job")?;
    if let Err(error) = job.run(writer) {
        if writer.conn.is_autocommit() {
            return Err(error);
        }
        execute(writer, "ROLLBACK TO job")?;
    }
    execute(writer, "RELEASE job")
}

fn abandon(writer: &Writer) {
    if !writer.conn.is_autocommit() {
        // if even this fails, the next BEGIN says so to its callers
        let _ = execute(writer, "ROLLBACK");
    }
}

fn execute(writer: &Writer, sql: &str) -> Result<()> {
    Ok(writer.conn.execute_batch(sql)?)
}
