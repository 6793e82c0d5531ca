//! A made-up stream as large as one likes: words as frequent as in the evaluation texts, half of the
//! items about stories that come and go, names that nobody used before.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tidewatch::detect::trends::replay::Recorded;

/// Items between two new stories.
const STORY_EVERY: u64 = 40;
/// Stories told at one time.
const UNDER_WAY: usize = 600;
/// Words that a story's items draw from.
const TOPIC: usize = 9;
/// A fifth of them gives only titles.
const SOURCES: u64 = 1_000;
const TITLE_WORDS: usize = 8;
const SUMMARY_WORDS: usize = 45;

/// Words of one language with their frequency.
struct Vocabulary {
    language: &'static str,
    words: Vec<String>,
    /// Running sum of counts.
    sums: Vec<u64>,
}

struct Story {
    vocabulary: usize,
    words: Vec<String>,
}

/// The stream; the same on every run.
pub(crate) struct Stream {
    vocabularies: Vec<Vocabulary>,
    stories: Vec<Story>,
    begin: Timestamp,
    per_day: u64,
    made: u64,
    seed: u64,
}

impl Stream {
    /// A stream of so many items a day, in the words of these texts.
    pub(crate) fn new(texts: &[(&'static str, &[Recorded])], per_day: u64) -> Self {
        let vocabularies = texts
            .iter()
            .map(|(language, items)| {
                let mut counts: HashMap<&str, u64> = HashMap::new();
                for word in items
                    .iter()
                    .flat_map(|item| [&item.title, &item.summary])
                    .flat_map(|text| text.split_whitespace())
                {
                    *counts.entry(word).or_default() += 1;
                }
                let mut counts: Vec<_> = counts.into_iter().collect();
                counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
                let mut sum = 0;
                Vocabulary {
                    language,
                    sums: counts
                        .iter()
                        .map(|(_, count)| {
                            sum += count;
                            sum
                        })
                        .collect(),
                    words: counts.into_iter().map(|(word, _)| word.into()).collect(),
                }
            })
            .collect();
        Self {
            vocabularies,
            stories: Vec::new(),
            begin: Timestamp::from_second(1_767_225_600).unwrap(),
            per_day,
            made: 0,
            seed: 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// The next item.
    pub(crate) fn make(&mut self) -> Recorded {
        if self.made.is_multiple_of(STORY_EVERY) {
            let story = self.story();
            if self.stories.len() == UNDER_WAY {
                self.stories.remove(0);
            }
            self.stories.push(story);
        }
        let (vocabulary, topic) = if self.random(2) == 0 {
            // newer stories are told more often
            let age = self
                .random(UNDER_WAY as u64)
                .min(self.random(UNDER_WAY as u64));
            let at = (self.stories.len() - 1).saturating_sub(age as usize);
            (self.stories[at].vocabulary, self.stories[at].words.clone())
        } else {
            (self.language(), Vec::new())
        };
        let title = self.text(vocabulary, &topic, TITLE_WORDS, 2);
        let source = self.random(SOURCES);
        let summary = if source < SOURCES / 5 {
            String::new()
        } else {
            self.text(vocabulary, &topic, SUMMARY_WORDS, 4)
        };
        let n = self.made;
        self.made += 1;
        Recorded {
            id: n.to_string(),
            source: format!("source-{source}"),
            owner: None,
            published_at: self.begin
                + SignedDuration::from_millis((n * 86_400_000 / self.per_day) as i64),
            lang: Some(self.vocabularies[vocabulary].language.to_owned()),
            title,
            summary,
            url: Some(format!("https://example.org/{n}")),
        }
    }

    fn story(&mut self) -> Story {
        let vocabulary = self.language();
        let mut words = vec![name(self.made)];
        while words.len() < TOPIC {
            let word = self.word(vocabulary);
            if word.chars().count() > 4 {
                words.push(word);
            }
        }
        Story { vocabulary, words }
    }

    /// Every so many words one of the topic's.
    fn text(&mut self, vocabulary: usize, topic: &[String], words: usize, every: u64) -> String {
        let mut text = String::new();
        for _ in 0..words {
            let word = if topic.is_empty() || self.random(every) > 0 {
                self.word(vocabulary)
            } else {
                topic[self.random(topic.len() as u64) as usize].clone()
            };
            text.push_str(&word);
            text.push(' ');
        }
        text
    }

    fn language(&mut self) -> usize {
        self.random(self.vocabularies.len() as u64) as usize
    }

    fn word(&mut self, vocabulary: usize) -> String {
        let vocabulary_sum = self.vocabularies[vocabulary].sums.last().copied().unwrap();
        let at = self.random(vocabulary_sum);
        let vocabulary = &self.vocabularies[vocabulary];
        vocabulary.words[vocabulary.sums.partition_point(|sum| *sum <= at)].clone()
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        (self.seed >> 11) % below
    }
}

/// A made-up name for a number.
fn name(mut n: u64) -> String {
    let mut name = String::from("Ке");
    for _ in 0..6 {
        name.push(['б', 'в', 'г', 'д', 'л', 'м', 'н', 'р', 'с', 'т'][(n % 10) as usize]);
        name.push(['а', 'о', 'и', 'у'][(n % 4) as usize]);
        n /= 10;
    }
    name
}
