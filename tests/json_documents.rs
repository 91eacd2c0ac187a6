//! JSON columns whose CHECKs speak of members, on real databases.

use crate::load_harness::Script;
use crate::servers::{MariaDbServer, PostgresServer};
use rusqlite::Connection;
use seedbed_schema_model::Dialect;
use std::io::Write as _;

/// One key of two and never both, types, numbers, patterns, paths, and what may not stand together.
const CHECKED: &str = "
    CREATE TABLE filter (id serial PRIMARY KEY, scheme text NOT NULL CHECK (scheme IN ('npm', 'go')),
        matcher jsonb NOT NULL, UNIQUE (scheme, matcher), CHECK (
            (matcher ? 'Version' AND matcher ->> 'Version' <> '' AND matcher ->> 'Name' <> '' AND NOT (matcher ? 'Glob'))
            OR (matcher ? 'Glob' AND matcher ->> 'Glob' <> '' AND NOT (matcher ? 'Version'))));
    CREATE TABLE config (id serial PRIMARY KEY,
        apart jsonb NOT NULL CHECK (NOT (apart ? 'x' AND apart ? 'y')),
        counted jsonb NOT NULL CHECK (jsonb_typeof(counted -> 'n') = 'number' AND (counted ->> 'n')::int > 41),
        coded jsonb NOT NULL CHECK (coded ->> 'code' LIKE 'ab%' AND length(coded ->> 'code') > 4),
        numbered jsonb CHECK (numbered ->> 'v' ~ '^[0-9]{3}$'),
        deep jsonb NOT NULL CHECK (deep #>> '{a,b}' IN ('p', 'q') AND deep ?& array['a', 'c']),
        listed jsonb NOT NULL CHECK (jsonb_typeof(listed -> 'tags') = 'array' AND (listed -> 'on')::boolean));";

#[test]
fn postgres_documents_have_the_members_that_checks_ask_for() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("documents").expect("a database");
    let mut client = postgres::Client::connect(&database.url(), postgres::NoTls).expect("a connection");
    client.batch_execute(CHECKED).expect("the schema");
    let script = Script::new(Dialect::Postgres, CHECKED);
    let report = script.load(&database.url(), 150).expect("loaded");
    assert_eq!(script.summary(&report), ["filter=150", "config=150"], "{report:?}");
    let mut number = |sql: &str| -> i64 { client.query_one(sql, &[]).expect(sql).get(0) };
    // Both ways to satisfy it are taken, and documents differ.
    assert!(number("select count(*) from filter where matcher ? 'Glob'") > 15);
    assert!(number("select count(*) from filter where matcher ? 'Version'") > 15);
    assert!(number("select count(distinct matcher) from filter") >= 75);
    assert!(number("select count(*) from config where apart ? 'x'") > 5);
    assert!(number("select count(*) from config where apart ? 'y'") > 5);
    assert!(number("select count(distinct coded ->> 'code') from config") > 1);
}

#[test]
fn sqlite_documents_are_text() {
    let ddl = "CREATE TABLE config (id INTEGER PRIMARY KEY, doc text NOT NULL CHECK (json_valid(doc)
            AND json_extract(doc, '$.kind') IN ('a', 'b') AND json_type(doc, '$.n') = 'integer'
            AND (doc ->> '$.note' IS NULL OR doc ->> '$.kind' = 'a')));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("documents.db");
    let script = Script::new(Dialect::Sqlite, ddl);
    let report = script.load(&format!("sqlite:{}", path.display()), 80).expect("loaded");
    assert_eq!(script.summary(&report), ["config=80"], "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    assert!(number("select count(*) from config where doc ->> '$.kind' = 'b'") > 5);
    assert!(number("select count(*) from config where doc ->> '$.note' is not null") > 5);
}

#[test]
fn mariadb_documents_are_compared_by_functions() {
    let ddl = "CREATE TABLE config (id int AUTO_INCREMENT PRIMARY KEY, doc json NOT NULL,
        CHECK (json_unquote(json_extract(doc, '$.kind')) IN ('a', 'b')));";
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("documents").expect("a database");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(ddl.as_bytes()).expect("written");
    database.load(file.path()).expect("the schema");
    let script = Script::new(Dialect::MySql, ddl);
    let report = script.load(&database.url(), 80).expect("loaded");
    assert_eq!(script.summary(&report), ["config=80"], "{report:?}");
}

#[test]
fn what_no_document_satisfies_is_not_made_up() {
    let ddl = "CREATE TABLE never (id serial PRIMARY KEY, doc jsonb NOT NULL CHECK (doc ? 'x' AND NOT (doc ? 'x')));
        CREATE TABLE maybe (id serial PRIMARY KEY, doc jsonb CHECK (doc ? 'x' AND NOT (doc ? 'x')));";
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("no_documents").expect("a database");
    let mut client = postgres::Client::connect(&database.url(), postgres::NoTls).expect("a connection");
    client.batch_execute(ddl).expect("the schema");
    let script = Script::new(Dialect::Postgres, ddl);
    let report = script.load(&database.url(), 20).expect("loaded");
    let got = script.summary(&report);
    assert!(got[0].starts_with("never=0 "), "{got:?}");
    assert_eq!(got[1], "maybe=20", "{report:?}");
}
