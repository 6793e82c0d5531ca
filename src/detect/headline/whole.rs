//! What is said of a change by more than one sentence of it: a word put for another throughout, a text
//! written anew, whole sections, the items of a list, or that an update is announced.

use super::point::{Point, told};
use super::shape::Section;
use super::speech::Speech;
use super::{ALSO, Story};
use crate::detect::lexicon::words;
use crate::detect::score::block_of;
use crate::model::{BlockKind, HunkKind};

impl Story<'_> {
    /// What is said of a change as a whole: one word for another throughout, a text written anew, whole
    /// sections.
    pub(super) fn whole(&self, speech: &Speech) -> Option<String> {
        let shape = &self.shape;
        if let Some((was, is, count)) = &shape.swap {
            let places = speech.counted(*count, ["place", "places"], ["месте", "местах", "местах"]);
            let places = format!("{} {places}", speech.say("in", "в"));
            return Some(format!("“{was}” → “{is}” {places}"));
        }
        let share = |sections: &[Section]| sections.iter().map(|s| s.share).sum::<f64>();
        let (come, gone) = shape.words;
        let places = told(self.study).count();
        if shape.rewritten {
            let count = speech.counted(places, ["place", "places"], ["месте", "местах", "местах"]);
            let anew = format!("{} {count}", speech.say("rewritten in", "переписано в"));
            return Some(if shape.sections.is_empty() {
                let first = self.points.first();
                let first = first.map(|point| self.point(speech, point, ALSO));
                first.map_or(anew.clone(), |first| format!("{anew}; {first}"))
            } else {
                format!("{anew}; {}", self.sections(speech, &shape.sections))
            });
        }
        let is_rule = self.points.first().is_some_and(|p| p.came && p.bears_out);
        if share(&shape.lost) >= 0.5 && gone >= come * 3 && !is_rule {
            let names = self.sections(speech, &shape.lost);
            return Some(format!("{}: {names}", speech.say("removed", "убрано")));
        }
        shape
            .is_new_sections()
            .then(|| self.sections(speech, &shape.sections))
    }

    /// "new sections “Jewels”, “Gifts”": at most three.
    fn sections(&self, speech: &Speech, sections: &[Section]) -> String {
        let names: Vec<String> = sections
            .iter()
            .take(3)
            .map(|s| speech.quoted(&s.name))
            .collect();
        let came = std::ptr::eq(sections, self.shape.sections.as_slice());
        let what = match (came, names.len() == 1) {
            (true, true) => speech.say("new section", "новый раздел"),
            (true, false) => speech.say("new sections", "новые разделы"),
            (false, true) => speech.say("section", "раздел"),
            (false, false) => speech.say("sections", "разделы"),
        };
        format!("{what} {}", names.join(", "))
    }

    /// Does a sentence only say that something is updated?
    pub(super) fn is_announcement(&self, point: &Point) -> bool {
        let side = self.side(point);
        let hits = side.hits_in(point.words.clone(), self.scene);
        let says = hits
            .iter()
            .any(|h| h.group == "when" && h.name == "announcement");
        let all = told(self.study).map(|(_, d)| d.after.changed_words());
        point.came && says && point.words.len() <= 30 && all.sum::<usize>() <= 60
    }

    /// Short items of one list that came or went together: “CIRA”, “Shaw”.
    pub(super) fn list(&self, speech: &Speech, main: &Point) -> Option<String> {
        let hunk = &self.study.hunks[main.hunk];
        let is_item = |at: usize| {
            let hunk = &self.study.hunks[at];
            let kind = block_of(hunk, self.scene).map(|b| b.kind);
            matches!(kind, Some(BlockKind::ListItem | BlockKind::TableRow))
        };
        if hunk.kind == HunkKind::Edited || !is_item(main.hunk) {
            return None;
        }
        let items: Vec<String> = told(self.study)
            .filter(|(at, _)| {
                let other = &self.study.hunks[*at];
                other.kind == hunk.kind && other.section == hunk.section && is_item(*at)
            })
            .map(|(_, delta)| {
                if main.came {
                    &delta.after
                } else {
                    &delta.before
                }
            })
            .filter(|side| (1..=5).contains(&side.words.len()))
            .map(|side| {
                speech.quoted(
                    side.text
                        .trim_end_matches(|c: char| c.is_whitespace() || ";,.:".contains(c))
                        .trim(),
                )
            })
            .collect();
        if items.is_empty() || self.side(main).words.len() > 5 {
            return None;
        }
        let label = self.label(speech, main);
        let more = items.len().saturating_sub(3);
        let more = if more > 0 {
            format!(" +{more}")
        } else {
            String::new()
        };
        let shown = items[..items.len().min(3)].join(", ");
        let place = hunk.section.as_deref().filter(|s| words(s).len() <= 6);
        Some(match (place, main.bears_out) {
            (Some(place), false) => {
                let into = if main.came {
                    speech.say("added to", "добавлено в")
                } else {
                    speech.say("removed from", "убрано из")
                };
                format!("{into} {}: {shown}{more}", speech.quoted(place))
            }
            _ => format!("{label} {shown}{more}"),
        })
    }
}
