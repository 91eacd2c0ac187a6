//! Pieces of a table made on several threads and taken in row order.

use crate::{Batch, Chunk, Encoder, Plan, SinkError};
use seedbed_schema_model::TableId;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};

/// Consecutive rows on their way to a sink.
#[derive(Debug)]
pub(crate) enum Piece {
    /// As they were made.
    Batch(Batch),
    /// As the sink's encoder wrote them.
    Chunk(Chunk),
}

/// The rows to make.
#[derive(Clone, Debug)]
pub(crate) struct Work<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) table: TableId,
    pub(crate) rows: Range<u64>,
    /// Rows in a batch, at least 1.
    pub(crate) batch_rows: u64,
}

impl Work<'_> {
    /// Threads that have something to do, of so many.
    pub(crate) fn threads(&self, most: usize) -> usize {
        let batches = (self.rows.end - self.rows.start).div_ceil(self.batch_rows);
        usize::try_from(batches).map_or(most, |batches| most.min(batches))
    }

    /// Makes the rows on as many threads as there are encoders, at least one, and hands them to `take` in row order;
    /// without encoders the pieces are batches. Stops making at the first error of `take`.
    pub(crate) fn in_order<E>(
        &self,
        encoders: Vec<Option<Box<dyn Encoder>>>,
        mut take: impl FnMut(Result<&mut Piece, SinkError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut makers: Vec<Maker<'_>> = encoders.into_iter().map(|e| Maker::new(self, e)).collect();
        let pieces = makers.first().map_or(0, Maker::pieces);
        makers.truncate(usize::try_from(pieces).unwrap_or(usize::MAX));
        if makers.len() < 2 {
            return makers.pop().map_or(Ok(()), |maker| one_thread(maker, take));
        }
        let threads = makers.len() as u64;
        std::thread::scope(|scope| {
            // Thread t makes pieces t, t + threads, ...; reading the channels in turn restores the order, and their
            // bound of one piece holds the makers back when the sink is slower.
            let queues: Vec<(Receiver<_>, Sender<Chunk>)> = makers
                .into_iter()
                .zip(0..)
                .map(|(mut maker, t)| {
                    let (send, receive) = sync_channel(1);
                    let (give_back, spent) = channel();
                    scope.spawn(move || {
                        for n in (t..pieces).step_by(threads as usize) {
                            if send.send(maker.make(n, spent.try_recv().ok())).is_err() {
                                break;
                            }
                        }
                    });
                    (receive, give_back)
                })
                .collect();
            for n in 0..pieces {
                let (made, give_back) = &queues[(n % threads) as usize];
                // A closed channel: the maker panicked, and leaving the scope passes its panic on.
                let Ok(made) = made.recv() else { break };
                match made {
                    Ok(mut piece) => {
                        take(Ok(&mut piece))?;
                        if let Piece::Chunk(chunk) = piece {
                            // A maker that has made its last piece wants nothing back.
                            let _ = give_back.send(chunk);
                        }
                    }
                    Err(error) => take(Err(error))?,
                }
            }
            Ok(())
        })
    }
}

fn one_thread<E>(
    mut maker: Maker<'_>,
    mut take: impl FnMut(Result<&mut Piece, SinkError>) -> Result<(), E>,
) -> Result<(), E> {
    let mut spent = None;
    for n in 0..maker.pieces() {
        match maker.make(n, spent.take()) {
            Ok(mut piece) => {
                take(Ok(&mut piece))?;
                if let Piece::Chunk(chunk) = piece {
                    spent = Some(chunk);
                }
            }
            Err(error) => take(Err(error))?,
        }
    }
    Ok(())
}

/// Makes some of a table's pieces, on one thread.
struct Maker<'w> {
    work: &'w Work<'w>,
    encoder: Option<Box<dyn Encoder>>,
    /// Rows in a piece, but in the last.
    piece_rows: u64,
}

impl<'w> Maker<'w> {
    fn new(work: &'w Work<'w>, encoder: Option<Box<dyn Encoder>>) -> Self {
        let asked = encoder.as_ref().and_then(|e| e.chunk_rows());
        Self { work, encoder, piece_rows: asked.unwrap_or(work.batch_rows).max(1) }
    }

    fn pieces(&self) -> u64 {
        (self.work.rows.end - self.work.rows.start).div_ceil(self.piece_rows)
    }

    fn make(&mut self, n: u64, spent: Option<Chunk>) -> Result<Piece, SinkError> {
        let Work { plan, table, ref rows, batch_rows } = *self.work;
        let start = rows.start + n * self.piece_rows;
        let end = rows.end.min(start.saturating_add(self.piece_rows));
        let Some(encoder) = &mut self.encoder else {
            return Ok(Piece::Batch(plan.complete_batch(table, start..end)));
        };
        let mut at = start;
        while at < end {
            let next = end.min(at.saturating_add(batch_rows));
            encoder.push(&plan.complete_batch(table, at..next))?;
            at = next;
        }
        encoder.take(spent).map(Piece::Chunk)
    }
}
