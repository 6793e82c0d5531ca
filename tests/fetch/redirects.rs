//! Redirects: where they end, what is remembered, and who learns what.

use tidewatch::fetch::Fetch;
use tidewatch::model::{FailureKind, FetchResult};

use crate::world::{Reply, Server, answer, body, fails, fetcher, job, ok, redirect, secret};

#[tokio::test]
async fn a_permanent_chain_is_remembered_up_to_the_first_temporary_hop() {
    let server = Server::start(|request| {
        Reply::Raw(match request.path().as_str() {
            "/a" => redirect("301 Moved Permanently", "/b"),
            "/b" => redirect("308 Permanent Redirect", "/c"),
            "/c" => redirect("302 Found", "d?x=1#top"),
            "/e" => redirect("307 Temporary Redirect", "/a"),
            _ => ok("here"),
        })
    })
    .await;
    let fetcher = fetcher();
    let got = body(&fetcher, &job(server.url("/a"))).await;
    assert_eq!(got.final_url, server.url("/d?x=1"));
    assert_eq!(got.moved_to, Some(server.url("/c")));
    assert_eq!(
        body(&fetcher, &job(server.url("/b"))).await.moved_to,
        Some(server.url("/c"))
    );
    assert_eq!(body(&fetcher, &job(server.url("/e"))).await.moved_to, None);
    assert_eq!(body(&fetcher, &job(server.url("/d"))).await.moved_to, None);
}

#[tokio::test]
async fn a_move_is_told_with_304_too() {
    let server = Server::start(|request| {
        Reply::Raw(
            match (request.path().as_str(), request.header("if-none-match")) {
                ("/a", _) => redirect("301 Moved Permanently", "/b"),
                (_, Some(_)) => answer("304 Not Modified", &[], ""),
                _ => answer("200 OK", &["etag: \"1\""], "x"),
            },
        )
    })
    .await;
    let fetcher = fetcher();
    let mut job = job(server.url("/a"));
    job.validators = body(&fetcher, &job).await.validators;
    let FetchResult::NotModified { moved_to } = fetcher.fetch(&job).await.result else {
        panic!("asked with validators");
    };
    assert_eq!(moved_to, Some(server.url("/b")));
}

#[tokio::test]
async fn a_circle_is_named() {
    let server = Server::start(|request| {
        let to = if request.path() == "/a" {
            "/b?s=secret"
        } else {
            "/a"
        };
        Reply::Raw(redirect("302 Found", to))
    })
    .await;
    let failure = fails(&fetcher(), &job(server.url("/a"))).await;
    assert_eq!(failure.kind, FailureKind::Redirects);
    let (a, b) = (server.url("/a"), server.url("/b"));
    assert!(
        failure.message.contains(&format!("{a} -> {b}?… -> {a}")),
        "{failure:?}"
    );
    assert!(!failure.message.contains("secret"));
    assert_eq!(server.paths(), ["/a", "/b?s=secret"]);
}

#[tokio::test]
async fn an_endless_way_ends_after_the_allowed_hops() {
    let server = Server::start(|request| {
        let n: u32 = request.path()[1..].parse().expect("a number");
        Reply::Raw(redirect("302 Found", &format!("/{}", n + 1)))
    })
    .await;
    let failure = fails(&fetcher(), &job(server.url("/0"))).await;
    assert_eq!(failure.kind, FailureKind::Redirects);
    assert!(
        failure.message.contains("more than 5 redirects"),
        "{failure:?}"
    );
    assert_eq!(server.paths().len(), 6);
}

#[tokio::test]
async fn a_redirect_without_a_place_is_a_failure_with_its_status() {
    let server = Server::always(answer("302 Found", &[], "")).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Status, Some(302))
    );
}

#[tokio::test]
async fn secrets_go_to_their_origin_alone() {
    let foreign = Server::always(ok("stolen?")).await;
    let away = foreign.url("/steal");
    let own = Server::start(move |request| {
        Reply::Raw(match request.path().as_str() {
            "/away" => redirect("302 Found", away.as_str()),
            "/moved" => redirect("301 Moved Permanently", away.as_str()),
            "/within" => redirect("302 Found", "/page"),
            _ => ok("mine"),
        })
    })
    .await;
    let fetcher = fetcher();
    let with_secrets = |path: &str| {
        let mut job = job(own.url(path));
        job.url.set_username("me").expect("a host");
        job.url.set_password(Some("pass")).expect("a host");
        job.headers = vec![
            secret("X-Api-Key", "k-123"),
            secret("Accept-Language", "ru"),
        ];
        job
    };
    let got = body(&fetcher, &with_secrets("/within")).await;
    assert_eq!(
        got.final_url,
        own.url("/page"),
        "no login in what is stored"
    );
    for request in own.requests() {
        assert_eq!(request.text("x-api-key").as_deref(), Some("k-123"));
        assert_eq!(
            request.text("authorization").as_deref(),
            Some("Basic bWU6cGFzcw==")
        );
    }
    body(&fetcher, &with_secrets("/away")).await;
    let got = body(&fetcher, &with_secrets("/moved")).await;
    assert_eq!(
        got.moved_to, None,
        "the next poll would carry the secrets off"
    );
    assert_eq!(foreign.requests().len(), 2);
    for request in foreign.requests() {
        assert_eq!(request.header("x-api-key"), None);
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("referer"), None);
        assert_eq!(request.header("cookie"), None);
        assert_eq!(request.text("accept-language").as_deref(), Some("ru"));
    }
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = Server::start(|request| {
        Reply::Raw(match request.path().as_str() {
            "/a" => answer("302 Found", &["location: /b", "set-cookie: id=1"], ""),
            _ => answer("200 OK", &["set-cookie: id=2"], "x"),
        })
    })
    .await;
    let fetcher = fetcher();
    body(&fetcher, &job(server.url("/a"))).await;
    body(&fetcher, &job(server.url("/a"))).await;
    assert_eq!(server.requests().len(), 4);
    assert!(
        server
            .requests()
            .iter()
            .all(|r| r.header("cookie").is_none())
    );
}

#[tokio::test]
async fn a_failure_elsewhere_says_how_it_got_there() {
    let gone = Server::start_at("127.0.0.2:0", |_| {
        Reply::Raw(answer("404 Not Found", &[], ""))
    })
    .await;
    let to = gone.url("/");
    let server = Server::start(move |_| Reply::Raw(redirect("302 Found", to.as_str()))).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(
        failure.message,
        "127.0.0.2: 404, not found; check the url (redirected from 127.0.0.1)"
    );
}
