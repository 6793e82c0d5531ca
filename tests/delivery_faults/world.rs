//! The outbox to be emptied, the servers that take from it, and the daemon between them.

use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use tidewatch::model::{DeliveryForm, FindingId, Language, Window};
use tidewatch::store::{DeliveryState, NewDelivery, NewDigestRun, OutboxEntry, Store};

use super::receiver::{Received, receive};

pub(crate) const SECRET: &str = "whsec_dGlkZXdhdGNoIGRlbGl2ZXJ5IHRlc3Qgc2VjcmV0IDE=";
/// Digests in the outbox.
pub(crate) const RUNS: usize = 60;
/// Recipients of mail, one of them unknown to the server.
pub(crate) const MAILBOXES: usize = 10;
/// Webhooks, one of them gone.
pub(crate) const HOOKS: usize = 8;
/// Chats, which take each digest in several parts.
pub(crate) const CHATS: usize = 2;
/// The recipient that the server does not know.
pub(crate) const REFUSED: &str = "refused@example.org";

/// A message as a receiver took it.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Recipient or path.
    pub(crate) address: String,
    pub(crate) id: String,
    pub(crate) subject: String,
    /// Of all its bytes.
    pub(crate) hash: String,
    /// Over TLS after a login, or with a good signature.
    pub(crate) is_safe: bool,
    /// Did the daemon hear of it?
    pub(crate) answered: bool,
}

impl Taken {
    /// Which part of its message it is, `2/3`; empty for a whole one.
    pub(crate) fn part(&self) -> &str {
        let last = self.subject.rsplit(' ').next().unwrap_or_default();
        if last.contains('/') { last } else { "" }
    }
}

pub(crate) struct World {
    dir: tempfile::TempDir,
    smtp: Child,
    hooks: Arc<Mutex<Received>>,
    runtime: tokio::runtime::Runtime,
    store: Store,
    daemon: Option<Child>,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let hooks = Arc::new(Mutex::new(Received::default()));
        let hook_port = runtime.block_on(receive(Arc::clone(&hooks)));
        let ports = [free_port(), free_port()];
        let smtp = start_smtp(dir.path(), ports);
        configure(dir.path(), ports, hook_port);
        fs::create_dir(dir.path().join("data")).expect("a directory");
        let store = Store::open(&dir.path().join("data/tidewatch.db")).expect("a store");
        let world = Self {
            dir,
            smtp,
            hooks,
            runtime,
            store,
            daemon: None,
        };
        for port in ports {
            world.until("the mail server is up", |_| {
                TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
        }
        world
    }

    /// Puts [`RUNS`] digests for every address into the outbox, as the daemon itself would. Returns
    /// the messages' ids.
    pub(crate) fn fill_outbox(&self) -> Vec<String> {
        let start: Timestamp = "2026-07-14T06:00:00Z".parse().expect("a time");
        let addresses: Vec<(String, String)> = (0..MAILBOXES)
            .map(|n| match n {
                0 => ("mail-starttls".to_owned(), REFUSED.to_owned()),
                1..6 => (
                    "mail-starttls".to_owned(),
                    format!("reader-{n}@example.org"),
                ),
                _ => ("mail-tls".to_owned(), format!("reader-{n}@example.org")),
            })
            .chain((0..HOOKS).map(|n| (hook_name(n), String::new())))
            .chain((0..CHATS).map(|n| (format!("chat-{n}"), String::new())))
            .collect();
        let mut ids = Vec::new();
        for run in 0..RUNS {
            let at = start + (run as i64).minutes();
            let deliveries: Vec<NewDelivery> = addresses
                .iter()
                .enumerate()
                .map(|(n, (channel, recipient))| NewDelivery {
                    id: message_id(run, n),
                    channel: channel.clone(),
                    recipient: recipient.clone(),
                })
                .collect();
            ids.extend(deliveries.iter().map(|delivery| delivery.id.clone()));
            let window = Window {
                since: None,
                until: at,
            };
            let subject = format!("run {run:03}");
            let text =
                format!("Всё тихо — {subject}.\n.\nпроверено 12\u{a0}345 источников\n").repeat(40);
            let form = DeliveryForm {
                images: Vec::new(),
                csv: String::new(),
                html: format!("<p>{}</p>", text.replace('\n', "<br>")),
                text,
                markdown: String::new(),
                json: serde_json::json!({
                    "schema": "tidewatch.digest/1", "subject": subject,
                    "sections": [{ "title": "rules", "cards": (0..5).map(|card| serde_json::json!({
                        "id": format!("f{card}"), "title": format!("{subject} card {card}"),
                        "gist": "слово ".repeat(120),
                    })).collect::<Vec<_>>() }],
                }),
                subject,
                language: Language::Ru,
            };
            let store = self.store.clone();
            self.runtime.block_on(async move {
                let write = store.write(move |writer| {
                    let follows = writer.last_run("storm")?.map(|run| run.id);
                    writer.commit_digest(&NewDigestRun {
                        name: "storm".to_owned(),
                        follows,
                        slot: None,
                        at,
                        window,
                        upto: FindingId(0),
                        told: Vec::new(),
                        held: Vec::new(),
                        form,
                        deliveries,
                    })
                });
                write.await.expect("stored")
            });
        }
        ids
    }

    pub(crate) fn start_daemon(&mut self) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("daemon.log"))
            .expect("a log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidewatch"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TIDEWATCH_")) {
            command.env_remove(name);
        }
        command
            .env("NO_COLOR", "1")
            .arg("--config")
            .arg(self.path("tidewatch.toml"))
            .arg("run");
        let daemon = command.stderr(log).stdout(Stdio::null()).spawn();
        self.daemon = Some(daemon.expect("the daemon starts"));
    }

    /// `kill -9`.
    pub(crate) fn kill_daemon(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().expect("it can be killed");
            daemon.wait().expect("it is dead");
        }
    }

    /// SIGTERM, which must end it well.
    pub(crate) fn stop_daemon(&mut self) {
        let mut daemon = self.daemon.take().expect("it runs");
        let pid = daemon.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(daemon.wait().expect("it ends").success(), "{}", self.log());
    }

    /// Every message in the outbox, oldest first.
    pub(crate) fn entries(&self) -> Vec<OutboxEntry> {
        let read = self.store.read(|reader| reader.outbox(None, 100_000));
        let mut entries = self.runtime.block_on(read).expect("read");
        entries.reverse();
        entries
    }

    /// Does nothing wait any more?
    pub(crate) fn is_done(&self) -> bool {
        let read = self.store.read(tidewatch::store::Reader::outbox_counts);
        let counts = self.runtime.block_on(read).expect("read");
        counts.get(&DeliveryState::Waiting).is_none_or(|n| *n == 0)
    }

    /// What all receivers took, each receiver's in order.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let mut taken = self.hooks.lock().expect("no panic").taken.clone();
        let log = fs::read_to_string(self.path("mails.jsonl")).unwrap_or_default();
        taken.extend(log.lines().filter_map(|line| {
            // the last line may be half written
            let mail: serde_json::Value = serde_json::from_str(line).ok()?;
            let text = |key: &str| mail[key].as_str().unwrap_or_default().to_owned();
            Some(Taken {
                address: text("to"),
                id: text("id"),
                subject: text("subject"),
                hash: text("hash"),
                is_safe: mail["tls"] == true && text("login") == "True",
                answered: mail["answered"] == true,
            })
        }));
        taken
    }

    /// Waits until something is true; fails with the daemon's log when it does not come true.
    pub(crate) fn until(&self, what: &str, mut is_true: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + Duration::from_mins(2);
        while !is_true(self) {
            assert!(
                Instant::now() < end,
                "waited in vain until {what}; the daemon said:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The last lines of the daemon's log.
    fn log(&self) -> String {
        let text = fs::read_to_string(self.path("daemon.log")).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.kill_daemon();
        let _ = self.smtp.kill();
        let _ = self.smtp.wait();
    }
}

/// The id of the message of one digest for one address.
pub(crate) fn message_id(run: usize, address: usize) -> String {
    format!("msg_{run:03}{address:02}")
}

fn hook_name(n: usize) -> String {
    match n {
        0 => "hook-gone".to_owned(),
        n => format!("hook-{n}"),
    }
}

fn configure(dir: &std::path::Path, smtp_ports: [u16; 2], hook_port: u16) {
    let mut text = "packs = []\ndata_dir = \"data\"\n\
        [delivery]\nretry_base = \"1s\"\nretry_cap = \"1s\"\n"
        .to_owned();
    for (name, url, tls) in [
        (
            "mail-starttls",
            format!("smtp://localhost:{}", smtp_ports[0]),
            "starttls",
        ),
        (
            "mail-tls",
            format!("smtps://localhost:{}", smtp_ports[1]),
            "tls",
        ),
    ] {
        let _ = write!(
            text,
            "[[channel]]\nname = \"{name}\"\nkind = \"email\"\nurl = \"{url}\"\ntls = \"{tls}\"\n\
             from = \"tidewatch@example.org\"\nto = [\"reader@example.org\"]\nusername = \"watch\"\n\
             secret = \"correct horse\"\nca_file = \"ca.pem\"\ntimeout = \"5s\"\n"
        );
    }
    for n in 0..HOOKS {
        let name = hook_name(n);
        let _ = write!(
            text,
            "[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{hook_port}/{name}\"\n\
             secret = \"{SECRET}\"\nallow_private = true\ntimeout = \"1s\"\n"
        );
    }
    for n in 0..CHATS {
        let _ = write!(
            text,
            "[[channel]]\nname = \"chat-{n}\"\nkind = \"discord\"\nurl = \"http://127.0.0.1:{hook_port}/chat-{n}\"\n\
             allow_private = true\ntimeout = \"1s\"\n"
        );
    }
    // a channel that no digest goes to is no channel
    text.push_str(
        "[[digest]]\nname = \"yearly\"\nschedule = \"0 0 1 1 *\"\nchannels = [\"hook-1\"]\n",
    );
    fs::write(dir.join("tidewatch.toml"), text).expect("a configuration");
}

fn start_smtp(dir: &std::path::Path, ports: [u16; 2]) -> Child {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("made");
    fs::write(dir.join("ca.pem"), made.cert.pem()).expect("written");
    fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    // Debian's own Python, where Debian's package is
    Command::new("/usr/bin/python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/delivery_faults/smtp.py"))
        .args([dir.join("mails.jsonl"), dir.join("ca.pem"), dir.join("key.pem")])
        .args(ports.map(|port| port.to_string()))
        .stdout(Stdio::null())
        .stderr(fs::File::create(dir.join("smtp.log")).expect("a log"))
        .spawn()
        .expect("aiosmtpd is not installed: `.ci/test` installs it, or `apt-get install python3-aiosmtpd`")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
