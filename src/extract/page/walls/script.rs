//! Shells that show nothing before their scripts ran.

use super::{Family, lines};
use crate::model::ReadOutcome;

pub(super) const FAMILY: Family = Family {
    outcome: ReadOutcome::NeedsJavascript,
    names: &[
        "javascript required",
        "javascript disabled",
        "javascript is disabled",
        "javascript is not available",
        "enable javascript",
    ],
    sure: &[
        "^you need to enable javascript to run",
        "^we've detected that javascript is disabled",
        "^we have detected that javascript is disabled",
        "^javascript is not available",
        "^this site requires javascript",
        "^this website requires javascript",
        "^this page requires javascript",
        "^this app requires javascript",
        "^this application requires javascript",
        "^enable javascript to view this",
        "^enable javascript to use this",
        "^enable javascript to continue",
        "^в вашем браузере отключен javascript",
        "^в вашем браузере отключена поддержка javascript",
        "^для работы приложения … javascript",
        "^для корректной работы сайта … javascript",
        "^для работы сайта … javascript",
        "^для просмотра … включите javascript",
        "^cette application nécessite javascript",
    ],
    weak: &[
        "^enable javascript",
        "^turn on javascript",
        "^activate javascript",
        "^allow javascript",
        "^javascript is not enabled",
        "^javascript is disabled",
        "^javascript must be enabled",
        "^javascript is required",
        "^javascript disabled",
        "^your browser … javascript",
        "^you need to enable javascript",
        "^you need javascript",
        "^you must enable javascript",
        "^to use … enable javascript",
        "^to view … enable javascript",
        "^включите javascript",
        "^включите поддержку javascript",
        "^отключен javascript",
        "^javascript отключен",
        "^необходимо включить javascript",
        "^необходим javascript",
        "^требуется javascript",
        "^требуется поддержка javascript",
        "^ваш браузер … javascript",
        "^activez javascript",
        "^veuillez activer javascript",
        "^vous devez activer javascript",
        "^aktivieren sie javascript",
        "^javascript ist deaktiviert",
        "^javascript est désactivé",
        "^habilita javascript",
        "^habilite javascript",
        "^activa javascript",
        "^ative o javascript",
        "^abilita javascript",
        "^schakel javascript in",
    ],
    together: &[
        &["javascript", "js", "scripts"],
        &[
            "enable*",
            "turn on",
            "requires",
            "required",
            "need",
            "needs",
            "must be",
            "disabled",
            "unsupported",
            "switch on",
            "activate",
            "allow",
            "without",
            "включ*",
            "отключ*",
            "необходим*",
            "требуется",
            "нужен",
            "разрешите",
            "активир*",
            "выключен*",
        ],
        &[
            "site",
            "website",
            "page",
            "app",
            "application",
            "browser",
            "you",
            "your",
            "to continue",
            "сайт*",
            "страниц*",
            "приложени*",
            "браузер*",
            "вас",
            "вы",
            "ваш*",
            "продолжить",
        ],
    ],
    marks: &[],
    hints: &[],
};

/// Shells show this much at most: a name.
const NAME: usize = 12;
/// Elements into which scripts write a page, as they stand empty in its source.
const ROOTS: &[&str] = &[
    "id=\"root\"",
    "id=\"app\"",
    "id=\"__next\"",
    "id=\"__nuxt\"",
    "id=\"app-root\"",
    "id=\"react-root\"",
    "id=\"main-app\"",
    "<app-root",
    "id='root'",
    "id='app'",
    "id=root",
    "id=app",
];

/// Is a page that shows hardly anything written by its scripts? `besides`: how much it shows.
pub(super) fn is_shell(source: &str, noscript: &str, besides: usize) -> bool {
    if !source.contains("<script") {
        return false;
    }
    let asks = || lines::plain(noscript).contains("javascript");
    let has_root = || ROOTS.iter().any(|root| source.contains(root));
    match besides {
        0 => source.contains(" src=") || asks() || has_root(),
        _ => besides <= NAME && (asks() || has_root()),
    }
}
