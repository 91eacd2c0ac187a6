//! Keys of a batch's rows as codes, a column at a time.
//!
//! The canonical encoding of `sql-values`, in which keys are equal bytes exactly when the server holds them for equal, is
//! what every code stands for. Columns of common types are read in loops that add the same to a code as their encoding
//! would; all others are encoded row by row.

use super::code::{
    Fingerprint, Number, Whole, Wide, encoded_date, encoded_number, encoded_part, encoded_uuid,
    encoded_whole_text, is_whole, joined, number_part, text_hash, uuid_part,
};
use super::form::{KeyForm, is_integer, is_stored_as};
use crate::batch_column::{BatchColumn, Cells, LongKind, is_string};
use crate::row::{BatchRow, Columns};
use arrow_array::Array;
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType};
use seedbed_sql_semantics::Cell;
use seedbed_sql_values::affinity::Affinity;
use seedbed_sql_values::collation::Folding;
use seedbed_sql_values::{KeyPartRule, Typing, folding, push_key_part, representation, stored_value};
use std::borrow::Cow;

/// One part of a key that is a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnPart<'s> {
    /// The root's column.
    pub(crate) column: ColumnIdx,
    /// The column that stores the value before it is compared: a reference's own.
    pub(crate) stored_by: Option<&'s Column>,
    /// As what it is compared: the key's column.
    pub(crate) rule: KeyPartRule<'s>,
}

/// A key's code in any form, for what looks at single rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum AnyCode {
    Number(Number),
    Wide(Wide),
    Whole(Whole),
    Fingerprint(Fingerprint),
}

/// The canonical encoding of a key, part by part.
#[derive(Debug, Default)]
pub(crate) struct EncodedKey {
    /// The parts' encodings, one behind the other.
    pub(crate) bytes: Vec<u8>,
    /// Where each part ends.
    ends: Vec<usize>,
}

impl EncodedKey {
    /// Begins another key.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a part's value, NULL included.
    pub(crate) fn push(&mut self, value: &seedbed_sql_values::Value, rule: KeyPartRule<'_>, schema: &Schema) {
        push_key_part(&mut self.bytes, value, rule, schema);
        self.ends.push(self.bytes.len());
    }

    /// Encodes a key over columns; false, and nothing of use, where one of them is NULL.
    pub(crate) fn encode(
        &mut self,
        parts: &[ColumnPart<'_>],
        row: &BatchRow<'_, '_>,
        schema: &Schema,
    ) -> bool {
        self.clear();
        for part in parts {
            let value = row.cell(part.column);
            if value.is_null() {
                return false;
            }
            match part.stored_by {
                Some(column) => self.push(&stored_value(value, column, schema), part.rule, schema),
                None => self.push(&value, part.rule, schema),
            }
        }
        true
    }

    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.bytes.get(start..*end))
    }

    /// The code of the key in a form; a key that has none in it, such as text where numbers are expected, is whole.
    pub(crate) fn code(&self, form: KeyForm) -> AnyCode {
        let whole = || AnyCode::Whole(Whole(self.bytes.as_slice().into()));
        match form {
            KeyForm::Number => encoded_number(&self.bytes).map_or_else(whole, |n| AnyCode::Number(Number(n))),
            KeyForm::Date => encoded_date(&self.bytes).map_or_else(whole, |n| AnyCode::Number(Number(n))),
            KeyForm::Uuid => encoded_uuid(&self.bytes).map_or_else(whole, |n| AnyCode::Wide(Wide(n))),
            KeyForm::Pair => {
                let mut numbers = self.parts().map(encoded_number);
                match (numbers.next().flatten(), numbers.next().flatten()) {
                    (Some(first), Some(second)) => AnyCode::Wide(pair(first, second)),
                    _ => whole(),
                }
            }
            KeyForm::Whole => whole(),
            KeyForm::Fingerprint => {
                AnyCode::Fingerprint(Fingerprint(self.parts().map(encoded_part).fold(0, joined)))
            }
        }
    }
}

/// The code of two integers.
#[inline]
pub(crate) fn pair(first: i64, second: i64) -> Wide {
    Wide(u128::from(first as u64) << 64 | u128::from(second as u64))
}

/// A column's cells where they are the numbers of a key.
pub(crate) fn numbers<'b>(
    part: &ColumnPart<'_>,
    columns: &'b Columns<'_>,
    form: KeyForm,
    schema: &Schema,
) -> Option<(&'b BatchColumn<'b>, &'b [i64])> {
    let cells = columns.get(part.column.position())?.as_ref()?;
    let kept = |column: Option<&Column>| match form {
        KeyForm::Date => column.is_none_or(|c| is_stored_as(c, &SqlType::Date, schema)),
        _ => column.is_none_or(|c| is_integer(c, schema)),
    };
    let kind = if form == KeyForm::Date { LongKind::Date } else { LongKind::Integer };
    match &cells.cells {
        Cells::Long(found, numbers) if *found == kind && kept(part.stored_by) && kept(part.rule.column) => {
            Some((cells, numbers))
        }
        _ => None,
    }
}

/// A column's UUIDs where they are a key.
pub(crate) fn uuids<'b>(
    part: &ColumnPart<'_>,
    columns: &'b Columns<'_>,
    schema: &Schema,
) -> Option<(&'b BatchColumn<'b>, impl Iterator<Item = u128> + use<'b>)> {
    let cells = columns.get(part.column.position())?.as_ref()?;
    let kept = |column: Option<&Column>| column.is_none_or(|c| is_stored_as(c, &SqlType::Uuid, schema));
    match &cells.cells {
        Cells::Uuid(uuids) if kept(part.stored_by) && kept(part.rule.column) => {
            let bytes = uuids.value_data().chunks_exact(16);
            let start = uuids.offset();
            Some((cells, bytes.skip(start).map(|b| b.try_into().map_or(0, u128::from_be_bytes))))
        }
        _ => None,
    }
}

/// The whole codes of a key that is one text; nothing where it may be stored as something else.
pub(crate) fn whole_texts<'b>(
    part: &ColumnPart<'_>,
    columns: &'b Columns<'_>,
    schema: &Schema,
) -> Option<impl Iterator<Item = Whole> + use<'b>> {
    let fold = TextFold::of(part, schema)?;
    let cells = columns.get(part.column.position())?.as_ref()?;
    if !matches!(&cells.cells, Cells::Text(_) | Cells::Dictionary(..)) {
        return None;
    }
    let text = |row| match cells.cell(row) {
        Cell::Text(text) => Some(text),
        _ => None,
    };
    Some((0..cells.rows).filter_map(text).map(move |text| Whole(encoded_whole_text(&fold.key(text)))))
}

/// Adds a part to the fingerprints of all rows; what it adds where the column is NULL means nothing.
pub(crate) fn join_part(codes: &mut [u64], part: &ColumnPart<'_>, columns: &Columns<'_>, schema: &Schema) {
    let Some(cells) = columns.get(part.column.position()).and_then(Option::as_ref) else { return };
    if let Some((_, numbers)) = numbers(part, columns, KeyForm::Number, schema) {
        codes.iter_mut().zip(numbers).for_each(|(code, number)| *code = joined(*code, number_part(*number)));
        return;
    }
    if let Some((_, uuids)) = uuids(part, columns, schema) {
        codes.iter_mut().zip(uuids).for_each(|(code, uuid)| *code = joined(*code, uuid_part(uuid)));
        return;
    }
    if let Some(fold) = TextFold::of(part, schema) {
        match &cells.cells {
            Cells::Text(texts) => {
                let raw = cells.text_hashes().unwrap_or_default();
                for ((row, code), raw) in (0..texts.len()).zip(codes).zip(raw) {
                    // Under a NULL there may be anything, text among it.
                    *code = joined(*code, fold.hash(texts.value(row), || *raw));
                }
                return;
            }
            Cells::Dictionary(keys, entries) => {
                let hash = |at| fold.hash(entries.value(at), || text_hash(entries.value(at).as_bytes()));
                if entries.len() <= keys.len() {
                    let hashes: Vec<u64> = (0..entries.len()).map(hash).collect();
                    for (code, key) in codes.iter_mut().zip(keys) {
                        *code = joined(*code, hashes.get(*key as usize).copied().unwrap_or_default());
                    }
                } else {
                    for (code, key) in codes.iter_mut().zip(keys) {
                        let at = *key as usize;
                        *code = joined(*code, if at < entries.len() { hash(at) } else { 0 });
                    }
                }
                return;
            }
            _ => {}
        }
    }
    let mut bytes = Vec::new();
    for (row, code) in codes.iter_mut().enumerate() {
        bytes.clear();
        let value = cells.value(row);
        let value = match part.stored_by {
            Some(column) => stored_value(value, column, schema),
            None => value,
        };
        push_key_part(&mut bytes, &value, part.rule, schema);
        *code = joined(*code, encoded_part(&bytes));
    }
}

/// How the texts of a column become what a key compares.
struct TextFold {
    folding: Folding,
    /// `char(n)` loses the blanks behind when it is stored.
    trimmed: bool,
}

impl TextFold {
    /// `None` where a column's texts may be stored as something else.
    fn of(part: &ColumnPart<'_>, schema: &Schema) -> Option<Self> {
        let column = part.rule.column?;
        let is_text = |column: &Column| match representation(schema.dialect).storage.typing {
            Typing::Affinity => {
                Affinity::of_column(column) == Affinity::Text && is_string(schema.base_type(&column.ty))
            }
            Typing::Declared => is_string(schema.base_type(&column.ty)),
        };
        let is_char = |column: &Column| {
            matches!(schema.base_type(&column.ty), SqlType::Char { .. })
                && representation(schema.dialect).storage.typing == Typing::Declared
        };
        let all = [Some(column), part.stored_by];
        (is_whole(&part.rule) && all.iter().flatten().all(|c| is_text(c))).then(|| Self {
            folding: folding(part.rule.collation, schema.dialect, schema.base_type(&column.ty)),
            trimmed: all.iter().flatten().any(|c| is_char(c)),
        })
    }

    /// A text as the key compares it.
    fn key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.folding.fold(if self.trimmed { text.trim_end_matches(' ') } else { text })
    }

    /// The hash of a text as the key compares it; `raw` is that of the text as it is.
    #[inline]
    fn hash(&self, text: &str, raw: impl FnOnce() -> u64) -> u64 {
        match self.key(text) {
            Cow::Borrowed(same) if same.len() == text.len() => raw(),
            folded => text_hash(folded.as_bytes()),
        }
    }
}
