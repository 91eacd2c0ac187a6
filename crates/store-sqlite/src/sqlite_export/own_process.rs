//! Databases for people, made in a process of their own.
//!
//! The statements of a schema are a stranger's, and so are the functions that its CHECKs and generated columns call: one of
//! them may take an hour or all memory, and nothing inside SQLite stops it. A process can be killed.

use super::error::ExportSqliteError;
use super::export_sqlite;
use crate::WorkerCommand;
use crate::catalog::{io as io_failed, of_export};
use crate::row_file::RowFile;
use seedbed_datagen_core::CancelToken;
use seedbed_job::Job;
use seedbed_store::{Recipe, StoreError};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Memory that the process may have.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;

/// Time between two looks at the process and at the token.
const TICK: Duration = Duration::from_millis(10);

/// What to make of what.
#[derive(Debug, Serialize, Deserialize)]
struct Task {
    rows: PathBuf,
    target: PathBuf,
    recipe: Recipe,
}

/// How it went.
#[derive(Debug, Serialize, Deserialize)]
enum Made {
    Done,
    Full,
    ReadOnly,
    NotPossible { what: String, hint: Option<String> },
    Failed(String),
}

/// Makes a database of a row file in a process of its own, which is killed when `stop` is canceled.
///
/// # Errors
/// [`StoreError::NotPossible`] for what the schema or the rows stand in the way of; [`StoreError::Canceled`].
pub(crate) fn export_in_process(
    command: &WorkerCommand,
    rows: &Path,
    recipe: &Recipe,
    target: &Path,
    stop: &CancelToken,
) -> Result<(), StoreError> {
    const DOING: &str = "make a database in a process of its own";
    let failed = || StoreError::outside(DOING);
    // A folder of its own: what a killed process leaves goes with it.
    let parent = target.parent().unwrap_or(Path::new("."));
    let folder = tempfile::tempdir_in(parent).map_err(io_failed("make a folder in", parent))?;
    let made = folder.path().join("made.db");
    let task = Task { rows: rows.to_owned(), target: made.clone(), recipe: recipe.clone() };
    let mut child = start(command).map_err(failed())?;
    let told = wait(&mut child, &task, stop).map_err(failed());
    // It has ended, or it has to.
    let _ = child.kill();
    let _ = child.wait();
    match told?.ok_or(StoreError::Canceled)? {
        Made::Done => std::fs::rename(made, target).map_err(io_failed("put in place", target)),
        Made::Full => Err(StoreError::Full { what: "the database".to_owned() }),
        Made::ReadOnly => Err(StoreError::ReadOnly { path: parent.to_owned() }),
        Made::NotPossible { what, hint } => Err(StoreError::NotPossible { what, hint }),
        Made::Failed(how) => Err(StoreError::Outside { doing: DOING.to_owned(), source: how.into() }),
    }
}

fn start(command: &WorkerCommand) -> io::Result<Child> {
    let mut process = Command::new(&command.program);
    process.args(&command.arguments);
    // What keys and passwords there are in the environment are not for whoever breaks into it.
    #[cfg(unix)]
    process.env_clear();
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
}

/// Has the task done; `None` when it was stopped.
fn wait(child: &mut Child, task: &Task, stop: &CancelToken) -> io::Result<Option<Made>> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("the process has no pipes"));
    };
    // It reads all of it before it begins, so that neither waits for the other.
    stdin.write_all(&serde_json::to_vec(task)?)?;
    drop(stdin);
    let reader = thread::spawn(move || {
        let mut told = Vec::new();
        stdout.read_to_end(&mut told).map(|_| told)
    });
    while !reader.is_finished() {
        if stop.is_canceled() {
            return Ok(None);
        }
        thread::sleep(TICK);
    }
    let told = reader.join().map_err(|_| io::Error::other("nobody reads what it tells"))??;
    serde_json::from_slice(&told).map(Some).or_else(|_| {
        Ok(Some(Made::NotPossible {
            what: "the statements of the schema took more memory than they may".to_owned(),
            hint: Some("export the dataset in another format".to_owned()),
        }))
    })
}

/// Makes one database as its standard input says: what an executable does that a store starts for it, with its standard input
/// and output, before anything else and on its only thread.
///
/// # Errors
/// The pipe's.
pub fn make_database(mut stdin: impl Read, mut stdout: impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    stdin.read_to_end(&mut text)?;
    let task: Task = serde_json::from_slice(&text)?;
    let told = match confine().map_err(|error| Made::Failed(error.to_string())).and_then(|()| make(&task)) {
        Ok(()) => Made::Done,
        Err(told) => told,
    };
    stdout.write_all(&serde_json::to_vec(&told)?)?;
    stdout.flush()
}

fn make(task: &Task) -> Result<(), Made> {
    let job = Job::new(task.recipe.source_map()).dialect(task.recipe.dialect);
    let read = job.schema();
    let made = RowFile::open(&task.rows, read.schema.clone())
        .map_err(ExportSqliteError::from)
        .and_then(|file| export_sqlite(&file, &task.target, Some(&read.text()), &CancelToken::new()));
    made.map_err(|error| match of_export(error) {
        StoreError::Full { .. } => Made::Full,
        StoreError::ReadOnly { .. } => Made::ReadOnly,
        StoreError::NotPossible { what, hint } => Made::NotPossible { what, hint },
        error => Made::Failed(error.to_string()),
    })
}

#[cfg(unix)]
fn confine() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::Data, MEMORY), (Resource::Core, 0)] {
        // Only Linux counts memory as this limit wants it.
        let set = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
        if cfg!(target_os = "linux") {
            set?;
        }
    }
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}

#[cfg(not(unix))]
fn confine() -> io::Result<()> {
    Ok(())
}
