//! How long a load waits for others.

use seedbed_datagen_core::CancelToken;
use std::time::Duration;

/// How long a connection may take to be made, unless a URL says it.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// The same where a URL says that it may take for ever.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) const NO_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);
/// How long a server may take for a COMMIT, before it is looked up what became of it.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) const COMMIT_TIMEOUT: Duration = Duration::from_secs(600);
/// How long it is tried to look that up. A server that was restarted takes its time.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) const LOOKUP_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait for others, and who ends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    /// How long to wait for another load, and for the lock of somebody else.
    pub(crate) patience: Duration,
    /// Whether to go on.
    pub(crate) cancel: &'a CancelToken,
}
