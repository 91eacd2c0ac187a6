//! Expressions as text, every operation in brackets: for reviews and messages, not for a server.

use crate::{Column, Expr, Literal};
use std::fmt;

/// An expression with the names of its table's columns.
#[derive(Clone, Copy, Debug)]
pub struct DisplayExpr<'a> {
    expr: &'a Expr,
    columns: &'a [Column],
}

impl Expr {
    /// The expression as text. A column that `columns` has not is a question mark.
    pub fn display<'a>(&'a self, columns: &'a [Column]) -> DisplayExpr<'a> {
        DisplayExpr { expr: self, columns }
    }
}

impl DisplayExpr<'_> {
    fn list(&self, items: &[Expr], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", item.display(self.columns))?;
        }
        Ok(())
    }

    fn case(
        &self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let x = |e: &'_ Expr| e.display(self.columns).to_string();
        f.write_str("(case")?;
        operand.map_or(Ok(()), |e| write!(f, " {}", x(e)))?;
        for (when, then) in branches {
            write!(f, " when {} then {}", x(when), x(then))?;
        }
        otherwise.map_or(Ok(()), |e| write!(f, " else {}", x(e)))?;
        f.write_str(")")
    }

    /// What has brackets or a name of its own around a list.
    fn enclosed(&self, before: &str, items: &[Expr], after: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(before)?;
        self.list(items, f)?;
        f.write_str(after)
    }

    /// Tests that can be negated.
    fn test(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = |e: &'_ Expr| e.display(self.columns).to_string();
        let not = |negated: &bool| if *negated { "not " } else { "" };
        match self.expr {
            Expr::IsNull { operand, negated } => write!(f, "({} is {}null)", x(operand), not(negated)),
            Expr::IsTruth { operand, truth, negated } => {
                write!(f, "({} is {}{truth:?})", x(operand), not(negated))
            }
            Expr::IsDistinct { left, right, negated } => {
                write!(f, "({} is {}distinct from {})", x(left), not(negated), x(right))
            }
            Expr::InList { operand, list, negated } => {
                write!(f, "({} {}in (", x(operand), not(negated))?;
                self.enclosed("", list, "))", f)
            }
            Expr::Between { operand, low, high, negated, symmetric } => {
                let symmetric = if *symmetric { "symmetric " } else { "" };
                write!(f, "({} {}between {symmetric}{} and {})", x(operand), not(negated), x(low), x(high))
            }
            Expr::Like { kind, operand, pattern, escape, negated } => {
                write!(f, "({} {}{kind:?} {}", x(operand), not(negated), x(pattern))?;
                escape.as_ref().map_or(Ok(()), |escape| write!(f, " escape '{escape}'"))?;
                f.write_str(")")
            }
            other => write!(f, "{other:?}"),
        }
    }
}

impl fmt::Display for DisplayExpr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = |e: &'_ Expr| e.display(self.columns).to_string();
        match self.expr {
            Expr::Literal(Literal::Text(text)) => write!(f, "'{text}'"),
            Expr::Literal(Literal::Integer(n)) => write!(f, "{n}"),
            Expr::Literal(other) => write!(f, "{other:?}"),
            Expr::Column(c) => f.write_str(self.columns.get(c.position()).map_or("?", |c| &c.name)),
            Expr::Parameter(n) => write!(f, "${}", u32::from(*n) + 1),
            Expr::DomainValue => f.write_str("VALUE"),
            Expr::Unary { op, operand } => write!(f, "({op:?} {})", x(operand)),
            Expr::Binary { op, left, right } => write!(f, "({} {op:?} {})", x(left), x(right)),
            Expr::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), f)
            }
            Expr::Function { name, args } => self.enclosed(&format!("{name}("), args, ")", f),
            Expr::UserFunction { name, args } => self.enclosed(&format!("user:{name}("), args, ")", f),
            Expr::Extract { field, operand } => write!(f, "extract({field:?} from {})", x(operand)),
            Expr::Cast { operand, target } => write!(f, "({} as {target:?})", x(operand)),
            Expr::Collate { operand, collation } => write!(f, "({} collate {collation})", x(operand)),
            Expr::Array(items) => self.enclosed("array[", items, "]", f),
            Expr::Row(items) => self.enclosed("row(", items, ")", f),
            Expr::Quantified { left, op, quantifier, array } => {
                write!(f, "({} {op:?} {quantifier:?} {})", x(left), x(array))
            }
            Expr::Field { operand, name } => write!(f, "({}).{name}", x(operand)),
            Expr::Lookup { table, column, at, .. } => {
                self.enclosed(&format!("lookup:{}.{}(", table.0, column.0), at, ")", f)
            }
            Expr::Subscript { operand, index } => write!(f, "{}[{}]", x(operand), x(index)),
            Expr::Unreadable(part) => write!(f, "unreadable `{}`", part.text),
            _ => self.test(f),
        }
    }
}
