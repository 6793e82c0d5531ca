//! Each kind of failure gets a clear word, and harms nobody else.

use std::net::TcpListener;

use tidewatch::fetch::{Fetch, FetchError, FetchSettings, Fetcher};
use tidewatch::model::{FailureKind, FetchResult};
use url::Url;

use crate::world::{Reply, Server, answer, body, clock, fails, fetcher, job, ok, secret, settings};

#[tokio::test]
async fn a_dead_port_and_a_name_that_is_not_there() {
    let free = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = free.local_addr().expect("bound");
    drop(free);
    let fetcher = fetcher();
    let dead = Url::parse(&format!("http://{address}/")).expect("a URL");
    let failure = fails(&fetcher, &job(dead)).await;
    assert_eq!(failure.kind, FailureKind::Connect);
    let port = address.port();
    assert_eq!(
        failure.message,
        format!("127.0.0.1: nothing answers on port {port} (connection refused)")
    );
    assert!(failure.is_transient());

    // a label of 64 letters cannot be asked about, so that no question leaves the machine
    let name = format!("{}.invalid", "x".repeat(64));
    let nowhere = Url::parse(&format!("http://{name}/")).expect("a URL");
    for private in [true, false] {
        let mut job = job(nowhere.clone());
        job.allow_private = private;
        let failure = fails(&fetcher, &job).await;
        assert_eq!(failure.kind, FailureKind::Dns, "{failure:?}");
        assert!(
            failure
                .message
                .starts_with(&format!("{name}: the name does not resolve ("))
        );
    }
}

#[tokio::test]
async fn statuses_say_what_they_mean() {
    let fetcher = fetcher();
    for (status, kind, transient, words) in [
        (
            "404 Not Found",
            FailureKind::Status,
            false,
            "not found; check the url",
        ),
        (
            "403 Forbidden",
            FailureKind::Status,
            false,
            "refused; it may want a login",
        ),
        (
            "401 Unauthorized",
            FailureKind::Status,
            false,
            "a login is needed",
        ),
        ("410 Gone", FailureKind::Status, false, "gone for good"),
        (
            "500 Oops",
            FailureKind::Status,
            true,
            "the server has an inner fault",
        ),
        (
            "503 Busy",
            FailureKind::Status,
            true,
            "overloaded or under maintenance",
        ),
        (
            "429 Slow Down",
            FailureKind::RateLimited,
            true,
            "asks to be left alone for 60 s",
        ),
        (
            "999 Denied",
            FailureKind::Status,
            true,
            "no status that http knows",
        ),
    ] {
        let server = Server::always(answer(status, &[], "words")).await;
        let failure = fails(&fetcher, &job(server.url("/"))).await;
        assert_eq!(failure.kind, kind, "{status}");
        assert_eq!(failure.status, status[..3].parse().ok());
        assert_eq!(failure.is_transient(), transient, "{status}");
        assert!(failure.message.contains(words), "{failure:?}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_said_to_be_not_http() {
    let fetcher = fetcher();
    for (bytes, words) in [
        (&b"SSH-2.0-OpenSSH_9.6\r\n"[..], "the answer is not http"),
        (
            b"\x16\x03\x01\x00\xff garbage \x00\xff\r\n\r\n",
            "the answer is not http",
        ),
        (b"", "closed the connection without a full answer"),
        (
            b"HTTP/1.1 200 OK\r\nhalf-a-head: ",
            "closed the connection without a full answer",
        ),
    ] {
        let server = Server::always(bytes).await;
        let failure = fails(&fetcher, &job(server.url("/"))).await;
        assert_eq!(failure.kind, FailureKind::Connect, "{failure:?}");
        assert!(failure.message.contains(words), "{failure:?}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_cut() {
    let first = b"HTTP/1.1 200 OK\r\n".to_vec();
    for then in [b"x: y\r\n".to_vec(), vec![b'x'; 4096]] {
        let first = first.clone();
        let server = Server::start(move |_| Reply::Endless(first.clone(), then.clone())).await;
        let failure = fails(&fetcher(), &job(server.url("/"))).await;
        assert_eq!(failure.kind, FailureKind::Connect, "{failure:?}");
    }
}

#[tokio::test]
async fn a_bad_header_is_named_without_its_value() {
    let server = Server::always(ok("x")).await;
    let fetcher = fetcher();
    for (name, value) in [
        ("X-Key", "two\nlines-s3cret"),
        ("no name", "s3cret"),
        ("Range", "s3cret"),
    ] {
        let mut job = job(server.url("/"));
        job.headers = vec![secret(name, value)];
        let failure = fails(&fetcher, &job).await;
        assert_eq!(failure.kind, FailureKind::Local);
        assert!(
            failure.message.contains(&format!("{name:?}")),
            "{failure:?}"
        );
        assert!(!failure.message.contains("s3cret"), "{failure:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn one_bad_source_harms_no_other() {
    let bomb =
        Server::start(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'a'; 4096]))
            .await;
    let dead = Server::always("").await;
    let good = Server::always(ok("good")).await;
    let fetcher = fetcher();
    let jobs = [
        job(bomb.url("/")),
        job(good.url("/")),
        job(dead.url("/")),
        job(good.url("/2")),
    ];
    let (endless, first, empty, second) = tokio::join!(
        fetcher.fetch(&jobs[0]),
        fetcher.fetch(&jobs[1]),
        fetcher.fetch(&jobs[2]),
        fetcher.fetch(&jobs[3]),
    );
    assert!(matches!(endless.result, FetchResult::Failed(f) if f.kind == FailureKind::TooLarge));
    assert!(matches!(empty.result, FetchResult::Failed(f) if f.kind == FailureKind::Connect));
    for good in [first, second] {
        assert!(matches!(good.result, FetchResult::Body(body) if body.bytes == b"good"));
    }
}

#[tokio::test]
async fn we_say_who_we_are() {
    let server = Server::always(ok("x")).await;
    let fetcher = fetcher();
    body(&fetcher, &job(server.url("/"))).await;
    let mut other = job(server.url("/"));
    other.headers = vec![
        secret("User-Agent", "Own/2"),
        secret("Accept", "application/json"),
    ];
    body(&fetcher, &other).await;
    let requests = server.requests();
    assert_eq!(
        requests[0].text("user-agent").as_deref(),
        Some("tidewatch-test/1 (+https://example.org)")
    );
    assert!(
        requests[0]
            .text("accept")
            .expect("sent")
            .contains("application/rss+xml")
    );
    assert_eq!(requests[1].text("user-agent").as_deref(), Some("Own/2"));
    assert_eq!(
        requests[1].text("accept").as_deref(),
        Some("application/json")
    );
}

#[test]
fn bad_settings_are_refused_at_start() {
    let bad = |change: fn(&mut FetchSettings)| {
        let mut settings = settings();
        change(&mut settings);
        Fetcher::new(settings, clock()).err().expect("refused")
    };
    let agent = bad(|s| s.user_agent = "two\nlines".into());
    assert!(matches!(agent, FetchError::UserAgent(_)));
    let file = bad(|s| s.ca_file = Some("/nonexistent/ca.pem".into()));
    assert!(
        file.to_string()
            .starts_with("cannot read certificates from /nonexistent/ca.pem: ")
    );
    assert!(!file.is_transient());
    let empty = bad(|s| s.ca_file = Some("/dev/null".into()));
    assert!(
        empty.to_string().contains("no certificate in it"),
        "{empty}"
    );
}
