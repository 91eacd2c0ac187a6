//! Blocks as batches.

use super::scan::{Fault, RowIndex, scan};
use super::{Block, CsvFile, Header};
use crate::column::ColumnReader;
use crate::{FileProblem, FileProblems, NullText};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema as ArrowSchema};
use seedbed_schema_model::Schema;
use std::sync::Arc;

/// Makes batches of the blocks of one file, on one thread. It keeps between blocks what repeats in them.
#[derive(Debug)]
pub struct BlockReader<'s> {
    file: String,
    nulls: NullText,
    header: Arc<Header>,
    /// Readers of the columns, with their place in a row and their name.
    columns: Vec<(usize, String, ColumnReader<'s>)>,
    index: RowIndex,
}

/// Rows of a file that follow one another.
#[derive(Clone, Debug)]
pub struct BlockBatch {
    /// The number of the first row in the file, from 0.
    pub first_row: u64,
    /// The columns that the header names.
    pub rows: RecordBatch,
}

/// What a block holds.
#[derive(Debug)]
pub struct BlockRows {
    /// The rows that can be read, in order. Several batches where rows between them can't be.
    pub batches: Vec<BlockBatch>,
    /// The block's memory, for the next one.
    pub spent: Vec<u8>,
}

impl<'s> BlockReader<'s> {
    pub(super) fn new(schema: &'s Schema, file: &CsvFile) -> Self {
        let columns = file.header.columns.iter().enumerate().filter_map(|(at, column)| {
            let column = schema[file.table()].columns.get((*column)?.position())?;
            Some((at, column.name.clone(), ColumnReader::new(&column.ty, schema)))
        });
        Self {
            file: file.file.name.clone(),
            nulls: file.nulls.clone(),
            header: Arc::clone(&file.header),
            columns: columns.collect(),
            index: RowIndex::default(),
        }
    }

    /// Reads the rows of a block. What is wrong with rows is taken down, and they are left out.
    pub fn read(&mut self, mut block: Block, problems: &mut FileProblems) -> BlockRows {
        if block.too_long {
            let (file, line, bytes) = (self.file.clone(), block.first_line, Block::LONGEST_ROW);
            problems.push(FileProblem::RowTooLong { file, line, bytes });
            return BlockRows { batches: Vec::new(), spent: block.text };
        }
        let odd_bytes = replace_odd_bytes(&mut block.text);
        let width = self.header.names.len();
        scan(&block.text, width, &self.nulls, &mut self.index);
        let bad = self.bad_rows(&block, &odd_bytes, problems);
        let rows = self.index.rows();
        let batches = match self.batch(&block.text) {
            Some(all) => runs(rows, &bad)
                .map(|run| BlockBatch {
                    first_row: block.first_row + run.start as u64,
                    rows: all.slice(run.start, run.len()),
                })
                .collect(),
            None => Vec::new(),
        };
        BlockRows { batches, spent: block.text }
    }

    /// All rows, those that can't be read included.
    fn batch(&mut self, text: &[u8]) -> Option<RecordBatch> {
        let (width, cells) = (self.header.names.len(), self.index.cells());
        let text = std::str::from_utf8(text).ok()?;
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for (at, name, reader) in &mut self.columns {
            let array = reader.read(text, cells, width, *at);
            fields.push(Field::new(name.as_str(), array.data_type().clone(), true));
            arrays.push(array);
        }
        RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays).ok()
    }

    /// Takes down what is wrong with rows; their numbers in the block, in order.
    fn bad_rows(&self, block: &Block, odd_bytes: &[usize], problems: &mut FileProblems) -> Vec<usize> {
        let faults = self.index.faults().iter().map(|fault| (fault.row, None, Some(fault.why)));
        let odd = odd_bytes.iter().map(|at| (self.index.row_at(*at), Some(*at), None));
        let mut found: Vec<_> = faults.chain(odd).collect();
        found.sort_by_key(|(row, ..)| *row);
        found.dedup_by_key(|(row, ..)| *row);
        let (mut line, mut counted) = (block.first_line, 0);
        for (row, odd, fault) in &found {
            let start = self.index.start_of(*row).unwrap_or(counted);
            line +=
                memchr::memchr_iter(b'\n', block.text.get(counted..start).unwrap_or_default()).count() as u64;
            counted = start;
            let file = self.file.clone();
            problems.push(match (fault, odd) {
                (Some(Fault::Fields(fields)), _) => {
                    let (fields, columns) = (*fields, self.header.names.len());
                    FileProblem::FieldCount { file, line, fields, columns }
                }
                (Some(Fault::UnclosedQuote), _) => FileProblem::UnclosedQuote { file, line },
                (None, Some(at)) => FileProblem::NotUtf8 { file, line, column: self.column_at(*row, *at) },
                _ => FileProblem::StrayQuote { file, line },
            });
        }
        found.into_iter().map(|(row, ..)| row).collect()
    }

    /// The name of the field of a row that a byte is in.
    fn column_at(&self, row: usize, at: usize) -> String {
        let width = self.header.names.len();
        let cells = self.index.cells().get(row * width..(row + 1) * width).unwrap_or_default();
        let found = cells.iter().position(|cell| cell.range().contains(&at));
        found.and_then(|at| self.header.names.get(at)).cloned().unwrap_or_default()
    }
}

/// Puts question marks in the place of bytes that are no UTF-8; where they were.
fn replace_odd_bytes(text: &mut [u8]) -> Vec<usize> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Err(error) = std::str::from_utf8(&text[from..]) {
        let at = from + error.valid_up_to();
        let end = error.error_len().map_or(text.len(), |len| at + len);
        text[at..end].fill(b'?');
        found.push(at);
        from = end;
    }
    found
}

/// The stretches between bad rows.
fn runs(rows: usize, bad: &[usize]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let starts = std::iter::once(0).chain(bad.iter().map(|row| row + 1));
    let ends = bad.iter().copied().chain([rows]);
    starts.zip(ends).map(|(start, end)| start..end).filter(|run| !run.is_empty())
}
