//! Loads into a real MariaDB: keys as collations compare them, cycles, types, triggers, rows that are there before, and
//! what `LOAD DATA LOCAL` would drop or bend without a word.

use crate::load_harness::{Script, notes};
use crate::servers::{MariaDbDatabase, MariaDbServer};
use seedbed_job::Outcome;
use seedbed_schema_model::Dialect;
use std::io::Write as _;

/// A database with the schema loaded, if there is a server.
fn prepared(label: &str, ddl: &str) -> Option<(MariaDbDatabase, Script)> {
    let database = MariaDbServer::connect()?.scratch(label).expect("a database");
    run(&database, ddl);
    Some((database, Script::new(Dialect::MySql, ddl)))
}

/// Runs statements by the server's own client.
fn run(database: &MariaDbDatabase, sql: &str) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(sql.as_bytes()).expect("written");
    database.load(file.path()).expect("the statements");
}

fn number(database: &MariaDbDatabase, sql: &str) -> i64 {
    let text = database.query(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    text.trim().parse().unwrap_or_else(|e| panic!("{sql}: {e}: {text}"))
}

fn reason(report: &Outcome, table: usize) -> String {
    let outcome = report.tables.values().nth(table).expect("the table");
    outcome.shortfall.as_ref().expect("it fell short").reason.to_string()
}

#[test]
fn keys_are_distinct_as_the_server_compares_them() {
    let ddl = "
        CREATE TABLE person (id int AUTO_INCREMENT PRIMARY KEY, email varchar(60) NOT NULL UNIQUE,
            code char(3) NOT NULL UNIQUE, title text NOT NULL, UNIQUE (title(4)));
        CREATE TABLE pair (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES person (id),
            FOREIGN KEY (b) REFERENCES person (id));
        CREATE TABLE exact (word varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY);";
    let Some((database, script)) = prepared("mykeys", ddl) else { return };
    let report = script.load(&database.url(), 300).expect("loaded");
    assert_eq!(script.summary(&report), ["person=300", "pair=300", "exact=300"], "{report:?}");
    assert_eq!(report.passes, 1);
    assert_eq!(notes(&report), Vec::<String>::new());
    run(&database, "INSERT INTO person (email, code, title) VALUES ('next', '***', '****')");
    assert_eq!(number(&database, "select max(id) from person"), 301, "the counter goes on behind the rows");
}

#[test]
fn cycles_that_can_be_null_are_filled_in_afterwards() {
    let ddl = "
        CREATE TABLE staff (id int PRIMARY KEY, boss int, office int NOT NULL, name text NOT NULL,
            FOREIGN KEY (boss) REFERENCES staff (id));
        CREATE TABLE office (name varchar(30) COLLATE utf8mb4_unicode_ci NOT NULL, id int PRIMARY KEY, head int,
            FOREIGN KEY (head) REFERENCES staff (id));
        ALTER TABLE staff ADD CONSTRAINT staff_office FOREIGN KEY (office) REFERENCES office (id);";
    let Some((database, script)) = prepared("mycycles", ddl) else { return };
    let report = script.load(&database.url(), 1200).expect("loaded");
    assert_eq!(script.summary(&report), ["staff=1200", "office=1200"], "{report:?}");
    assert_eq!((report.passes, notes(&report)), (1, Vec::new()));
    assert!(number(&database, "select count(head) from office") > 600);
    assert!(number(&database, "select count(boss) from staff") > 600);
}

#[test]
fn a_cycle_that_is_never_null_is_looked_up_and_told() {
    let ddl = "
        CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL, FOREIGN KEY (a) REFERENCES a (id));
        ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id);
        CREATE TABLE c (id int PRIMARY KEY, a int NOT NULL, FOREIGN KEY (a) REFERENCES a (id));";
    let Some((database, script)) = prepared("myhard", ddl) else { return };
    let report = script.load(&database.url(), 120).expect("loaded");
    assert_eq!(script.summary(&report), ["a=120", "b=120", "c=120"], "{report:?}");
    assert_eq!(notes(&report).len(), 1, "{:?}", notes(&report));
    assert!(notes(&report)[0].contains("foreign_key_checks = 0"), "{:?}", notes(&report));
    for (child, parent) in [("a", "b"), ("b", "a"), ("c", "a")] {
        let lost = format!("select count(*) from {child} where {parent} not in (select id from {parent})");
        assert_eq!(number(&database, &lost), 0);
    }
    // A reference that does not hold is found: here a trigger bends one.
    let ddl = format!(
        "{ddl}\nDELIMITER ;;\nCREATE TRIGGER bend BEFORE INSERT ON a FOR EACH ROW SET NEW.b = NEW.b + 100000;;\n\
         CREATE TRIGGER bend_too BEFORE INSERT ON b FOR EACH ROW SET NEW.a = NEW.a + 100000;;\nDELIMITER ;\n"
    );
    let Some((database, script)) = prepared("myhardbent", &ddl) else { return };
    let report = script.load(&database.url(), 20).expect("loaded");
    assert_eq!(number(&database, "select count(*) from a") + number(&database, "select count(*) from b"), 0);
    assert!(report.passes > 1, "{report:?}");
    assert!(report.tables.values().all(|t| t.rows == 0 && t.shortfall.is_some()), "{report:?}");
}

#[test]
fn every_kind_of_type() {
    let ddl = "
        CREATE TABLE `Odd ``Name` (
            id bigint unsigned AUTO_INCREMENT PRIMARY KEY, u uuid NOT NULL, b binary(16) NOT NULL, vb varbinary(20) NOT NULL,
            raw blob NOT NULL, bits bit(5) NOT NULL, flag bit(1) NOT NULL, wide bit(64) NOT NULL,
            mood enum('so so', 'it''s \"fine\"', 'back\\\\slash') NOT NULL, tags set('a', 'b', 'c d') NOT NULL,
            doc json NOT NULL, price decimal(10, 2) NOT NULL, up decimal(6, 3) unsigned NOT NULL, ok boolean NOT NULL,
            d date NOT NULL, t time NOT NULL, t3 time(3) NOT NULL, ts timestamp NOT NULL DEFAULT current_timestamp,
            dt datetime(6) NOT NULL, y year NOT NULL, f float NOT NULL, g double NOT NULL, tiny tinyint unsigned NOT NULL,
            m mediumint NOT NULL, ip inet6 NOT NULL, ip4 inet4 NOT NULL, p point NOT NULL, s geometry NOT NULL,
            ls linestring NOT NULL, c char(4) NOT NULL, v varchar(9) NOT NULL, l longtext NOT NULL,
            latin varchar(30) CHARACTER SET latin1 NOT NULL, `Select` smallint NOT NULL,
            twice int GENERATED ALWAYS AS (`Select` * 2) STORED, thrice int GENERATED ALWAYS AS (`Select` * 3) VIRTUAL,
            hidden int NOT NULL INVISIBLE DEFAULT 5);
        CREATE TABLE nothing (id int AUTO_INCREMENT PRIMARY KEY);
        CREATE TABLE versioned (id int PRIMARY KEY, name varchar(20) NOT NULL) WITH SYSTEM VERSIONING;";
    let Some((database, script)) = prepared("mytypes", ddl) else { return };
    for url in [database.url(), format!("{}?local_infile=0", database.url())] {
        let report = script.load(&url, 100).expect("loaded");
        assert_eq!(
            script.summary(&report),
            ["Odd `Name=100", "nothing=100", "versioned=100"],
            "{:?}",
            report.tables
        );
        assert_eq!(notes(&report), Vec::<String>::new());
    }
    let sums =
        "select count(*) from `Odd ``Name` where twice = `Select` * 2 and length(b) = 16 and mood + 0 > 0";
    assert_eq!(number(&database, sums), 200);
    assert!(number(&database, "select count(distinct raw) from `Odd ``Name`") > 50);
    assert!(number(&database, "select count(distinct wide) from `Odd ``Name`") > 20);
}

#[test]
fn text_goes_through_whole() {
    let ddl = "
        CREATE TABLE odd (id int PRIMARY KEY, word enum('tab\there', 'line\\nhere', 'back\\\\slash', 'quote''s',
            '\\\\N', 'NULL', 'ünï', '') NOT NULL, maybe enum('\\\\N', 'NULL', '') );";
    let Some((database, script)) = prepared("mytext", ddl) else { return };
    for url in [database.url(), format!("{}?local_infile=0", database.url())] {
        let report = script.load(&url, 200).expect("loaded");
        assert_eq!(script.summary(&report), ["odd=200"], "{report:?}");
    }
    assert_eq!(
        number(&database, "select count(distinct word + 0) from odd where word + 0 between 1 and 8"),
        8
    );
    assert!(number(&database, "select count(*) from odd where maybe is null") > 0);
    assert!(number(&database, "select count(*) from odd where maybe + 0 = 1") > 50);
}

#[test]
fn a_trigger_that_refuses_is_named() {
    let ddl = "
        CREATE TABLE free (id int PRIMARY KEY, name text);
        CREATE TABLE guarded (id int PRIMARY KEY, name text);
        CREATE TABLE child (id int PRIMARY KEY, guarded int NOT NULL, FOREIGN KEY (guarded) REFERENCES guarded (id));
        CREATE TABLE maybe (id int PRIMARY KEY, guarded int, name text, FOREIGN KEY (guarded) REFERENCES guarded (id));
        DELIMITER ;;
        CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW BEGIN
            IF NEW.id > (SELECT count(*) - 70 FROM free) THEN
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'; END IF; END;;
        DELIMITER ;";
    let Some((database, script)) = prepared("mytriggers", ddl) else { return };
    for url in [database.url(), format!("{}?local_infile=0", database.url())] {
        let report = script.load(&url, 100).expect("loaded");
        let want = ["free=100", "guarded=30 trigger", "child=100", "maybe=100"];
        assert_eq!(script.summary(&report), want, "{report:?}");
        let reason = reason(&report, 1);
        let want = "no attempt at 70 rows was accepted: trigger `guard` refused rows: not today";
        assert!(reason.starts_with(want), "{reason}");
        run(&database, "delete from child; delete from maybe; delete from guarded; delete from free;");
    }
}

#[test]
fn rows_made_by_triggers_are_counted() {
    let ddl = "
        CREATE TABLE main (id int PRIMARY KEY);
        CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, main int);
        CREATE TRIGGER note AFTER INSERT ON main FOR EACH ROW INSERT INTO log (main) VALUES (NEW.id);";
    let Some((database, script)) = prepared("mycounted", ddl) else { return };
    let report = script.load(&database.url(), 20).expect("loaded");
    for (id, got) in &report.tables {
        let name = &script.schema[*id].name.name;
        assert_eq!(got.rows as i64, number(&database, &format!("select count(*) from {name}")), "{report:?}");
    }
}

#[test]
fn rows_that_a_trigger_makes_are_filled_in() {
    let ddl = "
        CREATE TABLE search (film int PRIMARY KEY, title varchar(90) NOT NULL, words varchar(90));
        CREATE TABLE film (id int PRIMARY KEY, title varchar(90) NOT NULL);
        CREATE TRIGGER index_film AFTER INSERT ON film FOR EACH ROW
            INSERT INTO search (film, title) VALUES (NEW.id, NEW.title);";
    let Some((database, script)) = prepared("myfed", ddl) else { return };
    for _ in 0..2 {
        let report = script.load(&database.url(), 60).expect("loaded");
        assert_eq!(script.summary(&report), ["search=60", "film=60"], "{report:?}");
    }
    assert!(number(&database, "select count(words) from search") > 60);
    assert_eq!(number(&database, "select count(*) from film join search on film = id"), 120);
}

#[test]
fn rows_that_are_there_stay_and_keys_go_on() {
    let ddl = "
        CREATE TABLE kind (id int AUTO_INCREMENT PRIMARY KEY, code int NOT NULL UNIQUE, name varchar(40) NOT NULL UNIQUE);
        CREATE TABLE thing (id int AUTO_INCREMENT PRIMARY KEY, kind int NOT NULL, slug varchar(30) NOT NULL,
            UNIQUE (kind, slug), FOREIGN KEY (kind) REFERENCES kind (id));
        INSERT INTO kind (code, name) VALUES (5, 'Old'), (9, 'Ölder');";
    let Some((database, script)) = prepared("myexisting", ddl) else { return };
    for _ in 0..3 {
        let report = script.load(&database.url(), 25).expect("loaded");
        assert_eq!(script.summary(&report), ["kind=25", "thing=25"], "{report:?}");
    }
    assert_eq!(number(&database, "select count(*) from kind"), 77);
    assert_eq!(number(&database, "select count(*) from kind where id <= 2 and name in ('Old', 'Ölder')"), 2);
}

/// `LOAD DATA LOCAL` leaves out or bends what breaks a rule that the schema's text doesn't tell; here the target has
/// stricter tables than the text. Such rows must neither vanish nor change.
#[test]
fn nothing_is_dropped_or_cut_in_silence() {
    let ddl = "
        CREATE TABLE wide (id int PRIMARY KEY, name varchar(200) NOT NULL);
        CREATE TABLE single (id int PRIMARY KEY, grp int NOT NULL);
        CREATE TABLE checked (id int PRIMARY KEY, n int NOT NULL);
        CREATE TABLE small (id int PRIMARY KEY, n bigint NOT NULL);
        CREATE TABLE orphan (id int PRIMARY KEY, n int NOT NULL);
        CREATE TABLE rounded (id int PRIMARY KEY, n decimal(9, 4) NOT NULL);
        CREATE TABLE fine (id int PRIMARY KEY, n int NOT NULL);";
    let stricter = "
        CREATE TABLE wide (id int PRIMARY KEY, name varchar(2) NOT NULL);
        CREATE TABLE single (id int PRIMARY KEY, grp int NOT NULL, UNIQUE KEY one_each ((grp)));
        CREATE TABLE checked (id int PRIMARY KEY, n int NOT NULL, CONSTRAINT never CHECK (n < -2000000000));
        CREATE TABLE small (id int PRIMARY KEY, n tinyint NOT NULL);
        CREATE TABLE orphan (id int PRIMARY KEY, n int NOT NULL, FOREIGN KEY (n) REFERENCES single (id));
        CREATE TABLE rounded (id int PRIMARY KEY, n decimal(9, 0) NOT NULL);
        CREATE TABLE fine (id int PRIMARY KEY, n int NOT NULL);"
        .replace("((grp))", "(grp)");
    let Some(server) = MariaDbServer::connect() else { return };
    for option in ["", "?local_infile=0"] {
        let database = server.scratch("mystrict").expect("a database");
        run(&database, &stricter);
        let script = Script::new(Dialect::MySql, ddl);
        // The one value of `grp` comes twice.
        run(
            &database,
            "CREATE TRIGGER same BEFORE INSERT ON single FOR EACH ROW SET NEW.grp = NEW.id DIV 90",
        );
        let report = script.load(&format!("{}{option}", database.url()), 100).expect("loaded");
        let want = [
            "wide=0 unreadable-check",
            "single=2 capacity",
            "checked=0 unreadable-check",
            "small=91 unreadable-check",
            "orphan=2 empty-parent",
            "rounded=0 unreadable-check",
            "fine=100",
        ];
        assert_eq!(script.summary(&report), want, "{report:?}");
        assert!(reason(&report, 0).contains("Data too long for column 'name'"), "{}", reason(&report, 0));
        assert!(reason(&report, 1).contains("one_each"), "{}", reason(&report, 1));
        assert!(reason(&report, 2).contains("never"), "{}", reason(&report, 2));
        assert!(reason(&report, 3).contains("Out of range value for column 'n'"), "{}", reason(&report, 3));
        for table in ["wide", "checked", "rounded"] {
            assert_eq!(number(&database, &format!("select count(*) from {table}")), 0, "{table}");
        }
    }
}

#[test]
fn a_row_late_in_the_table_is_left_out_alone() {
    let ddl =
        "CREATE TABLE late (id int PRIMARY KEY, n int NOT NULL); CREATE TABLE fine (id int PRIMARY KEY);";
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("mylate").expect("a database");
    run(&database, &ddl.replace("n int NOT NULL", "n int NOT NULL, CONSTRAINT early CHECK (id < 2000)"));
    let script = Script::new(Dialect::MySql, ddl);
    let report = script.load(&database.url(), 2000).expect("loaded");
    assert_eq!(script.summary(&report), ["late=1999 unreadable-check", "fine=2000"], "{report:?}");
    assert!(reason(&report, 0).contains("early"), "{}", reason(&report, 0));
    assert_eq!(number(&database, "select count(*) from late where id < 2000"), 1999);
}

#[test]
fn both_ways_in_store_the_same_rows_and_so_does_a_second_time() {
    let ddl = "
        CREATE TABLE author (id int AUTO_INCREMENT PRIMARY KEY, name varchar(80) NOT NULL, born date, raw varbinary(9),
            boss int, FOREIGN KEY (boss) REFERENCES author (id));
        CREATE TABLE book (isbn char(13) PRIMARY KEY, author int NOT NULL, price decimal(8, 2), doc json, b bit(7),
            at timestamp NULL, f double, FOREIGN KEY (author) REFERENCES author (id));";
    let Some((first, script)) = prepared("mysame", ddl) else { return };
    let dump = |database: &MariaDbDatabase| {
        let rows = "select *, hex(raw) from author order by id; select *, bin(b) from book order by isbn";
        database.query(rows).expect("rows")
    };
    script.load(&first.url(), 2000).expect("loaded");
    let wanted = dump(&first);
    assert!(wanted.lines().count() >= 4000);
    for option in ["", "?local_infile=0"] {
        let (again, _) = prepared("mysame", ddl).expect("the server was there");
        script.load(&format!("{}{option}", again.url()), 2000).expect("loaded");
        assert_eq!(dump(&again), wanted);
    }
}

#[test]
fn engines_without_transactions_keep_no_halves() {
    let ddl = "
        CREATE TABLE refused (id int PRIMARY KEY, n int NOT NULL) ENGINE=InnoDB;
        CREATE TABLE keyed (id int PRIMARY KEY, n int NOT NULL) ENGINE=MyISAM;
        CREATE TABLE keyless (n int NOT NULL) ENGINE=Aria;
        CREATE TABLE guarded (id int PRIMARY KEY, n int NOT NULL) ENGINE=MyISAM;
        DELIMITER ;;
        CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW BEGIN
            IF NEW.id > (SELECT count(*) + 30 FROM refused) THEN
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'enough'; END IF; END;;
        CREATE TRIGGER never BEFORE INSERT ON refused FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no';;
        DELIMITER ;
        INSERT INTO keyed VALUES (-7, 1);";
    let Some((database, script)) = prepared("myengines", ddl) else { return };
    let report = script.load(&database.url(), 50).expect("loaded");
    let want = ["refused=0 trigger", "keyed=50", "keyless=50", "guarded=0 trigger"];
    assert_eq!(script.summary(&report), want, "{report:?}");
    assert!(
        notes(&report).iter().any(|n| n.starts_with("`keyed` is a table of MyISAM")),
        "{:?}",
        notes(&report)
    );
    assert_eq!(number(&database, "select count(*) from keyed"), 51);
    assert_eq!(number(&database, "select count(*) from keyed where id = -7 and n = 1"), 1);
    assert_eq!(number(&database, "select count(*) from keyless"), 50);
    assert_eq!(number(&database, "select count(*) from guarded"), 0);
    // Without a key, ours are told from those that are there by all that they hold, and one each is taken back.
    let report = script.load(&database.url(), 50).expect("loaded");
    let want = ["refused=0 trigger", "keyed=50", "keyless=50", "guarded=0 trigger"];
    assert_eq!(script.summary(&report), want, "{report:?}");
    assert_eq!(number(&database, "select count(*) from keyed"), 101);
    assert_eq!(number(&database, "select count(*) from keyless"), 100);
}

#[test]
fn partitions_are_filled_where_they_are() {
    let ddl = "
        CREATE TABLE event (id int NOT NULL, day date NOT NULL, PRIMARY KEY (id, day))
            PARTITION BY RANGE COLUMNS (day) (PARTITION p1 VALUES LESS THAN ('2020-01-01'),
            PARTITION p2 VALUES LESS THAN ('2021-01-01'));
        CREATE TABLE kind (id int PRIMARY KEY, n int NOT NULL) PARTITION BY HASH (id) PARTITIONS 3;";
    let Some((database, script)) = prepared("mypartitions", ddl) else { return };
    let report = script.load(&database.url(), 60).expect("loaded");
    assert_eq!(script.summary(&report), ["event=60", "kind=60"], "{report:?}");
}

#[test]
fn a_target_without_any_of_the_tables_is_told_as_a_whole() {
    let Some((database, _)) = prepared("mymissing", "CREATE TABLE other (id int);") else { return };
    let more = "CREATE TABLE two (id int); CREATE TABLE three (id int);";
    let error = Script::new(Dialect::MySql, more).load(&database.url(), 5).expect_err("refused");
    assert_eq!(error.code(), "load-missing-tables");
    assert!(error.to_string().contains("`two`, `three`"), "{error}");
}

#[test]
fn a_table_that_the_target_lacks_is_told_and_the_others_are_filled() {
    let ddl = "CREATE TABLE one (id int PRIMARY KEY);";
    let Some((database, _)) = prepared("mylacking", ddl) else { return };
    let more = format!(
        "{ddl} CREATE TABLE two (id int PRIMARY KEY, one int NOT NULL REFERENCES one (id));
        CREATE TABLE three (id int, two int NOT NULL, FOREIGN KEY (two) REFERENCES two (id));"
    );
    let report = Script::new(Dialect::MySql, &more).load(&database.url(), 5).expect("loaded");
    let told: Vec<&str> =
        report.tables.values().filter_map(|t| Some(t.shortfall.as_ref()?.code.as_str())).collect();
    assert_eq!(told, ["not-insertable", "not-insertable"]);
    assert_eq!(number(&database, "select count(*) from one"), 5);
}

#[test]
fn connection_errors_are_told_apart() {
    let Some(server) = MariaDbServer::connect() else { return };
    let script = Script::new(Dialect::MySql, "CREATE TABLE one (id int PRIMARY KEY);");
    let code = |url: &str| script.load(url, 1).expect_err("no such place").code();
    let database = server.scratch("myconnect").expect("a database");
    assert_eq!(code("mysql://nobody@127.0.0.1:1/x"), "load-connect");
    assert_eq!(code("mysql://127.0.0.1"), "load-url");
    // Of a server with TLS it is the database that is missing.
    let encrypted = code(&format!("{}_not_there?ssl-mode=REQUIRED", database.url()));
    assert!(["load-tls", "load-connect"].contains(&encrypted), "{encrypted}");
    assert_eq!(code("sqlite:x.db"), "load-dialect-mismatch");
    let error = script.load(&format!("{}_not_there", database.url()), 1).expect_err("no such database");
    assert_eq!(
        (error.code(), error.hint().is_some_and(|h| h.contains("make the database"))),
        ("load-connect", true)
    );
    let stranger = database.url().replacen("root@", "seedbed_nobody:wrong@", 1);
    assert_eq!(code(&stranger), "load-authentication");
}

#[test]
fn rows_that_a_trigger_refuses_are_drawn_again() {
    let ddl = "
        CREATE TABLE item (id int AUTO_INCREMENT PRIMARY KEY, size int NOT NULL CHECK (size BETWEEN 1 AND 90),
            kind enum('a', 'b', 'c') NOT NULL);
        CREATE TABLE part (id int AUTO_INCREMENT PRIMARY KEY, item int NOT NULL, FOREIGN KEY (item) REFERENCES item (id));
        DELIMITER ;;
        CREATE TRIGGER odd BEFORE INSERT ON item FOR EACH ROW BEGIN
            IF NEW.size % 3 <> (SELECT count(*) FROM part) OR NEW.kind = 'c' THEN
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'odd';
            END IF;
        END;;
        DELIMITER ;
        ";
    let Some((database, script)) = prepared("tried", ddl) else { return };
    let report = script.load(&database.url(), 70).expect("loaded");
    assert_eq!(script.summary(&report), ["item=70", "part=70"], "{report:?}");
    assert_eq!(report.passes, 1);
    assert_eq!(number(&database, "select count(*) from item where size % 3 <> 0 or kind = 'c'"), 0);
    let item = script.schema.table_named("item").expect("a table");
    let attempts: Vec<(u64, u32)> = report.plan.attempts().rows(item).collect();
    assert!((20..=70).contains(&attempts.len()), "{attempts:?}");
    assert_eq!(report.plan.attempts().tables().collect::<Vec<_>>(), [item]);
}

#[test]
fn keys_made_of_each_others_keys() {
    let ddl = "
        CREATE TABLE mode (name varchar(20) NOT NULL, part varchar(20) NOT NULL, writes tinyint(1) NOT NULL, token varchar(20) NOT NULL,
            UNIQUE (name, part), UNIQUE (name, part, writes));
        CREATE TABLE hold (holder varchar(20) NOT NULL, name varchar(20) NOT NULL, part varchar(20) NOT NULL, writes tinyint(1) NOT NULL,
            token varchar(20) NOT NULL, UNIQUE (name, part, token),
            FOREIGN KEY (name, part, writes) REFERENCES mode (name, part, writes));
        ALTER TABLE mode ADD FOREIGN KEY (name, part, token) REFERENCES hold (name, part, token);";
    let Some((database, script)) = prepared("aligned", ddl) else { return };
    let report = script.load(&database.url(), 60).expect("loaded");
    assert_eq!(script.summary(&report), ["mode=60", "hold=60"], "{report:?}");
    assert_eq!(
        number(&database, "select count(*) from mode join hold using (name, part, token, writes)"),
        60
    );
}
