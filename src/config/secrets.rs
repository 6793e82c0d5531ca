//! Secrets: `secret_file`, `secret_credential`, `secret_env`, or `secret` in plain sight.
//!
//! Exactly one of them. A file is meant relative to the configuration file; a credential is a file
//! in `$CREDENTIALS_DIRECTORY`, where systemd's `LoadCredential=` puts it. White space at the end is
//! cut off, since editors and `echo` add it. A plain `secret` works and is warned about: the file
//! that holds it gets copied, shown and committed. No fault ever shows a secret's text.

use std::path::{Component, Path, PathBuf};

use super::environment::Environment;
use super::report::{Place, Wrong};
use super::table::{Found, Table};
use crate::model::Secret;

/// No secret worth the name is longer, in bytes; a larger file is the wrong file.
const LONGEST: u64 = 64 << 10;
const WAYS: [&str; 4] = ["secret_file", "secret_credential", "secret_env", "secret"];

/// Reads the secret of a channel or a header, if one is configured and can be read.
/// Every way is asked for, so that none is called unknown; with `wanted` false nothing is opened.
pub(super) fn read(table: &Table<'_>, environment: &Environment, wanted: bool) -> Option<Secret> {
    let given: Vec<&'static str> = WAYS.into_iter().filter(|way| table.has(way)).collect();
    if given.len() > 1 {
        let place = table.place_of(given[1]).unwrap_or_else(|| table.place());
        table.report().fault(
            &place,
            format!("`{}` and `{}` are both set", given[0], given[1]),
            "keep one of them",
        );
        return None;
    }
    let way = *given.first()?;
    let found = table.text(way)?;
    if !wanted {
        return None;
    }
    let secret = match way {
        "secret_file" => from_file(&path_from(&found.value, &table.file().dir, environment)),
        "secret_credential" => from_credential(&found.value, environment),
        "secret_env" => from_environment(&found.value, environment),
        _ => {
            table.report().warn(
                &found.place,
                "the secret stands in the configuration itself",
                "move it to a file that only tidewatch can read, and name that in `secret_file`",
            );
            Ok(found.value.clone())
        }
    };
    settle(table, &found, secret)
}

/// A path as written in config: `~/` is the home directory, a relative one starts at `dir`.
pub(super) fn path_from(text: &str, dir: &Path, environment: &Environment) -> PathBuf {
    match (text.strip_prefix("~/"), environment.get("HOME")) {
        (Some(rest), Some(home)) => Path::new(home).join(rest),
        _ => dir.join(text),
    }
}

fn from_file(path: &Path) -> Result<String, Wrong> {
    let unreadable = |why: String| {
        Wrong::new(
            format!("secret file {} {why}", path.display()),
            "write the secret into that file and let tidewatch read it, or name another file",
        )
    };
    let size = std::fs::metadata(path).map_err(|e| unreadable(format!("cannot be read: {e}")))?;
    if size.len() > LONGEST || !size.is_file() {
        return Err(unreadable("is no file of at most 64 KiB".to_owned()));
    }
    std::fs::read_to_string(path).map_err(|e| unreadable(format!("cannot be read: {e}")))
}

fn from_credential(name: &str, environment: &Environment) -> Result<String, Wrong> {
    let mut parts = Path::new(name).components();
    if !matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    ) {
        return Err(Wrong::new(
            format!("`{name}` is not the name of a credential"),
            "write the bare name given in the unit's LoadCredential=",
        ));
    }
    let Some(dir) = environment.get("CREDENTIALS_DIRECTORY") else {
        return Err(Wrong::new(
            format!("credential `{name}` cannot be read: CREDENTIALS_DIRECTORY is not set"),
            "run under systemd with LoadCredential=, or use `secret_file`",
        ));
    };
    from_file(&Path::new(dir).join(name))
}

fn from_environment(name: &str, environment: &Environment) -> Result<String, Wrong> {
    environment.get(name).map(str::to_owned).ok_or_else(|| {
        Wrong::new(
            format!("environment variable {name} is not set"),
            "set it, or use `secret_file`",
        )
    })
}

fn settle(
    table: &Table<'_>,
    found: &Found<'_, String>,
    secret: Result<String, Wrong>,
) -> Option<Secret> {
    let checked = secret.and_then(|text| {
        let text = text.trim_end();
        if text.is_empty() {
            return Err(Wrong::new("the secret is empty", "write the secret there"));
        }
        Ok(Secret::new(text))
    });
    match checked {
        Ok(secret) => Some(secret),
        Err(wrong) => {
            let place: Place<'_> = found.place.clone().hidden();
            table.report().fault(&place, wrong.message, wrong.remedy);
            None
        }
    }
}
