//! A reading for people: how it ended and what that means, what was cleaned, the first items and blocks.

use std::fmt::Write as _;

use crate::cli::context::Context;
use crate::cli::output::{BAD, FAINT, GOOD, STRONG, one_line};
use crate::model::{ReadOutcome, Reading};

/// Items and blocks shown.
const SHOWN: usize = 10;
/// Notes shown: as good as all, for who asks wants to know what was cleaned and why.
const NOTES: usize = 200;

/// A named line.
pub(super) fn line(name: &str, value: &str) -> String {
    format!("{STRONG}{name:<9}{STRONG:#} {value}\n")
}

/// What an outcome means for the watch, and what to do.
pub(super) fn meaning(outcome: &ReadOutcome) -> Option<&'static str> {
    Some(match outcome {
        ReadOutcome::Read => return None,
        ReadOutcome::Empty => {
            "a body came, but nothing in it can be read; the last good text stays in force"
        }
        ReadOutcome::LoginWall => {
            "a login form stands in place of the content; find a public address of it"
        }
        ReadOutcome::Captcha => {
            "a bot check stands in place of the content; poll it less often, or find a feed or API of it"
        }
        ReadOutcome::NeedsJavascript => {
            "the page is drawn by JavaScript; look for a feed or API, or let it be rendered: `--render`, `render = true`"
        }
        ReadOutcome::NotFound => "a \"not found\" notice with a good status; check the address",
        ReadOutcome::OutOfService => {
            "a notice of maintenance, overload or a block stands in place of the content; try again later"
        }
        ReadOutcome::NoPreview(_) => {
            "its posts are shown to members only; a public channel has a preview at https://t.me/s/NAME"
        }
        ReadOutcome::Malformed(_) => {
            "the body is not what its kind promises; try another `--kind`, or leave it out to have it recognised"
        }
    })
}

/// A reading for people.
pub(in crate::cli) fn rendered(reading: &Reading, context: &Context) -> String {
    let is_read = reading.outcome == ReadOutcome::Read;
    let style = if is_read { GOOD } else { BAD };
    let mut text = line(
        "outcome",
        &format!("{style}{}{style:#}", reading.outcome.name()),
    );
    if let Some(why) = reading.outcome.why() {
        text.push_str(&line("why", why));
    }
    if let Some(meaning) = meaning(&reading.outcome) {
        text.push_str(&line("", meaning));
    }
    if !reading.encoding.is_empty() {
        text.push_str(&line("encoding", &reading.encoding));
    }
    if let Some(title) = &reading.title {
        text.push_str(&line("title", &one_line(title, 120)));
    }
    for note in reading.notes.iter().take(NOTES) {
        text.push_str(&line("note", &one_line(note, 160)));
    }
    if reading.notes.len() > NOTES {
        text.push_str(&line(
            "",
            &format!("and {} notes more", reading.notes.len() - NOTES),
        ));
    }
    for sample in &reading.samples {
        text.push_str(&line(&sample.metric, &sample.value.to_string()));
    }
    if let Some(interval) = reading.hints.min_interval {
        let minutes = interval.as_secs().div_ceil(60);
        text.push_str(&line(
            "wishes",
            &format!("to be polled at most every {minutes} min"),
        ));
    }
    if let Some(older) = &reading.older {
        text.push_str(&line("older", older.as_str()));
    }
    items(reading, context, &mut text);
    blocks(reading, &mut text);
    text
}

fn items(reading: &Reading, context: &Context, text: &mut String) {
    if reading.items.is_empty() {
        return;
    }
    let dated = reading
        .items
        .iter()
        .filter(|item| item.published.is_some())
        .count();
    let clamped = reading
        .items
        .iter()
        .filter(|item| item.date_clamped)
        .count();
    let mut count = reading.items.len().to_string();
    if dated < reading.items.len() {
        let _ = write!(count, ", {} without a date", reading.items.len() - dated);
    }
    if clamped > 0 {
        let _ = write!(count, ", {clamped} dated in the future, taken as now");
    }
    text.push_str(&line("items", &count));
    for item in reading.items.iter().take(SHOWN) {
        let when = item
            .published
            .map_or_else(|| format!("{:16}", "no date"), |at| context.out.time(at));
        let title = [&item.title, &item.summary]
            .into_iter()
            .find(|text| !text.is_empty())
            .or(item.link.as_ref());
        let title = title.map_or("(nothing but an id)", String::as_str);
        let numbers: Vec<String> = item
            .samples
            .iter()
            .filter(|sample| !sample.metric.contains(':'))
            .take(3)
            .map(|sample| format!("{} {}", sample.value, sample.metric))
            .collect();
        let _ = writeln!(
            text,
            "  {FAINT}{when}{FAINT:#}  {}  {FAINT}{}{FAINT:#}",
            one_line(title, 80),
            numbers.join(" · ")
        );
    }
}

fn blocks(reading: &Reading, text: &mut String) {
    let Some(page) = &reading.text else { return };
    let words: usize = page
        .blocks
        .iter()
        .map(|block| block.text.split_whitespace().count())
        .sum();
    text.push_str(&line(
        "text",
        &format!("{} blocks, {words} words", page.blocks.len()),
    ));
    let shown = if reading.items.is_empty() {
        SHOWN + 2
    } else {
        4
    };
    for block in page.blocks.iter().take(shown) {
        let _ = writeln!(text, "  {FAINT}│{FAINT:#} {}", one_line(&block.text, 90));
    }
}
