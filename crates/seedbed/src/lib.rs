//! From the DDL of a real database to rows that the database accepts.
//!
//! ```
//! use seedbed::Seedbed;
//!
//! # fn main() -> Result<(), seedbed::job::JobError> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path().join("shop");
//! let ddl = "CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);
//!            CREATE TABLE book (isbn char(13) PRIMARY KEY, author int NOT NULL REFERENCES author);";
//! let seedbed = Seedbed::from_ddl(ddl).seed(42).rows(100).rows_of("book", 1_000);
//! let outcome = seedbed.to_csv_folder(&folder)?;
//! assert_eq!(outcome.row_count(), 1_100);
//! let books = std::fs::read_to_string(folder.join("book.csv")).unwrap();
//! assert!(books.starts_with("isbn,author\n"));
//! # Ok(())
//! # }
//! ```
//!
//! [`Seedbed`] is the short way over [`job`], the one road from sources, dialect, spec and target to an outcome, with an
//! observer, limits and a token that cancels it. What the road is made of has a crate a step, each a module here:
//!
//! - [`ddl::parse`] reads SQL text into a [`schema::Schema`], with a listed problem for all that it could not read.
//! - [`datagen::Plan`] decides what each column holds, from a [`datagen::Spec`] and the
//!   [`providers::StandardCatalog`]; everything that can be wrong with schema or spec is wrong here, all at once.
//! - [`datagen::run`] makes the rows, on several threads, and hands them to a [`datagen::Sink`]: a folder of CSV files,
//!   a ZIP ([`export`]), your own.
//! - [`text`] is the batches' text, for files and for the bulk statements of servers.
//! - [`load`] puts them straight into a database (features `sqlite`, `postgres`, `mysql`).
//! - [`import`] reads files as batches, whoever made them.
//! - [`validate`] checks rows against every constraint of a schema, whoever made them.
//!
//! The same schema, spec, seed and version give the same bytes, whatever the threads or the platform.
//!
//! A test suite that seeds a database makes rows in a debug build. These two lines in the `Cargo.toml` of the workspace have
//! dependencies compiled with optimisation all the same, after which rows are made and checked several times as fast:
//!
//! ```toml
//! [profile.dev.package."*"]
//! opt-level = 1
//! ```
//!
#![cfg_attr(
    feature = "sqlite",
    doc = r#"
With the feature `sqlite`, straight into a database file, which is made from the schema if it is new:

```
# fn main() -> Result<(), seedbed::job::JobError> {
# let folder = tempfile::tempdir().unwrap();
# let file = folder.path().join("shop.db");
use seedbed::Seedbed;

let ddl = "CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);";
let loaded = Seedbed::from_ddl(ddl).rows(50).to_sqlite(&file)?;
assert_eq!(loaded.row_count(), 50);
# Ok(())
# }
```
"#
)]

mod seedbed;

pub use seedbed::Seedbed;
/// Plans and rows, and what providers and sinks are written against.
pub mod datagen {
    pub use seedbed_datagen_core::*;
    pub use seedbed_planner::{PlanError, plan, with_undeclared_references};
    pub use seedbed_rows::{
        CasesExplanation, ColumnExplanation, Explanation, LawKind, Limitation, LimitationCode, Plan,
        TableExplanation, TablePlan, TriggerExplanation,
    };
}
pub use seedbed_ddl_parse as ddl;
pub use seedbed_export as export;
pub use seedbed_import as import;
pub use seedbed_job as job;
pub use seedbed_load as load;
pub use seedbed_providers as providers;
pub use seedbed_schema_model as schema;
pub use seedbed_sql_semantics as semantics;
pub use seedbed_sql_values as values;
pub use seedbed_text_encode as text;
pub use seedbed_validate as validate;
