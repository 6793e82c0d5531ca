//! What stands in a feed outside its items: title, language, base, wishes about polling.

use std::time::Duration;

use url::Url;

use super::super::markup::attribute;
use super::super::plain;
use super::entry::join_bases;
use super::scan::{Element, Scan};
use crate::model::Hints;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The feed's title as plain text.
pub(super) fn title(scan: &Scan<'_>) -> Option<String> {
    let titles = scan.head.iter().filter(|element| {
        element.parent.is_none()
            && (element.name.is_core("title") || element.name.is("dc", "title"))
    });
    titles
        .map(|element| plain::text(&scan.entities.value(element.inner).text).replace('\n', " "))
        .find(|title| !title.is_empty())
}

/// The feed's language, as it names it.
pub(super) fn language(scan: &Scan<'_>) -> Option<String> {
    own(scan, "", "language")
        .or_else(|| own(scan, "dc", "language"))
        .or_else(|| {
            let heads = scan.heads.iter();
            heads
                .filter_map(|head| attribute(head, "xml:lang"))
                .next_back()
                .map(str::to_owned)
        })
        .filter(|language| !language.is_empty() && language.len() <= 35)
}

/// The base of relative links: `xml:base`, else in RSS the site's address, else the feed's own.
pub(super) fn base(scan: &Scan<'_>, from: &Url, is_atom: bool) -> Url {
    // CDF writes it without the prefix
    let bases: Vec<Option<&str>> = scan
        .heads
        .iter()
        .map(|head| attribute(head, "xml:base").or_else(|| attribute(head, "base")))
        .collect();
    let site = own(scan, "", "link").filter(|_| !is_atom && bases.iter().all(Option::is_none));
    match site.and_then(|site| Url::parse(&site).ok()) {
        Some(site) if site.has_host() => site,
        _ => join_bases(from.clone(), &bases),
    }
}

/// `ttl`, `sy:*`, `skipHours`, `skipDays`.
pub(super) fn hints(scan: &Scan<'_>) -> Hints {
    let minutes = own(scan, "", "ttl").and_then(|ttl| ttl.parse::<u64>().ok());
    let ttl = minutes
        .filter(|minutes| *minutes > 0)
        .map(|minutes| minutes.saturating_mul(60));
    let period =
        own(scan, "sy", "updateperiod").map(|period| match period.to_ascii_lowercase().as_str() {
            "hourly" => 3_600_u64,
            "weekly" => 7 * 86_400,
            "monthly" => 30 * 86_400,
            "yearly" => 365 * 86_400,
            _ => 86_400,
        });
    let times = own(scan, "sy", "updatefrequency").and_then(|times| times.parse::<u64>().ok());
    let period = period.map(|period| period / times.unwrap_or(1).max(1));
    let longest = 30 * 86_400;
    let mut hints = Hints {
        min_interval: ttl
            .or(period)
            .map(|seconds| Duration::from_secs(seconds.min(longest))),
        ..Hints::default()
    };
    for element in &scan.head {
        let text = || plain::squeeze(element.inner).to_ascii_lowercase();
        if element.name.is_core("hour") {
            // RSS 0.91 counts to 24
            let hour = text().parse::<u8>().ok().filter(|hour| *hour <= 24);
            hints.skip_hours.extend(hour.map(|hour| hour % 24));
        } else if element.name.is_core("day") {
            let day = (1_u8..)
                .zip(WEEKDAYS)
                .find(|(_, name)| text().starts_with(name));
            hints.skip_days.extend(day.map(|(number, _)| number));
        }
    }
    for list in [&mut hints.skip_hours, &mut hints.skip_days] {
        list.sort_unstable();
        list.dedup();
    }
    hints
}

fn own(scan: &Scan<'_>, space: &str, local: &str) -> Option<String> {
    let is_it = |element: &&Element<'_>| {
        let is_core = space.is_empty() && element.name.is_core(local);
        element.parent.is_none() && (is_core || element.name.is(space, local))
    };
    scan.head
        .iter()
        .filter(is_it)
        .map(|element| plain::squeeze(&scan.entities.value(element.inner).text))
        .find(|text| !text.is_empty())
}
