//! Why a table gets fewer rows than were asked for.

mod reason;

pub use reason::{LeftAsIs, ShortfallReason, SievedOut};

use seedbed_schema_model::Span;
use serde::Serialize;
use std::fmt;

/// A table's shortfall: facts for programs, and as text a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shortfall {
    /// The kind of reason.
    pub code: ShortfallCode,
    /// The reason. Where there is a `limit`, what it limits: `UNIQUE (user_id, team_id)`.
    pub reason: Box<ShortfallReason>,
    /// Whether no rows could do better, or only none were found.
    pub verdict: Verdict,
    /// The numbers, where the reason is one of counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Where the constraint is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Whether a table can have the rows that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There is a construction.
    Possible,
    /// No construction was found, and no proof that there is none.
    Undecided,
    /// A bound rules it out.
    Impossible,
}

/// A product of numbers that no construction can exceed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The product.
    pub rows: u64,
    /// Rows that were asked for.
    pub asked: u64,
    /// The numbers.
    pub factors: Vec<Factor>,
}

/// One number of a [`Limit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Factor {
    /// The number.
    pub count: u64,
    /// Of what.
    pub of: Counted,
}

/// What a [`Factor`] counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// The rows of a table.
    Rows(String),
    /// The values that a column may hold.
    Values(String),
    /// The values that a column may hold beside those that are there.
    ValuesLeft {
        /// The column.
        column: String,
        /// How many are there.
        there: u64,
    },
}

impl Shortfall {
    /// A reason without numbers, which leaves no choice.
    pub fn new(code: ShortfallCode, reason: impl Into<ShortfallReason>) -> Self {
        let reason = Box::new(reason.into());
        Self { code, reason, verdict: Verdict::Impossible, limit: None, span: None, hint: None }
    }

    /// A reason that says itself of which kind it is.
    pub fn of(reason: ShortfallReason) -> Self {
        Self::new(reason.code(), reason)
    }
}

impl Limit {
    /// The limit that some numbers set together.
    pub fn new(factors: Vec<Factor>, asked: u64) -> Self {
        let product = factors.iter().fold(1_u128, |p, f| p.saturating_mul(f.count.into()));
        Self { rows: u64::try_from(product).unwrap_or(u64::MAX), asked, factors }
    }

    /// How great one of the numbers would have to be for the rows that were asked for; `None` if another is 0.
    pub fn enough(&self, factor: usize) -> Option<u64> {
        let others = self.factors.iter().enumerate().filter(|(i, _)| *i != factor);
        let others = others.fold(1_u128, |p, (_, f)| p.saturating_mul(f.count.into()));
        (others > 0).then(|| u64::try_from(u128::from(self.asked).div_ceil(others)).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)?;
        self.limit.as_ref().map_or(Ok(()), |limit| write!(f, " {limit}"))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holds at most {}", counted(self.rows, "row"))?;
        for (i, factor) in self.factors.iter().enumerate() {
            write!(f, "{} {factor}", if i == 0 { ":" } else { " x" })?;
        }
        write!(f, "; {} asked", grouped(self.asked))
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Counted::Rows(table) => write!(f, "{} of `{table}`", counted(self.count, "row")),
            Counted::Values(column) => write!(f, "{} of `{column}`", counted(self.count, "value")),
            Counted::ValuesLeft { column, there } => {
                let left = counted(self.count, "value");
                write!(f, "{left} of `{column}` beside {} there already", grouped(*there))
            }
        }
    }
}

/// `1 row`, `7 rows`, `12,000 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A number with commas between the thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The kinds of [`Shortfall`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShortfallCode {
    /// A key, a list or a parent holds no more.
    Capacity,
    /// No partition takes such rows.
    UnreachablePartition,
    /// A trigger refuses the rows.
    Trigger,
    /// A constraint that could not be read refuses the rows.
    UnreadableCheck,
    /// A table that must be referred to has no rows.
    EmptyParent,
    /// The table takes no rows from a client, or is left as it is.
    NotInsertable,
}

impl ShortfallCode {
    /// The code as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::UnreachablePartition => "unreachable-partition",
            Self::Trigger => "trigger",
            Self::UnreadableCheck => "unreadable-check",
            Self::EmptyParent => "empty-parent",
            Self::NotInsertable => "not-insertable",
        }
    }
}

impl fmt::Display for ShortfallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(counts: [u64; 2], asked: u64) -> Limit {
        let tables = ["users", "teams"].map(|t| Counted::Rows(t.to_owned()));
        let factors = counts.into_iter().zip(tables).map(|(count, of)| Factor { count, of });
        Limit::new(factors.collect(), asked)
    }

    #[test]
    fn a_limit_says_its_numbers() {
        let shortfall = Shortfall {
            limit: Some(limit([4, 1], 100)),
            ..Shortfall::new(ShortfallCode::Capacity, "UNIQUE (user_id, team_id)")
        };
        let want =
            "UNIQUE (user_id, team_id) holds at most 4 rows: 4 rows of `users` x 1 row of `teams`; 100 asked";
        assert_eq!(shortfall.to_string(), want);
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, want) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), want);
        }
        assert_eq!((counted(1, "row"), counted(1_000, "row")), ("1 row".to_owned(), "1,000 rows".to_owned()));
    }

    #[test]
    fn enough_is_the_least_number_that_does() {
        for asked in 1..60 {
            let limit = limit([4, 3], asked);
            for (factor, other) in [(0, 3), (1, 4)] {
                let enough = limit.enough(factor).expect("no factor is zero");
                assert!(enough * other >= asked && (enough - 1) * other < asked, "{asked}");
            }
        }
        assert_eq!(limit([0, 3], 5).enough(1), None);
        assert_eq!(limit([u64::MAX, u64::MAX], 5).rows, u64::MAX);
    }
}
