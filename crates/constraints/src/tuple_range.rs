//! Ranges of tuples, as boxes.
//!
//! `FROM (1, 'a') TO (3, 'c')` compares as rows: `(1, 'b')`, `(2, 'z')` and `(3, 'b')` lie in it (PostgreSQL manual,
//! CREATE TABLE, "PARTITION OF"). Such a range is no box of one range for each key, but a few of them: the tuples whose
//! first key lies strictly between the ends, and those on either edge.

use seedbed_schema_model::{BinaryOp, BoundDatum, Expr};

/// Conditions that hold together.
pub(super) type Conditions = Vec<Expr>;

/// The boxes of a range over `keys`, the widest first. A bound that is shorter than the keys leaves the rest open.
pub(super) fn boxes(keys: &[Expr], from: &[BoundDatum], to: &[BoundDatum]) -> Vec<Conditions> {
    between(keys, Some(from), Some(to))
}

/// The boxes between two ends, `None` of which is open.
fn between(keys: &[Expr], from: Option<&[BoundDatum]>, to: Option<&[BoundDatum]>) -> Vec<Conditions> {
    let Some((key, rest)) = keys.split_first() else {
        // All keys are equal to the upper end, which does not belong to the range.
        return if to.is_some() { Vec::new() } else { vec![Vec::new()] };
    };
    let (low, above) = end(from);
    let (high, below) = end(to);
    if low == Some(&BoundDatum::MaxValue) || high == Some(&BoundDatum::MinValue) {
        return Vec::new();
    }
    let (low, high) = (constant(low), constant(high));
    let compare = |op, bound: &Expr| Expr::binary(op, key.clone(), bound.clone());
    let at = |bound: &Expr, others: Vec<Conditions>| {
        others.into_iter().map(|others| [vec![compare(BinaryOp::Eq, bound)], others].concat()).collect()
    };
    if let (Some(low), Some(high)) = (low, high)
        && low == high
    {
        return at(low, between(rest, above, below));
    }
    let last = rest.is_empty();
    let lower = low.map(|low| compare(if last { BinaryOp::GtEq } else { BinaryOp::Gt }, low));
    let upper = high.map(|high| compare(BinaryOp::Lt, high));
    let mut boxes = vec![lower.into_iter().chain(upper).collect()];
    if !last {
        boxes.extend(low.map(|low| at(low, between(rest, above, None))).unwrap_or_default());
        boxes.extend(high.map(|high| at(high, between(rest, None, below))).unwrap_or_default());
    }
    boxes
}

/// The datum of the first key, and those of the others.
fn end(of: Option<&[BoundDatum]>) -> (Option<&BoundDatum>, Option<&[BoundDatum]>) {
    match of.and_then(<[BoundDatum]>::split_first) {
        Some((first, rest)) => (Some(first), Some(rest)),
        None => (None, None),
    }
}

/// The constant of an end that is not open.
fn constant(datum: Option<&BoundDatum>) -> Option<&Expr> {
    match datum {
        Some(BoundDatum::Value(value)) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::ColumnIdx;

    fn value(n: i128) -> BoundDatum {
        BoundDatum::Value(Expr::integer(n))
    }

    /// Whether `(a, b)` meets the conditions of some box; they compare one of the two with a constant.
    fn lies_in(boxes: &[Conditions], row: [i128; 2]) -> bool {
        let holds = |e: &Expr| match e {
            Expr::Binary { op, left, right } => {
                let (Expr::Column(c), Expr::Literal(seedbed_schema_model::Literal::Integer(n))) =
                    (&**left, &**right)
                else {
                    return false;
                };
                let order = row[c.position()].cmp(n);
                match op {
                    BinaryOp::Eq => order.is_eq(),
                    BinaryOp::Gt => order.is_gt(),
                    BinaryOp::GtEq => order.is_ge(),
                    _ => order.is_lt(),
                }
            }
            _ => false,
        };
        boxes.iter().any(|conditions| conditions.iter().all(holds))
    }

    #[test]
    fn boxes_hold_the_tuples_that_compare_so() {
        let keys = [Expr::Column(ColumnIdx(0)), Expr::Column(ColumnIdx(1))];
        for (from, to) in [([1, 2], [3, 1]), ([1, 2], [1, 4]), ([0, 0], [1, 0]), ([2, 2], [2, 2])] {
            let boxes = boxes(&keys, &from.map(value), &to.map(value));
            for row in (0..5).flat_map(|a| (0..5).map(move |b| [a, b])) {
                assert_eq!(lies_in(&boxes, row), from <= row && row < to, "{row:?} in {from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn an_open_end_leaves_the_other_keys_open_too() {
        let keys = [Expr::Column(ColumnIdx(0)), Expr::Column(ColumnIdx(1))];
        let open =
            boxes(&keys, &[BoundDatum::MinValue, BoundDatum::MinValue], &[value(2), BoundDatum::MaxValue]);
        assert!(lies_in(&open, [0, 4]) && lies_in(&open, [2, 4]) && !lies_in(&open, [3, 0]));
        let from_one = boxes(&keys, &[value(1), value(3)], &[BoundDatum::MaxValue, BoundDatum::MaxValue]);
        assert!(lies_in(&from_one, [1, 3]) && lies_in(&from_one, [4, 0]) && !lies_in(&from_one, [1, 2]));
    }
}
