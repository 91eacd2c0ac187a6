//! What `LIKE` copies: PostgreSQL's `INCLUDING` and `EXCLUDING`
//! (<https://www.postgresql.org/docs/current/sql-createtable.html>, `like_option`).
//!
//! Of `STATISTICS`, `STORAGE` and `COMPRESSION` the model holds nothing; they are read and change nothing.

use seedbed_schema_model::{Column, Numbering};
use seedbed_sql_syntax::Cursor;

/// What `LIKE` copies besides names, types and NOT NULL.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Including {
    /// Defaults, and the sequences of serial columns.
    defaults: bool,
    /// CHECKs.
    pub(super) checks: bool,
    /// Primary key, uniques and exclusion constraints.
    pub(super) indexes: bool,
    /// Identity columns, each with a sequence of its own.
    pub(super) identity: bool,
    /// The expressions of generated columns.
    generated: bool,
    /// Comments.
    comments: bool,
}

impl Including {
    /// `INCLUDING ALL`, and what MySQL's `LIKE` copies.
    pub(super) const ALL: Self =
        Self { defaults: true, checks: true, indexes: true, identity: true, generated: true, comments: true };

    /// `INCLUDING x EXCLUDING y ...`, each after the other; nothing but names, types and NOT NULL where none is
    /// written.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Self {
        let mut including = Self::default();
        while let Some(word) = cursor.eat_any(&["INCLUDING", "EXCLUDING"]) {
            let on = word == "INCLUDING";
            match cursor.word_at(0).to_ascii_uppercase().as_str() {
                "ALL" => including = if on { Self::ALL } else { Self::default() },
                "DEFAULTS" => including.defaults = on,
                "CONSTRAINTS" => including.checks = on,
                "INDEXES" => including.indexes = on,
                "IDENTITY" => including.identity = on,
                "GENERATED" => including.generated = on,
                "COMMENTS" => including.comments = on,
                _ => {}
            }
            cursor.skip(1);
        }
        including
    }

    /// The copy of a column, without what is not included.
    pub(super) fn column(self, from: &Column) -> Column {
        let mut column = from.clone();
        if !self.defaults {
            column.default = None;
        }
        let keep_numbering = match column.numbering {
            Some(Numbering::Serial { .. }) => self.defaults,
            Some(Numbering::Identity { .. }) => self.identity,
            _ => true,
        };
        if !keep_numbering {
            column.numbering = None;
        }
        if !self.generated {
            column.generated = None;
        }
        if !self.comments {
            column.comment = None;
        }
        column
    }
}
