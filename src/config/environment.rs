//! The process environment as a value, and the settings it overrides.
//!
//! `TIDEWATCH_` + the setting's name in capitals overrides it; `__` stands between a table and its
//! key: `TIDEWATCH_DATABASE`, `TIDEWATCH_HTTP__HOST_GAP`, `TIDEWATCH_HTTP__LIMITS__MAX_BODY`. Sources,
//! digests and channels are not reached this way. A `TIDEWATCH_` name that means nothing is a fault.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::report::{Place, Report, nearest};

const PREFIX: &str = "TIDEWATCH_";
/// Read elsewhere: by the command line, by benches and tests.
const ELSEWHERE: [&str; 3] = ["TIDEWATCH_CONFIG", "TIDEWATCH_EVAL", "TIDEWATCH_PICTURES"];
/// Short names for settings that are set often.
const ALIASES: [(&str, &str); 1] = [("TIDEWATCH_LOG", "TIDEWATCH_LOG__FILTER")];

/// Names and values of the environment. A name that is not Unicode is left out; in such a value
/// the bad bytes become replacement characters, and it then fails its own check.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| {
                    let value = value.to_string_lossy().into_owned();
                    Some((name.into_string().ok()?, value))
                })
                .collect(),
        )
    }

    /// The value of `name`, if set and not empty: unit and Compose files write `NAME=` for "unset".
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let owned = |(name, value): (N, V)| (name.into(), value.into());
        Self(pairs.into_iter().map(owned).collect())
    }
}

/// The environment seen as overrides of settings. It learns which names mean something from being
/// asked for them.
pub(super) struct Overrides<'e> {
    environment: &'e Environment,
    asked: RefCell<BTreeSet<String>>,
}

impl<'e> Overrides<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        Self {
            environment,
            asked: RefCell::default(),
        }
    }

    /// Name and value of the variable that overrides `setting` (`HTTP__HOST_GAP`), if it is set.
    pub(super) fn get(&self, setting: &str) -> Option<(String, &'e str)> {
        let full = format!("{PREFIX}{setting}");
        let alias = ALIASES.iter().find(|(_, long)| *long == full);
        let names = alias.map(|(short, _)| (*short).to_owned());
        let names = names.into_iter().chain([full]);
        let mut hit = None;
        for name in names {
            hit = self
                .environment
                .get(&name)
                .map(|text| (name.clone(), text))
                .or(hit);
            self.asked.borrow_mut().insert(name);
        }
        hit
    }

    /// Faults every `TIDEWATCH_` name that nothing asked for.
    pub(super) fn finish(&self, report: &Report) {
        let asked = self.asked.borrow();
        let ours = self
            .environment
            .0
            .keys()
            .filter(|name| name.starts_with(PREFIX));
        for name in ours {
            if asked.contains(name) || ELSEWHERE.contains(&name.as_str()) {
                continue;
            }
            // compared without what all of them begin with, which would make any two look alike
            let known = asked.iter().map(String::as_str).chain(ELSEWHERE);
            let known = known.filter_map(|name| name.strip_prefix(PREFIX));
            let near = name
                .strip_prefix(PREFIX)
                .and_then(|name| nearest(name, known));
            let remedy = match near {
                Some(near) => format!("did you mean `{PREFIX}{near}`?"),
                None => "unset it; the name is TIDEWATCH_ and a setting in capitals, with `__` \
                         between table and key: TIDEWATCH_HTTP__HOST_GAP"
                    .to_owned(),
            };
            let message = "no setting has this name";
            report.fault(&Place::Environment(name.clone()), message, remedy);
        }
    }
}
