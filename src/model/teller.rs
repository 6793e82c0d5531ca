//! Who else tells a story: one more source, as evidence of a finding that was made from several.

use super::{Evidence, Role, SourceId};

/// Name of the evidence that holds one.
const KIND: &str = "source";

/// A source that tells the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teller {
    /// Which.
    pub source: SourceId,
    /// Its name for people.
    pub title: String,
    /// For whom it speaks.
    pub owner: String,
    /// How far it is believed.
    pub role: Role,
    /// Where the story stands there.
    pub url: Option<String>,
}

impl Teller {
    /// As evidence: its role, id and owner before, its name after, the address as place.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            kind: KIND.to_owned(),
            before: Some(format!(
                "{} {} {}",
                self.role.name(),
                self.source,
                self.owner
            )),
            after: Some(self.title.clone()),
            place: self.url.clone(),
        }
    }

    /// Reads one back; `None` if it is other evidence.
    pub fn of(evidence: &Evidence) -> Option<Self> {
        let (KIND, Some(who), Some(title)) = (
            evidence.kind.as_str(),
            evidence.before.as_deref(),
            &evidence.after,
        ) else {
            return None;
        };
        let mut words = who.splitn(3, ' ');
        let role = words.next()?;
        Some(Self {
            role: Role::ALL.into_iter().find(|one| one.name() == role)?,
            source: words.next()?.parse().ok()?,
            owner: words.next()?.to_owned(),
            title: title.clone(),
            url: evidence.place.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let teller = Teller {
            source: "feedpost".parse().expect("an id"),
            title: "Feedpost Daily".to_owned(),
            owner: "Feedpost & Sons".to_owned(),
            role: Role::Media,
            url: Some("https://feedpost.example/1".to_owned()),
        };
        assert_eq!(Teller::of(&teller.evidence()), Some(teller.clone()));
        let other = Evidence {
            kind: "quote".to_owned(),
            ..teller.evidence()
        };
        assert_eq!(Teller::of(&other), None);
    }
}
