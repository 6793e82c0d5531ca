//! Faults: what is wrong, where, and what to do about it.

use std::fmt;

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, or the environment variable.
    pub file: String,
    /// Line, from 1; 0 where a fault has no place inside its file.
    pub line: usize,
    /// Column in characters, from 1; 0 likewise.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The line itself and the width of the offending part, unless it may hold a secret.
    pub shown: Option<(String, usize)>,
}

/// All faults of all files, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if let Some((text, width)) = &self.shown {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            // tabs are kept in the padding, so that the caret stands under its letter
            let padding: String = text
                .chars()
                .take(self.column.saturating_sub(1))
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let carets = "^".repeat((*width).max(1));
            write!(f, "\n  {number} | {text}\n  {gutter} | {padding}{carets}")?;
        }
        write!(f, "\n  help: {}", self.remedy)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            writeln!(f, "{fault}\n")?;
        }
        let n = self.0.len();
        write!(f, "{n} fault{}", if n == 1 { "" } else { "s" })
    }
}

impl std::error::Error for Faults {}
