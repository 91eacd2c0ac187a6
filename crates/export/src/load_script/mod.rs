//! Scripts that load rows with the server's own client: from a bundle's files, or rows that stand in the script itself.

mod constant;
mod mysql;
mod postgres;
mod script_text;
mod sqlite;

pub(crate) use constant::{ConstantForm, ConstantForms, RowConstants};
pub(crate) use script_text::{RowsPlace, ScriptText};

use crate::{ManifestTable, ScriptForm};
use seedbed_load_plan::{LoadPlan, RowsToLoad, TableLoad};
use seedbed_schema_model::{ColumnIdx, Dialect, LoadOrder, Schema, Table, TableId};
use seedbed_sql_values::{quote_identifier, quote_qualified};
use seedbed_text_encode::ColumnFacts;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(crate) rows: RowsFrom<'a>,
    /// Settings that the session needs, by name.
    pub(crate) settings: &'a BTreeMap<String, String>,
    /// The tables of whose rows not all that the server asks is known to hold.
    pub(crate) uncertain: &'a BTreeSet<TableId>,
}

/// Where the rows of a script's tables are. The tables come in load order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowsFrom<'a> {
    /// In CSV files beside the script.
    Files {
        /// The files.
        tables: &'a [WrittenTable],
        /// Whether they begin with a line of names.
        header: bool,
    },
    /// In the script itself: its text has a place for those of each table.
    Script {
        /// What the tables get.
        tables: &'a [RowsToLoad],
        /// The statements that they are in.
        form: ScriptForm,
    },
}

/// How scripts are written for one database.
#[derive(Debug)]
pub(crate) struct ScriptLanguage {
    dialect: Dialect,
    /// The name of the script beside a bundle's files.
    pub(crate) file: &'static str,
    write: fn(&Script<'_>) -> ScriptText,
    /// How cells are written as constants.
    pub(crate) constants: ConstantForms,
    /// The statements that rows can stand in.
    pub(crate) forms: &'static [ScriptForm],
}

impl ScriptLanguage {
    /// That of a dialect, if it has one.
    pub(crate) fn of(dialect: Dialect) -> Option<&'static Self> {
        SCRIPTS.iter().find(|language| language.dialect == dialect)
    }

    /// The script's text.
    pub(crate) fn script(&self, input: &ScriptInput<'_>) -> ScriptText {
        (self.write)(&Script::new(input))
    }
}

/// The databases with a script.
const SCRIPTS: &[ScriptLanguage] = &[
    ScriptLanguage {
        dialect: Dialect::Postgres,
        file: "load.psql",
        write: postgres::script,
        constants: postgres::constant_form,
        forms: &[ScriptForm::Insert, ScriptForm::Copy],
    },
    ScriptLanguage {
        dialect: Dialect::Sqlite,
        file: "load.sqlite.sql",
        write: sqlite::script,
        constants: sqlite::constant_form,
        forms: &[ScriptForm::Insert],
    },
    ScriptLanguage {
        dialect: Dialect::MySql,
        file: "load.mysql.sql",
        write: mysql::script,
        constants: mysql::constant_form,
        forms: &[ScriptForm::Insert],
    },
];

/// A script in the making: the plan of the load, and where the rows are.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    schema: &'a Schema,
    settings: &'a BTreeMap<String, String>,
    rows: RowsFrom<'a>,
    plan: LoadPlan,
}

/// One table of a script.
#[derive(Clone, Copy, Debug)]
struct ScriptTable<'a> {
    /// Its place among the tables.
    index: usize,
    owner: &'a Table,
    load: &'a TableLoad,
}

impl<'a> Script<'a> {
    fn new(input: &ScriptInput<'a>) -> Self {
        let of_file = |file: &WrittenTable| RowsToLoad {
            table: file.table,
            columns: file.columns.iter().map(|(c, _)| *c).collect(),
            rows: file.entry.rows,
            uncertain: input.uncertain.contains(&file.table),
        };
        let tables = match input.rows {
            RowsFrom::Files { tables, .. } => tables.iter().map(of_file).collect(),
            RowsFrom::Script { tables, .. } => tables.to_vec(),
        };
        let plan = match input.rows {
            RowsFrom::Script { form: ScriptForm::Insert, .. } => {
                LoadPlan::by_inserts(input.schema, input.order, tables)
            }
            _ => LoadPlan::new(input.schema, input.order, tables),
        };
        Self { schema: input.schema, settings: input.settings, rows: input.rows, plan }
    }

    /// The file that has a table's rows, and whether it begins with a line of names; `None` when they are in the script.
    fn file(&self, table: ScriptTable<'_>) -> Option<(&'a WrittenTable, bool)> {
        match self.rows {
            RowsFrom::Files { tables, header } => Some((tables.get(table.index)?, header)),
            RowsFrom::Script { .. } => None,
        }
    }

    /// The statements that rows in the script are in; `None` when they are in files.
    fn form(&self) -> Option<ScriptForm> {
        match self.rows {
            RowsFrom::Files { .. } => None,
            RowsFrom::Script { form, .. } => Some(form),
        }
    }

    /// The tables in load order.
    fn tables(&self) -> impl Iterator<Item = ScriptTable<'_>> {
        let tables = self.plan.tables.iter().enumerate();
        tables.map(|(index, load)| ScriptTable { index, owner: self.schema_table(load.table), load })
    }

    fn schema_table(&self, id: TableId) -> &Table {
        &self.schema[id]
    }

    fn quoted(&self, id: TableId) -> String {
        quote_qualified(self.schema.dialect, &self.schema_table(id).name)
    }

    fn column(&self, id: TableId, column: ColumnIdx) -> String {
        quote_identifier(self.schema.dialect, &self.schema_table(id)[column].name)
    }

    /// The columns that rows bring, quoted, between commas.
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
        comment(&self.owner.name.to_string())
    }
}

/// A name for a comment: whatever could end the line becomes a space.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
