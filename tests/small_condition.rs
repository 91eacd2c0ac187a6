//! Conditions on rows of small tables, as SQL has them and by themselves.

/// A condition on a row, in SQL's three-valued logic.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    Equals(usize, i64),
    Differs(usize, i64),
    OneOf(usize, [i64; 2]),
    IsNull(usize),
    IsPresent(usize),
    Apart(usize, usize),
    Less(usize, usize),
    LessOrEqual(usize, usize),
    SumAtMost(usize, usize, i64),
    BothOrNone(usize, usize),
    Either(usize, usize),
    /// `a = n` only with `b` NULL.
    NullWhen(usize, i64, usize),
    /// `a = n` only with `b = m`.
    EqualsWhen(usize, i64, usize, i64),
    NotBoth(usize, i64, usize, i64),
    /// `CASE WHEN a = n THEN b IS NOT NULL ELSE b IS NULL END`.
    Switch(usize, i64, usize),
}

fn compare(a: Option<i64>, b: Option<i64>, test: fn(i64, i64) -> bool) -> Option<bool> {
    Some(test(a?, b?))
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

impl Condition {
    /// Its truth in a row.
    pub(crate) fn truth(self, row: &[Option<i64>]) -> Option<bool> {
        let equals = |column: usize, n: i64| compare(row[column], Some(n), |a, b| a == b);
        match self {
            Self::Equals(a, n) => equals(a, n),
            Self::Differs(a, n) => not(equals(a, n)),
            Self::OneOf(a, [n, m]) => or(equals(a, n), equals(a, m)),
            Self::IsNull(a) => Some(row[a].is_none()),
            Self::IsPresent(a) => Some(row[a].is_some()),
            Self::Apart(a, b) => compare(row[a], row[b], |a, b| a != b),
            Self::Less(a, b) => compare(row[a], row[b], |a, b| a < b),
            Self::LessOrEqual(a, b) => compare(row[a], row[b], |a, b| a <= b),
            Self::SumAtMost(a, b, n) => Some(row[a]? + row[b]? <= n),
            Self::BothOrNone(a, b) => Some(row[a].is_none() == row[b].is_none()),
            Self::Either(a, b) => Some(row[a].is_some() || row[b].is_some()),
            Self::NullWhen(a, n, b) => or(not(equals(a, n)), Some(row[b].is_none())),
            Self::EqualsWhen(a, n, b, m) => or(not(equals(a, n)), equals(b, m)),
            Self::NotBoth(a, n, b, m) => or(not(equals(a, n)), not(equals(b, m))),
            Self::Switch(a, n, b) if equals(a, n) == Some(true) => Some(row[b].is_some()),
            Self::Switch(_, _, b) => Some(row[b].is_none()),
        }
    }

    /// The same as text.
    pub(crate) fn sql(self) -> String {
        match self {
            Self::Equals(a, n) => format!("c{a} = {n}"),
            Self::Differs(a, n) => format!("c{a} <> {n}"),
            Self::OneOf(a, [n, m]) => format!("c{a} IN ({n}, {m})"),
            Self::IsNull(a) => format!("c{a} IS NULL"),
            Self::IsPresent(a) => format!("c{a} IS NOT NULL"),
            Self::Apart(a, b) => format!("c{a} <> c{b}"),
            Self::Less(a, b) => format!("c{a} < c{b}"),
            Self::LessOrEqual(a, b) => format!("c{a} <= c{b}"),
            Self::SumAtMost(a, b, n) => format!("c{a} + c{b} <= {n}"),
            Self::BothOrNone(a, b) => format!("(c{a} IS NULL) = (c{b} IS NULL)"),
            Self::Either(a, b) => format!("c{a} IS NOT NULL OR c{b} IS NOT NULL"),
            Self::NullWhen(a, n, b) => format!("c{a} <> {n} OR c{b} IS NULL"),
            Self::EqualsWhen(a, n, b, m) => format!("c{a} <> {n} OR c{b} = {m}"),
            Self::NotBoth(a, n, b, m) => format!("NOT (c{a} = {n} AND c{b} = {m})"),
            Self::Switch(a, n, b) => {
                format!("CASE WHEN c{a} = {n} THEN c{b} IS NOT NULL ELSE c{b} IS NULL END")
            }
        }
    }
}
