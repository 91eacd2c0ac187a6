//! Command lines that can't be carried out, told without what may be a login in them.
//!
//! Clap quotes what it can't read, and a URL with a password may stand anywhere: misspelt behind `--to`, or where a file is
//! wanted.

use crate::args::Cli;
use crate::console::Console;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _, Id};
use seedbed::load::{LoadError, may_hold_login};
use seedbed::schema::{Diagnostic, Severity, SourceMap};
use std::error::Error as _;
use std::path::Path;
use std::process::ExitCode;

/// The command line of the process.
///
/// # Errors
/// The exit code, when it was none or asked for help alone; all of it has been told.
pub(crate) fn command_line() -> Result<Cli, ExitCode> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os()).map_err(told)?;
    if let Some(argument) = misplaced(&command, &matches) {
        return Err(problem(misplaced_url(&argument)));
    }
    let cli = Cli::from_arg_matches(&matches).map_err(told)?;
    cli.check().map_err(told)?;
    Ok(cli)
}

/// Tells why, as clap does, or as a problem with a code where we know more.
fn told(error: clap::Error) -> ExitCode {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) if !may_hold_login(argument) => format!("`{argument}`"),
        _ => "an argument".to_owned(),
    };
    if let Some(source) = error.source().and_then(|source| source.downcast_ref::<LoadError>()) {
        return problem(Diagnostic {
            code: source.code().to_owned(),
            severity: Severity::Error,
            message: format!("{argument}: {source}"),
            span: None,
            hint: source.hint(),
        });
    }
    let is_quoted = |(kind, value): (ContextKind, &ContextValue)| {
        kind != ContextKind::Usage && may_hold_login(&value.to_string())
    };
    if error.context().any(is_quoted) {
        return problem(misplaced_url(&argument));
    }
    // When not even this can be shown, the exit code is all that is left.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
}

fn problem(problem: Diagnostic) -> ExitCode {
    Console::new(false).problems(&SourceMap::default(), &[problem], 0);
    ExitCode::from(USAGE)
}

fn misplaced_url(argument: &str) -> Diagnostic {
    Diagnostic {
        code: "misplaced-url".to_owned(),
        severity: Severity::Error,
        message: format!("{argument} is given what reads as a URL or a login of a database"),
        span: None,
        hint: Some(
            "a database to load into goes with `--to`; a schema is read from files, which `pg_dump --schema-only` and \
             `mysqldump --no-data` write"
                .to_owned(),
        ),
    }
}

/// The first argument that holds what may be a login, as it is written. Files that are there are named as people like it.
fn misplaced(command: &Command, matches: &ArgMatches) -> Option<String> {
    for id in matches.ids().map(Id::as_str).filter(|id| !ANY_TEXT.contains(id)) {
        let Ok(Some(values)) = matches.try_get_raw(id) else { continue };
        for value in values {
            let text = value.to_string_lossy();
            // Of `NAME=N` the name, which may be `password`.
            let text =
                if id == "table_rows" { text.rsplit_once('=').map_or("", |(name, _)| name) } else { &text };
            if may_hold_login(text) && !Path::new(value).exists() {
                let argument = command.get_arguments().find(|argument| argument.get_id() == id);
                return Some(format!("`{}`", argument.map_or_else(|| id.to_owned(), ToString::to_string)));
            }
        }
    }
    let (name, matches) = matches.subcommand()?;
    misplaced(command.find_subcommand(name)?, matches)
}

/// Where a URL belongs, and where any text may stand.
const ANY_TEXT: [&str; 5] = ["to", "instructions", "words", "question", "null"];

/// The exit code of clap.
const USAGE: u8 = 2;
