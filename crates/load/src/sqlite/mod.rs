//! SQLite: prepared INSERTs in one transaction, references checked by SQLite itself.

mod bind;
mod existing;
mod insert;
mod open;
mod references;
mod refusal;
mod script;

pub(crate) use open::open;

use crate::LoadError;
use crate::session::{Failure, Session, Settled};
use open::NewFile;
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, TablePlan};
use seedbed_schema_model::{Dialect, Schema, TableId};
use seedbed_sql_semantics::quote_identifier;
use std::collections::BTreeMap;

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
    notes: Vec<String>,
}

impl SqliteSession {
    fn new(connection: Connection, new_file: Option<NewFile>) -> Self {
        Self {
            connection,
            new_file,
            check_afterwards: false,
            broken_before: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    fn execute(&self, doing: &str, sql: &str) -> Result<(), LoadError> {
        self.connection.execute_batch(sql).map_err(LoadError::server(doing))
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
        let error = match insert::rows(&self.connection, plan, table, batches) {
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
        let why = refusal::understand(&error).ok_or_else(|| LoadError::server(doing())(error))?;
        self.execute(&doing(), "ROLLBACK TO seedbed_table; RELEASE seedbed_table")?;
        Err(Failure::Refused(why))
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

fn quoted(name: &str) -> String {
    quote_identifier(Dialect::Sqlite, name)
}
