//! Which items that are new to us are no news: those from before the watch.
//!
//! A feed that is given more items, a blog that is filled up with old posts: what was published well before
//! the source was watched is kept, and told to nobody. But what stands in a changelog beyond all that is known
//! of it has just been written there, whatever date it bears.

use jiff::{SignedDuration, Timestamp};

use super::identity::ItemMatch;
use crate::model::ReadItem;

/// Items older than the watch by more than this are backfill.
const GRACE: SignedDuration = SignedDuration::from_hours(48);

/// Is each item, in the body's order, from before the watch, which began at `since`?
///
/// `grows_at_end`: is the body a log, which only ever grows at its newer end?
pub fn backfill(
    items: &[ReadItem],
    matches: &[ItemMatch],
    since: Timestamp,
    grows_at_end: bool,
) -> Vec<bool> {
    let horizon = since.saturating_sub(GRACE).unwrap_or(Timestamp::MIN);
    let just_written = if grows_at_end {
        beyond_the_known(items, matches)
    } else {
        0..0
    };
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            item.published.is_some_and(|at| at < horizon) && !just_written.contains(&at)
        })
        .collect()
}

/// The places beyond all known items, at the end where the newer ones stand; none if none is known.
fn beyond_the_known(items: &[ReadItem], matches: &[ItemMatch]) -> std::ops::Range<usize> {
    let is_known = |found: &ItemMatch| matches!(found, ItemMatch::Same(_) | ItemMatch::Edited(_));
    let Some(first) = matches.iter().position(is_known) else {
        return 0..0;
    };
    let last = matches.iter().rposition(is_known).unwrap_or(first);
    // by the known ones alone: it is the new one's date that may be odd
    let known = items
        .iter()
        .zip(matches)
        .filter(|(_, found)| is_known(found));
    let dates: Vec<Timestamp> = known.filter_map(|(item, _)| item.published).collect();
    let falls = dates.windows(2).filter(|pair| pair[0] > pair[1]).count();
    let rises = dates.windows(2).filter(|pair| pair[0] < pair[1]).count();
    if falls >= rises {
        0..first
    } else {
        last + 1..items.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemId;

    fn at(days: &[i64]) -> Vec<ReadItem> {
        let of = |day: &i64| ReadItem {
            published: Timestamp::from_second(day * 86_400).ok(),
            ..ReadItem::default()
        };
        days.iter().map(of).collect()
    }

    #[test]
    fn what_stands_beyond_the_known_is_no_backfill() {
        use ItemMatch::{Edited, New, Same};
        let since = Timestamp::from_second(100 * 86_400).expect("in range");
        let known = Same(ItemId(1));
        let judged = |days: &[i64], matches: &[ItemMatch], log| {
            let found = backfill(&at(days), matches, since, log);
            found
                .iter()
                .map(|b| if *b { 'b' } else { '-' })
                .collect::<String>()
        };
        // the first two are new, of which one bears an early date; one was filled in further down
        let days = [101, 40, 99, 60, 50, 45];
        let matches = [New, New, known, New, Edited(ItemId(2)), New];
        assert_eq!(judged(&days, &matches, true), "---bbb");
        assert_eq!(judged(&days, &matches, false), "-b-bbb");
        let days = [45, 50, 60, 99, 40, 101];
        let matches = [New, known, New, known, New, New];
        assert_eq!(judged(&days, &matches, true), "bbb---");
        assert_eq!(
            judged(&[40, 99], &[New, known], true),
            "--",
            "one known entry has no order"
        );
        // a page that is known by nothing is judged by its dates
        assert_eq!(judged(&[101, 40], &[New, New], true), "-b");
    }
}
