//! The short way from DDL to rows.

use seedbed_datagen_core::{Part, Sink, Spec};
use seedbed_export::Resume;
use seedbed_job::{
    CheckOutcome, Form, GivenFiles, Job, JobError, Options, Outcome, Overrides, PlannedJob, ReadSources,
    Silent, SpecSource, Target,
};
use seedbed_schema_model::{Diagnostic, Dialect, Schema, SourceMap};
use std::path::Path;
use std::sync::Arc;

/// A schema and what is wanted of it. Setters can't fail; what is wrong is told, all at once, by [`Seedbed::plan`] and
/// by everything that makes rows. What is set here has the last word over the [`spec`](Seedbed::spec). Tables are named
/// as on the command line: bare, or with their schema.
#[derive(Clone, Debug)]
pub struct Seedbed {
    job: Job,
    overrides: Overrides,
    options: Options,
}

impl Seedbed {
    /// Reads DDL text of any dialect. Reading never fails: what could not be read is in [`Seedbed::problems`].
    pub fn from_ddl(text: &str) -> Self {
        Self::from_sources(SourceMap::of(text), None)
    }

    /// Reads several texts as one script: a map of them, or what [`read_sources`](seedbed_job::read_sources) gives. Without a
    /// dialect it is recognised.
    pub fn from_sources(sources: impl Into<ReadSources>, dialect: Option<Dialect>) -> Self {
        let job = Job::new(sources).dialect(dialect);
        Self { job, overrides: Overrides::default(), options: Options::default() }
    }

    /// Reads the text as this dialect.
    #[must_use]
    pub fn dialect(self, dialect: Dialect) -> Self {
        Self { job: self.job.dialect(dialect), ..self }
    }

    /// The schema that was read.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.job.schema().schema
    }

    /// What could not be read of it.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.job.schema().problems
    }

    /// A spec, in place of one before.
    #[must_use]
    pub fn spec(self, spec: Spec) -> Self {
        Self { job: self.job.spec(SpecSource::Value(spec)), ..self }
    }

    /// The seed; 0 when nobody says.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.overrides.seed = Some(seed);
        self
    }

    /// Rows of every table, or as many as fit; 100 when nobody says.
    #[must_use]
    pub fn rows(mut self, rows: u64) -> Self {
        self.overrides.rows = Some(rows);
        self
    }

    /// Rows of one table. More than it can hold is an error.
    #[must_use]
    pub fn rows_of(mut self, table: &str, rows: u64) -> Self {
        self.overrides.table_rows.push((table.to_owned(), rows));
        self
    }

    /// Share of NULLs in nullable columns, 0 to 1.
    #[must_use]
    pub fn null_rate(mut self, share: f64) -> Self {
        self.overrides.null_rate = Some(share);
        self
    }

    /// The language and country of names, addresses and the like, such as `fr-FR`.
    #[must_use]
    pub fn locale(mut self, tag: &str) -> Self {
        self.overrides.locale = Some(tag.to_owned());
        self
    }

    /// Infers references that the schema does not declare from names and types.
    #[must_use]
    pub fn infer_references(mut self) -> Self {
        self.overrides.infer_references = true;
        self
    }

    /// Only these tables, and all that they must refer to.
    #[must_use]
    pub fn only<T: Into<String>>(mut self, tables: impl IntoIterator<Item = T>) -> Self {
        self.overrides.only = Some(tables.into_iter().map(Into::into).collect());
        self
    }

    /// Threads that make rows; 1 when nobody says. No byte depends on it.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.run.threads = threads.max(1);
        self
    }

    /// Only one share of each table's rows.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.options.run.part = part;
        self
    }

    /// The same as a [`Job`]: with an observer, limits, a token that cancels it.
    pub fn job(&self) -> Job {
        self.job.clone().overrides(self.overrides.clone()).options(self.options)
    }

    /// Decides everything, and makes nothing yet.
    ///
    /// # Errors
    /// [`JobError::Plan`] with every reason why it can't be done, [`JobError::NoTable`].
    pub fn plan(&self) -> Result<PlannedJob, JobError> {
        self.job().plan(&mut Silent)
    }

    /// Hands the rows to a sink of your own: a [`Sink`], or a closure by [`sink_fn`](seedbed_datagen_core::sink_fn).
    ///
    /// ```
    /// use seedbed::{Seedbed, datagen::{Batch, sink_fn}};
    /// let mut rows = 0;
    /// let sink = sink_fn(|batch: &Batch| {
    ///     rows += batch.rows.num_rows();
    ///     Ok(())
    /// });
    /// Seedbed::from_ddl("CREATE TABLE genre (id int PRIMARY KEY, name text NOT NULL);").rows(20).to_sink(sink)?;
    /// assert_eq!(rows, 20);
    /// # Ok::<(), seedbed::job::JobError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Run`].
    pub fn to_sink(&self, sink: impl Sink) -> Result<Outcome, JobError> {
        self.to(Target::Sink(Box::new(sink)))
    }

    /// Writes a folder of CSV files, one a table.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Export`], [`JobError::Run`].
    pub fn to_csv_folder(&self, folder: impl AsRef<Path>) -> Result<Outcome, JobError> {
        self.to_folder(folder.as_ref(), Form::Csv)
    }

    /// Writes a folder of Parquet files, one a table.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Export`], [`JobError::Run`].
    #[cfg(feature = "parquet")]
    pub fn to_parquet_folder(
        &self,
        folder: impl AsRef<Path>,
        compression: seedbed_export::ParquetCompression,
    ) -> Result<Outcome, JobError> {
        self.to_folder(folder.as_ref(), Form::Parquet(compression))
    }

    /// Writes a ZIP of CSV files with the schema, a manifest and a load script.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Export`], [`JobError::Run`].
    pub fn to_zip(&self, file: impl AsRef<Path>) -> Result<Outcome, JobError> {
        self.to(Target::Zip(file.as_ref().to_owned()))
    }

    /// Loads into an SQLite file, in one transaction; a new file is made from the schema. What the file holds already
    /// stays, and keys go on after it.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Load`].
    #[cfg(feature = "sqlite")]
    pub fn to_sqlite(&self, file: impl Into<std::path::PathBuf>) -> Result<Outcome, JobError> {
        self.to_database(seedbed_load::DatabaseTarget::Sqlite { path: file.into() })
    }

    /// Loads into the tables of a PostgreSQL database, in one transaction.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Load`].
    #[cfg(feature = "postgres")]
    pub fn to_postgres(&self, url: impl AsRef<str>) -> Result<Outcome, JobError> {
        self.to_server(seedbed_load::DatabaseTarget::postgres(url.as_ref()))
    }

    /// Loads into the tables of a MySQL or MariaDB database, in one transaction.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::Load`].
    #[cfg(feature = "mysql")]
    pub fn to_mysql(&self, url: impl AsRef<str>) -> Result<Outcome, JobError> {
        self.to_server(seedbed_load::DatabaseTarget::mysql(url.as_ref()))
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn to_server(
        &self,
        target: Result<seedbed_load::DatabaseTarget, seedbed_load::LoadError>,
    ) -> Result<Outcome, JobError> {
        self.to_database(target.map_err(|error| JobError::Load(Box::new(error)))?)
    }

    /// Loads into a database. Tables whose rows it refuses are left out, which the outcome tells.
    ///
    /// When no dialect was asked for and the text leaves it open, it is read as the target's.
    ///
    /// # Errors
    /// Those of [`Seedbed::plan`], [`JobError::WrongDialect`], [`JobError::Load`].
    pub fn to_database(&self, target: seedbed_load::DatabaseTarget) -> Result<Outcome, JobError> {
        self.to(Target::Database(target))
    }

    /// Checks files in a folder or a ZIP, whoever made them, against every constraint. [`job`](Self::job) takes files in which NULL
    /// is written in another way than in ours.
    ///
    /// ```
    /// use seedbed::Seedbed;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path().join("data");
    /// let seedbed = Seedbed::from_ddl("CREATE TABLE genre (id int PRIMARY KEY, name text NOT NULL);").rows(20);
    /// seedbed.to_csv_folder(&folder)?;
    /// assert_eq!(seedbed.check_files(&folder)?.report.violations(), 0);
    /// # Ok::<(), seedbed::job::JobError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Job::check`].
    pub fn check_files(&self, path: impl AsRef<Path>) -> Result<CheckOutcome, JobError> {
        self.job().check(&GivenFiles::at(path.as_ref()), &mut Silent)
    }

    /// Goes the whole road to a target; rows are checked by nobody but a database. [`Seedbed::job`] checks them too.
    fn to(&self, target: Target<'_>) -> Result<Outcome, JobError> {
        self.job().checking(seedbed_job::Checking::Off).run(target, &mut Silent)
    }

    fn to_folder(&self, folder: &Path, form: Form) -> Result<Outcome, JobError> {
        self.to(Target::Folder { path: folder.to_owned(), form, resume: Resume::Anew })
    }
}
