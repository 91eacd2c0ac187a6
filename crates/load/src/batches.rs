//! A table's batches in order, made on other threads while the last ones are being sent.

use seedbed_datagen_core::{Batch, RunOptions};
use seedbed_rows::Plan;
use seedbed_schema_model::TableId;
use std::ops::Range;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Calls `consume` with the batches of some rows in order. At most two batches a thread are ready at any time. One thread
/// makes them between two messages to the server, which is busy with the last one for longer than that takes.
pub(crate) fn with_batches<R>(
    plan: &Plan,
    table: TableId,
    rows: Range<u64>,
    options: &RunOptions,
    consume: impl FnOnce(&mut dyn Iterator<Item = Batch>) -> R,
) -> R {
    let size = options.batch_rows.max(1);
    let count = rows.end.saturating_sub(rows.start).div_ceil(size);
    let make = move |index: u64| {
        let start = rows.start + index * size;
        plan.batch(table, start..rows.end.min(start + size))
    };
    let makers = count.min(options.threads.max(1) as u64);
    if makers <= 1 {
        return consume(&mut (0..count).map(make));
    }
    thread::scope(|scope| {
        let queues: Vec<_> = (0..makers)
            .map(|maker| {
                let (sender, queue) = sync_channel(1);
                scope.spawn(move || {
                    let mut mine = (maker..count).step_by(makers as usize);
                    // A closed queue means that the server refused the table: nothing more is wanted.
                    while mine.next().is_some_and(|index| sender.send(make(index)).is_ok()) {}
                });
                queue
            })
            .collect();
        let mut turns = (0..count).map(|index| (index % makers) as usize);
        consume(&mut std::iter::from_fn(move || queues[turns.next()?].recv().ok()))
    })
}
