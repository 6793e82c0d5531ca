//! The page `t.me/NAME`: who stands behind a name, and why there are no posts.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};
use url::Url;

use super::super::counts;
use super::{all, counter_name, first, line};
use crate::model::{ReadOutcome, Reading};

selectors! {
    PAGE_TITLE = ".tgme_page_title";
    PAGE_EXTRA = ".tgme_page_extra";
    PAGE_ACTION = ".tgme_page_action a[href]";
    PAGE_PREVIEW = ".tgme_page_context_link";
}

/// The page that `t.me/NAME` is, and to which `t.me/s/NAME` redirects where there is no preview.
pub(super) fn read(root: ElementRef<'_>, url: &Url, reading: &mut Reading) {
    reading.title = first(root, &PAGE_TITLE)
        .map(line)
        .filter(|title| !title.is_empty());
    let extra: Vec<String> = all(root, &PAGE_EXTRA).map(line).collect();
    let action = first(root, &PAGE_ACTION)
        .map(line)
        .unwrap_or_default()
        .to_lowercase();
    let has_preview = first(root, &PAGE_PREVIEW)
        .and_then(|link| link.attr("href"))
        .is_some_and(|href| href.contains("/s/"));
    // a page anybody gets for any name has neither title nor picture
    if reading.title.is_none() || action == "send message" && extra.is_empty() {
        reading.outcome = if action.is_empty() {
            let why = "neither a preview nor a profile of Telegram";
            ReadOutcome::Malformed(why.to_owned())
        } else if reading.title.is_none() {
            ReadOutcome::NotFound
        } else {
            no_preview("a person, not a channel")
        };
        return;
    }
    for part in extra.iter().flat_map(|extra| extra.split(", ")) {
        let name = part.trim_start_matches(|c: char| !c.is_alphabetic());
        reading
            .samples
            .extend(counter_name(name).and_then(|name| counts::parse(part, name)));
    }
    let is = |metric: &str| reading.samples.iter().any(|sample| sample.metric == metric);
    reading.outcome = if has_preview {
        let note = format!("a profile; the posts are at https://t.me/s{}", url.path());
        reading.notes.push(note);
        ReadOutcome::Read
    } else if action.contains("bot") || is("users") {
        no_preview("a bot, not a channel")
    } else if is("members") || is("online") {
        no_preview("a group: Telegram shows no preview of groups")
    } else if reading.samples.is_empty() {
        no_preview("a channel or group without public preview")
    } else {
        no_preview("a channel without public preview: only its subscribers are shown")
    };
}

fn no_preview(why: &str) -> ReadOutcome {
    ReadOutcome::NoPreview(why.to_owned())
}
