//! Type names of every dialect into [`SqlType`](seedbed_schema_model::SqlType)s.

mod extension;
pub(crate) mod mysql;
pub(crate) mod postgres;
mod rules;
pub(crate) mod sqlite;

use crate::names::Names;
use crate::spelling::TypeName;
use crate::text::Cursor;

pub use mysql::as_binary as mysql_binary_type;
pub(crate) use rules::TypeRules;

/// Reads the type that stands here. `None` when no type does.
pub fn read_type(names: &dyn Names, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let start = *cursor;
    let mut found = (cursor.syntax().types.column)(names, cursor)?;
    found.text = start.until(cursor).text().to_owned();
    Some(found)
}
