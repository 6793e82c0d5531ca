use std::net::IpAddr;

use reqwest::dns::{Addrs, Name, Resolving};

use super::super::super::guard::GuardedResolver;
use super::*;
use crate::model::DeniedAddress;

/// `site.test` is the given address; all else is somewhere inside.
struct OneName(SocketAddr);

impl Resolve for OneName {
    fn resolve(&self, name: Name) -> Resolving {
        let site = self.0;
        Box::pin(async move {
            if name.as_str() == "site.test" {
                Ok(Box::new(std::iter::once(site)) as Addrs)
            } else {
                Err(DeniedAddress::new(IpAddr::from([10, 0, 0, 7])).into())
            }
        })
    }
}

/// A server that answers each connection once with what it was asked.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (head, body) = read_head(&mut stream).await.expect("a request");
                let asked = [head, body].concat();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", asked.len());
                stream.write_all(answer.as_bytes()).await.expect("sent");
                stream.write_all(&asked).await.expect("sent");
            });
        }
    });
    address
}

async fn ask(proxy: &Proxy, request: &str) -> String {
    let mut stream = TcpStream::connect(proxy.address).await.expect("the proxy");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // a connection that is cut says nothing more
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn guarded(site: SocketAddr, bytes: u64) -> Proxy {
    Proxy::open(Some(Arc::new(OneName(site))), FetchLimits::default(), bytes)
        .await
        .expect("a proxy")
}

#[tokio::test]
async fn requests_go_on_in_the_servers_own_form_one_per_connection() {
    let proxy = guarded(echo().await, 1 << 20).await;
    let two = "POST http://site.test/a?b=c HTTP/1.1\r\nHost: other\r\nProxy-Connection: keep-alive\r\n\
               X-Own: 1\r\nContent-Length: 2\r\n\r\nhiGET http://10.0.0.7/ HTTP/1.1\r\n\r\n";
    let answer = ask(&proxy, two).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let asked = "POST /a?b=c HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\
                 X-Own: 1\r\nContent-Length: 2\r\n\r\nhi";
    assert!(answer.ends_with(asked), "{answer}");
}

#[tokio::test]
async fn a_tunnel_carries_bytes_as_they_are() {
    let proxy = guarded(echo().await, 1 << 20).await;
    let answer = ask(
        &proxy,
        "CONNECT site.test:443 HTTP/1.1\r\n\r\nhello\r\n\r\n",
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK"),
        "{answer}"
    );
    assert!(answer.ends_with("hello\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn nothing_inside_is_reached_by_any_spelling_unless_that_is_allowed() {
    let inside = echo().await;
    let port = inside.port();
    let proxy = guarded(inside, 1 << 20).await;
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "inside.test",
        "localhost",
        "0",
    ] {
        for request in [
            format!("GET http://{host}:{port}/ HTTP/1.1\r\n\r\n"),
            format!("CONNECT {host}:{port} HTTP/1.1\r\n\r\n"),
        ] {
            let answer = ask(&proxy, &request).await;
            assert!(
                answer.starts_with("HTTP/1.1 403 "),
                "{request:?}: {answer:?}"
            );
        }
    }
    // the system's own resolver, as the daemon uses it
    let real = Proxy::open(
        Some(Arc::new(GuardedResolver)),
        FetchLimits::default(),
        1 << 20,
    )
    .await
    .expect("a proxy");
    let answer = ask(
        &real,
        &format!("GET http://localhost:{port}/ HTTP/1.1\r\n\r\n"),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer:?}");

    let open = Proxy::open(None, FetchLimits::default(), 1 << 20)
        .await
        .expect("a proxy");
    for host in ["127.0.0.1", "localhost"] {
        let answer = ask(
            &open,
            &format!("GET http://{host}:{port}/ HTTP/1.1\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    }
}

#[tokio::test]
async fn nonsense_is_refused() {
    let proxy = guarded(echo().await, 1 << 20).await;
    for request in [
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET https://site.test/ HTTP/1.1\r\n\r\n",
        "GET ftp://site.test/ HTTP/1.1\r\n\r\n",
        "get http://site.test/ HTTP/1.1\r\n\r\n",
        "CONNECT  HTTP/1.1\r\n\r\n",
        "GET http://site.test/ HTTP/1.1\r\nno colon\r\n\r\n",
        "POST http://site.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://site.test/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ] {
        let answer = ask(&proxy, request).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{request:?}: {answer:?}"
        );
    }
    let endless = format!(
        "GET http://site.test/{} ",
        "x".repeat(MAX_HEAD + (32 << 10))
    );
    assert_eq!(ask(&proxy, &endless).await, "");
}

#[tokio::test]
async fn what_goes_through_is_counted_and_bounded() {
    let proxy = guarded(echo().await, 200).await;
    let small = "GET http://site.test/ HTTP/1.1\r\n\r\n";
    assert!(ask(&proxy, small).await.starts_with("HTTP/1.1 200 "));
    assert!(!proxy.meter.spent.is_cancelled());
    let large = format!(
        "POST http://site.test/ HTTP/1.1\r\nContent-Length: 400\r\n\r\n{}",
        "x".repeat(400)
    );
    assert_eq!(ask(&proxy, &large).await, "");
    assert!(proxy.meter.spent.is_cancelled());
}
