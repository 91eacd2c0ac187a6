//! SQLite's catalog as [`CatalogTable`]s: `PRAGMA`s for what they tell, the compiler itself for what CHECKs read.

use crate::catalog_model::{NO_PARENT, one_line};
use crate::catalog_sqlite_check::check_texts;
use crate::catalog_table::{
    CatalogCheck, CatalogColumn, CatalogExpr, CatalogForeignKey, CatalogKey, CatalogTable, EXPRESSION,
    ValueSource,
};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Result, Row};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Every ordinary table of a database file.
pub(crate) fn tables(file: &Path) -> Result<Vec<CatalogTable>> {
    let connection = Connection::open(file)?;
    let reader = Reader { connection: &connection, names: names(&connection)? };
    reader.names.iter().map(|n| reader.table(n)).collect()
}

/// A table's name and its two options.
struct TableName {
    name: String,
    options: Vec<&'static str>,
}

/// The tables that are neither virtual, nor kept by a virtual one, nor SQLite's own.
fn names(connection: &Connection) -> Result<Vec<TableName>> {
    let sql = "select name, wr, strict from pragma_table_list
      where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name";
    rows(connection, sql, &[], |row| {
        let options = [(row.get("wr")?, "without rowid"), (row.get("strict")?, "strict")];
        let options =
            options.into_iter().filter_map(|(on, word)| if on { Some(word) } else { None }).collect();
        Ok(TableName { name: row.get("name")?, options })
    })
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: &[&str],
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(parameters), |row| read(row))?;
    rows.collect()
}

struct Reader<'a> {
    connection: &'a Connection,
    names: Vec<TableName>,
}

/// A row of `PRAGMA table_xinfo`.
struct ColumnRow {
    column: CatalogColumn,
    /// From 1 in order of the primary key; 0 outside of it.
    key_place: u32,
}

/// A row of `PRAGMA index_list`.
struct IndexRow {
    name: String,
    of_primary_key: bool,
    partial: bool,
}

impl Reader<'_> {
    fn table(&self, table: &TableName) -> Result<CatalogTable> {
        let indexes = self.indexes(&table.name)?;
        let mut columns = self.columns(&table.name)?;
        let primary_key = primary_key(&columns);
        // A primary key without an index, in a table with rowids, is the rowid.
        let has_rowid = !table.options.contains(&"without rowid");
        if has_rowid && primary_key.is_some() && !indexes.iter().any(|i| i.of_primary_key) {
            for row in columns.iter_mut().filter(|c| c.key_place > 0) {
                row.column.nullable = None;
                row.column.source = ValueSource::AutoIncrement;
            }
        }
        let columns: Vec<CatalogColumn> = columns.into_iter().map(|c| c.column).collect();
        let uniques = indexes.iter().filter(|i| !i.of_primary_key);
        Ok(CatalogTable {
            name: table.name.clone(),
            primary_key,
            uniques: uniques.map(|i| self.unique(i, &columns)).collect::<Result<_>>()?,
            foreign_keys: self.foreign_keys(&table.name)?,
            checks: self.checks(&table.name)?,
            options: table.options.clone(),
            columns,
            ..CatalogTable::default()
        })
    }

    fn columns(&self, table: &str) -> Result<Vec<ColumnRow>> {
        let sql = "select * from pragma_table_xinfo(?) where hidden <> 1 order by cid";
        rows(self.connection, sql, &[table], |row| {
            let name: String = row.get("name")?;
            let default: Option<String> = row.get("dflt_value")?;
            let source = match (row.get("hidden")?, &default) {
                (2 | 3, _) => ValueSource::Generated { stored: row.get::<_, i64>("hidden")? == 3 },
                (_, Some(text)) if !text.eq_ignore_ascii_case("null") => ValueSource::Default,
                _ => ValueSource::Nothing,
            };
            let has_expr = source != ValueSource::Nothing;
            let text = one_line(&default.unwrap_or_default());
            let column = CatalogColumn {
                ty: type_text(&row.get::<_, String>("type")?),
                nullable: Some(!row.get::<_, bool>("notnull")?),
                collation: self.collation(table, &name)?,
                source,
                expr: has_expr.then(|| CatalogExpr { text, ..CatalogExpr::default() }),
                name,
            };
            Ok(ColumnRow { column, key_place: row.get("pk")? })
        })
    }

    /// A column's collation, unless it is the usual one.
    fn collation(&self, table: &str, column: &str) -> Result<Option<String>> {
        let (_, collation, ..) = self.connection.column_metadata(Some("main"), table, column)?;
        let name = collation.map(|c| c.to_string_lossy().to_uppercase());
        Ok(name.filter(|n| n != "BINARY"))
    }

    fn indexes(&self, table: &str) -> Result<Vec<IndexRow>> {
        let sql = "select name, origin, partial from pragma_index_list(?) where \"unique\" order by seq";
        rows(self.connection, sql, &[table], |row| {
            Ok(IndexRow {
                name: row.get("name")?,
                of_primary_key: row.get::<_, String>("origin")? == "pk",
                partial: row.get("partial")?,
            })
        })
    }

    fn unique(&self, index: &IndexRow, columns: &[CatalogColumn]) -> Result<CatalogKey> {
        let sql = "select name, coll from pragma_index_xinfo(?) where key order by seqno";
        let parts: Vec<String> = rows(self.connection, sql, &[&index.name], |row| {
            let Some(name) = row.get::<_, Option<String>>("name")? else { return Ok(EXPRESSION.to_owned()) };
            let collation = row.get::<_, String>("coll")?.to_uppercase();
            let own = columns.iter().find(|c| c.name == name).and_then(|c| c.collation.as_deref());
            Ok(if collation == own.unwrap_or("BINARY") {
                name
            } else {
                format!("{name} collate {collation}")
            })
        })?;
        let has_expr = index.partial || parts.iter().any(|p| p.starts_with(EXPRESSION));
        let text = one_line(&self.sql_of("index", &index.name)?);
        Ok(CatalogKey {
            expr: has_expr.then(|| CatalogExpr { text, ..CatalogExpr::default() }),
            partial: index.partial,
            parts,
            ..CatalogKey::default()
        })
    }

    fn foreign_keys(&self, table: &str) -> Result<Vec<CatalogForeignKey>> {
        let sql = "select id, \"table\", \"from\", \"to\", on_delete, on_update
          from pragma_foreign_key_list(?) order by id, seq";
        let parts = rows(self.connection, sql, &[table], |row| {
            let rules = format!(
                "{}{}",
                action("delete", &row.get::<_, String>("on_delete")?),
                action("update", &row.get::<_, String>("on_update")?)
            );
            let (from, to): (String, Option<String>) = (row.get("from")?, row.get("to")?);
            Ok((row.get::<_, i64>("id")?, row.get::<_, String>("table")?, from, to, rules))
        })?;
        let mut keys: Vec<(i64, CatalogForeignKey, Vec<String>)> = Vec::new();
        for (id, parent, from, to, rules) in parts {
            if keys.last().is_none_or(|k| k.0 != id) {
                keys.push((
                    id,
                    CatalogForeignKey { parent, rules, ..CatalogForeignKey::default() },
                    Vec::new(),
                ));
            }
            if let Some((_, key, named)) = keys.last_mut() {
                key.columns.push(from);
                named.extend(to);
            }
        }
        keys.into_iter().map(|(_, key, named)| self.resolve(key, &named)).collect()
    }

    /// Finds the parent, whose name need not have the same case, and its primary key when no columns are named.
    fn resolve(&self, mut key: CatalogForeignKey, named: &[String]) -> Result<CatalogForeignKey> {
        let parent = self.names.iter().find(|t| t.name.eq_ignore_ascii_case(&key.parent));
        if let Some(parent) = parent {
            let columns = self.columns(&parent.name)?;
            let find = |n: &String| {
                columns.iter().find(|c| c.column.name.eq_ignore_ascii_case(n)).map(|c| c.column.name.clone())
            };
            key.parent_columns = match named {
                [] => primary_key(&columns).unwrap_or_default().parts,
                _ => named.iter().filter_map(find).collect(),
            };
            key.parent.clone_from(&parent.name);
        }
        if key.parent_columns.len() != key.columns.len() {
            key.parent_columns.clear();
            key.rules = NO_PARENT.to_owned();
        }
        Ok(key)
    }

    fn checks(&self, table: &str) -> Result<Vec<CatalogCheck>> {
        let sql = self.sql_of("table", table)?;
        Ok(check_texts(&sql)
            .into_iter()
            .map(|text| CatalogCheck { name: None, expr: self.check_expr(table, text) })
            .collect())
    }

    /// What a CHECK reads, by letting SQLite compile it as a query over its table.
    fn check_expr(&self, table: &str, text: &str) -> CatalogExpr {
        let read: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let seen = Arc::clone(&read);
        let hook = move |context: AuthContext<'_>| {
            // A read of no column is how SQLite announces the table itself.
            if let AuthAction::Read { column_name, .. } = context.action
                && !column_name.is_empty()
            {
                seen.lock().unwrap_or_else(PoisonError::into_inner).insert(column_name.to_owned());
            }
            Authorization::Allow
        };
        let sql = format!("select ({text}) from \"{}\"", table.replace('"', "\"\""));
        let compiled =
            self.connection.authorizer(Some(hook)).and_then(|()| self.connection.prepare(&sql).map(drop));
        let _ = self.connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>);
        let columns = read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let calls_unknown = |e: &rusqlite::Error| e.to_string().contains("no such function");
        CatalogExpr {
            columns: compiled.is_ok().then_some(columns),
            user_function: compiled.err().filter(calls_unknown).map(|e| e.to_string()),
            unread: None,
            text: one_line(text),
        }
    }

    /// The text that made a table or index; empty for the indexes of constraints.
    fn sql_of(&self, kind: &str, name: &str) -> Result<String> {
        let sql = "select coalesce(sql, '') from sqlite_schema where type = ? and name = ?";
        self.connection.query_row(sql, [kind, name], |row| row.get(0))
    }
}

fn primary_key(columns: &[ColumnRow]) -> Option<CatalogKey> {
    let mut parts: Vec<&ColumnRow> = columns.iter().filter(|c| c.key_place > 0).collect();
    parts.sort_by_key(|c| c.key_place);
    let parts: Vec<String> = parts.into_iter().map(|c| c.column.name.clone()).collect();
    (!parts.is_empty()).then(|| CatalogKey { parts, ..CatalogKey::default() })
}

fn action(event: &str, words: &str) -> String {
    match words {
        "NO ACTION" | "" => String::new(),
        words => format!(" on {event} {}", words.to_lowercase()),
    }
}

fn type_text(declared: &str) -> String {
    let declared = normal_declared_type(declared);
    plain_kind(&declared).map_or(declared.clone(), |kind| format!("{declared} = {kind}"))
}

/// A declared type in upper case and without quotes, with single spaces and none around brackets and commas.
pub(crate) fn normal_declared_type(declared: &str) -> String {
    let bare = declared.trim_matches(['"', '\'', '`', '[', ']']);
    let mut text = bare.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    for (from, to) in [(" (", "("), ("( ", "("), (" )", ")"), (", ", ","), (" ,", ",")] {
        text = text.replace(from, to);
    }
    text
}

/// What a declared type means beyond doubt; `None` for a spelling that SQLite alone would make something of.
pub(crate) fn plain_kind(declared: &str) -> Option<String> {
    let (name, arguments) = declared.split_once('(').unwrap_or((declared, ""));
    let arguments = arguments.trim_end_matches(')');
    let kind = match name {
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "MEDIUMINT" | "UNSIGNED BIG INT" | "INT2" | "INT8" => {
            "integer"
        }
        "TINYINT" if arguments != "1" => "integer",
        "CHAR" | "CHARACTER" | "VARCHAR" | "NCHAR" | "NVARCHAR" if !arguments.is_empty() => {
            return arguments.parse::<u32>().ok().map(|n| format!("text({n})"));
        }
        "VARCHAR" | "NVARCHAR" | "TEXT" | "CLOB" if arguments.is_empty() => "text",
        "REAL" | "FLOAT" | "DOUBLE" | "DOUBLE PRECISION" if arguments.is_empty() => "float",
        "NUMERIC" | "DECIMAL" if arguments.is_empty() => "decimal",
        "NUMERIC" | "DECIMAL" => {
            let (precision, scale) = arguments.split_once(',').unwrap_or((arguments, "0"));
            return Some(format!(
                "decimal({},{})",
                precision.parse::<u16>().ok()?,
                scale.parse::<i16>().ok()?
            ));
        }
        "DATE" => "date",
        "TIME" => "time",
        "DATETIME" | "TIMESTAMP" => "timestamp",
        "BOOLEAN" | "BOOL" => "boolean",
        "BLOB" => "blob",
        "" => "any",
        _ => return None,
    };
    Some(kind.to_owned())
}

mod tests {
    use super::*;
    use rusqlite::functions::FunctionFlags;

    #[test]
    fn the_compiler_tells_what_a_check_reads() -> Result<()> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("t.db");
        let connection = Connection::open(&file)?;
        let flags = FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function("unheard_of", 1, flags, |_| Ok(1))?;
        connection.execute_batch(
            "CREATE TABLE p (x, y, PRIMARY KEY (x, y)) WITHOUT ROWID;
             CREATE TABLE c (id INTEGER PRIMARY KEY, a VARCHAR(3) COLLATE NOCASE, b CHECK (b > 'CHECK (a)' -- CHECK (id)
               OR a IS NULL), CHECK (unheard_of(a)), FOREIGN KEY (a, b) REFERENCES P ON DELETE CASCADE);
             CREATE UNIQUE INDEX u ON c (a, b COLLATE RTRIM) WHERE b > 0;",
        )?;
        let tables = tables(&file)?;
        let child = &tables[0];
        assert_eq!(child.columns[1].ty, "VARCHAR(3) = text(3)");
        assert_eq!(child.checks.len(), 2);
        assert_eq!(child.checks[0].expr.columns, Some(["a".to_owned(), "b".to_owned()].into()));
        assert!(child.checks[1].expr.user_function.is_some());
        assert_eq!(child.foreign_keys[0].to_string(), "(a, b) -> p (x, y) on delete cascade");
        assert_eq!(child.uniques[0].to_string(), "(a, b collate RTRIM) where ...");
        assert_eq!(child.columns[0].source, ValueSource::AutoIncrement);
        assert_eq!(tables[1].options, ["without rowid"]);
        Ok(())
    }
}
