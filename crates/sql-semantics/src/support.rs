//! Whether an expression can be evaluated, told before any row.

use crate::typing::type_of;
use crate::{Context, Unsupported, cast, function, matching};
use seedbed_schema_model::{Expr, Literal, SqlType};

/// Whether every function, operator, pattern and cast of an expression is one that [`evaluate`](crate::evaluate) knows,
/// so that a planner can say beforehand which CHECKs it does not read. Values can still surprise: a comparison of types
/// that have no order here, or a numeric beyond 38 digits.
///
/// # Errors
/// The first part that is not known.
pub fn supported(expr: &Expr, cx: &Context<'_>) -> Result<(), Unsupported> {
    let mut found = Ok(());
    expr.walk(&mut |part| {
        if found.is_ok() {
            found = part_supported(part, cx);
        }
    });
    found
}

/// Whether one node can be computed, its parts left out.
fn part_supported(expr: &Expr, cx: &Context<'_>) -> Result<(), Unsupported> {
    let refuse = |what: String| Err(Unsupported { what });
    match expr {
        Expr::UserFunction { name, .. } => refuse(format!("user function `{name}`")),
        Expr::Lookup { table, .. } => refuse(format!(
            "a look-up in `{}`",
            cx.schema.tables.get(table.position()).map_or("?", |t| &t.name.name)
        )),
        Expr::Unreadable(part) => refuse(format!("`{}`", part.text)),
        Expr::Function { name, args } => function::is_known(name, args, cx),
        Expr::Cast { target, .. } if !cast::is_target(target, cx) => {
            refuse(format!("a cast to {}", cast::type_name(cx.schema.base_type(target))))
        }
        // There `~` matches by a language of its own.
        Expr::Like { operand, .. } if is_path(operand, cx) => refuse("a match of an `ltree`".to_owned()),
        Expr::Like { kind, pattern, escape, .. } => {
            matching::supported(*kind, constant_text(pattern), escape.as_deref(), cx)
        }
        Expr::Column(index) if cx.table.is_some() && cx.column(*index).is_none() => {
            refuse(format!("column {}, which the table does not have", index.0))
        }
        _ => Ok(()),
    }
}

/// Whether an expression is a path of labels.
fn is_path(e: &Expr, cx: &Context<'_>) -> bool {
    type_of(e, cx).as_deref() == Some(&SqlType::Ltree)
}

/// A pattern that is written as a constant.
pub(crate) fn constant_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        Expr::Cast { operand, .. } => constant_text(operand),
        _ => None,
    }
}
