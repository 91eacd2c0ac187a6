//! Rows into files.

use crate::console::Console;
use crate::exit::{Failure, Outside};
use crate::generate::Outcome;
use crate::planning::Wanted;
use crate::progress::ProgressDisplay;
use crate::report::TableReport;
use crate::validation::{self, CheckedSink};
use seedbed::datagen::{Part, Plan, RunOptions, Sink, run};
use seedbed::export::{BundleContents, CsvFolder, ExportError, Provenance, ZipBundle};
use seedbed::validate::Validator;
use std::path::Path;
use std::sync::Arc;

/// Where files go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FileTarget<'a> {
    /// A folder of CSV files.
    CsvFolder(&'a Path),
    /// A ZIP.
    Zip(&'a Path),
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
    let files = open(target, wanted, &plan, options).map_err(not_opened)?;
    // A share of the rows can't be judged alone: its parents may be in another.
    let mut validator = (checking == Checking::On && options.part == Part::WHOLE)
        .then(|| validation::validator(plan.schema()));
    let sink: Box<dyn Sink + '_> = match &mut validator {
        Some(validator) => Box::new(CheckedSink { sink: files, validator }),
        None => files,
    };
    let ran = run(&plan, options, sink, &mut |step| progress.step(step));
    progress.end();
    ran.map_err(|e| Outside::new("the run stopped", e))?;
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
) -> Result<Box<dyn Sink>, ExportError> {
    let spec = &wanted.request.spec;
    Ok(match target {
        FileTarget::CsvFolder(path) => {
            Box::new(CsvFolder::create(path, Provenance::new(plan, spec, options.part))?)
        }
        FileTarget::Zip(path) => {
            let contents = BundleContents::new(plan, spec, options.part, &wanted.read.text());
            Box::new(ZipBundle::create(path, contents)?)
        }
    })
}

fn not_opened(error: ExportError) -> Outside {
    let hint = error.hint();
    Outside::new("cannot write files", error).with_hint(hint)
}
