//! How long does it take from a schema to a plan, and how much of that does the number of rows cost?

mod schemas;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn plan(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    for measured in schemas::measured() {
        for rows in [100, 1_000_000] {
            let id = BenchmarkId::new(measured.name, format!("{rows} rows"));
            group.bench_function(id, |b| b.iter(|| black_box(schemas::plan(&measured.schema, rows))));
        }
    }
    group.finish();
}

criterion_group!(benches, plan);
criterion_main!(benches);
