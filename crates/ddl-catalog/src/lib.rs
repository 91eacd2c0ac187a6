//! What a script of DDL has declared so far.
//!
//! A [`SystemCatalog`] is the database as the statements read until now have left it: tables and types with what was
//! dropped still in place, the names that stand for them, the rows that the script has inserted. `seedbed-ddl-parse`
//! reads the statements and calls it; when the script ends, it turns the catalog into a schema.
//!
//! - [`SystemCatalog`] finds names, gives them, and holds a [`Draft`] beside every table.
//! - [`rows`] follows the statements that write rows (`INSERT`, `COPY`, `UPDATE` and so on).
//! - [`routine`] keeps functions, triggers and rules, runs the DDL in procedural blocks, and writes functions out where
//!   they are called.
//! - [`search_path`] reads the clause that sets where names are looked for.
//! - [`settle_triggers`] tells what triggers do to other tables, when all are known.
//! - [`Problem`] is what could not be read, with its place; [`SyntaxError`] says which words were wrong.
//!
//! Nothing here fails on a script that makes no sense: what is not understood is a [`Problem`], and what is not
//! followed makes a table's rows [uncertain](ScriptRows::uncertain).
//!
//! ```
//! use seedbed_ddl_catalog::SystemCatalog;
//! use seedbed_schema_model::{Column, Dialect, SqlType, Table};
//! use seedbed_sql_syntax::{Cursor, SourceText, tokens};
//!
//! let mut catalog = SystemCatalog::new(Dialect::Postgres);
//! let genre = catalog.push_table(Table::new(Some("public"), "genre"));
//! catalog.push_column(genre, Column::new("name", SqlType::TEXT));
//!
//! // A bare name is found along the search path, which begins as `public`.
//! let source = SourceText::new("genre", Dialect::Postgres);
//! let name = Cursor::new(source, &tokens(source)).name().expect("a name");
//! assert_eq!(catalog.table(&name), Some(genre));
//! assert_eq!(catalog.new_name(&name).to_string(), "public.genre");
//! ```

mod catalog;
mod effects;
mod problem;
pub mod renumber;
pub mod routine;
pub mod rows;
pub mod search_path;
mod syntax_error;

pub use catalog::{
    Draft, NamedReference, NamedRelation, Period, RangeType, ScriptRow, ScriptRows, SystemCatalog, UserType,
    View,
};
pub use effects::settle_triggers;
pub use problem::Problem;
pub use syntax_error::{Expected, Named, NotStatic, SyntaxError};
