//! The spec file, `seedbed.toml`.

use crate::exit::Outside;
use seedbed::datagen::Spec;
use seedbed::schema::{Diagnostic, Severity, SourceMap, Span};
use std::io::ErrorKind;
use std::path::Path;
use toml::de::DeTable;

/// What is looked for in the current folder when the command line names no spec.
pub(crate) const DEFAULT_NAME: &str = "seedbed.toml";

/// What became of a spec file.
#[derive(Debug)]
pub(crate) enum SpecFile {
    /// There is none.
    Absent,
    /// It was read; its name and text are kept to point at.
    Read {
        /// The wishes.
        spec: Spec,
        /// Its text.
        source: SpecSource,
    },
    /// It is no spec.
    Wrong {
        /// Why, with the place in `sources`.
        problem: Box<Diagnostic>,
        /// The spec's text.
        sources: SourceMap,
    },
}

/// A spec's text, to find the place of a name in it.
#[derive(Debug)]
pub(crate) struct SpecSource {
    /// The text as the only file of a map.
    pub(crate) sources: SourceMap,
}

impl SpecSource {
    /// Where the spec speaks of a table, of one of its columns, or of something else about it. `table` may be the full
    /// name of what the spec calls by its bare one.
    pub(crate) fn place(&self, table: &str, column: Option<&str>) -> Option<Span> {
        let document = DeTable::parse(&self.sources.files().first()?.text).ok()?;
        let tables = document.get_ref().get("tables")?.get_ref().as_table()?;
        let bare = table.rsplit_once('.').map_or(table, |(_, bare)| bare);
        let (key, wishes) = tables.get_key_value(table).or_else(|| tables.get_key_value(bare))?;
        let span = match column {
            None => key.span(),
            Some(column) => {
                let wishes = wishes.get_ref().as_table()?;
                let columns = wishes.get("columns").and_then(|c| c.get_ref().as_table());
                let column_key = columns.and_then(|c| c.get_key_value(column));
                column_key.or_else(|| wishes.get_key_value(column))?.0.span()
            }
        };
        Some(Span::new(span.start, span.end))
    }
}

/// Reads the spec at `path`, or else [`DEFAULT_NAME`] if it exists.
///
/// # Errors
/// A file that was asked for, or is there, and can't be read.
pub(crate) fn read(path: Option<&Path>) -> Result<SpecFile, Outside> {
    let asked = path.is_some();
    let path = path.unwrap_or(Path::new(DEFAULT_NAME));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if !asked && e.kind() == ErrorKind::NotFound => return Ok(SpecFile::Absent),
        Err(e) => return Err(Outside::new(format!("cannot read `{}`", path.display()), e)),
    };
    Ok(parse(&path.display().to_string(), &text))
}

fn parse(name: &str, text: &str) -> SpecFile {
    let mut sources = SourceMap::default();
    sources.push(name, text);
    match toml::from_str(text) {
        Ok(spec) => SpecFile::Read { spec, source: SpecSource { sources } },
        Err(error) => {
            let (message, hint) = worded(&error.message().replace('\n', ", "));
            let problem = Diagnostic {
                code: "spec-unreadable".to_owned(),
                severity: Severity::Error,
                message,
                span: error.span().map(|s| Span::new(s.start, s.end)),
                hint,
            };
            SpecFile::Wrong { problem: Box::new(problem), sources }
        }
    }
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
    use crate::diagnostics::DiagnosticRenderer;
    use seedbed::datagen::{ColumnSpec, ReferenceSpec, WeightedValue};

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
        let SpecFile::Read { spec, .. } = parse("seedbed.toml", text) else { panic!("not read") };
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
    fn names_are_found_again() {
        let text = "rows = 1\n[tables.film]\nrows = 2\ncolumns.size = { provider = 'x' }\n";
        let SpecFile::Read { source, .. } = parse("seedbed.toml", text) else { panic!("not read") };
        let found = |table, column| source.place(table, column).map(|s| &text[s.range()]);
        assert_eq!(found("film", None), Some("film"));
        assert_eq!(found("public.film", Some("size")), Some("size"));
        assert_eq!(found("actor", None), None);
    }

    #[test]
    fn a_misspelled_wish_is_pointed_at() {
        let SpecFile::Wrong { problem, sources } = parse("seedbed.toml", "seed = 7\nrwos = 50\n") else {
            panic!("read");
        };
        let text = DiagnosticRenderer::new(false).render(&sources, &problem);
        assert!(text.contains("--> seedbed.toml:2:1"), "{text}");
        assert!(text.contains("error[spec-unreadable]: unknown field `rwos`"), "{text}");
    }

    #[test]
    fn no_word_of_rust_reaches_the_reader() {
        let columns = "[tables.film.columns]\n";
        for (wish, hint) in [
            ("rating = { values = [{ value = \"G\", weight = -1 }] }", "a weight is a whole number"),
            ("born = { range = { min = 1940-01-01 } }", "dates are quoted"),
            ("length = 3", "{ null-rate = 0.1 }"),
        ] {
            let SpecFile::Wrong { problem, .. } = parse("seedbed.toml", &format!("{columns}{wish}\n")) else {
                panic!("read: {wish}");
            };
            assert!(problem.span.is_some() && !problem.message.contains("Spec"), "{problem:?}");
            assert!(!problem.message.contains("Value") && !problem.message.contains("enum"), "{problem:?}");
            assert!(problem.hint.as_ref().is_some_and(|h| h.contains(hint)), "{problem:?}");
        }
    }
}
