//! What evaluations and searches may cost while a plan is made.
//!
//! Counted in steps and not in time, so that the same schema comes to the same end on any machine. The steps are looked at
//! where the work is: at each part of an expression, and at each step of a search.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Steps that are left. An expression whose parts use them up can't be evaluated here, as one that is not known.
///
/// ```
/// use seedbed_sql_semantics::Work;
/// let work = Work::new(3);
/// assert!(work.take(2) && !work.is_spent());
/// assert!(!work.take(2), "only one was left");
/// assert!(work.is_spent() && !work.take(1));
/// ```
pub struct Work {
    left: AtomicU64,
    late: Option<Late>,
}

/// What says that it is too late, such as a clock: this crate has none.
pub type Late = Arc<dyn Fn() -> bool + Send + Sync>;

/// So many steps lie between two looks at the clock.
const STEPS_PER_LOOK: u64 = 1 << 14;

/// Bytes of text that count as one step.
const BYTES_PER_STEP: usize = 16;

impl Work {
    /// So many steps, in whatever time.
    pub fn new(steps: u64) -> Self {
        Self { left: AtomicU64::new(steps), late: None }
    }

    /// The same, at an end also when it is late. What comes to an end this way depends on the machine: it is the last
    /// resort, for steps that take longer than steps do.
    #[must_use]
    pub fn or_late(self, late: Option<Late>) -> Self {
        Self { late, ..self }
    }

    /// Takes steps off; false, and none are left, when there were not so many.
    #[inline]
    pub fn take(&self, steps: u64) -> bool {
        let before = self.left.load(Ordering::Relaxed);
        let Some(mut after) = before.checked_sub(steps) else {
            self.left.store(0, Ordering::Relaxed);
            return false;
        };
        if before / STEPS_PER_LOOK != after / STEPS_PER_LOOK && self.late.as_ref().is_some_and(|late| late())
        {
            after = 0;
        }
        self.left.store(after, Ordering::Relaxed);
        after > 0
    }

    /// Takes off what text of so many bytes costs to build and to read.
    pub(crate) fn take_bytes(&self, bytes: usize) -> bool {
        self.take((bytes / BYTES_PER_STEP) as u64)
    }

    /// Steps that are left.
    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// Whether none is left.
    pub fn is_spent(&self) -> bool {
        self.left() == 0
    }

    /// Half of what is left, for one of several things: however much one takes, something is left for those after it.
    /// What it has used is to be [taken](Self::take) off here.
    #[must_use]
    pub fn share(&self) -> Self {
        Self { left: AtomicU64::new(self.left() / 2), late: self.late.clone() }
    }

    /// Takes off what a share has used, of which so many steps were left at first.
    pub fn settle(&self, given: u64, share: &Self) {
        let used = given.saturating_sub(share.left());
        self.left.store(self.left().saturating_sub(used), Ordering::Relaxed);
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("left", &self.left()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_leaves_as_much_for_those_after_it() {
        let whole = Work::new(1000);
        let share = whole.share();
        let given = share.left();
        assert_eq!(given, 500);
        assert!(!share.take(501) && share.is_spent());
        whole.settle(given, &share);
        assert_eq!((whole.left(), whole.share().left()), (500, 250));
    }

    #[test]
    fn a_clock_is_asked_now_and_then() {
        let work = Work::new(1 << 20).or_late(Some(Arc::new(|| true)));
        assert!((0..STEPS_PER_LOOK * 2).any(|_| !work.take(1)), "it was never asked");
        assert!(work.is_spent());
    }
}
