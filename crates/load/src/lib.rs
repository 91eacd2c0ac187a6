//! Loads rows straight into a database, with every constraint on and nothing switched off.
//!
//! [`load`] connects to a [`DatabaseTarget`], looks at what it holds, asks for a plan, and sends all rows in one
//! transaction. When a function or a trigger refuses rows, they are tried there until the server accepts other attempts of
//! them, and rows that a trigger has put there already are updated. What is refused for good, the server takes back: the
//! whole is rolled back, a new plan without that table is asked for, and the load begins again, until a pass is accepted
//! whole. So the target gets all of a plan or nothing, and the [`LoadReport`] says what is missing and why.
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use seedbed_datagen_core::{Request, RunOptions, TypesAlone};
//! use seedbed_load::{DatabaseTarget, LoadRequest, load};
//! use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
//! use std::sync::Arc;
//!
//! let mut schema = Schema::new(Dialect::Sqlite);
//! let mut genre = Table::new(None, "genre");
//! genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
//! let genre = schema.push_table(genre);
//! let schema = Arc::new(schema);
//!
//! let home = tempfile::tempdir().expect("a folder to write to");
//! let target = DatabaseTarget::Sqlite { path: home.path().join("films.db") };
//! let schema_sql = "CREATE TABLE genre (id bigint NOT NULL);";
//! let patience = std::time::Duration::from_secs(60);
//! let request = LoadRequest { target: &target, schema: &schema, schema_sql, patience };
//! let mut plan_for = |existing: &_, withheld: &_| {
//!     let (existing, withheld) = (Clone::clone(existing), Clone::clone(withheld));
//!     seedbed_planner::plan(Arc::clone(&schema), &Request { existing, withheld, ..Request::default() }, &TypesAlone)
//! };
//! let report = load(&request, &mut plan_for, &RunOptions::default(), &mut ()).expect("the disk has room");
//! assert_eq!(report.tables[&genre].rows, 100);
//! # }
//! ```
//!
//! # Who decides what
//!
//! *What* is done with a table (when it goes in, which of its references wait, which sequences follow it) is a
//! [`LoadPlan`](seedbed_load_plan::LoadPlan), the same that the scripts of ZIP bundles are written from. *How* the server
//! is asked for it is a session's, behind one trait. *What next*, after a refusal, is decided by its facts: a key that a
//! trigger has taken may be updated, what a function refuses may be tried in other attempts, anything else leaves the
//! table out.
//!
//! Each server is one module with the same parts: `connect`, `catalog` and `existing` (what is there), `insert`, `upsert`
//! and `deferred` (writing), `refusal` (what an error says), `trial`, and `session` that puts them together. Features:
//! `mysql`, `postgres`, `sqlite`.

#![cfg_attr(
    not(all(feature = "mysql", feature = "postgres", feature = "sqlite")),
    allow(
        dead_code,
        reason = "what a session may be asked and may answer is the same for any choice of servers"
    )
)]

mod blame;
mod database_target;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod deferred;
mod error;
mod loaded_table;
mod login_text;
mod note;
mod observer;
mod operation;
mod outcome;
mod parameter;
mod pass;
mod passes;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod pipe;
mod refusal;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod remote;
mod report;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod send_error;
mod server_url;
mod session;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod settings;
mod shown_target;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod trial;
mod waiting;

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use database_target::DatabaseTarget;
pub use error::{Aftermath, LoadError, Obstacle, TlsFault, UrlFault};
pub use login_text::may_hold_login;
pub use note::LoadNote;
pub use observer::LoadObserver;
pub use operation::Operation;
pub use passes::{LoadRequest, load};
pub use report::{LoadReport, TableOutcome};
pub use server_url::ServerUrl;
pub use shown_target::ShownTarget;
#[cfg(feature = "sqlite")]
pub use sqlite::make_sqlite_database;
