//! One pass of a load: every step of the load plan, in one transaction.

use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::refusal::Refusal;
use crate::session::{AcceptedAttempt, LeftOut, Loading, NotStored, Session, Settlement};
use seedbed_datagen_core::{
    Batch, CancelToken, Canceled, ProgressMeter, RunObserver, RunOptions, ShortfallCode,
};
use seedbed_load_plan::{LoadPlan, LoadStep};
use seedbed_rows::Plan;
use seedbed_schema_model::TableId;
use std::collections::{BTreeMap, BTreeSet};

/// One attempt at the whole plan.
pub(crate) struct LoadPass<'a> {
    plan: &'a mut Plan,
    load: &'a LoadPlan,
    options: &'a RunOptions,
    cancel: CancelToken,
    /// From the start again in each pass.
    meter: ProgressMeter<'a>,
    refused: BTreeMap<TableId, Refusal>,
    /// Tables that are empty in this pass only because of a refusal.
    absent: BTreeSet<TableId>,
    /// Rows stored.
    rows: BTreeMap<TableId, u64>,
    /// Tables some of whose rows were left out.
    left_out: BTreeMap<TableId, LeftOut>,
    /// The pass must be made again although nothing was refused.
    again: bool,
}

/// A pass that came to its end.
#[derive(Debug)]
pub(crate) struct Passed {
    /// How it went.
    pub(crate) end: PassEnd,
    /// Rows that were stored.
    pub(crate) rows: BTreeMap<TableId, u64>,
    /// Rows that are missing, of tables whose others are there.
    pub(crate) left_out: BTreeMap<TableId, LeftOut>,
}

/// How a pass went.
#[derive(Debug)]
pub(crate) enum PassEnd {
    /// The transaction can be committed.
    Accepted,
    /// It has to be taken back.
    Refused {
        /// The tables to leave out.
        refused: BTreeMap<TableId, Refusal>,
        /// Whether another pass may go better even with all of them.
        again: bool,
    },
}

impl<'a> LoadPass<'a> {
    pub(crate) fn new(
        plan: &'a mut Plan,
        load: &'a LoadPlan,
        options: &'a RunOptions,
        observer: &'a mut dyn RunObserver,
    ) -> Self {
        let meter = ProgressMeter::new(observer, rows_in_all(load, options));
        Self {
            plan,
            load,
            options,
            cancel: meter.cancel_token().clone(),
            meter,
            refused: BTreeMap::new(),
            absent: BTreeSet::new(),
            rows: BTreeMap::new(),
            left_out: BTreeMap::new(),
            again: false,
        }
    }

    /// Sends every table that can be sent, so that one pass finds as many refusals as it can.
    pub(crate) fn run(mut self, session: &mut dyn Session) -> Result<Passed, LoadError> {
        self.send_all(session, &self.load.steps)?;
        if !self.again && self.refused.is_empty() {
            match session.settle(self.loading(), &self.rows)? {
                Settlement::Done => self.send_all(session, &self.load.not_transactional)?,
                Settlement::Refused(refused) => self.refused = refused,
                Settlement::AnotherPass => self.again = true,
            }
        }
        let end = if self.refused.is_empty() && !self.again {
            PassEnd::Accepted
        } else {
            PassEnd::Refused { refused: self.refused, again: self.again }
        };
        Ok(Passed { end, rows: self.rows, left_out: self.left_out })
    }

    fn loading(&self) -> Loading<'_> {
        Loading { plan: self.plan, load: self.load, options: self.options, cancel: &self.cancel }
    }

    fn table(&self, table: TableId) -> Option<LoadedTable<'_>> {
        self.loading().table(table)
    }

    fn send_all(&mut self, session: &mut dyn Session, steps: &[LoadStep]) -> Result<(), LoadError> {
        for LoadStep { tables } in steps {
            if tables.iter().any(|t| self.leans_on_absent(*t, tables)) {
                self.absent.extend(tables);
                continue;
            }
            let (blamed, failure) = match self.send_step(session, tables) {
                Ok(()) => continue,
                Err(failed) => failed,
            };
            self.absent.extend(tables);
            match failure {
                NotStored::Refused(why) => drop(self.refused.insert(blamed, why)),
                NotStored::AnotherPass => self.again = true,
                NotStored::Fatal(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends the tables of a step. A failure comes with the table that is to blame.
    fn send_step(
        &mut self,
        session: &mut dyn Session,
        tables: &[TableId],
    ) -> Result<(), (TableId, NotStored)> {
        if let [table] = *tables {
            session.expect_gaps(self.leans_on_gaps(table)).map_err(|failure| (table, failure))?;
            let stored = match self.send(table, |t, batches| session.insert(t, batches)) {
                Err(NotStored::Refused(why)) => self.retry(session, table, why),
                other => other,
            };
            self.rows.insert(table, stored.map_err(|failure| (table, failure))?);
            return Ok(());
        }
        for table in tables {
            self.send(*table, |t, batches| session.stage(t, batches)).map_err(|failure| (*table, failure))?;
        }
        let staged: Vec<LoadedTable<'_>> = tables.iter().filter_map(|t| self.table(*t)).collect();
        let stored = session.insert_staged(&staged)?;
        self.rows.extend(stored);
        Ok(())
    }

    fn retry(&mut self, session: &mut dyn Session, table: TableId, why: Refusal) -> Result<u64, NotStored> {
        let Some(loaded) = self.table(table) else { return Err(why.into()) };
        // Another attempt of such a row may refer to a parent that is there.
        let misses_a_row = why.code() == ShortfallCode::EmptyParent && self.leans_on_gaps(table);
        let why = if misses_a_row { why.worth_a_trial() } else { why };
        let stored = session.retry(loaded, self.options.part.rows(loaded.load.rows), why);
        let tried = session.tried();
        for AcceptedAttempt { table, row, attempt } in tried.accepted {
            self.plan.attempts_mut().set(table, row, attempt);
        }
        self.left_out.extend(tried.left_out.into_iter().map(|left_out| (left_out.table, left_out)));
        stored
    }

    /// Whether the table refers to one, other than itself, of which single rows are missing.
    fn leans_on_gaps(&self, table: TableId) -> bool {
        let waits = self.load.table(table).is_some_and(|t| !t.broken.is_empty());
        let references = self.plan.schema()[table].foreign_keys.iter();
        !waits && references.filter(|fk| fk.parent != table).any(|fk| self.left_out.contains_key(&fk.parent))
    }

    /// Whether the table refers to one that is absent from this pass and not sent together with it: its rows would be
    /// refused for that alone.
    fn leans_on_absent(&self, table: TableId, together: &[TableId]) -> bool {
        let schema = self.plan.schema();
        let is_absent =
            |t: TableId| self.absent.contains(&t) || self.absent.contains(&schema.partition_root(t));
        schema[table].foreign_keys.iter().any(|fk| !together.contains(&fk.parent) && is_absent(fk.parent))
    }

    /// Has a session `take` the rows of a table, in order, while more are made. It is the session that asks for batches:
    /// a COPY is one long statement.
    fn send(
        &mut self,
        table: TableId,
        take: impl FnOnce(LoadedTable<'_>, &mut dyn Iterator<Item = Batch>) -> Result<u64, NotStored>,
    ) -> Result<u64, NotStored> {
        let Self { plan, load, options, cancel, meter, .. } = self;
        let Some(loaded) = Loading { plan, load, options, cancel }.table(table) else { return Ok(0) };
        let rows = options.part.rows(loaded.load.rows);
        let total = rows.end - rows.start;
        if meter.begin(table, total, 0).is_break() {
            return Err(Canceled.into());
        }
        if total == 0 {
            return Ok(0);
        }
        let stored = loaded.batches(rows, meter, |batches| take(loaded, batches))?;
        if meter.end().is_break() { Err(Canceled.into()) } else { stored }
    }
}

fn rows_in_all(load: &LoadPlan, options: &RunOptions) -> u64 {
    let rows = load.tables.iter().map(|table| options.part.rows(table.rows));
    rows.fold(0, |sum, rows| sum.saturating_add(rows.end - rows.start))
}
