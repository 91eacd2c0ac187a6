//! References that are filled in after the rows: which columns go in as NULL, and how their rows are found again.

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, CycleBreak, KeyPart, KeyTerm, LoadOrder, Schema, Table, TableId};

/// The columns of one table that a load leaves NULL at first, because their parents come later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NullFirst {
    /// The columns to fill in.
    pub columns: Vec<ColumnIdx>,
    /// A key whose columns are never NULL and not among `columns`: what finds a row again. `None` when the table has
    /// none, so that the columns stay NULL.
    pub key: Option<Vec<ColumnIdx>>,
}

impl NullFirst {
    /// What a table of a schema leaves for later under a load order; `None` when it leaves nothing. Only columns that
    /// are `written` count.
    pub fn of(schema: &Schema, order: &LoadOrder, table: TableId, written: &[ColumnIdx]) -> Option<Self> {
        let owner = &schema[table];
        let mut columns: Vec<ColumnIdx> = order
            .broken
            .iter()
            .filter(|b| b.foreign_key.table == table && b.how == CycleBreak::NullFirst)
            .filter_map(|b| owner.foreign_keys.get(usize::from(b.foreign_key.index)))
            .flat_map(|fk| fk.columns.iter().copied())
            .filter(|c| owner[*c].nullable && written.contains(c))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let key = finding_key(owner, &columns, written);
        (!columns.is_empty()).then_some(Self { columns, key })
    }

    /// The batch with the columns NULL.
    #[must_use]
    pub fn hide(&self, mut batch: Batch) -> Batch {
        let fields = batch.rows.schema();
        let arrays = batch.rows.columns().iter().zip(&batch.columns).zip(fields.fields()).map(
            |((array, column), field)| {
                let array: ArrayRef = if self.columns.contains(column) {
                    new_null_array(array.data_type(), array.len())
                } else {
                    ArrayRef::clone(array)
                };
                (field.name().clone(), array, true)
            },
        );
        if let Ok(rows) = RecordBatch::try_from_iter_with_nullable(arrays.collect::<Vec<_>>()) {
            batch.rows = rows;
        }
        batch
    }
}

/// The primary key or the first plain unique key that is whole, never NULL and free of `without`: what finds a row again.
pub(crate) fn finding_key(
    table: &Table,
    without: &[ColumnIdx],
    written: &[ColumnIdx],
) -> Option<Vec<ColumnIdx>> {
    let fits = |columns: &Vec<ColumnIdx>| {
        !columns.is_empty()
            && columns.iter().all(|c| written.contains(c) && !without.contains(c) && !table[*c].nullable)
    };
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    let uniques = table.uniques.iter().filter(|u| u.predicate.is_none()).filter_map(|u| plain(&u.parts));
    primary.chain(uniques).find(fits)
}

fn plain(parts: &[KeyPart]) -> Option<Vec<ColumnIdx>> {
    parts
        .iter()
        .map(|p| match p.term {
            KeyTerm::Column(c) => Some(c),
            KeyTerm::Expr(_) => None,
        })
        .collect()
}
