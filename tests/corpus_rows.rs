//! Rows of every real schema, made and checked: no panic, in a build that looks for overflow.

use crate::corpus;
use seedbed_job::{Fault, Job, Overrides, Silent, Target};
use seedbed_schema_model::{Dialect, SourceMap};

/// The folders of the corpus and what their files are in.
const FOLDERS: &[(&str, Dialect)] = &[
    ("mysql", Dialect::MySql),
    ("mysql_dump", Dialect::MySql),
    ("postgres", Dialect::Postgres),
    ("postgres_dump", Dialect::Postgres),
    ("sqlite", Dialect::Sqlite),
];

/// Few, as it is the plans that differ from schema to schema.
const ROWS: u64 = 20;

#[test]
fn rows_of_every_schema_are_made_without_a_panic() {
    assert!(overflows(), "this suite is for builds that look for overflow");
    let Some(root) = corpus::root() else { return };
    let mut wrong = Vec::new();
    let mut made = 0;
    for (folder, dialect) in FOLDERS {
        for file in corpus::files(&root, folder) {
            let name = format!("{folder}/{}", corpus::name(&file));
            let place = tempfile::tempdir().expect("a folder");
            let overrides = Overrides { rows: Some(ROWS), ..Overrides::default() };
            let job = Job::new(SourceMap::of(&corpus::read(&file))).dialect(*dialect).overrides(overrides);
            match job.run(Target::csv_folder(place.path().join("data")), &mut Silent) {
                Ok(outcome) => made += u64::from(outcome.row_count() > 0),
                Err(error) if error.fault() == Fault::Defect => wrong.push(format!("{name}: {error}")),
                Err(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} schemas panicked:\n{}", wrong.len(), wrong.join("\n"));
    assert!(made > 150 || corpus::is_narrowed(), "only {made} schemas got rows");
}

/// Whether arithmetic that overflows panics here.
fn overflows() -> bool {
    std::panic::catch_unwind(|| std::hint::black_box(u8::MAX) + std::hint::black_box(1)).is_err()
}
