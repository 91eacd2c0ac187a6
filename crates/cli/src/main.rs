//! The `seedbed` command: see `seedbed --help`.

mod advising;
mod allocator;
mod args;
mod ask;
mod check;
mod console;
mod datasets;
mod defect;
mod diagnostics;
mod diff_text;
mod edit;
mod exit;
mod explain;
mod generate;
mod inspect;
mod instructed;
mod interrupt;
mod job;
mod legible;
mod local_service;
mod preview;
mod progress;
mod serve;
mod store;
mod text_table;
mod usage;
mod watcher;
mod words;
mod workers;

use args::Command;
use console::Console;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(ended) = workers::worker() {
        return if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let cli = match usage::command_line() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let console = Console::new(match &cli.command {
        Command::Generate(args) => args.quiet,
        Command::Check(args) => args.quiet,
        _ => false,
    });
    let ended = defect::guarded(|| match &cli.command {
        Command::Inspect(args) => inspect::run(args, &console),
        Command::Explain(args) => explain::run(args, &console),
        Command::Generate(args) => generate::run(args, &console),
        Command::Preview(args) => preview::run(args, &console),
        Command::Check(args) => check::run(args, &console),
        Command::Serve(args) => serve::run(args, &console),
        Command::Datasets(args) => datasets::run(args, &console),
        Command::Edit(args) => edit::run(args, &console),
        Command::Ask(args) => ask::run(args, &console),
        Command::Store(args) => store::run(args, &console),
    });
    ended.map_or_else(|failure| failure.shown(&console), exit::Exit::code)
}
