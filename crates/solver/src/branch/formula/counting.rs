//! Counts of conditions: `num_nonnulls(a, b) = 1`, `(a IS NOT NULL)::int + (b IS NOT NULL)::int <= 1`.
//!
//! Such CHECKs say "exactly one of these" or "at most one"; as a formula that is the OR of all choices of so many, as
//! long as there are not too many.

use super::reader::{FormulaReader, MOST_VARIANTS, bare};
use super::{ALWAYS, Formula, NEVER, Truths};
use seedbed_schema_model::{BinaryOp, Expr, Literal, SqlType, UnaryOp};

/// One condition that counts 1 when it holds and 0 when it doesn't.
struct Summand {
    /// When it counts 1.
    holds: Formula,
    /// When it counts 0.
    fails: Formula,
}

impl FormulaReader<'_> {
    /// A count compared with a constant; `None` if it is nothing of the kind.
    pub(super) fn counted(&self, op: BinaryOp, left: &Expr, right: &Expr, truths: Truths) -> Option<Formula> {
        let (op, sum, limit) = match (whole(left), whole(right)) {
            (None, Some(n)) => (op, left, n),
            (Some(n), None) => (op.mirrored(), right, n),
            _ => return None,
        };
        let mut counted = Vec::new();
        let mut base = 0;
        self.summands(sum, &mut counted, &mut base)?;
        if counted.is_empty() {
            return None;
        }
        // The count itself is never unknown.
        let wanted = |n: usize| {
            let n = (n as i128).saturating_add(base);
            truths.has(Some(match op {
                BinaryOp::Eq => n == limit,
                BinaryOp::NotEq => n != limit,
                BinaryOp::Lt => n < limit,
                BinaryOp::LtEq => n <= limit,
                BinaryOp::Gt => n > limit,
                _ => n >= limit,
            }))
        };
        numbers(&counted, &wanted)
    }

    /// Takes a sum apart into conditions and a constant; `None` if it has other parts.
    fn summands(&self, e: &Expr, into: &mut Vec<Summand>, base: &mut i128) -> Option<()> {
        match bare(e) {
            Expr::Binary { op: BinaryOp::Add, left, right } => {
                self.summands(left, into, base)?;
                self.summands(right, into, base)
            }
            Expr::Function { name, args } if name == "num_nonnulls" || name == "num_nulls" => {
                for arg in args {
                    let (null, present) = (self.null(arg), self.present(arg));
                    let (holds, fails) = if name == "num_nulls" { (null, present) } else { (present, null) };
                    into.push(Summand { holds, fails });
                }
                Some(())
            }
            Expr::Cast { operand, target: SqlType::Integer { .. } } if self.is_predicate(operand) => {
                self.one(operand, into)
            }
            Expr::Case { operand: None, branches, otherwise } => {
                let [(when, then)] = branches.as_slice() else { return None };
                let (holds, fails) = (self.read(when, Truths::TRUE), self.read(when, Truths::NOT_TRUE));
                match (whole(then)?, whole(otherwise.as_deref()?)?) {
                    (1, 0) => into.push(Summand { holds, fails }),
                    (0, 1) => into.push(Summand { holds: fails, fails: holds }),
                    _ => return None,
                }
                Some(())
            }
            Expr::Literal(Literal::Integer(n)) => {
                *base = base.saturating_add(*n);
                Some(())
            }
            // MySQL and SQLite add truth values as they are.
            e if self.is_predicate(e) => self.one(e, into),
            _ => None,
        }
    }

    /// A condition that is never unknown.
    fn one(&self, e: &Expr, into: &mut Vec<Summand>) -> Option<()> {
        if self.read(e, Truths::UNKNOWN) != NEVER {
            return None;
        }
        into.push(Summand { holds: self.read(e, Truths::TRUE), fails: self.read(e, Truths::FALSE) });
        Some(())
    }
}

/// The ways in which a wanted number of conditions hold. Where every larger (or smaller) number will do as well, only
/// the conditions that must hold (or fail) are named.
fn numbers(counted: &[Summand], wanted: &dyn Fn(usize) -> bool) -> Option<Formula> {
    let n = counted.len();
    let Some(most) = (0..=n).rev().find(|k| wanted(*k)) else { return Some(NEVER) };
    let least = (0..=n).find(|k| wanted(*k)).unwrap_or(most);
    let run = (least..=most).all(wanted);
    let mut ways = Vec::new();
    if run && least == 0 && most == n {
        return Some(ALWAYS);
    }
    if run && most == n {
        choose(n, least, &mut |held, _| {
            ways.push(Formula::all(held.iter().map(|i| counted[*i].holds.clone())));
        })?;
    } else if run && least == 0 {
        choose(n, n - most, &mut |failed, _| {
            ways.push(Formula::all(failed.iter().map(|i| counted[*i].fails.clone())));
        })?;
    } else {
        for k in (least..=most).filter(|k| wanted(*k)) {
            choose(n, k, &mut |held, rest| {
                let holds = held.iter().map(|i| counted[*i].holds.clone());
                ways.push(Formula::all(holds.chain(rest.iter().map(|i| counted[*i].fails.clone()))));
            })?;
        }
    }
    Some(Formula::any(ways))
}

/// Every choice of `k` of `n`, with the rest; `None` if they are too many.
fn choose(n: usize, k: usize, visit: &mut dyn FnMut(&[usize], &[usize])) -> Option<()> {
    let ways = (0..k).fold(1_usize, |ways, i| ways.saturating_mul(n - i) / (i + 1));
    if ways > MOST_VARIANTS {
        return None;
    }
    let mut held: Vec<usize> = (0..k).collect();
    loop {
        let rest: Vec<usize> = (0..n).filter(|i| !held.contains(i)).collect();
        visit(&held, &rest);
        // The next combination in lexical order.
        let Some(at) = (0..k).rev().find(|i| held[*i] < n - k + i) else { return Some(()) };
        held[at] += 1;
        for i in at + 1..k {
            held[i] = held[i - 1] + 1;
        }
    }
}

/// The constant whole number that an expression is.
fn whole(e: &Expr) -> Option<i128> {
    match bare(e) {
        Expr::Literal(Literal::Integer(n)) => Some(*n),
        Expr::Unary { op: UnaryOp::Minus, operand } => whole(operand).map(|n| -n),
        Expr::Cast { operand, target: SqlType::Integer { .. } } => whole(operand),
        _ => None,
    }
}
