//! The codes of one key, or of the references to one.

use super::code::{Fingerprint, Number, Whole, Wide};
use super::form::KeyForm;
use super::memory::Memory;
use super::number_set::NumberSet;
use super::reader::{AnyCode, ColumnPart, EncodedKey, join_part, numbers, pair, uuids, whole_texts};
use super::scattered::{Scattered, missing, repeated};
use crate::ValidateError;
use crate::row::{BatchRow, Columns};
use crate::summary::{SummaryReader, SummaryWriter};
use arrow_buffer::NullBuffer;
use seedbed_schema_model::Schema;

/// Codes of one form. Those of values that have none in it, such as text that SQLite keeps in an integer column, are
/// whole.
#[derive(Debug)]
pub(crate) struct KeySet {
    form: KeyForm,
    codes: Codes,
    misfits: Scattered<Whole>,
}

#[derive(Debug)]
enum Codes {
    Numbers(Box<NumberSet>),
    Wide(Scattered<Wide>),
    Fingerprints(Scattered<Fingerprint>),
    /// All are in `misfits`.
    Whole,
}

impl KeySet {
    /// An empty set; `unique` where equal keys are to be found.
    pub(crate) fn new(form: KeyForm, unique: bool) -> Self {
        let codes = match form {
            KeyForm::Number | KeyForm::Date => Codes::Numbers(Box::new(NumberSet::new(unique))),
            KeyForm::Pair | KeyForm::Uuid => Codes::Wide(Scattered::new(!unique)),
            KeyForm::Whole => Codes::Whole,
            KeyForm::Fingerprint => Codes::Fingerprints(Scattered::new(!unique)),
        };
        Self { form, codes, misfits: Scattered::new(!unique) }
    }

    /// Takes the keys of all rows of a batch that have no NULL in them.
    pub(crate) fn extend(
        &mut self,
        parts: &[ColumnPart<'_>],
        columns: &Columns<'_>,
        rows: usize,
        schema: &Schema,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        match (&mut self.codes, parts) {
            (Codes::Numbers(set), [part]) => {
                if let Some((cells, numbers)) = numbers(part, columns, self.form, schema) {
                    return set.extend(numbers, cells.nulls.as_ref(), memory);
                }
            }
            (Codes::Wide(set), [part]) => {
                if let Some((cells, uuids)) = uuids(part, columns, schema) {
                    let there = uuids.enumerate().filter(|(row, _)| !cells.is_null(*row));
                    return there.map(|(_, uuid)| Wide(uuid)).try_for_each(|code| set.push(code, memory));
                }
            }
            (Codes::Wide(set), [first, second]) => {
                let both = (
                    numbers(first, columns, KeyForm::Number, schema),
                    numbers(second, columns, KeyForm::Number, schema),
                );
                if let (Some((a, first)), Some((b, second))) = both {
                    let there = first.iter().zip(second).enumerate();
                    let there = there.filter(|(row, _)| !a.is_null(*row) && !b.is_null(*row));
                    return there.map(|(_, (x, y))| pair(*x, *y)).try_for_each(|code| set.push(code, memory));
                }
            }
            (Codes::Whole, [part]) => {
                if let Some(mut codes) = whole_texts(part, columns, schema) {
                    return codes.try_for_each(|code| self.misfits.push(code, memory));
                }
            }
            (Codes::Fingerprints(set), parts) => {
                let mut codes = vec![0; rows];
                parts.iter().for_each(|part| join_part(&mut codes, part, columns, schema));
                let nulls = key_nulls(parts, columns);
                return match nulls {
                    None if parts.iter().any(|p| columns[p.column].is_none()) => Ok(()),
                    None => codes.into_iter().try_for_each(|code| set.push(Fingerprint(code), memory)),
                    Some(nulls) => nulls
                        .valid_indices()
                        .filter_map(|row| codes.get(row))
                        .try_for_each(|code| set.push(Fingerprint(*code), memory)),
                };
            }
            _ => {}
        }
        let mut key = EncodedKey::default();
        for row in 0..rows {
            if key.encode(parts, &BatchRow { columns, row }, schema) {
                self.push(&key, memory)?;
            }
        }
        Ok(())
    }

    /// Takes the key of one row.
    pub(crate) fn push(&mut self, key: &EncodedKey, memory: &Memory) -> Result<(), ValidateError> {
        match (key.code(self.form), &mut self.codes) {
            (AnyCode::Number(number), Codes::Numbers(set)) => set.extend(&[number.0], None, memory),
            (AnyCode::Wide(code), Codes::Wide(set)) => set.push(code, memory),
            (AnyCode::Fingerprint(code), Codes::Fingerprints(set)) => set.push(code, memory),
            (AnyCode::Whole(code), _) => self.misfits.push(code, memory),
            // A code is of the set's own form.
            _ => Ok(()),
        }
    }

    /// Takes in what another thread found.
    pub(crate) fn merge(&mut self, other: Self, memory: &Memory) -> Result<(), ValidateError> {
        match (&mut self.codes, other.codes) {
            (Codes::Numbers(into), Codes::Numbers(from)) => into.merge(*from, memory)?,
            (Codes::Wide(into), Codes::Wide(from)) => into.merge(from, memory)?,
            (Codes::Fingerprints(into), Codes::Fingerprints(from)) => into.merge(from, memory)?,
            _ => {}
        }
        self.misfits.merge(other.misfits, memory)
    }

    /// Puts all codes in order. Nothing may be added afterwards.
    pub(crate) fn seal(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        self.misfits.seal();
        match &mut self.codes {
            Codes::Numbers(set) => set.seal(memory),
            Codes::Wide(set) => {
                set.seal();
                Ok(())
            }
            Codes::Fingerprints(set) => {
                set.seal();
                Ok(())
            }
            Codes::Whole => Ok(()),
        }
    }

    /// Writes a sealed set.
    pub(crate) fn write(&mut self, out: &mut SummaryWriter<'_>) -> Result<(), ValidateError> {
        match &mut self.codes {
            Codes::Numbers(set) => set.write(out)?,
            Codes::Wide(set) => out.codes(set)?,
            Codes::Fingerprints(set) => out.codes(set)?,
            Codes::Whole => {}
        }
        out.codes(&mut self.misfits)
    }

    /// Adds what was written of a set of the same form.
    pub(crate) fn read(
        &mut self,
        from: &mut SummaryReader<'_>,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        match &mut self.codes {
            Codes::Numbers(set) => set.read(from, memory)?,
            Codes::Wide(set) => from.codes(set, memory)?,
            Codes::Fingerprints(set) => from.codes(set, memory)?,
            Codes::Whole => {}
        }
        from.codes(&mut self.misfits, memory)
    }

    /// Each code that a sealed set was given more than once.
    pub(crate) fn repeated(
        &mut self,
        mut found: impl FnMut(AnyCode) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        match &mut self.codes {
            Codes::Numbers(set) => set.repeated(|code| found(AnyCode::Number(*code)))?,
            Codes::Wide(set) => repeated(set, |code| found(AnyCode::Wide(*code)))?,
            Codes::Fingerprints(set) => repeated(set, |code| found(AnyCode::Fingerprint(*code)))?,
            Codes::Whole => {}
        }
        repeated(&mut self.misfits, |code| found(AnyCode::Whole(code.clone())))
    }

    /// Each code of this sealed set that is not in another of the same form.
    pub(crate) fn missing(
        &mut self,
        among: &mut Self,
        memory: &Memory,
        mut found: impl FnMut(AnyCode) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        match (&mut self.codes, &mut among.codes) {
            (Codes::Numbers(of), Codes::Numbers(among)) => {
                of.missing(among, memory, |code: &Number| found(AnyCode::Number(*code)))?;
            }
            (Codes::Wide(of), Codes::Wide(among)) => missing(of, among, |code| found(AnyCode::Wide(*code)))?,
            (Codes::Fingerprints(of), Codes::Fingerprints(among)) => {
                missing(of, among, |code| found(AnyCode::Fingerprint(*code)))?;
            }
            _ => {}
        }
        missing(&mut self.misfits, &mut among.misfits, |code| found(AnyCode::Whole(code.clone())))
    }
}

/// Where any part of a key is NULL; `None` where none is.
pub(crate) fn key_nulls(parts: &[ColumnPart<'_>], columns: &Columns<'_>) -> Option<NullBuffer> {
    let cells = parts.iter().filter_map(|part| columns.get(part.column.position())?.as_ref());
    cells.fold(None, |nulls, cells| NullBuffer::union(nulls.as_ref(), cells.nulls.as_ref()))
}
