//! How many rows a second does one thread make, over all tables of a schema, as Arrow batches and nothing else?

mod measured;
mod schemas;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_datagen_core::{Batch, RunOptions, run, sink_fn};
use seedbed_rows::Plan;
use std::hint::black_box;

/// Rows of each table.
const ROWS: u64 = 10_000;

fn rows(c: &mut Criterion) {
    let mut group = c.benchmark_group("rows");
    for measured in measured::measured() {
        let plan = schemas::plan(&measured.schema, ROWS);
        group.throughput(Throughput::Elements(plan.tables().iter().map(|t| t.rows).sum()));
        group.bench_function(measured.name, |b| b.iter(|| drain(&plan)));
    }
    group.finish();
}

fn drain(plan: &Plan) {
    let black_hole = sink_fn(|batch: &Batch| {
        black_box(batch);
        Ok(())
    });
    run(plan, &RunOptions::default(), black_hole, &mut ()).expect("a black hole takes everything");
}

criterion_group!(benches, rows);
criterion_main!(benches);
