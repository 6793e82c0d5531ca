//! Webhooks over loopback: receivers that check, stall, refuse and repeat; and the file sink.

#![allow(clippy::unwrap_used)] // a broken fixture should fail loudly

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tidewatch::deliver::{DeliverError, Deliverer, verify_webhook};
use tidewatch::model::{
    ChannelSpec, Delivery, DeliveryForm, DigestRunId, Language, ManualClock, Secret,
};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn now() -> Timestamp {
    "2026-07-14T06:00:00Z".parse().unwrap()
}

fn channel(url: &str) -> ChannelSpec {
    ChannelSpec {
        name: "hook".to_owned(),
        kind: "webhook".to_owned(),
        url: Some(url.to_owned()),
        to: Vec::new(),
        from: None,
        username: None,
        secret: Some(Secret::new(SECRET)),
        tls: None,
        ca_file: None,
        path: None,
        format: None,
        dkim: None,
        unsubscribe: None,
        timeout: Duration::from_secs(20),
        allow_private: true,
    }
}

fn delivery() -> Delivery {
    Delivery {
        id: "msg_0190".to_owned(),
        digest: DigestRunId(7),
        digest_name: "daily/../x".to_owned(),
        channel: "hook".to_owned(),
        recipient: String::new(),
        created_at: now(),
        attempts: 0,
        parts: 0,
        form: DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: "SMM-радар 14.07".to_owned(),
            html: "<p>тихо</p>".to_owned(),
            text: "тихо\n".to_owned(),
            markdown: String::new(),
            json: serde_json::json!({ "schema": "tidewatch.digest/1", "quiet": "тихо" }),
            language: Language::Ru,
        },
    }
}

/// A deliverer whose clock stands at [`now`].
fn deliverer(spec: ChannelSpec) -> (Deliverer, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(now()));
    let deliverer = Deliverer::new(&[spec]).unwrap();
    (deliverer.with_clock(Arc::clone(&clock) as _), clock)
}

async fn answer(template: ResponseTemplate) -> Result<String, DeliverError> {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(template)
        .mount(&server)
        .await;
    let (deliverer, _) = deliverer(channel(&server.uri()));
    deliverer
        .send(&delivery())
        .await
        .map(|receipt| receipt.note)
}

fn verify(request: &Request, at: Timestamp) -> bool {
    let header = |name: &str| request.headers.get(name).unwrap().to_str().unwrap();
    verify_webhook(
        &Secret::new(SECRET),
        header("webhook-id"),
        header("webhook-timestamp"),
        &request.body,
        header("webhook-signature"),
        at,
        Duration::from_mins(5),
    )
    .is_ok()
}

#[tokio::test]
async fn a_receiver_can_check_every_attempt_and_knows_a_repeat() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/in"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/in"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    let (deliverer, clock) = deliverer(channel(&format!("{}/in", server.uri())));
    let first = deliverer.send(&delivery()).await.unwrap_err();
    assert!(first.is_transient(), "{first}");
    clock.advance(SignedDuration::from_hours(2));
    let receipt = deliverer.send(&delivery()).await.unwrap();
    assert_eq!(receipt.note, format!("{} answered 204", server.uri()));
    let requests = server.received_requests().await.unwrap();
    let [one, two] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(one.headers["webhook-id"], two.headers["webhook-id"]);
    assert_eq!(one.body, two.body, "the body never changes");
    let later = now() + SignedDuration::from_hours(2);
    assert!(
        verify(one, now()) && verify(two, later),
        "the stamp is the attempt's"
    );
    assert!(!verify(one, later), "an old message is a replay");
    let body: serde_json::Value = serde_json::from_slice(&two.body).unwrap();
    assert_eq!(body["type"], "tidewatch.digest");
    assert_eq!(body["data"]["quiet"], "тихо");
}

#[tokio::test]
async fn answers_mean_what_the_spec_says() {
    assert!(answer(ResponseTemplate::new(200)).await.is_ok());
    for status in [301, 400, 401, 404, 429, 500] {
        let error = answer(ResponseTemplate::new(status)).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert!(error.to_string().contains(&format!("answered {status}")));
    }
    let gone = answer(ResponseTemplate::new(410)).await.unwrap_err();
    assert!(!gone.is_transient() && gone.disables_channel());
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "120");
    let wait = answer(busy).await.unwrap_err().retry_after();
    assert_eq!(wait, Some(Duration::from_mins(2)));
    let until =
        ResponseTemplate::new(503).insert_header("retry-after", "Tue, 14 Jul 2026 06:10:00 GMT");
    let wait = answer(until).await.unwrap_err().retry_after();
    assert_eq!(wait, Some(Duration::from_mins(10)));
    let words = ResponseTemplate::new(500).set_body_string("queue\nis   full");
    assert!(
        answer(words)
            .await
            .unwrap_err()
            .to_string()
            .contains("answered 500: queue is full")
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = MockServer::start().await;
    Mock::given(path("/old"))
        .respond_with(ResponseTemplate::new(307).insert_header("location", "/new"))
        .mount(&server)
        .await;
    Mock::given(path("/new"))
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&server)
        .await;
    let (deliverer, _) = deliverer(channel(&format!("{}/old", server.uri())));
    let error = deliverer.send(&delivery()).await.unwrap_err();
    assert!(
        error.to_string().contains("redirects are not followed"),
        "{error}"
    );
}

#[tokio::test]
async fn private_addresses_need_a_word() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&server)
        .await;
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "localhost",
        "[::ffff:127.0.0.1]",
    ] {
        let mut spec = channel(&format!("http://{host}:{}/", server.address().port()));
        spec.allow_private = false;
        let (deliverer, _) = deliverer(spec);
        let error = deliverer.send(&delivery()).await.unwrap_err();
        assert!(
            error.to_string().contains("allow_private = true"),
            "{host}: {error}"
        );
    }
}

#[tokio::test]
async fn failures_are_explained_and_keep_secrets() {
    let (deliverer, _) = deliverer(channel("http://127.0.0.1:1/hooks/very-secret-path"));
    let error = deliverer.send(&delivery()).await.unwrap_err().to_string();
    assert!(error.starts_with("http://127.0.0.1:1: "), "{error}");
    assert!(error.contains("nobody listens there"), "{error}");
    assert!(!error.contains("very-secret-path"), "{error}");
    for (spoiled, word) in [
        (
            ChannelSpec {
                secret: Some(Secret::new("hunter2")),
                ..channel("http://a.example")
            },
            "whsec_",
        ),
        (
            ChannelSpec {
                secret: None,
                ..channel("http://a.example")
            },
            "`secret` is missing",
        ),
        (channel("ftp://a.example"), "http or https"),
        (
            ChannelSpec {
                ca_file: Some("/nowhere.pem".into()),
                ..channel("https://a.example")
            },
            "/nowhere.pem",
        ),
    ] {
        let Err(error) = Deliverer::new(&[spoiled]) else {
            panic!("{word}: accepted")
        };
        assert!(error.to_string().contains(word), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn files_are_whole_and_a_retry_writes_the_same_ones() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("new/digests");
    let mut spec = channel("");
    (spec.kind, spec.path) = ("file".to_owned(), Some(place.clone()));
    let (all, _) = deliverer(spec.clone());
    let files = || {
        let mut names: Vec<String> = std::fs::read_dir(&place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    for _ in 0..2 {
        all.send(&delivery()).await.unwrap();
        assert_eq!(
            files(),
            ["html", "json", "txt"].map(|e| format!("daily____x-2026-07-14-msg_0190.{e}"))
        );
    }
    let html = std::fs::read_to_string(place.join(&files()[0])).unwrap();
    assert_eq!(html, "<p>тихо</p>");
    spec.format = Some("pdf".to_owned());
    assert!(Deliverer::new(&[spec.clone()]).is_err());
    // a path that cannot be a directory
    spec.format = Some("text".to_owned());
    spec.path = Some(place.join(&files()[0]).join("below"));
    let (broken, _) = deliverer(spec);
    let error = broken.send(&delivery()).await.unwrap_err();
    assert!(
        error.is_transient() && error.to_string().contains("cannot be written"),
        "{error}"
    );
}
