//! From the places where a body raises an error to conditions of which none may be false.
//!
//! A row is refused where all that leads to a place is true. So it passes where something of that is false or unknown, which
//! is what a CHECK asks of the opposite.

use seedbed_schema_model::{BinaryOp, Expr, Literal, UnaryOp};

/// What is true at a place; `None` is not read.
pub(super) type Path = Vec<Option<Expr>>;

/// The conditions that keep a row from all of these places. What a place that is not read whole wants, nobody knows.
pub(super) fn conditions(places: Vec<Path>) -> Vec<Expr> {
    let mut found = Vec::new();
    for path in places {
        let Some(path) = path.into_iter().collect::<Option<Vec<Expr>>>() else { continue };
        let opposites = path.iter().map(opposite);
        let Some(condition) = opposites.reduce(|a, b| Expr::binary(BinaryOp::Or, a, b)) else { continue };
        split(relaxed(folded(condition)), &mut found);
    }
    found
}

/// `expr IS NOT TRUE`.
pub(super) fn not_true(expr: Expr) -> Expr {
    let two_valued = matches!(expr, Expr::IsNull { .. } | Expr::IsTruth { .. } | Expr::IsDistinct { .. });
    match expr.opposite() {
        Some(opposite) if two_valued => opposite,
        _ => Expr::IsTruth { operand: Box::new(expr), truth: Some(true), negated: true },
    }
}

/// What passes the same rows where a condition must not be false: unknown will do for true.
fn relaxed(condition: Expr) -> Expr {
    match condition {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            Expr::binary(op, relaxed(*left), relaxed(*right))
        }
        Expr::IsTruth { operand, truth: Some(true), negated: true } => relaxed(opposite(&operand)),
        other => other,
    }
}

/// The parts of a condition that must hold together.
fn split(condition: Expr, parts: &mut Vec<Expr>) {
    match condition {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            split(*left, parts);
            split(*right, parts);
        }
        Expr::Literal(_) => {}
        other if !parts.contains(&other) => parts.push(other),
        _ => {}
    }
}

/// True where the expression is false, false where it is true, unknown where it is unknown.
fn opposite(expr: &Expr) -> Expr {
    let both = |op: BinaryOp, left: &Expr, right: &Expr| Expr::binary(op, opposite(left), opposite(right));
    match expr {
        Expr::Binary { op: BinaryOp::And, left, right } => both(BinaryOp::Or, left, right),
        Expr::Binary { op: BinaryOp::Or, left, right } => both(BinaryOp::And, left, right),
        Expr::Literal(Literal::Boolean(truth)) => Expr::Literal(Literal::Boolean(!truth)),
        Expr::Unary { op: UnaryOp::Not, operand } => normal(operand),
        other => other
            .opposite()
            .unwrap_or_else(|| Expr::Unary { op: UnaryOp::Not, operand: Box::new(other.clone()) }),
    }
}

/// The same expression without a NOT before what has an opposite.
fn normal(expr: &Expr) -> Expr {
    match expr {
        Expr::Unary { op: UnaryOp::Not, operand } => opposite(operand),
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            Expr::binary(*op, normal(left), normal(right))
        }
        other => other.clone(),
    }
}

/// The expression with what is known of constants, and of counts of one row, carried out.
pub(super) fn folded(mut expr: Expr) -> Expr {
    for child in expr.children_mut() {
        let inner = std::mem::replace(child, Expr::Literal(Literal::Null));
        *child = folded(inner);
    }
    let truth = |e: &Expr| match e {
        Expr::Literal(Literal::Boolean(truth)) => Some(*truth),
        _ => None,
    };
    match expr {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            // AND goes on from TRUE, OR from FALSE.
            let neutral = op == BinaryOp::And;
            match (truth(&left), truth(&right)) {
                (Some(known), _) => {
                    if known == neutral {
                        *right
                    } else {
                        *left
                    }
                }
                (_, Some(known)) => {
                    if known == neutral {
                        *left
                    } else {
                        *right
                    }
                }
                _ => Expr::Binary { op, left, right },
            }
        }
        Expr::Unary { op: UnaryOp::Not, operand } => match truth(&operand) {
            Some(known) => Expr::Literal(Literal::Boolean(!known)),
            None => normal(&Expr::Unary { op: UnaryOp::Not, operand }),
        },
        Expr::IsTruth { operand, truth: Some(wanted), negated } => match truth(&operand) {
            Some(known) => Expr::Literal(Literal::Boolean((known == wanted) != negated)),
            None => Expr::IsTruth { operand, truth: Some(wanted), negated },
        },
        Expr::Binary { op, left, right } if op.is_comparison() => compared(op, *left, *right),
        other => other,
    }
}

/// A comparison of two texts, or of a count of one row with a number.
fn compared(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let boolean = |truth| Expr::Literal(Literal::Boolean(truth));
    match (&left, &right) {
        (Expr::Literal(Literal::Text(a)), Expr::Literal(Literal::Text(b))) => match op {
            BinaryOp::Eq => boolean(a == b),
            BinaryOp::NotEq => boolean(a != b),
            _ => Expr::binary(op, left, right),
        },
        (
            Expr::Case { operand: None, branches, otherwise: Some(none) },
            Expr::Literal(Literal::Integer(n)),
        ) if **none == Expr::integer(0) && branches.len() == 1 && branches[0].1 == Expr::integer(1) => {
            let holds = |count: i128| match op {
                BinaryOp::Eq => count == *n,
                BinaryOp::NotEq => count != *n,
                BinaryOp::Lt => count < *n,
                BinaryOp::LtEq => count <= *n,
                BinaryOp::Gt => count > *n,
                _ => count >= *n,
            };
            let there = branches[0].0.clone();
            match (holds(1), holds(0)) {
                (true, false) => there,
                (false, true) => not_true(there),
                (always, _) => boolean(always),
            }
        }
        _ => Expr::binary(op, left, right),
    }
}
