//! Loads into real SQLite files: new and existing ones, storage classes, cycles, refusals.

use crate::load_harness::{Script, notes};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use rusqlite::Connection;
use seedbed_datagen_core::{Part, Verdict};
use seedbed_schema_model::Dialect;
use std::path::Path;

fn script(ddl: &str) -> Script {
    Script::new(Dialect::Sqlite, ddl)
}

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn text(connection: &Connection, sql: &str) -> String {
    connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
}

#[test]
fn a_new_file_is_made_from_the_schema() {
    let ddl = ".mode list
        CREATE TABLE staff (id INTEGER PRIMARY KEY AUTOINCREMENT, boss INTEGER REFERENCES staff, office INTEGER NOT NULL REFERENCES office,
            name VARCHAR(20) NOT NULL COLLATE unicase UNIQUE, pay DECIMAL(8, 2) NOT NULL, born DATE NOT NULL, seen TIMESTAMP NOT NULL,
            works BOOLEAN NOT NULL, photo BLOB NOT NULL, score REAL NOT NULL, twice INTEGER GENERATED ALWAYS AS (office * 2) STORED);
        CREATE TABLE office (id INTEGER PRIMARY KEY, head INTEGER NOT NULL REFERENCES staff);";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 120).expect("loaded");
    assert_eq!(script.summary(&report), ["staff=120", "office=120"], "{report:?}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing beside the database");
    let connection = Connection::open(&path).expect("a database");
    let kinds = "select group_concat(distinct typeof(pay) || typeof(born) || typeof(works) || typeof(photo) || typeof(score)) from staff";
    for kind in text(&connection, kinds).split(',') {
        assert!(matches!(kind, "integertextintegerblobreal" | "realtextintegerblobreal"), "{kind}");
    }
    assert_eq!(text(&connection, "select count(*) || '' from pragma_foreign_key_check"), "0");
    assert_eq!(text(&connection, "select '' || (seq >= 120) from sqlite_sequence where name = 'staff'"), "1");
}

#[test]
fn a_failure_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    let error = script("CREATE TABLE a (x); CREATE TABLE a (y);").load(&url(&path), 5).expect_err("twice");
    assert_eq!(error.code(), "load-schema-script");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn an_existing_file_keeps_its_rows() {
    let ddl = "CREATE TABLE kind (id INTEGER PRIMARY KEY, code INTEGER NOT NULL UNIQUE, name TEXT NOT NULL);
        CREATE TABLE thing (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES kind(id));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.db");
    let connection = Connection::open(&path).expect("a database");
    connection.execute_batch(&format!("{ddl} INSERT INTO kind VALUES (1, 7, 'old')")).expect("the schema");
    let script = script(ddl);
    for _ in 0..2 {
        let report = script.load(&url(&path), 30).expect("loaded");
        assert_eq!(script.summary(&report), ["kind=30", "thing=30"], "{report:?}");
    }
    assert_eq!(
        text(&connection, "select count(*) || ' ' || min(id) || ' ' || max(name = 'old') from kind"),
        "61 1 1"
    );
}

#[test]
fn refused_tables_are_told() {
    let ddl = "CREATE TABLE free (id INTEGER PRIMARY KEY);
        CREATE TABLE guarded (id INTEGER PRIMARY KEY);
        CREATE TABLE child (id INTEGER PRIMARY KEY, guarded INTEGER NOT NULL REFERENCES guarded(id));
        CREATE TRIGGER guard BEFORE INSERT ON guarded BEGIN SELECT RAISE(ABORT, 'not today'); END;";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 10).expect("loaded");
    assert_eq!(
        script.summary(&report),
        ["free=10", "guarded=0 trigger", "child=0 empty-parent"],
        "{report:?}"
    );
}

#[test]
fn references_that_sqlite_cannot_compile_are_checked_afterwards() {
    let ddl = "CREATE TABLE fine (id INTEGER PRIMARY KEY);
        CREATE TABLE lost (id INTEGER PRIMARY KEY, gone INTEGER REFERENCES nowhere(id), fine INTEGER NOT NULL REFERENCES fine(id));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 15).expect("loaded");
    assert_eq!(script.summary(&report), ["fine=15", "lost=15"], "{report:?}");
    assert_eq!(notes(&report).len(), 1, "{:?}", notes(&report));
    let connection = Connection::open(&path).expect("a database");
    assert_eq!(text(&connection, "select count(gone) || '' from lost"), "0");
}

#[test]
fn references_are_checked_in_new_files_and_in_old_ones() {
    let ddl = "CREATE TABLE parent (id INTEGER PRIMARY KEY);
        CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent(id));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("half.db");
    let script = script(ddl);
    // Half of the parents are in the other part.
    let part = Part::new(2, 2).expect("a part");
    for parents in ["100", "200"] {
        let report = script.load_part(&url(&path), 200, part).expect("loaded");
        assert_eq!(script.summary(&report), ["parent=100", "child=0 empty-parent"], "{report:?}");
        assert_eq!(report.passes, 2);
        let connection = Connection::open(&path).expect("a database");
        assert_eq!(text(&connection, "select count(*) || '' from parent"), parents);
        assert_eq!(text(&connection, "select count(*) || '' from child"), "0");
    }
}

#[test]
fn rows_are_stored_in_order_however_many_go_in_at_once() {
    let ddl = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b DECIMAL(9, 2), c BLOB NOT NULL);";
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(ddl);
    let stored = |rows: u64| {
        let path = folder.path().join(format!("{rows}.db"));
        let report = script.load(&url(&path), rows).expect("loaded");
        assert_eq!(script.summary(&report), [format!("t={rows}")], "{report:?}");
        let connection = Connection::open(&path).expect("a database");
        let first = "select group_concat(id || quote(a) || quote(b) || quote(c), char(10)) from (select * from t order by rowid limit 63)";
        text(&connection, first)
    };
    let few = stored(63);
    assert_eq!(few.lines().count(), 63);
    assert!([64, 65, 200].iter().all(|rows| stored(*rows) == few));
}

#[test]
fn a_second_run_goes_on_after_the_first() {
    let ddl = "CREATE TABLE person (id INTEGER PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, code text NOT NULL UNIQUE);
        CREATE TABLE pet (name text PRIMARY KEY, person integer NOT NULL REFERENCES person (id), no integer NOT NULL,
            UNIQUE (person, no));";
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("twice.db");
    let script = script(ddl);
    for _ in 0..3 {
        let report = script.load(&url(&path), 60).expect("loads");
        assert_eq!(script.summary(&report), ["person=60", "pet=60"]);
    }
    let connection = Connection::open(&path).expect("opens");
    assert_eq!(
        text(&connection, "SELECT count(DISTINCT email) || ' ' || count(DISTINCT code) FROM person"),
        "180 180"
    );
}

#[test]
fn rows_that_an_unread_check_refuses_are_drawn_again() {
    let ddl = "CREATE TABLE receipt (id INTEGER PRIMARY KEY, total INTEGER NOT NULL CHECK (instr(json_quote(total), '7') > 0));
        CREATE TABLE line (id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL REFERENCES receipt (id));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("checked.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 70).expect("loaded");
    assert_eq!(script.summary(&report), ["receipt=70", "line=70"], "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    assert_eq!(text(&connection, "select min(instr(total, '7') > 0) || '' from receipt"), "1");
}

/// Of keys, which are never drawn again, some can't be taken. What refers to those that are missing refers to others.
#[test]
fn rows_that_are_never_accepted_are_left_out_alone() {
    let ddl = "CREATE TABLE slot (id INTEGER PRIMARY KEY CHECK (instr(json_quote(id), '3') = 0), note TEXT);
        CREATE TABLE booking (id INTEGER PRIMARY KEY, slot INTEGER NOT NULL REFERENCES slot (id));
        CREATE TABLE seal (slot INTEGER PRIMARY KEY REFERENCES slot (id));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gaps.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 50).expect("loaded");
    let want = ["slot=36 unreadable-check", "booking=50", "seal=36 empty-parent"];
    assert_eq!(script.summary(&report), want, "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    let broken = "select count(*) || '' from booking where slot not in (select id from slot)";
    assert_eq!(text(&connection, broken), "0");
    let verdicts = report.tables.values().filter_map(|t| t.shortfall.as_ref()).map(|s| s.verdict);
    assert!(verdicts.into_iter().all(|verdict| verdict == Verdict::Undecided));
}

#[test]
fn rows_that_a_trigger_refuses_are_drawn_again() {
    let ddl = "CREATE TABLE item (id INTEGER PRIMARY KEY, size integer NOT NULL CHECK (size BETWEEN 1 AND 90),
            kind text NOT NULL CHECK (kind IN ('a', 'b', 'c')));
        CREATE TRIGGER odd BEFORE INSERT ON item WHEN NEW.size % 3 <> (SELECT count(*) FROM part) OR NEW.kind = 'c'
            BEGIN SELECT RAISE(ABORT, 'odd'); END;
        CREATE TABLE part (item integer NOT NULL REFERENCES item (id), no integer NOT NULL, PRIMARY KEY (item, no));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tried.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 70).expect("loaded");
    assert_eq!(script.summary(&report), ["item=70", "part=70"], "{report:?}");
    assert_eq!(report.passes, 1);
    let connection = Connection::open(&path).expect("a database");
    let broken = "select count(*) || '' from item where size % 3 <> 0 or kind = 'c'";
    assert_eq!(text(&connection, broken), "0");

    // The attempts are told, and with them the plan alone makes the rows that are there.
    let item = script.schema.table_named("item").expect("a table");
    let attempts: Vec<(u64, u32)> = report.plan.attempts().rows(item).collect();
    assert!((20..=70).contains(&attempts.len()), "{attempts:?}");
    let again = script.load(&url(&folder.path().join("again.db")), 70).expect("loaded");
    assert_eq!(again.plan.attempts(), report.plan.attempts());
    let batch = script.plan(70, again.plan.attempts().clone()).batch(item, 0..70);
    let planned: i64 = batch.rows.column(1).as_primitive::<Int64Type>().values().iter().sum();
    assert_eq!(text(&connection, "select sum(size) || '' from item"), planned.to_string());
}

#[test]
fn a_trigger_that_takes_one_row_and_no_other_is_told() {
    let ddl = "CREATE TABLE log (id INTEGER PRIMARY KEY, line text NOT NULL UNIQUE);
        CREATE TABLE item (id INTEGER PRIMARY KEY, kind text);
        CREATE TRIGGER once AFTER INSERT ON item BEGIN INSERT INTO log (line) VALUES ('always the same'); END;";
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(ddl);
    let report = script.load(&url(&folder.path().join("never.db")), 20).expect("loaded");
    assert_eq!(script.summary(&report), ["log=21", "item=1 trigger"], "{report:?}");
    let reason = report
        .tables
        .values()
        .filter_map(|t| t.shortfall.clone())
        .next()
        .expect("a reason")
        .reason
        .to_string();
    let want = "no attempt at 19 rows was accepted: a trigger puts rows into another table";
    assert!(reason.starts_with(want), "{reason}");
    assert!(reason.contains("log.line"), "{reason}");
    assert!(report.plan.attempts().is_empty());
}

#[test]
fn parents_that_a_trigger_makes_come_after_their_children() {
    let ddl = "CREATE TABLE entry (id INTEGER PRIMARY KEY, kind text, note text NOT NULL DEFAULT '-');
        CREATE TABLE bill (id INTEGER PRIMARY KEY REFERENCES entry (id), amount integer NOT NULL);
        CREATE TRIGGER enter AFTER INSERT ON bill BEGIN INSERT INTO entry (id, kind) VALUES (NEW.id, 'bill'); END;
        CREATE TABLE line (entry integer NOT NULL REFERENCES entry (id), no integer NOT NULL, PRIMARY KEY (entry, no));";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.db");
    let script = script(ddl);
    let report = script.load(&url(&path), 60).expect("loaded");
    assert_eq!(script.summary(&report), ["entry=60", "bill=60", "line=60"], "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    // What the plan says of the parents has taken the place of what the trigger said.
    assert_eq!(text(&connection, "select count(*) || '' from entry where note = '-'"), "0");
    assert_eq!(text(&connection, "select count(*) || '' from pragma_foreign_key_check"), "0");
    let plan = script.plan(60, Default::default());
    let order: Vec<&str> =
        plan.load_order().tables.iter().map(|t| script.schema[*t].name.name.as_str()).collect();
    assert_eq!(order, ["bill", "entry", "line"]);
}

#[test]
fn a_column_that_a_trigger_copies_where_null_is_refused_has_none() {
    let ddl = |when: &str| {
        format!(
            "CREATE TABLE tag (id INTEGER PRIMARY KEY, up integer, name text NOT NULL, UNIQUE (name, up));
            CREATE TABLE tree (id integer NOT NULL, up integer NOT NULL, UNIQUE (id, up));
            CREATE TRIGGER grow AFTER INSERT ON tag {when} BEGIN
                INSERT INTO tree SELECT NEW.id, NEW.up UNION SELECT NEW.id, up FROM tree WHERE id = NEW.up; END;"
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tree.db");
    let always = script(&ddl(""));
    let report = always.load(&url(&path), 80).expect("loaded");
    assert_eq!(always.summary(&report)[0], "tag=80", "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    assert_eq!(text(&connection, "select count(*) || '' from tag where up is null"), "0");

    // With a condition of its own the trigger may mean to leave NULLs alone.
    let path = folder.path().join("sometimes.db");
    let sometimes = script(&ddl("WHEN NEW.up IS NOT NULL"));
    let report = sometimes.load(&url(&path), 80).expect("loaded");
    assert_eq!(sometimes.summary(&report)[0], "tag=80", "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    assert_ne!(text(&connection, "select count(*) || '' from tag where up is null"), "0");
}

#[test]
fn keys_made_of_each_others_keys() {
    let ddl = |holder: &str| {
        format!(
            "
        CREATE TABLE mode (name text NOT NULL, part text NOT NULL, writes boolean NOT NULL, token text NOT NULL,
            UNIQUE (name, part), UNIQUE (name, part, writes),
            FOREIGN KEY (name, part, token) REFERENCES hold (name, part, token));
        CREATE TABLE hold (holder text NOT NULL {holder}, name text NOT NULL, part text NOT NULL, writes boolean NOT NULL,
            token text NOT NULL, UNIQUE (name, part, token),
            FOREIGN KEY (name, part, writes) REFERENCES mode (name, part, writes));"
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("aligned.db");
    let free = script(&ddl(""));
    let report = free.load(&url(&path), 60).expect("loaded");
    assert_eq!(free.summary(&report), ["mode=60", "hold=60"], "{report:?}");
    let connection = Connection::open(&path).expect("a database");
    let same = "select count(*) || '' from mode join hold using (name, part, token, writes)";
    assert_eq!(text(&connection, same), "60");
    assert_eq!(text(&connection, "select count(*) || '' from pragma_foreign_key_check"), "0");
    // Any row of either is the same alone.
    let plan = free.plan(60, Default::default());
    for table in plan.tables().iter().map(|t| t.table) {
        let whole = plan.batch(table, 0..60).rows;
        assert_eq!(plan.batch(table, 41..43).rows, whole.slice(41, 2));
    }

    // Each row of the one needs its own row of the other, so what caps one caps both.
    let capped = script(&ddl("UNIQUE CHECK (holder IN ('a', 'b', 'c'))"));
    let report = capped.load(&url(&folder.path().join("capped.db")), 60).expect("loaded");
    assert_eq!(capped.summary(&report), ["mode=3 capacity", "hold=3 capacity"], "{report:?}");
}

#[test]
fn rows_that_a_trigger_puts_beside_a_refused_table_are_blamed_on_the_trigger() {
    let ddl = "CREATE TABLE meadow (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE hive (id INTEGER PRIMARY KEY, meadow INTEGER NOT NULL REFERENCES meadow (id));
        CREATE TABLE bee (id INTEGER PRIMARY KEY, hive INTEGER NOT NULL REFERENCES hive (id));
        CREATE TABLE swarm (id INTEGER PRIMARY KEY, hive INTEGER NOT NULL);
        CREATE TRIGGER no BEFORE INSERT ON hive BEGIN SELECT RAISE(ABORT, 'no hives here'); END;
        CREATE TRIGGER settle AFTER INSERT ON swarm BEGIN INSERT INTO bee VALUES (NEW.id, NEW.hive); END;";
    let folder = tempfile::tempdir().expect("a folder");
    let report_script = script(ddl);
    let report = report_script.load(&url(&folder.path().join("circle.db")), 30).expect("loaded");
    let want = ["meadow=30", "hive=0 trigger", "bee=0 empty-parent", "swarm=0 trigger"];
    assert_eq!(report_script.summary(&report), want, "{report:?}");
}
