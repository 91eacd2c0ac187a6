//! Keys that find a row again.

use seedbed_schema_model::{ColumnIdx, KeyPart, KeyTerm, Table};

/// The first key whose columns are all written, never NULL and free of `without`. Of text it may count the first
/// characters only: the whole value finds the row all the same.
pub(crate) fn finding_key(
    table: &Table,
    without: &[ColumnIdx],
    written: &[ColumnIdx],
) -> Option<Vec<ColumnIdx>> {
    let fits = |c: &ColumnIdx| written.contains(c) && !without.contains(c) && !table[*c].nullable;
    keys(table).map(|key| key.columns).find(|columns| !columns.is_empty() && columns.iter().all(fits))
}

/// The first key whose columns are all written, never NULL, and count with all that they hold: two rows that it holds
/// for the same have the same values there.
pub(crate) fn whole_key(table: &Table, written: &[ColumnIdx]) -> Option<Vec<ColumnIdx>> {
    let fits = |c: &ColumnIdx| written.contains(c) && !table[*c].nullable;
    let whole = keys(table).filter(|key| !key.has_prefix).map(|key| key.columns);
    whole.into_iter().find(|columns| !columns.is_empty() && columns.iter().all(fits))
}

/// A key over columns.
struct RowKey {
    columns: Vec<ColumnIdx>,
    /// Some column counts with its first characters only.
    has_prefix: bool,
}

/// The primary key and the unique keys of all rows, but for those over expressions.
fn keys(table: &Table) -> impl Iterator<Item = RowKey> + '_ {
    let primary = table.primary_key.iter().map(|key| RowKey {
        columns: key.columns.clone(),
        has_prefix: key.prefix_lengths.iter().any(Option::is_some),
    });
    let unique = table.uniques.iter().filter(|u| u.predicate.is_none()).filter_map(|u| {
        let has_prefix = u.parts.iter().any(|p| p.prefix_length.is_some());
        Some(RowKey { columns: u.parts.iter().map(column).collect::<Option<_>>()?, has_prefix })
    });
    primary.chain(unique)
}

fn column(part: &KeyPart) -> Option<ColumnIdx> {
    match part.term {
        KeyTerm::Column(column) => Some(column),
        KeyTerm::Expr(_) => None,
    }
}
