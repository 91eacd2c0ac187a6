//! Defects of ours: a panic, wherever it comes up, ends as a message, and with an exit code of its own.

use crate::exit::{CommandError, Exit};
use seedbed::job::{Defect, JobError};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

/// Runs a command. What a job does not catch itself, such as a panic between two jobs, is caught here.
///
/// # Errors
/// The command's own, and that it panicked.
pub(crate) fn guarded(command: impl FnOnce() -> Result<Exit, CommandError>) -> Result<Exit, CommandError> {
    tell_places();
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|panic| {
        let defect = Box::new(Defect::of_panic(&*panic));
        Err(JobError::Defect(defect).into())
    })
}

/// Has a panic say in one line where in our source it came up, which the message that follows can't know; with
/// `RUST_BACKTRACE` also how it came there, as any program in Rust does.
fn tell_places() {
    let usual = take_hook();
    let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    set_hook(Box::new(move |panic| match panic.location() {
        Some(place) if !wanted => drop(writeln!(io::stderr().lock(), "defect at {place}")),
        _ => usual(panic),
    }));
}
