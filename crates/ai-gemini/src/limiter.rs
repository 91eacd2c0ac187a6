//! How many calls run at once: fewer as soon as Gemini is short of breath, more again while it is not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Shared by all clones of a client. Half as many calls at a time after a refusal, one more after as many good ones as there may
/// be at a time: what TCP does, and for the same reason.
#[derive(Debug)]
pub(crate) struct Limiter {
    most: usize,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    allowed: usize,
    running: usize,
    good: usize,
    /// Counts the cuts: of calls that ran at the same time, only the first that is refused cuts.
    cuts: u64,
}

/// The right to make one call; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    cuts: u64,
}

impl Limiter {
    pub(crate) fn new(most: usize) -> Self {
        let state = State { allowed: most, running: 0, good: 0, cuts: 0 };
        Self { most, state: Mutex::new(state), freed: Notify::new() }
    }

    /// Waits for a place.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Permit {
        loop {
            let freed = self.freed.notified();
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            freed.await;
        }
    }

    fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        let mut state = self.state();
        if state.running >= state.allowed {
            return None;
        }
        state.running += 1;
        Some(Permit { limiter: Arc::clone(self), cuts: state.cuts })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Gemini had too much to do.
    pub(crate) fn refused(&self) {
        let mut state = self.limiter.state();
        state.good = 0;
        if state.cuts == self.cuts {
            state.allowed = (state.allowed / 2).max(1);
            state.cuts += 1;
        }
    }

    /// Gemini answered.
    pub(crate) fn answered(&self) {
        let mut state = self.limiter.state();
        state.good += 1;
        if state.good >= state.allowed && state.allowed < self.limiter.most {
            state.good = 0;
            state.allowed += 1;
            drop(state);
            self.limiter.freed.notify_one();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.state().running -= 1;
        self.limiter.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(limiter: &Arc<Limiter>) -> Vec<Permit> {
        std::iter::from_fn(|| limiter.try_acquire()).take(100).collect()
    }

    #[test]
    fn a_burst_of_refusals_halves_once_and_good_calls_bring_it_back() {
        let limiter = Arc::new(Limiter::new(8));
        let burst = take(&limiter);
        assert_eq!(burst.len(), 8);
        burst.iter().for_each(Permit::refused);
        drop(burst);
        assert_eq!(take(&limiter).len(), 4);
        for permit in take(&limiter) {
            permit.answered();
        }
        assert_eq!(take(&limiter).len(), 5);
        for _ in 0..10 {
            take(&limiter).iter().for_each(Permit::refused);
        }
        assert_eq!(take(&limiter).len(), 1, "one may always run");
    }
}
