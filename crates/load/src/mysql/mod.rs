//! MySQL and MariaDB: `LOAD DATA LOCAL` batch by batch, each statement's count and warnings looked at, in one
//! transaction.
//!
//! LOCAL means IGNORE: what the server would refuse it leaves out or bends, with a warning. A batch that was not stored
//! whole and as it was sent is therefore taken back and sent again by INSERT, which has the server say what is wrong.

mod catalog;
mod connect;
mod existing;
mod not_transactional;
mod insert;
mod deferred;
mod references;
mod refusal;
mod upsert;

pub(crate) use connect::connect;

use crate::session::{Attempt, Failure, Session, Settled};
use crate::trial::{Judging, Trial};
use crate::{LoadError, fed};
use catalog::Catalog;
use not_transactional::WrittenForGood;
use insert::{Done, InsertError, Outbox, Writer};
use mysql::Conn;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, ShortfallCode, TablePlan};
use seedbed_schema_model::{Dialect, Schema, TableId};
use seedbed_sql_semantics::quote_identifier;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A connection to a MySQL or MariaDB server.
pub(crate) struct MySqlSession {
    connection: Conn,
    catalog: Catalog,
    outbox: Outbox,
    /// Whether rows go in by `LOAD DATA LOCAL`.
    local_infile: bool,
    /// Bytes that one INSERT may have.
    insert_bytes: usize,
    /// What a rollback leaves behind.
    for_good: Vec<WrittenForGood>,
    /// Tables that were written without the server's check of references, with those that were broken before.
    unchecked: BTreeMap<TableId, u64>,
    /// Accepted in trials and not yet asked for.
    attempts: Vec<Attempt>,
    notes: BTreeSet<String>,
}

impl MySqlSession {
    fn new(mut connection: Conn, local_infile: bool) -> Result<Self, LoadError> {
        let catalog = Catalog::read(&mut connection)?;
        let settings: Option<(bool, usize)> = connection
            .query_first("SELECT @@local_infile, @@max_allowed_packet")
            .map_err(refusal::lost("reading the server's settings"))?;
        let (allowed, packet) = settings.unwrap_or((false, 1 << 20));
        Ok(Self {
            outbox: Outbox::open(&mut connection),
            connection,
            catalog,
            local_infile: local_infile && allowed,
            insert_bytes: (packet / 2).min(1 << 20),
            for_good: Vec::new(),
            unchecked: BTreeMap::new(),
            attempts: Vec::new(),
            notes: BTreeSet::new(),
        })
    }

    fn execute(&mut self, doing: &str, sql: &str) -> Result<(), LoadError> {
        self.connection.query_drop(sql).map_err(refusal::lost(doing))
    }

    /// Sends all batches of a table. A failure leaves what was stored before it.
    fn send(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        let owner = &plan.schema()[table.table];
        let doing = || format!("writing `{}`", owner.name);
        let triggers = self.catalog.insert_triggers(owner);
        let for_good = self.begin_for_good(plan, table)?;
        let mut writer = Writer::new(plan, table);
        let mut stored = 0;
        for batch in batches {
            let batch = writer.prepare(batch);
            let rows = batch.rows.num_rows() as u64;
            let as_file = self.local_infile && writer.has_columns() && !for_good;
            if !as_file || !self.load_data(&mut writer, &batch, &doing())? {
                self.insert_batch(plan, &writer, &batch, &triggers, &doing())?;
            }
            stored += rows;
        }
        Ok(stored)
    }

    /// Makes ready for an engine that can't take rows back; returns whether the table has one.
    fn begin_for_good(&mut self, plan: &Plan, table: &TablePlan) -> Result<bool, Failure> {
        let owner = &plan.schema()[table.table];
        let Some(engine) = self.catalog.keeps_for_good(owner) else { return Ok(false) };
        let written = WrittenForGood::begin(&mut self.connection, plan.schema(), table, engine)?;
        self.notes.insert(format!(
            "`{}` is a table of {engine}, outside of the transaction: if the connection breaks, its rows stay",
            owner.name
        ));
        self.for_good.push(written.map_err(Failure::Refused)?);
        Ok(true)
    }

    /// Sends a batch as a file. Returns false, with nothing stored, when an INSERT has to say more.
    fn load_data(&mut self, writer: &mut Writer<'_>, batch: &Batch, doing: &str) -> Result<bool, Failure> {
        self.execute(doing, "SAVEPOINT seedbed_batch")?;
        match writer.load_data(&mut self.connection, &self.outbox, batch) {
            Ok(Done::Whole) => {
                self.execute(doing, "RELEASE SAVEPOINT seedbed_batch")?;
                return Ok(true);
            }
            Ok(Done::Less { .. }) => {}
            Err(InsertError::Column(error)) => return Err(LoadError::server(doing)(error).into()),
            Err(InsertError::Server(error)) if forbids_local_infile(&error) => self.local_infile = false,
            Err(InsertError::Server(error)) => {
                if refusal::understand(&error, &[]).is_none() {
                    return Err(refusal::lost(doing)(error).into());
                }
            }
        }
        self.execute(doing, "ROLLBACK TO SAVEPOINT seedbed_batch")?;
        Ok(false)
    }

    /// Inserts a batch whole, or says what the server says against it.
    fn insert_batch(
        &mut self,
        plan: &Plan,
        writer: &Writer<'_>,
        batch: &Batch,
        triggers: &[String],
        doing: &str,
    ) -> Result<(), Failure> {
        let lost = |error| Failure::Lost(LoadError::server(doing)(error));
        for (sql, rows) in writer.inserts(batch, self.insert_bytes, "").map_err(lost)? {
            if let Some(written) = self.for_good.last_mut().filter(|w| w.is_of(batch.table)) {
                written.note(plan.schema(), batch, rows.clone()).map_err(lost)?;
            }
            let sent = rows.len() as u64;
            let why = match insert::insert(&mut self.connection, &sql, sent) {
                Ok(Done::Whole) => continue,
                Ok(Done::Less { warning: Some((code, message)), .. }) => {
                    refusal::of_warning(code, &message, triggers)
                }
                Ok(Done::Less { stored, warning: None }) => Shortfall::new(
                    ShortfallCode::NotInsertable,
                    format!("of {sent} rows sent the server stored {stored}"),
                ),
                Err(InsertError::Column(error)) => return Err(lost(error)),
                Err(InsertError::Server(error)) => refusal::understand(&error, triggers)
                    .ok_or_else(|| Failure::Lost(refusal::lost(doing)(error)))?,
            };
            return Err(Failure::Refused(why));
        }
        Ok(())
    }

    /// Takes back what the table got since its savepoint.
    fn refuse_table<T>(&mut self, doing: &str, why: Shortfall) -> Result<T, Failure> {
        self.execute(doing, "ROLLBACK TO SAVEPOINT seedbed_table")?;
        Err(Failure::Refused(why))
    }

    /// Looks up every reference of the tables that were written without the server's checks.
    fn look_up_unchecked(&mut self, schema: &Schema) -> Result<BTreeMap<TableId, Shortfall>, LoadError> {
        let mut refused = BTreeMap::new();
        for (table, before) in std::mem::take(&mut self.unchecked) {
            let (broken, parent) = references::broken(&mut self.connection, schema, table)?;
            if broken > before {
                let reason = format!("{} references to `{parent}` find no row", broken - before);
                refused.insert(table, Shortfall::new(ShortfallCode::EmptyParent, reason));
            }
        }
        Ok(refused)
    }

    /// Whether a trigger has refused rows of which other attempts may do: by itself, or by what it made of them.
    fn may_be_tried(&self, plan: &Plan, table: TableId, why: &Shortfall) -> bool {
        let owner = &plan.schema()[table];
        matches!(why.code, ShortfallCode::Trigger | ShortfallCode::UnreadableCheck)
            && !self.catalog.insert_triggers(owner).is_empty()
            && plan.can_redraw(table)
            && self.takes_back(plan.schema(), table)
            && !references::in_hard_cycle(plan, table)
    }

    fn try_rows(&mut self, plan: &Plan, table: &TablePlan, rows: Range<u64>) -> Result<u64, Failure> {
        let doing = format!("writing `{}`", plan.schema()[table.table].name);
        self.execute(&doing, "SAVEPOINT seedbed_table")?;
        let mut trial = Trial::new(plan, table, rows.end.saturating_sub(rows.start));
        let stored = match trial.run(self, rows) {
            Err(Failure::Refused(why)) => return self.refuse_table(&doing, why),
            other => other?,
        };
        self.execute(&doing, "RELEASE SAVEPOINT seedbed_table")?;
        self.attempts.extend(trial.into_accepted());
        Ok(stored)
    }

    fn take_back_for_good(&mut self) -> Result<(), LoadError> {
        while let Some(written) = self.for_good.pop() {
            written.take_back(&mut self.connection)?;
        }
        Ok(())
    }
}

impl Session for MySqlSession {
    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        Ok(tables.iter().copied().filter(|t| !self.catalog.has(&schema[*t])).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        let mut notes = Vec::new();
        let existing = existing::read(&mut self.connection, &self.catalog, schema, &mut notes);
        self.notes.extend(notes);
        existing
    }

    fn takes_back(&self, schema: &Schema, table: TableId) -> bool {
        self.catalog.keeps_for_good(&schema[table]).is_none()
    }

    fn begin(&mut self, _: &Plan) -> Result<(), LoadError> {
        self.unchecked.clear();
        self.execute("beginning the transaction", "START TRANSACTION")
    }

    fn insert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        let schema = plan.schema();
        let doing = format!("writing `{}`", schema[table.table].name);
        // Engines without transactions have no savepoints either. They come last: a refusal takes all of the pass back.
        let takes_back = self.takes_back(schema, table.table);
        if takes_back {
            self.execute(&doing, "SAVEPOINT seedbed_table")?;
        }
        let unchecked = references::in_hard_cycle(plan, table.table);
        if unchecked {
            let (before, _) = references::broken(&mut self.connection, schema, table.table)?;
            self.unchecked.insert(table.table, before);
            self.execute(&doing, "SET foreign_key_checks = 0")?;
        }
        let sent = self.send(plan, table, batches);
        if unchecked {
            self.execute(&doing, "SET foreign_key_checks = 1")?;
        }
        match &sent {
            _ if !takes_back => {}
            Ok(_) => self.execute(&doing, "RELEASE SAVEPOINT seedbed_table")?,
            Err(Failure::Lost(_)) => {}
            Err(_) => self.execute(&doing, "ROLLBACK TO SAVEPOINT seedbed_table")?,
        }
        if unchecked && sent.is_ok() {
            self.notes.insert(format!(
                "`{}` is in a cycle of references that are never NULL: its rows went in with foreign_key_checks = 0, \
                 and each of its references was looked up before the commit",
                schema[table.table].name
            ));
        }
        sent
    }

    fn retry(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        rows: Range<u64>,
        why: Shortfall,
    ) -> Result<u64, Failure> {
        let owner = &plan.schema()[table.table];
        if self.may_be_tried(plan, table.table, &why) {
            return self.try_rows(plan, table, rows);
        }
        if why.code != ShortfallCode::Capacity || !upsert::was_fed(self, plan, table.table)? {
            return Err(Failure::Refused(why));
        }
        let fed = "a trigger of another table has put rows here, which are in the way";
        let why = Shortfall::new(ShortfallCode::Trigger, format!("{fed}: {}", why.reason));
        let key = fed::key(plan, table).filter(|_| self.takes_back(plan.schema(), table.table));
        let Some(key) = key else { return Err(Failure::Refused(why)) };
        let doing = format!("writing `{}`", owner.name);
        self.execute(&doing, "SAVEPOINT seedbed_table")?;
        let sent = match upsert::upsert(self, plan, table, rows, &key) {
            Ok(Ok(sent)) => sent,
            Ok(Err((code, message))) => {
                let why = refusal::of_warning(code, &message, &self.catalog.insert_triggers(owner));
                return self.refuse_table(&doing, why);
            }
            Err(InsertError::Column(error)) => return Err(LoadError::server(doing)(error).into()),
            Err(InsertError::Server(error)) => {
                let why = refusal::understand(&error, &self.catalog.insert_triggers(owner));
                let why = why.ok_or_else(|| Failure::Lost(refusal::lost(doing.as_str())(error)))?;
                return self.refuse_table(&doing, why);
            }
        };
        // Another key than this one may have led to a row, which then took two.
        let now = existing::count_one(&mut self.connection, &quoted(&owner.name.name))?;
        if now < plan.existing_rows(table.table) + sent {
            return self.refuse_table(&doing, why);
        }
        self.execute(&doing, "RELEASE SAVEPOINT seedbed_table")?;
        Ok(sent)
    }

    fn attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.attempts)
    }

    fn settle(&mut self, plan: &Plan, rows: &BTreeMap<TableId, u64>) -> Result<Settled, LoadError> {
        let mut refused = deferred::fill_in(self, plan, rows)?;
        if refused.is_empty() {
            refused = self.look_up_unchecked(plan.schema())?;
        }
        Ok(if refused.is_empty() { Settled::Done } else { Settled::Refused(refused) })
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if !self.catalog.any_insert_trigger(schema) {
            return Ok(None);
        }
        existing::count(&mut self.connection, &self.catalog, schema).map(Some)
    }

    fn commit(&mut self, _: &Plan) -> Result<(), LoadError> {
        self.execute("committing", "COMMIT")?;
        self.for_good.clear();
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute("rolling back", "ROLLBACK")?;
        self.take_back_for_good()
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes).into_iter().collect()
    }
}

impl Judging for MySqlSession {
    fn offer(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batch: Batch,
    ) -> Result<Result<u64, Shortfall>, Failure> {
        let owner = &plan.schema()[table.table];
        let doing = format!("trying rows of `{}`", owner.name);
        let triggers = self.catalog.insert_triggers(owner);
        let writer = Writer::new(plan, table);
        let batch = writer.prepare(batch);
        self.execute(&doing, "SAVEPOINT seedbed_trial")?;
        match self.insert_batch(plan, &writer, &batch, &triggers, &doing) {
            Ok(()) => {
                self.execute(&doing, "RELEASE SAVEPOINT seedbed_trial")?;
                Ok(Ok(batch.rows.num_rows() as u64))
            }
            Err(Failure::Refused(why)) => {
                self.execute(&doing, "ROLLBACK TO SAVEPOINT seedbed_trial")?;
                Ok(Err(why))
            }
            Err(other) => Err(other),
        }
    }
}

impl Drop for MySqlSession {
    /// The server rolls back by itself when the connection closes, but for what only a DELETE takes back. There is
    /// nobody left to tell that this failed, and if it does, the connection has been lost already.
    fn drop(&mut self) {
        if !self.for_good.is_empty() && self.connection.query_drop("ROLLBACK").is_ok() {
            let _ = self.take_back_for_good();
        }
    }
}

/// ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED, and MariaDB's ER_LOAD_INFILE_CAPABILITY_DISABLED.
fn forbids_local_infile(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(e) if matches!(e.code, 1148 | 3948 | 4166))
}

fn quoted(name: &str) -> String {
    quote_identifier(Dialect::MySql, name)
}
