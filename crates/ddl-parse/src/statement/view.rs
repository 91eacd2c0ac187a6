//! Views and other names that hold no rows of their own: `CREATE VIEW`, `CREATE MATERIALIZED VIEW`, SQLite's virtual
//! tables.
//!
//! The name is taken, so that no table is missed by it. A view's columns are kept for tables made from it, as far as
//! its text tells, and the table that rows inserted into it go to. Nothing is reported: a view puts no demand on rows.

use super::query;
use seedbed_ddl_catalog::{NamedRelation, SystemCatalog, View};
use seedbed_sql_syntax::Cursor;

/// What follows `CREATE VIEW` or `CREATE VIRTUAL TABLE`. A name that stands for a table or sequence stays that.
pub(crate) fn view(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    cursor.eat_if_exists();
    let Some(name) = cursor.name() else { return };
    let full = catalog.new_name(&name);
    let names = cursor.ident_list();
    cursor.take_until(|c| c.is_word(0, "AS"));
    cursor.eat(&["AS"]);
    let mut columns = query::columns(catalog, *cursor).unwrap_or_default();
    for (column, name) in columns.iter_mut().zip(names.unwrap_or_default()) {
        column.name = name;
    }
    if matches!(catalog.relation_exact(&full), None | Some(NamedRelation::View)) {
        catalog.name_relation(&full, NamedRelation::View);
        let base = query::base_table(catalog, *cursor);
        catalog.keep_view(&full, View { columns, base });
    }
}
