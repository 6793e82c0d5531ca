//! What is written reads as meant, and what cannot be read says where and why.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

/// A query in full brackets.
fn shown(query: &QueryExpr) -> String {
    let list = |parts: &[QueryExpr]| parts.iter().map(shown).collect::<Vec<_>>().join(" ");
    match query {
        QueryExpr::Atom(Atom { text, exact: false }) => text.clone(),
        QueryExpr::Atom(Atom { text, exact: true }) => format!("={text}="),
        QueryExpr::Near { left, right, gap } => {
            format!("[{} ~{gap} {}]", shown(left), shown(right))
        }
        QueryExpr::All(parts) => format!("(all {})", list(parts)),
        QueryExpr::Any(parts) => format!("(any {})", list(parts)),
        QueryExpr::Not(part) => format!("!{}", shown(part)),
    }
}

#[test]
fn queries_read_as_they_are_meant() {
    for (text, expected) in [
        ("скидка", "скидка"),
        ("a b", "(all a b)"),
        ("a AND b OR c", "(any (all a b) c)"),
        ("a OR b c", "(any a (all b c))"),
        ("(a OR b) c", "(all (any a b) c)"),
        ("a | b & -c", "(any a (all b !c))"),
        ("NOT NOT a b", "(all !!a b)"),
        (
            "(бренд OR brand*) AND NOT \"вакансия\"",
            "(all (any бренд brand*) !=вакансия=)",
        ),
        ("a NEAR/5 b c", "(all [a ~5 b] c)"),
        ("(a OR \"b c\") NEAR/0 d", "[(any a =b c=) ~0 d]"),
        (
            "=Tide «чёрная  пятница» ~\"чёрная пятница\"",
            "(all =Tide= =чёрная пятница= чёрная пятница)",
        ),
        ("#тег @имя e-mail", "(all #тег @имя e-mail)"),
        ("新产品 OR C++", "(any 新产品 C++)"),
    ] {
        assert_eq!(shown(&QueryExpr::parse(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn entries_of_lists_are_sequences() {
    for (text, expected) in [
        ("чёрная пятница", "чёрная пятница"),
        ("=Tide", "=Tide="),
        ("brand*", "brand*"),
        ("a OR b", "(any a b)"),
        ("\"a b\"", "=a b="),
    ] {
        assert_eq!(shown(&QueryExpr::entry(text).unwrap()), expected, "{text}");
    }
    assert!(QueryExpr::entry("—").is_err());
    // words of a phrase stay words, what has a number is an operator
    assert_eq!(
        shown(&QueryExpr::entry("black and white").unwrap()),
        "black and white"
    );
    assert!(QueryExpr::entry("acme near/5 discount").is_err());
    assert_eq!(shown(&QueryExpr::entry("a И b").unwrap()), "(all a b)");
    for word in ["рядом", "24/7", "xor"] {
        assert_eq!(shown(&QueryExpr::parse(word).unwrap()), word);
    }
}

#[test]
fn faults_point_at_their_place() {
    for (text, place, part) in [
        ("", "", "ends too early"),
        ("a AND", "", "ends too early"),
        ("a OR OR b", "OR", "a word is missing before"),
        ("(a OR b", "(", "never closed"),
        ("a) b", ")", "closes nothing"),
        ("\"a b", "\"", "never closed"),
        ("a or b", "or", "looked for as a word"),
        ("a near b", "near", "looked for as a word; write `NEAR/5`"),
        (
            "acme near/5 discount",
            "near/5",
            "looked for as a word; write `NEAR/5`",
        ),
        ("a Near/3 b", "Near/3", "write `NEAR/3`"),
        ("a near/99 b", "near/99", "write `NEAR/5`"),
        ("a aNd b", "aNd", "write `AND`, or `\"aNd\"`"),
        ("a иЛи b", "иЛи", "write `ИЛИ`"),
        ("a w/5 b", "w/5", "no operator here"),
        ("a рядом/3 b", "рядом/3", "no operator here"),
        ("a NEAR b", "NEAR", "how near"),
        ("a NEAR/99 b", "NEAR/99", "how near"),
        ("a NEAR/5 NOT b", "NOT", "words and phrases only"),
        ("a NEAR/5 b NEAR/5 c", "NEAR/5", "two things only"),
        ("a ~b", "~", "stands before nothing"),
        ("a b*c", "b*c", "inside"),
        ("a*", "a*", "too many words"),
        ("a !!! b", "!!!", "no word here"),
        ("a »", "»", "closes no quotation"),
    ] {
        let fault = QueryExpr::parse(text).unwrap_err();
        assert_eq!(&text[fault.at.clone()], place, "{text}: {fault}");
        assert!(fault.to_string().contains(part), "{text}: {fault}");
    }
    let deep = format!("{}a{}", "(".repeat(60), ")".repeat(60));
    assert!(QueryExpr::parse(&deep).is_err());
    assert!(QueryExpr::parse(&"a ".repeat(600)).is_err());
    assert!(QueryExpr::parse(&"NOT ".repeat(100)).is_err());
}

#[test]
fn silence_is_never_a_mention() {
    for (text, silent) in [
        ("NOT a", true),
        ("a OR NOT b", true),
        ("a NOT b", false),
        ("NOT NOT a", false),
    ] {
        assert_eq!(
            QueryExpr::parse(text).unwrap().matches_silence(),
            silent,
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_that_is_written_panics(
        text in prop_oneof![
            any::<String>(),
            "(AND|OR|NOT|NEAR/[0-9]{1,3}|\\(|\\)|\"|«|»|=|~|-|\\*|#|@| |а|bc|新){0,30}",
        ]
    ) {
        if let Err(fault) = QueryExpr::parse(&text) {
            prop_assert!(text.get(fault.at.clone()).is_some(), "{:?} of {text:?}", fault.at);
        }
        if let Err(fault) = QueryExpr::entry(&text) {
            prop_assert!(text.get(fault.at.clone()).is_some(), "{:?} of {text:?}", fault.at);
        }
    }
}

#[test]
fn operators_are_known_in_russian_and_words_that_find_everything_are_refused() {
    for (russian, english) in [
        ("скидка И купон", "скидка AND купон"),
        (
            "скидка ИЛИ купон НЕ вакансия",
            "скидка OR купон NOT вакансия",
        ),
    ] {
        assert_eq!(QueryExpr::parse(russian), QueryExpr::parse(english));
    }
    for (text, message) in [
        ("И", "a word is missing"),
        ("скидка и купон", "`и` would be looked for as a word"),
        ("the", "`the` stands in nearly every text"),
        ("на OR the", "`на OR the` stands in nearly every text"),
        ("a1 W/5 b1", "`W/5` is no operator here"),
        ("скидка РЯДОМ/3 купон", "`РЯДОМ/3` is no operator here"),
    ] {
        let fault = QueryExpr::parse(text).unwrap_err();
        assert!(fault.message.contains(message), "{text}: {fault}");
    }
    for text in [
        "=и",
        "\"to be\"",
        "IT",
        "TCP/IP",
        "скидка NEAR/3 купон",
        "№5 iOS/20",
    ] {
        assert!(QueryExpr::parse(text).is_ok(), "{text}");
    }
}
