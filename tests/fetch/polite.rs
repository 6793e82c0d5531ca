//! One request at a time per host, and silence when a host asks for it. Pauses are tested beside
//! the gate, where time can be paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tidewatch::fetch::{Fetch, FetchSettings, Fetcher};
use tidewatch::model::{FailureKind, FetchResult};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use url::Url;

use crate::world::{
    Reply, Server, answer, body, clock, fails, fetcher, job, ok, redirect, settings,
};

#[tokio::test]
async fn jobs_of_one_host_never_overlap() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let server = {
        let (inside, most) = (inside.clone(), most.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (inside, most) = (inside.clone(), most.clone());
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    // room for others to come in, were they let
                    for _ in 0..500 {
                        tokio::task::yield_now().await;
                    }
                    inside.fetch_sub(1, Ordering::SeqCst);
                    let _ = stream.write_all(&ok("x")).await;
                });
            }
        })
    };
    let fetcher = Arc::new(fetcher());
    let mut fetches = Vec::new();
    for n in 0..12 {
        let fetcher = fetcher.clone();
        let url = Url::parse(&format!("http://{address}/{n}")).expect("a URL");
        fetches.push(tokio::spawn(async move { body(&fetcher, &job(url)).await }));
    }
    for fetch in fetches {
        fetch.await.expect("a body");
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
    server.abort();
}

#[tokio::test]
async fn hosts_do_not_wait_for_each_other() {
    // each server answers only once both have been asked
    let barrier = Arc::new(Barrier::new(2));
    let mut urls = Vec::new();
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("bound");
        urls.push(Url::parse(&format!("http://{address}/")).expect("a URL"));
        let barrier = barrier.clone();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let _ = stream.read(&mut [0; 4096]).await;
            barrier.wait().await;
            let _ = stream.write_all(&ok("x")).await;
        });
    }
    let fetcher = fetcher();
    let (a, b) = (job(urls.remove(0)), job(urls.remove(0)));
    let (a, b) = tokio::join!(fetcher.fetch(&a), fetcher.fetch(&b));
    for outcome in [a, b] {
        assert!(
            matches!(outcome.result, FetchResult::Body(_)),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn no_more_requests_at_once_than_allowed() {
    let most = Arc::new(AtomicUsize::new(0));
    let inside = Arc::new(AtomicUsize::new(0));
    let mut jobs = Vec::new();
    for _ in 0..8 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("bound");
        jobs.push(job(
            Url::parse(&format!("http://{address}/")).expect("a URL")
        ));
        let (inside, most) = (inside.clone(), most.clone());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let _ = stream.read(&mut [0; 4096]).await;
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..500 {
                tokio::task::yield_now().await;
            }
            inside.fetch_sub(1, Ordering::SeqCst);
            let _ = stream.write_all(&ok("x")).await;
        });
    }
    let settings = FetchSettings {
        concurrency: 2,
        ..settings()
    };
    let fetcher = Arc::new(Fetcher::new(settings, clock()).expect("a fetcher"));
    let fetches: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let fetcher = fetcher.clone();
            tokio::spawn(async move { fetcher.fetch(&job).await })
        })
        .collect();
    for fetch in fetches {
        assert!(matches!(
            fetch.await.expect("done").result,
            FetchResult::Body(_)
        ));
    }
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
}

#[tokio::test]
async fn a_host_that_asks_for_silence_gets_it_from_all_its_sources() {
    for (status, retry, wait) in [
        ("429 Too Many Requests", "3600", 3600),
        ("503 Service Unavailable", "3600", 3600),
        (
            "429 Too Many Requests",
            "Sun, 01 Mar 2026 13:00:00 GMT",
            3600,
        ),
        (
            "503 Service Unavailable",
            "Sunday, 01-Mar-26 13:00:00 GMT",
            3600,
        ),
        ("429 Too Many Requests", "9999999999999999999999", 86_400),
        ("403 Forbidden", "900", 900),
    ] {
        let header = format!("retry-after: {retry}");
        let server = Server::always(answer(status, &[&header], "")).await;
        let fetcher = fetcher();
        let failure = fails(&fetcher, &job(server.url("/a"))).await;
        assert_eq!(failure.kind, FailureKind::RateLimited);
        assert_eq!(
            failure.retry_after,
            Some(Duration::from_secs(wait)),
            "{retry}"
        );
        let other = fails(&fetcher, &job(server.url("/b"))).await;
        assert_eq!(other.kind, FailureKind::RateLimited);
        assert!(other.is_transient());
        assert!(
            other
                .retry_after
                .is_some_and(|w| w <= Duration::from_secs(wait))
        );
        assert!(other.message.contains("not asked"), "{other:?}");
        assert_eq!(server.paths(), ["/a"], "the second never went out");
    }
}

#[tokio::test]
async fn a_date_is_read_by_the_servers_own_clock() {
    let headers = [
        "date: Thu, 01 Jan 2015 00:00:00 GMT",
        "retry-after: Thu, 01 Jan 2015 02:00:00 GMT",
    ];
    let server = Server::always(answer("503 Busy", &headers, "")).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(failure.retry_after, Some(Duration::from_hours(2)));
}

#[tokio::test]
async fn a_plain_503_holds_nobody() {
    let server = Server::start(|request| {
        Reply::Raw(match request.path().as_str() {
            "/bad" => answer("503 Busy", &[], ""),
            _ => ok("fine"),
        })
    })
    .await;
    let fetcher = fetcher();
    assert_eq!(
        fails(&fetcher, &job(server.url("/bad"))).await.kind,
        FailureKind::Status
    );
    assert_eq!(
        body(&fetcher, &job(server.url("/good"))).await.bytes,
        b"fine"
    );
}

#[tokio::test]
async fn a_redirect_to_a_held_host_asks_nothing_there() {
    let held = Server::always(answer("429 No", &["retry-after: 900"], "")).await;
    let to = held.url("/x");
    let server = Server::start(move |_| Reply::Raw(redirect("302 Found", to.as_str()))).await;
    let fetcher = fetcher();
    fails(&fetcher, &job(held.url("/"))).await;
    let failure = fails(&fetcher, &job(server.url("/"))).await;
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert_eq!(held.paths(), ["/"]);
}

#[tokio::test]
async fn a_dropped_fetch_frees_its_host() {
    let server = Server::start(|request| match request.path().as_str() {
        "/stall" => Reply::Stall(Vec::new()),
        _ => Reply::Raw(ok("next")),
    })
    .await;
    let fetcher = Arc::new(fetcher());
    let stalled = tokio::spawn({
        let (fetcher, job) = (fetcher.clone(), job(server.url("/stall")));
        async move { fetcher.fetch(&job).await }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    stalled.abort();
    assert_eq!(
        body(&fetcher, &job(server.url("/next"))).await.bytes,
        b"next"
    );
}
