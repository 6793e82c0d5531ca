//! Words by which changes are judged, as data: the form that the shipped table and those of users share.

use std::collections::BTreeMap;

/// Group → name → language → phrases. A phrase is words in order, lower case; `*` at the end of a
/// word stands for any ending.
pub type WordTable = BTreeMap<String, BTreeMap<String, BTreeMap<String, Vec<String>>>>;

/// The groups of a table of words, each with the names that it may hold; an empty list allows any.
pub const WORD_GROUPS: [(&str, &[&str]); 9] = [
    ("obligation", &["ban", "requirement", "permission", "may"]),
    ("lead", &["ban", "permission", "requirement"]),
    ("consequence", &["sanction"]),
    ("lifecycle", &["deprecation", "new_feature", "breaking"]),
    ("subject", &["price", "privacy", "limit", "scope"]),
    ("area", &[]),
    (
        "when",
        &[
            "effective",
            "from",
            "until",
            "stamp",
            "relative",
            "announcement",
        ],
    ),
    (
        "noise",
        &[
            "navigation",
            "widget",
            "credit",
            "pointer",
            "cookie_banner",
            "error_page",
            "wall",
            "statistic",
            "turning",
        ],
    ),
    ("unit", &[]),
];
