//! Names: since when known, who uses the young ones, what was told; and none outlives its use.

use super::*;

/// A name as found.
pub(super) fn new_name(name: &str) -> NewName {
    NewName {
        name: name.to_owned(),
        sort: Some("format".to_owned()),
        owners: 2,
        launched: 1,
        sorted: 1,
        unseen_days: 30,
        first_at: at(0),
        planned: None,
        confidence: 0.8,
    }
}

const YOUTH: Youth = Youth {
    since: 20_500,
    days: 7,
    owners: 2,
};

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

/// Two items, one of each source.
fn two_items(writer: &mut Writer) -> [ItemId; 2] {
    ["a", "b"].map(|name| {
        let mut commit = poll(name, 1);
        commit.items = vec![item(name, "said")];
        writer.commit_poll(&commit).unwrap().items[0]
    })
}

fn used(item: ItemId, at: Timestamp, names: &[u64]) -> ItemNames {
    ItemNames {
        item,
        at,
        names: names.iter().map(|name| NameKey(*name)).collect(),
    }
}

#[test]
fn a_young_name_of_several_owners_is_asked_about_until_it_was_told() {
    let (_dir, mut writer) = with_sources();
    let [a, b] = two_items(&mut writer);
    let mut note = |items: &[ItemNames]| writer.note_names(items, YOUTH).unwrap();
    assert!(
        note(&[used(a, day(20_510), &[1, 2])]).is_empty(),
        "one owner"
    );
    assert_eq!(note(&[used(b, day(20_512), &[1])]), [NameKey(1)]);
    // used before anything could be new; and first used by another long ago
    assert!(note(&[used(a, day(20_400), &[3]), used(b, day(20_512), &[3])]).is_empty());
    assert!(note(&[used(b, day(20_520), &[2])]).is_empty());
    let told = finding("a", "name:1");
    let id = writer
        .add_new_name(NameKey(1), &new_name("one"), Some(&told), day(20_513))
        .unwrap();
    assert!(id.is_some());
    writer
        .add_new_name(NameKey(4), &new_name("uno"), None, day(20_513))
        .unwrap();
    let again = [used(a, day(20_514), &[1]), used(b, day(20_514), &[1])];
    assert!(writer.note_names(&again, YOUTH).unwrap().is_empty());
    let names = writer.new_names(day(20_513), 9).unwrap();
    assert_eq!(names.len(), 1, "the other goes with it");
    assert_eq!((names[0].key, Some(names[0].finding)), (NameKey(1), id));
    let owners: Vec<_> = writer.name_uses(NameKey(1), 9).unwrap();
    let owners: Vec<_> = owners.iter().map(|row| row.owner.as_str()).collect();
    assert_eq!(owners, ["a", "b"]);
}

#[test]
fn uses_go_soon_and_names_after_a_year() {
    let (_dir, mut writer) = with_sources();
    let [a, b] = two_items(&mut writer);
    let items = [
        used(a, day(20_510), &[1, 2, u64::MAX]),
        used(b, day(20_511), &[1]),
    ];
    writer.note_names(&items, YOUTH).unwrap();
    let told = finding("a", "name:1");
    writer
        .add_new_name(NameKey(1), &new_name("one"), Some(&told), day(20_511))
        .unwrap();
    assert_eq!(writer.prune_name_uses(day(20_521), 9).unwrap(), 2);
    assert_eq!(writer.prune_name_uses(day(20_521), 9).unwrap(), 0);
    assert_eq!(writer.name_items(NameKey(1)).unwrap().len(), 2, "was told");
    let mut sweep = |before: i64| {
        let (mut from, mut steps) = (Some(i64::MIN), 0);
        while let Some(start) = from {
            from = writer.forget_names(before, start, 1).unwrap();
            steps += 1;
        }
        (steps, writer.known_names().unwrap())
    };
    assert_eq!(sweep(20_510), (3, 3));
    assert_eq!(sweep(20_511).1, 1, "one was used a day later");
    assert_eq!(sweep(20_512).1, 0);
}
