//! How many requests are answered at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Places for requests.
#[derive(Clone, Debug)]
pub(crate) struct Capacity {
    taken: Arc<AtomicUsize>,
    places: usize,
}

/// A place; dropped, it is free again.
#[derive(Debug)]
pub(crate) struct Taken(Arc<AtomicUsize>);

impl Capacity {
    pub(crate) fn new(places: usize) -> Self {
        Self { taken: Arc::default(), places }
    }

    /// A place, if one is free: to wait for one would make the line longer, and everybody in it slower.
    pub(crate) fn take(&self) -> Option<Taken> {
        let taken = Taken(Arc::clone(&self.taken));
        (self.taken.fetch_add(1, Ordering::AcqRel) < self.places).then_some(taken)
    }

    /// Requests that are being answered.
    pub(crate) fn in_flight(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_given_back_is_free() {
        let capacity = Capacity::new(2);
        let (first, second) = (capacity.take(), capacity.take());
        assert!(first.is_some() && second.is_some() && capacity.take().is_none());
        drop(first);
        assert_eq!(capacity.in_flight(), 1);
        assert!(capacity.take().is_some());
    }
}
