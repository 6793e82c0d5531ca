//! Every kind of noise and of real change that was met on rule pages, in our own words and in both
//! languages: what is told and what is not.
#![allow(clippy::unwrap_used, reason = "tests")]

mod german_and_french;

use jiff::Timestamp;

use crate::detect::{ChangeContext, page_change};
use crate::model::{Block, BlockKind, ChangeWeight, Link, PageText};

const EN: &str = "# Community rules
Last updated: 3 March 2026
These rules apply to everyone who posts clips, comments or live sessions on Clipnet.
## What is not allowed
You may not post content that shows the sale of tobacco, alcohol or weapons to minors.
- Spam and repetitive comments
- Threats of violence against a person or a group
- Clips that were stolen from other creators
## Live sessions
You must be at least 16 years old to host a live session and at least 18 years old to receive gifts.
A live session can last up to 60 minutes. After three strikes within 90 days your account is suspended.
## Appeals
If we remove your clip by mistake, you can appeal within 30 days and our team reviews it.
Learn more about appeals in our help pages.";

const RU: &str = "# Правила сообщества
Последнее обновление: 3 марта 2026 г.
Эти правила касаются всех, кто публикует клипы, комментарии и прямые эфиры в Клипнете.
## Что запрещено
Запрещено публиковать материалы, которые показывают продажу табака, алкоголя или оружия детям.
- Спам и однообразные комментарии
- Угрозы насилием человеку или группе людей
- Клипы, украденные у других авторов
## Прямые эфиры
Вести прямой эфир можно с 16 лет, получать подарки можно с 18 лет.
Прямой эфир длится не более 60 минут. После трёх нарушений за 90 дней мы блокируем аккаунт.
## Обжалование
Если мы удалили ваш клип по ошибке, вы можете обжаловать решение в течение 30 дней.
Подробнее об обжаловании читайте в справке.";

fn page(text: &str) -> PageText {
    let blocks = text.lines().filter(|line| !line.trim().is_empty());
    let block = |line: &str| {
        let (kind, text) = if let Some(rest) = line.strip_prefix("## ") {
            (BlockKind::Heading(2), rest)
        } else if let Some(rest) = line.strip_prefix("# ") {
            (BlockKind::Heading(1), rest)
        } else if let Some(rest) = line.strip_prefix("- ") {
            (BlockKind::ListItem, rest)
        } else {
            (BlockKind::Paragraph, line)
        };
        // `[label](address)` alone on a line is a link
        let link = text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(')'))
            .and_then(|t| t.split_once("]("));
        let links = link.map(|(label, href)| Link {
            text: label.to_owned(),
            href: href.to_owned(),
        });
        Block {
            kind,
            text: link.map_or(text, |(label, _)| label).to_owned(),
            links: links.into_iter().collect(),
        }
    };
    PageText {
        blocks: blocks.map(block).collect(),
    }
}

/// What became of a page, and why it is not told, if it is not.
fn judged(language: &str, before: &str, after: &str) -> Result<(), String> {
    let context = ChangeContext {
        language: Some(language),
        seen_before: None,
        now: "2026-03-20T12:00:00Z".parse::<Timestamp>().unwrap(),
    };
    match page_change(&page(before), &page(after), &context).map(|change| change.weight) {
        None => Err("no change".to_owned()),
        Some(ChangeWeight::Cosmetic(reason)) => Err(reason),
        Some(ChangeWeight::Substantive) => Ok(()),
    }
}

/// `(kind, what is replaced, by what)`; an empty text to replace means: added at the end.
type Case = (&'static str, &'static str, &'static str);

fn edited(base: &str, (kind, from, to): &Case) -> (String, String) {
    let base = format!("{base}\n");
    if from.is_empty() {
        return (base.clone(), format!("{base}{to}\n"));
    }
    // `A → B` in the case itself stands for a page that had A
    if let Some((anchor, had)) = from.split_once(" ⇒ ") {
        assert!(base.contains(anchor), "{kind}: {anchor}");
        (
            base.replace(anchor, &format!("{anchor}{had}")),
            base.replace(anchor, &format!("{anchor}{to}")),
        )
    } else {
        assert!(base.contains(from), "{kind}: {from}");
        (base.clone(), base.replace(from, to))
    }
}

fn hold(language: &str, base: &str, cases: &[Case], told: bool) {
    let mut wrong = Vec::new();
    for case in cases {
        let (before, after) = edited(base, case);
        let result = judged(language, &before, &after);
        if result.is_ok() != told {
            wrong.push(format!("{} ({language}): {result:?}", case.0));
        }
        if !told {
            let result = judged(language, &after, &before);
            if result.is_ok() {
                wrong.push(format!(
                    "{} ({language}), the other way: {result:?}",
                    case.0
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "wrongly judged:\n{}", wrong.join("\n"));
}

#[test]
fn noise_in_english_is_not_told() {
    let cases: &[Case] = &[
        ("other units", "up to 60 minutes", "up to 1 hour"),
        ("a number in words", "within 90 days", "within ninety days"),
        (
            "spacing",
            "clips, comments or live",
            "clips,  comments\u{a0}or live",
        ),
        (
            "punctuation",
            "Threats of violence against a person",
            "Threats of violence, against a person",
        ),
        (
            "quotes",
            "If we remove your clip by mistake,",
            "If we remove your clip ‘by mistake’,",
        ),
        (
            "date stamp",
            "Last updated: 3 March 2026",
            "Last updated: 17 March 2026",
        ),
        (
            "date format",
            "Last updated: 3 March 2026",
            "Last updated: 03/03/2026",
        ),
        (
            "date shifted by a zone",
            "Last updated: 3 March 2026",
            "Last updated: 2 March 2026",
        ),
        (
            "relative time",
            "Last updated: 3 March 2026",
            "Updated 2 weeks ago",
        ),
        (
            "relative times",
            "# Community rules ⇒ \nUpdated 3 hours ago",
            "\nUpdated yesterday",
        ),
        (
            "view counter",
            "# Community rules ⇒ \n12,345 views",
            "\n12,981 views",
        ),
        (
            "counter in words",
            "# Community rules ⇒ \n48 people found this helpful",
            "\n53 people found this helpful",
        ),
        ("survey", "", "Was this article helpful?\nYes\nNo"),
        (
            "related links",
            "",
            "## Related articles\n- [How to report a clip](/report)\n- [Set up two-factor login](/2fa)",
        ),
        (
            "other related links",
            "in our help pages. ⇒ \n## Related articles\n- [How to report a clip](/report)\n- [Change your password](/password)",
            "\n## Related articles\n- [Delete your account](/delete)\n- [Contact a moderator](/moderator)",
        ),
        (
            "help chips",
            "# Community rules ⇒ \nHow do I get verified?\nWhy was my clip removed?",
            "\nHow do I delete a clip?\nCan I earn money on Clipnet?",
        ),
        (
            "cookie banner",
            "# Community rules ⇒ ",
            "\nWe use cookies to improve your experience. Accept all cookies or manage your preferences.",
        ),
        (
            "footer",
            "",
            "© 2026 Clipnet Inc. All rights reserved.\nCareers · Privacy · Terms · Contact us",
        ),
        (
            "footer year",
            "in our help pages. ⇒ \n© 2025 Clipnet Inc. All rights reserved.",
            "\n© 2026 Clipnet Inc. All rights reserved.",
        ),
        ("login prompt", "# Community rules ⇒ ", "\nLog in\nSign up"),
        (
            "login words",
            "# Community rules ⇒ ",
            "\nLog in to follow creators, like clips and view comments.",
        ),
        (
            "protected address",
            "in our help pages. ⇒ \nWrite to safety@clipnet.example",
            "\nWrite to [email protected]",
        ),
        (
            "tracking link",
            "in our help pages. ⇒ \n[Read the report](https://clipnet.example/r?utm_source=a)",
            "\n[Read the report](https://clipnet.example/r?utm_source=b)",
        ),
        (
            "token",
            "in our help pages. ⇒ \nRequest id: 9f86d081884c7d659a2feaa0c55ad015",
            "\nRequest id: 60303ae22b998861bce3b28f33eec1be",
        ),
        ("numbering", "## Appeals", "## 4. Appeals"),
        (
            "slip of spelling",
            "repetitive comments",
            "repetetive comments",
        ),
        ("case", "Live sessions", "Live Sessions"),
        (
            "moved",
            "- Spam and repetitive comments\n- Threats of violence against a person or a group",
            "- Threats of violence against a person or a group\n- Spam and repetitive comments",
        ),
        (
            "rewrapped",
            "A live session can last up to 60 minutes. After",
            "A live session can last up to 60 minutes.\nAfter",
        ),
        (
            "pointer",
            "Learn more about appeals in our help pages.",
            "Learn more about how appeals work in our Help Center.",
        ),
        (
            "expired banner",
            "# Community rules ⇒ \nWe're updating our rules. Changes take effect on 1 March 2026.",
            "",
        ),
        (
            "statistics",
            "our team reviews it. ⇒ \nIn 2025 we removed 4.2 million clips, and 38 % of the appeals succeeded.",
            "\nIn 2025 we removed 5.1 million clips, and 41 % of the appeals succeeded.",
        ),
        (
            "breadcrumb",
            "# Community rules ⇒ ",
            "\nHome › Help Center › Rules",
        ),
        (
            "language menu",
            "",
            "English (US)\nDeutsch\nFrançais\nEspañol",
        ),
        (
            "share buttons",
            "# Community rules ⇒ ",
            "\nShare\nCopy link\nPrint",
        ),
        (
            "reading time",
            "# Community rules ⇒ \n4 min read",
            "\n5 min read",
        ),
        ("synonym", "our team reviews it", "our team checks it"),
        ("contraction", "you can appeal", "you're able to appeal"),
    ];
    hold("en", EN, cases, false);
}

#[test]
fn noise_in_russian_is_not_told() {
    let cases: &[Case] = &[
        ("other units", "не более 60 минут", "не более 1 часа"),
        (
            "spacing",
            "клипы, комментарии и прямые",
            "клипы,  комментарии\u{a0}и прямые",
        ),
        ("ё", "После трёх нарушений", "После трех нарушений"),
        (
            "date stamp",
            "Последнее обновление: 3 марта 2026 г.",
            "Последнее обновление: 17 марта 2026 г.",
        ),
        (
            "date format",
            "Последнее обновление: 3 марта 2026 г.",
            "Последнее обновление: 03.03.2026",
        ),
        (
            "relative time",
            "# Правила сообщества ⇒ \nОбновлено 3 часа назад",
            "\nОбновлено вчера",
        ),
        (
            "view counter",
            "# Правила сообщества ⇒ \n12 345 просмотров",
            "\n12 981 просмотр",
        ),
        (
            "counter in words",
            "# Правила сообщества ⇒ \nЭто помогло 48 людям",
            "\nЭто помогло 53 людям",
        ),
        ("survey", "", "Была ли статья полезна?\nДа\nНет"),
        (
            "related links",
            "",
            "## Похожие статьи\n- [Как пожаловаться на клип](/report)\n- [Двухфакторный вход](/2fa)",
        ),
        (
            "other related links",
            "читайте в справке. ⇒ \n## Читайте также\n- [Как пожаловаться на клип](/report)\n- [Сменить пароль](/password)",
            "\n## Читайте также\n- [Удалить аккаунт](/delete)\n- [Написать модератору](/moderator)",
        ),
        (
            "help chips",
            "# Правила сообщества ⇒ \nКак пройти проверку?\nПочему удалили мой клип?",
            "\nКак удалить клип?\nМожно ли заработать в Клипнете?",
        ),
        (
            "cookie banner",
            "# Правила сообщества ⇒ ",
            "\nМы используем файлы cookie, чтобы сайт работал лучше. Принять все",
        ),
        (
            "footer",
            "",
            "© 2026 ООО «Клипнет». Все права защищены.\nВакансии · Конфиденциальность · Условия",
        ),
        (
            "footer year",
            "читайте в справке. ⇒ \n© 2025 ООО «Клипнет». Все права защищены.",
            "\n© 2026 ООО «Клипнет». Все права защищены.",
        ),
        (
            "login prompt",
            "# Правила сообщества ⇒ ",
            "\nВойти\nЗарегистрироваться",
        ),
        (
            "protected address",
            "читайте в справке. ⇒ \nПишите на safety@clipnet.example",
            "\nПишите на [email protected]",
        ),
        ("numbering", "## Обжалование", "## 4. Обжалование"),
        (
            "slip of spelling",
            "однообразные комментарии",
            "однобразные комментарии",
        ),
        (
            "moved",
            "- Спам и однообразные комментарии\n- Угрозы насилием человеку или группе людей",
            "- Угрозы насилием человеку или группе людей\n- Спам и однообразные комментарии",
        ),
        (
            "rewrapped",
            "не более 60 минут. После",
            "не более 60 минут.\nПосле",
        ),
        (
            "pointer",
            "Подробнее об обжаловании читайте в справке.",
            "Подробнее о том, как обжаловать решение, читайте в справочном центре.",
        ),
        (
            "expired banner",
            "# Правила сообщества ⇒ \nМы обновляем правила. Изменения вступают в силу 1 марта 2026 года.",
            "",
        ),
        (
            "statistics",
            "в течение 30 дней. ⇒ \nПо данным отчёта за 2025 год, мы удалили 4,2 миллиона клипов.",
            "\nПо данным отчёта за 2025 год, мы удалили 5,1 миллиона клипов.",
        ),
        (
            "breadcrumb",
            "# Правила сообщества ⇒ ",
            "\nГлавная › Справка › Правила",
        ),
        (
            "share buttons",
            "# Правила сообщества ⇒ ",
            "\nПоделиться\nКопировать ссылку",
        ),
        (
            "reading time",
            "# Правила сообщества ⇒ \n4 мин чтения",
            "\n5 мин чтения",
        ),
        ("ending", "обжаловать решение", "обжаловать решения"),
    ];
    hold("ru", RU, cases, false);
}

#[test]
fn real_changes_in_english_are_told() {
    let cases: &[Case] = &[
        ("age", "at least 16 years old", "at least 18 years old"),
        ("length", "up to 60 minutes", "up to 90 minutes"),
        ("days", "within 30 days", "within 14 days"),
        ("strikes", "three strikes", "two strikes"),
        (
            "duty to advice",
            "in our help pages. ⇒ \nPaid content must be disclosed with a label.",
            "\nPaid content should be disclosed with a label.",
        ),
        (
            "promise turned",
            "in our help pages. ⇒ \nWe do not sell your personal information.",
            "\nWe may sell your personal information.",
        ),
        (
            "more data",
            "in our help pages. ⇒ \nWe collect your email address and your approximate location.",
            "\nWe collect your email address, your precise location and your contacts.",
        ),
        (
            "ban of a thing",
            "tobacco, alcohol or weapons",
            "tobacco, alcohol, vapes or weapons",
        ),
        (
            "new item",
            "- Clips that were stolen from other creators",
            "- Clips that were stolen from other creators\n- Deepfakes of private persons",
        ),
        (
            "item gone",
            "- Clips that were stolen from other creators\n",
            "",
        ),
        (
            "must for may",
            "you can appeal within",
            "you must appeal within",
        ),
        (
            "may not for may",
            "A live session can last",
            "A live session may not last",
        ),
        (
            "new duty",
            "our team reviews it.",
            "our team reviews it. You must attach proof that the clip is yours.",
        ),
        (
            "new section",
            "",
            "## Paid posts\nCreators must label every paid post with the Paid tag before it is published.",
        ),
        (
            "section gone",
            "## Appeals\nIf we remove your clip by mistake, you can appeal within 30 days and our team reviews it.\n",
            "",
        ),
        (
            "date in force",
            "These rules apply to everyone",
            "From 1 June 2026 these rules apply to everyone",
        ),
        (
            "banner of a day to come",
            "# Community rules ⇒ ",
            "\nWe're updating our rules. Changes take effect on 1 May 2026: live sessions will need a verified phone number.",
        ),
        (
            "price",
            "",
            "A Clipnet Pro subscription costs $9.99 per month.",
        ),
        (
            "sanction",
            "your account is suspended",
            "your account is permanently deleted",
        ),
        (
            "exception",
            "to minors.",
            "to minors, except in news reports.",
        ),
        (
            "permission",
            "",
            "Advertisers may now run campaigns for licensed online casinos in Brazil.",
        ),
        (
            "end of something",
            "",
            "The v1 upload API will be removed on 30 June 2026.",
        ),
    ];
    hold("en", EN, cases, true);
}

#[test]
fn real_changes_in_russian_are_told() {
    let cases: &[Case] = &[
        ("age", "с 16 лет", "с 18 лет"),
        ("length", "не более 60 минут", "не более 90 минут"),
        ("days", "в течение 30 дней", "в течение 14 дней"),
        ("strikes", "После трёх нарушений", "После двух нарушений"),
        (
            "short ban of a thing",
            "читайте в справке. ⇒ \nРеклама алкоголя и табака запрещена.",
            "\nРеклама алкоголя, табака и криптовалют запрещена.",
        ),
        (
            "promise turned",
            "читайте в справке. ⇒ \nМы не передаём данные рекламодателям.",
            "\nМы передаём данные рекламодателям.",
        ),
        (
            "ban of a thing",
            "табака, алкоголя или оружия",
            "табака, алкоголя, вейпов или оружия",
        ),
        (
            "new item",
            "- Клипы, украденные у других авторов",
            "- Клипы, украденные у других авторов\n- Дипфейки частных лиц",
        ),
        ("item gone", "- Клипы, украденные у других авторов\n", ""),
        (
            "must for may",
            "вы можете обжаловать",
            "вы обязаны обжаловать",
        ),
        (
            "new duty",
            "в течение 30 дней.",
            "в течение 30 дней. Приложите доказательство, что клип снят вами: без него жалоба не рассматривается.",
        ),
        (
            "new section",
            "",
            "## Реклама\nАвторы обязаны маркировать каждую рекламную публикацию до выхода.",
        ),
        (
            "section gone",
            "## Обжалование\nЕсли мы удалили ваш клип по ошибке, вы можете обжаловать решение в течение 30 дней.\n",
            "",
        ),
        (
            "date in force",
            "Эти правила касаются всех",
            "С 1 июня 2026 года эти правила касаются всех",
        ),
        (
            "banner of a day to come",
            "# Правила сообщества ⇒ ",
            "\nМы обновляем правила. С 1 мая 2026 года для эфиров понадобится подтверждённый номер телефона.",
        ),
        (
            "price",
            "",
            "Подписка Клипнет Про стоит 299 рублей в месяц.",
        ),
        (
            "sanction",
            "мы блокируем аккаунт",
            "мы навсегда удаляем аккаунт",
        ),
        (
            "exception",
            "оружия детям.",
            "оружия детям, кроме новостных сюжетов.",
        ),
        (
            "permission",
            "",
            "Рекламодателям разрешено продвигать лицензированные онлайн-казино.",
        ),
        (
            "end of something",
            "",
            "API загрузки версии 1 будет отключено 30 июня 2026 года.",
        ),
    ];
    hold("ru", RU, cases, true);
}

#[test]
fn walls_stubs_and_other_regions_are_not_told() {
    let wall = "Log in to continue\nYou must log in to see this page.\nForgot password?\nCreate new account";
    let wall_ru = "Войдите, чтобы продолжить\nЗабыли пароль?\nСоздать новый аккаунт";
    let error = "Sorry, something went wrong\nTry reloading the page.";
    for (language, base) in [("en", EN), ("ru", RU)] {
        for other in [wall, wall_ru, error, "", "Loading…"] {
            assert!(
                judged(language, base, other).is_err(),
                "{language}: {other}"
            );
        }
    }
    assert!(judged("en", EN, RU).is_err(), "another language");
    assert!(judged("ru", RU, EN).is_err(), "another language");
}

#[test]
fn marks_of_templates_and_examples_of_code_are_not_told() {
    let base = "# Membership\nMembership costs {{ settings.PRICE }} € a year, paid in advance.";
    let renamed = base.replace("settings.PRICE", "settings.MEMBERSHIP_PRICE");
    assert_eq!(judged("en", base, &renamed), Err("placeholder".to_owned()));
    let priced = base.replace("{{ settings.PRICE }}", "15");
    assert!(judged("en", &priced, &priced.replace("15", "25")).is_ok());

    let code = |line: &str| {
        let mut page = page(EN);
        page.blocks.push(Block {
            kind: BlockKind::Code,
            text: line.to_owned(),
            links: vec![],
        });
        page
    };
    let context = ChangeContext {
        language: Some("en"),
        seen_before: None,
        now: "2026-03-20T12:00:00Z".parse::<Timestamp>().unwrap(),
    };
    let change = page_change(&code("quota show"), &code("quota show --json"), &context).unwrap();
    assert_eq!(
        change.weight,
        ChangeWeight::Cosmetic("code example".to_owned())
    );
}

#[test]
fn a_span_said_without_a_number_is_told_when_it_changes() {
    let week = format!("{EN}\nWho insults others is banned for a week.");
    assert!(judged("en", &week, &week.replace("a week", "a month")).is_ok());
    let ru = format!("{RU}\nЗа оскорбления — бан на неделю.");
    assert!(judged("ru", &ru, &ru.replace("неделю", "месяц")).is_ok());
}
