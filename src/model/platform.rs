//! What platforms are called: `tiktok` is TikTok, `vk` is VK and, in Russian, ВКонтакте.
//!
//! Configuration names platforms by short ids; people read names. An id that is not known here is
//! shown as it was written, so a name of one's own is always the user's.

use super::Language;

/// Id, English name, Russian name where that is another.
const NAMES: [(&str, &str, Option<&str>); 52] = [
    ("adsense", "AdSense", None),
    ("apple-music", "Apple Music", None),
    ("bluesky", "Bluesky", None),
    ("boosty", "Boosty", None),
    ("clubhouse", "Clubhouse", None),
    ("discord", "Discord", None),
    ("dzen", "Dzen", Some("Дзен")),
    ("facebook", "Facebook", None),
    ("github", "GitHub", None),
    ("google", "Google", None),
    ("google-ads", "Google Ads", None),
    ("google-search", "Google Search", None),
    ("instagram", "Instagram", None),
    ("kick", "Kick", None),
    ("linkedin", "LinkedIn", None),
    ("mastodon", "Mastodon", None),
    ("max", "MAX", None),
    ("medium", "Medium", None),
    ("meta", "Meta", None),
    ("meta-ads", "Meta Ads", None),
    ("meta-ai", "Meta AI", None),
    ("microsoft-ads", "Microsoft Ads", None),
    ("ok", "OK", Some("Одноклассники")),
    ("openai", "OpenAI", None),
    ("patreon", "Patreon", None),
    ("pinterest", "Pinterest", None),
    ("quora", "Quora", None),
    ("reddit", "Reddit", None),
    ("rutube", "Rutube", None),
    ("snapchat", "Snapchat", None),
    ("soundcloud", "SoundCloud", None),
    ("spotify", "Spotify", None),
    ("steam", "Steam", None),
    ("substack", "Substack", None),
    ("telegram", "Telegram", None),
    ("telegram-ads", "Telegram Ads", None),
    ("tenchat", "TenChat", None),
    ("threads", "Threads", None),
    ("tiktok", "TikTok", None),
    ("tiktok-ads", "TikTok Ads", None),
    ("tumblr", "Tumblr", None),
    ("twitch", "Twitch", None),
    ("twitter", "Twitter", None),
    ("vimeo", "Vimeo", None),
    ("vk", "VK", Some("ВКонтакте")),
    ("vk-ads", "VK Ads", Some("VK Реклама")),
    ("whatsapp", "WhatsApp", None),
    ("wechat", "WeChat", None),
    ("x", "X", None),
    ("yandex", "Yandex", Some("Яндекс")),
    ("yandex-direct", "Yandex Direct", Some("Яндекс Директ")),
    ("youtube", "YouTube", None),
];

/// Names as people write them in Russian, declined too, and short ones.
const SPELT: [(&str, &str); 22] = [
    ("вк", "vk"),
    ("вконтакте", "vk"),
    ("дзен", "dzen"),
    ("дзене", "dzen"),
    ("инстаграм", "instagram"),
    ("инстаграма", "instagram"),
    ("инстаграме", "instagram"),
    ("линкедин", "linkedin"),
    ("пинтерест", "pinterest"),
    ("реддит", "reddit"),
    ("рутуб", "rutube"),
    ("телеграм", "telegram"),
    ("телеграма", "telegram"),
    ("телеграме", "telegram"),
    ("тикток", "tiktok"),
    ("тиктока", "tiktok"),
    ("тиктоке", "tiktok"),
    ("твиттер", "x"),
    ("фейсбук", "facebook"),
    ("ютуб", "youtube"),
    ("ютуба", "youtube"),
    ("ютубе", "youtube"),
];

/// The id of the platform that one word names, in any case: its id, its name, or as Russian media
/// write it. Only of platforms that are known here.
pub fn platform_by_word(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let spelt = SPELT.iter().find(|(name, _)| *name == word);
    let meant = spelt.map_or(word.as_str(), |(_, id)| id);
    let is_called = |id: &&str| {
        let names = [Language::En, Language::Ru].map(|language| platform_name(id, language));
        *id == meant || names.iter().any(|name| name.to_lowercase() == meant)
    };
    NAMES.iter().map(|(id, ..)| *id).find(is_called)
}

/// Does somebody mean this platform: by its id or its name in either language, in any case?
pub fn is_platform(id: &str, asked: &str) -> bool {
    let (id_folded, asked) = (id.to_lowercase(), asked.trim().to_lowercase());
    let names = [Language::En, Language::Ru].map(|language| platform_name(id, language));
    id_folded == asked
        || names.iter().any(|name| name.to_lowercase() == asked)
        || platform_by_word(&asked) == Some(id_folded.as_str())
}

/// A platform's name as people write it; an unknown id is its own name.
pub fn platform_name(id: &str, language: Language) -> &str {
    let known = NAMES.iter().find(|(known, ..)| *known == id);
    known.map_or(id, |(_, en, ru)| match language {
        Language::En => en,
        Language::Ru => ru.unwrap_or(en),
    })
}

/// Does a text name a platform, in either language or by its id?
pub fn names_platform(text: &str, id: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let said = words(text);
    let forms = [
        id,
        platform_name(id, Language::En),
        platform_name(id, Language::Ru),
    ];
    forms.iter().any(|form| {
        let form = words(form);
        // Russian names are declined: "Правила Дзена", "документы VK Рекламы"
        let same = |said: &String, name: &String| {
            let stem: String = name.chars().take(name.chars().count().max(4) - 1).collect();
            said == name || (!name.is_ascii() && said.starts_with(&stem))
        };
        !form.is_empty()
            && said
                .windows(form.len())
                .any(|run| run.iter().zip(&form).all(|(said, name)| same(said, name)))
    })
}

/// Names of platforms that are common words too; only as they are written do they mean the platform.
const COMMON: [&str; 11] = [
    "clubhouse",
    "discord",
    "kick",
    "max",
    "medium",
    "meta",
    "ok",
    "steam",
    "threads",
    "twitch",
    "x",
];

/// Does a text speak of a platform: name it in either language, or as Russian media spell it? Names that
/// are common words too count only with their capitals.
pub fn speaks_of_platform(text: &str, id: &str) -> bool {
    if COMMON.contains(&id) {
        let name = platform_name(id, Language::En);
        let other = platform_name(id, Language::Ru);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        return words.any(|word| word == name) || other != name && names_platform(text, other);
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    names_platform(text, id) || words.any(|word| platform_by_word(word) == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_platforms_are_written_as_people_write_them() {
        let said = |id| {
            (
                platform_name(id, Language::En),
                platform_name(id, Language::Ru),
            )
        };
        assert_eq!(said("tiktok"), ("TikTok", "TikTok"));
        assert_eq!(said("vk"), ("VK", "ВКонтакте"));
        assert_eq!(said("ok"), ("OK", "Одноклассники"));
        assert_eq!(said("Моя сеть"), ("Моя сеть", "Моя сеть"));
    }

    #[test]
    fn a_platform_is_meant_by_its_id_or_any_of_its_names() {
        for asked in ["vk", "VK", "ВКонтакте", "вконтакте", "вк", " Vk "] {
            assert!(is_platform("vk", asked), "{asked}");
        }
        assert!(is_platform("yandex-direct", "яндекс директ"));
        assert!(is_platform("Моя сеть", "моя сеть"));
        assert!(!is_platform("vk-ads", "вк") && !is_platform("tiktok", "tik"));
        assert_eq!(platform_by_word("Snapchat"), Some("snapchat"));
        assert_eq!(platform_by_word("Инстаграме"), Some("instagram"));
        assert_eq!(platform_by_word("news"), None);
    }

    #[test]
    fn what_is_also_a_common_word_is_a_platform_only_as_it_is_written() {
        for (text, id) in [
            ("Как продвигаться в тиктоке", "tiktok"),
            ("Новости ВКонтакте", "vk"),
            ("Что нового в Одноклассниках", "ok"),
            ("Threads gets a tab", "threads"),
            ("Блогеры уходят в MAX", "max"),
            ("Remix Battles on Clipnet", "clipnet"),
        ] {
            assert!(speaks_of_platform(text, id), "{text}");
        }
        for (text, id) in [
            ("Five threads to read", "threads"),
            ("Max Frisch is read again", "max"),
            ("x is a letter", "x"),
            ("It is ok", "ok"),
            ("A medium-sized shop", "medium"),
        ] {
            assert!(!speaks_of_platform(text, id), "{text}");
        }
    }

    #[test]
    fn a_name_is_found_in_a_title_also_when_it_is_declined() {
        assert!(names_platform("Правила RSS в Дзене", "dzen"));
        assert!(names_platform(
            "How the LinkedIn feed ranks content",
            "linkedin"
        ));
        assert!(names_platform("Документы VK Рекламы", "vk-ads"));
        assert!(!names_platform("Community Guidelines", "x"));
        assert!(!names_platform("Okay then", "ok"));
    }
}
