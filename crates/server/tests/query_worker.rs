//! The process that answers queries, which elsewhere is the command `seedbed`: here it is this suite, run for one test.

use seedbed_store_sqlite::{QueryLimits, QueryPool, WorkerCommand, serve_queries};
use std::fs::File;

/// What a test writes goes to nobody; the answers go where the standard output went.
const COMMAND: &str =
    "exec \"$0\" --ignored --exact query_worker::answers_queries --nocapture 3>&1 1>/dev/null 2>/dev/null";

/// Processes that answer queries.
pub(crate) fn pool() -> QueryPool {
    let program = std::env::current_exe().expect("the suite has a path");
    let arguments = vec!["-c".into(), COMMAND.into(), program.into_os_string()];
    let command = WorkerCommand { program: "/bin/sh".into(), arguments };
    QueryPool::new(command, QueryLimits::default()).expect("a thread can be started")
}

#[test]
#[ignore = "it is a process of the others, and answers to nobody else"]
fn answers_queries() {
    if let Ok(answers) = File::options().write(true).open("/dev/fd/3") {
        serve_queries(std::io::stdin().lock(), answers).expect("it answers");
    }
}
