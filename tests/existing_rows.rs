//! The rows that scripts insert themselves, as the parser follows them, held against the counts of the real server that
//! ran the same script.
//!
//! `cargo nextest run -p seedbed-tests existing_rows --no-capture` lists the tables whose rows are not followed.

use crate::corpus;
use crate::servers::{MariaDbServer, PostgresServer, SqliteDatabase};
use postgres::NoTls;
use seedbed_ddl_parse::{Lowered, parse};
use seedbed_schema_model::{Dialect, SourceMap, Table};
use seedbed_sql_values::quote_qualified;
use std::path::Path;

#[test]
fn existing_rows_postgres() {
    let (Some(root), Some(server)) = (corpus::root(), PostgresServer::connect()) else { return };
    // Another suite may prepare the server at the same time; the second one fails to make what is there.
    let _ = server.prepare(&root.join("postgres-roles.sql"));
    judge(&root, "postgres", Dialect::Postgres, &|file, queries| {
        let database = server.scratch(&corpus::name(file))?;
        database.load(file)?;
        let mut client = postgres::Client::connect(&database.url(), NoTls).map_err(|e| e.to_string())?;
        let count = |sql: &String| client.query_one(sql, &[]).map(|row| row.get(0)).ok();
        Ok(queries.iter().map(count).collect())
    });
}

#[test]
fn existing_rows_mysql() {
    let (Some(root), Some(server)) = (corpus::root(), MariaDbServer::connect()) else { return };
    judge(&root, "mysql", Dialect::MySql, &|file, queries| {
        let database = server.scratch(&corpus::name(file))?;
        database.load(file)?;
        let count = |sql: &String| database.query(sql).ok().and_then(|text| text.trim().parse().ok());
        Ok(queries.iter().map(count).collect())
    });
}

#[test]
fn existing_rows_sqlite() {
    let (Some(root), Some(_)) = (corpus::root(), SqliteDatabase::scratch()) else { return };
    judge(&root, "sqlite", Dialect::Sqlite, &|file, queries| {
        let database = SqliteDatabase::scratch().ok_or("the sqlite3 client went away")?;
        database.load(file)?;
        let connection = rusqlite::Connection::open(database.path()).map_err(|e| e.to_string())?;
        let count = |sql: &String| connection.query_row(sql, [], |row| row.get(0)).ok();
        Ok(queries.iter().map(count).collect())
    });
}

/// The answers to counting queries after a file was run; `None` for a table that the server does not have.
type Count<'a> = &'a dyn Fn(&Path, &[String]) -> Result<Vec<Option<i64>>, String>;

#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn judge(root: &Path, folder: &str, dialect: Dialect, count: Count<'_>) {
    let (mut held, mut vague, mut wrong) = (0, 0, Vec::new());
    for file in corpus::files(root, folder) {
        let name = corpus::name(&file);
        let lowered = parse(&SourceMap::of(&corpus::read(&file)), Some(dialect));
        // A partition's rows are counted with its partitioned table.
        let tables: Vec<&Table> = lowered.schema.tables.iter().filter(|t| t.partition_of.is_none()).collect();
        let queries: Vec<String> = tables.iter().map(|t| counting(t, dialect)).collect();
        let counts = count(&file, &queries).unwrap_or_else(|why| panic!("{name}: {why}"));
        for (table, real) in tables.iter().zip(counts) {
            let Some(real) = real else { continue };
            let (told, exact) = told(&lowered, table);
            held += usize::from(real > 0);
            if !exact {
                vague += 1;
                println!("{folder}/{name}: {} is not followed: {told} of {real} rows", table.name);
            } else if told != real {
                wrong.push(format!("{name}: {} has {real} rows, not {told}", table.name));
            }
        }
    }
    println!("{folder}: {held} tables hold rows, {vague} are not followed, {} are wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn counting(table: &Table, dialect: Dialect) -> String {
    let only = if dialect == Dialect::Postgres && table.partitioning.is_none() { "ONLY " } else { "" };
    format!("SELECT count(*) FROM {only}{}", quote_qualified(dialect, &table.name))
}

/// The rows that the parser tells of a table, and whether it says that these are all.
fn told(lowered: &Lowered, table: &Table) -> (i64, bool) {
    let of = lowered.existing.iter().find(|of| lowered.schema[of.table].name == table.name);
    of.map_or((0, true), |of| (of.rows.len() as i64, of.exact))
}
