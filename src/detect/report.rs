//! Official outranks media: a media item that reports the same change is no news of its own.
//!
//! Two findings report the same when they are about the same platform, within [`DAYS`], and share
//! enough terms or numbers. What is remembered is bounded: the latest [`MOST`] reports of a platform.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::lexicon::words;
use super::tongue::Tongue;
use crate::model::{
    Evidence, Finding, FindingId, FindingKind, Role, is_platform, platform_by_word,
};

/// Reports further apart are of different things.
const DAYS: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Reports remembered of one platform.
const MOST: usize = 60;
/// Terms of one report.
const TERMS: usize = 60;
/// Shared terms that make two reports one, when no number is shared.
const SHARED: usize = 4;
/// A media report of a rule that no official source confirms is believed no more than this.
const UNCONFIRMED: f64 = 0.45;

/// A change that was reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The finding.
    pub finding: FindingId,
    /// Its topic.
    topic: String,
    at: Timestamp,
    official: bool,
    title: String,
    url: Option<String>,
    /// Stems of what it says, those of its title, and its numbers and days.
    terms: BTreeSet<String>,
    headline: BTreeSet<String>,
    numbers: BTreeSet<String>,
}

/// How a finding stands to the reports before it.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nobody reported it before.
    First,
    /// Media report what this official finding told: evidence for that one.
    Corroborates(FindingId, Evidence),
    /// Media reported it before, in this finding: this official one confirms it.
    Confirms(FindingId),
}

/// Is a finding about a change of a platform's rules, so that others may report the same?
pub fn is_report(finding: &Finding) -> bool {
    let told = finding.suppressed.is_none() && finding.platform.is_some();
    let official = matches!(finding.role, Role::Official | Role::Regulator)
        && matches!(finding.kind, FindingKind::RuleChange | FindingKind::NewItem);
    let media = finding.role == Role::Media && finding.kind == FindingKind::NewItem;
    told && (official || media)
}

/// Compares a finding with the reports of its platform, remembers it, and marks it: with the topic of
/// what it confirms, or as unconfirmed.
pub fn stand(reports: &mut Vec<Report>, finding: &mut Finding) -> Standing {
    let now = finding.detected_at;
    reports.retain(|report| now.duration_since(report.at) < DAYS);
    let official = finding.role != Role::Media;
    let mut this = Report {
        finding: FindingId(0),
        topic: finding.topic_key.clone(),
        at: now,
        official,
        title: finding.title.clone(),
        url: finding.url.clone(),
        terms: terms(finding, true),
        headline: terms(finding, false),
        numbers: numbers(finding),
    };
    let same = |report: &&Report| report.official != official && report.is_like(&this);
    let standing = match reports.iter().rev().find(same) {
        Some(report) if official => {
            finding.topic_key.clone_from(&report.topic);
            finding.evidence.push(Evidence {
                kind: "reported_before".to_owned(),
                before: None,
                after: Some(report.title.clone()),
                place: report.url.clone(),
            });
            Standing::Confirms(report.finding)
        }
        Some(report) => {
            finding.suppressed = Some(format!("{}{}", Finding::REPORTS, report.finding));
            let evidence = Evidence {
                kind: "corroboration".to_owned(),
                before: None,
                after: Some(format!("{}: {}", finding.source_title, finding.title)),
                place: finding.url.clone(),
            };
            return Standing::Corroborates(report.finding, evidence);
        }
        None => {
            // a class is given to media only where they report a rule
            if !official && finding.class.is_some() {
                doubt(finding);
            }
            Standing::First
        }
    };
    this.topic.clone_from(&finding.topic_key);
    reports.push(this);
    let surplus = reports.len().saturating_sub(MOST);
    reports.drain(..surplus);
    standing
}

/// Marks a media report of a rule: nobody who speaks for the platform has said so.
fn doubt(finding: &mut Finding) {
    finding.confidence = finding.confidence.min(UNCONFIRMED);
    finding.evidence.push(Evidence {
        kind: "unconfirmed".to_owned(),
        before: None,
        after: Some("no official source has said so yet".to_owned()),
        place: None,
    });
}

/// Marks a media report of a rule whose platform is not known as unconfirmed.
pub fn doubt_unplaced(finding: &mut Finding) {
    let is_media = finding.role == Role::Media && finding.kind == FindingKind::NewItem;
    if is_media && finding.class.is_some() && finding.platform.is_none() {
        doubt(finding);
    }
}

/// Takes the mark from a media report that an official finding confirms, and says which.
pub fn confirm(media: &mut Finding, official: &Finding) {
    // a document's finding takes the place of its pages' findings
    let settled = |e: &Evidence| matches!(e.kind.as_str(), "unconfirmed" | "confirmed_by");
    media.evidence.retain(|e| !settled(e));
    media.evidence.push(Evidence {
        kind: "confirmed_by".to_owned(),
        before: None,
        after: Some(official.title.clone()),
        place: official.url.clone(),
    });
}

impl Report {
    fn is_like(&self, other: &Self) -> bool {
        let terms = self.terms.intersection(&other.terms).count();
        let numbers = self.numbers.intersection(&other.numbers).count();
        let media = if self.official { other } else { self };
        let official = if self.official { self } else { other };
        let titled = media.headline.intersection(&official.terms).count();
        let on_topic = titled * 2 >= media.headline.len();
        (terms >= SHARED && on_topic) || (numbers >= 1 && terms >= 2) || numbers >= 2
    }
}

/// The platform that the title of a media item names: one that is watched, else any that is known.
pub fn platform_named(finding: &Finding, platforms: &[String]) -> Option<String> {
    if finding.role != Role::Media {
        return None;
    }
    let said = words(&finding.title);
    let watched = said.iter().find_map(|word| {
        let mut known = platforms.iter();
        known.find(|id| is_platform(id, &word.folded)).cloned()
    });
    watched.or_else(|| {
        // a name that is also a word is one only as it is written: "Kick", "Discord", not "kick"
        let named = said.iter().filter(|word| {
            let written = &finding.title[word.range.clone()];
            written.chars().count() > 1 && written.starts_with(char::is_uppercase)
        });
        let mut named = named.filter_map(|word| platform_by_word(&word.folded));
        named.next().map(str::to_owned)
    })
}

/// Stems of what a finding says, or its title alone, without small words and its platform's name.
fn terms(finding: &Finding, all: bool) -> BTreeSet<String> {
    let tongue = Tongue::of(finding.language.as_deref(), &finding.title);
    let platform = finding.platform.as_deref().unwrap_or("").to_lowercase();
    let quotes = finding.evidence.iter().filter(|e| all && e.kind == "quote");
    let quoted = quotes.flat_map(|e| [e.before.as_deref(), e.after.as_deref(), e.place.as_deref()]);
    let mut found = BTreeSet::new();
    let gist = all.then_some(finding.gist.as_str());
    for text in [Some(finding.title.as_str()), gist]
        .into_iter()
        .chain(quoted)
        .flatten()
    {
        for word in words(text) {
            let letters = word.folded.chars().filter(|c| c.is_alphabetic()).count();
            if letters >= 4 && !tongue.is_small(&word.folded) && !word.folded.contains(&platform) {
                found.insert(tongue.stem(&word.folded));
            }
            if found.len() >= TERMS {
                return found;
            }
        }
    }
    found
}

/// Numbers and days that a finding tells, spelt alike in all languages.
fn numbers(finding: &Finding) -> BTreeSet<String> {
    let told = finding
        .evidence
        .iter()
        .filter(|e| matches!(e.kind.as_str(), "number" | "date" | "effective"));
    let texts = told.flat_map(|e| [e.before.as_deref(), e.after.as_deref()]);
    let digits = |text: &str| -> String {
        let spelt = text
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '-' || *c == '.');
        spelt.collect()
    };
    let mut found: BTreeSet<String> = texts.flatten().map(digits).collect();
    found.retain(|number| number.len() >= 2);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChangeClass, Severity, Source, SourceKind};

    fn finding(role: Role, title: &str, gist: &str, numbers: &[&str], day: i64) -> Finding {
        let url = "https://x.example/a".parse().expect("a URL");
        let mut source = Source::probe(url, SourceKind("feed".to_owned()));
        source.role = role;
        source.platform = Some("TikTok".to_owned());
        source.title = "SMM Today".to_owned();
        let at = Timestamp::from_second(1_780_000_000 + day * 86_400).expect("a time");
        let kind = match role {
            Role::Official => FindingKind::RuleChange,
            _ => FindingKind::NewItem,
        };
        let mut finding = Finding::about(&source, kind, Severity::Important, at);
        finding.class = Some(ChangeClass::Limit);
        finding.confidence = 0.6;
        finding.title = title.to_owned();
        finding.gist = gist.to_owned();
        finding.topic_key = format!("{role:?}:{title}");
        finding.evidence = numbers
            .iter()
            .map(|n| Evidence {
                kind: "number".to_owned(),
                before: None,
                after: Some((*n).to_owned()),
                place: None,
            })
            .collect();
        finding
    }

    fn official() -> Finding {
        let gist = "Was “hosts must be at least 16”, now “hosts must be at least 18 to go LIVE”";
        finding(
            Role::Official,
            "minimum age for live hosts 16 → 18 years",
            gist,
            &["16 years", "18 years"],
            1,
        )
    }

    fn media(day: i64) -> Finding {
        let gist = "The minimum age of hosts will be 18 years.";
        finding(
            Role::Media,
            "TikTok raises the age for LIVE hosts to 18",
            gist,
            &["18 years"],
            day,
        )
    }

    #[test]
    fn media_that_report_the_same_are_evidence_and_no_card() {
        let (mut reports, mut first) = (Vec::new(), official());
        assert_eq!(stand(&mut reports, &mut first), Standing::First);
        reports[0].finding = FindingId(7);
        let mut second = media(3);
        let standing = stand(&mut reports, &mut second);
        assert!(
            matches!(standing, Standing::Corroborates(FindingId(7), _)),
            "{standing:?}"
        );
        assert_eq!(second.suppressed.as_deref(), Some("reports the same as f7"));
    }

    #[test]
    fn media_alone_are_unconfirmed_until_the_platform_says_it() {
        let (mut reports, mut first) = (Vec::new(), media(0));
        assert_eq!(stand(&mut reports, &mut first), Standing::First);
        assert!(first.confidence < 0.5);
        let mut second = official();
        assert_eq!(
            stand(&mut reports, &mut second),
            Standing::Confirms(FindingId(0))
        );
        assert_eq!(second.topic_key, first.topic_key, "one story");
        assert!(second.evidence.iter().any(|e| e.kind == "reported_before"));
    }

    #[test]
    fn what_the_platform_says_later_takes_the_doubt_away() {
        let (mut reports, mut report) = (Vec::new(), media(0));
        stand(&mut reports, &mut report);
        assert!(report.evidence.iter().any(|e| e.kind == "unconfirmed"));
        confirm(&mut report, &official());
        confirm(&mut report, &official());
        let by = report.evidence.iter().filter(|e| e.kind == "confirmed_by");
        assert_eq!(by.count(), 1);
        assert!(!report.evidence.iter().any(|e| e.kind == "unconfirmed"));
        let by = report.evidence.iter().find(|e| e.kind == "confirmed_by");
        let by = by.and_then(|e| e.after.as_deref()).unwrap_or_default();
        assert!(by.contains("minimum age for live hosts"), "{by}");
    }

    #[test]
    fn a_report_of_a_platform_that_is_not_watched_is_unconfirmed_too() {
        let named = |title: &str| {
            let mut report = media(0);
            (report.platform, report.title) = (None, title.to_owned());
            platform_named(&report, &["TikTok".to_owned()])
        };
        assert_eq!(named("TikTok bans it").as_deref(), Some("TikTok"));
        assert_eq!(named("Snapchat will ban it").as_deref(), Some("snapchat"));
        assert_eq!(named("They kick users out"), None);
        let mut report = media(0);
        report.platform = None;
        doubt_unplaced(&mut report);
        assert!(report.confidence < 0.5);
    }

    #[test]
    fn other_news_and_old_news_stay_apart_and_memory_is_bounded() {
        let mut reports = Vec::new();
        stand(&mut reports, &mut official());
        let mut other = finding(
            Role::Media,
            "TikTok opens shops in Brazil",
            "",
            &["30 %"],
            2,
        );
        assert_eq!(stand(&mut reports, &mut other), Standing::First);
        assert_eq!(
            stand(&mut reports, &mut media(20)),
            Standing::First,
            "weeks later"
        );
        for day in 0..200 {
            stand(
                &mut reports,
                &mut finding(Role::Media, &format!("n{day}"), "", &[], 21),
            );
        }
        assert!(reports.len() <= MOST);
    }
}
