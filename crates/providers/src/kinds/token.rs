//! Hashes, tokens and other opaque strings.
//!
//! | provider | values |
//! |---|---|
//! | `token.hex` | 64, 40 or 32 hexadecimal digits, whichever fits; 16, 8 or 4 in less room |
//! | `token.sha256`, `token.sha1`, `token.md5` | 64, 40 and 32 digits, or as many as fit |
//! | `token.password_hash` | `$2b$12$` and 53 characters, the form of bcrypt; digits in fewer than 60 characters |
//! | `token.uuid` | `0d1c7a2e-93b4-4f60-8a5d-5e2b9c714f03`, version 4; 32 digits in fewer than 36 characters |
//! | `token.base64` | 22 characters and `==` |
//!
//! Nothing is hashed or encrypted: the characters are mixed bits of the ordinal, made from no text or password. They
//! must not serve as secrets either, since whoever has the seed has them all. Those of 16 digits or more, UUIDs and
//! Base64 are injective over all 64-bit ordinals.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::mix::{mix, push_hex};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Sampler};
use seedbed_schema_model::SqlType;
use std::sync::Arc;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("token.hex", hex),
    Builtin::alone("token.sha256", |r| digest(r, 64)),
    Builtin::alone("token.sha1", |r| digest(r, 40)),
    Builtin::alone("token.md5", |r| digest(r, 32)),
    Builtin::alone("token.password_hash", password_hash),
    Builtin::alone("token.uuid", uuid),
    Builtin::alone("token.base64", |r| Composed::injective(push_base64).for_text(r)),
];

/// As many digits as the longest digest that fits has: of SHA-256, SHA-1 or MD5.
fn hex(request: &BindRequest<'_>) -> BindResult {
    let digits = match request.max_chars() {
        64.. => 64,
        40..64 => 40,
        32..40 => 32,
        other => other,
    };
    digest(request, digits)
}

/// A digest of so many hexadecimal digits, or of the next shorter length that the column has room for.
fn digest(request: &BindRequest<'_>, digits: u32) -> BindResult {
    let (chars, write): (u32, Write) = match digits.min(request.max_chars()) {
        64.. => (64, |o, out| push_digest(out, o, 64)),
        40..64 => (40, |o, out| push_digest(out, o, 40)),
        32..40 => (32, |o, out| push_digest(out, o, 32)),
        16..32 => (16, |o, out| push_digest(out, o, 16)),
        8..16 => (8, |o, out| push_hex(out, o, 8)),
        _ => (4, |o, out| push_hex(out, o, 4)),
    };
    let list = match chars {
        8 => Composed::exactly(1 << 32, write),
        4 => Composed::exactly(1 << 16, write),
        _ => Composed::injective(write),
    };
    list.of_chars(chars..=chars).for_text(request)
}

/// The first sixteen digits are a bijection of the ordinal, so no two texts are equal.
fn push_digest(out: &mut Pen, ordinal: u64, digits: u32) {
    for block in 0..digits.div_ceil(16) {
        push_hex(out, mix(ordinal, 100 + u64::from(block)), (digits - 16 * block).min(16));
    }
}

/// The form of bcrypt, with 53 characters of its alphabet: no password has this hash.
fn password_hash(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 60 {
        return hex(request);
    }
    let write: Write = |o, out| {
        out.push_str("$2b$12$");
        for block in 0..6 {
            let bits = mix(o, 110 + block);
            let places = if block < 5 { 10 } else { 3 };
            for place in 0..places {
                out.push(char::from(BCRYPT[((bits >> (6 * place)) & 63) as usize]));
            }
        }
    };
    Composed::repeating(write).of_chars(60..=60).for_text(request)
}

/// The alphabet of bcrypt's own Base64.
const BCRYPT: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Sixteen digits that hold the ordinal in lower case, so that folding case merges nothing, then padding.
fn push_base64(ordinal: u64, out: &mut Pen) {
    push_hex(out, mix(ordinal, 120), 16);
    let bits = mix(ordinal, 121);
    for place in 0..6 {
        out.push(char::from(BCRYPT[2 + ((bits >> (6 * place)) % 62) as usize]));
    }
    out.push_str("==");
}

/// UUIDs in their own type, as text of 36 characters, or as bare digits in shorter text.
fn uuid(request: &BindRequest<'_>) -> BindResult {
    if *request.ty() == SqlType::Uuid {
        return Ok(Arc::new(Uuids));
    }
    if request.max_chars() < 36 {
        return digest(request, 32);
    }
    Composed::injective(|o, out| {
        let bytes = uuid_of(o);
        for (i, byte) in bytes.into_iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            push_hex(out, byte.into(), 2);
        }
    })
    .of_chars(36..=36)
    .for_text(request)
}

/// UUIDs of version 4 (RFC 9562).
#[derive(Clone, Copy, Debug)]
struct Uuids;

impl Sampler for Uuids {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Uuid(cells) = out else { unreachable!("bound to UUIDs") };
        cells.extend(ordinals.iter().map(|&o| uuid_of(o)));
    }
}

/// 122 bits of which 64 are a bijection of the ordinal: 48 before the version, and the 16 that the version and the
/// variant would cover moved behind them.
fn uuid_of(ordinal: u64) -> [u8; 16] {
    let (key, fill) = (mix(ordinal, 130), mix(ordinal, 131));
    let high = (key & !0xFFFF) | 0x4000 | (fill & 0x0FFF);
    let low = (0b10 << 62) | ((key & 0xFFFF) << 44) | ((fill >> 12) & 0x0FFF_FFFF_FFFF);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    bytes
}
