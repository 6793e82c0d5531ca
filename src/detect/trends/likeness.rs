//! How alike two titles are, read side by side.
//!
//! Half folded prefixes of words, half their trigrams: a pair has no third item to mediate between
//! inflected, misspelt or transliterated words, as a story's centroid does. A piece weighs as its word does.

use super::features::{Idf, TITLE_WORDS, once};
use super::identify::language_of;
use super::language::Lexicon;
use super::vector::{Vector, dot, normalise};
use super::words::words;

/// Likeness from which two titles tell the same.
pub const SAME_STORY: f32 = 0.19;

/// A title as it is compared with others.
#[derive(Debug, Clone)]
pub(super) struct TitleVectors {
    words: Vector,
    pieces: Vector,
}

impl TitleVectors {
    /// Reads a title; `idf` says which words are rare.
    pub(super) fn read(
        lexicon: &mut Lexicon,
        idf: &Idf,
        title: &str,
        language: &'static str,
    ) -> Self {
        let (mut prefixes, mut pieces) = (Vector::new(), Vector::new());
        for word in words(title, TITLE_WORDS) {
            let text = &title[word.start..word.end];
            let Some(form) = lexicon.form(text, language) else {
                continue;
            };
            let weight = idf.of(form.prefix);
            prefixes.push((form.prefix, weight));
            let trigrams = Lexicon::trigrams(text).into_iter();
            pieces.extend(trigrams.map(|piece| (piece, weight)));
        }
        for vector in [&mut prefixes, &mut pieces] {
            once(vector);
            normalise(vector);
        }
        Self {
            words: prefixes,
            pieces,
        }
    }

    /// How alike another title is, 0–1.
    pub(super) fn with(&self, other: &Self) -> f32 {
        f32::midpoint(
            dot(&self.words, &other.words),
            dot(&self.pieces, &other.pieces),
        )
    }
}

/// How alike each pair of titles is, 0–1, by the rarity of their words among all the titles given.
/// From [`SAME_STORY`] up they tell the same.
pub fn similarity(titles: &[&str], language: Option<&str>, pairs: &[(usize, usize)]) -> Vec<f32> {
    let (mut lexicon, mut idf) = (Lexicon::default(), Idf::default());
    for title in titles {
        let said = language_of(title, language);
        let stands = words(title, TITLE_WORDS).into_iter().filter_map(|word| {
            let form = lexicon.form(&title[word.start..word.end], said)?;
            Some((form.prefix, 1.0))
        });
        let mut stands: Vector = stands.collect();
        once(&mut stands);
        idf.count(&stands);
    }
    let read: Vec<TitleVectors> = titles
        .iter()
        .map(|title| TitleVectors::read(&mut lexicon, &idf, title, language_of(title, language)))
        .collect();
    pairs
        .iter()
        .map(|(a, b)| read[*a].with(&read[*b]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SAME_STORY, similarity};

    #[test]
    fn inflected_titles_of_one_event_are_alike_and_two_of_one_subject_are_not() {
        let titles = [
            "Роскосмос перенёс запуск лунной станции на август",
            "Запуск лунных станций перенесли на август",
            "Роскосмос открыл музей космонавтики в Калуге",
            "В Туле построят завод по выпуску трамваев",
            "Цены на гречку снизились впервые за год",
            "Сборная обыграла соперника в дополнительное время",
        ];
        let alike = similarity(&titles, Some("ru"), &[(0, 1), (0, 2), (3, 4), (0, 0)]);
        assert!(alike[0] >= SAME_STORY, "{alike:?}");
        assert!(alike[1] < SAME_STORY, "{alike:?}");
        assert!(alike[2] < SAME_STORY, "{alike:?}");
        assert!((alike[3] - 1.0).abs() < 1e-5, "{alike:?}");
    }

    #[test]
    fn titles_that_say_nothing_are_not_alike() {
        assert_eq!(
            similarity(&["", "…", "и"], None, &[(0, 1), (1, 2)]),
            [0.0; 2]
        );
    }
}
