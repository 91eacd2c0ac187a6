//! Queries of strangers: what they may ask is answered, and what they may not is told, in time.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use seedbed_datagen_core::{Batch, CancelToken, Sink as _};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table, TableId};
use seedbed_store_sqlite::{
    QueryAnswer, QueryError, QueryLimits, QueryPool, QueryRequest, RowFileWriter, WorkerCommand, run_query,
    serve_queries,
};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Films and their actors, thousand of each.
fn films() -> (TempDir, PathBuf) {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut film = Table::new(Some("public"), "Film");
    let float = SqlType::Float { bits: 64, unsigned: false, digits: None };
    let blob = SqlType::Blob { max_bytes: None };
    film.columns = vec![
        Column::new("id", SqlType::BIGINT),
        Column::new("title", SqlType::TEXT),
        Column::new("rate", float),
        Column::new("poster", blob),
    ];
    let mut actor = Table::new(Some("public"), "actor");
    actor.columns = vec![Column::new("film", SqlType::BIGINT), Column::new("name", SqlType::TEXT)];
    let (film, actor) = (schema.push_table(film), schema.push_table(actor));
    let schema = Arc::new(schema);
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("rows.db");
    let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
    let numbers = || Arc::new(Int64Array::from_iter_values(0..1000)) as ArrayRef;
    let titles = Arc::new(StringArray::from_iter_values((0..1000).map(|n| format!("film {n}"))));
    let rates = Arc::new(Float64Array::from_iter((0..1000).map(|n| (n > 1).then(|| f64::from(n) / 2.0))));
    let posters =
        Arc::new(arrow_array::BinaryArray::from_iter_values((0..1000_u32).map(|n| n.to_be_bytes())));
    let names = Arc::new(StringArray::from_iter_values((0..1000).map(|n| format!("actor {n}"))));
    let tables: [(TableId, Vec<ArrayRef>); 2] =
        [(film, vec![numbers(), titles, rates, posters]), (actor, vec![numbers(), names])];
    for (table, arrays) in tables {
        let named = schema[table].columns.iter().map(|column| column.name.as_str()).zip(arrays);
        let rows = RecordBatch::try_from_iter_with_nullable(named.map(|(name, array)| (name, array, true)));
        let columns = schema[table].columns_indexed().map(|(idx, _)| idx).collect();
        let batch =
            Batch { table, first_row: 0, columns, rows: rows.expect("columns are as long as each other") };
        let mut open = writer.open(&schema, table).expect("it opens");
        open.write(&batch).expect("it is stored");
        open.close().expect("it is complete");
    }
    writer.finish().expect("it is finished");
    (home, path)
}

fn ask(path: &Path, sql: &str) -> Result<QueryAnswer, QueryError> {
    run_query(path, &QueryRequest::new(sql), &CancelToken::new())
}

/// The process that answers queries, which elsewhere is the command `seedbed`, is this suite, run for one test. What a test
/// writes goes to nobody; the answers go where the standard output went.
const COMMAND: &str =
    "exec \"$0\" --ignored --exact answers_queries --nocapture 3>&1 1>/dev/null 2>/dev/null";

fn worker() -> WorkerCommand {
    let suite = std::env::current_exe().expect("the suite has a path");
    let arguments = vec!["-c".into(), COMMAND.into(), suite.into_os_string()];
    WorkerCommand { program: "/bin/sh".into(), arguments }
}

#[test]
#[ignore = "it is a process of the others, and answers to nobody else"]
fn answers_queries() {
    if let Ok(answers) = File::options().write(true).open("/dev/fd/3") {
        serve_queries(std::io::stdin().lock(), answers).expect("it answers");
    }
}

fn pool(limits: QueryLimits) -> QueryPool {
    QueryPool::new(worker(), limits).expect("a thread can be started")
}

#[test]
fn what_people_ask_is_answered() {
    let (_home, path) = films();
    for (sql, rows) in [
        ("SELECT count(*) FROM film", json!([[1000]])),
        ("select COUNT(*) from FILM -- all of them\n ; ", json!([[1000]])),
        (
            "SELECT id, title, rate FROM film WHERE id < 3 ORDER BY id",
            json!([[0, "film 0", null], [1, "film 1", null], [2, "film 2", 1.0]]),
        ),
        (
            "SELECT f.title, a.name FROM film f JOIN actor a ON a.film = f.id WHERE f.id = 7",
            json!([["film 7", "actor 7"]]),
        ),
        (
            "WITH big AS (SELECT * FROM film WHERE id >= 990) SELECT count(*), sum(id) FROM big",
            json!([[10, 9945]]),
        ),
        ("WITH big AS (SELECT 1 FROM film WHERE id >= 990) SELECT count(*) FROM big", json!([[10]])),
        (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT sum(x) FROM n",
            json!([[55]]),
        ),
        ("SELECT x FROM (SELECT rank() OVER (ORDER BY rate DESC) x FROM film) LIMIT 1", json!([[1]])),
        ("SELECT value FROM json_each('[1, 2]')", json!([[1], [2]])),
        ("SELECT '{\"a\": 5}' ->> 'a'", json!([[5]])),
        (
            "SELECT x'00ff', 9e999, -9e999, 9007199254740993",
            json!([["AP8=", "Infinity", "-Infinity", 9007199254740993_i64]]),
        ),
        ("SELECT strftime('%Y', '2024-05-06 07:08:09'), printf('%.2f', 1.005)", json!([["2024", "1.00"]])),
        ("SELECT hex(poster) FROM film WHERE id = 258", json!([["00000102"]])),
        ("VALUES (1), (2)", json!([[1], [2]])),
        (
            "SELECT id % 2 AS odd, avg(rate) FROM film GROUP BY odd HAVING count(*) > 10 ORDER BY odd LIMIT 1",
            json!([[0, 250.0]]),
        ),
        (
            "SELECT group_concat(name, '|') FROM (SELECT name FROM actor ORDER BY film LIMIT 2)",
            json!([["actor 0|actor 1"]]),
        ),
        (
            "SELECT (SELECT max(film) FROM actor), EXISTS (SELECT 1 FROM film WHERE title LIKE 'FILM 9%')",
            json!([[999, 1]]),
        ),
        (
            "SELECT id FROM film WHERE id < 2 UNION SELECT film FROM actor WHERE film = 5",
            json!([[0], [1], [5]]),
        ),
    ] {
        let answer = ask(&path, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(json!(answer.rows), rows, "{sql}");
        assert!(!answer.truncated);
    }
    let answer =
        ask(&path, "SELECT id, rate, title, poster, NULL AS empty FROM film").expect("it is allowed");
    let columns: Vec<_> =
        answer.columns.iter().map(|column| (column.name.as_str(), column.ty.as_str())).collect();
    let wanted =
        [("id", "integer"), ("rate", "real"), ("title", "text"), ("poster", "blob"), ("empty", "null")];
    assert_eq!(columns, wanted);
    assert_eq!((answer.rows.len(), answer.truncated), (1000, false), "as many as are wanted, and no more");
}

#[test]
fn an_answer_is_as_long_as_is_wanted() {
    let (_home, path) = films();
    let few = QueryRequest { limit: 10, ..QueryRequest::new("SELECT * FROM film") };
    let answer = run_query(&path, &few, &CancelToken::new()).expect("it is allowed");
    assert_eq!((answer.rows.len(), answer.truncated), (10, true));
    let small = QueryRequest { max_bytes: 1000, ..QueryRequest::new("SELECT title FROM film") };
    let answer = run_query(&path, &small, &CancelToken::new()).expect("it is allowed");
    assert!(answer.truncated && answer.rows.len() < 200, "{}", answer.rows.len());
}

/// Statements that no query may be, with the code of the error and a part of its message.
const REFUSED: &[(&str, &str, &str)] = &[
    ("", "query-empty", "no statement"),
    ("-- nothing", "query-empty", "no statement"),
    ("SELECT 1; SELECT 2", "query-several-statements", "one SELECT"),
    ("SELECT 1; DROP TABLE film", "query-not-allowed", "a change of the schema"),
    ("SELEC 1", "query-syntax", "syntax error"),
    ("SELECT 1 FROM film WHERE", "query-syntax", "incomplete"),
    ("SELECT age FROM film", "query-unknown-column", "no such column: age"),
    ("SELECT * FROM film WHERE title = \"film 1\"", "query-unknown-column", "film 1"),
    ("SELECT * FROM films", "query-unknown-table", "no such table: films"),
    ("SELECT ?", "query-not-allowed", "parameters"),
    ("SELECT :a + @b", "query-not-allowed", "parameters"),
    ("ATTACH 'new.db' AS x", "query-not-allowed", "ATTACH"),
    ("ATTACH '/etc/passwd' AS x", "query-not-allowed", "ATTACH"),
    ("DETACH main", "query-not-allowed", "DETACH"),
    ("VACUUM", "query-not-allowed", ""),
    ("VACUUM INTO 'copy.db'", "query-not-allowed", ""),
    ("PRAGMA query_only = 0", "query-not-allowed", "PRAGMA"),
    ("PRAGMA table_info(film)", "query-not-allowed", "PRAGMA"),
    ("SELECT * FROM pragma_table_info('film')", "query-not-allowed", "pragma_table_info"),
    ("SELECT count(*) FROM pragma_database_list", "query-not-allowed", "pragma_database_list"),
    ("BEGIN", "query-not-allowed", "transaction"),
    ("SAVEPOINT a", "query-not-allowed", "SAVEPOINT"),
    ("CREATE TABLE t (a)", "query-not-allowed", "schema"),
    ("CREATE TEMP TABLE t (a)", "query-not-allowed", ""),
    ("CREATE TEMP VIEW t AS SELECT 1", "query-not-allowed", ""),
    ("INSERT INTO film VALUES (1, 2, 3, 4)", "query-not-allowed", "INSERT"),
    ("INSERT INTO film DEFAULT VALUES RETURNING id", "query-not-allowed", "INSERT"),
    ("UPDATE film SET id = 1", "query-not-allowed", "UPDATE"),
    ("DELETE FROM film", "query-not-allowed", "DELETE"),
    ("DROP TABLE film", "query-not-allowed", ""),
    ("ALTER TABLE film RENAME TO g", "query-not-allowed", ""),
    ("REINDEX", "query-not-allowed", ""),
    ("ANALYZE", "query-not-allowed", ""),
    ("SELECT * FROM sqlite_master", "query-not-allowed", "sqlite_master"),
    ("SELECT * FROM SQLite_Schema", "query-not-allowed", "sqlite_"),
    ("SELECT count(*) FROM sqlite_master", "query-not-allowed", "sqlite_"),
    ("SELECT * FROM sqlite_temp_schema", "query-not-allowed", "sqlite_"),
    ("SELECT * FROM sqlite_stat1", "query-not-allowed", "sqlite_stat1"),
    ("SELECT layout FROM _SEEDBED_layout", "query-not-allowed", "layout"),
    ("SELECT count(*) FROM _seedbed_layout", "query-not-allowed", "layout"),
    ("SELECT count(*) FROM dbstat", "query-not-allowed", "dbstat"),
    ("SELECT name FROM dbstat", "query-not-allowed", "dbstat"),
    ("SELECT load_extension('x')", "query-not-allowed", "load_extension"),
    ("SELECT readfile('/etc/passwd')", "query-not-allowed", "readfile"),
    ("SELECT writefile('x', 'y')", "query-not-allowed", "writefile"),
    ("SELECT zeroblob(900000000)", "query-not-allowed", "zeroblob"),
    ("SELECT hex(zeroblob(200000000))", "query-not-allowed", "zeroblob"),
    ("SELECT randomblob(900000000)", "query-not-allowed", "randomblob"),
    ("SELECT fts3_tokenizer('simple')", "query-not-allowed", "fts3_tokenizer"),
    ("SELECT sqlite_version()", "query-not-allowed", "sqlite_version"),
    ("EXPLAIN SELECT 1", "query-not-allowed", "EXPLAIN"),
    ("EXPLAIN QUERY PLAN SELECT * FROM film", "query-not-allowed", "EXPLAIN"),
    ("EXPLAIN DELETE FROM film", "query-not-allowed", "DELETE"),
    ("SELECT printf('%.*c', 300000000, 'x')", "query-too-big", ""),
    ("SELECT printf('%300000000d', 1)", "query-too-big", ""),
    ("SELECT format('%-1000000000s', 'x')", "query-too-big", ""),
    (
        "WITH RECURSIVE s(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM s) SELECT max(length(x)) FROM s",
        "query-too-big",
        "",
    ),
];

/// Which statements are not refused as they should be.
fn refusals(ask: impl Fn(&str) -> Result<QueryAnswer, QueryError>) -> Vec<String> {
    let mut others = Vec::new();
    for (sql, code, part) in REFUSED {
        match ask(sql) {
            Err(error) if error.code() == *code && error.to_string().contains(part) => {}
            other => others.push(format!("{sql}: {other:?}")),
        }
    }
    others
}

#[test]
fn what_no_query_may_do_is_told() {
    let (home, path) = films();
    let told = refusals(|sql| ask(&path, sql));
    assert_eq!(told, [""; 0]);
    let left = std::fs::read_dir(home.path()).expect("it is there").count();
    assert_eq!(left, 1, "nothing was written beside the file");
    let error = ask(&path, "SELECT readfile('x')").expect_err("it reads files");
    assert!(error.hint().expect("it names what is allowed").contains("substr"));
    let error = ask(&path, "SELECT 1,\n  , 2").expect_err("a comma too many");
    assert_eq!(error.position(), Some(12));
    let deep = format!("SELECT {}1{}", "(".repeat(1500), ")".repeat(1500));
    assert_eq!(ask(&path, &deep).expect_err("too deep").code(), "query-syntax");
    let many = vec!["SELECT 1"; 600].join(" UNION ALL ");
    assert_eq!(ask(&path, &many).expect_err("too many").code(), "query-syntax");
    let long = format!("SELECT '{}'", "x".repeat(100_000));
    assert_eq!(ask(&path, &long).expect_err("too long").code(), "query-too-long");
    assert_eq!(ask(&home.path().join("none"), "SELECT 1").expect_err("no file").code(), "query-file");
}

#[test]
fn time_is_limited_between_two_instructions() {
    let (_home, path) = films();
    let request = |sql: &str| QueryRequest { time: Duration::from_millis(100), ..QueryRequest::new(sql) };
    for sql in [
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        "SELECT count(*) FROM film a, film b, film c, film d",
        "SELECT * FROM film a, film b, film c ORDER BY a.title || b.title || c.title LIMIT 1",
    ] {
        let error = run_query(&path, &request(sql), &CancelToken::new()).expect_err(sql);
        assert_eq!(error, QueryError::TimeLimit { milliseconds: 100 }, "{sql}");
    }
    let canceled = CancelToken::new();
    canceled.cancel();
    let error =
        run_query(&path, &request("SELECT count(*) FROM film a, film b"), &canceled).expect_err("canceled");
    assert_eq!(error, QueryError::Canceled);
}

#[test]
fn a_pool_answers_and_refuses_alike() {
    let (_home, path) = films();
    let pool = pool(QueryLimits::default());
    let answer = pool.query(&path, &QueryRequest::new("SELECT count(*) FROM film"), &CancelToken::new());
    assert_eq!(json!(answer.expect("it is allowed").rows), json!([[1000]]));
    let told = refusals(|sql| pool.query(&path, &QueryRequest::new(sql), &CancelToken::new()));
    assert_eq!(told, [""; 0]);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let sql = "SELECT sum(film) FROM actor";
                    let answer = pool.query(&path, &QueryRequest::new(sql), &CancelToken::new());
                    assert_eq!(json!(answer.expect("it is allowed").rows), json!([[499_500]]));
                }
            });
        }
    });
}

/// A search in long texts, which SQLite's machine does in one instruction: a second or more on any machine.
const ONE_INSTRUCTION: &str = "WITH RECURSIVE s(x, n) AS (SELECT 'a', 0 UNION ALL SELECT x || x, n + 1 FROM s WHERE n < 19) \
    SELECT instr(x || x || x, x || 'b') FROM s WHERE n = 18";

#[cfg(unix)]
#[test]
fn a_process_is_killed_when_its_time_is_over() {
    let (_home, path) = films();
    let pool = pool(QueryLimits { concurrent: 1, ..QueryLimits::default() });
    let request = QueryRequest { time: Duration::from_millis(300), ..QueryRequest::new(ONE_INSTRUCTION) };
    let error = pool.query(&path, &request, &CancelToken::new()).expect_err("it takes too long");
    assert_eq!(error, QueryError::TimeLimit { milliseconds: 300 });

    let cancel = CancelToken::new();
    let canceled = cancel.clone();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            canceled.cancel();
        });
        let error =
            pool.query(&path, &QueryRequest::new(ONE_INSTRUCTION), &cancel).expect_err("it is canceled");
        assert_eq!(error, QueryError::Canceled);
    });
    let answer = pool.query(&path, &QueryRequest::new("SELECT 1"), &CancelToken::new());
    assert_eq!(json!(answer.expect("another process has begun").rows), json!([[1]]));
}

#[cfg(unix)]
#[test]
fn memory_is_limited() {
    let (_home, path) = films();
    let pool = pool(QueryLimits { memory: 64 << 20, concurrent: 1, ..QueryLimits::default() });
    for sql in [
        "SELECT a.title || b.title || c.title || hex(a.poster) AS x FROM film a, film b, film c ORDER BY x",
        "SELECT group_concat(x) FROM (SELECT DISTINCT a.id * 1000000 + b.id * 1000 + c.id AS x FROM film a, film b, film c)",
    ] {
        let request = QueryRequest { time: Duration::from_secs(60), ..QueryRequest::new(sql) };
        let limits = pool.query(&path, &request, &CancelToken::new()).expect_err(sql);
        assert!(
            matches!(limits, QueryError::MemoryLimit { mebibytes: 64 } | QueryError::TooBig { .. }),
            "{sql}: {limits}"
        );
    }
    let answer = pool.query(&path, &QueryRequest::new("SELECT 1"), &CancelToken::new());
    assert_eq!(json!(answer.expect("another process has begun").rows), json!([[1]]));
}

#[test]
fn a_pool_that_cannot_start_says_so() {
    let (_home, path) = films();
    let command = WorkerCommand { program: "/nowhere/worker".into(), arguments: Vec::new() };
    let pool = QueryPool::new(command, QueryLimits::default()).expect("a thread can be started");
    let error =
        pool.query(&path, &QueryRequest::new("SELECT 1"), &CancelToken::new()).expect_err("no process");
    assert_eq!(error.code(), "query-worker");
    let limits = QueryLimits { concurrent: 1, wait: Duration::from_millis(50), ..QueryLimits::default() };
    let pool = QueryPool::new(worker(), limits).expect("it starts");
    std::thread::scope(|scope| {
        pool.query(&path, &QueryRequest::new("SELECT 1"), &CancelToken::new()).map(drop).unwrap_or_default();
        scope.spawn(|| {
            let time = Duration::from_millis(700);
            let request = QueryRequest { time, ..QueryRequest::new(ONE_INSTRUCTION) };
            pool.query(&path, &request, &CancelToken::new()).expect_err("it takes too long")
        });
        std::thread::sleep(Duration::from_millis(300));
        let error =
            pool.query(&path, &QueryRequest::new("SELECT 1"), &CancelToken::new()).expect_err("it is busy");
        assert_eq!(error.code(), "query-busy");
    });
}

/// What a query costs over a pool: `cargo test --release -p seedbed-store-sqlite --test query -- --ignored --nocapture`.
#[test]
#[ignore = "it measures, and asserts nothing"]
fn price_of_a_query() {
    let (_home, path) = films();
    let pool = pool(QueryLimits::default());
    let request = QueryRequest::new("SELECT title, rate FROM film WHERE id = 500");
    pool.query(&path, &request, &CancelToken::new()).expect("it is allowed");
    let mut times: Vec<Duration> = (0..500)
        .map(|_| {
            let started = Instant::now();
            pool.query(&path, &request, &CancelToken::new()).expect("it is allowed");
            started.elapsed()
        })
        .collect();
    times.sort();
    let here = Instant::now();
    run_query(&path, &request, &CancelToken::new()).expect("it is allowed");
    let here = here.elapsed();
    let (median, most) = (times[250], times[495]);
    writeln!(
        std::io::stderr(),
        "over the pool {median:?}, 99 of 100 within {most:?}; in this process {here:?}"
    )
    .expect("somebody reads it");
}
