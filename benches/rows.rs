//! How many rows a second does one thread make, over all tables of a schema, as Arrow batches and nothing else?

mod measured;
mod schemas;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_datagen_core::{Batch, Plan, RunOptions, Sink, SinkError, run};
use seedbed_schema_model::{Schema, TableId};
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
    run(plan, &RunOptions::default(), Box::new(BlackHole), &mut |_| true)
        .expect("a black hole takes everything");
}

#[derive(Debug)]
struct BlackHole;

impl Sink for BlackHole {
    fn begin_table(&mut self, _: &Schema, _: TableId) -> Result<(), SinkError> {
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        black_box(batch);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}

criterion_group!(benches, rows);
criterion_main!(benches);
