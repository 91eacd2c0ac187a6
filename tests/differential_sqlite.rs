//! The evaluator against SQLite: random expressions on random rows.

use crate::differential_random::Random;
use crate::differential_sql::Pair;
use crate::differential_tally::{COMPARISONS, PATTERNS, TEXTS, Tally};
use rusqlite::types::ValueRef;
use seedbed_schema_model::{BinaryOp, Column, Dialect, LikeKind, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, EvaluateError, evaluate};
use seedbed_sql_values::{Value, format_value};

const COLUMNS: [(&str, &str, Option<&str>); 6] = [
    ("i", "INTEGER", None),
    ("r", "REAL", None),
    ("s", "TEXT", None),
    ("n", "NUMERIC", None),
    ("b", "BLOB", None),
    ("c", "TEXT", Some("NOCASE")),
];

fn schema() -> Schema {
    let mut schema = Schema::new(Dialect::Sqlite);
    let mut table = Table::new(None, "t");
    for (name, declared, collation) in COLUMNS {
        let mut column = Column::new(name, SqlType::Any);
        column.declared_type = declared.to_owned();
        column.collation = collation.map(str::to_owned);
        table.columns.push(column);
    }
    schema.push_table(table);
    schema
}

fn value(random: &mut Random) -> Value {
    match random.below(10) {
        0 | 1 => Value::Null,
        2..=4 => {
            Value::Integer(i128::from(random.pick(&[-7, -1, 0, 1, 2, 3, 7, 12, 100, i64::MAX, i64::MIN])))
        }
        5 | 6 => Value::Float(random.pick(&[-1.5, 0.0, 0.5, 1.0, 2.5, 7.0, 1e20, 0.1])),
        7 => Value::Bytes(random.pick(&[b"".as_slice(), b"a", b"12"]).to_vec()),
        _ => Value::Text(random.pick(&TEXTS).to_owned()),
    }
}

fn literal(random: &mut Random) -> Pair {
    match random.below(8) {
        0 => Pair::null(),
        1..=3 => Pair::integer(random.pick(&[-7, -1, 0, 1, 2, 3, 7, 12, 100])),
        4 => Pair::decimal(random.pick(&[5, 15, 25, 120]), 1),
        _ => Pair::text(random.pick(&TEXTS), Dialect::Sqlite),
    }
}

fn leaf(random: &mut Random) -> Pair {
    if random.chance(55) {
        let i = random.below(COLUMNS.len());
        return Pair::column(i, COLUMNS[i].0);
    }
    literal(random)
}

fn expression(random: &mut Random, depth: usize) -> Pair {
    if depth == 0 || random.chance(10) {
        return leaf(random);
    }
    let sub = |random: &mut Random| expression(random, depth - 1);
    match random.below(20) {
        0..=4 => {
            let op = random.pick(&COMPARISONS);
            Pair::binary(op, sub(random), sub(random))
        }
        5 | 6 => {
            let op = random.pick(&[BinaryOp::And, BinaryOp::Or]);
            Pair::binary(op, sub(random), sub(random))
        }
        7 | 8 => {
            use BinaryOp::{Add, BitAnd, BitOr, Concat, Div, Mod, Mul, ShiftLeft, ShiftRight, Sub};
            let op = random.pick(&[Add, Sub, Mul, Div, Mod, Concat, BitAnd, BitOr, ShiftLeft, ShiftRight]);
            Pair::binary(op, sub(random), sub(random))
        }
        9 => sub(random).negated(),
        10 => sub(random).null_test(random.chance(50)),
        11 => {
            let list = (0..1 + random.below(4)).map(|_| leaf(random)).collect();
            sub(random).in_list(list, random.chance(30))
        }
        12 => sub(random).between(leaf(random), leaf(random), random.chance(30), false),
        13 => {
            let pattern = Pair::text(random.pick(&PATTERNS), Dialect::Sqlite);
            sub(random).like(LikeKind::Like, pattern, random.chance(30))
        }
        14 => {
            let pattern =
                Pair::text(random.pick(&["*", "a*", "[a-c]*", "?", "[^a]*", "*c", "[]x]"]), Dialect::Sqlite);
            sub(random).like(LikeKind::Glob, pattern, false)
        }
        15 => sub(random).distinct_from(leaf(random), random.chance(50), Dialect::Sqlite),
        16 => Pair::case(sub(random), leaf(random), leaf(random)),
        17 => {
            let integer = SqlType::INTEGER;
            let real = SqlType::Float { bits: 64, unsigned: false, digits: None };
            let numeric = SqlType::Decimal { precision: None, scale: None, unsigned: false };
            let casts = [("INTEGER", integer), ("REAL", real), ("TEXT", SqlType::TEXT), ("NUMERIC", numeric)];
            let (name, ty) = random.pick(&casts);
            sub(random).cast(name, ty)
        }
        18 => match random.below(4) {
            0 => leaf(random).collate(random.pick(&["NOCASE", "BINARY", "RTRIM"])),
            1 => sub(random).minus(),
            2 => sub(random).truth_test(random.chance(50), random.chance(50)),
            _ => leaf(random),
        },
        _ => function(random, depth),
    }
}

fn function(random: &mut Random, depth: usize) -> Pair {
    let one = [
        "length",
        "lower",
        "upper",
        "trim",
        "ltrim",
        "rtrim",
        "abs",
        "round",
        "typeof",
        "sign",
        "hex",
        "date",
        "octet_length",
    ];
    match random.below(4) {
        0 | 1 => {
            let name = random.pick(&one);
            Pair::call(name, vec![expression(random, depth - 1)])
        }
        2 => {
            let name = random.pick(&["coalesce", "nullif", "ifnull", "instr", "max", "min"]);
            Pair::call(name, vec![expression(random, depth - 1), leaf(random)])
        }
        _ => match random.below(3) {
            0 => {
                let (start, length) = (random.below(9) as i64 - 4, random.below(9) as i64 - 3);
                Pair::call("substr", vec![leaf(random), Pair::integer(start), Pair::integer(length)])
            }
            1 => Pair::call("substr", vec![leaf(random), Pair::integer(random.below(9) as i64 - 4)]),
            _ => Pair::call("replace", vec![leaf(random), leaf(random), leaf(random)]),
        },
    }
}

fn same(ours: &Value, theirs: ValueRef<'_>) -> bool {
    match (ours, theirs) {
        (Value::Null, ValueRef::Null) => true,
        (Value::Integer(a), ValueRef::Integer(b)) => *a == i128::from(b),
        (Value::Float(a), ValueRef::Real(b)) => a == &b || (a - b).abs() <= b.abs() * 1e-15,
        // SQLite's own digits of very large floats are not always the shortest.
        (Value::Text(a), ValueRef::Text(b)) => {
            a.as_bytes() == b || (a.contains("e+") && b.starts_with(&a.as_bytes()[..a.len().min(8)]))
        }
        (Value::Bytes(a), ValueRef::Blob(b)) => a == b,
        _ => false,
    }
}

#[test]
fn floats_print_as_in_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let mut random = Random::new(3);
    for i in 0..4_000 {
        // What 15 digits tell: beyond them SQLite's own last digit is not always the nearest.
        let float = match i % 3 {
            0 => random.below(1_000_000) as f64 / 1000.0,
            1 => (random.next() >> 20) as f64,
            _ => random.below(1_000_000_000) as f64 / 8.0 - 7e6,
        };
        let ordinary = float == 0.0 || (1e-4..1e15).contains(&float.abs());
        if ordinary {
            let theirs: String =
                connection.query_row("SELECT CAST(? AS TEXT)", [float], |row| row.get(0)).unwrap();
            assert_eq!(format_value(&Value::Float(float), &SqlType::Any, Dialect::Sqlite), theirs);
        }
    }
}

fn bound(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Sql;
    match value {
        Value::Integer(n) => Sql::Integer(*n as i64),
        Value::Float(f) => Sql::Real(*f),
        Value::Text(text) => Sql::Text(text.clone()),
        Value::Bytes(bytes) => Sql::Blob(bytes.clone()),
        _ => Sql::Null,
    }
}

/// 3,000 expressions on 12 rows each.
#[test]
fn sqlite_agrees() {
    let schema = schema();
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let columns = COLUMNS.map(|(name, ty, collation)| {
        format!("{name} {ty}{}", collation.map(|c| format!(" COLLATE {c}")).unwrap_or_default())
    });
    connection.execute(&format!("CREATE TABLE t ({})", columns.join(", ")), []).unwrap();
    let mut random = Random::new(7);
    let rows: Vec<Vec<Value>> =
        (0..12).map(|_| COLUMNS.iter().map(|_| value(&mut random)).collect()).collect();
    for row in &rows {
        let cells: Vec<_> = row.iter().map(bound).collect();
        connection
            .execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rusqlite::params_from_iter(cells))
            .unwrap();
    }
    let cx = Context::new(&schema, Some(&schema.tables[0]));
    let mut tally = Tally::default();
    for _ in 0..3_000 {
        let pair = expression(&mut random, 3);
        let mut statement =
            connection.prepare(&format!("SELECT {} FROM t WHERE rowid = ?", pair.sql)).unwrap();
        for (i, row) in rows.iter().enumerate() {
            tally.cases += 1;
            let ours = evaluate(&pair.expr, row, &cx);
            let mut found = statement.query([i as i64 + 1]).unwrap();
            let theirs = found.next();
            let (agrees, shown) = match (&ours, &theirs) {
                (Err(EvaluateError::Unsupported(_)), _) => {
                    tally.unsupported += 1;
                    continue;
                }
                (Err(_), Err(e)) => (true, e.to_string()),
                (Ok(ours), Ok(Some(theirs))) => {
                    let theirs = theirs.get_ref(0).unwrap();
                    (same(ours, theirs), format!("{theirs:?}"))
                }
                (_, Ok(theirs)) => (false, format!("{:?}", theirs.map(|t| t.get_ref(0)))),
                (_, Err(e)) => (false, e.to_string()),
            };
            if !agrees {
                tally.disagreements.push(format!("{} on {row:?}: ours {ours:?}, SQLite {shown}", pair.sql));
                break;
            }
        }
    }
    tally.expect_agreement("SQLite");
}
