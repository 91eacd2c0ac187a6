//! Expressions together with the SQL text that means them, for the differential suites.

use seedbed_schema_model::{BinaryOp, ColumnIdx, Dialect, Expr, LikeKind, Literal, SqlType, UnaryOp};
use seedbed_sql_values::quote_text;

/// An expression and its text.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) expr: Expr,
    pub(crate) sql: String,
}

impl Pair {
    pub(crate) fn column(index: usize, name: &str) -> Self {
        Self { expr: Expr::column(ColumnIdx(index as u16)), sql: name.to_owned() }
    }

    pub(crate) fn null() -> Self {
        Self { expr: Expr::Literal(Literal::Null), sql: "NULL".to_owned() }
    }

    pub(crate) fn integer(n: i64) -> Self {
        let expr = Expr::integer(n.unsigned_abs().into());
        if n >= 0 {
            return Self { expr, sql: n.to_string() };
        }
        Self {
            expr: Expr::Unary { op: UnaryOp::Minus, operand: Box::new(expr) },
            sql: format!("(-{})", n.unsigned_abs()),
        }
    }

    /// `unscaled / 10^scale`.
    pub(crate) fn decimal(unscaled: u32, scale: u8) -> Self {
        let value = seedbed_sql_values::Decimal::new(unscaled.into(), scale);
        Self {
            expr: Expr::Literal(Literal::Decimal { unscaled: unscaled.into(), scale }),
            sql: value.to_string(),
        }
    }

    pub(crate) fn text(text: &str, dialect: Dialect) -> Self {
        Self { expr: Expr::text(text), sql: quote_text(dialect, text) }
    }

    pub(crate) fn binary(op: BinaryOp, left: Self, right: Self) -> Self {
        let sql = format!("({} {} {})", left.sql, spelling(op), right.sql);
        Self { expr: Expr::binary(op, left.expr, right.expr), sql }
    }

    pub(crate) fn call(name: &str, args: Vec<Self>) -> Self {
        let texts: Vec<&str> = args.iter().map(|a| a.sql.as_str()).collect();
        let sql = format!("{name}({})", texts.join(", "));
        Self {
            expr: Expr::Function { name: name.to_owned(), args: args.into_iter().map(|a| a.expr).collect() },
            sql,
        }
    }

    pub(crate) fn negated(self) -> Self {
        Self {
            sql: format!("(NOT {})", self.sql),
            expr: Expr::Unary { op: UnaryOp::Not, operand: Box::new(self.expr) },
        }
    }

    pub(crate) fn minus(self) -> Self {
        Self {
            sql: format!("(- {})", self.sql),
            expr: Expr::Unary { op: UnaryOp::Minus, operand: Box::new(self.expr) },
        }
    }

    pub(crate) fn null_test(self, negated: bool) -> Self {
        let sql = format!("({} IS {}NULL)", self.sql, not(negated));
        Self { expr: Expr::IsNull { operand: Box::new(self.expr), negated }, sql }
    }

    /// SQLite writes it `IS [NOT]`.
    pub(crate) fn distinct_from(self, other: Self, negated: bool, dialect: Dialect) -> Self {
        let word = match (dialect, negated) {
            (Dialect::Sqlite, true) => "IS",
            (Dialect::Sqlite, false) => "IS NOT",
            (_, true) => "IS NOT DISTINCT FROM",
            (_, false) => "IS DISTINCT FROM",
        };
        let sql = format!("({} {word} {})", self.sql, other.sql);
        Self {
            expr: Expr::IsDistinct { left: Box::new(self.expr), right: Box::new(other.expr), negated },
            sql,
        }
    }

    pub(crate) fn truth_test(self, truth: bool, negated: bool) -> Self {
        let sql = format!("({} IS {}{})", self.sql, not(negated), if truth { "TRUE" } else { "FALSE" });
        Self { expr: Expr::IsTruth { operand: Box::new(self.expr), truth: Some(truth), negated }, sql }
    }

    pub(crate) fn in_list(self, list: Vec<Self>, negated: bool) -> Self {
        let texts: Vec<&str> = list.iter().map(|a| a.sql.as_str()).collect();
        let sql = format!("({} {}IN ({}))", self.sql, not(negated), texts.join(", "));
        let list = list.into_iter().map(|a| a.expr).collect();
        Self { expr: Expr::InList { operand: Box::new(self.expr), list, negated }, sql }
    }

    pub(crate) fn between(self, low: Self, high: Self, negated: bool, symmetric: bool) -> Self {
        let word = if symmetric { "BETWEEN SYMMETRIC" } else { "BETWEEN" };
        let sql = format!("({} {}{word} {} AND {})", self.sql, not(negated), low.sql, high.sql);
        let [operand, low, high] = [self.expr, low.expr, high.expr].map(Box::new);
        Self { expr: Expr::Between { operand, low, high, negated, symmetric }, sql }
    }

    pub(crate) fn like(self, kind: LikeKind, pattern: Self, negated: bool) -> Self {
        let word = match (kind, negated) {
            (LikeKind::Like, _) => "LIKE",
            (LikeKind::ILike, _) => "ILIKE",
            (LikeKind::SimilarTo, _) => "SIMILAR TO",
            (LikeKind::Glob, _) => "GLOB",
            (LikeKind::Regex, false) => "~",
            (LikeKind::Regex, true) => "!~",
            (LikeKind::IRegex, false) => "~*",
            (LikeKind::IRegex, true) => "!~*",
        };
        let symbol = matches!(kind, LikeKind::Regex | LikeKind::IRegex);
        let sql = format!("({} {}{word} {})", self.sql, if symbol { "" } else { not(negated) }, pattern.sql);
        let (operand, pattern) = (Box::new(self.expr), Box::new(pattern.expr));
        Self { expr: Expr::Like { kind, operand, pattern, escape: None, negated }, sql }
    }

    /// As MariaDB writes a regular expression, by the operand's collation.
    pub(crate) fn regexp(self, pattern: Self, negated: bool) -> Self {
        let sql = format!("({} {}REGEXP {})", self.sql, not(negated), pattern.sql);
        let (operand, pattern) = (Box::new(self.expr), Box::new(pattern.expr));
        Self { expr: Expr::Like { kind: LikeKind::Regex, operand, pattern, escape: None, negated }, sql }
    }

    pub(crate) fn cast(self, name: &str, target: SqlType) -> Self {
        let sql = format!("CAST({} AS {name})", self.sql);
        Self { expr: Expr::Cast { operand: Box::new(self.expr), target }, sql }
    }

    pub(crate) fn collate(self, collation: &str) -> Self {
        let sql = format!("({} COLLATE {collation})", self.sql);
        Self { expr: Expr::Collate { operand: Box::new(self.expr), collation: collation.to_owned() }, sql }
    }

    pub(crate) fn case(when: Self, then: Self, otherwise: Self) -> Self {
        let sql = format!("CASE WHEN {} THEN {} ELSE {} END", when.sql, then.sql, otherwise.sql);
        let branches = vec![(when.expr, then.expr)];
        Self { expr: Expr::Case { operand: None, branches, otherwise: Some(Box::new(otherwise.expr)) }, sql }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn spelling(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "AND",
        BinaryOp::Or => "OR",
        BinaryOp::Eq => "=",
        BinaryOp::NotEq => "<>",
        BinaryOp::Lt => "<",
        BinaryOp::LtEq => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::GtEq => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Concat => "||",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "#",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        other => panic!("no spelling for {other:?} yet"),
    }
}
