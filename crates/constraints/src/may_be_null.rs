//! Whether an expression may be NULL, as far as its form tells.

use seedbed_schema_model::{BinaryOp, Expr, Literal, Table};

/// Whether an expression over columns of a table may be NULL: a column in it may be, unless a form around it replaces NULL;
/// or some form makes one of what is none, as `CASE` without `ELSE`, `nullif`, a quotient or a member of a document.
pub(super) fn may_be_null(e: &Expr, table: &Table) -> bool {
    let of = |e: &Expr| may_be_null(e, table);
    match e {
        Expr::Literal(literal) => *literal == Literal::Null,
        Expr::Column(c) => table[*c].nullable,
        Expr::IsNull { .. } => false,
        Expr::Case { branches, otherwise, .. } => {
            branches.iter().any(|(_, then)| of(then)) || otherwise.as_deref().is_none_or(of)
        }
        Expr::Binary { op, left, right } => makes_null(*op, right) || of(left) || of(right),
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            ("coalesce" | "ifnull", args) => args.iter().all(of),
            ("nullif", _) => true,
            ("if" | "iif", [_, yes, no]) => of(yes) || of(no),
            (name, _) if name.starts_with("json") => true,
            (_, args) => args.iter().any(of),
        },
        Expr::Lookup { .. } | Expr::Subscript { .. } => true,
        e => e.children().into_iter().any(of),
    }
}

/// Whether an operator makes NULL of what is none: members that are not there, and quotients by zero where they are no
/// error.
fn makes_null(op: BinaryOp, right: &Expr) -> bool {
    match op {
        BinaryOp::JsonGet | BinaryOp::JsonGetText | BinaryOp::JsonPath | BinaryOp::JsonPathText => true,
        BinaryOp::Div | BinaryOp::IntDiv | BinaryOp::Mod => {
            !matches!(right, Expr::Literal(Literal::Integer(n)) if *n != 0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Column, ColumnIdx, SqlType};

    #[test]
    fn null_comes_from_columns_and_from_forms() {
        let mut table = Table::new(None, "t");
        table.columns.push(Column::new("a", SqlType::INTEGER));
        table.columns.push(Column::new("b", SqlType::INTEGER).not_null());
        let (a, b) = (Expr::Column(ColumnIdx(0)), Expr::Column(ColumnIdx(1)));
        let call = |name: &str, args: &[&Expr]| Expr::Function {
            name: name.to_owned(),
            args: args.iter().map(|e| (*e).clone()).collect(),
        };
        let when = |otherwise: Option<&Expr>| Expr::Case {
            operand: None,
            branches: vec![(a.clone(), b.clone())],
            otherwise: otherwise.map(|e| Box::new(e.clone())),
        };
        let is_null = |e: &Expr| may_be_null(e, &table);
        let sum = |left: &Expr, right: &Expr| Expr::binary(BinaryOp::Add, left.clone(), right.clone());
        assert!(is_null(&sum(&a, &b)) && !is_null(&sum(&b, &b)));
        assert!(is_null(&when(None)) && is_null(&when(Some(&a))) && !is_null(&when(Some(&b))));
        assert!(is_null(&call("nullif", &[&b, &b])) && !is_null(&call("coalesce", &[&a, &b])));
        assert!(is_null(&Expr::binary(BinaryOp::Mod, b.clone(), b.clone())));
        assert!(!is_null(&Expr::binary(BinaryOp::Mod, b.clone(), Expr::integer(3))));
    }
}
