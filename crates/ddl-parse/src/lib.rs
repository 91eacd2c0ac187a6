//! SQL text into a [`Schema`], with a listed [`Problem`] for everything that could not be read.
//!
//! [`parse`] never fails and never panics: it takes the text of application DDL, dumps and chains of migrations, applies
//! the statements one after the other as the server would, and returns what exists afterwards. A statement that matters
//! and could not be read becomes a problem with its place; a statement that does not concern the model (`GRANT`,
//! `CREATE VIEW`) is passed over. Rows that the script inserts itself are followed ([`ExistingRows`]).
//!
//! ```
//! use seedbed_ddl_parse::parse;
//! use seedbed_schema_model::SourceMap;
//! let text = "CREATE TABLE genre (id serial PRIMARY KEY, name text NOT NULL UNIQUE);";
//! let lowered = parse(&SourceMap::of(text), None);
//! let genre = &lowered.schema.tables[0];
//! assert_eq!(genre.name.to_string(), "public.genre");
//! assert_eq!(genre.columns.len(), 2);
//! assert!(lowered.problems.is_empty());
//! ```

mod catalog;
mod effects;
mod problem;
mod remap;
mod resolve;
mod routine;
mod rows;
mod script;
mod statement;

pub use problem::Problem;
pub use resolve::ExistingRows;
pub use seedbed_sql_syntax::{detect_dialect, detect_dialect_for};

use catalog::SystemCatalog;
use seedbed_schema_model::{Dialect, Schema, SourceMap};

/// What could be read of a script, with everything that could not.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The tables and types that exist after all statements have run.
    pub schema: Schema,
    /// What is missing from it or uncertain, in source order.
    pub problems: Vec<Problem>,
    /// The rows that the script itself puts into its tables; others are empty.
    pub existing: Vec<ExistingRows>,
}

impl Lowered {
    /// For callers that refuse partial schemas.
    ///
    /// # Errors
    /// All problems, if there are any.
    pub fn strict(self) -> Result<Schema, Vec<Problem>> {
        if self.problems.is_empty() { Ok(self.schema) } else { Err(self.problems) }
    }
}

/// Reads all files in order as one script.
///
/// Without a `dialect` it is guessed by [`detect_dialect`]. Spans are offsets over all files of `sources`.
pub fn parse(sources: &SourceMap, dialect: Option<Dialect>) -> Lowered {
    let dialect = dialect.unwrap_or_else(|| detect_dialect(sources));
    let mut catalog = SystemCatalog::new(dialect);
    for file in sources.files() {
        script::read_file(&mut catalog, file);
    }
    resolve::finish(catalog)
}
