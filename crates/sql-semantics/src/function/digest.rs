//! Digests and checksums.
//!
//! PostgreSQL's manual, §9.5 and §F.28 (pgcrypto); MySQL's, §12.13. PostgreSQL answers bytes but for `md5`, MySQL
//! hex digits.

use super::encoding::{binary, bytes_of, hex_digits};
use super::text::integer;
use super::{BuiltinFunction, strict};
use crate::{Context, EvaluateError, cast};
use md5::{Digest, Md5};
use seedbed_sql_values::Value;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

/// What SQLite lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_MYSQL: &[BuiltinFunction] = &[
    strict("md5", (1, 1), |a, cx| Ok(Value::Text(hex_digits(&Md5::digest(bytes_of(&a[0], cx)))))),
];

/// PostgreSQL's own, those of pgcrypto among them.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("sha224", (1, 1), |a, cx| Ok(Value::Bytes(Sha224::digest(binary(&a[0], cx)?).to_vec()))),
    strict("sha256", (1, 1), |a, cx| Ok(Value::Bytes(Sha256::digest(binary(&a[0], cx)?).to_vec()))),
    strict("sha384", (1, 1), |a, cx| Ok(Value::Bytes(Sha384::digest(binary(&a[0], cx)?).to_vec()))),
    strict("sha512", (1, 1), |a, cx| Ok(Value::Bytes(Sha512::digest(binary(&a[0], cx)?).to_vec()))),
    strict("digest", (2, 2), digest),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("sha",   (1, 1), |a, cx| Ok(Value::Text(hex_digits(&Sha1::digest(bytes_of(&a[0], cx)))))),
    strict("sha1",  (1, 1), |a, cx| Ok(Value::Text(hex_digits(&Sha1::digest(bytes_of(&a[0], cx)))))),
    strict("sha2",  (2, 2), sha2),
    strict("crc32", (1, 1), |a, cx| Ok(Value::Integer(crc32(&bytes_of(&a[0], cx)).into()))),
];

/// The SHA-2 digest of so many bits, of 256 for 0; NULL where there is none of that length.
fn sha2(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let bytes = bytes_of(&args[0], cx);
    Ok(Value::Text(match integer(&args[1], "sha2")? {
        224 => hex_digits(&Sha224::digest(bytes)),
        0 | 256 => hex_digits(&Sha256::digest(bytes)),
        384 => hex_digits(&Sha384::digest(bytes)),
        512 => hex_digits(&Sha512::digest(bytes)),
        _ => return Ok(Value::Null),
    }))
}

/// pgcrypto's digest by the name of its algorithm.
fn digest(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (bytes, name) = (bytes_of(&args[0], cx), cast::as_text(&args[1], cx));
    Ok(Value::Bytes(match name.to_ascii_lowercase().as_str() {
        "md5" => Md5::digest(bytes).to_vec(),
        "sha1" => Sha1::digest(bytes).to_vec(),
        "sha224" => Sha224::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha384" => Sha384::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        _ => return Err(EvaluateError::unsupported(format!("the digest `{name}`"))),
    }))
}

/// The cyclic redundancy check of ISO 3309, as zlib has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(hex_digits(&Sha1::digest(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
