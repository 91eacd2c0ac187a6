//! The evaluator against SQLite and PostgreSQL: random expressions on random rows, each in its own dialect.

use crate::differential_random::Random;
use crate::differential_sql::Pair;
use crate::servers::PostgresServer;
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::types::ValueRef;
use seedbed_schema_model::{BinaryOp, Column, Dialect, LikeKind, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, EvaluateError, Value, evaluate, format_value, parse_value, quote_text};

const COMPARISONS: [BinaryOp; 6] =
    [BinaryOp::Eq, BinaryOp::NotEq, BinaryOp::Lt, BinaryOp::LtEq, BinaryOp::Gt, BinaryOp::GtEq];

/// Strings that try conversions: numbers, almost numbers, case, accents, wildcards, spaces.
const TEXTS: [&str; 18] = [
    "", "a", "A", "abc", "ABC", "aXc", "é", "É", "1", "12", " 7 ", "1.5", "1e2", "12abc", "-3", "a%c", "a_c",
    "x  ",
];

const PATTERNS: [&str; 12] = ["%", "a%", "A%", "%c", "a_c", "_", "", "é%", "a\\%c", "1%", "%b%", "abc"];

#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn expect_agreement(dialect: &str, cases: usize, unsupported: usize, disagreements: &[String]) {
    println!("{dialect}: {cases} evaluations, {unsupported} not supported, {} disagree", disagreements.len());
    assert!(
        disagreements.is_empty(),
        "{} disagreements:\n{}",
        disagreements.len(),
        disagreements[..disagreements.len().min(12)].join("\n")
    );
    assert!(unsupported * 20 < cases, "{unsupported} of {cases} evaluations were not supported");
}

mod sqlite {
    use super::*;

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
                let op =
                    random.pick(&[Add, Sub, Mul, Div, Mod, Concat, BitAnd, BitOr, ShiftLeft, ShiftRight]);
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
                let pattern = Pair::text(
                    random.pick(&["*", "a*", "[a-c]*", "?", "[^a]*", "*c", "[]x]"]),
                    Dialect::Sqlite,
                );
                sub(random).like(LikeKind::Glob, pattern, false)
            }
            15 => sub(random).distinct_from(leaf(random), random.chance(50), Dialect::Sqlite),
            16 => Pair::case(sub(random), leaf(random), leaf(random)),
            17 => {
                let integer = SqlType::INTEGER;
                let real = SqlType::Float { bits: 64, unsigned: false };
                let numeric = SqlType::Decimal { precision: None, scale: None, unsigned: false };
                let casts =
                    [("INTEGER", integer), ("REAL", real), ("TEXT", SqlType::TEXT), ("NUMERIC", numeric)];
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
        let (mut cases, mut unsupported, mut disagreements) = (0, 0, Vec::new());
        for _ in 0..3_000 {
            let pair = expression(&mut random, 3);
            let mut statement =
                connection.prepare(&format!("SELECT {} FROM t WHERE rowid = ?", pair.sql)).unwrap();
            for (i, row) in rows.iter().enumerate() {
                cases += 1;
                let ours = evaluate(&pair.expr, row, &cx);
                let mut found = statement.query([i as i64 + 1]).unwrap();
                let theirs = found.next();
                let (agrees, shown) = match (&ours, &theirs) {
                    (Err(EvaluateError::Unsupported(_)), _) => {
                        unsupported += 1;
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
                    disagreements.push(format!("{} on {row:?}: ours {ours:?}, SQLite {shown}", pair.sql));
                    break;
                }
            }
        }
        expect_agreement("SQLite", cases, unsupported, &disagreements);
    }
}

mod postgres_server {
    use super::*;

    /// Column name, type, and the literals it may hold.
    fn columns() -> Vec<(&'static str, &'static str, SqlType, Vec<&'static str>)> {
        let numeric = SqlType::Decimal { precision: None, scale: None, unsigned: false };
        let float = |bits| SqlType::Float { bits, unsigned: false };
        let timestamp = SqlType::Timestamp { precision: None, zoned: false };
        let interval = SqlType::Interval { fields: None, precision: None };
        let array = SqlType::Array { element: Box::new(SqlType::INTEGER) };
        vec![
            ("i", "integer", SqlType::INTEGER, vec!["-7", "-1", "0", "1", "2", "3", "100", "2147483647"]),
            ("l", "bigint", SqlType::BIGINT, vec!["-5", "0", "4", "3000000000"]),
            ("n", "numeric", numeric, vec!["-1.50", "0", "0.5", "1.0", "2.345", "100", "7.00"]),
            ("f", "double precision", float(64), vec!["-1.5", "0", "0.5", "2.5", "0.1", "7"]),
            ("g", "real", float(32), vec!["-1.5", "0.1", "2.5", "0.7"]),
            ("s", "text", SqlType::TEXT, TEXTS.to_vec()),
            ("c", "char(4)", SqlType::Char { length: Some(4) }, vec!["", "a", "ab", "abcd", "A"]),
            ("d", "date", SqlType::Date, vec!["2020-02-29", "1999-12-31", "2024-01-01", "1969-07-20"]),
            (
                "t",
                "timestamp",
                timestamp,
                vec!["2020-02-29 12:34:56.789", "1999-12-31 00:00:00", "1960-01-01 23:59:59"],
            ),
            ("v", "interval", interval, vec!["1 day", "1 mon 2 days", "-3 hours", "1 year 00:30:00"]),
            ("b", "boolean", SqlType::Boolean, vec!["true", "false"]),
            ("a", "integer[]", array, vec!["{}", "{1,2,3}", "{2,NULL}", "{7}"]),
        ]
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        Integer,
        Numeric,
        Float,
        Text,
        Date,
        Timestamp,
        Interval,
        Boolean,
        Array,
    }

    fn column(random: &mut Random, kind: Kind) -> Pair {
        let names: &[&str] = match kind {
            Kind::Integer => &["i", "l"],
            Kind::Numeric => &["n"],
            Kind::Float => &["f", "g"],
            Kind::Text => &["s", "s", "c"],
            Kind::Date => &["d"],
            Kind::Timestamp => &["t"],
            Kind::Interval => &["v"],
            Kind::Boolean => &["b"],
            Kind::Array => &["a"],
        };
        let name = random.pick(names);
        let index = columns().iter().position(|c| c.0 == name).unwrap();
        Pair::column(index, name)
    }

    fn typed(text: &str, name: &str, ty: SqlType) -> Pair {
        Pair::text(text, Dialect::Postgres).cast(name, ty)
    }

    fn leaf(random: &mut Random, kind: Kind) -> Pair {
        if random.chance(60) {
            return column(random, kind);
        }
        let all = columns();
        let literal = |random: &mut Random, name: &str| {
            let column = all.iter().find(|c| c.0 == name).unwrap();
            typed(random.pick(&column.3), column.1, column.2.clone())
        };
        match kind {
            Kind::Integer => Pair::integer(random.pick(&[-7, -1, 0, 1, 2, 3, 12])),
            Kind::Numeric => Pair::decimal(random.pick(&[5, 15, 125, 300]), random.pick(&[1, 2])),
            Kind::Float => literal(random, "f"),
            Kind::Text => Pair::text(random.pick(&TEXTS), Dialect::Postgres).cast("text", SqlType::TEXT),
            Kind::Date => literal(random, "d"),
            Kind::Timestamp => literal(random, "t"),
            Kind::Interval => literal(random, "v"),
            Kind::Boolean => literal(random, "b"),
            Kind::Array => literal(random, "a"),
        }
    }

    fn number(random: &mut Random) -> Kind {
        random.pick(&[Kind::Integer, Kind::Integer, Kind::Numeric, Kind::Float])
    }

    fn expression(random: &mut Random, kind: Kind, depth: usize) -> Pair {
        if depth == 0 || random.chance(15) {
            return leaf(random, kind);
        }
        match kind {
            Kind::Boolean => boolean(random, depth - 1),
            Kind::Integer => integer(random, depth - 1),
            Kind::Numeric => numeric(random, depth - 1),
            Kind::Float => float(random, depth - 1),
            Kind::Text => text(random, depth - 1),
            Kind::Date => match random.below(3) {
                0 => Pair::binary(
                    BinaryOp::Add,
                    leaf(random, Kind::Date),
                    Pair::integer(random.below(90) as i64),
                ),
                1 => leaf(random, Kind::Timestamp).cast("date", SqlType::Date),
                _ => leaf(random, Kind::Date),
            },
            Kind::Timestamp => {
                let op = random.pick(&[BinaryOp::Add, BinaryOp::Sub]);
                let unit = Pair::text(
                    random.pick(&["day", "month", "year", "hour", "week", "quarter"]),
                    Dialect::Postgres,
                );
                match random.below(3) {
                    0 => Pair::binary(op, leaf(random, Kind::Timestamp), leaf(random, Kind::Interval)),
                    1 => Pair::call("date_trunc", vec![unit, leaf(random, Kind::Timestamp)]),
                    _ => leaf(random, Kind::Timestamp),
                }
            }
            Kind::Interval => match random.below(4) {
                0 => {
                    Pair::binary(BinaryOp::Sub, leaf(random, Kind::Timestamp), leaf(random, Kind::Timestamp))
                }
                1 => Pair::binary(BinaryOp::Mul, leaf(random, Kind::Interval), leaf(random, Kind::Integer)),
                2 => Pair::call("age", vec![leaf(random, Kind::Timestamp), leaf(random, Kind::Timestamp)]),
                _ => Pair::binary(BinaryOp::Add, leaf(random, Kind::Interval), leaf(random, Kind::Interval)),
            },
            Kind::Array => {
                Pair::binary(BinaryOp::Concat, leaf(random, Kind::Array), leaf(random, Kind::Array))
            }
        }
    }

    fn boolean(random: &mut Random, depth: usize) -> Pair {
        let comparison = random.pick(&COMPARISONS);
        match random.below(14) {
            0 | 1 => {
                let (a, b) = (number(random), number(random));
                Pair::binary(comparison, expression(random, a, depth), expression(random, b, depth))
            }
            2 => Pair::binary(
                comparison,
                expression(random, Kind::Text, depth),
                expression(random, Kind::Text, depth),
            ),
            3 => {
                let kind = random.pick(&[Kind::Date, Kind::Timestamp]);
                Pair::binary(
                    comparison,
                    expression(random, kind, depth),
                    expression(random, Kind::Timestamp, depth),
                )
            }
            4 => Pair::binary(
                comparison,
                expression(random, Kind::Interval, depth),
                leaf(random, Kind::Interval),
            ),
            5 => {
                let op = random.pick(&[BinaryOp::And, BinaryOp::Or]);
                Pair::binary(
                    op,
                    expression(random, Kind::Boolean, depth),
                    expression(random, Kind::Boolean, depth),
                )
            }
            6 => expression(random, Kind::Boolean, depth).negated(),
            7 => {
                let kind = random.pick(&[Kind::Integer, Kind::Text, Kind::Date]);
                expression(random, kind, depth).null_test(random.chance(50))
            }
            8 => {
                let kind = number(random);
                let list = (0..1 + random.below(3)).map(|_| leaf(random, kind)).collect();
                expression(random, kind, depth).in_list(list, random.chance(30))
            }
            9 => {
                let (low, high) = (leaf(random, Kind::Numeric), leaf(random, Kind::Integer));
                expression(random, Kind::Numeric, depth).between(
                    low,
                    high,
                    random.chance(30),
                    random.chance(30),
                )
            }
            10 => {
                let kind = random.pick(&[LikeKind::Like, LikeKind::ILike]);
                let pattern = Pair::text(random.pick(&PATTERNS), Dialect::Postgres);
                expression(random, Kind::Text, depth).like(kind, pattern, random.chance(30))
            }
            11 => {
                let kind = random.pick(&[LikeKind::Regex, LikeKind::IRegex, LikeKind::SimilarTo]);
                let patterns: &[&str] = match kind {
                    LikeKind::SimilarTo => &["(a|b)%", "[a-c]+", "%(1|2)", "_", "[^0-9]*", "a.c"],
                    _ => &[
                        "^a",
                        "c$",
                        "^[a-z]*$",
                        "[[:digit:]]+",
                        "\\d",
                        "^\\s*$",
                        "a.c",
                        "^(a|1)",
                        "b{1,2}",
                        "\\ma",
                        "^[^%]+$",
                    ],
                };
                let pattern = Pair::text(random.pick(patterns), Dialect::Postgres);
                expression(random, Kind::Text, depth).like(kind, pattern, random.chance(30))
            }
            12 => {
                let kind = random.pick(&[Kind::Integer, Kind::Text, Kind::Numeric]);
                let right = leaf(random, kind);
                expression(random, kind, depth).distinct_from(right, random.chance(50), Dialect::Postgres)
            }
            _ => expression(random, Kind::Boolean, depth).truth_test(random.chance(50), random.chance(50)),
        }
    }

    fn integer(random: &mut Random, depth: usize) -> Pair {
        use BinaryOp::{Add, BitAnd, BitOr, BitXor, Div, Mod, Mul, Sub};
        match random.below(9) {
            0..=2 => {
                let op = random.pick(&[Add, Sub, Mul, Div, Mod, BitAnd, BitOr, BitXor]);
                Pair::binary(
                    op,
                    expression(random, Kind::Integer, depth),
                    expression(random, Kind::Integer, depth),
                )
            }
            3 => {
                let name = random.pick(&["length", "char_length", "octet_length", "ascii"]);
                Pair::call(name, vec![expression(random, Kind::Text, depth)])
            }
            4 => Pair::binary(Sub, leaf(random, Kind::Date), leaf(random, Kind::Date)),
            5 => {
                let kind = random.pick(&[Kind::Numeric, Kind::Float]);
                expression(random, kind, depth).cast("integer", SqlType::INTEGER)
            }
            6 => Pair::call("coalesce", vec![leaf(random, Kind::Integer), leaf(random, Kind::Integer)]),
            7 => Pair::call(
                "num_nonnulls",
                vec![leaf(random, Kind::Integer), leaf(random, Kind::Text), leaf(random, Kind::Date)],
            ),
            _ => Pair::call(random.pick(&["cardinality", "array_ndims"]), vec![leaf(random, Kind::Array)]),
        }
    }

    fn numeric(random: &mut Random, depth: usize) -> Pair {
        use BinaryOp::{Add, Div, Mod, Mul, Sub};
        match random.below(7) {
            0..=2 => {
                let op = random.pick(&[Add, Sub, Mul, Div, Mod]);
                Pair::binary(op, expression(random, Kind::Numeric, depth), leaf(random, Kind::Numeric))
            }
            3 => Pair::call(
                "round",
                vec![expression(random, Kind::Numeric, depth), Pair::integer(random.below(4) as i64)],
            ),
            4 => {
                let name = random.pick(&["abs", "floor", "ceil", "sign", "trunc"]);
                Pair::call(name, vec![expression(random, Kind::Numeric, depth)])
            }
            5 => {
                let ty = SqlType::Decimal { precision: Some(5), scale: Some(1), unsigned: false };
                expression(random, Kind::Numeric, depth).cast("numeric(5,1)", ty)
            }
            _ => Pair::call("greatest", vec![leaf(random, Kind::Numeric), leaf(random, Kind::Numeric)]),
        }
    }

    fn float(random: &mut Random, depth: usize) -> Pair {
        use BinaryOp::{Add, Mul, Sub};
        match random.below(3) {
            0 => {
                let op = random.pick(&[Add, Sub, Mul]);
                let name = "double precision";
                let left = expression(random, Kind::Float, depth)
                    .cast(name, SqlType::Float { bits: 64, unsigned: false });
                Pair::binary(op, left, leaf(random, Kind::Float))
            }
            1 => Pair::call(random.pick(&["abs", "floor", "ceil", "round"]), vec![leaf(random, Kind::Float)]),
            _ => leaf(random, Kind::Numeric)
                .cast("double precision", SqlType::Float { bits: 64, unsigned: false }),
        }
    }

    fn text(random: &mut Random, depth: usize) -> Pair {
        match random.below(9) {
            0 => Pair::binary(
                BinaryOp::Concat,
                expression(random, Kind::Text, depth),
                leaf(random, Kind::Text),
            ),
            1 | 2 => {
                let name =
                    random.pick(&["lower", "upper", "btrim", "ltrim", "rtrim", "reverse", "initcap", "md5"]);
                Pair::call(name, vec![expression(random, Kind::Text, depth)])
            }
            3 => {
                let (start, length) =
                    (Pair::integer(random.below(6) as i64 - 2), Pair::integer(random.below(5) as i64 - 1));
                Pair::call("substr", vec![expression(random, Kind::Text, depth), start, length])
            }
            4 => {
                let name = random.pick(&["left", "right"]);
                Pair::call(
                    name,
                    vec![expression(random, Kind::Text, depth), Pair::integer(random.below(6) as i64 - 2)],
                )
            }
            5 => Pair::call(
                "replace",
                vec![leaf(random, Kind::Text), leaf(random, Kind::Text), leaf(random, Kind::Text)],
            ),
            6 => {
                let name = random.pick(&["lpad", "rpad"]);
                Pair::call(
                    name,
                    vec![
                        leaf(random, Kind::Text),
                        Pair::integer(random.below(7) as i64),
                        Pair::text("xy", Dialect::Postgres),
                    ],
                )
            }
            7 => {
                let kind = random.pick(&[
                    Kind::Integer,
                    Kind::Numeric,
                    Kind::Float,
                    Kind::Date,
                    Kind::Timestamp,
                    Kind::Boolean,
                    Kind::Interval,
                ]);
                expression(random, kind, depth).cast("text", SqlType::TEXT)
            }
            _ => {
                // Not of `char(4)`: whether a CASE keeps its padding depends on the branch, which we do not follow.
                let branch = |random: &mut Random| {
                    Pair::text(random.pick(&TEXTS), Dialect::Postgres).cast("text", SqlType::TEXT)
                };
                let when = expression(random, Kind::Boolean, depth);
                Pair::case(when, branch(random), Pair::column(5, "s"))
            }
        }
    }

    fn result_type(kind: Kind) -> SqlType {
        match kind {
            Kind::Timestamp => SqlType::Timestamp { precision: None, zoned: false },
            _ => SqlType::Any,
        }
    }

    /// The only row of an answer: `Err` is the server's message, `Ok(None)` NULL.
    fn ask(client: &mut Client, sql: &str) -> Result<Option<String>, String> {
        let messages = client
            .simple_query(sql)
            .map_err(|e| e.as_db_error().map_or(e.to_string(), |e| e.message().to_owned()))?;
        let row = messages
            .into_iter()
            .find_map(|m| if let SimpleQueryMessage::Row(row) = m { Some(row) } else { None });
        Ok(row.and_then(|row| row.get(0).map(str::to_owned)))
    }

    /// 1,500 expressions on 4 rows each.
    #[test]
    fn postgres_agrees() {
        let Some(server) = PostgresServer::connect() else { return };
        let database = server.scratch("evaluate").unwrap();
        let mut client = Client::connect(&database.url(), NoTls).unwrap();
        let columns = columns();
        let mut schema = Schema::new(Dialect::Postgres);
        let mut table = Table::new(None, "x");
        table.columns = columns.iter().map(|c| Column::new(c.0, c.2.clone())).collect();
        schema.push_table(table);
        let definitions: Vec<String> = columns.iter().map(|c| format!("{} {}", c.0, c.1)).collect();
        client
            .batch_execute(&format!(
                "SET TimeZone = 'UTC'; CREATE TABLE x (k serial, {})",
                definitions.join(", ")
            ))
            .unwrap();
        let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
        let mut random = Random::new(11);
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for _ in 0..8 {
            let cells: Vec<Option<&str>> = columns
                .iter()
                .map(|c| if random.chance(15) { None } else { Some(random.pick(&c.3)) })
                .collect();
            let texts: Vec<String> = cells
                .iter()
                .map(|c| c.map_or("NULL".to_owned(), |c| quote_text(Dialect::Postgres, c)))
                .collect();
            client
                .batch_execute(&format!("INSERT INTO x ({}) VALUES ({})", names.join(", "), texts.join(", ")))
                .unwrap();
            let values = cells.iter().zip(&columns);
            rows.push(
                values
                    .map(|(cell, c)| cell.map_or(Value::Null, |t| parse_value(t, &c.2, &schema).unwrap()))
                    .collect(),
            );
        }
        let cx = Context::new(&schema, Some(&schema.tables[0]));
        let kinds = [
            Kind::Boolean,
            Kind::Boolean,
            Kind::Boolean,
            Kind::Integer,
            Kind::Numeric,
            Kind::Float,
            Kind::Text,
            Kind::Date,
            Kind::Timestamp,
            Kind::Interval,
        ];
        let (mut cases, mut unsupported, mut disagreements) = (0, 0, Vec::new());
        for _ in 0..1_500 {
            let kind = random.pick(&kinds);
            let pair = expression(&mut random, kind, 3);
            for _ in 0..4 {
                let k = random.below(rows.len());
                cases += 1;
                let ours = evaluate(&pair.expr, &rows[k], &cx);
                let theirs =
                    ask(&mut client, &format!("SELECT ({})::text FROM x WHERE k = {}", pair.sql, k + 1));
                let agrees = match (&ours, &theirs) {
                    (Err(EvaluateError::Unsupported(_)), _) => {
                        unsupported += 1;
                        continue;
                    }
                    // A statement that the server cannot even type is no case.
                    (_, Err(why))
                        if why.contains("does not exist") || why.contains("could not determine") =>
                    {
                        continue;
                    }
                    (Err(_), Err(_)) => true,
                    (Ok(Value::Null), Ok(None)) => true,
                    (Ok(ours), Ok(Some(theirs))) => {
                        let text = format_value(ours, &result_type(kind), Dialect::Postgres);
                        !ours.is_null() && (text == *theirs || close(ours, theirs))
                    }
                    _ => false,
                };
                if !agrees {
                    disagreements
                        .push(format!("{} on {:?}: ours {ours:?}, PostgreSQL {theirs:?}", pair.sql, rows[k]));
                    break;
                }
            }
        }
        expect_agreement("PostgreSQL", cases, unsupported, &disagreements);
    }

    /// `real` prints with fewer digits than the double that we compute with.
    fn close(ours: &Value, theirs: &str) -> bool {
        match (ours, theirs.parse::<f64>()) {
            (Value::Float(a), Ok(b)) => a == &b || (a - b).abs() <= b.abs() * 1e-6,
            _ => false,
        }
    }
}
