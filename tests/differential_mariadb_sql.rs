//! Random expressions as MariaDB types them: nearly anything goes, since everything converts.

use crate::differential_random::Random;
use crate::differential_sql::Pair;
use crate::differential_tally::{COMPARISONS, PATTERNS, TEXTS};
use seedbed_schema_model::{BinaryOp, Dialect, Expr, LikeKind, SqlType};

/// A column, and the literals that it may hold.
#[derive(Debug)]
pub(crate) struct MariaDbColumn {
    pub(crate) name: &'static str,
    pub(crate) declared: &'static str,
    pub(crate) ty: SqlType,
    pub(crate) collation: Option<&'static str>,
    pub(crate) values: Vec<&'static str>,
    kind: Kind,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Integer,
    Decimal,
    Float,
    Text,
    Date,
    Timestamp,
    Boolean,
}

pub(crate) fn columns() -> Vec<MariaDbColumn> {
    let integer = |bits, unsigned| SqlType::Integer { bits, unsigned };
    let decimal = SqlType::Decimal { precision: Some(8), scale: Some(3), unsigned: false };
    let varchar = || SqlType::Varchar { length: Some(20) };
    let column = |name, declared, ty, values: &[&'static str], kind| MariaDbColumn {
        name,
        declared,
        ty,
        collation: None,
        values: values.to_vec(),
        kind,
    };
    use Kind::{Boolean, Date, Decimal, Float, Integer, Text, Timestamp};
    let binary = MariaDbColumn {
        collation: Some("utf8mb4_bin"),
        ..column("w", "varchar(20) COLLATE utf8mb4_bin", varchar(), &TEXTS, Text)
    };
    let folding = MariaDbColumn {
        collation: Some("utf8mb4_general_ci"),
        ..column("s", "varchar(20) COLLATE utf8mb4_general_ci", varchar(), &TEXTS, Text)
    };
    let char4 = SqlType::Char { length: Some(4) };
    let fixed = MariaDbColumn {
        collation: Some("utf8mb4_general_ci"),
        ..column("c", "char(4) COLLATE utf8mb4_general_ci", char4, &["", "a", "ab", "abcd", "A"], Text)
    };
    let timestamps = ["2020-02-29 12:34:56", "1999-12-31 00:00:00", "1970-01-02 23:59:59"];
    vec![
        column(
            "i",
            "int",
            integer(32, false),
            &["-7", "-1", "0", "1", "2", "3", "100", "2147483647"],
            Integer,
        ),
        column("l", "bigint", integer(64, false), &["-5", "0", "4", "3000000000"], Integer),
        column("u", "smallint unsigned", integer(16, true), &["0", "1", "7", "65535"], Integer),
        column("o", "tinyint(1)", integer(8, false), &["0", "1"], Boolean),
        column("n", "decimal(8,3)", decimal, &["-1.500", "0", "0.5", "1", "2.345", "100", "7.00"], Decimal),
        column(
            "f",
            "double",
            SqlType::Float { bits: 64, unsigned: false, digits: None },
            &["-1.5", "0", "0.5", "2.5", "0.1", "7"],
            Float,
        ),
        folding,
        binary,
        fixed,
        column("d", "date", SqlType::Date, &["2020-02-29", "1999-12-31", "2024-01-01", "1970-07-20"], Date),
        column("t", "datetime", SqlType::Timestamp { precision: None, zoned: false }, &timestamps, Timestamp),
    ]
}

fn column(random: &mut Random, kind: Kind) -> Pair {
    let all = columns();
    let fitting: Vec<usize> = (0..all.len()).filter(|i| all[*i].kind == kind).collect();
    let index = random.pick(&fitting);
    Pair::column(index, all[index].name)
}

fn leaf(random: &mut Random, kind: Kind) -> Pair {
    if random.chance(60) {
        return column(random, kind);
    }
    match kind {
        Kind::Integer => Pair::integer(random.pick(&[-7, -1, 0, 1, 2, 3, 12])),
        Kind::Decimal => Pair::decimal(random.pick(&[5, 15, 125, 300]), random.pick(&[1, 2])),
        Kind::Text => Pair::text(random.pick(&TEXTS), Dialect::MySql),
        Kind::Date => {
            Pair::text(random.pick(&["2020-02-29", "2000-01-01"]), Dialect::MySql).cast("DATE", SqlType::Date)
        }
        Kind::Timestamp => {
            let ty = SqlType::Timestamp { precision: None, zoned: false };
            Pair::text(random.pick(&["2020-02-29 12:34:56", "1999-12-31"]), Dialect::MySql)
                .cast("DATETIME", ty)
        }
        Kind::Float | Kind::Boolean => column(random, kind),
    }
}

fn number(random: &mut Random) -> Kind {
    random.pick(&[Kind::Integer, Kind::Integer, Kind::Decimal, Kind::Float])
}

/// An expression of a kind, of at most so many levels.
pub(crate) fn expression(random: &mut Random, kind: Kind, depth: usize) -> Pair {
    if depth == 0 || random.chance(15) {
        return leaf(random, kind);
    }
    match kind {
        Kind::Boolean => boolean(random, depth - 1),
        Kind::Integer => integer(random, depth - 1),
        Kind::Decimal => decimal(random, depth - 1),
        Kind::Float => float(random, depth - 1),
        Kind::Text => text(random, depth - 1),
        Kind::Date => match random.below(2) {
            0 => Pair::call("date", vec![leaf(random, Kind::Timestamp)]),
            _ => leaf(random, Kind::Date),
        },
        Kind::Timestamp => leaf(random, Kind::Timestamp),
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
        // What a CHECK compares by mistake: text with numbers, dates with text.
        3 => {
            let (a, b) = random.pick(&[
                (Kind::Text, Kind::Integer),
                (Kind::Boolean, Kind::Integer),
                (Kind::Decimal, Kind::Text),
            ]);
            Pair::binary(comparison, expression(random, a, depth), expression(random, b, depth))
        }
        4 => {
            let kind = random.pick(&[Kind::Date, Kind::Timestamp]);
            Pair::binary(
                comparison,
                expression(random, kind, depth),
                expression(random, Kind::Timestamp, depth),
            )
        }
        5 | 6 => {
            let op = random.pick(&[BinaryOp::And, BinaryOp::Or]);
            Pair::binary(
                op,
                expression(random, Kind::Boolean, depth),
                expression(random, Kind::Boolean, depth),
            )
        }
        7 => expression(random, Kind::Boolean, depth).negated(),
        8 => {
            let kind = random.pick(&[Kind::Integer, Kind::Text, Kind::Date]);
            expression(random, kind, depth).null_test(random.chance(50))
        }
        9 => {
            let kind = random.pick(&[Kind::Integer, Kind::Integer, Kind::Decimal, Kind::Text]);
            let list = (0..1 + random.below(3)).map(|_| leaf(random, kind)).collect();
            expression(random, kind, depth).in_list(list, random.chance(30))
        }
        10 => {
            let (low, high) = (leaf(random, Kind::Decimal), leaf(random, Kind::Integer));
            expression(random, Kind::Decimal, depth).between(low, high, random.chance(30), false)
        }
        11 => {
            let pattern = Pair::text(random.pick(&PATTERNS), Dialect::MySql);
            expression(random, Kind::Text, depth).like(LikeKind::Like, pattern, random.chance(30))
        }
        12 => {
            let patterns = [
                "^a",
                "c$",
                "^[a-z]*$",
                "[[:digit:]]+",
                "^\\s*$",
                "a.c",
                "^(a|1)",
                "b{1,2}",
                "^[^%]+$",
                "\\d",
            ];
            let pattern = Pair::text(random.pick(&patterns), Dialect::MySql);
            expression(random, Kind::Text, depth).regexp(pattern, random.chance(30))
        }
        _ => expression(random, Kind::Boolean, depth).truth_test(random.chance(50), random.chance(50)),
    }
}

fn integer(random: &mut Random, depth: usize) -> Pair {
    use BinaryOp::{Add, Mod, Mul, Sub};
    match random.below(7) {
        0..=2 => {
            let op = random.pick(&[Add, Sub, Mul, Mod]);
            Pair::binary(
                op,
                expression(random, Kind::Integer, depth),
                expression(random, Kind::Integer, depth),
            )
        }
        3 => {
            let name = random.pick(&["length", "char_length", "octet_length"]);
            Pair::call(name, vec![expression(random, Kind::Text, depth)])
        }
        4 => {
            let name = random.pick(&["year", "month", "day", "quarter", "dayofyear", "to_days"]);
            Pair::call(name, vec![leaf(random, Kind::Date)])
        }
        5 if random.chance(50) => {
            Pair::call("datediff", vec![leaf(random, Kind::Timestamp), leaf(random, Kind::Date)])
        }
        5 => {
            let units = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
            let unit = random.pick(&units);
            // A word of the syntax there, a text here.
            let unit = Pair { expr: Expr::text(unit), sql: unit.to_owned() };
            let times = [leaf(random, Kind::Timestamp), leaf(random, Kind::Timestamp)];
            Pair::call("timestampdiff", [unit].into_iter().chain(times).collect())
        }
        _ => {
            let name = random.pick(&["coalesce", "ifnull", "nullif", "greatest", "least"]);
            Pair::call(name, vec![leaf(random, Kind::Integer), leaf(random, Kind::Integer)])
        }
    }
}

fn decimal(random: &mut Random, depth: usize) -> Pair {
    use BinaryOp::{Add, Div, Mod, Mul, Sub};
    match random.below(5) {
        0..=1 => {
            let op = random.pick(&[Add, Sub, Mul, Div, Mod]);
            Pair::binary(op, expression(random, Kind::Decimal, depth), leaf(random, Kind::Decimal))
        }
        2 => {
            let digits = Pair::integer(random.below(4) as i64);
            Pair::call(random.pick(&["round", "truncate"]), vec![leaf(random, Kind::Decimal), digits])
        }
        3 => {
            let name = random.pick(&["abs", "floor", "ceil", "sign"]);
            Pair::call(name, vec![expression(random, Kind::Decimal, depth)])
        }
        _ => Pair::call("greatest", vec![leaf(random, Kind::Decimal), leaf(random, Kind::Decimal)]),
    }
}

fn float(random: &mut Random, depth: usize) -> Pair {
    use BinaryOp::{Add, Div, Mul, Sub};
    match random.below(2) {
        0 => {
            let op = random.pick(&[Add, Sub, Mul, Div]);
            Pair::binary(op, expression(random, Kind::Float, depth), leaf(random, Kind::Integer))
        }
        _ => Pair::call(random.pick(&["abs", "floor", "ceil"]), vec![leaf(random, Kind::Float)]),
    }
}

fn text(random: &mut Random, depth: usize) -> Pair {
    match random.below(7) {
        0 => Pair::call("concat", vec![expression(random, Kind::Text, depth), leaf(random, Kind::Text)]),
        1 | 2 => {
            let name = random.pick(&["lower", "upper", "trim", "ltrim", "rtrim", "reverse", "md5"]);
            Pair::call(name, vec![expression(random, Kind::Text, depth)])
        }
        3 => {
            let (start, length) =
                (Pair::integer(random.below(6) as i64 - 2), Pair::integer(random.below(5) as i64 - 1));
            Pair::call("substr", vec![expression(random, Kind::Text, depth), start, length])
        }
        4 => {
            let length = Pair::integer(random.below(6) as i64 - 1);
            Pair::call(random.pick(&["left", "right"]), vec![expression(random, Kind::Text, depth), length])
        }
        5 => {
            let (what, with) = (leaf(random, Kind::Text), leaf(random, Kind::Text));
            Pair::call("replace", vec![leaf(random, Kind::Text), what, with])
        }
        _ => {
            let when = expression(random, Kind::Boolean, depth);
            Pair::case(when, leaf(random, Kind::Text), leaf(random, Kind::Text))
        }
    }
}
