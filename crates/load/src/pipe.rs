//! Bytes from the thread that makes rows to the thread of a connection.

use crate::remote::LOOK;
use seedbed_datagen_core::CancelToken;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

/// The end that is written to. Dropped without [`finish`](Self::finish), it breaks the pipe.
pub(crate) struct PipeWriter {
    pieces: Sender<Option<Vec<u8>>>,
    room: Receiver<()>,
    cancel: CancelToken,
}

/// The end that is read from.
pub(crate) struct PipeReader {
    pieces: Receiver<Option<Vec<u8>>>,
    room: Sender<()>,
}

/// A pipe with room for so many pieces that nobody has asked for yet.
pub(crate) fn pipe(room: usize, cancel: &CancelToken) -> (PipeWriter, PipeReader) {
    let (write_pieces, read_pieces) = channel();
    let (give_room, take_room) = channel();
    for _ in 0..room {
        let _ = give_room.send(());
    }
    let writer = PipeWriter { pieces: write_pieces, room: take_room, cancel: cancel.clone() };
    (writer, PipeReader { pieces: read_pieces, room: give_room })
}

impl PipeWriter {
    /// Writes a piece once there is room for it. Returns whether to go on: somebody reads, and nobody said to stop.
    pub(crate) fn write(&self, piece: Vec<u8>) -> bool {
        loop {
            match self.room.recv_timeout(LOOK) {
                Ok(()) => return self.pieces.send(Some(piece)).is_ok(),
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) if self.cancel.is_canceled() => return false,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// All was written.
    pub(crate) fn finish(self) {
        drop(self.pieces.send(None));
    }
}

impl PipeReader {
    /// Hands over each piece as it comes, until the last. Returns whether all came; `take` may end it with an error.
    pub(crate) fn read<E>(&self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<bool, E> {
        while let Ok(piece) = self.pieces.recv() {
            let Some(piece) = piece else { return Ok(true) };
            let _ = self.room.send(());
            take(&piece)?;
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn all_comes_in_order_or_is_known_to_be_broken() {
        for whole in [true, false] {
            let (writer, reader) = pipe(1, &CancelToken::new());
            let reading = thread::spawn(move || {
                let mut all = Vec::new();
                let came = reader.read(|piece| {
                    all.extend_from_slice(piece);
                    Ok::<(), ()>(())
                });
                (all, came)
            });
            assert!((0..100_u8).all(|n| writer.write(vec![n])));
            if whole {
                writer.finish();
            } else {
                drop(writer);
            }
            let (all, came) = reading.join().expect("it ends");
            assert_eq!((all, came), ((0..100).collect(), Ok(whole)));
        }
    }

    #[test]
    fn a_writer_waits_for_nobody_who_does_not_read() {
        let until = Instant::now() + Duration::from_millis(50);
        let cancel = CancelToken::new().or_when(move || Instant::now() >= until);
        let (writer, reader) = pipe(1, &cancel);
        assert!(writer.write(vec![1]));
        assert!(!writer.write(vec![2]), "canceled");
        drop(reader);
        assert!(!writer.write(vec![3]), "nobody reads");
    }
}
