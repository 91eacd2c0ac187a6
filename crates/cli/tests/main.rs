//! The program from the outside: what it prints, what it writes, how it exits. One module a subject.

mod advised;
mod bookshop;
mod check;
mod database;
mod diagnostics;
mod edits;
mod exit_codes;
mod files;
mod inputs;
#[cfg(unix)]
mod interrupts;
mod logins;
mod report;
mod run_control;
mod stability;
#[cfg(unix)]
mod targets;
mod terminal;
mod workdir;
