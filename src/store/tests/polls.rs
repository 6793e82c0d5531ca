//! One poll's commit: what it keeps and what it gives back.

use super::*;

#[tokio::test]
async fn a_poll_is_kept_whole() {
    let world = World::new().await;
    let saved = world
        .store
        .write(|w| w.save_snapshot(&id("a"), at(1), &body(b"<p>one")))
        .await
        .unwrap();
    assert!(!saved.same_as_last);
    let first = world
        .commit(PollCommit {
            snapshot: Some(saved.id),
            version: Some(version(1, 1, &["one"])),
            ..poll("a", 1)
        })
        .await;
    assert_eq!(first.change, None);
    let second = world
        .commit(PollCommit {
            version: Some(NewVersion {
                change: Some(change(ChangeWeight::Substantive)),
                ..version(2, 2, &["two"])
            }),
            items: vec![item("1", "Ads"), item("2", "Live")],
            findings: vec![
                NewFinding {
                    finding: finding("a", "changed"),
                    about: About::Change,
                },
                NewFinding {
                    finding: finding("a", "new"),
                    about: About::Item(1),
                },
            ],
            ..poll("a", 2)
        })
        .await;
    let (latest, change, findings, items, state) = world
        .store
        .read(move |r| {
            Ok((
                r.latest_version(&id("a"))?.unwrap(),
                r.change(second.change.unwrap())?,
                r.findings_after(FindingId(0), 10)?,
                r.known_items(&id("a"), &[key("1"), key("2"), key("3")])?,
                r.state(&id("a"))?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(latest.text, text(&["two"]));
    assert_eq!(Some(latest.id), second.version);
    assert_eq!(
        (Some(change.before), Some(change.after)),
        (first.version, second.version)
    );
    let ids: Vec<_> = findings.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, second.findings);
    assert_eq!(findings[0].1.change, second.change);
    assert_eq!(findings[1].1.item, Some(second.items[1]));
    assert_eq!(items.len(), 2);
    assert_eq!(state, poll("a", 2).state);
}
