//! What a title is about, apart from what it says of it: its names.
//!
//! Two words that stand side by side are one name as far as titles agree in nothing else: two pieces of
//! news of one brand share its name and are two stories.

use super::language::Kind;
use super::titles::Title;
use super::words::{WordKind, is_katakana};

/// A name: two words, one right behind the other, or one word twice.
pub(super) type Name = (u32, u32);

/// Names kept of one title.
const NAMES: usize = 16;
/// Letters from which a run of katakana is a name.
const KATAKANA: usize = 4;

/// The names in a title: names with their `numbers`, words that it writes as names, tags, and all `pairs`
/// that stand side by side.
pub(super) fn names(
    title: &Title,
    numbers: impl Iterator<Item = Name>,
    pairs: impl Iterator<Item = Name>,
) -> Vec<Name> {
    let pairs = pairs.filter(|pair| pair.0 != pair.1);
    let mut found: Vec<Name> = numbers.chain(pairs).collect();
    for (word, stem) in &title.words {
        let Some(stem) = *stem else { continue };
        let is_name = match word.kind {
            WordKind::Hashtag | WordKind::Mention => true,
            WordKind::Plain => title.calls(stem) == Some(true),
            WordKind::Piece => {
                let text = &title.text[word.start..word.end];
                text.chars().count() >= KATAKANA && is_katakana(text)
            }
            WordKind::Number => false,
        };
        if is_name {
            found.push((stem, stem));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(NAMES);
    found
}

/// Do two titles, or stories, name one thing with its number? It is one thing, whatever is said of it.
pub(super) fn share_a_number(one: &[Name], other: &[Name]) -> bool {
    one.iter()
        .filter(|name| Kind::of(name.0) == Kind::Own)
        .any(|name| other.binary_search(name).is_ok())
}
