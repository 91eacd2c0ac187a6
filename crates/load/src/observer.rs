//! Who is told of a load while it goes on.

use crate::LoadNote;
use seedbed_datagen_core::{CancelToken, RunObserver};

/// Watches a load, and may stop it. `()` watches nothing, a [`CancelToken`] only stops.
pub trait LoadObserver: RunObserver {
    /// Told at once what a person should know while the load goes on: that it waits for another one. What there is to know
    /// afterwards is in the [`LoadReport`](crate::LoadReport).
    fn note(&mut self, note: &LoadNote) {
        let _ = note;
    }
}

impl LoadObserver for () {}

impl LoadObserver for CancelToken {}
