//! Rows into files, into memory, or into a sink of the caller's own.

use crate::checked_rows::{CheckedRows, CheckedSink};
use crate::parts;
use crate::planned_job::rows_of;
use crate::{
    Checking, Form, JobError, Kept, Note, Observer, Outcome, Phase, PlannedJob, Replace, TableResult, Target,
};
use seedbed_datagen_core::{CancelToken, Part, Progress, RunError, RunObserver, Sink, run};
#[cfg(not(feature = "parquet"))]
use seedbed_export::ExportError;
#[cfg(feature = "parquet")]
use seedbed_export::Parquet;
use seedbed_export::{
    BundleContents, Csv, Folder, JsonLines, MemorySink, NullSink, Provenance, Resume, Rows, ZipBundle,
    plan_digest, unfinished_folder,
};
use seedbed_load_plan::LoadPlan;
use seedbed_rows::Plan;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Makes the plan's rows and hands them to the target's sink: the only place where plan, sink and run come together.
pub(crate) fn write(
    job: &PlannedJob,
    target: Target<'_>,
    observer: &mut dyn Observer,
) -> Result<Outcome, JobError> {
    let (plan, run_options) = (&*job.plan, &job.options.run);
    job.stop.check_rows(rows_of(plan, run_options.part))?;
    observer.phase(Phase::Writing);
    let resumable = resumable(&target);
    let has_script = matches!(target, Target::Zip(_));
    let mut rows = matches!(target, Target::Memory).then(Rows::new);
    let files = open(job, target, rows.as_mut())?;
    // A share of the rows can't be judged alone: its parents may be in another. What it leaves behind can be joined.
    let part = run_options.part;
    let judged = job.options.checking == Checking::On && (part == Part::WHOLE || resumable.is_some());
    let checked = judged.then(|| {
        CheckedRows::new(plan, job.read(), plan.schema(), job.options.check_memory, part, job.stop.token())
            .at(plan.assumed_now())
    });
    let mut watched =
        WatchedRun { observer: &mut *observer, stop: job.stop.token(), checked: checked.as_ref() };
    let ran = match &checked {
        Some(rows) => run(rows, run_options, CheckedSink::new(files, rows), &mut watched),
        None => run(plan, run_options, files, &mut watched),
    };
    let failed = checked.as_ref().is_some_and(CheckedRows::has_failed);
    ran.or_else(|error| match error {
        // The check stopped the run, and says why below.
        RunError::Canceled if failed => Ok(()),
        RunError::Canceled => Err(job.stop.stopped(kept(resumable.clone()))),
        error => Err(JobError::Run(error)),
    })?;
    let validation = match (checked, &resumable) {
        (Some(rows), Some(folder)) if part != Part::WHOLE => {
            parts::write_summary(job, folder, rows)?;
            None
        }
        (checked, _) => checked.map(CheckedRows::finish).transpose().map_err(|error| {
            if job.stop.token().is_canceled() { job.stop.stopped(Kept::Nothing) } else { error }
        })?,
    };
    let notes: Vec<Note> = at_risk(plan).filter(|_| has_script).into_iter().collect();
    notes.iter().for_each(|note| observer.note(note));
    Ok(Outcome { validation, rows, notes, ..outcome(job) })
}

/// The tables whose rows the server may refuse when a script loads them.
fn at_risk(plan: &Plan) -> Option<Note> {
    let load = LoadPlan::of(plan);
    let at_risk = load.tables.iter().filter(|t| t.rows > 0 && t.may_be_refused);
    let tables: Vec<String> = at_risk.map(|t| plan.schema()[t.table].name.to_string()).collect();
    (!tables.is_empty()).then_some(Note::MayBeLeftOut { tables })
}

/// A run with whoever watches it, and what stops it.
struct WatchedRun<'a> {
    observer: &'a mut dyn Observer,
    stop: CancelToken,
    checked: Option<&'a CheckedRows<'a>>,
}

impl RunObserver for WatchedRun<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.observer.progress(progress);
        match self.checked.is_some_and(CheckedRows::has_failed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn cancel_token(&self) -> CancelToken {
        self.stop.clone()
    }
}

/// What the plan promises, and a run that has come to its end keeps.
pub(crate) fn outcome(job: &PlannedJob) -> Outcome {
    let tables = job.plan.tables().iter().map(|t| {
        let rows = job.options.run.part.rows(t.rows);
        (t.table, TableResult::new(rows.end - rows.start, t.shortfall.clone()))
    });
    Outcome {
        read: job.read().clone(),
        plan: job.plan.clone(),
        tables: tables.collect(),
        limitations: job.plan.explain().limitations,
        validation: None,
        rows: None,
        notes: Vec::new(),
        passes: 1,
    }
}

fn open<'a>(
    job: &PlannedJob,
    target: Target<'a>,
    rows: Option<&'a mut Rows>,
) -> Result<Box<dyn Sink + 'a>, JobError> {
    let (spec, part) = (job.spec(), job.options.run.part);
    Ok(match target {
        Target::Folder { path, form, resume } => folder(job, &path, form, resume)?,
        Target::Zip(path) => {
            let contents = BundleContents::new(&job.plan, spec, part, &job.read().text());
            Box::new(match job.options.replace {
                Replace::Ours => ZipBundle::create(path, contents)?,
                Replace::AnyFile => ZipBundle::replace(path, contents)?,
            })
        }
        Target::Sink(sink) => sink,
        Target::Memory => match rows {
            Some(rows) => Box::new(MemorySink::new(rows)),
            None => Box::new(NullSink),
        },
        // A database has no sink: it takes rows in an order and in attempts of its own.
        Target::Null | Target::Database(_) => Box::new(NullSink),
    })
}

fn folder(job: &PlannedJob, path: &Path, form: Form, resume: Resume) -> Result<Box<dyn Sink>, JobError> {
    let run = Provenance::new(&job.plan, job.spec(), job.options.run.part);
    let digest = plan_digest(&job.plan, &run, &form.name()).map_err(JobError::Digest)?;
    Ok(match form {
        Form::Csv => Box::new(Folder::create_resumable(path, run, Csv, &digest, resume)?),
        Form::JsonLines => {
            Box::new(Folder::create_resumable(path, run, JsonLines::default(), &digest, resume)?)
        }
        #[cfg(feature = "parquet")]
        Form::Parquet(compression) => {
            Box::new(Folder::create_resumable(path, run, Parquet { compression }, &digest, resume)?)
        }
        #[cfg(not(feature = "parquet"))]
        Form::Parquet(_) => return Err(ExportError::FormatLeftOut { format: "parquet" }.into()),
    })
}

/// The folder in which a run that stops leaves what the next one goes on from.
pub(crate) fn resumable(target: &Target<'_>) -> Option<PathBuf> {
    match target {
        Target::Folder { path, .. } => Some(path.clone()),
        _ => None,
    }
}

/// What became of the rows of a run that has stopped.
pub(crate) fn kept(folder: Option<PathBuf>) -> Kept {
    let unfinished = folder.map(|folder| unfinished_folder(&folder)).filter(|kept| kept.exists());
    unfinished.map_or(Kept::Nothing, Kept::Unfinished)
}
