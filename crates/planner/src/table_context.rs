//! What every pass over a table may read, and none may change.

use super::error::PlanError;
use super::planning::Planning;
use super::wish_fault::ColumnWishFault;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{ColumnBuffer, ColumnSpec, EntityRole, arrow_type};
use seedbed_laws::LawKey;
use seedbed_rows::explain::Wording;
use seedbed_rows::{Candidates, Filler, Programs, empty_buffer, shared_key};
use seedbed_schema_model::{Column, ColumnIdx, ForeignKey, Schema, Table, TableId};
use seedbed_sql_semantics::Context;
use std::sync::Arc;

/// Parents of more rows than this are not read at plan time.
pub(super) const LARGEST_INDEX: u64 = 20_000_000;

/// A table to be planned, and what is known around it.
#[derive(Clone, Copy)]
pub(super) struct TableContext<'a> {
    /// The run.
    pub(super) planning: &'a Planning<'a>,
    /// The programs of tables that come before it in the load order.
    pub(super) programs: &'a Programs,
    /// What holds of its rows.
    pub(super) constraints: &'a Constraints<'a>,
    /// Rows that it shall get.
    pub(super) rows: u64,
}

impl<'a> TableContext<'a> {
    /// The schema.
    pub(super) fn schema(&self) -> &'a Arc<Schema> {
        self.planning.schema
    }

    /// The table.
    pub(super) fn table(&self) -> &'a Table {
        self.constraints.table
    }

    /// Its place in the schema.
    pub(super) fn id(&self) -> TableId {
        self.constraints.id
    }

    /// A column of it.
    pub(super) fn column(&self, column: ColumnIdx) -> &'a Column {
        &self.table()[column]
    }

    /// The surroundings of the table's expressions.
    pub(super) fn expressions(&self) -> Context<'a> {
        seedbed_rows::table_context(self.schema(), self.table())
    }

    /// What names its keys and references in messages.
    pub(super) fn wording(&self) -> Wording<'a> {
        Wording { schema: self.schema(), table: self.table() }
    }

    /// A key of laws, derived from the seed, the table's and the column's names and what it is for: a column's draws
    /// don't depend on the columns around it.
    pub(super) fn key(&self, column: ColumnIdx, purpose: &str) -> LawKey {
        self.joint_key(&[column], purpose)
    }

    /// A key below the table's name and several columns' names.
    pub(super) fn joint_key(&self, columns: &[ColumnIdx], purpose: &str) -> LawKey {
        let name = self.table().name.to_string();
        let mut path = vec![name.as_str()];
        path.extend(columns.iter().map(|c| self.column(*c).name.as_str()));
        LawKey::derive(self.planning.seed, &path, purpose)
    }

    /// The key that all columns share which show the same entity.
    pub(super) fn entity_key(&self, role: EntityRole) -> LawKey {
        let table = self.table().name.to_string();
        LawKey::derive(self.planning.seed, &[&table, role.entity], "entity").child(role.group.into())
    }

    /// What the spec says of a column.
    pub(super) fn spec_of(&self, column: ColumnIdx) -> Option<&'a ColumnSpec> {
        self.planning.column_spec(self.id(), column)
    }

    /// Share of roots in a self reference, beside the first row: what was asked, or few.
    pub(super) fn root_rate(&self, column: ColumnIdx) -> f64 {
        self.spec_of(column)
            .and_then(|s| s.null_rate)
            .or(self.planning.request.spec.null_rate)
            .unwrap_or(ROOTS)
    }

    /// Whether the column is part of any key.
    pub(super) fn is_keyed(&self, column: ColumnIdx) -> bool {
        self.constraints.keys.iter().any(|k| k.columns.contains(&column))
    }

    /// Whether some reference names the column: what its children refer to may not move.
    pub(super) fn is_referred_to(&self, column: ColumnIdx) -> bool {
        let references = self.schema().tables.iter().flat_map(|t| &t.foreign_keys);
        references.filter(|fk| fk.parent == self.id()).any(|fk| fk.parent_columns.contains(&column))
    }

    /// Columns' names, for a reason.
    pub(super) fn names(&self, columns: &[ColumnIdx]) -> Vec<String> {
        columns.iter().map(|c| self.column(*c).name.clone()).collect()
    }

    /// A table's name, for a reason.
    pub(super) fn name_of(&self, table: TableId) -> String {
        self.schema()[table].name.to_string()
    }

    /// An empty buffer of a column's kind.
    pub(super) fn buffer(&self, column: ColumnIdx) -> ColumnBuffer {
        empty_buffer(&arrow_type(self.schema(), &self.column(column).ty))
    }

    /// A column's wish that can't be met.
    pub(super) fn bad_spec(&self, column: ColumnIdx, fault: ColumnWishFault) -> PlanError {
        PlanError::BadColumnSpec {
            table: self.name_of(self.id()),
            column: self.column(column).name.clone(),
            fault,
            span: self.column(column).span,
        }
    }

    /// The parent rows that a reference may draw: generated ones, or those that the target holds already where none
    /// are generated.
    pub(super) fn candidates(&self, fk: &ForeignKey) -> Candidates {
        let Some(parent) = self.programs.get(fk.parent).or_else(|| self.planning.earlier.get(fk.parent))
        else {
            return Candidates::All(self.planning.expected_rows(fk.parent));
        };
        let generated = super::candidates::present_rows(self.programs, parent, &fk.parent_columns);
        match &parent.known {
            Some(known) if generated.len() == 0 => {
                Candidates::Listed(known.present(&fk.parent_columns).into())
            }
            _ => generated,
        }
    }

    /// Some columns of every row of a planned table, as bytes to compare; `None` for NULLs.
    pub(super) fn values(&self, table: TableId, columns: &[ColumnIdx]) -> Option<Vec<Option<Vec<u8>>>> {
        let rows = self.programs.get(table)?.rows;
        if rows > LARGEST_INDEX {
            return None;
        }
        let numbers: Vec<u64> = (0..rows).collect();
        let filled = Filler::new(self.programs, table, &numbers, 0)?.columns(columns);
        let value = |i: usize| {
            let mut bytes = Vec::new();
            shared_key(&filled, i, &mut bytes).map(|()| bytes)
        };
        Some((0..numbers.len()).map(value).collect())
    }
}

/// Share of rows of a self reference that are roots, beside the first: trees, not a forest of single rows.
const ROOTS: f64 = 0.05;
