//! Cancellation: the request to stop, which may come at any moment and from anywhere.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop that whoever works looks at between two pieces of work. Clones are one token: any of them may be
/// canceled, from another thread or in a signal handler, and all of them tell.
///
/// ```
/// use seedbed_datagen_core::CancelToken;
/// let token = CancelToken::new();
/// let handle = token.clone();
/// std::thread::spawn(move || handle.cancel()).join().unwrap();
/// assert!(token.is_canceled());
/// ```
#[derive(Clone, Default)]
pub struct CancelToken {
    canceled: Arc<AtomicBool>,
    /// What else cancels, such as a clock: this crate has none.
    condition: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl CancelToken {
    /// A token that nobody has canceled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to stop. There is no way back.
    pub fn cancel(&self) {
        self.canceled.store(true, Ordering::SeqCst);
    }

    /// Whether to stop. Cost: an atomic read, and the [condition](Self::or_when) if there is one.
    pub fn is_canceled(&self) -> bool {
        self.canceled.load(Ordering::SeqCst) || self.condition.as_ref().is_some_and(|holds| holds())
    }

    /// [`CancelToken::is_canceled`] for `?`.
    ///
    /// # Errors
    /// [`Canceled`] when it is.
    pub fn check(&self) -> Result<(), Canceled> {
        if self.is_canceled() { Err(Canceled) } else { Ok(()) }
    }

    /// The same token that is also canceled while a condition holds, in place of one before. It is asked on any thread.
    ///
    /// ```
    /// use seedbed_datagen_core::CancelToken;
    /// use std::time::{Duration, Instant};
    /// let deadline = Instant::now() + Duration::from_secs(3600);
    /// assert!(!CancelToken::new().or_when(move || Instant::now() >= deadline).is_canceled());
    /// ```
    #[must_use]
    pub fn or_when(self, condition: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { condition: Some(Arc::new(condition)), ..self }
    }
}

/// The run was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("canceled")]
pub struct Canceled;

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("canceled", &self.is_canceled()).finish()
    }
}
