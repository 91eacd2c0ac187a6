//! Random expressions as PostgreSQL types them.

use crate::differential_random::Random;
use crate::differential_sql::Pair;
use crate::differential_tally::{COMPARISONS, PATTERNS, TEXTS};
use seedbed_schema_model::{BinaryOp, Dialect, LikeKind, SqlType};

/// Column name, type, and the literals it may hold.
pub(crate) fn columns() -> Vec<(&'static str, &'static str, SqlType, Vec<&'static str>)> {
    let numeric = SqlType::Decimal { precision: None, scale: None, unsigned: false };
    let float = |bits| SqlType::Float { bits, unsigned: false, digits: None };
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

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
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

/// An expression of a kind, of at most so many levels.
pub(crate) fn expression(random: &mut Random, kind: Kind, depth: usize) -> Pair {
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
            0 => {
                Pair::binary(BinaryOp::Add, leaf(random, Kind::Date), Pair::integer(random.below(90) as i64))
            }
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
            0 => Pair::binary(BinaryOp::Sub, leaf(random, Kind::Timestamp), leaf(random, Kind::Timestamp)),
            1 => Pair::binary(BinaryOp::Mul, leaf(random, Kind::Interval), leaf(random, Kind::Integer)),
            2 => Pair::call("age", vec![leaf(random, Kind::Timestamp), leaf(random, Kind::Timestamp)]),
            _ => Pair::binary(BinaryOp::Add, leaf(random, Kind::Interval), leaf(random, Kind::Interval)),
        },
        Kind::Array => Pair::binary(BinaryOp::Concat, leaf(random, Kind::Array), leaf(random, Kind::Array)),
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
        4 => {
            Pair::binary(comparison, expression(random, Kind::Interval, depth), leaf(random, Kind::Interval))
        }
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
            expression(random, Kind::Numeric, depth).between(low, high, random.chance(30), random.chance(30))
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
                .cast(name, SqlType::Float { bits: 64, unsigned: false, digits: None });
            Pair::binary(op, left, leaf(random, Kind::Float))
        }
        1 => Pair::call(random.pick(&["abs", "floor", "ceil", "round"]), vec![leaf(random, Kind::Float)]),
        _ => leaf(random, Kind::Numeric)
            .cast("double precision", SqlType::Float { bits: 64, unsigned: false, digits: None }),
    }
}

fn text(random: &mut Random, depth: usize) -> Pair {
    match random.below(9) {
        0 => Pair::binary(BinaryOp::Concat, expression(random, Kind::Text, depth), leaf(random, Kind::Text)),
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
