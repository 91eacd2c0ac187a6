//! What is guessed of real columns, held against what a person said that they hold (`inference/README.md`).

use crate::corpus;
use seedbed_datagen_core::Catalog;
use seedbed_ddl_parse::parse;
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, SourceMap, SqlType, Table, TableId};
use std::collections::BTreeMap;

/// What is right so far, of a hundred: columns that have a kind and were given one of those that a person accepts.
const RIGHT: usize = 49;

/// What is wrong so far, of a hundred: columns that were given a kind that no person accepts.
const WRONG: usize = 16;

/// Columns so far, of a hundred, of which no more is known than their type.
const FILLED: usize = 33;

/// Kinds that say no more than that something is text: no claim, and so never wrong.
const FILLERS: &[&str] = &["text.words", "text.word", "code.short"];

/// A column and what it holds.
struct Label {
    schema: String,
    table: String,
    column: String,
    kinds: Vec<String>,
}

fn labels() -> Vec<Label> {
    let lines = include_str!("inference/labelled.tsv").lines().skip(1);
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let kinds = fields[4].split('|').map(str::to_owned).collect();
            Label { schema: fields[0].into(), table: fields[1].into(), column: fields[2].into(), kinds }
        })
        .collect()
}

/// The schema of a label's first field: `postgres/lago`.
fn schema_of(root: &std::path::Path, name: &str) -> Schema {
    let (dialect, file) = name.split_once('/').expect("dialect and name");
    let (dialect, folder) = match dialect {
        "postgres" => (Dialect::Postgres, "postgres_dump"),
        "mysql" => (Dialect::MySql, "mysql"),
        "sqlite" => (Dialect::Sqlite, "sqlite"),
        other => panic!("no dialect `{other}`"),
    };
    let path = root.join(folder).join(format!("{file}.sql"));
    parse(&SourceMap::of(&corpus::read(&path)), Some(dialect)).schema
}

fn place(schema: &Schema, label: &Label) -> (TableId, ColumnIdx) {
    let is = |found: &str| found.eq_ignore_ascii_case(&label.table);
    let mut tables = schema.tables_indexed();
    let (id, table) = tables
        .find(|(_, t)| is(&t.name.to_string()) || is(&t.name.name))
        .unwrap_or_else(|| panic!("no table `{}` in {}", label.table, label.schema));
    let found = table.columns_indexed().find(|(_, c)| c.name.eq_ignore_ascii_case(&label.column));
    (id, found.unwrap_or_else(|| panic!("no column `{}` in `{}`", label.column, label.table)).0)
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn kinds_are_guessed_as_a_person_would_say() {
    let Some(root) = corpus::root() else { return };
    let catalog = StandardCatalog::new();
    let labels = labels();
    let mut schemas: BTreeMap<&str, Schema> = BTreeMap::new();
    let (mut with_kind, mut right, mut best, mut wrong) = (0, 0, 0, Vec::new());
    for label in &labels {
        let schema = schemas.entry(&label.schema).or_insert_with(|| schema_of(&root, &label.schema));
        let (table, column) = place(schema, label);
        let guess =
            catalog.infer(schema, &schema[table], column).map(|found| found.provider.name().to_owned());
        // Rows elsewhere are numbered, and so are references that nobody declares.
        let guess = guess.unwrap_or_else(|| "reference.id".to_owned());
        let is_filler = FILLERS.contains(&guess.as_str());
        // Which answer is usual is more than a label says.
        let guess = if guess.starts_with("flag.") { "number.flag".to_owned() } else { guess };
        let accepted = label.kinds.contains(&guess);
        if label.kinds != ["-"] {
            with_kind += 1;
            right += usize::from(accepted);
            best += usize::from(label.kinds[0] == guess);
        }
        if !accepted && !is_filler && guess != "reference.id" {
            wrong.push(format!(
                "{} {}.{}: {guess}, not {}",
                label.schema,
                label.table,
                label.column,
                label.kinds.join("|")
            ));
        }
    }
    let (of_right, of_wrong) = (right * 100 / with_kind, wrong.len() * 100 / labels.len());
    let told = format!(
        "{right} of {with_kind} right ({of_right} %), {best} as said first, {} of {} wrong ({of_wrong} %)\n{}",
        wrong.len(),
        labels.len(),
        wrong.join("\n")
    );
    println!("{told}");
    assert!(of_right >= RIGHT && of_wrong <= WRONG, "{told}");
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn few_columns_are_filled_by_their_type_alone() {
    let Some(root) = corpus::root() else { return };
    let catalog = StandardCatalog::new();
    let (mut columns, mut filled) = (0, 0);
    for (folder, dialect) in
        [("postgres_dump", Dialect::Postgres), ("mysql", Dialect::MySql), ("sqlite", Dialect::Sqlite)]
    {
        for file in corpus::files(&root, folder) {
            let schema = parse(&SourceMap::of(&corpus::read(&file)), Some(dialect)).schema;
            for table in schema.tables.iter().filter(|t| t.partition_of.is_none()) {
                for (id, column) in
                    table.columns_indexed().filter(|(id, _)| is_told_by_name(&schema, table, *id))
                {
                    let guess = catalog.infer(&schema, table, id);
                    let is_filler = guess.is_none_or(|g| FILLERS.contains(&g.provider.name()));
                    let is_number_of_a_row = column.name.to_lowercase().ends_with("id");
                    columns += 1;
                    filled += usize::from(is_filler && !is_number_of_a_row);
                }
            }
        }
    }
    let share = filled * 100 / columns.max(1);
    println!("{filled} of {columns} columns ({share} %) are filled by their type alone");
    assert!(share <= FILLED || corpus::is_narrowed(), "{filled} of {columns} columns ({share} %)");
}

/// Whether only its name can tell what a column holds: it is no key, no reference, not computed, and its type lists nothing.
fn is_told_by_name(schema: &Schema, table: &Table, id: ColumnIdx) -> bool {
    let column = &table[id];
    let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&id));
    let refers = table.foreign_keys.iter().any(|fk| fk.columns.contains(&id));
    let is_listed =
        matches!(schema.base_type(&column.ty), SqlType::Boolean | SqlType::Enum(_) | SqlType::InlineEnum(_));
    !is_key && !refers && !is_listed && column.numbering.is_none() && column.generated.is_none()
}
