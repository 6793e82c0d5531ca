//! Bodies of every packing, and those that are cut, endless, or bombs.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use tidewatch::model::FailureKind;

use crate::world::{Reply, Server, answer, body, fails, fetcher, job, ok};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(plain).expect("memory");
    gzip.finish().expect("memory")
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(plain).expect("memory");
    zlib.finish().expect("memory")
}

/// "hello\n"
const BROTLI: &[u8] = b"\x8f\x02\x80\x68\x65\x6c\x6c\x6f\x0a\x03";

#[tokio::test]
async fn every_packing_is_asked_for_and_unpacked() {
    let fetcher = fetcher();
    for (coding, packed) in [
        ("identity", b"hello\n".to_vec()),
        ("gzip", gzip(b"hello\n")),
        ("deflate", zlib(b"hello\n")),
        ("br", BROTLI.to_vec()),
        (
            "zstd",
            zstd::encode_all(&b"hello\n"[..], 3).expect("memory"),
        ),
    ] {
        let header = format!("content-encoding: {coding}");
        let headers = [header.as_str(), "content-type: text/plain; charset=utf-8"];
        let server = Server::always(answer("200 OK", &headers, packed)).await;
        let got = body(&fetcher, &job(server.url("/"))).await;
        assert_eq!(got.bytes, b"hello\n", "{coding}");
        assert_eq!(
            got.content_type.as_deref(),
            Some("text/plain; charset=utf-8")
        );
        let asked = server.requests()[0].text("accept-encoding");
        assert_eq!(asked.as_deref(), Some("gzip, br, zstd, deflate"));
    }
}

#[tokio::test]
async fn a_gzip_bomb_stops_early() {
    let bomb = gzip(&vec![0; 64 << 20]);
    let packed = bomb.len();
    let server = Server::always(answer("200 OK", &["content-encoding: gzip"], bomb)).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(failure.kind, FailureKind::TooLarge);
    assert!(
        failure.message.contains("larger than 1.0 MiB"),
        "{failure:?}"
    );
    assert!(packed < 80 << 10, "the bomb itself is small: {packed}");
}

#[tokio::test]
async fn endless_bodies_end_at_the_bound() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    // a stored deflate block of no bytes: packed content without end that unpacks to nothing
    let nothing = b"HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n\x78\x9c".to_vec();
    for (first, then) in [
        (head, vec![b'a'; 8192]),
        (
            chunked,
            [b"2000\r\n".to_vec(), vec![b'a'; 8192], b"\r\n".to_vec()].concat(),
        ),
        (nothing, [0, 0, 0, 0xff, 0xff].repeat(1000)),
    ] {
        let server = Server::start(move |_| Reply::Endless(first.clone(), then.clone())).await;
        let failure = fails(&fetcher(), &job(server.url("/"))).await;
        assert_eq!(failure.kind, FailureKind::TooLarge, "{failure:?}");
    }
}

#[tokio::test]
async fn an_announced_size_past_the_bound_is_not_even_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
    let server = Server::start(move |_| Reply::Stall(head.into())).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(failure.kind, FailureKind::TooLarge);
    assert!(failure.message.contains("stopped after 0 B"), "{failure:?}");
}

#[tokio::test]
async fn a_body_exactly_at_the_bound_fits() {
    let server = Server::always(ok(vec![b'a'; 1 << 20])).await;
    assert_eq!(
        body(&fetcher(), &job(server.url("/"))).await.bytes.len(),
        1 << 20
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_failure() {
    let cut_gzip = gzip(b"hello, hello, hello");
    let cut_gzip = &cut_gzip[..cut_gzip.len() - 6];
    for (what, bytes) in [
        (
            "short",
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_vec(),
        ),
        (
            "chunk",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec(),
        ),
        (
            "chunk size",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"
                .to_vec(),
        ),
        (
            "gzip",
            answer("200 OK", &["content-encoding: gzip"], cut_gzip),
        ),
        (
            "not gzip",
            answer("200 OK", &["content-encoding: gzip"], "<html>"),
        ),
        (
            "stacked",
            answer("200 OK", &["content-encoding: gzip, br"], "x"),
        ),
        (
            "stacked lines",
            answer(
                "200 OK",
                &["content-encoding: gzip", "content-encoding: br"],
                "x",
            ),
        ),
    ] {
        let server = Server::always(bytes).await;
        let failure = fails(&fetcher(), &job(server.url("/"))).await;
        assert_eq!(failure.kind, FailureKind::Body, "{what}: {failure:?}");
        assert!(failure.is_transient());
        assert!(failure.message.starts_with("127.0.0.1: "), "{failure:?}");
    }
}

#[tokio::test]
async fn empty_bodies_are_bodies() {
    let fetcher = fetcher();
    for reply in [
        ok(""),
        answer("204 No Content", &[], ""),
        answer("200 OK", &["content-encoding: gzip"], ""),
        answer("200 OK", &["content-encoding: br"], ""),
    ] {
        let server = Server::always(reply).await;
        assert_eq!(body(&fetcher, &job(server.url("/"))).await.bytes, b"");
    }
}

#[tokio::test]
async fn a_part_is_not_a_body() {
    let server = Server::always(answer("206 Partial Content", &[], "half")).await;
    let failure = fails(&fetcher(), &job(server.url("/"))).await;
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Status, Some(206))
    );
}

#[tokio::test]
async fn silence_is_cut_by_the_timeout_of_its_phase() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    // connecting has time enough in the second, so that only the body can be late
    for (bytes, connect, words) in [
        ("", 80, "no answer for 160 ms"),
        (half, 10_000, "the body stalled for 80 ms"),
    ] {
        let server = Server::start(move |_| Reply::Stall(bytes.into())).await;
        let mut job = job(server.url("/"));
        job.limits.connect_timeout = Duration::from_millis(connect);
        job.limits.read_timeout = Duration::from_millis(80);
        let failure = fails(&fetcher(), &job).await;
        assert_eq!(failure.kind, FailureKind::Timeout);
        assert!(failure.message.contains(words), "{failure:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_always_there_and_never_too_large_is_cut_by_the_total_time() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n\x78\x9c".to_vec();
    // deflate blocks of no bytes
    let nothing = [0, 0, 0, 0xff, 0xff].repeat(1000);
    let server = Server::start(move |_| Reply::Endless(head.clone(), nothing.clone())).await;
    let mut job = job(server.url("/"));
    job.limits.max_body = u64::MAX;
    job.limits.total_timeout = Duration::from_millis(200);
    let failure = fails(&fetcher(), &job).await;
    assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}");
    assert!(
        failure.message.contains("not done within 200 ms"),
        "{failure:?}"
    );
}
