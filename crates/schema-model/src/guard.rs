//! What triggers, and CHECKs whose functions read other tables, want of new rows, as far as their statements are read.

use crate::{Check, ColumnIdx, Expr, ForeignKey, Schema, Span, Table, TableId};
use serde::{Deserialize, Serialize};

/// A condition that refuses a table's new rows: it must not be false. Unlike a plain CHECK, it may look at rows of other
/// tables, those that columns of the new row name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// What must not be false, over the table's columns; [`Expr::Parameter`] stands for the look-up of that number.
    pub condition: Expr,
    /// The look-ups.
    pub look_ups: Vec<LookUp>,
    /// Where the trigger or the CHECK is declared.
    pub span: Span,
}

/// A part of a CHECK that looks up rows of other tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardedCheck {
    /// The constraint's name.
    pub name: Option<String>,
    /// The whole expression as written.
    pub text: String,
    /// What it wants.
    pub guard: Guard,
}

/// A value of another table's row: `(SELECT column FROM parent WHERE parent_columns = columns)`; NULL where no row is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LookUp {
    /// The new row's columns that name the other row.
    pub columns: Vec<ColumnIdx>,
    /// The other table.
    pub parent: TableId,
    /// A key of it, parallel to `columns`.
    pub parent_columns: Vec<ColumnIdx>,
    /// What is read there.
    pub column: ColumnIdx,
}

/// Where a table shows a look-up among its own columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedUp {
    /// The look-up.
    pub look_up: LookUp,
    /// The column that shows it.
    pub column: ColumnIdx,
}

impl LookUp {
    /// Whether a reference names the row: the look-up is by a key of the parent that the reference's columns show.
    pub fn is_by(&self, reference: &ForeignKey) -> bool {
        self.parent == reference.parent && self.is_within(&reference.columns, &reference.parent_columns)
    }

    /// Whether the columns that name the row are among some referencing columns, parallel to their parent's.
    pub fn is_within(&self, columns: &[ColumnIdx], parent_columns: &[ColumnIdx]) -> bool {
        let mut pairs = self.columns.iter().zip(&self.parent_columns);
        pairs.all(|pair| columns.iter().zip(parent_columns).any(|other| other == pair))
    }

    /// Whether both find the same row.
    pub fn finds_row_of(&self, other: &Self) -> bool {
        self.parent == other.parent
            && (self.is_within(&other.columns, &other.parent_columns)
                || other.is_within(&self.columns, &self.parent_columns))
    }

    /// What it finds, as an expression over the table's columns.
    pub fn expr(&self) -> Expr {
        Expr::Lookup {
            table: self.parent,
            column: self.column,
            key: self.parent_columns.clone(),
            at: self.columns.iter().map(|column| Expr::Column(*column)).collect(),
        }
    }
}

impl ForeignKey {
    /// The look-up of a column of the row that the reference names.
    pub fn look_up(&self, column: ColumnIdx) -> LookUp {
        let (columns, parent_columns) = (self.columns.clone(), self.parent_columns.clone());
        LookUp { columns, parent: self.parent, parent_columns, column }
    }
}

impl Guard {
    /// A part of the condition with something in the places of its look-ups; they stay parameters where that is `None`.
    pub fn with(&self, part: &Expr, place: impl Fn(&LookUp) -> Option<Expr>) -> Expr {
        part.substituted(&|e| match e {
            Expr::Parameter(at) => place(self.look_ups.get(usize::from(*at))?),
            _ => None,
        })
    }

    /// The condition as a constraint, which still holds parameters.
    fn check(&self, name: Option<String>, text: String) -> Check {
        Check { name, expr: self.condition.clone(), text, enforced: true, span: self.span }
    }
}

impl Table {
    /// What refuses its new rows by more than their own columns, each with its constraint, whose expression is the whole
    /// condition.
    pub fn guards(&self) -> impl Iterator<Item = (Check, &Guard)> {
        let of_triggers = self.acting_guards();
        let of_triggers = of_triggers
            .map(|(name, guard)| (guard.check(Some(name.to_owned()), format!("trigger {name}")), guard));
        let of_checks = self.guarded_checks.iter();
        of_triggers.chain(of_checks.map(|c| (c.guard.check(c.name.clone(), c.text.clone()), &c.guard)))
    }

    /// Those of its triggers that look at new rows, with the trigger's name.
    fn acting_guards(&self) -> impl Iterator<Item = (&str, &Guard)> {
        let acting = self.triggers.iter().filter(|t| t.on_insert());
        acting.flat_map(|t| t.guards.iter().map(|guard| (t.name.as_str(), guard)))
    }

    /// Whether the table has the column only to show what is looked up: no server knows it.
    pub fn is_shown_only(&self, column: ColumnIdx) -> bool {
        column >= self.shown_from && column.position() < self.columns.len()
    }
}

impl Schema {
    /// Whether a [guard](Table::guards) of another table looks at the column.
    pub fn is_looked_up(&self, table: TableId, column: ColumnIdx) -> bool {
        self.looked_up().any(|looked_up| looked_up == (table, column))
    }

    /// The columns that [guards](Table::guards) of other tables look at, some more than once.
    pub fn looked_up(&self) -> impl Iterator<Item = (TableId, ColumnIdx)> {
        let guards = self.tables.iter().flat_map(|t| t.acting_guards().map(|(_, guard)| guard));
        let of_checks = self.tables.iter().flat_map(|t| t.guarded_checks.iter().map(|c| &c.guard));
        let look_ups = guards.chain(of_checks).flat_map(|guard| &guard.look_ups);
        look_ups.map(|look_up| (look_up.parent, look_up.column))
    }
}
