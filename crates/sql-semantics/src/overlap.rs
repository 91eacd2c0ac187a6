//! What an exclusion compares by `&&`: the range that a row takes.
//!
//! `EXCLUDE USING gist (room WITH =, daterange(arrival, departure) WITH &&)` (PostgreSQL manual, CREATE TABLE) refuses two
//! rows whose ranges overlap; SQL's `WITHOUT OVERLAPS` over a period (SQL:2011, §4.14.2) is the same. A planner wants
//! to know what the ends are, a checker only the range.

use crate::typing::type_of;
use crate::{Context, EvaluateError, Row, evaluate, range_operator};
use seedbed_schema_model::{ColumnIdx, Expr, KeyTerm, Literal, SqlType};
use seedbed_sql_values::{Range, RangeSet, Value};

/// The range that a row takes of an exclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeTerm {
    /// Made of two expressions, such as `tstzrange(starts_at, ends_at, '[]')`. An end that is NULL is open.
    Between {
        /// The lower end.
        low: Expr,
        /// The upper end.
        high: Expr,
        /// Whether the lower end belongs to the range: `[`, as it is unless written otherwise.
        low_inclusive: bool,
        /// Whether the upper end belongs to the range: `]`.
        high_inclusive: bool,
    },
    /// A value of a range type, such as a column.
    Value(Expr),
}

/// Functions that make a range of two ends (PostgreSQL manual, §8.17.6). `range` stands for that of any type, and for
/// a period.
const CONSTRUCTORS: [&str; 7] =
    ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "range"];

impl RangeTerm {
    /// Reads a term of a key; `None` where it is no range, or one of a kind that is not known here.
    pub fn read(term: &KeyTerm, cx: &Context<'_>) -> Option<Self> {
        let expr = match term {
            KeyTerm::Column(column) => Expr::Column(*column),
            KeyTerm::Expr(expr) => expr.clone(),
        };
        if let Some(made) = Self::made_of(&expr) {
            return Some(made);
        }
        let is_range = matches!(type_of(&expr, cx).as_deref(), Some(SqlType::Range { .. }));
        is_range.then_some(Self::Value(expr))
    }

    /// A call of a constructor, whose bounds are `[)` unless its third argument says otherwise.
    fn made_of(expr: &Expr) -> Option<Self> {
        let (name, args) = match expr {
            Expr::Function { name, args } => (name, args),
            Expr::Cast { operand, target: SqlType::Range { multi: false, .. } } => {
                return Self::made_of(operand);
            }
            _ => return None,
        };
        if !CONSTRUCTORS.contains(&name.as_str()) {
            return None;
        }
        let (low, high, bounds) = match args.as_slice() {
            [low, high] => (low, high, "[)"),
            [low, high, bounds] => (low, high, text(bounds)?),
            _ => return None,
        };
        Some(Self::Between {
            low: low.clone(),
            high: high.clone(),
            low_inclusive: bounds.starts_with('['),
            high_inclusive: bounds.ends_with(']'),
        })
    }

    /// The columns that it reads, some more than once.
    pub fn columns(&self) -> Vec<ColumnIdx> {
        match self {
            Self::Between { low, high, .. } => low.columns().into_iter().chain(high.columns()).collect(),
            Self::Value(expr) => expr.columns(),
        }
    }

    /// The range that a row takes; `None` of a NULL, which overlaps nothing.
    ///
    /// # Errors
    /// [`EvaluateError`] where an end can't be evaluated, or the ends make no range.
    pub fn evaluate(&self, row: &dyn Row, cx: &Context<'_>) -> Result<Option<RangeSet>, EvaluateError> {
        match self {
            Self::Between { low, high, low_inclusive, high_inclusive } => {
                let end = |e: &Expr| evaluate(e, row, cx).map(|end| Some(end).filter(|end| !end.is_null()));
                let range = Range::between(end(low)?, end(high)?, *low_inclusive, *high_inclusive);
                range.map(|range| Some(RangeSet::range(range))).map_err(range_operator::error)
            }
            Self::Value(expr) => match evaluate(expr, row, cx)? {
                Value::Null => Ok(None),
                Value::Range(set) => Ok(Some(set)),
                other => Err(EvaluateError::unsupported(format!("the overlap of {}", other.kind()))),
            },
        }
    }
}

/// A text constant, also under a cast as dumps write it.
fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        Expr::Cast { operand, .. } => text(operand),
        _ => None,
    }
}
