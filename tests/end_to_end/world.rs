//! A small real world on loopback: nginx serves sources, aiosmtpd takes mail, a receiver takes
//! webhooks and checks their signatures, and the built `tidewatch` watches and tells.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use tidewatch::deliver::verify_webhook;
use tidewatch::model::Secret;

const SECRET: &str = "whsec_dGlkZXdhdGNoIGVuZCB0byBlbmQgdGVzdCBzZWNyZXQ=";

/// A webhook that arrived with a good signature.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) body: serde_json::Value,
}

#[derive(Default)]
struct Received {
    hooks: Vec<Hook>,
    faults: Vec<String>,
}

pub(crate) struct World {
    dir: tempfile::TempDir,
    nginx: Child,
    nginx_port: u16,
    smtp: Child,
    smtp_port: u16,
    hook_port: u16,
    received: Arc<Mutex<Received>>,
    _runtime: tokio::runtime::Runtime,
    daemon: Option<Child>,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for sub in ["www", "mail/cur", "mail/new", "mail/tmp", "nginx"] {
            fs::create_dir_all(dir.path().join(sub)).expect("a directory");
        }
        let (nginx_port, smtp_port) = (free_port(), free_port());
        let nginx = start_nginx(dir.path(), nginx_port);
        let smtp = start_smtp(dir.path(), smtp_port);
        let received = Arc::new(Mutex::new(Received::default()));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let hook_port = runtime.block_on(receive_hooks(Arc::clone(&received)));
        let world = Self {
            dir,
            nginx,
            nginx_port,
            smtp,
            smtp_port,
            hook_port,
            received,
            _runtime: runtime,
            daemon: None,
        };
        world.wait_for_port(nginx_port, "nginx");
        world.wait_for_port(smtp_port, "aiosmtpd");
        world
    }

    /// Writes a file that nginx serves, in one step, with a later modification time than before.
    pub(crate) fn serve(&self, name: &str, body: &str) {
        let (path, fresh) = (
            self.dir.path().join("www").join(name),
            self.dir.path().join("fresh"),
        );
        fs::write(&fresh, body).expect("a file");
        fs::rename(&fresh, &path).expect("a rename");
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.nginx_port)
    }

    /// Writes the configuration: sources as `(id, kind, file)`, polled every second; a digest every
    /// two seconds to mail, webhook and file.
    pub(crate) fn configure(&self, sources: &[(&str, &str, &str)]) {
        let mut text = format!(
            r#"
packs = []
data_dir = "data"
[http]
host_gap = "1ms"
[schedule]
jitter = "0s"
[delivery]
retry_base = "1s"
retry_cap = "1s"
[[channel]]
name = "mail"
kind = "email"
url = "smtp://127.0.0.1:{}"
tls = "none"
from = "tidewatch@example.org"
to = ["reader@example.org"]
allow_private = true
[[channel]]
name = "hook"
kind = "webhook"
url = "http://127.0.0.1:{}/hook"
secret = "{SECRET}"
allow_private = true
[[channel]]
name = "files"
kind = "file"
path = "digests"
[[digest]]
name = "live"
schedule = "*/2 * * * * *"
channels = ["mail", "hook", "files"]
send_when_quiet = false
max_cards = 100
max_words = 20000
"#,
            self.smtp_port, self.hook_port
        );
        for (id, kind, file) in sources {
            text.push_str(&format!(
                "[[source]]\nid = \"{id}\"\nkind = \"{kind}\"\nurl = \"{}\"\nschedule = \"* * * * * *\"\nallow_private = true\nrole = \"official\"\n",
                self.url(file)
            ));
        }
        fs::write(self.config(), text).expect("a configuration");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("tidewatch.toml")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs a subcommand to its end and reads its JSON.
    pub(crate) fn ask(&self, args: &[&str]) -> serde_json::Value {
        let out = tidewatch()
            .args(["--config"])
            .arg(self.config())
            .arg("--json")
            .args(args)
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&out.stdout);
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!(
                "{args:?} gave no JSON ({error}): {text}\n{}",
                String::from_utf8_lossy(&out.stderr)
            )
        })
    }

    pub(crate) fn start_daemon(&mut self) {
        self.start_daemon_with(&[]);
    }

    /// Starts the daemon with these environment variables besides.
    pub(crate) fn start_daemon_with(&mut self, env: &[(&str, &str)]) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("daemon.log"))
            .expect("a log");
        let mut command = tidewatch();
        command
            .arg("--config")
            .arg(self.config())
            .arg("run")
            .envs(env.iter().copied());
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

    /// SIGTERM, and its exit code.
    pub(crate) fn stop_daemon(&mut self) -> Option<i32> {
        let mut daemon = self.daemon.take()?;
        let pid = daemon.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        daemon.wait().expect("it ends").code()
    }

    pub(crate) fn signal_daemon(&self, signal: &str) {
        if let Some(daemon) = &self.daemon {
            Command::new("kill")
                .args([signal, &daemon.id().to_string()])
                .status()
                .expect("kill runs");
        }
    }

    pub(crate) fn hooks(&self) -> Vec<Hook> {
        let received = self.received.lock().expect("no panic");
        assert!(
            received.faults.is_empty(),
            "bad webhooks: {:?}",
            received.faults
        );
        received.hooks.clone()
    }

    /// Mails as they arrived, headers and all.
    pub(crate) fn mails(&self) -> Vec<String> {
        let new = fs::read_dir(self.path("mail/new")).expect("a mailbox");
        new.map(|entry| fs::read_to_string(entry.expect("a mail").path()).expect("text"))
            .collect()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("daemon.log")).unwrap_or_default()
    }

    /// Waits until something is true; fails with the daemon's log when it does not come true.
    pub(crate) fn until(&self, what: &str, mut is_true: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + Duration::from_mins(1);
        while !is_true(self) {
            assert!(
                Instant::now() < end,
                "waited in vain until {what}; the daemon said:\n{}",
                tail(&self.log())
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait_for_port(&self, port: u16, name: &str) {
        self.until(name, |_| {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.kill_daemon();
        for child in [&mut self.nginx, &mut self.smtp] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Findings by the messages that told them, from the webhooks' JSON: id of the message → ids told.
pub(crate) fn told(hooks: &[Hook]) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for hook in hooks {
        let ids = told.entry(hook.id.clone()).or_default();
        ids.clear();
        collect(&hook.body, &mut |value| ids.push(value.to_owned()));
        ids.sort();
        ids.dedup();
    }
    told
}

/// Every `title` of every card.
fn collect(value: &serde_json::Value, found: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                if let (true, Some(title)) = (key == "title", value.as_str()) {
                    found(title);
                }
                collect(value, found);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

pub(crate) fn tidewatch() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewatch"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TIDEWATCH_")) {
        command.env_remove(name);
    }
    command
        .env("NO_COLOR", "1")
        .env("LANG", "C")
        .env("TZ", "UTC");
    command
}

fn start_nginx(dir: &Path, port: u16) -> Child {
    let d = dir.display();
    let conf = format!(
        "daemon off; worker_processes 1; pid {d}/nginx/pid; error_log {d}/nginx/error.log;\n\
         events {{ worker_connections 256; }}\n\
         http {{ access_log {d}/nginx/access.log; client_body_temp_path {d}/nginx/a; proxy_temp_path {d}/nginx/b;\n\
         fastcgi_temp_path {d}/nginx/c; uwsgi_temp_path {d}/nginx/d; scgi_temp_path {d}/nginx/e;\n\
         types {{ text/html html; application/rss+xml xml; }} gzip on; gzip_types application/rss+xml; gzip_min_length 100;\n\
         server {{ listen 127.0.0.1:{port}; root {d}/www; }} }}\n"
    );
    fs::write(dir.join("nginx/conf"), conf).expect("a configuration");
    let root = if Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|out| out.stdout.starts_with(b"0\n"))
    {
        "user root;"
    } else {
        ""
    };
    Command::new("nginx")
        .arg("-c")
        .arg(dir.join("nginx/conf"))
        .args(["-g", root])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx is not installed: `.ci/test` installs it, or `apt-get install nginx-light`")
}

fn start_smtp(dir: &Path, port: u16) -> Child {
    // Debian's own Python, where Debian's package is
    Command::new("/usr/bin/python3")
        .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"])
        .arg(dir.join("mail"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("aiosmtpd is not installed: `.ci/test` installs it, or `apt-get install python3-aiosmtpd`")
}

async fn receive_hooks(received: Arc<Mutex<Received>>) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let router = Router::new()
        .route("/hook", post(hook))
        .with_state(received);
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

async fn hook(
    State(received): State<Arc<Mutex<Received>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let (id, at, signature) = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    );
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = Timestamp::from_second(since_epoch.as_secs().cast_signed()).unwrap_or_default();
    let checked = verify_webhook(
        &Secret::new(SECRET),
        &id,
        &at,
        &body,
        &signature,
        now,
        Duration::from_mins(5),
    );
    let mut received = received.lock().expect("no panic");
    match (checked, serde_json::from_slice(&body)) {
        (Ok(()), Ok(body)) => received.hooks.push(Hook { id, body }),
        (checked, read) => received
            .faults
            .push(format!("{id}: {checked:?} {:?}", read.err())),
    }
    StatusCode::NO_CONTENT
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn tail(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
