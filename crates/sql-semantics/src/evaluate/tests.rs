use super::*;
use crate::supported;
use seedbed_schema_model::{
    Column, ColumnIdx, Dialect, LikeKind, Literal, Quantifier, Schema, SqlType, Table,
};

fn col(i: u16) -> Expr {
    Expr::column(ColumnIdx(i))
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function { name: name.to_owned(), args }
}

fn schema(dialect: Dialect) -> Schema {
    let mut schema = Schema::new(dialect);
    let mut table = Table::new(None, "t");
    table.columns.push(Column::new("a", SqlType::INTEGER));
    table.columns.push(Column::new("b", SqlType::TEXT));
    table.columns.push(Column::new("c", SqlType::Date));
    schema.push_table(table);
    schema
}

fn on(dialect: Dialect, expr: &Expr, row: [Value; 3]) -> Result<Value, EvaluateError> {
    let schema = schema(dialect);
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    evaluate(expr, &row, &cx)
}

fn row(a: i128, b: &str) -> [Value; 3] {
    [Value::Integer(a), Value::Text(b.to_owned()), Value::Date(0)]
}

#[test]
fn unknown_is_neither_true_nor_false() {
    let nulls = [Value::Null, Value::Null, Value::Null];
    let positive = Expr::binary(BinaryOp::Gt, col(0), Expr::integer(0));
    assert_eq!(on(Dialect::Postgres, &positive, nulls.clone()), Ok(Value::Null));
    let or_true = Expr::binary(BinaryOp::Or, positive.clone(), Expr::Literal(Literal::Boolean(true)));
    assert_eq!(on(Dialect::Postgres, &or_true, nulls.clone()), Ok(Value::Boolean(true)));
    let schema = schema(Dialect::Postgres);
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    assert_eq!(check_passes(&positive, &nulls, &cx), Ok(true));
    assert_eq!(check_passes(&positive, &row(-1, ""), &cx), Ok(false));
}

#[test]
fn division_is_the_dialects() {
    let half = Expr::binary(BinaryOp::Div, col(0), Expr::integer(2));
    assert_eq!(on(Dialect::Postgres, &half, row(-7, "")), Ok(Value::Integer(-3)));
    assert_eq!(on(Dialect::Sqlite, &half, row(-7, "")), Ok(Value::Integer(-3)));
    assert_eq!(
        on(Dialect::MySql, &half, row(7, "")),
        Ok(Value::Decimal(seedbed_sql_values::Decimal::new(3_500_000_000, 9)))
    );
    let by_zero = Expr::binary(BinaryOp::Div, col(0), Expr::integer(0));
    assert_eq!(on(Dialect::Postgres, &by_zero, row(1, "")), Err(EvaluateError::runtime("division by zero")));
    assert_eq!(on(Dialect::Sqlite, &by_zero, row(1, "")), Ok(Value::Null));
    assert_eq!(on(Dialect::MySql, &by_zero, row(1, "")), Ok(Value::Null));
}

#[test]
fn strings_meet_numbers_by_dialect() {
    let equal = Expr::binary(BinaryOp::Eq, col(0), col(1));
    assert_eq!(on(Dialect::Sqlite, &equal, row(7, "7")), Ok(Value::Integer(1)));
    assert_eq!(on(Dialect::MySql, &equal, row(7, "7x")), Ok(Value::Integer(1)));
    let literal = Expr::binary(BinaryOp::Lt, col(2), Expr::text("1970-01-02"));
    assert_eq!(on(Dialect::Postgres, &literal, row(0, "")), Ok(Value::Boolean(true)));
}

#[test]
fn case_of_letters_is_the_dialects() {
    let like = |kind| Expr::Like {
        kind,
        operand: Box::new(col(1)),
        pattern: Box::new(Expr::text("A%")),
        escape: None,
        negated: false,
    };
    assert_eq!(on(Dialect::Postgres, &like(LikeKind::Like), row(0, "abc")), Ok(Value::Boolean(false)));
    assert_eq!(on(Dialect::Postgres, &like(LikeKind::ILike), row(0, "abc")), Ok(Value::Boolean(true)));
    assert_eq!(on(Dialect::Sqlite, &like(LikeKind::Like), row(0, "abc")), Ok(Value::Integer(1)));
    assert_eq!(on(Dialect::MySql, &like(LikeKind::Like), row(0, "ábc")), Ok(Value::Integer(1)));
}

#[test]
fn any_over_an_array_constant() {
    let array = Expr::Cast {
        operand: Box::new(Expr::text("{a,b}")),
        target: SqlType::Array { element: Box::new(SqlType::TEXT) },
    };
    let any = Expr::Quantified {
        left: Box::new(col(1)),
        op: BinaryOp::Eq,
        quantifier: Quantifier::Any,
        array: Box::new(array),
    };
    assert_eq!(on(Dialect::Postgres, &any, row(0, "b")), Ok(Value::Boolean(true)));
    assert_eq!(on(Dialect::Postgres, &any, row(0, "c")), Ok(Value::Boolean(false)));
}

#[test]
fn long_chains_and_deep_nests_do_not_overflow() {
    let mut chain = Expr::binary(BinaryOp::Eq, col(0), Expr::integer(0));
    for i in 1..5_000 {
        chain = Expr::binary(BinaryOp::Or, chain, Expr::binary(BinaryOp::Eq, col(0), Expr::integer(i)));
    }
    assert_eq!(on(Dialect::Postgres, &chain, row(4_999, "")), Ok(Value::Boolean(true)));
    let mut nest = col(0);
    for _ in 0..1_000 {
        nest = Expr::Unary { op: UnaryOp::Minus, operand: Box::new(nest) };
    }
    assert_eq!(on(Dialect::Postgres, &nest, row(1, "")).unwrap_err().code(), "expression-unsupported");
}

#[test]
fn support_is_known_before_any_row() {
    let schema = schema(Dialect::Postgres);
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    assert!(supported(&call("num_nonnulls", vec![col(0), col(1)]), &cx).is_ok());
    let what = supported(&call("similarity", vec![col(0), col(1)]), &cx).unwrap_err().what;
    assert_eq!(what, "function `similarity` of 2 arguments");
    let lookahead = Expr::Like {
        kind: LikeKind::Regex,
        operand: Box::new(col(1)),
        pattern: Box::new(Expr::text("a(?=b)")),
        escape: None,
        negated: false,
    };
    assert!(supported(&lookahead, &cx).is_err());
}

#[test]
fn numerics_without_digits_are_above_and_below_all() {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "t");
    table.columns.push(Column::new("a", SqlType::Decimal { precision: None, scale: None, unsigned: false }));
    schema.push_table(table);
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    let row = [Value::Decimal(seedbed_sql_values::Decimal::new(125, 1))];
    for (op, constant, holds) in [
        (BinaryOp::NotEq, "NaN", true),
        (BinaryOp::Lt, "Infinity", true),
        (BinaryOp::Gt, "-inf", true),
        (BinaryOp::Gt, "nan", false),
    ] {
        let written = Expr::binary(op, col(0), Expr::text(constant));
        let target = SqlType::Decimal { precision: None, scale: None, unsigned: false };
        let cast = Expr::Cast { operand: Box::new(Expr::text(constant)), target };
        let cast = Expr::binary(op, col(0), cast);
        assert_eq!(
            [truth(&written, &row, &cx), truth(&cast, &row, &cx)],
            [Ok(Some(holds)), Ok(Some(holds))],
            "{constant}"
        );
    }
}
