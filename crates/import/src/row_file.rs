//! A file of any format.

#[cfg(feature = "parquet")]
use crate::parquet::{GroupReader, Groups, ParquetFile};
use crate::{
    Block, BlockReader, BlockRows, Blocks, CsvFile, FileProblems, Format, ImportError, NullText, TableFile,
};
use seedbed_schema_model::{Schema, TableId};

/// A file with rows of a table, whose columns are known.
#[derive(Clone, Debug)]
pub enum RowFile {
    /// CSV.
    Csv(CsvFile),
    /// Parquet.
    #[cfg(feature = "parquet")]
    Parquet(ParquetFile),
}

/// The rows of a file in order, a block at a time.
#[derive(Debug)]
pub enum RowBlocks {
    /// Of CSV.
    Csv(Blocks),
    /// Of Parquet: row groups.
    #[cfg(feature = "parquet")]
    Parquet(Groups),
}

/// Makes batches of the blocks of one file, on one thread.
#[derive(Debug)]
pub enum RowReader<'s> {
    /// Of CSV.
    Csv(BlockReader<'s>),
    /// Of Parquet.
    #[cfg(feature = "parquet")]
    Parquet(GroupReader),
}

impl RowFile {
    /// Looks which columns a file has. `None` where it can't be read, which is a problem and no error.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn open(
        schema: &Schema,
        file: &TableFile,
        nulls: &NullText,
        problems: &mut FileProblems,
    ) -> Result<Option<Self>, ImportError> {
        match file.format {
            Format::Csv => Ok(CsvFile::open(schema, file, nulls, problems)?.map(Self::Csv)),
            #[cfg(feature = "parquet")]
            Format::Parquet => Ok(ParquetFile::open(schema, file, problems)?.map(Self::Parquet)),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                problems.push(crate::FileProblem::FormatLeftOut { file: file.name.clone() });
                Ok(None)
            }
        }
    }

    /// The file.
    pub fn file(&self) -> &TableFile {
        match self {
            Self::Csv(csv) => csv.file(),
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => parquet.file(),
        }
    }

    /// The table whose rows it has; may be a partition.
    pub fn table(&self) -> TableId {
        self.file().table
    }

    /// The rows from the first one on.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn blocks(&self) -> Result<RowBlocks, ImportError> {
        Ok(match self {
            Self::Csv(csv) => RowBlocks::Csv(csv.blocks()?),
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => RowBlocks::Parquet(parquet.groups()),
        })
    }

    /// What makes batches of blocks, for one thread.
    pub fn reader<'s>(&self, schema: &'s Schema) -> RowReader<'s> {
        match self {
            Self::Csv(csv) => RowReader::Csv(csv.reader(schema)),
            #[cfg(feature = "parquet")]
            Self::Parquet(parquet) => RowReader::Parquet(parquet.reader()),
        }
    }

    /// The line in which a row begins that is in a block, of which only the place is needed; rows are counted in the file,
    /// lines from 1. `None` for a row that is not in the block, and for formats without lines.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn line_of(&self, place: &Block, row: u64) -> Result<Option<u64>, ImportError> {
        match self {
            Self::Csv(csv) => {
                Ok(csv.blocks_at(place)?.next(Vec::new())?.and_then(|block| csv.line_of(&block, row)))
            }
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => Ok(None),
        }
    }
}

impl RowBlocks {
    /// The next rows, in the memory of a block that is no longer needed; `None` behind the last one.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn next(&mut self, spent: Vec<u8>) -> Result<Option<Block>, ImportError> {
        match self {
            Self::Csv(blocks) => blocks.next(spent),
            #[cfg(feature = "parquet")]
            Self::Parquet(groups) => Ok(groups.next()),
        }
    }
}

impl RowReader<'_> {
    /// Reads the rows of a block. What is wrong with rows is taken down, and they are left out.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn read(&mut self, block: Block, problems: &mut FileProblems) -> Result<BlockRows, ImportError> {
        match self {
            Self::Csv(reader) => Ok(reader.read(block, problems)),
            #[cfg(feature = "parquet")]
            Self::Parquet(reader) => reader.read(block),
        }
    }
}
