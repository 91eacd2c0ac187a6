//! What a change of the schema or of the wishes leaves as it was, byte for byte.

use crate::workdir::Workdir;

const BOOKSHOP: &str = include_str!("../../../examples/bookshop.sql");

/// The cells of a CSV file without one of its columns.
fn cells_without(text: &str, column: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let at = rows[0].iter().position(|name| name == column).expect("the column is in the header");
    rows.iter_mut().for_each(|row| drop(row.remove(at)));
    rows
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn an_added_column_changes_no_other_cell() {
    let workdir = Workdir::with_bookshop();
    let changed = BOOKSHOP.replacen(
        "    category_id    integer ",
        "    shelf integer,\n    category_id    integer ",
        1,
    );
    assert_ne!(changed, BOOKSHOP);
    workdir.write("changed.sql", &changed);
    workdir.run_ok("generate schema.sql --rows 300 --out before -q");
    workdir.run_ok("generate changed.sql --rows 300 --out after -q");
    let (before, after) = (workdir.csv_files("before"), workdir.csv_files("after"));
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        if name != "books.csv" {
            assert!(before == after, "{name} changed");
        }
    }
    let (before, after) = (workdir.read("before/books.csv"), workdir.read("after/books.csv"));
    assert!(cells(&before) == cells_without(&after, "shelf"), "another column of books changed");
}

#[test]
fn an_added_table_and_another_order_change_nothing() {
    let workdir = Workdir::with_bookshop();
    let warehouse =
        "CREATE TABLE warehouses (id serial PRIMARY KEY, city text NOT NULL);\n\nCREATE TABLE books (";
    workdir.write("changed.sql", &BOOKSHOP.replacen("CREATE TABLE books (", warehouse, 1));
    workdir.run_ok("generate schema.sql --rows 300 --out before -q");
    workdir.run_ok("generate changed.sql --rows 300 --out after -q");
    let mut after = workdir.csv_files("after");
    after.retain(|(name, _)| name != "warehouses.csv");
    assert!(workdir.csv_files("before") == after);
}

#[test]
fn a_choice_of_tables_changes_nothing_in_them() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 300 --out all -q");
    workdir.run_ok("generate schema.sql --rows 300 --only book_authors --out some -q");
    let all = workdir.csv_files("all");
    let some = workdir.csv_files("some");
    assert_eq!(some.len(), 4);
    assert!(some.iter().all(|file| all.contains(file)));
}

#[test]
fn more_rows_keep_those_before() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 100 --only authors,customers --out few -q");
    workdir.run_ok("generate schema.sql --rows 1000 --only authors,customers --out many -q");
    for table in ["authors.csv", "customers.csv"] {
        let (few, many) = (workdir.read(&format!("few/{table}")), workdir.read(&format!("many/{table}")));
        assert!(many.starts_with(&few), "{table}: rows changed when there were more of them");
    }
}
