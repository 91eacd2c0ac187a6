//! Which dialect a script is in, when nobody says.
//!
//! Each dialect's description has marks: runs of tokens that it has and others have not, each with a weight. They are
//! looked for in the code alone, never in comments, strings or parts of words, and each counts once for the whole script,
//! so that neither a long list of inserted rows nor a long chain of files weighs more than the tables in it. Products that
//! nobody here reads have marks as well, so that their scripts are named and not taken for a bad one of another.

mod code;
mod product;

use super::syntax;
use super::trigrams::Trigrams;
use code::code;
pub use product::UnsupportedProduct;
use product::{PRODUCTS, Product};
use seedbed_schema_model::{Dialect, SourceMap};

/// Tokens with single spaces between them, and what they weigh. Words are in lower case; a string is `'`, a name in quotes
/// its opening quote. A type of a column is noted once more, as `money<type>`.
pub(crate) type Mark = (&'static str, i32);

/// Stands in the code where `KEY i (a)` does.
pub(crate) const KEY_CLAUSE: &str = "<key>";
/// Stands in the code where `INDEX i (a)` does, among the columns of a table.
pub(crate) const INDEX_CLAUSE: &str = "<index>";
/// Stands in the code where `FAMILY f (a)` does.
pub(crate) const FAMILY_CLAUSE: &str = "<family>";
/// Stands in the code where a line is commented out by `#`.
pub(crate) const HASH_COMMENT: &str = "<hash>";
/// Stands in the code for `[a]`.
pub(crate) const BRACKETED_NAME: &str = "<[]>";
/// Stands in the code for a line of `GO` alone.
const GO_LINE: &str = "<go>";
/// Stands in the code for a line of `/` alone.
const SLASH_LINE: &str = "</>";

/// How much more another dialect's marks must weigh before a script is refused to a target: one mark that leaves no
/// doubt, or several that leave some. SQLite takes `serial`, and PostgreSQL `integer PRIMARY KEY`.
const BEYOND_DOUBT: i32 = 8;

/// Guesses the dialect by the constructs that only one of them has. Text without any such construct is taken for
/// PostgreSQL, the strictest reader.
pub fn detect_dialect(sources: &SourceMap) -> Dialect {
    heaviest(&Evidence::of(sources).weights()).0
}

/// What each dialect's marks weigh.
type Weights = [(Dialect, i32); Dialect::ALL.len()];

/// The first of the heaviest.
fn heaviest(weights: &Weights) -> (Dialect, i32) {
    weights
        .iter()
        .copied()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .unwrap_or(weights[0])
}

/// Guesses the dialect of a script, which is that of the database that it is meant for, if one is known, unless the text is
/// another's beyond doubt.
///
/// ```
/// use seedbed_schema_model::{Dialect, SourceMap};
/// use seedbed_sql_syntax::recognise_dialect;
/// let script = SourceMap::of("CREATE TABLE box (id integer PRIMARY KEY);");
/// assert_eq!(recognise_dialect(&script, Some(Dialect::MySql)), Ok(Dialect::MySql));
/// let script = SourceMap::of("CREATE TABLE box (id NUMBER(10) PRIMARY KEY, tag VARCHAR2(40 CHAR) NOT NULL);");
/// let found = recognise_dialect(&script, None).unwrap_err();
/// assert_eq!((found.name, &found.marks[..]), ("Oracle", &["VARCHAR2".to_owned(), "NUMBER(".to_owned()][..]));
/// ```
///
/// # Errors
/// The product that the script is for, if that is beyond doubt none of the dialects.
pub fn recognise_dialect(
    sources: &SourceMap,
    target: Option<Dialect>,
) -> Result<Dialect, UnsupportedProduct> {
    let evidence = Evidence::of(sources);
    let weights = evidence.weights();
    let (best, most) = heaviest(&weights);
    if let Some(product) = evidence.unsupported(most) {
        return Err(product);
    }
    let meant =
        |target: &Dialect| weights.iter().any(|(of, weight)| of == target && most < weight + BEYOND_DOUBT);
    Ok(target.filter(meant).unwrap_or(best))
}

/// The code of a script, to look for marks in.
struct Evidence {
    code: String,
    trigrams: Trigrams,
}

impl Evidence {
    fn of(sources: &SourceMap) -> Self {
        let mut text = String::from(" ; ");
        let mut types = String::new();
        for file in sources.files() {
            code(head(&file.text), &mut text, &mut types);
            text.push_str("; ");
        }
        text.push_str(&types);
        let trigrams = Trigrams::of(&text);
        Self { code: text, trigrams }
    }

    /// Whether a mark stands in the code, as whole tokens.
    fn has(&self, mark: &str) -> bool {
        if !self.trigrams.allow(mark) {
            return false;
        }
        self.code.match_indices(mark).any(|(at, _)| {
            let bytes = self.code.as_bytes();
            bytes[at - 1] == b' ' && bytes.get(at + mark.len()) == Some(&b' ')
        })
    }

    /// The marks that the code has.
    fn found(&self, marks: &[Mark]) -> Vec<Mark> {
        marks.iter().copied().filter(|(mark, _)| self.has(mark)).collect()
    }

    fn weigh(&self, marks: &[Mark]) -> i32 {
        self.found(marks).iter().map(|(_, weight)| weight).sum()
    }

    fn weights(&self) -> Weights {
        Dialect::ALL.map(|dialect| (dialect, self.weigh(syntax(dialect).marks)))
    }

    /// The product whose marks outweigh beyond doubt those of every dialect, of which `most` is the heaviest.
    fn unsupported(&self, most: i32) -> Option<UnsupportedProduct> {
        let mut heaviest: Option<(i32, &Product)> = None;
        for product in PRODUCTS {
            let weight = self.weigh(product.marks);
            if heaviest.is_none_or(|(before, _)| weight > before) {
                heaviest = Some((weight, product));
            }
        }
        let (_, product) = heaviest.filter(|(weight, _)| *weight >= most.max(0) + BEYOND_DOUBT)?;
        Some(UnsupportedProduct::new(product, &self.found(product.marks)))
    }
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
        assert_eq!(recognise_dialect(&SourceMap::of(text), None), Ok(expected), "{text}");
    }

    #[track_caller]
    fn check_unsupported(text: &str, expected: &str) {
        let found = recognise_dialect(&SourceMap::of(text), None);
        assert_eq!(found.map_err(|found| found.name), Err(expected), "{text}");
    }

    #[test]
    fn by_what_only_one_of_them_has() {
        check("CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now());", Dialect::Postgres);
        check("CREATE TABLE t (id int);", Dialect::Postgres);
        check("CREATE TABLE t (id integer PRIMARY KEY, price money);", Dialect::Postgres);
        check(
            "CREATE TYPE s AS RANGE (subtype = integer); CREATE TABLE t (id integer PRIMARY KEY, s s);",
            Dialect::Postgres,
        );
        check(
            "CREATE TABLE t (id text PRIMARY KEY, u text); ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES t;",
            Dialect::Postgres,
        );
        check("CREATE TABLE `t` (`id` int(11) unsigned NOT NULL) ENGINE=InnoDB;", Dialect::MySql);
        check(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE);",
            Dialect::Sqlite,
        );
        check("PRAGMA foreign_keys=ON; CREATE TABLE `t` (`id` INTEGER PRIMARY KEY);", Dialect::Sqlite);
    }

    #[test]
    fn by_code_alone() {
        let plain = "CREATE TABLE t (id int PRIMARY KEY, n tstzrange);";
        check(&format!("-- the `old` one had AUTO_INCREMENT, ENGINE=InnoDB\n{plain}"), Dialect::Postgres);
        check(&format!("/* PRAGMA x; /* `a` */ */ {plain}"), Dialect::Postgres);
        check(
            &format!("{plain} INSERT INTO s VALUES ('ENGINE=InnoDB AUTO_INCREMENT ` unsigned');"),
            Dialect::Postgres,
        );
        check("CREATE TABLE m (id CHAR(26) PRIMARY KEY, serialized_body BLOB NOT NULL);", Dialect::Sqlite);
        check("CREATE TABLE \"auto_increment\" (\"engine = x\" jsonb);", Dialect::Postgres);
        check(
            "COPY t FROM stdin;\n1\tPRAGMA autoincrement `x` without rowid\n\\.\nSELECT 1::int;",
            Dialect::Postgres,
        );
    }

    #[test]
    fn by_the_clauses_of_a_table() {
        check(
            "CREATE TABLE a (id int NOT NULL, n varchar(9), PRIMARY KEY (id), UNIQUE KEY u (n), KEY i (n));",
            Dialect::MySql,
        );
        check("CREATE TABLE a (id int, n varchar(9), INDEX i (n));", Dialect::MySql);
        check(
            "CREATE TABLE a (id int) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (9));",
            Dialect::MySql,
        );
        check("CREATE TABLE a (id int, b date, e date, PERIOD FOR p (b, e));", Dialect::MySql);
        check("CREATE TABLE a (id int, b date); ALTER TABLE a MODIFY b datetime NOT NULL;", Dialect::MySql);
        check("CREATE TABLE a (id int, key varchar(9), index integer);", Dialect::Postgres);
        check("CREATE TABLE a (y YEAR NOT NULL, s SET('a','b') COMMENT 'which');", Dialect::MySql);
        check("# numbers\nCREATE TABLE a (n int COMMENT 'x');", Dialect::MySql);
        check("CREATE TABLE `v` (`id` text PRIMARY KEY NOT NULL, `n` integer NOT NULL);", Dialect::Sqlite);
    }

    #[test]
    fn a_chain_weighs_no_more_than_one_file() {
        let mut sources = SourceMap::of(
            "CREATE TABLE `s` (`id` integer PRIMARY KEY AUTOINCREMENT, `c` text NOT NULL UNIQUE);",
        );
        for n in 0..20 {
            sources.push(&format!("{n}.sql"), &format!("ALTER TABLE `s` ADD `extra_{n}` text;"));
        }
        assert_eq!(detect_dialect(&sources), Dialect::Sqlite);
    }

    #[test]
    fn products_that_nobody_reads_are_named() {
        check_unsupported(
            "CREATE TABLE box (id INT IDENTITY(1,1) PRIMARY KEY, made DATETIME2 DEFAULT GETDATE());",
            "SQL Server",
        );
        check_unsupported("CREATE TABLE [dbo].[Box]([Id] [int] IDENTITY(1,1) NOT NULL)\nGO\n", "SQL Server");
        check_unsupported(
            "CREATE TABLE b (id RAW(16) DEFAULT sys_guid(), n NUMBER(9,2), t VARCHAR2(9));\n/\n",
            "Oracle",
        );
        check_unsupported(
            "CREATE TABLE b (id INTEGER NOT NULL, d CHAR(8) FOR BIT DATA, t TIMESTAMP NOT NULL WITH DEFAULT) IN ts1;",
            "DB2",
        );
        check_unsupported(
            "CREATE TABLE b (id INTEGER GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id)) IN ts1 ORGANIZE BY ROW;",
            "DB2",
        );
        check_unsupported(
            "CREATE TABLE h (at DateTime64, n UInt32, s LowCardinality(String)) ENGINE = MergeTree ORDER BY at;",
            "ClickHouse",
        );
    }

    #[test]
    fn brackets_and_kin_make_no_other_product_of_sqlite() {
        check(
            "CREATE TABLE [Album] ([AlbumId] INTEGER NOT NULL, [Title] NVARCHAR(160) NOT NULL, \
             CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]));",
            Dialect::Sqlite,
        );
        check(
            "CREATE TABLE t (id bigint identity(0,1) distkey, at timestamp DEFAULT getdate()) SORTKEY (at);",
            Dialect::Postgres,
        );
        check(
            "CREATE TABLE b (id UUID DEFAULT gen_random_uuid(), tag STRING NOT NULL, INDEX i (tag) STORING (id), FAMILY f (id, tag));",
            Dialect::Postgres,
        );
    }

    #[test]
    fn a_target_settles_what_the_text_leaves_open() {
        let towards = |text: &str, target| recognise_dialect(&SourceMap::of(text), Some(target)).unwrap();
        let plain = "CREATE TABLE t (id integer PRIMARY KEY);";
        for target in Dialect::ALL {
            assert_eq!(towards(plain, target), target);
        }
        assert_eq!(towards("CREATE TABLE t (id serial);", Dialect::Sqlite), Dialect::Sqlite);
        let mysql = "CREATE TABLE `t` (`id` int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;";
        assert_eq!(towards(mysql, Dialect::Sqlite), Dialect::MySql, "no doubt about this one");
    }
}
