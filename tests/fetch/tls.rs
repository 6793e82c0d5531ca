//! TLS: what is wrong with a certificate is said, and one's own authority can be trusted.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;
use tidewatch::fetch::{FetchSettings, Fetcher};
use tidewatch::model::FailureKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::world::{Reply, body, clock, fails, fetcher, job, ok, serve, settings};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("signed")
}

/// A server with a certificate for `name`, signed by `authority`. Its URL says `localhost`.
async fn tls_server(authority: &Authority, name: &str, last_year: i32) -> Url {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    let cert = params.signed_by(&key, authority).expect("signed");
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![cert.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        )
        .expect("a certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let log = Mutex::new(Vec::new());
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, &log, &|_| Reply::Raw(ok("over tls"))).await;
            }
        }
    });
    Url::parse(&format!("https://localhost:{port}/")).expect("a URL")
}

fn trusting(authority: &Authority) -> Fetcher {
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), authority.pem()).expect("written");
    let settings = FetchSettings {
        ca_file: Some(file.path().to_owned()),
        ..settings()
    };
    Fetcher::new(settings, clock()).expect("a fetcher")
}

#[tokio::test]
async fn an_authority_of_ones_own_can_be_trusted() {
    let authority = authority();
    let url = tls_server(&authority, "localhost", 4000).await;
    let failure = fails(&fetcher(), &job(url.clone())).await;
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(
        failure.message.contains("signed by nobody known"),
        "{failure:?}"
    );
    let got = body(&trusting(&authority), &job(url)).await;
    assert_eq!(got.bytes, b"over tls");
}

#[tokio::test]
async fn an_expired_certificate_is_called_expired() {
    let authority = authority();
    let url = tls_server(&authority, "localhost", 2021).await;
    let failure = fails(&trusting(&authority), &job(url)).await;
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(
        failure
            .message
            .contains("its certificate expired at 2021-01-01T00:00:00Z"),
        "{failure:?}"
    );
    assert!(failure.is_transient());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_told_with_its_names() {
    let authority = authority();
    let url = tls_server(&authority, "other.example", 4000).await;
    let failure = fails(&trusting(&authority), &job(url)).await;
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(failure.message.contains("for other names"), "{failure:?}");
    assert!(failure.message.contains("other.example"), "{failure:?}");
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_noticed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let url = Url::parse(&format!("https://{address}/")).expect("a URL");
    let failure = fails(&fetcher(), &job(url)).await;
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(failure.message.contains("is it http?"), "{failure:?}");
}
