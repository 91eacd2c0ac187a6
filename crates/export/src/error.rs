//! Why an export can't begin or end.

use crate::ScriptForm;
use seedbed_schema_model::Dialect;
use std::io;
use std::path::PathBuf;

/// What went wrong with the place that is exported to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The folder holds files that no earlier run wrote.
    #[error("folder `{}` holds `{found}`, which is not from an earlier run", folder.display())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
        /// One of the files.
        found: String,
    },
    /// A folder was asked for where a file is, or the other way round.
    #[error("`{}` is not a {wanted}", path.display())]
    WrongKind {
        /// The path.
        path: PathBuf,
        /// `folder` or `file`.
        wanted: &'static str,
    },
    /// There is a link to what does not exist.
    #[error("`{}` is a link to what is not there", path.display())]
    DanglingLink {
        /// The link.
        path: PathBuf,
    },
    /// There is a file that no earlier run wrote.
    #[error("`{}` is not from an earlier run", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Others could have put anything into a folder that is to be this run's alone.
    #[error("`{}` is a link, another user's, or others can write to it", folder.display())]
    Unowned {
        /// The folder.
        folder: PathBuf,
    },
    /// A format of files that was not compiled in.
    #[error("`{format}` was left out when this program was built")]
    FormatLeftOut {
        /// The format, which is the name of the feature as well.
        format: &'static str,
    },
    /// A form of script that no client of the dialect's servers reads.
    #[error("there are no scripts of {form} for {dialect}")]
    NoScript {
        /// The form.
        form: ScriptForm,
        /// The dialect.
        dialect: Dialect,
    },
    /// Another run is writing to the same place.
    #[error("another run is writing `{}`", folder.display())]
    Busy {
        /// The place.
        folder: PathBuf,
    },
    /// What an earlier run left unfinished are other rows than those wanted now.
    #[error("what is unfinished of `{}` was made from another schema, spec, seed, part, form or version", folder.display())]
    ChangedPlan {
        /// The place.
        folder: PathBuf,
    },
    /// A file that an earlier run left unfinished is not as that run wrote it.
    #[error("`{}` is not as the earlier run wrote it", file.display())]
    DamagedPart {
        /// The file.
        file: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was being attempted.
        doing: &'static str,
        /// With which path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ExportError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FolderInUse { .. } => "export-folder-in-use",
            Self::WrongKind { .. } => "export-wrong-kind",
            Self::DanglingLink { .. } => "export-dangling-link",
            Self::NotOurs { .. } => "export-not-ours",
            Self::Unowned { .. } => "export-unowned",
            Self::FormatLeftOut { .. } => "export-format-left-out",
            Self::NoScript { .. } => "export-no-script",
            Self::Busy { .. } => "export-busy",
            Self::ChangedPlan { .. } => "export-changed-plan",
            Self::DamagedPart { .. } => "export-damaged-part",
            Self::Io { .. } => "export-io",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::FolderInUse { .. } => {
                Some("choose an empty or a new folder, or empty this one yourself".to_owned())
            }
            Self::WrongKind { .. } => Some("choose another name".to_owned()),
            Self::DanglingLink { .. } => Some("remove the link, or make what it leads to".to_owned()),
            Self::NotOurs { .. } => Some("choose another name; `--force` replaces it".to_owned()),
            Self::Unowned { .. } => Some("remove it, or choose a folder that is yours alone".to_owned()),
            Self::FormatLeftOut { format } => Some(format!("build it with `--features {format}`")),
            Self::NoScript { form: ScriptForm::Copy, .. } => {
                Some("COPY is PostgreSQL's: choose `sql`, a script of INSERTs".to_owned())
            }
            Self::NoScript { form: ScriptForm::Insert, .. } => Some("choose files, such as `csv`".to_owned()),
            Self::Busy { .. } => Some("wait for its end, or choose another name".to_owned()),
            Self::ChangedPlan { .. } | Self::DamagedPart { .. } => {
                Some("without `--resume` the run begins anew".to_owned())
            }
            Self::Io { .. } => None,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
