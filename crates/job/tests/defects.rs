//! Panics on the way: whoever panics, and on whatever thread, the job ends with an error that says where it was, and
//! nothing that it leaves looks complete.

use seedbed_datagen_core::{Batch, Part, Progress, RunOptions, sink_fn};
use seedbed_job::{Defect, Fault, Job, JobError, Kept, Observer, Overrides, Phase, Target};
use seedbed_schema_model::{Dialect, SourceMap};
use std::path::Path;

const DDL: &str = "CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author, title varchar(80));";

fn job(threads: usize) -> Job {
    let overrides = Overrides { rows: Some(9_000), ..Overrides::default() };
    let run = RunOptions { threads, batch_rows: 1_000, part: Part::WHOLE };
    Job::new(SourceMap::of(DDL)).dialect(Dialect::Sqlite).overrides(overrides).run_options(run)
}

/// Panics when a phase begins, or when so many rows of all tables are there.
#[derive(Default)]
struct Clumsy {
    phase: Option<Phase>,
    rows: Option<u64>,
}

impl Observer for Clumsy {
    fn phase(&mut self, phase: Phase) {
        assert_ne!(self.phase, Some(phase), "tripped over a phase");
    }

    fn progress(&mut self, progress: Progress) {
        assert!(self.rows.is_none_or(|rows| progress.run_delivered < rows), "tripped over a row");
    }
}

fn defect(ended: Result<seedbed_job::Outcome, JobError>) -> Defect {
    match ended.expect_err("somebody panics") {
        error @ JobError::Defect(_) => {
            assert_eq!((error.fault(), error.code()), (Fault::Defect, "defect"));
            let shown = error.problems().remove(0).list.remove(0);
            assert!(shown.message.contains("a defect of Seedbed"), "{}", shown.message);
            assert!(shown.hint.is_some_and(|hint| hint.contains("report")));
            let JobError::Defect(defect) = error else { unreachable!("looked at above") };
            *defect
        }
        other => panic!("another error: {other}"),
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_panic_while_planning_touches_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    let mut clumsy = Clumsy { phase: Some(Phase::Planning), ..Clumsy::default() };
    let found = defect(job(1).run(Target::Zip(place.path().join("data.zip")), &mut clumsy));
    // The observer is told of a phase when it begins.
    assert!(found.message.contains("tripped over a phase"), "{found}");
    assert_eq!((found.phase, found.kept), (Some(Phase::Planning), Some(Kept::Nothing)));
    assert!(entries(place.path()).is_empty());
}

#[test]
fn a_panic_while_writing_leaves_nothing_that_looks_complete() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, zip) = (place.path().join("data"), place.path().join("data.zip"));
    for threads in [1, 3] {
        for target in [Target::csv_folder(&data), Target::Zip(zip.clone())] {
            let mut clumsy = Clumsy { rows: Some(12_000), ..Clumsy::default() };
            let found = defect(job(threads).run(target, &mut clumsy));
            assert_eq!((found.phase, found.table.as_deref()), (Some(Phase::Writing), Some("book")));
            assert!(!data.exists() && !zip.exists(), "{:?}", entries(place.path()));
        }
    }
}

#[test]
fn a_sink_of_a_stranger_may_panic() {
    let mut rows = 0;
    let trap = sink_fn(|batch: &Batch| {
        rows += batch.rows.num_rows();
        assert!(rows < 5_000, "enough of it");
        Ok(())
    });
    let found = defect(job(2).run(Target::Sink(Box::new(trap)), &mut Clumsy::default()));
    assert_eq!((found.phase, found.table.as_deref()), (Some(Phase::Writing), Some("author")));
    assert!(found.message.contains("enough of it"), "{found}");
}

#[cfg(feature = "sqlite")]
#[test]
fn a_panic_while_loading_leaves_the_database_as_it_was() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("shop.db");
    for _ in 0..2 {
        let database = seedbed_load::DatabaseTarget::Sqlite { path: path.clone() };
        let mut clumsy = Clumsy { rows: Some(12_000), ..Clumsy::default() };
        let found = defect(job(2).run(Target::Database(database), &mut clumsy));
        assert_eq!((found.phase, found.kept), (Some(Phase::Writing), Some(Kept::Database)));
        assert!(!path.exists(), "{:?}", entries(place.path()));
    }
}
