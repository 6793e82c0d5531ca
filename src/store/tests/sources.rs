//! Sources as configuration comes and goes, and texts over time.

use super::*;

#[test]
fn a_source_that_goes_and_comes_back_keeps_its_history() {
    let (_dir, mut writer) = with_sources();
    writer.commit_poll(&poll("a", 1)).unwrap();
    let only_b = [Arc::new(source("b"))];
    writer.sync_sources(&only_b, at(10)).unwrap();
    let states = writer.states().unwrap();
    assert_eq!(states.len(), 1);
    assert_eq!(writer.sources().unwrap()[0].retired_at, Some(at(10)));
    assert_eq!(writer.polls(Some(&id("a")), None, 9).unwrap().len(), 1);
    writer
        .sync_sources(&[source("a"), source("b")].map(Arc::new), at(20))
        .unwrap();
    let back = writer.state(&id("a")).unwrap();
    assert_eq!((back.known_since, back.seen), (at(0), true));
    assert_eq!(writer.sources().unwrap()[0].retired_at, None);
}

#[test]
fn another_url_forgets_validators_and_move_and_nothing_else() {
    let (_dir, mut writer) = with_sources();
    let learned = |state: SourceState| SourceState {
        validators: body(b"").validators,
        moved_to: Some(Url::parse("https://new.example/").unwrap()),
        failures: 2,
        ..state
    };
    let mut commit = poll("a", 1);
    commit.state = learned(commit.state);
    writer.commit_poll(&commit).unwrap();
    assert_eq!(writer.state(&id("a")).unwrap(), commit.state);

    writer
        .sync_sources(&[source("a"), source("b")].map(Arc::new), at(2))
        .unwrap();
    assert_eq!(writer.state(&id("a")).unwrap(), commit.state, "same URL");

    let mut moved = source("a");
    moved.url = Url::parse("https://elsewhere.example/").unwrap();
    let sources = [moved, source("b")].map(Arc::new);
    writer.sync_sources(&sources, at(3)).unwrap();
    let forgot = SourceState {
        validators: Validators::default(),
        moved_to: None,
        ..commit.state.clone()
    };
    assert_eq!(writer.state(&id("a")).unwrap(), forgot);

    // a poll of the former URL that was still under way must not bring them back
    writer.commit_poll(&commit).unwrap();
    assert_eq!(writer.state(&id("a")).unwrap(), forgot);
}

#[test]
fn an_unknown_source_is_an_error_with_its_name() {
    let (_dir, mut writer) = with_sources();
    let error = writer.commit_poll(&poll("nobody", 1)).unwrap_err();
    assert!(error.to_string().contains("`nobody`"), "{error}");
    assert!(writer.state(&id("nobody")).is_err());
}

fn keep(writer: &mut Writer, new: NewVersion) -> Committed {
    let commit = PollCommit {
        version: Some(new),
        ..poll("a", 1)
    };
    writer.commit_poll(&commit).unwrap()
}

#[test]
fn what_was_said_at_any_time_can_be_asked() {
    let (_dir, mut writer) = with_sources();
    let with_change = |new: NewVersion| NewVersion {
        change: Some(change(ChangeWeight::Cosmetic("links".to_owned()))),
        ..new
    };
    let one = keep(&mut writer, version(10, 1, &["one"])).version;
    let two = keep(&mut writer, with_change(version(20, 2, &["two"])));
    let back = keep(&mut writer, with_change(version(30, 1, &["one"]))).version;
    let when = |minutes| writer.version_at(&id("a"), at(minutes)).unwrap();
    assert_eq!(when(9), None);
    assert_eq!(when(10).map(|v| v.id), one);
    assert_eq!(when(29).map(|v| v.id), two.version);
    assert_eq!(when(99).map(|v| v.id), back);
    let before = writer.version_back(&id("a"), Timestamp::MAX, 1).unwrap();
    assert_eq!(before.as_ref().map(|v| v.id), two.version);
    assert_eq!(writer.replaced_at(&before.unwrap()).unwrap(), Some(at(30)));
    // A→B→A is seen, and the text is kept once
    let seen = writer.seen_text(&id("a"), 1).unwrap().unwrap();
    assert_eq!((Some(seen.0), seen.1), (back, at(30)));
    assert_eq!(writer.seen_text(&id("b"), 1).unwrap(), None);
    let texts: i64 = writer
        .conn
        .query_row("SELECT count(*) FROM blob", [], |row| row.get(0))
        .unwrap();
    assert_eq!(texts, 2);
    let kept = writer.changes(Some(&id("a")), None, 9).unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[1].id, two.change.unwrap());
    assert_eq!(writer.changes(None, Some(kept[0].id), 9).unwrap().len(), 1);
    let cosmetic = Window {
        since: Some(at(20)),
        until: at(30),
    };
    assert_eq!(writer.health(cosmetic).unwrap().cosmetic, 1);
}

#[test]
fn the_same_text_by_the_same_extractor_is_kept_once() {
    let (_dir, mut writer) = with_sources();
    let first = keep(&mut writer, version(10, 1, &["one"]));
    let again = keep(&mut writer, version(20, 1, &["one"]));
    assert_eq!(again.version, first.version);
    let better = keep(
        &mut writer,
        NewVersion {
            extractor: "page/2".to_owned(),
            reextraction: true,
            ..version(20, 1, &["one"])
        },
    );
    assert_ne!(better.version, first.version);
    assert_eq!(writer.totals().unwrap().counts.versions, 2);
}

#[test]
fn reading_history_again_does_not_change_what_is_latest() {
    let (_dir, mut writer) = with_sources();
    keep(&mut writer, version(10, 1, &["old words"]));
    let latest = keep(&mut writer, version(20, 2, &["new words"])).version;
    keep(
        &mut writer,
        NewVersion {
            extractor: "page/2".to_owned(),
            reextraction: true,
            ..version(10, 3, &["old better words"])
        },
    );
    let now = writer.latest_version(&id("a")).unwrap().unwrap();
    assert_eq!(Some(now.id), latest);
    assert_eq!(
        writer.version_at(&id("a"), at(15)).unwrap().unwrap().hash,
        3
    );
    assert!(writer.search("better", 9).unwrap().is_empty());
    assert_eq!(writer.search("words", 9).unwrap().len(), 1);
}

#[test]
fn a_change_needs_a_version_before_it() {
    let (_dir, mut writer) = with_sources();
    let commit = PollCommit {
        version: Some(NewVersion {
            change: Some(change(ChangeWeight::Substantive)),
            ..version(1, 1, &["one"])
        }),
        ..poll("a", 1)
    };
    assert!(matches!(
        writer.commit_poll(&commit),
        Err(StoreError::Invalid { .. })
    ));
}

#[test]
fn history_mixes_texts_items_and_edits_newest_first() {
    let (_dir, mut writer) = with_sources();
    keep(&mut writer, version(1, 1, &["one"]));
    let new = PollCommit {
        items: vec![item("1", "Ads")],
        ..poll("a", 2)
    };
    let ids = writer.commit_poll(&new).unwrap().items;
    let edit = PollCommit {
        items: vec![ItemWrite {
            known: Some(ids[0]),
            is_edit: true,
            ..item("1", "Ads anew")
        }],
        ..poll("a", 3)
    };
    writer.commit_poll(&edit).unwrap();
    let all = writer.history(&id("a"), Timestamp::MAX, 99).unwrap();
    let story: Vec<_> = all
        .iter()
        .map(|entry| match &entry.event {
            Event::Version { .. } => "version",
            Event::Item { .. } => "item",
            Event::Edit { .. } => "edit",
        })
        .collect();
    assert_eq!(story, ["edit", "item", "version"]);
    assert_eq!(writer.history(&id("a"), at(3), 1).unwrap(), all[1..2]);
}

#[test]
fn health_counts_what_fails_and_what_is_fine() {
    let (_dir, mut writer) = with_sources();
    let mut failed = poll("a", 5);
    failed.state.failures = 3;
    failed.state.last_message = Some("timed out".to_owned());
    writer.commit_poll(&failed).unwrap();
    writer.commit_poll(&poll("b", 6)).unwrap();
    let health = writer
        .health(Window {
            since: Some(at(5)),
            until: at(6),
        })
        .unwrap();
    assert_eq!((health.sources, health.fine, health.polls), (2, 1, 1));
    assert_eq!(health.failing.len(), 1);
    assert_eq!(health.failing[0].message, "timed out");
    assert_eq!(health.failing[0].failures, 3);
}

#[test]
fn findings_are_filtered_and_paged() {
    let (_dir, mut writer) = with_sources();
    for n in 0..6 {
        let mut new = finding(if n % 2 == 0 { "a" } else { "b" }, &format!("news {n}"));
        new.detected_at = at(n);
        if n == 4 {
            new.suppressed = Some("links".to_owned());
            new.severity = Severity::Cosmetic;
        }
        if n == 5 {
            new.kind = FindingKind::Outage;
            new.severity = Severity::Breaking;
        }
        writer.add_finding(&new).unwrap();
    }
    let titles = |filter: FindingFilter| -> Vec<String> {
        let found = writer.findings(&filter, 9).unwrap();
        found.into_iter().map(|(_, f)| f.title).collect()
    };
    let all = FindingFilter::default;
    assert_eq!(
        titles(all()),
        ["news 5", "news 3", "news 2", "news 1", "news 0"]
    );
    let of_a = FindingFilter {
        source: Some(id("a")),
        suppressed: true,
        ..all()
    };
    assert_eq!(titles(of_a), ["news 4", "news 2", "news 0"]);
    let grave = FindingFilter {
        severity: Some(Severity::Breaking),
        ..all()
    };
    assert_eq!(titles(grave), ["news 5"]);
    let span = FindingFilter {
        kind: Some(FindingKind::RuleChange),
        platform: Some("tiktok".to_owned()),
        since: Some(at(1)),
        until: Some(at(3)),
        ..all()
    };
    assert_eq!(titles(span), ["news 2", "news 1"]);
    let page = FindingFilter {
        before: Some(FindingId(3)),
        ..all()
    };
    assert_eq!(titles(page), ["news 1", "news 0"]);
}
