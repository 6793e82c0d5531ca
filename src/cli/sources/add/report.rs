//! What was found out about an address, for people and as JSON.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::output::{FAINT, bytes};
use crate::cli::sources::shown::{line, rendered};
use crate::config::Addition;
use crate::daemon::pipeline::{Discoverer, Found};
use crate::extract::discover::Candidate;

/// Everything that was found out.
pub(super) struct Report<'a> {
    pub(super) discoverer: &'a Discoverer,
    pub(super) candidates: &'a [Candidate],
    pub(super) passed: &'a [(Candidate, String)],
    pub(super) found: &'a Found,
    pub(super) addition: &'a Addition,
    pub(super) polls: &'a [jiff::Timestamp],
    pub(super) advice: Vec<String>,
}

impl Report<'_> {
    pub(super) fn text(&self, context: &Context) -> String {
        let mut text = looked(self.discoverer);
        let chosen = &self.found.candidate;
        for (at, candidate) in self.candidates.iter().enumerate() {
            let head = if at == 0 { "found" } else { "" };
            let is_it = candidate.url == chosen.url && candidate.kind == chosen.kind;
            let mark = if is_it && self.candidates.len() > 1 {
                "→"
            } else {
                " "
            };
            let what = format!(
                "{mark}{} {} {FAINT}{}{FAINT:#}  {}",
                at + 1,
                candidate.kind,
                candidate.url,
                candidate.what
            );
            text.push_str(&line(head, &what));
        }
        for (candidate, why) in self.passed {
            text.push_str(&line(
                "passed",
                &format!("{} {}: {why}", candidate.kind, candidate.url),
            ));
        }
        text.push_str(&line("read as", &chosen.kind));
        match &self.found.reading {
            Some(reading) => text.push_str(&rendered(reading, context)),
            None => text.push_str(&line("outcome", "not read yet")),
        }
        let times: Vec<String> = self.polls.iter().map(|at| context.out.time(*at)).collect();
        text.push_str(&line("polls", &format!("{}…", times.join(", "))));
        for advice in &self.advice {
            text.push_str(&line("note", advice));
        }
        text.push('\n');
        for row in self.addition.to_toml().lines() {
            text.push_str(&format!("  {row}\n"));
        }
        text
    }

    pub(super) fn json(&self, written: Option<&str>) -> serde_json::Value {
        json!({
            "requests": self.discoverer.looked(),
            "candidates": self.candidates,
            "passed": self.passed.iter().map(|(candidate, why)| json!({ "kind": candidate.kind, "url": candidate.url, "why": why })).collect::<Vec<_>>(),
            "chosen": self.found.candidate,
            "content_type": self.found.content_type,
            "reading": self.found.reading,
            "next_polls": self.polls,
            "notes": self.advice,
            "id": self.addition.id,
            "toml": self.addition.to_toml(),
            "written": written,
        })
    }
}

pub(super) fn looked(discoverer: &Discoverer) -> String {
    let mut text = String::new();
    for (at, request) in discoverer.looked().iter().enumerate() {
        let head = if at == 0 { "looked at" } else { "" };
        let came = match (&request.failure, request.bytes) {
            (Some(why), _) => why.clone(),
            (None, size) => bytes(size.unwrap_or(0) as u64),
        };
        let way = match &request.final_url {
            Some(to) => format!("{} → {to}", request.url),
            None => request.url.to_string(),
        };
        text.push_str(&line(head, &format!("{way}  {FAINT}{came}{FAINT:#}")));
    }
    text
}
