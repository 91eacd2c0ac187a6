//! A script's text, with places for rows.

use seedbed_schema_model::TableId;
use std::fmt;

/// The text of a script. Rows that are not in files go between its parts.
#[derive(Debug, Default)]
pub(crate) struct ScriptText {
    /// All but the rows.
    pub(crate) text: String,
    /// Where the rows of tables go, in the order of the text.
    pub(crate) places: Vec<RowsPlace>,
}

/// Where the rows of one table go.
#[derive(Clone, Debug)]
pub(crate) struct RowsPlace {
    /// Bytes of the text before it.
    pub(crate) at: usize,
    /// Whose rows.
    pub(crate) table: TableId,
    /// The statement that the rows are behind: `INSERT INTO ... VALUES` or `COPY ... FROM STDIN;`.
    pub(crate) statement: String,
    /// Each row has a statement of its own.
    pub(crate) single: bool,
}

impl ScriptText {
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A place for a table's rows behind a statement.
    pub(super) fn push_place(&mut self, table: TableId, statement: String) {
        self.places.push(RowsPlace { at: self.text.len(), table, statement, single: false });
    }

    /// The same with a statement for each row.
    pub(super) fn push_single_place(&mut self, table: TableId, statement: String) {
        self.places.push(RowsPlace { at: self.text.len(), table, statement, single: true });
    }
}

impl From<&str> for ScriptText {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), places: Vec::new() }
    }
}

impl fmt::Write for ScriptText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}
