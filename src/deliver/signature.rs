//! Webhook signatures after the Standard Webhooks spec 1.0 (standardwebhooks.com, 2023): HMAC-SHA256
//! over `id.timestamp.body`, base64, under a secret written `whsec_…`.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::model::Secret;

/// Why a message is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The secret is not `whsec_` and base64.
    #[error("the secret cannot be read: write `whsec_` and 24 to 64 bytes in base64")]
    Secret,
    /// The timestamp is not a number of seconds.
    #[error("`webhook-timestamp` is not a number of seconds since 1970: `{0}`")]
    Timestamp(String),
    /// The message is older than the tolerance, perhaps a replay.
    #[error("the message is {0} s old, more than is tolerated; is this machine's clock right?")]
    TooOld(i64),
    /// The message comes from the future.
    #[error("the message is {0} s in the future; is this machine's clock right?")]
    TooNew(i64),
    /// No signature matches.
    #[error("no `v1` signature matches: wrong secret, or the body was changed on its way")]
    Mismatch,
}

/// Checks a received webhook: its signature and that it was sent within `tolerance` of `now`.
///
/// `signature_header` may hold several signatures parted by spaces, as during a change of secrets.
/// The body must be the bytes as received, before any parsing.
pub fn verify_webhook(
    secret: &Secret,
    id: &str,
    timestamp: &str,
    body: &[u8],
    signature_header: &str,
    now: Timestamp,
    tolerance: Duration,
) -> Result<(), VerifyError> {
    let key = signing_key(secret).ok_or(VerifyError::Secret)?;
    let sent: i64 = timestamp
        .parse()
        .map_err(|_| VerifyError::Timestamp(timestamp.chars().take(40).collect()))?;
    let age = now.as_second().saturating_sub(sent);
    let tolerance = i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX);
    if age > tolerance {
        return Err(VerifyError::TooOld(age));
    }
    if age < -tolerance {
        return Err(VerifyError::TooNew(-age));
    }
    let mac = message_mac(&key, id, timestamp, body);
    let matches = signature_header
        .split_ascii_whitespace()
        .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
        // verify_slice compares in constant time
        .any(|given| mac.clone().verify_slice(&given).is_ok());
    if matches {
        Ok(())
    } else {
        Err(VerifyError::Mismatch)
    }
}

/// The `webhook-signature` header of a message.
pub(super) fn sign(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mac = message_mac(key, id, &timestamp.to_string(), body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The key in a secret written as the spec says; `None` if it is not.
pub(super) fn signing_key(secret: &Secret) -> Option<Vec<u8>> {
    let key = STANDARD
        .decode(secret.reveal().trim().strip_prefix("whsec_")?)
        .ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn message_mac(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOLERANCE: Duration = Duration::from_mins(5);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    /// The example that the spec's reference libraries share.
    #[test]
    fn the_reference_vector_holds() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        let (id, stamp) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let key = signing_key(&secret).expect("good secret");
        assert_eq!(sign(&key, id, stamp, body), expected);
        let check = |header: &str, now| {
            verify_webhook(
                &secret,
                id,
                &stamp.to_string(),
                body,
                header,
                at(now),
                TOLERANCE,
            )
        };
        assert_eq!(check(expected, stamp + 300), Ok(()));
        assert_eq!(
            check(&format!("v1,AAAA v2,x {expected}"), stamp - 300),
            Ok(())
        );
        assert_eq!(check(expected, stamp + 301), Err(VerifyError::TooOld(301)));
        assert_eq!(check(expected, stamp - 301), Err(VerifyError::TooNew(301)));
        assert_eq!(check("", stamp), Err(VerifyError::Mismatch));
        assert_eq!(
            check(&expected.replace("v1", "v1a"), stamp),
            Err(VerifyError::Mismatch)
        );
    }

    #[test]
    fn unreadable_secrets_and_stamps_are_told_apart() {
        let check = |secret: &str, stamp: &str| {
            verify_webhook(
                &Secret::new(secret),
                "m",
                stamp,
                b"",
                "v1,",
                at(0),
                TOLERANCE,
            )
        };
        let good = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert_eq!(check("hunter2", "0"), Err(VerifyError::Secret));
        assert_eq!(check("whsec_c2hvcnQ=", "0"), Err(VerifyError::Secret));
        assert_eq!(
            check(&good, "soon"),
            Err(VerifyError::Timestamp("soon".into()))
        );
        assert_eq!(check(&good, "0"), Err(VerifyError::Mismatch));
    }

    proptest! {
        #[test]
        fn what_is_signed_verifies_and_nothing_else(
            key in proptest::collection::vec(any::<u8>(), 24..=64),
            id in "msg_[a-z0-9]{1,20}",
            stamp in 0_i64..4_000_000_000,
            body in proptest::collection::vec(any::<u8>(), 0..200),
            flip in any::<prop::sample::Index>(),
        ) {
            let secret = Secret::new(format!("whsec_{}", STANDARD.encode(&key)));
            let header = sign(&key, &id, stamp, &body);
            let check = |id: &str, body: &[u8]| verify_webhook(
                &secret, id, &stamp.to_string(), body, &header, at(stamp), TOLERANCE,
            );
            prop_assert_eq!(check(&id, &body), Ok(()));
            prop_assert_eq!(check(&format!("{id}x"), &body), Err(VerifyError::Mismatch));
            let mut other = body.clone();
            if other.is_empty() { other.push(0) } else { let at = flip.index(other.len()); other[at] ^= 1 }
            prop_assert_eq!(check(&id, &other), Err(VerifyError::Mismatch));
        }
    }
}
