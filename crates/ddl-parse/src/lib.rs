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
mod dialect;
mod existing;
mod expr;
mod finish;
mod inline;
mod naming;
mod problem;
mod remap;
mod sql_type;
mod statement;
mod text;

pub use dialect::{detect_dialect, detect_dialect_for};
pub use existing::ExistingRows;
pub use problem::Problem;

use catalog::Catalog;
use seedbed_schema_model::{Dialect, Schema, SourceFile, SourceMap, Span};
use text::{Cursor, Item, Source, Splitter};

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
    let mut catalog = Catalog::new(dialect);
    for file in sources.files() {
        read_file(&mut catalog, file);
    }
    finish::finish(catalog)
}

fn read_file(catalog: &mut Catalog, file: &SourceFile) {
    // Spans are 32 bits wide; what lies beyond cannot be pointed at.
    if u32::try_from(file.start + file.text.len()).is_err() {
        let (command, span) = (file.name.clone(), Span::new(file.start, file.start));
        catalog.problems.push(Problem::NotFollowed { command, span });
        return;
    }
    let source = Source { text: &file.text, base: file.start, fixed: None, dialect: catalog.dialect() };
    let mut splitter = Splitter::new(source, 0, file.text.len());
    for item in splitter.by_ref() {
        match item {
            Item::Statement(tokens) => statement::apply_statement(catalog, Cursor::new(source, &tokens)),
            Item::Command(command, span) if brings_text(command) => {
                catalog.problems.push(Problem::NotFollowed { command: command.to_owned(), span });
            }
            Item::Command(..) => {}
            Item::Data(lines) => statement::copied(catalog, lines),
        }
    }
    catalog.problems.extend(splitter.into_problems());
}

/// Whether a client's command reads another file or runs the result of a query.
fn brings_text(command: &str) -> bool {
    let word = command.split_whitespace().next().unwrap_or("");
    matches!(word, "\\i" | "\\ir" | "\\include" | "\\include_relative" | "\\gexec" | ".read" | "\\.")
}
