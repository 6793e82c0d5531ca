//! Chat channels over loopback: what each is sent, and what each one's answers mean.

#![allow(clippy::unwrap_used)] // a broken fixture should fail loudly

use std::time::Duration;

use serde_json::{Value, json};
use tidewatch::deliver::{CHANNELS, DeliverError, Deliverer};
use tidewatch::model::{ChannelSpec, Delivery, DeliveryForm, DigestRunId, Language, Secret};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Markup of every chat at once.
const NASTY: &str = "<b>*_~`[x](y) @here <!channel> & \"q\" [id1|me]";

fn channel(kind: &str, url: &str) -> ChannelSpec {
    ChannelSpec {
        name: "chat".to_owned(),
        kind: kind.to_owned(),
        url: Some(url.to_owned()),
        to: Vec::new(),
        from: None,
        username: None,
        secret: None,
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

fn delivery(recipient: &str, cards: usize) -> Delivery {
    let cards: Vec<Value> = (0..cards)
        .map(|n| {
            json!({
                "id": format!("f{n}"), "title": format!("{n} {NASTY}"), "topic": n.to_string(),
                "severity": "breaking", "severity_label": "Срочно", "kind_label": "Запрет",
                "gist": "слово ".repeat(38).trim(), "url": "https://a.example/?a=1&b=2",
                "confirmed_text": "подтверждено официально",
                "sources": [{ "title": "TikTok", "url": "https://b.example/(x)|y" }],
            })
        })
        .collect();
    Delivery {
        id: "msg_0190".to_owned(),
        digest: DigestRunId(7),
        digest_name: "daily".to_owned(),
        channel: "chat".to_owned(),
        recipient: recipient.to_owned(),
        created_at: "2026-07-14T06:00:00Z".parse().unwrap(),
        attempts: 0,
        parts: 0,
        form: DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: "SMM-радар 14.07".to_owned(),
            html: String::new(),
            text: "текст".to_owned(),
            markdown: String::new(),
            json: json!({
                "schema": "tidewatch.digest/1", "subject": "SMM-радар 14.07",
                "tldr": ["Проверьте — раз"], "sections": [{ "title": "Правила", "cards": cards }],
                "footer": ["работают 90 источников из 92"],
            }),
            language: Language::Ru,
        },
    }
}

async fn server(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = answers.len() - 1;
    for (at, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(any()).respond_with(answer);
        let mock = if at < last {
            mock.up_to_n_times(1)
        } else {
            mock
        };
        mock.mount(&server).await;
    }
    server
}

async fn sent(spec: ChannelSpec, delivery: &Delivery) -> Result<String, DeliverError> {
    let deliverer = Deliverer::new(&[spec]).unwrap();
    deliverer.send(delivery).await.map(|receipt| receipt.note)
}

/// Sends all parts of a delivery, as the daemon does: what was taken is not sent again.
async fn sent_whole(
    deliverer: &Deliverer,
    delivery: &mut Delivery,
) -> Result<String, DeliverError> {
    loop {
        let receipt = deliverer.send(delivery).await?;
        if receipt.left == 0 {
            return Ok(receipt.note);
        }
        delivery.parts += 1;
    }
}

/// A delivery on whose cards a reader may vote.
fn with_votes(mut delivery: Delivery) -> Delivery {
    for card in delivery.form.json["sections"][0]["cards"]
        .as_array_mut()
        .unwrap()
    {
        let id = card["id"].as_str().unwrap().to_owned();
        let vote = |sign: &str, verb: &str| json!({ "verb": verb, "sign": sign, "label": verb, "url": format!("https://w.example/vote/{id}/{verb}?sig=x") });
        card["votes"] = json!([
            vote("🔥", "fire"),
            vote("👍", "up"),
            vote("👎", "down"),
            vote("🔕", "mute")
        ]);
        card["vote_page"] = json!(format!("https://w.example/vote/{id}/any?sig=x"));
    }
    delivery
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[tokio::test]
async fn slack_gets_escaped_mrkdwn() {
    let server = server(vec![ResponseTemplate::new(200).set_body_string("ok")]).await;
    sent(channel("slack", &server.uri()), &delivery("", 1))
        .await
        .unwrap();
    let text = body(&requests(&server).await[0])["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        text.starts_with("*SMM-радар 14.07*\n\n1) Проверьте — раз\n\n*ПРАВИЛА*\n"),
        "{text}"
    );
    assert!(
        text.contains("<https://a.example/?a=1&amp;b=2|0 &lt;b&gt;"),
        "{text}"
    );
    assert!(
        text.contains("<https://b.example/(x)%7Cy|TikTok>"),
        "{text}"
    );
    assert!(
        !text.contains("<!channel>") && text.ends_with("работают 90 источников из 92"),
        "{text}"
    );
}

#[tokio::test]
async fn discord_splits_at_its_limit_and_does_not_begin_anew_after_a_failure() {
    let limited = ResponseTemplate::new(429).set_body_json(json!({ "retry_after": 1.5 }));
    let fine = ResponseTemplate::new(200).set_body_json(json!({ "id": "1" }));
    let server = server(vec![fine.clone(), limited, fine]).await;
    let deliverer =
        Deliverer::new(&[channel("discord", &format!("{}/hook", server.uri()))]).unwrap();
    let mut nine = delivery("", 9);
    let error = sent_whole(&deliverer, &mut nine).await.unwrap_err();
    assert_eq!(nine.parts, 1, "the first is out");
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    // another process goes on where this one ended
    let deliverer =
        Deliverer::new(&[channel("discord", &format!("{}/hook", server.uri()))]).unwrap();
    let note = sent_whole(&deliverer, &mut nine).await.unwrap();
    let sent = requests(&server).await;
    let texts: Vec<String> = sent
        .iter()
        .map(|r| body(r)["content"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(note, format!("taken in {} messages", texts.len() - 1));
    assert_eq!(texts[1], texts[2], "the refused part is sent again");
    assert_eq!(
        texts.iter().filter(|t| t.contains("радар 14.07")).count(),
        1,
        "the first is not"
    );
    for (request, text) in sent.iter().zip(&texts) {
        assert!(text.encode_utf16().count() <= 2_000);
        assert_eq!(body(request)["allowed_mentions"], json!({ "parse": [] }));
        assert!(request.url.query().unwrap().contains("wait=true"));
    }
    assert!(
        texts[0].contains(r"\<b\>\*\_\~\`\[x\]\(y\) \@here"),
        "{}",
        texts[0]
    );
}

#[tokio::test]
async fn telegram_speaks_to_each_chat_and_keeps_its_token() {
    let fine = ResponseTemplate::new(200).set_body_json(json!({ "ok": true }));
    let server = server(vec![fine]).await;
    let mut spec = channel("telegram", &server.uri());
    spec.to = vec!["@ours".to_owned(), "-100".to_owned()];
    spec.secret = Some(Secret::new("123:abc_DEF"));
    let deliverer = Deliverer::new(&[spec.clone()]).unwrap();
    assert_eq!(deliverer.recipients("chat"), ["@ours", "-100"]);
    deliverer.send(&delivery("@ours", 1)).await.unwrap();
    let request = &requests(&server).await[0];
    assert_eq!(request.url.path(), "/bot123:abc_DEF/sendMessage");
    let body = body(request);
    assert_eq!(
        (&body["chat_id"], &body["parse_mode"]),
        (&json!("@ours"), &json!("HTML"))
    );
    assert!(
        body["text"]
            .as_str()
            .unwrap()
            .contains("&lt;b&gt;*_~`[x](y)")
    );

    for (status, answer, transient, gone, word) in [
        (
            429,
            json!({ "parameters": { "retry_after": 7 }, "description": "Too Many Requests" }),
            true,
            false,
            "Too Many",
        ),
        (
            403,
            json!({ "description": "Forbidden: bot was blocked by the user" }),
            false,
            false,
            "chat @ours",
        ),
        (
            400,
            json!({ "description": "upgraded", "parameters": { "migrate_to_chat_id": -1001 } }),
            false,
            false,
            "-1001",
        ),
        (
            401,
            json!({ "description": "Unauthorized" }),
            false,
            true,
            "token",
        ),
        (502, json!(null), true, false, "502"),
    ] {
        let server = self::server(vec![ResponseTemplate::new(status).set_body_json(answer)]).await;
        spec.url = Some(server.uri());
        let error = sent(spec.clone(), &delivery("@ours", 1)).await.unwrap_err();
        assert_eq!(
            (error.is_transient(), error.disables_channel()),
            (transient, gone),
            "{error}"
        );
        assert!(error.to_string().contains(word), "{error}");
        assert!(!error.to_string().contains("abc_DEF"), "{error}");
        assert_eq!(
            error.retry_after(),
            (status == 429).then(|| Duration::from_secs(7))
        );
    }
    spec.secret = Some(Secret::new("../../evil"));
    assert!(Deliverer::new(&[spec]).is_err());
}

#[tokio::test]
async fn matrix_carries_a_transaction_id_and_both_bodies() {
    let server = server(vec![
        ResponseTemplate::new(200).set_body_json(json!({ "event_id": "$1" })),
    ])
    .await;
    let mut spec = channel("matrix", &server.uri());
    spec.to = vec!["!room:example.org".to_owned()];
    spec.secret = Some(Secret::new("syt_token"));
    sent(spec.clone(), &delivery("!room:example.org", 1))
        .await
        .unwrap();
    let request = &requests(&server).await[0];
    assert_eq!(
        request.url.path(),
        "/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/msg_0190.1"
    );
    assert_eq!(request.headers["authorization"], "Bearer syt_token");
    let body = body(request);
    assert!(
        body["formatted_body"]
            .as_str()
            .unwrap()
            .contains("&lt;b&gt;")
    );
    assert!(body["body"].as_str().unwrap().contains(NASTY), "{body}");
    let refused = ResponseTemplate::new(401).set_body_json(json!({ "errcode": "M_UNKNOWN_TOKEN" }));
    // held to the end: a dropped server's port serves another test
    let refusing = self::server(vec![refused]).await;
    spec.url = Some(refusing.uri());
    assert!(
        sent(spec, &delivery("!r:e", 1))
            .await
            .unwrap_err()
            .disables_channel()
    );
}

#[tokio::test]
async fn vk_gets_plain_text_with_a_random_id_that_does_not_change() {
    let fine = ResponseTemplate::new(200).set_body_json(json!({ "response": 5 }));
    let server = server(vec![fine]).await;
    let mut spec = channel("vk", &server.uri());
    spec.to = vec!["2000000001".to_owned()];
    spec.secret = Some(Secret::new("vk1.a.key"));
    for _ in 0..2 {
        sent(spec.clone(), &delivery("2000000001", 1))
            .await
            .unwrap();
    }
    let [one, two] = requests(&server).await.try_into().unwrap();
    assert_eq!(one.body, two.body);
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&one.body)
        .into_owned()
        .collect();
    let value = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_ne!(value("random_id"), "0");
    assert!(value("message").contains("(id1|me)"), "no mention slips in");
    for (code, transient, gone) in [(5, false, true), (901, false, false), (6, true, false)] {
        let error = json!({ "error": { "error_code": code, "error_msg": "why" } });
        let server = self::server(vec![ResponseTemplate::new(200).set_body_json(error)]).await;
        spec.url = Some(server.uri());
        let error = sent(spec.clone(), &delivery("2000000001", 1))
            .await
            .unwrap_err();
        assert_eq!(
            (error.is_transient(), error.disables_channel()),
            (transient, gone),
            "{error}"
        );
    }
    spec.to = vec!["durov".to_owned()];
    assert!(Deliverer::new(&[spec]).is_err());
}

#[tokio::test]
async fn teams_mattermost_and_ntfy_get_what_they_read() {
    let fine = || vec![ResponseTemplate::new(202)];
    let teams = server(fine()).await;
    sent(channel("teams", &teams.uri()), &delivery("", 2))
        .await
        .unwrap();
    let card = &body(&requests(&teams).await[0])["attachments"][0]["content"];
    assert_eq!(card["body"][0]["text"], "**SMM-радар 14.07**");
    assert!(card["body"].as_array().unwrap().len() > 5);

    let mattermost = server(fine()).await;
    sent(channel("mattermost", &mattermost.uri()), &delivery("", 1))
        .await
        .unwrap();
    let text = body(&requests(&mattermost).await[0])["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        text.contains("@\u{200b}here") && text.contains("(<https://a.example/?a=1&b=2>)"),
        "{text}"
    );

    let ntfy = server(fine()).await;
    let mut spec = channel("ntfy", &format!("{}/radar", ntfy.uri()));
    spec.secret = Some(Secret::new("tk_1"));
    sent(spec.clone(), &delivery("", 1)).await.unwrap();
    let request = &requests(&ntfy).await[0];
    assert_eq!(request.headers["authorization"], "Bearer tk_1");
    let push = body(request);
    assert_eq!(
        (&push["topic"], &push["priority"]),
        (&json!("radar"), &json!(4))
    );
    assert_eq!(push["message"], "Проверьте — раз");
    spec.url = Some(ntfy.uri());
    assert!(Deliverer::new(&[spec]).is_err(), "a topic is needed");
}

#[tokio::test]
async fn a_chat_that_is_gone_is_told_from_a_bad_message_and_a_bad_moment() {
    for kind in ["slack", "discord", "mattermost", "teams", "ntfy"] {
        for (status, transient, gone) in [
            (404, false, true),
            (410, false, true),
            (403, false, true),
            (400, false, false),
            (429, true, false),
            (500, true, false),
        ] {
            let answer = ResponseTemplate::new(status).set_body_string("channel_is_archived");
            let server = server(vec![answer]).await;
            let url = format!("{}/very-secret", server.uri());
            let error = sent(channel(kind, &url), &delivery("", 1))
                .await
                .unwrap_err();
            assert_eq!(
                (error.is_transient(), error.disables_channel()),
                (transient, gone),
                "{kind}: {error}"
            );
            assert!(error.to_string().contains("channel_is_archived"), "{error}");
            assert!(!error.to_string().contains("very-secret"), "{error}");
        }
    }
}

#[tokio::test]
async fn votes_are_buttons_where_a_chat_has_them_and_links_elsewhere() {
    let two = with_votes(delivery("", 2));
    let fine =
        || vec![ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "response": 1 }))];
    let fire = "https://w.example/vote/f0/fire?sig=x";

    let telegram = server(fine()).await;
    let mut spec = channel("telegram", &telegram.uri());
    spec.to = vec!["@ours".to_owned()];
    spec.secret = Some(Secret::new("123:abc_DEF"));
    sent(spec.clone(), &two).await.unwrap();
    let said = body(&requests(&telegram).await[0]);
    let rows = &said["reply_markup"]["inline_keyboard"];
    assert_eq!(rows[0][0], json!({ "text": "f0 🔥", "url": fire }));
    assert_eq!(
        (&rows[1][0]["text"], &rows[1][3]["text"]),
        (&json!("f1 🔥"), &json!("🔕"))
    );
    assert!(
        !said["text"].as_str().unwrap().contains("w.example"),
        "{said}"
    );

    // an address that Telegram does not take costs the buttons, not the news
    let picky = server(vec![
        ResponseTemplate::new(400).set_body_json(
            json!({ "ok": false, "description": "Bad Request: inline keyboard button URL 'http://127.0.0.1' is invalid" }),
        ),
        ResponseTemplate::new(200).set_body_json(json!({ "ok": true })),
    ])
    .await;
    spec.url = Some(picky.uri());
    sent(spec, &two).await.unwrap();
    let [with, without] = requests(&picky).await.try_into().unwrap();
    assert_eq!(body(&with)["text"], body(&without)["text"]);
    assert!(body(&without).get("reply_markup").is_none());

    let discord = server(fine()).await;
    sent(channel("discord", &discord.uri()), &two)
        .await
        .unwrap();
    let request = &requests(&discord).await[0];
    assert!(
        request
            .url
            .query()
            .unwrap()
            .contains("with_components=true")
    );
    let rows = &body(request)["components"];
    assert_eq!(
        rows[0]["components"][0],
        json!({ "type": 2, "style": 5, "label": "f0 🔥", "url": fire })
    );
    assert_eq!(rows[1]["components"].as_array().unwrap().len(), 4);

    let teams = server(fine()).await;
    sent(channel("teams", &teams.uri()), &two).await.unwrap();
    let card = body(&requests(&teams).await[0]);
    let blocks = card["attachments"][0]["content"]["body"]
        .as_array()
        .unwrap();
    let sets: Vec<usize> = (0..blocks.len())
        .filter(|at| blocks[*at]["type"] == "ActionSet")
        .collect();
    assert_eq!(sets.len(), 2);
    assert_eq!(blocks[sets[0]]["actions"][0]["url"], fire);
    let next = blocks[sets[0] + 1]["text"].as_str().unwrap();
    assert!(
        next.contains("1 "),
        "the buttons stand below their own card: {next}"
    );

    for kind in ["slack", "mattermost"] {
        let chat = server(fine()).await;
        sent(channel(kind, &chat.uri()), &two).await.unwrap();
        let text = body(&requests(&chat).await[0])["text"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(text.contains(fire) && text.contains("🔕"), "{text}");
    }

    let ntfy = server(fine()).await;
    let spec = channel("ntfy", &format!("{}/radar", ntfy.uri()));
    sent(spec.clone(), &with_votes(delivery("", 1)))
        .await
        .unwrap();
    sent(spec, &two).await.unwrap();
    let [one, several] = requests(&ntfy).await.try_into().unwrap();
    assert_eq!(body(&one)["actions"][0]["url"], fire);
    assert_eq!(body(&one)["actions"].as_array().unwrap().len(), 3);
    assert!(
        body(&several).get("actions").is_none(),
        "whose would they be?"
    );

    let vk = server(fine()).await;
    let mut spec = channel("vk", &vk.uri());
    spec.to = vec!["1".to_owned()];
    spec.secret = Some(Secret::new("key"));
    sent(spec, &two).await.unwrap();
    let text = requests(&vk).await[0].body.clone();
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&text).into_owned().collect();
    let text = &form.iter().find(|(key, _)| key == "message").unwrap().1;
    assert!(
        text.contains("🔥 👍 👎 🔕 https://w.example/vote/f0/any?sig=x"),
        "{text}"
    );
    assert!(
        !text.contains("/fire"),
        "four long addresses a card would bury it"
    );
}

/// Every channel says which fields it needs, and holds to it.
#[test]
fn needed_fields_are_needed() {
    for (kind, needs) in CHANNELS {
        let mut full = channel(
            kind,
            if *kind == "email" {
                "smtp://a.example"
            } else {
                "https://a.example/x"
            },
        );
        full.to = vec![
            match *kind {
                "email" => "a@b.example",
                _ => "1",
            }
            .to_owned(),
        ];
        full.from = Some("a@b.example".to_owned());
        full.path = Some("/tmp/x".into());
        full.secret = Some(Secret::new(match *kind {
            "webhook" => "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            _ => "1:a",
        }));
        assert!(Deliverer::new(&[full.clone()]).is_ok(), "{kind}");
        for field in *needs {
            let mut spoiled = full.clone();
            match *field {
                "url" => spoiled.url = None,
                "secret" => spoiled.secret = None,
                "from" => spoiled.from = None,
                "path" => spoiled.path = None,
                // config refuses an empty list; here it would mean a single receiver
                "to" => continue,
                other => panic!("{kind} needs an unknown field {other}"),
            }
            assert!(
                Deliverer::new(&[spoiled]).is_err(),
                "{kind} without {field}"
            );
        }
    }
}
