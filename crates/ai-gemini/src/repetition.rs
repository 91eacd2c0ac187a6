//! Answers that go astray: models sometimes say the same until they run out of tokens.

/// Characters at the end that are looked at.
const WINDOW: usize = 2_000;
/// The longest phrase that is looked for.
const LONGEST_PHRASE: usize = 150;
/// Times that a phrase comes in a row before it counts.
const TIMES: usize = 10;
/// Characters that the repeats have at least: lines of blanks or zeros may well be shorter.
const LEAST: usize = 400;

/// Whether the text ends in a phrase that comes again and again.
pub(crate) fn repeats_itself(text: &str) -> bool {
    let bytes = text.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(WINDOW)..];
    (1..=LONGEST_PHRASE).any(|phrase| {
        let span = (phrase * TIMES).max(LEAST);
        let Some(start) = tail.len().checked_sub(span) else { return false };
        let run = &tail[start..];
        run[phrase..] == run[..run.len() - phrase]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_digits_lines_and_phrases_are_found() {
        assert!(repeats_itself(&format!("{{\"edits\": [0.{}", "3".repeat(500))));
        assert!(repeats_itself(&"\n".repeat(400)));
        assert!(repeats_itself(&"\"and so on and on\", ".repeat(30)));
    }

    #[test]
    fn lists_of_different_values_are_not() {
        let list: Vec<String> =
            (0..300).map(|i| format!("{{\"value\": \"Name {i}\", \"weight\": 1}}")).collect();
        assert!(!repeats_itself(&list.join(",\n      ")));
        assert!(!repeats_itself("short"));
    }
}
