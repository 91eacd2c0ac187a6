//! Text for columns that nothing is known of, when the catalog offers nothing: short pronounceable words.

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Piece, Sampler};
use seedbed_laws::{LawKey, mix};

const ONSETS: [&str; 16] = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "br", "st"];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "o"];
const CODAS: [&str; 8] = ["", "", "n", "r", "l", "s", "", "m"];

/// Each onset with each vowel and coda, the onset changing fastest.
static SYLLABLES: [Piece; 1 << 10] = {
    let mut syllables = [Piece::new("", "", ""); 1 << 10];
    let mut i = 0;
    while i < syllables.len() {
        syllables[i] = Piece::new(ONSETS[i & 15], VOWELS[i >> 4 & 7], CODAS[i >> 7]);
        i += 1;
    }
    syllables
};

/// `words` words of two or three syllables.
#[derive(Clone, Copy, Debug)]
pub struct Syllables {
    /// What the words are keyed by.
    pub key: LawKey,
    /// Words of each value; 0 counts as 1.
    pub words: u32,
}

impl Sampler for Syllables {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let keys: Vec<LawKey> = (0..self.words.max(1)).map(|word| self.key.child(word.into())).collect();
        Pen::write_cells(text_of(out), ordinals.iter(), |ordinal, pen| {
            for (word, key) in keys.iter().enumerate() {
                let mut bits = mix(*key, *ordinal);
                if word > 0 {
                    pen.push(' ');
                }
                for _ in 0..2 + bits % 2 {
                    bits >>= 1;
                    pen.push_piece(&SYLLABLES[(bits & 1023) as usize]);
                    bits >>= 10;
                }
            }
        });
    }
}
