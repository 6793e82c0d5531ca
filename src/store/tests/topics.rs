//! Mentions are counted once, history is filled, and what is not known is not zero.

use super::*;

fn mention(topic: &str, item: ItemId, minutes: i64, owner: &str) -> NewMention {
    NewMention {
        topic: topic.to_owned(),
        item,
        at: at(minutes),
        owner: owner.to_owned(),
    }
}

fn topics(names: &[&str]) -> Vec<(String, u64)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), key(name).0))
        .collect()
}

/// Topics `x` and `y`, and four items: two of `a`, two of `b`.
fn world() -> (TempDir, Writer, Vec<ItemId>) {
    let (dir, mut writer) = with_sources();
    writer.sync_topics(&topics(&["x", "y"])).unwrap();
    let mut items = Vec::new();
    for (name, minutes) in [("a", 1), ("b", 61)] {
        let commit = PollCommit {
            items: vec![
                item(&format!("{name}1"), "one"),
                item(&format!("{name}2"), "two"),
            ],
            ..poll(name, minutes)
        };
        items.extend(writer.commit_poll(&commit).unwrap().items);
    }
    (dir, writer, items)
}

fn stored(writer: &Writer, name: &str) -> StoredTopic {
    let all = writer.topics().unwrap();
    all.into_iter().find(|topic| topic.name == name).unwrap()
}

#[test]
fn a_mention_is_counted_once_by_hour_and_owner() {
    let (_dir, mut writer, items) = world();
    let mentions = [
        mention("x", items[0], 1, "a"),
        mention("x", items[1], 2, "a"),
        mention("x", items[2], 3, "b"),
        mention("unknown", items[0], 1, "a"),
    ];
    writer.add_mentions(&mentions).unwrap();
    writer
        .add_mentions(&[mention("x", items[0], 90, "a")])
        .unwrap();
    let x = stored(&writer, "x").no;
    let hour = hour_of(at(0));
    let hours = writer.topic_hours(x, hour, hour + 9).unwrap();
    assert_eq!(
        hours,
        [HourVolume {
            hour,
            mentions: 3,
            owners: 2
        }]
    );
    assert_eq!(writer.count_mentions(x, at(0), at(99)).unwrap(), 3);
    assert_eq!(writer.mentions(x, at(2), 9).unwrap().len(), 2);
    let y = stored(&writer, "y").no;
    assert!(writer.topic_hours(y, hour, hour + 9).unwrap().is_empty());
}

#[test]
fn an_owners_story_counts_once_also_when_stories_become_one() {
    let (_dir, mut writer, items) = world();
    let all: Vec<_> = items
        .iter()
        .zip(["a", "a", "b", "b"])
        .map(|(id, owner)| mention("x", *id, 1, owner))
        .collect();
    writer.add_mentions(&all).unwrap();
    let x = stored(&writer, "x").no;
    let count = |writer: &Writer| writer.count_stories(x, at(0), at(9)).unwrap();
    assert_eq!(count(&writer), 4, "stories not known yet");
    let told: Vec<_> = items
        .iter()
        .zip([7, 7, 7, 8])
        .map(|(id, story)| (*id, StoryId(story)))
        .collect();
    writer.note_stories(&told, &[]).unwrap();
    assert_eq!(count(&writer), 3);
    writer
        .note_stories(&[], &[(StoryId(8), StoryId(7))])
        .unwrap();
    assert_eq!(count(&writer), 2);
}

#[test]
fn history_is_filled_when_a_topic_is_new_or_defined_anew() {
    let (_dir, mut writer, items) = world();
    assert_eq!(stored(&writer, "x").live, None);
    let x = stored(&writer, "x").no;
    writer
        .fill_topics(&[x], &[mention("x", items[0], 1, "a")], items[1], false)
        .unwrap();
    assert_eq!(
        (stored(&writer, "x").filled, stored(&writer, "x").live),
        (items[1], None)
    );
    writer.fill_topics(&[x], &[], items[3], true).unwrap();
    assert_eq!(stored(&writer, "x").live, Some(items[3]));
    writer.sync_topics(&topics(&["x", "y"])).unwrap();
    assert_eq!(
        stored(&writer, "x").live,
        Some(items[3]),
        "a restart changes nothing"
    );
    writer.sync_topics(&topics(&["y"])).unwrap();
    assert_eq!(stored(&writer, "x").live, None, "no longer configured");
    writer.sync_topics(&topics(&["x"])).unwrap();
    assert_eq!(stored(&writer, "x").filled, items[3], "and back again");
    writer.sync_topics(&[("x".to_owned(), 5)]).unwrap();
    assert_eq!(stored(&writer, "x").filled, ItemId(0));
    assert_eq!(writer.count_mentions(x, at(0), at(9)).unwrap(), 0);
}

#[test]
fn hours_between_polls_are_watched_and_longer_gaps_are_not() {
    let (_dir, mut writer) = fresh();
    let start = hour_of(at(0));
    for minutes in [0, 30, 180, 1_800, 1_860] {
        writer.note_watched(at(minutes)).unwrap();
    }
    let watched = writer.watched_hours(start, start + 99).unwrap();
    let from_start: Vec<i64> = watched.iter().map(|hour| hour - start).collect();
    assert_eq!(from_start, [0, 1, 2, 3, 30, 31]);
}

#[test]
fn a_spike_is_remembered_and_retention_takes_mentions_but_not_volumes() {
    let (_dir, mut writer, items) = world();
    writer
        .add_mentions(&[mention("x", items[0], 1, "a")])
        .unwrap();
    let x = stored(&writer, "x").no;
    let id = writer.add_spike(x, &finding("a", "spike")).unwrap();
    assert_eq!(
        (
            stored(&writer, "x").alerted_at,
            stored(&writer, "x").finding
        ),
        (Some(at(0)), Some(id))
    );
    writer.prune_items(at(30), at(99), 9).unwrap();
    assert!(writer.mentions(x, at(0), 9).unwrap().is_empty());
    let hour = hour_of(at(0));
    assert_eq!(writer.topic_hours(x, hour, hour).unwrap()[0].mentions, 1);
}
