//! `seedbed inspect`: what was read.

use crate::args::InspectArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::text_table::{clipped, counted, text_table};
use seedbed::datagen::{Spec, with_undeclared_references};
use seedbed::job::{Job, ProblemEntry, ReadSchema, read_sources};
use seedbed::providers::StandardCatalog;
use seedbed::schema::{
    BrokenReference, Column, ColumnIdx, Component, CycleBreak, Dialect, ForeignKey, KeyTerm, LoadOrder,
    ReferenceOrigin, Schema, Table, TableGraph, TableId, UniqueKey,
};
use serde::Serialize;
use std::sync::Arc;

/// Shows the schema: as text with the problems beside it, or all of it as JSON.
///
/// # Errors
/// Files that can't be read, or that declare no table.
pub(crate) fn run(args: &InspectArgs, console: &Console) -> Result<Exit, CommandError> {
    let job = Job::new(read_sources(&args.schema.schema, args.schema.dialect.encoding)?)
        .dialect(args.schema.dialect.dialect);
    let read = job.read()?;
    let mut schema = Arc::clone(&read.schema);
    if args.infer_references {
        let spec = Spec { infer_references: true, ..Spec::default() };
        (schema, _) = with_undeclared_references(&schema, &spec, &StandardCatalog::new());
    }
    let inspection = Inspection::new(&schema, &read);
    if args.json {
        console.json(&inspection)?;
    } else {
        console.data(&inspection.to_text())?;
        console.problems(&read.sources, &read.problems, usize::MAX);
    }
    Ok(Exit::of(&read))
}

/// A schema in words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    dialect: Dialect,
    tables: Vec<TableEntry>,
    cycles: Vec<CycleEntry>,
    load_order: Vec<String>,
    problems: Vec<ProblemEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TableEntry {
    name: String,
    columns: Vec<ColumnEntry>,
    primary_key: Vec<String>,
    uniques: Vec<Vec<String>>,
    references: Vec<ReferenceEntry>,
    checks: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_of: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ColumnEntry {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    nullable: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReferenceEntry {
    columns: Vec<String>,
    parent: String,
    parent_columns: Vec<String>,
    /// Why it is thought to exist, when the schema does not declare it.
    #[serde(skip_serializing_if = "Option::is_none")]
    inferred: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CycleEntry {
    tables: Vec<String>,
    /// How the load order gets around it.
    broken: Vec<String>,
}

impl Inspection {
    fn new(schema: &Schema, read: &ReadSchema) -> Self {
        let graph = TableGraph::new(schema);
        let order = graph.load_order();
        let cycles = graph.cycles();
        Self {
            dialect: schema.dialect,
            tables: schema.tables.iter().map(|t| TableEntry::new(schema, t)).collect(),
            cycles: cycles.iter().map(|c| CycleEntry::new(schema, c, &order)).collect(),
            load_order: names(schema, &order.tables),
            problems: read.problems.iter().map(|p| ProblemEntry::new(&read.sources, p)).collect(),
        }
    }

    fn to_text(&self) -> String {
        let count = |n: fn(&TableEntry) -> usize| self.tables.iter().map(n).sum::<usize>();
        let counts = [
            counted(self.tables.len(), "table"),
            counted(count(|t| t.columns.len()), "column"),
            counted(count(|t| t.references.len()), "reference"),
            counted(count(|t| t.checks.len()), "check"),
            counted(self.cycles.len(), "cycle"),
            counted(self.problems.len(), "problem"),
        ];
        let mut text = format!("{}: {}\n\n", self.dialect, counts.join(", "));
        text += &text_table(
            &["table", "columns", "primary key", "unique", "checks", "refers to"],
            self.tables.iter().map(TableEntry::to_cells),
        );
        text += &self.inferred_text();
        for cycle in &self.cycles {
            text += &format!("\ncycle: {}\n", cycle.tables.join(", "));
            for broken in &cycle.broken {
                text += &format!("  put off: {broken}\n");
            }
        }
        text
    }
}

impl Inspection {
    /// The references that the schema does not declare, each with its reason.
    fn inferred_text(&self) -> String {
        let line = |table: &TableEntry, reference: &ReferenceEntry| {
            let (columns, theirs) = (reference.columns.join(", "), reference.parent_columns.join(", "));
            let (name, parent) = (&table.name, &reference.parent);
            reference
                .inferred
                .as_ref()
                .map(|why| format!("  {name} ({columns}) -> {parent} ({theirs}): {why}\n"))
        };
        let lines: String =
            self.tables.iter().flat_map(|t| t.references.iter().filter_map(|r| line(t, r))).collect();
        if lines.is_empty() { lines } else { format!("\ninferred references:\n{lines}") }
    }
}

impl TableEntry {
    fn new(schema: &Schema, table: &Table) -> Self {
        Self {
            name: table.name.to_string(),
            columns: table.columns.iter().map(ColumnEntry::new).collect(),
            primary_key: table
                .primary_key
                .as_ref()
                .map_or_else(Vec::new, |k| column_names(table, &k.columns)),
            uniques: table.uniques.iter().map(|u| key_parts(table, u)).collect(),
            references: table.foreign_keys.iter().map(|fk| ReferenceEntry::new(schema, table, fk)).collect(),
            checks: table.checks.iter().map(|c| c.text.clone()).collect(),
            partition_of: table.partition_of.as_ref().map(|p| schema[p.parent].name.to_string()),
        }
    }

    fn to_cells(&self) -> [String; 6] {
        let mut parents: Vec<&str> = self.references.iter().map(|r| r.parent.as_str()).collect();
        parents.dedup();
        [
            clipped(&self.name, 60),
            self.columns.len().to_string(),
            clipped(&self.primary_key.join(", "), 40),
            self.uniques.len().to_string(),
            self.checks.len().to_string(),
            clipped(&parents.join(", "), 80),
        ]
    }
}

impl CycleEntry {
    fn new(schema: &Schema, cycle: &Component, order: &LoadOrder) -> Self {
        let broken = order.broken.iter().filter(|b| cycle.tables.contains(&b.foreign_key.table));
        Self {
            tables: names(schema, &cycle.tables),
            broken: broken.map(|b| broken_text(schema, b)).collect(),
        }
    }
}

impl ColumnEntry {
    fn new(column: &Column) -> Self {
        Self { name: column.name.clone(), ty: column.declared_type.clone(), nullable: column.nullable }
    }
}

impl ReferenceEntry {
    fn new(schema: &Schema, table: &Table, reference: &ForeignKey) -> Self {
        let parent = &schema[reference.parent];
        Self {
            columns: column_names(table, &reference.columns),
            parent: parent.name.to_string(),
            parent_columns: column_names(parent, &reference.parent_columns),
            inferred: match &reference.origin {
                ReferenceOrigin::Inferred { reason } => Some(reason.clone()),
                ReferenceOrigin::Trigger { name } => Some(format!("trigger {name}")),
                ReferenceOrigin::Declared | ReferenceOrigin::Named => None,
            },
        }
    }
}

fn names(schema: &Schema, tables: &[TableId]) -> Vec<String> {
    tables.iter().map(|t| schema[*t].name.to_string()).collect()
}

fn column_names(table: &Table, columns: &[ColumnIdx]) -> Vec<String> {
    columns.iter().map(|c| table[*c].name.clone()).collect()
}

fn key_parts(table: &Table, key: &UniqueKey) -> Vec<String> {
    let part = |term: &KeyTerm| match term {
        KeyTerm::Column(column) => table[*column].name.clone(),
        KeyTerm::Expr(_) => "(expression)".to_owned(),
    };
    key.parts.iter().map(|p| part(&p.term)).collect()
}

fn broken_text(schema: &Schema, broken: &BrokenReference) -> String {
    let table = &schema[broken.foreign_key.table];
    let reference = &table.foreign_keys[usize::from(broken.foreign_key.index)];
    let columns = column_names(table, &reference.columns).join(", ");
    let parent = &schema[reference.parent].name;
    format!("{} ({columns}) -> {parent} ({})", table.name, break_text(broken.how))
}

fn break_text(how: CycleBreak) -> &'static str {
    match how {
        CycleBreak::Defer => "checked at commit",
        CycleBreak::NullFirst => "NULL first, then updated",
        CycleBreak::Hard => "NOT NULL and not deferrable",
    }
}
