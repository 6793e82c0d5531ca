//! What changed in the rules, and what comes into force when.

use std::collections::{BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::{DateMeaning, Finding, FindingId, Severity, SourceId, russian_stem};
use crate::store::{ChangeFilter, Store};

use super::{FindingView, QueryError};

/// Findings looked at for one calendar; far beyond what any real one holds.
const MOST: usize = 5_000;
/// Days from the main day of a finding to others that it names.
const BESIDE: i32 = 62;
/// Rows of one day that a finding is compared with.
const ALIKE: usize = 100;
/// Letters of a word that tells something.
const LONG_WORD: usize = 4;
/// Why an entry is not told that was there before the watch began: its date still comes.
const BACKFILL: &str = "published before the source was watched";

/// Something that is planned for a day: one row for all who say so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deadline {
    /// The day.
    pub date: Date,
    /// What happens then; what comes into force has `from`.
    pub meaning: DateMeaning,
    /// The words that name the day, if the finding names others, too, or is a plain item.
    pub words: Option<String>,
    /// Days from today: 0 is today, negative is past.
    pub days_left: i32,
    /// The finding that says so.
    pub id: FindingId,
    /// Its headline.
    pub title: String,
    /// One or two sentences.
    pub gist: String,
    /// How grave.
    pub severity: Severity,
    /// Platform.
    pub platform: Option<String>,
    /// Where it was found.
    pub source: SourceId,
    /// All sources that say so, this one first.
    pub sources: Vec<SourceId>,
    /// Further findings that say so.
    pub also: Vec<FindingId>,
    /// Where a reader can see it.
    pub url: Option<String>,
    /// Why it was not told, if it was not.
    pub suppressed: Option<String>,
    /// The story: a date that moves keeps it.
    pub topic_key: String,
}

/// Changes of rules that pass a filter, newest first: of pages, and classed entries of changelogs.
pub async fn rule_changes(
    store: &Store,
    filter: ChangeFilter,
    limit: usize,
) -> Result<Vec<FindingView>, QueryError> {
    let found = store.read(move |reader| reader.rule_changes(&filter, limit));
    let views = found.await?.into_iter();
    Ok(views
        .map(|(id, finding)| FindingView { id, finding })
        .collect())
}

/// What is planned between two days, nearest first, each event once: findings of one story, and those of
/// one day whose words are alike, share a row. What was suppressed as noise is left out unless `all`;
/// entries that were there before the watch began count.
pub async fn deadlines(
    store: &Store,
    today: Date,
    from: Date,
    until: Date,
    all: bool,
) -> Result<Vec<Deadline>, QueryError> {
    // a finding is stored under its main day, and names others near it
    let first = from.checked_sub(BESIDE.days()).unwrap_or(Date::MIN);
    let found = store.read(move |reader| reader.findings_in_force(first, Date::MAX, MOST));
    let mut found = found.await?;
    // of two that tell one story the told one speaks, else the newer
    found.sort_by_key(|(id, f)| (f.suppressed.is_some(), std::cmp::Reverse(*id)));
    let mut rows: Vec<Row> = Vec::new();
    let mut of_story: HashMap<(Date, String), usize> = HashMap::new();
    let mut of_day: HashMap<Date, Vec<usize>> = HashMap::new();
    for (id, finding) in found {
        let noise = finding
            .suppressed
            .as_deref()
            .is_some_and(|why| why != BACKFILL);
        if noise && !all {
            continue;
        }
        for day in days(&finding) {
            if day.date < from || day.date > until {
                continue;
            }
            let story = (day.date, finding.topic_key.clone());
            let told = of_story
                .get(&story)
                .filter(|_| !finding.topic_key.is_empty());
            let words = Words::of(&finding.title, day.words.as_deref());
            let alike = || {
                let same_day = of_day.get(&day.date).into_iter().flatten().take(ALIKE);
                same_day.copied().find(|row| rows[*row].words.alike(&words))
            };
            if let Some(row) = told.copied().or_else(alike) {
                rows[row].add(id, &finding);
                of_story.insert(story, row);
                continue;
            }
            of_story.insert(story, rows.len());
            of_day.entry(day.date).or_default().push(rows.len());
            let deadline = deadline(id, &finding, day, today);
            rows.push(Row { deadline, words });
        }
    }
    rows.sort_by_key(|row| (row.deadline.date, std::cmp::Reverse(row.deadline.id)));
    Ok(rows.into_iter().map(|row| row.deadline).collect())
}

/// A row in the making.
struct Row {
    deadline: Deadline,
    words: Words,
}

impl Row {
    /// Another finding says so, too.
    fn add(&mut self, id: FindingId, finding: &Finding) {
        let row = &mut self.deadline;
        if id != row.id && !row.also.contains(&id) {
            row.also.push(id);
        }
        if !row.sources.contains(&finding.source) {
            row.sources.push(finding.source.clone());
        }
    }
}

/// A day that a finding names.
struct Day {
    date: Date,
    meaning: DateMeaning,
    words: Option<String>,
}

/// The days of a finding: those planned in its text, else the day from which it is in force.
fn days(finding: &Finding) -> Vec<Day> {
    let planned = finding
        .evidence
        .iter()
        .filter(|e| e.kind == DateMeaning::EVIDENCE);
    let planned = planned.filter_map(|said| {
        Some(Day {
            date: said.after.as_deref()?.parse().ok()?,
            meaning: DateMeaning::of(said.place.as_deref()?)?,
            words: said.before.clone(),
        })
    });
    let mut days: Vec<Day> = planned.collect();
    if let Some(date) = finding
        .effective
        .filter(|date| days.iter().all(|day| day.date != *date))
    {
        days.push(Day {
            date,
            meaning: DateMeaning::From,
            words: None,
        });
    }
    days
}

/// The words by which two findings of one day are known for one event: the stems of longer words, and
/// what stands in capitals.
struct Words(BTreeSet<String>);

impl Words {
    fn of(title: &str, words: Option<&str>) -> Self {
        let all = [title, words.unwrap_or_default()];
        let all = all
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let long = all
            .filter(|word| word.chars().count() >= LONG_WORD && word.contains(char::is_alphabetic));
        Self(
            long.map(|word| russian_stem(&word.to_lowercase().replace('ё', "е")))
                .collect(),
        )
    }

    /// Is half of the shorter one's words in the other, and two at least?
    fn alike(&self, other: &Self) -> bool {
        let shared = self.0.intersection(&other.0).count();
        shared >= 2 && shared * 2 >= self.0.len().min(other.0.len())
    }
}

fn deadline(id: FindingId, finding: &Finding, day: Day, today: Date) -> Deadline {
    Deadline {
        date: day.date,
        meaning: day.meaning,
        words: day.words,
        days_left: today.until(day.date).map_or(0, |span| span.get_days()),
        id,
        title: finding.title.clone(),
        gist: finding.gist.clone(),
        severity: finding.severity,
        platform: finding.platform.clone(),
        source: finding.source.clone(),
        sources: vec![finding.source.clone()],
        also: Vec::new(),
        url: finding.url.clone(),
        suppressed: finding.suppressed.clone(),
        topic_key: finding.topic_key.clone(),
    }
}
