//! The pairs and how their texts are read.

use std::path::{Path, PathBuf};

use tidewatch::extract;
use tidewatch::extract::markdown::read_markdown;
use tidewatch::model::{Body, PageText, ReadOptions, SourceKind};

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
    pub before: PathBuf,
    pub after: PathBuf,
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
        before: root.join(text("before")),
        after: root.join(text("after")),
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

    pub(crate) fn read(&self) -> Read {
        Read {
            before: self.text(&self.before),
            after: self.text(&self.after),
        }
    }

    fn text(&self, file: &Path) -> PageText {
        let bytes = std::fs::read(file).unwrap();
        if self.format.starts_with("md") {
            return read_markdown(&String::from_utf8_lossy(&bytes));
        }
        let url = "https://example.com/".parse().unwrap();
        let body = Body {
            bytes: &bytes,
            content_type: Some("text/html; charset=utf-8"),
            url: &url,
        };
        let options = ReadOptions {
            select: Vec::new(),
            remove: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
            language: None,
            now: self.now,
        };
        let read = extract::read(&SourceKind("page".to_owned()), &body, &options);
        read.text.unwrap_or_default()
    }
}
