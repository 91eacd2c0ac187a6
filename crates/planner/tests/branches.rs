//! CHECKs over several columns, held against exhaustive search: where a row exists that satisfies them all, every
//! generated row does; where none exists, the plan says so, and only then.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt32Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use proptest::prelude::*;
use seedbed_datagen_core::{Request, Spec, TypesAlone};
use seedbed_rows::Plan;
use seedbed_schema_model::{
    BinaryOp, Check, Column, ColumnIdx, Dialect, Expr, Literal, Schema, Span, SqlType, Table, TableId,
    UnaryOp,
};
use seedbed_sql_semantics::{Context, check_passes};
use seedbed_sql_values::Value;
use std::sync::Arc;

const ROWS: u64 = 24;

/// A column of few values.
#[derive(Clone, Copy, Debug)]
enum Small {
    Flag,
    Digit,
    Letter,
}

impl Small {
    fn values(self) -> Vec<Value> {
        match self {
            Self::Flag => vec![Value::Boolean(false), Value::Boolean(true)],
            Self::Digit => (0..4).map(Value::Integer).collect(),
            Self::Letter => ["a", "b", "c"].map(|t| Value::Text(t.to_owned())).to_vec(),
        }
    }

    fn column(self, index: usize, nullable: bool) -> Column {
        let ty = match self {
            Self::Flag => SqlType::Boolean,
            Self::Digit => SqlType::INTEGER,
            Self::Letter => SqlType::TEXT,
        };
        let column = Column::new(&format!("c{index}"), ty);
        if nullable { column } else { column.not_null() }
    }

    /// The CHECK that leaves only its values.
    fn own_check(self, index: usize) -> Option<Expr> {
        let column = || Expr::Column(ColumnIdx(index as u16));
        match self {
            Self::Flag => None,
            Self::Digit => Some(Expr::Between {
                operand: Box::new(column()),
                low: Box::new(Expr::integer(0)),
                high: Box::new(Expr::integer(3)),
                negated: false,
                symmetric: false,
            }),
            Self::Letter => Some(Expr::InList {
                operand: Box::new(column()),
                list: ["a", "b", "c"].map(Expr::text).to_vec(),
                negated: false,
            }),
        }
    }
}

fn check(expr: Expr) -> Check {
    let text = format!("{expr:?}");
    Check { name: None, expr, text, enforced: true, span: Span::default() }
}

fn schema_of(columns: &[(Small, bool)], checks: &[Expr]) -> Schema {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(Some("public"), "t");
    for (i, (small, nullable)) in columns.iter().enumerate() {
        table.columns.push(small.column(i, *nullable));
        table.checks.extend(small.own_check(i).map(check));
    }
    table.checks.extend(checks.iter().cloned().map(check));
    schema.push_table(table);
    schema
}

/// Whether any row satisfies every CHECK.
fn satisfiable(schema: &Schema, columns: &[(Small, bool)]) -> bool {
    fn search(schema: &Schema, columns: &[(Small, bool)], row: &mut Vec<Value>) -> bool {
        let Some((small, nullable)) = columns.get(row.len()) else {
            return holds(schema, row);
        };
        let values = small.values().into_iter().chain(nullable.then_some(Value::Null));
        values.into_iter().any(|value| {
            row.push(value);
            let found = search(schema, columns, row);
            row.pop();
            found
        })
    }
    search(schema, columns, &mut Vec::new())
}

fn holds(schema: &Schema, row: &Vec<Value>) -> bool {
    let cx = Context::new(schema, Some(&schema.tables[0]));
    schema.tables[0].checks.iter().all(|c| check_passes(&c.expr, row, &cx).unwrap_or(true))
}

fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(row).into()),
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        DataType::Dictionary(_, _) => {
            let array = array.as_dictionary::<UInt32Type>();
            value(array.values(), array.keys().value(row) as usize)
        }
        other => panic!("no column of this test is a {other}"),
    }
}

fn generated(schema: &Arc<Schema>) -> (Plan, Vec<Vec<Value>>) {
    let spec = Spec { rows: Some(ROWS), seed: Some(3), ..Spec::default() };
    let request = Request { spec, ..Request::default() };
    let plan = seedbed_planner::plan(Arc::clone(schema), &request, &TypesAlone).expect("a plan");
    let rows = plan.table(TableId(0)).expect("the table").rows;
    let batch = plan.batch(TableId(0), 0..rows);
    let rows = (0..rows as usize)
        .map(|row| batch.rows.columns().iter().map(|array| value(array, row)).collect())
        .collect();
    (plan, rows)
}

/// Conditions over columns of known kinds.
fn condition(columns: Vec<(Small, bool)>) -> impl Strategy<Value = Expr> {
    let n = columns.len();
    let atom = (0..n, 0..n, 0..9_u8, 0..4_usize).prop_map(move |(a, b, kind, k)| {
        let column = |i: usize| Expr::Column(ColumnIdx(i as u16));
        let constant = |small: Small, k: usize| match &small.values()[k % small.values().len()] {
            Value::Boolean(b) => Expr::Literal(Literal::Boolean(*b)),
            Value::Text(t) => Expr::text(t),
            Value::Integer(n) => Expr::integer(*n),
            _ => Expr::Literal(Literal::Null),
        };
        let alike = std::mem::discriminant(&columns[a].0) == std::mem::discriminant(&columns[b].0) && a != b;
        let op = [BinaryOp::Eq, BinaryOp::NotEq, BinaryOp::Lt, BinaryOp::GtEq][k];
        match (kind, columns[a].0) {
            (0, _) => Expr::IsNull { operand: Box::new(column(a)), negated: k % 2 == 0 },
            (1, _) if alike => Expr::binary(op, column(a), column(b)),
            (2, _) if alike => Expr::IsDistinct {
                left: Box::new(column(a)),
                right: Box::new(column(b)),
                negated: k % 2 == 0,
            },
            (3, _) => Expr::Function {
                name: "num_nonnulls".to_owned(),
                args: (0..n).filter(|i| *i != a).map(column).collect(),
            },
            (4, Small::Digit) if alike => {
                let sum = Expr::binary(BinaryOp::Add, column(a), Expr::integer(1));
                Expr::binary(op, sum, column(b))
            }
            (5, Small::Flag) => column(a),
            (6, small) => Expr::InList {
                operand: Box::new(column(a)),
                list: vec![constant(small, k), constant(small, k + 1)],
                negated: k % 2 == 0,
            },
            (7, small) => Expr::binary(
                op,
                Expr::Function { name: "coalesce".to_owned(), args: vec![column(a), constant(small, k)] },
                constant(small, k + 1),
            ),
            (_, small) => Expr::binary(op, column(a), constant(small, k)),
        }
    });
    let atom = atom.prop_map(|e| match &e {
        Expr::Function { name, args } if name == "num_nonnulls" => {
            let k = args.len() / 2;
            Expr::binary(BinaryOp::Eq, e.clone(), Expr::integer(k as i128))
        }
        _ => e,
    });
    atom.prop_recursive(2, 8, 2, |inner| {
        let truth = prop::option::of(any::<bool>());
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::binary(BinaryOp::And, a, b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::binary(BinaryOp::Or, a, b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::binary(BinaryOp::Eq, a, b)),
            inner.clone().prop_map(|a| Expr::Unary { op: UnaryOp::Not, operand: Box::new(a) }),
            (inner.clone(), truth, any::<bool>()).prop_map(|(a, truth, negated)| Expr::IsTruth {
                operand: Box::new(a),
                truth,
                negated
            }),
            (inner.clone(), inner.clone(), inner).prop_map(|(when, then, otherwise)| Expr::Case {
                operand: None,
                branches: vec![(when, then)],
                otherwise: Some(Box::new(otherwise)),
            }),
        ]
    })
}

fn small() -> impl Strategy<Value = (Small, bool)> {
    (prop_oneof![Just(Small::Flag), Just(Small::Digit), Just(Small::Letter)], any::<bool>())
}

fn case() -> impl Strategy<Value = (Vec<(Small, bool)>, Vec<Expr>)> {
    prop::collection::vec(small(), 2..5).prop_flat_map(|columns| {
        let checks = prop::collection::vec(condition(columns.clone()), 1..4);
        (Just(columns), checks)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_satisfy_every_check_whenever_a_row_can((columns, checks) in case()) {
        let schema = Arc::new(schema_of(&columns, &checks));
        let (plan, rows) = generated(&schema);
        if satisfiable(&schema, &columns) {
            prop_assert_eq!(rows.len() as u64, ROWS, "{:?}", plan.table(TableId(0)));
            for row in &rows {
                prop_assert!(holds(&schema, row), "{:?} breaks a CHECK", row);
                for (value, (_, nullable)) in row.iter().zip(&columns) {
                    prop_assert!(*nullable || !value.is_null());
                }
            }
        } else {
            let told = plan.table(TableId(0)).is_some_and(|t| t.rows == 0 && t.shortfall.is_some());
            prop_assert!(told, "no row satisfies them, and the plan does not say so");
        }
    }
}
