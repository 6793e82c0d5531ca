//! Holds the table of layers in `src/lib.rs` against the source.
//!
//! Imports go downward only, siblings of one layer never import each other, `daemon/pipeline` alone
//! joins layer 2, and SQL, HTTP and the wall clock each have their one place.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PURE: &[&str] = &["schedule", "extract", "detect", "digest"];
const IO: &[&str] = &["fetch", "store", "deliver"];

/// What the files below a folder of `src` may import, besides themselves.
fn allowed(module: &str, file: &str) -> BTreeSet<&'static str> {
    let layer2 = || PURE.iter().chain(IO).copied();
    let allowed: Vec<&str> = match module {
        "model" => vec![],
        "config" => vec!["model"],
        m if PURE.contains(&m) || IO.contains(&m) => vec!["model", "config"],
        // reads the store and has texts compared; fetches and sends nothing
        "query" => vec![
            "model", "config", "store", "detect", "schedule", "digest", "extract",
        ],
        "daemon" if file.starts_with("pipeline") => ["model", "config", "query"]
            .into_iter()
            .chain(layer2())
            .collect(),
        "daemon" => vec!["model", "config", "store", "query"],
        // `digest` reads its own links back
        "web" => vec!["model", "config", "store", "query", "digest"],
        "cli" => ["model", "config", "query", "daemon", "web"]
            .into_iter()
            .chain(layer2())
            .collect(),
        other => panic!("src/{other} is no module of the table in src/lib.rs"),
    };
    allowed.into_iter().collect()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "sql") {
            found.push(path);
        }
    }
}

/// The file without comments, and without its tests, which may join what they please.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Every `crate::module` named in a file.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split_once("};"))
        else {
            found.insert(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
            continue;
        };
        // top-level names of `use crate::{a, b::{c, d}};`
        let (mut depth, mut name) = (0, String::new());
        for c in group.0.chars().chain([',']) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    let first = name.trim().split("::").next().unwrap().to_owned();
                    found.extend(Some(first).filter(|n| !n.is_empty()));
                    name.clear();
                }
                c if depth == 0 => name.push(c),
                _ => {}
            }
        }
    }
    found
}

fn all() -> Vec<(String, String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(
        files.len() > 50,
        "the walk found only {} files",
        files.len()
    );
    let placed = files.into_iter().filter_map(|path| {
        let inside = path
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let (module, file) = inside.split_once('/')?;
        Some((module.to_owned(), file.to_owned(), path))
    });
    placed.collect()
}

#[test]
fn imports_go_downward_only() {
    let mut faults = Vec::new();
    for (module, file, path) in all() {
        if is_test(&path) || path.extension().is_some_and(|e| e == "sql") {
            continue;
        }
        let allowed = allowed(&module, &file);
        for import in imports(&code(&path)) {
            if import != module && !allowed.contains(import.as_str()) {
                faults.push(format!("src/{module}/{file} imports crate::{import}"));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "against the table of layers:\n{}",
        faults.join("\n")
    );
}

#[test]
fn sql_http_and_the_wall_clock_each_have_their_place() {
    let clocks = [
        "Timestamp::now",
        "Zoned::now",
        "SystemTime::now",
        "std::time::Instant",
        "Utc::now",
    ];
    let sql_clocks = [
        "CURRENT_TIMESTAMP",
        "datetime('now'",
        "strftime('%s'",
        "unixepoch()",
    ];
    let rules: &[(&[&str], &[&str])] = &[
        (&["rusqlite"], &["store/"]),
        (&["reqwest"], &["fetch/", "deliver/"]),
        (&["lettre"], &["deliver/"]),
        (&["feed_rs", "scraper::"], &["extract/", "config/"]),
        (&clocks, &["model/clock.rs"]),
        (&sql_clocks, &[]),
    ];
    let mut faults = Vec::new();
    for (module, file, path) in all() {
        if is_test(&path) {
            continue;
        }
        let (code, place) = (code(&path), format!("{module}/{file}"));
        for (words, homes) in rules {
            for word in words.iter().filter(|word| code.contains(**word)) {
                if !homes.iter().any(|home| place.starts_with(home)) {
                    faults.push(format!("src/{place} uses {word}, whose home is {homes:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_top_level_holds_what_the_card_lists() {
    let listed = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "config",
        "tests",
        "systemd",
        "README.md",
        "CHANGELOG.md",
        // ignored by git: builds, and cases that proptest found on this machine
        "target",
        "proptest-regressions",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let fine =
            listed.contains(&name.as_str()) || name.starts_with('.') || name.starts_with("LICENSE");
        assert!(fine, "{name} does not belong at the top level");
    }
}

#[test]
fn the_walk_sees_grouped_and_nested_imports() {
    let code =
        "use crate::{model, store::{Store, StoreError}, fetch};\nlet x = crate::digest::compose();";
    let found: Vec<_> = imports(code).into_iter().collect();
    assert_eq!(found, ["digest", "fetch", "model", "store"]);
}
