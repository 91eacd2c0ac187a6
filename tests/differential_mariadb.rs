//! The evaluator against MariaDB: random expressions on random rows.

use crate::differential_mariadb_sql::{Kind, columns, expression};
use crate::differential_random::Random;
use crate::differential_tally::Tally;
use crate::servers::MariaDbServer;
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate};
use seedbed_sql_values::{Value, format_value, parse_value, quote_text};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Rows of the table.
const ROWS: usize = 10;

/// What the server says: `None` is NULL. A case that is not there was an error.
type Answers = HashMap<usize, Option<String>>;

/// 3,000 expressions on 4 rows each.
#[test]
fn mariadb_agrees() {
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("evaluate").unwrap();
    let columns = columns();
    let mut schema = Schema::new(Dialect::MySql);
    let mut table = Table::new(None, "x");
    for column in &columns {
        let mut made = Column::new(column.name, column.ty.clone());
        made.declared_type = column.declared.to_owned();
        made.collation = column.collation.map(str::to_owned);
        table.columns.push(made);
    }
    schema.push_table(table);
    let definitions: Vec<String> = columns.iter().map(|c| format!("{} {}", c.name, c.declared)).collect();
    let mut script = format!(
        "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;\nCREATE TABLE x (k int primary key, {});\n",
        definitions.join(", ")
    );
    let mut random = Random::new(17);
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for k in 0..ROWS {
        let cells: Vec<Option<&str>> =
            columns.iter().map(|c| (!random.chance(15)).then(|| random.pick(&c.values))).collect();
        let texts: Vec<String> =
            cells.iter().map(|c| c.map_or("NULL".to_owned(), |c| quote_text(Dialect::MySql, c))).collect();
        let _ = writeln!(script, "INSERT INTO x VALUES ({k}, {});", texts.join(", "));
        let values = cells.iter().zip(&columns);
        rows.push(
            values
                .map(|(cell, c)| cell.map_or(Value::Null, |t| parse_value(t, &c.ty, &schema).unwrap()))
                .collect(),
        );
    }
    let kinds = [
        Kind::Boolean,
        Kind::Boolean,
        Kind::Boolean,
        Kind::Integer,
        Kind::Decimal,
        Kind::Float,
        Kind::Text,
        Kind::Date,
    ];
    let mut cases = Vec::new();
    for _ in 0..3_000 {
        let kind = random.pick(&kinds);
        let pair = expression(&mut random, kind, 3);
        for _ in 0..4 {
            let k = random.below(ROWS);
            let _ = writeln!(
                script,
                "SELECT {}, ({sql}) IS NULL, ({sql}) FROM x WHERE k = {k};",
                cases.len(),
                sql = pair.sql
            );
            cases.push((pair.clone(), k));
        }
    }
    let answers = answers(&database.answers(&script).unwrap());
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    let mut tally = Tally::default();
    let mut told = HashMap::new();
    for (number, (pair, k)) in cases.iter().enumerate() {
        tally.cases += 1;
        let ours = evaluate(&pair.expr, &rows[*k], &cx);
        let theirs = answers.get(&number);
        let agrees = match (&ours, theirs) {
            (Err(EvaluateError::Unsupported(_)), _) => {
                tally.unsupported += 1;
                continue;
            }
            (Err(_), None) => true,
            (Ok(Value::Null), Some(None)) => true,
            (Ok(ours), Some(Some(theirs))) => !ours.is_null() && same(ours, theirs),
            _ => false,
        };
        if !agrees && told.insert(&pair.sql, ()).is_none() {
            tally
                .disagreements
                .push(format!("{} on {:?}: ours {ours:?}, MariaDB {theirs:?}", pair.sql, rows[*k]));
        }
    }
    tally.expect_agreement("MariaDB");
}

/// Lines of a case's number, whether its value is NULL, and the value.
fn answers(lines: &str) -> Answers {
    lines
        .lines()
        .map(|line| {
            let mut fields = line.splitn(3, '\t');
            let mut next = || fields.next().expect("three fields");
            let (number, is_null, value) = (next(), next(), next());
            (number.parse().expect("a number"), (is_null == "0").then(|| value.to_owned()))
        })
        .collect()
}

/// The same value: numbers by what they are worth as far as the server shows their digits, everything else by its text.
fn same(ours: &Value, theirs: &str) -> bool {
    let number = |v: &Value| match v {
        Value::Boolean(b) => Some(f64::from(u8::from(*b))),
        Value::Integer(n) => Some(*n as f64),
        Value::Decimal(d) => Some(d.unscaled as f64 / 10_f64.powi(d.scale.into())),
        Value::Float(f) => Some(*f),
        _ => None,
    };
    let shown = theirs.split_once('.').filter(|(_, digits)| digits.bytes().all(|b| b.is_ascii_digit()));
    let half_a_digit = match (ours, shown) {
        (Value::Decimal(_) | Value::Float(_), Some((_, digits))) => {
            0.5001 * 10_f64.powi(-(digits.len() as i32))
        }
        _ => 0.0,
    };
    match (number(ours), theirs.parse::<f64>()) {
        (Some(a), Ok(b)) => (a - b).abs() <= half_a_digit.max(1e-9 * a.abs().max(1.0)),
        (Some(_), Err(_)) => false,
        (None, _) => format_value(ours, &SqlType::Any, Dialect::MySql) == theirs,
    }
}
