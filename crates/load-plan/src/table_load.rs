//! One table's part in a load.

use crate::constraint_check::checked_at_once;
use crate::feeding::Feeding;
use crate::reference_check::reference_checks;
use crate::row_key::whole_key;
use crate::sequence::sequences;
use crate::{DeferredReferences, ReferenceCheck, SequenceAdvance};
use seedbed_schema_model::{
    BrokenReference, ColumnIdx, CycleBreak, ForeignKey, ForeignKeyId, LoadOrder, QualifiedName, Schema,
    TableId,
};
use seedbed_sql_semantics::{HardCycle, semantics};

/// The rows that a table gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsToLoad {
    /// The table.
    pub table: TableId,
    /// The columns that rows bring. Those of a file may be generated ones, which no statement writes to.
    pub columns: Vec<ColumnIdx>,
    /// How many rows.
    pub rows: u64,
    /// Whether not all that the server asks of them is known to hold.
    pub uncertain: bool,
}

/// What a load does with one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLoad {
    /// The table.
    pub table: TableId,
    /// The columns that rows bring.
    pub columns: Vec<ColumnIdx>,
    /// How many rows.
    pub rows: u64,
    /// Its references whose parents come later, and how they are dealt with.
    pub broken: Vec<BrokenReference>,
    /// What goes in as NULL and is filled in once the parents are there.
    pub deferred: Option<DeferredReferences>,
    /// Whether rigid references tie it to other tables of the schema.
    pub is_in_rigid_component: bool,
    /// The tables whose triggers insert rows into it, itself perhaps among them.
    pub fed_by: Vec<TableId>,
    /// The first key that is whole, written and never NULL: how rows that triggers made are found again.
    pub key: Option<Vec<ColumnIdx>>,
    /// Whether the server may refuse the rows for a reason that only it knows, or those of a table that it refers to.
    pub may_be_refused: bool,
    /// Whether references of it name tables that don't exist.
    pub lacks_a_parent: bool,
    /// The sequences to advance behind its rows (PostgreSQL).
    pub sequences: Vec<SequenceAdvance>,
    /// Deferrable constraints that can be checked as soon as its rows are in (PostgreSQL).
    pub checked_at_once: Vec<QualifiedName>,
    /// The look-ups that make up for checks that the server can't put off (MySQL). Its rows go in unchecked where
    /// there are any.
    pub reference_checks: Vec<ReferenceCheck>,
}

/// References of a table to itself of which the first rows name later ones, as each must name another: where the server
/// checks row by row and can't defer, they are in no other way to be had.
fn to_later_rows(schema: &Schema, table: TableId) -> impl Iterator<Item = BrokenReference> + '_ {
    let owner = &schema[table];
    let row_by_row = semantics(schema.dialect).constraints.hard_cycle == HardCycle::Unchecked;
    let is_one = move |fk: &ForeignKey| {
        row_by_row
            && fk.parent == table
            && fk.columns.iter().all(|c| !owner[*c].nullable)
            && owner.refers_to_others_only(fk)
    };
    (0_u16..).zip(&owner.foreign_keys).filter(move |(_, fk)| is_one(fk)).map(move |(index, _)| {
        BrokenReference { foreign_key: ForeignKeyId { table, index }, how: CycleBreak::Hard }
    })
}

impl TableLoad {
    pub(crate) fn new(
        schema: &Schema,
        order: &LoadOrder,
        feeding: &Feeding,
        rows: RowsToLoad,
        may_be_refused: bool,
    ) -> Self {
        let RowsToLoad { table, columns, rows, uncertain: _ } = rows;
        let owner = &schema[table];
        let mut broken: Vec<BrokenReference> =
            order.broken.iter().filter(|b| b.foreign_key.table == table).copied().collect();
        broken.extend(to_later_rows(schema, table));
        let inserted: Vec<ColumnIdx> =
            columns.iter().copied().filter(|c| owner[*c].generated.is_none()).collect();
        Self {
            table,
            deferred: DeferredReferences::of(owner, &broken, &columns),
            is_in_rigid_component: order.rigid_components.iter().any(|c| c.contains(&table)),
            fed_by: feeding.feeders(table).to_vec(),
            key: whole_key(owner, &inserted),
            may_be_refused,
            lacks_a_parent: !owner.unresolved_references.is_empty(),
            sequences: sequences(schema, table, &columns),
            checked_at_once: checked_at_once(schema, order, table, &broken),
            reference_checks: reference_checks(schema, table, &broken),
            columns,
            rows,
            broken,
        }
    }

    /// Whether some reference of it is broken in this way.
    pub fn breaks(&self, how: CycleBreak) -> bool {
        self.broken.iter().any(|b| b.how == how)
    }

    /// Whether its rows are there before those that they refer to, by a reference that is checked at once and can't be
    /// NULL: where the server can't defer, they go in unchecked.
    pub fn is_ahead_of_parents(&self) -> bool {
        self.broken.iter().any(|b| b.how != CycleBreak::NullFirst)
    }
}
