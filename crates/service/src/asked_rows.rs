//! How many rows edits ask for, before any is made.

use crate::config::{check_all_rows, check_counts};
use crate::{RequestLimits, ServiceError};
use seedbed_datagen_core::resolve_table;
use seedbed_edit::Edit;
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;

/// Whether edits may ask for so many rows on top of those that there are. Rows that are added are looked at before they can be
/// checked for anything else, so that many of them cost much; how many are removed is not known before, and so nothing is
/// refused that may still fit.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_asked_rows(
    edits: &[Edit],
    schema: &Schema,
    present: &BTreeMap<TableId, u64>,
    limits: &RequestLimits,
) -> Result<(), ServiceError> {
    let mut counts = present.clone();
    let named = |name: &str| resolve_table(schema, name).ok().map(|table| schema.partition_root(table));
    for edit in edits {
        match edit {
            Edit::Add(add) => {
                let Some(table) = named(&add.table).filter(|table| counts.contains_key(table)) else {
                    continue;
                };
                let rows = counts.entry(table).or_default();
                *rows = rows.saturating_add(add.count);
            }
            Edit::Rows(rows) => match &rows.table {
                Some(name) => {
                    if let Some(count) = named(name).and_then(|table| counts.get_mut(&table)) {
                        *count = rows.count;
                    }
                }
                None => counts.values_mut().for_each(|count| *count = rows.count),
            },
            // Any number of rows may go, and rows of other tables with them.
            Edit::Remove(_) => counts.values_mut().for_each(|count| *count = 0),
            _ => continue,
        }
        check_growth(
            schema,
            present,
            &counts.iter().map(|(id, rows)| (*id, *rows)).collect::<Vec<_>>(),
            limits,
        )?;
    }
    Ok(())
}

/// Whether tables may have so many rows. Those that were as large before may stay so, whoever made them.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_growth(
    schema: &Schema,
    before: &BTreeMap<TableId, u64>,
    counts: &[(TableId, u64)],
    limits: &RequestLimits,
) -> Result<(), ServiceError> {
    let has_grown = |(id, rows): &(TableId, u64)| before.get(id).is_none_or(|before| rows > before);
    match counts.iter().any(has_grown) {
        true => {
            let grown: Vec<_> = counts.iter().copied().filter(has_grown).collect();
            check_counts(schema, &grown, limits)?;
            check_all_rows(counts.iter().map(|(_, rows)| *rows).fold(0, u64::saturating_add), limits)
        }
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Table};

    /// Whether edits of two tables with 60 rows each are let through, where one may have 100 and both 150.
    fn is_refused(edits: &str) -> bool {
        let mut schema = Schema::new(Dialect::Sqlite);
        for name in ["film", "actor"] {
            schema.push_table(Table::new(None, name));
        }
        let present = schema.tables_indexed().map(|(id, _)| (id, 60)).collect();
        let limits = RequestLimits { table_rows: 100, job_rows: 150, ..RequestLimits::default() };
        let edits = seedbed_edit::parse_edits(edits, &schema).expect("they are edits");
        matches!(check_asked_rows(&edits, &schema, &present, &limits), Err(ServiceError::RowLimit { .. }))
    }

    #[test]
    fn rows_are_added_up_table_by_table() {
        for edits in [
            "add 41 rows to film",
            "add 30 rows to film\nadd 30 rows to FILM",
            "rows film = 101",
            "rows = 76",
        ] {
            assert!(is_refused(edits), "{edits}");
        }
        for edits in
            ["add 30 rows to film", "rows film = 80", "rows film = 20\nadd 70 rows to film", "rows = 75"]
        {
            assert!(!is_refused(edits), "{edits}");
        }
    }

    #[test]
    fn what_is_removed_makes_room_for_as_much_as_may_be() {
        assert!(!is_refused("remove film where 1 = 1\nadd 100 rows to film"));
        assert!(is_refused("remove film where 1 = 1\nadd 101 rows to film"));
        assert!(is_refused("add 101 rows to film\nremove film where 1 = 1"), "they are made before they go");
    }
}
