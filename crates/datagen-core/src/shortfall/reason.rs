//! The reasons of shortfalls.

use super::{Factor, ShortfallCode, counted};
use serde::{Serialize, Serializer};
use std::fmt;

/// Why a table gets fewer rows than were asked for: facts, and as text a sentence for people. Names are those of the
/// table's own columns, and of other tables as reports name them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShortfallReason {
    /// A constraint holds no more than a product, which the shortfall's limit tells.
    Product {
        /// The constraint: `UNIQUE (user_id, team_id)`.
        constraint: String,
    },
    /// The table is partitioned, and no partition takes rows.
    NoPartition {
        /// The table.
        table: String,
    },
    /// A column can't be NULL, and a CHECK leaves nothing else.
    OnlyNull {
        /// The column.
        column: String,
    },
    /// No value satisfies a column's constraints.
    NoValue {
        /// The column.
        column: String,
    },
    /// All values that a column may hold are there already.
    AllThere {
        /// The column.
        column: String,
        /// How many there are.
        there: u64,
    },
    /// Columns that can't be NULL refer to what does not exist.
    Dangling {
        /// The columns.
        columns: Vec<String>,
    },
    /// Columns must refer to a table without rows.
    EmptyParent {
        /// The columns.
        columns: Vec<String>,
        /// The table that they refer to.
        parent: String,
    },
    /// Columns that can't be NULL refer to columns that are NULL in all rows of a table that has some.
    ParentWithoutKey {
        /// The columns.
        columns: Vec<String>,
        /// The table that they refer to.
        parent: String,
    },
    /// A CHECK on referencing columns allows none of the parent's rows.
    NoPermittedParent {
        /// The columns.
        columns: Vec<String>,
        /// The table that they refer to.
        parent: String,
    },
    /// Each row shows a row of its own of another table, which has fewer.
    AlignedParent {
        /// The columns that show it.
        columns: Vec<String>,
        /// The other table.
        parent: String,
        /// Its rows.
        rows: u64,
    },
    /// Each row needs a row of its own of a table that shows it, which has fewer.
    AlignedChild {
        /// The other table.
        child: String,
        /// Its rows.
        rows: u64,
    },
    /// No row satisfies some CHECKs together.
    Contradiction {
        /// The CHECKs, by name or text.
        checks: Vec<String>,
    },
    /// The table is left as it is, since nobody has asked for rows of it expressly.
    LeftAsIs(LeftAsIs),
    /// A sieve found fewer rows.
    Sieved(Box<SievedOut>),
    /// A foreign table.
    Foreign,
    /// What the target had against rows that were planned.
    Refused(String),
}

/// Why a table is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftAsIs {
    /// A tool keeps in it what it has run.
    Ledger {
        /// The tool.
        tool: String,
    },
    /// It is a lookup that the schema's own text fills.
    Lookup {
        /// Rows that are there.
        there: u64,
    },
}

/// What a sieve left of its proposals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SievedOut {
    /// The constraints that meet in the same columns.
    pub constraints: Vec<String>,
    /// What proposals were drawn from; empty where nothing was free.
    pub factors: Vec<Factor>,
    /// Proposals that were tried.
    pub proposals: u64,
    /// Rows among them.
    pub found: u64,
    /// Rows that were asked for.
    pub asked: u64,
}

impl ShortfallReason {
    /// The kind of shortfall that it gives; [`ShortfallReason::Refused`] may be of any, and counts as a trigger's.
    pub fn code(&self) -> ShortfallCode {
        match self {
            Self::Product { .. }
            | Self::OnlyNull { .. }
            | Self::NoValue { .. }
            | Self::AllThere { .. }
            | Self::NoPermittedParent { .. }
            | Self::ParentWithoutKey { .. }
            | Self::AlignedParent { .. }
            | Self::Contradiction { .. }
            | Self::Sieved(_) => ShortfallCode::Capacity,
            Self::AlignedChild { rows: 1.., .. } => ShortfallCode::Capacity,
            Self::NoPartition { .. } => ShortfallCode::UnreachablePartition,
            Self::AlignedChild { .. } | Self::Dangling { .. } | Self::EmptyParent { .. } => {
                ShortfallCode::EmptyParent
            }
            Self::LeftAsIs(_) | Self::Foreign => ShortfallCode::NotInsertable,
            Self::Refused(_) => ShortfallCode::Trigger,
        }
    }
}

impl From<String> for ShortfallReason {
    fn from(told: String) -> Self {
        Self::Refused(told)
    }
}

impl From<&str> for ShortfallReason {
    fn from(told: &str) -> Self {
        Self::Refused(told.to_owned())
    }
}

impl fmt::Display for ShortfallReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product { constraint } => f.write_str(constraint),
            Self::NoPartition { table } => {
                write!(f, "`{table}` is partitioned, and the schema declares no partition that takes rows")
            }
            Self::OnlyNull { column } => write!(f, "`{column}` can't be NULL, and a CHECK leaves only NULL"),
            Self::NoValue { column } => write!(f, "no value of `{column}` satisfies its constraints"),
            Self::AllThere { column, there: 1 } => {
                write!(f, "the one value that `{column}` may hold is there already")
            }
            Self::AllThere { column, there } => {
                write!(f, "the {} that `{column}` may hold are there already", counted(*there, "value"))
            }
            Self::Dangling { columns } => {
                write!(f, "({}) refers to what does not exist, and can't be NULL", columns.join(", "))
            }
            Self::EmptyParent { columns, parent } => {
                write!(f, "({}) must refer to `{parent}`, which has no rows", columns.join(", "))
            }
            Self::ParentWithoutKey { columns, parent } => {
                write!(f, "({}) must refer to `{parent}`, no row of which has them all", columns.join(", "))
            }
            Self::NoPermittedParent { columns, parent } => {
                write!(f, "a CHECK on ({}) allows no row of `{parent}`", columns.join(", "))
            }
            Self::AlignedParent { columns, parent, rows } => {
                let columns = columns.join(", ");
                write!(f, "({columns}) shows a row of `{parent}` of its own, which has {rows} rows")
            }
            Self::AlignedChild { child, rows } => {
                write!(f, "each row must refer to its own row of `{child}`, which has {rows} rows")
            }
            Self::Contradiction { checks } => {
                let together = if checks.len() > 1 { " together" } else { "" };
                write!(f, "no row satisfies{together} {}", checks.join("; "))
            }
            Self::LeftAsIs(why) => why.fmt(f),
            Self::Sieved(sieved) => sieved.fmt(f),
            Self::Foreign => f.write_str("its rows are another server's"),
            Self::Refused(told) => f.write_str(told),
        }
    }
}

impl fmt::Display for LeftAsIs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ledger { tool } => write!(f, "{tool} keeps in it what has run"),
            Self::Lookup { there } => {
                let rows = counted(*there, "row");
                write!(f, "it is a lookup that the schema's own text fills, and its {rows} are referred to")
            }
        }
    }
}

impl fmt::Display for SievedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.constraints.len() == 1 { "leaves" } else { "together leave" };
        write!(f, "{} {verb} {} rows: ", self.constraints.join(", "), self.found)?;
        if self.factors.is_empty() {
            write!(f, "{} proposals", self.proposals)?;
        }
        for (i, factor) in self.factors.iter().enumerate() {
            write!(f, "{}{factor}", if i == 0 { "" } else { " x " })?;
        }
        write!(f, "; {} asked", self.asked)
    }
}

impl Serialize for ShortfallReason {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counted;

    #[test]
    fn a_sieve_says_what_it_drew_from() {
        let factor = Factor { count: 2, of: Counted::Values("a".to_owned()) };
        let mut sieved = SievedOut {
            constraints: vec!["UNIQUE (a)".to_owned()],
            factors: vec![factor.clone(), factor],
            proposals: 2_049,
            found: 3,
            asked: 5_000,
        };
        assert_eq!(
            sieved.to_string(),
            "UNIQUE (a) leaves 3 rows: 2 values of `a` x 2 values of `a`; 5000 asked"
        );
        sieved.factors.clear();
        sieved.constraints.push("EXCLUDE (b)".to_owned());
        assert_eq!(
            sieved.to_string(),
            "UNIQUE (a), EXCLUDE (b) together leave 3 rows: 2049 proposals; 5000 asked"
        );
    }

    #[test]
    fn a_follower_without_rows_is_an_empty_parent() {
        let code = |rows| ShortfallReason::AlignedChild { child: "film".to_owned(), rows }.code();
        assert_eq!((code(0), code(3)), (ShortfallCode::EmptyParent, ShortfallCode::Capacity));
    }
}
