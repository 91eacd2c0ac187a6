//! The parts of a key: columns and expressions.
//!
//! `a`, `a(10)`, `lower(a)`, `(a || b) COLLATE "C" text_ops DESC NULLS LAST`. Order and operator class do not matter to
//! which rows collide, and are stepped over; a collation does.
//!
//! A word with a number in brackets is a column's prefix where keys have prefixes
//! (<https://dev.mysql.com/doc/refman/8.4/en/create-index.html>, Column Prefix Key Parts) and a call elsewhere. SQLite
//! and MySQL take quoted text as a column's name.

use seedbed_sql_syntax::{Cursor, KeyPrefixes, TokenKind};

/// One part of a key.
#[derive(Clone, Debug)]
pub(super) struct IndexElement<'a> {
    /// The column or expression.
    pub term: IndexTerm<'a>,
    /// How many characters of it count, where keys have prefixes.
    pub prefix: Option<u32>,
    /// `COLLATE name`
    pub collation: Option<String>,
    /// `WITHOUT OVERLAPS`: the part is a range or a period.
    pub without_overlaps: bool,
}

/// What an element is.
#[derive(Clone, Debug)]
pub(super) enum IndexTerm<'a> {
    /// The column of that name.
    Column(String),
    /// An expression, without brackets around it.
    Expr(Cursor<'a>),
}

impl IndexElement<'_> {
    /// A whole column.
    pub(super) fn column(name: &str) -> Self {
        let term = IndexTerm::Column(name.to_owned());
        Self { term, prefix: None, collation: None, without_overlaps: false }
    }
}

/// The parts in a key's brackets; `None` when no bracket opens.
pub(super) fn parts<'a>(cursor: &mut Cursor<'a>) -> Option<Vec<IndexElement<'a>>> {
    Some(cursor.parens()?.split_commas().into_iter().map(part).collect())
}

/// `a`, `a(10)` where keys have prefixes, `lower(a)`, `(a || b) COLLATE "C" text_ops DESC NULLS LAST`.
pub(super) fn part(mut cursor: Cursor<'_>) -> IndexElement<'_> {
    let whole = cursor;
    let prefixes = cursor.syntax().keys.prefixes;
    if let (Some(TokenKind::Word | TokenKind::Quoted | TokenKind::Text), after) =
        (cursor.kind_at(0), cursor.kind_at(1))
    {
        let prefix = (prefixes == KeyPrefixes::Characters
            && after == Some(TokenKind::Open)
            && cursor.kind_at(2) == Some(TokenKind::Number))
        .then(|| {
            let mut ahead = cursor;
            ahead.skip(1);
            ahead.parens().and_then(|mut inner| inner.integer()).and_then(|n| u32::try_from(n).ok())
        });
        let plain = !matches!(after, Some(TokenKind::Open | TokenKind::Dot | TokenKind::Op));
        if (plain || prefix.is_some())
            && let Some(name) = cursor.ident()
        {
            if prefix.is_some() {
                cursor.skip_group();
            }
            let collation = if cursor.eat(&["COLLATE"]) { cursor.name().map(|n| n.name) } else { None };
            let without_overlaps = cursor.eat(&["WITHOUT", "OVERLAPS"]);
            let term = IndexTerm::Column(name);
            return IndexElement { term, prefix: prefix.flatten(), collation, without_overlaps };
        }
    }
    let expr = if cursor.kind_at(0) == Some(TokenKind::Open) {
        let mut ahead = cursor;
        let inner = ahead.parens().unwrap_or(cursor);
        // `(a || b)` whole, or the beginning of `(a)::text`.
        if ahead.at_op(":") || ahead.at_op("[") || ahead.kind_at(0) == Some(TokenKind::Op) {
            cursor.take_until(at_part_suffix)
        } else {
            cursor = ahead;
            inner
        }
    } else {
        cursor.take_until(at_part_suffix)
    };
    let collation = if cursor.eat(&["COLLATE"]) { cursor.name().map(|n| n.name) } else { None };
    let expr = if expr.is_empty() { whole } else { expr };
    IndexElement { term: IndexTerm::Expr(expr), prefix: None, collation, without_overlaps: false }
}

/// Where the expression of an element ends: before an order, a collation, an operator class or an exclusion's `WITH`.
fn at_part_suffix(cursor: &Cursor<'_>) -> bool {
    if cursor.at_any(&["ASC", "DESC", "NULLS", "COLLATE", "WITH"]) {
        return true;
    }
    // An operator class: a word right after a bracket or a word, with only suffixes behind it.
    cursor.kind_at(0) == Some(TokenKind::Word) && cursor.word_at(0).ends_with("_ops")
}
