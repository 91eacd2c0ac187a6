//! The laws of sinks, held against every sink of ours: what the run loop promises a sink, and what a sink promises whoever
//! looks at the place that it writes to. A load is no sink and has the same laws, as far as it can.

use crate::generated::Generated;
use crate::sink_calls::{Call, Calls, Recorded};
use crate::sink_kinds::{Kind, SHOWN_AT_ONCE, SHOWN_WHEN_FINISHED, Written, push_text};
use seedbed_datagen_core::{
    CancelToken, Part, Progress, Request, RowSource as _, RunError, RunObserver, RunOptions, run,
};
use seedbed_load::{DatabaseTarget, LoadError, LoadObserver, LoadReport, LoadRequest, load};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::Dialect;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const DDL: &str = "CREATE TABLE shelf (id integer PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE book (id integer PRIMARY KEY, shelf integer NOT NULL REFERENCES shelf, title text);
CREATE TABLE lost (book integer NOT NULL REFERENCES book, since date);
CREATE TABLE loan (id integer PRIMARY KEY, book integer NOT NULL REFERENCES book, day date NOT NULL);";

/// A library with an empty table amid the others.
fn library() -> Generated {
    Generated::with_rows(Dialect::Sqlite, DDL, 40, &[("shelf", 3), ("lost", 0)])
}

/// One thread and several, with batches that end everywhere in the tables.
const OPTIONS: [RunOptions; 4] = [options(1, 4096), options(1, 7), options(3, 7), options(8, 1)];

const fn options(threads: usize, batch_rows: u64) -> RunOptions {
    RunOptions { threads, batch_rows, part: Part::WHOLE }
}

fn kinds() -> impl Iterator<Item = Kind> {
    SHOWN_WHEN_FINISHED.into_iter().chain(SHOWN_AT_ONCE)
}

#[test]
fn tables_come_in_the_plans_order_and_rows_in_theirs() {
    let library = library();
    for (kind, place) in kinds() {
        for (options, part) in OPTIONS.into_iter().flat_map(|o| [(o, Part::WHOLE), (o, second_half())]) {
            let (mut place, calls) = (place(), Calls::default());
            let options = RunOptions { part, ..options };
            let sink = Recorded { sink: place.sink(&library), calls: &calls };
            run(&*library.plan, &options, sink, &mut ()).expect("written");
            calls.check_complete(&library, part, kind);
        }
    }
}

#[test]
fn what_is_written_depends_on_neither_threads_nor_batches() {
    let library = library();
    for (kind, place) in kinds() {
        let written = |options: &RunOptions, calls: Option<&Calls>| {
            let mut place = place();
            let sink = place.sink(&library);
            match calls {
                // Batches are written by hand, so to speak: nothing is encoded on other threads.
                Some(calls) => run(&*library.plan, options, Recorded { sink, calls }, &mut ()),
                None => run(&*library.plan, options, sink, &mut ()),
            }
            .expect("written");
            place.written(&library)
        };
        let whole = written(&options(1, 4096), None);
        for options in OPTIONS {
            assert!(whole == written(&options, None), "{kind}: {options:?}");
            assert!(whole == written(&options, Some(&Calls::default())), "{kind}: {options:?}, by hand");
        }
        match kind {
            "memory" => assert!(whole == texts(&library)),
            "closure" => {
                assert!(whole == texts(&library).into_iter().filter(|(_, t)| !t.is_empty()).collect())
            }
            "nowhere" => assert!(whole.is_empty()),
            // Statements of a table without rows would say nothing.
            "script of INSERTs" => assert!(whole.keys().eq(["data.sql"])),
            _ => {
                assert!(whole.keys().any(|name| name.contains("lost")), "{kind}: an empty table is there too")
            }
        }
    }
}

#[test]
fn a_failure_ends_the_run_at_once() {
    let library = library();
    let options = options(3, 20);
    for (kind, place) in kinds() {
        let whole = Calls::default();
        run(&*library.plan, &options, Recorded { sink: place().sink(&library), calls: &whole }, &mut ())
            .expect("written");
        for (fails_at, call) in whole.made().into_iter().enumerate() {
            let calls = Calls::failing_at(fails_at);
            let mut place = place();
            let ran = run(
                &*library.plan,
                &options,
                Recorded { sink: place.sink(&library), calls: &calls },
                &mut (),
            );
            let named = match (&call, ran.expect_err("it failed")) {
                (Call::Finish, RunError::Finish { source }) => source.doing,
                (call, RunError::Sink { table, source }) => {
                    assert_eq!(Some(table), call.table().map(|t| library.plan.schema()[t].name.to_string()));
                    source.doing
                }
                (_, error) => panic!("{kind}, {call:?}: {error}"),
            };
            assert_eq!(named, format!("{call:?}"), "{kind}");
            assert_eq!(calls.made(), whole.made()[..=fails_at], "{kind}: nothing is called after a failure");
            if is_shown_when_finished(kind) {
                assert_eq!(place.written(&library), Written::new(), "{kind}, {call:?}");
            }
        }
    }
}

#[test]
fn a_run_that_was_canceled_leaves_nothing_that_looks_finished() {
    let library = library();
    let rows = library.plan.row_counts().iter().map(|(_, rows)| rows).sum::<u64>();
    for (kind, place) in SHOWN_WHEN_FINISHED {
        for options in OPTIONS {
            for stop in [0, 1, rows / 2, rows] {
                let mut place = place();
                let ran = run(&*library.plan, &options, place.sink(&library), &mut stopping_at(stop));
                assert!(matches!(ran, Err(RunError::Canceled)), "{kind}, {stop} rows");
                assert_eq!(place.written(&library), Written::new(), "{kind}, {stop} rows");
            }
            let (mut place, mut token) = (place(), CancelToken::new());
            token.cancel();
            let ran = run(&*library.plan, &options, place.sink(&library), &mut token);
            assert!(matches!(ran, Err(RunError::Canceled)), "{kind}");
            assert_eq!(place.written(&library), Written::new(), "{kind}");
        }
    }
}

#[test]
fn a_load_hands_over_tables_in_order_whatever_the_threads_and_batches() {
    let library = library();
    let wanted = library.plan.row_counts();
    let mut first = None;
    for options in OPTIONS {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("library.db");
        let mut told: Vec<Progress> = Vec::new();
        let mut watch = |step: Progress| {
            told.push(step);
            ControlFlow::Continue(())
        };
        load_sqlite(&library, &file, &options, &mut watch).expect("loaded");
        let begun = told.iter().filter(|step| step.delivered == 0).map(|step| (step.table, step.total));
        assert_eq!(begun.collect::<Vec<_>>(), wanted, "{options:?}");
        assert!(told.is_sorted_by_key(|step| step.run_delivered), "{options:?}");
        assert!(told.last().is_some_and(|step| step.run_delivered == step.run_total), "{options:?}");
        let rows = rows_of(&file);
        assert_eq!(first.get_or_insert(rows.clone()), &rows, "{options:?}");
    }
}

#[test]
fn a_load_that_was_canceled_leaves_nothing() {
    let library = library();
    let rows = library.plan.row_counts().iter().map(|(_, rows)| rows).sum::<u64>();
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("library.db");
    for (options, stop) in OPTIONS.into_iter().flat_map(|o| [0, 1, rows / 2, rows].map(|stop| (o, stop))) {
        let loaded = load_sqlite(&library, &file, &options, &mut stopping_at(stop));
        assert!(matches!(loaded, Err(LoadError::Canceled)), "{options:?}, {stop} rows");
        let mut token = CancelToken::new();
        token.cancel();
        let loaded = load_sqlite(&library, &file, &options, &mut token);
        assert!(matches!(loaded, Err(LoadError::Canceled)), "{options:?}");
        assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "{options:?}, {stop} rows");
    }
}

/// Loads the library into a new file.
fn load_sqlite(
    library: &Generated,
    path: &Path,
    options: &RunOptions,
    observer: &mut dyn RunObserver,
) -> Result<LoadReport, LoadError> {
    let target = DatabaseTarget::Sqlite { path: path.to_owned() };
    let schema = library.plan.schema();
    let request = LoadRequest { target: &target, schema, schema_sql: DDL, patience: Duration::from_secs(60) };
    let asked = Request { spec: library.provenance(Part::WHOLE).spec, ..Request::default() };
    let mut plan = |_: &_, _: &_| seedbed_planner::plan(Arc::clone(schema), &asked, &StandardCatalog::new());
    load(&request, &mut plan, options, &mut Watched(observer))
}

/// Whoever watches any run, at a load.
struct Watched<'a>(&'a mut dyn RunObserver);

impl RunObserver for Watched<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.0.progress(progress)
    }

    fn cancel_token(&self) -> CancelToken {
        self.0.cancel_token()
    }
}

impl LoadObserver for Watched<'_> {}

/// Every row of a file, table by table.
fn rows_of(file: &Path) -> Vec<String> {
    let database = rusqlite::Connection::open(file).expect("a database");
    let rows = |table: &str| {
        let mut query = database.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).expect("a table");
        let columns = query.column_count();
        let text = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect::<rusqlite::Result<String>>()
        };
        query.query_map([], text).expect("rows").collect::<rusqlite::Result<Vec<_>>>().expect("cells")
    };
    ["shelf", "book", "lost", "loan"].into_iter().flat_map(rows).collect()
}

/// An observer that stops a run when so many rows have been delivered.
fn stopping_at(rows: u64) -> impl FnMut(Progress) -> ControlFlow<()> {
    move |step| match step.run_delivered >= rows {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

fn second_half() -> Part {
    Part::new(2, 2).expect("a half")
}

fn is_shown_when_finished(kind: &str) -> bool {
    SHOWN_WHEN_FINISHED.iter().any(|(name, _)| *name == kind)
}

/// The lines of every table, made in one piece.
fn texts(library: &Generated) -> Written {
    let schema = library.plan.schema();
    let table = |(table, rows)| {
        let mut text = Vec::new();
        push_text(schema, &library.plan.make_rows(table, 0..rows), &mut text);
        (schema[table].name.to_string(), text)
    };
    library.plan.row_counts().into_iter().map(table).collect()
}
