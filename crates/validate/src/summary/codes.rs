//! Keys and references in a summary.

use super::{SummaryReader, SummaryWriter};
use crate::ValidateError;
use crate::key::code::Code;
use crate::key::key_set::KeySet;
use crate::key::memory::Memory;
use crate::key::scattered::Scattered;
use crate::key::window::Window;

impl SummaryWriter<'_> {
    /// A set, if any row has come to it.
    pub(crate) fn key_set(&mut self, set: Option<&mut KeySet>) -> Result<(), ValidateError> {
        self.optional(set, |writer, set| set.write(writer))
    }

    /// The codes of a sealed set, equal ones as often as they came.
    pub(crate) fn codes<C: Code>(&mut self, set: &mut Scattered<C>) -> Result<(), ValidateError> {
        let partitions = set.partitions();
        self.number(partitions as u64)?;
        let mut bytes = Vec::new();
        for number in 0..partitions {
            bytes.clear();
            set.partition(number)?.iter().for_each(|code| code.write(&mut bytes));
            self.bytes(&bytes)?;
        }
        Ok(())
    }

    /// Numbers as intervals.
    pub(crate) fn ranges(&mut self, ranges: &[std::ops::RangeInclusive<i64>]) -> Result<(), ValidateError> {
        self.number(ranges.len() as u64)?;
        ranges.iter().try_for_each(|range| {
            self.number(*range.start() as u64)?;
            self.number(*range.end() as u64)
        })
    }

    /// Numbers as bits, a chunk at a time.
    pub(crate) fn window(&mut self, window: &Window) -> Result<(), ValidateError> {
        self.number(window.filled_chunks().count() as u64)?;
        for (number, words) in window.filled_chunks() {
            self.number(number)?;
            words.iter().try_for_each(|word| self.number(*word))?;
        }
        Ok(())
    }
}

impl SummaryReader<'_> {
    /// Adds what [`SummaryWriter::key_set`] wrote to a set.
    pub(crate) fn key_set(
        &mut self,
        into: &mut Option<KeySet>,
        empty: impl FnOnce() -> KeySet,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        self.optional(|reader| into.get_or_insert_with(empty).read(reader, memory)).map(drop)
    }

    /// Adds what [`SummaryWriter::codes`] wrote.
    pub(crate) fn codes<C: Code>(
        &mut self,
        into: &mut Scattered<C>,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        for _ in 0..self.number()? {
            let bytes = self.bytes()?;
            let mut left = bytes.as_slice();
            while let Some(code) = C::read(&mut left) {
                into.push(code, memory)?;
            }
            if !left.is_empty() {
                return Err(ValidateError::OtherSummary);
            }
        }
        Ok(())
    }

    /// What [`SummaryWriter::ranges`] wrote.
    pub(crate) fn ranges(&mut self) -> Result<Vec<std::ops::RangeInclusive<i64>>, ValidateError> {
        let count = self.number()?;
        (0..count).map(|_| Ok(self.number()? as i64..=self.number()? as i64)).collect()
    }

    /// What [`SummaryWriter::window`] wrote.
    pub(crate) fn window(&mut self) -> Result<Window, ValidateError> {
        let mut window = Window::default();
        for _ in 0..self.number()? {
            let number = self.number()?;
            let words = (0..Window::WORDS).map(|_| self.number()).collect::<Result<Vec<_>, _>>()?;
            window.set_chunk(number, &words).ok_or(ValidateError::OtherSummary)?;
        }
        Ok(window)
    }
}
