//! The one road from the DDL of a database to rows: sources, dialect, spec and target in, an [`Outcome`] out.
//!
//! The command, the facade and whoever serves jobs over a network go it; nobody else puts a plan, a sink and a run
//! together.
//!
//! ```
//! use seedbed_job::{Job, Silent, Target};
//! use seedbed_schema_model::SourceMap;
//!
//! let ddl = "CREATE TABLE author (id int PRIMARY KEY);
//!            CREATE TABLE book (isbn char(13) PRIMARY KEY, author int NOT NULL REFERENCES author);";
//! let job = Job::new(SourceMap::of(ddl)).spec_text("seedbed.toml", "rows = 20\n[tables.book]\nrows = 50");
//! let outcome = job.run(Target::Memory, &mut Silent)?;
//! assert_eq!(outcome.row_count(), 70);
//! assert!(outcome.violations().is_empty(), "every row was checked on its way");
//! # Ok::<(), seedbed_job::JobError>(())
//! ```
//!
//! - [`Job`] holds what is wanted: DDL, dialect, spec ([`SpecSource`]), what overrides it ([`Overrides`]), [`Options`]
//!   with [`Limits`], and the [`CancelToken`](seedbed_datagen_core::CancelToken) that ends it.
//! - [`Job::read`] gives a [`ReadSchema`], [`Job::plan`] a [`PlannedJob`], [`Job::run`] goes on to a [`Target`].
//! - An [`Observer`] is told of phases, problems and progress; [`Silent`] is nobody.
//! - [`JobError`] is sorted by [`Fault`], and knows the places of what is wrong in the DDL and the spec.
//! - [`Outcome::report`] is the run for programs.
//! - [`Job::check`] checks files that are there already, whoever made them.
//!
//! The crate reads the files that it is told to read and a clock, writes where it is told to write, prints nothing, and
//! knows no arguments of a command line and no HTTP.
//!
//! Features: `parquet`, `zstd`, and a feature each for the databases that can be loaded into: `sqlite`, `postgres`,
//! `mysql`.

mod absent_parents;
mod check_outcome;
mod check_report;
mod checked_rows;
mod database;
mod defect;
mod encoding;
mod error;
mod file_feed;
mod files;
mod given_files;
mod job;
mod limits;
mod migration_folder;
mod observer;
mod options;
mod outcome;
mod overrides;
mod parts;
mod parts_error;
mod planned_job;
mod planning;
mod problem_entry;
mod problems;
mod read_schema;
mod report;
mod report_file;
mod rows_there;
mod sources;
mod spec_file;
mod target;
mod violations;

pub use absent_parents::AbsentParents;
pub use check_outcome::{CheckOutcome, CheckedFile};
pub use check_report::CheckReport;
pub use checked_rows::check_of_now;
pub use defect::Defect;
pub use encoding::{Encoding, UnknownEncoding, decode};
pub use error::{Fault, JobError, Kept};
pub use given_files::GivenFiles;
pub use job::Job;
pub use limits::Limits;
pub use observer::{Note, Observer, Phase, Silent};
pub use options::{CheckMemory, Checking, Options, Patience, Replace};
pub use outcome::{Outcome, TableResult};
pub use overrides::Overrides;
pub use parts::summary_file;
pub use parts_error::PartsError;
pub use planned_job::PlannedJob;
pub use problem_entry::ProblemEntry;
pub use problems::Problems;
pub use read_schema::ReadSchema;
pub use report::{ReportedTable, RunReport};
pub use report_file::ReportFile;
pub use rows_there::RowsThere;
pub use sources::{ReadSources, STDIN, read_sources};
pub use spec_file::{SPEC_FILE_NAME, SpecSource, SpecText};
pub use target::{Form, Target};
pub use violations::clipped;
