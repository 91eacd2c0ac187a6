//! Rows straight into a database.

use crate::console::Console;
use crate::exit::{Failure, Outside};
use crate::generate::Outcome;
use crate::planning::Wanted;
use crate::progress::ProgressDisplay;
use crate::report::TableReport;
use seedbed::datagen::{Plan, Request, RunOptions};
use seedbed::load::{LoadError, LoadReport, LoadRequest, Target, load};
use seedbed::providers::StandardCatalog;
use seedbed::schema::{Diagnostic, Severity};
use std::sync::Arc;

/// Fills the target's tables.
///
/// # Errors
/// A schema or a spec that can't be carried out; the database.
pub(crate) fn fill(
    target: &Target,
    wanted: &Wanted,
    options: &RunOptions,
    console: &Console,
) -> Result<Outcome, Failure> {
    let schema = &wanted.read.schema;
    let schema_sql = wanted.read.text();
    let request = LoadRequest { target, schema, schema_sql: &schema_sql };
    let catalog = StandardCatalog::new();
    let mut progress = ProgressDisplay::new(Arc::clone(schema), console.is_quiet());
    let loaded = load(
        &request,
        &mut |existing, withheld| {
            let wishes = wanted.request.clone();
            let request = Request { existing: existing.clone(), withheld: withheld.clone(), ..wishes };
            Plan::new(Arc::clone(schema), &request, &catalog)
        },
        options,
        &mut |step| progress.step(step),
    );
    progress.end();
    let report = loaded.map_err(|error| failure(error, wanted, console))?;
    for note in &report.notes {
        console.say(note)?;
    }
    Ok(outcome(report))
}

fn outcome(report: LoadReport) -> Outcome {
    let told = |(table, got): (_, seedbed::load::TableOutcome)| {
        let attempts = report.plan.attempts().rows(table).collect();
        (table, TableReport { attempts, ..TableReport::new(got.rows, got.shortfall.as_ref()) })
    };
    Outcome {
        seed: report.plan.seed(),
        existing: report.plan.existing_digest().map(str::to_owned),
        limitations: report.plan.explain().limitations,
        tables: report.tables.into_iter().map(told).collect(),
        validation: None,
    }
}

/// Sorts the failure by fault: what the schema or the spec can't do is shown as their problem.
fn failure(error: LoadError, wanted: &Wanted, console: &Console) -> Failure {
    match error {
        LoadError::Canceled => {
            Failure::Interrupted { told: "interrupted; the database is as it was".to_owned() }
        }
        LoadError::Plan { errors } => wanted.refuse(&errors, console),
        LoadError::DialectMismatch { .. } => {
            let problem = Diagnostic {
                code: error.code().to_owned(),
                severity: Severity::Error,
                message: error.to_string(),
                span: None,
                hint: error.hint(),
            };
            match console.problems(&wanted.read.sources, &[problem], 0) {
                Ok(()) => Failure::Refused,
                Err(outside) => Failure::Outside(outside),
            }
        }
        _ => {
            let hint = error.hint();
            Failure::Outside(Outside::new("nothing was loaded", error).with_hint(hint))
        }
    }
}
