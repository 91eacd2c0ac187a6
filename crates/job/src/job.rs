//! The job: what is wanted, from sources to a target.

use crate::defect::caught;
use crate::limits::Stop;
use crate::read_schema::ReadFor;
use crate::{
    CheckOutcome, Checking, GivenFiles, JobError, Kept, Limits, Note, Observer, Options, Outcome, Overrides,
    Phase, PlannedJob, ReadSchema, ReadSources, SPEC_FILE_NAME, Silent, SpecSource, SpecText, Target,
    database, given_files, planning,
};
use seedbed_datagen_core::{CancelToken, Request, RunOptions, Spec};
use seedbed_planner::PlanError;
use seedbed_rows::Plan;
use seedbed_schema_model::{Diagnostic, Dialect, SourceMap};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What is wanted: rows for this DDL, by this spec. Setters can't fail; what is wrong with the spec or the schema is told,
/// all at once, by [`plan`](Self::plan) and [`run`](Self::run).
///
/// ```
/// use seedbed_job::{Job, JobError, Silent, Target};
/// use seedbed_schema_model::{Dialect, SourceMap};
/// let job = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);"))
///     .dialect(Dialect::Sqlite)
///     .spec_text("seedbed.toml", "[tables.flim]\nrows = 3");
/// let error = job.run(Target::Null, &mut Silent).unwrap_err();
/// assert!(matches!(&error, JobError::Plan { errors, .. } if errors[0].code() == "spec-unknown-table"));
/// let problems = error.problems();
/// let place = problems[0].sources.unwrap().locate(problems[0].list[0].span.unwrap()).unwrap();
/// assert_eq!((place.0.name.as_str(), place.1.line), ("seedbed.toml", 1));
/// ```
#[derive(Clone, Debug)]
pub struct Job {
    sources: Arc<SourceMap>,
    /// What is to be told of how they were read.
    notes: Vec<Diagnostic>,
    dialect: Option<Dialect>,
    /// The schema, read for no database.
    read: OnceLock<Arc<ReadSchema>>,
    spec: SpecSource,
    overrides: Overrides,
    options: Options,
    cancel: CancelToken,
}

impl Job {
    /// Rows for what these texts declare, run one after the other as one script.
    pub fn new(sources: impl Into<ReadSources>) -> Self {
        let ReadSources { sources, notes } = sources.into();
        Self {
            sources: Arc::new(sources),
            notes,
            dialect: None,
            read: OnceLock::new(),
            spec: SpecSource::default(),
            overrides: Overrides::default(),
            options: Options::default(),
            cancel: CancelToken::new(),
        }
    }

    /// The dialect of the texts. It is recognised when nobody says, with an eye to the database that is the target.
    #[must_use]
    pub fn dialect(self, dialect: impl Into<Option<Dialect>>) -> Self {
        Self { dialect: dialect.into(), read: OnceLock::new(), ..self }
    }

    /// The spec, in place of one before.
    #[must_use]
    pub fn spec(self, spec: SpecSource) -> Self {
        Self { spec, ..self }
    }

    /// The spec as TOML, and the name under which problems show it.
    #[must_use]
    pub fn spec_text(self, name: &str, text: &str) -> Self {
        self.spec(SpecSource::Text { name: name.to_owned(), text: text.to_owned() })
    }

    /// The spec as a file, which must exist; without a name [`SPEC_FILE_NAME`] of the current folder, if it is there.
    #[must_use]
    pub fn spec_file(self, path: Option<PathBuf>) -> Self {
        self.spec(path.map_or(SpecSource::CurrentFolder, SpecSource::File))
    }

    /// What has the last word over the spec, in place of what had it before.
    #[must_use]
    pub fn overrides(self, overrides: Overrides) -> Self {
        Self { overrides, ..self }
    }

    /// How to carry it out.
    #[must_use]
    pub fn options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// Threads, batches and the share of the rows.
    #[must_use]
    pub fn run_options(mut self, run: RunOptions) -> Self {
        self.options.run = run;
        self
    }

    /// Whether rows are checked on their way.
    #[must_use]
    pub fn checking(mut self, checking: Checking) -> Self {
        self.options.checking = checking;
        self
    }

    /// What it may cost.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// The token that ends the job, whatever it is doing: it is looked at before each phase, all the time when planning
    /// or waiting for a database, and between two batches when making rows.
    #[must_use]
    pub fn cancel(self, cancel: CancelToken) -> Self {
        Self { cancel, ..self }
    }

    /// The schema as far as it can be read, be it without a table. It is read once, for no database.
    pub fn schema(&self) -> &Arc<ReadSchema> {
        self.read.get_or_init(|| Arc::new(self.parse(ReadFor::Text)))
    }

    /// The schema.
    ///
    /// # Errors
    /// [`JobError::NoTable`] when the texts declare none, [`JobError::UnsupportedProduct`] when they are for another product,
    /// [`JobError::Defect`].
    pub fn read(&self) -> Result<Arc<ReadSchema>, JobError> {
        caught(None, &mut Silent, || Kept::Nothing, |_| self.with_tables(Arc::clone(self.schema())))
    }

    /// Decides everything, and makes nothing yet. The plan is for an empty target, or for what the texts put into it.
    ///
    /// # Errors
    /// Every reason of schema and spec why it can't be done: [`JobError::NoTable`], [`JobError::Spec`],
    /// [`JobError::Plan`]; [`JobError::Read`] for a spec that can't be read; [`JobError::Interrupted`],
    /// [`JobError::TimeLimit`], [`JobError::Defect`].
    pub fn plan(&self, observer: &mut dyn Observer) -> Result<PlannedJob, JobError> {
        let work = |observer: &mut dyn Observer| self.prepare(ReadFor::Text, observer)?.planned(observer);
        caught(None, observer, || Kept::Nothing, work)
    }

    /// Goes the whole road, from the texts to rows in the target.
    ///
    /// # Errors
    /// Those of [`plan`](Self::plan) and of [`PlannedJob::run`]. After any of them nothing looks complete, and a database
    /// is as it was, unless a [`LoadError`](seedbed_load::LoadError) says something else.
    pub fn run(&self, target: Target<'_>, observer: &mut dyn Observer) -> Result<Outcome, JobError> {
        match target {
            Target::Database(target) => {
                let work = |observer: &mut dyn Observer| {
                    let prepared = self.prepare(ReadFor::Database(target.dialect()), observer)?;
                    database::fill(&prepared, &target, observer)
                };
                caught(None, observer, || Kept::Database, work)
            }
            target => self.plan(observer)?.run(target, observer),
        }
    }

    /// Checks files that are there already against every constraint of the schema, on as many threads as the options say
    /// and with their memory for keys. The spec plays no part.
    ///
    /// ```
    /// use seedbed_job::{GivenFiles, Job, Silent};
    /// use seedbed_schema_model::SourceMap;
    /// # let folder = tempfile::tempdir().unwrap();
    /// std::fs::write(folder.path().join("film.csv"), "id\n1\n2\n2\n").unwrap();
    /// let job = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);"));
    /// let outcome = job.check(&GivenFiles::at(folder.path()), &mut Silent)?;
    /// assert_eq!(outcome.report.summary.pk_duplicates, 1);
    /// assert!(outcome.violations()[0].message.contains("row 2 (`film.csv`:4): id = 2"));
    /// # Ok::<(), seedbed_job::JobError>(())
    /// ```
    ///
    /// # Errors
    /// [`JobError::NoTable`], [`JobError::NoFiles`]; [`JobError::Import`] and [`JobError::Check`] for the outside world;
    /// [`JobError::Interrupted`], [`JobError::TimeLimit`], [`JobError::Defect`]. What is wrong in a file is no error: see
    /// [`CheckOutcome::problems`].
    pub fn check(&self, files: &GivenFiles, observer: &mut dyn Observer) -> Result<CheckOutcome, JobError> {
        let stop = Stop::new(&self.cancel, self.options.limits);
        let work = |observer: &mut dyn Observer| {
            observer.phase(Phase::Reading);
            let read = self.read()?;
            observer.schema_read(&read);
            observer.phase(Phase::Checking);
            given_files::check(read, files, &self.options, &stop)
        };
        caught(None, observer, || Kept::Nothing, work)
    }

    /// Reads schema and spec.
    fn prepare(&self, purpose: ReadFor, observer: &mut dyn Observer) -> Result<PreparedJob, JobError> {
        let stop = Stop::new(&self.cancel, self.options.limits);
        observer.phase(Phase::Reading);
        let read = self.with_tables(match purpose {
            ReadFor::Text => Arc::clone(self.schema()),
            ReadFor::Database(_) => Arc::new(self.parse(purpose)),
        })?;
        observer.schema_read(&read);
        let (spec, spec_text) = self.spec.read()?;
        if self.spec == SpecSource::CurrentFolder && spec_text.is_some() {
            observer.note(&Note::SpecFound { name: SPEC_FILE_NAME.to_owned() });
        }
        let request = Request {
            spec: self.overrides.applied(spec, &read.schema),
            only: self.overrides.only.clone(),
            // The spec may speak of tables that this run leaves alone; who names one beside `only` means it.
            expected: self.overrides.table_rows.iter().map(|(name, _)| name.clone()).collect(),
            existing: read.existing.clone(),
            inserted: read.existing.known_rows(),
            cancel: stop.token(),
            budget: self.options.limits.planning(),
            ..Request::default()
        };
        Ok(PreparedJob { read, spec_text, request, options: self.options, stop })
    }

    fn parse(&self, purpose: ReadFor) -> ReadSchema {
        ReadSchema::parse(&self.sources, &self.notes, self.dialect, purpose)
    }

    fn with_tables(&self, read: Arc<ReadSchema>) -> Result<Arc<ReadSchema>, JobError> {
        if let Some(product) = read.unsupported.clone() {
            return Err(JobError::UnsupportedProduct { product });
        }
        if read.schema.tables.is_empty() {
            return Err(JobError::NoTable { read, dialect_was_given: self.dialect.is_some() });
        }
        Ok(read)
    }
}

/// A job whose schema and spec have been read.
#[derive(Clone, Debug)]
pub(crate) struct PreparedJob {
    pub(crate) read: Arc<ReadSchema>,
    pub(crate) spec_text: Option<SpecText>,
    pub(crate) request: Request,
    pub(crate) options: Options,
    pub(crate) stop: Stop,
}

impl PreparedJob {
    fn planned(self, observer: &mut dyn Observer) -> Result<PlannedJob, JobError> {
        observer.phase(Phase::Planning);
        let plan = self.plan(&self.request).map_err(|errors| self.no_plan(errors, Kept::Nothing))?;
        Ok(PlannedJob::new(Arc::new(self), Arc::new(plan)))
    }

    /// Plans a request for the schema.
    pub(crate) fn plan(&self, request: &Request) -> Result<Plan, Vec<PlanError>> {
        planning::plan(&self.read.schema, request)
    }

    /// Why there is no plan.
    pub(crate) fn no_plan(&self, errors: Vec<PlanError>, kept: Kept) -> JobError {
        if errors.contains(&PlanError::Canceled) {
            return self.stop.stopped(kept);
        }
        JobError::Plan { errors, read: Arc::clone(&self.read), spec: self.spec_text.clone() }
    }

    /// The spec, with what overrides it.
    pub(crate) fn spec(&self) -> &Spec {
        &self.request.spec
    }
}
