//! Changes that wait for a second reading.

use super::*;
use crate::model::Doubt;
use crate::store::Reader;

const SOURCE: &str = r#"
[[source]]
id = "rules"
kind = "page"
url = "https://clip.example/rules"
every = "6h"
role = "official"
platform = "clip"
language = "en"
"#;
const AGE: &str = "You must be at least 16 years old to go live on the platform.";
const AGE_18: &str = "You must be at least 18 years old to go live on the platform.";
const KIND: &str = "Be kind to other people and say when a post is paid for.";
const VAGUE: &str = "Be kind to other people and creators and say when a post is paid for.";

async fn desk() -> Desk {
    let mut desk = Desk::new(SOURCE);
    desk.show("rules", &page(&[AGE, KIND]));
    desk.poll("rules").await;
    assert!(desk.found().await.is_empty(), "the first sight is no news");
    desk.wait(360);
    desk
}

async fn change(desk: &Desk, back: usize) -> crate::store::StoredChange {
    let id: SourceId = "rules".parse().unwrap();
    let changes = desk
        .store
        .read(move |r| r.changes(Some(&id), None, 9))
        .await;
    changes.unwrap().swap_remove(back)
}

#[tokio::test]
async fn what_is_sure_and_precise_is_told_at_once() {
    let mut desk = desk().await;
    desk.show("rules", &page(&[AGE_18, KIND]));
    desk.poll("rules").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(told[0].title.contains("16 → 18"), "{}", told[0].title);
}

#[tokio::test]
async fn a_doubtful_change_waits_and_is_told_once() {
    let mut desk = desk().await;
    desk.show("rules", &page(&[AGE, VAGUE]));
    let report = desk.poll("rules").await;
    let first = desk.world.clock.now();
    let found = desk.found().await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].suppressed.as_deref(),
        Some(Doubt::Doubtful.waits())
    );
    assert!(!change(&desk, 0).await.change.is_substantive());
    let again = report.next_poll_at.unwrap().duration_since(first);
    assert!((30..=120).contains(&again.as_mins()), "{again}");

    // asked for by hand too early: it goes on waiting, and the extra poll stays planned
    desk.wait(10);
    let report = desk.poll("rules").await;
    assert!(desk.found().await.is_empty());
    assert!(report.next_poll_at.unwrap() <= first + again);

    desk.wait(100);
    let report = desk.poll("rules").await;
    assert_eq!(
        report.outcome, "not_modified",
        "a 304 is a second reading too"
    );
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(told[0].evidence.iter().any(|e| e.kind == "confirmed"));
    assert!(told[0].change.is_some());
    assert!(change(&desk, 0).await.change.is_substantive());
    let waited = desk.store.read(|r| r.finding(FindingId(1))).await.unwrap();
    assert_eq!(waited.suppressed.as_deref(), Some("told as f2"));
    let history = told[0].evidence.iter().find(|e| e.kind == "waited");
    let history = history.and_then(|e| e.before.as_deref());
    assert_eq!(history, Some("f1: waits for a second reading"));
    let all = crate::store::FindingFilter {
        suppressed: true,
        ..Default::default()
    };
    let listed = desk.store.read(move |r| r.findings(&all, 9)).await.unwrap();
    assert_eq!(listed.len(), 1, "one finding, though it waited");
    let all = crate::store::ChangeFilter {
        suppressed: true,
        ..Default::default()
    };
    let listed = desk.store.read(move |r| r.rule_changes(&all, 9)).await;
    assert_eq!(listed.unwrap().len(), 1);
    desk.wait(360);
    desk.poll("rules").await;
    assert!(desk.found().await.is_empty(), "never twice");
}

#[tokio::test]
async fn a_change_that_does_not_last_is_kept_with_its_reason() {
    let mut desk = desk().await;
    desk.show("rules", &page(&[AGE, VAGUE]));
    desk.poll("rules").await;
    desk.wait(60);
    desk.show("rules", &page(&[AGE, KIND]));
    desk.poll("rules").await;
    assert!(desk.told().await.is_empty());
    let waited = desk.store.read(|r| r.finding(FindingId(1))).await.unwrap();
    assert_eq!(waited.suppressed.as_deref(), Some("did not last"));
    assert!(
        desk.store
            .read(Reader::all_pending)
            .await
            .unwrap()
            .is_empty()
    );
    let back = change(&desk, 0).await;
    assert_eq!(
        back.change.weight,
        crate::model::ChangeWeight::Cosmetic("returned".to_owned())
    );
}

#[tokio::test]
async fn a_third_text_is_a_change_of_what_readers_know() {
    let mut desk = desk().await;
    desk.show("rules", &page(&[AGE, VAGUE]));
    desk.poll("rules").await;
    desk.wait(60);
    desk.show("rules", &page(&[AGE_18, VAGUE]));
    desk.poll("rules").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    let (last, first) = (change(&desk, 0).await, change(&desk, 1).await);
    assert_eq!(last.before, first.before, "from the text that readers know");
    assert_eq!(
        first.change.weight,
        crate::model::ChangeWeight::Cosmetic("changed again before it was confirmed".to_owned())
    );
}

#[tokio::test]
async fn a_failed_poll_does_not_end_the_wait() {
    let mut desk = desk().await;
    desk.show("rules", &page(&[AGE, VAGUE]));
    desk.poll("rules").await;
    desk.wait(60);
    desk.show_status("rules", 503, "");
    desk.poll("rules").await;
    assert!(desk.told().await.is_empty());
    desk.wait(60);
    desk.show("rules", &page(&[AGE, VAGUE]));
    desk.poll("rules").await;
    assert_eq!(desk.told().await.len(), 1);
}

#[tokio::test]
async fn a_year_of_flips_tells_each_text_once_and_costs_no_more_at_its_end() {
    let mut desk = desk().await;
    let (old, new) = (page(&[AGE, KIND]), page(&[AGE_18, KIND]));
    let mut told = 0;
    for round in 0..30 {
        desk.show("rules", if round % 2 == 0 { &new } else { &old });
        desk.poll("rules").await;
        told += desk.told().await.len();
        desk.wait(60 * 24);
    }
    assert_eq!(told, 1, "the first time only");
}
