//! How long a load waits for others.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use crate::remote::GRACE;
use seedbed_datagen_core::CancelToken;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::thread;
use std::time::Duration;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::time::Instant;

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
/// Time between two such tries.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const AGAIN: Duration = Duration::from_millis(100);

/// Looks for something again and again until it is known; `None` when time is over before. The token that each look is
/// given ends with that time.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) fn looked_up<T>(cancel: &CancelToken, look: impl Fn(&CancelToken) -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    // Somebody who wants to go waits less.
    let is_over = move |cancel: &CancelToken| {
        begun.elapsed() >= if cancel.is_canceled() { GRACE } else { LOOKUP_TIMEOUT }
    };
    let ends = CancelToken::new().or_when({
        let cancel = cancel.clone();
        move || is_over(&cancel)
    });
    loop {
        match look(&ends) {
            None if !is_over(cancel) => thread::sleep(AGAIN),
            found => return found,
        }
    }
}

/// How long to wait for others, and who ends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    /// How long to wait for another load, and for the lock of somebody else.
    pub(crate) patience: Duration,
    /// Whether to go on.
    pub(crate) cancel: &'a CancelToken,
}
