//! What a load needs of a server: the seam between the passes and each server's module.

use crate::loaded_table::LoadedTable;
use crate::refusal::Refusal;
use crate::waiting::Waiting;
use crate::{LoadError, LoadNote};
use seedbed_datagen_core::{Batch, CancelToken, Canceled, Existing, RunOptions};
use seedbed_load_plan::{LoadPlan, TableLoad};
use seedbed_rows::Plan;
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A connection, with at most one transaction open on it. Dropped, it rolls back.
///
/// No [`Sink`](seedbed_datagen_core::Sink): what a server refuses does not end the load, some tables go in together, and
/// some rows go in again in other attempts. Batches come from the same [`TableRows`](seedbed_datagen_core::TableRows) that
/// fill sinks.
pub(crate) trait Session {
    /// Keeps other loads out of the target until the session ends, and waits for one that is under way, which `tell` is told.
    fn lock(&mut self, waiting: Waiting<'_>, tell: &mut dyn FnMut(LoadNote)) -> Result<(), LoadError>;

    /// Which of these tables the target lacks.
    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError>;

    /// What the target holds. Tables that it lacks are left out.
    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError>;

    /// The tables whose rows no rollback takes back.
    fn not_transactional(&self, _: &Schema) -> BTreeSet<TableId> {
        BTreeSet::new()
    }

    /// Opens the transaction of one pass.
    fn begin(&mut self, load: Loading<'_>) -> Result<(), LoadError>;

    /// Whether single rows are missing of the tables that the next one refers to: its rows are to be refused one by one
    /// then, where the server would look at their references only in the end.
    fn expect_gaps(&mut self, _: bool) -> Result<(), NotStored> {
        Ok(())
    }

    /// Sends the rows of one table. Returns how many the server stored. After a refusal the transaction goes on
    /// without any of them.
    fn insert(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored>;

    /// Finds another way for rows that `insert` has just reported as refused, if there is one.
    fn retry(&mut self, table: LoadedTable<'_>, rows: Range<u64>, why: Refusal) -> Result<u64, NotStored>;

    /// What became of rows that `retry` has tried, since this was last asked.
    fn tried(&mut self) -> Tried;

    /// Sends the rows of one of several tables that go in together to where `insert_staged` finds them.
    fn stage(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        self.insert(table, batches)
    }

    /// Inserts the staged rows of all these tables at once. Returns how many the server stored of each. After a
    /// refusal, which names one of the tables, the transaction goes on without any of them.
    fn insert_staged(
        &mut self,
        _: &[LoadedTable<'_>],
    ) -> Result<BTreeMap<TableId, u64>, (TableId, NotStored)> {
        Ok(BTreeMap::new())
    }

    /// Fills in what had to wait for other tables, and has every deferred check made now. `rows` are those stored.
    fn settle(&mut self, load: Loading<'_>, rows: &BTreeMap<TableId, u64>) -> Result<Settlement, LoadError>;

    /// The rows that every table has now, if triggers may have made other ones than were sent.
    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError>;

    /// Advances sequences, ends the transaction and makes the rows visible. An error says that they never will be, or that
    /// this is unknown.
    fn commit(&mut self, load: Loading<'_>) -> Result<(), LoadError>;

    /// Takes the pass back.
    fn rollback(&mut self) -> Result<(), LoadError>;

    /// Takes back what is there of a load that has failed, in a moment, and also when the caller was told to stop. Returns
    /// the tables that keep rows of it.
    fn give_up(&mut self) -> Vec<QualifiedName>;

    /// What a person should know, gathered so far.
    fn notes(&mut self) -> Vec<LoadNote>;
}

/// A plan's rows on their way into a target.
#[derive(Clone, Copy)]
pub(crate) struct Loading<'a> {
    /// Makes the rows.
    pub(crate) plan: &'a Plan,
    /// What is done with them.
    pub(crate) load: &'a LoadPlan,
    /// How they are made.
    pub(crate) options: &'a RunOptions,
    /// Whether to go on.
    pub(crate) cancel: &'a CancelToken,
}

impl<'a> Loading<'a> {
    /// The schema of both.
    pub(crate) fn schema(&self) -> &'a Schema {
        self.plan.schema()
    }

    /// One of its tables.
    pub(crate) fn table(&self, table: TableId) -> Option<LoadedTable<'a>> {
        self.load.table(table).map(|load| self.loaded(load))
    }

    /// The tables that get rows, in load order.
    pub(crate) fn filled(self) -> impl Iterator<Item = LoadedTable<'a>> {
        let filled = self.load.tables.iter().filter(|t| t.rows > 0);
        filled.map(move |load| self.loaded(load))
    }

    fn loaded(self, load: &'a TableLoad) -> LoadedTable<'a> {
        LoadedTable { plan: self.plan, load, options: self.options, cancel: self.cancel }
    }
}

/// A row, and the attempt of it that the server accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AcceptedAttempt {
    pub(crate) table: TableId,
    pub(crate) row: u64,
    pub(crate) attempt: u32,
}

/// What became of rows that were tried one by one.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// Rows that were accepted in another attempt than their first.
    pub(crate) accepted: Vec<AcceptedAttempt>,
    /// Rows of which no attempt was accepted.
    pub(crate) left_out: Vec<LeftOut>,
}

impl Tried {
    /// Adds what became of other rows.
    pub(crate) fn extend(&mut self, more: Self) {
        self.accepted.extend(more.accepted);
        self.left_out.extend(more.left_out);
    }
}

/// Rows of a table that are missing, where others of it are there.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    pub(crate) table: TableId,
    /// How many.
    pub(crate) rows: u64,
    /// What the first of them met.
    pub(crate) why: Refusal,
}

/// Why a table's rows were not stored.
#[derive(Debug)]
pub(crate) enum NotStored {
    /// The server refused them, and only them.
    Refused(Refusal),
    /// They may be accepted in another pass: the session has changed its ways.
    AnotherPass,
    /// Nothing can go on.
    Fatal(LoadError),
}

impl From<Canceled> for NotStored {
    fn from(canceled: Canceled) -> Self {
        Self::Fatal(canceled.into())
    }
}

impl From<LoadError> for NotStored {
    fn from(error: LoadError) -> Self {
        Self::Fatal(error)
    }
}

impl From<Refusal> for NotStored {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// How the end of a pass went.
#[derive(Debug)]
pub(crate) enum Settlement {
    /// Everything holds.
    Done,
    /// Rows of these tables break something.
    Refused(BTreeMap<TableId, Refusal>),
    /// Something is broken, and the session now knows how to find out what: the pass must be made again.
    AnotherPass,
}

impl Settlement {
    /// Everything holds, unless rows were refused.
    pub(crate) fn of(refused: BTreeMap<TableId, Refusal>) -> Self {
        if refused.is_empty() { Self::Done } else { Self::Refused(refused) }
    }
}
