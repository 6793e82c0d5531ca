//! The guard: nothing inside is reached unless the source says so.

use tidewatch::model::FailureKind;
use url::Url;

use crate::world::{Server, body, fails, fetcher, job, ok};

#[tokio::test]
async fn this_machine_is_not_reached_by_any_spelling() {
    let server = Server::always(ok("inside")).await;
    let port = server.address.port();
    let fetcher = fetcher();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "localhost",
        "LOCALHOST",
    ] {
        let url = Url::parse(&format!("http://{host}:{port}/")).expect("a URL");
        for obey_robots in [false, true] {
            let mut job = job(url.clone());
            job.allow_private = false;
            job.obey_robots = obey_robots;
            let failure = fails(&fetcher, &job).await;
            assert_eq!(failure.kind, FailureKind::Denied, "{host}: {failure:?}");
            assert!(
                failure.message.contains("`allow_private = true`"),
                "{failure:?}"
            );
            assert!(!failure.is_transient());
        }
    }
    assert_eq!(server.paths(), [""; 0], "nothing was asked");
}

#[tokio::test]
async fn metadata_services_are_named_as_such() {
    let fetcher = fetcher();
    for host in ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]"] {
        let url = Url::parse(&format!("http://{host}/latest/meta-data/")).expect("a URL");
        let mut job = job(url);
        job.allow_private = false;
        let failure = fails(&fetcher, &job).await;
        assert_eq!(failure.kind, FailureKind::Denied);
        assert!(
            failure.message.contains("cloud metadata service"),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_source_may_allow_it_by_name() {
    let server = Server::always(ok("inside")).await;
    let fetcher = fetcher();
    let by_name = format!("http://localhost:{}/", server.address.port());
    for url in [server.url("/"), Url::parse(&by_name).expect("a URL")] {
        assert_eq!(body(&fetcher, &job(url)).await.bytes, b"inside");
    }
    // one source's leave is no other's: not even by a connection that is still open
    let mut guarded = job(server.url("/"));
    guarded.allow_private = false;
    assert_eq!(fails(&fetcher, &guarded).await.kind, FailureKind::Denied);
}

#[tokio::test]
async fn only_the_web_is_fetched() {
    let fetcher = fetcher();
    for url in [
        "ftp://user:word@example.org/x",
        "file:///etc/passwd",
        "data:text/plain,x",
    ] {
        let failure = fails(&fetcher, &job(Url::parse(url).expect("a URL"))).await;
        assert_eq!(failure.kind, FailureKind::BadUrl, "{url}");
        assert!(!failure.message.contains("word"), "{failure:?}");
        assert!(!failure.is_transient());
    }
}
