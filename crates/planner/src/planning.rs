//! What planning knows of the whole run.

use super::demands::Demands;
use super::later_values::LaterValues;
use super::referred::Referred;
use super::row_limit::RowLimit;
use super::wishes::Wishes;
use seedbed_datagen_core::{Catalog, ColumnSpec, Request};
use seedbed_rows::Programs;
use seedbed_schema_model::{Column, ColumnIdx, Numbering, Schema, SequenceId, Table, TableId};
use seedbed_sql_semantics::Work;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The run that a table is planned for.
pub(super) struct Planning<'a> {
    /// The schema, with undeclared references.
    pub(super) schema: &'a Arc<Schema>,
    /// What was asked for, as it was asked.
    pub(super) request: &'a Request,
    /// Providers, and which column wants which.
    pub(super) catalog: &'a dyn Catalog,
    /// What all keys of laws are derived from.
    pub(super) seed: u64,
    /// The programs of the round before: for parents that come later in the order.
    pub(super) earlier: &'a Programs,
    /// The request with its names resolved.
    pub(super) wishes: &'a Wishes,
    /// What limits the rows of tables, as far as it is found.
    pub(super) limits: &'a BTreeMap<TableId, RowLimit>,
    /// What was read of tables that come later in the order.
    pub(super) later: &'a LaterValues,
    /// Values that children ask of columns.
    pub(super) demands: &'a Demands,
    /// What tables refer to.
    pub(super) referred: &'a Referred,
    /// What is left for the table that is planned.
    pub(super) work: &'a Work,
}

impl Planning<'_> {
    /// What the spec says of a column.
    pub(super) fn column_spec(&self, table: TableId, column: ColumnIdx) -> Option<&ColumnSpec> {
        self.wishes.columns.get(&(table, column))
    }

    /// Rows that a table is expected to get, before it is planned.
    pub(super) fn expected_rows(&self, table: TableId) -> u64 {
        if !self.wishes.included.contains(&table) {
            return 0;
        }
        let asked = self.wishes.asked(table);
        self.limits.get(&table).map_or(asked, |limit| asked.min(limit.rows))
    }

    /// The greatest number that a key column holds already in the target.
    pub(super) fn existing_greatest(&self, table: TableId, column: ColumnIdx) -> Option<i128> {
        self.request.existing.tables.get(&table)?.greatest.get(&column).copied()
    }

    /// Rows that a table holds already in the target.
    pub(super) fn existing_rows(&self, table: TableId) -> u64 {
        self.request.existing.tables.get(&table).map_or(0, |t| t.rows)
    }

    /// The tables that number rows from a sequence, by name.
    pub(super) fn sharers(&self, sequence: SequenceId) -> Vec<TableId> {
        let numbers = |t: &Table| t.columns.iter().any(|c| sequence_of(c) == Some(sequence));
        let tables = self.schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none() && numbers(t));
        let mut sharers: Vec<TableId> = tables.map(|(id, _)| id).collect();
        sharers.sort_by_cached_key(|id| self.schema[*id].name.to_string());
        sharers
    }

    /// How many entities a table may show: enough that a table can grow without moving its rows.
    pub(super) fn entity_len(&self, rows: u64) -> u64 {
        [26, 32, 48].into_iter().map(|bits| 1_u64 << bits).find(|len| *len / 2 >= rows).unwrap_or(1 << 62)
    }
}

/// The sequence that a column numbers its rows from.
pub(super) fn sequence_of(c: &Column) -> Option<SequenceId> {
    match c.numbering {
        Some(Numbering::Serial { sequence } | Numbering::Identity { sequence, .. }) => sequence,
        _ => None,
    }
}
