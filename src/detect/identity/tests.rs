//! Laws of identity against a small model of the store.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

/// Remembers every key of every item, as the store does.
#[derive(Default)]
struct Memory {
    rows: Vec<(ReadItem, Vec<ItemKey>)>,
}

impl Memory {
    fn known(&self, items: &[ReadItem]) -> Vec<KnownItem> {
        let wanted: HashSet<ItemKey> = keys(items).concat().into_iter().collect();
        let mut out = Vec::new();
        // as the store, give no more than two items under a key
        let mut given: HashMap<ItemKey, u32> = HashMap::new();
        for (id, (item, keys)) in (1_i64..).zip(&self.rows) {
            for key in keys.iter().filter(|key| wanted.contains(key)) {
                let given = given.entry(*key).or_default();
                *given += 1;
                if *given > 2 {
                    continue;
                }
                out.push(KnownItem {
                    id: ItemId(id),
                    key: *key,
                    content_hash: content_hash(item),
                    published: item.published,
                    title: item.title.clone(),
                    link: item.link.clone(),
                    guid: item.guid.clone(),
                });
            }
        }
        out
    }

    fn poll(&mut self, items: &[ReadItem]) -> Vec<ItemMatch> {
        let matches = plan(items, &self.known(items));
        for ((item, found), keys) in items.iter().zip(&matches).zip(keys(items)) {
            match found {
                ItemMatch::New => self.rows.push((item.clone(), keys)),
                ItemMatch::Same(id) | ItemMatch::Edited(id) => {
                    let row = &mut self.rows[usize::try_from(id.0).unwrap() - 1];
                    row.0 = item.clone();
                    row.1.extend(keys);
                    row.1.sort_unstable();
                    row.1.dedup();
                }
                ItemMatch::Duplicate => {}
            }
        }
        matches
    }
}

fn item(guid: &str, link: &str, title: &str, day: i64) -> ReadItem {
    ReadItem {
        guid: Some(guid.to_owned()).filter(|g| !g.is_empty()),
        link: Some(link.to_owned()).filter(|l| !l.is_empty()),
        title: title.to_owned(),
        published: (day > 0).then(|| Timestamp::from_second(day * 86_400).unwrap()),
        ..ReadItem::default()
    }
}

fn new_count(matches: &[ItemMatch]) -> usize {
    matches.iter().filter(|m| **m == ItemMatch::New).count()
}

#[test]
fn flips_and_fresh_guids_are_the_same_item() {
    let mut memory = Memory::default();
    let first = [
        item(
            "http://www.a.ru/1",
            "http://a.ru/1/?utm_source=rss",
            "One",
            1,
        ),
        item("http://www.a.ru/2", "http://a.ru/2", "Two", 2),
    ];
    assert_eq!(memory.poll(&first), [ItemMatch::New, ItemMatch::New]);
    let flipped = [
        item("https://a.ru/1/", "https://www.a.ru/1", "One", 1),
        item("https://a.ru/2", "https://a.ru/2/", "Two", 2),
    ];
    let same = [ItemMatch::Same(ItemId(1)), ItemMatch::Same(ItemId(2))];
    assert_eq!(memory.poll(&flipped), same);
    let random = [
        item("0b1c-aa", "https://a.ru/1", "One", 1),
        item("77ff-bb", "https://a.ru/2", "Two!", 3),
    ];
    let edited = [ItemMatch::Same(ItemId(1)), ItemMatch::Edited(ItemId(2))];
    assert_eq!(memory.poll(&random), edited);
}

#[test]
fn an_edited_title_is_an_edit() {
    for (guid, link, day) in [
        ("tag:a,1", "https://a.ru/1", 1),
        ("", "https://a.ru/1", 1),
        ("", "https://a.ru/1", 0),
        ("tag:a,1", "", 0),
    ] {
        let mut memory = Memory::default();
        memory.poll(&[item(guid, link, "Draft", day)]);
        let edit = memory.poll(&[item(guid, link, "Final", day)]);
        assert_eq!(edit, [ItemMatch::Edited(ItemId(1))], "{guid} {link} {day}");
    }
}

#[test]
fn a_shared_link_or_guid_is_no_identity() {
    let mut memory = Memory::default();
    let home = "https://a.ru/";
    let first = [item("aaaaa", home, "One", 1), item("bbbbb", home, "Two", 2)];
    assert_eq!(new_count(&memory.poll(&first)), 2);
    assert_eq!(
        memory.poll(&[item("ccccc", home, "Three", 3)]),
        [ItemMatch::New]
    );
    assert_eq!(memory.poll(&[item("", home, "Four", 4)]), [ItemMatch::New]);

    let mut memory = Memory::default();
    let same_guid = |n: i64| item("channel", &format!("https://a.ru/{n}"), &format!("T{n}"), n);
    assert_eq!(
        new_count(&memory.poll(&[same_guid(1), same_guid(2), same_guid(3)])),
        3
    );
    let next = memory.poll(&[same_guid(4), same_guid(3), same_guid(2)]);
    assert_eq!(
        next,
        [
            ItemMatch::New,
            ItemMatch::Same(ItemId(3)),
            ItemMatch::Same(ItemId(2))
        ]
    );
}

#[test]
fn a_position_is_not_a_guid() {
    let mut memory = Memory::default();
    memory.poll(&[
        item("1", "https://a.ru/x", "X", 1),
        item("2", "https://a.ru/w", "W", 0),
    ]);
    let shifted = memory.poll(&[
        item("1", "https://a.ru/y", "Y", 2),
        item("2", "https://a.ru/x", "X", 1),
    ]);
    assert_eq!(shifted, [ItemMatch::New, ItemMatch::Same(ItemId(1))]);
}

#[test]
fn distinct_items_on_one_link_stay_distinct() {
    let mut memory = Memory::default();
    memory.poll(&[item(
        "upd-0001",
        "https://a.ru/incident",
        "Investigating",
        1,
    )]);
    let next = memory.poll(&[item("upd-0002", "https://a.ru/incident", "Resolved", 2)]);
    assert_eq!(next, [ItemMatch::New]);
}

#[test]
fn repeats_inside_one_body_are_duplicates() {
    let one = item("guid-1", "https://a.ru/1", "One", 1);
    let fresh_guid = item("guid-9", "https://a.ru/1", "One", 1);
    let bare = item("", "", "One", 1);
    let blank = ReadItem::default();
    let matches = plan(
        &[one.clone(), one, fresh_guid, bare.clone(), bare, blank],
        &[],
    );
    assert_eq!(new_count(&matches), 2);
    assert_eq!(matches.len(), 6);
}

/// Items that nothing but their texts tell apart.
fn alike(guid: &str, link: &str, title: &str, day: i64, texts: &[&str]) -> Vec<ReadItem> {
    let item = |text: &&str| ReadItem {
        summary: (*text).to_owned(),
        ..item(guid, link, title, day)
    };
    texts.iter().map(item).collect()
}

#[test]
fn items_told_apart_by_their_texts_alone_are_all_kept() {
    for (guid, link, title, day) in [
        ("", "https://a.ru/", "News", 0),
        ("", "https://a.ru/news", "News", 0),
        ("", "", "News", 7),
        ("https://a.ru/", "https://a.ru/", "News", 0),
        ("channel-1", "https://a.ru/news", "News", 7),
        ("channel-1", "", "", 0),
    ] {
        let texts = |texts: &[&str]| alike(guid, link, title, day, texts);
        let mut memory = Memory::default();
        let first = memory.poll(&texts(&["a", "b", "c", "a"]));
        assert_eq!(new_count(&first), 3, "{guid} {link} {day}");
        assert_eq!(first[3], ItemMatch::Duplicate);
        let next = memory.poll(&texts(&["d", "a", "b", "c"]));
        let same = |id| ItemMatch::Same(ItemId(id));
        assert_eq!(
            next,
            [ItemMatch::New, same(1), same(2), same(3)],
            "{guid} {link} {day}"
        );
    }
    // one that stood alone is known when it is no longer alone
    let mut memory = Memory::default();
    memory.poll(&alike("", "https://a.ru/", "News", 7, &["a"]));
    let next = memory.poll(&alike("", "https://a.ru/", "News", 7, &["b", "a"]));
    assert_eq!(next, [ItemMatch::New, ItemMatch::Same(ItemId(1))]);
}

#[test]
fn a_shared_guid_and_link_lose_no_title() {
    let home = "https://a.ru/";
    let items: Vec<ReadItem> = (1..5)
        .map(|n| item(home, home, &format!("Title {n}"), 0))
        .collect();
    let mut memory = Memory::default();
    assert_eq!(new_count(&memory.poll(&items)), 4);
    assert_eq!(new_count(&memory.poll(&items)), 0);
}

#[test]
fn a_title_that_comes_again_is_another_entry() {
    use ItemMatch::{Edited, New, Same};
    let entry = |day: i64, text: &str| ReadItem {
        guid_is_place: true,
        summary: text.to_owned(),
        ..item(
            "title:bug-fixes",
            "https://a.ru/log#bug-fixes",
            "Bug fixes",
            day,
        )
    };
    let id = ItemId(1);
    for (day, text, expected) in [
        (100, "a", Same(id)),
        (100, "a, b", Edited(id)),
        (101, "a, b", Edited(id)),
        (160, "a", Same(id)),
        (160, "c", New),
    ] {
        let mut memory = Memory::default();
        memory.poll(&[entry(100, "a")]);
        assert_eq!(memory.poll(&[entry(day, text)]), [expected], "{day} {text}");
    }
}

#[test]
fn an_item_is_named_for_people() {
    let named = |guid, link, title, day| name(&item(guid, link, title, day));
    assert_eq!(named("g", "https://a.ru/1", "T", 1).as_deref(), Some("g"));
    assert_eq!(
        named("", "https://a.ru/1", "T", 1).as_deref(),
        Some("https://a.ru/1")
    );
    let by_words = named("", "https://a.ru/", "T", 1);
    assert_eq!(by_words.as_deref(), Some("T @ 1970-01-02T00:00:00Z"));
    assert_eq!(named("", "", "", 0), None);
}

#[test]
fn a_clamped_date_does_not_make_an_item_new() {
    let mut memory = Memory::default();
    let at = |day| ReadItem {
        date_clamped: true,
        ..item("", "", "Webinar", day)
    };
    memory.poll(&[at(1)]);
    assert_eq!(memory.poll(&[at(2)]), [ItemMatch::Same(ItemId(1))]);
}

/// A feed of distinct items; some without GUID, link or date.
fn feed() -> impl Strategy<Value = Vec<ReadItem>> {
    proptest::collection::vec(
        (any::<bool>(), any::<bool>(), any::<bool>(), 1_i64..400),
        1..20,
    )
    .prop_map(|rows| {
        let number = 1_usize..;
        number
            .zip(rows)
            .map(|(n, (guid, link, date, day))| {
                item(
                    &if guid {
                        format!("http://a.ru/?p={n}")
                    } else {
                        String::new()
                    },
                    &if link {
                        format!("http://a.ru/post/{n}")
                    } else {
                        String::new()
                    },
                    &format!("Title {n}"),
                    if date { day } else { 0 },
                )
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn the_same_body_twice_is_no_news(items in feed()) {
        let mut memory = Memory::default();
        prop_assert_eq!(new_count(&memory.poll(&items)), items.len());
        for (n, found) in (1..).zip(memory.poll(&items)) {
            prop_assert_eq!(found, ItemMatch::Same(ItemId(n)));
        }
    }

    #[test]
    fn order_and_growth_do_not_matter(items in feed(), cut in 0_usize..20) {
        let mut memory = Memory::default();
        let cut = cut.min(items.len());
        memory.poll(&items[cut..]);
        let mut later = items.clone();
        later.reverse();
        prop_assert_eq!(new_count(&memory.poll(&later)), cut);
    }

    #[test]
    fn new_guids_each_time_make_no_duplicates(items in feed(), salt: u32) {
        let mut memory = Memory::default();
        memory.poll(&items);
        let mut again = items.clone();
        for (n, item) in again.iter_mut().enumerate().filter(|(_, item)| item.link.is_some() || item.published.is_some()) {
            item.guid = Some(format!("{salt:08x}-{n}"));
        }
        let fresh = memory.poll(&again);
        prop_assert_eq!(new_count(&fresh), 0, "{:?}", fresh);
    }

    #[test]
    fn no_known_item_is_matched_twice(items in feed(), others in feed()) {
        let mut memory = Memory::default();
        memory.poll(&items);
        let mut ids = HashSet::new();
        for found in memory.poll(&others) {
            if let ItemMatch::Same(id) | ItemMatch::Edited(id) = found {
                prop_assert!(ids.insert(id));
            }
        }
    }
}

/// Entries of a changelog whose headings are days, from the newest, as its reader names them.
fn days(days: &[i8]) -> Vec<ReadItem> {
    let oldest_first = (1..=days.len()).rev();
    days.iter()
        .zip(oldest_first)
        .map(|(day, place)| {
            let date = jiff::civil::date(2026, 11, *day);
            let at = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
            ReadItem {
                guid: Some(format!("month:2026-11#{place}")),
                guid_is_place: true,
                title: date.to_string(),
                summary: format!("what came on {day}"),
                published: Some(at.timestamp()),
                ..ReadItem::default()
            }
        })
        .collect()
}

#[test]
fn a_page_of_the_latest_days_tells_its_new_ones() {
    use ItemMatch::{New, Same};
    let mut memory = Memory::default();
    memory.poll(&days(&[3, 2, 1]));
    let same = |id| Same(ItemId(id));
    assert_eq!(memory.poll(&days(&[4, 3, 2])), [New, same(1), same(2)]);
    assert_eq!(memory.poll(&days(&[5, 4, 3])), [New, same(4), same(1)]);
    assert_eq!(memory.poll(&days(&[20])), [New]);
    assert_eq!(
        memory.poll(&days(&[21])),
        [New],
        "one entry in the place of another"
    );
}

#[test]
fn days_that_move_all_at_once_are_the_same_entries() {
    let mut memory = Memory::default();
    memory.poll(&days(&[13, 7, 2]));
    let mut moved = days(&[12, 6, 1]);
    let matches = memory.poll(&moved);
    assert!(
        matches.iter().all(|m| matches!(m, ItemMatch::Edited(_))),
        "{matches:?}"
    );
    // and the next one is new
    moved.insert(0, days(&[20, 3, 2, 1]).swap_remove(0));
    assert_eq!(memory.poll(&moved)[0], ItemMatch::New);
}
