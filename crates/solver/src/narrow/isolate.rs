//! Arithmetic around the column: `x + 1 <= y` is `x <= y - 1`.
//!
//! Only with constants on the other side, and with the same order of operands' kinds: sums, differences, products by a
//! constant, and a minus sign.

use super::Narrowing;
use super::logic::strip;
use crate::domain::Bound;
use crate::value_order::exact;
use seedbed_schema_model::{BinaryOp, Expr, UnaryOp};
use seedbed_sql_values::{Decimal, Value};

/// Digits after the point of a quotient.
const QUOTIENT_SCALE: u8 = 9;

impl Narrowing<'_> {
    /// Brings what surrounds the column on the left to the right. False if it isn't arithmetic with constants.
    pub(super) fn isolate(&mut self, left: &Expr, op: BinaryOp, right: &Expr) -> bool {
        let is_constant = |e: &Expr| self.constant(e).is_some_and(|v| !v.is_null());
        if !is_constant(right) {
            return false;
        }
        let moved = |op, constant: &Expr| Expr::binary(op, right.clone(), constant.clone());
        match strip_parentheses(left) {
            Expr::Binary { op: BinaryOp::Add, left: a, right: b } => {
                if is_constant(b) {
                    self.read_comparison(a, op, &moved(BinaryOp::Sub, b))
                } else if is_constant(a) {
                    self.read_comparison(b, op, &moved(BinaryOp::Sub, a))
                } else {
                    false
                }
            }
            Expr::Binary { op: BinaryOp::Sub, left: a, right: b } => {
                if is_constant(b) {
                    self.read_comparison(a, op, &moved(BinaryOp::Add, b))
                } else if is_constant(a) {
                    let rest = Expr::binary(BinaryOp::Sub, (**a).clone(), right.clone());
                    self.read_comparison(b, op.mirrored(), &rest)
                } else {
                    false
                }
            }
            Expr::Binary { op: BinaryOp::Mul, left: a, right: b } => {
                if is_constant(b) {
                    self.divide(a, op, right, b)
                } else if is_constant(a) {
                    self.divide(b, op, right, a)
                } else {
                    false
                }
            }
            Expr::Unary { op: UnaryOp::Minus, operand } => {
                let minus = Expr::Unary { op: UnaryOp::Minus, operand: Box::new(right.clone()) };
                self.read_comparison(operand, op.mirrored(), &minus)
            }
            _ => false,
        }
    }

    /// `x * factor op product`.
    fn divide(&mut self, x: &Expr, op: BinaryOp, product: &Expr, factor: &Expr) -> bool {
        if !self.is_subject(x) {
            return false;
        }
        let (Some(product), Some(factor)) = (self.constant(product), self.constant(factor)) else {
            return false;
        };
        let (Some((p, p_scale)), Some((f, f_scale))) = (exact(&product), exact(&factor)) else {
            return false;
        };
        if f == 0 {
            return false;
        }
        // p / 10^ps / (f / 10^fs), in units of 10^-9.
        let up = 10_i128.checked_pow(u32::from(QUOTIENT_SCALE) + f_scale);
        let down = 10_i128.checked_pow(p_scale);
        let (Some(n), Some(d)) = (up.and_then(|u| p.checked_mul(u)), down.and_then(|d| f.checked_mul(d)))
        else {
            return false;
        };
        let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
        let (floor, whole) = (n.div_euclid(d), n.rem_euclid(d) == 0);
        let decimal = |unscaled| Value::Decimal(Decimal { unscaled, scale: QUOTIENT_SCALE });
        let op = if f < 0 { op.mirrored() } else { op };
        match op {
            BinaryOp::Eq if whole => self.allow(vec![decimal(floor)]),
            BinaryOp::Eq => self.allow(Vec::new()),
            BinaryOp::NotEq if whole => {
                self.domain.forbidden.push(decimal(floor));
                true
            }
            BinaryOp::NotEq => true,
            BinaryOp::Lt => self.limit_high(Bound {
                value: decimal(if whole { floor } else { floor.saturating_add(1) }),
                inclusive: false,
            }),
            BinaryOp::LtEq => self.limit_high(Bound { value: decimal(floor), inclusive: true }),
            BinaryOp::Gt => self.limit_low(Bound { value: decimal(floor), inclusive: false }),
            BinaryOp::GtEq => self.limit_low(Bound {
                value: decimal(if whole { floor } else { floor.saturating_add(1) }),
                inclusive: true,
            }),
            _ => false,
        }
    }
}

/// Casts of sums stay: they may round.
fn strip_parentheses(e: &Expr) -> &Expr {
    match e {
        Expr::Row(items) if items.len() == 1 => strip_parentheses(&items[0]),
        Expr::Cast { .. } => e,
        _ => strip(e),
    }
}
