//! Files that are checked as somebody else's: what was generated is found to be as it was found when it was made, and
//! each planted fault is found where it was planted.

use crate::corpus;
use crate::servers::PostgresServer;
use seedbed_datagen_core::RunOptions;
use seedbed_export::{ParquetCompression, Resume};
use seedbed_job::{
    CheckOutcome, Form, GivenFiles, Job, JobError, Options, Overrides, Silent, Target, read_sources,
};
use seedbed_schema_model::{Dialect, SourceMap};
use seedbed_validate::{ConstraintKind, Report};
use std::path::Path;
use std::process::Command;

/// Rows of every table.
const ROWS: u64 = 200;

/// The broken constraints, a line each.
fn broken(report: &Report) -> Vec<String> {
    let told = |(table, c): (&str, &seedbed_validate::ConstraintReport)| {
        format!("{table} {} {} {:?}", c.name, c.violations, c.first_offenders.first())
    };
    report.broken().map(told).collect()
}

/// Generates files for a schema and checks them; what differs.
fn differences(file: &Path, dialect: Dialect, form: Form) -> Vec<String> {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("data");
    let sources = read_sources(&[file.display().to_string()], None).expect("a schema file");
    let overrides = Overrides { rows: Some(ROWS), ..Overrides::default() };
    let job = Job::new(sources).dialect(dialect).overrides(overrides);
    let target = Target::Folder { path: folder.clone(), form, resume: Resume::Anew };
    let made = match job.run(target, &mut Silent) {
        Ok(made) => made,
        Err(JobError::NoTable { .. } | JobError::Plan { .. }) => return Vec::new(),
        Err(error) => panic!("{}: {:?}", file.display(), error.problems()),
    };
    let validation = made.validation.as_ref().expect("rows are checked as they are made");
    let run = RunOptions { threads: 2, ..RunOptions::default() };
    let checked =
        job.options(Options { run, ..Options::default() }).check(&GivenFiles::at(folder), &mut Silent);
    let checked = checked.expect("files that were just written");
    let (wanted, found) = (broken(validation), broken(&checked.report));
    let mut told: Vec<String> = checked.problems.diagnostics().into_iter().map(|p| p.message).collect();
    told.extend(found.iter().filter(|line| !wanted.contains(line)).map(|line| format!("found {line}")));
    told.extend(wanted.iter().filter(|line| !found.contains(line)).map(|line| format!("missed {line}")));
    if told.is_empty() && checked.report.summary != validation.summary {
        told.push(format!("{:?}, not {:?}", checked.report.summary, validation.summary));
    }
    told.into_iter().map(|line| format!("{}: {line}", file.display())).collect()
}

fn round_trip(dialect: Dialect, folder: &str, form: Form) {
    let Some(root) = corpus::root() else { return };
    let files = corpus::files(&root, folder);
    assert!(!files.is_empty() || corpus::is_narrowed(), "no file in {folder}");
    let told: Vec<String> = files.iter().flat_map(|file| differences(file, dialect, form)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn files_for_postgres_are_read_as_they_were_made() {
    round_trip(Dialect::Postgres, "postgres", Form::Csv);
}

#[test]
fn files_for_mysql_are_read_as_they_were_made() {
    round_trip(Dialect::MySql, "mysql", Form::Csv);
}

#[test]
fn files_for_sqlite_are_read_as_they_were_made() {
    round_trip(Dialect::Sqlite, "sqlite", Form::Csv);
}

#[test]
fn files_of_parquet_are_read_as_they_were_made() {
    // SQLite's `smallint` holds what Parquet's sixteen bits do not.
    for (dialect, folder) in [(Dialect::Postgres, "postgres"), (Dialect::MySql, "mysql")] {
        round_trip(dialect, folder, Form::Parquet(ParquetCompression::Snappy));
    }
}

/// Values of many types, in forms that a server prints and we do not.
const ODD_VALUES: &str = "CREATE TABLE odd (
        id serial PRIMARY KEY,
        name varchar(20) UNIQUE, note text NOT NULL, code char(3),
        born date, seen timestamptz(3), at time(0), took interval,
        price numeric, share real, size double precision,
        body bytea, doc jsonb, tags text[], flags bit(3), uid uuid, addr inet, during int4range, ok boolean, paid money
    );
    CREATE TABLE odder (odd int REFERENCES odd, name varchar(20) REFERENCES odd (name), UNIQUE NULLS NOT DISTINCT (odd, name));";

const ODD_ROWS: &str = r#"INSERT INTO odd VALUES
        (1, '', 'a,"b"', 'x', '-infinity', '2020-01-01 10:00:00.1235+02', '23:59:59.6', '1 year 2 mons -3 days', 1.50,
            1e-30, 'NaN', '\xdeadbeef', '{"a": [1, null]}', '{a,"b c",NULL}', B'101', gen_random_uuid(), '10.0.0.0/8',
            '[1,5)', true, 1234.5),
        (2, 'NULL', E'line\nend\r\n', '', 'infinity', 'infinity', '24:00', '-00:00:01', 0.00001, 3.4e38, '-Infinity', '',
            'null', '{}', B'000', NULL, '::1', 'empty', false, -0.01),
        (3, NULL, '', NULL, '4712-01-01 BC', NULL, NULL, NULL, 12345678901234567890.123, NULL, 5e-324, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, NULL),
        (4, '\.', '\.', 'äöü', '9999-12-31', 'epoch', '00:00', '100 years', -1, 0.1, 0.1, '\x00', '"x"', '{{1},{2}}', B'111',
            gen_random_uuid(), '192.168.0.1', '(,)', true, 0);
    INSERT INTO odder VALUES (1, ''), (2, 'NULL'), (3, NULL), (NULL, '\.'), (NULL, NULL);"#;

#[test]
fn what_a_server_has_copied_out_is_read_as_it_holds_it() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("checked").expect("a database");
    let place = tempfile::tempdir().expect("a folder");
    let copies = "\\copy odd to 'public.odd.csv' with (format csv, header)
        \\copy (select name, odd from odder) to 'ODDER.csv' with (format csv, header, force_quote (name))";
    std::fs::write(place.path().join("script.sql"), format!("{ODD_VALUES}\n{ODD_ROWS}\n{copies}\n"))
        .expect("written");
    let output = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "script.sql"])
        .arg(database.url())
        .current_dir(place.path())
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let job = Job::new(SourceMap::of(ODD_VALUES)).dialect(Dialect::Postgres);
    let outcome = job.check(&GivenFiles::at(place.path()), &mut Silent).expect("two files");
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    assert_eq!(broken(&outcome.report), [""; 0]);
    assert_eq!(outcome.not_checked().map(|(_, c)| &c.name).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(outcome.report.summary.rows, 9);
}

/// One of each kind of constraint.
const EVERY_KIND: &str = "CREATE TYPE mood AS ENUM ('ok', 'sad');
    CREATE TABLE parent (a int, b text, PRIMARY KEY (a, b));
    CREATE TABLE child (
        id bigint PRIMARY KEY,
        code varchar(4) NOT NULL,
        email text UNIQUE,
        amount numeric(6,2) CHECK (amount >= 0),
        mood mood,
        at timestamp,
        during int4range,
        a int, b text,
        FOREIGN KEY (a, b) REFERENCES parent,
        CHECK (at IS NULL OR amount IS NOT NULL)
    );
    CREATE TABLE log (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE log_2020 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE log_2021 PARTITION OF log FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');";

/// Rows that keep every constraint: more than one block of them.
const MANY: u64 = 40_000;

/// Checks files in which row `at` of `child` has one cell exchanged.
fn planted(at: u64, column: &str, cell: &str) -> CheckOutcome {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).expect("written");
    write("parent.csv", "a,b\n1,x\n2,\"y, z\"\n");
    let columns = ["id", "code", "email", "amount", "mood", "at", "a", "b"];
    let mut text = columns.join(",") + "\n";
    for row in 0..MANY {
        let mut cells = [
            row.to_string(),
            format!("c{}", row % 1000),
            format!("\"{row}@\nexample.org\""),
            format!("{}.50", row % 9999),
            "ok".to_owned(),
            "2020-01-01 10:00:00".to_owned(),
            "2".to_owned(),
            "\"y, z\"".to_owned(),
        ];
        if row == at
            && let Some(at) = columns.iter().position(|name| *name == column)
        {
            cells[at] = cell.to_owned();
        }
        text += &(cells.join(",") + "\n");
    }
    write("child.csv", &text);
    write("log_2020.csv", "id,day\n1,2020-05-05\n2,2020-06-06\n");
    write("log_2021.csv", "id,day\n3,2021-05-05\n");
    let job = Job::new(SourceMap::of(EVERY_KIND)).dialect(Dialect::Postgres);
    let run = RunOptions { threads: 3, ..RunOptions::default() };
    let job = job.options(Options { run, ..Options::default() });
    job.check(&GivenFiles::at(place.path()), &mut Silent).expect("files that were just written")
}

#[test]
fn each_planted_fault_is_found_where_it_is() {
    let at = MANY - 7;
    let clean = planted(at, "", "");
    assert_eq!(broken(&clean.report), [""; 0]);
    assert_eq!(clean.report.tables["public.log"].rows, 3, "partitions are of their root");
    for (column, cell, kind) in [
        ("id", "5", ConstraintKind::PrimaryKey),
        ("id", "", ConstraintKind::NotNull),
        ("id", "x", ConstraintKind::Type),
        ("code", "", ConstraintKind::NotNull),
        ("code", "ccccc", ConstraintKind::Type),
        ("email", "\"7@\nexample.org\"", ConstraintKind::Unique),
        ("amount", "-0.01", ConstraintKind::Check),
        ("amount", "", ConstraintKind::Check),
        ("amount", "99999.99", ConstraintKind::Type),
        ("mood", "glad", ConstraintKind::Type),
        ("mood", "\"\"", ConstraintKind::Type),
        ("at", "2020-13-01 00:00:00", ConstraintKind::Type),
        ("a", "3", ConstraintKind::ForeignKey),
        ("b", "y", ConstraintKind::ForeignKey),
    ] {
        let outcome = planted(at, column, cell);
        let found: Vec<_> = outcome.report.broken().collect();
        let of_kind = found.iter().find(|(_, c)| c.kind == kind);
        let Some((table, constraint)) = of_kind else {
            panic!("{column} {cell:?}: {:?}", broken(&outcome.report));
        };
        assert_eq!((*table, constraint.violations), ("public.child", 1), "{column} {cell:?}");
        assert_eq!(constraint.first_offenders[0].row, at, "{column} {cell:?}");
        // A header, and two lines a row.
        let place = outcome.place_of(table, at).map(|(file, line)| (file.to_owned(), line));
        assert_eq!(place, Some(("child.csv".to_owned(), 2 + 2 * at)), "{column} {cell:?}");
        assert!(outcome.problems.iter().all(|problem| problem.code() == "file-missing-column"));
    }
}

#[test]
fn a_row_of_no_partition_is_told_with_its_file() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).expect("written");
    write("log_2020.csv", "id,day\n1,2020-05-05\n2,2020-06-06\n");
    write("log_2021.csv", "id,day\n3,2021-05-05\n4,2031-05-05\n");
    let job = Job::new(SourceMap::of(EVERY_KIND)).dialect(Dialect::Postgres);
    let outcome = job.check(&GivenFiles::at(place.path()), &mut Silent).expect("two files");
    assert_eq!((outcome.report.summary.rows, outcome.report.summary.partition_violations), (4, 1));
    assert_eq!(outcome.place_of("public.log", 3), Some(("log_2021.csv", 3)));
}
