//! How much, in which form, and when a run ends before its time.

use crate::workdir::Workdir;

const SCHEMA: &str = "CREATE TABLE a (id integer PRIMARY KEY, name varchar(20));
                      CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES a (id));";

#[test]
fn counts_have_suffixes_on_the_command_line_and_in_the_spec() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.write("spec.toml", "rows = \"0.02k\"\n[tables.a]\nrows = 3e1\n");
    workdir.run_ok("generate schema.sql --spec spec.toml --table b=1.2k --out data -q");
    assert_eq!(workdir.read("data/a.csv").lines().count(), 31);
    assert_eq!(workdir.read("data/b.csv").lines().count(), 1201);
    workdir.run_ok("generate schema.sql --spec spec.toml --out data -q");
    assert_eq!(workdir.read("data/b.csv").lines().count(), 21);
}

#[test]
fn nonsense_for_a_count_is_told_where_it_stands() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run("generate schema.sql --rows 1.5 --out data");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("`1.5` is not a whole number of rows"), "{}", ran.stderr);
    workdir.write("spec.toml", "[tables.a]\nrows = \"lots\"\n");
    let ran = workdir.run("generate schema.sql --spec spec.toml --out data");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("--> spec.toml:2:8"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`lots` is no number of rows, such as"), "{}", ran.stderr);
}

#[test]
fn rows_of_a_table_that_is_left_out_are_a_problem() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run("generate schema.sql --only a --table b=10 --out data");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error[spec-left-out-table]: rows are wanted of table `b`"),
        "{}",
        ran.stderr
    );
    assert!(!workdir.path("data").exists());
    // A parent comes with its child, and a spec may speak of more tables than a run wants.
    workdir.run_ok("generate schema.sql --only b --table a=10 --out data -q");
    workdir.write("spec.toml", "[tables.b]\nrows = 5\n");
    workdir.run_ok("generate schema.sql --only a --spec spec.toml --out data -q");
    assert_eq!(workdir.csv_files("data").len(), 1);
}

/// By one rule wherever a table is named, and the command line has the last word whatever the spec calls it.
#[test]
fn a_table_is_meant_by_any_of_its_names() {
    let ddl = "CREATE TABLE film (id int PRIMARY KEY); CREATE TABLE \"Actor\" (id int PRIMARY KEY);";
    let workdir = Workdir::with_schema(ddl);
    workdir.write("spec.toml", "[tables.Film]\nrows = 40\n[tables.\"public.film\"]\nrows = 50\n");
    for name in ["film", "Film", "public.film", "PUBLIC.FILM", "\"film\""] {
        let common = "generate schema.sql --dialect postgres --spec spec.toml --rows 7 --out data -q";
        workdir.run_ok(&format!("{common} --table {name}=3 --only {name},actor"));
        assert_eq!(workdir.read("data/film.csv").lines().count(), 4, "{name}");
        assert_eq!(workdir.read("data/Actor.csv").lines().count(), 8, "{name}");
        let shown = workdir.run_ok(&format!("preview schema.sql {name} --dialect postgres")).stdout;
        assert!(shown.starts_with("public.film (10 of 100 rows)"), "{name}: {shown}");
    }
}

#[test]
fn a_name_of_several_tables_is_a_problem_with_all_of_them() {
    let ddl = "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.film (id int); CREATE TABLE b.film (id int);";
    let workdir = Workdir::with_schema(ddl);
    for arguments in
        ["explain schema.sql --table film=3", "explain schema.sql --only film", "preview schema.sql film"]
    {
        let ran = workdir.run(&format!("{arguments} --dialect postgres"));
        assert_eq!(ran.code, 3, "{arguments}: {}", ran.stderr);
        let told = "error[spec-ambiguous-table]: `film` may be any of `a.film`, `b.film`";
        assert!(ran.stderr.contains(told), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn parquet_is_a_format_of_folders() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --rows 50 --out data --format parquet -q");
    for name in ["data/a.parquet", "data/b.parquet"] {
        let bytes = std::fs::read(workdir.path(name)).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{name}");
    }
    assert!(workdir.read("data/manifest.json").contains("\"file\": \"b.parquet\""));
    workdir.run_ok("generate schema.sql --rows 50 --out small --format parquet --compression zstd -q");
    for (arguments, told) in [
        ("--format parquet --zip data.zip", "cannot be used with"),
        (
            "--format parquet --compression gzip --out data",
            "there is no compression `gzip`, expected one of none",
        ),
        ("--compression zstd --out data", "only Parquet files are compressed"),
        ("--resume --zip data.zip", "cannot be used with"),
        ("--part 1/2 --zip data.zip", "cannot be used with"),
        ("--part 1/2 --to sqlite:data.db", "cannot be used with"),
    ] {
        let ran = workdir.run(&format!("generate schema.sql {arguments}"));
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn json_lines_are_a_format_of_folders() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --rows 50 --out data --format jsonl -q");
    for name in ["data/a.jsonl", "data/b.jsonl"] {
        let text = workdir.read(name);
        assert_eq!(text.lines().count(), 50, "{name}");
        assert!(text.lines().all(|l| l.starts_with("{\"id\":") && l.ends_with('}')), "{name}");
    }
    let ran = workdir.run("generate schema.sql --format jsonl --compression zstd --out other");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn there_may_be_nothing_to_resume() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --rows 50 --out one -q");
    workdir.run_ok("generate schema.sql --rows 50 --out two -q --resume");
    assert_eq!(workdir.csv_files("one"), workdir.csv_files("two"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_that_looks_complete() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let workdir = Workdir::with_schema(SCHEMA);
    for target in ["--out data", "--out data --format parquet", "--zip data.zip"] {
        let arguments = format!("generate schema.sql --rows 1G --no-validate {target}");
        let child = Command::new(env!("CARGO_BIN_EXE_seedbed"))
            .args(arguments.split_whitespace())
            .current_dir(workdir.path(""))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be run");
        let files = || std::fs::read_dir(workdir.path("")).expect("a folder").count();
        let since = Instant::now();
        while files() < 2 && since.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(killed.expect("a signal can be sent").success());
        let ran = child.wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(130), "{target}: {told}");
        assert!(told.contains("interrupted; nothing was written"), "{target}: {told}");
        let left: Vec<_> = std::fs::read_dir(workdir.path("")).expect("a folder").flatten().collect();
        assert_eq!(left.len(), 1, "{target}: {left:?}");
    }
}
