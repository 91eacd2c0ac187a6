//! Expressions of CHECKs, defaults, generated columns and index predicates, as a typed tree.
//!
//! Columns are resolved to their place in the table. The tree says what was written; what it *means* in a dialect is
//! the evaluator's business (`seedbed-sql-semantics`).

use crate::{ColumnIdx, Literal, SqlType};
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
    /// `a[i]`.
    Subscript {
        /// The array.
        operand: Box<Expr>,
        /// The index, from 1.
        index: Box<Expr>,
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

    /// The direct sub-expressions, in order of writing.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Literal(_)
            | Self::Column(_)
            | Self::DomainValue
            | Self::Parameter(_)
            | Self::Unreadable(_) => Vec::new(),
            Self::Unary { operand, .. }
            | Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::Extract { operand, .. }
            | Self::Cast { operand, .. }
            | Self::Collate { operand, .. } => vec![operand],
            Self::Binary { left, right, .. } | Self::IsDistinct { left, right, .. } => vec![left, right],
            Self::InList { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
            Self::Between { operand, low, high, .. } => vec![operand, low, high],
            Self::Like { operand, pattern, .. } => vec![operand, pattern],
            Self::Case { operand, branches, otherwise } => operand
                .as_deref()
                .into_iter()
                .chain(branches.iter().flat_map(|(when, then)| [when, then]))
                .chain(otherwise.as_deref())
                .collect(),
            Self::Function { args, .. } | Self::UserFunction { args, .. } => args.iter().collect(),
            Self::Array(items) | Self::Row(items) => items.iter().collect(),
            Self::Quantified { left, array, .. } => vec![left, array],
            Self::Subscript { operand, index } => vec![operand, index],
        }
    }

    /// Calls `visit` on this expression and everything below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// The columns it reads, sorted, each once.
    pub fn columns(&self) -> Vec<ColumnIdx> {
        let mut found = Vec::new();
        self.walk(&mut |e| {
            if let Self::Column(index) = e {
                found.push(*index);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The first part that no static reader can know: a user's function or text that was not understood.
    pub fn opaque_part(&self) -> Option<&Expr> {
        let mut found = None;
        self.walk(&mut |e| {
            if found.is_none() && matches!(e, Self::UserFunction { .. } | Self::Unreadable(_)) {
                found = Some(e);
            }
        });
        found
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

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOp {
    /// `+a`
    Plus,
    /// `-a`
    Minus,
    /// `NOT a`
    Not,
    /// `~a`
    BitNot,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BinaryOp {
    /// `AND`
    And,
    /// `OR`
    Or,
    /// MySQL `XOR`
    Xor,
    /// `=`
    Eq,
    /// `<>`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// MySQL `DIV`
    IntDiv,
    /// `%`
    Mod,
    /// `||` (text, arrays, jsonb; logical OR in MySQL without `PIPES_AS_CONCAT`)
    Concat,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `#` in PostgreSQL, `^` in MySQL
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `->`
    JsonGet,
    /// `->>`
    JsonGetText,
    /// `#>`
    JsonPath,
    /// `#>>`
    JsonPathText,
    /// `@>`
    Contains,
    /// `<@`
    ContainedBy,
    /// `&&`
    Overlaps,
    /// `?`
    JsonHasKey,
    /// `?|`
    JsonHasAny,
    /// `?&`
    JsonHasAll,
    /// PostgreSQL `^`
    Power,
}

impl BinaryOp {
    /// Whether it is one of the six comparisons.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::NotEq | Self::Lt | Self::LtEq | Self::Gt | Self::GtEq)
    }

    /// The comparison with its operands exchanged: `a < b` is `b > a`. Other operators are returned as they are.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::LtEq => Self::GtEq,
            Self::Gt => Self::Lt,
            Self::GtEq => Self::LtEq,
            other => other,
        }
    }

    /// The comparison that holds exactly when this one is false (both operands not NULL), if it is a comparison.
    pub fn negated(self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::NotEq,
            Self::NotEq => Self::Eq,
            Self::Lt => Self::GtEq,
            Self::LtEq => Self::Gt,
            Self::Gt => Self::LtEq,
            Self::GtEq => Self::Lt,
            _ => return None,
        })
    }
}

/// The pattern languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LikeKind {
    /// `LIKE`; case matters as the dialect says.
    Like,
    /// PostgreSQL `ILIKE`.
    ILike,
    /// `SIMILAR TO`.
    SimilarTo,
    /// SQLite `GLOB`.
    Glob,
    /// `~`, MySQL `REGEXP` and `RLIKE`.
    Regex,
    /// `~*`.
    IRegex,
}

/// ANY (SOME) or ALL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quantifier {
    /// `ANY`, `SOME`.
    Any,
    /// `ALL`.
    All,
}

/// Fields of dates and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DateField {
    /// Year.
    Year,
    /// Quarter, 1 to 4.
    Quarter,
    /// Month, 1 to 12.
    Month,
    /// ISO week.
    Week,
    /// Day of the month.
    Day,
    /// Day of the week, Sunday 0.
    DayOfWeek,
    /// ISO day of the week, Monday 1.
    IsoDayOfWeek,
    /// Day of the year.
    DayOfYear,
    /// Hour.
    Hour,
    /// Minute.
    Minute,
    /// Second, with its fraction.
    Second,
    /// Milliseconds of the minute.
    Milliseconds,
    /// Microseconds of the minute.
    Microseconds,
    /// Seconds since 1970-01-01.
    Epoch,
}
