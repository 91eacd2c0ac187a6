//! Plain wording: what can be read of ordinary sentences with the schema at hand, without guessing.
//!
//! A sentence has a subject, which is a table or a column, and says something of it. Where words may mean several things
//! it is refused, naming them; a word that no table, column or list of values explains is refused, too.

use super::cursor::{Parsed, Reader};
use super::error::TextError;
use super::lexer::Kind;
use super::names::{ColumnName, column_name, columns_named, shown, table_name, tables_named};
use super::parser::KEYWORDS;
use crate::{AddRows, Edit, Referrers, RowCount};
use seedbed_datagen_core::{NameError, nearest};
use seedbed_schema_model::TableId;

/// What a sentence is about.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    Table(TableId),
    Column(ColumnName),
}

/// Most words of the name of a table or a column.
pub(super) const MOST_WORDS: usize = 3;

impl Reader<'_> {
    /// A sentence.
    pub(super) fn wording(&mut self) -> Parsed<Edit> {
        self.take_any(&["exactly"]);
        if let Some(share) = self.share()? {
            let of = self.take(&["of"]);
            let the = self.take(&["the"]);
            if !of && !the {
                return Err(self.expected("`of` and what it is a share of", &["of"]));
            }
            return self.about(Some(share));
        }
        if let Some(count) = self.count()? {
            return self.counted(count);
        }
        self.take_any(&["all", "every", "the"]);
        self.take(&["the"]);
        self.about(None)
    }

    /// `500 customers`, `100 more customers`.
    fn counted(&mut self, count: u64) -> Parsed<Edit> {
        if self.take_any(&["more", "new", "additional"]) {
            return Ok(Edit::Add(AddRows { table: self.table_in_words()?, count }));
        }
        if ["in", "of", "for"].iter().any(|word| self.take(&["rows", word])) {
            self.take(&["the"]);
        }
        let table = Some(self.table_in_words()?);
        Ok(Edit::Rows(RowCount { table, count, referrers: Referrers::Refuse }))
    }

    /// A table by its name, or by words that differ from it in number and case alone.
    pub(super) fn table_in_words(&mut self) -> Parsed<String> {
        if self.is_at_dotted() || matches!(self.kind(), Some(Kind::Quoted(_))) {
            return self.table();
        }
        let start = self.at;
        for count in (1..=MOST_WORDS).rev() {
            let Some(words) = self.words(count) else { continue };
            let found = tables_named(self.schema, &words.replace(' ', "_"));
            let [first, others @ ..] = found.as_slice() else { continue };
            self.at += count;
            if others.is_empty() {
                let written = &words;
                let exact = self.schema[*first].name.to_string() == *written;
                return Ok(if exact { written.clone() } else { table_name(self.schema, *first) });
            }
            let candidates = found.iter().map(|t| table_name(self.schema, *t)).collect();
            return Err(TextError::Ambiguous { span: self.span_from(start), words, candidates });
        }
        let Some(name) = self.words(1) else { return Err(self.expected("the name of a table", &[])) };
        let names: Vec<String> =
            self.schema.tables_indexed().map(|(id, _)| table_name(self.schema, id)).collect();
        let similar = nearest(&name, names.iter().map(String::as_str));
        Err(TextError::Name { span: self.place(), error: NameError::UnknownTable { name, similar } })
    }

    /// So many words from here, with spaces between them.
    pub(super) fn words(&self, count: usize) -> Option<String> {
        let words: Vec<&str> = (0..count).map(|i| self.word_at(i)).collect();
        words.iter().all(|w| !w.is_empty()).then(|| words.join(" "))
    }

    /// What is said of a subject; `share` is that of its rows.
    fn about(&mut self, share: Option<f64>) -> Parsed<Edit> {
        let (start, errors) = (self.at, self.errors.len());
        let subjects = self.subjects()?;
        let (mut read, mut refused) = (Vec::new(), None);
        for (subject, end) in &subjects {
            self.at = *end;
            match self.said_of(subject, share) {
                Ok(edit) => read.push((subject, edit, self.at)),
                Err(error) => refused = Some(refused.unwrap_or(error)),
            }
        }
        match (read.pop(), read.is_empty()) {
            (Some((_, edit, end)), true) => {
                self.at = end;
                Ok(edit)
            }
            (Some((last, ..)), false) => {
                let all = read.iter().map(|(subject, ..)| *subject).chain([last]);
                let candidates = all.map(|s| self.subject_name(s)).collect();
                self.at = subjects.first().map_or(start + 1, |(_, end)| *end);
                let span = self.span_from(start);
                Err(TextError::Ambiguous { words: self.text[span.clone()].to_owned(), span, candidates })
            }
            (None, _) => match refused {
                // What is wrong with a name is told already.
                Some(_) if self.errors.len() > errors => Err(self.errors.remove(errors)),
                Some(error) => Err(error),
                None => Err(self.not_understood()),
            },
        }
    }

    fn subject_name(&self, subject: &Subject) -> String {
        match subject {
            Subject::Table(table) => table_name(self.schema, *table),
            Subject::Column(column) => match column.places.first() {
                Some(place) if column.table.is_some() => shown(self.schema, *place),
                _ => column.column.clone(),
            },
        }
    }

    pub(super) fn not_understood(&self) -> TextError {
        let words = self.peek().map_or("", |t| self.written(t)).to_owned();
        let columns = self.schema.tables.iter().flat_map(|t| &t.columns).map(|c| c.name.as_str());
        let names = self.schema.tables.iter().map(|t| t.name.name.as_str()).chain(columns);
        let similar = nearest(&words, names.chain(KEYWORDS.iter().copied()));
        TextError::NotUnderstood { span: self.place(), words, similar }
    }

    /// What the words here may name, each with the place behind it.
    fn subjects(&mut self) -> Parsed<Vec<(Subject, usize)>> {
        let start = self.at;
        if self.is_at_dotted() {
            let column = self.column()?;
            if !column.places.is_empty() {
                return Ok(vec![(Subject::Column(column), self.at)]);
            }
            return Err(self.errors.pop().unwrap_or_else(|| self.not_understood()));
        }
        if let Some(Kind::Quoted(_)) = self.kind() {
            let column = self.column()?;
            return Ok(vec![(Subject::Column(column), self.at)]);
        }
        for count in (1..=MOST_WORDS).rev() {
            let Some(name) = self.words(count).map(|w| w.replace(' ', "_")) else { continue };
            let (tables, mut columns) = (tables_named(self.schema, &name), columns_named(self.schema, &name));
            if tables.is_empty() && columns.is_empty() {
                continue;
            }
            self.at = start + count;
            // `the fee of the appointments`.
            if !columns.is_empty() && self.take(&["of"]) {
                self.take(&["the"]);
                let table = self.table_in_words()?;
                columns.retain(|(id, _)| {
                    self.schema[*id].name.to_string() == table || table_name(self.schema, *id) == table
                });
                let places = columns
                    .into_iter()
                    .map(|place| (Subject::Column(column_name(self.schema, place)), self.at));
                return Ok(places.collect());
            }
            let columns = columns.into_iter().map(|place| Subject::Column(column_name(self.schema, place)));
            let all = tables.into_iter().map(Subject::Table).chain(columns);
            return Ok(all.map(|subject| (subject, start + count)).collect());
        }
        Ok(Vec::new())
    }
}
