//! Who else tells a story, and in which items: evidence of a finding that was made from several.

use super::{Evidence, ItemId, Role, SourceId};

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

/// Name of the evidence that holds the items of a story.
const MEMBERS: &str = "members";

/// The items that a finding was made from, as evidence: their ids.
pub fn members_evidence(items: &[ItemId]) -> Evidence {
    let ids: Vec<String> = items.iter().map(|id| id.0.to_string()).collect();
    Evidence {
        kind: MEMBERS.to_owned(),
        before: None,
        after: Some(ids.join(" ")),
        place: Some("items".to_owned()),
    }
}

/// The items that evidence names; none if it is other evidence.
pub fn members_of(evidence: &Evidence) -> impl Iterator<Item = ItemId> {
    let ids = evidence
        .after
        .as_deref()
        .filter(|_| evidence.kind == MEMBERS);
    let ids = ids.unwrap_or_default().split_ascii_whitespace();
    ids.filter_map(|id| id.parse().ok()).map(ItemId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_back() {
        let items = [ItemId(3), ItemId(12)];
        let evidence = members_evidence(&items);
        assert_eq!(members_of(&evidence).collect::<Vec<_>>(), items);
    }

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
