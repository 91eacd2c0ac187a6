//! The road as its users go it: what it tells on the way, and what it leaves when it ends before its time.

use seedbed_datagen_core::{CancelToken, Progress};
use seedbed_export::{Resume, unfinished_folder};
use seedbed_job::{
    Fault, Form, Job, JobError, Kept, Limits, Note, Observer, Overrides, Phase, ReadSchema, Silent, Target,
};
use seedbed_schema_model::{Dialect, SourceMap};
use std::path::Path;
use std::time::Duration;

const DDL: &str = "CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author, title varchar(80));";

fn job(rows: u64) -> Job {
    let overrides = Overrides { rows: Some(rows), ..Overrides::default() };
    Job::new(SourceMap::of(DDL)).dialect(Dialect::Sqlite).overrides(overrides)
}

/// Takes notes, and cancels the job when it is told so much.
#[derive(Debug, Default)]
struct Diary {
    told: Vec<String>,
    cancel: CancelToken,
    /// Cancel when this phase begins ...
    in_phase: Option<Phase>,
    /// ... or when so many rows are delivered.
    after_rows: Option<u64>,
}

impl Observer for Diary {
    fn phase(&mut self, phase: Phase) {
        self.told.push(format!("{phase:?}"));
        if self.in_phase == Some(phase) {
            self.cancel.cancel();
        }
    }

    fn schema_read(&mut self, read: &ReadSchema) {
        self.told.push(format!("{} tables", read.schema.tables.len()));
    }

    fn note(&mut self, note: &Note) {
        self.told.push(note.to_string());
    }

    fn progress(&mut self, progress: Progress) {
        if progress.delivered == progress.total {
            self.told.push(format!("{} rows", progress.total));
        }
        if self.after_rows.is_some_and(|rows| progress.run_delivered >= rows) {
            self.cancel.cancel();
        }
    }
}

/// Runs a job that the diary cancels.
fn canceled(job: Job, mut diary: Diary, target: Target<'_>) -> JobError {
    job.cancel(diary.cancel.clone()).run(target, &mut diary).expect_err("it is canceled")
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn an_observer_sees_the_phases_in_order() {
    let place = tempfile::tempdir().expect("a folder");
    let mut diary = Diary::default();
    job(20).run(Target::csv_folder(place.path().join("data")), &mut diary).expect("written");
    assert_eq!(diary.told, ["Reading", "2 tables", "Planning", "Writing", "20 rows", "20 rows"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_database_is_asked_before_the_plan_is_made() {
    let place = tempfile::tempdir().expect("a folder");
    let database = seedbed_load::DatabaseTarget::Sqlite { path: place.path().join("shop.db") };
    let mut diary = Diary::default();
    let outcome = job(20).run(Target::Database(database), &mut diary).expect("loaded");
    let wanted = ["Reading", "2 tables", "Connecting", "Planning", "Writing", "20 rows", "20 rows"];
    assert_eq!(diary.told, wanted);
    assert_eq!((outcome.row_count(), outcome.passes), (40, 1));
}

#[test]
fn a_job_that_is_canceled_while_planning_has_touched_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    for target in [Target::csv_folder(place.path().join("data")), Target::Zip(place.path().join("data.zip"))]
    {
        let diary = Diary { in_phase: Some(Phase::Planning), ..Diary::default() };
        let error = canceled(job(20), diary, target);
        assert!(matches!(error, JobError::Interrupted { kept: Kept::Nothing }), "{error:?}");
        assert_eq!((error.fault(), error.code()), (Fault::Interrupted, "interrupted"));
    }
    assert!(entries(place.path()).is_empty());
}

#[test]
fn a_job_that_is_canceled_while_writing_leaves_nothing_that_looks_complete() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, zip) = (place.path().join("data"), place.path().join("data.zip"));
    for target in [Target::csv_folder(&data), Target::Zip(zip.clone())] {
        let diary = Diary { after_rows: Some(12_000), ..Diary::default() };
        let error = canceled(job(10_000), diary, target);
        assert_eq!(error.fault(), Fault::Interrupted, "{error:?}");
        assert!(!data.exists() && !zip.exists(), "{:?}", entries(place.path()));
    }
    assert!(matches!(
        canceled(job(10_000), Diary { after_rows: Some(1), ..Diary::default() }, Target::Memory),
        JobError::Interrupted { kept: Kept::Nothing }
    ));
}

#[test]
fn what_is_kept_of_a_job_is_gone_on_with() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let diary = Diary { after_rows: Some(12_000), ..Diary::default() };
    let error = canceled(job(10_000), diary, Target::csv_folder(&data));
    let unfinished = unfinished_folder(&data);
    match &error {
        JobError::Interrupted { kept: Kept::Unfinished(folder) } => assert_eq!(*folder, unfinished),
        // Nothing was worth keeping yet.
        error => assert!(matches!(error, JobError::Interrupted { kept: Kept::Nothing }), "{error:?}"),
    }
    let resumed = Target::Folder { path: data.clone(), form: Form::Csv, resume: Resume::GoOn };
    job(10_000).run(resumed, &mut Silent).expect("the rest");
    job(10_000).run(Target::csv_folder(place.path().join("whole")), &mut Silent).expect("the whole");
    let bytes = |folder: &str| std::fs::read(place.path().join(folder).join("book.csv")).expect("a file");
    assert!(bytes("data") == bytes("whole"));
    assert!(!unfinished.exists());
}

#[cfg(feature = "sqlite")]
#[test]
fn a_job_that_is_canceled_while_loading_leaves_the_database_as_it_was() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("shop.db");
    let connection = rusqlite::Connection::open(&path).expect("a new file");
    connection.execute_batch(DDL).expect("the schema");
    let rows = || {
        connection.query_row(
            "SELECT (SELECT count(*) FROM author) + (SELECT count(*) FROM book)",
            [],
            |row| row.get::<_, i64>(0),
        )
    };
    for diary in [
        Diary { in_phase: Some(Phase::Planning), ..Diary::default() },
        Diary { after_rows: Some(1), ..Diary::default() },
        Diary { after_rows: Some(12_000), ..Diary::default() },
    ] {
        let target = Target::Database(seedbed_load::DatabaseTarget::Sqlite { path: path.clone() });
        let error = canceled(job(10_000), diary, target);
        assert!(matches!(error, JobError::Interrupted { kept: Kept::Database }), "{error:?}");
        assert_eq!(rows(), Ok(0));
    }
}

#[test]
fn a_limit_of_rows_holds_before_the_first() {
    let limits = Limits { rows: Some(39), ..Limits::default() };
    let place = tempfile::tempdir().expect("a folder");
    let targets = [
        Target::csv_folder(place.path().join("data")),
        Target::Memory,
        #[cfg(feature = "sqlite")]
        Target::Database(seedbed_load::DatabaseTarget::Sqlite { path: place.path().join("shop.db") }),
    ];
    for target in targets {
        let error = job(20).limits(limits).run(target, &mut Silent).expect_err("40 rows are more");
        assert!(matches!(error, JobError::RowLimit { rows: 40, limit: 39 }), "{error:?}");
        assert_eq!((error.fault(), error.code()), (Fault::Limit, "row-limit"));
    }
    assert!(!place.path().join("data").exists());
    let limits = Limits { rows: Some(40), ..Limits::default() };
    assert_eq!(job(20).limits(limits).run(Target::Memory, &mut Silent).expect("enough").row_count(), 40);
}

#[test]
fn a_limit_of_time_ends_planning_and_writing() {
    let none = Limits { time: Some(Duration::ZERO), ..Limits::default() };
    let error = job(20).limits(none).plan(&mut Silent).expect_err("no time");
    assert!(matches!(error, JobError::TimeLimit { kept: Kept::Nothing, .. }), "{error:?}");
    assert_eq!((error.fault(), error.code()), (Fault::Limit, "time-limit"));

    let short = Limits { time: Some(Duration::from_millis(300)), ..Limits::default() };
    let place = tempfile::tempdir().expect("a folder");
    let target = Target::csv_folder(place.path().join("data"));
    let error = job(1_000_000_000).limits(short).run(target, &mut Silent).expect_err("too many rows");
    assert_eq!(error.fault(), Fault::Limit, "{error:?}");
    assert!(!place.path().join("data").exists());
}

#[test]
fn overrides_have_the_last_word_over_every_spelling() {
    let spec = "rows = 7\nseed = 1\nlocale = 'xx'\n[tables.Author]\nrows = 30\n[tables.author]\nrows = 40\n[tables.AUTHOR.columns]\n\
                name = { provider = 'text.title' }\n";
    let overrides = Overrides {
        table_rows: vec![("AUTHOR".to_owned(), 5), ("author".to_owned(), 6)],
        seed: Some(2),
        locale: Some("fr".to_owned()),
        ..Overrides::default()
    };
    let job =
        Job::new(SourceMap::of(DDL)).dialect(Dialect::Sqlite).spec_text("spec", spec).overrides(overrides);
    let planned = job.plan(&mut Silent).expect("a plan");
    let rows: Vec<u64> = planned.plan().tables().iter().map(|t| t.rows).collect();
    assert_eq!((rows, planned.plan().seed()), (vec![6, 7], 2));
}

#[test]
fn only_takes_names_as_everything_does() {
    let overrides = Overrides { only: Some(vec!["Author".to_owned()]), ..Overrides::default() };
    let planned = job(5).overrides(overrides).plan(&mut Silent).expect("a plan");
    assert_eq!(planned.plan().tables().len(), 1);
}

#[test]
fn faults_of_the_input_have_places() {
    let error = job(5)
        .spec_text("mine.toml", "[tables.author.columns]\nnmae = { null-rate = 0.1 }")
        .plan(&mut Silent);
    let error = error.expect_err("no such column");
    assert_eq!((error.fault(), error.code()), (Fault::Input, "spec-unknown-column"));
    let problems = error.problems();
    let sources = problems[0].sources.expect("the spec's text");
    let (file, at) = sources.locate(problems[0].list[0].span.expect("a place")).expect("in the text");
    assert_eq!((file.name.as_str(), at.line), ("mine.toml", 2));

    let error = Job::new(SourceMap::of("SELECT 1;")).read().expect_err("no table");
    assert_eq!((error.fault(), error.code()), (Fault::Input, "no-table"));
    let error = job(5).spec_file(Some("not there.toml".into())).plan(&mut Silent).expect_err("no file");
    assert_eq!(error.fault(), Fault::Outside);
    assert!(error.problems()[0].list[0].message.starts_with("cannot read `not there.toml`: "), "{error:?}");
}
