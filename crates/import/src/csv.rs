//! CSV files: header, blocks of whole rows, and batches made of them.

mod blocks;
mod reader;
mod scan;

pub use blocks::{Block, Blocks};
pub use reader::{BlockBatch, BlockReader, BlockRows};
pub(crate) use scan::Cell;

use crate::{FilePlace, FileProblem, FileProblems, ImportError, NullText, TableFile};
use blocks::{Input, without_mark};
use scan::{RowIndex, scan};
use seedbed_datagen_core::{NameError, resolve_column};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::sync::Arc;

/// A CSV file whose header has been read.
#[derive(Clone, Debug)]
pub struct CsvFile {
    file: TableFile,
    nulls: NullText,
    header: Arc<Header>,
}

/// What the first line says.
#[derive(Debug)]
struct Header {
    /// The names as they stand there.
    names: Vec<String>,
    /// Which column each of them is; none for a name that is no column's.
    columns: Vec<Option<ColumnIdx>>,
    /// Bytes of the file before the first row.
    bytes: u64,
    /// Lines before the first row.
    lines: u64,
}

impl CsvFile {
    /// Reads the header of a file. `None` where there is no header, which is a problem and no error.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn open(
        schema: &Schema,
        file: &TableFile,
        nulls: &NullText,
        problems: &mut FileProblems,
    ) -> Result<Option<Self>, ImportError> {
        let mut input = input_at(&file.place, 0)?;
        let text = input.first_row()?;
        let Some(text) = text.filter(|text| !without_mark(text).trim_ascii().is_empty()) else {
            problems.push(FileProblem::Empty { file: file.name.clone() });
            return Ok(None);
        };
        let names = field_names(&text);
        let lines = memchr::memchr_iter(b'\n', &text).count() as u64;
        let header = Header { columns: Vec::new(), bytes: text.len() as u64, lines, names };
        let columns = header.resolve(schema, file, problems);
        let header = columns.map(|columns| Arc::new(Header { columns, ..header }));
        Ok(header.map(|header| Self { file: file.clone(), nulls: nulls.clone(), header }))
    }

    /// The file.
    pub fn file(&self) -> &TableFile {
        &self.file
    }

    /// The table whose rows it has; may be a partition.
    pub fn table(&self) -> TableId {
        self.file.table
    }

    /// The rows from the first one on.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn blocks(&self) -> Result<Blocks, ImportError> {
        self.blocks_from(self.header.bytes, 0, self.header.lines + 1)
    }

    /// The rows from a place on at which a [`Block`] began.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn blocks_at(&self, block: &Block) -> Result<Blocks, ImportError> {
        self.blocks_from(block.offset, block.first_row, block.first_line)
    }

    fn blocks_from(&self, offset: u64, row: u64, line: u64) -> Result<Blocks, ImportError> {
        let has_blanks = self.header.names.len() > 1;
        Ok(Blocks::new(input_at(&self.file.place, offset)?, has_blanks, offset, row, line))
    }

    /// What makes batches of blocks, for one thread.
    pub fn reader<'s>(&self, schema: &'s Schema) -> BlockReader<'s> {
        BlockReader::new(schema, self)
    }

    /// The line in which a row of a block begins, both counted in the file, lines from 1. `None` for a row that is not in
    /// the block.
    pub fn line_of(&self, block: &Block, row: u64) -> Option<u64> {
        let mut index = RowIndex::default();
        scan(block.text(), self.header.names.len(), &self.nulls, &mut index);
        let at = usize::try_from(row.checked_sub(block.first_row)?).ok()?;
        let start = index.start_of(at)?;
        Some(block.first_line + memchr::memchr_iter(b'\n', block.text().get(..start)?).count() as u64)
    }
}

impl Header {
    /// Which column each name is; `None`, and a problem, where no name is one.
    fn resolve(
        &self,
        schema: &Schema,
        file: &TableFile,
        problems: &mut FileProblems,
    ) -> Option<Vec<Option<ColumnIdx>>> {
        let (table, name, line) = (&schema[file.table], || file.name.clone(), 1);
        let resolved: Vec<_> =
            self.names.iter().map(|column| resolve_column(schema, file.table, column)).collect();
        if resolved.iter().all(Result::is_err) {
            problems.push(FileProblem::NoHeader { file: name(), table: table.name.to_string() });
            return None;
        }
        let mut columns: Vec<Option<ColumnIdx>> = Vec::new();
        for (resolved, written) in resolved.into_iter().zip(&self.names) {
            let column = match resolved {
                Ok(column) if columns.contains(&Some(column)) => {
                    let column = table[column].name.clone();
                    problems.push(FileProblem::RepeatedColumn { file: name(), line, column });
                    None
                }
                Ok(column) => Some(column),
                Err(NameError::AmbiguousColumn { candidates, .. }) => {
                    let column = written.clone();
                    problems.push(FileProblem::AmbiguousColumn { file: name(), line, column, candidates });
                    None
                }
                Err(error) => {
                    let similar = match error {
                        NameError::UnknownColumn { similar, .. } => similar,
                        _ => None,
                    };
                    let (table, column) = (table.name.to_string(), written.clone());
                    problems.push(FileProblem::UnknownColumn { file: name(), line, table, column, similar });
                    None
                }
            };
            columns.push(column);
        }
        let missing: Vec<String> = table
            .columns_indexed()
            .filter(|(index, column)| column.generated.is_none() && !columns.contains(&Some(*index)))
            .map(|(_, column)| column.name.clone())
            .collect();
        if !missing.is_empty() {
            problems.push(FileProblem::MissingColumns { file: name(), line, columns: missing });
        }
        Some(columns)
    }
}

/// The fields of a header, quotes taken off.
fn field_names(text: &[u8]) -> Vec<String> {
    // A row of any width is an index of one row of that width, once it is known.
    let mut index = RowIndex::default();
    let text = without_mark(text);
    scan(text, usize::MAX, &NullText::word("\0"), &mut index);
    index.cells().iter().map(|cell| String::from_utf8_lossy(&cell.unescaped(text)).into_owned()).collect()
}

/// The bytes of a file from one on.
fn input_at(place: &FilePlace, offset: u64) -> Result<Input, ImportError> {
    let path = place.path();
    let opened =
        place.open_at(offset).map_err(|source| ImportError::File { path: path.to_owned(), source })?;
    Ok(Input::new(opened, path))
}

/// The fields of a text, for tests of what reads them.
#[cfg(test)]
pub(crate) fn tests_scan(text: &str, width: usize, nulls: &NullText) -> Vec<Cell> {
    let mut index = RowIndex::default();
    scan(text.as_bytes(), width, nulls, &mut index);
    index.cells().to_vec()
}
