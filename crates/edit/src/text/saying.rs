//! What a sentence says of its subject.

use super::choices::{choices, is_truth, value_of};
use super::cursor::{Parsed, Reader};
use super::error::TextError;
use super::lexer::Kind;
use super::names::{ColumnName, column_name, columns_named, shown, table_name};
use super::value::Within;
use super::wording::{MOST_WORDS, Subject};
use crate::{Edit, Literal, NullShare, Selection, SetColumn, Source};
use seedbed_datagen_core::{NameError, nearest};
use seedbed_schema_model::{ColumnIdx, TableId};

const BE: &[&str] = &["is", "are"];
const HAVE: &[&str] = &["has", "have"];

impl Reader<'_> {
    /// What stands here, said of a subject.
    pub(super) fn said_of(&mut self, subject: &Subject, share: Option<f64>) -> Parsed<Edit> {
        match subject {
            Subject::Table(table) => self.said_of_table(*table, share),
            Subject::Column(column) => {
                let spoken = self.take_any(BE) || self.take_sign('=');
                self.said_of_column(column, share, spoken)
            }
        }
    }

    /// `are cancelled`, `have newsletter true`, `have no phone`.
    fn said_of_table(&mut self, table: TableId, share: Option<f64>) -> Parsed<Edit> {
        if self.take_any(BE) {
            let not = self.take(&["not"]);
            return self.adjective(table, not, share);
        }
        if self.take_any(HAVE) {
            let no = self.take(&["no"]);
            self.take_any(&["a", "an", "the"]);
            let column = self.column_in_words(table)?;
            if no {
                return self.without(column, share);
            }
            self.take_any(BE);
            return self.said_of_column(&column, share, true);
        }
        Err(self.expected("what the rows are or have: `are`, `have`", &["is", "are", "has", "have"]))
    }

    /// A column of a table by words.
    pub(super) fn column_in_words(&mut self, table: TableId) -> Parsed<ColumnName> {
        for count in (1..=MOST_WORDS).rev() {
            let Some(name) = self.words(count).map(|w| w.replace(' ', "_")) else { continue };
            let mut places = columns_named(self.schema, &name);
            places.retain(|(id, _)| *id == table);
            if let [place] = places.as_slice() {
                self.at += count;
                return Ok(column_name(self.schema, *place));
            }
        }
        let Some(name) = self.words(1) else { return Err(self.expected("the name of a column", &[])) };
        let similar = nearest(&name, self.schema[table].columns.iter().map(|c| c.name.as_str()));
        let error = NameError::UnknownColumn { table: table_name(self.schema, table), column: name, similar };
        Err(TextError::Name { span: self.place(), error })
    }

    /// Rows that have no such value: NULL, or false where there is no NULL.
    fn without(&mut self, column: ColumnName, share: Option<f64>) -> Parsed<Edit> {
        let Some(&place) = column.places.first() else { return Err(self.not_understood()) };
        let (truth, nullable) = (is_truth(self.schema, place), self.schema[place.0][place.1].nullable);
        match (truth, nullable) {
            (true, true) => {
                let name = shown(self.schema, place);
                let candidates = vec![format!("{name} is false"), format!("{name} is null")];
                let span = self.span_from(self.at - 1);
                Err(TextError::Ambiguous { words: format!("no {}", column.column), span, candidates })
            }
            (true, false) => self.set_to(&column, Source::Value(Some(Literal::Boolean(false))), share),
            (false, _) => self.nulls_of(&column, share),
        }
    }

    /// What a word says of the rows of a table: the one column that is known to hold it, or a truth that is called so.
    fn adjective(&mut self, table: TableId, not: bool, share: Option<f64>) -> Parsed<Edit> {
        let start = self.at;
        if let (Some(Kind::Text(text)), false) = (self.kind(), not) {
            let found = self.holders(table, text);
            self.at += 1;
            return self.only_holder(found, start, (table, text), share);
        }
        for count in (1..=MOST_WORDS).rev() {
            let Some(word) = self.words(count) else { continue };
            let mut found = if not { Vec::new() } else { self.holders(table, &word) };
            found.extend(self.truths(table, &word, !not));
            if !found.is_empty() {
                self.at += count;
                return self.only_holder(found, start, (table, &word), share);
            }
        }
        let word =
            self.words(1).ok_or_else(|| self.expected("a word for the rows, such as `cancelled`", &[]))?;
        self.at += 1;
        self.only_holder(Vec::new(), start, (table, &word), share)
    }

    /// The columns of a table that are known to hold a word, with the value.
    fn holders(&self, table: TableId, word: &str) -> Vec<(ColumnIdx, Literal)> {
        let columns = self.schema[table].columns_indexed().map(|(at, _)| at);
        columns
            .filter(|at| !is_truth(self.schema, (table, *at)))
            .filter_map(|at| Some((at, value_of(self.schema, (table, at), word)?)))
            .collect()
    }

    /// The truths of a table that a word names: `active`, `is_active`.
    fn truths(&self, table: TableId, word: &str, truth: bool) -> Option<(ColumnIdx, Literal)> {
        let name = word.to_lowercase().replace([' ', '-'], "_");
        let named = |column: &str| {
            let column = column.to_lowercase();
            column == name || column.strip_prefix("is_") == Some(&name)
        };
        let mut columns =
            self.schema[table].columns_indexed().filter(|(_, c)| named(&c.name)).map(|(at, _)| at);
        let column = columns.find(|at| is_truth(self.schema, (table, *at)))?;
        Some((column, Literal::Boolean(truth)))
    }

    fn only_holder(
        &mut self,
        mut found: Vec<(ColumnIdx, Literal)>,
        start: usize,
        (table, word): (TableId, &str),
        share: Option<f64>,
    ) -> Parsed<Edit> {
        let span = self.span_from(start);
        match (found.pop(), found.is_empty()) {
            (Some((column, value)), true) => {
                let column = column_name(self.schema, (table, column));
                self.set_to(&column, Source::Value(Some(value)), share)
            }
            (Some(last), false) => {
                let all = found.into_iter().chain([last]);
                let candidates = all.map(|(column, _)| shown(self.schema, (table, column))).collect();
                Err(TextError::Ambiguous { span, words: word.to_owned(), candidates })
            }
            (None, _) => {
                let columns = self.schema[table].columns_indexed();
                let known: Vec<String> =
                    columns.filter_map(|(at, _)| choices(self.schema, (table, at))).flatten().collect();
                let similar = nearest(word, known.iter().map(String::as_str));
                let of = format!("`{}`", table_name(self.schema, table));
                Err(TextError::UnknownWord { span, word: word.to_owned(), of, similar })
            }
        }
    }

    /// `null`, values, a range, a provider or examples, and which rows; values only if the verb is `spoken`.
    fn said_of_column(&mut self, column: &ColumnName, share: Option<f64>, spoken: bool) -> Parsed<Edit> {
        if let Some(source) = self.unassigned()? {
            return self.set_to(column, source, share);
        }
        if !spoken {
            let words = ["is", "are", "between", "at", "like", "by"];
            return Err(self.expected("`is`, `between`, `at least`, `at most`, `like` or `by`", &words));
        }
        if ["never", "not"].iter().any(|word| self.take(&[word, "null"])) {
            let ColumnName { table, column, .. } = column.clone();
            return match share {
                None => Ok(Edit::Nulls(NullShare { table, column, share: 0.0 })),
                Some(_) => Err(self.expected("the share that is null", &[])),
            };
        }
        if self.take(&["null"]) {
            return self.nulls_of(column, share);
        }
        if let Some(source) = self.values(Within::Wording)? {
            return self.set_to(column, source, share);
        }
        self.value_in_words(column, share)
    }

    /// A word that the column is known to hold.
    fn value_in_words(&mut self, column: &ColumnName, share: Option<f64>) -> Parsed<Edit> {
        let Some(&place) = column.places.first() else { return Err(self.not_understood()) };
        for count in (1..=MOST_WORDS).rev() {
            let value = self.words(count).and_then(|word| value_of(self.schema, place, &word));
            if let Some(value) = value {
                self.at += count;
                return self.set_to(column, Source::Value(Some(value)), share);
            }
        }
        let Some(word) = self.words(1) else {
            return Err(self.expected("a value, `null`, `between`, `at least` or `at most`", &[]));
        };
        let known = choices(self.schema, place).unwrap_or_default();
        let words = ["between", "at", "null", "like", "by", "true", "false"];
        let similar = nearest(&word, known.iter().map(String::as_str).chain(words));
        let of = format!("`{}`", shown(self.schema, place));
        Err(TextError::UnknownWord { span: self.place(), word, of, similar })
    }

    fn nulls_of(&mut self, column: &ColumnName, share: Option<f64>) -> Parsed<Edit> {
        match share {
            Some(share) if !self.is_at_selection() => {
                let ColumnName { table, column, .. } = column.clone();
                Ok(Edit::Nulls(NullShare { table, column, share }))
            }
            share => self.set_to(column, Source::Value(None), share),
        }
    }

    fn set_to(&mut self, column: &ColumnName, to: Source, share: Option<f64>) -> Parsed<Edit> {
        let place = self.place();
        let mut rows: Selection = self.selection(Within::Edit)?;
        if share.is_some() && (rows.share.is_some() || rows.count.is_some()) {
            self.errors.push(TextError::SaidTwice { span: place });
        }
        rows.share = share.or(rows.share);
        let ColumnName { table, column, .. } = column.clone();
        Ok(Edit::Set(SetColumn { table, column, to, rows }))
    }
}
