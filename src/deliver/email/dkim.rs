//! DKIM signatures (RFC 6376, and RFC 8463 for Ed25519), `relaxed/relaxed`.
//!
//! lettre's own signer pulls in `rsa` with its timing leak (RUSTSEC-2023-0071); `ring` is in the tree
//! through rustls and signs in constant time. Signatures depend on message and key alone, so a retry
//! is the same bytes.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use crate::model::Dkim;

/// Headers that are signed where they are there. The first two are named once more than they occur,
/// so that nobody can add another.
const SIGNED: [&str; 10] = [
    "from",
    "subject",
    "to",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
];
const OVERSIGNED: [&str; 2] = ["from", "subject"];
/// Characters of a signature on one line.
const LINE: usize = 72;

/// Signs for one domain.
pub(super) struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// Reads the key; a fault says what is wrong with it and what to do.
    pub(super) fn open(spec: &Dkim) -> Result<Self, String> {
        for (key, value) in [("domain", &spec.domain), ("selector", &spec.selector)] {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if value.is_empty() || !value.chars().all(plain) {
                return Err(format!("`dkim` {key} {value:?} is no name of the DNS"));
            }
        }
        Ok(Self {
            domain: spec.domain.to_ascii_lowercase(),
            selector: spec.selector.clone(),
            key: read_key(&spec.key_file)?,
        })
    }

    /// Does the signature count for mail from this domain (DMARC, RFC 7489 §3.1.1, relaxed)?
    pub(super) fn is_aligned(&self, from: &str) -> bool {
        let from = from.to_ascii_lowercase();
        from == self.domain || from.ends_with(&format!(".{}", self.domain))
    }

    /// The message with its signature on top; `None` if the key cannot sign after all.
    pub(super) fn sign(&self, message: &[u8], at: Timestamp) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(message);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let headers = unfolded(head);
        let mut names: Vec<&str> = Vec::new();
        let mut data = String::new();
        for name in SIGNED {
            for (_, header) in headers.iter().filter(|(key, _)| key == name) {
                names.push(name);
                data.push_str(header);
                data.push_str("\r\n");
            }
        }
        names.extend(OVERSIGNED);
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let unsigned = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={hash};\r\n b=",
            self.domain,
            self.selector,
            at.as_second(),
            names.join(":\r\n  "),
        );
        let (_, own) = unfolded(&unsigned).pop()?;
        data.push_str(&own);
        let signature = STANDARD.encode(self.signature(data.as_bytes())?);
        let mut out = unsigned;
        for (at, c) in signature.char_indices() {
            if at > 0 && at % LINE == 0 {
                out.push_str("\r\n ");
            }
            out.push(c);
        }
        out.push_str("\r\n");
        let mut out = out.into_bytes();
        out.extend_from_slice(message);
        Some(out)
    }

    fn signature(&self, data: &[u8]) -> Option<Vec<u8>> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    data,
                    &mut signature,
                )
                .ok()?;
                Some(signature)
            }
            // RFC 8463 §3: what is signed is the hash
            Key::Ed25519(key) => Some(key.sign(&Sha256::digest(data)).as_ref().to_vec()),
        }
    }
}

fn read_key(file: &Path) -> Result<Key, String> {
    let place = file.display();
    let remedy =
        "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE";
    let pem = std::fs::read(file).map_err(|e| format!("`dkim` key {place} cannot be read: {e}"))?;
    let der = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| format!("`dkim` key {place} is no private key in PEM; {remedy}"))?;
    let rsa = |key: Result<RsaKeyPair, ring::error::KeyRejected>| {
        key.map(Key::Rsa).map_err(|e| {
            format!("`dkim` key {place} cannot sign ({e}): it must be Ed25519, or RSA of 2048 to 4096 bits; {remedy}")
        })
    };
    match &der {
        PrivateKeyDer::Pkcs8(key) => {
            let key = key.secret_pkcs8_der();
            match Ed25519KeyPair::from_pkcs8_maybe_unchecked(key) {
                Ok(key) => Ok(Key::Ed25519(key)),
                Err(_) => rsa(RsaKeyPair::from_pkcs8(key)),
            }
        }
        PrivateKeyDer::Pkcs1(key) => rsa(RsaKeyPair::from_der(key.secret_pkcs1_der())),
        _ => Err(format!(
            "`dkim` key {place} is neither RSA nor Ed25519; {remedy}"
        )),
    }
}

/// Each header's name in lower case, and the whole in relaxed form (RFC 6376 §3.4.2).
fn unfolded(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match headers.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(last) => last.push_str(line),
            None => headers.push(line.to_owned()),
        }
    }
    let pairs = headers.iter().filter_map(|header| header.split_once(':'));
    pairs
        .map(|(name, value)| {
            let name = name.trim().to_ascii_lowercase();
            let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            (name.clone(), format!("{name}:{value}"))
        })
        .collect()
}

/// RFC 6376 §3.4.4: runs of blanks are one, blanks at the end of lines and empty lines at the end go.
fn relaxed_body(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body.split("\r\n") {
        let mut blank = false;
        for c in line.trim_end_matches([' ', '\t']).chars() {
            match c {
                ' ' | '\t' => blank = true,
                c => {
                    if std::mem::take(&mut blank) {
                        out.push(' ');
                    }
                    out.push(c);
                }
            }
        }
        out.push_str("\r\n");
    }
    let kept = out.trim_end_matches("\r\n").len();
    out.truncate(kept);
    if !out.is_empty() {
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_bodies_are_relaxed_as_the_standard_shows() {
        // RFC 6376 §3.4.5
        let headers = unfolded("A: X\r\nB : Y\t\r\n\tZ  ");
        let relaxed: Vec<&str> = headers.iter().map(|(_, header)| header.as_str()).collect();
        assert_eq!(relaxed, ["a:X", "b:Y Z"]);
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
        assert_eq!(relaxed_body("a"), "a\r\n");
    }
}
