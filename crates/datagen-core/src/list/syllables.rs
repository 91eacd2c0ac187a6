//! Text for columns that nothing is known of, when the catalog offers nothing: short pronounceable words.

use super::text_of;
use crate::key::{Key, mix};
use crate::{Cardinality, ColumnBuffer, Sampler};

const ONSETS: [&str; 16] = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "br", "st"];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "o"];
const CODAS: [&str; 8] = ["", "", "n", "r", "l", "s", "", "m"];

/// `words` words of two or three syllables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syllables {
    pub(crate) key: Key,
    pub(crate) words: u32,
}

impl Sampler for Syllables {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            for word in 0..self.words.max(1) {
                let mut bits = mix(self.key.child(u64::from(word)), *ordinal);
                let cell = text.open_cell();
                if word > 0 {
                    cell.push(' ');
                }
                for _ in 0..2 + bits % 2 {
                    bits >>= 1;
                    cell.push_str(ONSETS[(bits & 15) as usize]);
                    cell.push_str(VOWELS[(bits >> 4 & 7) as usize]);
                    cell.push_str(CODAS[(bits >> 7 & 7) as usize]);
                    bits >>= 10;
                }
            }
            text.end_cell();
        }
    }
}
