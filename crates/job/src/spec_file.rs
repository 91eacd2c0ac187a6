//! The spec file, `seedbed.toml`, and the places of names in it.

use crate::JobError;
use crate::encoding::decode;
use seedbed_datagen_core::Spec;
use seedbed_datagen_core::{resolve_column, resolve_table};
use seedbed_schema_model::{Diagnostic, Schema, Severity, SourceMap, Span, TableId};
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What a spec file is called when nobody names one.
pub const SPEC_FILE_NAME: &str = "seedbed.toml";

/// Where a spec comes from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpecSource {
    /// A value; there is no text to point at.
    Value(Spec),
    /// TOML, and the name under which problems show it.
    Text {
        /// The name.
        name: String,
        /// The TOML.
        text: String,
    },
    /// A file, which must exist.
    File(PathBuf),
    /// [`SPEC_FILE_NAME`] of the current folder, if it is there.
    CurrentFolder,
}

impl Default for SpecSource {
    fn default() -> Self {
        Self::Value(Spec::default())
    }
}

impl SpecSource {
    /// The spec, for who has something to add to it. Problems with it have no places then.
    ///
    /// # Errors
    /// [`JobError::Read`] and [`JobError::Spec`], as a job has them.
    pub fn value(&self) -> Result<Spec, JobError> {
        Ok(self.read()?.0)
    }

    /// The spec, and its text if it has one.
    ///
    /// # Errors
    /// [`JobError::Read`] for a file that was asked for, or is there, and can't be read; [`JobError::Spec`] for what is no
    /// spec.
    pub(crate) fn read(&self) -> Result<(Spec, Option<SpecText>), JobError> {
        match self {
            Self::Value(spec) => Ok((spec.clone(), None)),
            Self::Text { name, text } => SpecText::parse(name, text),
            Self::File(path) => read_file(path),
            Self::CurrentFolder => match read_file(Path::new(SPEC_FILE_NAME)) {
                Err(JobError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {
                    Ok((Spec::default(), None))
                }
                read => read,
            },
        }
    }
}

fn read_file(path: &Path) -> Result<(Spec, Option<SpecText>), JobError> {
    let name = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => SpecText::parse(&name, &decode(&name, bytes, None).0),
        Err(source) => Err(JobError::Read { name, source }),
    }
}

/// A spec's text, to find the place of a name in it.
#[derive(Clone, Debug)]
pub struct SpecText {
    /// The text as the only file of a map.
    sources: SourceMap,
}

impl SpecText {
    fn parse(name: &str, text: &str) -> Result<(Spec, Option<Self>), JobError> {
        let mut sources = SourceMap::default();
        sources.push(name, text);
        match read_spec(text) {
            Ok(spec) => Ok((spec, Some(Self { sources }))),
            Err(error) => {
                let (message, hint) = worded(&error.message().replace('\n', ", "));
                let problem = Diagnostic {
                    code: "spec-unreadable".to_owned(),
                    severity: Severity::Error,
                    message,
                    span: error.span().map(|s| Span::new(s.start, s.end)),
                    hint,
                };
                Err(JobError::Spec { problem: Box::new(problem), text: Self { sources } })
            }
        }
    }

    /// The text as the only file of a map: what places in it refer to.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// Where the spec speaks of a table, or of one of its columns, or of something else about it, under whatever name
    /// means the same in the schema. `None` if nowhere.
    pub fn place(&self, schema: &Schema, table: &str, column: Option<&str>) -> Option<Span> {
        let document = DeTable::parse(&self.sources.files().first()?.text).ok()?;
        let tables = document.get_ref().get("tables")?.get_ref().as_table()?;
        let id = resolve_table(schema, table).ok();
        let same = |key: &str| id.is_some() && resolve_table(schema, key).ok() == id;
        let places = tables.iter().filter(|(key, _)| key.get_ref() == table || same(key.get_ref()));
        let mut spans = places.filter_map(|(key, wishes)| match column {
            None => Some(key.span()),
            Some(column) => place_of_column(schema, id, wishes.get_ref(), column),
        });
        spans.next().map(|span| Span::new(span.start, span.end))
    }
}

/// The table of a spec file that is the server's: what it may say is not for the spec to know.
const SERVER: &str = "server";

fn read_spec(text: &str) -> Result<Spec, toml::de::Error> {
    let mut document = DeTable::parse(text)?;
    document.get_mut().remove(SERVER);
    Spec::deserialize(toml::Deserializer::from(document))
}

/// Where a table's wishes speak of a column, or of something else of that name.
fn place_of_column(
    schema: &Schema,
    table: Option<TableId>,
    wishes: &DeValue<'_>,
    column: &str,
) -> Option<std::ops::Range<usize>> {
    let wishes = wishes.as_table()?;
    let columns = wishes.get("columns").and_then(|c| c.get_ref().as_table());
    let id = table.and_then(|t| resolve_column(schema, t, column).ok());
    let same = |key: &str| id.is_some() && table.and_then(|t| resolve_column(schema, t, key).ok()) == id;
    let mut keys = columns.into_iter().flat_map(|c| c.keys());
    let key = keys.find(|key| key.get_ref() == column || same(key.get_ref()));
    key.or_else(|| wishes.get_key_value(column).map(|(key, _)| key)).map(|key| key.span())
}

/// The deserializer's words, and the next step. Where it speaks of Rust's types, ours.
fn worded(message: &str) -> (String, Option<String>) {
    let (message, hint) = if message.contains("WeightedValue") {
        (
            "not a value: neither a text, a number, `true` or `false`, nor one with a weight",
            Some("texts and dates are quoted; a weight is a whole number: { value = \"x\", weight = 3 }"),
        )
    } else if let Some((found, _)) = message.split_once(", expected struct ColumnSpec") {
        (found, Some("wishes for a column are a table, such as { null-rate = 0.1 }"))
    } else if let Some((found, _)) = message.split_once(", expected struct TableSpec") {
        (found, Some("wishes for a table are a table, such as { rows = 1000 }"))
    } else {
        (message, None)
    };
    (message.to_owned(), hint.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_datagen_core::{ColumnSpec, ReferenceSpec, WeightedValue};
    use seedbed_schema_model::{Column, Dialect, SqlType, Table};

    fn problem(text: &str) -> (Diagnostic, SpecText) {
        match SpecText::parse("seedbed.toml", text) {
            Err(JobError::Spec { problem, text }) => (*problem, text),
            other => panic!("read: {other:?}"),
        }
    }

    #[test]
    fn every_wish_has_a_spelling() {
        let text = r#"
            seed = 7
            rows = 50
            null-rate = 0.2
            [tables."public.film"]
            rows = 9
            [tables."public.film".columns]
            rating = { values = ["G", { value = "PG", weight = 3 }], null-rate = 0.0 }
            length = { range = { min = 60, max = 240 } }
            title.provider = "text.title"
            [[tables.rental.references]]
            columns = ["film_id"]
            to = "public.film(film_id)"
        "#;
        let (spec, _) = SpecText::parse("seedbed.toml", text).expect("a spec");
        assert_eq!((spec.seed, spec.rows, spec.null_rate), (Some(7), Some(50), Some(0.2)));
        let film = &spec.tables["public.film"];
        assert_eq!(film.rows, Some(9));
        let reference =
            ReferenceSpec { columns: vec!["film_id".to_owned()], to: "public.film(film_id)".to_owned() };
        assert_eq!(spec.tables["rental"].references, [reference]);
        let title = ColumnSpec { provider: Some("text.title".to_owned()), ..ColumnSpec::default() };
        assert_eq!(film.columns["title"], title);
        let pg = WeightedValue::Weighted { value: Box::new(WeightedValue::Text("PG".to_owned())), weight: 3 };
        assert_eq!(film.columns["rating"].values, Some(vec![WeightedValue::Text("G".to_owned()), pg]));
    }

    #[test]
    fn names_are_found_again_as_the_schema_takes_them() {
        let mut schema = Schema::new(Dialect::Postgres);
        let mut film = Table::new(Some("public"), "film");
        film.columns.push(Column::new("size", SqlType::INTEGER));
        schema.push_table(film);
        let text = "rows = 1\n[tables.Film]\nrows = 2\ncolumns.SIZE = { provider = 'x' }\n[tables.flim]\n";
        let (_, source) = SpecText::parse("seedbed.toml", text).expect("a spec");
        let source = source.expect("a text");
        let found = |table, column| source.place(&schema, table, column).map(|s| &text[s.range()]);
        assert_eq!(found("film", None), Some("Film"));
        assert_eq!(found("public.film", Some("size")), Some("SIZE"));
        assert_eq!(found("public.film", Some("rows")), Some("rows"));
        assert_eq!(found("flim", None), Some("flim"), "what is no table's is found as it is written");
        assert_eq!(found("actor", None), None);
    }

    #[test]
    fn the_table_of_the_server_is_no_part_of_the_spec() {
        let with =
            SpecText::parse("seedbed.toml", "rows = 5\n[server]\nport = 1\nwhatever = {}\n").expect("a spec");
        let without = SpecText::parse("seedbed.toml", "rows = 5\n").expect("a spec");
        assert_eq!(with.0, without.0);
        let (problem, text) = problem("[server]\nport = 1\n[tables.film]\nrwos = 5\n");
        let (_, at) = text.sources().locate(problem.span.expect("a place")).expect("in the text");
        assert_eq!((at.line, at.column), (4, 1));
    }

    #[test]
    fn a_misspelled_wish_is_pointed_at() {
        let (problem, text) = problem("seed = 7\nrwos = 50\n");
        let (file, at) = text.sources().locate(problem.span.expect("a place")).expect("in the text");
        assert_eq!((file.name.as_str(), at.line, at.column), ("seedbed.toml", 2, 1));
        assert_eq!(problem.code, "spec-unreadable");
        assert!(problem.message.starts_with("unknown field `rwos`"), "{problem:?}");
    }

    #[test]
    fn no_word_of_rust_reaches_the_reader() {
        let columns = "[tables.film.columns]\n";
        for (wish, hint) in [
            ("rating = { values = [{ value = \"G\", weight = -1 }] }", "a weight is a whole number"),
            ("born = { range = { min = 1940-01-01 } }", "dates are quoted"),
            ("length = 3", "{ null-rate = 0.1 }"),
        ] {
            let (problem, _) = problem(&format!("{columns}{wish}\n"));
            assert!(problem.span.is_some() && !problem.message.contains("Spec"), "{problem:?}");
            assert!(!problem.message.contains("Value") && !problem.message.contains("enum"), "{problem:?}");
            assert!(problem.hint.as_ref().is_some_and(|h| h.contains(hint)), "{problem:?}");
        }
    }
}
