//! Why the checks of shares of the rows can't be joined.

use std::io;
use std::path::PathBuf;

/// Why the summaries of shares are not those of all rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A file can't be read, or is no summary.
    #[error("cannot read the summary `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A summary can't be written.
    #[error("cannot write the summary `{}`", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The rows of a summary are not those that were asked for.
    #[error("`{}` is of other rows", path.display())]
    OtherRows {
        /// The file.
        path: PathBuf,
    },
    /// Two summaries are of the same share, or the shares are not of the same number.
    #[error("`{}` is of share {index} of {count}, which does not go with the others", path.display())]
    OtherShare {
        /// The file.
        path: PathBuf,
        /// Its share.
        index: u64,
        /// Of how many.
        count: u64,
    },
    /// Shares without a summary.
    #[error("of {count} shares {} are missing: {}", missing.len(), list(missing))]
    Missing {
        /// How many shares there are.
        count: u64,
        /// Those without a summary.
        missing: Vec<u64>,
    },
}

fn list(missing: &[u64]) -> String {
    let shown: Vec<String> = missing.iter().take(10).map(u64::to_string).collect();
    shown.join(", ") + if missing.len() > shown.len() { ", …" } else { "" }
}

impl PartsError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "summary-unreadable",
            Self::Unwritable { .. } => "summary-unwritable",
            Self::OtherRows { .. } => "summary-of-other-rows",
            Self::OtherShare { .. } => "summary-of-other-share",
            Self::Missing { .. } => "summaries-missing",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::OtherRows { .. } => Some(
                "schema, spec, seed, numbers of rows and version must be those that the parts were made with",
            ),
            Self::OtherShare { .. } | Self::Missing { .. } => {
                Some("each run with `--part I/N` leaves one beside its folder, `DIR.check`")
            }
            Self::Unreadable { .. } | Self::Unwritable { .. } => None,
        }
    }
}
