//! How many requests are answered at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Places for requests.
#[derive(Clone, Debug)]
pub(crate) struct Capacity {
    taken: Arc<AtomicUsize>,
    places: usize,
}

/// A place that its request does not need for a while; dropped, it is taken again, even if others have them all.
#[derive(Debug)]
pub(crate) struct Lent<'a>(&'a Capacity);

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

    /// Leaves the place of a request to others while it waits for a job: who only waits is no work.
    pub(crate) fn lend(&self) -> Lent<'_> {
        self.taken.fetch_sub(1, Ordering::AcqRel);
        Lent(self)
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

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_add(1, Ordering::AcqRel);
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

    #[test]
    fn the_place_of_one_who_waits_is_anothers_meanwhile() {
        let capacity = Capacity::new(1);
        let waiting = capacity.take().expect("a place");
        let lent = capacity.lend();
        let other = capacity.take();
        assert!(other.is_some() && capacity.take().is_none());
        drop((lent, other));
        assert!(capacity.take().is_none());
        drop(waiting);
        assert_eq!(capacity.in_flight(), 0);
    }
}
