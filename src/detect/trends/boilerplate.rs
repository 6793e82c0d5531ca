//! What a source says again and again: signatures, calls to subscribe, rubrics, its favourite words.
//!
//! Learned per source, on the way: in how many of the source's last sixteen days of speaking a passage
//! or a word of a title stood. A passage that stood on four of them is no news, whatever the numbers in
//! it; a single word, a name before a colon and a word of a title must have stood on three days of four
//! within a week at least. So a story that one source follows for two days stays whole, and what the
//! source stops saying is news again after as many days as it took to learn.
//!
//! Bounded: beyond [`KNOWN`] entries what was said once goes first, the longest unsaid before the rest.
//! Never reads other sources' words, and never drops anything from what readers are shown but titles'
//! own ends, such as the medium's name.

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::clean::is_ornament;

/// Passages and words remembered at most, of all sources together.
const KNOWN: usize = 450_000;
/// Sources remembered at most.
const SOURCES: usize = 50_000;
/// Days of speaking that are remembered.
const DAYS: u32 = 16;
/// Days on which a passage must have stood.
const PASSAGE_DAYS: u32 = 4;
/// Days of speaking without which nothing is known to be daily.
const WEEK: u32 = 7;
/// Items by which a source's language leads, from which it is its usual one.
const SPOKEN: u8 = 3;
/// Items of one source and day that are learned from.
const PER_DAY: u16 = 100;
/// Passages read of one text.
const PASSAGES: usize = 60;
/// Letters from which one word is a passage: in scripts without spaces it is a clause.
const CLAUSE: u32 = 12;

/// When a passage or word stood in a source's texts.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Seen {
    /// The source's day of speaking on which it last stood, by number.
    last: u16,
    /// That day and those before it, the last one lowest.
    days: u16,
    /// The same day by the calendar.
    date: u16,
}

impl Seen {
    /// On how many of the days of speaking before day number `today` it stood.
    fn count(self, today: u16) -> u32 {
        let passed = today.wrapping_sub(self.last);
        u32::from(self.days)
            .checked_shl(u32::from(passed))
            .map_or(0, |days| (days as u16 & !1).count_ones())
    }
}

/// How long a source has been speaking.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Speaker {
    /// Days of speaking so far, wrapping.
    today: u16,
    /// As many as matter.
    known: u16,
    /// The last of them by the calendar.
    date: u16,
    /// Items on it.
    items: u16,
    /// The language that it speaks more than all others, and by how many items more.
    language: ([u8; 2], u8),
}

/// A source, as it speaks now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    source: u64,
    speaker: Speaker,
}

impl Voice {
    /// The language that its source usually speaks.
    pub(super) fn language(&self) -> Option<&str> {
        let (code, lead) = &self.speaker.language;
        let code = std::str::from_utf8(code).ok()?;
        (*lead >= SPOKEN).then_some(code)
    }
}

/// What is known of all sources.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Boilerplate {
    speakers: FxHashMap<u64, Speaker>,
    seen: FxHashMap<u32, Seen>,
}

/// A part of a text that may be said again as it is.
struct Passage {
    range: Range<usize>,
    hash: u64,
    /// Less than a clause: it must be daily.
    is_short: bool,
}

impl Boilerplate {
    /// A source that speaks at a time. Late items count for its latest day.
    pub(super) fn voice(&mut self, source: &str, at: i64) -> Voice {
        let source = xxh3_64(source.as_bytes());
        let date = at.div_euclid(86_400).clamp(0, i64::from(u16::MAX)) as u16;
        if self.speakers.len() >= SOURCES && !self.speakers.contains_key(&source) {
            // whoever was silent longest goes
            let mut dates: Vec<u16> = self.speakers.values().map(|known| known.date).collect();
            let (_, middle, _) = dates.select_nth_unstable(SOURCES / 4);
            let before = *middle;
            self.speakers.retain(|_, known| known.date > before);
        }
        let speaker = self.speakers.entry(source).or_default();
        if speaker.known == 0 || date > speaker.date {
            speaker.today = speaker.today.wrapping_add(1);
            speaker.known = (speaker.known + 1).min(DAYS as u16);
            speaker.date = date;
            speaker.items = 0;
        }
        speaker.items = speaker.items.saturating_add(1);
        let speaker = *speaker;
        Voice { source, speaker }
    }

    /// A source has surely spoken a language.
    pub(super) fn spoke(&mut self, voice: Voice, code: &str) {
        let Some(speaker) = self.speakers.get_mut(&voice.source) else {
            return;
        };
        // the majority vote of Boyer and Moore, 1981
        let (usual, lead) = &mut speaker.language;
        if usual.as_slice() == code.as_bytes() {
            *lead = lead.saturating_add(1);
        } else if *lead > 0 {
            *lead -= 1;
        } else if let Ok(code) = code.as_bytes().try_into() {
            (*usual, *lead) = (code, 1);
        }
    }

    /// A text without what its source always says, and learns from it.
    pub(super) fn news<'a>(&mut self, voice: Voice, text: &'a str) -> Cow<'a, str> {
        let mut dropped: Vec<Range<usize>> = Vec::new();
        for passage in passages(text) {
            let stood = self.hear(voice, b'p', passage.hash);
            let stale = if passage.is_short {
                voice.is_daily(stood)
            } else {
                stood >= PASSAGE_DAYS
            };
            if stale {
                dropped.push(passage.range);
            }
        }
        if dropped.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for range in dropped {
            kept.push_str(&text[from..range.start]);
            kept.push(' ');
            from = range.end;
        }
        kept.push_str(&text[from..]);
        Cow::Owned(kept)
    }

    /// Does the source say a term daily? Learns from it.
    pub(super) fn is_daily(&mut self, voice: Voice, term: u32) -> bool {
        let stood = self.hear(voice, b't', term.into());
        voice.is_daily(stood)
    }

    /// On how many days something stood before today; notes that it does today.
    fn hear(&mut self, voice: Voice, space: u8, what: u64) -> u32 {
        let Speaker { today, date, .. } = voice.speaker;
        let key = what
            .wrapping_add(u64::from(space))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29)
            ^ voice.source;
        let key = (key.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as u32;
        if voice.speaker.items > PER_DAY {
            return self.seen.get(&key).map_or(0, |seen| seen.count(today));
        }
        let seen = self.seen.entry(key).or_default();
        let stood = if seen.days == 0 { 0 } else { seen.count(today) };
        let passed = u32::from(today.wrapping_sub(seen.last));
        seen.days = if seen.days == 0 || passed >= DAYS {
            1
        } else {
            seen.days << passed | 1
        };
        (seen.last, seen.date) = (today, date);
        if self.seen.len() > KNOWN {
            self.forget(date);
        }
        stood
    }

    /// Makes room for a quarter.
    fn forget(&mut self, date: u16) {
        let room = KNOWN / 4 * 3;
        for said in 1..=DAYS {
            for silent in [30, 7, 2, 1, 0] {
                self.seen.retain(|_, seen| {
                    let age = date.saturating_sub(seen.date);
                    age < 60 && (seen.days.count_ones() > said || age < silent)
                });
                if self.seen.len() <= room {
                    return;
                }
            }
        }
    }
}

impl Voice {
    /// Is something that stood on so many days before today daily?
    fn is_daily(self, stood: u32) -> bool {
        let known = u32::from(self.speaker.known).saturating_sub(1);
        known >= WEEK && stood * 4 >= known * 3
    }
}

/// The passages of a text: lines, sentences, what stands between signs, and what a colon or a dash parts.
fn passages(text: &str) -> impl Iterator<Item = Passage> {
    let mut chars = text.char_indices().peekable();
    let mut start = 0;
    let mut is_after_part = false;
    let next = move || {
        while start < text.len() {
            let (from, was_part) = (start, is_after_part);
            let (mut hash, mut words, mut letters, mut inside) = (0u64, 0u32, 0u32, false);
            let mut end = text.len();
            let mut is_part = false;
            while let Some((at, c)) = chars.next() {
                let spaced = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
                let parts = match c {
                    ':' => spaced,
                    '-' | '—' | '–' => spaced && !inside,
                    '：' => true,
                    _ => false,
                };
                let ends = match c {
                    '.' => spaced,
                    '\n' | '!' | '?' | '…' | '|' | '•' | '·' | '[' | ']' | '(' | ')' | '。'
                    | '！' | '？' | '｜' | '【' | '】' => true,
                    c => parts || is_ornament(c),
                };
                if ends {
                    // a dash at the beginning of a line parts nothing
                    (end, is_part) = (at, parts);
                    start = at + c.len_utf8();
                    break;
                }
                if c.is_alphabetic() {
                    words += u32::from(!inside);
                    inside = true;
                    letters += 1;
                    let lower = c.to_lowercase().next().unwrap_or(c);
                    hash = (hash.rotate_left(5) ^ u64::from(lower))
                        .wrapping_mul(0x517C_C1B7_2722_0A95);
                }
                inside &= !c.is_whitespace();
            }
            if end == text.len() {
                start = text.len();
            }
            is_after_part = is_part;
            if letters > 0 {
                return Some(Passage {
                    range: from..end,
                    hash,
                    is_short: is_part || was_part || (words < 2 && letters < CLAUSE),
                });
            }
        }
        None
    };
    std::iter::from_fn(next).take(PASSAGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    /// What is left of a text on each of these days.
    fn told(known: &mut Boilerplate, source: &str, days: &[i64], text: &str) -> Vec<String> {
        let told = |day: &i64| {
            let voice = known.voice(source, 20_000 * DAY + day * DAY);
            known
                .news(voice, text)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        days.iter().map(told).collect()
    }

    #[test]
    fn a_signature_is_learned_in_four_days_and_forgotten_when_it_ends() {
        let mut known = Boilerplate::default();
        let text = |n: i64| {
            let city = ["Омск", "Тверь", "Псков", "Пермь", "Казань"][n as usize % 5];
            let news = format!(
                "В городе {city} открыли мост номер {n} через реку {}",
                n * 7
            );
            format!(
                "{news} ❤ [Подписаться на канал]( | [Прислать новость](\n12:30 Читайте нас без рекламы"
            )
        };
        for day in 0..4 {
            let at = 20_000 * DAY + day * DAY;
            for n in 0..3 {
                let text = text(day * 3 + n);
                let voice = known.voice("channel", at);
                assert_eq!(known.news(voice, &text), text, "day {day}: too early");
            }
        }
        let (news, other) = (text(20), text(20));
        let voice = known.voice("channel", 20_004 * DAY);
        let left = known.news(voice, &news);
        assert!(left.contains("открыли мост номер 20"), "{left}");
        for gone in ["Подписаться", "Прислать", "рекламы"] {
            assert!(!left.contains(gone), "{left}");
        }
        // another source may say the same, and it is news there
        let voice = known.voice("another", 20_004 * DAY);
        assert_eq!(known.news(voice, &other), other);
        // three weeks without it
        for day in 5..26 {
            let voice = known.voice("channel", (20_000 + day) * DAY);
            let _ = known.news(
                voice,
                &format!(
                    "Сегодня в зоопарке родился жираф {}",
                    ["Аня", "Боря", "Вова"][day as usize % 3]
                )
                .repeat(day as usize),
            );
        }
        let left = told(&mut known, "channel", &[26], "Подписаться на канал");
        assert_eq!(left, ["Подписаться на канал"]);
    }

    #[test]
    fn a_story_of_two_days_stays_whole() {
        let mut known = Boilerplate::default();
        let sentence = "Clipnet launches a video feed for everybody.";
        let all = told(
            &mut known,
            "daily",
            &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2],
            sentence,
        );
        assert!(all.iter().all(|left| left == sentence), "{all:?}");
        // each day afresh, but a name before a colon must be daily for a week
        let all = told(&mut known, "daily", &[3, 4, 5], "Clipnet: the feed is down");
        assert!(
            all.iter().all(|left| left == "Clipnet: the feed is down"),
            "{all:?}"
        );
    }

    #[test]
    fn a_medium_name_and_a_rubric_go_after_a_week() {
        let mut known = Boilerplate::default();
        for day in 0..8 {
            let title = format!(
                "Rubric of the day: {} | The Lantern",
                ["frogs", "toads", "newts"][day % 3].repeat(day + 1)
            );
            let voice = known.voice("lantern", (20_000 + day as i64) * DAY);
            let left = known.news(voice, &title).into_owned();
            assert_eq!(left.contains("Rubric"), day < 7, "{left}");
            assert_eq!(left.contains("Lantern"), day < 4, "{left}");
        }
    }

    #[test]
    fn a_term_is_daily_after_a_week_of_three_days_in_four() {
        let mut known = Boilerplate::default();
        let mut daily = |day: i64| {
            let voice = known.voice("kyiv", (20_000 + day) * DAY);
            known.is_daily(voice, 7)
        };
        assert!((0..7).all(|day| !daily(day)), "a week is not over");
        assert!(daily(7) && daily(8));
        assert!(daily(11), "silent days of the source do not count");
    }

    #[test]
    fn what_is_known_stays_bounded_and_what_is_said_often_stays() {
        let mut known = Boilerplate::default();
        let mut terms = 0..;
        for day in 0..9 {
            for n in 0..2_000 {
                let voice = known.voice(&format!("source {n}"), (20_000 + day) * DAY);
                for term in terms.by_ref().take(60) {
                    known.is_daily(voice, term);
                }
                let stale = known.is_daily(voice, u32::MAX);
                assert_eq!(stale, day > 6, "day {day}, source {n}");
                assert!(known.seen.len() <= KNOWN);
            }
        }
        for n in 0..60_000 {
            known.voice(&format!("speaker {n}"), 20_010 * DAY);
        }
        assert!(known.speakers.len() <= SOURCES);
    }

    #[test]
    fn any_text_can_be_read() {
        let mut known = Boilerplate::default();
        for text in [
            "",
            ":",
            "— —",
            "…",
            "a",
            "。：",
            "🎉🎉 — x",
            ". . .",
            "字：字",
        ] {
            for day in 0..9 {
                let voice = known.voice("any", day * DAY);
                let _ = known.news(voice, text);
                let _ = known.news(voice, &text.repeat(2_000));
            }
        }
    }
}
