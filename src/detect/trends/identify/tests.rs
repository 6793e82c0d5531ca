//! Short titles in fifteen languages, written for this test, half of them mostly names in Latin letters.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const TITLES: &str = include_str!("titles.tsv");
/// Scripts of one language, or told apart by a letter.
const BY_SCRIPT: [&str; 9] = ["ru", "uk", "ja", "zh", "ko", "th", "ar", "hi", "en"];

fn titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    TITLES.lines().map(|line| line.split_once('\t').unwrap())
}

fn right(read: impl Fn(&str, &'static str) -> Reading) -> (usize, usize, Vec<String>) {
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for (code, title) in titles() {
        let reading = read(title, code);
        all += 1;
        if reading.code == code {
            right += 1;
        } else {
            wrong.push(format!("{code} as {}: {title}", reading.code));
        }
    }
    (right, all, wrong)
}

#[test]
fn short_titles_with_names_are_read_in_their_own_language() {
    // nothing is known of the source: trigrams alone had 74 of 147
    let (alone, all, wrong) = right(|title, _| identify(title, None, None));
    assert!(alone * 100 >= all * 82, "{alone} of {all}: {wrong:#?}");
    let (said, _, wrong) = right(|title, code| identify(title, Some(code), None));
    assert!(said * 100 >= all * 99, "{said} of {all}: {wrong:#?}");
    let (usual, _, wrong) = right(|title, code| identify(title, None, Some(code)));
    assert!(usual * 100 >= all * 97, "{usual} of {all}: {wrong:#?}");
}

#[test]
fn a_script_is_never_taken_for_another() {
    for (code, title) in titles().filter(|(code, _)| BY_SCRIPT.contains(code)) {
        // a source that is said to be English may tell something in another script
        let reading = identify(title, Some("en"), Some("en"));
        let is_cyrillic = |code: &str| ["ru", "uk"].contains(&code);
        let same = reading.code == code || is_cyrillic(code) && is_cyrillic(reading.code);
        assert!(same, "{code} as {}: {title}", reading.code);
    }
}

#[test]
fn a_wrong_reading_is_seldom_called_sure() {
    let sure = |right: bool| {
        let readings = titles().map(|(code, title)| (code, identify(title, None, None)));
        readings
            .filter(|(code, reading)| reading.is_sure && (reading.code == *code) == right)
            .count()
    };
    assert!(sure(false) * 25 <= sure(true), "{} wrong", sure(false));
    assert!(sure(true) > 90, "{}", sure(true));
}

#[test]
fn english_titles_are_not_taken_for_rare_languages() {
    let titles = [
        "Meta adds Remix Battles to Reels",
        "Remix Battles land in Europe",
        "Creators test Remix Battles",
        "Remix Battles: five things to know",
        "Brands love Remix Battles",
        "LinkedIn Carousels 2.0 explained",
    ];
    for title in titles {
        assert_eq!(identify(title, None, None).code, "en", "{title}");
    }
    let russian = identify("Instagram Reels Remix Battles запускает", None, None);
    assert_eq!((russian.code, russian.is_sure), ("ru", true));
    // a name in Cyrillic makes no English sentence Russian
    let english = identify("Яндекс launches an AI search in Europe", None, None);
    assert_eq!(english.code, "en");
}

#[test]
fn kana_tell_japanese_from_chinese() {
    for (title, said, language) in [
        ("東京株式市場、三日続落で取引終了へ", None, "ja"),
        ("政府予算案衆議院本会議可決の見通し", None, "ja"),
        ("新機能「シェア」提供", None, "ja"),
        ("北京地铁票价明年上调", None, "zh"),
        ("鲜の每日生活馆开业", Some("zh-CN"), "zh"),
        ("大谷翔平本塁打", Some("ja"), "ja"),
        ("詹姆斯・邦德新片定档", Some("zh"), "zh"),
        ("삼성전자 の 신제품 발표", None, "ko"),
    ] {
        assert_eq!(language_of(title, said), language, "{title}");
    }
}

#[test]
fn a_declared_language_yields_to_what_is_plainly_another() {
    // blogs say `en-US` whatever they are written in
    let spanish = "Las nuevas reglas de la publicidad para los influencers en España y México";
    assert_eq!(identify(spanish, Some("en-US"), None).code, "es");
    assert_eq!(identify("Що відомо про збій", Some("ru"), None).code, "uk");
    assert_eq!(identify("Экзамены объявлены", Some("uk"), None).code, "ru");
    // a quotation in another script does not
    let quoting = "Shut up and give me more: как просить повышения зарплаты";
    assert_eq!(identify(quoting, Some("ru"), None).code, "ru");
    // nor does a doubt
    let doubtful = identify("TikTok Shop startet in Deutschland", Some("de"), None);
    assert_eq!((doubtful.code, doubtful.is_sure), ("de", true));
}

proptest::proptest! {
    #[test]
    fn any_text_has_a_known_language(text in "\\PC{0,80}", said in proptest::option::of("[a-z-]{0,5}")) {
        let reading = identify(&text, said.as_deref(), None);
        assert_eq!(known_code(reading.code), Some(reading.code));
    }

    #[test]
    fn names_in_latin_letters_do_not_change_a_script(names in proptest::collection::vec("[A-Z][a-z]{2,9}", 0..8)) {
        let title = format!("{} запускает конкурс", names.join(" "));
        assert_eq!(identify(&title, Some("en"), None).code, "ru");
    }
}
