//! What rows that the target holds already take of a column, for lists and laws to keep away from.

use super::table_context::TableContext;
use seedbed_constraints::{EffectiveKey, TakenValues};
use seedbed_datagen_core::{ColumnBuffer, ExistingTable, compared_text, taken_values};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_values::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is taken of a column.
pub(super) struct Taken<'a> {
    cx: TableContext<'a>,
    column: ColumnIdx,
    /// The values, as the column compares them, in order.
    texts: Cow<'a, [String]>,
    /// How long they are, in bytes: text of another length need not be compared.
    lengths: BTreeSet<usize>,
    /// Keys of the column alone that compare something else: a prefix, an expression.
    keys: Vec<(&'a EffectiveKey, TakenValues)>,
}

impl<'a> TableContext<'a> {
    /// What the target holds of a table, if it has rows.
    pub(super) fn existing(&self) -> Option<&'a ExistingTable> {
        self.planning.request.existing.tables.get(&self.id())
    }

    /// The values that the target's rows have in a column, as the column compares them, in order; `None` where not all of
    /// them are known.
    pub(super) fn taken_texts(&self, column: ColumnIdx) -> Option<Cow<'a, [String]>> {
        let Some(existing) = self.existing() else { return Some(Cow::Borrowed(&[])) };
        if let Some(taken) = existing.taken.get(&column) {
            return Some(Cow::Borrowed(taken));
        }
        let at = existing.known.columns.iter().position(|known| *known == column)?;
        let values = existing.known.rows.iter().filter_map(|row| row.get(at));
        let all = existing.known.rows.len() as u64 == existing.rows;
        all.then(|| Cow::Owned(taken_values(self.schema(), self.column(column), values)))
    }

    /// What the target's rows take of a column; `None` where not all of it is known.
    pub(super) fn taken(&self, column: ColumnIdx) -> Option<Taken<'a>> {
        let texts = self.taken_texts(column)?;
        let lengths = texts.iter().map(String::len).collect();
        Some(Taken { cx: *self, column, texts, lengths, keys: self.taken_otherwise(column) })
    }

    /// What rows that are known take of keys that read a column alone and not as it is.
    fn taken_otherwise(&self, column: ColumnIdx) -> Vec<(&'a EffectiveKey, TakenValues)> {
        let Some(existing) = self.existing() else { return Vec::new() };
        let otherwise = |key: &&'a EffectiveKey| {
            let is_prefixed = key.parts.iter().any(|part| part.prefix_length.is_some());
            key.columns == [column] && key.predicate.is_none() && (key.expressions || is_prefixed)
        };
        let taken = |key: &'a EffectiveKey| {
            let mut taken = TakenValues::default();
            taken.take_known(key, &existing.known, &self.expressions(), self.table());
            (key, taken)
        };
        self.constraints.keys.iter().filter(otherwise).map(taken).collect()
    }
}

impl Taken<'_> {
    /// How many values are taken.
    pub(super) fn len(&self) -> u64 {
        self.texts.len() as u64
    }

    /// Whether nothing more is taken once so many values are met.
    pub(super) fn is_met_by(&self, values: u64) -> bool {
        self.keys.is_empty() && values >= self.len()
    }

    /// Whether a cell of the column is taken.
    pub(super) fn holds(&self, cells: &ColumnBuffer, at: usize) -> bool {
        self.is_among_texts(cells, at)
            || self.keys.iter().any(|(key, taken)| self.collides(key, taken, cells, at))
    }

    fn is_among_texts(&self, cells: &ColumnBuffer, at: usize) -> bool {
        // Folding leaves the length of plain text as it is, but for spaces at its end.
        let is_of_other_length =
            |text: &str| text.is_ascii() && !text.ends_with(' ') && !self.lengths.contains(&text.len());
        if self.texts.is_empty() || cells.text(at).is_some_and(is_of_other_length) {
            return false;
        }
        let text = compared_text(self.cx.schema(), self.cx.column(self.column), &cells.value(at));
        self.texts.binary_search(&text).is_ok()
    }

    fn collides(&self, key: &EffectiveKey, taken: &TakenValues, cells: &ColumnBuffer, at: usize) -> bool {
        let table = self.cx.table();
        let mut row = vec![Value::Null; table.columns.len()];
        row[self.column] = cells.value(at);
        key.value_of(&row, &self.cx.expressions(), table).is_some_and(|value| taken.collides(&value))
    }
}
