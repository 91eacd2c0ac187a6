//! Evaluating an expression on a row.
//!
//! A walk down the tree, as each dialect's executor makes it: operands first, NULL through most operators, AND and OR
//! by three-valued logic (`logic`), IN, BETWEEN and ANY by comparisons (`membership`). Cost: linear in the expression's
//! nodes; a pattern is compiled once per thread.

pub(crate) mod logic;
pub(crate) mod membership;

use crate::arithmetic;
use crate::arithmetic::DoublePipe;
use crate::compare::{Basis, BesideNull, compare};
use crate::{Context, EvaluateError, Row, Work, cast, function, json_operator, matching};
use crate::{array_operator, hstore_operator, range_operator, typing};
use seedbed_schema_model::{BinaryOp, Expr, SqlType, UnaryOp};
use seedbed_sql_values::{Value, literal_value};
use std::cmp::Ordering;

/// How deep an expression may nest; chains of AND and OR count once. Far above what people write, far below the stack.
const MAX_DEPTH: usize = 120;

/// The value of an expression on a row, as the context's dialect computes it.
///
/// Truth values are [`Value::Boolean`] in PostgreSQL and the integers 1 and 0 in MySQL and SQLite; unknown is NULL.
/// PostgreSQL text is ordered by code point, as under the collation `C`.
///
/// ```
/// use seedbed_schema_model::{BinaryOp, Dialect, Expr, Schema};
/// use seedbed_sql_semantics::{Context, evaluate};
/// use seedbed_sql_values::{Decimal, Value};
///
/// let half = Expr::binary(BinaryOp::Div, Expr::integer(7), Expr::integer(2));
/// let on = |dialect| evaluate(&half, &[], &Context::new(&Schema::new(dialect), None));
/// assert_eq!(on(Dialect::Postgres), Ok(Value::Integer(3)), "integers divide to integers");
/// assert!(matches!(on(Dialect::MySql), Ok(Value::Decimal(d)) if d.compare(Decimal::new(35, 1)).is_eq()));
/// ```
///
/// # Errors
/// [`EvaluateError::Runtime`] where the server would raise an error; [`EvaluateError::Unsupported`] where the evaluator
/// does not know what the server would do.
pub fn evaluate(expr: &Expr, row: &dyn Row, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Evaluator { row, cx, depth: 0 }.eval(expr)
}

/// The truth of a condition: `None` is unknown.
///
/// # Errors
/// As [`evaluate`]; also when the value is no truth value in the dialect.
pub fn truth(expr: &Expr, row: &dyn Row, cx: &Context<'_>) -> Result<Option<bool>, EvaluateError> {
    logic::truth_of(&evaluate(expr, row, cx)?, cx)
}

/// Whether a row passes a CHECK: the condition is true or unknown (SQL:2016, §11.9).
///
/// ```
/// use seedbed_schema_model::{BinaryOp, ColumnIdx, Dialect, Expr, Schema};
/// use seedbed_sql_semantics::{Context, check_passes};
/// use seedbed_sql_values::Value;
///
/// let schema = Schema::new(Dialect::Sqlite);
/// let positive = Expr::binary(BinaryOp::Gt, Expr::column(ColumnIdx(0)), Expr::integer(0));
/// let cx = Context::new(&schema, None);
/// assert_eq!(check_passes(&positive, &[Value::Integer(-1)], &cx), Ok(false));
/// assert_eq!(check_passes(&positive, &[Value::Null], &cx), Ok(true), "NULL > 0 is unknown");
/// ```
///
/// # Errors
/// As [`truth`].
pub fn check_passes(expr: &Expr, row: &dyn Row, cx: &Context<'_>) -> Result<bool, EvaluateError> {
    Ok(truth(expr, row, cx)? != Some(false))
}

/// What is true in a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruthValues {
    /// A type of its own: [`Value::Boolean`], and a condition of another type is an error.
    Boolean,
    /// Every number but zero; conditions answer the integers 1 and 0.
    NotZero,
}

/// Which operands of AND and OR are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationOrder {
    /// From left to right until one decides.
    LeftToRight,
    /// Any, in any order.
    Free,
}

/// One evaluation on its way down the tree.
pub(crate) struct Evaluator<'a> {
    pub(crate) row: &'a dyn Row,
    pub(crate) cx: &'a Context<'a>,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    /// The value of one expression.
    pub(crate) fn eval(&self, expr: &'a Expr) -> Result<Value, EvaluateError> {
        if self.depth >= MAX_DEPTH {
            return Err(EvaluateError::unsupported("an expression nested so deep"));
        }
        let below = Evaluator { row: self.row, cx: self.cx, depth: self.depth + 1 };
        match self.cx.work {
            None => below.eval_here(expr),
            Some(work) => below.eval_counted(expr, work),
        }
    }

    /// The same with its steps counted: one for each part, and what its text costs.
    fn eval_counted(&self, expr: &'a Expr, work: &Work) -> Result<Value, EvaluateError> {
        let spent = || EvaluateError::unsupported("more of it within the budget of planning");
        if !work.take(1) {
            return Err(spent());
        }
        let value = self.eval_here(expr)?;
        let bytes = match &value {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Bits(bits) => bits.len(),
            Value::Array(items) => items.len() * size_of::<Value>(),
            _ => 0,
        };
        if work.take_bytes(bytes) { Ok(value) } else { Err(spent()) }
    }

    /// The value of an expression of each form; its parts by [`eval`](Self::eval), which counts the depth.
    fn eval_here(&self, expr: &'a Expr) -> Result<Value, EvaluateError> {
        match expr {
            Expr::Literal(literal) => Ok((self.cx.semantics.constant)(literal_value(literal))),
            Expr::Column(index) => Ok(self.cx.stored(*index, self.row.value(*index))),
            Expr::DomainValue => self
                .cx
                .domain_value
                .clone()
                .ok_or_else(|| EvaluateError::unsupported("`VALUE` outside a domain")),
            Expr::Unary { op, operand } => self.unary(*op, operand),
            Expr::Binary { op, left, right } => self.binary(*op, left, right),
            Expr::IsNull { operand, negated } => Ok(self.boolean(Some(self.is_null(operand)? != *negated))),
            Expr::IsTruth { operand, truth, negated } => {
                let found = logic::truth_of(&self.eval(operand)?, self.cx)?;
                Ok(self.boolean(Some((found == *truth) != *negated)))
            }
            Expr::IsDistinct { left, right, negated } => {
                let distinct = self.distinct(left, right)?;
                Ok(self.boolean(Some(distinct != *negated)))
            }
            Expr::InList { operand, list, negated } => self.in_list(operand, list, *negated),
            Expr::Between { operand, low, high, negated, symmetric } => {
                self.between(operand, low, high, *symmetric).map(|t| self.boolean(t.map(|t| t != *negated)))
            }
            Expr::Like { kind, operand, pattern, escape, negated } => {
                let found = matching::like(self, *kind, operand, pattern, escape.as_deref())?;
                Ok(self.boolean(found.map(|found| found != *negated)))
            }
            Expr::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref())
            }
            Expr::Function { name, args } => function::call(self, name, args),
            Expr::Extract { field, operand } => function::extract(*field, &self.eval(operand)?, self.cx),
            Expr::Cast { operand, target } => {
                let value = self.eval(operand)?;
                cast::cast(value, typing::type_of(operand, self.cx).as_deref(), target, self.cx)
            }
            Expr::Collate { operand, .. } => self.eval(operand),
            Expr::Array(items) => {
                Ok(Value::Array(items.iter().map(|i| self.eval(i)).collect::<Result<_, _>>()?))
            }
            Expr::Row(items) => Ok(Value::Row(items.iter().map(|i| self.eval(i)).collect::<Result<_, _>>()?)),
            Expr::Quantified { left, op, quantifier, array } => {
                self.quantified(left, *op, *quantifier, array)
            }
            Expr::Subscript { operand, index } => {
                let (value, index) = (self.eval(operand)?, self.eval(index)?);
                match typing::type_of(operand, self.cx).as_deref() {
                    Some(SqlType::Geometric { name }) if name == "point" => coordinate(&value, &index),
                    _ => array_operator::subscript(&value, &index, self.cx),
                }
            }
            Expr::Field { operand, name } => self.field(operand, name),
            Expr::UserFunction { name, .. } => {
                Err(EvaluateError::unsupported(format!("user function `{name}`")))
            }
            Expr::Unreadable(part) => Err(EvaluateError::unsupported(format!("`{}`", part.text))),
            _ => Err(EvaluateError::unsupported("this kind of expression")),
        }
    }

    /// A truth value as the dialect has it.
    pub(crate) fn boolean(&self, truth: Option<bool>) -> Value {
        match (truth, self.cx.semantics.truth) {
            (None, _) => Value::Null,
            (Some(truth), TruthValues::Boolean) => Value::Boolean(truth),
            (Some(truth), TruthValues::NotZero) => Value::Integer(truth.into()),
        }
    }

    /// The truth of a sub-expression.
    pub(crate) fn truth(&self, expr: &'a Expr) -> Result<Option<bool>, EvaluateError> {
        logic::truth_of(&self.eval(expr)?, self.cx)
    }

    /// NOT by truth, all else by arithmetic.
    fn unary(&self, op: UnaryOp, operand: &'a Expr) -> Result<Value, EvaluateError> {
        match op {
            UnaryOp::Not => Ok(self.boolean(self.truth(operand)?.map(|t| !t))),
            _ => arithmetic::unary(op, self.eval(operand)?, &self.cx.semantics.arithmetic),
        }
    }

    /// Logic, comparisons, and MySQL's `||`; what is left are operators on both values.
    fn binary(&self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Result<Value, EvaluateError> {
        match op {
            BinaryOp::And => self.conjunction(left, right, true),
            BinaryOp::Or => self.conjunction(left, right, false),
            BinaryOp::Xor => {
                let (a, b) = (self.truth(left)?, self.truth(right)?);
                Ok(self.boolean(a.zip(b).map(|(a, b)| a != b)))
            }
            op if op.is_comparison() => {
                let a = self.eval(left)?;
                if a.is_null() && self.cx.semantics.comparisons.beside_null == BesideNull::Skipped {
                    return Ok(Value::Null);
                }
                let b = self.eval(right)?;
                self.comparison(op, (left, &a), (right, &b)).map(|t| self.boolean(t))
            }
            BinaryOp::Concat if self.cx.semantics.arithmetic.double_pipe == DoublePipe::Or => {
                self.conjunction(left, right, false)
            }
            _ => self.operator(op, left, right),
        }
    }

    /// An operator on the values of both sides: of ranges, of JSON, of arrays, or arithmetic, by what the values are.
    fn operator(&self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Result<Value, EvaluateError> {
        let (a, b) = (self.eval(left)?, self.eval(right)?);
        if hstore_operator::handles(&a, &b) {
            return hstore_operator::apply(op, &a, &b, self.cx);
        }
        if matches!(op, BinaryOp::Contains | BinaryOp::ContainedBy)
            && matches!((&a, &b), (Value::Text(_) | Value::Null, Value::Text(_) | Value::Null))
            && [left, right].iter().any(|e| typing::type_of(e, self.cx).as_deref() == Some(&SqlType::Ltree))
        {
            return function::ltree::operate(op, &a, &b, self.cx);
        }
        if range_operator::handles(op, &a, &b) {
            return range_operator::apply(op, (left, a), (right, b), self.cx);
        }
        if json_operator::handles(op, &a, &b) {
            return json_operator::apply(op, &a, &b, self.cx);
        }
        if array_operator::handles(op, &a, &b) {
            return array_operator::apply(op, a, b, self.cx);
        }
        let value = arithmetic::binary(op, a, b, self.cx)?;
        (self.cx.semantics.arithmetic.check_result)(&value, op, left, right, self.cx)?;
        Ok(value)
    }

    /// `left op right` for one of the six comparisons, row by row for rows.
    pub(crate) fn comparison(
        &self,
        op: BinaryOp,
        left: (&'a Expr, &Value),
        right: (&'a Expr, &Value),
    ) -> Result<Option<bool>, EvaluateError> {
        if let (Value::Row(a), Value::Row(b)) = (left.1, right.1) {
            return self.row_comparison(op, (left.0, a), (right.0, b));
        }
        let order = compare(left.1, right.1, &Basis::of(left.0, right.0, self.cx), self.cx)?;
        Ok(order.map(|order| holds(op, order)))
    }

    /// SQL:2016 §8.2: equality is a conjunction; an order is decided by the first pair that is not equal.
    fn row_comparison(
        &self,
        op: BinaryOp,
        (left, a): (&'a Expr, &[Value]),
        (right, b): (&'a Expr, &[Value]),
    ) -> Result<Option<bool>, EvaluateError> {
        let (lefts, rights) = (row_parts(left), row_parts(right));
        let mut unknown = false;
        for (i, (x, y)) in a.iter().zip(b).enumerate() {
            let (l, r) = (lefts.get(i).unwrap_or(&left), rights.get(i).unwrap_or(&right));
            match compare(x, y, &Basis::of(l, r, self.cx), self.cx)? {
                Some(Ordering::Equal) => {}
                Some(order) => match op {
                    BinaryOp::Eq => return Ok(Some(false)),
                    BinaryOp::NotEq => return Ok(Some(true)),
                    _ if unknown => return Ok(None),
                    _ => return Ok(Some(holds(op, order))),
                },
                None => unknown = true,
            }
        }
        Ok(if unknown { None } else { Some(holds(op, a.len().cmp(&b.len()))) })
    }

    /// `(operand).name`: NULL of NULL.
    fn field(&self, operand: &'a Expr, name: &str) -> Result<Value, EvaluateError> {
        let fields = match self.eval(operand)? {
            Value::Null => return Ok(Value::Null),
            Value::Row(fields) => fields,
            _ => {
                return Err(EvaluateError::unsupported(format!(
                    "field `{name}` of something that is no row"
                )));
            }
        };
        let place = match typing::type_of(operand, self.cx).as_deref() {
            Some(SqlType::Composite(id)) => {
                let composite = self.cx.schema.composites.get(id.position());
                composite.and_then(|c| c.attributes.iter().position(|(attribute, _)| attribute == name))
            }
            _ => None,
        };
        let found = place.and_then(|place| fields.into_iter().nth(place));
        found.ok_or_else(|| EvaluateError::unsupported(format!("field `{name}` of an unknown type")))
    }

    /// In PostgreSQL a row is NULL when all its fields are.
    fn is_null(&self, operand: &'a Expr) -> Result<bool, EvaluateError> {
        Ok(match self.eval(operand)? {
            Value::Row(fields) => fields.iter().all(Value::is_null),
            value => value.is_null(),
        })
    }

    /// `IS DISTINCT FROM`: NULL is not distinct from NULL (SQL:2016, §8.15).
    fn distinct(&self, left: &'a Expr, right: &'a Expr) -> Result<bool, EvaluateError> {
        let (a, b) = (self.eval(left)?, self.eval(right)?);
        Ok(match self.comparison(BinaryOp::Eq, (left, &a), (right, &b))? {
            Some(equal) => !equal,
            None => !(a.is_null() && b.is_null()) && a != b,
        })
    }

    /// The first branch whose condition is true, or equal to the operand; the others are not looked at.
    fn case(
        &self,
        operand: Option<&'a Expr>,
        branches: &'a [(Expr, Expr)],
        otherwise: Option<&'a Expr>,
    ) -> Result<Value, EvaluateError> {
        let subject = operand.map(|o| self.eval(o).map(|v| (o, v))).transpose()?;
        for (when, then) in branches {
            let taken = match &subject {
                Some((expr, value)) => {
                    self.comparison(BinaryOp::Eq, (expr, value), (when, &self.eval(when)?))?
                }
                None => self.truth(when)?,
            };
            if taken == Some(true) {
                return self.eval(then);
            }
        }
        otherwise.map_or(Ok(Value::Null), |other| self.eval(other))
    }
}

/// `point[0]`, `point[1]`: x and y (PostgreSQL manual, §9.11).
fn coordinate(point: &Value, index: &Value) -> Result<Value, EvaluateError> {
    let (text, index) = match (point, index) {
        (Value::Text(text), Value::Integer(n @ 0..=1)) => (text, *n as usize),
        (Value::Text(_) | Value::Null, _) => return Ok(Value::Null),
        (other, _) => return Err(EvaluateError::unsupported(format!("a subscript of {}", other.kind()))),
    };
    let inner = text.trim().strip_prefix('(').map_or(text.as_str(), |rest| rest.trim_end_matches(')'));
    let part = inner.split(',').nth(index).and_then(|part| part.trim().parse::<f64>().ok());
    part.map(Value::Float).ok_or_else(|| EvaluateError::runtime("invalid input syntax for type point"))
}

/// Whether an order satisfies a comparison.
pub(crate) fn holds(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::NotEq => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::LtEq => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::GtEq => order.is_ge(),
        _ => false,
    }
}

/// The expressions of a row's fields, whose types decide how each compares.
fn row_parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Row(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
