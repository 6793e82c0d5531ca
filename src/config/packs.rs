//! `packs`: which files of sources are switched on.
//!
//! A bare name (`media-ru`) is `sources.d/media-ru.toml` beside the main file, or else the pack of
//! that name inside the program. Anything with `/`, `*` or `.toml` is a path from the main file's
//! directory; `*` stands for any part of the file's name.

use std::path::{Path, PathBuf};

use super::SHIPPED;
use super::environment::Environment;
use super::report::{File, Place, Report, suggest};
use super::secrets::path_from;
use super::table::{Found, Table};

const FOLDER: &str = "sources.d";

/// A file of sources.
pub(super) struct Pack {
    /// Its content.
    pub(super) file: File,
    /// Where it was read from; `None` if it is built in.
    pub(super) path: Option<PathBuf>,
}

/// Opens all packs that `root` names. With `embedded`, bare names mean built-in packs only.
pub(super) fn open(
    root: &Table<'_>,
    embedded: bool,
    environment: &Environment,
    report: &Report,
) -> Vec<Pack> {
    let mut seen: Vec<String> = Vec::new();
    let mut packs: Vec<Pack> = Vec::new();
    for found in root.texts("packs").unwrap_or_default() {
        if seen.contains(&found.value) {
            let message = format!("pack `{}` is named twice", found.value);
            report.fault(&found.place, message, "take one of them out");
            continue;
        }
        seen.push(found.value.clone());
        let dir = match found.place {
            Place::Environment(_) => Path::new(""),
            _ => &root.file().dir,
        };
        let is_path = found.value.contains(['/', '*']) || is_toml(Path::new(&found.value));
        if is_path {
            let path = path_from(&found.value, dir, environment);
            for path in matching(&path, &found, report) {
                // a file that an earlier name brought in already is read once
                if packs.iter().all(|pack| pack.path.as_ref() != Some(&path)) {
                    packs.extend(from_disk(path, &found, packs.len() + 1, report));
                }
            }
            continue;
        }
        let own = root
            .file()
            .dir
            .join(FOLDER)
            .join(format!("{}.toml", found.value));
        if !embedded && own.exists() {
            packs.extend(from_disk(own, &found, packs.len() + 1, report));
        } else if let Some((name, text)) = built_in(&found.value) {
            let name = format!("{name} (built in)");
            let file = File::new(
                name,
                Path::new(""),
                text.to_owned(),
                packs.len() + 1,
                report,
            );
            packs.push(Pack { file, path: None });
        } else {
            let names = names(&root.file().dir, embedded);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let message = format!("there is no pack `{}`", found.value);
            report.fault(&found.place, message, suggest(&found.value, &names));
        }
    }
    packs
}

fn built_in(name: &str) -> Option<(&'static str, &'static str)> {
    let wanted = format!("{FOLDER}/{name}.toml");
    SHIPPED.iter().find(|(path, _)| *path == wanted).copied()
}

/// Packs to choose from, sorted.
fn names(dir: &Path, embedded: bool) -> Vec<String> {
    let stem = |path: &Path| Some(path.file_stem()?.to_str()?.to_owned());
    let shipped = SHIPPED.iter().map(|(path, _)| Path::new(path));
    let shipped = shipped
        .filter(|path| path.starts_with(FOLDER))
        .filter_map(stem);
    let mut names: Vec<String> = shipped.collect();
    if !embedded {
        names.extend(
            listing(&dir.join(FOLDER))
                .iter()
                .filter_map(|path| stem(path)),
        );
    }
    names.sort();
    names.dedup();
    names
}

fn from_disk(
    path: PathBuf,
    named: &Found<'_, String>,
    order: usize,
    report: &Report,
) -> Option<Pack> {
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let dir = path.parent().unwrap_or(Path::new(""));
            let file = File::new(path.display().to_string(), dir, text, order, report);
            Some(Pack {
                file,
                path: Some(path),
            })
        }
        Err(error) => {
            let message = format!("{} cannot be read: {error}", path.display());
            let remedy = "name a file that exists, or take it out of `packs`";
            report.fault(&named.place, message, remedy);
            None
        }
    }
}

/// The path itself, or all files that its last part, with `*` in it, stands for, sorted.
fn matching(path: &Path, named: &Found<'_, String>, report: &Report) -> Vec<PathBuf> {
    let pattern = path.file_name().and_then(|name| name.to_str());
    let Some(pattern) = pattern.filter(|pattern| pattern.contains('*')) else {
        return vec![path.to_owned()];
    };
    let dir = path.parent().unwrap_or(Path::new(""));
    let mut hits = listing(dir);
    hits.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| matches(pattern, name))
    });
    if hits.is_empty() {
        let message = format!("no file matches `{}`", named.value);
        report.warn(
            &named.place,
            message,
            "put files there, or take it out of `packs`",
        );
    }
    hits
}

/// TOML files of a directory, sorted; none if it cannot be read.
fn listing(dir: &Path) -> Vec<PathBuf> {
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| is_toml(path));
    files.sort();
    files
}

fn is_toml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}

/// Does `name` fit a pattern in which `*` stands for any run of characters?
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, name) in [
            ("*.toml", "a.toml"),
            ("a*", "a"),
            ("a*b*.toml", "axbyb.toml"),
            ("*", "x"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.toml", "a.txt"),
            ("a*a", "a"),
            ("a*b*c", "acb"),
            ("ab", "abc"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
