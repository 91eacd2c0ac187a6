//! PostgreSQL's input of ranges, `[2024-01-01,2024-02-01)` and `empty`, and of multiranges, `{[1,2),[5,6)}` (manual,
//! §8.17.5).

use super::{LiteralForms, read};
use crate::{Range, RangeSet};
use seedbed_schema_model::{Schema, SqlType};

/// A range, or a multirange, of elements of a type.
pub(super) fn parse(
    text: &str,
    element: &SqlType,
    multi: bool,
    schema: &Schema,
    forms: &LiteralForms,
) -> Option<RangeSet> {
    let mut reader = RangeReader { rest: text, element, schema, forms };
    let set = if multi { reader.multirange()? } else { RangeSet::range(reader.range()?) };
    reader.rest.trim_ascii().is_empty().then_some(set)
}

/// The text that is still to be read, and what the ends are.
struct RangeReader<'a> {
    rest: &'a str,
    element: &'a SqlType,
    schema: &'a Schema,
    forms: &'a LiteralForms,
}

impl RangeReader<'_> {
    /// From `{` to its `}`.
    fn multirange(&mut self) -> Option<RangeSet> {
        self.one_of(&['{'])?;
        let mut ranges = Vec::new();
        if self.one_of(&['}']).is_none() {
            loop {
                ranges.extend(self.range()?);
                if self.one_of(&[',', '}'])? == '}' {
                    break;
                }
            }
        }
        RangeSet::multirange(ranges).ok()
    }

    /// A range between its brackets, or the word `empty`, which is `None` within.
    fn range(&mut self) -> Option<Option<Range>> {
        self.rest = self.rest.trim_ascii_start();
        if let Some(word) = self.rest.get(..5)
            && word.eq_ignore_ascii_case("empty")
        {
            self.rest = &self.rest[5..];
            return Some(None);
        }
        let low_inclusive = self.one_of(&['[', '('])? == '[';
        let low = self.end()?;
        self.one_of(&[','])?;
        let high = self.end()?;
        let high_inclusive = self.one_of(&[']', ')'])? == ']';
        let value = |text: Option<String>| match text {
            Some(text) => read(&text, self.element, self.schema, self.forms).ok().map(Some),
            None => Some(None),
        };
        Range::between(value(low)?, value(high)?, low_inclusive, high_inclusive).ok()
    }

    /// An end, of which parts may be quoted; nothing at all is without end.
    fn end(&mut self) -> Option<Option<String>> {
        let mut text = String::new();
        let (mut quoted, mut within) = (false, false);
        let mut chars = self.rest.char_indices().peekable();
        let at = loop {
            let (at, c) = chars.next()?;
            match c {
                '\\' => text.push(chars.next()?.1),
                '"' if within && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                    chars.next();
                    text.push('"');
                }
                '"' => {
                    within = !within;
                    quoted = true;
                }
                ',' | ')' | ']' | '(' | '[' if !within => break at,
                other => text.push(other),
            }
        };
        self.rest = &self.rest[at..];
        Some((quoted || !text.is_empty()).then_some(text))
    }

    /// Takes one of some marks with the blanks before it.
    fn one_of(&mut self, marks: &[char]) -> Option<char> {
        let rest = self.rest.trim_ascii_start();
        let mark = rest.chars().next().filter(|c| marks.contains(c))?;
        self.rest = &rest[mark.len_utf8()..];
        Some(mark)
    }
}
