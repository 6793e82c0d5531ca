//! Is a name that nobody used before, and several owners use now, that of a new thing?
//!
//! Persons, places and works of the day come with names nobody used before, too. So the words beside
//! the name must say that something is launched, or of what sort it is (service, feature, format), in
//! a fair share of the owners' texts; how much is asked for depends on the name's looks. A new tag of
//! several words is news by itself. Reprints of one text count once.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::beside::{Said, beside};
use super::cues::{cue, is_brand, is_cjk, is_given, is_law, is_slip, is_tail};
use super::names::{Form, Named, fold, named, texts};
use super::text::Tokens;
use super::unspaced;
use crate::model::NameKey;

/// Fewest owners with texts of their own.
pub const OWNERS: usize = 3;
/// Fewest owners in whose texts it is a name by its looks.
const SURE: usize = 2;
/// Words by which a reprint is known.
const REPRINT: usize = 8;
/// Letters of a tag that is put together of several words.
const LONG_TAG: usize = 9;

/// One item that uses a name.
#[derive(Debug, Clone, Copy)]
pub struct NameUse<'a> {
    /// For whom its source speaks.
    pub owner: &'a str,
    /// Its title; may be empty.
    pub title: &'a str,
    /// Its text.
    pub summary: &'a str,
}

/// A name that is a new thing's.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// As most write it.
    pub name: String,
    /// Of what sort the texts say it is: `app`, `service`, `feature`, `hashtag`…
    pub sort: Option<&'static str>,
    /// Owners with texts of their own that use it.
    pub owners: usize,
    /// Owners of these who say that it is launched.
    pub launched: usize,
    /// Owners of these who say of what sort it is.
    pub sorted: usize,
    /// The sentence with it in each text of its own, by the place of its use.
    pub quotes: Vec<(usize, String)>,
}

/// All that is said of one name.
#[derive(Default)]
struct Heard<'a> {
    owners: Vec<(&'a str, Said)>,
    surfaces: FxHashMap<String, usize>,
    forms: FxHashMap<Form, usize>,
    quotes: Vec<(usize, String)>,
}

/// Judges a name by its uses, oldest first.
pub fn judge(key: NameKey, uses: &[NameUse<'_>]) -> Option<Verdict> {
    let heard = hear(key, uses);
    if heard.owners.is_empty() {
        return unspaced::judge(key, uses);
    }
    if heard.owners.len() < OWNERS || heard.count(|said| said.sure) < SURE {
        return None;
    }
    let not_a_thing = heard.half(|said| said.denies() && said.sort.is_none())
        || heard.half(|said| said.trouble)
        || heard.count(|said| said.other) > heard.count(|said| said.sort.is_some());
    let form = *heard
        .forms
        .iter()
        .max_by_key(|(form, n)| (**n, Reverse(**form)))?
        .0;
    let most = heard
        .surfaces
        .iter()
        .max_by_key(|(name, n)| (**n, Reverse(*name)));
    let name = most?.0.clone();
    if not_a_thing || !is_news(form, &name, &heard) {
        return None;
    }
    Some(Verdict {
        sort: heard.sort(form),
        owners: heard.owners.len(),
        launched: heard.count(|said| said.launch || said.headed),
        sorted: heard.count(|said| said.sort.is_some()),
        quotes: heard.quotes,
        name,
    })
}

fn hear<'a>(key: NameKey, uses: &[NameUse<'a>]) -> Heard<'a> {
    let mut heard = Heard::default();
    let mut reprints: FxHashSet<String> = FxHashSet::default();
    'uses: for (number, one) in uses.iter().enumerate() {
        let mut is_first = true;
        for text in texts(one.title, one.summary) {
            let cut = Tokens::of(text);
            for name in named(&cut).iter().filter(|name| name.key == key) {
                if is_first {
                    let sentence = cut.sentence(name.tokens.start);
                    if !reprints.insert(reprint(sentence)) {
                        continue 'uses;
                    }
                    heard.quotes.push((number, sentence.to_owned()));
                    is_first = false;
                }
                *heard.forms.entry(name.form).or_default() += 1;
                let weight = if name.sure { 2 } else { 1 };
                *heard.surfaces.entry(surface(&cut, name)).or_default() += weight;
                let said = beside(&cut, name);
                match heard.owners.iter_mut().find(|known| known.0 == one.owner) {
                    Some(known) => known.1.add(said),
                    None => heard.owners.push((one.owner, said)),
                }
            }
        }
    }
    heard
}

impl Heard<'_> {
    /// Owners of whom something holds.
    fn count(&self, wanted: impl Fn(&Said) -> bool) -> usize {
        self.owners.iter().filter(|(_, said)| wanted(said)).count()
    }

    fn half(&self, wanted: impl Fn(&Said) -> bool) -> bool {
        self.count(wanted) * 2 >= self.owners.len()
    }

    /// The sort that most owners name, the first of several.
    fn sort(&self, form: Form) -> Option<&'static str> {
        if form == Form::Hashtag {
            return Some("hashtag");
        }
        let sorts: Vec<&'static str> = self
            .owners
            .iter()
            .filter_map(|(_, said)| said.sort)
            .collect();
        let times = |sort: &str| sorts.iter().filter(|other| **other == sort).count();
        sorts.iter().rev().max_by_key(|sort| times(sort)).copied()
    }
}

/// Do the texts say that it is a new thing? The plainer the name's looks, the more is asked for.
fn is_news(form: Form, name: &str, heard: &Heard<'_>) -> bool {
    let parts: Vec<String> = name.split([' ', '-']).map(fold).collect();
    let many = parts.len() > 1;
    let tail = parts
        .last()
        .is_some_and(|part| is_tail(part) && (many || part.starts_with(is_cjk)));
    let owners = heard.owners.len();
    let made = heard.count(|said| said.launch);
    let launched = heard.count(|said| said.launch || said.headed);
    let used = heard.count(|said| said.used);
    // a name that says what it is says so to all
    let sorted = if tail {
        owners
    } else {
        heard.count(|said| said.sort.is_some())
    };
    let signs = launched + sorted + used;
    let backed = if tail {
        owners
    } else {
        heard.count(Said::backs)
    };
    // what has long been known to all is only seldom spoken of as new
    let share = |of: usize| backed * of >= owners;
    let is_latin = name.contains(|c: char| c.is_ascii_alphabetic());
    let introduced = launched >= 1 && (sorted >= 1 || used >= 1) && signs >= 3;
    match form {
        // `Скачать`, «Новый сервис»
        _ if form != Form::Hashtag && parts.iter().all(|part| cue(part).is_some()) => false,
        _ if parts.iter().all(|part| is_brand(part)) || is_slip(&parts[0]) => false,
        Form::Hashtag => is_composed(name) || is_long(name) || introduced && sorted >= 1,
        _ if many && is_brand(&parts[0]) => launched + sorted >= 1 && share(4),
        _ if parts.iter().any(|part| is_law(part)) => signs >= 1,
        // `G20`, `A320`, `M12`: many things are numbered
        Form::Mixed if is_code(name) => launched >= 1 && sorted >= 1,
        Form::Numbered => signs >= if is_latin { 1 } else { 2 } && share(4),
        Form::Mixed => launched >= 1 && signs >= 2 && share(4),
        Form::Phrase if name.split(' ').any(is_mixed) => signs >= 2 && share(2),
        Form::Phrase if is_given(&parts[0]) => false,
        Form::Single | Form::Plain => introduced && sorted >= 1 && share(2),
        // a Russian thing's name stands in quotes; two capitals without are a person's
        Form::Phrase if !is_latin => introduced && sorted >= 1 && share(2),
        Form::Quoted | Form::Phrase => (introduced || made >= 2) && share(2),
        // `OSINT`: a shorthand
        Form::Foreign if !name.contains(char::is_lowercase) => {
            introduced && sorted >= 2 && share(2)
        }
        Form::Mention | Form::Foreign => introduced && share(2),
    }
}

/// A tag too long for one common word: `#slowscroll`.
fn is_long(tag: &str) -> bool {
    tag.chars().filter(|c| c.is_alphabetic()).count() >= LONG_TAG
}

/// Several words, or a word and a number: `#RemixBattles`, `#ремикс_баттл`, `#euro2028`.
fn is_composed(tag: &str) -> bool {
    let mut inner = tag.trim_start_matches('#').chars().skip(1);
    tag.contains(char::is_lowercase)
        && inner.any(|c| c.is_uppercase() || c.is_numeric() || c == '_')
}

/// A letter or two with a number.
fn is_code(name: &str) -> bool {
    name.chars().filter(|c| c.is_alphabetic()).count() <= 2
}

/// A capital or a digit inside a word.
fn is_mixed(word: &str) -> bool {
    let inner = word
        .chars()
        .skip(1)
        .any(|c| c.is_uppercase() || c.is_numeric());
    inner && word.contains(char::is_lowercase)
}

/// A name as written.
fn surface(cut: &Tokens<'_>, name: &Named) -> String {
    let first = &cut.all[name.tokens.start];
    let start = first.range.start - first.sign.map_or(0, char::len_utf8);
    let end = cut.all[name.tokens.end - 1].range.end;
    let written = cut.text[start..end].replace('*', " ");
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first words of a sentence: the same in reprints.
pub(super) fn reprint(sentence: &str) -> String {
    let words = sentence.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).take(REPRINT);
    words.map(fold).collect::<Vec<_>>().join(" ")
}
