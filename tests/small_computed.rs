//! Generated columns of small tables, as SQL has them and by themselves.

/// What is computed of a row's other columns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Computed {
    Sum(usize, usize),
    Difference(usize, usize),
    Product(usize, usize),
    Times(usize, i64),
    Rest(usize, i64),
    OrElse(usize, i64),
    /// `CASE WHEN a = n THEN b ELSE 0 END`.
    ChosenWhen(usize, i64, usize),
    /// `CASE WHEN a = n THEN b END`.
    OnlyWhen(usize, i64, usize),
}

impl Computed {
    /// Its value in a row.
    pub(crate) fn value(self, row: &[Option<i64>]) -> Option<i64> {
        match self {
            Self::Sum(a, b) => Some(row[a]? + row[b]?),
            Self::Difference(a, b) => Some(row[a]? - row[b]?),
            Self::Product(a, b) => Some(row[a]? * row[b]?),
            Self::Times(a, n) => Some(row[a]? * n),
            Self::Rest(a, n) => Some(row[a]? % n),
            Self::OrElse(a, n) => Some(row[a].unwrap_or(n)),
            Self::ChosenWhen(a, n, b) if row[a] == Some(n) => row[b],
            Self::ChosenWhen(..) => Some(0),
            Self::OnlyWhen(a, n, b) => row[b].filter(|_| row[a] == Some(n)),
        }
    }

    /// The same as text.
    pub(crate) fn sql(self) -> String {
        match self {
            Self::Sum(a, b) => format!("c{a} + c{b}"),
            Self::Difference(a, b) => format!("c{a} - c{b}"),
            Self::Product(a, b) => format!("c{a} * c{b}"),
            Self::Times(a, n) => format!("c{a} * {n}"),
            Self::Rest(a, n) => format!("c{a} % {n}"),
            Self::OrElse(a, n) => format!("coalesce(c{a}, {n})"),
            Self::ChosenWhen(a, n, b) => format!("CASE WHEN c{a} = {n} THEN c{b} ELSE 0 END"),
            Self::OnlyWhen(a, n, b) => format!("CASE WHEN c{a} = {n} THEN c{b} END"),
        }
    }
}
