//! Conditions that cannot fail between two values that they hold of.
//!
//! Over a type with an order, `column op constant` holds of an interval for `<`, `<=`, `>`, `>=` and `=`, and what two
//! intervals have in common is an interval. So a condition of such comparisons joined by AND that holds of the least and
//! of the greatest value of a batch holds of all between them.

use seedbed_schema_model::{BinaryOp, Column, Expr, Schema, SqlType};
use seedbed_sql_values::{Typing, representation};

/// Whether a condition that reads one column alone, or `VALUE`, is such a one.
pub(super) fn is_convex(expr: &Expr, column: Option<&Column>, schema: &Schema) -> bool {
    let ordered = column.is_some_and(|column| {
        let ty = schema.base_type(&column.ty);
        // What SQLite stores need not be of the declared type.
        let stored = representation(schema.dialect).storage.typing == Typing::Declared;
        match ty {
            SqlType::Integer { .. } | SqlType::Float { .. } => true,
            _ => stored && family(ty).is_some(),
        }
    });
    ordered && holds_of_interval(expr, column.map(|column| schema.base_type(&column.ty)))
}

fn holds_of_interval(expr: &Expr, ty: Option<&SqlType>) -> bool {
    match expr {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            holds_of_interval(left, ty) && holds_of_interval(right, ty)
        }
        // Of values other than NULL, which are asked about apart, `column IS NULL` is a constant.
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            (is_null_test(left) && holds_of_interval(right, ty))
                || (is_null_test(right) && holds_of_interval(left, ty))
        }
        Expr::Binary { op, left, right } if op.is_comparison() && *op != BinaryOp::NotEq => {
            (keeps_order(left, ty) && is_constant(right)) || (is_constant(left) && keeps_order(right, ty))
        }
        Expr::Between { operand, low, high, negated: false, symmetric: false } => {
            keeps_order(operand, ty) && is_constant(low) && is_constant(high)
        }
        other => is_null_test(other),
    }
}

fn is_null_test(expr: &Expr) -> bool {
    matches!(expr, Expr::IsNull { operand, .. } if matches!(**operand, Expr::Column(_) | Expr::DomainValue))
}

/// Whether an expression is the column, or a cast of it under which a greater value stays no less.
fn keeps_order(expr: &Expr, ty: Option<&SqlType>) -> bool {
    match expr {
        Expr::Column(_) | Expr::DomainValue => true,
        // MySQL's integers wrap around: -1 is a great number as an unsigned one.
        Expr::Cast { target: SqlType::Integer { .. } | SqlType::Year, .. } => false,
        Expr::Cast { operand, target } => {
            keeps_order(operand, ty) && ty.and_then(family).is_some_and(|own| family(target) == Some(own))
        }
        _ => false,
    }
}

/// Kinds of types whose values are cast into one another in order.
#[derive(PartialEq, Eq)]
enum Family {
    Numbers,
    Instants,
}

/// Times are of none: MySQL compares one with a constant as text.
fn family(ty: &SqlType) -> Option<Family> {
    match ty {
        SqlType::Integer { .. }
        | SqlType::Decimal { .. }
        | SqlType::Float { .. }
        | SqlType::Money
        | SqlType::Year => Some(Family::Numbers),
        SqlType::Date | SqlType::Timestamp { .. } => Some(Family::Instants),
        _ => None,
    }
}

/// Whether an expression reads no row: literals, with signs and casts around them.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) => true,
        Expr::Unary { operand, .. } | Expr::Cast { operand, .. } => is_constant(operand),
        Expr::Function { args, .. } => args.iter().all(is_constant),
        Expr::Binary { left, right, .. } => is_constant(left) && is_constant(right),
        _ => false,
    }
}
