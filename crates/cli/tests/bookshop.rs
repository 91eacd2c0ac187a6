//! The example that the README shows.

use crate::workdir::Workdir;

#[test]
fn every_table_is_filled() {
    let workdir = Workdir::with_bookshop();
    let ran = workdir.run_ok("generate schema.sql --rows 200 --out data --report report.json");
    assert_eq!(ran.stdout, "", "data goes to standard output only where it is asked for");
    let report = workdir.json("report.json");
    let tables = report["tables"].as_object().unwrap();
    assert_eq!(tables.len(), 7);
    for (name, table) in tables {
        assert_eq!(table["rows"], 200, "{name}: {table}");
        let file = name.strip_prefix("public.").unwrap();
        let text = workdir.read(&format!("data/{file}.csv"));
        assert_eq!(text.lines().count(), 201, "{name}: a header and 200 rows without line breaks");
    }
    assert_eq!(report["problems"], serde_json::json!([]));
}

#[test]
fn no_byte_depends_on_threads() {
    let workdir = Workdir::with_bookshop();
    for threads in [1, 2, 4] {
        workdir.run_ok(&format!("generate schema.sql --rows 3000 --threads {threads} --out t{threads} -q"));
    }
    let one = workdir.csv_files("t1");
    assert_eq!(one.len(), 7);
    assert!(one == workdir.csv_files("t2") && one == workdir.csv_files("t4"));
}

#[test]
fn parts_joined_are_the_whole() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 1000 --seed 5 --out whole -q");
    for part in 1..=3 {
        workdir.run_ok(&format!("generate schema.sql --rows 1000 --seed 5 --part {part}/3 --out p{part} -q"));
    }
    let parts: Vec<_> = (1..=3).map(|part| workdir.csv_files(&format!("p{part}"))).collect();
    for (i, (name, whole)) in workdir.csv_files("whole").into_iter().enumerate() {
        let joined: Vec<u8> = parts.iter().flat_map(|files| files[i].1.clone()).collect();
        assert!(joined == whole, "{name}: the parts joined differ from the whole");
    }
}

#[test]
fn another_seed_makes_other_rows() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 50 --seed 1 --out one -q");
    workdir.run_ok("generate schema.sql --rows 50 --seed 2 --out two -q");
    let (one, two) = (workdir.csv_files("one"), workdir.csv_files("two"));
    for (a, b) in one.iter().zip(&two) {
        assert_ne!(a.1, b.1, "{}", a.0);
    }
}

#[test]
fn a_preview_shows_ten_rows_of_a_table() {
    let workdir = Workdir::with_bookshop();
    let ran = workdir.run_ok("preview schema.sql authors --rows 500");
    assert!(ran.stdout.starts_with("public.authors (10 of 500 rows)\n"), "{}", ran.stdout);
    assert_eq!(ran.stdout.trim_end().lines().count(), 12, "a title, a header, ten rows: {}", ran.stdout);
    assert!(ran.stdout.contains("country_code"));
    let all = workdir.run_ok("preview schema.sql");
    assert_eq!(all.stdout.matches(" rows)\n").count(), 7);
    assert_eq!(workdir.run("preview schema.sql nothing").code, 3);
}

#[test]
fn inspect_and_explain_speak_json() {
    let workdir = Workdir::with_bookshop();
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let inspected = parse(&workdir.run_ok("inspect schema.sql --json").stdout);
    assert_eq!(inspected["dialect"], "postgres");
    assert_eq!(inspected["tables"].as_array().unwrap().len(), 7);
    let books = &inspected["tables"][2];
    assert_eq!(books["name"], "public.books");
    assert_eq!(books["references"][0]["parent"], "public.categories");
    let explained = parse(&workdir.run_ok("explain schema.sql --rows 7 --seed 3 --json").stdout);
    assert_eq!(explained["seed"], 3);
    let tables = explained["tables"].as_array().unwrap();
    assert!(tables.iter().all(|t| t["rows"] == 7), "{tables:?}");
    assert_eq!(
        explained["limitations"],
        serde_json::json!([]),
        "all of the bookshop's constraints are guaranteed"
    );
}

#[test]
fn only_brings_along_what_is_referred_to() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 20 --only order_lines --out data --report report.json -q");
    let names: Vec<String> = workdir.csv_files("data").into_iter().map(|(name, _)| name).collect();
    let wanted = ["books", "categories", "customers", "order_lines", "orders"].map(|t| format!("{t}.csv"));
    assert_eq!(names, wanted);
    let report = workdir.json("report.json");
    assert_eq!(report["tables"]["public.authors"]["rows"], 0, "every table is listed");
}
