//! Candidate keys as their rows are compared.
//!
//! A key is declared in four ways: PRIMARY KEY, UNIQUE, a unique index, and EXCLUDE. They differ in what they compare
//! and in what excuses a row, not in kind, so one type holds them all; [`exclusion`](super::exclusion) reads the last
//! one.

use super::generated::WrittenOut;
use seedbed_rows::explain::{KeyKind, KeyName};
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, Key, KeyPart, KeyTerm, Span, UniqueKey};
use seedbed_sql_semantics::RangeTerm;

/// A candidate key: no two rows to which its predicate applies agree in all of its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveKey {
    /// Who declares it, over which columns: what messages call it by.
    pub name: KeyName,
    /// The columns that its parts and ranges read, each once, in the order in which they are first read.
    pub columns: Vec<ColumnIdx>,
    /// What is compared: columns and expressions, with MySQL's prefix lengths and explicit collations.
    pub parts: Vec<KeyPart>,
    /// The rows that take part: those for which it is true. `None` is all of them.
    pub predicate: Option<Expr>,
    /// Whether a NULL in a part keeps a row from colliding; false for `NULLS NOT DISTINCT` (SQL:2023, F292).
    pub nulls_distinct: bool,
    /// Whether some part is an expression over the columns, so that distinct columns need not be distinct parts.
    pub expressions: bool,
    /// Of an exclusion: the ranges that may not overlap where all parts are equal. Two rows collide if all of them do.
    pub overlaps: Vec<RangeTerm>,
    /// Whether it is the PRIMARY KEY, whose columns are never NULL.
    pub primary: bool,
    /// Where it is declared.
    pub span: Span,
}

impl EffectiveKey {
    /// All columns that decide whether two rows collide: the key's own, then those of its predicate. A column that both
    /// read comes twice.
    pub fn reads(&self) -> impl Iterator<Item = ColumnIdx> {
        self.columns.iter().copied().chain(self.predicate.iter().flat_map(Expr::columns))
    }

    /// A PRIMARY KEY over `columns`, which are its own as the table counts them whose key it becomes.
    pub(super) fn of_primary(key: &Key, columns: Vec<ColumnIdx>) -> Self {
        let prefix = |i: usize| key.prefix_lengths.get(i).copied().flatten();
        let part = |(i, c): (usize, &ColumnIdx)| KeyPart { prefix_length: prefix(i), ..KeyPart::column(*c) };
        Self {
            name: KeyName { kind: KeyKind::Primary, columns: columns.clone() },
            parts: columns.iter().enumerate().map(part).collect(),
            columns,
            predicate: None,
            nulls_distinct: true,
            expressions: false,
            overlaps: Vec::new(),
            primary: true,
            span: key.span,
        }
    }

    /// A UNIQUE constraint or a unique index, over the rows of its predicate if it is partial.
    pub(super) fn of_unique(unique: &UniqueKey) -> Self {
        let columns = each_once(unique.parts.iter().flat_map(columns_of));
        let kind = if unique.predicate.is_some() { KeyKind::Partial } else { KeyKind::Unique };
        Self {
            name: KeyName { kind, columns: columns.clone() },
            columns,
            parts: unique.parts.clone(),
            predicate: unique.predicate.clone(),
            nulls_distinct: unique.nulls_distinct,
            expressions: unique.parts.iter().any(is_expression),
            overlaps: Vec::new(),
            primary: false,
            span: unique.span,
        }
    }

    /// The same of another table that has its columns elsewhere; `None` if it lacks one. Of keys without ranges.
    pub(super) fn renumbered(mut self, place: &dyn Fn(ColumnIdx) -> Option<ColumnIdx>) -> Option<Self> {
        let read: Vec<ColumnIdx> = self.reads().collect();
        if read.iter().any(|c| place(*c).is_none()) {
            return None;
        }
        let to = |c: ColumnIdx| place(c).unwrap_or(c);
        for part in &mut self.parts {
            match &mut part.term {
                KeyTerm::Column(c) => *c = to(*c),
                KeyTerm::Expr(e) => e.renumber_columns(&to),
            }
        }
        self.predicate.iter_mut().for_each(|p| p.renumber_columns(&to));
        for column in self.columns.iter_mut().chain(&mut self.name.columns) {
            *column = to(*column);
        }
        Some(self)
    }

    /// The same among the rows that meet a condition.
    #[must_use]
    pub(super) fn restricted(mut self, condition: Option<Expr>) -> Self {
        if let Some(condition) = condition {
            self.name.kind = KeyKind::Partial;
            self.predicate = Some(match self.predicate {
                Some(predicate) => Expr::binary(BinaryOp::And, predicate, condition),
                None => condition,
            });
        }
        self
    }

    /// The same with generated columns written out in their places. It keeps its name.
    #[must_use]
    pub(super) fn written_out(mut self, generated: &WrittenOut) -> Self {
        if generated.is_empty() {
            return self;
        }
        for part in &mut self.parts {
            match &mut part.term {
                KeyTerm::Column(c) => {
                    if let Some(e) = generated.get(*c) {
                        part.term = KeyTerm::Expr(e.clone());
                        self.expressions = true;
                    }
                }
                KeyTerm::Expr(e) => *e = generated.in_place(e),
            }
        }
        self.predicate = self.predicate.map(|p| generated.in_place(&p));
        self.columns = each_once(self.parts.iter().flat_map(columns_of));
        self
    }

    /// Whether both say the same of rows: equal parts, or plain columns that differ only in how they are compared.
    pub(super) fn is_twin(&self, other: &Self) -> bool {
        let plain = !self.expressions && !other.expressions;
        self.predicate == other.predicate
            && (self.parts == other.parts || (self.columns == other.columns && plain))
    }
}

/// The columns that a part reads.
pub(super) fn columns_of(part: &KeyPart) -> Vec<ColumnIdx> {
    match &part.term {
        KeyTerm::Column(c) => vec![*c],
        KeyTerm::Expr(e) => e.columns(),
    }
}

/// Whether a part is more than a column.
pub(super) fn is_expression(part: &KeyPart) -> bool {
    matches!(part.term, KeyTerm::Expr(_))
}

/// Columns in the order in which they first come, each once.
pub(super) fn each_once(read: impl Iterator<Item = ColumnIdx>) -> Vec<ColumnIdx> {
    let mut columns: Vec<ColumnIdx> = Vec::new();
    for column in read {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}
