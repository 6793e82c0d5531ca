//! Links by which a reader votes: signed, so that nobody can vote who was not asked, and bound to one
//! finding, one audience, one word and a time after which they are void.
//!
//! The signature is HMAC-SHA256 (RFC 2104) over all of these, cut to 128 bits. A link without a word
//! of its own, as plain text has it, opens a page that offers all words.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use url::form_urlencoded;

use crate::model::{FindingId, Secret, Verb};

/// A link is good for that long.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24 * 60);
/// The path under which the web face takes votes.
pub const PATH: &str = "/vote";
/// Bytes of the signature.
const SIGNATURE: usize = 16;

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// On what.
    pub finding: FindingId,
    /// For whom.
    pub audience: String,
    /// The word; `None` offers all.
    pub verb: Option<Verb>,
    /// Void from then on, to the second.
    pub until: Timestamp,
}

/// Why a link is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BallotError {
    /// Not as we write them, or changed on its way.
    #[error("the link is not whole")]
    Broken,
    /// Its time is over.
    #[error("the link is too old")]
    Expired,
}

impl Ballot {
    /// Path and query of the link.
    pub fn address(&self, key: &Secret) -> String {
        let verb = name_of(self.verb);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("for", &self.audience)
            .append_pair("until", &self.until.as_second().to_string())
            .append_pair("sig", &URL_SAFE_NO_PAD.encode(self.signature(key)))
            .finish();
        format!("{PATH}/{}/{verb}?{query}", self.finding)
    }

    /// Reads a link back: the finding and the word from its path, the rest from its query.
    pub fn read(
        finding: &str,
        verb: &str,
        query: &str,
        key: &Secret,
        now: Timestamp,
    ) -> Result<Self, BallotError> {
        let field = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        let broken = BallotError::Broken;
        let verb = match verb {
            "any" => None,
            word => Some(word.parse().map_err(|_| broken)?),
        };
        let seconds: i64 = field("until").and_then(|s| s.parse().ok()).ok_or(broken)?;
        let ballot = Self {
            finding: finding.parse().map_err(|_| broken)?,
            audience: field("for").ok_or(broken)?,
            verb,
            until: Timestamp::from_second(seconds).map_err(|_| broken)?,
        };
        let sent = field("sig").and_then(|sig| URL_SAFE_NO_PAD.decode(sig).ok());
        let sent = sent.filter(|sig| sig.len() == SIGNATURE).ok_or(broken)?;
        ballot
            .mac(key)
            .verify_truncated_left(&sent)
            .map_err(|_| broken)?;
        if ballot.until <= now {
            return Err(BallotError::Expired);
        }
        Ok(ballot)
    }

    fn signature(&self, key: &Secret) -> Vec<u8> {
        self.mac(key).finalize().into_bytes()[..SIGNATURE].to_vec()
    }

    fn mac(&self, key: &Secret) -> Hmac<Sha256> {
        // any length of key is taken
        let mut mac = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes())
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        let (finding, until) = (self.finding.to_string(), self.until.as_second().to_string());
        for part in [
            "tidewatch vote 1",
            &finding,
            name_of(self.verb),
            &until,
            &self.audience,
        ] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

fn name_of(verb: Option<Verb>) -> &'static str {
    verb.map_or("any", Verb::name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ballot(verb: Option<Verb>) -> Ballot {
        Ballot {
            finding: FindingId(12),
            audience: "команда а&b".to_owned(),
            verb,
            until: Timestamp::from_second(2_000_000_000).expect("a time"),
        }
    }

    fn read(address: &str, key: &Secret, now: i64) -> Result<Ballot, BallotError> {
        let (path, query) = address.split_once('?').expect("a query");
        let mut parts = path.split('/').skip(2);
        let now = Timestamp::from_second(now).expect("a time");
        let (finding, verb) = (
            parts.next().expect("a finding"),
            parts.next().expect("a verb"),
        );
        Ballot::read(finding, verb, query, key, now)
    }

    #[test]
    fn a_link_is_read_back_until_it_expires() {
        let key = Secret::new("k");
        for verb in [None, Some(Verb::Fire), Some(Verb::Mute)] {
            let address = ballot(verb).address(&key);
            assert_eq!(read(&address, &key, 1_999_999_999), Ok(ballot(verb)));
            assert_eq!(
                read(&address, &key, 2_000_000_000),
                Err(BallotError::Expired)
            );
            let other = Secret::new("l");
            assert_eq!(read(&address, &other, 0), Err(BallotError::Broken));
        }
    }

    #[test]
    fn nothing_in_it_can_be_changed() {
        let key = Secret::new("k");
        let address = ballot(Some(Verb::Up)).address(&key);
        for (from, to) in [
            ("/f12/", "/f13/"),
            ("/up?", "/down?"),
            ("/up?", "/any?"),
            ("until=2", "until=3"),
            ("%26b", "%26c"),
            ("&sig=", "&sig=AAAA"),
            ("&sig=", "&gis="),
        ] {
            let forged = address.replacen(from, to, 1);
            assert_ne!(forged, address, "{from}");
            assert_eq!(
                read(&forged, &key, 0),
                Err(BallotError::Broken),
                "{from} to {to}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_and_none_panics(finding in ".{0,9}", verb in ".{0,5}", query in ".{0,80}") {
            let now = Timestamp::UNIX_EPOCH;
            let read = Ballot::read(&finding, &verb, &query, &Secret::new("k"), now);
            prop_assert_eq!(read, Err(BallotError::Broken));
        }
    }
}
