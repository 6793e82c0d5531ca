//! The guard on later hops: loopback plays the public site here, by a resolver that knows two names.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::*;
use crate::model::{DeniedAddress, FetchLimits, SystemClock};

/// `public.test` is a site; `inside.test` answers as a name in our own network would.
struct TwoNames(SocketAddr);

impl Resolve for TwoNames {
    fn resolve(&self, name: Name) -> Resolving {
        let site = self.0;
        Box::pin(async move {
            if name.as_str() == "public.test" {
                Ok(Box::new(std::iter::once(site)) as Addrs)
            } else {
                Err(DeniedAddress::new([10, 0, 0, 7].into()).into())
            }
        })
    }
}

/// A site that redirects everything but robots.txt to `to`, and counts what it was asked.
async fn site(to: &'static str) -> (SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.expect("a request");
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let to = to.replace("PORT", &address.port().to_string());
            let reply = format!(
                "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            log.lock().expect("log").push(path);
            let _ = stream.write_all(reply.as_bytes()).await;
        }
    });
    (address, asked)
}

async fn visit(to: &'static str, obey_robots: bool) -> (FetchFailure, usize) {
    let (address, asked) = site(to).await;
    let settings = FetchSettings {
        host_gap: Duration::ZERO,
        ..FetchSettings::default()
    };
    let clients = Clients::guarded_by(Arc::new(TwoNames(address)), &settings).expect("clients");
    let fetcher = Fetcher::over(clients, &settings, Arc::new(SystemClock));
    let url = format!("http://public.test:{}/start", address.port());
    let job = FetchJob {
        source: "a-source".parse().expect("an id"),
        url: Url::parse(&url).expect("a URL"),
        validators: Validators::default(),
        headers: Vec::new(),
        limits: FetchLimits::default(),
        allow_private: false,
        obey_robots,
        render: None,
    };
    let FetchResult::Failed(failure) = fetcher.fetch(&job).await.result else {
        panic!("it must not get there");
    };
    let asked = asked.lock().expect("log").len();
    (failure, asked)
}

#[tokio::test]
async fn a_redirect_into_our_network_is_denied_on_its_hop() {
    for (to, class) in [
        ("http://127.0.0.1:PORT/admin", "127.0.0.1 is this machine"),
        ("http://[::ffff:127.0.0.1]:PORT/admin", "is this machine"),
        ("http://2130706433:PORT/admin", "127.0.0.1 is this machine"),
        ("http://169.254.169.254/latest/", "a cloud metadata service"),
        (
            "http://inside.test:PORT/",
            "inside.test: 10.0.0.7 is a private network",
        ),
    ] {
        // the page and its robots.txt alike: both are redirected
        for obey_robots in [false, true] {
            let (failure, asked) = visit(to, obey_robots).await;
            assert_eq!(failure.kind, FailureKind::Denied, "{to}: {failure:?}");
            assert!(failure.message.contains(class), "{failure:?}");
            assert_eq!(asked, 1, "{to}: only the public site was asked, once");
        }
    }
}
