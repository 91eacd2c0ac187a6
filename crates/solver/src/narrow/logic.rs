//! Conditions taken apart: conjuncts, disjuncts, negation, and what a cast or a collation stands around.

use seedbed_schema_model::{BinaryOp, Expr, Literal, UnaryOp};

/// The expression below casts, collations and a plus sign, which do not change which value is meant.
pub fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Cast { operand, .. }
        | Expr::Collate { operand, .. }
        | Expr::Unary { op: UnaryOp::Plus, operand } => strip(operand),
        Expr::Row(items) if items.len() == 1 => strip(&items[0]),
        other => other,
    }
}

/// `NOT e` with the NOT pushed inwards, where three-valued logic allows it without change (De Morgan's laws, and the
/// opposites of tests). `None` for what has no opposite, and for opposites of LIKE, IS TRUE and IS DISTINCT FROM, which
/// are left to the rows.
pub(super) fn negate(e: &Expr) -> Option<Expr> {
    Some(match e {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            Expr::binary(BinaryOp::Or, negate(left)?, negate(right)?)
        }
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            Expr::binary(BinaryOp::And, negate(left)?, negate(right)?)
        }
        Expr::Binary { .. }
        | Expr::Unary { .. }
        | Expr::IsNull { .. }
        | Expr::InList { .. }
        | Expr::Between { .. } => return e.opposite(),
        Expr::Column(_) | Expr::DomainValue => {
            Expr::binary(BinaryOp::Eq, e.clone(), Expr::Literal(Literal::Boolean(false)))
        }
        _ => return None,
    })
}

/// The alternatives of a condition, nested ORs flattened.
pub(super) fn flatten_or<'e>(e: &'e Expr, into: &mut Vec<&'e Expr>) {
    match e {
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            flatten_or(left, into);
            flatten_or(right, into);
        }
        other => into.push(other),
    }
}

/// The conjuncts of a condition, nested ANDs flattened: a row passes when none of them is false.
pub fn conjuncts(e: &Expr) -> Vec<&Expr> {
    match e {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        other => vec![other],
    }
}
