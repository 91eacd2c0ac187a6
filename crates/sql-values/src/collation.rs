//! When two strings are the same to a UNIQUE column: a key for each string under the collations of each dialect.

use seedbed_schema_model::SqlType;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// PostgreSQL's key: collations there are deterministic and hold equal bytes alone for equal (manual, §24.2.2); types
/// do the rest.
pub(crate) fn fold_postgres<'a>(text: &'a str, _: Option<&str>, ty: &SqlType) -> Cow<'a, str> {
    match ty {
        SqlType::Citext => Cow::Owned(text.to_lowercase()),
        SqlType::Char { .. } => Cow::Borrowed(text.trim_end_matches(' ')),
        _ => Cow::Borrowed(text),
    }
}

/// SQLite's key: its three built-in collations, of which `BINARY` is the default (datatype3.html, §7). NOCASE folds the
/// 26 letters of ASCII alone.
pub fn fold_sqlite<'a>(text: &'a str, collation: Option<&str>, _: &SqlType) -> Cow<'a, str> {
    match collation {
        Some(c) if c.eq_ignore_ascii_case("nocase") => Cow::Owned(text.to_ascii_lowercase()),
        Some(c) if c.eq_ignore_ascii_case("rtrim") => Cow::Borrowed(text.trim_end_matches(' ')),
        _ => Cow::Borrowed(text),
    }
}

/// MySQL's key, by the parts of the collation's name (manual, §10.3.1): `_ci` and `_ai` fold, `_bin` does not. Binary
/// strings have no collation.
pub fn fold_mysql<'a>(text: &'a str, collation: Option<&str>, ty: &SqlType) -> Cow<'a, str> {
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

/// What the name of a MySQL collation says, such as `utf8mb4_0900_as_cs` (manual, §10.3.1).
#[derive(Debug)]
pub struct MySqlRules {
    /// Whether blanks behind a string do not count (`PAD SPACE`).
    pub pads: bool,
    /// Whether `a` and `A` differ.
    pub case_sensitive: bool,
    /// Whether `e` and `é` differ.
    pub accent_sensitive: bool,
    /// Whether it is of the `_general` family, which weighs one character by one: `ß` is `s`, not `ss`.
    pub general: bool,
}

impl MySqlRules {
    /// The rules of a collation; without one those of `utf8mb4_general_ci`, the default of MariaDB.
    ///
    /// ```
    /// use seedbed_sql_values::collation::MySqlRules;
    /// let rules = MySqlRules::of(Some("utf8mb4_0900_as_ci"));
    /// assert!(!rules.pads && !rules.case_sensitive && rules.accent_sensitive);
    /// ```
    pub fn of(collation: Option<&str>) -> Self {
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

/// Lower case, and base letters alone: what `_ai` collations compare.
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
