//! The time of day in a date, and its zone.

use jiff::civil::Time;
use jiff::tz::Offset;

use super::names;
use super::reader::Reader;
use super::tokens::Token;

impl Reader {
    /// `10:04[:05[.678]] [PM]`, else `3pm`; the second value says that 24:00 means the next day.
    pub(super) fn time(&mut self) -> Option<(Time, bool)> {
        let clock = (0..self.tokens.len()).find_map(|at| self.clock(at));
        let (at, mut end, hour, minute, second) = clock.or_else(|| {
            (0..self.tokens.len()).find_map(|at| {
                self.half(self.skip_space(at + 1))?;
                Some((at, at + 1, self.number(at, 1..=2)?, 0, 0))
            })
        })?;
        let after = self.skip_space(end);
        let half = self.half(after);
        if half.is_some() {
            end = after + 1;
        }
        // Chinese and Korean put it first
        let before = |back: usize| self.half(at.checked_sub(back)?);
        let half = half.or_else(|| before(1)).or_else(|| before(2));
        self.half_days = half.is_some();
        let hour = match (half, hour) {
            (Some(true), 1..=11) => hour + 12,
            (Some(false), 12) => 0,
            _ => hour,
        };
        let marked = at > 0 && self.word(at - 1) == Some("t");
        self.strike(at - usize::from(marked)..end);
        civil_time(hour, minute, second)
    }

    /// Hour, minute and second if they begin at `at`, with the place where they end.
    fn clock(&self, at: usize) -> Option<(usize, usize, u32, u32, u32)> {
        let hour = self.number(at, 1..=2)?;
        let is_offset = at > 0 && self.sign(at - 1) == Some('+');
        if is_offset || self.sign(at + 1) != Some(':') {
            return None;
        }
        let next = self.skip_space(at + 2);
        let minute = self.number(next, 1..=2)?;
        let mut end = next + 1;
        let mut second = 0;
        if self.sign(end) == Some(':') {
            let next = self.skip_space(end + 1);
            end += 1;
            if let Some(value) = self.number(next, 1..=2) {
                second = value;
                end = next + 1;
                let fraction = matches!(self.tokens.get(end + 1), Some(Token::Number { .. }));
                if fraction && matches!(self.sign(end), Some('.' | ',' | ':')) {
                    end += 2;
                }
            }
        }
        Some((at, end, hour, minute, second))
    }

    /// Is the word there PM (`true`) or AM (`false`)?
    fn half(&self, at: usize) -> Option<bool> {
        match self.word(at)? {
            "pm" | "p" => Some(true),
            "am" | "a" => Some(false),
            _ => None,
        }
    }

    /// `Z`, `+0300`, `+03:00`, `+3`, `GMT+3`, `MSK`. A number wins over a name.
    pub(super) fn offset(&mut self) -> Option<Offset> {
        let from = self.tokens.iter().position(|t| *t == Token::Used)?;
        let mut named = None;
        for at in from..self.tokens.len() {
            if let Some(sign @ ('+' | '-')) = self.sign(at)
                && let Some(seconds) = self.offset_digits(at + 1)
                && let Ok(offset) =
                    Offset::from_seconds(if sign == '-' { -seconds } else { seconds })
            {
                return Some(offset);
            }
            if let Some(offset) = self.word(at).and_then(names::zone) {
                named = named.or(Some(offset));
            }
        }
        named
    }

    fn offset_digits(&mut self, at: usize) -> Option<i32> {
        let value = self.number(at, 1..=4)?;
        let Some(Token::Number { digits, .. }) = self.tokens.get(at) else {
            return None;
        };
        let (hours, minutes, end) = match (*digits, self.sign(at + 1), self.number(at + 2, 2..=2)) {
            (1 | 2, Some(':'), Some(minutes)) => (value, minutes, at + 3),
            // `-15.01.2024` goes on as a date
            (1 | 2, Some('.' | '/' | '-'), _) => return None,
            (1 | 2, ..) => (value, 0, at + 1),
            _ => (value / 100, value % 100, at + 1),
        };
        if hours > 15 || minutes > 59 {
            return None;
        }
        self.strike(at - 1..end);
        i32::try_from(hours * 3600 + minutes * 60).ok()
    }
}

/// A time of day; true when 24:00 means the next day. `None` for one that does not exist.
pub(super) fn civil_time(hour: u32, minute: u32, second: u32) -> Option<(Time, bool)> {
    let small = |value: u32| i8::try_from(value).ok();
    let next_day = hour == 24 && minute == 0;
    let hour = if next_day { 0 } else { hour };
    let time = Time::new(small(hour)?, small(minute)?, small(second.min(59))?, 0).ok()?;
    Some((time, next_day))
}
