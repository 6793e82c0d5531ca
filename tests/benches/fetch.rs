//! What bare fetching costs: 1,000 feeds of some 50 KB from nginx on 200 loopback addresses, first
//! cold, then again with validators. Says so and leaves when there is no nginx.
//!
//! `cargo bench --bench fetch`. With `TIDEWATCH_WWW` set to a folder of `0.xml` … `999.xml`, those are
//! served; else simple ones are made. CPU seconds are this process alone, threads included.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tidewatch::fetch::{Fetch, FetchSettings, Fetcher};
use tidewatch::model::{FetchJob, FetchLimits, FetchResult, SystemClock, Validators};
use url::Url;

const FEEDS: usize = 1000;
const HOSTS: usize = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let www =
        std::env::var_os("TIDEWATCH_WWW").map_or_else(|| make_feeds(folder.path()), PathBuf::from);
    let Some((mut nginx, port)) = start_nginx(folder.path(), &www) else {
        println!("no nginx in PATH: nothing measured");
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure(port));
    nginx.kill().expect("our own child");
    nginx.wait().expect("our own child");
}

async fn measure(port: u16) {
    let settings = FetchSettings {
        host_gap: Duration::ZERO,
        ..FetchSettings::default()
    };
    let fetcher = Arc::new(Fetcher::new(settings, Arc::new(SystemClock)).expect("a fetcher"));
    let mut jobs: Vec<FetchJob> = (0..FEEDS).map(|n| job(n, port)).collect();
    for pass in ["cold", "again"] {
        let (begun, cpu) = (Instant::now(), cpu_seconds());
        let fetches: Vec<_> = jobs
            .drain(..)
            .map(|job| {
                let fetcher = Arc::clone(&fetcher);
                tokio::spawn(async move { (fetcher.fetch(&job).await.result, job) })
            })
            .collect();
        let (mut bodies, mut same, mut failed, mut bytes) = (0, 0, 0, 0);
        for fetch in fetches {
            let (result, mut job) = fetch.await.expect("no panic");
            match result {
                FetchResult::Body(body) => {
                    bodies += 1;
                    bytes += body.bytes.len();
                    job.validators = body.validators;
                }
                FetchResult::NotModified { .. } => same += 1,
                FetchResult::Failed(failure) => {
                    failed += 1;
                    println!("{}", failure.message);
                }
            }
            jobs.push(job);
        }
        println!(
            "{pass}: {bodies} bodies ({:.1} MB), {same} unchanged, {failed} failed; {:.2} s wall, {:.2} CPU s, {} peak",
            bytes as f64 / 1e6,
            begun.elapsed().as_secs_f64(),
            cpu_seconds() - cpu,
            peak_memory(),
        );
    }
}

fn job(n: usize, port: u16) -> FetchJob {
    let url = format!("http://127.0.0.{}:{port}/{n}.xml", n % HOSTS + 1);
    FetchJob {
        source: format!("feed-{n}").parse().expect("an id"),
        url: Url::parse(&url).expect("a URL"),
        validators: Validators::default(),
        headers: Vec::new(),
        limits: FetchLimits::default(),
        allow_private: true,
        obey_robots: false,
        render: None,
    }
}

fn make_feeds(folder: &Path) -> PathBuf {
    let www = folder.join("www");
    fs::create_dir(&www).expect("a folder");
    for n in 0..FEEDS {
        let mut feed = String::from("<rss version=\"2.0\"><channel><title>Feed</title>");
        for item in 0..35 {
            let text = format!("новость {n} {item} о площадке и охвате, ").repeat(24);
            let _ = write!(
                feed,
                "<item><title>Item {item}</title><guid>{n}-{item}</guid><description>{text}</description></item>"
            );
        }
        feed += "</channel></rss>";
        fs::write(www.join(format!("{n}.xml")), feed).expect("written");
    }
    www
}

/// nginx with gzip, one process, nothing written outside `folder`.
fn start_nginx(folder: &Path, www: &Path) -> Option<(Child, u16)> {
    let probe = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let port = probe.local_addr().expect("bound").port();
    drop(probe);
    let listen: String = (1..=HOSTS).fold(String::new(), |mut all, n| {
        let _ = writeln!(all, "listen 127.0.0.{n}:{port};");
        all
    });
    let (dir, www) = (folder.display(), fs::canonicalize(www).expect("the folder"));
    let www = www.display();
    let config = format!(
        "daemon off; master_process off; pid {dir}/pid; error_log {dir}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; types {{ application/rss+xml xml; }} gzip on; gzip_types *;\n\
         client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;\n\
         uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;\n\
         server {{ {listen} root {www}; }} }}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, config).expect("written");
    let child = Command::new("nginx")
        .arg("-c")
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some((child, port));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// User and system time of this process, from `/proc`; ticks are hundredths on Linux.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: u64 = after_name
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or_else(|| "?".into(), |l| l.trim().to_owned())
}
