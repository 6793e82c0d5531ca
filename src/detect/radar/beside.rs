//! What the words beside a name say of it, in one place of one text.

use super::cues::{Cue, cue};
use super::names::{Named, fold};
use super::text::{Script, Tokens};

/// Words before and behind a name that may say what it is.
const BESIDE: usize = 6;
/// Words between a name and its sort (`сервис коротких видео «Клипы»`), before and behind it.
const SORT: (usize, usize) = (3, 3);

/// What is said beside a name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// It is a name by its looks.
    pub(super) sure: bool,
    /// It is made public.
    pub(super) launch: bool,
    /// Of what sort it is.
    pub(super) sort: Option<&'static str>,
    /// It is a person, or a medium that says something.
    pub(super) person: bool,
    /// It is a place.
    pub(super) place: bool,
    /// War, crime and disaster.
    pub(super) trouble: bool,
}

impl Said {
    /// Takes in what the same owner says elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.sure |= other.sure;
        self.launch |= other.launch;
        self.sort = self.sort.or(other.sort);
        self.person |= other.person;
        self.place |= other.place;
        self.trouble |= other.trouble;
    }
}

/// What the words beside a name say.
pub(super) fn beside(cut: &Tokens<'_>, name: &Named) -> Said {
    let mut said = Said {
        sure: name.sure || name.tokens == (0..cut.all.len()),
        launch: is_headed(cut, name),
        ..Said::default()
    };
    let sentence = cut.all[name.tokens.start].sentence;
    let capitals_tell = cut.capitals_tell[usize::from(sentence)];
    let from = name.tokens.start.saturating_sub(BESIDE);
    let to = (name.tokens.end + BESIDE).min(cut.all.len());
    for at in (from..name.tokens.start).chain(name.tokens.end..to) {
        let token = &cut.all[at];
        // the "New" of another name says nothing
        let in_name = token.capital && !token.first && capitals_tell;
        if token.sentence != sentence || token.script == Script::Number || in_name {
            continue;
        }
        let behind = at >= name.tokens.end;
        let distance = if behind {
            at + 1 - name.tokens.end
        } else {
            name.tokens.start - at
        };
        match cue(&fold(cut.word(at))) {
            Some(Cue::Launch) => said.launch = true,
            Some(Cue::Sort(sort)) if distance <= if behind { SORT.1 } else { SORT.0 } => {
                said.sort = said.sort.or(Some(sort));
            }
            Some(Cue::Person) if distance == 1 => said.person = true,
            Some(Cue::Place) if distance == 1 && !behind => said.place = true,
            Some(Cue::Trouble) => said.trouble = true,
            _ => {}
        }
    }
    said
}

/// `Name`, `Name: what it is`, `Name – what it is`: how a thing is announced.
fn is_headed(cut: &Tokens<'_>, name: &Named) -> bool {
    let head = &cut.all[name.tokens.start];
    let last = &cut.all[name.tokens.end - 1];
    let rest = cut.text[last.range.end..].trim_start();
    let goes_on = rest.is_empty() || rest.starts_with([':', '–', '—', '|', '(', '-']);
    head.first && head.script == Script::Latin && goes_on
}
