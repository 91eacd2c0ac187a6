//! Runs that did not come to their end: what they leave, and what the next one makes of it. The run loop and the sinks
//! are driven by hand, as no job has checkpoints so near.

use crate::generated::{Generated, bytes_of};
use seedbed_datagen_core::{Part, Progress, RunError, RunOptions, Sink, run};
use seedbed_export::{Csv, ExportError, Folder, JsonLines, Parquet, Resume, plan_digest, unfinished_folder};
use seedbed_rows::Plan;
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

const DDL: &str = "CREATE TABLE author (id bigint PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
CREATE TABLE book (id bigint PRIMARY KEY, author bigint NOT NULL REFERENCES author, title text, price numeric(8, 2));
CREATE TABLE review (book bigint NOT NULL REFERENCES book, stars int CHECK (stars BETWEEN 1 AND 5), at timestamp);";

fn library() -> Generated {
    Generated::with_rows(Dialect::Postgres, DDL, 2_000, &[("book", 9_000)])
}

/// The formats, each with checkpoints so near that small tables have several.
#[derive(Clone, Copy, Debug)]
enum Form {
    Csv,
    JsonLines,
    Parquet,
}

impl Form {
    fn sink(
        self,
        generated: &Generated,
        target: &Path,
        resume: Resume,
    ) -> Result<Box<dyn Sink>, ExportError> {
        let facts = generated.provenance(Part::WHOLE);
        let digest = plan_digest(&generated.plan, &facts, &format!("{self:?}")).expect("a digest");
        Ok(match self {
            Self::Csv => Box::new(
                Folder::create_resumable(target, facts, Csv, &digest, resume)?.checkpoint_every(20_000),
            ),
            Self::JsonLines => {
                let sink = Folder::create_resumable(target, facts, JsonLines::default(), &digest, resume)?;
                Box::new(sink.checkpoint_every(5_000))
            }
            Self::Parquet => {
                let sink = Folder::create_resumable(target, facts, Parquet::default(), &digest, resume)?;
                Box::new(sink.checkpoint_every(10_000))
            }
        })
    }

    /// What was left, gone on with. A process that another suite has just started holds our lock as well until it runs its
    /// own program (fork, then exec), so there is some patience.
    fn resumed(self, generated: &Generated, target: &Path) -> Box<dyn Sink> {
        for _ in 0..500 {
            match self.sink(generated, target, Resume::GoOn) {
                Err(ExportError::Busy { .. }) => std::thread::sleep(Duration::from_millis(10)),
                sink => return sink.expect("what was left"),
            }
        }
        panic!("{} stays busy", target.display());
    }

    fn whole(self, generated: &Generated) -> BTreeMap<String, Vec<u8>> {
        match self {
            Self::Csv => generated.csv_folder(1, 100, Part::WHOLE),
            Self::JsonLines => generated.folder(
                seedbed_job::Form::JsonLines,
                RunOptions { threads: 1, batch_rows: 100, part: Part::WHOLE },
            ),
            Self::Parquet => generated.parquet_folder(1, 100, Part::WHOLE),
        }
    }
}

/// Runs until so many rows are delivered; returns how many there were at the first word of progress for each table.
fn run_until(
    plan: &Plan,
    sink: Box<dyn Sink>,
    threads: usize,
    rows: u64,
) -> (Vec<u64>, Result<(), RunError>) {
    let mut first = Vec::new();
    let mut tables = Vec::new();
    let options = RunOptions { threads, batch_rows: 100, part: Part::WHOLE };
    let ran = run(plan, &options, sink, &mut |step: Progress| {
        if !tables.contains(&step.table) {
            tables.push(step.table);
            first.push(step.delivered);
        }
        if step.run_delivered < rows { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    (first, ran)
}

const ALL: u64 = u64::MAX;

#[test]
fn a_resumed_run_has_the_bytes_of_one_that_was_never_interrupted() {
    let generated = library();
    for form in [Form::Csv, Form::JsonLines, Form::Parquet] {
        let whole = form.whole(&generated);
        for stop in [2_100, 5_000, 11_200, 12_999] {
            let place = tempfile::tempdir().expect("a folder");
            let target = place.path().join("data");
            let sink = form.sink(&generated, &target, Resume::Anew).expect("a new folder");
            let (_, ran) = run_until(&generated.plan, sink, 2, stop);
            assert!(matches!(ran, Err(RunError::Canceled)), "{form:?} {stop}");
            assert!(!target.exists(), "nothing looks complete");
            assert!(unfinished_folder(&target).exists(), "{form:?} {stop}");

            let sink = form.resumed(&generated, &target);
            let (first, ran) = run_until(&generated.plan, sink, 2, ALL);
            ran.expect("the rest");
            assert_eq!(first[0], 2_000, "{form:?} {stop}: the first table is not made again");
            assert!(whole == bytes_of(&target), "{form:?} {stop}");
            assert!(!unfinished_folder(&target).exists(), "nothing is left over");
        }
    }
}

#[test]
fn a_long_csv_table_goes_on_in_its_middle() {
    let generated = library();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    // Interrupted again and again, each time a little later.
    for stop in [4_000, 6_000, 8_000, 10_000] {
        let sink = Form::Csv.resumed(&generated, &target);
        let (first, ran) = run_until(&generated.plan, sink, 1, stop);
        assert!(matches!(ran, Err(RunError::Canceled)), "{stop}");
        if stop > 4_000 {
            assert!(first[1] > 1_000, "{stop}: {first:?}");
        }
    }
    let sink = Form::Csv.resumed(&generated, &target);
    let (first, ran) = run_until(&generated.plan, sink, 3, ALL);
    ran.expect("the rest");
    assert!(first[1] > 6_000 && first[1] < 9_000 && first[1].is_multiple_of(100), "{first:?}");
    assert!(Form::Csv.whole(&generated) == bytes_of(&target));
}

#[test]
fn a_short_run_leaves_nothing_and_a_new_one_forgets() {
    let generated = library();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    let sink = Form::Csv.sink(&generated, &target, Resume::Anew).expect("a new folder");
    let (_, ran) = run_until(&generated.plan, sink, 1, 100);
    assert!(ran.is_err());
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 0);

    let sink = Form::Csv.sink(&generated, &target, Resume::Anew).expect("a new folder");
    run_until(&generated.plan, sink, 1, 9_000).1.expect_err("interrupted");
    let sink = Form::Csv.sink(&generated, &target, Resume::Anew).expect("begins anew");
    let (first, ran) = run_until(&generated.plan, sink, 1, ALL);
    ran.expect("all of it");
    assert_eq!(first, [0, 0, 0]);
    assert!(Form::Csv.whole(&generated) == bytes_of(&target));
}

#[test]
fn another_plan_is_refused_and_leaves_what_there_is() {
    let generated = library();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    let sink = Form::Csv.sink(&generated, &target, Resume::Anew).expect("a new folder");
    run_until(&generated.plan, sink, 1, 9_000).1.expect_err("interrupted");

    let other = Generated::with_rows(Dialect::Postgres, DDL, 2_001, &[("book", 9_000)]);
    let refused = Form::Csv.sink(&other, &target, Resume::GoOn).err().expect("refused");
    assert_eq!(refused.code(), "export-changed-plan");
    assert!(refused.hint().is_some_and(|hint| hint.contains("--resume")));
    let refused = Form::Parquet.sink(&generated, &target, Resume::GoOn).err().expect("refused");
    assert_eq!(refused.code(), "export-changed-plan");

    // The same schema, written otherwise, is the same plan.
    let spaced = Generated::with_rows(
        Dialect::Postgres,
        &DDL.replace("CREATE TABLE", "-- a table\nCREATE  TABLE"),
        2_000,
        &[("book", 9_000)],
    );
    let sink = Form::Csv.resumed(&spaced, &target);
    run_until(&spaced.plan, sink, 1, ALL).1.expect("the rest");
    assert!(Form::Csv.whole(&generated) == bytes_of(&target));
}

#[test]
fn damaged_parts_are_noticed() {
    let generated = library();
    for (form, name, stop) in [
        (Form::Csv, "author.csv", 5_000),
        (Form::Csv, "book.csv", 9_000),
        (Form::Parquet, "author.parquet", 9_000),
    ] {
        let place = tempfile::tempdir().expect("a folder");
        let target = place.path().join("data");
        let sink = form.sink(&generated, &target, Resume::Anew).expect("a new folder");
        run_until(&generated.plan, sink, 1, stop).1.expect_err("interrupted");
        let file = unfinished_folder(&target).join("files").join(name);
        let mut bytes = fs::read(&file).expect("bytes");
        bytes[500] ^= 1;
        fs::write(&file, bytes).expect("written");
        let sink = form.resumed(&generated, &target);
        let Err(RunError::Sink { source, .. }) = run_until(&generated.plan, sink, 1, ALL).1 else {
            panic!("{name}: not noticed")
        };
        let cause = source.source.downcast_ref::<ExportError>().expect("a typed reason");
        assert_eq!(cause.code(), "export-damaged-part", "{name}");
    }
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let generated = library();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    let first = Form::Csv.sink(&generated, &target, Resume::Anew).expect("a new folder");
    for resume in [Resume::Anew, Resume::GoOn] {
        let refused = Form::Csv.sink(&generated, &target, resume).err().expect("refused");
        assert_eq!(refused.code(), "export-busy");
    }
    run_until(&generated.plan, first, 1, ALL).1.expect("the first is not disturbed");
    assert!(Form::Csv.whole(&generated) == bytes_of(&target));
}

#[test]
fn a_long_parquet_table_goes_on_after_its_last_row_group() {
    let ddl = "CREATE TABLE reading (id bigint PRIMARY KEY, level int, at timestamp NOT NULL);";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 400_000, &[]);
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    for stop in [131_072, 262_144] {
        let sink = Form::Parquet.resumed(&generated, &target);
        let (first, ran) = run_until(&generated.plan, sink, 2, stop);
        assert!(matches!(ran, Err(RunError::Canceled)), "{stop}");
        assert_eq!(first, [stop - 131_072]);
    }
    let sink = Form::Parquet.resumed(&generated, &target);
    let (first, ran) = run_until(&generated.plan, sink, 2, ALL);
    ran.expect("the rest");
    assert_eq!(first, [262_144]);
    assert!(generated.parquet_folder(1, 8192, Part::WHOLE) == bytes_of(&target));
}
