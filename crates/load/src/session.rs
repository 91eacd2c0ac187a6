//! What a load needs of a server: the seam between the passes and each server's module.

use crate::LoadError;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, TablePlan};
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;
use std::ops::Range;

/// A connection, with at most one transaction open on it. Dropped, it rolls back.
pub(crate) trait Session {
    /// Which of these tables the target lacks.
    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError>;

    /// What the target holds. Tables that it lacks are left out.
    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError>;

    /// Whether a rollback takes the table's rows back. Tables for which it doesn't are written last, when nothing
    /// else can be refused any more.
    fn takes_back(&self, _: &Schema, _: TableId) -> bool {
        true
    }

    /// Opens the transaction of one pass.
    fn begin(&mut self, plan: &Plan) -> Result<(), LoadError>;

    /// Sends the rows of one table. Returns how many the server stored. After a refusal the transaction goes on
    /// without any of them.
    fn insert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure>;

    /// Finds another way for rows that `insert` has just reported as refused, if there is one.
    fn retry(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        rows: Range<u64>,
        why: Shortfall,
    ) -> Result<u64, Failure> {
        let _ = (plan, table, rows);
        Err(Failure::Refused(why))
    }

    /// The attempts of rows that `retry` had to choose, since this was last asked.
    fn attempts(&mut self) -> Vec<Attempt> {
        Vec::new()
    }

    /// Whether tables that only hold together can be inserted together: by `stage`, table by table, and
    /// `insert_staged`. Otherwise they are inserted one after the other.
    fn inserts_together(&self) -> bool {
        false
    }

    /// Sends the rows of one table to where `insert_staged` finds them.
    fn stage(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        self.insert(plan, table, batches)
    }

    /// Inserts the staged rows of all these tables at once. Returns how many the server stored of each. After a
    /// refusal, which names one of the tables, the transaction goes on without any of them.
    fn insert_staged(
        &mut self,
        plan: &Plan,
        tables: &[TableId],
    ) -> Result<BTreeMap<TableId, u64>, (TableId, Failure)> {
        let _ = (plan, tables);
        Ok(BTreeMap::new())
    }

    /// Fills in what had to wait for other tables, and has every deferred check made now.
    fn settle(&mut self, plan: &Plan, rows: &BTreeMap<TableId, u64>) -> Result<Settled, LoadError>;

    /// The rows that every table has now, if triggers may have made other ones than were sent.
    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError>;

    /// Advances sequences, ends the transaction and makes the rows visible.
    fn commit(&mut self, plan: &Plan) -> Result<(), LoadError>;

    /// Takes the pass back.
    fn rollback(&mut self) -> Result<(), LoadError>;

    /// What a person should know, gathered so far.
    fn notes(&mut self) -> Vec<String>;
}

/// A row, and the attempt of it that the server accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) table: TableId,
    pub(crate) row: u64,
    pub(crate) attempt: u32,
}

/// Why a table's rows were not stored.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server refused them, and only them.
    Refused(Shortfall),
    /// They may be accepted in another pass: the session has changed its ways.
    Again,
    /// Nothing can go on.
    Lost(LoadError),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Lost(error)
    }
}

/// How the end of a pass went.
#[derive(Debug)]
pub(crate) enum Settled {
    /// Everything holds.
    Done,
    /// Rows of these tables break something.
    Refused(BTreeMap<TableId, Shortfall>),
    /// Something is broken, and the session now knows how to find out what: the pass must be made again.
    Again,
}
