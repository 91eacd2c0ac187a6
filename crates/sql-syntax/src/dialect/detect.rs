//! Which dialect a script is in, when nobody says.
//!
//! Each dialect's description has marks, which are looked for in the text as it is. Every mark counts once a file, so that
//! a long list of inserted rows weighs no more than the tables before it.

use super::syntax;
use super::trigrams::Trigrams;
use seedbed_schema_model::{Dialect, SourceMap};

/// How much more another dialect's marks must weigh before a script is refused to a target: one mark that leaves no
/// doubt, or several that leave some. SQLite takes `serial`, and PostgreSQL `integer PRIMARY KEY`.
const BEYOND_DOUBT: u32 = 8;

/// Guesses the dialect by the constructs that only one of them has. Text without any such construct is taken for
/// PostgreSQL, the strictest reader.
pub fn detect_dialect(sources: &SourceMap) -> Dialect {
    heaviest(&weigh(sources))
}

/// Guesses the dialect of a script that is meant for a database of a known kind: it is that one's, unless the text is
/// another's beyond doubt.
pub fn detect_dialect_for(sources: &SourceMap, target: Dialect) -> Dialect {
    let weights = weigh(sources);
    let best = heaviest(&weights);
    let weight = |dialect| place(dialect).map_or(0, |i| weights[i]);
    if weight(best) >= weight(target) + BEYOND_DOUBT { best } else { target }
}

/// The weight of each dialect's marks, in the order of [`Dialect::ALL`].
type Weights = [u32; Dialect::ALL.len()];

/// Where a dialect's weight stands.
fn place(dialect: Dialect) -> Option<usize> {
    Dialect::ALL.iter().position(|d| *d == dialect)
}

/// The weights of the marks that the files have, each counted once a file.
fn weigh(sources: &SourceMap) -> Weights {
    let mut weights = Weights::default();
    for file in sources.files() {
        let text = head(&file.text).to_ascii_lowercase();
        let trigrams = Trigrams::of(&text);
        for (of, dialect) in weights.iter_mut().zip(Dialect::ALL) {
            let marks = syntax(dialect).marks.iter();
            let found = marks.filter(|(mark, _)| trigrams.allow(mark) && text.contains(mark));
            *of += found.map(|(_, weight)| weight).sum::<u32>();
        }
    }
    weights
}

/// The first of the heaviest.
fn heaviest(weights: &Weights) -> Dialect {
    let best = weights.iter().copied().max().unwrap_or(0);
    let first = weights.iter().position(|weight| *weight == best).unwrap_or(0);
    Dialect::ALL[first]
}

/// Enough of a file to tell: the first megabyte.
fn head(text: &str) -> &str {
    let mut end = text.len().min(1 << 20);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Dialect) {
        assert_eq!(detect_dialect(&SourceMap::of(text)), expected, "{text}");
    }

    #[test]
    fn by_what_only_one_of_them_has() {
        check("CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now());", Dialect::Postgres);
        check("CREATE TABLE t (id int);", Dialect::Postgres);
        check("CREATE TABLE `t` (`id` int(11) unsigned NOT NULL) ENGINE=InnoDB;", Dialect::MySql);
        check(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE);",
            Dialect::Sqlite,
        );
        check("PRAGMA foreign_keys=ON; CREATE TABLE `t` (`id` INTEGER PRIMARY KEY);", Dialect::Sqlite);
    }

    #[test]
    fn a_target_settles_what_the_text_leaves_open() {
        let towards = |text: &str, target| detect_dialect_for(&SourceMap::of(text), target);
        let plain = "CREATE TABLE t (id integer PRIMARY KEY);";
        for target in Dialect::ALL {
            assert_eq!(towards(plain, target), target);
        }
        assert_eq!(towards("CREATE TABLE t (id serial);", Dialect::Sqlite), Dialect::Sqlite);
        let mysql = "CREATE TABLE `t` (`id` int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;";
        assert_eq!(towards(mysql, Dialect::Sqlite), Dialect::MySql, "no doubt about this one");
    }
}
