//! A browser of our own: found, started, and surely ended.
//!
//! It is spoken to over a pipe and opens no port. It is in a process group of its own, which is
//! killed as a whole, and it ends by itself when the pipe breaks, so none outlives a killed daemon.
//! Its profile is a directory that goes with it; one that a killed daemon left behind is removed
//! before the next start.
//!
//! Whatever is not told otherwise by a tab has no way out: the proxy set here leads nowhere and no
//! name resolves. QUIC and the direct ways of WebRTC are off.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fs, io};

use super::protocol::Connection;

/// Names under which Chromium and its kin are installed, the lean one first.
const NAMES: [&str; 6] = [
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

const FLAGS: [&str; 33] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--password-store=basic",
    "--js-flags=--max-old-space-size=512",
    // no way out but through the proxy of a tab
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    // nor anything that a browser does on its own account
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-pings",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-notifications",
    "--disable-prompt-on-repost",
    "--disable-hang-monitor",
    "--blink-settings=imagesEnabled=false",
    // the last: whether an address is private is for our guard to say, which knows the source's leave
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider,\
     InterestFeedContentSuggestions,AutofillServerCommunication,CertificateTransparencyComponentUpdater,\
     LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
];

/// Redirects standard streams to where the browser looks for its pipe, and becomes the browser.
const BECOME: &str = r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2"#;

/// Lines of the browser's own words kept for explanations.
const WORDS: usize = 40;

/// Of a line, this many characters.
const MOST_WORDS: usize = 120;
/// So often it is looked whether the whole group is dead and the profile gone.
const LOOKS: usize = 60;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// A running browser. Dropping it kills it and removes its profile.
pub(super) struct Process {
    /// Process and group have the same number.
    group: u32,
    /// Waits for the end of the process.
    watch: Option<JoinHandle<()>>,
    profile: PathBuf,
    words: Arc<Mutex<VecDeque<String>>>,
}

/// The first program of the Chromium family in `PATH`.
pub(super) fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = NAMES
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)));
    candidates.into_iter().find(|program| program.is_file())
}

impl Process {
    /// Starts `program` with a fresh profile under `scratch`.
    pub(super) fn start(program: &Path, scratch: &Path) -> io::Result<(Self, Arc<Connection>)> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        sweep(scratch);
        let nth = STARTED.fetch_add(1, Ordering::Relaxed);
        let profile = scratch.join(format!("{}-{nth}", std::process::id()));
        fs::create_dir_all(&profile)?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(BECOME).arg(program).args(FLAGS);
        if is_root() {
            // its sandbox refuses to work for root
            tracing::warn!(
                "the browser runs without its sandbox, because tidewatch runs as root; run it as a user"
            );
            command.arg("--no-sandbox");
        }
        let mut dir_flag = std::ffi::OsString::from("--user-data-dir=");
        dir_flag.push(&profile);
        command
            .arg(dir_flag)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", &profile)
            .env("TMPDIR", &profile)
            .env("XDG_CONFIG_HOME", &profile)
            .env("XDG_CACHE_HOME", &profile)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let _ = fs::remove_dir_all(&profile);
                return Err(error);
            }
        };
        let words = Arc::default();
        if let Some(stderr) = child.stderr.take() {
            let words = Arc::clone(&words);
            std::thread::spawn(move || listen(stderr, &words));
        }
        let (to, from) = child.stdin.take().zip(child.stdout.take()).ok_or_else(|| {
            io::Error::other("its pipes could not be made") // piped above
        })?;
        let connection = Arc::new(Connection::over_pipe(to, from));
        let group = child.id();
        let end = Arc::downgrade(&connection);
        let watch = std::thread::spawn(move || {
            // the pipe may be held open by helpers that do not notice its end
            let _ = child.wait();
            kill(group);
            if let Some(connection) = end.upgrade() {
                connection.give_up();
            }
        });
        let process = Self {
            group,
            watch: Some(watch),
            profile,
            words,
        };
        Ok((process, connection))
    }

    /// What it said last that sounds like a reason, for when it does not start.
    pub(super) fn last_words(&self) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = |line: &&String| {
            ["FATAL", "sandbox", "error while loading", "not found"]
                .iter()
                .any(|mark| line.contains(mark))
        };
        let line = words.iter().find(reason).or_else(|| words.back());
        let line = line.map(String::as_str).unwrap_or_default();
        // after process, thread, time and place of its own source; the remedy must still fit behind it
        let said = line.split_once("] ").map_or(line, |(_, said)| said);
        said.chars().take(MOST_WORDS).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill(self.group);
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
        remove_once_dead(self.group, &self.profile);
    }
}

/// Removes a profile when nobody of a killed group writes there any more: a signal is not yet a death,
/// and a helper that is still dying makes directories anew. What is left after all is swept before the
/// next start.
fn remove_once_dead(group: u32, profile: &Path) {
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        let is_alive = lives(group);
        if is_alive {
            kill(group);
        }
        let is_gone = match fs::remove_dir_all(profile) {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_gone && !is_alive {
            return;
        }
    }
}

/// Is there a process of the group that is not dead? Those that nobody has waited for are.
fn lives(group: u32) -> bool {
    let Ok(processes) = fs::read_dir("/proc") else {
        return false;
    };
    let group = group.to_string();
    processes.flatten().any(|process| {
        // the name in brackets may hold anything; after it come state, parent and group
        let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        let mut fields = stat
            .rsplit_once(')')
            .map_or("", |(_, rest)| rest)
            .split_whitespace();
        let is_dead = matches!(fields.next(), None | Some("Z" | "X"));
        !is_dead && fields.nth(1) == Some(&group)
    })
}

/// Kills a whole group: helpers too whose parent was killed while it started them. The signal stands as
/// POSIX has it: dash, which is Debian's `sh`, refuses `kill -9 -- -GROUP`.
fn kill(group: u32) {
    let _ = Command::new("/bin/sh")
        .args(["-c", r#"kill -s KILL -- "-$0""#, &group.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Removes the profiles of processes that are no more.
fn sweep(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.split_once('-'));
        let Some((pid, nth)) = pid else { continue };
        let is_ours = [pid, nth]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if is_ours && !Path::new("/proc").join(pid).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn listen(stderr: impl Read, words: &Mutex<VecDeque<String>>) {
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut lines).take(4096).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            _ => return,
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        tracing::trace!("browser: {text}");
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() == WORDS {
            words.pop_front();
        }
        words.push_back(text);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_goes_with_a_group_that_writes_until_it_is_dead() {
        let scratch = tempfile::tempdir().expect("a directory");
        let profile = scratch.path().join("profile");
        fs::create_dir(&profile).expect("a directory");
        let write =
            r#"(while :; do mkdir -p "$0/a/b"; : > "$0/a/b/c"; done) 2>/dev/null & exec sleep 60"#;
        let mut child = Command::new("/bin/sh")
            .args(["-c", write])
            .arg(&profile)
            .process_group(0)
            .spawn()
            .expect("a shell");
        let group = child.id();
        assert!(lives(group));
        remove_once_dead(group, &profile);
        assert!(!profile.exists());
        // not waited for yet, so it is there as a zombie, and nobody of the group lives
        assert!(!lives(group));
        child.wait().expect("killed");
        assert!(!profile.exists());
    }

    #[test]
    fn profiles_of_dead_processes_are_swept_and_nothing_else() {
        let scratch = tempfile::tempdir().expect("a directory");
        let own = format!("{}-0", std::process::id());
        for name in [own.as_str(), "4294967295-3", "notes", "4294967295-x"] {
            fs::create_dir(scratch.path().join(name)).expect("a directory");
        }
        sweep(scratch.path());
        let mut left: Vec<_> = fs::read_dir(scratch.path())
            .expect("there")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        left.sort();
        let mut kept = vec![own, "4294967295-x".to_owned(), "notes".to_owned()];
        kept.sort();
        assert_eq!(left, kept);
    }
}
