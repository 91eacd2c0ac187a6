//! Type names of every dialect into [`SqlType`](seedbed_schema_model::SqlType)s.

mod mysql;
mod postgres;
mod sqlite;

use crate::names::Names;
use crate::spelling::TypeName;
use crate::text::Cursor;
use seedbed_schema_model::Dialect;

pub use mysql::as_binary as mysql_binary_type;

/// Reads the type that stands here. `None` when no type does.
pub fn read_type(names: &dyn Names, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let start = *cursor;
    let mut found = match cursor.dialect() {
        Dialect::Postgres => postgres::read_type(names, cursor),
        Dialect::MySql => mysql::read_type(cursor),
        _ => sqlite::read_type(cursor),
    }?;
    found.text = start.until(cursor).text().to_owned();
    Some(found)
}
