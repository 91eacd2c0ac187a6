//! Built-in functions, each written as a schema would write it, held against the three servers: what the evaluator makes
//! of the parsed expression on a row, the server has to make of its text on the same row.

use crate::differential_builtin_calls::{MYSQL, POSTGRES, ROWS, SQLITE};
use crate::differential_tally::Tally;
use crate::servers::{MariaDbServer, PostgresServer, SqliteDatabase};
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Dialect, Expr, Schema, SourceMap, SqlType};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate, supported};
use seedbed_sql_values::{Value, format_value, parse_value, quote_text};
use std::fmt::Write as _;

/// What a server says of one call: `None` is NULL, and an error is one.
type Answer = Result<Option<Vec<u8>>, String>;

/// The calls of a dialect in the form of the schema's model, over the table that they are called on.
struct Calls {
    schema: Schema,
    ddl: String,
    columns: [&'static str; 6],
}

impl Calls {
    /// Parses the calls as CHECKs that ask whether they are NULL.
    fn parsed(dialect: Dialect, columns: [&'static str; 6], calls: &[&str]) -> Self {
        let ddl = format!("CREATE TABLE x (k integer PRIMARY KEY, {});", columns.join(", "));
        let checks: String = calls.iter().fold(String::new(), |mut text, call| {
            let _ = write!(text, ", CHECK (({call}) IS NULL)");
            text
        });
        let with_checks = ddl.replace(");", &format!("{checks});"));
        let parsed = parse(&SourceMap::of(&with_checks), Some(dialect));
        assert_eq!(parsed.schema.tables[0].checks.len(), calls.len(), "{:?}", parsed.problems);
        Self { schema: parsed.schema, ddl, columns }
    }

    /// Each call as an expression.
    fn expressions(&self) -> Vec<&Expr> {
        self.schema.tables[0].checks.iter().map(|check| called(&check.expr)).collect()
    }

    /// The statements that make the table and its rows.
    fn script(&self) -> String {
        let dialect = self.schema.dialect;
        let mut script = format!("{}\n", self.ddl);
        for (k, row) in ROWS.iter().enumerate() {
            let cells: Vec<String> =
                row.iter().map(|c| c.map_or("NULL".to_owned(), |c| quote_text(dialect, c))).collect();
            let _ = writeln!(script, "INSERT INTO x VALUES ({k}, {});", cells.join(", "));
        }
        script
    }

    /// The rows as the evaluator meets them.
    fn rows(&self) -> Vec<Vec<Value>> {
        let columns = &self.schema.tables[0].columns;
        assert_eq!(columns.len(), self.columns.len() + 1);
        let row = |(k, row): (usize, &[Option<&str>; 6])| {
            let cells = row.iter().zip(&columns[1..]).map(|(cell, column)| {
                cell.map_or(Value::Null, |text| parse_value(text, &column.ty, &self.schema).expect(text))
            });
            std::iter::once(Value::Integer(k as i128)).chain(cells).collect()
        };
        ROWS.iter().enumerate().map(row).collect()
    }

    /// Holds all calls on all rows against the answers.
    fn compare(&self, calls: &[&str], server: &str, mut answer: impl FnMut(usize, usize) -> Answer) {
        let cx = Context::new(&self.schema, Some(&self.schema.tables[0]));
        let rows = self.rows();
        let mut tally = Tally::default();
        for (i, expr) in self.expressions().into_iter().enumerate() {
            if let Err(unsupported) = supported(expr, &cx) {
                tally.disagreements.push(format!("{}: {unsupported}", calls[i]));
                continue;
            }
            let mut told = false;
            for (k, row) in rows.iter().enumerate() {
                tally.cases += 1;
                let (ours, theirs) = (evaluate(expr, row, &cx), answer(i, k));
                let agrees = match (&ours, &theirs) {
                    (Err(EvaluateError::Unsupported(_)), _) => {
                        tally.unsupported += 1;
                        continue;
                    }
                    (Err(_), Err(_)) | (Ok(Value::Null), Ok(None)) => true,
                    (Ok(ours), Ok(Some(theirs))) => same(ours, theirs, self.schema.dialect),
                    _ => false,
                };
                if !agrees && !told {
                    told = true;
                    let row = &ROWS[k];
                    tally.disagreements.push(format!(
                        "{} on {row:?}: ours {ours:?}, theirs {:?}",
                        calls[i],
                        theirs.map(|t| t.map(|t| String::from_utf8_lossy(&t).into_owned()))
                    ));
                }
            }
        }
        tally.expect_agreement(server);
    }
}

/// What a test for NULL asks about.
fn called(test: &Expr) -> &Expr {
    match test {
        Expr::IsNull { operand, .. } => operand,
        other => panic!("not a test for NULL: {other:?}"),
    }
}

/// The same value: numbers by what they are worth as far as the server shows them, binary strings by their bytes, all
/// else by its text.
fn same(ours: &Value, theirs: &[u8], dialect: Dialect) -> bool {
    let text = String::from_utf8_lossy(theirs);
    let near = |a: f64| text.parse::<f64>().is_ok_and(|b| (a - b).abs() <= 1e-9 * a.abs().max(1.0));
    match ours {
        Value::Null => false,
        Value::Integer(n) => near(*n as f64),
        Value::Decimal(d) => near(d.to_float()),
        Value::Float(f) => near(*f),
        Value::Json(json) => {
            serde_json::from_slice(theirs).is_ok_and(|theirs: serde_json::Value| theirs == **json)
        }
        Value::Boolean(truth) => text == if *truth { "t" } else { "f" },
        Value::Bytes(bytes) => theirs == bytes || text == hex(bytes),
        other => format_value(other, &SqlType::Any, dialect) == text,
    }
}

/// Bytes as PostgreSQL writes them.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("\\x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn postgres_computes_the_same() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("builtins").expect("a database");
    let mut client = Client::connect(&database.url(), NoTls).expect("a connection");
    let columns = ["n integer", "s text", "b bytea", "d date", "t timestamp", "j jsonb"];
    let calls = Calls::parsed(Dialect::Postgres, columns, POSTGRES);
    client.batch_execute("CREATE EXTENSION pgcrypto; SET timezone = 'UTC'").expect("a session");
    client.batch_execute(&calls.script()).expect("the rows");
    calls.compare(POSTGRES, "PostgreSQL", |i, k| {
        let sql = format!("SELECT {} FROM x WHERE k = {k}", POSTGRES[i]);
        let messages = client.simple_query(&sql).map_err(|e| e.to_string())?;
        let row = messages.iter().find_map(|m| match m {
            SimpleQueryMessage::Row(row) => Some(row.get(0).map(|text| text.as_bytes().to_vec())),
            _ => None,
        });
        Ok(row.expect("a row"))
    });
}

#[test]
fn mariadb_computes_the_same() {
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("builtins").expect("a database");
    let columns = ["n int", "s varchar(191)", "b varbinary(191)", "d date", "t datetime(6)", "j longtext"];
    let calls = Calls::parsed(Dialect::MySql, columns, MYSQL);
    let mut script = format!("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;\n{}", calls.script());
    for (i, call) in MYSQL.iter().enumerate() {
        // In hex digits no line's end and no tab of a value is one of the answer's.
        let _ = writeln!(script, "SELECT {i}, k, ({call}) IS NULL, HEX(CONCAT({call})) FROM x ORDER BY k;");
    }
    let printed = database.answers(&script).expect("answers");
    let answers: Vec<(usize, usize, Option<Vec<u8>>)> = printed
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let bytes: Vec<u8> = (0..fields[3].len() / 2)
                .filter_map(|i| u8::from_str_radix(&fields[3][2 * i..2 * i + 2], 16).ok())
                .collect();
            (fields[0].parse().unwrap(), fields[1].parse().unwrap(), (fields[2] == "0").then_some(bytes))
        })
        .collect();
    calls.compare(MYSQL, "MariaDB", |i, k| {
        let found = answers.iter().find(|(call, row, _)| (*call, *row) == (i, k));
        found.map(|(_, _, bytes)| bytes.clone()).ok_or_else(|| "no answer".to_owned())
    });
}

#[test]
fn sqlite_computes_the_same() {
    let Some(_client) = SqliteDatabase::scratch() else { return };
    let connection = Connection::open_in_memory().expect("a database");
    let columns = ["n integer", "s text", "b blob", "d date", "t datetime", "j text"];
    let calls = Calls::parsed(Dialect::Sqlite, columns, SQLITE);
    connection.execute_batch(&calls.script()).expect("the rows");
    calls.compare(SQLITE, "SQLite", |i, k| {
        let sql = format!("SELECT {} FROM x WHERE k = {k}", SQLITE[i]);
        let mut statement = connection.prepare(&sql).map_err(|e| e.to_string())?;
        let value = |row: &rusqlite::Row<'_>| {
            Ok(match row.get_ref(0)? {
                ValueRef::Null => None,
                ValueRef::Integer(n) => Some(n.to_string().into_bytes()),
                ValueRef::Real(f) => Some(f.to_string().into_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.to_vec()),
            })
        };
        statement.query_row([], value).map_err(|e| e.to_string())
    });
}
