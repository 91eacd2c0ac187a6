//! Why rows were not written by a statement.

use seedbed_text_encode::UnsupportedColumn;

/// What ended a statement that writes rows; `E` is the database client's error.
#[derive(Debug)]
pub(crate) enum SendError<E> {
    /// The server said no, or nothing any more.
    Server(E),
    /// A batch holds what can't be written.
    Column(UnsupportedColumn),
}

impl<E> From<UnsupportedColumn> for SendError<E> {
    fn from(error: UnsupportedColumn) -> Self {
        Self::Column(error)
    }
}
