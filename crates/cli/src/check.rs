//! `seedbed check`: files that are there already, or parts that were made apart, against every constraint of the schema.

use crate::allocator::keep_memory;
use crate::args::CheckArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::interrupt;
use crate::job::job;
use crate::text_table::{counted, grouped};
use crate::watcher::Watcher;
use seedbed::job::{CheckOutcome, GivenFiles, Job, Options, Replace, ReportFile, read_sources};
use std::time::Instant;

/// Not-checked constraints that are named; the report has them all.
const NAMED: usize = 10;

/// Checks the files and tells.
///
/// # Errors
/// A schema without tables, a folder without files; the outside world.
pub(crate) fn run(args: &CheckArgs, console: &Console) -> Result<Exit, CommandError> {
    let started = Instant::now();
    keep_memory();
    // Found out before anything is read.
    let report = args.report.as_deref().map(|path| ReportFile::create(path, Replace::Ours)).transpose()?;
    let Some(path) = args.data.clone() else { return parts(args, report, started, console) };
    let cancel = interrupt::watch();
    let job = Job::new(read_sources(&args.schema.schema, args.schema.dialect.encoding)?)
        .dialect(args.schema.dialect.dialect);
    let files = GivenFiles { path, null: args.null.clone() };
    let mut watcher = Watcher::new(console);
    let checked = job.options(options(args)).cancel(cancel).check(&files, &mut watcher);
    watcher.end();
    let outcome = checked?;
    let violations = outcome.violations();
    tell_files(&outcome, console);
    console.problems(&outcome.read.sources, &outcome.problems.diagnostics(), usize::MAX);
    console.problems(&outcome.read.sources, &violations, 0);
    tell_constraints(&outcome, started, console);
    if let Some(file) = report {
        file.write(&outcome.report(started.elapsed()))?;
    }
    Ok(match (violations.is_empty(), outcome.problems.has_errors()) {
        (false, _) => Exit::Violations,
        (true, true) => Exit::Unread,
        (true, false) => Exit::Done,
    })
}

/// Joins the checks of all parts of the rows and tells what that comes to.
fn parts(
    args: &CheckArgs,
    report: Option<ReportFile>,
    started: Instant,
    console: &Console,
) -> Result<Exit, CommandError> {
    let cancel = interrupt::watch();
    let mut watcher = Watcher::new(console);
    let job =
        job(&args.schema.schema, &args.schema.dialect, &args.wishes)?.options(options(args)).cancel(cancel);
    let joined = job.plan(&mut watcher).and_then(|planned| planned.join_parts(&args.parts, &mut watcher));
    watcher.end();
    let outcome = joined?;
    let violations = outcome.violations();
    console.problems(&outcome.read.sources, &violations, 0);
    let (rows, parts) = (counted(outcome.row_count(), "row"), counted(args.parts.len(), "part"));
    let seconds = started.elapsed().as_secs_f64();
    console.say(&format!("{rows} in {parts}, {seconds:.2} s"));
    if let Some(file) = report {
        file.write(&outcome.report(started.elapsed()))?;
    }
    Ok(if violations.is_empty() { Exit::Done } else { Exit::Violations })
}

fn options(args: &CheckArgs) -> Options {
    let mut options = Options::default();
    options.run.threads = args.threads.threads();
    options.check_memory = args.check_memory.memory();
    options.limits = args.wishes.limits();
    options
}

/// A line for each file.
fn tell_files(outcome: &CheckOutcome, console: &Console) {
    for file in &outcome.files {
        let table = &outcome.read.schema[file.table].name;
        console.say(&format!("{:>12} {table} ({})", grouped(file.rows), file.name));
    }
}

/// What was not checked and why, and how much was.
fn tell_constraints(outcome: &CheckOutcome, started: Instant, console: &Console) {
    let not_checked: Vec<_> = outcome.not_checked().collect();
    for (table, constraint) in not_checked.iter().take(NAMED) {
        let reason = constraint.not_checked.as_deref().unwrap_or_default();
        console.say(&format!("not checked: `{}` of `{table}`: {reason}", constraint.name));
    }
    if let Some(more @ 1..) = not_checked.len().checked_sub(NAMED) {
        console.say(&format!(
            "and {} more that were not checked; `--report` has them all",
            grouped(more as u64)
        ));
    }
    let (rows, files) = (counted(outcome.row_count(), "row"), counted(outcome.files.len(), "file"));
    let with_rows = outcome.report.tables.values().filter(|table| table.rows > 0);
    let constraints = with_rows.flat_map(|table| &table.constraints).filter(|c| c.not_checked.is_none());
    let checked = counted(constraints.count(), "constraint");
    let seconds = started.elapsed().as_secs_f64();
    console.say(&format!("{rows} in {files} checked against {checked}, {seconds:.2} s"));
}
