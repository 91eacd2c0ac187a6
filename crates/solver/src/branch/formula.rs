//! CHECKs as formulas: which columns are NULL, which are present, and which conditions then hold.
//!
//! SQL's three truth values are taken apart exactly: each part of a condition is asked for a *set* of truth values, and
//! the answer is a tree of AND and OR over NULL patterns and conditions on present values. A CHECK asks for "true or
//! unknown". What has no exact reading becomes a condition to evaluate, never a guess.
//!
//! `reader` takes a condition apart; `conditional` splits CASE and COALESCE into cases, `counting` sums of conditions
//! into choices, and `strictness` says where a NULL makes an expression NULL.

mod conditional;
mod counting;
mod reader;
mod strictness;

pub use strictness::is_strict;

use crate::narrow::strip;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr};

/// A set of truth values: what a condition may come out as. A CHECK asks for true or unknown, a WHERE for true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truths(u8);

impl Truths {
    /// True alone.
    pub const TRUE: Self = Self(1);
    /// False alone.
    pub const FALSE: Self = Self(2);
    /// Unknown alone: NULL.
    pub const UNKNOWN: Self = Self(4);
    /// What a CHECK accepts.
    pub(super) const PASSES: Self = Self(5);
    /// False or unknown.
    pub(super) const NOT_TRUE: Self = Self(6);
    /// True or false.
    pub(super) const KNOWN: Self = Self(3);
    /// Every truth value: nothing is asked.
    pub(super) const ALL: Self = Self(7);

    /// Whether a truth value is one of them.
    pub fn has(self, truth: Option<bool>) -> bool {
        let one = match truth {
            Some(true) => Self::TRUE,
            Some(false) => Self::FALSE,
            None => Self::UNKNOWN,
        };
        self.0 & one.0 != 0
    }

    /// None: no truth value at all.
    pub(super) const NONE: Self = Self(0);

    /// The truth values that are not among them.
    pub(super) fn others(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }

    /// The truth values of the negation.
    pub(super) fn negated(self) -> Self {
        Self((self.0 & 4) | ((self.0 & 1) << 1) | ((self.0 & 2) >> 1))
    }
}

/// A condition as AND and OR over NULL patterns and conditions on values.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// Every one holds; none is always.
    All(Vec<Formula>),
    /// Some one holds; none is never.
    Any(Vec<Formula>),
    /// The column is NULL.
    Null(ColumnIdx),
    /// The column is not NULL.
    Present(ColumnIdx),
    /// A condition has one of some truth values.
    Holds(Condition),
}

/// A condition to be evaluated on the values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The condition, with everything that depends on NULLs taken out of it where that was possible.
    pub expr: Expr,
    /// The truth values that satisfy the formula.
    pub truths: Truths,
    /// The columns that it reads.
    pub columns: Vec<ColumnIdx>,
    /// Its number among the conditions of its formulas, once they are numbered.
    pub number: usize,
    /// Whether it reads the clock, so that it must hold at any time from now on.
    pub moves: bool,
    /// Whether it stands beside the presence of all its columns. If not, NULLs in them are its own business.
    pub strict: bool,
}

/// The formula that every row satisfies: an AND of nothing.
pub(super) const ALWAYS: Formula = Formula::All(Vec::new());
/// The formula that no row satisfies: an OR of nothing.
pub(super) const NEVER: Formula = Formula::Any(Vec::new());

impl Condition {
    /// Whether it is an equation with the column alone on one side.
    pub(super) fn computes(&self, column: ColumnIdx) -> bool {
        let is_column = |e: &Expr| matches!(strip(e), Expr::Column(c) if *c == column);
        match &self.expr {
            Expr::Binary { op: BinaryOp::Eq, left, right } => {
                (is_column(left) && right.columns().len() > 1)
                    || (is_column(right) && left.columns().len() > 1)
            }
            _ => false,
        }
    }
}

impl Formula {
    /// Whether nothing satisfies it, whatever the row.
    pub fn is_never(&self) -> bool {
        *self == NEVER
    }

    /// The AND of some formulas, nested ones flattened; one that is never makes the whole never.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::All(inner) => kept.extend(inner),
                part if part == NEVER => return NEVER,
                part => kept.push(part),
            }
        }
        kept.dedup();
        if kept.len() == 1 { kept.remove(0) } else { Self::All(kept) }
    }

    /// The OR of some formulas, nested ones flattened, each once; one that is always makes the whole always.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Any(inner) => kept.extend(inner),
                part if part == ALWAYS => return ALWAYS,
                part if !kept.contains(&part) => kept.push(part),
                _ => {}
            }
        }
        if kept.len() == 1 { kept.remove(0) } else { Self::Any(kept) }
    }

    /// How many parts it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::len).sum::<usize>(),
            _ => 1,
        }
    }

    /// Calls `visit` on every condition in it.
    pub fn conditions(&mut self, visit: &mut dyn FnMut(&mut Condition)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|p| p.conditions(visit)),
            Self::Holds(condition) => visit(condition),
            Self::Null(_) | Self::Present(_) => {}
        }
    }
}
