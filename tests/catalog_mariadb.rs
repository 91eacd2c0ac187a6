//! MariaDB's `information_schema` as [`CatalogTable`]s, read through the `mariadb` client as JSON.

use crate::catalog_model::{NO_PARENT, one_line};
use crate::catalog_table::{
    CatalogCheck, CatalogColumn, CatalogExpr, CatalogForeignKey, CatalogKey, CatalogTable, ValueSource,
};
use crate::servers::MariaDbDatabase;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every base table of a database.
pub(crate) fn tables(database: &MariaDbDatabase) -> Result<Vec<CatalogTable>, String> {
    let mut reader = Reader::default();
    for line in database.query(CATALOG)?.lines().filter(|l| !l.is_empty()) {
        let row: Value = serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))?;
        reader.row(&Row(row));
    }
    Ok(reader.finish())
}

/// One JSON object a row, marked by the kind of fact. System-versioned tables are tables too.
const CATALOG: &str = "
    set session group_concat_max_len = 1000000;
    select json_object('kind', 'table', 'table', table_name) from information_schema.tables
      where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED');
    select json_object('kind', 'partitioning', 'table', table_name, 'method', max(partition_method),
      'partitions', group_concat(distinct partition_name order by partition_ordinal_position separator ', '))
      from information_schema.partitions where table_schema = database() and partition_method is not null
      group by table_name;
    select json_object('kind', 'column', 'table', table_name, 'name', column_name, 'type', column_type,
      'nullable', is_nullable, 'default', column_default, 'extra', extra, 'generation', generation_expression)
      from information_schema.columns where table_schema = database() order by table_name, ordinal_position;
    select json_object('kind', 'key', 'table', table_name, 'key', index_name, 'column', column_name, 'prefix', sub_part)
      from information_schema.statistics where table_schema = database() and non_unique = 0
      order by table_name, index_name, seq_in_index;
    select json_object('kind', 'reference', 'table', k.table_name, 'key', k.constraint_name, 'column', k.column_name,
      'parent', k.referenced_table_name, 'parent_column', k.referenced_column_name,
      'on_delete', r.delete_rule, 'on_update', r.update_rule)
      from information_schema.key_column_usage k join information_schema.referential_constraints r
        on r.constraint_schema = k.table_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
      where k.table_schema = database() and k.referenced_table_name is not null
      order by k.table_name, k.constraint_name, k.ordinal_position;
    select json_object('kind', 'check', 'table', table_name, 'name', constraint_name, 'level', level, 'text', check_clause)
      from information_schema.check_constraints where constraint_schema = database()
      order by table_name, constraint_name;";

/// One row of [`CATALOG`].
struct Row(Value);

impl Row {
    /// A field as text; empty for NULL.
    fn text(&self, field: &str) -> String {
        match &self.0[field] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    fn is_null(&self, field: &str) -> bool {
        self.0[field].is_null()
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    tables: BTreeMap<String, CatalogTable>,
    keys: BTreeMap<(String, String), CatalogKey>,
    foreign_keys: BTreeMap<(String, String), CatalogForeignKey>,
}

impl Reader {
    fn row(&mut self, row: &Row) {
        let name = row.text("table");
        if row.text("kind") == "table" {
            self.tables.insert(name.clone(), CatalogTable { name, ..CatalogTable::default() });
            return;
        }
        let Some(table) = self.tables.get_mut(&name) else { return };
        match row.text("kind").as_str() {
            "partitioning" => table.partitioning = Some(partitioning(row)),
            "column" => table.columns.push(column(row)),
            "check" => add_check(table, row),
            "key" => self.keys.entry((name, row.text("key"))).or_default().parts.push(part(row)),
            _ => {
                let key = self.foreign_keys.entry((name, row.text("key"))).or_default();
                key.columns.push(row.text("column"));
                key.parent_columns.push(row.text("parent_column"));
                key.parent = row.text("parent");
                key.rules = format!("{}{}", action(row, "delete"), action(row, "update"));
            }
        }
    }

    fn finish(mut self) -> Vec<CatalogTable> {
        for ((table, name), key) in std::mem::take(&mut self.keys) {
            if let Some(table) = self.tables.get_mut(&table) {
                match name.as_str() {
                    "PRIMARY" => table.primary_key = Some(key),
                    _ => table.uniques.push(key),
                }
            }
        }
        let names: BTreeSet<String> = self.tables.keys().cloned().collect();
        for ((table, _), mut key) in std::mem::take(&mut self.foreign_keys) {
            if !names.contains(&key.parent) {
                key.parent_columns = Vec::new();
                key.rules = NO_PARENT.to_owned();
            }
            if let Some(table) = self.tables.get_mut(&table) {
                table.foreign_keys.push(key);
            }
        }
        self.tables.into_values().collect()
    }
}

fn partitioning(row: &Row) -> String {
    let method = row.text("method").to_lowercase();
    match method.split(' ').next() {
        Some("range") => format!("range into {}", row.text("partitions")),
        Some("list") => format!("list into {}", row.text("partitions")),
        Some("hash" | "key" | "linear") => "hash".to_owned(),
        _ => method,
    }
}

fn column(row: &Row) -> CatalogColumn {
    let (extra, default) = (row.text("extra").to_lowercase(), row.text("default"));
    let (source, text) = if extra.contains("generated") {
        let stored = extra.contains("stored") || extra.contains("persistent");
        (ValueSource::Generated { stored }, Some(row.text("generation")))
    } else if extra.contains("auto_increment") {
        (ValueSource::AutoIncrement, None)
    } else if row.is_null("default") || default.eq_ignore_ascii_case("null") {
        (ValueSource::Nothing, None)
    } else {
        (ValueSource::Default, Some(default))
    };
    let reads = matches!(source, ValueSource::Generated { .. });
    CatalogColumn {
        name: row.text("name"),
        ty: without_display_width(&row.text("type")),
        nullable: Some(row.text("nullable") == "YES"),
        // Every text column has one from its table or database; what a key needs of it is not in question here.
        collation: None,
        source,
        expr: text.map(|text| expr(&text, reads)),
    }
}

/// `int(11) unsigned zerofill` says no more than `int unsigned`.
fn without_display_width(ty: &str) -> String {
    let ty = ty.replace(" zerofill", "");
    let name = ty.split(['(', ' ']).next().unwrap_or_default();
    let has_width = matches!(name, "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year");
    match (has_width, ty.split_once('('), ty.split_once(')')) {
        (true, Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => ty,
    }
}

fn part(row: &Row) -> String {
    match row.is_null("prefix") {
        true => row.text("column"),
        false => format!("{}({})", row.text("column"), row.text("prefix")),
    }
}

fn action(row: &Row, event: &str) -> String {
    match row.text(&format!("on_{event}")).as_str() {
        "CASCADE" => format!(" on {event} cascade"),
        "SET NULL" => format!(" on {event} set null"),
        "SET DEFAULT" => format!(" on {event} set default"),
        _ => String::new(),
    }
}

/// A column's CHECK has no name of its own, the catalog shows the column's. `json` is kept as `longtext` with a CHECK.
fn add_check(table: &mut CatalogTable, row: &Row) {
    let (name, text) = (row.text("name"), row.text("text"));
    if text == format!("json_valid(`{name}`)")
        && let Some(column) = table.columns.iter_mut().find(|c| c.name == name && c.ty == "longtext")
    {
        column.ty = "json".to_owned();
        return;
    }
    let name = (row.text("level") == "Table").then_some(name);
    table.checks.push(CatalogCheck { name, expr: expr(&text, true) });
}

/// The server prints expressions with every name in backticks.
fn expr(text: &str, knows_columns: bool) -> CatalogExpr {
    CatalogExpr {
        columns: knows_columns.then(|| quoted_names(text)),
        text: one_line(text),
        ..CatalogExpr::default()
    }
}

/// The names in backticks outside of strings.
fn quoted_names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => skip_string(&mut chars),
            '`' => {
                names.insert(chars.by_ref().take_while(|c| *c != '`').collect());
            }
            _ => {}
        }
    }
    names
}

/// Leaves the iterator behind a string's closing quote. A doubled quote reads as two strings, which is the same here.
fn skip_string(chars: &mut std::str::Chars<'_>) {
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' => return,
            _ => {}
        }
    }
}

mod tests {
    use super::*;

    #[test]
    fn display_widths_go_and_sizes_stay() {
        for (given, wanted) in [
            ("int(11) unsigned zerofill", "int unsigned"),
            ("double(10,2)", "double(10,2)"),
            ("varchar(20)", "varchar(20)"),
            ("decimal(5,2) unsigned", "decimal(5,2) unsigned"),
        ] {
            assert_eq!(without_display_width(given), wanted);
        }
    }

    #[test]
    fn names_in_strings_are_no_columns() {
        let names = quoted_names("`a` in ('x`b`','it\\'s `c`','''`d`') and `e e` > 0");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "e e"]);
    }
}
