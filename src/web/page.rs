//! The few pages there are: no scripts, nothing loaded, light and dark, English and Russian.

use crate::model::{Language, Verb};

/// The one style sheet; its hash stands in the pages' content security policy.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f5;color:#1d2733;\
font:17px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\
main{box-sizing:border-box;width:min(32rem,100vw);padding:2rem;background:#fff;border-radius:12px}\
h1{margin:0 0 .5rem;font-size:1.25rem;line-height:1.35;overflow-wrap:anywhere}\
p{margin:.25rem 0 1rem;color:#5d6878}\
form{display:inline-block;margin:0 .5rem .5rem 0}\
button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:1px solid #c3cbd6;border-radius:8px;\
background:#fff;color:#1d2733;cursor:pointer}\
button.first{background:#1550b3;border-color:#1550b3;color:#fff}\
button:focus-visible{outline:3px solid #8ab8ff;outline-offset:2px}\
@media(max-width:480px){body{background:#fff}main{padding:1.25rem}}\
@media(prefers-color-scheme:dark){body{background:#0e1116;color:#e7ebf0}main{background:#181d24}\
p{color:#9aa6b5}button{background:#212935;border-color:#3a4655;color:#e7ebf0}\
button.first{background:#2f6fdb;border-color:#2f6fdb;color:#fff}}\
@media(prefers-color-scheme:dark) and (max-width:480px){body{background:#181d24}}";

/// A word and where it is posted to.
pub(super) struct Choice {
    pub(super) verb: Verb,
    pub(super) action: String,
}

/// The page that a link opens: the headline, and a button for each word that may be said.
pub(super) fn ask(language: Language, title: &str, choices: &[Choice]) -> String {
    let lead = match (language, choices) {
        (Language::En, [_]) => "One press, and the next digests heed it.",
        (Language::En, _) => "What do you think of it? The next digests heed it.",
        (Language::Ru, [_]) => "Одно нажатие — и следующие выпуски это учтут.",
        (Language::Ru, _) => "Что скажете? Следующие выпуски это учтут.",
    };
    page(language, title, lead, choices, true)
}

/// What was taken, and the other words for a change of mind.
pub(super) fn thanks(language: Language, title: &str, verb: Verb, others: &[Choice]) -> String {
    let said = label(language, verb);
    let lead = match language {
        Language::En => format!("Counted: {said}. Another word replaces it."),
        Language::Ru => format!("Учтено: {said}. Другой ответ заменит этот."),
    };
    page(language, title, &lead, others, false)
}

/// Why nothing was taken.
pub(super) enum Refusal {
    Broken,
    Expired,
    Gone,
    TooMany,
    Failed,
}

/// A friendly word that nothing was taken.
pub(super) fn refusal(language: Language, why: &Refusal) -> String {
    let (title, lead) = match (language, why) {
        (Language::En, Refusal::Broken) => (
            "This link is not whole",
            "Some mail programs cut long links. Nothing was counted; open it from the digest again.",
        ),
        (Language::Ru, Refusal::Broken) => (
            "Ссылка повреждена",
            "Некоторые почтовые программы обрезают длинные ссылки. Ничего не учтено; откройте её из выпуска ещё раз.",
        ),
        (Language::En, Refusal::Expired) => (
            "This link is too old",
            "Links are good for 60 days. Nothing was counted; the latest digest has fresh ones.",
        ),
        (Language::Ru, Refusal::Expired) => (
            "Ссылка устарела",
            "Ссылки действуют 60 дней. Ничего не учтено; в последнем выпуске есть новые.",
        ),
        (Language::En, Refusal::Gone) => (
            "There is nothing here",
            "Links to this place stand in digests, below each card.",
        ),
        (Language::Ru, Refusal::Gone) => (
            "Здесь ничего нет",
            "Ссылки сюда стоят в выпусках под каждой карточкой.",
        ),
        (Language::En, Refusal::TooMany) => (
            "Too many at once",
            "Nothing was counted. Wait a minute and press again.",
        ),
        (Language::Ru, Refusal::TooMany) => (
            "Слишком много запросов",
            "Ничего не учтено. Подождите минуту и нажмите ещё раз.",
        ),
        (Language::En, Refusal::Failed) => (
            "That did not work",
            "Nothing was counted. The log of the service says why.",
        ),
        (Language::Ru, Refusal::Failed) => (
            "Не получилось",
            "Ничего не учтено. Причина — в журнале службы.",
        ),
    };
    page(language, title, lead, &[], false)
}

fn label(language: Language, verb: Verb) -> String {
    let words = match (language, verb) {
        (Language::En, Verb::Fire) => "much more like this",
        (Language::En, Verb::Up) => "more like this",
        (Language::En, Verb::Down) => "less like this",
        (Language::En, Verb::Mute) => "no more of this story for 30 days",
        (Language::Ru, Verb::Fire) => "гораздо больше такого",
        (Language::Ru, Verb::Up) => "больше такого",
        (Language::Ru, Verb::Down) => "меньше такого",
        (Language::Ru, Verb::Mute) => "не показывать эту историю 30 дней",
    };
    format!("{} {words}", verb.sign())
}

fn page(language: Language, title: &str, lead: &str, choices: &[Choice], first: bool) -> String {
    let lang = match language {
        Language::En => "en",
        Language::Ru => "ru",
    };
    let mut forms = String::new();
    for (at, choice) in choices.iter().enumerate() {
        // a page with one button is there to be pressed: Enter will do
        let focus = if first && choices.len() == 1 {
            " autofocus"
        } else {
            ""
        };
        let class = if first && at == 0 {
            " class=\"first\""
        } else {
            ""
        };
        forms += &format!(
            "<form method=\"post\" action=\"{}\"><button{class}{focus}>{}</button></form>\n",
            escaped(&choice.action),
            escaped(&label(language, choice.verb)),
        );
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>tidewatch</title>\n<style>{STYLE}</style></head>\n\
         <body><main>\n<h1>{}</h1>\n<p>{}</p>\n{forms}</main></body>\n</html>\n",
        escaped(title),
        escaped(lead),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
