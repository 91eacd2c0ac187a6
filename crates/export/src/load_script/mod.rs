//! Scripts that load a bundle's files with the server's own client.

mod mysql;
mod postgres;
mod sqlite;

use crate::ManifestTable;
use seedbed_load_plan::{LoadPlan, RowsToLoad, TableLoad};
use seedbed_schema_model::{ColumnIdx, Dialect, LoadOrder, Schema, Table, TableId};
use seedbed_sql_values::{quote_identifier, quote_qualified};
use seedbed_text_encode::ColumnFacts;
use std::collections::BTreeMap;

/// What is known of a table when its file is closed.
#[derive(Debug)]
pub(crate) struct WrittenTable {
    pub(crate) table: TableId,
    pub(crate) entry: ManifestTable,
    /// The file's columns with what their cells were like. Empty only for a table without columns.
    pub(crate) columns: Vec<(ColumnIdx, ColumnFacts)>,
}

/// What a script is made from.
#[derive(Debug)]
pub(crate) struct ScriptInput<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) order: &'a LoadOrder,
    /// The files in load order.
    pub(crate) tables: &'a [WrittenTable],
    /// Whether the files begin with a line of names.
    pub(crate) header: bool,
    /// Settings that the session needs, by name.
    pub(crate) settings: &'a BTreeMap<String, String>,
}

/// The script's file name and text in the schema's dialect; `None` for a dialect without one.
pub(crate) fn load_script(input: &ScriptInput<'_>) -> Option<(&'static str, String)> {
    let (_, name, script) = SCRIPTS.iter().find(|(dialect, ..)| *dialect == input.schema.dialect)?;
    Some((name, script(&Script::new(input))))
}

/// Writes a script's text.
type WriteScript = fn(&Script<'_>) -> String;

/// The databases with a script, and its file.
const SCRIPTS: &[(Dialect, &str, WriteScript)] = &[
    (Dialect::Postgres, "load.psql", postgres::script),
    (Dialect::Sqlite, "load.sqlite.sql", sqlite::script),
    (Dialect::MySql, "load.mysql.sql", mysql::script),
];

/// A script in the making: the plan of the load, and the files that bring the rows.
#[derive(Debug)]
struct Script<'a> {
    input: &'a ScriptInput<'a>,
    plan: LoadPlan,
}

/// One table of a script.
#[derive(Clone, Copy, Debug)]
struct ScriptTable<'a> {
    /// Its place among the files.
    index: usize,
    file: &'a WrittenTable,
    load: &'a TableLoad,
}

impl<'a> Script<'a> {
    fn new(input: &'a ScriptInput<'a>) -> Self {
        let rows = |file: &WrittenTable| RowsToLoad {
            table: file.table,
            columns: file.columns.iter().map(|(c, _)| *c).collect(),
            rows: file.entry.rows,
        };
        let plan = LoadPlan::new(input.schema, input.order, input.tables.iter().map(rows).collect());
        Self { input, plan }
    }

    /// The tables in load order.
    fn tables(&self) -> impl Iterator<Item = ScriptTable<'_>> {
        let both = self.input.tables.iter().zip(&self.plan.tables).enumerate();
        both.map(|(index, (file, load))| ScriptTable { index, file, load })
    }

    fn schema_table(&self, id: TableId) -> &Table {
        &self.input.schema[id]
    }

    fn quoted(&self, id: TableId) -> String {
        quote_qualified(self.input.schema.dialect, &self.schema_table(id).name)
    }

    fn column(&self, id: TableId, column: ColumnIdx) -> String {
        quote_identifier(self.input.schema.dialect, &self.schema_table(id)[column].name)
    }

    /// The file's columns, quoted, between commas.
    fn columns(&self, table: ScriptTable<'_>) -> String {
        let names: Vec<String> = table.load.columns.iter().map(|c| self.column(table.id(), *c)).collect();
        names.join(", ")
    }

    /// Those of them that a statement may write to, quoted, between commas.
    fn inserted(&self, table: ScriptTable<'_>) -> String {
        let written = table.load.columns.iter().filter(|c| !self.is_generated(table.id(), **c));
        written.map(|c| self.column(table.id(), *c)).collect::<Vec<_>>().join(", ")
    }

    /// What they get from a staging table: those whose references are filled in afterwards get NULL.
    fn staged(&self, table: ScriptTable<'_>) -> String {
        let waits = |c: &ColumnIdx| table.load.deferred.as_ref().is_some_and(|d| d.columns.contains(c));
        let written = table.load.columns.iter().filter(|c| !self.is_generated(table.id(), **c));
        let chosen = written.map(|c| if waits(c) { "NULL".to_owned() } else { self.column(table.id(), *c) });
        chosen.collect::<Vec<_>>().join(", ")
    }

    fn is_generated(&self, id: TableId, column: ColumnIdx) -> bool {
        self.schema_table(id)[column].generated.is_some()
    }

    fn has_generated(&self, table: ScriptTable<'_>) -> bool {
        table.load.columns.iter().any(|c| self.is_generated(table.id(), *c))
    }

    /// `a.k = b.k AND ...` over key columns.
    fn equal(&self, id: TableId, key: &[ColumnIdx], a: &str, b: &str) -> String {
        let pairs: Vec<String> =
            key.iter().map(|c| self.column(id, *c)).map(|name| format!("{a}.{name} = {b}.{name}")).collect();
        pairs.join(" AND ")
    }
}

impl ScriptTable<'_> {
    fn id(&self) -> TableId {
        self.load.table
    }

    fn rows(&self) -> u64 {
        self.load.rows
    }

    /// A name of ours for the table's staging table, which no name of the schema's is part of.
    fn stage(&self) -> String {
        format!("seedbed_stage_{}", self.index + 1)
    }

    /// Its name in a comment.
    fn comment(&self) -> String {
        comment(&self.file.entry.name)
    }
}

/// A name for a comment: whatever could end the line becomes a space.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
