//! robots.txt is read once and obeyed by those who must.

use tidewatch::model::{FailureKind, FetchJob};
use url::Url;

use crate::world::{Reply, Server, answer, body, fails, fetcher, job, ok, redirect};

fn page(url: Url) -> FetchJob {
    FetchJob {
        obey_robots: true,
        ..job(url)
    }
}

async fn with_robots(robots: Vec<u8>) -> Server {
    Server::start(move |request| {
        Reply::Raw(match request.path().as_str() {
            "/robots.txt" => robots.clone(),
            "/hop" => redirect("302 Found", "/private/page"),
            _ => ok("page"),
        })
    })
    .await
}

#[tokio::test]
async fn a_forbidden_page_is_not_asked_for_and_the_file_is_read_once() {
    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: Tidewatch\nDisallow: /private\nAllow: /private/open";
    let server = with_robots(answer("200 OK", &[], rules)).await;
    let fetcher = fetcher();
    let failure = fails(&fetcher, &page(server.url("/private/x?token=1"))).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    assert_eq!(
        failure.message,
        "127.0.0.1: robots.txt forbids /private/x (rule `/private`); if the owner allows it, \
         set `obey_robots = false` on the source"
    );
    assert!(!failure.is_transient());
    body(&fetcher, &page(server.url("/private/open"))).await;
    body(&fetcher, &page(server.url("/public"))).await;
    assert_eq!(
        fails(&fetcher, &page(server.url("/hop"))).await.kind,
        FailureKind::Robots
    );
    // feeds do not ask
    body(&fetcher, &job(server.url("/private/feed"))).await;
    assert_eq!(
        server.paths(),
        [
            "/robots.txt",
            "/private/open",
            "/public",
            "/hop",
            "/private/feed"
        ]
    );
}

#[tokio::test]
async fn a_missing_file_allows_all() {
    for status in [
        "404 Not Found",
        "401 Unauthorized",
        "403 Forbidden",
        "410 Gone",
    ] {
        let server = with_robots(answer(status, &[], "User-agent: *\nDisallow: /")).await;
        let fetcher = fetcher();
        body(&fetcher, &page(server.url("/a"))).await;
        body(&fetcher, &page(server.url("/b"))).await;
        assert_eq!(server.paths(), ["/robots.txt", "/a", "/b"], "{status}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_forbids_for_now() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nUser-agent: *".to_vec();
    for (robots, kind) in [
        (answer("500 Oops", &[], ""), FailureKind::Status),
        (answer("503 Busy", &[], ""), FailureKind::Status),
        (b"garbage".to_vec(), FailureKind::Connect),
        (Vec::new(), FailureKind::Connect),
        (cut, FailureKind::Body),
    ] {
        let server = with_robots(robots).await;
        let fetcher = fetcher();
        for _ in 0..2 {
            let failure = fails(&fetcher, &page(server.url("/a"))).await;
            assert_eq!(failure.kind, kind, "{failure:?}");
            assert!(failure.is_transient());
            assert!(
                failure.message.contains("robots.txt cannot be read"),
                "{failure:?}"
            );
        }
        assert_eq!(server.paths(), ["/robots.txt"], "not asked again at once");
    }
}

#[tokio::test]
async fn a_429_for_the_file_holds_the_host() {
    let server = with_robots(answer("429 No", &["retry-after: 600"], "")).await;
    let fetcher = fetcher();
    for _ in 0..2 {
        let failure = fails(&fetcher, &page(server.url("/a"))).await;
        assert_eq!(failure.kind, FailureKind::RateLimited);
        assert!(failure.retry_after.is_some());
    }
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn redirects_of_the_file_are_followed_five_times() {
    let chain = |length: usize| async move {
        Server::start(move |request| {
            let path = request.path();
            let hop: usize = match path.as_str() {
                "/robots.txt" => 0,
                other => other[1..].parse().unwrap_or(99),
            };
            Reply::Raw(match hop {
                99 => ok("page"),
                _ if hop < length => redirect("302 Found", &format!("/{}", hop + 1)),
                _ => answer("200 OK", &[], "User-agent: *\nDisallow: /"),
            })
        })
        .await
    };
    let fetcher = fetcher();
    let five = chain(5).await;
    assert_eq!(
        fails(&fetcher, &page(five.url("/page"))).await.kind,
        FailureKind::Robots
    );
    // RFC 9309 §2.3.1.2: past five, the file may be taken for missing
    let six = chain(6).await;
    body(&fetcher, &page(six.url("/page"))).await;
}

#[tokio::test]
async fn only_the_first_500_kib_count() {
    let mut long = b"User-agent: *\nDisallow: /early\n".to_vec();
    long.extend(b"# padding padding padding\n".repeat(40_000));
    long.extend(b"Disallow: /late\n");
    let server = with_robots(answer("200 OK", &[], long)).await;
    let fetcher = fetcher();
    // a source's own bound is for its pages
    let mut early = page(server.url("/early"));
    early.limits.max_body = 10;
    assert_eq!(fails(&fetcher, &early).await.kind, FailureKind::Robots);
    body(&fetcher, &page(server.url("/late"))).await;
}

#[tokio::test]
async fn a_page_elsewhere_is_judged_by_the_rules_there() {
    let there = with_robots(answer("200 OK", &[], "User-agent: *\nDisallow: /no")).await;
    let to = there.url("/no");
    let here = Server::start(move |request| {
        Reply::Raw(match request.path().as_str() {
            "/robots.txt" => answer("404 Not Found", &[], ""),
            _ => redirect("302 Found", to.as_str()),
        })
    })
    .await;
    let failure = fails(&fetcher(), &page(here.url("/"))).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    assert_eq!(there.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn two_hosts_whose_files_point_at_each_other_do_not_lock_up() {
    let ports = [free_port(), free_port()];
    let mut servers = Vec::new();
    for (own, other) in [(ports[0], ports[1]), (ports[1], ports[0])] {
        let server = Server::start_at(&format!("127.0.0.1:{own}"), move |request| {
            Reply::Raw(match request.path().as_str() {
                "/robots.txt" => redirect(
                    "302 Found",
                    &format!("http://127.0.0.1:{other}/their-robots.txt"),
                ),
                "/their-robots.txt" => answer("200 OK", &[], "User-agent: *\nAllow: /"),
                "/page" => redirect("302 Found", &format!("http://127.0.0.1:{other}/end")),
                _ => ok("end"),
            })
        })
        .await;
        servers.push(server);
    }
    let fetcher = fetcher();
    let (a, b) = (page(servers[0].url("/page")), page(servers[1].url("/page")));
    let (a, b) = tokio::join!(body(&fetcher, &a), body(&fetcher, &b));
    assert_eq!((a.bytes, b.bytes), (b"end".to_vec(), b"end".to_vec()));
}

fn free_port() -> u16 {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    probe.local_addr().expect("bound").port()
}
