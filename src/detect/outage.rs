//! Incidents of status pages: an outage is told once it has lasted, and so is its end.
//!
//! A short incident alarms nobody: it is kept with its reason. What is remembered of a source is a
//! bounded list of its open incidents; each is told once and its end once, whether the page edits its
//! entry or takes it down.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::headline::over_after;
use crate::model::{Evidence, Finding, Language, ReadItem, Severity};

/// An outage that lasts this long is told.
const LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Open incidents remembered of one source.
const MOST: usize = 64;
/// An incident that began longer ago when it is first met is no outage but a notice left standing.
const STALE: SignedDuration = SignedDuration::from_hours(48);
/// Why an incident is not told yet.
const SHORT_SO_FAR: &str = "open for less than 15 minutes so far";
/// Why an incident is never told.
const SHORT: &str = "over within 15 minutes";
const PLANNED: &str = "planned maintenance";
const STANDING: &str = "a notice left standing";
const OVER: &str = "over before it was seen";

/// An open incident that is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenIncident {
    /// What names it on its page.
    key: String,
    /// When it began.
    since: Timestamp,
    /// Was it told?
    told: bool,
    /// What is told of it.
    finding: Finding,
}

/// What a reading of a status page says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    /// What is remembered from now on.
    pub open: Vec<OpenIncident>,
    /// What is told or kept, each with the index of the item that it is about, if that stands in
    /// this reading.
    pub findings: Vec<(Option<usize>, Finding)>,
}

/// What an item says of an incident's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Over,
    Planned,
}

/// Judges the items of one reading of a status page. `finding` words what is told of an item;
/// `is_new` says of an item, by its index, whether it was never read before.
pub fn watch_incidents(
    mut remembered: Vec<OpenIncident>,
    items: &[ReadItem],
    finding: impl Fn(&ReadItem) -> Finding,
    is_new: impl Fn(usize) -> bool,
    now: Timestamp,
) -> Watched {
    let mut out = Watched::default();
    // the page's state as a whole says nothing that its incidents do not
    let named = items
        .iter()
        .any(|i| !is_whole(i) && state(i) == State::Open);
    for (at, item) in items.iter().enumerate() {
        let key = key(item);
        let known = remembered.iter().position(|open| open.key == key);
        let known = known.map(|at| remembered.remove(at));
        let state = match state(item) {
            State::Open if is_whole(item) && named => State::Over,
            state => state,
        };
        match (known, state) {
            (Some(open), State::Open) => {
                let finding = finding(item);
                out.go_on(OpenIncident { finding, ..open }, Some(at), now);
            }
            (Some(open), _) => out.end(open, Some(at), now),
            (None, State::Open) if is_new(at) || is_whole(item) => {
                let begun = item.published.filter(|_| !is_whole(item));
                out.begin(key, begun.unwrap_or(now), finding(item), at, now);
            }
            (None, State::Over) if is_new(at) && !is_whole(item) => {
                let end = item.updated.unwrap_or(now);
                let short = |from: Timestamp| end.duration_since(from) < LASTS;
                let short = item.published.is_some_and(short);
                out.keep(finding(item), at, if short { SHORT } else { OVER });
            }
            (None, State::Planned) if is_new(at) => out.keep(finding(item), at, PLANNED),
            (None, _) => {}
        }
    }
    // some pages list only what is open: what is gone from them is over
    for open in remembered {
        out.end(open, None, now);
    }
    let surplus = out.open.len().saturating_sub(MOST);
    out.open.drain(..surplus);
    out
}

/// Word that the page is as before: what is still open may have lasted long enough by now.
pub fn still_open(remembered: Vec<OpenIncident>, now: Timestamp) -> Watched {
    let mut out = Watched::default();
    for open in remembered {
        out.go_on(open, None, now);
    }
    out
}

/// When the first incident that is not told yet will have lasted long enough.
pub fn next_look(open: &[OpenIncident]) -> Option<Timestamp> {
    let untold = open.iter().filter(|incident| !incident.told);
    untold
        .filter_map(|incident| incident.since.checked_add(LASTS).ok())
        .min()
}

impl Watched {
    /// The same at the first sight of a source, which is never news: what is open is told by a later
    /// reading, if it still is.
    #[must_use]
    pub fn unsaid(mut self) -> Self {
        self.findings.clear();
        for open in &mut self.open {
            open.told = false;
        }
        self
    }

    /// An incident that was not known.
    fn begin(
        &mut self,
        key: String,
        since: Timestamp,
        finding: Finding,
        at: usize,
        now: Timestamp,
    ) {
        let age = now.duration_since(since);
        if age > STALE {
            self.keep(finding, at, STANDING);
            return;
        }
        if age < LASTS {
            self.keep(finding.clone(), at, SHORT_SO_FAR);
        }
        let open = OpenIncident {
            key,
            since,
            told: false,
            finding,
        };
        self.go_on(open, Some(at), now);
    }

    /// An incident that is open: told once it has lasted.
    fn go_on(&mut self, mut open: OpenIncident, at: Option<usize>, now: Timestamp) {
        if !open.told && now.duration_since(open.since) >= LASTS {
            open.told = true;
            let mut finding = open.finding.clone();
            finding.detected_at = now;
            finding
                .evidence
                .push(piece("since", open.since.to_string()));
            self.findings.push((at, finding));
        }
        self.open.push(open);
    }

    /// An incident that is over: its end is told, unless it was too short to be told at all.
    fn end(&mut self, open: OpenIncident, at: Option<usize>, now: Timestamp) {
        let span = now.duration_since(open.since);
        let mut finding = open.finding;
        finding.detected_at = now;
        finding.severity = Severity::Informational;
        if !open.told && span < LASTS {
            finding.suppressed = Some(SHORT.to_owned());
        }
        let own = match finding.language.as_deref() {
            Some(code) if code.starts_with("ru") => Language::Ru,
            _ => Language::En,
        };
        let end = |title: &str, language| format!("{title} — {}", over_after(span, language));
        finding.title = end(&finding.title, own);
        for wording in &mut finding.wordings {
            wording.title = end(&wording.title, wording.language);
        }
        finding
            .evidence
            .push(piece("since", open.since.to_string()));
        finding.evidence.push(piece("until", now.to_string()));
        // words that were not told before, so that whoever was told of it hears of its end
        finding
            .evidence
            .insert(0, piece("quote", over_after(span, own)));
        self.findings.push((at, finding));
    }

    fn keep(&mut self, mut finding: Finding, at: usize, reason: &str) {
        finding.suppressed = Some(reason.to_owned());
        self.findings.push((Some(at), finding));
    }
}

fn piece(kind: &str, text: String) -> Evidence {
    Evidence {
        kind: kind.to_owned(),
        before: None,
        after: Some(text),
        place: None,
    }
}

/// Is it the state of the page as a whole?
fn is_whole(item: &ReadItem) -> bool {
    item.format.as_deref() == Some("status")
}

/// What names an incident on its page.
fn key(item: &ReadItem) -> String {
    let named = item.guid.as_ref().or(item.link.as_ref());
    named.unwrap_or(&item.title).clone()
}

/// How an incident stands: by its severity if the page gives one, else by its words.
fn state(item: &ReadItem) -> State {
    const PLANNED: [&str; 5] = [
        "scheduled",
        "maintenance",
        "in_progress",
        "плановы",
        "профилактик",
    ];
    const OVER: [&str; 9] = [
        "resolved",
        "completed",
        "postmortem",
        "operational",
        "fixed",
        "решен",
        "устранен",
        "восстановлен",
        "завершен",
    ];
    let says = |text: &str, words: &[&str]| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let status = item.tags.first().map_or("", String::as_str);
    if says(status, &PLANNED) || says(&item.title, &PLANNED) {
        return State::Planned;
    }
    match item.samples.iter().find(|s| s.metric == "severity") {
        Some(sample) if sample.value > 0.0 => State::Open,
        Some(_) => State::Over,
        None => {
            // status feeds put the newest word first
            let newest = item.summary.lines().next().unwrap_or("");
            let over = [status, &item.title, newest].iter().any(|t| says(t, &OVER));
            if over { State::Over } else { State::Open }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FindingKind, Sample, Source, SourceKind};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + minutes * 60).expect("a time")
    }

    fn item(severity: f64) -> ReadItem {
        ReadItem {
            guid: Some("i1".to_owned()),
            title: "Ads Manager is slow".to_owned(),
            published: Some(at(0)),
            samples: vec![Sample {
                metric: "severity".to_owned(),
                value: severity,
                granularity: 1.0,
            }],
            format: Some("incident".to_owned()),
            ..ReadItem::default()
        }
    }

    fn finding(item: &ReadItem) -> Finding {
        let url = "https://status.example".parse().expect("a URL");
        let source = Source::probe(url, SourceKind("statuspage".to_owned()));
        let mut finding = Finding::about(&source, FindingKind::Outage, Severity::Important, at(0));
        finding.title.clone_from(&item.title);
        finding
    }

    /// Readings at some minutes with a severity each; `None`: the entry is gone. What was told.
    fn told(readings: &[(i64, Option<f64>)]) -> Vec<(i64, String)> {
        let mut open = Vec::new();
        let mut told = Vec::new();
        for (number, (minute, severity)) in readings.iter().enumerate() {
            let items: Vec<ReadItem> = severity.iter().map(|s| item(*s)).collect();
            let watched = watch_incidents(open, &items, finding, |_| number == 0, at(*minute));
            open = watched.open;
            let heard = watched.findings.into_iter().map(|(_, f)| f);
            let heard = heard.filter(|f| f.suppressed.is_none());
            told.extend(heard.map(|f| (*minute, f.title)));
        }
        told
    }

    #[test]
    fn a_short_incident_alarms_nobody() {
        assert!(told(&[(3, Some(2.0)), (13, Some(0.0)), (30, Some(0.0))]).is_empty());
        assert!(told(&[(3, Some(2.0)), (13, None)]).is_empty());
    }

    #[test]
    fn an_outage_that_lasts_is_told_once_and_so_is_its_end() {
        let heard = told(&[
            (3, Some(2.0)),
            (13, Some(2.0)),
            (23, Some(3.0)),
            (33, Some(2.0)),
            (130, Some(0.0)),
            (140, Some(0.0)),
        ]);
        let minutes: Vec<i64> = heard.iter().map(|(minute, _)| *minute).collect();
        assert_eq!(minutes, [23, 130]);
        assert_eq!(heard[1].1, "Ads Manager is slow — over after 2 h 10 min");
    }

    #[test]
    fn an_entry_that_is_taken_down_has_ended() {
        assert_eq!(told(&[(20, Some(2.0)), (50, None)]).len(), 2);
    }

    #[test]
    fn time_passes_though_the_page_stays() {
        let first = watch_incidents(Vec::new(), &[item(2.0)], finding, |_| true, at(1));
        assert_eq!(next_look(&first.open), Some(at(15)));
        let later = still_open(first.open, at(16));
        assert_eq!(later.findings.len(), 1);
        assert!(still_open(later.open, at(40)).findings.is_empty());
    }

    #[test]
    fn what_is_planned_or_was_over_before_is_kept_and_not_told() {
        let mut planned = item(1.0);
        planned.tags = vec!["scheduled".to_owned()];
        for item in [planned, item(0.0)] {
            let watched = watch_incidents(Vec::new(), &[item], finding, |_| true, at(60));
            assert!(watched.findings[0].1.suppressed.is_some());
            assert!(watched.open.is_empty());
        }
    }
}
