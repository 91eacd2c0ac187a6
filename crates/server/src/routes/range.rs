//! Which bytes of a file are asked for.

use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderName};
use std::ops::Range;

/// Which bytes of a file are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// None: the client has the file.
    NotModified,
    /// All of them.
    Whole,
    /// Some.
    Part(Range<u64>),
    /// Some that there are not.
    Unsatisfiable,
}

/// What headers ask of a file of a length and a strong entity tag.
pub(super) fn asked(headers: &HeaderMap, length: u64, tag: &str) -> Asked {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(IF_NONE_MATCH).is_some_and(|tags| matches(tags, tag)) {
        return Asked::NotModified;
    }
    // A part of another file is of no use to who has a part of this one: a tag that is weak, or a date, may stand for both.
    if text(IF_RANGE).is_some_and(|expected| expected.trim() != tag) {
        return Asked::Whole;
    }
    text(RANGE).and_then(|range| byte_range(range, length)).unwrap_or(Asked::Whole)
}

/// `If-None-Match` compares weakly: `W/` makes no difference.
fn matches(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// One range of bytes. What is no range, and what is several, is passed over, and the whole file is the answer (RFC 9110, 14.2).
fn byte_range(text: &str, length: u64) -> Option<Asked> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || !is_number(first) || !is_number(last) {
        return None;
    }
    let range = match (first, last) {
        ("", "") => return None,
        ("", last) => length.saturating_sub(number(last))..length,
        (first, "") => number(first)..length,
        (first, last) if number(first) > number(last) => return None,
        (first, last) => number(first)..number(last).saturating_add(1).min(length),
    };
    Some(if range.start < range.end { Asked::Part(range) } else { Asked::Unsatisfiable })
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits; more than fit are as many as there can be.
fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, text.parse().expect("a header's value"));
        asked(&headers, 100, "\"a\"")
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        for (text, part) in [
            ("bytes=0-9", 0..10),
            ("bytes=90-", 90..100),
            ("bytes=-5", 95..100),
            ("bytes=-500", 0..100),
            ("BYTES=50-99999999999999999999999", 50..100),
        ] {
            assert_eq!(range(text), Asked::Part(part), "{text}");
        }
        for text in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(range(text), Asked::Unsatisfiable, "{text}");
        }
        for text in [
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=9-0",
            "bytes=a-b",
            "rows=0-1",
            "bytes=0-1,5-6",
            "bytes=0--1",
        ] {
            assert_eq!(range(text), Asked::Whole, "{text}");
        }
    }

    #[test]
    fn tags_decide_first() {
        let with = |name: HeaderName, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, "bytes=0-9".parse().expect("a header's value"));
            headers.insert(name, value.parse().expect("a header's value"));
            asked(&headers, 100, "\"a\"")
        };
        for tags in ["\"a\"", "\"b\", W/\"a\"", "*"] {
            assert_eq!(with(IF_NONE_MATCH, tags), Asked::NotModified, "{tags}");
        }
        assert_eq!(with(IF_NONE_MATCH, "\"b\""), Asked::Part(0..10));
        assert_eq!(with(IF_RANGE, "\"a\""), Asked::Part(0..10));
        for tag in ["\"b\"", "W/\"a\"", "Sun, 29 Nov 2026 16:00:00 GMT"] {
            assert_eq!(with(IF_RANGE, tag), Asked::Whole, "{tag}");
        }
    }
}
