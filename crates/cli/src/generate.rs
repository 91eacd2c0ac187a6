//! `seedbed generate`: rows as files or straight into a database, and what is told about them.

use crate::allocator::keep_memory;
use crate::args::GenerateArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::instructed;
use crate::interrupt;
use crate::job::job;
use crate::text_table::counted;
use crate::watcher::Watcher;
use seedbed::datagen::{CancelToken, Part, RunOptions};
use seedbed::job::{Checking, Job, Options, Outcome, Patience, Replace, ReportFile};
use seedbed::schema::{Diagnostic, Severity};
use seedbed_service::{ServiceError, save_planned};
use seedbed_staging::destination;
use seedbed_store::{SaveAs, Saved};
use seedbed_store_sqlite::SqliteStore;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Makes the rows and tells.
///
/// # Errors
/// A schema or a spec that can't be carried out; the outside world.
pub(crate) fn run(args: &GenerateArgs, console: &Console) -> Result<Exit, CommandError> {
    let started = Instant::now();
    keep_memory();
    if let (Some(words), Some(name)) = (&args.instructions, &args.target.save) {
        return instructed::saved(args, name, words, console);
    }
    let report = args.report.as_deref().map(|path| report_file(path, args)).transpose()?;
    let mut job = job(&args.schema.schema, &args.schema.dialect, &args.wishes)?.options(options(args));
    let cancel = interrupt::watch();
    if let Some(words) = &args.instructions {
        job = instructed::in_spec(args, words, job, console, &cancel)?;
    }
    let mut watcher = Watcher::new(console);
    let job = job.cancel(cancel.clone());
    let outcome = match &args.target.save {
        Some(name) => match save(args, name, &job, &cancel, &mut watcher) {
            Ok((saved, outcome)) => {
                watcher.end();
                let Saved { dataset, .. } = saved;
                console.say(&format!("saved as dataset {}, `{}`", dataset.id, dataset.name));
                // The store had the rows already: nothing was made, and nothing is to be told.
                let Some(outcome) = outcome else { return Ok(Exit::Done) };
                outcome
            }
            Err(error) => {
                watcher.end();
                return Err(error.into());
            }
        },
        None => {
            let outcome = job.run(args.target(), &mut watcher);
            watcher.end();
            outcome?
        }
    };
    tell(&outcome, started, console);
    let violations = outcome.violations();
    console.problems(&outcome.read.sources, &violations, 0);
    if let Some(file) = report {
        file.write(&outcome.report(started.elapsed()))?;
    }
    Ok(match Exit::of(&outcome.read) {
        _ if !violations.is_empty() => Exit::Violations,
        Exit::Done if is_short(&outcome, args.strict) => Exit::Short,
        exit => exit,
    })
}

/// The place of the report, found out before there are any rows. Inside of the folder that the rows go into, it would be a
/// stranger to the next run.
fn report_file(path: &Path, args: &GenerateArgs) -> Result<ReportFile, CommandError> {
    let real = |path: &Path| destination(path).map(|found| found.path().to_owned()).ok();
    let within = |folder: &PathBuf| {
        real(path).zip(real(folder)).is_some_and(|(path, folder)| path.starts_with(folder))
    };
    if args.target.out.as_ref().is_some_and(within) {
        let told = format!("the report `{}` would be among the files of `--out`", path.display());
        let hint = "put it beside the folder".to_owned();
        return Err(CommandError::refused("report-in-target", told, Some(hint)));
    }
    Ok(ReportFile::create(path, replace(args))?)
}

fn replace(args: &GenerateArgs) -> Replace {
    if args.force { Replace::AnyFile } else { Replace::Ours }
}

/// Makes the rows into a store, unless they are there.
fn save(
    args: &GenerateArgs,
    name: &str,
    job: &Job,
    cancel: &CancelToken,
    watcher: &mut Watcher<'_>,
) -> Result<(Saved, Option<Outcome>), ServiceError> {
    let store = SqliteStore::open(&args.store.store)?;
    let planned = job.plan(watcher)?;
    let to = SaveAs::New { name: name.to_owned(), description: String::new(), parent: None };
    save_planned(&store, &planned, args.wishes.only.clone(), &to, cancel, watcher)
}

fn options(args: &GenerateArgs) -> Options {
    let run = RunOptions {
        threads: args.threads.threads(),
        part: args.part.unwrap_or(Part::WHOLE),
        ..RunOptions::default()
    };
    let checking = if args.no_validate { Checking::Off } else { Checking::On };
    let patience = args.wait.map(|seconds| Patience(Duration::from_secs(seconds))).unwrap_or_default();
    Options {
        run,
        checking,
        check_memory: args.check_memory.memory(),
        patience,
        replace: replace(args),
        limits: args.wishes.limits(),
    }
}

/// Whether rows that were planned have not arrived; strictly, whether a table has fewer than were asked for. What is left
/// as it is on purpose is not short of anything.
fn is_short(outcome: &Outcome, strict: bool) -> bool {
    let is_fault = |shortfall: &Diagnostic| shortfall.severity >= Severity::Warning;
    !outcome.all_arrived() || strict && outcome.shortfalls().iter().any(is_fault)
}

fn tell(outcome: &Outcome, started: Instant, console: &Console) {
    console.problems(&outcome.read.sources, &outcome.shortfalls(), usize::MAX);
    match outcome.limitations.len() {
        0 => {}
        1 => console.warn("1 constraint is not guaranteed; `seedbed explain` names it"),
        many => {
            console.warn(&format!("{many} constraints are not guaranteed; `seedbed explain` names them"));
        }
    }
    if outcome.validation.as_ref().is_some_and(|found| found.method.spilled) {
        console.say("the keys of the check took more than `--check-memory`: a temporary file held the rest");
    }
    let seconds = started.elapsed().as_secs_f64();
    let (rows, tables) = (counted(outcome.row_count(), "row"), counted(outcome.tables.len(), "table"));
    console.say(&format!("{rows} in {tables}, {seconds:.2} s"));
}
