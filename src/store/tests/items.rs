//! Items: recognised for good, edited with their past kept, numbered over time.

use super::*;

fn commit(writer: &mut Writer, minutes: i64, items: Vec<ItemWrite>) -> Vec<ItemId> {
    let commit = PollCommit {
        items,
        ..poll("a", minutes)
    };
    writer.commit_poll(&commit).unwrap().items
}

#[test]
fn an_edit_keeps_what_was_said_before() {
    let (_dir, mut writer) = with_sources();
    let ids = commit(&mut writer, 1, vec![item("1", "Ads")]);
    let mut edit = ItemWrite {
        known: Some(ids[0]),
        is_edit: true,
        ..item("1", "Ads anew")
    };
    edit.read.published = Some(at(0));
    assert_eq!(commit(&mut writer, 2, vec![edit.clone()]), ids);
    edit.read.published = Some(at(50));
    edit.read.title = "Ads once more".to_owned();
    commit(&mut writer, 3, vec![edit]);
    let stored = writer.item(ids[0]).unwrap();
    assert_eq!(stored.read.title, "Ads once more");
    assert_eq!(stored.read.published, Some(at(0)), "the first date stays");
    assert_eq!(stored.edited_at, Some(at(3)));
    let past: Vec<_> = writer.revisions(ids[0]).unwrap();
    let titles: Vec<_> = past.iter().map(|r| r.title.as_str()).collect();
    assert_eq!(titles, ["Ads", "Ads anew"]);
    assert_eq!(past[0].summary, "Ads in more words");
    assert_eq!(writer.totals().unwrap().counts.items, 1);
}

#[test]
fn a_known_item_takes_new_keys_and_stays_one() {
    let (_dir, mut writer) = with_sources();
    let ids = commit(&mut writer, 1, vec![item("1", "Ads")]);
    let again = ItemWrite {
        keys: vec![key("1"), key("other guid")],
        known: Some(ids[0]),
        ..item("1", "Ads")
    };
    commit(&mut writer, 2, vec![again]);
    let known = writer
        .known_items(&id("a"), &[key("other guid"), key("1")])
        .unwrap();
    let found: Vec<_> = known.iter().map(|k| (k.key, k.id)).collect();
    assert_eq!(found, [(key("other guid"), ids[0]), (key("1"), ids[0])]);
    assert_eq!(writer.known_items(&id("b"), &[key("1")]).unwrap(), []);
}

#[test]
fn a_key_of_many_names_two_and_no_more() {
    let (_dir, mut writer) = with_sources();
    let shared = |n: u32| ItemWrite {
        keys: vec![key(&n.to_string()), key("https://a.example/")],
        ..item(&n.to_string(), "x")
    };
    for n in 0..50 {
        commit(&mut writer, 1, vec![shared(n)]);
    }
    let known = writer
        .known_items(&id("a"), &[key("https://a.example/"), key("49")])
        .unwrap();
    assert_eq!(known.len(), 3);
    assert_ne!(known[0].id, known[1].id);
    let rows: i64 = writer
        .conn
        .query_row("SELECT count(*) FROM item_key", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 52);
}

#[test]
fn a_feed_that_invents_guids_does_not_fill_the_disk() {
    let (_dir, mut writer) = with_sources();
    let first = commit(&mut writer, 1, vec![item("link", "x")])[0];
    for n in 0..500 {
        let again = ItemWrite {
            keys: vec![key(&format!("guid {n}")), key("link")],
            known: Some(first),
            ..item("link", "x")
        };
        commit(&mut writer, 2 + n, vec![again]);
    }
    let keys: i64 = writer
        .conn
        .query_row("SELECT count(*) FROM item_key", [], |row| row.get(0))
        .unwrap();
    assert!(keys <= 32, "{keys}");
    assert_eq!(
        writer.known_items(&id("a"), &[key("link")]).unwrap()[0].id,
        first
    );
}

#[test]
fn numbers_grow_rows_only_when_they_change() {
    let (_dir, mut writer) = with_sources();
    let with = |minutes: i64, known: Option<ItemId>, value: f64| {
        let mut write = ItemWrite {
            known,
            ..item("1", "x")
        };
        write.read.samples = vec![Sample {
            metric: "views".to_owned(),
            value,
            granularity: 1.0,
        }];
        (minutes, write)
    };
    let (minutes, write) = with(0, None, 10.0);
    let first = commit(&mut writer, minutes, vec![write])[0];
    for (minutes, value) in [
        (5, 10.0),
        (15, 10.0),
        (20, 10.0),
        (30, 12.0),
        (90, 12.0),
        (91, 10.0),
    ] {
        let (minutes, write) = with(minutes, Some(first), value);
        commit(&mut writer, minutes, vec![write]);
    }
    // a body read late changes nothing of what came after it
    let (minutes, write) = with(40, Some(first), 99.0);
    commit(&mut writer, minutes, vec![write]);
    let (minutes, write) = with(95, Some(first), f64::NAN);
    commit(&mut writer, minutes, vec![write]);
    let stretches = writer.item_samples(first).unwrap();
    let seen: Vec<_> = stretches
        .iter()
        .map(|s| (s.since, s.until, s.value))
        .collect();
    assert_eq!(
        seen,
        [
            (at(0), at(15), 10.0),
            (at(30), at(90), 12.0),
            (at(91), at(91), 10.0)
        ]
    );
}

#[test]
fn sources_have_numbers_too() {
    let (_dir, mut writer) = with_sources();
    for (minutes, value) in [(0, 100.0), (60, 100.0), (120, 101.0)] {
        let commit = PollCommit {
            samples: vec![Sample {
                metric: "subscribers".to_owned(),
                value,
                granularity: 1.0,
            }],
            ..poll("a", minutes)
        };
        writer.commit_poll(&commit).unwrap();
    }
    let stretches = writer.source_samples(&id("a")).unwrap();
    assert_eq!(stretches.len(), 2);
    assert_eq!((stretches[0].since, stretches[0].until), (at(0), at(60)));
    assert!(writer.source_samples(&id("b")).unwrap().is_empty());
}

#[test]
fn a_finding_about_a_missing_item_undoes_the_poll() {
    let (_dir, mut writer) = with_sources();
    let commit = PollCommit {
        findings: vec![NewFinding {
            finding: finding("a", "x"),
            about: About::Item(0),
        }],
        ..poll("a", 1)
    };
    let error = writer.commit_poll(&commit).unwrap_err();
    assert!(error.to_string().contains("item 0 of 0"), "{error}");
}
