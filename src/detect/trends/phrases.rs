//! Phrases that titles have in common, and which of them read as a label.

use rustc_hash::{FxHashMap, FxHashSet};

use super::features::Idf;
use super::titles::Title;

/// Longest phrase, in words, and in pieces of a script without spaces.
const PHRASE: usize = 6;
const PIECES: usize = 24;

/// Fewest words that stand beside a unit of speech on either side.
const VARIETY: usize = 3;

/// A phrase that titles have in common.
pub(super) struct Phrase<'a> {
    pub(super) stems: Vec<u32>,
    pub(super) surface: &'a str,
    pub(super) titles: usize,
    score: f64,
    /// More than numbers and days?
    pub(super) is_saying: bool,
    /// Does a name stand in it: a capital within a sentence, a tag?
    pub(super) is_name: bool,
    /// Does it begin and end with names?
    pub(super) is_all_name: bool,
    /// Does it read as a whole: it begins as a clause or a name does, and ends as one does?
    pub(super) is_whole: bool,
    /// Has it the form of a subject, as far as that can be told?
    pub(super) is_plain: bool,
    /// Does it say something with its first word: no number, no date?
    pub(super) is_headed: bool,
    /// Titles in which a clause begins with it, and in which one ends with it.
    pub(super) opens: usize,
    pub(super) closes: usize,
    pub(super) is_unspaced: bool,
    /// Do its neighbours vary from title to title?
    pub(super) is_unit: bool,
    /// Is it mostly part of a longer name?
    pub(super) is_cut: bool,
    /// Owners in whose titles it stands.
    pub(super) owners: usize,
}

/// One way in which a phrase is written.
#[derive(Default)]
struct Surface {
    weight: usize,
    /// Uses in the form of a subject, and in another one.
    plain: usize,
    bent: usize,
}

/// A phrase made longer as long as half of its titles go on in the same way.
pub(super) fn lengthened<'a, 'b>(
    mut phrase: &'b Phrase<'a>,
    all: &'b [Phrase<'a>],
) -> &'b Phrase<'a> {
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
    surfaces: FxHashMap<&'a str, Surface>,
    is_saying: bool,
    is_unspaced: bool,
    names: usize,
    /// Titles in which it begins and ends with names.
    framed: usize,
    begins: usize,
    ends: usize,
    opens: usize,
    closes: usize,
    headed: bool,
    /// Titles that tell whether a name stands in it.
    told: usize,
    /// What stands before and behind it, the ends of clauses counted each.
    beside: [FxHashSet<&'a str>; 2],
    bounds: [usize; 2],
    cut: usize,
    owners: FxHashSet<u32>,
}

impl Uses<'_> {
    /// Is what stands before it ever another, and what stands behind it? Then it is a unit of speech
    /// (accessor variety: Feng et al. 2004).
    fn is_unit(&self) -> bool {
        let varied = |side: usize| {
            let others = self.beside[side].len() + self.bounds[side];
            others >= VARIETY && others * 2 > self.titles
        };
        varied(0) && varied(1)
    }
}

/// Phrases of the titles, best first; each title with its owner.
pub(super) fn phrases<'a>(titles: &'a [Title], owners: &[u32], idf: &Idf) -> Vec<Phrase<'a>> {
    let mut found: FxHashMap<Vec<u32>, Uses> = FxHashMap::default();
    for (number, title) in titles.iter().enumerate() {
        let owner = owners[number];
        let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
        let most = if title.is_unspaced() { PIECES } else { PHRASE };
        // found out once for each word, not for each phrase it is in
        let words = 0..title.words.len();
        let says: Vec<bool> = words.clone().map(|at| title.says(at)).collect();
        let names: Vec<bool> = words.map(|at| title.is_name(at)).collect();
        for from in 0..title.words.len() {
            if title.is_said_by(from) {
                break;
            }
            for to in from..(from + most).min(title.words.len()) {
                if to > from && title.words[to].0.breaks {
                    break;
                }
                if title.words[from].1.is_none() || title.words[to].1.is_none() {
                    continue;
                }
                let part = &title.words[from..=to];
                // "rises to 19 %" is cut short at "rises": the number may be another one elsewhere
                if to > from && title.words[to - 1].1.is_none() && !says[to] {
                    continue;
                }
                let stems: Vec<u32> = part.iter().filter_map(|(_, stem)| *stem).collect();
                let uses = found.entry(stems.clone()).or_default();
                let begin = title.begin(from, to);
                let is_first = seen.insert(stems);
                if is_first {
                    uses.titles += 1;
                    uses.begins += usize::from(title.begins(begin));
                    uses.ends += usize::from(title.ends(to));
                    uses.opens += usize::from(title.opens(begin));
                    uses.closes += usize::from(title.closes(to));
                    uses.names += usize::from(names[from..=to].contains(&true));
                    uses.owners.insert(owner);
                    uses.cut += usize::from(title.is_part_of_name(from, to));
                    uses.told += usize::from((from..=to).any(|at| title.tells(at).is_some()));
                    for (side, word) in title.beside(from, to).into_iter().enumerate() {
                        match word {
                            Some(word) => {
                                uses.beside[side].insert(word);
                            }
                            None => uses.bounds[side] += 1,
                        }
                    }
                    let framed = title.is_framed(from, to);
                    uses.framed += usize::from(framed);
                }
                uses.is_unspaced |= title.is_unspaced();
                uses.is_saying |= says[from..=to].contains(&true);
                let opens = title.opens(begin);
                uses.headed |= says[from] || (opens && to - from > 2);
                // what begins a clause is mostly its subject, in its plain form
                let surface = uses.surfaces.entry(title.surface(begin, to)).or_default();
                surface.weight += 2 + usize::from(title.words[from].0.breaks);
                let form = if begin < from {
                    Some(opens && to - from > 2)
                } else {
                    title.is_plain(from, to)
                };
                surface.plain += usize::from(form == Some(true));
                surface.bent += usize::from(form == Some(false));
            }
        }
    }
    let mut phrases: Vec<Phrase> = found
        .into_iter()
        .map(|(stems, uses)| {
            let is_unit = uses.is_unit();
            let mut weight: f64 = stems.iter().map(|stem| f64::from(idf.of(*stem))).sum();
            let (surface, form) = uses
                .surfaces
                .into_iter()
                .max_by(|(a, one), (b, other)| {
                    let key =
                        |surface: &Surface| (surface.plain > 0, surface.bent == 0, surface.weight);
                    key(one).cmp(&key(other)).then(b.cmp(a))
                })
                .unwrap_or_default();
            // pieces overlap where runs of katakana do not: there the signs count
            if uses.is_unspaced {
                weight *= surface.chars().count() as f64 / stems.len() as f64 / 2.0;
            }
            Phrase {
                surface,
                titles: uses.titles,
                score: uses.titles as f64 * weight.sqrt(),
                is_saying: uses.is_saying,
                // where a clause begins with it, nothing is told
                is_name: uses.names > 0 && uses.names * 2 >= uses.told,
                is_all_name: uses.framed * 2 >= uses.titles,
                // what shares a run of signs with few others is seldom seen to end
                is_whole: uses.begins > 0
                    && uses.ends > 0
                    && (uses.is_unspaced || uses.ends * 2 >= uses.titles),
                is_plain: form.plain > 0,
                is_headed: uses.headed,
                opens: uses.opens,
                closes: uses.closes,
                is_unspaced: uses.is_unspaced,
                is_unit,
                is_cut: uses.cut * 2 > uses.titles,
                owners: uses.owners.len(),
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
