//! When two strings are the same to a UNIQUE column: a key for each string under the collations of each dialect.

use seedbed_schema_model::SqlType;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a dialect, a collation and a type make of a string before it is compared as a key, looked up once for many.
#[derive(Clone, Copy, Debug)]
pub enum Folding {
    /// Nothing: equal bytes alone are equal.
    Bytes,
    /// Blanks behind do not count.
    WithoutBlanks,
    /// The case of all letters does not count.
    LowerCase,
    /// The case of the 26 letters of ASCII does not count.
    AsciiLowerCase,
    /// As a collation of MySQL's has it.
    MySql(MySqlRules),
}

impl Folding {
    /// The key of a string. Cost: linear in its length; nothing is allocated for one that is its own key.
    #[inline]
    pub fn fold<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self {
            Self::Bytes => Cow::Borrowed(text),
            Self::WithoutBlanks => Cow::Borrowed(text.trim_end_matches(' ')),
            Self::LowerCase => Cow::Owned(text.to_lowercase()),
            Self::AsciiLowerCase if text.bytes().any(|b| b.is_ascii_uppercase()) => {
                Cow::Owned(text.to_ascii_lowercase())
            }
            Self::AsciiLowerCase => Cow::Borrowed(text),
            Self::MySql(rules) => rules.fold(text),
        }
    }
}

/// PostgreSQL's key: collations there are deterministic and hold equal bytes alone for equal (manual, §24.2.2); types
/// do the rest.
pub(crate) fn folding_postgres(_: Option<&str>, ty: &SqlType) -> Folding {
    match ty {
        SqlType::Citext => Folding::LowerCase,
        SqlType::Char { .. } => Folding::WithoutBlanks,
        _ => Folding::Bytes,
    }
}

/// SQLite's key: its three built-in collations, of which `BINARY` is the default (datatype3.html, §7). NOCASE folds the
/// 26 letters of ASCII alone.
pub fn folding_sqlite(collation: Option<&str>, _: &SqlType) -> Folding {
    match collation {
        Some(c) if c.eq_ignore_ascii_case("nocase") => Folding::AsciiLowerCase,
        Some(c) if c.eq_ignore_ascii_case("rtrim") => Folding::WithoutBlanks,
        _ => Folding::Bytes,
    }
}

/// MySQL's key, by the parts of the collation's name (manual, §10.3.1): `_ci` and `_ai` fold, `_bin` does not. Binary
/// strings have no collation.
pub fn folding_mysql(collation: Option<&str>, ty: &SqlType) -> Folding {
    match ty {
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => Folding::Bytes,
        _ => Folding::MySql(MySqlRules::of(collation)),
    }
}

/// What the name of a MySQL collation says, such as `utf8mb4_0900_as_cs` (manual, §10.3.1).
#[derive(Clone, Copy, Debug)]
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
        let name = collation.unwrap_or("utf8mb4_general_ci");
        let is = |whole: &str| name.eq_ignore_ascii_case(whole);
        let has = |part: &str| {
            name.as_bytes().windows(part.len()).any(|found| found.eq_ignore_ascii_case(part.as_bytes()))
        };
        let ends = |end: &str| {
            name.len()
                .checked_sub(end.len())
                .and_then(|at| name.get(at..))
                .is_some_and(|found| found.eq_ignore_ascii_case(end))
        };
        let binary = is("binary") || ends("_bin");
        Self {
            pads: !is("binary") && !has("_0900_") && !has("nopad"),
            case_sensitive: binary || ends("_cs"),
            accent_sensitive: binary || has("_as_"),
            general: has("general"),
        }
    }

    /// The key of a string.
    pub fn fold<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = if self.pads { text.trim_end_matches(' ') } else { text };
        match (self.case_sensitive, self.accent_sensitive) {
            (true, _) => Cow::Borrowed(text),
            (false, true) => Cow::Owned(text.to_lowercase().nfc().collect()),
            (false, false) if text.is_ascii() => {
                if text.bytes().any(|b| b.is_ascii_uppercase()) {
                    Cow::Owned(text.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(text)
                }
            }
            (false, false) => Cow::Owned(without_accents(text, self.general)),
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
