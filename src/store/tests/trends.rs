//! Trends stay as they were found: members, stages, strength; and go as retention says.

use super::*;

/// A trend of these items.
pub(super) fn trend(id: u64, stage: TrendStage, items: &[ItemId]) -> Trend {
    Trend {
        id: TrendId(id),
        label: format!("topic {id}"),
        earlier_labels: Vec::new(),
        headline: "what it is about".to_owned(),
        stage,
        score: 2.5,
        sources: vec!["a".to_owned()],
        items: items.iter().map(|id| id.0).collect(),
        headline_item: 2,
        canonical: items.first().map_or(0, |id| id.0),
        source: "a".to_owned(),
        link: None,
        languages: vec!["ru".to_owned(), "en".to_owned()],
        related: vec![],
        first_seen: at(1),
        last_seen: at(2),
        window_hours: 48,
        series: vec![],
        evidence: TrendEvidence {
            owners: 3,
            ..TrendEvidence::default()
        },
    }
}

fn lately() -> TrendFilter {
    TrendFilter {
        since: at(-60),
        language: None,
        stage: None,
        all: false,
    }
}

fn ids(writer: &Writer, filter: &TrendFilter) -> Vec<u64> {
    let found = writer.trends(filter, 99).unwrap();
    found.into_iter().map(|found| found.trend.id.0).collect()
}

/// Items of both sources, by the numbers of their ids.
fn with_items() -> (TempDir, Writer, Vec<ItemId>) {
    let (dir, mut writer) = with_sources();
    let mut known = Vec::new();
    for (name, minutes) in [("a", 1), ("b", 2)] {
        let commit = PollCommit {
            items: vec![item(name, &format!("news of {name}"))],
            ..poll(name, minutes)
        };
        known.extend(writer.commit_poll(&commit).unwrap().items);
    }
    (dir, writer, known)
}

#[test]
fn a_trend_is_written_down_with_its_members_stages_and_strength() {
    let (_dir, mut writer, items) = with_items();
    let first = trend(1, TrendStage::Emerging, &items[..1]);
    writer.record_trends(&[first], at(10)).unwrap();
    let later = Trend {
        first_seen: at(5),
        ..trend(1, TrendStage::Rising, &[items[1], ItemId(999)])
    };
    writer.record_trends(&[later], at(70)).unwrap();
    let kept = writer.trend(TrendId(1)).unwrap();
    assert_eq!((kept.found_at, kept.checked_at), (at(10), at(70)));
    assert_eq!(kept.trend.first_seen, at(1), "what was seen first stays so");
    let members = writer.trend_members(TrendId(1), 9).unwrap();
    let of: Vec<_> = members
        .iter()
        .map(|m| (m.item, m.owner.as_str(), m.at))
        .collect();
    assert_eq!(of, [(items[0], "a", at(1)), (items[1], "b", at(2))]);
    let joined = [items[1], ItemId(999)].map(|item| writer.trend_of_item(item).unwrap());
    assert_eq!(joined, [Some(TrendId(1)), None]);
    let stages = writer.trend_stages(TrendId(1)).unwrap();
    let stages: Vec<_> = stages.iter().map(|s| (s.at, s.stage)).collect();
    assert_eq!(
        stages,
        [(at(10), TrendStage::Emerging), (at(70), TrendStage::Rising)]
    );
    let hours: Vec<_> = writer.trend_points(TrendId(1)).unwrap();
    assert_eq!(
        hours.iter().map(|p| p.hour).collect::<Vec<_>>(),
        [at(0), at(60)]
    );
    assert_eq!(writer.last_trend().unwrap(), TrendId(1));
    assert!(matches!(
        writer.trend(TrendId(2)),
        Err(StoreError::NotFound(_))
    ));
}

#[test]
fn a_trend_without_items_is_not_listed() {
    let (_dir, mut writer, items) = with_items();
    let trends = [
        trend(1, TrendStage::Rising, &items),
        trend(2, TrendStage::Rising, &[ItemId(999)]),
    ];
    writer.record_trends(&trends, at(10)).unwrap();
    assert_eq!(ids(&writer, &lately()), [1]);
}

#[test]
fn a_trend_that_is_no_longer_found_fades_and_ends() {
    let (_dir, mut writer, items) = with_items();
    writer
        .record_trends(&[trend(1, TrendStage::Rising, &items)], at(0))
        .unwrap();
    let stage = |writer: &Writer| writer.trend(TrendId(1)).unwrap().trend.stage;
    for (hours, expected) in [
        (5, TrendStage::Rising),
        (7, TrendStage::Fading),
        (23, TrendStage::Fading),
        (25, TrendStage::Over),
        (200, TrendStage::Over),
    ] {
        writer.record_trends(&[], at(hours * 60)).unwrap();
        assert_eq!(stage(&writer), expected, "after {hours} h");
    }
    assert_eq!(writer.trend_stages(TrendId(1)).unwrap().len(), 3);
    assert!(ids(&writer, &lately()).is_empty());
    assert_eq!(
        ids(
            &writer,
            &TrendFilter {
                all: true,
                ..lately()
            }
        ),
        [1]
    );
    let over = TrendFilter {
        stage: Some(TrendStage::Over),
        ..lately()
    };
    assert_eq!(ids(&writer, &over), [1], "asked for by its stage");
}

#[test]
fn filters_look_at_stages_and_languages() {
    let (_dir, mut writer, items) = with_items();
    let mut recurrent = trend(2, TrendStage::Rising, &items);
    recurrent.evidence.recurrent = Some("every Monday".to_owned());
    let mut larger = recurrent.clone();
    (larger.id, larger.evidence.larger) = (TrendId(3), true);
    writer.record_trends(&[larger], at(0)).unwrap();
    assert_eq!(ids(&writer, &lately()), [3], "larger than usual is told");
    writer
        .record_stages(&[(TrendId(3), TrendStage::Over)], at(0))
        .unwrap();
    writer
        .record_trends(&[trend(1, TrendStage::Rising, &items), recurrent], at(0))
        .unwrap();
    assert_eq!(ids(&writer, &lately()), [1]);
    for (filter, expected) in [
        (
            TrendFilter {
                language: Some("ru".to_owned()),
                ..lately()
            },
            vec![1],
        ),
        (
            TrendFilter {
                language: Some("de".to_owned()),
                ..lately()
            },
            vec![],
        ),
        (
            TrendFilter {
                stage: Some(TrendStage::Fading),
                ..lately()
            },
            vec![],
        ),
        (
            TrendFilter {
                since: at(1),
                ..lately()
            },
            vec![],
        ),
        (
            TrendFilter {
                all: true,
                ..lately()
            },
            vec![3, 2, 1],
        ),
    ] {
        assert_eq!(ids(&writer, &filter), expected, "{filter:?}");
    }
}

#[test]
fn retention_takes_a_trend_whole() {
    let (_dir, mut writer, items) = with_items();
    writer
        .record_trends(&[trend(1, TrendStage::Rising, &items)], at(0))
        .unwrap();
    writer
        .record_trends(&[trend(2, TrendStage::Rising, &items)], at(90))
        .unwrap();
    assert_eq!(writer.prune_trends(at(60), 9).unwrap(), 1);
    assert_eq!(writer.prune_trends(at(60), 9).unwrap(), 0);
    assert!(writer.trend_members(TrendId(1), 9).unwrap().is_empty());
    assert!(writer.trend_points(TrendId(1)).unwrap().is_empty());
    assert_eq!(writer.trend_members(TrendId(2), 9).unwrap().len(), 2);
}
