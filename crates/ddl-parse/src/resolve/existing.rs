//! Rows that a script puts into its tables itself.
//!
//! The catalog keeps them by the columns as they were created; here they are put into the order of the finished table,
//! and a partition's rows into its partitioned table.

use seedbed_ddl_catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, Literal, Span, TableId};
use std::collections::BTreeMap;

/// The rows of a table that are there once all statements have run.
///
/// Rows that are made for the table must keep away from their keys, and may refer to them.
#[derive(Clone, Debug, PartialEq)]
pub struct ExistingRows {
    /// The table; for a partition's rows the partitioned table that they are rows of.
    pub table: TableId,
    /// A value for each of the table's columns, `None` where the text does not tell it. Rows of a data block
    /// (`COPY ... FROM stdin`) have text for all values.
    pub rows: Vec<Vec<Option<Literal>>>,
    /// False when a statement that puts in or takes out rows could not be followed: there may be more rows, or fewer.
    pub exact: bool,
    /// The first statement that puts in rows.
    pub span: Span,
}

/// What is in the tables that are left; `tables` has their new numbers, `None` for those that are gone. A partition's
/// rows are its partitioned table's. Tables without any are left out.
pub(crate) fn collect(catalog: &mut SystemCatalog, tables: &[Option<u32>]) -> Vec<ExistingRows> {
    let mut found: BTreeMap<u32, ExistingRows> = BTreeMap::new();
    for at in 0..catalog.drafts.len() {
        let id = TableId(at as u32);
        let root = catalog.schema.partition_root(id);
        let (Some(_), Some(table)) = (tables[at], tables[root]) else { continue };
        let rows = std::mem::take(&mut catalog.drafts[at].rows);
        let Some(span) = rows.span else { continue };
        let places = places_of(catalog, root, id);
        let entry = found.entry(table).or_insert_with(|| {
            let table = TableId(table);
            ExistingRows { table, rows: Vec::new(), exact: true, span }
        });
        entry.exact &= !rows.uncertain;
        entry.rows.extend(rows.rows.into_iter().map(|row| arranged(row, &places)));
    }
    found.retain(|_, of| !of.rows.is_empty() || !of.exact);
    found.into_values().collect()
}

/// Where the live columns of `root` stand in the rows of `table`.
fn places_of(catalog: &SystemCatalog, root: TableId, table: TableId) -> Vec<Option<ColumnIdx>> {
    let name = |column: &ColumnIdx| &catalog.schema[root].columns[*column].name;
    catalog.draft(root).order.iter().map(|column| catalog.column(table, name(column))).collect()
}

/// A row's values in the order of the columns that are left.
fn arranged(mut row: ScriptRow, places: &[Option<ColumnIdx>]) -> ScriptRow {
    let mut value = |place: &Option<ColumnIdx>| row.get_mut((*place)?.position())?.take();
    places.iter().map(&mut value).collect()
}
