//! Row limits: why a table can't have the rows that it was to get.
//!
//! The error of every pass over a table. It is no failure of the plan: the table is planned again with the rows of the
//! limit, and the reason becomes the table's shortfall, or an error where the spec asks expressly for more.

use super::error::PlanError;
use seedbed_datagen_core::{Factor, Limit, Shortfall, ShortfallReason, Verdict};
use seedbed_schema_model::Span;

/// The table can't have so many rows.
#[derive(Clone, Debug)]
pub(super) struct RowLimit {
    /// Rows that it may have.
    pub(super) rows: u64,
    /// The reason, as it is told if the limit stands at the end.
    pub(super) shortfall: Box<Shortfall>,
    /// The wish of the spec that leaves nothing, if it is one.
    pub(super) spec_error: Option<Box<PlanError>>,
    /// Whether numbered children are part of the reason: another construction may do better.
    pub(super) numbered: bool,
    /// Whether references draw but some of their parents' rows: with all of them there may be more rows.
    pub(super) leaves_out: bool,
}

impl RowLimit {
    /// A bound of so many rows without factors. It counts as proven ([`Verdict::Impossible`]).
    pub(super) fn new(rows: u64, reason: ShortfallReason, span: Span) -> Self {
        Self::known(rows, Shortfall { span: Some(span), ..Shortfall::of(reason) })
    }

    /// A bound that is told already.
    pub(super) fn known(rows: u64, shortfall: Shortfall) -> Self {
        Self { rows, shortfall: Box::new(shortfall), spec_error: None, numbered: false, leaves_out: false }
    }

    /// A bound that is a product: the constraint, and what it multiplies.
    pub(super) fn of_product(constraint: String, factors: Vec<Factor>, asked: u64, span: Span) -> Self {
        let limit = Limit::new(factors, asked);
        let mut bound = Self::new(limit.rows, ShortfallReason::Product { constraint }, span);
        bound.shortfall.limit = Some(limit);
        bound
    }

    /// The same; not proven if references draw but some of their parents' rows.
    pub(super) fn leaving_out(self, leaves_out: bool) -> Self {
        if leaves_out { Self { leaves_out, ..self.undecided() } } else { self }
    }

    /// The same, not proven: no construction was found.
    pub(super) fn undecided(mut self) -> Self {
        self.shortfall.verdict = Verdict::Undecided;
        self
    }
}
