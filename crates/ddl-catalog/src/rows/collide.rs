//! Which row of a table has the key of another.
//!
//! Keys are compared by the text of their values. A key with a NULL collides with nothing; one with an unknown value may
//! collide with any.

use super::held::comparable;
use crate::catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, Literal, TableId, UniqueKey};
use std::collections::HashMap;

/// The rows of a table by the values of one key.
#[derive(Debug)]
struct Index {
    /// The key's columns.
    columns: Vec<ColumnIdx>,
    /// The place of the row that has these values.
    rows: HashMap<Vec<String>, usize>,
}

/// The rows of a table by the values of each of its keys.
#[derive(Debug)]
pub(super) struct Collisions {
    /// The primary key and the unique keys over whole columns.
    keys: Vec<Index>,
    /// A row has a key whose value is not known.
    vague: bool,
}

impl Collisions {
    /// The rows that a table holds now.
    pub(super) fn of(catalog: &SystemCatalog, table: TableId) -> Self {
        let of = &catalog.schema[table];
        let primary = of.primary_key.iter().map(|key| key.columns.clone());
        let whole = |unique: &&UniqueKey| unique.predicate.is_none();
        let uniques = of.uniques.iter().filter(whole).filter_map(UniqueKey::plain_columns);
        let keys = primary.chain(uniques).map(|columns| Index { columns, rows: HashMap::new() }).collect();
        let mut found = Self { keys, vague: catalog.draft(table).rows.uncertain };
        for (at, row) in catalog.draft(table).rows.rows.iter().enumerate() {
            found.add(catalog, row, at);
        }
        found
    }

    /// Takes in a further row.
    pub(super) fn add(&mut self, catalog: &SystemCatalog, row: &ScriptRow, at: usize) {
        for Index { columns, rows } in &mut self.keys {
            match key(catalog, row, columns) {
                Ok(Some(key)) => {
                    rows.insert(key, at);
                }
                Ok(None) => {}
                Err(()) => self.vague = true,
            }
        }
    }

    /// The place of the row that has a key of `row`, if there is one; `Err` when a value that decides it is not known.
    pub(super) fn find(&self, catalog: &SystemCatalog, row: &ScriptRow) -> Result<Option<usize>, ()> {
        let mut unknown = self.vague;
        for Index { columns, rows } in &self.keys {
            match key(catalog, row, columns) {
                Ok(Some(key)) => {
                    if let Some(at) = rows.get(&key) {
                        return Ok(Some(*at));
                    }
                }
                Ok(None) => {}
                Err(()) => unknown |= !rows.is_empty(),
            }
        }
        if unknown { Err(()) } else { Ok(None) }
    }
}

/// The values of a row's key, as texts to compare; `None` when one of them is NULL and collides with nothing, `Err`
/// when one is not known.
fn key(catalog: &SystemCatalog, row: &ScriptRow, columns: &[ColumnIdx]) -> Result<Option<Vec<String>>, ()> {
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        match row.get(column.position()).and_then(Option::as_ref) {
            Some(Literal::Null) => return Ok(None),
            Some(value) => values.push(comparable(catalog, value)),
            None => return Err(()),
        }
    }
    Ok(Some(values))
}
