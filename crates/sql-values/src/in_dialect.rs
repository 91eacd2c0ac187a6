//! Values in a dialect: the entry points that look up how the dialect represents them.
//!
//! Each costs a jump more than what it calls. Who writes millions of cells asks [`representation`] once and keeps the
//! answer.

use crate::collation::Folding;
use crate::literal::{self, LiteralError};
use crate::{Value, representation};
use seedbed_schema_model::{Column, Dialect, QualifiedName, Schema, SqlType};
use std::borrow::Cow;

/// The literal text of a value; empty for NULL, which a sink marks in its own way.
///
/// - booleans `true`/`false` in PostgreSQL, `1`/`0` elsewhere
/// - dates and times in ISO form; a zoned PostgreSQL timestamp or time with `+00` behind
/// - binary strings as PostgreSQL's `\x6869`, elsewhere as bare hex digits
/// - arrays and rows as PostgreSQL's `{a,"b c"}` and `(a,"b c")`
/// - `ty` is the type below any domain; it tells what the value alone does not.
///
/// ```
/// use seedbed_schema_model::{Dialect, SqlType};
/// use seedbed_sql_values::{Value, format_value};
/// assert_eq!(format_value(&Value::Boolean(true), &SqlType::Boolean, Dialect::MySql), "1");
/// assert_eq!(format_value(&Value::Date(11_017), &SqlType::Date, Dialect::Postgres), "2000-03-01");
/// ```
pub fn format_value(value: &Value, ty: &SqlType, dialect: Dialect) -> String {
    representation(dialect).notation.format(value, ty)
}

/// Reads the literal text of a type, as the dialect's input would: what stands between the quotes of a string
/// constant, in a CSV cell, in a default.
///
/// Numbers are rounded to the type's scale and must fit its range; enum values must be labels. Lengths of text are not
/// checked (see `seedbed-validate`). Types without a value of their own here (`inet`, geometry ...) stay text.
/// Cost: linear in the text, and in the labels of an enum.
///
/// ```
/// use seedbed_schema_model::{Dialect, Schema, SqlType};
/// use seedbed_sql_values::{Value, parse_value};
/// let schema = Schema::new(Dialect::Postgres);
/// assert_eq!(parse_value("2000-03-01", &SqlType::Date, &schema), Ok(Value::Date(11_017)));
/// let error = parse_value("40000", &SqlType::Integer { bits: 16, unsigned: false }, &schema).unwrap_err();
/// assert_eq!(error.to_string(), "`40000` is not a value of type integer");
/// ```
///
/// # Errors
/// [`LiteralError`] when the text is no value of the type, or one that [`Value`] cannot hold (`numeric` beyond 38
/// digits, MySQL's zero dates).
pub fn parse_value(text: &str, ty: &SqlType, schema: &Schema) -> Result<Value, LiteralError> {
    literal::read(text, ty, schema, &representation(schema.dialect).literals)
}

/// The value that a column holds after `value` was written to it: rounded to the type's digits, in single precision in
/// `real`, without padding in `char(n)`, in SQLite converted by the column's affinity. Ranges and lengths are not
/// checked.
///
/// ```
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
/// use seedbed_sql_values::{Value, stored_value};
/// let (schema, size) = (Schema::new(Dialect::Sqlite), Column::new("size", SqlType::INTEGER));
/// assert_eq!(stored_value(Value::Text("12".into()), &size, &schema), Value::Integer(12));
/// assert_eq!(stored_value(Value::Text("big".into()), &size, &schema), Value::Text("big".into()));
/// ```
pub fn stored_value(value: Value, column: &Column, schema: &Schema) -> Value {
    (representation(schema.dialect).store)(value, column, schema)
}

/// A key of `text` such that two strings that collide in a UNIQUE column have equal keys.
///
/// | dialect | key |
/// |---|---|
/// | PostgreSQL | the text; `citext` lower-cased; `char(n)` without trailing spaces |
/// | MySQL | no trailing spaces (`PAD SPACE`, also for `_bin`; not for `0900`, `nopad`, `binary`), lower case, no accents except for `_as_`; `_cs` keeps both; `_bin` keeps all |
/// | SQLite | `BINARY` the text, `NOCASE` lower-cased in ASCII, `RTRIM` without trailing spaces |
///
/// A MySQL column without a collation is taken as `_general_ci`, the server's default family. The key is a little
/// coarser than MySQL's (letters such as `ø` fold to their base in every `_ai` collation), never finer, for the
/// alphabets that decompose; scripts beyond that compare by code point. Cost: linear in the text; borrowed where the
/// key is a part of it.
///
/// ```
/// use seedbed_schema_model::{Dialect, SqlType};
/// use seedbed_sql_values::fold;
/// assert_eq!(fold("Café ", None, Dialect::MySql, &SqlType::TEXT), "cafe");
/// assert_eq!(fold("Café ", None, Dialect::Postgres, &SqlType::TEXT), "Café ");
/// ```
pub fn fold<'a>(text: &'a str, collation: Option<&str>, dialect: Dialect, ty: &SqlType) -> Cow<'a, str> {
    folding(collation, dialect, ty).fold(text)
}

/// What [`fold`] does under a collation and a type, looked up once for many strings.
///
/// ```
/// use seedbed_schema_model::{Dialect, SqlType};
/// let folding = seedbed_sql_values::folding(Some("nocase"), Dialect::Sqlite, &SqlType::TEXT);
/// assert_eq!(["Ab", "aB"].map(|text| folding.fold(text)), ["ab", "ab"]);
/// ```
pub fn folding(collation: Option<&str>, dialect: Dialect, ty: &SqlType) -> Folding {
    (representation(dialect).folding)(collation, ty)
}

/// A name as the dialect quotes it: `"name"`, in MySQL `` `name` ``. Always quoted, so that no list of reserved words
/// is needed. A NUL, which no server allows in a name, is left out.
///
/// ```
/// use seedbed_schema_model::Dialect;
/// assert_eq!(seedbed_sql_values::quote_identifier(Dialect::Postgres, "a\"b"), "\"a\"\"b\"");
/// ```
pub fn quote_identifier(dialect: Dialect, name: &str) -> String {
    representation(dialect).identifiers.quoted(name)
}

/// `schema.name`, each part quoted; the name alone where it has no schema.
pub fn quote_qualified(dialect: Dialect, name: &QualifiedName) -> String {
    let own = quote_identifier(dialect, &name.name);
    match &name.schema {
        Some(schema) => format!("{}.{own}", quote_identifier(dialect, schema)),
        None => own,
    }
}

/// A string constant.
///
/// - PostgreSQL: `'it''s'`, which means itself under `standard_conforming_strings`; a NUL cannot be in any
///   PostgreSQL text and is left out.
/// - MySQL: backslashes are doubled (`NO_BACKSLASH_ESCAPES` is off by default), a NUL is `\0`.
/// - SQLite: a NUL ends the statement's text for its parser, so a string with one is a cast hex blob.
///
/// ```
/// use seedbed_schema_model::Dialect;
/// assert_eq!(seedbed_sql_values::quote_text(Dialect::MySql, "it's C:\\"), "'it''s C:\\\\'");
/// ```
pub fn quote_text(dialect: Dialect, text: &str) -> String {
    (representation(dialect).quote_text)(text)
}

#[cfg(test)]
mod tests;
