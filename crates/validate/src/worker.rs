//! What one thread has found. Merging what all have found, in any order, gives the same.

use crate::ValidateError;
use crate::condition::EntryVerdicts;
use crate::key::key_set::KeySet;
use crate::key::memory::Memory;
use crate::plan::CheckPlan;
use crate::range_rows::RangeRows;
use crate::statistics::Statistics;
use crate::statistics::row_sample::RowSample;
use crate::tally::Tally;
use seedbed_schema_model::{Schema, TableId};

/// The findings of one thread.
#[derive(Debug)]
pub(crate) struct Worker {
    /// By the root table's number; `None` where no row has come.
    pub(crate) tables: Vec<Option<TableFindings>>,
    /// The keys of each set, by its number; `None` where no row has come.
    pub(crate) sets: Vec<Option<KeySet>>,
    /// What is referred to, by the number of the set of references.
    pub(crate) references: Vec<Option<KeySet>>,
    /// The ranges of exclusions and periods, by their number.
    pub(crate) ranges: Vec<Option<RangeRows>>,
}

/// What the rows of one table have left behind.
#[derive(Debug)]
pub(crate) struct TableFindings {
    /// Rows read.
    pub(crate) rows: u64,
    /// A tally for each constraint.
    pub(crate) tallies: Vec<Tally>,
    /// A column's statistics, in the table's order.
    pub(crate) statistics: Vec<Statistics>,
    /// Columns that no batch had, and why.
    pub(crate) absent: Vec<Option<&'static str>>,
    /// Rows for what is too much to be counted.
    pub(crate) sample: RowSample,
    /// What each condition says to the entries of a list.
    pub(crate) entries: Vec<EntryVerdicts>,
}

impl Worker {
    /// Nothing found yet.
    pub(crate) fn new(plan: &CheckPlan<'_>) -> Self {
        let none = |count: usize| (0..count).map(|_| None).collect();
        Self {
            tables: (0..plan.tables.len()).map(|_| None).collect(),
            sets: none(plan.sets.len()),
            references: none(plan.references.len()),
            ranges: (0..plan.ranges).map(|_| None).collect(),
        }
    }

    /// The findings of a table.
    pub(crate) fn table(
        &mut self,
        table: TableId,
        plan: &CheckPlan<'_>,
        schema: &Schema,
    ) -> &mut TableFindings {
        let (columns, constraints) = (schema[table].columns.len(), plan.tables[table].constraints.len());
        self.tables[table].get_or_insert_with(|| TableFindings::new(columns, constraints))
    }

    /// Takes in what another thread has found.
    pub(crate) fn merge(
        &mut self,
        other: Self,
        schema: &Schema,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        for ((into, from), table) in self.tables.iter_mut().zip(other.tables).zip(&schema.tables) {
            match (into, from) {
                (Some(into), Some(from)) => into.merge(from, table, schema),
                (into, from) => *into = into.take().or(from),
            }
        }
        for (into, from) in self.ranges.iter_mut().zip(other.ranges) {
            match (into, from) {
                (Some(into), Some(from)) => into.merge(from),
                (into, from) => *into = into.take().or(from),
            }
        }
        merge_sets(&mut self.sets, other.sets, memory)?;
        merge_sets(&mut self.references, other.references, memory)
    }
}

fn merge_sets(
    into: &mut [Option<KeySet>],
    from: Vec<Option<KeySet>>,
    memory: &Memory,
) -> Result<(), ValidateError> {
    for (into, from) in into.iter_mut().zip(from) {
        match (into, from) {
            (Some(into), Some(from)) => into.merge(from, memory)?,
            (into, from) => *into = into.take().or(from),
        }
    }
    Ok(())
}

impl TableFindings {
    /// Of a table of which no row has come.
    pub(crate) fn new(columns: usize, constraints: usize) -> Self {
        Self {
            rows: 0,
            tallies: vec![Tally::default(); constraints],
            statistics: vec![Statistics::default(); columns],
            absent: vec![None; columns],
            sample: RowSample::default(),
            entries: std::iter::repeat_with(EntryVerdicts::default).take(constraints).collect(),
        }
    }

    fn merge(&mut self, other: Self, table: &seedbed_schema_model::Table, schema: &Schema) {
        self.rows += other.rows;
        self.tallies.iter_mut().zip(other.tallies).for_each(|(into, from)| into.merge(from));
        for ((into, from), column) in self.statistics.iter_mut().zip(other.statistics).zip(&table.columns) {
            into.merge(from, column, schema);
        }
        for (into, from) in self.absent.iter_mut().zip(other.absent) {
            *into = into.or(from);
        }
        self.sample.merge(other.sample);
    }
}
