//! Why a question has no answer.

use crate::store::StoreError;

/// Why a question has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueryError {
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Neither a version nor a time.
    #[error(
        "`{0}` is neither a version nor a time; write v12, -1 for the one before the latest, 2026-05-31 or 2026-05-31T14:00"
    )]
    BadVersion(String),
    /// The source has no text then.
    #[error(
        "source `{source_id}` has no text {when}; `tidewatch history {source_id}` shows what there is"
    )]
    NoVersion {
        /// The source asked about.
        source_id: String,
        /// When or which, in words.
        when: String,
    },
    /// The version belongs to another source.
    #[error("{version} is a version of `{owner}`, not of `{asked}`")]
    OtherSource {
        /// The version asked for.
        version: String,
        /// Its source.
        owner: String,
        /// The source asked about.
        asked: String,
    },
    /// The raw body is gone or was never kept.
    #[error(
        "no raw body of `{source_id}` is kept {when}; raw bodies follow the retention setting, texts stay"
    )]
    NoBody {
        /// The source asked about.
        source_id: String,
        /// When or which, in words.
        when: String,
    },
}
