//! How many bytes of CSV a second are made of batches that are there already?

mod measured;
mod schemas;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_datagen_core::Batch;
use seedbed_rows::Plan;
use seedbed_text_encode::{CsvFormat, TextEncoder};
use std::hint::black_box;

/// Rows of each table.
const ROWS: u64 = 8_192;

fn csv(c: &mut Criterion) {
    let mut group = c.benchmark_group("csv");
    for measured in measured::measured() {
        let plan = schemas::plan(&measured.schema, ROWS);
        let batches: Vec<Batch> = plan.tables().iter().map(|t| plan.batch(t.table, 0..t.rows)).collect();
        group.throughput(Throughput::Bytes(encode(&plan, &batches)));
        group.bench_function(measured.name, |b| b.iter(|| black_box(encode(&plan, &batches))));
    }
    group.finish();
}

/// Encodes every batch and counts the bytes.
fn encode(plan: &Plan, batches: &[Batch]) -> u64 {
    let dialect = plan.schema().dialect;
    let mut text = Vec::new();
    let mut bytes = 0;
    for batch in batches {
        let mut encoder = TextEncoder::new(CsvFormat::new(dialect), dialect);
        encoder.push_batch(plan.schema(), batch, &mut text).expect("a plan's batches can be written");
        bytes += text.len() as u64;
        text.clear();
    }
    bytes
}

criterion_group!(benches, csv);
criterion_main!(benches);
