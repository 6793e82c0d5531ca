//! A small SMTP server for tests, on loopback. It does what a script says at each stage:
//! `GREETING`, `MAIL`, `RCPT`, `DATA`, `END` (after the message), or has a `LOGIN`.
//!
//! A reply `DROP` closes the connection, `SILENCE` never answers, one that ends in `ONCE` is given
//! only the first time.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, pki_types::PrivateKeyDer};

/// A message as it was taken.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// `RCPT TO` addresses.
    pub(crate) recipients: Vec<String>,
    /// Headers and body as sent.
    pub(crate) data: String,
}

/// How the server speaks TLS.
pub(crate) enum Tls<'a> {
    /// Not at all.
    None,
    /// After STARTTLS.
    Upgrade(&'a CertifiedKey<KeyPair>),
    /// From the first byte.
    Wrapper(&'a CertifiedKey<KeyPair>),
}

/// The running server.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    script: Mutex<HashMap<&'static str, &'static str>>,
    mails: Mutex<Vec<Mail>>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Server {
    /// Starts it on a free port.
    pub(crate) async fn start(script: &[(&'static str, &'static str)], tls: Tls<'_>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(script.iter().copied().collect()),
            mails: Mutex::default(),
        });
        let (acceptor, wrapped) = match tls {
            Tls::None => (None, false),
            Tls::Upgrade(certificate) => (Some(acceptor(certificate)), false),
            Tls::Wrapper(certificate) => (Some(acceptor(certificate)), true),
        };
        let given = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, acceptor) = (Arc::clone(&given), acceptor.clone());
                tokio::spawn(async move {
                    let stream: Box<dyn Stream> = match acceptor.as_ref().filter(|_| wrapped) {
                        None => Box::new(stream),
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => return,
                        },
                    };
                    let upgrade = acceptor.filter(|_| !wrapped);
                    let _ = shared.talk(stream, upgrade).await;
                });
            }
        });
        Self {
            address,
            shared,
            task,
        }
    }

    /// Its URL by address.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// Its URL by a name.
    pub(crate) fn url_at(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{host}:{}", self.address.port())
    }

    /// What it has taken.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// Stops listening.
    pub(crate) async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

impl Shared {
    fn reply(&self, stage: &str, otherwise: &str) -> Option<String> {
        let mut script = self.script.lock().unwrap();
        let Some(reply) = script.get(stage).copied() else {
            return Some(otherwise.to_owned());
        };
        if reply.ends_with(" ONCE") {
            script.remove(stage);
        }
        (reply != "DROP").then(|| reply.to_owned())
    }

    async fn talk(
        &self,
        stream: Box<dyn Stream>,
        mut upgrade: Option<TlsAcceptor>,
    ) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let greeting = self.reply("GREETING", "220 localhost ESMTP");
        if greeting.as_deref() == Some("SILENCE") {
            return std::future::pending().await;
        }
        let mut next = greeting;
        let mut recipients = Vec::new();
        while let Some(reply) = next {
            stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
            stream.flush().await?;
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                break;
            }
            let line = line.trim_end();
            let verb = line.get(..4).unwrap_or(line).to_ascii_uppercase();
            next = match verb.as_str() {
                "EHLO" => Some(match (&upgrade, self.login()) {
                    (Some(_), _) => "250-localhost\r\n250 STARTTLS".to_owned(),
                    (None, Some(_)) => "250-localhost\r\n250 AUTH PLAIN".to_owned(),
                    (None, None) => "250 localhost".to_owned(),
                }),
                "STAR" => {
                    let Some(acceptor) = upgrade.take() else {
                        next = Some("502 5.5.1 not here".to_owned());
                        continue;
                    };
                    stream.write_all(b"220 go on\r\n").await?;
                    let inner: Box<dyn Stream> =
                        Box::new(acceptor.accept(stream.into_inner()).await?);
                    stream = BufReader::new(inner);
                    let mut hello = String::new();
                    stream.read_line(&mut hello).await?;
                    Some("250-localhost\r\n250 AUTH PLAIN".to_owned())
                }
                "AUTH" => Some(self.check(line)),
                "MAIL" => {
                    recipients.clear();
                    self.reply("MAIL", "250 ok")
                }
                "RCPT" => {
                    recipients.push(line.split_once(':').unwrap().1.to_owned());
                    self.reply("RCPT", "250 ok")
                }
                "DATA" => match self.reply("DATA", "354 go on") {
                    Some(reply) if reply.starts_with("354") => {
                        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
                        let data = read_data(&mut stream).await?;
                        let answer = self.reply("END", "250 2.0.0 queued as 42");
                        if answer.as_ref().is_some_and(|a| a.starts_with("250")) {
                            self.mails.lock().unwrap().push(Mail {
                                recipients: recipients.clone(),
                                data,
                            });
                        }
                        answer
                    }
                    other => other,
                },
                "QUIT" => None,
                _ => Some("250 ok".to_owned()),
            };
        }
        Ok(())
    }

    fn login(&self) -> Option<&'static str> {
        self.script.lock().unwrap().get("LOGIN").copied()
    }

    fn check(&self, line: &str) -> String {
        let given = line.rsplit(' ').next().unwrap();
        let given = base64::engine::general_purpose::STANDARD
            .decode(given)
            .unwrap();
        let given = String::from_utf8(given).unwrap().replace('\0', ":");
        if self
            .login()
            .is_some_and(|login| given == format!(":{login}"))
        {
            "235 2.7.0 welcome".to_owned()
        } else {
            "535 5.7.8 bad credentials".to_owned()
        }
    }
}

async fn read_data<S: AsyncBufReadExt + Unpin>(stream: &mut S) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn acceptor(certificate: &CertifiedKey<KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
