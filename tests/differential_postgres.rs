//! The evaluator against PostgreSQL: random expressions on random rows.

use crate::differential_postgres_sql::{Kind, columns, expression};
use crate::differential_random::Random;
use crate::differential_tally::Tally;
use crate::servers::PostgresServer;
use postgres::{Client, NoTls, SimpleQueryMessage};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate};
use seedbed_sql_values::{Value, format_value, parse_value, quote_text};

fn result_type(kind: Kind) -> SqlType {
    match kind {
        Kind::Timestamp => SqlType::Timestamp { precision: None, zoned: false },
        _ => SqlType::Any,
    }
}

/// The only row of an answer: `Err` is the server's message, `Ok(None)` NULL.
fn ask(client: &mut Client, sql: &str) -> Result<Option<String>, String> {
    let messages = client
        .simple_query(sql)
        .map_err(|e| e.as_db_error().map_or(e.to_string(), |e| e.message().to_owned()))?;
    let row = messages
        .into_iter()
        .find_map(|m| if let SimpleQueryMessage::Row(row) = m { Some(row) } else { None });
    Ok(row.and_then(|row| row.get(0).map(str::to_owned)))
}

/// 1,500 expressions on 4 rows each.
#[test]
fn postgres_agrees() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("evaluate").unwrap();
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    let columns = columns();
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "x");
    table.columns = columns.iter().map(|c| Column::new(c.0, c.2.clone())).collect();
    schema.push_table(table);
    let definitions: Vec<String> = columns.iter().map(|c| format!("{} {}", c.0, c.1)).collect();
    client
        .batch_execute(&format!(
            "SET TimeZone = 'UTC'; CREATE TABLE x (k serial, {})",
            definitions.join(", ")
        ))
        .unwrap();
    let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
    let mut random = Random::new(11);
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for _ in 0..8 {
        let cells: Vec<Option<&str>> =
            columns.iter().map(|c| if random.chance(15) { None } else { Some(random.pick(&c.3)) }).collect();
        let texts: Vec<String> =
            cells.iter().map(|c| c.map_or("NULL".to_owned(), |c| quote_text(Dialect::Postgres, c))).collect();
        client
            .batch_execute(&format!("INSERT INTO x ({}) VALUES ({})", names.join(", "), texts.join(", ")))
            .unwrap();
        let values = cells.iter().zip(&columns);
        rows.push(
            values
                .map(|(cell, c)| cell.map_or(Value::Null, |t| parse_value(t, &c.2, &schema).unwrap()))
                .collect(),
        );
    }
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    let kinds = [
        Kind::Boolean,
        Kind::Boolean,
        Kind::Boolean,
        Kind::Integer,
        Kind::Numeric,
        Kind::Float,
        Kind::Text,
        Kind::Date,
        Kind::Timestamp,
        Kind::Interval,
    ];
    let mut tally = Tally::default();
    for _ in 0..1_500 {
        let kind = random.pick(&kinds);
        let pair = expression(&mut random, kind, 3);
        for _ in 0..4 {
            let k = random.below(rows.len());
            tally.cases += 1;
            let ours = evaluate(&pair.expr, &rows[k], &cx);
            let theirs = ask(&mut client, &format!("SELECT ({})::text FROM x WHERE k = {}", pair.sql, k + 1));
            let agrees = match (&ours, &theirs) {
                (Err(EvaluateError::Unsupported(_)), _) => {
                    tally.unsupported += 1;
                    continue;
                }
                // A statement that the server cannot even type is no case.
                (_, Err(why)) if why.contains("does not exist") || why.contains("could not determine") => {
                    continue;
                }
                (Err(_), Err(_)) => true,
                (Ok(Value::Null), Ok(None)) => true,
                (Ok(ours), Ok(Some(theirs))) => {
                    let text = format_value(ours, &result_type(kind), Dialect::Postgres);
                    !ours.is_null() && (text == *theirs || close(ours, theirs))
                }
                _ => false,
            };
            if !agrees {
                tally
                    .disagreements
                    .push(format!("{} on {:?}: ours {ours:?}, PostgreSQL {theirs:?}", pair.sql, rows[k]));
                break;
            }
        }
    }
    tally.expect_agreement("PostgreSQL");
}

/// `real` prints with fewer digits than the double that we compute with.
fn close(ours: &Value, theirs: &str) -> bool {
    match (ours, theirs.parse::<f64>()) {
        (Value::Float(a), Ok(b)) => a == &b || (a - b).abs() <= b.abs() * 1e-6,
        _ => false,
    }
}
