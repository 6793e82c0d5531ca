//! Mail over loopback: a small SMTP server that takes, greylists, refuses, drops and keeps silent.

#![allow(clippy::unwrap_used)] // a broken fixture should fail loudly

mod smtp;

use std::path::PathBuf;
use std::time::Duration;

use smtp::{Server, Tls};
use tidewatch::deliver::{self, DeliverError, Deliverer};
use tidewatch::model::{
    ChannelSpec, Delivery, DeliveryForm, DigestRunId, Dkim, InlineImage, Language, Secret,
};

fn channel(url: &str) -> ChannelSpec {
    ChannelSpec {
        name: "mail".to_owned(),
        kind: "email".to_owned(),
        url: Some(url.to_owned()),
        to: vec![
            "Анна <anna@example.org>".to_owned(),
            "bob@example.org".to_owned(),
        ],
        from: Some("Tidewatch <watch@example.com>".to_owned()),
        username: None,
        secret: None,
        tls: None,
        ca_file: None,
        path: None,
        format: None,
        dkim: None,
        unsubscribe: None,
        timeout: Duration::from_secs(20),
        allow_private: false,
    }
}

fn delivery(recipient: &str) -> Delivery {
    Delivery {
        id: "msg_0190".to_owned(),
        digest: DigestRunId(7),
        digest_name: "daily digest".to_owned(),
        channel: "mail".to_owned(),
        recipient: recipient.to_owned(),
        created_at: "2026-07-14T06:00:00Z".parse().unwrap(),
        attempts: 0,
        parts: 0,
        form: DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: "SMM-радар 14.07: Директ меняет ТГО\r\nBcc: evil@example.org".to_owned(),
            html: "<p>Всё <b>тихо</b></p>".to_owned(),
            text: "Всё тихо.\n.\n..точки".to_owned(),
            markdown: String::new(),
            json: serde_json::Value::Null,
            language: Language::Ru,
        },
    }
}

async fn send(spec: ChannelSpec) -> Result<String, DeliverError> {
    let deliverer = Deliverer::new(&[spec]).unwrap();
    let sent = deliverer.send(&delivery("bob@example.org")).await;
    sent.map(|receipt| receipt.note)
}

/// A certificate for `localhost` that nobody knows: its PEM, and the file that makes it known.
fn certificate() -> (
    rcgen::CertifiedKey<rcgen::KeyPair>,
    PathBuf,
    tempfile::TempDir,
) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ca.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    (made, file, directory)
}

#[tokio::test]
async fn each_recipient_gets_a_message_of_their_own_and_a_retry_is_the_same() {
    let server = Server::start(&[], Tls::None).await;
    let deliverer = Deliverer::new(&[channel(&server.url("smtp"))]).unwrap();
    assert_eq!(
        deliverer.recipients("mail"),
        ["Анна <anna@example.org>", "bob@example.org"]
    );
    for recipient in deliverer.recipients("mail") {
        let receipt = deliverer.send(&delivery(&recipient)).await.unwrap();
        assert_eq!(receipt.note, "250 2.0.0 queued as 42");
    }
    let retry = deliverer.send(&delivery("bob@example.org")).await;
    assert!(retry.is_ok());
    let mails = server.mails();
    let to: Vec<_> = mails.iter().map(|m| m.recipients.clone()).collect();
    assert_eq!(
        to,
        [
            ["<anna@example.org>"],
            ["<bob@example.org>"],
            ["<bob@example.org>"]
        ]
    );
    assert!(
        !mails[0].data.contains("bob@"),
        "recipients do not see each other"
    );
    assert_eq!(mails[1].data, mails[2].data);
    let mail = &mails[1].data;
    for header in [
        "Message-ID: <msg_0190@example.com>",
        "Date: Tue, 14 Jul 2026 06:00:00 +0000",
        "List-Unsubscribe: <mailto:watch@example.com?subject=unsubscribe%20daily%20digest>",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative;",
        "Subject: =?utf-8?b?",
    ] {
        assert!(mail.contains(header), "{header}\n{mail}");
    }
    let headers = mail.split("\r\n\r\n").next().unwrap();
    assert!(!headers.contains("\r\nBcc"), "a subject cannot add headers");
}

#[tokio::test]
async fn pictures_stand_beside_the_html_and_the_text_is_its_alternative() {
    let server = Server::start(&[], Tls::None).await;
    let deliverer = Deliverer::new(&[channel(&server.url("smtp"))]).unwrap();
    let mut delivery = delivery("bob@example.org");
    delivery.form.html = "<img src=\"cid:chart-f8@tidewatch\" alt=\"up\">".to_owned();
    delivery.form.images = vec![InlineImage {
        cid: "chart-f8@tidewatch".to_owned(),
        png: b"\x89PNG".to_vec(),
    }];
    for _ in 0..2 {
        deliverer.send(&delivery).await.unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails[0].data, mails[1].data, "a retry is the same bytes");
    let order = [
        "multipart/alternative; boundary=\"=_a_msg_0190\"",
        "text/plain; charset=utf-8",
        "multipart/related; type=\"text/html\"; boundary=\"=_r_msg_0190\"",
        "text/html; charset=utf-8",
        "cid:chart-f8@tidewatch",
        "image/png",
        "--=_r_msg_0190--",
        "--=_a_msg_0190--",
    ];
    let mut rest = mails[0].data.as_str();
    for part in order {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part} is not where it should be in\n{}", mails[0].data);
        };
        rest = after;
    }
    for header in [
        "Content-ID: <chart-f8@tidewatch>",
        "Content-Disposition: inline; filename=\"chart-f8.png\"",
        "iVBORw==",
    ] {
        assert!(
            mails[0].data.contains(header),
            "{header}\n{}",
            mails[0].data
        );
    }
    let standalone = delivery.form.standalone_html();
    assert!(standalone.contains("src=\"data:image/png;base64,iVBORw==\""));
}

#[tokio::test]
async fn the_table_of_a_week_is_attached() {
    let server = Server::start(&[], Tls::None).await;
    let deliverer = Deliverer::new(&[channel(&server.url("smtp"))]).unwrap();
    let mut delivery = delivery("bob@example.org");
    delivery.digest_name = "weekly/../х".to_owned();
    delivery.form.csv = "\u{feff}\"id\"\r\n\"f1\"\r\n".to_owned();
    for _ in 0..2 {
        deliverer.send(&delivery).await.unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails[0].data, mails[1].data, "a retry is the same bytes");
    let mut rest = mails[0].data.as_str();
    for part in [
        "multipart/mixed; boundary=\"=_m_msg_0190\"",
        "multipart/alternative; boundary=\"=_a_msg_0190\"",
        "--=_a_msg_0190--",
        "Content-Disposition: attachment;",
        "text/csv",
        "--=_m_msg_0190--",
    ] {
        let found = rest.split_once(part);
        rest = found
            .unwrap_or_else(|| panic!("{part} is missing in\n{}", mails[0].data))
            .1;
    }
}

#[tokio::test]
async fn a_test_is_a_message_of_its_own_for_each_recipient() {
    let server = Server::start(&[], Tls::None).await;
    let mut spec = channel(&server.url("smtp"));
    spec.to = vec!["a@example.org".to_owned(), "b@example.org".to_owned()];
    let deliverer = Deliverer::new(&[spec.clone()]).unwrap();
    assert!(deliverer.test(&spec.name).await.unwrap().is_fine());
    let ids: std::collections::BTreeSet<String> = server
        .mails()
        .iter()
        .flat_map(|mail| {
            mail.data
                .lines()
                .filter(|line| line.starts_with("Message-ID:"))
        })
        .map(str::to_owned)
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
}

#[tokio::test]
async fn mails_are_signed_and_say_how_to_unsubscribe() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let key_file = directory.path().join("dkim.pem");
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let server = Server::start(&[], Tls::None).await;
    let mut spec = channel(&server.url("smtp"));
    spec.dkim = Some(Dkim {
        domain: "example.com".to_owned(),
        selector: "tw".to_owned(),
        key_file: key_file.clone(),
    });
    spec.unsubscribe = Some("https://example.com/stop?who={to}".to_owned());
    let deliverer = Deliverer::new(&[spec.clone()]).unwrap();
    for _ in 0..2 {
        deliverer.send(&delivery("bob@example.org")).await.unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails[0].data, mails[1].data, "a retry is the same bytes");
    let mail = &mails[0].data;
    for header in [
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com;\r\n s=tw;",
        "h=from:\r\n  subject:",
        "List-Unsubscribe: <https://example.com/stop?who=bob%40example.org>,\r\n <mailto:",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ] {
        assert!(mail.contains(header), "{header}\n{mail}");
    }
    assert!(mail.lines().all(|line| line.len() <= 998));

    // RFC 8058: no click where it is a mail that unsubscribes
    spec.unsubscribe = Some("mailto:stop@example.com".to_owned());
    send(spec.clone()).await.unwrap();
    let mail = &server.mails()[2].data;
    assert!(
        mail.contains("List-Unsubscribe: <mailto:stop@example.com>\r\n"),
        "{mail}"
    );
    assert!(!mail.contains("List-Unsubscribe-Post"));

    // keys that cannot sign, or sign for somebody else
    let refused = |spec: &ChannelSpec| deliver::fault(spec).map(|fault| fault.to_string());
    assert_eq!(refused(&spec), None);
    std::fs::write(&key_file, "-----BEGIN CERTIFICATE-----\n").unwrap();
    assert!(
        refused(&spec)
            .unwrap()
            .contains("no private key in PEM; make one with: openssl")
    );
    std::fs::remove_file(&key_file).unwrap();
    assert!(refused(&spec).unwrap().contains("cannot be read"));
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    spec.from = Some("watch@elsewhere.example".to_owned());
    assert!(
        refused(&spec)
            .unwrap()
            .contains("does not count for mail from elsewhere.example")
    );
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_never_will() {
    for (stage, reply, transient) in [
        ("RCPT", "451 4.7.1 greylisted, try again later", true),
        ("RCPT", "550 5.1.1 no such user here", false),
        ("DATA", "552 5.2.2 mailbox full", false),
        ("END", "452 4.3.1 insufficient storage", true),
        ("END", "554 5.7.1 looks like spam", false),
        ("GREETING", "421 4.3.2 too many connections", true),
        ("MAIL", "DROP", true),
        ("END", "DROP", true),
    ] {
        let server = Server::start(&[(stage, reply)], Tls::None).await;
        let error = send(channel(&server.url("smtp"))).await.unwrap_err();
        assert_eq!(error.is_transient(), transient, "{stage} {reply}: {error}");
        assert!(
            error.to_string().starts_with("mail server 127.0.0.1:"),
            "{error}"
        );
        let code = reply.split(' ').next().filter(|c| *c != "DROP");
        assert!(
            code.is_none_or(|c| error.to_string().contains(c)),
            "{error}"
        );
        assert!(!error.disables_channel());
    }
}

#[tokio::test]
async fn greylisting_passes_on_the_second_try() {
    let server = Server::start(&[("RCPT", "451 4.7.1 greylisted ONCE")], Tls::None).await;
    let deliverer = Deliverer::new(&[channel(&server.url("smtp"))]).unwrap();
    let first = deliverer.send(&delivery("bob@example.org")).await;
    assert!(first.is_err_and(|e| e.is_transient()));
    assert!(deliverer.send(&delivery("bob@example.org")).await.is_ok());
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_the_timeout() {
    let server = Server::start(&[("GREETING", "SILENCE")], Tls::None).await;
    let error = send(channel(&server.url("smtp"))).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_explained() {
    let server = Server::start(&[], Tls::None).await;
    let url = server.url("smtp");
    server.stop().await;
    let error = send(channel(&url)).await.unwrap_err();
    assert!(error.is_transient());
    assert!(
        error.to_string().contains("nobody listens there"),
        "{error}"
    );
}

#[tokio::test]
async fn tls_from_the_first_byte_and_by_starttls_with_login() {
    let (made, ca_file, _kept) = certificate();
    for (tls, scheme, setting) in [
        (Tls::Wrapper(&made), "smtps", None),
        (Tls::Upgrade(&made), "smtp", Some("starttls")),
    ] {
        let server = Server::start(&[("LOGIN", "watch:correct horse")], tls).await;
        let mut spec = channel(&server.url_at(scheme, "localhost"));
        spec.tls = setting.map(str::to_owned);
        spec.username = Some("watch".to_owned());
        spec.secret = Some(Secret::new("correct horse"));
        let unknown = send(spec.clone()).await.unwrap_err();
        assert!(unknown.is_transient());
        assert!(unknown.to_string().contains("set `ca_file`"), "{unknown}");
        spec.ca_file = Some(ca_file.clone());
        assert_eq!(send(spec.clone()).await.unwrap(), "250 2.0.0 queued as 42");
        spec.secret = Some(Secret::new("wrong battery"));
        let refused = send(spec).await.unwrap_err();
        assert!(refused.disables_channel(), "{refused}");
        assert!(
            refused
                .to_string()
                .contains("check `username` and `secret`"),
            "{refused}"
        );
        assert!(!refused.to_string().contains("battery"));
    }
}

#[tokio::test]
async fn starttls_is_insisted_on() {
    let server = Server::start(&[], Tls::None).await;
    let mut spec = channel(&server.url("smtp"));
    spec.tls = Some("starttls".to_owned());
    assert!(send(spec).await.is_err());
    assert!(server.mails().is_empty(), "nothing went in the clear");
}

#[test]
fn configurations_that_cannot_work_are_refused_at_once() {
    type Spoil = fn(&mut ChannelSpec);
    let cases: [(Spoil, &str); 8] = [
        (|s| s.url = None, "`url` is missing"),
        (
            |s| s.url = Some("mail.example.org".to_owned()),
            "`url` cannot be read",
        ),
        (
            |s| s.url = Some("http://mail.example.org".to_owned()),
            "do not go together",
        ),
        (|s| s.tls = Some("ssl".to_owned()), "do not go together"),
        (|s| s.from = Some("nobody".to_owned()), "`from`"),
        (
            |s| s.to = vec!["a@b".to_owned(), "no one".to_owned()],
            "`to`",
        ),
        (|s| s.username = Some("me".to_owned()), "in the clear"),
        (
            |s| s.kind = "pigeon".to_owned(),
            "there are: atom, discord, email, file",
        ),
    ];
    for (spoil, word) in cases {
        let mut spec = channel("smtp://mail.example.org");
        spoil(&mut spec);
        let Err(error) = Deliverer::new(&[spec]) else {
            panic!("{word}: accepted");
        };
        assert!(error.to_string().starts_with("channel `mail`: "), "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn a_test_reports_every_recipient() {
    let server = Server::start(&[("RCPT", "550 5.1.1 unknown ONCE")], Tls::None).await;
    let deliverer = Deliverer::new(&[channel(&server.url("smtp"))]).unwrap();
    let report = deliverer.test("mail").await.unwrap();
    let fine: Vec<bool> = report.outcomes.iter().map(|(_, o)| o.is_ok()).collect();
    assert_eq!(fine, [false, true]);
    assert!(!report.is_fine());
    assert!(deliverer.test("other").await.is_err());
}
