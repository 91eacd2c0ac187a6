//! File names for tables, from names that may hold anything.

use seedbed_schema_model::{Dialect, Schema, Table, TableId};
use seedbed_sql_values::representation;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Longest file name in bytes, well below the 255 of common file systems.
const MAX_BYTES: usize = 200;

/// Names that Windows keeps for devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt"];

/// The name of each table's file in a schema: `film.csv`, or `sales.film.csv` for a table outside the default schema.
///
/// Letters, digits, `_`, `-` behind the first character and inner spaces stay; every other character is percent-encoded. Names that differ only in
/// case get their capitals encoded too, so that no two files are one where the file system ignores case.
///
/// ```
/// use seedbed_schema_model::{Dialect, Schema, Table};
/// let mut schema = Schema::new(Dialect::Postgres);
/// let film = schema.push_table(Table::new(Some("public"), "film"));
/// let odd = schema.push_table(Table::new(Some("x"), "../etc"));
/// let names = seedbed_export::FileNames::new(&schema);
/// assert_eq!((names.get(film), names.get(odd)), ("film.csv", "x.%2E%2E%2Fetc.csv"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNames {
    names: Vec<String>,
}

impl FileNames {
    /// Names of CSV files for all tables.
    pub fn new(schema: &Schema) -> Self {
        Self::with_extension(schema, "csv")
    }

    /// Names for all tables that end in a dot and `extension`.
    pub fn with_extension(schema: &Schema, extension: &str) -> Self {
        let stems: Vec<String> = schema.tables.iter().map(|t| stem(schema.dialect, t, false)).collect();
        let mut spread: BTreeMap<String, usize> = BTreeMap::new();
        for stem in &stems {
            *spread.entry(stem.to_lowercase()).or_default() += 1;
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let names = schema
            .tables
            .iter()
            .zip(stems)
            .map(|(table, plain)| {
                let clash = spread[&plain.to_lowercase()] > 1;
                let mut name = shorten(if clash { stem(schema.dialect, table, true) } else { plain });
                // A schema without two tables of one name has no use for this; a `Schema` may be built by hand.
                let copies = taken.entry(name.to_lowercase()).or_default();
                *copies += 1;
                if *copies > 1 {
                    let _ = write!(name, "~{copies}");
                }
                name + "." + extension
            })
            .collect();
        Self { names }
    }

    /// The file name of a table of that schema; empty for a table of another.
    pub fn get(&self, table: TableId) -> &str {
        self.names.get(table.position()).map_or("", String::as_str)
    }
}

fn stem(dialect: Dialect, table: &Table, encode_capitals: bool) -> String {
    let mut out = String::new();
    let is_default = |schema: &str| representation(dialect).identifiers.default_schema == Some(schema);
    if let Some(schema) = table.name.schema.as_deref().filter(|s| !is_default(s)) {
        push_encoded(&mut out, schema, encode_capitals);
        out.push('.');
    }
    push_encoded(&mut out, &table.name.name, encode_capitals);
    // Clients and shells take a name with a dash before it for an option.
    if out.starts_with('-') || is_device(out.split('.').next().unwrap_or_default()) {
        out = format!("%{:02X}{}", out.as_bytes()[0], &out[1..]);
    }
    out
}

fn is_device(stem: &str) -> bool {
    let lower = stem.to_ascii_lowercase();
    let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = lower.len() - letters.len();
    DEVICES.contains(&letters) && digits == usize::from(matches!(letters, "com" | "lpt"))
}

fn push_encoded(out: &mut String, name: &str, encode_capitals: bool) {
    if name.is_empty() {
        out.push('%');
    }
    let last = name.chars().count().saturating_sub(1);
    for (i, c) in name.chars().enumerate() {
        let inner_space = c == ' ' && i > 0 && i < last;
        let capital = encode_capitals && c.to_lowercase().ne([c]);
        if (c.is_alphanumeric() || matches!(c, '_' | '-') || inner_space) && !capital {
            out.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Cuts a long name and marks it with its checksum.
fn shorten(stem: String) -> String {
    if stem.len() <= MAX_BYTES {
        return stem;
    }
    let sum = blake3::hash(stem.as_bytes()).to_hex();
    let mut end = MAX_BYTES - 17;
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}~{}", &stem[..end], &sum.as_str()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dialect: Dialect, tables: &[(Option<&str>, &str)]) -> Vec<String> {
        let mut schema = Schema::new(dialect);
        for (of, name) in tables {
            schema.push_table(Table::new(*of, name));
        }
        FileNames::new(&schema).names
    }

    #[test]
    fn plain_names_stay() {
        let made = names(Dialect::Sqlite, &[(None, "order details"), (None, "größe"), (None, "a-b_1")]);
        assert_eq!(made, ["order details.csv", "größe.csv", "a-b_1.csv"]);
    }

    #[test]
    fn no_name_leaves_the_folder_or_hides_in_it() {
        let made = names(
            Dialect::Sqlite,
            &[(None, ".."), (None, "a/b\\c"), (None, " x "), (None, ""), (None, "a\nb:*?'\"")],
        );
        assert_eq!(made, ["%2E%2E.csv", "a%2Fb%5Cc.csv", "%20x%20.csv", "%.csv", "a%0Ab%3A%2A%3F%27%22.csv"]);
    }

    #[test]
    fn devices_and_options_are_no_names() {
        let made = names(Dialect::Sqlite, &[(None, "NUL"), (None, "com1"), (None, "com"), (None, "-rf")]);
        assert_eq!(made, ["%4EUL.csv", "%63om1.csv", "com.csv", "%2Drf.csv"]);
    }

    #[test]
    fn schemas_and_dots_do_not_clash() {
        let tables = [(Some("public"), "a.b"), (Some("a"), "b"), (Some("public"), "b")];
        assert_eq!(names(Dialect::Postgres, &tables), ["a%2Eb.csv", "a.b.csv", "b.csv"]);
    }

    #[test]
    fn names_differ_without_case() {
        let made = names(
            Dialect::Postgres,
            &[(Some("public"), "Film"), (Some("public"), "film"), (Some("public"), "FILM")],
        );
        assert_eq!(made, ["%46ilm.csv", "film.csv", "%46%49%4C%4D.csv"]);
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (a, b) = ("x".repeat(300) + "a", "x".repeat(300) + "b");
        let made = names(Dialect::Sqlite, &[(None, &a), (None, &b)]);
        assert!(made.iter().all(|n| n.len() <= MAX_BYTES + 4) && made[0] != made[1]);
    }
}
