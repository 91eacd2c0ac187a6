//! `seedbed check`: files of ours and of others.

use crate::workdir::Workdir;
use serde_json::json;

const SCHEMA: &str = "CREATE TABLE country (code char(2) PRIMARY KEY);
    CREATE TABLE author (
        id int PRIMARY KEY,
        name varchar(10) NOT NULL UNIQUE,
        born date CHECK (born > DATE '1900-01-01'),
        country char(2) REFERENCES country
    );";

/// A folder `data` with files for the schema.
fn with_files(files: &[(&str, &str)]) -> Workdir {
    let workdir = Workdir::with_schema(SCHEMA);
    std::fs::create_dir(workdir.path("data")).unwrap();
    for (name, text) in files {
        workdir.write(&format!("data/{name}"), text);
    }
    workdir
}

const COUNTRY: (&str, &str) = ("country.csv", "code\nDE\nFR\n");
const CHECK: &str = "check schema.sql --dialect postgres --data data";

#[test]
fn what_was_generated_holds() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 500 --out data -q");
    let ran = workdir.run_ok("check schema.sql --data data --report report.json");
    assert!(ran.stderr.contains("         500 public.books (books.csv)\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("3,500 rows in 7 files checked against"), "{}", ran.stderr);
    let report = workdir.json("report.json");
    assert_eq!((&report["summary"]["rows"], &report["problems"]), (&json!(3500), &json!([])));
    assert_eq!(report["files"][0]["rows"], 500);
    let columns = report["tables"]["public.books"]["columns"].as_array().unwrap();
    assert!(columns.iter().any(|column| column["name"] == "isbn" && column["distinct"] == 500));
    let ran = workdir.run_ok("check schema.sql --data data --quiet");
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn a_bundle_is_read_as_it_is() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 20k --zip data.zip -q");
    let ran = workdir.run_ok("check schema.sql --data data.zip");
    assert!(ran.stderr.contains("140,000 rows in 7 files checked against"), "{}", ran.stderr);
    workdir.write(
        "schema.sql",
        &workdir.read("schema.sql").replace("PRIMARY KEY (order_id, line_no)", "PRIMARY KEY (order_id)"),
    );
    let ran = workdir.run("check schema.sql --data data.zip");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("(`order_lines.csv`:"), "{}", ran.stderr);
}

#[test]
fn parquet_is_read_as_csv_is() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 300 --format parquet --out data -q");
    let ran = workdir.run_ok("check schema.sql --data data --threads 2");
    assert!(ran.stderr.contains("         300 public.books (books.parquet)\n"), "{}", ran.stderr);
    workdir.write("schema.sql", &workdir.read("schema.sql").replace("pages BETWEEN 8 AND 4000", "pages < 9"));
    let ran = workdir.run("check schema.sql --data data");
    assert!(
        ran.code == 1 && ran.stderr.contains("break `books_pages_check`, the first of them row "),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_broken_constraint_is_told_with_file_and_line() {
    let author =
        "id,name,born,country\n1,\"Ann\n\",1950-01-01,DE\n\n2,Bob,1850-01-01,IT\n2,Ben,,\n3,Bob,x,\n";
    let workdir = with_files(&[COUNTRY, ("author.csv", author)]);
    let ran = workdir.run(&format!("{CHECK} --report report.json"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for told in [
        "1 of 4 rows of `public.author` break `PRIMARY KEY (id)`, the first of them row 2 (`author.csv`:6): id = 2",
        "break `author_name_key`, the first of them row 3 (`author.csv`:7): name = Bob",
        "break `born date`, the first of them row 3 (`author.csv`:7): born = x; not a value of the type",
        "the first of them row 1 (`author.csv`:5): born = 1850-01-01",
        "break `author_country_fkey`, the first of them row 1 (`author.csv`:5): country = IT; there is no such parent",
    ] {
        let name = told.replace("`PRIMARY KEY (id)`", "`author_pkey`");
        assert!(ran.stderr.contains(told) || ran.stderr.contains(&name), "{told}\n{}", ran.stderr);
    }
    let report = workdir.json("report.json");
    let problem = &report["problems"][0];
    assert_eq!((&problem["code"], &problem["file"]), (&json!("violation"), &json!("author.csv")));
}

#[test]
fn files_that_cannot_be_read_in_part_are_told_at_once() {
    let author = "\u{feff}ID,name,borne\r\n1,Ann,1950-01-01\r\n2,Bob\r\n3,C\"arl,\r\n4,Dan\"iel,\r\n";
    let files = [COUNTRY, ("AUTHOR.CSV", author), ("stranger.csv", "id\n1\n"), ("notes.txt", "")];
    let workdir = with_files(&files);
    let ran = workdir.run(&format!("{CHECK} --report report.json"));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    for told in [
        "error[file-unknown-column]: `AUTHOR.CSV`:1: `public.author` has no column `borne`",
        "help: did you mean `born`?",
        "warning[file-missing-column]: `AUTHOR.CSV`:1: no column `born`, `country`",
        "error[row-field-count]: `AUTHOR.CSV`:3: 2 fields, but 3 in the header",
        "error[row-stray-quote]: `AUTHOR.CSV`:4: a quote where none may be",
        "warning[file-no-table]: `stranger.csv` has the name of no table",
        "not checked: `author_country_fkey` of `public.author`: column `country` is not in the rows",
    ] {
        assert!(ran.stderr.contains(told), "{told}\n{}", ran.stderr);
    }
    let report = workdir.json("report.json");
    let problems = report["problems"].as_array().unwrap();
    let stray = problems.iter().find(|problem| problem["code"] == "row-stray-quote").unwrap();
    assert_eq!((&stray["file"], &stray["line"]), (&json!("AUTHOR.CSV"), &json!(4)));
}

#[test]
fn bytes_that_are_no_utf8_cost_one_row() {
    let workdir = with_files(&[COUNTRY]);
    let mut bytes = b"id,name,born,country\n1,Ann,,\n2,M\xFCller,,\n3,Zo\xC3\xAB,,\n".to_vec();
    bytes.extend_from_slice(b"4,Ann,,\n");
    std::fs::write(workdir.path("data/author.csv"), bytes).unwrap();
    let ran = workdir.run(CHECK);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("`author.csv`:3: `name` is no UTF-8"), "{}", ran.stderr);
    assert!(ran.stderr.contains("row 3 (`author.csv`:5): name = Ann"), "{}", ran.stderr);
}

#[test]
fn a_table_without_a_file_leaves_references_to_it_open() {
    let workdir = with_files(&[("public.author.csv", "id,name,born,country\n1,Ann,,IT\n")]);
    let ran = workdir.run_ok(CHECK);
    assert!(ran.stderr.contains("no file has rows of `public.country`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("not checked: `author_country_fkey`"), "{}", ran.stderr);
}

#[test]
fn null_is_written_as_ours_or_as_one_says() {
    let workdir = with_files(&[COUNTRY, ("author.csv", "id,name,born,country\n1,\"\",,\n2,,\\N,\\N\n")]);
    let ran = workdir.run(CHECK);
    assert!(ran.stderr.contains("`name NOT NULL`, the first of them row 1"), "{}", ran.stderr);
    assert!(ran.stderr.contains("born = \\N; not a value of the type"), "{}", ran.stderr);
    let ran = workdir.run(&format!("{CHECK} --null \\N"));
    assert!(!ran.stderr.contains("NOT NULL") && !ran.stderr.contains("\\N"), "{}", ran.stderr);
    assert!(ran.stderr.contains("born = ; not a value of the type"), "nothing is text then: {}", ran.stderr);
}

#[test]
fn a_folder_without_files_is_refused() {
    let workdir = with_files(&[]);
    let ran = workdir.run(CHECK);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[no-files]") && ran.stderr.contains("help: "), "{}", ran.stderr);
    let ran = workdir.run("check schema.sql --dialect postgres --data nowhere");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn nothing_depends_on_threads_or_memory() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 30k --out data -q");
    let text = workdir.read("data/order_lines.csv");
    let (header, rows) = text.split_once('\n').unwrap();
    // Each row twice, so that all keys are broken.
    workdir.write("data/order_lines.csv", &format!("{header}\n{rows}{rows}"));
    let report = |options: &str| {
        let ran = workdir.run(&format!("check schema.sql --data data -q --report report.json {options}"));
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let mut report = workdir.json("report.json");
        report["durationMs"].take();
        report["method"].take();
        (ran.stderr, report)
    };
    let one = report("--threads 1");
    assert!(one.0.contains("30000 of 60000 rows of `public.order_lines` break"), "{}", one.0);
    assert!(one == report("--threads 4"));
    assert!(one == report("--threads 3 --check-memory 64K"));
}

#[test]
fn the_checks_of_parts_are_joined() {
    let workdir = Workdir::with_bookshop();
    for part in 1..=3 {
        workdir.run_ok(&format!("generate schema.sql --rows 700 --part {part}/3 --out part-{part} -q"));
    }
    let joined = "check schema.sql --rows 700 --parts part-1 part-3.check part-2 --report report.json";
    let ran = workdir.run_ok(joined);
    assert!(ran.stderr.contains("4,900 rows in 3 parts"), "{}", ran.stderr);
    let summary = &workdir.json("report.json")["validation"];
    assert_eq!((&summary["rows"], &summary["fkCoverage"]), (&json!(4900), &json!(1.0)));
    let ran = workdir.run("check schema.sql --rows 700 --parts part-1 part-3");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("of 3 shares 1 are missing: 2"), "{}", ran.stderr);
    let ran = workdir.run("check schema.sql --rows 800 --parts part-1");
    assert!(ran.code == 4 && ran.stderr.contains("is of other rows"), "{}", ran.stderr);
    let ran = workdir.run("check schema.sql --rows 800 --data part-1");
    assert!(ran.code == 2 && ran.stderr.contains("goes with `--parts`"), "{}", ran.stderr);
}
