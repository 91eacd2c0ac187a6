//! Rows of one table, made on several threads and handed over in row order.

use crate::encoder::Unchanged;
use crate::{Batch, CancelToken, Canceled, Encoder, ProgressMeter, RunOptions, SinkError};
use std::fmt;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Makes rows of one table: any range of them, on any thread.
pub type MakeRows<'a> = dyn Fn(Range<u64>) -> Batch + Sync + 'a;

/// Rows of one table that are wanted: which, who makes them, in batches of what size and on how many threads. The rows
/// themselves depend on none of the latter.
#[derive(Clone)]
pub struct TableRows<'a> {
    make: &'a MakeRows<'a>,
    rows: Range<u64>,
    batch_rows: u64,
    threads: usize,
}

/// The next rows in an encoder's form.
#[derive(Debug)]
pub(crate) struct MadeChunk<C> {
    pub(crate) rows: u64,
    pub(crate) content: C,
}

impl<'a> TableRows<'a> {
    /// Rows `rows` of a table as `make` makes them. Of the options, threads and batches count; which share of the table
    /// this is has been decided.
    pub fn new(make: &'a MakeRows<'a>, rows: Range<u64>, options: &RunOptions) -> Self {
        Self { make, rows, batch_rows: options.batch_rows.max(1), threads: options.threads.max(1) }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.rows.end.saturating_sub(self.rows.start)
    }

    /// Lets `consume` have the batches in order while more are made: for a receiver that asks for rows. Another batch is
    /// asked for when the one before has been taken, which is when `meter` counts it. At most two batches a thread are ready
    /// at any time; one thread makes them as they are asked for.
    ///
    /// # Errors
    /// [`Canceled`] when the run was canceled meanwhile: `consume` saw the batches end early, and its answer is dropped.
    pub fn batches<R>(
        &self,
        meter: &mut ProgressMeter<'_>,
        consume: impl FnOnce(&mut dyn Iterator<Item = Batch>) -> R,
    ) -> Result<R, Canceled> {
        let cancel = meter.cancel_token().clone();
        let mut canceled = false;
        let consumed = self.chunks(&cancel, self.encoders(Unchanged::default), |chunks| {
            let mut taken = 0;
            let answer = consume(&mut std::iter::from_fn(|| {
                if taken > 0 && meter.add(taken).is_break() {
                    canceled = true;
                }
                taken = 0;
                if canceled {
                    return None;
                }
                let batch = chunks.next()?.ok()?.content?;
                taken = batch.rows.num_rows() as u64;
                Some(batch)
            }));
            // A receiver that knows the number of rows need not ask whether there are more.
            canceled |= taken > 0 && meter.add(taken).is_break();
            answer
        });
        if canceled || cancel.is_canceled() { Err(Canceled) } else { Ok(consumed) }
    }

    /// An encoder for each thread that has something to do, at least one.
    pub(crate) fn encoders<E: Encoder>(&self, encoder: impl Fn() -> E) -> Vec<E> {
        let first = encoder();
        let chunks = self.count().div_ceil(self.chunk_rows(&first));
        let threads = usize::try_from(chunks).map_or(self.threads, |chunks| self.threads.min(chunks));
        std::iter::once(first).chain((1..threads).map(|_| encoder())).collect()
    }

    /// Makes chunks on as many threads as there are encoders and lets `consume` have them in row order. They end early when
    /// the run is canceled.
    pub(crate) fn chunks<E: Encoder, R>(
        &self,
        cancel: &CancelToken,
        encoders: Vec<E>,
        consume: impl FnOnce(&mut Chunks<'_, E>) -> R,
    ) -> R {
        let mut workers: Vec<_> = encoders.into_iter().map(|e| Worker::new(self, cancel, e)).collect();
        let count = workers.first().map_or(0, |first| self.count().div_ceil(first.chunk_rows));
        if workers.len() < 2 {
            return consume(&mut Chunks::Here { worker: workers.pop(), numbers: 0..count, spent: None });
        }
        let threads = workers.len();
        thread::scope(|scope| {
            let (queues, at_work): (_, Vec<_>) = workers
                .into_iter()
                .zip(0..)
                .map(|(worker, number)| {
                    let (send, made) = sync_channel(1);
                    let (give_back, spent) = channel();
                    let work = move || worker.work((number..count).step_by(threads), &send, &spent);
                    (Queue { made, give_back }, scope.spawn(work))
                })
                .unzip();
            let answer = consume(&mut Chunks::Elsewhere { queues, numbers: 0..count, last: 0 });
            // Left to the scope, a panic would lose its words.
            at_work.into_iter().for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            answer
        })
    }

    /// Rows in a chunk of an encoder, but in the last.
    fn chunk_rows(&self, encoder: &impl Encoder) -> u64 {
        encoder.chunk_rows().unwrap_or(self.batch_rows).max(1)
    }
}

impl fmt::Debug for TableRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRows").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// Chunks in row order, as they are asked for.
pub(crate) enum Chunks<'w, E: Encoder> {
    /// Made by the thread that asks.
    Here { worker: Option<Worker<'w, E>>, numbers: Range<u64>, spent: Option<E::Chunk> },
    /// Made by others. Thread t makes chunks t, t + threads, ...; reading the queues in turn restores the order, and their
    /// bound of one chunk holds the threads back when the receiver is slower.
    Elsewhere { queues: Vec<Queue<E::Chunk>>, numbers: Range<u64>, last: usize },
}

/// One thread's chunks, and the way back to it.
pub(crate) struct Queue<C> {
    made: Receiver<Result<MadeChunk<C>, SinkError>>,
    give_back: Sender<C>,
}

impl<E: Encoder> Chunks<'_, E> {
    /// The next chunk; `None` after the last, or when the run is canceled.
    pub(crate) fn next(&mut self) -> Option<Result<MadeChunk<E::Chunk>, SinkError>> {
        match self {
            Self::Here { worker, numbers, spent } => worker.as_mut()?.make(numbers.next()?, spent.take()),
            Self::Elsewhere { queues, numbers, last } => {
                *last = (numbers.next()? % queues.len() as u64) as usize;
                // A closed queue: the run is canceled, or the thread panicked, and its panic is passed on in the end.
                queues[*last].made.recv().ok()
            }
        }
    }

    /// Gives what is left of the last chunk back to the thread that made it.
    pub(crate) fn give_back(&mut self, left: E::Chunk) {
        match self {
            Self::Here { spent, .. } => *spent = Some(left),
            // A thread that has made its last chunk wants nothing back.
            Self::Elsewhere { queues, last, .. } => drop(queues[*last].give_back.send(left)),
        }
    }
}

/// Makes some of a table's chunks, on one thread.
pub(crate) struct Worker<'w, E> {
    wanted: &'w TableRows<'w>,
    cancel: &'w CancelToken,
    encoder: E,
    /// Rows in a chunk, but in the last.
    chunk_rows: u64,
}

impl<'w, E: Encoder> Worker<'w, E> {
    fn new(wanted: &'w TableRows<'w>, cancel: &'w CancelToken, encoder: E) -> Self {
        let chunk_rows = wanted.chunk_rows(&encoder);
        Self { wanted, cancel, encoder, chunk_rows }
    }

    /// Makes chunks until the last, or until nobody wants them.
    fn work(
        mut self,
        numbers: impl Iterator<Item = u64>,
        send: &SyncSender<Result<MadeChunk<E::Chunk>, SinkError>>,
        spent: &Receiver<E::Chunk>,
    ) {
        for number in numbers {
            let Some(made) = self.make(number, spent.try_recv().ok()) else { return };
            if send.send(made).is_err() {
                return;
            }
        }
    }

    /// Makes one chunk; `None` when the run is canceled.
    fn make(
        &mut self,
        number: u64,
        spent: Option<E::Chunk>,
    ) -> Option<Result<MadeChunk<E::Chunk>, SinkError>> {
        let TableRows { make, ref rows, batch_rows, .. } = *self.wanted;
        let start = rows.start + number * self.chunk_rows;
        let end = rows.end.min(start.saturating_add(self.chunk_rows));
        let mut at = start;
        while at < end {
            if self.cancel.is_canceled() {
                return None;
            }
            let next = end.min(at.saturating_add(batch_rows));
            if let Err(error) = self.encoder.push(&make(at..next)) {
                return Some(Err(error));
            }
            at = next;
        }
        Some(self.encoder.take(spent).map(|content| MadeChunk { rows: end - start, content }))
    }
}

#[cfg(test)]
mod tests;
