//! What a table's plan has read of tables that come later in the order.
//!
//! `customer (id, favourite)` refers to `address (customer_id, id)`, and addresses come later, as they refer to
//! customers. Which addresses a customer has is then read from the round before. That holds as long as the round that is
//! made with it gives those columns the same values again, which is looked at once at its end.

use super::table_context::{LARGEST_INDEX, ParentRows, column_values};
use seedbed_laws::{LawKey, mix};
use seedbed_rows::Programs;
use seedbed_schema_model::{ColumnIdx, TableId};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Digests of what a round has read of later tables, and whether it may.
#[derive(Debug, Default)]
pub(super) struct LaterValues {
    read: RefCell<BTreeMap<(TableId, Vec<ColumnIdx>), u64>>,
    hidden: Cell<bool>,
}

impl LaterValues {
    /// Of the last round, when no round before it came to an end: later tables are not read.
    pub(super) fn hidden() -> Self {
        Self { hidden: Cell::new(true), ..Self::default() }
    }

    /// The programs of the round before, if they may be read.
    pub(super) fn readable<'a>(&self, earlier: &'a Programs) -> Option<&'a Programs> {
        (!self.hidden.get()).then_some(earlier)
    }

    /// Notes that columns of a table were read.
    pub(super) fn note(&self, table: TableId, columns: &[ColumnIdx], values: &[Option<Vec<u8>>]) {
        self.read.borrow_mut().insert((table, columns.to_vec()), digest(values));
    }

    /// Whether the programs give all that was read.
    pub(super) fn hold(&self, programs: &Programs) -> bool {
        self.read.borrow().iter().all(|((table, columns), read)| {
            let now = column_values(programs, *table, columns, ParentRows::Made, LARGEST_INDEX);
            now.is_some_and(|values| digest(values.cells()) == *read)
        })
    }
}

/// A number that differs where the values do, as good as always.
fn digest(values: &[Option<Vec<u8>>]) -> u64 {
    let of_bytes = |digest: u64, byte: &u8| mix(LawKey(digest), u64::from(*byte));
    let of_value = |digest: u64, value: &Option<Vec<u8>>| {
        let digest = mix(LawKey(digest), value.as_ref().map_or(0, |bytes| bytes.len() as u64 + 1));
        value.iter().flatten().fold(digest, of_bytes)
    };
    values.iter().fold(values.len() as u64, of_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_is_no_empty_value() {
        assert_ne!(digest(&[None]), digest(&[Some(Vec::new())]));
        assert_ne!(digest(&[Some(vec![1]), None]), digest(&[None, Some(vec![1])]));
        assert_eq!(digest(&[Some(vec![1, 2])]), digest(&[Some(vec![1, 2])]));
    }

    #[test]
    fn what_was_not_read_holds() {
        assert!(LaterValues::default().hold(&Programs::default()));
        let read = LaterValues::default();
        read.note(TableId(0), &[ColumnIdx(0)], &[None]);
        assert!(!read.hold(&Programs::default()));
    }
}
