//! Webhook receivers that misbehave by plan. They speak HTTP by hand, since no server library offers
//! to hang up in the middle of an answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tidewatch::deliver::verify_webhook;
use tidewatch::model::{Clock as _, Secret, SystemClock};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use xxhash_rust::xxh3::xxh3_64;

use super::world::{HOOKS, MAILBOXES, SECRET, Taken, message_id};

/// From this message on the receiver at `/hook-gone` wants no more.
const GONE_FROM: &str = "run 020";

/// What the receivers have seen.
#[derive(Default)]
pub(crate) struct Received {
    pub(crate) taken: Vec<Taken>,
    tries: HashMap<String, u32>,
}

/// Serves on a free port, which is returned; each path is a receiver of its own.
pub(crate) async fn receive(received: Arc<Mutex<Received>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let received = Arc::clone(&received);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                while answer(&mut stream, &received).await.is_some() {}
            });
        }
    });
    port
}

/// Reads one request and answers as planned; `None` ends the connection.
async fn answer(stream: &mut BufReader<TcpStream>, received: &Mutex<Received>) -> Option<()> {
    let (path, headers, body) = request(stream).await?;
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let id = header("webhook-id");
    let good = verify_webhook(
        &Secret::new(SECRET),
        &id,
        &header("webhook-timestamp"),
        &body,
        &header("webhook-signature"),
        SystemClock.now(),
        Duration::from_mins(5),
    )
    .is_ok();
    let json: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let path = path.split('?').next()?.to_owned();
    let (id, subject, good) = match path.strip_prefix("/chat-") {
        Some(chat) => {
            let (id, subject) = chat_part(chat, json["content"].as_str()?);
            (id, subject, true)
        }
        None => (
            id,
            json["subject"].as_str().unwrap_or_default().to_owned(),
            good,
        ),
    };
    let draw = {
        let tries = &mut received.lock().expect("no panic").tries;
        let number = tries.entry(path.clone()).or_default();
        *number += 1;
        xxh3_64(format!("{path} {number}").as_bytes()) % 100
    };
    let mut reply = "204 No Content\r\n";
    let (mut takes, mut answers) = (true, true);
    match draw {
        _ if path == "/hook-gone" && subject.as_str() >= GONE_FROM => {
            (takes, reply) = (false, "410 Gone\r\n");
        }
        0..4 => (takes, reply) = (false, "429 Too Many Requests\r\nretry-after: 1\r\n"),
        4..10 => (takes, reply) = (false, "500 Internal Server Error\r\n"),
        10..13 => (takes, answers) = (false, false),
        // taken, and the answer lost: hung up at once, in the middle, or never given
        13..16 => answers = false,
        16..18 => {
            note(received, &path, &id, &subject, &body, good, false);
            stream.write_all(b"HTTP/1.1 20").await.ok()?;
            return None;
        }
        18..20 => {
            note(received, &path, &id, &subject, &body, good, false);
            tokio::time::sleep(Duration::from_secs(30)).await;
            return None;
        }
        _ => {}
    }
    if takes {
        note(received, &path, &id, &subject, &body, good, answers);
    }
    if !answers {
        return None;
    }
    let answer = format!("HTTP/1.1 {reply}content-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()
}

/// A chat message has no id on its way: which message it is part of, by its words, and which part.
fn chat_part(chat: &str, text: &str) -> (String, String) {
    let run = text
        .split_once("run ")
        .and_then(|(_, rest)| rest.get(..3)?.parse().ok());
    let (Some(run), Ok(chat)) = (run, chat.parse::<usize>()) else {
        return Default::default();
    };
    let part = text.rsplit('\n').next().unwrap_or_default();
    let id = message_id(run, MAILBOXES + HOOKS + chat);
    (id, format!("run {run:03} {part}"))
}

fn note(
    received: &Mutex<Received>,
    path: &str,
    id: &str,
    subject: &str,
    body: &[u8],
    is_safe: bool,
    answered: bool,
) {
    received.lock().expect("no panic").taken.push(Taken {
        address: path.to_owned(),
        id: id.to_owned(),
        subject: subject.to_owned(),
        hash: format!("{:x?}", Sha256::digest(body)),
        is_safe,
        answered,
    });
}

/// Path, headers by lower-case name, and body.
async fn request(
    stream: &mut BufReader<TcpStream>,
) -> Option<(String, HashMap<String, String>, Vec<u8>)> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some((path, headers, body))
}
