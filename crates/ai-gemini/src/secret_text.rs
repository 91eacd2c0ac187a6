//! Text of strangers on its way to people: short, without control characters, and without the key.

use secrecy::{ExposeSecret, SecretString};

/// Characters of a message at most.
const LONGEST: usize = 200;
/// What stands in the place of the key.
const SHOWN: &str = "[key]";

/// The key, and the texts in which it could come back.
#[derive(Clone, Debug)]
pub(crate) struct Redaction {
    key: SecretString,
}

impl Redaction {
    pub(crate) fn new(key: SecretString) -> Self {
        Self { key }
    }

    /// The text without the key, also where it is written with escapes of JSON: whoever reads the JSON would have it back.
    pub(crate) fn apply(&self, text: &str) -> String {
        let key = self.key.expose_secret();
        let plain = text.replace(key, SHOWN);
        if plain.contains('\\') { without_escaped(&plain, key) } else { plain }
    }

    /// As much of it as a message needs. What is between two words becomes a blank, so it is looked for again.
    pub(crate) fn message(&self, text: &str) -> String {
        self.apply(&clip(&self.apply(text)))
    }
}

/// The text without what JSON would read as the key. No escape is torn apart.
fn without_escaped(text: &str, key: &str) -> String {
    let mut without = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = behind_key(rest, key) {
            without.push_str(SHOWN);
            rest = behind;
            continue;
        }
        // A backslash and what it stands before belong together.
        let escaped = rest[first.len_utf8()..].chars().next().filter(|_| first == '\\');
        let (one, behind) = rest.split_at(first.len_utf8() + escaped.map_or(0, char::len_utf8));
        without.push_str(one);
        rest = behind;
    }
    without
}

/// What stands behind the key, if the text begins with it, each character written as it is or as an escape.
fn behind_key<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    if key.is_empty() {
        return None;
    }
    key.chars().try_fold(text, |rest, wanted| {
        unescaped(rest)
            .filter(|(c, _)| *c == wanted)
            .map(|(_, behind)| behind)
            .or_else(|| rest.strip_prefix(wanted))
    })
}

/// The character of an escape of JSON, and what stands behind it. Keys have none of those that are left out.
fn unescaped(text: &str) -> Option<(char, &str)> {
    let escape = text.strip_prefix('\\')?;
    match escape.chars().next()? {
        'u' => {
            let code = escape.get(1..5).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
            Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, &escape[5..]))
        }
        c @ ('"' | '\\' | '/') => Some((c, &escape[1..])),
        _ => None,
    }
}

/// The beginning of a text in one line.
pub(crate) fn clip(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().nth(LONGEST).is_some() {
            let mut short: String = line.chars().take(LONGEST - 1).collect();
            short.push('…');
            return short;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_json_hide_no_key() {
        let redaction = Redaction::new(SecretString::from(r"AI/za".to_owned()));
        assert_eq!(redaction.apply(r#"{"a\n": "\u0041I\/z\u0061\u00e9"}"#), r#"{"a\n": "[key]\u00e9"}"#);
        assert_eq!(redaction.apply(r"\u004"), r"\u004", "no escape, and no panic");
        assert_eq!(redaction.apply("\\ué\\"), "\\ué\\");
        let harmless = r"\\u0041I/za";
        assert_eq!(redaction.apply(harmless), harmless, "JSON reads a backslash there, and no key");
    }

    #[test]
    fn messages_are_short_plain_and_without_the_key() {
        let redaction = Redaction::new(SecretString::from("AIza-secret".to_owned()));
        assert_eq!(redaction.message("key\u{0}AIza-secret\r\nis  bad\u{7f}"), "key [key] is bad");
        let long = redaction.message(&"é".repeat(1_000));
        assert_eq!(long.chars().count(), LONGEST);
    }
}
