//! Text of few different values, as places in a list.

use super::text::strings;
use crate::csv_cells::Cells;
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray, UInt32Array};
use arrow_buffer::ScalarBuffer;
use std::sync::Arc;

/// Different texts at most: beyond them a list is of no use to who looks at its entries once.
const MOST: usize = 128;
/// Places of the table, a power of two with room to spare.
const SLOTS: usize = 512;
/// Longer texts are in no list.
const LONGEST: usize = 64;

/// The texts of a column while they are few. The same list is handed out again and again, so that what is known of an entry
/// stays known.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// Whether there were too many.
    given_up: bool,
    entries: Vec<String>,
    /// By hash, the place of an entry in the list plus one; 0 where there is none.
    slots: Vec<u16>,
    /// The list as it was handed out.
    list: Option<Arc<StringArray>>,
}

impl Dictionary {
    /// Cells as places in the list, or as strings where they are too many.
    pub(super) fn read(&mut self, cells: &Cells<'_>) -> ArrayRef {
        match self.picks(cells) {
            Some(picks) => picks,
            None => {
                *self = Self { given_up: true, ..Self::default() };
                Arc::new(strings(cells))
            }
        }
    }

    fn picks(&mut self, cells: &Cells<'_>) -> Option<ArrayRef> {
        if self.given_up {
            return None;
        }
        self.slots.resize(SLOTS, 0);
        let known = self.entries.len();
        let mut picks: Vec<u32> = Vec::with_capacity(cells.rows());
        for cell in cells.iter() {
            picks.push(match cell.bytes() {
                None => 0,
                Some(_) if cell.is_escaped() => self.place(cell.text().unwrap_or_default().as_bytes())?,
                Some(bytes) => self.place(bytes)?,
            });
        }
        if self.list.is_none() || known < self.entries.len() {
            // A list without entries would leave NULLs nothing to point at.
            let none = self.entries.is_empty().then_some("");
            let all = self.entries.iter().map(String::as_str).chain(none);
            self.list = Some(Arc::new(StringArray::from_iter_values(all)));
        }
        let list = Arc::clone(self.list.as_ref()?);
        let picks = UInt32Array::new(ScalarBuffer::from(picks), cells.nulls());
        Some(Arc::new(DictionaryArray::<UInt32Type>::try_new(picks, list).ok()?))
    }

    /// The place of a text, which is added if it is new. `None` where it would be too much.
    #[inline]
    fn place(&mut self, text: &[u8]) -> Option<u32> {
        let mut slot = hash(text);
        loop {
            slot %= SLOTS;
            match self.slots.get(slot).map(|place| usize::from(*place)) {
                Some(place @ 1..) => {
                    if self.entries.get(place - 1).is_some_and(|known| known.as_bytes() == text) {
                        return Some(place as u32 - 1);
                    }
                }
                _ => return self.add(text, slot),
            }
            slot += 1;
        }
    }

    #[cold]
    fn add(&mut self, text: &[u8], slot: usize) -> Option<u32> {
        let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= LONGEST)?;
        (self.entries.len() < MOST).then_some(())?;
        self.entries.push(text.to_owned());
        *self.slots.get_mut(slot)? = self.entries.len() as u16;
        Some(self.entries.len() as u32 - 1)
    }
}

/// A hash of a short text, by its length and its first and last eight bytes.
#[inline]
fn hash(text: &[u8]) -> usize {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (text.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0),
    };
    // 2^64 / golden ratio, made odd (Knuth, TAOCP vol. 3, §6.4).
    let mixed = (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) as usize
}

#[cfg(test)]
mod tests {
    use super::super::tests::column;
    use super::*;
    use arrow_array::cast::AsArray;
    use arrow_schema::DataType;
    use seedbed_schema_model::{Dialect, SqlType};

    #[test]
    fn the_same_list_comes_again_until_texts_are_too_many() {
        let schema = seedbed_schema_model::Schema::new(Dialect::Postgres);
        let mut reader = super::super::ColumnReader::new(&SqlType::TEXT, &schema);
        let first = column(&mut reader, "a\nb\n\n\"\"\na\n");
        let second = column(&mut reader, "b\nb\n");
        let lists = [&first, &second]
            .map(|a| a.as_dictionary::<UInt32Type>().values().to_data().buffers()[1].as_ptr());
        assert_eq!(lists[0], lists[1], "a list that has not grown is the same memory");
        let many: String = (0..MOST).map(|n| format!("{n}\n")).collect();
        assert_eq!(column(&mut reader, &many).data_type(), &DataType::Utf8);
        assert_eq!(column(&mut reader, "a\n").data_type(), &DataType::Utf8, "it does not try again");
    }

    #[test]
    fn texts_that_share_a_hash_are_apart() {
        let mut dictionary = Dictionary { slots: vec![0; SLOTS], ..Dictionary::default() };
        let texts = ["", "\0", "\0\0", "abcdefghXijklmnop", "abcdefghYijklmnop", "ab", "ba"];
        let places: Vec<_> = texts.iter().map(|text| dictionary.place(text.as_bytes())).collect();
        assert_eq!(places, (0..texts.len() as u32).map(Some).collect::<Vec<_>>());
        assert_eq!(dictionary.place(b"ab"), Some(5));
        assert_eq!(dictionary.place(&[b'x'; LONGEST + 1]), None);
    }
}
