//! Strings and documents as JSON has them.

use serde::de::IgnoredAny;

/// Bytes that one byte of text may become, `\u0000`.
pub(super) const WIDEST_ESCAPE: usize = 6;

/// Whether a text stands in quotes as it is: without a branch a byte, so that a processor compares many at once.
#[inline]
pub(super) fn is_plain(text: &[u8]) -> bool {
    let (parts, rest) = text.as_chunks::<64>();
    !(parts.iter().any(|part| marked(part)) || marked(rest))
}

/// Whether a byte in a part of a text must be escaped. What is not ASCII never must.
#[inline]
fn marked(part: &[u8]) -> bool {
    let mut found = 0_u8;
    for byte in part {
        found |= u8::from(*byte < b' ') | u8::from(*byte == b'"') | u8::from(*byte == b'\\');
    }
    found != 0
}

/// Appends a text as a JSON string.
pub(super) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !(byte < b' ' || byte == b'"' || byte == b'\\') {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[start..at]);
        let (escape, len) = escape(byte);
        out.extend_from_slice(&escape[..len]);
        start = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[start..]);
    out.push(b'"');
}

/// Writes a text as a JSON string to the start of a slice, which has [`WIDEST_ESCAPE`] bytes for each of the text's and
/// two more, and returns how long it is.
pub(super) fn put_string(out: &mut [u8], text: &str) -> usize {
    out[0] = b'"';
    let mut len = 1;
    for byte in text.bytes() {
        if byte < b' ' || byte == b'"' || byte == b'\\' {
            let (escape, escaped) = escape(byte);
            out[len..len + WIDEST_ESCAPE].copy_from_slice(&escape);
            len += escaped;
        } else {
            out[len] = byte;
            len += 1;
        }
    }
    out[len] = b'"';
    len + 1
}

/// The escape of a byte that must not stand in a string as it is, and how many bytes of it count.
fn escape(byte: u8) -> ([u8; WIDEST_ESCAPE], usize) {
    let short = |letter: u8| ([b'\\', letter, 0, 0, 0, 0], 2);
    let hex = b"0123456789abcdef";
    match byte {
        b'"' | b'\\' => short(byte),
        b'\n' => short(b'n'),
        b'\r' => short(b'r'),
        b'\t' => short(b't'),
        0x08 => short(b'b'),
        0x0c => short(b'f'),
        _ => {
            let (high, low) = (hex[usize::from(byte >> 4)], hex[usize::from(byte & 15)]);
            ([b'\\', b'u', b'0', b'0', high, low], WIDEST_ESCAPE)
        }
    }
}

/// Whether a text is one JSON document, and nothing but that.
pub(super) fn is_document(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Appends the document that a text is, or the text as a string if it is none.
pub(super) fn push_document(out: &mut Vec<u8>, text: &str) {
    if !is_document(text) {
        return push_string(out, text);
    }
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    join_lines(&mut out[start..]);
}

/// Writes what [`push_document`] appends to the start of a slice that has room for the text as a string.
pub(super) fn put_document(out: &mut [u8], text: &str) -> usize {
    if !is_document(text) {
        return put_string(out, text);
    }
    let out = &mut out[..text.len()];
    out.copy_from_slice(text.as_bytes());
    join_lines(out);
    text.len()
}

/// Line breaks of a document are white space between its parts, as none stands in its strings; a row is one line.
fn join_lines(document: &mut [u8]) {
    for byte in document {
        if matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}
