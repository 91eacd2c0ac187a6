//! The tables that the target has.

use super::connection::MySqlConnection;
use super::refusal;
use crate::LoadError;
use crate::operation::Operation;
use seedbed_schema_model::{Schema, Table, TableId};
use std::collections::BTreeMap;

/// Tables and views of the target, by name as the server compares names.
#[derive(Debug)]
pub(super) struct MySqlCatalog {
    relations: BTreeMap<String, MySqlRelation>,
    /// Names are compared without case.
    folds_names: bool,
}

/// A table or view of the target.
#[derive(Debug, Default)]
pub(super) struct MySqlRelation {
    /// Its storage engine, if that can't take rows back.
    engine_without_transactions: Option<String>,
    /// Triggers that fire on INSERT, as far as this user may see them.
    triggers: Vec<String>,
}

/// Tables with their engines, where these lack transactions.
const RELATIONS: &str = "
    SELECT t.table_name, IF(e.transactions = 'NO', t.engine, NULL)
    FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
    WHERE t.table_schema = DATABASE()";

/// Triggers in the order of their names.
const TRIGGERS: &str = "
    SELECT event_object_table, trigger_name FROM information_schema.triggers
    WHERE event_object_schema = DATABASE() AND event_manipulation = 'INSERT' ORDER BY 1, 2";

impl MySqlCatalog {
    /// Reads the tables of the database in use, their engines and their triggers.
    pub(super) fn read(connection: &mut MySqlConnection) -> Result<Self, LoadError> {
        let folds_names: Option<u64> = connection
            .query_first("SELECT @@lower_case_table_names")
            .map_err(refusal::lost(Operation::ReadCatalog))?;
        let mut catalog = Self { relations: BTreeMap::new(), folds_names: folds_names != Some(0) };
        let relations: Vec<(String, Option<String>)> =
            connection.query(RELATIONS).map_err(refusal::lost(Operation::ReadCatalog))?;
        for (name, engine_without_transactions) in relations {
            let relation = MySqlRelation { engine_without_transactions, triggers: Vec::new() };
            catalog.relations.insert(catalog.folded(&name), relation);
        }
        let triggers: Vec<(String, String)> =
            connection.query(TRIGGERS).map_err(refusal::lost(Operation::ReadCatalog))?;
        for (table, trigger) in triggers {
            let table = catalog.folded(&table);
            catalog.relations.entry(table).or_default().triggers.push(trigger);
        }
        Ok(catalog)
    }

    /// Whether the target has the table.
    pub(super) fn has(&self, table: &Table) -> bool {
        self.relation(table).is_some()
    }

    /// The tables of a schema that the target has.
    pub(super) fn present(&self, schema: &Schema) -> Vec<TableId> {
        schema.tables_indexed().filter(|(_, t)| self.has(t)).map(|(id, _)| id).collect()
    }

    /// The table's storage engine, if that can't take rows back.
    pub(super) fn engine_without_transactions(&self, table: &Table) -> Option<&str> {
        self.relation(table)?.engine_without_transactions.as_deref()
    }

    /// The triggers that fire on INSERT; those of the schema's text where this user may not see the target's.
    pub(super) fn insert_triggers(&self, table: &Table) -> Vec<String> {
        let seen = self.relation(table).map(|r| r.triggers.clone()).unwrap_or_default();
        if !seen.is_empty() {
            return seen;
        }
        table.triggers.iter().filter(|t| t.on_insert()).map(|t| t.name.clone()).collect()
    }

    /// Whether any trigger fires on INSERT: without one, every table has the rows that it was sent.
    pub(super) fn any_insert_trigger(&self, schema: &Schema) -> bool {
        self.relations.values().any(|r| !r.triggers.is_empty())
            || schema.tables.iter().any(|t| !self.insert_triggers(t).is_empty())
    }

    /// A table or view, by the name of a table of the schema.
    fn relation(&self, table: &Table) -> Option<&MySqlRelation> {
        self.relations.get(&self.folded(&table.name.name))
    }

    /// A name as the server compares it.
    fn folded(&self, name: &str) -> String {
        if self.folds_names { name.to_lowercase() } else { name.to_owned() }
    }
}
