//! When two strings are the same to a UNIQUE column.

use crate::semantics;
use seedbed_schema_model::{Dialect, SqlType};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a dialect's collations do.
#[derive(Debug)]
pub(crate) struct Collations {
    /// The key of a string under a collation and a type: see [`fold`].
    pub(crate) fold: for<'a> fn(&'a str, Option<&str>, &SqlType) -> Cow<'a, str>,
    /// Whether a column on the left of a comparison decides its collation even when it has none of its own.
    pub(crate) left_column_decides: bool,
    /// Whether what is made of columns keeps their collation, or only one that is written.
    pub(crate) derived: DerivedCollation,
}

/// Which collation a function, an operator or a CASE over columns has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DerivedCollation {
    /// One that is written with COLLATE inside it.
    Written,
    /// A written one, else that of the columns.
    OfColumns,
}

/// A key of `text` such that two strings that collide in a UNIQUE column have equal keys.
///
/// | dialect | key |
/// |---|---|
/// | PostgreSQL | the text; `citext` lower-cased; `char(n)` without trailing spaces |
/// | MySQL | no trailing spaces (`PAD SPACE`, also for `_bin`; not for `0900`, `nopad`, `binary`), lower case, no accents except for `_as_`; `_cs` keeps both; `_bin` keeps all |
/// | SQLite | `BINARY` the text, `NOCASE` lower-cased in ASCII, `RTRIM` without trailing spaces |
///
/// A MySQL column without a collation is taken as `_general_ci`, the server's default family. The key is a little
/// coarser than MySQL's (letters such as `ø` fold to their base in every `_ai` collation), never finer, for the
/// alphabets that decompose; scripts beyond that compare by code point.
pub fn fold<'a>(text: &'a str, collation: Option<&str>, dialect: Dialect, ty: &SqlType) -> Cow<'a, str> {
    (semantics(dialect).collations.fold)(text, collation, ty)
}

pub(crate) fn fold_postgres<'a>(text: &'a str, _: Option<&str>, ty: &SqlType) -> Cow<'a, str> {
    match ty {
        SqlType::Citext => Cow::Owned(text.to_lowercase()),
        SqlType::Char { .. } => Cow::Borrowed(text.trim_end_matches(' ')),
        _ => Cow::Borrowed(text),
    }
}

pub(crate) fn fold_sqlite<'a>(text: &'a str, collation: Option<&str>, _: &SqlType) -> Cow<'a, str> {
    match collation {
        Some(c) if c.eq_ignore_ascii_case("nocase") => Cow::Owned(text.to_ascii_lowercase()),
        Some(c) if c.eq_ignore_ascii_case("rtrim") => Cow::Borrowed(text.trim_end_matches(' ')),
        _ => Cow::Borrowed(text),
    }
}

pub(crate) fn fold_mysql<'a>(text: &'a str, collation: Option<&str>, ty: &SqlType) -> Cow<'a, str> {
    if matches!(ty, SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. }) {
        return Cow::Borrowed(text);
    }
    let rules = MySqlRules::of(collation);
    let text = if rules.pads { text.trim_end_matches(' ') } else { text };
    match (rules.case_sensitive, rules.accent_sensitive) {
        (true, _) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(text.to_lowercase().nfc().collect()),
        (false, false) if text.is_ascii() => {
            if text.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Owned(text.to_ascii_lowercase())
            } else {
                Cow::Borrowed(text)
            }
        }
        (false, false) => Cow::Owned(without_accents(text, rules.general)),
    }
}

/// What the name of a MySQL collation says.
#[derive(Debug)]
pub(crate) struct MySqlRules {
    pub(crate) pads: bool,
    pub(crate) case_sensitive: bool,
    accent_sensitive: bool,
    pub(crate) general: bool,
}

impl MySqlRules {
    pub(crate) fn of(collation: Option<&str>) -> Self {
        let name = collation.unwrap_or("utf8mb4_general_ci").to_ascii_lowercase();
        let binary = name == "binary" || name.ends_with("_bin");
        Self {
            pads: name != "binary" && !name.contains("_0900_") && !name.contains("nopad"),
            case_sensitive: binary || name.ends_with("_cs"),
            accent_sensitive: binary || name.contains("_as_"),
            general: name.contains("general"),
        }
    }
}

fn without_accents(text: &str, general: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            // `_general_ci` weighs one character by one: ß is s there, ss elsewhere, and all beyond the BMP are alike.
            'ß' if general => out.push('s'),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ſ' => out.push('s'),
            'ς' => out.push('σ'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            c if u32::from(c) > 0xFFFF => out.push('\u{FFFD}'),
            c if is_combining_mark(c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_per_collation() {
        let mysql = |t: &'static str, c| fold(t, c, Dialect::MySql, &SqlType::TEXT).into_owned();
        assert_eq!(mysql("Éa  ", None), "ea");
        assert_eq!(mysql("Éa ", Some("utf8mb4_bin")), "Éa");
        assert_eq!(mysql("Éa ", Some("utf8mb4_0900_as_ci")), "éa ");
        assert_eq!(mysql("Straße", Some("utf8mb4_unicode_ci")), "strasse");
        let sqlite = |t: &'static str, c| fold(t, c, Dialect::Sqlite, &SqlType::TEXT).into_owned();
        assert_eq!(sqlite("ÉA", Some("NOCASE")), "Éa");
        assert_eq!(sqlite("A ", Some("RTRIM")), "A");
        let postgres = |t: &'static str, ty| fold(t, None, Dialect::Postgres, &ty).into_owned();
        assert_eq!(postgres("É", SqlType::Citext), "é");
        assert_eq!(postgres("a ", SqlType::Char { length: Some(3) }), "a");
        assert_eq!(postgres("a ", SqlType::TEXT), "a ");
    }
}
