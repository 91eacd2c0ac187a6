//! Rows into files.

use crate::console::Console;
use crate::exit::{Failure, Outside};
use crate::generate::Outcome;
use crate::planning::Wanted;
use crate::progress::ProgressDisplay;
use crate::report::TableReport;
use crate::validation::{self, CheckedSink};
use seedbed::datagen::{Part, Plan, RunError, RunOptions, Sink, run};
use seedbed::export::{
    BundleContents, CsvFolder, ExportError, NullSink, ParquetCompression, ParquetFolder, Provenance, Resume,
    ZipBundle, plan_digest, unfinished_folder,
};
use seedbed::validate::Validator;
use std::path::Path;
use std::sync::Arc;

/// Where files go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FileTarget<'a> {
    /// A folder.
    Folder {
        /// Where.
        path: &'a Path,
        /// Of what.
        form: Form,
        /// What to do about an interrupted run.
        resume: Resume,
    },
    /// A ZIP.
    Zip(&'a Path),
    /// Nowhere.
    Null,
}

/// What the files of a folder are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Text.
    Csv,
    /// Parquet.
    Parquet(ParquetCompression),
}

impl Form {
    /// A name for each form that makes other bytes.
    fn name(self) -> String {
        match self {
            Self::Csv => "csv".to_owned(),
            Self::Parquet(compression) => format!("parquet {}", compression.name()),
        }
    }
}

/// Whether written rows are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checking {
    /// Against every constraint.
    On,
    /// Not at all.
    Off,
}

/// Writes the plan's rows.
///
/// # Errors
/// A schema or a spec that can't be carried out; the file system.
pub(crate) fn write(
    target: FileTarget<'_>,
    checking: Checking,
    wanted: &Wanted,
    options: &RunOptions,
    console: &Console,
) -> Result<Outcome, Failure> {
    let plan = wanted.plan(console)?;
    let mut progress = ProgressDisplay::new(Arc::clone(plan.schema()), console.is_quiet());
    let files = open(target, wanted, &plan, options)?;
    // A share of the rows can't be judged alone: its parents may be in another.
    let mut validator = (checking == Checking::On && options.part == Part::WHOLE)
        .then(|| validation::validator(plan.schema()));
    let sink: Box<dyn Sink + '_> = match &mut validator {
        Some(validator) => Box::new(CheckedSink::new(files, validator)),
        None => files,
    };
    let ran = run(&plan, options, sink, &mut |step| progress.step(step));
    progress.end();
    ran.map_err(|error| match error {
        RunError::Canceled => Failure::Interrupted { told: kept(target) },
        _ => Failure::Outside(stopped(error)),
    })?;
    let tables = plan.tables().iter().map(|t| {
        let rows = options.part.rows(t.rows);
        (t.table, TableReport::new(rows.end - rows.start, t.shortfall.as_ref()))
    });
    Ok(Outcome {
        seed: plan.seed(),
        existing: plan.existing_digest().map(str::to_owned),
        tables: tables.collect(),
        limitations: plan.explain().limitations,
        validation: validator.map(Validator::finish),
    })
}

fn open(
    target: FileTarget<'_>,
    wanted: &Wanted,
    plan: &Plan,
    options: &RunOptions,
) -> Result<Box<dyn Sink>, Outside> {
    let spec = &wanted.request.spec;
    match target {
        FileTarget::Folder { path, form, resume } => {
            let run = Provenance::new(plan, spec, options.part);
            let digest = plan_digest(plan, &run, &form.name())
                .map_err(|e| Outside::new("cannot take the plan's digest", e))?;
            match form {
                Form::Csv => CsvFolder::create_resumable(path, run, &digest, resume).map(boxed),
                Form::Parquet(compression) => {
                    ParquetFolder::create_resumable(path, run, compression, &digest, resume).map(boxed)
                }
            }
        }
        FileTarget::Zip(path) => {
            let contents = BundleContents::new(plan, spec, options.part, &wanted.read.text());
            ZipBundle::create(path, contents).map(boxed)
        }
        FileTarget::Null => Ok(boxed(NullSink::default())),
    }
    .map_err(not_opened)
}

fn boxed(sink: impl Sink + 'static) -> Box<dyn Sink> {
    Box::new(sink)
}

/// What became of an interrupted run.
fn kept(target: FileTarget<'_>) -> String {
    let kept = match target {
        FileTarget::Folder { path, .. } => Some(unfinished_folder(path)).filter(|kept| kept.exists()),
        FileTarget::Zip(_) | FileTarget::Null => None,
    };
    match kept {
        Some(kept) => format!(
            "interrupted; the rows made by then are kept in `{}`: the same command with `--resume` goes on from there",
            kept.display()
        ),
        None => "interrupted; nothing was written".to_owned(),
    }
}

/// A run that failed on its way; the sink's own reason knows the next step.
fn stopped(error: RunError) -> Outside {
    let mut cause = std::error::Error::source(&error);
    let mut hint = None;
    while let Some(error) = cause {
        hint = hint.or_else(|| error.downcast_ref::<ExportError>().and_then(ExportError::hint));
        cause = error.source();
    }
    Outside::new("the run stopped", error).with_hint(hint)
}

fn not_opened(error: ExportError) -> Outside {
    let hint = error.hint();
    Outside::new("cannot write files", error).with_hint(hint)
}
