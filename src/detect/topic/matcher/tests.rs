//! Queries against texts, and the matcher against a naive one.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::model::TopicKind;

fn topic(query: QueryExpr) -> TopicSpec {
    TopicSpec {
        name: "t".to_owned(),
        title: "t".to_owned(),
        query,
        group: None,
        kind: TopicKind::Theme,
        tags: vec![],
        sources: vec![],
        platforms: vec![],
        except_owners: vec![],
        alert: None,
    }
}

fn mentions(query: &str, text: &str) -> bool {
    let matcher = Matcher::new(&[topic(QueryExpr::parse(query).unwrap())]);
    let text = TopicText {
        title: text,
        body: "",
    };
    !matcher.matches(&text).is_empty()
}

#[test]
fn only_topics_with_an_anchor_are_looked_at() {
    let queries: Vec<TopicSpec> = (0..50)
        .map(|n| format!("brand{n} AND (sale OR NOT (job OR jobs)) AND NOT (vacancy NEAR/3 open)"))
        .map(|query| topic(QueryExpr::parse(&query).unwrap()))
        .collect();
    let matcher = Matcher::new(&queries);
    let anchored = |of: &str| {
        let found = matcher.find(&words(of, 0, MOST));
        let topics = found
            .keys()
            .map(|word| matcher.topics_of[*word as usize].len());
        topics.sum::<usize>()
    };
    assert_eq!(anchored("vacancy open, sale of jobs"), 0);
    assert_eq!(anchored("brand7 has a sale, no vacancy open"), 1);
    // what is denied twice has no anchor and is found all the same
    assert!(mentions("NOT (NOT sale)", "a sale"));
    assert!(!mentions("NOT (NOT sale)", "a job"));
}

#[test]
fn queries_find_what_they_mean() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "скидка",
            &[
                "со скидками до 50 %",
                "СКИДКУ дали",
                "сезон скидок",
                "#скидка",
                "#Скидки!",
            ],
            &["скидывать", "скит"],
        ),
        (
            "правило",
            &["по правилам", "новые правила", "без правил"],
            &["права водителя", "правый"],
        ),
        ("=скидка", &["Скидка!"], &["скидки"]),
        (
            "\"чёрная пятница\"",
            &["Черная Пятница близко"],
            &[
                "чёрной пятницы",
                "пятница чёрная",
                "чёрная-чёрная и пятница",
            ],
        ),
        (
            "~\"чёрная пятница\"",
            &["в чёрную пятницу", "ЧЕРНЫЕ ПЯТНИЦЫ"],
            &["чёрная суббота и пятница"],
        ),
        ("policy", &["new policies", "Policy"], &["police"]),
        ("running", &["he runs", "run"], &["runway"]),
        (
            "brand*",
            &["Brandwatch", "brand", "rebrand or branding"],
            &["rebrand"],
        ),
        (
            "\"black fri*\"",
            &["Black Friday sale"],
            &["black cat friday"],
        ),
        ("#тег", &["#тег", "#Тег рядом"], &["тег", "#тег_дня"]),
        ("@acme", &["спасибо @Acme!"], &["acme", "a@acme.ru"]),
        (
            "acme",
            &["@acme", "info@acme.ru", "#ACME_sale", "Acme's"],
            &["acmeology"],
        ),
        ("l'oreal", &["L’Oréal Paris", "LOREAL"], &["l oreal"]),
        ("елка", &["Ёлки", "ёлкой"], &["елей"]),
        ("新产品", &["苹果新产品发布", "新产品"], &["新品", "产品新"]),
        ("삼성", &["삼성이 발표", "삼성전자"], &["성삼"]),
        (
            "tide AND NOT вакансия",
            &["Tide запускает"],
            &["Tide: вакансии", "вакансия"],
        ),
        (
            "(бренд OR brand*) NOT \"вакансия\"",
            &["о бренде", "branding"],
            &["бренд, вакансия"],
        ),
        (
            "цена NEAR/2 реклама",
            &["цены на рекламу", "рекламы растёт цена"],
            &["цена выросла, а вот и реклама"],
        ),
        ("a1 NEAR/0 b1", &["a1 b1", "b1, a1"], &["a1 x b1", "a1"]),
        ("a1 NEAR/5 a1", &["a1 a1"], &["a1"]),
        (
            "(=мтс OR =билайн) NEAR/3 ~\"рост цен\"",
            &["МТС объявил рост цен", "роста цен у Билайн"],
            &["МТС рост", "рост цен"],
        ),
        ("e-mail", &["e-mail", "e mail", "E-Mails"], &["email"]),
        ("ФЗ-72", &["по ФЗ-72", "фз 72"], &["72 ФЗ", "фз-721"]),
        ("a OR b c", &["a", "b c", "c b"], &["b", "c"]),
        ("C++", &["C++ и Rust"], &["Rust"]),
        ("ИИ -робот", &["ИИ в рекламе"], &["ИИ-робот"]),
        ("Яндекс AND вырос*", &["акции Яндекса выросли"], &["Яндекс"]),
    ];
    for (query, hits, misses) in cases {
        for text in *hits {
            assert!(mentions(query, text), "{query} misses {text}");
        }
        for text in *misses {
            assert!(!mentions(query, text), "{query} takes {text}");
        }
    }
}

#[test]
fn phrases_do_not_reach_from_title_to_body() {
    let matcher = Matcher::new(&[
        topic(QueryExpr::parse("\"a b\"").unwrap()),
        topic(QueryExpr::parse("a NEAR/50 b").unwrap()),
        topic(QueryExpr::parse("a b").unwrap()),
    ]);
    assert_eq!(
        matcher.matches(&TopicText {
            title: "a",
            body: "b"
        }),
        [2]
    );
}

#[test]
fn marks_show_the_wanted_words_only() {
    let matcher = Matcher::new(&[topic(QueryExpr::parse("скидка NOT вакансия").unwrap())]);
    let text = "Наши скидки: #скидка, вакансия";
    let marks: Vec<&str> = matcher
        .marks(0, text)
        .into_iter()
        .map(|mark| &text[mark])
        .collect();
    assert_eq!(marks, ["скидки", "скидка"]);
}

#[test]
fn hostile_texts_cost_little() {
    let matcher = Matcher::new(&[topic(
        QueryExpr::parse("(a OR b) NEAR/50 (c OR d)").unwrap(),
    )]);
    let long = "a b ".repeat(100_000);
    assert!(
        matcher
            .matches(&TopicText {
                title: &long,
                body: &long
            })
            .is_empty()
    );
    assert!(
        Matcher::new(&[])
            .matches(&TopicText {
                title: &long,
                body: ""
            })
            .is_empty()
    );
}

/// Straight from the definition: every word against every word, every pair of places.
fn naive(query: &QueryExpr, words: &[Word]) -> bool {
    let is = |wanted: &Query, word: &Word| {
        let stems = Stems::default();
        word.sign == wanted.sign
            && match wanted.form {
                Form::Exact => word.text == wanted.text,
                Form::Prefix => word.text.starts_with(&wanted.text),
                Form::Any => {
                    let mine = stems.keys(&word.text, word.sign);
                    let theirs = stems.keys(&wanted.text, wanted.sign);
                    word.text == wanted.text || mine.iter().any(|key| theirs.contains(key))
                }
            }
    };
    let at = |wanted: &Query, place: u32| words.iter().any(|w| w.place == place && is(wanted, w));
    let spans = |atom: &Atom| -> Vec<(u32, u32)> {
        let wanted = queries(atom);
        let most = words
            .iter()
            .map(|w| w.place)
            .max()
            .map_or(0, |place| place + 1);
        let stands = |start: &u32| wanted.iter().zip(*start..).all(|(q, place)| at(q, place));
        let ends = |start| (start, start + wanted.len() as u32);
        (0..most).filter(stands).map(ends).collect()
    };
    let atoms = |side: &QueryExpr| -> Vec<(u32, u32)> {
        match side {
            QueryExpr::Atom(atom) => spans(atom),
            QueryExpr::Any(parts) => parts
                .iter()
                .flat_map(|part| match part {
                    QueryExpr::Atom(atom) => spans(atom),
                    _ => vec![],
                })
                .collect(),
            _ => vec![],
        }
    };
    match query {
        QueryExpr::Atom(atom) => !spans(atom).is_empty(),
        QueryExpr::Near { left, right, gap } => atoms(left).iter().any(|a| {
            let near = |b: &(u32, u32)| {
                (b.0 >= a.1 && b.0 - a.1 <= *gap) || (a.0 >= b.1 && a.0 - b.1 <= *gap)
            };
            atoms(right).iter().any(near)
        }),
        QueryExpr::All(parts) => parts.iter().all(|part| naive(part, words)),
        QueryExpr::Any(parts) => parts.iter().any(|part| naive(part, words)),
        QueryExpr::Not(part) => !naive(part, words),
    }
}

const VOCABULARY: &[&str] = &[
    "скидка",
    "скидок",
    "правила",
    "правилами",
    "brand",
    "brands",
    "branding",
    "ёлка",
    "新产",
    "#brand",
    "@brand",
    "e-mail",
    "a",
];

fn atom() -> impl Strategy<Value = QueryExpr> {
    let word = proptest::sample::select(VOCABULARY);
    (
        proptest::collection::vec(word, 1..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(words, exact, star)| {
            let star = if star && words[words.len() - 1].len() > 1 {
                "*"
            } else {
                ""
            };
            let text = format!("{}{star}", words.join(" "));
            QueryExpr::Atom(Atom { text, exact })
        })
}

fn query() -> impl Strategy<Value = QueryExpr> {
    let near = (atom(), proptest::collection::vec(atom(), 1..3), 0..4_u32).prop_map(
        |(left, right, gap)| QueryExpr::Near {
            left: Box::new(left),
            right: Box::new(QueryExpr::Any(right)),
            gap,
        },
    );
    let leaf = prop_oneof![3 => atom(), 1 => near];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3).prop_map(QueryExpr::All),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(QueryExpr::Any),
            inner.prop_map(|q| QueryExpr::Not(Box::new(q))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_matcher_agrees_with_the_definition(
        queries in proptest::collection::vec(query(), 1..4),
        title in proptest::collection::vec(proptest::sample::select(VOCABULARY), 0..6),
        body in proptest::collection::vec(proptest::sample::select(VOCABULARY), 0..8),
    ) {
        let queries: Vec<QueryExpr> = queries.into_iter().filter(|q| !q.matches_silence()).collect();
        let specs: Vec<TopicSpec> = queries.iter().cloned().map(topic).collect();
        let (title, body) = (title.join(" "), body.join(" "));
        let text = TopicText { title: &title, body: &body };
        let words = all_words(&text);
        let expected: Vec<usize> = (0..queries.len()).filter(|n| naive(&queries[*n], &words)).collect();
        prop_assert_eq!(Matcher::new(&specs).matches(&text), expected, "{:?} in {} / {}", queries, title, body);
    }

    #[test]
    fn no_text_panics(text in any::<String>(), body in any::<String>()) {
        let matcher = Matcher::new(&[topic(QueryExpr::parse("скидка OR ab* NEAR/2 \"b c\" OR 新").unwrap())]);
        matcher.matches(&TopicText { title: &text, body: &body });
        for mark in matcher.marks(0, &text) {
            prop_assert!(text.get(mark).is_some());
        }
    }
}
