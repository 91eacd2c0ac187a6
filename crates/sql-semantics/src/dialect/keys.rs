//! When keys, references and partitions hold.
//!
//! Answers for whoever checks rows, orders a load, or plans them; the evaluator asks none of these.

/// What constraints mean beyond the standard.
#[derive(Debug)]
pub struct ConstraintRules {
    /// What MATCH FULL does.
    pub full_match: FullMatch,
    /// How rows get into a cycle of references that are never NULL and not deferrable.
    pub hard_cycle: HardCycle,
    /// What a reference does whose parent is missing, or has no such key.
    pub dangling_reference: DanglingReference,
    /// Who says when a deferrable constraint is checked.
    pub check_time: CheckTime,
    /// What a number does to the server's numbering that a row brings along.
    pub written_numbers: WrittenNumbers,
    /// What a NULL does that is written to a column that the server numbers.
    pub null_numbering: NullNumbering,
    /// Where a NULL goes in a table that is partitioned by range.
    pub null_in_range: NullInRange,
    /// What a partitioned table without partitions takes.
    pub empty_partitioning: EmptyPartitioning,
}

/// MATCH FULL on a reference of several columns (SQL:2016, §11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FullMatch {
    /// All of its columns are NULL or none.
    Enforced,
    /// It is read, and means MATCH SIMPLE.
    Ignored,
}

/// A cycle of references that are never NULL and not deferrable: `a` refers to `b` and `b` to `a`, so neither can be
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HardCycle {
    /// One statement can write several tables, and checks at its end: PostgreSQL's data-modifying WITH.
    OneStatement,
    /// The transaction can defer every check to its end: SQLite's `PRAGMA defer_foreign_keys`.
    Deferred,
    /// Its checks have to be off while it is filled: MySQL's `foreign_key_checks = 0`.
    Unchecked,
}

/// A reference to what does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DanglingReference {
    /// The table cannot be made with it.
    TableRefused,
    /// The table can be made, and refuses every row that refers to something (SQLite's foreignkeys.html).
    RowsRefused,
}

/// When a deferrable constraint is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckTime {
    /// When its declaration says, or all of them at the end of the transaction.
    Declared,
    /// The session can say it for each: `SET CONSTRAINTS fk IMMEDIATE`.
    OfSession,
}

/// A number written to a column that the server numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenNumbers {
    /// The next number comes behind it.
    Followed,
    /// The sequence doesn't know of it, and gives it again.
    Repeated,
}

/// A NULL for a column that the server numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullNumbering {
    /// It violates NOT NULL.
    Refused,
    /// It takes the next number: `AUTO_INCREMENT`, SQLite's rowid.
    Numbered,
}

/// A NULL in the key of a partitioning by range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullInRange {
    /// No range takes it.
    Nowhere,
    /// It is below every value, in the first range.
    FirstRange,
}

/// A partitioned table whose partitions nobody lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyPartitioning {
    /// It takes no row.
    TakesNoRow,
    /// Its partitions go by hash or key, and take every row.
    ByHash,
}
