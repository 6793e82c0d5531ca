//! Pages that scripts write, in a real browser. One browser serves the whole test.

use std::process::Command;
use std::time::Duration;

use tidewatch::fetch::{Fetch, FetchSettings, Fetcher};
use tidewatch::model::{BrowserAt, FailureKind, FetchJob, FetchResult, Render};

use crate::world::{
    Reply, Request, Server, answer, body, clock, fails, fetcher, job, ok, redirect, secret,
    settings,
};

const WRITTEN: &str = r#"<!doctype html><title>shell</title><noscript>Please enable JavaScript</noscript>
<div id="root"></div><my-part>slotted</my-part><script type="module">
const news = await (await fetch("/api")).text();
document.getElementById("root").innerHTML = `<h1>Rules</h1><p>${news}</p>`;
customElements.define("my-part", class extends HTMLElement {
  constructor() { super(); this.attachShadow({mode: "open"}).innerHTML = "<p>before <slot></slot> after</p>"; }
});
</script><img src="/picture.png"><iframe src="/frame"></iframe>"#;

/// Asks for the cookie that its script sets, as checks of browsers do.
fn cookied(request: &Request) -> Reply {
    let page = match request.text("cookie") {
        Some(cookie) if cookie.contains("seen=1") => "<p>welcome back</p>",
        _ => "<script>document.cookie = 'seen=1'; location.reload()</script>",
    };
    Reply::Raw(ok(page))
}

fn site(request: &Request) -> Reply {
    Reply::Raw(match request.path().as_str() {
        "/written" => answer(
            "200 OK",
            &[
                "content-type: text/html",
                "etag: \"1\"",
                "last-modified: Sun, 01 Mar 2026 11:00:00 GMT",
            ],
            WRITTEN,
        ),
        "/api" => ok("Reels may be 3 minutes long"),
        "/hop" => redirect("301 Moved Permanently", "/written"),
        "/led" => ok("<script>location.replace('/hop')</script>"),
        "/cookie" => return cookied(request),
        "/late" => ok(
            "<script>setTimeout(() => { document.body.innerHTML = '<p id=late>at last</p>' }, 1500)</script>",
        ),
        "/dialog" => {
            ok("<script>alert(1); if (!confirm('?')) document.write('<p>went on</p>')</script>")
        }
        "/popup" => ok(
            "<p>fine</p><script>open('/api'); document.body.append(navigator.userAgent, ' ', Intl.DateTimeFormat().resolvedOptions().timeZone)</script>",
        ),
        "/endless" => ok("<script>fetch('/api?loop').then(() => { for (;;); })</script>"),
        "/huge" => ok("<p>x<script>document.body.append('x'.repeat(2 << 20))</script>"),
        "/heavy" => ok(
            "<script>(async () => { for (let i = 0; i < 9; i++) await fetch('/megabyte?' + i) })()</script>",
        ),
        path if path.starts_with("/megabyte") => ok(vec![b'x'; 1 << 20]),
        "/greedy" => ok("<script>for (let i = 0; i < 600; i++) fetch('/api?' + i)</script>"),
        path if path.starts_with("/api?") => ok(""),
        path if path.starts_with("/again/") => {
            let n: u32 = path[7..].parse().expect("a number");
            ok(format!("<script>location = '/again/{}'</script>", n + 1))
        }
        "/forbidden" => answer(
            "403 Forbidden",
            &[],
            "<script>document.write('no')</script>",
        ),
        "/busy" => answer("429 Too Many Requests", &["retry-after: 120"], ""),
        "/feed" => answer("200 OK", &["content-type: application/rss+xml"], "<rss/>"),
        _ => answer(
            "404 Not Found",
            &["content-type: text/html"],
            "<script>document.write('found after all')</script>",
        ),
    })
}

fn rendered(server: &Server, path: &str) -> FetchJob {
    FetchJob {
        render: Some(Render::default()),
        ..job(server.url(path))
    }
}

async fn page(fetcher: &Fetcher, job: &FetchJob) -> String {
    let body = body(fetcher, job).await;
    assert_eq!(
        body.content_type.as_deref(),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(body.status, 200);
    String::from_utf8(body.bytes).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_read_as_their_scripts_leave_them() {
    let server = Server::start(site).await;
    let scratch = tempfile::tempdir().expect("a directory");
    let fetcher = Fetcher::new(
        FetchSettings {
            scratch: scratch.path().to_owned(),
            ..settings()
        },
        clock(),
    )
    .expect("a fetcher");

    // what scripts write is there, what is for readers without them is not, and shadow roots are in place
    let whole = body(&fetcher, &rendered(&server, "/hop")).await;
    assert_eq!(whole.final_url, server.url("/written"));
    assert_eq!(whole.moved_to, Some(server.url("/written")));
    assert_eq!(whole.validators, tidewatch::model::Validators::default());
    let html = String::from_utf8(whole.bytes).expect("UTF-8");
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    for part in [
        "<h1>Rules</h1><p>Reels may be 3 minutes long</p>",
        "<p>before slotted after</p>",
    ] {
        assert!(html.contains(part), "{html}");
    }
    assert!(!html.contains("Please enable"), "{html}");
    assert_eq!(
        server.paths(),
        ["/hop", "/written", "/api"],
        "no picture, no frame, no icon"
    );
    // the shell is asked for whole even when it has not changed
    let mut again = rendered(&server, "/written");
    again.validators.etag = Some(b"\"1\"".to_vec());
    again.headers = vec![secret("authorization", "Bearer x")];
    assert!(page(&fetcher, &again).await.contains("3 minutes"));
    let requests = server.requests();
    let asked = &requests[requests.len() - 2..];
    assert_eq!(asked[0].header("if-none-match"), None);
    assert_eq!(asked[0].text("authorization").as_deref(), Some("Bearer x"));
    assert_eq!(
        asked[1].header("authorization"),
        None,
        "only the page itself is told"
    );
    let agent = asked[1].text("user-agent").expect("an agent");
    assert!(
        agent.contains("Chrome") && agent.ends_with("tidewatch-test/1 (+https://example.org)"),
        "{agent}"
    );

    // scripts lead on: by redirects as ever, and back to the page with a cookie
    let led = body(&fetcher, &rendered(&server, "/led")).await;
    assert_eq!(
        (led.final_url, led.moved_to),
        (server.url("/written"), None)
    );
    assert!(
        page(&fetcher, &rendered(&server, "/cookie"))
            .await
            .contains("welcome back")
    );
    let before = server.paths().len();
    assert!(
        page(&fetcher, &rendered(&server, "/cookie"))
            .await
            .contains("welcome back")
    );
    assert_eq!(
        server.paths().len() - before,
        2,
        "nothing is remembered from one fetch to the next"
    );
    let mut late = rendered(&server, "/late");
    late.render = Some(Render {
        wait_for: Some("#late".to_owned()),
    });
    assert!(page(&fetcher, &late).await.contains("at last"));
    assert!(
        page(&fetcher, &rendered(&server, "/dialog"))
            .await
            .contains("went on")
    );
    let popup = page(&fetcher, &rendered(&server, "/popup")).await;
    assert!(popup.contains("fine") && popup.contains(" UTC"), "{popup}");
    assert_eq!(
        body(&fetcher, &rendered(&server, "/feed")).await.bytes,
        b"<rss/>"
    );

    // failures are those of a plain fetch
    let failure = fails(&fetcher, &rendered(&server, "/missing")).await;
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Status, Some(404))
    );
    let failure = fails(&fetcher, &rendered(&server, "/forbidden")).await;
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Status, Some(403))
    );
    let mut short = rendered(&server, "/again/0");
    short.limits.max_redirects = 2;
    let failure = fails(&fetcher, &short).await;
    assert_eq!(failure.kind, FailureKind::Redirects, "{failure:?}");
    for (path, words) in [
        ("/huge", "the rendered page is larger than 1.0 MiB"),
        ("/heavy", "`max_body`"),
        ("/greedy", "500 requests"),
    ] {
        let failure = fails(&fetcher, &rendered(&server, path)).await;
        assert_eq!(failure.kind, FailureKind::TooLarge, "{path}: {failure:?}");
        assert!(failure.message.contains(words), "{failure:?}");
    }
    let mut endless = rendered(&server, "/endless");
    endless.limits.total_timeout = Duration::from_secs(2);
    let failure = fails(&fetcher, &endless).await;
    assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}");
    assert!(
        page(&fetcher, &late).await.contains("at last"),
        "the next page is not held up"
    );

    // killed in the middle: told as such, and the next fetch has a new browser
    endless.limits.total_timeout = Duration::from_mins(1);
    let kill = async {
        while server.paths().last().is_none_or(|path| path != "/api?loop") {
            tokio::task::yield_now().await;
        }
        let profile = scratch.path().display().to_string();
        // the browser itself is the one of its processes without a type
        let find = format!(
            "pgrep -f -- '--user-data-dir={profile}' | while read p; do tr '\\0' ' ' < /proc/$p/cmdline | grep -q -e '--type=' || kill -9 $p; done"
        );
        assert!(Command::new("sh").args(["-c", &find]).status().is_ok());
    };
    let (failure, ()) = tokio::join!(fails(&fetcher, &endless), kill);
    assert!(
        failure.is_transient() && failure.message.contains("the browser"),
        "{failure:?}"
    );
    assert!(page(&fetcher, &late).await.contains("at last"));

    // 429 holds the host, as ever
    let failure = fails(&fetcher, &rendered(&server, "/busy")).await;
    assert_eq!(
        (failure.status, failure.retry_after),
        (Some(429), Some(Duration::from_mins(2)))
    );
    drop(fetcher);
    assert_eq!(std::fs::read_dir(scratch.path()).expect("there").count(), 0);
}

#[tokio::test]
async fn a_browser_that_is_not_there_is_explained() {
    let server = Server::start(site).await;
    for (at, words) in [
        (
            BrowserAt::Program("/nowhere/chromium".into()),
            "see `browser` in [http]",
        ),
        (
            BrowserAt::Endpoint("http://127.0.0.1:1/".parse().expect("a URL")),
            "--remote-debugging-port",
        ),
        (
            BrowserAt::Endpoint("ws://127.0.0.1:1/".parse().expect("a URL")),
            "--remote-debugging-port",
        ),
    ] {
        let scratch = tempfile::tempdir().expect("a directory");
        let settings = FetchSettings {
            browser: Some(at),
            scratch: scratch.path().to_owned(),
            ..settings()
        };
        let fetcher = Fetcher::new(settings, clock()).expect("a fetcher");
        let failure = fails(&fetcher, &rendered(&server, "/written")).await;
        assert_eq!(failure.kind, FailureKind::Local);
        assert!(
            failure.is_transient() && failure.message.contains(words),
            "{failure:?}"
        );
        assert_eq!(std::fs::read_dir(scratch.path()).expect("there").count(), 0);
    }
    // nobody starts a browser for what needs none
    let plain = fetcher().fetch(&job(server.url("/written"))).await;
    assert!(matches!(plain.result, FetchResult::Body(_)));
}
