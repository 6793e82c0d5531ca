//! The pairs and how their texts are read.

use std::path::{Path, PathBuf};

use tidewatch::model::PageText;
use tidewatch::query::{Comparison, PairRecord};

pub(crate) struct Pair {
    pub id: String,
    pub platform: String,
    pub document: String,
    pub language: String,
    pub format: String,
    pub substantive: bool,
    pub grade: String,
    pub kinds: String,
    pub gist: String,
    pub now: jiff::Timestamp,
    /// As `compare-files --pairs` takes it.
    pub record: PairRecord,
    root: PathBuf,
}

pub(crate) struct Read {
    pub before: PageText,
    pub after: PageText,
}

pub(crate) fn load(root: &Path) -> Vec<Pair> {
    let lines = std::fs::read_to_string(root.join("pairs.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| parse(root, &serde_json::from_str(line).unwrap()))
        .collect()
}

fn parse(root: &Path, row: &serde_json::Value) -> Pair {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let kinds = row["change_kinds"].as_array().unwrap();
    Pair {
        id: text("id"),
        platform: text("platform"),
        document: text("document_type"),
        language: text("language"),
        format: text("format"),
        substantive: row["label"] == "substantive",
        grade: text("grade"),
        kinds: kinds
            .iter()
            .filter_map(|k| k.as_str())
            .collect::<Vec<_>>()
            .join(","),
        gist: text("gist"),
        now: text("date_after")
            .parse()
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        record: PairRecord::parse(&row.to_string()).unwrap(),
        root: root.to_owned(),
    }
}

impl Pair {
    pub(crate) fn label(&self) -> String {
        format!(
            "{} {}",
            if self.substantive {
                "SUBSTANTIVE"
            } else {
                "noise"
            },
            self.grade
        )
    }

    /// The verdict of `compare-files`.
    pub(crate) fn compare(&self) -> Comparison {
        self.record.judge(&self.root, self.now).unwrap()
    }

    /// The later or the earlier file as it is.
    pub(crate) fn bytes(&self, later: bool) -> Vec<u8> {
        let record = &self.record;
        let file = if later { &record.after } else { &record.before };
        std::fs::read(self.root.join(file)).unwrap()
    }

    /// Both texts as `compare-files` reads them; a wall is no text.
    pub(crate) fn read(&self) -> Read {
        let [before, after] = self.record.texts(&self.root, self.now).unwrap();
        Read {
            before: before.unwrap_or_default(),
            after: after.unwrap_or_default(),
        }
    }
}
