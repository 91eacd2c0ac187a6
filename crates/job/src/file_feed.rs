//! The blocks of files, to whichever thread asks next; and where each row of them was.

use crate::JobError;
use seedbed_datagen_core::CancelToken;
use seedbed_import::{Block, FileProblems, ImportError, RowBlocks, RowFile};
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::{Report, RowsAgain, ValidateError};
use std::collections::BTreeMap;

/// Hands out the blocks of files in order. Rows of a table and of its partitions are numbered through.
#[derive(Debug)]
pub(crate) struct FileFeed<'f> {
    files: &'f [RowFile],
    /// The root table of each file.
    roots: Vec<TableId>,
    /// The file at hand, and its blocks.
    at: usize,
    blocks: Option<RowBlocks>,
    /// Rows of its table in the files before.
    before: u64,
    rows: FileRows,
}

/// A block with what it is of.
#[derive(Debug)]
pub(crate) struct Stretch<'f> {
    /// The file's place among all.
    pub(crate) at: usize,
    pub(crate) file: &'f RowFile,
    /// The table whose rows are numbered.
    pub(crate) root: TableId,
    /// Rows of that table in files before.
    pub(crate) before: u64,
    pub(crate) block: Block,
}

/// How many rows were read, and where they were.
#[derive(Debug)]
pub(crate) struct FileRows {
    /// Rows of each file.
    pub(crate) counts: Vec<u64>,
    /// Where blocks begin, by table and first row.
    blocks: BTreeMap<(TableId, u64), (usize, Block)>,
}

/// Which file and line a row of a table is in.
pub(crate) type Places = BTreeMap<(String, u64), (String, u64)>;

impl<'f> FileFeed<'f> {
    /// For files in the order of their root tables.
    pub(crate) fn new(schema: &Schema, files: &'f [RowFile]) -> Self {
        let roots = files.iter().map(|file| schema.partition_root(file.table())).collect();
        let rows = FileRows { counts: vec![0; files.len()], blocks: BTreeMap::new() };
        Self { files, roots, at: 0, blocks: None, before: 0, rows }
    }

    /// The next block, in the memory of one that is no longer needed.
    pub(crate) fn next(&mut self, mut spent: Vec<u8>) -> Result<Option<Stretch<'f>>, ImportError> {
        while let Some(file) = self.files.get(self.at) {
            let blocks = match &mut self.blocks {
                Some(blocks) => blocks,
                none => none.insert(file.blocks()?),
            };
            let (at, root, before) = (self.at, self.roots[self.at], self.before);
            if let Some(block) = blocks.next(std::mem::take(&mut spent))? {
                self.rows.counts[at] += block.rows();
                self.rows.blocks.insert((root, before + block.first_row()), (at, block.place()));
                return Ok(Some(Stretch { at, file, root, before, block }));
            }
            self.blocks = None;
            self.at += 1;
            let goes_on = self.roots.get(self.at) == Some(&root);
            self.before = if goes_on { before + self.rows.counts[at] } else { 0 };
        }
        Ok(None)
    }

    /// What is known behind the last block.
    pub(crate) fn into_rows(self) -> FileRows {
        self.rows
    }
}

impl FileRows {
    /// Where the first offender of each broken constraint is.
    pub(crate) fn places_of(
        &self,
        schema: &Schema,
        files: &[RowFile],
        report: &Report,
    ) -> Result<Places, JobError> {
        let mut places = Places::new();
        let ids: BTreeMap<String, TableId> =
            schema.tables_indexed().map(|(id, table)| (table.name.to_string(), id)).collect();
        for (table, broken) in report.broken() {
            let (Some(id), Some(first)) = (ids.get(table), broken.first_offenders.first()) else { continue };
            if let Some(place) = self.place_of(*id, first.row, files)? {
                places.insert((table.to_owned(), first.row), place);
            }
        }
        Ok(places)
    }

    /// The file of a row of a table, and its line.
    fn place_of(
        &self,
        table: TableId,
        row: u64,
        files: &[RowFile],
    ) -> Result<Option<(String, u64)>, JobError> {
        let before = self.blocks.range((table, 0)..=(table, row)).next_back();
        let Some(((_, first), (at, place))) = before else { return Ok(None) };
        let Some(file) = files.get(*at) else { return Ok(None) };
        let line = file.line_of(place, place.first_row() + row - first)?;
        Ok(line.map(|line| (file.file().name.clone(), line)))
    }
}

/// The rows of files, read once more.
pub(crate) struct Again<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) files: &'a [RowFile],
    pub(crate) stop: &'a CancelToken,
}

impl RowsAgain for Again<'_> {
    fn rows(
        &self,
        table: TableId,
        visit: &mut dyn FnMut(u64, &arrow_array::RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        let failed = |message| ValidateError::Again { table: self.schema[table].name.to_string(), message };
        let is_of = |file: &&RowFile| self.schema.partition_root(file.table()) == table;
        let mut before = 0;
        for file in self.files.iter().filter(is_of) {
            let mut reader = file.reader(self.schema);
            let mut blocks = file.blocks().map_err(|e| failed(with_cause(&e)))?;
            let (mut spent, mut rows) = (Vec::new(), 0);
            while let Some(block) = blocks.next(spent).map_err(|e| failed(with_cause(&e)))? {
                if self.stop.is_canceled() {
                    return Err(failed("canceled".to_owned()));
                }
                rows += block.rows();
                // They have been told the first time.
                let read =
                    reader.read(block, &mut FileProblems::default()).map_err(|e| failed(with_cause(&e)))?;
                read.batches.iter().try_for_each(|batch| visit(before + batch.first_row, &batch.rows))?;
                spent = read.spent;
            }
            before += rows;
        }
        Ok(())
    }
}

fn with_cause(error: &ImportError) -> String {
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    format!("{error}{cause}")
}
