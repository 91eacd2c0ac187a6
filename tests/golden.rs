//! The bytes of the example's rows, for ever: a digest of each CSV file is kept in `fixtures/golden`.

use crate::generated::Generated;
use seedbed_datagen_core::{Part, Spec};
use seedbed_export::Manifest;
use seedbed_schema_model::Dialect;
use std::fmt::Write as _;
use std::path::Path;

const BOOKSHOP: &str = include_str!("../examples/bookshop.sql");

/// `UPDATE_EXPECT=1` writes what is made now in place of what is kept.
#[test]
fn bookshop_keeps_its_bytes() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/bookshop.txt");
    let made = digests(BOOKSHOP, 1000, 42);
    if std::env::var("UPDATE_EXPECT").as_deref() == Ok("1") {
        std::fs::write(&kept, &made).unwrap_or_else(|e| panic!("{}: {e}", kept.display()));
    }
    let expected = std::fs::read_to_string(&kept).unwrap_or_default();
    let changed: Vec<&str> =
        made.lines().filter(|line| !expected.lines().any(|kept| kept == *line)).collect();
    assert!(
        made == expected,
        "the rows of a seed have changed, which breaks everybody who keeps them. If that is meant, say which rows and \
         why in CHANGELOG.md under \"Changed rows\", and run this test with UPDATE_EXPECT=1.\nIt was:\n{expected}\n\
         Now different:\n{}",
        changed.join("\n")
    );
}

/// A line a file in order of name: its BLAKE3 digest, its rows, its name; the whole's digest first.
fn digests(ddl: &str, rows: u64, seed: u64) -> String {
    let spec = Spec { rows: Some(rows), seed: Some(seed), ..Spec::default() };
    let files = Generated::new(Dialect::Postgres, ddl, spec).csv_folder(2, 300, Part::WHOLE);
    let mut whole = blake3::Hasher::new();
    let mut lines = String::new();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != Manifest::FILE) {
        whole.update(name.as_bytes()).update(&[0]).update(bytes);
        let count = bytes.iter().filter(|b| **b == b'\n').count();
        let _ = writeln!(lines, "{} {count} lines {name}", blake3::hash(bytes));
    }
    format!("{} all files\n{lines}", whole.finalize())
}
