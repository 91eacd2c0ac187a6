//! Binary strings, bit strings and UUIDs.

/// The text's own bytes: what a string constant is to a binary column of MySQL and SQLite.
pub(crate) fn own_bytes(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

/// PostgreSQL's hex and escape formats of `bytea` (manual, §8.4): `\x00ff`, and text in which `\\` is a backslash and
/// `\001` a byte in octal.
pub(crate) fn escaped_bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(hex) = text.strip_prefix("\\x") {
        return parse_hex(hex);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'\\', [b'\\', after @ ..]) => {
                out.push(b'\\');
                after
            }
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                out.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                after
            }
            (b'\\', _) => return None,
            (byte, after) => {
                out.push(*byte);
                after
            }
        };
    }
    Some(out)
}

/// Hex digits in pairs, blanks between them or not.
fn parse_hex(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| char::from(b).to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}

/// The 32 hex digits of a UUID in any grouping by hyphens, braces around them or not.
pub(super) fn uuid(text: &str) -> Option<u128> {
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let digits: String = inner.chars().filter(|c| *c != '-').collect();
    let whole = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// A bit string: `0101`, or with PostgreSQL's leading `b`, or hex digits behind an `x`.
pub(super) fn bits(text: &str) -> Option<String> {
    if let Some(hex) = text.strip_prefix(['x', 'X']) {
        return hex.chars().map(|c| c.to_digit(16).map(|d| format!("{d:04b}"))).collect();
    }
    let bits = text.strip_prefix(['b', 'B']).unwrap_or(text);
    bits.bytes().all(|b| matches!(b, b'0' | b'1')).then(|| bits.to_owned())
}
