use super::*;
use seedbed_schema_model::{Dialect, Schema};

const X: Expr = Expr::Column(ColumnIdx(0));

fn call(name: &str) -> Expr {
    Expr::Function { name: name.to_owned(), args: vec![X] }
}

fn narrowed(ty: &SqlType, condition: &Expr) -> Option<ValueDomain> {
    let schema = Schema::new(Dialect::Postgres);
    let cx = Context::new(&schema, None);
    let mut narrowing = Narrowing::new(Subject::Column(ColumnIdx(0)), ty, &cx);
    narrowing.apply(condition).then_some(narrowing.domain)
}

#[test]
fn ranges_meet() {
    let above = Expr::binary(BinaryOp::Gt, X, Expr::integer(3));
    let below = Expr::binary(BinaryOp::GtEq, Expr::integer(9), X);
    let domain = narrowed(&SqlType::INTEGER, &Expr::binary(BinaryOp::And, above, below)).expect("readable");
    assert_eq!(domain.low, Some(Bound { value: Value::Integer(3), inclusive: false }));
    assert_eq!(domain.high, Some(Bound { value: Value::Integer(9), inclusive: true }));
}

#[test]
fn equalities_joined_by_or_are_a_list() {
    let one = |t: &str| Expr::binary(BinaryOp::Eq, X, Expr::text(t));
    let null = Expr::IsNull { operand: Box::new(X), negated: false };
    let any = Expr::binary(BinaryOp::Or, Expr::binary(BinaryOp::Or, one("a"), one("b")), null);
    let domain = narrowed(&SqlType::TEXT, &any).expect("readable");
    assert_eq!(domain.allowed, Some(vec![Value::Text("a".to_owned()), Value::Text("b".to_owned())]));
}

#[test]
fn lengths_and_normal_forms_are_read() {
    let long = Expr::binary(BinaryOp::GtEq, call("length"), Expr::integer(4));
    let lower = Expr::binary(BinaryOp::Eq, call("lower"), X);
    let domain = narrowed(&SqlType::TEXT, &Expr::binary(BinaryOp::And, long, lower)).expect("readable");
    assert_eq!((domain.text.min_chars, domain.text.lower), (4, true));
}

#[test]
fn listed_values_are_tried() {
    let is = |n| Expr::binary(BinaryOp::Eq, X, Expr::integer(n));
    let among = |list: &[i128]| Expr::InList {
        operand: Box::new(X),
        list: list.iter().map(|n| Expr::integer(*n)).collect(),
        negated: false,
    };
    let square = Expr::binary(BinaryOp::Mul, X, X);
    let odd =
        Expr::binary(BinaryOp::Eq, Expr::binary(BinaryOp::Mod, square, Expr::integer(2)), Expr::integer(1));
    let either = Expr::binary(BinaryOp::Or, is(9), odd);
    let domain = narrowed(&SqlType::INTEGER, &Expr::binary(BinaryOp::And, among(&[1, 2, 3]), is(2)))
        .expect("readable");
    assert_eq!(domain.allowed, Some(vec![Value::Integer(2)]));
    let schema = Schema::new(Dialect::Postgres);
    let cx = Context::new(&schema, None);
    let mut narrowing = Narrowing::new(Subject::Column(ColumnIdx(0)), &SqlType::INTEGER, &cx);
    assert!(narrowing.apply(&among(&[1, 2, 3])) && narrowing.apply(&either));
    assert_eq!(narrowing.domain.allowed, Some(vec![Value::Integer(1), Value::Integer(3)]));
}

#[test]
fn a_branch_is_taken_that_leaves_values() {
    let (below, above) =
        (Expr::binary(BinaryOp::Lt, X, Expr::integer(0)), Expr::binary(BinaryOp::Gt, X, Expr::integer(100)));
    let schema = Schema::new(Dialect::Postgres);
    let cx = Context::new(&schema, None);
    let mut narrowing = Narrowing::new(Subject::Column(ColumnIdx(0)), &SqlType::INTEGER, &cx);
    assert!(narrowing.apply(&Expr::binary(BinaryOp::GtEq, X, Expr::integer(0))));
    assert!(narrowing.apply(&Expr::binary(BinaryOp::Or, below, above)));
    assert_eq!(narrowing.domain.low.map(|b| b.value), Some(Value::Integer(100)));
}

#[test]
fn what_is_not_understood_is_handed_back() {
    let modulo =
        Expr::binary(BinaryOp::Eq, Expr::binary(BinaryOp::Mod, X, Expr::integer(2)), Expr::integer(0));
    assert_eq!(narrowed(&SqlType::INTEGER, &modulo), None);
}

/// What is left of a date whose table has no other column, functions of it turned round.
fn inverted(condition: &Expr) -> Option<ValueDomain> {
    let schema = Schema::new(Dialect::MySql);
    let mut table = seedbed_schema_model::Table::new(None, "t");
    table.columns.push(seedbed_schema_model::Column::new("d", SqlType::Date));
    let cx = Context::new(&schema, Some(&table));
    let mut narrowing = Narrowing::new(Subject::Column(ColumnIdx(0)), &SqlType::Date, &cx).inverting();
    narrowing.apply(condition).then_some(narrowing.domain)
}

#[test]
fn a_function_that_only_rises_is_turned_round() {
    let year = |op| Expr::binary(op, call("year"), Expr::integer(2010));
    let day = |days| Value::Date(days);
    let first = seedbed_sql_values::calendar::days_from_civil(2010, 1, 1);
    let next = seedbed_sql_values::calendar::days_from_civil(2011, 1, 1);
    let below = inverted(&year(BinaryOp::Lt)).expect("years rise");
    assert_eq!((below.low, below.high), (None, Some(Bound { value: day(first), inclusive: false })));
    let within = inverted(&year(BinaryOp::Eq)).expect("years rise");
    assert_eq!(within.low, Some(Bound { value: day(first), inclusive: true }));
    assert_eq!(within.high, Some(Bound { value: day(next), inclusive: false }));
    let above = inverted(&year(BinaryOp::Gt)).expect("years rise");
    assert_eq!(above.low, Some(Bound { value: day(next), inclusive: true }));
}

#[test]
fn a_function_that_falls_somewhere_is_handed_back() {
    for name in ["month", "dayofyear", "weekday", "dayofmonth", "quarter"] {
        assert_eq!(inverted(&Expr::binary(BinaryOp::Lt, call(name), Expr::integer(2))), None, "{name}");
    }
}
