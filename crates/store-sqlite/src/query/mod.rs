//! Queries of strangers: one SELECT against one row file, which can read its tables and do nothing else.
//!
//! [`run_query`] answers in this process. It opens the file so that nothing can be written; an authorizer allows what is on
//! a list and nothing else; and SQLite's own limits keep statements small. But a function that is written in C is not
//! interrupted, and what a statement takes of memory the whole process has taken. Whoever serves strangers therefore has a
//! [`QueryPool`]: its child processes run [`serve_queries`], under limits of the operating system, and are killed when their
//! time is over.
//!
//! On Windows there are no such limits: a child is killed in time there, and may use what memory it likes until then.

mod allowed;
mod answer;
mod error;
mod frame;
mod pool;
mod process_limits;
mod run;
mod worker;
mod worker_process;

pub use answer::{QueryAnswer, QueryColumn, QueryRequest};
pub use error::{NotAllowed, QueryError};
pub use pool::{QueryLimits, QueryPool, WorkerCommand};
pub use run::run_query;
pub use worker::serve_queries;
