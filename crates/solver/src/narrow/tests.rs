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

/// What is left of the first column of a table beside values of the others, functions of it turned round.
fn inverted_beside(ty: &SqlType, condition: &Expr, others: &[Value]) -> Option<ValueDomain> {
    let schema = Schema::new(Dialect::MySql);
    let mut table = seedbed_schema_model::Table::new(None, "t");
    for i in 0..=others.len() {
        table.columns.push(seedbed_schema_model::Column::new(&format!("c{i}"), ty.clone()));
    }
    let cx = Context::new(&schema, Some(&table));
    let values: Vec<Value> = std::iter::once(Value::Null).chain(others.iter().cloned()).collect();
    let decided: Vec<bool> = (0..values.len()).map(|i| i > 0).collect();
    let known = Known { values: &values, decided: &decided };
    let alone = Narrowing::new(Subject::Column(ColumnIdx(0)), ty, &cx);
    let mut narrowing = if others.is_empty() { alone } else { alone.beside(known) };
    narrowing.apply(condition).then_some(narrowing.domain)
}

/// The same of a date whose table has no other column.
fn inverted(condition: &Expr) -> Option<ValueDomain> {
    inverted_beside(&SqlType::Date, condition, &[])
}

#[test]
fn a_difference_is_turned_round_beside_what_it_is_to() {
    let datetime = SqlType::Timestamp { precision: Some(0), zoned: false };
    let minutes = |from: usize, to: usize| Expr::Function {
        name: "timestampdiff".to_owned(),
        args: vec![
            Expr::text("minute"),
            Expr::column(ColumnIdx(from as u16)),
            Expr::column(ColumnIdx(to as u16)),
        ],
    };
    let within = |operand: Expr| Expr::Between {
        operand: Box::new(operand),
        low: Box::new(Expr::integer(15)),
        high: Box::new(Expr::integer(180)),
        negated: false,
        symmetric: false,
    };
    let at = |minute: i64| Value::Timestamp(1_700_000_040_000_000 + minute * 60_000_000);
    let bound = |minute, inclusive| Some(Bound { value: at(minute), inclusive });
    let after = inverted_beside(&datetime, &within(minutes(1, 0)), &[at(0)]).expect("it rises");
    assert_eq!((after.low, after.high), (bound(15, true), bound(181, false)));
    let before = inverted_beside(&datetime, &within(minutes(0, 1)), &[at(0)]).expect("it falls");
    let a_second_later = Value::Timestamp(1_700_000_040_000_000 - 899_000_000);
    assert_eq!(before.high, Some(Bound { value: a_second_later, inclusive: false }));
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

#[test]
fn what_holds_on_both_sides_of_where_a_function_turns_is_handed_back() {
    let square = |e: Expr| Expr::binary(BinaryOp::Mul, e.clone(), e);
    let small = Expr::binary(BinaryOp::LtEq, square(X), Expr::integer(400));
    assert_eq!(inverted_beside(&SqlType::INTEGER, &small, &[]), None);
    let positive = Expr::binary(BinaryOp::Gt, X, Expr::integer(0));
    let both = inverted_beside(&SqlType::INTEGER, &Expr::binary(BinaryOp::And, positive, small), &[]);
    assert_eq!(both.and_then(|domain| domain.high).map(|high| high.value), Some(Value::Integer(21)));
}
