//! SQL text into a [`Schema`](seedbed_schema_model::Schema), with a listed [`Problem`] for everything that could not be
//! read.
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
//!
//! The state between two statements is a catalog, which `seedbed-ddl-catalog` holds together with all that is kept of
//! rows and routines. This crate reads the statements of the script, one after the other, and when they end gives what
//! is left the numbers and references of a schema. How tokens, types and expressions are written is the matter of
//! `seedbed-sql-syntax`.

mod resolve;
mod script;
mod statement;

pub use resolve::{ExistingRows, Lowered};
pub use script::text_to_run;
pub use seedbed_ddl_catalog::{Expected, Named, NotStatic, Problem, SyntaxError};
pub use seedbed_sql_syntax::{
    ExprError, Found, Opened, UnsupportedProduct, detect_dialect, recognise_dialect,
};

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::{Dialect, SourceMap};

/// Reads all files in order as one script, on an empty database. What a migration tool would run only to take a file back
/// (`-- +goose Down`) is left out, which is a note.
///
/// Without a `dialect` it is guessed by [`detect_dialect`]. Spans are offsets over all files of `sources`. The time is
/// that of one pass over the text, and of one over each body of a function that a statement calls, which are of 4 MiB
/// together at most.
///
/// ```
/// use seedbed_ddl_parse::parse;
/// use seedbed_schema_model::{Dialect, SourceMap};
/// let text = "CREATE TABLE film (id int REFERENCES genre); ALTER TABLE film ADD title text; DROP TABLE actor;";
/// let lowered = parse(&SourceMap::of(text), Some(Dialect::Postgres));
/// assert_eq!(lowered.schema.tables[0].columns.len(), 2);
/// let codes: Vec<&str> = lowered.problems.iter().map(|p| p.code()).collect();
/// assert_eq!(codes, ["fk-unknown-parent", "unknown-object"]);
/// ```
pub fn parse(sources: &SourceMap, dialect: Option<Dialect>) -> Lowered {
    let dialect = dialect.unwrap_or_else(|| detect_dialect(sources));
    let mut catalog = SystemCatalog::new(dialect);
    let mut marked = Vec::new();
    for file in sources.files() {
        let sections = script::sections(&file.text);
        marked.extend(sections.marks.first().map(|mark| (file, mark.clone())));
        script::read_file(&mut catalog, file, &sections.run);
    }
    catalog.problems.extend(script::not_run(&marked));
    resolve::finish(catalog)
}
