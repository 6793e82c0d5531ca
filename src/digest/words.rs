//! The words of a digest, from one Fluent file per language.
//!
//! Numbers among the arguments choose the plural form and are written as the language writes them.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::numbers::decimal;
use crate::model::Language;

const EN: &str = include_str!("words/en.ftl");
const RU: &str = include_str!("words/ru.ftl");

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", EN, Language::En));
static RUSSIAN: LazyLock<Bundle> = LazyLock::new(|| bundle("ru", RU, Language::Ru));

/// The words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Which.
    pub(super) language: Language,
    bundle: &'static Bundle,
}

impl Words {
    /// The words of `language`.
    pub(super) fn of(language: Language) -> Self {
        let bundle = match language {
            Language::En => &*ENGLISH,
            Language::Ru => &*RUSSIAN,
        };
        Self { language, bundle }
    }

    /// The text of `key`.
    pub(super) fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The text of `key` with its arguments put in.
    pub(super) fn say_with(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        self.try_say(key, args).unwrap_or_else(|| {
            debug_assert!(false, "no text for `{key}`");
            key.to_owned()
        })
    }

    /// As [`Words::say_with`], for keys made from data: `None` if there is no such key.
    pub(super) fn try_say(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "`{key}`: {errors:?}");
        Some(text.into_owned())
    }
}

fn bundle(id: &str, source: &str, language: Language) -> Bundle {
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, errors)| {
            debug_assert!(errors.is_empty(), "{errors:?}");
            resource
        });
    let id: LanguageIdentifier = id.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // marks around arguments are for mixed directions; both languages run left to right
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::En => |value, _| written(value, Language::En),
        Language::Ru => |value, _| written(value, Language::Ru),
    }));
    bundle.add_resource_overriding(resource);
    bundle
}

fn written(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(decimal(language, number.value, 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Keys of a Fluent file with the arguments that each uses.
    fn keys(source: &str) -> BTreeMap<String, Vec<String>> {
        let argument = regex::Regex::new(r"\$(\w+)").expect("valid");
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines().filter(|l| !l.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                key = name.to_owned();
                assert!(
                    out.insert(key.clone(), Vec::new()).is_none(),
                    "{key} is there twice"
                );
            }
            for found in argument.captures_iter(line) {
                let arguments = out.entry(key.clone()).or_default();
                if !arguments.contains(&found[1].to_owned()) {
                    arguments.push(found[1].to_owned());
                    arguments.sort();
                }
            }
        }
        out
    }

    #[test]
    fn both_languages_have_the_same_keys_and_arguments() {
        let (mut en, mut ru) = (keys(EN), keys(RU));
        assert!(en.len() > 100);
        // the one form that differs: digits in Russian, the month's name in English
        assert!(en.remove("date-short").is_some() && ru.remove("date-short").is_some());
        assert_eq!(en, ru);
    }

    #[test]
    fn russian_plurals_take_all_three_forms() {
        let hits = |n: u32| Words::of(Language::Ru).say_with("count-hits", &[("count", n.into())]);
        let said: Vec<String> = [0, 1, 2, 5, 11, 21, 22, 111, 12_345]
            .map(hits)
            .into_iter()
            .collect();
        assert_eq!(
            said.join(", "),
            "0 хитов, 1 хит, 2 хита, 5 хитов, 11 хитов, 21 хит, 22 хита, 111 хитов, 12\u{a0}345 хитов"
        );
        let hit = |n: u32| Words::of(Language::En).say_with("count-hits", &[("count", n.into())]);
        assert_eq!((hit(1), hit(2)), ("1 hit".to_owned(), "2 hits".to_owned()));
    }
}
