//! Triggers and rewrite rules.

use crate::{ColumnIdx, Deferrability, ForeignKey, Guard, Schema, Span, TableId};
use serde::{Deserialize, Serialize};

/// A trigger or rewrite rule, as far as a static reader sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// When it acts.
    pub timing: TriggerTiming,
    /// What it acts on.
    pub events: TriggerEvents,
    /// Once a row or once a statement.
    pub level: TriggerLevel,
    /// The name by which its function calls all new rows of a statement: `REFERENCING NEW TABLE AS name` (PostgreSQL).
    #[serde(default)]
    pub new_table: Option<String>,
    /// `WHEN (...)`, as written: it acts only where this holds.
    pub when: Option<String>,
    /// The function it executes (PostgreSQL); elsewhere its statements stand in it.
    pub function: Option<String>,
    /// `CONSTRAINT TRIGGER`, and whether it may wait for the commit.
    pub constraint: Option<Deferrability>,
    /// A rewrite rule (PostgreSQL `CREATE RULE`), not a trigger.
    pub is_rule: bool,
    /// False after `DISABLE TRIGGER`, and for triggers of replicas.
    pub enabled: bool,
    /// The tables that its statements, or the functions that it calls, insert rows into. Statements put together at run
    /// time are not seen.
    pub feeds: Vec<TableId>,
    /// What it copies from the new row into rows of other tables.
    #[serde(default)]
    pub copies: Vec<CopiedRow>,
    /// The columns in which its statements, or the functions that it calls, look for the session's user: `WHERE name =
    /// SESSION_USER`.
    #[serde(default)]
    pub seeks_user_in: Vec<(TableId, ColumnIdx)>,
    /// The tables that they delete rows from, seen in the same way.
    #[serde(default)]
    pub thins: Vec<TableId>,
    /// What it wants of each new row, as far as its statements, or those of its function, are read.
    #[serde(default)]
    pub guards: Vec<Guard>,
    /// Where it was declared.
    pub span: Span,
}

impl Trigger {
    /// Whether it acts when rows are inserted.
    pub fn on_insert(&self) -> bool {
        self.enabled && self.events.insert
    }

    /// Whether it inserts rows into a table when rows are inserted into its own.
    pub fn fills(&self, table: TableId) -> bool {
        self.on_insert() && self.feeds.contains(&table)
    }

    /// Whether it sees every new row: row by row, or those of a statement as a table.
    fn sees_rows(&self) -> bool {
        self.level == TriggerLevel::Row || self.new_table.is_some()
    }

    /// Whether it may change or refuse a row before the row is there.
    pub fn before(&self) -> bool {
        self.timing != TriggerTiming::After
    }
}

impl Schema {
    /// Whether a table's own trigger puts the row there that each of its rows refers to by this reference: before the
    /// reference is checked, and for every row. The parent's rows come after the child's then, and the child's keys are
    /// its own.
    ///
    /// Not so where the rows could refer to one parent together, as the trigger would insert that one twice, nor where
    /// the parent refers back, as both keys are then made together.
    pub fn is_parent_made(&self, child: TableId, reference: &ForeignKey) -> bool {
        let table = &self[child];
        let in_time = |trigger: &Trigger| match trigger.timing {
            TriggerTiming::Before => true,
            // A reference that is checked at once is checked row by row.
            TriggerTiming::After if trigger.level == TriggerLevel::Statement => {
                reference.deferrability == Deferrability::DeferrableDeferred
            }
            TriggerTiming::After => {
                self.dialect.checks_references_after_triggers()
                    || reference.deferrability != Deferrability::NotDeferrable
            }
            TriggerTiming::InsteadOf => false,
        };
        let acts = |trigger: &&Trigger| {
            trigger.on_insert()
                && !trigger.is_rule
                && trigger.sees_rows()
                && trigger.when.is_none()
                && in_time(trigger)
        };
        let makes = |copied: &CopiedRow| {
            copied.table == reference.parent
                && reference
                    .columns
                    .iter()
                    .copied()
                    .zip(reference.parent_columns.iter().copied())
                    .all(|pair| copied.columns.contains(&pair))
        };
        reference.parent != child
            && reference.origin.is_declared()
            && table.triggers.iter().filter(acts).flat_map(|trigger| &trigger.copies).any(makes)
            && table.is_unique_within(&reference.columns)
            && !self[reference.parent].foreign_keys.iter().any(|back| back.parent == child)
    }
}

impl Schema {
    /// Whether a table's own trigger copies the column of every new row to where NULL is refused.
    pub fn is_copied_where_null_is_refused(&self, table: TableId, column: ColumnIdx) -> bool {
        let acting = self[table].triggers.iter();
        let acting = acting.filter(|t| t.on_insert() && !t.is_rule && t.sees_rows() && t.when.is_none());
        let refuses = |copied: &CopiedRow| {
            // A numbered column takes NULL for "the next number" in SQLite and MySQL.
            let takes_none = |to: &ColumnIdx| {
                let to = &self[copied.table][*to];
                !to.nullable && to.numbering.is_none()
            };
            copied.always && copied.columns.iter().any(|(own, to)| *own == column && takes_none(to))
        };
        acting.flat_map(|t| &t.copies).any(refuses)
    }

    /// Whether a trigger that acts on insertions looks for the session's user in the column.
    pub fn is_user_sought_in(&self, table: TableId, column: ColumnIdx) -> bool {
        let acting = self.tables.iter().flat_map(|t| &t.triggers).filter(|t| t.on_insert());
        acting.flat_map(|t| &t.seeks_user_in).any(|sought| *sought == (table, column))
    }

    /// Whether any trigger that acts on insertions looks for the session's user.
    pub fn is_user_sought(&self) -> bool {
        self.tables.iter().flat_map(|t| &t.triggers).any(|t| t.on_insert() && !t.seeks_user_in.is_empty())
    }
}

/// A row that a trigger inserts into another table: which of its values are the new row's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedRow {
    /// The other table.
    pub table: TableId,
    /// Columns of the trigger's table (`NEW.a`), each with the column of the other table that takes its value.
    pub columns: Vec<(ColumnIdx, ColumnIdx)>,
    /// Whether each new row brings one: no statement before the INSERT, and no condition of it, can have it passed over.
    pub always: bool,
}

/// When a trigger acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TriggerTiming {
    /// `BEFORE`: it may change or refuse the row.
    Before,
    /// `AFTER`: it may refuse the row, and write others.
    After,
    /// `INSTEAD OF`, and rules that do something instead.
    InsteadOf,
}

/// The events that a trigger acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct TriggerEvents {
    /// `INSERT`
    pub insert: bool,
    /// `UPDATE`, also of some columns only.
    pub update: bool,
    /// `DELETE`
    pub delete: bool,
    /// `TRUNCATE`
    pub truncate: bool,
}

/// How often a trigger acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TriggerLevel {
    /// `FOR EACH ROW`
    Row,
    /// `FOR EACH STATEMENT`
    Statement,
}
