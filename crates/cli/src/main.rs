//! The `seedbed` command: see `seedbed --help`.

mod allocator;
mod args;
mod console;
mod database;
mod diagnostics;
mod exit;
mod explain;
mod files;
mod generate;
mod inspect;
mod interrupt;
mod planning;
mod preview;
mod problem_entry;
mod progress;
mod report;
mod sources;
mod spec_file;
mod text_table;
mod validation;

use args::{Cli, Command};
use clap::Parser;
use console::Console;
use exit::{Exit, Failure};
use seedbed::schema::SourceMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.check().unwrap_or_else(|error| error.exit());
    let console = Console::new(matches!(&cli.command, Command::Generate(args) if args.quiet));
    match run(&cli, &console) {
        Ok(exit) => exit.code(),
        Err(failure) => {
            // When even this can't be shown, the exit code is all that is left.
            let _ = match &failure {
                Failure::Outside(outside) if !outside.is_closed_pipe() => {
                    console.problems(&SourceMap::default(), &[outside.to_diagnostic()], 0)
                }
                Failure::Interrupted { told } => console.say(told),
                _ => Ok(()),
            };
            failure.code()
        }
    }
}

fn run(cli: &Cli, console: &Console) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Inspect(args) => inspect::run(args, console),
        Command::Explain(args) => explain::run(args, console),
        Command::Generate(args) => generate::run(args, console),
        Command::Preview(args) => preview::run(args, console),
    }
}
