//! Every `tests/fixtures/DIALECT/CASE.ddl` holds DDL, a line `----`, and the plan of loading ten rows into each table.
//! `UPDATE_EXPECT=1 cargo test -p seedbed-load-plan` rewrites what stands below the line.

use seedbed_ddl_parse::parse;
use seedbed_load_plan::{LoadPlan, RowsToLoad};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, SourceMap, TableGraph, TableId};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DIVIDER: &str = "\n----\n";

#[test]
fn fixtures_are_planned_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
        for path in files(&root.join(dialect.name())) {
            count += 1;
            check(&path, dialect);
        }
    }
    assert!(count >= 8, "only {count} fixtures were found");
}

#[test]
fn what_no_rollback_takes_back_comes_last() {
    let ddl =
        "CREATE TABLE log (id int PRIMARY KEY) ENGINE = MyISAM; CREATE TABLE film (id int PRIMARY KEY);";
    let schema = parse(&SourceMap::of(ddl), Some(Dialect::MySql)).schema;
    let plan = plan(&schema).with_not_transactional(&BTreeSet::from([TableId(0)]));
    assert_eq!(plan.to_text(&schema), "load film\nload log (no rollback)\n");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures' folder can be read");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry can be read").path()).collect();
    files.sort();
    files
}

fn check(path: &Path, dialect: Dialect) {
    let text = fs::read_to_string(path).expect("a fixture is UTF-8");
    let (ddl, expected) = text.split_once(DIVIDER).unwrap_or((text.trim_end(), ""));
    let schema = parse(&SourceMap::of(ddl), Some(dialect)).schema;
    let got = plan(&schema).to_text(&schema);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, format!("{ddl}{DIVIDER}{got}")).expect("a fixture can be written");
    } else {
        assert_eq!(got, expected, "{}", path.display());
    }
}

fn plan(schema: &Schema) -> LoadPlan {
    let order = TableGraph::new(schema).load_order();
    let rows = |table: &TableId| {
        let columns: Vec<ColumnIdx> = schema[*table].columns_indexed().map(|(column, _)| column).collect();
        RowsToLoad { table: *table, columns, rows: 10, uncertain: false }
    };
    LoadPlan::new(schema, &order, order.tables.iter().map(rows).collect())
}
