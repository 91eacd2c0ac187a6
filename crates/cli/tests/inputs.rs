//! What people give: files in any encoding, folders of migrations.

use crate::workdir::Workdir;
use std::fs;

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_in_utf16_is_read_by_its_mark() {
    let workdir = Workdir::new();
    fs::write(workdir.path("a.sql"), utf16("CREATE TABLE \"forêt\" (id int PRIMARY KEY);")).unwrap();
    let ran = workdir.run_ok("inspect a.sql --dialect postgres");
    assert!(ran.stdout.contains("public.forêt"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_file_in_latin1_is_read_and_told() {
    let workdir = Workdir::new();
    let text = "CREATE TABLE été (id int PRIMARY KEY, statut text NOT NULL CHECK (statut IN ('activé', 'fermé')));\n\
                CREATE TABLE âtre (id int PRIMARY KEY);";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    fs::write(workdir.path("a.sql"), bytes).unwrap();
    let ran = workdir.run_ok("generate a.sql --dialect postgres --rows 9 --out data");
    assert!(
        ran.stderr.contains("note[encoding]: `a.sql` is no UTF-8 and was read as windows-1252"),
        "{}",
        ran.stderr
    );
    assert_eq!(workdir.csv_files("data").len(), 2);
    assert!(workdir.read("data/été.csv").contains("activé"));
    let told = workdir.run_ok("generate a.sql --dialect postgres --rows 9 --out data --encoding latin1");
    assert!(!told.stderr.contains("encoding"), "{}", told.stderr);
    assert_eq!(workdir.run("inspect a.sql --encoding klingon").code, 2);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_tool() {
    let workdir = Workdir::new();
    for folder in ["flat", "prisma/20240101_a", "prisma/20240102_b", "empty"] {
        fs::create_dir_all(workdir.path(folder)).unwrap();
    }
    workdir.write("flat/V1__a.sql", "CREATE TABLE a (id int PRIMARY KEY);");
    workdir.write("flat/V2__b.sql", "ALTER TABLE a ADD x int;");
    workdir.write("flat/V10__c.sql", "ALTER TABLE a DROP x;");
    workdir.write("flat/U2__b.sql", "ALTER TABLE a DROP x;");
    let ran = workdir.run_ok("inspect flat --dialect postgres");
    assert!(ran.stdout.starts_with("postgres: 1 table, 1 column,"), "{}", ran.stdout);
    assert!(ran.stderr.starts_with("note[down-not-run]: `flat/U2__b.sql` is not run"), "{}", ran.stderr);
    workdir.write("prisma/migration_lock.toml", "provider = \"postgresql\"");
    workdir.write("prisma/20240101_a/migration.sql", "CREATE TABLE a (id int PRIMARY KEY);");
    workdir.write("prisma/20240102_b/migration.sql", "ALTER TABLE a ADD x int;");
    let ran = workdir.run_ok("generate prisma --dialect postgres --rows 3 --out data -q");
    assert_eq!(ran.stderr, "");
    assert_eq!(workdir.read("data/a.csv").lines().next(), Some("id,x"));
    workdir.write(
        "schema.sql",
        "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO schema_migrations (version) VALUES ('1');",
    );
    let ran = workdir.run_ok("inspect . --dialect postgres");
    assert!(
        ran.stderr.contains("note[dump-read]: of its folder `./schema.sql` alone is read"),
        "{}",
        ran.stderr
    );
    let ran = workdir.run("inspect empty");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[no-sql-file]: there is no SQL file in `empty`"), "{}", ran.stderr);
}

#[test]
fn what_is_not_run_is_not_loaded_either() {
    let workdir = Workdir::new();
    workdir.write(
        "a.sql",
        "-- +goose Up\nCREATE TABLE a (id integer PRIMARY KEY);\n-- +goose Down\nDROP TABLE a;\n",
    );
    workdir.run_ok("generate a.sql --dialect sqlite --rows 3 --to sqlite:new.db");
    workdir.run_ok("generate a.sql --dialect sqlite --rows 3 --zip a.zip");
}

#[test]
fn a_quote_without_an_end_is_told_and_the_rest_is_made() {
    let workdir = Workdir::new();
    workdir.write("a.sql", "CREATE TABLE a (x text DEFAULT 'b);\nCREATE TABLE c (x text DEFAULT 'd');\n");
    let ran = workdir.run("generate a.sql --dialect postgres --rows 3 --out data");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[unterminated]: a string is not closed"), "{}", ran.stderr);
    assert_eq!(workdir.csv_files("data").len(), 2);
}
