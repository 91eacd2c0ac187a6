//! What the making of a plan may cost.

use crate::CancelToken;
use std::time::Duration;

/// Steps that stand for a second: an ordinary processor takes a part of that for them.
const STEPS_PER_SECOND: u64 = 4_000_000;

/// What a plan may cost before it is told of a constraint, or of a table, that it is undecided. Planning goes on without it.
///
/// Time is counted in steps, as many for a second on each machine: the same schema comes to the same plan, also where some of
/// it is left undecided. Each table, and each group of CHECKs that are settled together, may take half of what those before
/// it have left.
#[derive(Clone, Debug)]
pub struct PlanningBudget {
    /// Steps of evaluations and searches.
    pub steps: u64,
    /// Bytes that indexes of parents' rows may take, each of them.
    pub memory: u64,
    /// Ends what is searched for as the steps do, whatever they say. Only what comes to an end this way depends on the machine.
    pub late: CancelToken,
}

impl PlanningBudget {
    /// What planning may take when nobody says.
    pub const TIME: Duration = Duration::from_secs(10);
    /// Bytes that it may keep when nobody says.
    pub const MEMORY: u64 = 512 << 20;

    /// The steps that stand for a time, and so much memory. Nothing is ever late.
    ///
    /// ```
    /// use seedbed_datagen_core::PlanningBudget;
    /// use std::time::Duration;
    /// let budget = PlanningBudget::new(Duration::from_secs(20), PlanningBudget::MEMORY);
    /// assert_eq!(budget.steps, 2 * PlanningBudget::default().steps);
    /// ```
    pub fn new(time: Duration, memory: u64) -> Self {
        let steps = time.as_millis().saturating_mul(u128::from(STEPS_PER_SECOND / 1_000));
        Self { steps: u64::try_from(steps).unwrap_or(u64::MAX), memory, late: CancelToken::new() }
    }
}

impl Default for PlanningBudget {
    fn default() -> Self {
        Self::new(Self::TIME, Self::MEMORY)
    }
}
