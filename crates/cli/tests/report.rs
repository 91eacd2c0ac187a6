//! `--report`.

use crate::workdir::Workdir;
use serde_json::json;

#[test]
fn a_table_that_holds_less_says_why() {
    let workdir = Workdir::with_schema(
        "CREATE TABLE rating (code char(1) PRIMARY KEY CHECK (code IN ('a', 'b', 'c')));
         CREATE TABLE film (id int PRIMARY KEY, rating char(1) NOT NULL REFERENCES rating);",
    );
    let ran =
        workdir.run_ok("generate schema.sql --dialect postgres --rows 50 --out data --report report.json");
    let report = workdir.json("report.json");
    assert_eq!(report["tables"]["public.film"], json!({ "rows": 50 }));
    let rating = &report["tables"]["public.rating"];
    assert_eq!((&rating["rows"], &rating["code"]), (&json!(3), &json!("capacity")));
    let reason = rating["reason"].as_str().unwrap();
    assert!(reason.contains('3') && reason.contains("50"), "{reason}");
    let told = "warning[capacity]: public.rating: 3 rows, as PRIMARY KEY (code) holds at most 3 rows";
    assert!(ran.stderr.contains(told) && ran.stderr.contains("--> schema.sql:1:"), "{}", ran.stderr);
}

#[test]
fn names_are_exact_and_unquoted() {
    let workdir = Workdir::with_schema(
        r#"CREATE SCHEMA "My Shop";
           CREATE TABLE "My Shop"."Order Lines" (id int PRIMARY KEY);
           CREATE TABLE log (at timestamptz NOT NULL) PARTITION BY RANGE (at);
           CREATE TABLE log_2020 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"#,
    );
    workdir.run_ok("generate schema.sql --rows 5 --out data --report report.json --seed 9");
    let report = workdir.json("report.json");
    let names: Vec<&String> = report["tables"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["My Shop.Order Lines", "public.log"], "a partition is part of its root");
    assert_eq!(report["seed"], 9);
    assert_eq!(report["engineVersion"], env!("CARGO_PKG_VERSION"));
    assert!(report["durationMs"].is_u64());
    assert_eq!(report["problems"], json!([]));
}

#[test]
fn what_could_not_be_read_is_told_and_exits_zero() {
    let workdir = Workdir::with_schema(
        "CREATE TABLE good (id int PRIMARY KEY);\nCRAETE TABLE bad (id int PRIMARY KEY);\n",
    );
    let ran =
        workdir.run_ok("generate schema.sql --dialect postgres --rows 3 --out data --report report.json");
    assert!(ran.stderr.contains(" --> schema.sql:2:"), "{}", ran.stderr);
    let report = workdir.json("report.json");
    let problem = &report["problems"][0];
    assert_eq!(problem["code"], "unreadable-statement");
    assert_eq!((&problem["file"], &problem["line"]), (&json!("schema.sql"), &json!(2)));
    assert_eq!(report["tables"]["public.good"], json!({ "rows": 3 }));
}

/// Nothing is promised about CHECKs over several columns, and chance hardly ever meets this one.
const CHECKSUM: &str = "CREATE TABLE message (
    id int PRIMARY KEY,
    body int NOT NULL CHECK (body BETWEEN 0 AND 1000000),
    checksum int NOT NULL CHECK (checksum BETWEEN 0 AND 1000000),
    CONSTRAINT checksum_is_right CHECK ((body * 31 + checksum * checksum) % 999983 = 7)
);";

#[test]
fn rows_that_break_a_constraint_exit_one() {
    let workdir = Workdir::with_schema(CHECKSUM);
    let ran =
        workdir.run("generate schema.sql --dialect postgres --rows 100 --out data --report report.json");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("of 100 rows of `public.message` break `checksum_is_right`"),
        "{}",
        ran.stderr
    );
    let report = workdir.json("report.json");
    let found = report["validation"]["checkViolations"].as_u64().unwrap();
    assert!((1..=100).contains(&found), "{found}");
    assert_eq!(report["validation"]["rows"], 100);
    assert_eq!(workdir.csv_files("data").len(), 1, "the rows are there for those who want them");
    workdir.run_ok("generate schema.sql --dialect postgres --rows 100 --out data --no-validate");
    assert_eq!(workdir.json("report.json")["tables"]["public.message"]["rows"], 100);
}

#[test]
fn clean_rows_are_reported_as_such() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 200 --out data --report report.json -q");
    let validation = &workdir.json("report.json")["validation"];
    assert_eq!((&validation["rows"], &validation["fkCoverage"]), (&json!(1400), &json!(1.0)));
    for kind in ["pkDuplicates", "notNullViolations", "uniqueViolations", "checkViolations", "typeViolations"]
    {
        assert_eq!(validation[kind], 0, "{kind}");
    }
    assert_eq!(validation["notChecked"], 0, "every constraint of the bookshop can be checked");
}
