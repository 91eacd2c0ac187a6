//! Waiting ends: a second after somebody says stop, or when its time is over, and what is said then is true.

use crate::faulty_network::silent_server;
use crate::load_harness::Script;
use crate::servers::{MariaDbDatabase, MariaDbServer, PostgresDatabase, PostgresServer};
use postgres::{Client, NoTls};
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use seedbed_job::{JobError, Kept, Outcome};
use seedbed_schema_model::Dialect;
use std::thread;
use std::time::{Duration, Instant};

const DDL: &str = "
    CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL);
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author (id));";

const ROWS: u64 = 20;
const LONG: Duration = Duration::from_secs(60);

/// Loads, is told to stop after a while, and demands that it does within a second.
fn stopped(script: &Script, url: &str) {
    let cancel = CancelToken::new();
    let (told, took) = thread::scope(|scope| {
        let loading = scope.spawn(|| {
            let told = script.load_for(url, ROWS, &cancel, LONG);
            (told, Instant::now())
        });
        thread::sleep(Duration::from_millis(700));
        assert!(!loading.is_finished(), "{:?}", loading.join());
        let stop = Instant::now();
        cancel.cancel();
        let (told, ended) = loading.join().expect("no panic");
        (told, ended - stop)
    });
    assert!(matches!(&told, Err(JobError::Interrupted { kept: Kept::Database })), "{told:?}");
    assert!(took < Duration::from_millis(1300), "{took:?}");
}

/// Loads with a second of patience, and returns the code of what is said.
fn code(script: &Script, url: &str) -> String {
    let begun = Instant::now();
    let told = script.load_for(url, ROWS, &CancelToken::new(), Duration::from_secs(1));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    told.expect_err("it waits in vain").code().to_owned()
}

fn whole(outcome: Result<Outcome, JobError>) {
    assert_eq!(outcome.expect("nobody is in the way").row_count(), 2 * ROWS);
}

fn postgres(label: &str, more: &str) -> Option<(PostgresDatabase, Client, Script)> {
    let database = PostgresServer::connect()?.scratch(label).expect("a database");
    let ddl = format!("{DDL}{more}");
    database.query(&ddl).expect("the schema");
    let client = Client::connect(&database.url(), NoTls).expect("a connection");
    Some((database, client, Script::new(Dialect::Postgres, &ddl)))
}

#[test]
fn a_lock_on_a_table_of_postgres() {
    let Some((database, mut other, script)) = postgres("tablelock", "") else { return };
    let url = database.url();
    // What reads the table waits in the one case, what writes to it in the other.
    for mode in ["ACCESS EXCLUSIVE", "SHARE"] {
        let mut held = other.transaction().expect("begun");
        held.batch_execute(&format!("LOCK TABLE book IN {mode} MODE")).expect("locked");
        stopped(&script, &url);
        assert_eq!(code(&script, &url), "load-locked", "{mode}");
        held.rollback().expect("let go");
        assert_eq!(database.query("SELECT count(*) FROM author").as_deref(), Ok("0\n"));
    }
    whole(script.load_for(&url, ROWS, &CancelToken::new(), LONG));
}

#[test]
fn a_slow_trigger_of_postgres() {
    let slow = "
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION slow();";
    let Some((database, mut other, script)) = postgres("slowtrigger", slow) else { return };
    stopped(&script, &database.url());
    other.batch_execute("DROP TRIGGER slow ON book").expect("nobody holds the table any more");
    whole(script.load_for(&database.url(), ROWS, &CancelToken::new(), LONG));
}

#[test]
fn another_load_into_postgres() {
    let Some((database, mut other, script)) = postgres("otherload", "") else { return };
    other.batch_execute("SELECT pg_advisory_lock(1399154020, 1650811937)").expect("as a load does");
    stopped(&script, &database.url());
    let told = script.load_for(&database.url(), ROWS, &CancelToken::new(), Duration::from_secs(1));
    let told = told.expect_err("it waits in vain");
    assert_eq!(told.code(), "load-busy");
    let shown = told.problems()[0].list[0].message.clone();
    assert!(shown.starts_with("nothing was loaded: ") && shown.contains("the load of process "), "{shown}");
    drop(other);
    whole(script.load_for(&database.url(), ROWS, &CancelToken::new(), LONG));
}

fn mariadb(label: &str, more: &str) -> Option<(MariaDbDatabase, Script)> {
    let database = MariaDbServer::connect()?.scratch(label).expect("a database");
    let ddl = format!("{DDL}{more}");
    database.query(&ddl).expect("the schema");
    Some((database, Script::new(Dialect::MySql, &ddl)))
}

#[test]
fn a_lock_on_a_table_of_mariadb() {
    let Some((database, script)) = mariadb("tablelock", "") else { return };
    for mode in ["WRITE", "READ"] {
        let held = database.session(&format!("LOCK TABLES book {mode}"));
        stopped(&script, &database.url());
        assert_eq!(code(&script, &database.url()), "load-locked", "{mode}");
        drop(held);
    }
    whole(script.load_for(&database.url(), ROWS, &CancelToken::new(), LONG));
}

#[test]
fn a_slow_trigger_of_mariadb() {
    let slow = "CREATE TRIGGER slow BEFORE INSERT ON book FOR EACH ROW SET NEW.id = NEW.id + SLEEP(30);";
    let Some((database, script)) = mariadb("slowtrigger", slow) else { return };
    stopped(&script, &database.url());
    database.query("DROP TRIGGER slow").expect("nobody holds the table any more");
    whole(script.load_for(&database.url(), ROWS, &CancelToken::new(), LONG));
}

#[test]
fn another_load_into_mariadb() {
    let Some((database, script)) = mariadb("otherload", "") else { return };
    let held = database.session("DO GET_LOCK(CONCAT('seedbed:', SHA1(LOWER(DATABASE()))), 0)");
    stopped(&script, &database.url());
    assert_eq!(code(&script, &database.url()), "load-busy");
    drop(held);
    whole(script.load_for(&database.url(), ROWS, &CancelToken::new(), LONG));
}

#[test]
fn a_writer_and_a_reader_of_a_sqlite_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("library.db");
    let url = format!("sqlite:{}", file.display());
    let other = Connection::open(&file).expect("a database");
    other.execute_batch(DDL).expect("the schema");
    let script = Script::new(Dialect::Sqlite, DDL);
    for (lock, told) in [
        ("BEGIN IMMEDIATE", "load-busy"),
        ("BEGIN EXCLUSIVE", "load-busy"),
        // Who reads holds up the COMMIT.
        ("BEGIN; SELECT count(*) FROM author", "load-locked"),
    ] {
        other.execute_batch(lock).expect(lock);
        stopped(&script, &url);
        assert_eq!(code(&script, &url), told, "{lock}");
        other.execute_batch("ROLLBACK").expect("let go");
        let rows: i64 = other.query_row("SELECT count(*) FROM author", [], |r| r.get(0)).expect("counted");
        assert_eq!(rows, 0, "{lock}");
    }
    whole(script.load_for(&url, ROWS, &CancelToken::new(), LONG));
}

#[test]
fn a_slow_trigger_and_a_slow_schema_of_sqlite() {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("new.db").display());
    for more in
        [format!("CREATE TRIGGER slow BEFORE INSERT ON book BEGIN {endless}; END;"), format!("{endless};")]
    {
        stopped(&Script::new(Dialect::Sqlite, &format!("{DDL}{more}")), &url);
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0, "nothing is left");
    }
}

#[test]
fn a_server_that_says_nothing() {
    let (listener, port) = silent_server();
    for (dialect, scheme, limit) in [
        (Dialect::Postgres, "postgres://postgres", "connect_timeout=1"),
        (Dialect::MySql, "mysql://root", "connect-timeout=1"),
    ] {
        let url = format!("{scheme}@127.0.0.1:{port}/any");
        stopped(&Script::new(dialect, DDL), &url);
        assert_eq!(code(&Script::new(dialect, DDL), &format!("{url}?{limit}")), "load-connect");
    }
    drop(listener);
}
