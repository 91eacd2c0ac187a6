//! Codes: a key in a form of fixed width, or whole.

use seedbed_sql_values::KeyPartRule;
use twox_hash::XxHash3_64;

/// Something that a set can hold.
pub(crate) trait Code: Ord + Clone {
    /// Spread over all 64 bits; the highest choose the partition.
    fn spread(&self) -> u64;
    /// Memory beyond the code itself, in bytes.
    fn heap(&self) -> usize {
        0
    }
    /// Appends the code to what is written to a file.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes one code off the front of what was written; `None` at its end.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

/// A key that is one integer, or one date as its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(pub(crate) i64);

/// A key of 128 bits: a UUID, or a pair of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Wide(pub(crate) u128);

/// A key as its canonical encoding, of any length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Whole(pub(crate) Box<[u8]>);

/// 64 bits that equal keys have in common, and different ones hardly ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(pub(crate) u64);

impl Code for Number {
    #[inline]
    fn spread(&self) -> u64 {
        (self.0 as u64).wrapping_mul(GOLDEN)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..8)?.try_into().ok().map(|bytes| Self(i64::from_le_bytes(bytes)))
    }
}

impl Code for Wide {
    #[inline]
    fn spread(&self) -> u64 {
        mixed(self.0 as u64 ^ mixed((self.0 >> 64) as u64))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..16)?.try_into().ok().map(|bytes| Self(u128::from_le_bytes(bytes)))
    }
}

impl Code for Fingerprint {
    #[inline]
    fn spread(&self) -> u64 {
        self.0
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..8)?.try_into().ok().map(|bytes| Self(u64::from_le_bytes(bytes)))
    }
}

impl Code for Whole {
    fn spread(&self) -> u64 {
        text_hash(&self.0)
    }

    fn heap(&self) -> usize {
        self.0.len() + 16
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&(self.0.len() as u64).to_le_bytes());
        out.extend_from_slice(&self.0);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let len = u64::from_le_bytes(from.split_off(..8)?.try_into().ok()?);
        Some(Self(from.split_off(..usize::try_from(len).ok()?)?.into()))
    }
}

/// 2^64 divided by the golden ratio, odd: Knuth's multiplier (The Art of Computer Programming, vol. 3, §6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads 64 bits over all others: the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
#[inline]
pub(crate) fn mixed(word: u64) -> u64 {
    let a = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let b = (a ^ (a >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    b ^ (b >> 31)
}

/// The hash of a string's bytes.
#[inline]
pub(crate) fn text_hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// What a number among a key's parts adds to the fingerprint.
#[inline]
pub(crate) fn number_part(number: i64) -> u64 {
    mixed((number as u64).wrapping_add(GOLDEN))
}

/// What a UUID among a key's parts adds to the fingerprint: the hash of its encoding.
#[inline]
pub(crate) fn uuid_part(uuid: u128) -> u64 {
    let mut encoded = [UUID_TAG; 17];
    encoded[1..].copy_from_slice(&uuid.to_le_bytes());
    text_hash(&encoded)
}

/// The fingerprint with one more part. The order of parts counts.
#[inline]
pub(crate) fn joined(so_far: u64, part: u64) -> u64 {
    mixed(so_far.wrapping_mul(GOLDEN) ^ part)
}

/// What the canonical encoding of one part, by [`push_key_part`](seedbed_sql_values::push_key_part), adds to the
/// fingerprint: for a number or text the same as the loops over columns add.
pub(crate) fn encoded_part(encoded: &[u8]) -> u64 {
    match encoded_number(encoded) {
        Some(number) => number_part(number),
        None => text_hash(encoded_text(encoded).unwrap_or(encoded)),
    }
}

/// The tags of the encoding that are read here.
const NUMBER_TAG: u8 = 2;
const TEXT_TAG: u8 = 4;
const DATE_TAG: u8 = 7;
const UUID_TAG: u8 = 11;

/// A part that is an integer of 64 bits.
pub(crate) fn encoded_number(encoded: &[u8]) -> Option<i64> {
    match encoded {
        [NUMBER_TAG, 0, digits @ ..] => i128::from_le_bytes(digits.try_into().ok()?).try_into().ok(),
        _ => None,
    }
}

/// A part that is a date, as its days.
pub(crate) fn encoded_date(encoded: &[u8]) -> Option<i64> {
    match encoded {
        [DATE_TAG, days @ ..] => Some(i32::from_le_bytes(days.try_into().ok()?).into()),
        _ => None,
    }
}

/// A part that is a UUID.
pub(crate) fn encoded_uuid(encoded: &[u8]) -> Option<u128> {
    match encoded {
        [UUID_TAG, uuid @ ..] => Some(u128::from_le_bytes(uuid.try_into().ok()?)),
        _ => None,
    }
}

/// The encoding of a part that is text, and folded already.
pub(crate) fn encoded_whole_text(text: &str) -> Box<[u8]> {
    let mut encoded = Vec::with_capacity(1 + size_of::<usize>() + text.len());
    encoded.push(TEXT_TAG);
    encoded.extend_from_slice(&text.len().to_le_bytes());
    encoded.extend_from_slice(text.as_bytes());
    encoded.into_boxed_slice()
}

/// The bytes of a part that is text.
fn encoded_text(encoded: &[u8]) -> Option<&[u8]> {
    match encoded {
        [TEXT_TAG, rest @ ..] => rest.get(size_of::<usize>()..),
        _ => None,
    }
}

/// The partition of a code, by the highest six bits of its spread.
#[inline]
pub(crate) fn partition_of(code: &impl Code) -> usize {
    (code.spread() >> 58) as usize
}

/// Whether a rule compares the whole of a value, and not its first characters.
pub(crate) fn is_whole(rule: &KeyPartRule<'_>) -> bool {
    rule.prefix_length.is_none()
}
