//! Stems of Russian nouns and adjectives, where Snowball's parts the forms of one word.
//!
//! Snowball takes «правила» for a verb (`прав`) and «правилами» for a noun (`правил`), and knows no
//! fleeting vowels («скидка», «скидок»). This one strips case endings only (after the light stemmer of
//! Dolamic & Savoy 2009) and drops the vowel of `-ок`, `-ек`, `-ец`. Two words are forms of one when
//! either stem agrees.

/// Endings, longest first within each length of the table.
const ENDINGS: [&str; 58] = [
    "иями", "ьями", "ями", "ами", "ыми", "ими", "ого", "его", "ому", "ему", "иях", "ьях", "иям",
    "ьям", "ией", "ьей", "ях", "ах", "ям", "ам", "ей", "ой", "ом", "ем", "ов", "ев", "ии", "ия",
    "ию", "ие", "ий", "ьи", "ья", "ью", "ье", "ая", "яя", "ое", "ее", "ые", "ый", "ую", "юю", "ым",
    "им", "ых", "их", "а", "я", "о", "е", "и", "ы", "у", "ю", "ь", "й", "ъ",
];
/// Letters that a stem keeps at least.
const KEPT: usize = 3;

/// The stem of a Russian word in lower case, with ё as е. Words of other scripts come back as they are.
pub fn russian_stem(word: &str) -> String {
    if !word.chars().all(|c| matches!(c, 'а'..='я')) {
        return word.to_owned();
    }
    let long_enough = |stem: &str| stem.chars().count() >= KEPT;
    let stem = ENDINGS
        .iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|stem| long_enough(stem))
        .unwrap_or(word);
    for (with, without) in [("ок", "к"), ("ек", "к"), ("ец", "ц")] {
        if let Some(head) = stem.strip_suffix(with)
            && head.chars().count() >= 2
            && !head.ends_with(['а', 'е', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я'])
        {
            // «копеек» and «копейка»
            let head = head.trim_end_matches(['ь', 'й']);
            return format!("{head}{without}");
        }
    }
    stem.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            &[
                "скидка",
                "скидки",
                "скидок",
                "скидками",
                "скидку",
                "скидкой",
            ][..],
            &["правило", "правила", "правил", "правилами", "правилах"],
            &["новость", "новости", "новостей", "новостями", "новостью"],
            &["акция", "акции", "акций", "акцией", "акциями", "акцию"],
            &["рынок", "рынка", "рынку", "рынков", "рынками"],
            &["статья", "статьи", "статей", "статьями", "статью"],
            &["черный", "черная", "черной", "черную", "черными", "черных"],
            &["яндекс", "яндекса", "яндексу", "яндексом", "яндексе"],
            &["дом", "дома", "домом", "домов", "домами"],
            &["конец", "конца", "концом", "концов"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| russian_stem(form)).collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0]),
                "{forms:?}: {stems:?}"
            );
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (a, b) in [("стол", "столица"), ("мтс", "мтсбанк"), ("банк", "банкет")]
        {
            assert_ne!(russian_stem(a), russian_stem(b));
        }
        for whole in ["tide", "", "ок", "фз", "ўзбек"] {
            assert_eq!(russian_stem(whole), whole);
        }
    }
}
