//! The guard with a real browser: loopback plays the public site, by a resolver that knows one name.

use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use super::super::{Fetch, FetchSettings, Fetcher};
use super::*;
use crate::model::{DeniedAddress, FetchJob, FetchResult, Render, SystemClock, Validators};

/// `site.test` is public, `rebind.test` only the first time, all else is inside.
struct Names {
    site: SocketAddr,
    rebinds: AtomicUsize,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let site = self.site;
        let is_public = match name.as_str() {
            "site.test" => true,
            "rebind.test" => self.rebinds.fetch_add(1, Ordering::Relaxed) == 0,
            _ => false,
        };
        Box::pin(async move {
            if is_public {
                Ok(Box::new(std::iter::once(site)) as Addrs)
            } else {
                Err(DeniedAddress::new(IpAddr::from([127, 0, 0, 1])).into())
            }
        })
    }
}

type Log = Arc<StdMutex<Vec<String>>>;

/// Answers every path by `answer`; what was asked is in the log.
async fn server(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> (SocketAddr, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    let log = Log::default();
    let (seen, answer) = (Arc::clone(&log), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            tokio::spawn(async move {
                let mut head = vec![0; 8192];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                seen.lock().expect("log").push(path.clone());
                let body = answer(&path);
                let reply = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\naccess-control-allow-origin: *\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(reply.as_bytes()).await;
            });
        }
    });
    (address, log)
}

const PAGE: &str = r#"<!doctype html><title>t</title><link rel="dns-prefetch" href="http://localhost:PORT/">
<link rel="preconnect" href="http://127.0.0.1:PORT/"><link rel="preload" as="script" href="http://127.0.0.1:PORT/preload">
<link rel="stylesheet" href="http://127.0.0.1:PORT/style"><script src="http://127.0.0.1:PORT/script"></script>
<iframe src="http://127.0.0.1:PORT/frame"></iframe><img src="http://127.0.0.1:PORT/image">
<p id="out"></p><script>
const inside = ["http://127.0.0.1:PORT/a", "http://localhost:PORT/b", "http://[::1]:PORT/c", "http://2130706433:PORT/d",
  "http://169.254.169.254/latest/meta-data/", "http://inside.test:PORT/e", "https://127.0.0.1:PORT/f", "file:///etc/passwd"];
const tell = (what) => { document.getElementById("out").append(what + " "); };
(async () => {
  for (const url of inside) {
    try { const r = await fetch(url, {mode: "no-cors"}); tell(r.type === "opaque" ? "turned-down" : "READ " + await r.text()); }
    catch { tell("failed"); }
  }
  // one name, once outside and then inside: each connection is checked anew
  tell("first " + await (await fetch(`http://rebind.test:${location.port}/first`)).text());
  try { tell("second " + await (await fetch(`http://rebind.test:${location.port}/second`)).text()); } catch { tell("second failed"); }
  await new Promise((done) => { const s = new WebSocket("ws://127.0.0.1:PORT/socket"); s.onerror = s.onopen = done; });
  const worker = new Worker(URL.createObjectURL(new Blob([
    "fetch('http://127.0.0.1:PORT/worker', {mode: 'no-cors'}).then(() => postMessage(1), () => postMessage(1))"])));
  await new Promise((done) => { worker.onmessage = done; });
  navigator.sendBeacon("http://127.0.0.1:PORT/beacon", "x");
  try {
    const peer = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:UDP"}, {urls: "turn:127.0.0.1:PORT?transport=tcp", username: "u", credential: "c"}]});
    peer.createDataChannel("x"); await peer.setLocalDescription(await peer.createOffer());
  } catch {}
  try { const t = new WebTransport("https://127.0.0.1:UDP/"); await Promise.race([t.ready, new Promise((d) => setTimeout(d, 500))]); } catch {}
  window.open("http://127.0.0.1:PORT/popup");
  setTimeout(() => { tell("done"); document.body.id = "done"; }, 700);
})();
</script>"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_never_appears_is_not_waited_for_without_end() {
    let (site, _) = server(|_| "<!doctype html><title>t</title><p>there</p>".to_owned()).await;
    let scratch = tempfile::tempdir().expect("a directory");
    let settings = FetchSettings {
        host_gap: Duration::ZERO,
        scratch: scratch.path().to_owned(),
        ..FetchSettings::default()
    };
    let names = Names {
        site,
        rebinds: AtomicUsize::new(0),
    };
    let clients = Clients::guarded_by(Arc::new(names), &settings).expect("clients");
    let fetcher = Fetcher::over(clients, &settings, Arc::new(SystemClock));
    for (selector, said) in [
        ("#never", "`wait_for` names (#never) did not appear"),
        ("p[", "`wait_for` (p[) for a CSS selector"),
    ] {
        let job = FetchJob {
            source: "a-source".parse().expect("an id"),
            url: Url::parse(&format!("http://site.test:{}/", site.port())).expect("a URL"),
            validators: Validators::default(),
            headers: Vec::new(),
            limits: FetchLimits {
                total_timeout: Duration::from_secs(12),
                ..FetchLimits::default()
            },
            allow_private: false,
            obey_robots: false,
            render: Some(Render {
                wait_for: Some(selector.to_owned()),
            }),
        };
        let FetchResult::Failed(failure) = fetcher.fetch(&job).await.result else {
            panic!("{selector} was found");
        };
        assert!(failure.message.contains(said), "{}", failure.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pages_scripts_reach_nothing_inside() {
    let (inside, hits) = server(|_| "secret".to_owned()).await;
    let datagrams = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let udp = datagrams.local_addr().expect("bound").port();
    let (site, asked) = server(move |path| match path {
        "/first" => "outside".to_owned(),
        "/second" => "rebound".to_owned(),
        _ => PAGE
            .replace("PORT", &inside.port().to_string())
            .replace("UDP", &udp.to_string()),
    })
    .await;
    let scratch = tempfile::tempdir().expect("a directory");
    let settings = FetchSettings {
        host_gap: Duration::ZERO,
        scratch: scratch.path().to_owned(),
        ..FetchSettings::default()
    };
    let names = Names {
        site,
        rebinds: AtomicUsize::new(0),
    };
    let clients = Clients::guarded_by(Arc::new(names), &settings).expect("clients");
    let fetcher = Fetcher::over(clients, &settings, Arc::new(SystemClock));
    let job = FetchJob {
        source: "a-source".parse().expect("an id"),
        url: Url::parse(&format!("http://site.test:{}/", site.port())).expect("a URL"),
        validators: Validators::default(),
        headers: Vec::new(),
        limits: FetchLimits::default(),
        allow_private: false,
        obey_robots: false,
        render: Some(Render {
            wait_for: Some("#done".to_owned()),
        }),
    };
    let FetchResult::Body(body) = fetcher.fetch(&job).await.result else {
        panic!("no body");
    };
    let html = String::from_utf8(body.bytes).expect("UTF-8");
    let told = html.split("<p id=\"out\">").nth(1).expect("the place");
    let told = told.split("</p>").next().unwrap_or_default();
    let mut expected = vec!["turned-down"; 6];
    expected.extend(["failed", "failed", "first outside", "second failed", "done"]);
    assert_eq!(told.trim_end(), expected.join(" "));
    assert_eq!(*hits.lock().expect("log"), [""; 0], "asked inside");
    let mut datagram = [0; 64];
    let sent = datagrams.try_recv(&mut datagram);
    assert!(sent.is_err(), "a datagram came: {sent:?}");
    assert_eq!(*asked.lock().expect("log"), ["/", "/first"]);
    drop(fetcher);
    let left = std::fs::read_dir(scratch.path()).expect("there").count();
    assert_eq!(left, 0, "the profile is removed");
}
