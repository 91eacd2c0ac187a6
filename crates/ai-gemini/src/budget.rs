//! What questions may cost.

use crate::error::GeminiError;
use seedbed_edit::ExchangeRecord;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tokens of an answer below which a call is not worth its question.
const LEAST_ROOM: u32 = 256;

/// Tokens that calls under way may cost yet, over all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<u64>);

/// The tokens of one question, with those for its lists.
pub(crate) struct Budget<'a> {
    per_job: Option<u64>,
    per_day: Option<u64>,
    record: &'a dyn ExchangeRecord,
    in_flight: &'a InFlight,
    job: Mutex<JobTokens>,
}

#[derive(Debug, Default)]
struct JobTokens {
    spent: u64,
    in_flight: u64,
}

/// What one call may cost; given back when it is dropped, by when its real cost is noted.
pub(crate) struct Reservation<'a> {
    budget: &'a Budget<'a>,
    tokens: u64,
    /// Tokens that the answer may have.
    pub(crate) room: u32,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(
        per_job: Option<u64>,
        per_day: Option<u64>,
        record: &'a dyn ExchangeRecord,
        in_flight: &'a InFlight,
    ) -> Self {
        Self { per_job, per_day, record, in_flight, job: Mutex::default() }
    }

    /// Sets aside what a call may cost: its question, and room for its answer, or for as much of one as is left. None while what
    /// is left depends on calls under way.
    ///
    /// # Errors
    /// When no call is to be made any more, whatever those under way will cost.
    pub(crate) fn reserve(&self, prompt: u64, room: u32) -> Result<Option<Reservation<'_>>, GeminiError> {
        let least = prompt.saturating_add(LEAST_ROOM.min(room).into());
        let mut tokens = prompt.saturating_add(room.into());
        let mut in_flight = locked(&self.in_flight.0);
        let mut job = locked(&self.job);
        let mut is_free = true;
        if let Some(limit) = self.per_job {
            tokens = tokens.min(limit.saturating_sub(job.spent));
            if tokens < least {
                return Err(GeminiError::BudgetJob { spent: job.spent.saturating_add(least), limit });
            }
            is_free = job.spent.saturating_add(job.in_flight).saturating_add(tokens) <= limit;
        }
        if let Some(limit) = self.per_day {
            let spent = self.record.spent_today();
            tokens = tokens.min(limit.saturating_sub(spent));
            if tokens < least {
                return Err(GeminiError::BudgetDay { spent: spent.saturating_add(least), limit });
            }
            is_free &= spent.saturating_add(*in_flight).saturating_add(tokens) <= limit;
        }
        if !is_free {
            return Ok(None);
        }
        *in_flight = in_flight.saturating_add(tokens);
        job.in_flight = job.in_flight.saturating_add(tokens);
        let room = u32::try_from(tokens.saturating_sub(prompt)).unwrap_or(room);
        Ok(Some(Reservation { budget: self, tokens, room }))
    }

    /// Takes note of a call.
    pub(crate) fn spend(&self, tokens: u64) {
        let mut job = locked(&self.job);
        job.spent = job.spent.saturating_add(tokens);
        drop(job);
        self.record.spend(tokens);
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut in_flight = locked(&self.budget.in_flight.0);
        *in_flight = in_flight.saturating_sub(self.tokens);
        let mut job = locked(&self.budget.job);
        job.in_flight = job.in_flight.saturating_sub(self.tokens);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_edit::Exchange;

    /// A day that has cost 1000 tokens.
    struct Day;

    impl ExchangeRecord for Day {
        fn find(&self, _: &str) -> Option<Exchange> {
            None
        }
        fn keep(&self, _: &Exchange) {}
        fn spend(&self, _: u64) {}
        fn spent_today(&self) -> u64 {
            1_000
        }
    }

    fn room(reserved: &Result<Option<Reservation<'_>>, GeminiError>) -> Option<u32> {
        reserved.as_ref().ok().and_then(Option::as_ref).map(|r| r.room)
    }

    #[test]
    fn what_is_under_way_is_waited_for_in_all_jobs_of_a_day() {
        let in_flight = InFlight::default();
        let jobs = [(); 2].map(|()| Budget::new(None, Some(3_000), &Day, &in_flight));
        let first = jobs[0].reserve(100, 1_500);
        assert_eq!(room(&first), Some(1_500));
        assert!(matches!(jobs[1].reserve(100, 1_500), Ok(None)), "it may cost less than it may");
        let small = jobs[1].reserve(100, 300);
        assert_eq!(room(&small), Some(300), "there is room beside it");
        drop(first);
        drop(small);
        assert_eq!(room(&jobs[1].reserve(100, 9_000)), Some(1_900), "as much as is left");
    }

    #[test]
    fn too_little_is_nothing() {
        let in_flight = InFlight::default();
        let job = Budget::new(Some(1_000), None, &Day, &in_flight);
        job.spend(500);
        assert_eq!(room(&job.reserve(200, 9_000)), Some(300));
        let refused = job.reserve(300, 9_000).err();
        assert_eq!(refused, Some(GeminiError::BudgetJob { spent: 1_056, limit: 1_000 }));
        assert_eq!(room(&job.reserve(300, 100)), Some(100), "nobody wanted more");
    }
}
