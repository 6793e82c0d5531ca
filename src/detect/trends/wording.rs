//! Grammar of labels: which words can open or end one, as far as letters and neighbours tell.
//!
//! Knows Russian (and its kin in Cyrillic) by endings and prepositions, a few words of English, and where
//! scripts without spaces may be cut. What it does not know it lets pass.

/// Prepositions of Russian: the noun behind one is not in its plain form.
const PREPOSITIONS: &str = " в во на с со о об обо от до из к ко по у за под над при про для без через между перед \
    после против из-за около среди ради кроме вместо насчет насчёт вокруг возле мимо внутри ";
/// Words that never stand at the end of what is said.
const GOES_ON: &str = " же ли бы как что чтобы если and or than as of the a an to for with by from at in on into \
    over after и или но а не ни это де des du la le les et der die das und von zu de los las y el o ";
/// Words that begin who says so, by how they begin.
const SAYERS: &str = "сообщ заяви расска передаёт передает пишет пишут отмет уточн подчеркн утвержд счита объяви \
    призва says said reports according writes claims";
/// Words that open a clause of its own behind a comma, by how they begin.
const SUBORDINATE: &str =
    "если чтобы потому поскольку когда так пока хотя because while after although unless";
/// Words before which a sentence of other languages may stop: what follows tells where, when or why.
const ADJUNCTS: &str = " for in on at over after with from by as while amid despite before during against under \
    through since until because without between across into à dans sur pour avec après por para con en tras \
    desde contra bei mit für auf gegen nach wegen vor ";
/// Endings of Russian adjectives and nouns that are never those of a subject.
const OBLIQUE: [&str; 19] = [
    "ого", "его", "ому", "ему", "ую", "юю", "ых", "их", "ыми", "ими", "ах", "ях", "ами", "ями",
    "ою", "у", "ю", "ым", "им",
];
/// Endings of Russian participles.
const DOING: [&str; 6] = ["вший", "вшие", "вшая", "щий", "щие", "щая"];
/// Endings of Russian adjectives and nouns that are mostly those of a subject.
const PLAIN: [&str; 9] = ["ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "й"];

fn is_cyrillic(word: &str) -> bool {
    word.chars()
        .all(|c| matches!(c, '\u{400}'..='\u{52f}' | '-' | '’' | '\''))
}

fn stands_in(list: &str, word: &str) -> bool {
    word.len() < 40 && list.contains(&format!(" {word} "))
}

fn begins_with_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|begin| word.starts_with(begin))
}

/// Is it a preposition of Russian?
pub(super) fn is_preposition(word: &str) -> bool {
    stands_in(PREPOSITIONS, &word.to_lowercase())
}

/// Does a word begin what only tells where, when or why?
pub(super) fn is_adjunct(word: &str) -> bool {
    let lower = word.to_lowercase();
    stands_in(ADJUNCTS, &lower) || stands_in(PREPOSITIONS, &lower)
}

/// Does a word ask for what follows: a verb, a participle, an adjective that is bent?
pub(super) fn leans_on_next(word: &str) -> bool {
    let lower = word.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let is_latin = lower.bytes().all(|c| c.is_ascii_lowercase());
    let leans = if is_latin {
        lower.len() > 4 && ends(&["ing", "ed"]) || matches!(&*lower, "even" | "just" | "only")
    } else {
        is_cyrillic(&lower)
            && lower.chars().count() > 3
            && ends(&["ть", "ться", "йти", "сти", "ят"])
    };
    leans || is_russian_verb(&lower) || is_bent_adjective(word) || goes_on(word)
}

/// Must something follow this word?
pub(super) fn goes_on(word: &str) -> bool {
    let lower = word.to_lowercase();
    stands_in(GOES_ON, &lower) || stands_in(PREPOSITIONS, &lower)
}

/// Does a word say who said so?
pub(super) fn is_sayer(word: &str) -> bool {
    begins_with_one_of(SAYERS, &word.to_lowercase())
}

/// Does a word open a clause that only adds something?
pub(super) fn is_subordinate(word: &str) -> bool {
    begins_with_one_of(SUBORDINATE, &word.to_lowercase())
}

/// Is a word in the form of a subject (`Some(true)`), in another one (`Some(false)`), or is that not to be
/// told from its letters? `next` is the word behind it.
pub(super) fn is_plain(word: &str, next: Option<&str>) -> Option<bool> {
    let lower = word.to_lowercase();
    let letters = lower.chars().count();
    if letters < 4 || !is_cyrillic(&lower) || word.chars().skip(1).any(char::is_uppercase) {
        return None;
    }
    if OBLIQUE.iter().any(|ending| lower.ends_with(ending)) {
        return Some(false);
    }
    // who does something is no name of what happened
    if letters > 6 && DOING.iter().any(|ending| lower.ends_with(ending)) {
        return Some(false);
    }
    let stem_end = lower.chars().rev().nth(1).unwrap_or_default();
    if lower.ends_with('е') && !"иыоецщье".contains(stem_end) {
        return Some(false);
    }
    // "семейной ипотеке", not "большой театр"
    let open = |next: &str| next.to_lowercase().ends_with(['е', 'и', 'ы', 'й', 'ю']);
    if (lower.ends_with("ой") || lower.ends_with("ей")) && next.is_some_and(open) {
        return Some(false);
    }
    if PLAIN.iter().any(|ending| lower.ends_with(ending)) {
        return Some(true);
    }
    let consonant = |c: char| "бвгджзклмнпрстфхцчшщ".contains(c);
    let plural = ["ов", "ев", "ом", "ем", "ам", "ям"];
    let is_plural = plural.iter().any(|ending| lower.ends_with(ending));
    (lower.ends_with(consonant) && !is_plural).then_some(true)
}

/// Is a word an adjective that is not in the form of a subject?
pub(super) fn is_bent_adjective(word: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        "ого", "его", "ому", "ему", "ую", "юю", "ых", "их", "ыми", "ими", "ым", "им",
    ];
    let lower = word.to_lowercase();
    lower.chars().count() >= 5
        && is_cyrillic(&lower)
        && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Does a word look like a finite verb of Russian, which goes on to say what, where or when? Endings
/// that nouns share are left out.
pub(super) fn is_russian_verb(word: &str) -> bool {
    const ENDINGS: [&str; 28] = [
        "ется",
        "ётся",
        "ится",
        "утся",
        "ются",
        "ятся",
        "атся",
        "ился",
        "ался",
        "илась",
        "алась",
        "ались",
        "ились",
        "ает",
        "яет",
        "ует",
        "еют",
        "уют",
        "или",
        "ила",
        "ил",
        "али",
        "ала",
        "яли",
        "яла",
        "нет",
        "огут",
        "анут",
    ];
    let letters = word.chars().count();
    let is_small = letters >= 5 && word.chars().all(|c| matches!(c, 'а'..='я' | 'ё'));
    is_small
        && (ENDINGS.iter().any(|ending| word.ends_with(ending))
            || (letters >= 9 && word.ends_with("ит")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_their_endings() {
        for word in [
            "Аэропортах",
            "Апрелевке",
            "Получившие",
            "Майкому",
            "Железнодорожную",
            "Певицу",
            "прошлых",
        ] {
            assert_eq!(is_plain(word, None), Some(false), "{word}");
        }
        for word in ["Башенный", "циклон", "Бобровая", "Владимир", "Сериал"]
        {
            assert_eq!(is_plain(word, None), Some(true), "{word}");
        }
        for word in ["Абхазии", "ОЗОН", "Сбер", "YouTube", "Мошенники"] {
            assert_ne!(is_plain(word, None), Some(false), "{word}");
        }
        assert_eq!(is_plain("Семейной", Some("ипотеке")), Some(false));
        assert_eq!(is_plain("Большой", Some("театр")), Some(true));
    }

    #[test]
    fn what_goes_on_and_who_says_so_are_known() {
        assert!(goes_on("после") && goes_on("The") && !goes_on("банк"));
        assert!(is_sayer("сообщил") && is_sayer("According") && !is_sayer("сосед"));
        assert!(is_russian_verb("откроется") && !is_russian_verb("каток"));
    }
}
