//! PostgreSQL: text `COPY` per table, savepoints, and nothing that changes the schema.

mod catalog;
mod connect;
mod existing;
mod insert;
mod later;
mod refusal;
mod session_setting;

pub(crate) use connect::connect;

use crate::LoadError;
use crate::session::{Failure, Session, Settled};
use catalog::Catalog;
use postgres::Client;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, ShortfallCode, TablePlan};
use seedbed_export::advance_sequence;
use seedbed_schema_model::{CycleBreak, Dialect, QualifiedName, Schema, TableId};
use seedbed_sql_semantics::{quote_identifier, quote_qualified};
use std::collections::BTreeMap;

/// A connection to a PostgreSQL server.
pub(crate) struct PostgresSession {
    client: Client,
    catalog: Catalog,
    /// Deferred checks are made after every table, to learn which table's rows they refuse.
    eager: bool,
    notes: Vec<String>,
}

impl PostgresSession {
    fn new(mut client: Client) -> Result<Self, LoadError> {
        let catalog = Catalog::read(&mut client)?;
        Ok(Self { client, catalog, eager: false, notes: Vec::new() })
    }

    fn execute(&mut self, doing: &str, sql: &str) -> Result<(), LoadError> {
        self.client.batch_execute(sql).map_err(LoadError::server(doing))
    }

    /// Puts off the checks of references whose parents come later. Constraints without a name in the schema can only
    /// be put off with all others.
    fn defer_broken(&mut self, plan: &Plan) -> Result<(), LoadError> {
        let schema = plan.schema();
        let deferred: Vec<Option<String>> = plan
            .load_order()
            .broken
            .iter()
            .filter(|b| {
                b.how == CycleBreak::Defer && plan.table(b.foreign_key.table).is_some_and(|t| t.rows > 0)
            })
            .map(|b| {
                let owner = &schema[b.foreign_key.table];
                let name = owner.foreign_keys[usize::from(b.foreign_key.index)].name.as_deref()?;
                Some(quote_qualified(
                    Dialect::Postgres,
                    &QualifiedName::new(owner.name.schema.as_deref(), name),
                ))
            })
            .collect();
        if deferred.is_empty() {
            return Ok(());
        }
        let names: Option<Vec<String>> = deferred.into_iter().collect();
        let sql = names.map_or_else(|| "ALL".to_owned(), |n| n.join(", "));
        let sql = format!("SET CONSTRAINTS {sql} DEFERRED");
        // Names in the schema may differ from the target's; all of them is always right.
        self.execute("deferring references", "SAVEPOINT seedbed_defer")?;
        if self.client.batch_execute(&sql).is_err() {
            let all = "ROLLBACK TO SAVEPOINT seedbed_defer; SET CONSTRAINTS ALL DEFERRED";
            self.execute("deferring references", all)?;
        }
        self.execute("deferring references", "RELEASE SAVEPOINT seedbed_defer")
    }

    fn take_back_table(&mut self, doing: &str) -> Result<(), LoadError> {
        self.execute(doing, "ROLLBACK TO SAVEPOINT seedbed_table; RELEASE SAVEPOINT seedbed_table")
    }

    /// Whether a table holds rows already that it did not hold before the transaction.
    fn was_fed(&mut self, plan: &Plan, table: TableId) -> Result<bool, LoadError> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&plan.schema()[table].name));
        let row = self.client.query_one(&sql, &[]).map_err(LoadError::server("counting rows"))?;
        Ok(row.get::<_, i64>(0) > plan.existing_rows(table) as i64)
    }

    fn breaks_by_deferring(plan: &Plan) -> bool {
        plan.load_order().broken.iter().any(|b| b.how == CycleBreak::Defer)
    }

    /// Moves sequences behind the rows. One that this user may not move is told, not fatal.
    fn advance_sequences(&mut self, plan: &Plan) -> Result<(), LoadError> {
        let schema = plan.schema();
        for table in plan.tables().iter().filter(|t| t.rows > 0) {
            for column in &table.columns {
                let Some(sql) = advance_sequence(schema, table.table, *column) else { continue };
                let doing = "advancing sequences";
                self.execute(doing, "SAVEPOINT seedbed_sequence")?;
                if let Err(error) = self.client.batch_execute(&sql) {
                    if error.as_db_error().is_none() {
                        return Err(LoadError::server(doing)(error));
                    }
                    let (name, column) = (&schema[table.table].name, &schema[table.table][*column].name);
                    let why = refusal::message(&error);
                    self.notes.push(format!("the sequence of `{name}.{column}` was not advanced: {why}"));
                    self.execute(doing, "ROLLBACK TO SAVEPOINT seedbed_sequence")?;
                }
                self.execute(doing, "RELEASE SAVEPOINT seedbed_sequence")?;
            }
        }
        Ok(())
    }
}

impl Session for PostgresSession {
    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        Ok(tables.iter().copied().filter(|t| self.catalog.relation(&schema[*t].name).is_none()).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        existing::read(&mut self.client, &self.catalog, schema, &mut self.notes)
    }

    fn begin(&mut self, plan: &Plan) -> Result<(), LoadError> {
        let doing = "beginning the transaction";
        self.execute(doing, "BEGIN")?;
        self.client
            .execute(EXTEND_SEARCH_PATH, &[&schemas_of(plan.schema())])
            .map_err(LoadError::server(doing))?;
        session_setting::make(self, plan)?;
        self.defer_broken(plan)
    }

    fn insert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        let doing = || format!("writing `{}`", plan.schema()[table.table].name);
        let name = &plan.schema()[table.table].name;
        if self.catalog.relation(name).is_some_and(|r| !r.takes_copies()) {
            return Err(Failure::Refused(no_table()));
        }
        let triggers = self.catalog.has_trigger(name);
        let before = if triggers { Catalog::count(&mut self.client)? } else { 0 };
        self.execute(&doing(), "SAVEPOINT seedbed_table")?;
        let allowed = if triggers { insert::try_nothing(&mut self.client, plan, table) } else { Ok(()) };
        let mut sent = allowed.and_then(|()| insert::copy(&mut self.client, plan, table, batches));
        if sent.is_ok() && self.eager && !Self::breaks_by_deferring(plan) {
            // Set back to what was declared, for the tables to come.
            let checked =
                self.client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED");
            sent = checked.map_err(insert::CopyError::Server).and(sent);
        }
        match sent {
            Ok(_) if triggers && Catalog::count(&mut self.client)? != before => {
                self.take_back_table(&doing())?;
                Err(Failure::Refused(schema_changed()))
            }
            Ok(stored) => {
                self.execute(&doing(), "RELEASE SAVEPOINT seedbed_table")?;
                Ok(stored)
            }
            Err(insert::CopyError::Column(error)) => Err(LoadError::server(doing())(error).into()),
            Err(insert::CopyError::Server(error)) => {
                let triggers = self.catalog.has_trigger(&plan.schema()[table.table].name);
                let why = refusal::understand(&error, triggers);
                let mut why = why.ok_or_else(|| LoadError::server(doing())(error))?;
                self.take_back_table(&doing())?;
                if why.code == ShortfallCode::Capacity && self.was_fed(plan, table.table)? {
                    let fed = "a trigger of another table has put rows here, which are in the way";
                    why = Shortfall::new(ShortfallCode::Trigger, format!("{fed}: {}", why.reason));
                }
                Err(Failure::Refused(why))
            }
        }
    }

    fn settle(&mut self, plan: &Plan, rows: &BTreeMap<TableId, u64>) -> Result<Settled, LoadError> {
        let refused = later::fill_in(self, plan, rows)?;
        if !refused.is_empty() {
            return Ok(Settled::Refused(refused));
        }
        let Err(error) = self.client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE") else {
            return Ok(Settled::Done);
        };
        let blamed = refusal::table(&error, plan.schema());
        let doing = "checking deferred constraints";
        match blamed {
            Some(id) => {
                let triggers = self.catalog.has_trigger(&plan.schema()[id].name);
                match refusal::understand(&error, triggers) {
                    Some(why) => Ok(Settled::Refused(BTreeMap::from([(id, why)]))),
                    None => Err(LoadError::server(doing)(error)),
                }
            }
            None if !self.eager && error.as_db_error().is_some() && !Self::breaks_by_deferring(plan) => {
                self.eager = true;
                Ok(Settled::Again)
            }
            None => Err(LoadError::server(doing)(error)),
        }
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if !self.catalog.any_trigger() {
            return Ok(None);
        }
        existing::count(&mut self.client, &self.catalog, schema).map(Some)
    }

    fn commit(&mut self, plan: &Plan) -> Result<(), LoadError> {
        self.advance_sequences(plan)?;
        self.execute("committing", "COMMIT")
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute("rolling back", "ROLLBACK")
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

/// Functions of triggers and CHECKs name their tables as the application's search path finds them. Behind the session's
/// own path, the schema's own schemas take nothing from it; our statements qualify every name.
const EXTEND_SEARCH_PATH: &str = "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), \
                                  nullif($1, '')), true)";

/// The schemas that hold tables, quoted, in the order in which the DDL has them.
fn schemas_of(schema: &Schema) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in schema.tables.iter().filter_map(|t| t.name.schema.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(quoted_column).collect::<Vec<_>>().join(", ")
}

fn no_table() -> Shortfall {
    Shortfall::new(ShortfallCode::NotInsertable, "in the target it is a view, which takes no copied rows")
}

/// Rows are all that a load may add; tables that a trigger makes for each row are more than anybody asked for.
fn schema_changed() -> Shortfall {
    Shortfall::new(
        ShortfallCode::Trigger,
        "a trigger changes the schema for each row, such as by making tables",
    )
}

fn quoted(name: &QualifiedName) -> String {
    quote_qualified(Dialect::Postgres, name)
}

fn quoted_column(name: &str) -> String {
    quote_identifier(Dialect::Postgres, name)
}
