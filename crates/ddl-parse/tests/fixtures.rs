//! Every `tests/fixtures/DIALECT/FORM.ddl` holds DDL, a line `----`, and the schema and problems read from it.
//! `UPDATE_EXPECT=1 cargo test -p seedbed-ddl-parse` rewrites what stands below the line.

mod render;

use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Dialect, SourceMap};
use std::fs;
use std::path::{Path, PathBuf};

const DIVIDER: &str = "\n----\n";

#[test]
fn fixtures_are_read_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut wrong = Vec::new();
    let mut count = 0;
    for dialect in Dialect::ALL {
        for path in files(&root.join(dialect.name())) {
            count += 1;
            if let Err(difference) = check(&path, dialect) {
                wrong.push(format!("{}\n{difference}", path.display()));
            }
        }
    }
    assert!(count >= 30, "only {count} fixtures were found");
    assert!(wrong.is_empty(), "{} fixtures differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures' folder can be read");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry can be read").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "ddl"));
    files.sort();
    files
}

fn check(path: &Path, dialect: Dialect) -> Result<(), String> {
    let text = fs::read_to_string(path).expect("a fixture is UTF-8");
    let (ddl, expected) = text.split_once(DIVIDER).unwrap_or((text.trim_end(), ""));
    let sources = SourceMap::of(ddl);
    let got = render::lowered(&parse(&sources, Some(dialect)), &sources);
    if got == expected {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, format!("{ddl}{DIVIDER}{got}")).expect("a fixture can be written");
        return Ok(());
    }
    Err(first_difference(expected, &got))
}

fn first_difference(expected: &str, got: &str) -> String {
    let mut lines = expected.lines().zip(got.lines());
    match lines.find(|(e, g)| e != g) {
        Some((e, g)) => format!("expected: {e}\n     got: {g}"),
        None => format!("expected {} lines, got {}", expected.lines().count(), got.lines().count()),
    }
}
