//! UUIDs and binary strings that carry their ordinal.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, mix};

/// Version 4 UUIDs (RFC 9562). 60 bits of the mixed ordinal stand in the upper half and 4 in the lower, so that every
/// 64-bit ordinal has a UUID of its own.
#[derive(Clone, Copy, Debug)]
pub struct UuidList {
    /// What ordinals are mixed by.
    pub key: LawKey,
}

impl UuidList {
    fn at(self, ordinal: u64) -> u128 {
        let mixed = mix(self.key, ordinal);
        let noise = mix(self.key.child(1), ordinal);
        // Upper half: 48 bits, the version nibble, 12 bits. Lower half: the variant's two bits, then 62.
        let high = ((mixed >> 16) << 16) | 0x4000 | ((mixed >> 4) & 0x0fff);
        let low = (1 << 63) | ((mixed & 0xf) << 58) | (noise >> 6);
        (u128::from(high) << 64) | u128::from(low)
    }
}

impl Sampler for UuidList {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        match out {
            ColumnBuffer::Uuid(v) => v.extend(ordinals.iter().map(|o| self.at(*o).to_be_bytes())),
            ColumnBuffer::Text(text) => {
                for ordinal in ordinals {
                    push_hyphenated(text.open_cell(), self.at(*ordinal));
                    text.end_cell();
                }
            }
            other => unreachable!("UUIDs were bound to a column of {} cells", other.len()),
        }
    }
}

fn push_hyphenated(out: &mut String, uuid: u128) {
    for i in 0..32 {
        if matches!(i, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        let nibble = (uuid >> (124 - 4 * i)) & 0xf;
        out.push(char::from_digit(nibble as u32, 16).unwrap_or('0'));
    }
}

/// Binary strings of a fixed length: the ordinal's bytes, then noise.
#[derive(Clone, Copy, Debug)]
pub struct BinaryList {
    /// What the noise is keyed by.
    pub key: LawKey,
    /// Bytes of each value, at least 1.
    pub len: u32,
}

impl Sampler for BinaryList {
    fn cardinality(&self) -> Cardinality {
        match self.len {
            0..8 => Cardinality::Exact(1 << (8 * self.len)),
            _ => Cardinality::Huge,
        }
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Bytes { data, ends } = out else {
            unreachable!("binary strings were bound to a column of {} cells", out.len());
        };
        for ordinal in ordinals {
            for at in 0..self.len {
                let word = if at < 8 { *ordinal } else { mix(self.key.child(u64::from(at / 8)), *ordinal) };
                data.push(word.to_le_bytes()[(at % 8) as usize]);
            }
            ends.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn uuids_have_version_and_variant_and_are_distinct() {
        let list = UuidList { key: LawKey(7) };
        let mut out = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
        list.write(&(0..1000).collect::<Vec<_>>(), &mut out);
        let ColumnBuffer::Text(text) = out else { unreachable!("text went in") };
        let all: BTreeSet<&str> = (0..1000).map(|i| text.get(i)).collect();
        assert_eq!(all.len(), 1000);
        for uuid in all {
            assert_eq!(&uuid[14..15], "4", "{uuid}");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }
}
