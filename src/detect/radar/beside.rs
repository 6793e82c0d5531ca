//! What the words beside a name say of it, in one place of one text.

use super::cues::{Cue, cue, cues_within, is_herald};
use super::names::{Named, fold};
use super::text::{Script, Tokens};

/// Words before and behind a name that may say what it is.
const BESIDE: usize = 6;
/// Words between a name and its sort (`сервис коротких видео «Клипы»`), before and behind it.
const SORT: (usize, usize) = (3, 3);
/// Words between a person and the office: `министр образования США Линда Макмэн`.
const PERSON: usize = 2;
/// Words from a maker to what it does: `Clipnet today launches`.
const MAKER: usize = 2;
/// Signs beside a name that say what it is, in a script without spaces.
const NEAR_SIGNS: usize = 8;

/// What is said beside a name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// It is a name by its looks.
    pub(super) sure: bool,
    /// It is new, or made public.
    pub(super) launch: bool,
    /// It stands at the head of its text as a thing announced does.
    pub(super) headed: bool,
    /// Of what sort it is.
    pub(super) sort: Option<&'static str>,
    /// Somebody tries it.
    pub(super) used: bool,
    /// It is a person, or a medium that says something.
    pub(super) person: bool,
    /// It is a place, a work, an event, a club.
    pub(super) other: bool,
    /// It makes something public itself.
    pub(super) maker: bool,
    /// War, crime and disaster.
    pub(super) trouble: bool,
}

impl Said {
    /// Takes in what the same owner says elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.sure |= other.sure;
        self.launch |= other.launch;
        self.headed |= other.headed;
        self.sort = self.sort.or(other.sort);
        self.used |= other.used;
        self.person |= other.person;
        self.other |= other.other;
        self.maker |= other.maker;
        self.trouble |= other.trouble;
    }

    /// Is anything said that is said of new things?
    pub(super) fn backs(&self) -> bool {
        self.launch || self.headed || self.sort.is_some() || self.used
    }

    /// Is it said to be no thing?
    pub(super) fn denies(&self) -> bool {
        self.person || self.other || self.maker || self.trouble
    }
}

/// What the words beside a name say.
pub(super) fn beside(cut: &Tokens<'_>, name: &Named) -> Said {
    let mut said = Said {
        sure: name.sure || name.tokens == (0..cut.all.len()),
        headed: is_headed(cut, name),
        ..Said::default()
    };
    let sentence = cut.all[name.tokens.start].sentence;
    let capitals_tell = cut.capitals_tell[usize::from(sentence)];
    let from = name.tokens.start.saturating_sub(BESIDE);
    let to = (name.tokens.end + BESIDE).min(cut.all.len());
    // `Edits, a standalone editing app`
    let rest = cut.text[cut.all[name.tokens.end - 1].range.end..]
        .trim_start_matches(['»', '”', '"', '」', '》', ' ']);
    let explained = rest.starts_with([',', ':', '–', '—', '(', '-']);
    for at in name.tokens.clone() {
        match cue(&fold(cut.word(at))) {
            Some(Cue::Other | Cue::Place) => said.other = true,
            Some(Cue::Trouble) => said.trouble = true,
            _ => {}
        }
    }
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
        if token.script == Script::Other {
            said.hear_run(cut.word(at), behind, distance);
            continue;
        }
        let reach = match (behind, explained) {
            (true, true) => BESIDE,
            (true, false) => SORT.1,
            (false, _) => SORT.0,
        };
        match cue(&fold(cut.word(at))) {
            Some(Cue::Launch) => said.launch = true,
            Some(Cue::Makes) if behind && distance <= MAKER => {
                said.maker = true;
                // what stands behind is said of what it makes
                break;
            }
            Some(Cue::Makes) => said.launch = true,
            Some(Cue::Use) => said.used = true,
            Some(Cue::Sort(sort)) if distance <= reach => said.sort = said.sort.or(Some(sort)),
            Some(Cue::Person) if distance <= PERSON => said.person = true,
            Some(Cue::Place) if distance == 1 && !behind => said.other = true,
            Some(Cue::Other)
                if distance == 1 || !behind && distance == 2 && is_word(cut, at + 1) =>
            {
                said.other = true;
            }
            Some(Cue::Trouble) => said.trouble = true,
            _ => {}
        }
    }
    said
}

impl Said {
    /// What a run without spaces says, of which the nearest signs count.
    fn hear_run(&mut self, run: &str, behind: bool, distance: usize) {
        let signs = run.chars().count();
        let near: String = match (distance, behind) {
            (1, true) => run.chars().take(NEAR_SIGNS).collect(),
            (1, false) => run.chars().skip(signs.saturating_sub(NEAR_SIGNS)).collect(),
            (2, _) => run.to_owned(),
            _ => return,
        };
        for cue in cues_within(&near) {
            match cue {
                Cue::Launch | Cue::Makes => self.launch = true,
                Cue::Use => self.used = true,
                Cue::Sort(sort) if distance == 1 => self.sort = self.sort.or(Some(sort)),
                Cue::Other if distance == 1 => self.other = true,
                _ => {}
            }
        }
    }
}

/// More than a preposition.
fn is_word(cut: &Tokens<'_>, at: usize) -> bool {
    cut.word(at).chars().count() > 2
}

/// `Name`, `Name: what it is`, `Name – what it is`: how a thing is announced.
fn is_headed(cut: &Tokens<'_>, name: &Named) -> bool {
    let head = &cut.all[name.tokens.start];
    let last = &cut.all[name.tokens.end - 1];
    let rest = cut.text[last.range.end..].trim_start();
    let before = name
        .tokens
        .start
        .checked_sub(1)
        .map(|at| fold(cut.word(at)));
    if before.is_some_and(|word| is_herald(&word)) {
        return true;
    }
    let version = cut.all.get(name.tokens.end);
    let version = version.is_some_and(|token| token.joined && token.script == Script::Number);
    let goes_on = version || rest.is_empty() || rest.starts_with([':', '–', '—', '|', '(', '-']);
    head.first && head.script == Script::Latin && goes_on
}
