//! A series of numbers as evidence: how something went over time, small enough to be kept with a finding.

use std::fmt::Write as _;

use jiff::SignedDuration;

use super::Evidence;

/// Name of the evidence that holds one.
const KIND: &str = "series";
/// Stands where a value is not known, which is not zero.
const UNKNOWN: &str = "-";

/// Numbers at equal steps, oldest first; the last step ends when the finding was detected.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What is counted: `items`, `views`…
    pub of: String,
    /// Length of one step.
    pub step: SignedDuration,
    /// One value a step; `None` where it is not known.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// As evidence: what is counted as place, the step before, the values after.
    pub fn evidence(&self) -> Evidence {
        let mut values = String::new();
        for value in &self.values {
            if !values.is_empty() {
                values.push(' ');
            }
            match value {
                Some(value) => _ = write!(values, "{value}"),
                None => values.push_str(UNKNOWN),
            }
        }
        Evidence {
            kind: KIND.to_owned(),
            before: Some(format!("{:#}", self.step)),
            after: Some(values),
            place: Some(self.of.clone()),
        }
    }

    /// Reads one back; `None` if it is other evidence or says nothing.
    pub fn of(evidence: &Evidence) -> Option<Self> {
        let (KIND, Some(step), Some(values), Some(of)) = (
            evidence.kind.as_str(),
            &evidence.before,
            &evidence.after,
            &evidence.place,
        ) else {
            return None;
        };
        let step: SignedDuration = step.parse().ok()?;
        let values: Vec<Option<f64>> = values
            .split_ascii_whitespace()
            .map(|text| text.parse().ok().filter(|value: &f64| value.is_finite()))
            .collect();
        (step.is_positive() && values.iter().any(Option::is_some)).then(|| Self {
            of: of.clone(),
            step,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let series = Series {
            of: "views".to_owned(),
            step: SignedDuration::from_mins(90),
            values: vec![Some(0.0), None, Some(12.5), Some(1e9)],
        };
        let evidence = series.evidence();
        assert_eq!(evidence.after.as_deref(), Some("0 - 12.5 1000000000"));
        assert_eq!(Series::of(&evidence), Some(series));
        for (step, values) in [
            ("0s", "1"),
            ("1h", "-"),
            ("1h", ""),
            ("soon", "1"),
            ("1h", "NaN"),
        ] {
            let odd = Evidence {
                before: Some(step.to_owned()),
                after: Some(values.to_owned()),
                ..evidence.clone()
            };
            assert_eq!(Series::of(&odd), None, "{step} {values}");
        }
    }
}
