//! Loads whose connection breaks at any byte: what is said of the rows is true.

use crate::faulty_network::{Fault, FaultPoint, FaultyNetwork, Way};
use crate::load_harness::Script;
use crate::servers::{MariaDbDatabase, MariaDbServer, PostgresDatabase, PostgresServer, is_long};
use seedbed_datagen_core::CancelToken;
use seedbed_job::JobError;
use seedbed_load::Aftermath;
use seedbed_schema_model::Dialect;
use std::thread;
use std::time::{Duration, Instant};

const ROWS: u64 = 120;
const TABLES: [&str; 3] = ["author", "book", "copy"];

const POSTGRES: &str = "
    CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, teacher int REFERENCES author);
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author, title varchar(80) NOT NULL);
    CREATE TABLE copy (book int NOT NULL REFERENCES book, code char(12) NOT NULL);";

/// A table without transactions is the last that is written.
const MARIADB: &str = "
    CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, teacher int REFERENCES author (id));
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author (id), title varchar(80) NOT NULL);
    CREATE TABLE copy (id int PRIMARY KEY, code char(12) NOT NULL) ENGINE=MyISAM;";

/// A database of a server that a load reaches over a network.
trait Target {
    fn url_at(&self, port: u16) -> String;
    fn address(&self) -> String;
    fn ask(&self, sql: &str) -> String;
    /// Sessions other than the one that asks.
    fn others(&self) -> &'static str;
    fn empty(&self);

    /// Waits until the server has ended every session of the load.
    fn settle(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.ask(self.others()).trim() != "0" {
            assert!(Instant::now() < until, "sessions are left over");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn rows(&self) -> Vec<u64> {
        let counts: Vec<String> = TABLES.iter().map(|t| format!("SELECT count(*) FROM {t}")).collect();
        let rows = self.ask(&counts.join(" UNION ALL "));
        rows.split_whitespace().map(|n| n.parse().expect("a number")).collect()
    }
}

impl Target for PostgresDatabase {
    fn url_at(&self, port: u16) -> String {
        self.url_through(port)
    }

    fn address(&self) -> String {
        self.host_and_port()
    }

    fn ask(&self, sql: &str) -> String {
        self.query(sql).expect("the server answers")
    }

    fn others(&self) -> &'static str {
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    }

    fn empty(&self) {
        self.ask("TRUNCATE author, book, copy");
    }
}

impl Target for MariaDbDatabase {
    fn url_at(&self, port: u16) -> String {
        self.url_through(port)
    }

    fn address(&self) -> String {
        self.host_and_port()
    }

    fn ask(&self, sql: &str) -> String {
        self.query(sql).expect("the server answers")
    }

    fn others(&self) -> &'static str {
        "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> connection_id()"
    }

    fn empty(&self) {
        self.ask("UPDATE author SET teacher = NULL; DELETE FROM copy; DELETE FROM book; DELETE FROM author");
    }
}

/// What was said in how many runs.
#[derive(Debug, Default)]
struct Tally {
    loaded: u32,
    not_loaded: u32,
    unknown: u32,
    /// Of `loaded`: the answer to the COMMIT had been lost.
    after_all: u32,
}

/// Loads once over a network with a fault and holds what is said against what is there.
fn try_fault(target: &dyn Target, script: &Script, point: FaultPoint, tally: &mut Tally) {
    target.empty();
    let network = FaultyNetwork::before(&target.address(), Some(point));
    let cancel = CancelToken::new();
    let begun = Instant::now();
    let told = thread::scope(|scope| {
        if point.fault == Fault::Silence {
            // Nobody waits for a network that is silent: somebody ends it.
            let cancel = cancel.clone();
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(400));
                cancel.cancel();
            });
        }
        script.load_for(&target.url_at(network.port), ROWS, &cancel, Duration::from_secs(60))
    });
    let took = begun.elapsed();
    if point.fault == Fault::Silence {
        assert!(
            took < Duration::from_millis(2400),
            "{point:?}: {took:?} after it was told to stop at 400 ms"
        );
    }
    let is_broken = network.passed(point.way) >= point.after;
    drop(network);
    target.settle();
    let rows = target.rows();
    let (all, none) = (vec![ROWS; TABLES.len()], vec![0; TABLES.len()]);
    let told = told.map(drop);
    match &told {
        Ok(()) => {
            tally.loaded += 1;
            tally.after_all += u32::from(is_broken);
            assert_eq!(rows, all, "{point:?}: loaded, as was said");
        }
        Err(JobError::Load(error)) if error.aftermath() == Aftermath::Unknown => {
            tally.unknown += 1;
            assert!(rows[..2] == all[..2] || rows[..2] == none[..2], "{point:?}: {rows:?}");
            assert_eq!(error.code(), "load-commit-unknown");
            // Where the network heals, it is looked up.
            assert_eq!(point.fault, Fault::Silence, "{point:?}: {error:?}");
        }
        Err(JobError::Load(error)) if matches!(error.aftermath(), Aftermath::RowsStay(_)) => {
            panic!("{point:?}: another connection could delete them: {error:?}")
        }
        Err(JobError::Load(_) | JobError::Interrupted { .. }) => {
            tally.not_loaded += 1;
            assert_eq!(rows, none, "{point:?}: {told:?}");
        }
        Err(error) => panic!("{point:?}: {error:?}"),
    }
}

/// Faults all over a load, and closer together around its end, where the COMMIT is.
fn points(target: &dyn Target, script: &Script) -> Vec<FaultPoint> {
    target.empty();
    let network = FaultyNetwork::before(&target.address(), None);
    let url = target.url_at(network.port);
    script.load_for(&url, ROWS, &CancelToken::new(), Duration::from_secs(60)).expect("no fault, no failure");
    let mut points = Vec::new();
    let (anywhere, at_the_end, silent) = if is_long() { (150, 50, 25) } else { (6, 9, 2) };
    for way in [Way::ToServer, Way::ToClient] {
        let all = network.passed(way);
        let mut spread = |from: u64, count: u64, fault: Fault| {
            let after = |n: u64| (from + (all - from) * n / (count - 1)).max(1);
            points.extend((0..count).map(|n| FaultPoint { way, after: after(n), fault }));
        };
        // The last bytes: what tells the transactions apart, COMMIT with its answer, and the farewell.
        let (last_steps, commit) = (all.saturating_sub(400), all.saturating_sub(45));
        spread(1, anywhere, Fault::Cut);
        spread(last_steps, at_the_end, Fault::Cut);
        spread(commit, at_the_end, Fault::Cut);
        spread(1, silent, Fault::Silence);
        spread(commit, silent * 2, Fault::Silence);
    }
    points
}

#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn hold(target: &dyn Target, script: &Script) {
    let (mut cut, mut silent) = (Tally::default(), Tally::default());
    for point in points(target, script) {
        let tally = if point.fault == Fault::Cut { &mut cut } else { &mut silent };
        try_fault(target, script, point, tally);
    }
    println!("cut: {cut:?}\nsilent: {silent:?}");
    assert_eq!(cut.unknown, 0, "it could be looked up");
    assert!(
        cut.not_loaded > 0 && cut.loaded > 0,
        "there are points before the COMMIT and behind it: {cut:?}"
    );
    assert!(cut.after_all > 0, "no point was between a COMMIT and its answer: {cut:?}");
}

#[test]
fn postgres_tells_the_truth() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("lostconnections").expect("a database");
    database.query(POSTGRES).expect("the schema");
    hold(&database, &Script::new(Dialect::Postgres, POSTGRES));
}

#[test]
fn mariadb_tells_the_truth() {
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("lostconnections").expect("a database");
    database.query(MARIADB).expect("the schema");
    hold(&database, &Script::new(Dialect::MySql, MARIADB));
}
