//! Where the lines of a text begin, found when first asked: a large schema has thousands of places to be told.

use std::sync::OnceLock;

/// The first byte of each line of one text, remembered from the first question on.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineStarts(OnceLock<Vec<usize>>);

impl LineStarts {
    /// The line that holds a byte, counted from 0, and where it begins.
    pub(crate) fn line_of(&self, text: &str, byte: usize) -> (usize, usize) {
        let starts = self.0.get_or_init(|| starts_of(text));
        let line = starts.partition_point(|start| *start <= byte).saturating_sub(1);
        (line, starts[line])
    }
}

fn starts_of(text: &str) -> Vec<usize> {
    let after_breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after_breaks).collect()
}

/// What is remembered of a text says nothing beside the text.
impl PartialEq for LineStarts {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for LineStarts {}
