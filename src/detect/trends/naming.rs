//! Names a trend so that a person understands it: always words as somebody wrote them.
//!
//! The label is the phrase that stands in most of the titles for its rarity, made longer as long as
//! half of its titles agree on how it goes on. A phrase that says nothing by itself (a number, a
//! weekday, a single common word, the medium's own name, what only a few of the titles share) gives
//! way to the opening of the headline: the title that says most of what all of them say.

use rustc_hash::{FxHashMap, FxHashSet};

use super::features::Idf;
use super::language::Lexicon;
use super::words::{Word, WordKind, words};

/// Longest phrase, in words.
const PHRASE: usize = 6;
/// Titles read for one name.
const TITLES: usize = 60;
/// Words read of one title.
const WORDS: usize = 40;
/// Words of a headline that make a label.
const OPENING: usize = 8;
/// Related terms of one trend.
const RELATED: usize = 5;
/// Months, weekdays and parts of the day, by how they begin: no names by themselves.
const CALENDAR: [&str; 46] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "today",
    "tomorrow",
    "yesterday",
    "январ",
    "феврал",
    "март",
    "апрел",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
    "понедельник",
    "вторник",
    "сред",
    "четверг",
    "пятниц",
    "суббот",
    "воскресень",
    "сегодня",
    "завтра",
    "вчера",
    "утр",
    "вечер",
    "выходн",
    "недел",
];

/// What a trend is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Name {
    pub(super) label: String,
    /// Index of the representative title among those given.
    pub(super) headline: usize,
    pub(super) related: Vec<String>,
}

struct Title<'a> {
    text: &'a str,
    words: Vec<(Word, Option<u32>)>,
}

impl Title<'_> {
    /// Is a word more than a number, a day or a stop word?
    fn says(&self, at: usize) -> bool {
        let (word, stem) = self.words[at];
        stem.is_some() && says(word, &self.text[word.start..word.end])
    }

    /// Where a phrase of several words begins for a reader: with its preposition.
    fn begin(&self, from: usize, to: usize) -> usize {
        let is_long = (from..=to).filter(|at| self.words[*at].1.is_some()).count() > 2;
        let led = from > 0 && !self.words[from].0.breaks && self.words[from - 1].1.is_none();
        from - usize::from(is_long && led)
    }

    /// The text of some words, with what is attached to them: `Ask.fm`, `SIM-карт`, `4,5 %`.
    fn surface(&self, from: usize, to: usize) -> &str {
        let (mut start, mut end) = (self.words[from].0.start, self.words[to].0.end);
        while let Some((at, joint)) = self.text[..start].char_indices().next_back() {
            let before = self.text[..at].chars().next_back();
            if !is_joint(joint) || !before.is_some_and(char::is_alphanumeric) {
                break;
            }
            start = self.text[..at]
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_alphanumeric())
                .last()
                .map_or(at, |(at, _)| at);
        }
        while let Some(joint) = self.text[end..].chars().next().filter(|c| is_joint(*c)) {
            let rest = &self.text[end + joint.len_utf8()..];
            let length = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            if length == 0 {
                break;
            }
            end += joint.len_utf8() + length;
        }
        // pieces of scripts without spaces overlap; a sign of percent belongs to its number
        if self.text[end..].starts_with('%') {
            end += 1;
        }
        &self.text[start..end]
    }
}

fn is_joint(c: char) -> bool {
    matches!(c, '-' | '‑' | '.' | '&' | '\'' | '’' | '/' | '+')
}

/// Names what the clean titles have in common; each comes with its language. No label says one of the
/// `media`'s own names.
pub(super) fn name(
    lexicon: &mut Lexicon,
    idf: &Idf,
    titles: &[(&str, &'static str)],
    media: &[&str],
) -> Name {
    let language = titles.first().map_or("en", |title| title.1);
    let media: Vec<FxHashSet<u32>> = media
        .iter()
        .map(|name| stems(lexicon, name, language).into_iter().collect())
        .collect();
    let titles: Vec<Title> = titles
        .iter()
        .take(TITLES)
        .map(|(text, language)| Title {
            text,
            words: words(text, WORDS)
                .into_iter()
                .map(|word| {
                    let form = lexicon.form(&text[word.start..word.end], language);
                    (word, form.map(|form| form.stem))
                })
                .collect(),
        })
        .collect();
    let coverage = coverage(&titles);
    let headline = headline(&titles, &coverage, idf);
    let opening = || titles.get(headline).map_or(String::new(), opening);
    let phrases = phrases(&titles, idf);
    let is_own = |phrase: &Phrase| {
        media
            .iter()
            .any(|own| phrase.stems.iter().all(|stem| own.contains(stem)))
    };
    let best = phrases
        .iter()
        .find(|phrase| phrase.is_saying && !is_own(phrase))
        .map(|phrase| lengthened(phrase, &phrases))
        .filter(|phrase| phrase.is_name || phrase.stems.len() > 1)
        .filter(|phrase| phrase.titles * 5 >= titles.len() * 2 && phrase.titles > 1);
    let mut used: FxHashSet<u32> = FxHashSet::default();
    let label = match best {
        Some(best) => {
            used.extend(&best.stems);
            capitalised(best.surface)
        }
        None => opening(),
    };
    let mut related = Vec::new();
    for phrase in phrases
        .iter()
        .filter(|phrase| phrase.titles > 1 && phrase.is_saying)
    {
        if related.len() == RELATED {
            break;
        }
        if !is_own(phrase)
            && !label.contains(phrase.surface)
            && phrase.stems.iter().all(|stem| used.insert(*stem))
        {
            let whole = lengthened(phrase, &phrases);
            used.extend(&whole.stems);
            related.push(whole.surface.to_owned());
        }
    }
    Name {
        label,
        headline,
        related,
    }
}

fn stems(lexicon: &mut Lexicon, text: &str, language: &'static str) -> Vec<u32> {
    words(text, WORDS)
        .into_iter()
        .filter_map(|word| lexicon.form(&text[word.start..word.end], language))
        .map(|form| form.stem)
        .collect()
}

/// The first letter as a capital, unless another one of the word is (`iPhone`).
fn capitalised(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !word.chars().skip(1).any(char::is_uppercase) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// The opening of a title: its first clause, cut between words and marked if it is long.
fn opening(title: &Title) -> String {
    let clause = (1..title.words.len())
        .find(|at| title.words[*at].0.breaks && *at > 2)
        .unwrap_or(title.words.len());
    if clause == 0 {
        return title.text.to_owned();
    }
    let end = clause.min(OPENING) - 1;
    let whole = title.surface(end, end);
    let stop = whole.as_ptr() as usize - title.text.as_ptr() as usize + whole.len();
    let text = title.text[..stop].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '«');
    let text = capitalised(text.trim());
    if clause > OPENING {
        format!("{text} …")
    } else {
        text
    }
}

/// Share of titles in which each stem stands.
fn coverage(titles: &[Title]) -> FxHashMap<u32, f64> {
    let mut counts: FxHashMap<u32, f64> = FxHashMap::default();
    for title in titles {
        let stems: FxHashSet<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1.0 / titles.len() as f64;
        }
    }
    counts
}

fn headline(titles: &[Title], coverage: &FxHashMap<u32, f64>, idf: &Idf) -> usize {
    let score = |title: &Title| {
        let mut stems: Vec<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        stems.sort_unstable();
        stems.dedup();
        let sum: f64 = stems
            .iter()
            .map(|stem| coverage[stem] * f64::from(idf.of(*stem)))
            .sum();
        sum / (stems.len() as f64 + 4.0)
    };
    let mut best = (0, f64::MIN);
    for (at, title) in titles.iter().enumerate() {
        let score = score(title);
        if score > best.1 + 1e-9 {
            best = (at, score);
        }
    }
    best.0
}

struct Phrase<'a> {
    stems: Vec<u32>,
    surface: &'a str,
    titles: usize,
    score: f64,
    /// More than numbers and days?
    is_saying: bool,
    /// Does a name stand in it: a capital within a sentence, a tag?
    is_name: bool,
}

/// A phrase made longer as long as half of its titles go on in the same way.
fn lengthened<'a, 'b>(mut phrase: &'b Phrase<'a>, all: &'b [Phrase<'a>]) -> &'b Phrase<'a> {
    while let Some(longer) = all.iter().find(|longer| {
        longer.stems.len() > phrase.stems.len()
            && longer.titles > 1
            && longer.titles * 2 >= phrase.titles
            && longer
                .stems
                .windows(phrase.stems.len())
                .any(|part| part == phrase.stems)
    }) {
        phrase = longer;
    }
    phrase
}

#[derive(Default)]
struct Uses<'a> {
    titles: usize,
    surfaces: FxHashMap<&'a str, usize>,
    is_saying: bool,
    names: usize,
}

/// Phrases of the titles, best first.
fn phrases<'a>(titles: &'a [Title], idf: &Idf) -> Vec<Phrase<'a>> {
    let mut found: FxHashMap<Vec<u32>, Uses> = FxHashMap::default();
    for title in titles {
        let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
        for from in 0..title.words.len() {
            for to in from..(from + PHRASE).min(title.words.len()) {
                if to > from && title.words[to].0.breaks {
                    break;
                }
                if title.words[from].1.is_none() || title.words[to].1.is_none() {
                    continue;
                }
                let part = &title.words[from..=to];
                // "rises to 19 %" is cut short at "rises": the number may be another one elsewhere
                if to > from && title.words[to - 1].1.is_none() && !title.says(to) {
                    continue;
                }
                let stems: Vec<u32> = part.iter().filter_map(|(_, stem)| *stem).collect();
                let uses = found.entry(stems.clone()).or_default();
                if seen.insert(stems) {
                    uses.titles += 1;
                    uses.names += usize::from((from..=to).any(|at| is_name(title, at)));
                }
                uses.is_saying |= (from..=to).any(|at| title.says(at));
                let begin = title.begin(from, to);
                *uses.surfaces.entry(title.surface(begin, to)).or_default() += 1;
            }
        }
    }
    let mut phrases: Vec<Phrase> = found
        .into_iter()
        .map(|(stems, uses)| {
            let weight: f64 = stems.iter().map(|stem| f64::from(idf.of(*stem))).sum();
            let surface = uses
                .surfaces
                .into_iter()
                .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
                .map_or("", |best| best.0);
            Phrase {
                surface,
                titles: uses.titles,
                score: uses.titles as f64 * weight.sqrt(),
                is_saying: uses.is_saying,
                is_name: uses.names * 2 >= uses.titles,
                stems,
            }
        })
        .collect();
    phrases.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.surface.cmp(b.surface))
            .then_with(|| a.stems.cmp(&b.stems))
    });
    phrases
}

/// Is a word more than a number or a day?
fn says(word: Word, text: &str) -> bool {
    if word.kind == WordKind::Number || !text.chars().any(char::is_alphabetic) {
        return false;
    }
    let lower = text.to_lowercase();
    !CALENDAR
        .iter()
        .any(|day| lower.starts_with(day) && lower.chars().count() <= day.chars().count() + 3)
}

/// Is a word a name: a tag, a mention, a capital that no sentence begins with, several capitals?
fn is_name(title: &Title, at: usize) -> bool {
    let word = title.words[at].0;
    let text = &title.text[word.start..word.end];
    match word.kind {
        WordKind::Hashtag | WordKind::Mention => true,
        WordKind::Piece => true,
        WordKind::Number => false,
        WordKind::Plain => {
            let capitals = text.chars().filter(|c| c.is_uppercase()).count();
            let mixed = text.chars().skip(1).any(char::is_uppercase)
                || (capitals > 0 && text.chars().any(char::is_numeric));
            mixed || (capitals > 0 && !word.breaks)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(titles: &[&str], language: &'static str) -> String {
        let mut lexicon = Lexicon::default();
        let titles: Vec<_> = titles.iter().map(|title| (*title, language)).collect();
        name(
            &mut lexicon,
            &Idf::default(),
            &titles,
            &["The Daily Lantern"],
        )
        .label
    }

    #[test]
    fn a_name_is_told_whole() {
        let label = named(
            &[
                "Ask.fm closes on 1 December",
                "Service Ask.fm closes",
                "Why Ask.fm closes now",
            ],
            "en",
        );
        assert_eq!(label, "Ask.fm closes");
        let label = named(
            &[
                "Певицу Глюк'oZу оштрафовали",
                "Полиция: певицу Глюк'oZу задержали",
                "Певицу Глюк'oZу ждёт суд",
            ],
            "ru",
        );
        assert_eq!(label, "Певицу Глюк'oZу");
        let label = named(
            &[
                "The iOS 20 beta is out",
                "Apple ships iOS 20 beta",
                "iOS 20 beta: all news",
            ],
            "en",
        );
        assert_eq!(label, "iOS 20 beta");
    }

    #[test]
    fn what_says_nothing_gives_way_to_the_headline() {
        let label = named(
            &[
                "Парковка 4 ноября станет бесплатной",
                "4 ноября москвичи отдыхают",
            ],
            "ru",
        );
        assert!(
            label.contains(' ') && !label.starts_with('4') || label.len() > 12,
            "{label}"
        );
        let label = named(
            &[
                "Daily Lantern: frogs found in salad bag",
                "Daily Lantern: a bridge fell in Utopia",
            ],
            "en",
        );
        assert!(
            !label.starts_with("Daily Lantern") || label.contains(':'),
            "{label}"
        );
    }

    #[test]
    fn scripts_without_spaces_have_readable_names() {
        let label = named(
            &[
                "华为发布新手机系统",
                "今天华为发布新手机",
                "华为发布新手机引发关注",
            ],
            "zh",
        );
        assert_eq!(label, "华为发布新手机");
    }
}
