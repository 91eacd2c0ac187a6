//! Expressions of CHECKs, defaults, generated columns and index predicates, as a typed tree.
//!
//! Columns are resolved to their place in the table. The tree says what was written; what it *means* in a dialect is
//! the evaluator's business (`seedbed-sql-semantics`). The tools over the tree stand in a file each: its parts, its
//! columns, other parts in the place of some, negation, what is a predicate, and its text.

mod children;
mod columns;
mod date_field;
mod display;
mod negate;
mod operator;
mod predicate;
mod substitute;

pub use date_field::DateField;
pub use display::DisplayExpr;
pub use operator::{BinaryOp, LikeKind, Quantifier, UnaryOp};

use crate::{ColumnIdx, Literal, SqlType, TableId};
use serde::{Deserialize, Serialize};

/// An SQL value expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Expr {
    /// A constant.
    Literal(Literal),
    /// A column of the table that the expression belongs to.
    Column(ColumnIdx),
    /// `VALUE` in a domain's CHECK.
    DomainValue,
    /// An argument of the function that the expression is the body of, counted from 0.
    Parameter(u16),
    /// `-a`, `NOT a` ...
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`, `a AND b` ...
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a IS [NOT] NULL`.
    IsNull {
        /// What is tested.
        operand: Box<Expr>,
        /// `IS NOT NULL`.
        negated: bool,
    },
    /// `a IS [NOT] TRUE | FALSE | UNKNOWN`; `None` is `UNKNOWN`.
    IsTruth {
        /// What is tested.
        operand: Box<Expr>,
        /// The truth value asked for.
        truth: Option<bool>,
        /// `IS NOT`.
        negated: bool,
    },
    /// `a IS [NOT] DISTINCT FROM b`; SQLite's `a IS b` and MySQL's `a <=> b` are `negated`.
    IsDistinct {
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// `IS NOT DISTINCT FROM`.
        negated: bool,
    },
    /// `a [NOT] IN (b, c)`.
    InList {
        /// What is looked up.
        operand: Box<Expr>,
        /// Where.
        list: Vec<Expr>,
        /// `NOT IN`.
        negated: bool,
    },
    /// `a [NOT] BETWEEN [SYMMETRIC] low AND high`.
    Between {
        /// What is tested.
        operand: Box<Expr>,
        /// Lower bound, inclusive.
        low: Box<Expr>,
        /// Upper bound, inclusive.
        high: Box<Expr>,
        /// `NOT BETWEEN`.
        negated: bool,
        /// `BETWEEN SYMMETRIC`.
        symmetric: bool,
    },
    /// Pattern matches: `LIKE`, `ILIKE`, `SIMILAR TO`, `GLOB`, `~`, `~*`, `REGEXP`.
    Like {
        /// Which language the pattern is in.
        kind: LikeKind,
        /// What is matched.
        operand: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// `ESCAPE 'c'`.
        escape: Option<String>,
        /// `NOT LIKE`, `!~`.
        negated: bool,
    },
    /// `CASE [a] WHEN b THEN c ... [ELSE d] END`.
    Case {
        /// The simple form's operand.
        operand: Option<Box<Expr>>,
        /// WHEN and THEN.
        branches: Vec<(Expr, Expr)>,
        /// ELSE.
        otherwise: Option<Box<Expr>>,
    },
    /// A call of a built-in function. Names are lower case and unqualified, e.g. `length`, `coalesce`, `now`;
    /// `CURRENT_TIMESTAMP` and kin are calls without arguments.
    Function {
        /// Lower-case name.
        name: String,
        /// Arguments in order.
        args: Vec<Expr>,
    },
    /// `EXTRACT(field FROM a)`, `date_part('field', a)`.
    Extract {
        /// Which field.
        field: DateField,
        /// Of what.
        operand: Box<Expr>,
    },
    /// `CAST(a AS t)`, `a::t`, `t 'literal'`.
    Cast {
        /// What is cast.
        operand: Box<Expr>,
        /// To which type.
        target: SqlType,
    },
    /// `a COLLATE c`.
    Collate {
        /// The text.
        operand: Box<Expr>,
        /// The collation's name, unquoted.
        collation: String,
    },
    /// `ARRAY[a, b]`.
    Array(Vec<Expr>),
    /// `a op ANY (array)`, `a op ALL (array)`.
    Quantified {
        /// Left operand.
        left: Box<Expr>,
        /// The comparison.
        op: BinaryOp,
        /// ANY or ALL.
        quantifier: Quantifier,
        /// The array.
        array: Box<Expr>,
    },
    /// The column of the row of another table that has these values in its key, as a function of the schema looks it up;
    /// NULL where there is none.
    Lookup {
        /// The other table.
        table: TableId,
        /// Its column.
        column: ColumnIdx,
        /// The columns of a key of it.
        key: Vec<ColumnIdx>,
        /// The values of the key, one for each of its columns.
        at: Vec<Expr>,
    },
    /// `a[i]`.
    Subscript {
        /// The array.
        operand: Box<Expr>,
        /// The index, from 1.
        index: Box<Expr>,
    },
    /// `(a).f`: a field of a value of a composite type.
    Field {
        /// The value.
        operand: Box<Expr>,
        /// The field's name.
        name: String,
    },
    /// `(a, b)`.
    Row(Vec<Expr>),
    /// A call of a function that the schema itself defines, or of an extension.
    UserFunction {
        /// The name as written, with its schema.
        name: String,
        /// Arguments in order.
        args: Vec<Expr>,
    },
    /// What could not be read; evaluating it is undecided.
    Unreadable(Unreadable),
}

impl Expr {
    /// A column reference.
    pub fn column(index: ColumnIdx) -> Self {
        Self::Column(index)
    }

    /// An integer constant.
    pub fn integer(value: i128) -> Self {
        Self::Literal(Literal::Integer(value))
    }

    /// A text constant.
    pub fn text(value: &str) -> Self {
        Self::Literal(Literal::Text(value.to_owned()))
    }

    /// `left op right`.
    pub fn binary(op: BinaryOp, left: Self, right: Self) -> Self {
        Self::Binary { op, left: Box::new(left), right: Box::new(right) }
    }
}

/// Text that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The source text.
    pub text: String,
    /// Why, as a phrase for a message.
    pub reason: String,
}
