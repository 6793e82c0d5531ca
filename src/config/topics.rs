//! `[[topic]]`: what a user watches by words of their own.

use std::ops::Range;

use super::report::{Place, Report, suggest};
use super::table::{Found, Table};
use super::value;
use crate::model::{QueryExpr, QueryFault, Source, SpikeAlert, TopicKind, TopicSpec};

const KINDS: [(&str, TopicKind); 3] = [
    ("brand", TopicKind::Brand),
    ("rival", TopicKind::Rival),
    ("theme", TopicKind::Theme),
];
/// Most topics; a text is held against all of them at once.
const MOST: usize = 2_000;

/// Reads one topic. The name is given even if the rest is not whole.
pub(super) fn read_topic<'a>(
    table: &Table<'a>,
    sources: &[std::sync::Arc<Source>],
) -> (Option<Found<'a, String>>, Option<TopicSpec>) {
    let report = table.report();
    let name = table.parse("name", value::name);
    table.need("name", "give it a name, such as `acme`");
    let title = table.text("title");
    let query = query(table);
    let group = table.parse("group", value::name);
    let kind = table.choice("kind", &KINDS).unwrap_or_default();
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let mut wanted = Vec::new();
    for found in table.texts("sources").unwrap_or_default() {
        match sources
            .iter()
            .find(|source| source.id.as_str() == found.value)
        {
            Some(source) => wanted.push(source.id.clone()),
            None if table.file().damaged => {}
            None => report.fault(
                &found.place,
                format!("no source is named `{}`", found.value),
                suggest(&found.value, &ids),
            ),
        }
    }
    let among = |key: &'static str, what: &str, known: &dyn Fn(&Source) -> Vec<String>| {
        let mut all: Vec<String> = sources.iter().flat_map(|source| known(source)).collect();
        all.sort_unstable();
        all.dedup();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let list = table.texts(key).unwrap_or_default();
        for found in list
            .iter()
            .filter(|found| !all.contains(&found.value.as_str()))
        {
            let message = format!("no source has the {what} `{}`", found.value);
            report.warn(&found.place, message, suggest(&found.value, &all));
        }
        list.into_iter()
            .map(|found| found.value)
            .collect::<Vec<_>>()
    };
    let tags = among("tags", "tag", &|source| source.tags.clone());
    let platforms = among("platforms", "platform", &|source| {
        source.platform.iter().cloned().collect()
    });
    let except_owners = among("except_owners", "owner", &|source| {
        vec![source.owner.clone()]
    });
    let alert = alert(table);
    table.finish();
    let spec = name.clone().zip(query).map(|(name, query)| TopicSpec {
        title: title.map_or_else(|| name.value.clone(), |found| found.value),
        name: name.value,
        query,
        group: group.map(|found| found.value),
        kind,
        tags,
        sources: wanted,
        platforms,
        except_owners,
        alert,
    });
    (name, spec)
}

/// What is to be said of the topics as a whole.
pub(super) fn check_all(topics: &[TopicSpec], names: &[Found<'_, String>], report: &Report) {
    if let Some(first) = names.get(MOST) {
        let message = format!("there are more than {MOST} topics");
        report.fault(&first.place, message, "join some of them with `any`");
    }
    for (topic, name) in topics.iter().zip(names) {
        let Some(group) = &topic.group else { continue };
        let alone = topics
            .iter()
            .filter(|t| t.group.as_ref() == Some(group))
            .count()
            == 1;
        if alone {
            report.warn(
                &name.place,
                format!("`{}` is alone in the group `{group}`", topic.name),
                "name the same group in the topics that it is compared with",
            );
        }
    }
}

fn alert(table: &Table<'_>) -> Option<SpikeAlert> {
    let wanted = table.flag("alert").unwrap_or(true);
    let base = SpikeAlert::default();
    let owners = table.number("alert_owners", 2..=1_000);
    let mentions = table.number("alert_mentions", 1..=100_000);
    let times = table.number("alert_times", 1..=1_000);
    let small = |n: Option<u64>, base: u32| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(base);
    wanted.then_some(SpikeAlert {
        owners: small(owners, base.owners),
        mentions: small(mentions, base.mentions),
        times: times.map_or(base.times, |n| n as f64),
    })
}

/// `query`, `all`, `any` and `none` together, as one.
fn query(table: &Table<'_>) -> Option<QueryExpr> {
    let report = table.report();
    let mut sound = true;
    let mut settle = |read: Result<QueryExpr, QueryFault>, place: &Place<'_>| match read {
        Ok(query) => Some(query),
        Err(fault) => {
            sound = false;
            report.fault(&inside(place, &fault.at), fault.message, fault.remedy);
            None
        }
    };
    let mut parts = Vec::new();
    let mut places = Vec::new();
    if let Some(found) = table.text("query") {
        parts.extend(settle(QueryExpr::parse(&found.value), &found.place));
        places.push(found.place);
    }
    let mut entries = |key: &'static str| {
        let list = table.texts(key).unwrap_or_default();
        let read: Vec<QueryExpr> = list
            .iter()
            .filter_map(|found| settle(QueryExpr::entry(&found.value), &found.place))
            .collect();
        places.extend(list.into_iter().next().map(|found| found.place));
        read
    };
    let (all, any, none) = (entries("all"), entries("any"), entries("none"));
    parts.extend(all);
    if !any.is_empty() {
        parts.push(QueryExpr::Any(any));
    }
    if !none.is_empty() {
        parts.push(QueryExpr::Not(Box::new(QueryExpr::Any(none))));
    }
    let Some(first) = places.first() else {
        table.need(
            "query",
            "say which words it is about: `query = \"…\"`, or lists `all`, `any`, `none`",
        );
        return None;
    };
    if !sound || parts.is_empty() {
        return None;
    }
    let query = QueryExpr::All(parts);
    if query.matches_silence() {
        report.fault(
            first,
            "this would match every text that lacks some words",
            "add a word that must be there",
        );
        return None;
    }
    Some(query)
}

/// A stretch inside a TOML string, where it stands in the file.
fn inside<'a>(place: &Place<'a>, at: &Range<usize>) -> Place<'a> {
    let Place::In(file, span) = place else {
        return place.clone();
    };
    let raw = file.text.get(span.clone()).unwrap_or_default();
    match (raw_offset(raw, at.start), raw_offset(raw, at.end)) {
        (Some(start), Some(end)) => Place::In(file, span.start + start..span.start + end),
        _ => place.clone(),
    }
}

/// Where the byte `wanted` of a TOML string's value stands in its raw form, quotes and all.
fn raw_offset(raw: &str, wanted: usize) -> Option<usize> {
    let (opening, escapes) = match raw.as_bytes() {
        [b'"', b'"', b'"', ..] => (3, true),
        [b'\'', b'\'', b'\'', ..] => (3, false),
        [b'"', ..] => (1, true),
        [b'\'', ..] => (1, false),
        _ => return None,
    };
    let mut at = opening;
    if opening == 3 {
        // a line break right after the opening is not part of the value
        let rest = &raw[at..];
        at += rest.len() - rest.trim_start_matches('\r').trim_start_matches('\n').len();
    }
    let mut seen = 0;
    while seen < wanted {
        let c = raw.get(at..)?.chars().next()?;
        if c != '\\' || !escapes {
            at += c.len_utf8();
            seen += c.len_utf8();
            continue;
        }
        let sign = raw.get(at + 1..)?.chars().next()?;
        let digits = match sign {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c if c.is_whitespace() => {
                let rest = &raw[at + 1..];
                at += 1 + rest.len() - rest.trim_start().len();
                continue;
            }
            _ => 0,
        };
        let code = raw.get(at + 2..at + 2 + digits)?;
        seen += u32::from_str_radix(code, 16)
            .ok()
            .and_then(char::from_u32)
            .map_or(1, char::len_utf8);
        at += 2 + digits;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_go_through_quotes_and_escapes() {
        for (raw, value, wanted) in [
            (r#""a OR b""#, "OR", 2),
            (r"'a OR b'", "OR", 2),
            (r#""a \"b c\" OR""#, "OR", 8),
            (r#""\u0444 OR""#, "OR", 3),
            ("\"\"\"\na\nOR\"\"\"", "OR", 2),
            ("\"\"\"a \\\n   OR\"\"\"", "OR", 2),
            ("'ё OR'", "OR", 3),
        ] {
            let at = raw_offset(raw, wanted).expect("an offset");
            assert!(
                raw[at..]
                    .trim_start_matches(['\\', '\n', ' '])
                    .starts_with(value),
                "{raw}: {at}"
            );
        }
        assert_eq!(raw_offset("\"a\"", 99), None);
    }
}
