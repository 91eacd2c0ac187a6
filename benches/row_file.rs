//! What does it cost to store rows in a row file, beside making and checking them, and to read them back?
//!
//! `cargo bench -p seedbed-benches --bench row_file -- [SCHEMA.sql [SPEC.toml]]` prints seconds of all threads on
//! processors; by default for the bookshop of `examples/`. With `KEEP=FILE` the file stays there.

#![expect(clippy::print_stdout, reason = "a program's answer")]

use rustix::time::{ClockId, clock_gettime};
use seedbed_datagen_core::{Batch, CancelToken, RunOptions, Sink, run, sink_fn};
use seedbed_job::{Job, Silent, Target};
use seedbed_schema_model::SourceMap;
use seedbed_store::{Direction, PageRequest};
use seedbed_store_sqlite::{RowFile, RowFileWriter};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let read = |path: &String| std::fs::read_to_string(path).expect("it can be read");
    let ddl = arguments.first().map_or_else(|| include_str!("../examples/bookshop.sql").to_owned(), read);
    let spec = arguments.get(1).map_or_else(|| "rows = 100_000".to_owned(), read);
    let job = Job::new(SourceMap::of(&ddl)).spec_text("spec", &spec);
    let home = tempfile::tempdir().expect("a folder");
    let path = std::env::var_os("KEEP").map_or_else(|| home.path().join("rows.db"), PathBuf::from);

    let counted = sink_fn(|batch: &Batch| {
        black_box(batch.rows.num_rows());
        Ok(())
    });
    measured("rows made and checked", || {
        job.run(Target::Sink(Box::new(counted)), &mut Silent).expect("they are made");
    });
    let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
    measured("rows made, checked and stored", || {
        let sink: Box<dyn Sink + '_> = Box::new(&mut writer);
        job.run(Target::Sink(sink), &mut Silent).expect("they are stored");
    });
    let written = writer.written().expect("it is finished");
    let rows: u64 = written.tables.iter().map(|table| table.rows).sum();
    println!("{rows} rows, {} bytes", written.bytes);

    let schema = Arc::clone(&job.read().expect("it was read").schema);
    let file = RowFile::open(&path, schema).expect("it was written");
    measured("rows read back", || {
        let mut seen = 0;
        let sink = sink_fn(|batch: &Batch| {
            seen += batch.rows.num_rows();
            Ok(())
        });
        run(&file.rows(CancelToken::new()), &RunOptions::default(), sink, &mut ()).expect("it runs");
        assert_eq!(seen as u64, rows);
    });
    for (table, count) in file.row_counts() {
        let deep = PageRequest { offset: count.saturating_sub(100), ..PageRequest::default() };
        let started = Instant::now();
        file.page(table, &deep, &CancelToken::new()).expect("it can be read");
        let plain = started.elapsed();
        let name = &file.schema()[table].columns[file.schema()[table].columns.len() - 1].name;
        let ordered =
            PageRequest { order: vec![(name.clone(), Direction::Descending)], ..PageRequest::default() };
        let started = Instant::now();
        file.page(table, &ordered, &CancelToken::new()).expect("it can be read");
        let display = file.schema()[table].name.to_string();
        println!("{display}: last page in {plain:?}, first page by `{name}` in {:?}", started.elapsed());
    }
}

fn measured(what: &str, work: impl FnOnce()) {
    let seconds = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let before = seconds();
    work();
    println!("{what}: {:.3} s", seconds() - before);
}
