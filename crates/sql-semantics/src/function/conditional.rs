//! Functions that evaluate their arguments as needed, or compare them.
//!
//! COALESCE and its kin do not evaluate what they do not need (PostgreSQL's manual, §9.18), and the extremes compare
//! under the types and collations of their arguments' expressions; neither can be a function of values alone.

use super::MANY;
use crate::compare::{Basis, compare};
use crate::evaluate::Evaluator;
use crate::{Context, EvaluateError};
use seedbed_schema_model::Expr;
use seedbed_sql_values::Value;
use seedbed_sql_values::affinity::Affinity;
use std::cmp::Ordering;

/// A function that is more than a function of its arguments' values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditional {
    name: &'static str,
    /// Fewest and most arguments.
    arity: (usize, usize),
    form: ConditionalForm,
}

impl Conditional {
    /// The name as the model writes it.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }
}

/// What a conditional function does.
#[derive(Clone, Copy, Debug)]
enum ConditionalForm {
    /// The first argument that is not NULL.
    Coalesce,
    /// NULL when both are equal.
    NullIf,
    /// The second argument or the third.
    If,
    /// Whether the argument is NULL.
    IsNull,
    /// The argument itself.
    Hint,
    /// How many arguments are NULL.
    CountNulls,
    /// How many are not.
    CountNonNulls,
    /// One of the arguments.
    Extreme(Extreme),
}

/// Which of several arguments is answered.
#[derive(Clone, Copy, Debug)]
struct Extreme {
    /// Which end of the order.
    end: End,
    /// What a NULL argument does.
    nulls: NullArguments,
    /// Which of equal arguments is answered.
    tie: Tie,
}

/// An end of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Greatest,
    Least,
}

/// What a NULL among the arguments does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NullArguments {
    /// It does not count: PostgreSQL's GREATEST.
    Skipped,
    /// It is the answer: MySQL's GREATEST and SQLite's `max`.
    Answered,
}

/// Which of equal arguments, such as 1 and 1.0, is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    /// The first of them.
    First,
    /// The last of them, as SQLite's `min` has it.
    Last,
}

/// An entry of the tables below.
const fn conditional(name: &'static str, arity: (usize, usize), form: ConditionalForm) -> Conditional {
    Conditional { name, arity, form }
}

/// The form of GREATEST and LEAST in a dialect.
const fn extreme_of(end: End, nulls: NullArguments, tie: Tie) -> ConditionalForm {
    ConditionalForm::Extreme(Extreme { end, nulls, tie })
}

/// What standard SQL has.
pub(crate) const STANDARD: &[Conditional] = &[
    conditional("coalesce", (1, MANY), ConditionalForm::Coalesce),
    conditional("nullif", (2, 2), ConditionalForm::NullIf),
];

/// PostgreSQL's own (manual, §9.18.4 and §9.2).
#[rustfmt::skip]
pub(crate) const POSTGRES: &[Conditional] = &[
    conditional("greatest",     (1, MANY), extreme_of(End::Greatest, NullArguments::Skipped, Tie::First)),
    conditional("least",        (1, MANY), extreme_of(End::Least, NullArguments::Skipped, Tie::First)),
    conditional("num_nulls",    (1, MANY), ConditionalForm::CountNulls),
    conditional("num_nonnulls", (1, MANY), ConditionalForm::CountNonNulls),
];

/// MySQL's own (manual, §12.4.2 and §12.5).
#[rustfmt::skip]
pub(crate) const MYSQL: &[Conditional] = &[
    conditional("greatest", (1, MANY), extreme_of(End::Greatest, NullArguments::Answered, Tie::First)),
    conditional("least",    (1, MANY), extreme_of(End::Least, NullArguments::Answered, Tie::First)),
    conditional("ifnull",   (2, 2),    ConditionalForm::Coalesce),
    conditional("if",       (3, 3),    ConditionalForm::If),
    conditional("isnull",   (1, 1),    ConditionalForm::IsNull),
];

/// SQLite's own (lang_corefunc.html).
#[rustfmt::skip]
pub(crate) const SQLITE: &[Conditional] = &[
    conditional("max",      (2, MANY), extreme_of(End::Greatest, NullArguments::Answered, Tie::First)),
    conditional("min",      (2, MANY), extreme_of(End::Least, NullArguments::Answered, Tie::Last)),
    conditional("ifnull",   (2, 2),    ConditionalForm::Coalesce),
    conditional("iif",      (3, 3),    ConditionalForm::If),
    conditional("if",       (3, 3),    ConditionalForm::If),
    conditional("likely",   (1, 1),    ConditionalForm::Hint),
    conditional("unlikely", (1, 1),    ConditionalForm::Hint),
];

/// The function of that name and number of arguments, if it is a conditional one.
pub(super) fn find(name: &str, args: usize, cx: &Context<'_>) -> Option<Conditional> {
    let conditionals = cx.semantics.functions.conditionals;
    let found = |f: &&Conditional| f.name == name && (f.arity.0..=f.arity.1).contains(&args);
    conditionals.iter().copied().flatten().find(found).copied()
}

/// Calls the function on its arguments' expressions.
pub(super) fn call<'a>(
    evaluator: &Evaluator<'a>,
    function: Conditional,
    args: &'a [Expr],
) -> Result<Value, EvaluateError> {
    match function.form {
        ConditionalForm::Coalesce => coalesce(evaluator, args),
        ConditionalForm::NullIf => nullif(evaluator, &args[0], &args[1]),
        ConditionalForm::If => {
            let chosen = if evaluator.truth(&args[0])? == Some(true) { &args[1] } else { &args[2] };
            evaluator.eval(chosen)
        }
        ConditionalForm::IsNull => Ok(evaluator.boolean(Some(evaluator.eval(&args[0])?.is_null()))),
        ConditionalForm::Hint => evaluator.eval(&args[0]),
        ConditionalForm::CountNulls => count_nulls(evaluator, args, true),
        ConditionalForm::CountNonNulls => count_nulls(evaluator, args, false),
        ConditionalForm::Extreme(which) => extreme(evaluator, args, which),
    }
}

/// The first value that is not NULL; arguments behind it are not evaluated.
fn coalesce<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr]) -> Result<Value, EvaluateError> {
    for arg in args {
        let value = evaluator.eval(arg)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

/// NULL when both are equal, else the first.
fn nullif<'a>(evaluator: &Evaluator<'a>, left: &'a Expr, right: &'a Expr) -> Result<Value, EvaluateError> {
    let (a, b) = (evaluator.eval(left)?, evaluator.eval(right)?);
    let order = compare(&a, &b, &argument_basis(left, right, evaluator.cx), evaluator.cx)?;
    Ok(if order.is_some_and(|order| order.is_eq()) { Value::Null } else { a })
}

/// SQLite's functions compare their arguments by collation alone, without affinity.
fn argument_basis<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Basis<'a> {
    match Basis::of(left, right, cx) {
        Basis::Affinity { collation, .. } => {
            Basis::Affinity { affinity: Affinity::None, left_only: false, collation }
        }
        other => other,
    }
}

/// The greatest or least argument, compared in pairs from the left.
fn extreme<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr], which: Extreme) -> Result<Value, EvaluateError> {
    let mut best: Option<(&'a Expr, Value)> = None;
    for arg in args {
        let value = evaluator.eval(arg)?;
        match (value.is_null(), which.nulls) {
            (true, NullArguments::Skipped) => continue,
            (true, NullArguments::Answered) => return Ok(Value::Null),
            (false, _) => {}
        }
        let better = match &best {
            None => true,
            Some((expr, so_far)) => {
                let basis = argument_basis(arg, expr, evaluator.cx);
                compare(&value, so_far, &basis, evaluator.cx)?.is_some_and(|order| which.prefers(order))
            }
        };
        if better {
            best = Some((arg, value));
        }
    }
    Ok(best.map_or(Value::Null, |(_, value)| value))
}

impl Extreme {
    /// Whether a value of that order to the best so far takes its place.
    fn prefers(self, order: Ordering) -> bool {
        let beyond = if self.end == End::Greatest { order.is_gt() } else { order.is_lt() };
        beyond || (self.tie == Tie::Last && order.is_eq())
    }
}

/// How many arguments are NULL, or how many are not.
fn count_nulls<'a>(evaluator: &Evaluator<'a>, args: &'a [Expr], nulls: bool) -> Result<Value, EvaluateError> {
    let mut count = 0;
    for arg in args {
        count += i128::from(evaluator.eval(arg)?.is_null() == nulls);
    }
    Ok(Value::Integer(count))
}
