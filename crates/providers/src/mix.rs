//! Turning an ordinal into independent choices, and digits into text.
//!
//! There are two ways to get several choices out of one ordinal. [`digit`] takes it apart in mixed radix: the digits
//! give the ordinal back, so no two ordinals show the same thing, but neighbours look alike. [`mix`] scrambles it under
//! a salt: neighbours look unrelated, and so do choices under different salts, but two ordinals may agree in all of
//! them. What must be distinct is made of digits, what should look random of mixed bits.
//!
//! A salt is a small number that stands where it is used; those of one entity differ. All arithmetic is on integers and
//! wraps as stated, so that values are the same on every machine.

use seedbed_datagen_core::Pen;

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over the ordinal and a salt: a bijection of the ordinal for
/// each salt, so that choices under different salts look unrelated.
#[inline]
pub(crate) fn mix(ordinal: u64, salt: u64) -> u64 {
    let mut z = ordinal.wrapping_add(salt.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Scales 64 uniform bits to `0..n` by multiplication (Lemire 2019, without the rejection: the bias is below 2^-40 for
/// the lengths used here). Zero for `n` zero.
#[inline]
pub(crate) fn below(bits: u64, n: u64) -> u64 {
    ((u128::from(bits) * u128::from(n)) >> 64) as u64
}

/// A choice among `n` things, as an index in `0..n`; 0 for `n` zero.
#[inline]
pub(crate) fn choose(ordinal: u64, salt: u64, n: usize) -> usize {
    below(mix(ordinal, salt), n as u64) as usize
}

/// Takes the lowest digit of a mixed-radix number off: returns it, in `0..radix`, and leaves the rest. Of 4821 in radix
/// 10 it returns 1 and leaves 482.
///
/// # Panics
/// If the radix is zero; every caller's is the length of a list that isn't empty.
#[inline]
pub(crate) fn digit(number: &mut u64, radix: usize) -> usize {
    let radix = radix as u64;
    let digit = *number % radix;
    *number /= radix;
    digit as usize
}

/// A choice among `n` things from the upper end of some random bits, which are left with the rest: the fraction that is
/// behind the point when they are scaled. Of 64 bits six choices among a thousand can be taken.
#[inline]
pub(crate) fn take(bits: &mut u64, n: usize) -> usize {
    let scaled = u128::from(*bits) * n as u128;
    *bits = scaled as u64;
    (scaled >> 64) as usize
}

/// A number that stands for a name: FNV-1a (Fowler, Noll, Vo; 64 bits) over its bytes in lower case, so that `Email`
/// and `email` are one. Not for keys: names may collide.
pub(crate) fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Appends a number in decimal, with leading zeros up to a width: 42 in width 4 is `0042`. A longer number is whole.
#[inline]
pub(crate) fn push_number(out: &mut Pen, number: u64, width: usize) {
    out.push_number(number, width);
}

/// Appends a number in base 36, with the digits `0-9a-z` and no leading zeros: 13 characters at most.
pub(crate) fn push_base36(out: &mut Pen, mut number: u64) {
    let mut digits = [b'0'; 13];
    let mut at = digits.len();
    while number > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize];
        number /= 36;
    }
    out.push_ascii(&digits[at..]);
}

/// Appends the lowest `digits` hexadecimal digits of the bits, lower case; 16 at most.
pub(crate) fn push_hex(out: &mut Pen, bits: u64, digits: u32) {
    let mut text = [0; 16];
    for (place, digit) in text.iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[((bits >> (4 * place)) & 15) as usize];
    }
    out.push_ascii(&text[text.len() - digits.min(16) as usize..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Pen)) -> String {
        let mut out = Pen::default();
        write(&mut out);
        out.into_string()
    }

    #[test]
    fn numbers_in_their_bases() {
        assert_eq!(text(|o| push_number(o, 0, 0)), "0");
        assert_eq!(text(|o| push_number(o, 42, 4)), "0042");
        assert_eq!(text(|o| push_number(o, u64::MAX, 0)), "18446744073709551615");
        assert_eq!(text(|o| push_base36(o, 35)), "z");
        assert_eq!(text(|o| push_base36(o, u64::MAX)), "3w5e11264sgsf");
        assert_eq!(text(|o| push_hex(o, 0xABC, 4)), "0abc");
    }

    #[test]
    fn scaling_stays_in_range() {
        assert_eq!(below(u64::MAX, 10), 9);
        assert_eq!(below(0, 10), 0);
        assert_eq!(below(u64::MAX, 0), 0);
    }
}
