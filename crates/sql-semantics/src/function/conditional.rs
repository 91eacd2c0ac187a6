//! Functions that evaluate their arguments as needed, or compare them.

use crate::compare::{Rule, compare};
use crate::evaluate::Evaluator;
use crate::typing::Affinity;
use crate::{Context, EvaluateError, Value};
use seedbed_schema_model::{Dialect, Expr};

pub(super) fn is_known(name: &str, args: usize, dialect: Dialect) -> bool {
    let postgres = dialect == Dialect::Postgres;
    match name {
        "coalesce" => args >= 1,
        "nullif" => args == 2,
        "greatest" | "least" => args >= 1 && dialect != Dialect::Sqlite,
        "max" | "min" => args >= 2 && dialect == Dialect::Sqlite,
        "ifnull" => args == 2 && !postgres,
        "iif" => args == 3 && dialect == Dialect::Sqlite,
        "if" => args == 3 && (dialect == Dialect::MySql || dialect == Dialect::Sqlite),
        "isnull" => args == 1 && dialect == Dialect::MySql,
        "num_nulls" | "num_nonnulls" => args >= 1 && postgres,
        "likely" | "unlikely" => args == 1 && dialect == Dialect::Sqlite,
        _ => false,
    }
}

pub(super) fn call<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    args: &'a [Expr],
) -> Result<Value, EvaluateError> {
    match name {
        "coalesce" | "ifnull" => coalesce(evaluator, args),
        "nullif" => nullif(evaluator, &args[0], &args[1]),
        "iif" | "if" => {
            let chosen = if evaluator.truth(&args[0])? == Some(true) { &args[1] } else { &args[2] };
            evaluator.eval(chosen)
        }
        "isnull" => Ok(evaluator.boolean(Some(evaluator.eval(&args[0])?.is_null()))),
        "likely" | "unlikely" => evaluator.eval(&args[0]),
        "num_nulls" => count_nulls(evaluator, args, true),
        "num_nonnulls" => count_nulls(evaluator, args, false),
        "greatest" | "max" => extreme(evaluator, args, true),
        _ => extreme(evaluator, args, false),
    }
}

fn coalesce<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr]) -> Result<Value, EvaluateError> {
    for arg in args {
        let value = evaluator.eval(arg)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

fn nullif<'a>(evaluator: &Evaluator<'a>, left: &'a Expr, right: &'a Expr) -> Result<Value, EvaluateError> {
    let (a, b) = (evaluator.eval(left)?, evaluator.eval(right)?);
    let order = compare(&a, &b, &argument_rule(left, right, evaluator.cx), evaluator.cx)?;
    Ok(if order.is_some_and(|order| order.is_eq()) { Value::Null } else { a })
}

/// SQLite's functions compare their arguments by collation alone, without affinity.
fn argument_rule<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Rule<'a> {
    match Rule::of(left, right, cx) {
        Rule::Sqlite { collation, .. } => {
            Rule::Sqlite { affinity: Affinity::None, left_only: false, collation }
        }
        other => other,
    }
}

/// PostgreSQL passes over NULLs; MySQL and SQLite answer NULL for one.
fn extreme<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr], greatest: bool) -> Result<Value, EvaluateError> {
    // Of equal values, such as 1 and 1.0, SQLite's min() answers the last.
    let later = evaluator.cx.dialect() == Dialect::Sqlite;
    let mut best: Option<(&'a Expr, Value)> = None;
    for arg in args {
        let value = evaluator.eval(arg)?;
        if value.is_null() {
            match evaluator.cx.dialect() {
                Dialect::Postgres => continue,
                _ => return Ok(Value::Null),
            }
        }
        let better = match &best {
            None => true,
            Some((expr, so_far)) => {
                let rule = argument_rule(arg, expr, evaluator.cx);
                compare(&value, so_far, &rule, evaluator.cx)?.is_some_and(|order| {
                    if greatest { order.is_gt() } else { order.is_lt() || (later && order.is_eq()) }
                })
            }
        };
        if better {
            best = Some((arg, value));
        }
    }
    Ok(best.map_or(Value::Null, |(_, value)| value))
}

fn count_nulls<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr], nulls: bool) -> Result<Value, EvaluateError> {
    let mut count = 0;
    for arg in args {
        count += i128::from(evaluator.eval(arg)?.is_null() == nulls);
    }
    Ok(Value::Integer(count))
}
