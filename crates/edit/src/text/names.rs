//! Names of tables and columns in a text, and what they mean.
//!
//! A name that is written as the schema writes it is kept; any other becomes the schema's.

use super::cursor::{Parsed, Reader};
use super::error::TextError;
use super::lexer::Kind;
use seedbed_datagen_core::{NameError, nearest, resolve_column, resolve_table};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::ops::Range;

/// A column, of one table or of every table that has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ColumnName {
    /// The table's name; none for every table.
    pub(super) table: Option<String>,
    /// The column's name.
    pub(super) column: String,
    /// What they mean. Empty if the name means nothing, which has been told.
    pub(super) places: Vec<(TableId, ColumnIdx)>,
}

/// A part of a name.
struct Part {
    /// Without its quotes.
    name: String,
    is_quoted: bool,
    span: Range<usize>,
}

impl Reader<'_> {
    /// The parts of a name with points between them, which nothing sets apart. `*` may be the first.
    fn parts(&mut self) -> Vec<Part> {
        let mut parts = Vec::new();
        while let Some(token) = self.peek() {
            let (name, is_quoted) = match &token.kind {
                Kind::Word => (self.written(token).to_owned(), false),
                Kind::Quoted(name) => (name.clone(), true),
                Kind::Sign('*') if parts.is_empty() => ("*".to_owned(), false),
                _ => break,
            };
            parts.push(Part { name, is_quoted, span: token.span.clone() });
            self.at += 1;
            let goes_on = self.is_sign('.')
                && self.touches()
                && self.tokens.get(self.at + 1).is_some_and(|t| {
                    t.span.start == self.place().end && matches!(t.kind, Kind::Word | Kind::Quoted(_))
                });
            if !goes_on {
                break;
            }
            self.at += 1;
        }
        parts
    }

    /// Whether a name with a point in it stands here.
    pub(super) fn is_at_dotted(&self) -> bool {
        let is_name = matches!(self.kind(), Some(Kind::Word | Kind::Quoted(_) | Kind::Sign('*')));
        let adjoins = |a: usize, b: usize| {
            self.tokens
                .get(self.at + a)
                .zip(self.tokens.get(self.at + b))
                .is_some_and(|(a, b)| a.span.end == b.span.start)
        };
        is_name && self.kind_at(1) == Some(&Kind::Sign('.')) && adjoins(0, 1) && adjoins(1, 2)
    }

    /// A table that has to stand here. That the schema has none such is told, and the rest read.
    pub(super) fn table(&mut self) -> Parsed<String> {
        let parts = self.parts();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return Err(self.expected("the name of a table", &[]));
        };
        let span = first.span.start..last.span.end;
        match self.find_table(&parts) {
            Ok((_, name)) => Ok(name),
            Err(error) => {
                self.errors.push(TextError::Name { span, error });
                Ok(joined(&parts))
            }
        }
    }

    fn find_table(&self, parts: &[Part]) -> Result<(TableId, String), NameError> {
        let name = joined(parts);
        if self.schema.tables.iter().any(|t| t.name.to_string() == name || t.name.name == name) {
            return resolve_table(self.schema, &name).map(|id| (id, name));
        }
        let written = match parts {
            [only] if !only.is_quoted => name,
            [first, .., last] => self.text[first.span.start..last.span.end].to_owned(),
            [only] => self.text[only.span.clone()].to_owned(),
            [] => name,
        };
        resolve_table(self.schema, &written).map(|id| (id, table_name(self.schema, id)))
    }

    /// A column that has to stand here: `orders.status`, `*.status`, or `status` where one table alone has it.
    pub(super) fn column(&mut self) -> Parsed<ColumnName> {
        let mut parts = self.parts();
        let Some(last) = parts.pop() else {
            return Err(self.expected("a column such as `orders.status`", &[]));
        };
        let is_any = matches!(parts.as_slice(), [only] if only.name == "*" && !only.is_quoted);
        match parts.first().map(|first| first.span.start..last.span.start - 1) {
            None => self.only_column(&last),
            Some(_) if is_any => Ok(self.column_of_any(last)),
            Some(span) => match self.find_table(&parts) {
                Ok((table, name)) => Ok(self.column_of(table, name, last)),
                Err(error) => {
                    self.errors.push(TextError::Name { span, error });
                    Ok(ColumnName { table: Some(joined(&parts)), column: last.name, places: Vec::new() })
                }
            },
        }
    }

    fn column_of(&mut self, table: TableId, name: String, last: Part) -> ColumnName {
        match self.find_column(table, &last) {
            Ok((at, column)) => ColumnName { table: Some(name), column, places: vec![(table, at)] },
            Err(error) => {
                self.errors.push(TextError::Name { span: last.span, error });
                ColumnName { table: Some(name), column: last.name, places: Vec::new() }
            }
        }
    }

    fn find_column(&self, table: TableId, part: &Part) -> Result<(ColumnIdx, String), NameError> {
        if let Some(at) = self.schema[table].column_named(&part.name) {
            return Ok((at, part.name.clone()));
        }
        let at = resolve_column(self.schema, table, &self.text[part.span.clone()])?;
        Ok((at, self.schema[table][at].name.clone()))
    }

    /// The column of every table that has it.
    fn column_of_any(&mut self, last: Part) -> ColumnName {
        let tables = self.schema.tables_indexed();
        let found: Vec<(TableId, (ColumnIdx, String))> =
            tables.filter_map(|(id, _)| Some((id, self.find_column(id, &last).ok()?))).collect();
        let places = found.iter().map(|(id, (at, _))| (*id, *at)).collect();
        let exact = found.iter().any(|(_, (_, name))| *name == last.name).then(|| last.name.clone());
        let column = exact.or_else(|| found.into_iter().next().map(|(_, (_, name))| name));
        if column.is_none() {
            self.errors.push(no_column(self.schema, &last.name, last.span));
        }
        ColumnName { table: None, column: column.unwrap_or(last.name), places }
    }

    /// The one column of the schema that has a name.
    fn only_column(&self, part: &Part) -> Parsed<ColumnName> {
        let places = columns_named(self.schema, &part.name);
        match places.as_slice() {
            [] => Err(no_column(self.schema, &part.name, part.span.clone())),
            [place] => Ok(column_name(self.schema, *place)),
            several => Err(TextError::Ambiguous {
                span: part.span.clone(),
                words: part.name.clone(),
                candidates: several.iter().map(|p| shown(self.schema, *p)).collect(),
            }),
        }
    }
}

/// The parts of a name as one, as the schema has it.
fn joined(parts: &[Part]) -> String {
    parts.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(".")
}

fn no_column(schema: &Schema, column: &str, span: Range<usize>) -> TextError {
    let names = schema.tables.iter().flat_map(|t| &t.columns).map(|c| c.name.as_str());
    TextError::NoColumn { span, column: column.to_owned(), similar: nearest(column, names) }
}

/// A table's name in an edit: bare where that means it.
pub(crate) fn table_name(schema: &Schema, table: TableId) -> String {
    let name = &schema[table].name;
    match resolve_table(schema, &name.name) {
        Ok(found) if found == table => name.name.clone(),
        _ => name.to_string(),
    }
}

/// A column as an edit names it.
pub(super) fn column_name(schema: &Schema, place: (TableId, ColumnIdx)) -> ColumnName {
    let (table, column) = place;
    ColumnName {
        table: Some(table_name(schema, table)),
        column: schema[table][column].name.clone(),
        places: vec![place],
    }
}

/// A column for a message: `orders.status`.
pub(super) fn shown(schema: &Schema, (table, column): (TableId, ColumnIdx)) -> String {
    format!("{}.{}", table_name(schema, table), schema[table][column].name)
}

/// The columns that words mean: those of just that name, else those that differ in number (`prices`) and in case alone.
pub(super) fn columns_named(schema: &Schema, name: &str) -> Vec<(TableId, ColumnIdx)> {
    let all =
        || schema.tables_indexed().flat_map(|(id, t)| t.columns_indexed().map(move |(at, c)| (id, at, c)));
    let same = |(id, at, _)| (id, at);
    let exact: Vec<_> = all().filter(|(_, _, c)| c.name.eq_ignore_ascii_case(name)).map(same).collect();
    if !exact.is_empty() {
        return exact;
    }
    all().filter(|(_, _, c)| is_like(&c.name, name)).map(same).collect()
}

/// The tables that words mean, likewise.
pub(super) fn tables_named(schema: &Schema, name: &str) -> Vec<TableId> {
    match resolve_table(schema, name) {
        Ok(table) => vec![table],
        Err(_) => {
            schema.tables_indexed().filter(|(_, t)| is_like(&t.name.name, name)).map(|(id, _)| id).collect()
        }
    }
}

/// Whether two words are the same but for their case and number.
fn is_like(a: &str, b: &str) -> bool {
    let (a, b) = (singulars(a), singulars(b));
    a.iter().any(|word| b.contains(word))
}

/// A word, and what it may be the plural of.
fn singulars(word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    let mut all = vec![word.clone()];
    let endings = [("ies", "y"), ("es", ""), ("s", "")];
    all.extend(
        endings.iter().filter_map(|(end, instead)| Some(word.strip_suffix(end)?.to_owned() + instead)),
    );
    all.retain(|w| !w.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_case_make_no_other_word() {
        for (a, b) in
            [("price", "Prices"), ("country", "countries"), ("address", "addresses"), ("movie", "movies")]
        {
            assert!(is_like(a, b) && is_like(b, a), "{a} {b}");
        }
        assert!(!is_like("price", "unit_price") && !is_like("age", "wage"));
    }
}
