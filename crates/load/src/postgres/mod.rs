//! PostgreSQL: text `COPY` per table, savepoints, and nothing that changes the schema.
//!
//! Rows that a `COPY` can't store go other ways: through stages where tables only hold together or a trigger has been
//! faster, and through a trial where a function or a trigger refuses them.

mod catalog;
mod connect;
mod insert;
mod constraint_check;
mod existing;
mod deferred;
mod refusal;
mod session_setting;
mod stage;
mod rigid_component;
mod upsert;

pub(crate) use connect::connect;

use crate::LoadError;
use crate::batches::batches;
use crate::session::{Attempt, Failure, Session, Settled};
use crate::trial::{Judging, Trial};
use catalog::Catalog;
use insert::CopyError;
use postgres::Client;
use refusal::Judge;
use seedbed_datagen_core::{Batch, Existing, Plan, Shortfall, ShortfallCode, TablePlan};
use seedbed_export::advance_sequence;
use seedbed_schema_model::{CycleBreak, Dialect, QualifiedName, Schema, Table, TableId, TriggerLevel};
use seedbed_sql_semantics::{quote_identifier, quote_qualified};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A connection to a PostgreSQL server.
pub(crate) struct PostgresSession {
    client: Client,
    catalog: Catalog,
    /// Deferrable constraints that are checked at once, to learn which table's rows they refuse.
    eager: BTreeSet<QualifiedName>,
    /// Who refused the rows of the last table.
    judge: Option<Judge>,
    /// The CHECK that refused them, if it was one.
    broken_check: Option<String>,
    /// Accepted in trials and not yet asked for.
    attempts: Vec<Attempt>,
    notes: Vec<String>,
}

impl PostgresSession {
    fn new(mut client: Client) -> Result<Self, LoadError> {
        let catalog = Catalog::read(&mut client)?;
        Ok(Self {
            client,
            catalog,
            eager: BTreeSet::new(),
            judge: None,
            broken_check: None,
            attempts: Vec::new(),
            notes: Vec::new(),
        })
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

    /// Stores rows of some tables, all or none of them, and sees to it that no trigger changes the schema meanwhile.
    fn store<T>(
        &mut self,
        plan: &Plan,
        tables: &[TableId],
        send: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let names = || tables.iter().map(|t| &plan.schema()[*t].name);
        let doing =
            format!("writing `{}`", names().map(ToString::to_string).collect::<Vec<_>>().join("`, `"));
        let triggers = names().any(|name| self.catalog.has_trigger(name));
        let before = if triggers { Catalog::count(&mut self.client)? } else { 0 };
        self.execute(&doing, "SAVEPOINT seedbed_table")?;
        let stored = match send(self) {
            Ok(_) if triggers && Catalog::count(&mut self.client)? != before => {
                self.judge = None;
                Err(Failure::Refused(schema_changed()))
            }
            sent => sent,
        };
        match &stored {
            Ok(_) => self.execute(&doing, "RELEASE SAVEPOINT seedbed_table")?,
            Err(Failure::Lost(_)) => {}
            Err(_) => {
                self.execute(&doing, "ROLLBACK TO SAVEPOINT seedbed_table; RELEASE SAVEPOINT seedbed_table")?
            }
        }
        stored
    }

    /// What a failed COPY says about its rows.
    fn failure(&mut self, plan: &Plan, table: TableId, error: CopyError) -> Failure {
        let name = &plan.schema()[table].name;
        let doing = format!("writing `{name}`");
        let error = match error {
            CopyError::Column(error) => return LoadError::server(doing)(error).into(),
            CopyError::Server(error) => error,
        };
        let triggers = self.catalog.triggers(name);
        let Some(mut refused) = refusal::understand(&error, triggers) else {
            return LoadError::server(doing)(error).into();
        };
        if !triggers.is_empty() && refusal::table(&error, plan.schema()).is_some_and(|t| t != table) {
            refused = refused.of_fed_rows();
        }
        self.judge = Some(refused.judge);
        self.broken_check = refusal::check(&error).map(str::to_owned);
        Failure::Refused(refused.why)
    }

    /// Whether a function has refused the last table's rows: by itself, in the CHECK that refused them, or by changing
    /// rows before a CHECK.
    fn was_function(&mut self, table: &Table) -> Result<bool, LoadError> {
        let Some(check) = self.broken_check.take() else { return Ok(self.judge == Some(Judge::Function)) };
        if table.triggers.iter().any(|t| t.on_insert() && t.before() && t.level == TriggerLevel::Row) {
            return Ok(true);
        }
        // Functions of the server's own are pinned: nothing is recorded to depend on them.
        let sql = "SELECT EXISTS (SELECT FROM pg_constraint c JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass \
                   AND d.objid = c.oid AND d.refclassid = 'pg_proc'::regclass WHERE c.contype = 'c' AND c.conname = $1)";
        let calls = self.client.query_one(sql, &[&check]).and_then(|row| row.try_get(0));
        calls.map_err(LoadError::server("reading the catalog"))
    }

    /// Whether a table holds rows already that it did not hold before the transaction.
    fn was_fed(&mut self, plan: &Plan, table: TableId) -> Result<bool, LoadError> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&plan.schema()[table].name));
        let row = self.client.query_one(&sql, &[]).map_err(LoadError::server("counting rows"))?;
        Ok(row.get::<_, i64>(0) > plan.existing_rows(table) as i64)
    }

    /// Moves the sequences of a table behind its rows. One that this user may not move is told, not fatal.
    fn advance_sequences(&mut self, plan: &Plan, table: &TablePlan) -> Result<(), LoadError> {
        let schema = plan.schema();
        for column in &table.columns {
            let Some(sql) = advance_sequence(schema, table.table, *column) else { continue };
            let doing = "advancing sequences";
            self.execute(doing, "SAVEPOINT seedbed_sequence")?;
            if let Err(error) = self.client.batch_execute(&sql) {
                if error.as_db_error().is_none() {
                    return Err(LoadError::server(doing)(error));
                }
                let (name, column) = (&schema[table.table].name, &schema[table.table][*column].name);
                let note = format!(
                    "the sequence of `{name}.{column}` was not advanced: {}",
                    refusal::message(&error)
                );
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                self.execute(doing, "ROLLBACK TO SAVEPOINT seedbed_sequence")?;
            }
            self.execute(doing, "RELEASE SAVEPOINT seedbed_sequence")?;
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
        self.defer_broken(plan)?;
        constraint_check::check_at_once(self)
    }

    fn insert(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        let name = &plan.schema()[table.table].name;
        (self.judge, self.broken_check) = (None, None);
        if self.catalog.relation(name).is_some_and(|r| !r.takes_copies()) {
            return Err(Failure::Refused(no_table()));
        }
        let triggers = self.catalog.has_trigger(name);
        self.store(plan, &[table.table], |session| {
            if triggers && let Err(error) = insert::try_nothing(&mut session.client, plan, table) {
                let failure = session.failure(plan, table.table, error);
                // It is the statement that may not be: other rows would change nothing.
                session.judge = None;
                return Err(failure);
            }
            let sent = insert::copy(&mut session.client, plan, table, batches);
            let stored = sent.map_err(|error| session.failure(plan, table.table, error))?;
            if is_fed(plan.schema(), table.table) {
                // What its feeders' triggers number comes behind these rows.
                session.advance_sequences(plan, table)?;
            }
            Ok(stored)
        })
    }

    fn retry(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        rows: Range<u64>,
        why: Shortfall,
    ) -> Result<u64, Failure> {
        if self.judge == Some(Judge::Key) {
            if !self.was_fed(plan, table.table)? {
                return Err(Failure::Refused(why));
            }
            let stored = self.store(plan, &[table.table], |session| {
                let mut batches = batches(plan, table.table, rows);
                match upsert::upsert(session, plan, table, &mut batches) {
                    Ok(Some(stored)) => Ok(stored),
                    Ok(None) => Err(Failure::Refused(why)),
                    Err(error) => Err(session.failure(plan, table.table, error)),
                }
            });
            return stored.map_err(in_the_way);
        }
        if !plan.can_redraw(table.table) || !self.was_function(&plan.schema()[table.table])? {
            return Err(Failure::Refused(why));
        }
        let mut trial = Trial::new(plan, table, rows.end.saturating_sub(rows.start));
        let stored = self.store(plan, &[table.table], |session| trial.run(session, rows))?;
        self.attempts.extend(trial.into_accepted());
        Ok(stored)
    }

    fn attempts(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.attempts)
    }

    fn inserts_together(&self) -> bool {
        true
    }

    fn stage(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, Failure> {
        self.store(plan, &[table.table], |session| {
            stage::fill(session, plan, table, batches)
                .map_err(|error| session.failure(plan, table.table, error))
        })
    }

    fn insert_staged(
        &mut self,
        plan: &Plan,
        tables: &[TableId],
    ) -> Result<BTreeMap<TableId, u64>, (TableId, Failure)> {
        rigid_component::insert(self, plan, tables)
    }

    fn settle(&mut self, plan: &Plan, rows: &BTreeMap<TableId, u64>) -> Result<Settled, LoadError> {
        let refused = deferred::fill_in(self, plan, rows)?;
        if !refused.is_empty() {
            return Ok(Settled::Refused(refused));
        }
        self.execute("checking deferred constraints", "SAVEPOINT seedbed_settle")?;
        let Err(error) = self.client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE") else {
            return Ok(Settled::Done);
        };
        self.execute("checking deferred constraints", "ROLLBACK TO SAVEPOINT seedbed_settle")?;
        if constraint_check::hunt(self, plan, &error)? {
            return Ok(Settled::Again);
        }
        let failed = LoadError::server("checking deferred constraints");
        let Some(blamed) = refusal::table(&error, plan.schema()) else { return Err(failed(error)) };
        let triggers = self.catalog.triggers(&plan.schema()[blamed].name);
        match refusal::understand(&error, triggers) {
            Some(refused) => Ok(Settled::Refused(BTreeMap::from([(blamed, refused.why)]))),
            None => Err(failed(error)),
        }
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if !self.catalog.any_trigger() {
            return Ok(None);
        }
        existing::count(&mut self.client, &self.catalog, schema).map(Some)
    }

    fn commit(&mut self, plan: &Plan) -> Result<(), LoadError> {
        for table in plan.tables().iter().filter(|t| t.rows > 0) {
            self.advance_sequences(plan, table)?;
        }
        self.execute("committing", "COMMIT")?;
        // Stages end with the session anyway; behind a pool of connections that may be later.
        drop(self.client.batch_execute("DISCARD TEMP"));
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute("rolling back", "ROLLBACK")
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

impl Judging for PostgresSession {
    fn offer(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batch: Batch,
    ) -> Result<Result<u64, Shortfall>, Failure> {
        let doing = format!("trying rows of `{}`", plan.schema()[table.table].name);
        self.execute(&doing, "SAVEPOINT seedbed_trial")?;
        let error = match insert::copy(&mut self.client, plan, table, &mut std::iter::once(batch)) {
            Ok(stored) => {
                self.execute(&doing, "RELEASE SAVEPOINT seedbed_trial")?;
                return Ok(Ok(stored));
            }
            Err(error) => error,
        };
        let refused = match self.failure(plan, table.table, error) {
            Failure::Refused(why) => why,
            other => return Err(other),
        };
        self.execute(&doing, "ROLLBACK TO SAVEPOINT seedbed_trial; RELEASE SAVEPOINT seedbed_trial")?;
        Ok(Err(refused))
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

/// Whether triggers of other tables insert rows into a table.
fn is_fed(schema: &Schema, table: TableId) -> bool {
    schema.tables.iter().flat_map(|t| &t.triggers).any(|t| t.fills(table))
}

/// Other rows with their keys came first.
fn in_the_way(failure: Failure) -> Failure {
    let Failure::Refused(why) = failure else { return failure };
    let fed = "a trigger of another table has put rows here, which are in the way";
    Failure::Refused(Shortfall::new(ShortfallCode::Trigger, format!("{fed}: {}", why.reason)))
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
