//! Literals of PostgreSQL's extensions and of its rarer types, each as its input function reads it.

use super::form::word;
use super::spatial::push_earth;
use seedbed_laws::{LawKey, below, mix};
use std::fmt::{self, Write as _};

/// The most numbers that pgvector lets a value have.
const MOST_DIMENSIONS: u32 = 16_000;
/// So many where the type doesn't say.
const USUAL_DIMENSIONS: u32 = 8;

/// A vector of pgvector: `[0.12,-0.9]`, of the sparse kind `{1:0.12,7:-0.9}/8`.
pub(super) fn push_vector(
    out: &mut String,
    name: &str,
    dimensions: Option<u32>,
    key: LawKey,
    ordinal: u64,
) -> fmt::Result {
    let dimensions = dimensions.unwrap_or(USUAL_DIMENSIONS).clamp(1, MOST_DIMENSIONS);
    let key = key.child(ordinal);
    if name == "sparsevec" {
        // One in eight is there, the first of each eight that a draw picks.
        out.push('{');
        for (i, eight) in (0..dimensions).step_by(8).enumerate() {
            let width = u64::from(8.min(dimensions - eight));
            let at = eight + 1 + below(mix(key, u64::from(eight) + 1), width) as u32;
            write!(out, "{}{at}:", if i > 0 { "," } else { "" })?;
            push_unit(out, mix(key, u64::from(at) << 20))?;
        }
        return write!(out, "}}/{dimensions}");
    }
    out.push('[');
    for i in 0..dimensions {
        out.push_str(if i > 0 { "," } else { "" });
        push_unit(out, mix(key, u64::from(i)))?;
    }
    out.write_str("]")
}

/// A number between -1 and 1 that is not 0.
fn push_unit(out: &mut String, noise: u64) -> fmt::Result {
    let magnitude = 1 + below(noise, 9_999);
    write!(out, "{}0.{magnitude:04}", if noise & 1 == 0 { "" } else { "-" })
}

/// A value of a type by its name; `None` if nothing is known of its form.
pub(super) fn push_extension(out: &mut String, name: &str, ordinal: u64, noise: u64) -> Option<fmt::Result> {
    let number = ordinal % 1_000_000;
    Some(match name {
        "cube" => {
            write!(out, "({}.{:02}, {}, {})", number, noise % 100, noise >> 8 & 1023, noise >> 20 & 1023)
        }
        "earth" => {
            push_earth(out, ordinal);
            Ok(())
        }
        "seg" => write!(out, "{number} .. {}", number + 1 + (noise & 63)),
        "ean13" | "isbn" | "isbn13" | "ismn" | "ismn13" | "issn" | "issn13" | "upc" => {
            push_article_number(out, name, ordinal);
            Ok(())
        }
        "lquery" => write!(out, "top.{}.*", word(noise)),
        "ltxtquery" => write!(out, "{} & {}", word(noise), word(noise >> 8)),
        "query_int" => write!(out, "{}&{}", number, noise & 1023),
        "box2d" => write!(out, "BOX({} {},{} {})", noise & 127, number, (noise & 127) + 2, number + 3),
        "box3d" => write!(out, "BOX3D({} {} 0,{} {} 10)", noise & 127, number, (noise & 127) + 2, number + 3),
        "jsonpath" => write!(out, "$.\"{}\"", word(noise)),
        "oidvector" | "int2vector" => write!(out, "{} {}", 1 + number % 30_000, 1 + (noise & 1023)),
        "refcursor" => write!(out, "{}_{number}", word(noise)),
        "aclitem" => out.write_str("=r/postgres"),
        _ => return None,
    })
}

/// How many ordinals of a type have values of their own.
pub(super) fn distinct(name: &str) -> Option<u64> {
    Some(match name {
        "cube" | "seg" | "query_int" | "refcursor" => 1_000_000,
        "ean13" | "isbn" | "isbn13" | "upc" => 1_000_000_000,
        "ismn" | "ismn13" => 100_000_000,
        "issn" | "issn13" => 10_000_000,
        _ => return None,
    })
}

/// A number of an article as extension `isn` reads it, its check digit behind: books 978, music 979-0, serials 977.
fn push_article_number(out: &mut String, name: &str, ordinal: u64) {
    let digits = match name {
        "isbn" | "isbn13" => format!("978{:09}", ordinal % 1_000_000_000),
        "ismn" | "ismn13" => format!("9790{:08}", ordinal % 100_000_000),
        "issn" | "issn13" => format!("977{:07}00", ordinal % 10_000_000),
        // The first digit of a number of the older, American kind is 0.
        "upc" => format!("0{:011}", ordinal % 1_000_000_000),
        _ => format!("40{:010}", ordinal % 1_000_000_000),
    };
    out.push_str(&digits);
    let _ = write!(out, "{}", check_digit(&digits));
}

/// The digit that makes the sum of the digits, every second one thrice, a multiple of ten (GS1 General Specifications, 7.9).
fn check_digit(digits: &str) -> u32 {
    let weighted = |(i, b): (usize, u8)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.bytes().enumerate().map(weighted).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_known_books() {
        assert_eq!(check_digit("978316148410"), 0);
        assert_eq!(check_digit("978030640615"), 7);
    }

    #[test]
    fn vectors_have_the_declared_length() {
        let mut dense = String::new();
        push_vector(&mut dense, "vector", Some(5), LawKey(7), 3).unwrap();
        assert_eq!(dense.split(',').count(), 5);
        let mut sparse = String::new();
        push_vector(&mut sparse, "sparsevec", Some(20), LawKey(7), 3).unwrap();
        assert!(sparse.ends_with("}/20") && sparse.split(',').count() == 3, "{sparse}");
    }
}
