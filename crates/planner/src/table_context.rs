//! What every pass over a table may read, and none may change.

use super::error::PlanError;
use super::planning::Planning;
use super::wish_fault::ColumnWishFault;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{ColumnBuffer, ColumnSpec, EntityRole, arrow_type};
use seedbed_laws::LawKey;
use seedbed_rows::explain::Wording;
use seedbed_rows::{Candidates, Filler, Programs, empty_buffer, shared_key};
use seedbed_schema_model::{Column, ColumnIdx, Expr, ForeignKey, Schema, Table, TableId};
use seedbed_sql_semantics::Context;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Parents of more rows than this are not read at plan time.
pub(super) const LARGEST_INDEX: u64 = 20_000_000;

/// Bytes that a parent's row may take while an index of them is made.
const INDEXED_ROW: u64 = 26;

/// A table to be planned, and what is known around it.
#[derive(Clone, Copy)]
pub(super) struct TableContext<'a> {
    /// The run.
    pub(super) planning: &'a Planning<'a>,
    /// The programs of tables that come before it in the load order.
    pub(super) programs: &'a Programs,
    /// Its name, of which the keys of its laws are derived.
    pub(super) name: &'a str,
    /// What holds of its rows.
    pub(super) constraints: &'a Constraints<'a>,
    /// Rows that it shall get.
    pub(super) rows: u64,
    /// Which rows of parents its references may draw.
    pub(super) parents: ParentRows,
}

/// Which rows of a parent references may draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParentRows {
    /// Those that the run makes; those that the target holds where it makes none.
    Made,
    /// Those that the run makes and those that the target holds, also where a further reference is then NULL.
    All,
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
        let mut cx = seedbed_rows::table_context(self.schema(), self.table());
        cx.work = Some(self.planning.work);
        cx
    }

    /// Parents of more rows than this are not read at plan time.
    pub(super) fn largest_index(&self) -> u64 {
        LARGEST_INDEX.min(self.planning.request.budget.memory / INDEXED_ROW)
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
        let mut path = vec![self.name];
        path.extend(columns.iter().map(|c| self.column(*c).name.as_str()));
        LawKey::derive(self.planning.seed, &path, purpose)
    }

    /// The key that all columns share which show the same entity.
    pub(super) fn entity_key(&self, role: EntityRole) -> LawKey {
        LawKey::derive(self.planning.seed, &[self.name, role.entity], "entity").child(role.group.into())
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

    /// Whether some reference names the column, or a generated one that reads it, or a trigger of a child looks it up: what
    /// children see may not move.
    pub(super) fn is_referred_to(&self, column: ColumnIdx) -> bool {
        let generated = &self.constraints.generated;
        let reads = |c: &ColumnIdx| {
            *c == column || generated.get(*c).is_some_and(|e| e.any(&|e| *e == Expr::Column(column)))
        };
        let referred = self.planning.referred;
        referred.named(self.id()).any(|c| reads(&c)) || referred.is_looked_up(self.id(), column)
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
    /// are generated, or where they are the rows of a lookup; or [both](ParentRows).
    pub(super) fn candidates(&self, fk: &ForeignKey) -> Candidates {
        let Some(parent) = self.programs.get(fk.parent).or_else(|| self.planning.earlier.get(fk.parent))
        else {
            let expected = self.planning.expected_rows(fk.parent);
            let there = self.planning.request.existing.tables.get(&fk.parent);
            let known = there.map_or(0, |there| there.known.rows.len() as u64);
            return Candidates::All(if expected == 0 { known } else { expected });
        };
        // What is only shown of the parent's row may be NULL there.
        let is_key = |own: ColumnIdx| !(self.table().is_shown_only(own) && self.column(own).nullable);
        let pairs = fk.columns.iter().zip(&fk.parent_columns);
        let key: Vec<ColumnIdx> = pairs.filter(|(own, _)| is_key(**own)).map(|(_, theirs)| *theirs).collect();
        let generated = super::candidates::present_rows(self.programs, parent, &key);
        let script = self.script_rows(fk);
        let beside =
            self.parents == ParentRows::All && generated.len() <= self.largest_index() && script.is_none();
        let known = parent.known.as_ref().filter(|_| generated.len() == 0 || script.is_some() || beside);
        let Some(known) = known else { return generated };
        let first = known.numbers().start;
        let is_in_use = |row: &u64| {
            let place = usize::try_from(*row - first).unwrap_or(usize::MAX);
            generated.len() == 0 || script.is_none_or(|script| script.contains(&place))
        };
        let mut rows = known.present(&key);
        rows.retain(is_in_use);
        if rows.is_empty() {
            return generated;
        }
        let made = 0..if beside { generated.len() } else { 0 };
        Candidates::Listed(made.map(|rank| generated.row(rank)).chain(rows).collect())
    }

    /// Whether references draw but some of a parent's rows: there are others, which are left out or not known.
    pub(super) fn leaves_out(&self, parent: TableId) -> bool {
        let there = self.planning.existing_rows(parent);
        let program = self.programs.get(parent).or_else(|| self.planning.earlier.get(parent));
        let known = program.and_then(|p| p.known.as_ref()).map_or(0, |known| known.len());
        let draws_made = self.parents == ParentRows::Made && program.is_some_and(|p| p.rows > 0);
        there > if draws_made { 0 } else { known }
    }

    /// The rows that the script has put into a lookup, by their places among those that are known, where a reference draws
    /// them alone: not where it takes part in a key, which would want all rows that there are.
    fn script_rows(&self, fk: &ForeignKey) -> Option<&'a BTreeSet<usize>> {
        let of_lookup = self.planning.wishes.lookups.get(&fk.parent);
        let mut own = fk.columns.iter().filter(|column| !self.table().is_shown_only(**column));
        let alone = own.next().filter(|column| !self.is_keyed(**column)).is_some() && own.next().is_none();
        of_lookup.filter(|_| alone)
    }

    /// Some columns of every row of a planned table that references may draw, as bytes to compare; `None` for NULLs. Those of
    /// a table that comes later in the order are as the round before has planned it, which is noted.
    pub(super) fn values(&self, table: TableId, columns: &[ColumnIdx]) -> Option<ParentValues> {
        if self.programs.get(table).is_some() {
            return column_values(self.programs, table, columns, self.parents, self.largest_index());
        }
        let earlier = self.planning.later.readable(self.planning.earlier)?;
        let values = column_values(earlier, table, columns, self.parents, self.largest_index())?;
        self.planning.later.note(table, columns, values.cells());
        Some(values)
    }
}

/// Some columns of every row of a planned table that references may draw.
pub(super) fn column_values(
    programs: &Programs,
    table: TableId,
    columns: &[ColumnIdx],
    which: ParentRows,
    largest: u64,
) -> Option<ParentValues> {
    let program = programs.get(table)?;
    if program.rows > largest {
        return None;
    }
    let is_drawn = program.rows == 0 || which == ParentRows::All;
    let known = program.known.as_ref().filter(|_| is_drawn).map_or(0..0, |known| known.numbers());
    let numbers: Vec<u64> = (0..program.rows).chain(known.clone()).collect();
    let filled = Filler::new(programs, table, &numbers, 0)?.columns(columns);
    let value = |i: usize| {
        let mut bytes = Vec::new();
        shared_key(&filled, i, &mut bytes).map(|()| bytes)
    };
    let values = (0..numbers.len()).map(value).collect();
    Some(ParentValues { made: program.rows, first_known: known.start, values })
}

/// Values of a parent's rows, as bytes to compare; `None` for NULLs.
pub(super) struct ParentValues {
    /// How many of them are of rows that the run makes. They come first.
    made: u64,
    /// The number of the first row that is there.
    first_known: u64,
    values: Vec<Option<Vec<u8>>>,
}

impl ParentValues {
    /// The values in the order of their rows: of those that are made, or, where none is, of those that are there.
    pub(super) fn cells(&self) -> &[Option<Vec<u8>>] {
        let made = usize::try_from(self.made).ok().filter(|made| *made > 0);
        made.and_then(|made| self.values.get(..made)).unwrap_or(&self.values)
    }

    /// The value of a row.
    pub(super) fn of_row(&self, row: u64) -> Option<&Vec<u8>> {
        let known = || row.checked_sub(self.first_known)?.checked_add(self.made);
        let place = if row < self.made { row } else { known()? };
        self.values.get(usize::try_from(place).ok()?)?.as_ref()
    }

    /// All rows, by their numbers.
    pub(super) fn rows(&self) -> Vec<u64> {
        self.numbers().take(self.values.len()).collect()
    }

    fn numbers(&self) -> impl Iterator<Item = u64> + use<> {
        (0..self.made).chain(self.first_known..)
    }

    /// Keeps those of the rows that are marked, in their order; the others count as NULL.
    pub(super) fn keep(&mut self, marked: &[bool]) {
        let others = self.values.iter_mut().zip(marked).filter(|(_, marked)| !**marked);
        others.for_each(|(value, _)| *value = None);
    }

    /// The rows without a NULL, by their numbers.
    pub(super) fn into_present(self) -> impl Iterator<Item = (u64, Vec<u8>)> {
        self.numbers().zip(self.values).filter_map(|(row, value)| Some((row, value?)))
    }
}

/// Share of rows of a self reference that are roots, beside the first: trees, not a forest of single rows.
const ROOTS: f64 = 0.05;
