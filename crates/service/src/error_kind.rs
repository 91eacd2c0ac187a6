//! Whose fault it is that something was not done.

/// Whose fault it is, and so what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request's: change it.
    Invalid,
    /// It speaks of something that is not there.
    NotFound,
    /// Something has happened in between.
    Conflict,
    /// It is larger than it may be.
    TooLarge,
    /// It is understood, and can't be carried out.
    Unprocessable,
    /// There is too much to do: ask again.
    Busy,
    /// Not now: ask again.
    Unavailable,
    /// It took too long.
    Timeout,
    /// Ours, or the machine's.
    Internal,
}
