//! The names that tables and columns of a schema have in a row file.
//!
//! SQLite compares names without case, in ASCII, and knows no schemas within a file. So two names of a schema may be one
//! there, and the second of them gets a number behind.

use seedbed_schema_model::{Dialect, Schema, Table};
use seedbed_sql_values::quote_identifier;
use std::collections::{BTreeMap, BTreeSet};

/// What no table of ours may begin with: the first is SQLite's, the second the file's own.
const RESERVED: [&str; 2] = ["sqlite_", "_seedbed"];

/// A bare name as SQL has it.
pub(crate) fn quoted(name: &str) -> String {
    quote_identifier(Dialect::Sqlite, name)
}

/// The names of a schema's tables in a file, in DDL order: the plain name where no other table has it, else
/// `schema.table`. They depend on the schema alone, not on which tables are written.
pub(crate) fn table_names(schema: &Schema) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut counts = BTreeMap::<String, usize>::new();
    for table in &schema.tables {
        *counts.entry(table.name.name.to_ascii_lowercase()).or_default() += 1;
    }
    let name = |table: &Table| {
        let plain = &table.name.name;
        let alone = counts.get(&plain.to_ascii_lowercase()) == Some(&1);
        let name = if alone { plain.clone() } else { table.name.to_string() };
        let reserved = |start: &str| name.get(..start.len()).is_some_and(|n| n.eq_ignore_ascii_case(start));
        if RESERVED.iter().any(|start| reserved(start)) { format!("table_{name}") } else { name }
    };
    schema.tables.iter().map(|table| free_name(&name(table), "table", &mut taken)).collect()
}

/// The names of a table's columns in a file.
pub(crate) fn column_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    names.into_iter().map(|name| free_name(name, "column", &mut taken)).collect()
}

/// The names by which SQLite knows the row number of a table, unless they are columns.
pub(crate) const ROWID_NAMES: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// What SQL calls SQLite's row number in a table of such columns. Where all of its names are taken it is a new one.
pub(crate) fn rowid_name(columns: &[String]) -> String {
    let is_free = |name: &&str| !columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    match ROWID_NAMES.into_iter().find(is_free) {
        Some(name) => name.to_owned(),
        None => {
            let mut taken = columns.iter().map(|column| column.to_ascii_lowercase()).collect();
            free_name("_seedbed_row", "", &mut taken)
        }
    }
}

/// A name that no other is like, but for its case.
fn free_name(name: &str, if_empty: &str, taken: &mut BTreeSet<String>) -> String {
    let name: String = name.chars().filter(|c| *c != '\0').collect();
    let name = if name.is_empty() { if_empty } else { &name };
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = format!("{name}~{number}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_as_sqlite_does() {
        let mut schema = Schema::new(Dialect::Postgres);
        for (space, name) in [
            ("public", "film"),
            ("public", "actor"),
            ("old", "actor"),
            ("public", "Rating"),
            ("public", "rating"),
            ("public", "sqlite_x"),
            ("public", "_Seedbed_layout"),
            ("public", "public.actor"),
        ] {
            schema.push_table(Table::new(Some(space), name));
        }
        assert_eq!(
            table_names(&schema),
            [
                "film",
                "public.actor",
                "old.actor",
                "public.Rating",
                "public.rating~2",
                "table_sqlite_x",
                "table__Seedbed_layout",
                "public.actor~2"
            ]
        );
        assert_eq!(column_names(["a", "A", "", "b\0"]), ["a", "A~2", "column", "b"]);
        assert_eq!(rowid_name(&["ROWID".to_owned()]), "_rowid_");
        let all = ["oid", "rowid", "_rowid_", "_Seedbed_row"].map(str::to_owned);
        assert_eq!(rowid_name(&all), "_seedbed_row~2");
    }
}
