//! Text of strangers on its way to people: short, without control characters, and without the key.

use secrecy::{ExposeSecret, SecretString};

/// Characters of a message at most.
const LONGEST: usize = 200;

/// The key, and the texts in which it could come back.
#[derive(Clone, Debug)]
pub(crate) struct Redaction {
    key: SecretString,
}

impl Redaction {
    pub(crate) fn new(key: SecretString) -> Self {
        Self { key }
    }

    /// The text without the key.
    pub(crate) fn apply(&self, text: &str) -> String {
        text.replace(self.key.expose_secret(), "[key]")
    }

    /// As much of it as a message needs.
    pub(crate) fn message(&self, text: &str) -> String {
        clip(&self.apply(text))
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
    fn messages_are_short_plain_and_without_the_key() {
        let redaction = Redaction::new(SecretString::from("AIza-secret".to_owned()));
        assert_eq!(redaction.message("key\u{0}AIza-secret\r\nis  bad\u{7f}"), "key [key] is bad");
        let long = redaction.message(&"é".repeat(1_000));
        assert_eq!(long.chars().count(), LONGEST);
    }
}
