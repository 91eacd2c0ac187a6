//! Scripts that load a bundle's files with the server's own client.

mod mysql;
mod postgres;
mod risk;
mod sqlite;

use crate::NullFirst;
use crate::table_file::WrittenTable;
use seedbed_schema_model::{ColumnIdx, CycleBreak, Dialect, LoadOrder, Schema, Table, TableId};
use seedbed_sql_semantics::{quote_identifier, quote_qualified};
use std::collections::BTreeMap;

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
    Some((name, script(input)))
}

/// Writes a script's text.
type Script = fn(&ScriptInput<'_>) -> String;

/// The databases with a script, and its file.
const SCRIPTS: &[(Dialect, &str, Script)] = &[
    (Dialect::Postgres, "load.psql", postgres::script),
    (Dialect::Sqlite, "load.sqlite.sql", sqlite::script),
    (Dialect::MySql, "load.mysql.sql", mysql::script),
];

impl ScriptInput<'_> {
    fn table(&self, id: TableId) -> &Table {
        &self.schema[id]
    }

    fn quoted(&self, id: TableId) -> String {
        quote_qualified(self.schema.dialect, &self.table(id).name)
    }

    fn column(&self, id: TableId, column: ColumnIdx) -> String {
        quote_identifier(self.schema.dialect, &self.table(id)[column].name)
    }

    /// The file's columns, quoted, between commas.
    fn columns(&self, table: &WrittenTable) -> String {
        let names: Vec<String> = table.columns.iter().map(|(c, _)| self.column(table.table, *c)).collect();
        names.join(", ")
    }

    /// Those of them that a statement may write to, quoted, between commas.
    fn inserted(&self, table: &WrittenTable) -> String {
        let written = table.columns.iter().map(|(c, _)| *c).filter(|c| !self.is_generated(table.table, *c));
        written.map(|c| self.column(table.table, c)).collect::<Vec<_>>().join(", ")
    }

    fn is_generated(&self, id: TableId, column: ColumnIdx) -> bool {
        self.table(id)[column].generated.is_some()
    }

    fn has_generated(&self, table: &WrittenTable) -> bool {
        table.columns.iter().any(|(c, _)| self.is_generated(table.table, *c))
    }

    fn null_first(&self, table: &WrittenTable) -> Option<NullFirst> {
        let written: Vec<ColumnIdx> = table.columns.iter().map(|(c, _)| *c).collect();
        NullFirst::of(self.schema, self.order, table.table, &written)
    }

    /// Whether some reference between the files is broken in this way.
    fn breaks(&self, how: CycleBreak) -> bool {
        self.tables.iter().any(|t| self.table_breaks(t.table, how))
    }

    fn table_breaks(&self, table: TableId, how: CycleBreak) -> bool {
        self.order.broken.iter().any(|b| b.foreign_key.table == table && b.how == how)
    }

    /// A name of ours for the table's staging table, which no name of the schema's is part of.
    fn stage(index: usize) -> String {
        format!("seedbed_stage_{}", index + 1)
    }

    /// `a.k = b.k AND ...` over key columns.
    fn equal(&self, id: TableId, key: &[ColumnIdx], a: &str, b: &str) -> String {
        let pairs: Vec<String> =
            key.iter().map(|c| self.column(id, *c)).map(|name| format!("{a}.{name} = {b}.{name}")).collect();
        pairs.join(" AND ")
    }
}

/// A name for a comment: whatever could end the line becomes a space.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
