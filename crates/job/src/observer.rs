//! What is told of a job while it goes on.

use crate::ReadSchema;
use seedbed_datagen_core::Progress;
use seedbed_load::LoadNote;
use std::fmt;

/// Is told of a job while it goes on, always on the thread that runs the job. Every method does nothing unless it is
/// written. To end the job use its [`CancelToken`](seedbed_datagen_core::CancelToken).
///
/// ```
/// use seedbed_job::{Job, Observer, Phase, Target};
/// use seedbed_schema_model::SourceMap;
///
/// #[derive(Default)]
/// struct Phases(Vec<Phase>);
/// impl Observer for Phases {
///     fn phase(&mut self, phase: Phase) {
///         self.0.push(phase);
///     }
/// }
///
/// let mut seen = Phases::default();
/// Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);")).run(Target::Null, &mut seen)?;
/// assert_eq!(seen.0, [Phase::Reading, Phase::Planning, Phase::Writing]);
/// # Ok::<(), seedbed_job::JobError>(())
/// ```
pub trait Observer {
    /// A phase begins.
    fn phase(&mut self, phase: Phase) {
        let _ = phase;
    }

    /// The schema has been read, with [problems](ReadSchema::problems) that don't hinder the job. Once a job.
    fn schema_read(&mut self, read: &ReadSchema) {
        let _ = read;
    }

    /// Something that a person should know.
    fn note(&mut self, note: &Note) {
        let _ = note;
    }

    /// A table begins, or has got further rows: once a batch. A database that refuses rows may begin again from the
    /// first table.
    fn progress(&mut self, progress: Progress) {
        let _ = progress;
    }
}

impl<O: Observer + ?Sized> Observer for &mut O {
    fn phase(&mut self, phase: Phase) {
        (**self).phase(phase);
    }

    fn schema_read(&mut self, read: &ReadSchema) {
        (**self).schema_read(read);
    }

    fn note(&mut self, note: &Note) {
        (**self).note(note);
    }

    fn progress(&mut self, progress: Progress) {
        (**self).progress(progress);
    }
}

/// An observer that nothing is of interest to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// What a job is doing. A job for files goes through [`Reading`](Self::Reading), [`Planning`](Self::Planning) and
/// [`Writing`](Self::Writing) once; one for a database connects before it plans, and plans and writes again without
/// what the database refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Reads the DDL and the spec.
    Reading,
    /// Connects to a database and looks at what it holds.
    Connecting,
    /// Decides what each column holds.
    Planning,
    /// Makes rows and hands them to the target.
    Writing,
    /// Reads files and checks their rows.
    Checking,
}

impl fmt::Display for Phase {
    /// What is being done.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reading => "reading schema and spec",
            Self::Connecting => "looking at the database",
            Self::Planning => "planning",
            Self::Writing => "writing rows",
            Self::Checking => "checking files",
        })
    }
}

/// Something that a person should know about a job; its text is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Nobody named a spec, and there was one in the current folder.
    SpecFound {
        /// Its name.
        name: String,
    },
    /// The server may refuse rows of these tables for a reason that only it knows: the script that loads them goes on
    /// without them.
    MayBeLeftOut {
        /// Their names.
        tables: Vec<String>,
    },
    /// What a load did besides adding rows.
    Loaded(LoadNote),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SpecFound { name } => write!(f, "using the spec `{name}` of this folder"),
            Self::MayBeLeftOut { tables } => {
                let names: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
                write!(
                    f,
                    "the server may refuse rows of {} for reasons that it alone knows, such as triggers: the script goes on \
                     without them and tells",
                    names.join(", ")
                )
            }
            Self::Loaded(note) => note.fmt(f),
        }
    }
}
