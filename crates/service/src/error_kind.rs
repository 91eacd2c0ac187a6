//! Whose fault it is that something was not done.

use crate::ServiceError;
use seedbed_edited_rows::EditError;
use seedbed_job::{Fault, JobError};
use seedbed_store::StoreError;

/// Whose fault it is, and so what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request's: change it.
    Invalid,
    /// It speaks of something that is not there.
    NotFound,
    /// Something has happened in between.
    Conflict,
    /// It is larger than it may be.
    TooLarge,
    /// It is understood, and can't be carried out.
    Unprocessable,
    /// There is too much to do: ask again.
    Busy,
    /// Not now: ask again.
    Unavailable,
    /// It took too long.
    Timeout,
    /// Ours, or the machine's.
    Internal,
}

impl ServiceError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::TooLong { what: "the schema", .. } => ErrorKind::TooLarge,
            Self::TooLong { .. }
            | Self::TooManyTables { .. }
            | Self::RowLimit { .. }
            | Self::RowBytes { .. }
            | Self::Invalid(_)
            | Self::UnknownFormat(_) => ErrorKind::Invalid,
            Self::NoQuestion(_)
            | Self::NotPossible { .. }
            | Self::KeyTaken
            | Self::NoCommand(_)
            | Self::NoAnswer(_)
            | Self::NothingToUndo(_) => ErrorKind::Unprocessable,
            Self::Advised(advised) => advised.error.kind(),
            Self::Advice(error) => advice_kind(&error.code),
            Self::Edit(error) => match &**error {
                EditError::Canceled => ErrorKind::Conflict,
                error if error.is_outside() => ErrorKind::Internal,
                _ => ErrorKind::Unprocessable,
            },
            Self::UnknownSchema(_) | Self::UnknownTable(_) => ErrorKind::NotFound,
            Self::Job(error) => match (error.fault(), &**error) {
                (Fault::Input, JobError::NoTable { .. } | JobError::UnsupportedProduct { .. }) => {
                    ErrorKind::Invalid
                }
                (Fault::Input, _) => ErrorKind::Unprocessable,
                (Fault::Limit, JobError::TimeLimit { .. }) => ErrorKind::Timeout,
                (Fault::Limit, _) => ErrorKind::Invalid,
                (Fault::Interrupted, _) => ErrorKind::Conflict,
                (Fault::Outside | Fault::Defect, _) => ErrorKind::Internal,
            },
            Self::Failed(failure) => match failure.code.as_str() {
                "canceled" | "version-conflict" => ErrorKind::Conflict,
                "timeout" => ErrorKind::Timeout,
                "unknown-version" | "unknown-dataset" => ErrorKind::NotFound,
                "store-full" | "store-read-only" | "stopping" | "interrupted" => ErrorKind::Unavailable,
                code if code.starts_with("ai-") => advice_kind(code),
                "internal" | "defect" | "store-outside" | "store-damaged" | "outside" => ErrorKind::Internal,
                _ => ErrorKind::Unprocessable,
            },
            Self::Store(error) => store_kind(error),
            Self::Query(error) => match (error.is_outside, error.code) {
                (_, "query-time-limit" | "query-memory-limit") => ErrorKind::Unprocessable,
                (_, "unknown-version") => ErrorKind::NotFound,
                (true, _) => ErrorKind::Unavailable,
                (false, _) => ErrorKind::Invalid,
            },
            Self::Elsewhere(_) => ErrorKind::Conflict,
            Self::QueueFull(_) => ErrorKind::Busy,
            Self::Stopping => ErrorKind::Unavailable,
            Self::TooSlow(_) => ErrorKind::Timeout,
            Self::Outside { .. } => ErrorKind::Internal,
        }
    }
}

/// Whose fault it is that there is no advice: that of the words, or of whoever would have to answer.
fn advice_kind(code: &str) -> ErrorKind {
    match code {
        "ai-overloaded" | "ai-unreachable" | "ai-server-failed" | "ai-client-failed" | "ai-quota-minute"
        | "ai-quota-day" | "ai-quota-none" | "ai-budget-day" | "ai-key-refused" | "ai-no-key"
        | "ai-model-unknown" | "ai-config-invalid" => ErrorKind::Unavailable,
        "ai-canceled" => ErrorKind::Conflict,
        "ai-timeout" => ErrorKind::Timeout,
        _ => ErrorKind::Unprocessable,
    }
}

fn store_kind(error: &StoreError) -> ErrorKind {
    match error {
        StoreError::UnknownDataset(_) | StoreError::UnknownVersion(_) | StoreError::UnknownJob(_) => {
            ErrorKind::NotFound
        }
        StoreError::UnknownColumn { .. } | StoreError::NoLiteral { .. } => ErrorKind::Invalid,
        StoreError::NotPossible { .. } => ErrorKind::Unprocessable,
        StoreError::JobOver { .. } | StoreError::OtherSchema { .. } | StoreError::VersionConflict { .. } => {
            ErrorKind::Conflict
        }
        StoreError::Full { .. } | StoreError::ReadOnly { .. } => ErrorKind::Unavailable,
        StoreError::Canceled => ErrorKind::Timeout,
        _ => ErrorKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_can_not_answer_now_is_asked_again() {
        for code in ["ai-overloaded", "ai-unreachable", "ai-quota-minute", "ai-budget-day", "ai-key-refused"]
        {
            assert_eq!(advice_kind(code), ErrorKind::Unavailable, "{code}");
        }
        for code in [
            "ai-unknown-column",
            "ai-unknown-table",
            "ai-edit-unreadable",
            "ai-edit-incomplete",
            "ai-other-table",
            "ai-value-unusable",
            "ai-no-proposal",
            "ai-no-answer",
            "ai-budget-job",
            "ai-blocked",
            "ai-malformed",
        ] {
            assert_eq!(advice_kind(code), ErrorKind::Unprocessable, "{code}");
        }
        assert_eq!(advice_kind("ai-timeout"), ErrorKind::Timeout);
    }
}
