//! Sequences by the names that calls of `nextval` give them, and their values.

use super::state::SystemCatalog;
use seedbed_schema_model::SequenceId;
use seedbed_sql_syntax::{Cursor, SourceText, TokenKind, tokens};

impl SystemCatalog {
    /// Whether a default is `nextval('s')` or the standard's `NEXT VALUE FOR s`, and of which sequence: `None` for any
    /// other expression, `Some(None)` for a sequence that is not there.
    pub fn nextval(&self, mut default: Cursor<'_>) -> Option<Option<SequenceId>> {
        while default.kind_at(0) == Some(TokenKind::Open) {
            let mut inner = default.parens()?;
            if !default.is_empty() {
                return None;
            }
            std::mem::swap(&mut default, &mut inner);
        }
        if default.is_word(0, "pg_catalog") {
            default.skip(2);
        }
        if !default.eat(&["NEXTVAL"]) {
            if default.eat(&["NEXT", "VALUE", "FOR"]) {
                return Some(default.name().and_then(|name| self.sequence(&name)));
            }
            return None;
        }
        let argument = default.parens()?;
        // `nextval('a') + 1` and `nextval('a')::text` are defaults like any other.
        if !default.is_empty() {
            return None;
        }
        Some(self.sequence_in(argument))
    }

    /// The sequence that an argument of `nextval` and its kin names.
    pub(crate) fn sequence_in(&self, mut argument: Cursor<'_>) -> Option<SequenceId> {
        let mut inner = argument;
        while let Some(deeper) = inner.parens() {
            inner = deeper;
            argument = deeper;
        }
        self.sequence_called(&argument.string()?)
    }

    /// The sequence of the name in a string, such as `'public."Odd"'`.
    fn sequence_called(&self, text: &str) -> Option<SequenceId> {
        let source = SourceText::new(text, self.dialect());
        let name = Cursor::new(source, &tokens(source)).name()?;
        self.sequence(&name)
    }

    /// Takes the next value of a sequence; `None` when its last one is not known, or the next is no integer of 64 bits.
    pub(crate) fn next_value(&mut self, id: SequenceId) -> Option<i64> {
        let sequence = &self.schema[id];
        let next = match self.sequence_values.get(&id) {
            None => Some(sequence.start),
            Some(last) => last.and_then(|last| last.checked_add(sequence.increment)),
        };
        self.sequence_values.insert(id, next);
        next
    }

    /// Has a sequence go on from its start.
    pub fn begin_anew(&mut self, id: SequenceId) {
        self.sequence_values.remove(&id);
    }

    /// Has a sequence that gave no value yet go on from where it would, whatever becomes of its start.
    pub fn keep_value(&mut self, id: SequenceId) {
        let sequence = &self.schema[id];
        let before = sequence.start.checked_sub(sequence.increment);
        self.sequence_values.entry(id).or_insert(before);
    }

    /// Drops a sequence, and frees its name.
    pub fn drop_sequence(&mut self, id: SequenceId) {
        let name = self.schema[id].name.clone();
        if self.dropped_sequences.insert(id) {
            self.forget_relation(&name);
        }
    }
}
