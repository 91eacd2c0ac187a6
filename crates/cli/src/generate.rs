//! `seedbed generate`: rows as files or straight into a database, and what is told about them.

use crate::allocator::keep_memory;
use crate::args::{Destination, Format, GenerateArgs};
use crate::console::Console;
use crate::database;
use crate::exit::{Exit, Failure, Outside};
use crate::files::{self, Checking, FileTarget, Form};
use crate::planning::{ReadSchema, Wanted, read_schema};
use crate::problem_entry::ProblemEntry;
use crate::report::{Report, TableReport, all_tables};
use crate::text_table::counted;
use crate::validation;
use seedbed::datagen::{Limitation, Part, RunOptions};
use seedbed::export::Resume;
use seedbed::load::Target;
use seedbed::schema::{Diagnostic, Schema, Severity, TableId};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Instant;

/// What a finished run has to tell.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The seed.
    pub(crate) seed: u64,
    /// Digest of the rows that were there before.
    pub(crate) existing: Option<String>,
    /// What the tables of the plan got.
    pub(crate) tables: BTreeMap<TableId, TableReport>,
    /// What was not guaranteed.
    pub(crate) limitations: Vec<Limitation>,
    /// What checking the rows found.
    pub(crate) validation: Option<seedbed::validate::Report>,
}

/// Makes the rows and tells.
///
/// # Errors
/// A schema or a spec that can't be carried out; the outside world.
pub(crate) fn run(args: &GenerateArgs, console: &Console) -> Result<Exit, Failure> {
    let started = Instant::now();
    keep_memory();
    let target = args.target.to.as_ref().map(Target::dialect);
    let read = read_schema(&args.schema.schema, &args.schema.dialect, target, console)?;
    let wanted = Wanted::new(read, &args.wishes, console)?;
    let options = run_options(args);
    let checking = if args.no_validate { Checking::Off } else { Checking::On };
    let outcome = match args.target.destination() {
        Destination::Folder(path) => {
            let resume = if args.resume { Resume::GoOn } else { Resume::Anew };
            let target = FileTarget::Folder { path, form: form(args), resume };
            files::write(target, checking, &wanted, &options, console)?
        }
        Destination::Zip(path) => files::write(FileTarget::Zip(path), checking, &wanted, &options, console)?,
        Destination::Null => files::write(FileTarget::Null, checking, &wanted, &options, console)?,
        Destination::Database(target) => database::fill(target, &wanted, &options, console)?,
    };
    tell(&outcome, &wanted.read, started, console)?;
    let violations = outcome.validation.as_ref().map_or_else(Vec::new, validation::problems);
    console.problems(&wanted.read.sources, &violations, 0)?;
    let exit = if violations.is_empty() { Exit::Done } else { Exit::Violations };
    if let Some(path) = &args.report {
        report(outcome, violations, &wanted.read, started).write(path)?;
    }
    Ok(exit)
}

fn form(args: &GenerateArgs) -> Form {
    match args.format {
        Format::Csv => Form::Csv,
        Format::Parquet => Form::Parquet(args.compression.unwrap_or_default()),
    }
}

fn run_options(args: &GenerateArgs) -> RunOptions {
    let cores = || available_parallelism().map_or(1, NonZeroUsize::get);
    RunOptions {
        threads: args.threads.map_or_else(cores, NonZeroUsize::get),
        part: args.part.unwrap_or(Part::WHOLE),
        ..RunOptions::default()
    }
}

/// A table that got fewer rows than asked, at the constraint that is the reason.
fn shortfall(schema: &Schema, table: TableId, told: &TableReport) -> Option<Diagnostic> {
    let (code, reason) = (told.code?, told.reason.as_ref()?);
    let rows = counted(told.rows, "row");
    Some(Diagnostic {
        code: code.to_string(),
        severity: Severity::Warning,
        message: format!("{}: {rows}, as {reason}", schema[table].name),
        span: told.span,
        hint: told.hint.clone(),
    })
}

fn tell(outcome: &Outcome, read: &ReadSchema, started: Instant, console: &Console) -> Result<(), Outside> {
    let shortfalls: Vec<Diagnostic> =
        outcome.tables.iter().filter_map(|(table, told)| shortfall(&read.schema, *table, told)).collect();
    console.problems(&read.sources, &shortfalls, usize::MAX)?;
    match outcome.limitations.len() {
        0 => {}
        1 => console.say("1 constraint is not guaranteed; `seedbed explain` names it")?,
        many => {
            console.say(&format!("{many} constraints are not guaranteed; `seedbed explain` names them"))?
        }
    }
    let rows = outcome.tables.values().map(|t| t.rows).fold(0, u64::saturating_add);
    let seconds = started.elapsed().as_secs_f64();
    let tables = counted(outcome.tables.len(), "table");
    console.say(&format!("{} in {tables}, {seconds:.2} s", counted(rows, "row")))
}

fn report(outcome: Outcome, violations: Vec<Diagnostic>, read: &ReadSchema, started: Instant) -> Report {
    let limitations = outcome.limitations.iter().map(limitation_problem);
    let problems = read.problems.iter().cloned().chain(limitations).chain(violations);
    Report {
        seed: outcome.seed,
        engine_version: ENGINE_VERSION,
        existing: outcome.existing,
        tables: all_tables(&read.schema, outcome.tables),
        problems: problems.map(|p| ProblemEntry::new(&read.sources, &p)).collect(),
        duration_ms: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        validation: outcome.validation.map(|v| v.summary),
    }
}

fn limitation_problem(limitation: &Limitation) -> Diagnostic {
    Diagnostic {
        code: limitation.code.clone(),
        severity: Severity::Warning,
        message: format!("not guaranteed on `{}`: {}", limitation.table, limitation.message),
        span: limitation.span,
        hint: None,
    }
}

/// Crates of one workspace share one version.
const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
