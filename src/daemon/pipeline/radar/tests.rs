//! Names seen for the first time, by the whole watch: told once, restarts and all.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::daemon::pipeline::trends::tests::{bring, open};
use crate::model::{Finding, FindingKind, ManualClock, TrendStage};
use crate::query::{self, NewNamesQuestion};
use crate::store::Reader;

const TEXTS: [&str; 4] = [
    "Introducing Remix Battles, a new format for every creator",
    "Clipnet launches Remix Battles on 20 April 2026. All who make clips may take part",
    "How we made our first clip for Remix Battles with a phone",
    "Everybody wants the new Remix Battles now",
];

fn begin() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

/// What is found when the format is launched after so many days, and how it is shown a day later.
async fn watch(days: i64, stops: bool) -> (Vec<Finding>, Vec<query::NewNameView>) {
    let dir = tempfile::tempdir().unwrap();
    let mut pipeline = open(dir.path(), begin()).await;
    let mut found = Vec::new();
    for check in 0..=(days + 1) * 4 {
        let now = begin() + SignedDuration::from_hours(6 * check);
        pipeline.clock = Arc::new(ManualClock::new(now));
        let daily = format!("column {} of the house number {check}", check * check);
        bring(&pipeline, 4, daily, now).await;
        if let Some(text) = usize::try_from(check - days * 4)
            .ok()
            .and_then(|n| TEXTS.get(n))
        {
            let owner = (check - days * 4) as usize;
            bring(&pipeline, owner, (*text).to_owned(), now).await;
        }
        for id in pipeline.watch_trends().await.unwrap() {
            let kept = pipeline.store.read(move |reader| reader.finding(id)).await;
            let finding = kept.unwrap();
            if finding.kind == FindingKind::FirstSeen {
                found.push(finding);
            }
        }
        if stops {
            pipeline.store.clone().close().await.unwrap();
            drop(pipeline);
            pipeline = open(dir.path(), now).await;
        }
    }
    let question = NewNamesQuestion {
        window: SignedDuration::from_hours(240),
        platform: None,
        language: None,
        stage: None,
        limit: 9,
    };
    let now = pipeline.now();
    let views = query::new_names(&pipeline.store, question, now)
        .await
        .unwrap();
    (found, views)
}

#[tokio::test]
async fn a_format_nobody_knew_is_told_once_with_its_evidence() {
    let (found, views) = watch(20, false).await;
    let [finding] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(finding.title, "New format: Remix Battles");
    assert!(
        finding
            .gist
            .contains("nobody in 20 d before. o0: Introducing"),
        "{}",
        finding.gist
    );
    assert_eq!(
        finding.effective.map(|day| day.to_string()).as_deref(),
        Some("2026-04-20")
    );
    assert!(finding.confidence > 0.5 && finding.url.is_some());
    let of = |kind: &str| finding.evidence.iter().filter(|e| e.kind == kind).count();
    assert_eq!(
        (of("item"), of("effective")),
        (3, 1),
        "{:?}",
        finding.evidence
    );
    let [view] = views.as_slice() else {
        panic!("{views:?}");
    };
    assert_eq!((view.owners, view.items, view.unseen_days), (4, 4, 20));
    assert_eq!(
        (view.sort.as_deref(), view.stage),
        (Some("format"), TrendStage::Rising)
    );
    assert_eq!(view.volume.iter().sum::<u32>(), 4);
}

#[tokio::test]
async fn a_restart_after_every_check_changes_nothing() {
    assert_eq!(watch(20, true).await, watch(20, false).await);
}

#[tokio::test]
async fn in_the_first_days_of_a_watch_nothing_is_new() {
    let (found, views) = watch(9, false).await;
    assert!(found.is_empty() && views.is_empty(), "{found:?}");
}

#[tokio::test]
async fn names_are_forgotten_after_a_year_of_silence_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut pipeline = open(dir.path(), begin()).await;
    bring(&pipeline, 1, TEXTS[0].to_owned(), begin()).await;
    pipeline.watch_trends().await.unwrap();
    let known = |pipeline: &crate::daemon::pipeline::Pipeline| {
        let store = pipeline.store.clone();
        async move { store.read(Reader::known_names).await.unwrap() }
    };
    let all = known(&pipeline).await;
    assert!(all > 0);
    for (days, left) in [(390, all), (402, 0)] {
        let now = begin() + SignedDuration::from_hours(24 * days);
        pipeline.clock = Arc::new(ManualClock::new(now));
        pipeline.retain_names().await.unwrap();
        assert_eq!(known(&pipeline).await, left, "after {days} days");
    }
}
