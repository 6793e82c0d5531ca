//! Validators go back byte for byte, and only to where they came from.

use tidewatch::fetch::Fetch;
use tidewatch::model::{FailureKind, FetchResult, Validators};

use crate::world::{Reply, Server, answer, body, fails, fetcher, job, ok, redirect};

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_304_is_told() {
    for etag in [
        &b"\"abc\""[..],
        b"W/\"weak, with comma\"",
        b"unquoted",
        b"\"caf\xe9 \xd0\xb9\"",
        b"\"\"",
    ] {
        let head = [
            b"HTTP/1.1 200 OK\r\nlast-modified: yesterday, perhaps\r\netag: ".to_vec(),
            etag.to_vec(),
            b"\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi".to_vec(),
        ]
        .concat();
        let expected = etag.to_vec();
        let server = Server::start(move |request| {
            Reply::Raw(match request.header("if-none-match") {
                Some(sent) if sent == expected => answer("304 Not Modified", &[], ""),
                _ => head.clone(),
            })
        })
        .await;
        let fetcher = fetcher();
        let mut job = job(server.url("/feed"));
        let first = body(&fetcher, &job).await;
        assert_eq!(first.validators.etag.as_deref(), Some(etag));
        assert_eq!(first.validators.url.as_ref(), Some(&job.url));
        job.validators = first.validators;
        let second = fetcher.fetch(&job).await.result;
        assert!(
            matches!(second, FetchResult::NotModified { moved_to: None }),
            "{second:?}"
        );
        let sent = server.requests()[1].header("if-modified-since");
        assert_eq!(sent.as_deref(), Some(&b"yesterday, perhaps"[..]));
    }
}

#[tokio::test]
async fn validators_go_only_to_the_url_they_came_from() {
    let server = Server::start(|request| {
        Reply::Raw(
            match (request.path().as_str(), request.header("if-none-match")) {
                ("/old", _) => redirect("302 Found", "/new"),
                ("/new", Some(tag)) if tag == b"\"v1\"" => answer("304 Not Modified", &[], ""),
                _ => answer("200 OK", &["etag: \"v1\""], "hello"),
            },
        )
    })
    .await;
    let fetcher = fetcher();
    let mut job = job(server.url("/old"));
    job.validators = body(&fetcher, &job).await.validators;
    assert_eq!(job.validators.url, Some(server.url("/new")));
    let again = fetcher.fetch(&job).await.result;
    assert!(
        matches!(again, FetchResult::NotModified { .. }),
        "{again:?}"
    );
    let conditional: Vec<_> = server
        .requests()
        .iter()
        .map(|r| (r.path(), r.text("if-none-match")))
        .collect();
    let tag = Some("\"v1\"".to_owned());
    let expected = [
        ("/old", None),
        ("/new", None),
        ("/old", None),
        ("/new", tag),
    ];
    assert_eq!(
        conditional,
        expected.map(|(path, tag)| (path.to_owned(), tag))
    );
    // the source's URL was changed: the old validators say nothing about the new one
    job.url = server.url("/other");
    body(&fetcher, &job).await;
    assert_eq!(server.requests()[4].header("if-none-match"), None);
}

#[tokio::test]
async fn validators_without_a_url_belong_to_the_jobs_own() {
    let server = Server::always(answer("304 Not Modified", &[], "")).await;
    let mut job = job(server.url("/"));
    job.validators = Validators {
        etag: Some(b"\"x\"".to_vec()),
        ..Validators::default()
    };
    let result = fetcher().fetch(&job).await.result;
    assert!(
        matches!(result, FetchResult::NotModified { .. }),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let server = Server::always(answer("304 Not Modified", &[], "")).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Status, Some(304))
    );
}

#[tokio::test]
async fn a_validator_too_long_to_send_back_is_not_kept() {
    let tag = format!("etag: \"{}\"", "x".repeat(5000));
    let server = Server::always(answer("200 OK", &[&tag, "last-modified: now"], "hi")).await;
    let got = body(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(got.validators.etag, None);
    assert_eq!(got.validators.last_modified.as_deref(), Some(&b"now"[..]));
}

#[tokio::test]
async fn times_come_from_the_clock_that_was_handed_in() {
    let server = Server::always(ok("hi")).await;
    let outcome = fetcher().fetch(&job(server.url("/"))).await;
    assert_eq!(outcome.started_at.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(outcome.finished_at, outcome.started_at);
    assert_eq!(outcome.source.as_str(), "a-source");
}
