//! Conditions on ranges and points: what they leave of the two parts that such a value has.
//!
//! `lower(stay) >= '2024-01-01'`, `seats <@ int4range(1, 51)`, `stay && '[2024-01-01,2025-01-01)'`, `place[0] > 0`. A range
//! is taken to be of the form `[)`, as lists of ranges are.

use super::Narrowing;
use super::logic::strip;
use crate::domain::{Bound, ValueDomain};
use crate::value_order::order;
use seedbed_schema_model::{BinaryOp, Expr, SqlType};
use seedbed_sql_values::{RangeSet, Value, parse_value};

/// Which part of a value a condition speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A range's lower end, a point's x.
    First,
    /// A range's upper end, a point's y.
    Second,
}

impl Narrowing<'_> {
    /// `lower(x) op value`, `upper(x) op value`, `x[0] op value`.
    pub(super) fn read_part(&mut self, left: &Expr, op: BinaryOp, value: &Value) -> bool {
        let Some((part, ty)) = self.part_of(left) else { return false };
        let value = match value {
            Value::Text(text) => match parse_value(text, &ty, self.cx.schema) {
                Ok(value) => value,
                Err(_) => return false,
            },
            other => other.clone(),
        };
        let bound = |inclusive| Bound { value: value.clone(), inclusive };
        match op {
            BinaryOp::Eq => self.above(part, bound(true)) && self.below(part, bound(true)),
            BinaryOp::Lt => self.below(part, bound(false)),
            BinaryOp::LtEq => self.below(part, bound(true)),
            BinaryOp::Gt => self.above(part, bound(false)),
            BinaryOp::GtEq => self.above(part, bound(true)),
            _ => false,
        }
    }

    /// `x <@ range`, `x @> range`, `x @> element`, `x && range`.
    pub(super) fn read_containment(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> bool {
        if !matches!(self.ty, SqlType::Range { .. }) {
            return false;
        }
        let (op, constant) = match (self.is_subject(left), self.is_subject(right), op) {
            (true, false, op) => (op, right),
            (false, true, BinaryOp::Contains) => (BinaryOp::ContainedBy, left),
            (false, true, BinaryOp::ContainedBy) => (BinaryOp::Contains, left),
            (false, true, op) => (op, left),
            _ => return false,
        };
        let Some(value) = self.constant(constant) else { return false };
        let value = match value {
            Value::Text(text) => match parse_value(&text, self.ty, self.cx.schema) {
                Ok(value) => value,
                Err(_) => return false,
            },
            value => value,
        };
        match (op, value) {
            (_, Value::Null) => false,
            (BinaryOp::ContainedBy, Value::Range(set)) => self.within(&set),
            (BinaryOp::Overlaps, Value::Range(set)) => self.meeting(&set),
            (BinaryOp::Contains, Value::Range(set)) => self.around(&set),
            (BinaryOp::Contains, element) => {
                self.below(Part::First, Bound { value: element.clone(), inclusive: true })
                    && self.above(Part::Second, Bound { value: element, inclusive: false })
            }
            _ => false,
        }
    }

    /// Inside a range; of a multirange inside its first part.
    fn within(&mut self, set: &RangeSet) -> bool {
        let Some(range) = set.parts().first().filter(|_| self.may_choose || set.parts().len() == 1) else {
            return false;
        };
        let low = range.low.clone().map(|value| Bound { value, inclusive: range.low_inclusive });
        let high = range.high.clone().map(|value| Bound { value, inclusive: true });
        low.is_none_or(|low| self.above(Part::First, low))
            && high.is_none_or(|high| self.below(Part::Second, high))
    }

    /// With a value in common with a range.
    fn meeting(&mut self, set: &RangeSet) -> bool {
        let Some(range) = set.parts().first().filter(|_| self.may_choose || set.parts().len() == 1) else {
            return false;
        };
        let high = range.high.clone().map(|value| Bound { value, inclusive: range.high_inclusive });
        let low = range.low.clone().map(|value| Bound { value, inclusive: false });
        high.is_none_or(|high| self.below(Part::First, high))
            && low.is_none_or(|low| self.above(Part::Second, low))
    }

    /// Around a range that has both ends.
    fn around(&mut self, set: &RangeSet) -> bool {
        let [range] = set.parts() else { return false };
        let (Some(low), Some(high)) = (range.low.clone(), range.high.clone()) else { return false };
        self.below(Part::First, Bound { value: low, inclusive: true })
            && self.above(Part::Second, Bound { value: high, inclusive: !range.high_inclusive })
    }

    /// The part of the column that an expression is, and that part's type.
    fn part_of(&self, e: &Expr) -> Option<(Part, SqlType)> {
        match (strip(e), self.ty) {
            (Expr::Function { name, args }, SqlType::Range { element, .. })
                if args.len() == 1 && self.is_subject(&args[0]) =>
            {
                let part = match name.as_str() {
                    "lower" => Part::First,
                    "upper" => Part::Second,
                    _ => return None,
                };
                Some((part, self.cx.schema.base_type(element).clone()))
            }
            (Expr::Subscript { operand, index }, SqlType::Geometric { name })
                if name == "point" && self.is_subject(operand) =>
            {
                let part = match self.constant(index)? {
                    Value::Integer(0) => Part::First,
                    Value::Integer(1) => Part::Second,
                    _ => return None,
                };
                Some((part, SqlType::Float { bits: 64, unsigned: false, digits: None }))
            }
            _ => None,
        }
    }

    fn part(&mut self, part: Part) -> &mut ValueDomain {
        let pair = self.domain.pair.get_or_insert_default();
        match part {
            Part::First => &mut pair[0],
            Part::Second => &mut pair[1],
        }
    }

    /// Leaves nothing of a part below a bound; false if it can't be compared with the one that stands.
    fn above(&mut self, part: Part, bound: Bound) -> bool {
        let low = &mut self.part(part).low;
        tighten(low, bound, std::cmp::Ordering::is_gt)
    }

    /// The same above one.
    fn below(&mut self, part: Part, bound: Bound) -> bool {
        let high = &mut self.part(part).high;
        tighten(high, bound, std::cmp::Ordering::is_lt)
    }
}

fn tighten(stands: &mut Option<Bound>, bound: Bound, is_tighter: fn(std::cmp::Ordering) -> bool) -> bool {
    let tighter = match stands {
        Some(old) => match order(&bound.value, &old.value) {
            Some(o) => is_tighter(o) || (o.is_eq() && !bound.inclusive),
            None => return false,
        },
        // What has no order can't be kept to.
        None => order(&bound.value, &bound.value).is_some(),
    };
    if tighter {
        *stands = Some(bound);
    }
    stands.is_some()
}
