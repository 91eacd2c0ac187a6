//! The built-in functions: a table of names with what computes them.

pub(crate) mod json;

mod array;
mod conditional;
mod number;
mod sqlite_date;
mod temporal;
mod text;

use crate::evaluate::Evaluator;
use crate::{Context, EvaluateError, Unsupported, Value};
use seedbed_schema_model::{Dialect, Expr};

pub(crate) use temporal::extract;

/// A function of its arguments' values alone.
type Compute = fn(&[Value], &Context<'_>) -> Result<Value, EvaluateError>;

/// The dialects that have a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct In(u8);

impl In {
    const POSTGRES: Self = Self(1);
    const MYSQL: Self = Self(2);
    const SQLITE: Self = Self(4);
    const ALL: Self = Self(7);
    const NOT_POSTGRES: Self = Self(6);
    const NOT_MYSQL: Self = Self(5);
    const NOT_SQLITE: Self = Self(3);

    fn has(self, dialect: Dialect) -> bool {
        let one = match dialect {
            Dialect::Postgres => Self::POSTGRES,
            Dialect::MySql => Self::MYSQL,
            _ => Self::SQLITE,
        };
        self.0 & one.0 != 0
    }
}

/// One row of the table.
#[derive(Clone, Copy)]
struct Builtin {
    name: &'static str,
    dialects: In,
    /// Fewest and most arguments.
    arity: (usize, usize),
    /// NULL in, NULL out.
    strict: bool,
    compute: Compute,
}

/// Any number of arguments.
const MANY: usize = usize::MAX;

const fn strict(name: &'static str, dialects: In, arity: (usize, usize), compute: Compute) -> Builtin {
    Builtin { name, dialects, arity, strict: true, compute }
}

const fn lenient(name: &'static str, dialects: In, arity: (usize, usize), compute: Compute) -> Builtin {
    Builtin { name, dialects, arity, strict: false, compute }
}

/// Calls a function by name.
pub(crate) fn call<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    args: &'a [Expr],
) -> Result<Value, EvaluateError> {
    if conditional::is_known(name, args.len(), evaluator.cx.dialect()) {
        return conditional::call(evaluator, name, args);
    }
    let builtin = find(name, args.len(), evaluator.cx.dialect())?;
    let values: Vec<Value> = args.iter().map(|arg| evaluator.eval(arg)).collect::<Result<_, _>>()?;
    if builtin.strict && values.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    if let Some(padded) = text::octet_length_of_char(name, args, &values, evaluator.cx) {
        return Ok(padded);
    }
    (builtin.compute)(&values, evaluator.cx)
}

/// Whether a call can be computed.
pub(crate) fn is_known(name: &str, args: usize, dialect: Dialect) -> Result<(), Unsupported> {
    if conditional::is_known(name, args, dialect) {
        return Ok(());
    }
    find(name, args, dialect).map(drop)
}

fn find(name: &str, args: usize, dialect: Dialect) -> Result<&'static Builtin, Unsupported> {
    [text::TABLE, number::TABLE, array::TABLE, json::TABLE, temporal::TABLE, sqlite_date::TABLE]
        .into_iter()
        .flatten()
        .find(|b| b.name == name && b.dialects.has(dialect) && (b.arity.0..=b.arity.1).contains(&args))
        .ok_or_else(|| Unsupported { what: format!("function `{name}` of {args} arguments") })
}

/// The value is of no kind that the function takes.
fn mismatch(function: &str, value: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("function `{function}` of {}", crate::compare::kind(value)))
}
