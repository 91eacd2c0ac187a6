//! Telling how far a load has come, and whether to go on.

use crate::LoadError;
use seedbed_datagen_core::{CancelToken, Progress};
use std::cell::RefCell;

/// The caller of a load: whom to tell, and who may stop it.
pub(crate) struct Watch<'a> {
    progress: RefCell<&'a mut dyn FnMut(Progress) -> bool>,
    cancel: &'a CancelToken,
}

impl<'a> Watch<'a> {
    /// A caller with a progress function and a token.
    pub(crate) fn new(progress: &'a mut dyn FnMut(Progress) -> bool, cancel: &'a CancelToken) -> Self {
        Self { progress: RefCell::new(progress), cancel }
    }

    /// The token, for all that takes time and tells nothing.
    pub(crate) fn cancel(&self) -> &CancelToken {
        self.cancel
    }

    /// Tells how far the load is now.
    ///
    /// # Errors
    /// [`LoadError::Canceled`] when the caller asks to stop.
    pub(crate) fn tell(&self, progress: Progress) -> Result<(), LoadError> {
        let goes_on = (self.progress.borrow_mut())(progress);
        if goes_on { check(self.cancel) } else { Err(LoadError::Canceled) }
    }
}

/// Looks whether to go on: between the statements that fill in references, and before each trial of rows.
///
/// # Errors
/// [`LoadError::Canceled`] when the token is canceled.
pub(crate) fn check(cancel: &CancelToken) -> Result<(), LoadError> {
    if cancel.is_canceled() { Err(LoadError::Canceled) } else { Ok(()) }
}
