//! Text of others on a terminal: names of tables and values may hold what a terminal obeys.

use std::borrow::Cow;

/// The text with pictures of its control characters but for line feeds, and without what turns the direction of writing:
/// a terminal would obey an escape sequence, and hide what stands behind some characters (Unicode Technical Report 36,
/// 2.10).
pub(crate) fn legible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c != '\n')
}

/// The same in one line.
pub(crate) fn legible_line(text: &str) -> Cow<'_, str> {
    replaced(text, |_| true)
}

fn replaced(text: &str, unwanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    let acts = |c: char| (c.is_control() || turns(c)) && unwanted(c);
    match text.contains(acts) {
        true => text.chars().map(|c| if acts(c) { picture(c) } else { c }).collect(),
        false => text.into(),
    }
}

/// Marks of bidirectional text (Unicode Standard Annex 9, 2).
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// The picture of a control character, where Unicode has one ("Control Pictures", U+2400).
fn picture(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_a_terminal_obeys() {
        assert_eq!(legible("a\u{1b}[31mred\u{7f}\n\u{9b}2J"), "a\u{241b}[31mred\u{2421}\n\u{fffd}2J");
        assert_eq!(legible_line("line\nbreak\r\t\u{202e}"), "line\u{240a}break\u{240d}\u{2409}\u{fffd}");
        assert!(matches!(legible("Łódź, 東京\n"), Cow::Borrowed(_)));
    }
}
