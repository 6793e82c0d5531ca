//! A value as it stands in a file or in the environment, before any check.

use toml::de::DeValue;

use super::report::{Place, Report};

/// A value not yet checked.
pub(super) struct Value<'a> {
    /// The value itself.
    pub(super) raw: Raw<'a>,
    /// Where it stands.
    pub(super) place: Place<'a>,
    /// Under which key.
    pub(super) key: &'static str,
}

/// Where a value can come from.
pub(super) enum Raw<'a> {
    /// From a file.
    Toml(&'a DeValue<'a>),
    /// From an environment variable.
    Environment(&'a str),
}

impl<'a> Value<'a> {
    /// Its text, if it is one and not empty; else a fault.
    pub(super) fn text(&self, report: &Report) -> Option<&'a str> {
        let text = match self.raw {
            Raw::Environment(text) => text,
            Raw::Toml(DeValue::String(text)) => text.as_ref(),
            Raw::Toml(_) => {
                let remedy = format!("put it in quotes: `{} = \"…\"`", self.key);
                self.wrong_type(report, "a text", &remedy);
                return None;
            }
        };
        if text.trim().is_empty() {
            report.fault(
                &self.place,
                format!("`{}` is empty", self.key),
                "write a value, or take the line out",
            );
            return None;
        }
        Some(text)
    }

    /// Faults a value of another type than `expected`.
    pub(super) fn wrong_type(&self, report: &Report, expected: &str, remedy: &str) {
        let found = match self.raw {
            Raw::Environment(_) => "a text",
            Raw::Toml(value) => type_of(value),
        };
        let message = format!("`{}` must be {expected}, not {found}", self.key);
        report.fault(&self.place, message, remedy);
    }
}

/// What a TOML value is called.
pub(super) fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
