//! The built-in functions: tables of names with what computes them, of which each dialect takes its own.
//!
//! A call is looked up by name and number of arguments, in a list of at most some hundred. The files beside this one
//! hold the functions by what they are of; the comments at each say what its server's manual says.

pub(crate) mod array;
pub(crate) mod conditional;
pub(crate) mod date_format;
pub(crate) mod delimited;
pub(crate) mod digest;
pub(crate) mod encoding;
pub(crate) mod format_text;
pub(crate) mod hstore;
pub(crate) mod json;
pub(crate) mod json_contents;
pub(crate) mod ltree;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod postgis;
pub(crate) mod quoting;
pub(crate) mod radix;
pub(crate) mod range;
pub(crate) mod regexp;
pub(crate) mod span;
pub(crate) mod sqlite_date;
pub(crate) mod temporal;
pub(crate) mod text;
pub(crate) mod time_difference;

use crate::dialect::semantics;
use crate::evaluate::Evaluator;
use crate::{Context, EvaluateError, Unsupported};
use seedbed_schema_model::{Dialect, Expr};
use seedbed_sql_values::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use conditional::Conditional;
pub(crate) use temporal::extract;

/// A function of its arguments' values alone.
type OfValues = fn(&[Value], &Context<'_>) -> Result<Value, EvaluateError>;

/// A function that compares or matches its arguments, under the collations and types of their expressions.
type OfExpressions = for<'a> fn(&'a [Expr], &[Value], &'a Context<'a>) -> Result<Value, EvaluateError>;

/// What computes a function.
#[derive(Clone, Copy, Debug)]
enum Compute {
    /// Of values alone.
    Values(OfValues),
    /// Of values and of what is known of their expressions.
    Expressions(OfExpressions),
}

/// The functions that a dialect has, and what they do outside their domain.
#[derive(Debug)]
pub(crate) struct Functions {
    /// Those of their arguments' values.
    pub(crate) builtins: &'static [&'static [BuiltinFunction]],
    /// Those that evaluate their arguments as needed, or compare them.
    pub(crate) conditionals: &'static [&'static [Conditional]],
    /// How an argument becomes the number that a function of numbers takes.
    pub(crate) number: fn(&Value) -> Result<Value, EvaluateError>,
    /// What `floor`, `round` and `sign` make of a number that is no float.
    pub(crate) whole: WholeResult,
    /// What `sqrt` of a negative number is, and `ln` of zero.
    pub(crate) outside_domain: OutsideDomain,
    /// What `TRIM(x FROM y)` takes off.
    pub(crate) trim: Trim,
    /// What `current_timestamp` and kin answer.
    pub(crate) clock: Clock,
    /// What `EXTRACT` answers.
    pub(crate) extract: ExtractResult,
}

/// The type of a function's whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WholeResult {
    /// A float of an integer, a decimal of a decimal.
    FloatOrDecimal,
    /// An integer.
    Integer,
}

/// What a function of numbers answers where it has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutsideDomain {
    /// The statement fails.
    Error,
    /// NULL.
    Null,
}

/// What is trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trim {
    /// Any of the characters.
    Characters,
    /// The string as a whole.
    String,
}

/// The answer of the functions of the present time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Microseconds.
    Micros,
    /// Whole seconds.
    Seconds,
    /// The text of whole seconds.
    Text,
}

/// The type of a date's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtractResult {
    /// A decimal; seconds have six digits behind the point.
    Decimal,
    /// An integer.
    Integer,
}

/// A function of its arguments' values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuiltinFunction {
    /// The name as the model writes it: lower case, without a schema.
    name: &'static str,
    /// Fewest and most arguments.
    arity: (usize, usize),
    /// NULL in, NULL out.
    strict: bool,
    /// What it computes of its arguments' values.
    compute: Compute,
}

/// Any number of arguments.
const MANY: usize = usize::MAX;

/// A function that is NULL as soon as an argument is.
const fn strict(name: &'static str, arity: (usize, usize), compute: OfValues) -> BuiltinFunction {
    BuiltinFunction { name, arity, strict: true, compute: Compute::Values(compute) }
}

/// A function that looks at NULL arguments itself.
const fn lenient(name: &'static str, arity: (usize, usize), compute: OfValues) -> BuiltinFunction {
    BuiltinFunction { name, arity, strict: false, compute: Compute::Values(compute) }
}

/// A [`strict`] function of its arguments' expressions.
const fn strict_matching(
    name: &'static str,
    arity: (usize, usize),
    compute: OfExpressions,
) -> BuiltinFunction {
    BuiltinFunction { name, arity, strict: true, compute: Compute::Expressions(compute) }
}

/// A [`lenient`] function of its arguments' expressions.
const fn lenient_matching(
    name: &'static str,
    arity: (usize, usize),
    compute: OfExpressions,
) -> BuiltinFunction {
    BuiltinFunction { name, arity, strict: false, compute: Compute::Expressions(compute) }
}

/// Calls a function by name.
pub(crate) fn call<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    args: &'a [Expr],
) -> Result<Value, EvaluateError> {
    if let Some(conditional) = conditional::find(name, args.len(), evaluator.cx) {
        return conditional::call(evaluator, conditional, args);
    }
    let builtin = find(name, args.len(), evaluator.cx)?;
    let values: Vec<Value> = args.iter().map(|arg| evaluator.eval(arg)).collect::<Result<_, _>>()?;
    if builtin.strict && values.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    if let Some(padded) = text::octet_length_of_char(name, args, &values, evaluator.cx) {
        return Ok(padded);
    }
    match builtin.compute {
        Compute::Values(compute) => compute(&values, evaluator.cx),
        Compute::Expressions(compute) => compute(args, &values, evaluator.cx),
    }
}

/// Whether a call can be computed.
pub(crate) fn is_known(name: &str, args: &[Expr], cx: &Context<'_>) -> Result<(), Unsupported> {
    if conditional::find(name, args.len(), cx).is_some() {
        return Ok(());
    }
    find(name, args.len(), cx)?;
    regexp::supported(name, args, cx)
}

/// Whether a built-in function is NULL as soon as an argument is, in every dialect that has it. False of one that none
/// has.
///
/// ```
/// use seedbed_sql_semantics::is_strict_function;
/// assert!(is_strict_function("timestampdiff"));
/// assert!(!is_strict_function("coalesce") && !is_strict_function("concat"), "PostgreSQL's `concat` passes over NULL");
/// ```
pub fn is_strict_function(name: &str) -> bool {
    static STRICT: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
        let mut strict = HashMap::new();
        for functions in Dialect::ALL.map(|dialect| &semantics(dialect).functions) {
            for builtin in functions.builtins.iter().copied().flatten() {
                *strict.entry(builtin.name).or_insert(true) &= builtin.strict;
            }
            for conditional in functions.conditionals.iter().copied().flatten() {
                strict.insert(conditional.name(), false);
            }
        }
        strict
    });
    STRICT.get(name).copied().unwrap_or(false)
}

/// The function of that name and number of arguments that the dialect has.
fn find(name: &str, args: usize, cx: &Context<'_>) -> Result<&'static BuiltinFunction, Unsupported> {
    let builtins = cx.semantics.functions.builtins;
    builtins
        .iter()
        .copied()
        .flatten()
        .find(|b| b.name == name && (b.arity.0..=b.arity.1).contains(&args))
        .ok_or_else(|| Unsupported { what: format!("function `{name}` of {args} arguments") })
}

/// The value is of no kind that the function takes.
fn mismatch(function: &str, value: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("function `{function}` of {}", value.kind()))
}
