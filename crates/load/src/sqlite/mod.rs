//! SQLite: prepared INSERTs in one transaction, references checked by SQLite itself.
//!
//! Rows that can't be stored go other ways: over those that a trigger of another table has put in their place, and through
//! a trial where a trigger refuses them.

mod bind;
mod existing;
mod insert;
mod connect;
mod references;
mod refusal;
mod script;

pub(crate) use connect::open;

use crate::batches::batches;
use crate::session::{Attempt, Failure, Session, Settled};
use crate::trial::{Judging, Trial};
use crate::{LoadError, fed};
use connect::NewFile;
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, ShortfallCode, ShortfallReason, TablePlan};
use seedbed_schema_model::{Dialect, QualifiedName, Schema, TableId};
use seedbed_sql_semantics::quote_identifier;
use std::collections::BTreeMap;
use std::ops::Range;

/// A connection to a SQLite file.
pub(crate) struct SqliteSession {
    connection: Connection,
    /// Where a new database belongs once it is complete.
    new_file: Option<NewFile>,
    /// SQLite can't compile an INSERT into some table because of a reference it holds malformed: references are
    /// checked afterwards instead, by looking up each of them.
    check_afterwards: bool,
    /// References that were broken before the load, by table.
    broken_before: BTreeMap<TableId, u64>,
    /// Accepted in trials and not yet asked for.
    attempts: Vec<Attempt>,
    notes: Vec<String>,
}

impl SqliteSession {
    fn new(connection: Connection, new_file: Option<NewFile>) -> Self {
        Self {
            connection,
            new_file,
            check_afterwards: false,
            broken_before: BTreeMap::new(),
            attempts: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn execute(&self, doing: &str, sql: &str) -> Result<(), LoadError> {
        self.connection.execute_batch(sql).map_err(LoadError::server(doing))
    }

    /// The rows that a table holds and did not hold before the load.
    fn rows_more_than_before(&self, plan: &Plan, table: TableId) -> Result<u64, LoadError> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&plan.schema()[table].name.name));
        let rows: i64 = self
            .connection
            .query_row(&sql, [], |row| row.get(0))
            .map_err(LoadError::server("counting rows"))?;
        Ok((rows as u64).saturating_sub(plan.existing_rows(table)))
    }

    /// Inserts the rows whose key isn't there and updates those whose key a trigger has put there.
    fn upsert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        rows: Range<u64>,
        why: Shortfall,
    ) -> Result<u64, Failure> {
        let name = &plan.schema()[table.table].name;
        let fed = "a trigger of another table has put rows here, which are in the way";
        let in_the_way = |reason: &ShortfallReason| {
            Failure::Refused(Shortfall::new(ShortfallCode::Trigger, format!("{fed}: {reason}")))
        };
        let Some(key) = fed::key(plan, table) else { return Err(in_the_way(&why.reason)) };
        let sent = rows.end.saturating_sub(rows.start);
        let mut batches = batches(plan, table.table, rows);
        match insert::rows(&self.connection, plan, table, &mut batches, &key) {
            // Another key than this one may have led to a row, which then took two.
            Ok(_) if self.rows_more_than_before(plan, table.table)? < sent => Err(in_the_way(&why.reason)),
            Ok(stored) => Ok(stored),
            Err(error) => Err(match self.refused(name, error)? {
                why if why.code == ShortfallCode::Capacity => in_the_way(&why.reason),
                why => Failure::Refused(why),
            }),
        }
    }

    /// Why rows were refused, if that is what an error says.
    fn refused(&self, table: &QualifiedName, error: insert::InsertError) -> Result<Shortfall, LoadError> {
        let failed = LoadError::server(format!("writing `{table}`"));
        match error {
            insert::InsertError::Column(error) => Err(LoadError::server(format!("writing `{table}`"))(error)),
            insert::InsertError::Server(error) => {
                refusal::understand(&error, table).ok_or_else(|| failed(error))
            }
        }
    }

    /// Counts the references that were broken before, so that the load isn't blamed for them.
    fn note_broken_references(&mut self, plan: &Plan) -> Result<(), LoadError> {
        self.broken_before.clear();
        for table in plan.tables() {
            let broken = references::broken(&self.connection, &plan.schema()[table.table])?;
            if broken.rows > 0 {
                self.broken_before.insert(table.table, broken.rows);
            }
        }
        Ok(())
    }
}

impl Session for SqliteSession {
    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        let names = existing::relations(&self.connection)?;
        let is_there = |t: &TableId| names.contains(&schema[*t].name.name.to_lowercase());
        Ok(tables.iter().copied().filter(|t| !is_there(t)).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        existing::read(&self.connection, schema, &mut self.notes)
    }

    fn begin(&mut self, plan: &Plan) -> Result<(), LoadError> {
        let doing = "beginning the transaction";
        // Without effect inside a transaction, hence before it.
        self.execute(
            doing,
            if self.check_afterwards { "PRAGMA foreign_keys = OFF" } else { "PRAGMA foreign_keys = ON" },
        )?;
        self.execute(doing, "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON")?;
        self.note_broken_references(plan)
    }

    fn insert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        let name = &plan.schema()[table.table].name;
        let doing = || format!("writing `{name}`");
        self.execute(&doing(), "SAVEPOINT seedbed_table")?;
        let error = match insert::rows(&self.connection, plan, table, batches, &[]) {
            Ok(stored) => {
                self.execute(&doing(), "RELEASE seedbed_table")?;
                return Ok(stored);
            }
            Err(insert::InsertError::Column(error)) => return Err(LoadError::server(doing())(error).into()),
            Err(insert::InsertError::Server(error)) => error,
        };
        if refusal::is_malformed_reference(&error) && !self.check_afterwards {
            self.check_afterwards = true;
            self.notes.push(format!(
                "SQLite can't enforce the references of `{name}` ({error}); all references were checked before the commit instead"
            ));
            self.execute(&doing(), "ROLLBACK TO seedbed_table; RELEASE seedbed_table")?;
            return Err(Failure::Again);
        }
        let why = refusal::understand(&error, name).ok_or_else(|| LoadError::server(doing())(error))?;
        self.execute(&doing(), "ROLLBACK TO seedbed_table; RELEASE seedbed_table")?;
        Err(Failure::Refused(why))
    }

    fn retry(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        rows: Range<u64>,
        why: Shortfall,
    ) -> Result<u64, Failure> {
        let doing = format!("writing `{}`", plan.schema()[table.table].name);
        let is_fed =
            why.code == ShortfallCode::Capacity && self.rows_more_than_before(plan, table.table)? > 0;
        let tried = why.code == ShortfallCode::Trigger && plan.can_redraw(table.table);
        if !is_fed && !tried {
            return Err(Failure::Refused(why));
        }
        self.execute(&doing, "SAVEPOINT seedbed_table")?;
        let mut trial = Trial::new(plan, table, rows.end.saturating_sub(rows.start));
        let stored = if is_fed { self.upsert(plan, table, rows, why) } else { trial.run(self, rows) };
        match &stored {
            Ok(_) => self.execute(&doing, "RELEASE seedbed_table")?,
            Err(Failure::Lost(_)) => {}
            Err(_) => self.execute(&doing, "ROLLBACK TO seedbed_table; RELEASE seedbed_table")?,
        }
        self.attempts.extend(trial.into_accepted());
        stored
    }

    fn attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.attempts)
    }

    fn settle(&mut self, plan: &Plan, rows: &BTreeMap<TableId, u64>) -> Result<Settled, LoadError> {
        let mut refused: BTreeMap<TableId, Shortfall> = BTreeMap::new();
        for table in rows.keys() {
            let broken = references::broken(&self.connection, &plan.schema()[*table])?;
            let before = self.broken_before.get(table).copied().unwrap_or(0);
            if let Some(why) = broken.shortfall(before) {
                refused.insert(*table, why);
            }
        }
        Ok(if refused.is_empty() { Settled::Done } else { Settled::Refused(refused) })
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if existing::has_triggers(&self.connection)? {
            return existing::count(&self.connection, schema).map(Some);
        }
        Ok(None)
    }

    fn commit(&mut self, _: &Plan) -> Result<(), LoadError> {
        self.execute("committing", "COMMIT")?;
        let Some(file) = self.new_file.take() else { return Ok(()) };
        // Closed before it moves, so that nothing is still to be written.
        let memory = Connection::open_in_memory().map_err(LoadError::server("closing the database"))?;
        std::mem::replace(&mut self.connection, memory)
            .close()
            .map_err(|(_, error)| LoadError::server("closing the database")(error))?;
        file.put_in_place()
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute("rolling back", "ROLLBACK")
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

impl Judging for SqliteSession {
    fn offer(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batch: Batch,
    ) -> Result<Result<u64, Shortfall>, Failure> {
        let name = &plan.schema()[table.table].name;
        let doing = format!("trying rows of `{name}`");
        self.execute(&doing, "SAVEPOINT seedbed_trial")?;
        match insert::rows(&self.connection, plan, table, &mut std::iter::once(batch), &[]) {
            Ok(stored) => {
                self.execute(&doing, "RELEASE seedbed_trial")?;
                Ok(Ok(stored))
            }
            Err(error) => {
                let why = self.refused(name, error)?;
                self.execute(&doing, "ROLLBACK TO seedbed_trial; RELEASE seedbed_trial")?;
                Ok(Err(why))
            }
        }
    }
}

fn quoted(name: &str) -> String {
    quote_identifier(Dialect::Sqlite, name)
}
