//! Name resolution: which table or column a name means that a person wrote outside of SQL, on a command line, in a spec,
//! in a call of the library.

use crate::spelling::nearest;
use seedbed_schema_model::{ColumnIdx, Schema, Table, TableId};
use seedbed_sql_values::{IdentifierCase, Identifiers, representation};
use thiserror::Error;

/// The table that a name means. The first of these rules that fits any table decides:
///
/// 1. the name as reports write it, `schema.table` on PostgreSQL and `table` elsewhere, letter by letter;
/// 2. the bare name of a table, letter by letter;
/// 3. the name as the dialect reads it in SQL: PostgreSQL takes `Film` for `film` and `"Film"` for itself; MySQL and
///    SQLite, where quoting makes no difference, compare names of tables without regard to case;
/// 4. if it has no quotes, the name without regard to the case of its letters.
///
/// A bare name that several schemas have means the table in `public`, where PostgreSQL looks by default. Elsewhere the
/// table must be the only one. Cost: a look at each table for each rule.
///
/// ```
/// use seedbed_schema_model::{Dialect, Schema, Table};
/// use seedbed_datagen_core::resolve_table;
/// let mut schema = Schema::new(Dialect::Postgres);
/// let film = schema.push_table(Table::new(Some("public"), "film"));
/// let quoted = schema.push_table(Table::new(Some("public"), "Film"));
/// assert_eq!(resolve_table(&schema, "film"), Ok(film));
/// assert_eq!(resolve_table(&schema, "FILM"), Ok(film), "folded as PostgreSQL folds");
/// assert_eq!(resolve_table(&schema, "public.\"Film\""), Ok(quoted));
/// ```
///
/// # Errors
/// [`NameError::UnknownTable`] with the nearest name, [`NameError::AmbiguousTable`] with all that it may mean.
pub fn resolve_table(schema: &Schema, name: &str) -> Result<TableId, NameError> {
    let identifiers = &representation(schema.dialect).identifiers;
    let written = Written::parse(identifiers, name);
    let rules: [&dyn Fn(&Table) -> bool; 4] = [
        &|table| table.name.to_string() == name,
        &|table| table.name.name == name,
        &|table| written.as_ref().is_some_and(|w| w.means(identifiers, table)),
        &|table| written.as_ref().is_none_or(|w| !w.is_quoted()) && is_like(table, name),
    ];
    for rule in rules {
        let found: Vec<TableId> =
            schema.tables_indexed().filter(|(_, t)| rule(t)).map(|(id, _)| id).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            several => {
                return in_default_schema(schema, several).ok_or_else(|| ambiguous(schema, name, several));
            }
        }
    }
    let names: Vec<String> =
        schema.tables.iter().flat_map(|t| [t.name.to_string(), t.name.name.clone()]).collect();
    let similar = nearest(name, names.iter().map(String::as_str));
    Err(NameError::UnknownTable { name: name.to_owned(), similar })
}

/// The column of a table that a name means: letter by letter, or as the dialect reads it in SQL (names of columns have
/// no case in MySQL and SQLite), or without regard to case if it is the only such column. Cost: a look at each column
/// for each rule.
///
/// ```
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
/// use seedbed_datagen_core::resolve_column;
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut film = Table::new(Some("public"), "film");
/// film.columns = vec![Column::new("title", SqlType::TEXT), Column::new("Title", SqlType::TEXT)];
/// let film = schema.push_table(film);
/// assert_eq!(resolve_column(&schema, film, "TITLE"), Ok(ColumnIdx(0)), "folded as PostgreSQL folds");
/// assert_eq!(resolve_column(&schema, film, "\"Title\""), Ok(ColumnIdx(1)));
/// ```
///
/// # Errors
/// [`NameError::UnknownColumn`] with the nearest name, [`NameError::AmbiguousColumn`] with all that it may mean.
pub fn resolve_column(schema: &Schema, table: TableId, name: &str) -> Result<ColumnIdx, NameError> {
    let table = &schema[table];
    let identifiers = &representation(schema.dialect).identifiers;
    let written = Written::parse(identifiers, name).filter(|w| w.qualifier.is_none());
    let rules: [&dyn Fn(&str) -> bool; 3] = [
        &|column| column == name,
        &|column| written.as_ref().is_some_and(|w| w.name.means(identifiers, column)),
        &|column| written.as_ref().is_none_or(|w| !w.is_quoted()) && column.eq_ignore_ascii_case(name),
    ];
    for rule in rules {
        let found: Vec<ColumnIdx> =
            table.columns_indexed().filter(|(_, c)| rule(&c.name)).map(|(at, _)| at).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            several => {
                let candidates = several.iter().map(|c| table[*c].name.clone()).collect();
                let (table, column) = (table.name.to_string(), name.to_owned());
                return Err(NameError::AmbiguousColumn { table, column, candidates });
            }
        }
    }
    let similar = nearest(name, table.columns.iter().map(|c| c.name.as_str()));
    Err(NameError::UnknownColumn { table: table.name.to_string(), column: name.to_owned(), similar })
}

/// Why a name means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// No table has the name.
    #[error("no table `{name}` in the schema")]
    UnknownTable {
        /// The name.
        name: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// Several tables have it.
    #[error("`{name}` may be any of {}", listed(candidates))]
    AmbiguousTable {
        /// The name.
        name: String,
        /// The tables, as reports write them.
        candidates: Vec<String>,
    },
    /// No column of the table has the name.
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn {
        /// The table, as reports write it.
        table: String,
        /// The name.
        column: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// Several columns of the table have it.
    #[error("column `{column}` of table `{table}` may be any of {}", listed(candidates))]
    AmbiguousColumn {
        /// The table, as reports write it.
        table: String,
        /// The name.
        column: String,
        /// The columns.
        candidates: Vec<String>,
    },
}

impl NameError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTable { .. } => "spec-unknown-table",
            Self::AmbiguousTable { .. } => "spec-ambiguous-table",
            Self::UnknownColumn { .. } => "spec-unknown-column",
            Self::AmbiguousColumn { .. } => "spec-ambiguous-column",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownTable { similar, .. } | Self::UnknownColumn { similar, .. } => {
                similar.as_ref().map(|s| format!("did you mean `{s}`?"))
            }
            Self::AmbiguousTable { .. } => Some("write it with its schema".to_owned()),
            Self::AmbiguousColumn { .. } => Some("write it as the schema does".to_owned()),
        }
    }
}

/// Names in backticks.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn ambiguous(schema: &Schema, name: &str, several: &[TableId]) -> NameError {
    let candidates = several.iter().map(|t| schema[*t].name.to_string()).collect();
    NameError::AmbiguousTable { name: name.to_owned(), candidates }
}

/// The only one of the tables that is in the schema where the server looks by default.
fn in_default_schema(schema: &Schema, tables: &[TableId]) -> Option<TableId> {
    let default = representation(schema.dialect).identifiers.default_schema?;
    let mut there = tables.iter().filter(|t| schema[**t].name.schema.as_deref() == Some(default));
    there.next().filter(|_| there.next().is_none()).copied()
}

/// Whether the name is the table's, in full or bare, without regard to case.
fn is_like(table: &Table, name: &str) -> bool {
    table.name.to_string().eq_ignore_ascii_case(name) || table.name.name.eq_ignore_ascii_case(name)
}

/// A name as SQL would have it: perhaps with its schema, each part perhaps quoted.
struct Written {
    qualifier: Option<Identifier>,
    name: Identifier,
}

impl Written {
    /// `None` for what is no name of one or two parts.
    fn parse(identifiers: &Identifiers, text: &str) -> Option<Self> {
        let (first, rest) = Identifier::parse(identifiers, text)?;
        match rest.strip_prefix('.') {
            None if rest.is_empty() => Some(Self { qualifier: None, name: first }),
            None => None,
            Some(rest) => {
                let (name, rest) = Identifier::parse(identifiers, rest)?;
                rest.is_empty().then_some(Self { qualifier: Some(first), name })
            }
        }
    }

    fn means(&self, identifiers: &Identifiers, table: &Table) -> bool {
        let qualifier = match (&self.qualifier, &table.name.schema) {
            (None, _) => true,
            (Some(written), Some(schema)) => written.means(identifiers, schema),
            (Some(_), None) => false,
        };
        qualifier && self.name.means(identifiers, &table.name.name)
    }

    fn is_quoted(&self) -> bool {
        self.name.quoted || self.qualifier.as_ref().is_some_and(|q| q.quoted)
    }
}

/// One part of a name.
struct Identifier {
    text: String,
    quoted: bool,
}

impl Identifier {
    /// The identifier that the text begins with, without its quotes, and what follows.
    fn parse<'t>(identifiers: &Identifiers, text: &'t str) -> Option<(Self, &'t str)> {
        let opening = text.chars().next()?;
        let Some(closing) = closing_quote(identifiers, opening) else {
            let end = text.find('.').unwrap_or(text.len());
            return (end > 0).then(|| (Self { text: text[..end].to_owned(), quoted: false }, &text[end..]));
        };
        let mut name = String::new();
        let mut rest = &text[opening.len_utf8()..];
        loop {
            let (part, after) = rest.split_once(closing)?;
            name.push_str(part);
            match after.strip_prefix(closing) {
                // A doubled quote is one of the name.
                Some(more) => {
                    name.push(closing);
                    rest = more;
                }
                None => return (!name.is_empty()).then_some((Self { text: name, quoted: true }, after)),
            }
        }
    }

    /// Whether SQL would take it for the name of the catalog.
    fn means(&self, identifiers: &Identifiers, name: &str) -> bool {
        match (identifiers.case, self.quoted) {
            (IdentifierCase::FoldedUnlessQuoted, true) => self.text == name,
            (IdentifierCase::FoldedUnlessQuoted, false) => self.text.to_ascii_lowercase() == name,
            // MySQL's names of tables have case where its file system has; the exact name has been tried by then.
            (IdentifierCase::Ignored, _) => self.text.eq_ignore_ascii_case(name),
        }
    }
}

/// What ends a name that begins with this quote, if it is one.
fn closing_quote(identifiers: &Identifiers, opening: char) -> Option<char> {
    identifiers.accepted_quotes.iter().find(|(open, _)| *open == opening).map(|(_, close)| *close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Column, Dialect, SqlType};

    fn schema(dialect: Dialect, names: &[&str]) -> Schema {
        let mut schema = Schema::new(dialect);
        for name in names {
            let (qualifier, name) = name.split_once('.').map_or((None, *name), |(q, n)| (Some(q), n));
            schema.push_table(Table::new(qualifier, name));
        }
        schema
    }

    fn found(schema: &Schema, name: &str) -> Result<String, &'static str> {
        resolve_table(schema, name).map(|t| schema[t].name.to_string()).map_err(|e| e.code())
    }

    #[test]
    fn postgres_folds_what_is_not_quoted() {
        let schema = schema(Dialect::Postgres, &["public.film", "public.Film", "public.ACTOR", "shop.Order"]);
        for (name, means) in [
            ("film", "public.film"),
            ("FILM", "public.film"),
            ("PUBLIC.FILM", "public.film"),
            ("\"Film\"", "public.Film"),
            ("public.\"Film\"", "public.Film"),
            // As reports write it.
            ("Film", "public.Film"),
            ("public.Film", "public.Film"),
            // The only one that it can be.
            ("actor", "public.ACTOR"),
            ("shop.order", "shop.Order"),
        ] {
            assert_eq!(found(&schema, name), Ok(means.to_owned()), "{name}");
        }
        assert_eq!(
            found(&schema, "\"actor\""),
            Err("spec-unknown-table"),
            "quotes say that it is lower case"
        );
        assert_eq!(found(&schema, "\"film"), Err("spec-unknown-table"), "a quote that nothing closes");
    }

    #[test]
    fn a_bare_name_is_sought_in_public_first() {
        let shops = schema(Dialect::Postgres, &["a.film", "public.film", "a.rental", "b.rental"]);
        assert_eq!(found(&shops, "film"), Ok("public.film".to_owned()));
        assert_eq!(found(&shops, "a.film"), Ok("a.film".to_owned()));
        let error = resolve_table(&shops, "rental").unwrap_err();
        assert_eq!(error.to_string(), "`rental` may be any of `a.rental`, `b.rental`");
        assert_eq!(error.code(), "spec-ambiguous-table");
    }

    #[test]
    fn mysql_takes_the_exact_name_first() {
        let schema = schema(Dialect::MySql, &["Film", "film", "Actor"]);
        assert_eq!(found(&schema, "Film"), Ok("Film".to_owned()));
        assert_eq!(found(&schema, "`film`"), Err("spec-ambiguous-table"));
        assert_eq!(found(&schema, "ACTOR"), Ok("Actor".to_owned()));
        assert_eq!(found(&schema, "`actor`"), Ok("Actor".to_owned()));
        assert_eq!(found(&schema, "FILM"), Err("spec-ambiguous-table"));
    }

    #[test]
    fn sqlite_has_no_case_and_three_quotes() {
        let schema = schema(Dialect::Sqlite, &["Film", "a.b"]);
        for name in ["film", "\"FILM\"", "`film`", "[Film]"] {
            assert_eq!(found(&schema, name), Ok("Film".to_owned()), "{name}");
        }
        assert_eq!(found(&schema, "a.b"), Ok("a.b".to_owned()), "a point may be part of a name");
    }

    #[test]
    fn what_is_misspelled_gets_the_nearest_name() {
        let schema = schema(Dialect::Postgres, &["public.film"]);
        let error = resolve_table(&schema, "flim").unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `film`?"));
    }

    #[test]
    fn columns_follow_the_same_rule() {
        let mut schema = schema(Dialect::Postgres, &["public.film"]);
        for name in ["title", "Title", "SIZE", "Size", "Length"] {
            schema.tables[0].columns.push(Column::new(name, SqlType::INTEGER));
        }
        let found = |name| {
            resolve_column(&schema, TableId(0), name)
                .map(|c| schema.tables[0][c].name.clone())
                .map_err(|e| (e.code(), e.hint()))
        };
        assert_eq!(found("TITLE"), Ok("title".to_owned()));
        assert_eq!(found("\"Title\""), Ok("Title".to_owned()));
        assert_eq!(found("length"), Ok("Length".to_owned()));
        let hint = Some("write it as the schema does".to_owned());
        assert_eq!(found("size"), Err(("spec-ambiguous-column", hint)));
        assert_eq!(found("lenght"), Err(("spec-unknown-column", Some("did you mean `Length`?".to_owned()))));
    }
}
