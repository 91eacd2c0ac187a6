//! The catalog: datasets, versions, jobs and what belongs to them, in one database beside the files of rows.

mod connection;
mod datasets;
mod draft;
mod error;
mod exchanges;
mod exports;
mod folder;
mod garbage;
mod jobs;
mod migration;
mod reader;
mod schemas;
mod sqlite_store;
mod verify;
mod versions;

pub(crate) use error::{io, of_export};
pub use sqlite_store::SqliteStore;
