//! Which table a body means by a name.

use crate::catalog::{NamedRelation, SystemCatalog};
use seedbed_schema_model::{QualifiedName, Table, TableId};
use seedbed_sql_syntax::Name;

/// The table of that name as a trigger of `near` finds it: the search path is another one when it runs, so that a bare
/// name stands for the table beside `near`, or for the only one of that name.
pub(crate) fn meant(catalog: &SystemCatalog, near: Option<TableId>, name: &Name) -> Option<TableId> {
    let beside = near.and_then(|near| catalog.schema[near].name.schema.clone());
    let schema = name.schema.clone().or(beside);
    let beside =
        QualifiedName::new(schema.as_deref().filter(|_| catalog.dialect().has_schemas()), &name.name);
    match catalog.relation_exact(&beside) {
        Some(NamedRelation::Table(id)) => return Some(id),
        Some(NamedRelation::View) => return catalog.view_exact(&beside)?.base,
        _ => {}
    }
    if let Some(found) = catalog.table(name).filter(|_| near.is_none()) {
        return Some(found);
    }
    if name.schema.is_some() {
        return None;
    }
    let named = |(id, table): (TableId, &Table)| {
        (table.name.name == name.name && !catalog.draft(id).dropped).then_some(id)
    };
    let mut all = catalog.schema.tables_indexed().filter_map(named);
    all.next().filter(|_| all.next().is_none())
}

/// Each table once, in order of their numbers.
pub(super) fn distinct(tables: impl Iterator<Item = TableId>) -> Vec<TableId> {
    let mut found: Vec<TableId> = tables.collect();
    found.sort_unstable();
    found.dedup();
    found
}
