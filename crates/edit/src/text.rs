//! The text form of edits: a short language that people write and read, and plain wording beside it.
//!
//! `lexer` takes a text apart, `parser` reads the canonical forms, `wording` ordinary sentences, `printer` writes.

mod choices;
mod cursor;
mod error;
mod lexer;
mod names;
mod number;
mod parser;
mod printer;
mod question;
mod saying;
mod value;
mod wording;

pub use error::TextError;
pub use question::parse_question;

pub(crate) use choices::{choices, is_truth};
pub(crate) use names::table_name;

use crate::Edit;
use cursor::{Cursor, Reader};
use lexer::{Kind, Token};
use seedbed_schema_model::Schema;

/// Reads edits, one a line or with semicolons between them; `#` begins a comment. Names of tables and columns are looked up
/// in the schema, SQL is kept as it is written. `docs/edits.md` has every form.
///
/// ```
/// use seedbed_edit::parse_edits;
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
/// let mut schema = Schema::new(Dialect::Sqlite);
/// let mut orders = Table::new(None, "orders");
/// orders.columns = vec![Column::new("note", SqlType::TEXT), Column::new("fee", SqlType::INTEGER)];
/// schema.push_table(orders);
///
/// let edits = parse_edits("500 orders, fees between 5 and 50; null 30% of orders.note", &schema).unwrap();
/// let text: Vec<String> = edits.iter().map(ToString::to_string).collect();
/// assert_eq!(text, ["rows orders = 500", "set orders.fee between 5 and 50", "null 30% of orders.note"]);
///
/// let errors = parse_edits("set orders.nota = 'x'", &schema).unwrap_err();
/// assert_eq!(errors[0].hint().as_deref(), Some("did you mean `note`?"));
/// ```
///
/// # Errors
/// All that can't be read, in order of the text: at most one fault of form for each line, and every wrong name.
pub fn parse_edits(text: &str, schema: &Schema) -> Result<Vec<Edit>, Vec<TextError>> {
    let (tokens, mut errors) = lexer::lex(text);
    let mut edits = Vec::new();
    for line in tokens.split(|t| t.kind == Kind::Break) {
        if !line.iter().any(|t| t.kind == Kind::Bad) {
            let (read, wrong) = read_line(text, line, schema);
            edits.extend(read);
            errors.extend(wrong);
        }
    }
    errors.sort_by_key(|e| e.span().start);
    if errors.is_empty() { Ok(edits) } else { Err(errors) }
}

fn read_line(text: &str, line: &[Token], schema: &Schema) -> (Vec<Edit>, Vec<TextError>) {
    let mut reader = Reader { cursor: Cursor::new(text, line), schema, errors: Vec::new() };
    match reader.edits() {
        Ok(edits) => (edits, reader.errors),
        Err(error) => {
            reader.errors.push(error);
            (Vec::new(), reader.errors)
        }
    }
}

/// Edits as text, one a line, such that [`parse_edits`] reads them back.
pub fn to_text(edits: &[Edit]) -> String {
    edits.iter().map(|edit| format!("{edit}\n")).collect()
}
