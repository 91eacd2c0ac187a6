//! Files that are there already, whoever made them, checked against every constraint.

use crate::absent_parents::AbsentParents;
use crate::checked_rows::check_of_now;
use crate::file_feed::{FileFeed, FileRows, Stretch};
use crate::limits::Stop;
use crate::{CheckOutcome, CheckedFile, JobError, Kept, Options, ReadSchema, RowsThere};
use seedbed_datagen_core::CancelToken;
use seedbed_export::FileNames;
use seedbed_import::{FileProblem, FileProblems, NullText, RowFile, RowReader, find};
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::{Check, Report};
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files with rows, one a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenFiles {
    /// The folder or the ZIP archive that they are in. Files are named after their table; see [`seedbed_import::find`].
    pub path: PathBuf,
    /// The word that stands for NULL where it has no quotes; as our own files have it when nobody says.
    pub null: Option<String>,
}

impl GivenFiles {
    /// Files in which NULL is written as in our own.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), null: None }
    }

    /// How NULL is written.
    fn null_text(&self, schema: &Schema) -> NullText {
        self.null.as_deref().map_or_else(|| NullText::of(schema.dialect), NullText::word)
    }

    /// Opens all files that have rows of a table, those of one table and of its partitions one behind the other.
    fn open(&self, schema: &Schema, problems: &mut FileProblems) -> Result<Vec<RowFile>, JobError> {
        let names = FileNames::new(schema);
        let stem = |table| names.get(table).strip_suffix(".csv").unwrap_or_default();
        let found = find(schema, &self.path, stem, problems)?;
        if found.is_empty() {
            return Err(JobError::NoFiles { path: self.path.clone() });
        }
        let nulls = self.null_text(schema);
        let mut files = Vec::new();
        for file in &found {
            files.extend(RowFile::open(schema, file, &nulls, problems)?);
        }
        files.sort_by_key(|file| (schema.partition_root(file.table()), file.table()));
        // A file that can't be read is a problem of its own.
        let there: BTreeSet<TableId> = found.iter().map(|f| schema.partition_root(f.table)).collect();
        let absent: Vec<String> = schema
            .tables_indexed()
            .filter(|(id, table)| table.partition_of.is_none() && !there.contains(id))
            .map(|(_, table)| table.name.to_string())
            .collect();
        if !absent.is_empty() {
            problems.push(FileProblem::NoFile { tables: absent });
        }
        Ok(files)
    }
}

/// Checks all rows of files.
pub(crate) fn check(
    read: Arc<ReadSchema>,
    given: &GivenFiles,
    options: &Options,
    stop: &Stop,
) -> Result<CheckOutcome, JobError> {
    let schema = &*read.schema;
    let mut problems = FileProblems::default();
    let files = given.open(schema, &mut problems)?;
    let roots: BTreeSet<TableId> = files.iter().map(|file| schema.partition_root(file.table())).collect();
    let absent = AbsentParents::of(schema, &roots);
    let checking = FileCheck {
        check: check_of_now(absent.schema(), options.check_memory),
        schema: absent.schema(),
        feed: Mutex::new(FileFeed::new(absent.schema(), &files)),
        problems: Mutex::new(problems),
        failed: Mutex::new(None),
        stop: stop.token(),
    };
    checking.run(options.run.threads.max(1));
    let (report, rows, problems) = checking.finish(&files, &RowsThere::of(&read), stop)?;
    let report = absent.told_in(report);
    let checked = files.iter().zip(&rows.counts).map(|(file, rows)| CheckedFile {
        name: file.file().name.clone(),
        table: file.table(),
        rows: *rows,
    });
    let checked = checked.collect();
    let places = rows.places_of(schema, &files, &report)?;
    Ok(CheckOutcome { read, report, files: checked, problems, places })
}

/// A check that is under way on some threads.
struct FileCheck<'f> {
    schema: &'f Schema,
    check: Check<'f>,
    feed: Mutex<FileFeed<'f>>,
    problems: Mutex<FileProblems>,
    /// Why it can't go on.
    failed: Mutex<Option<JobError>>,
    stop: CancelToken,
}

impl<'f> FileCheck<'f> {
    /// Checks all blocks of all files.
    fn run(&self, threads: usize) {
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| self.work())).collect();
            self.work();
            // Left to the scope, a panic would lose its words.
            others.into_iter().for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        });
    }

    /// What one thread does: it reads one block after the other, whosever it is.
    fn work(&self) {
        let mut problems = FileProblems::default();
        if let Err(error) = self.check_blocks(&mut problems) {
            locked(&self.failed).get_or_insert(error);
        }
        locked(&self.problems).merge(problems);
    }

    fn check_blocks(&self, problems: &mut FileProblems) -> Result<(), JobError> {
        let mut spent = Vec::new();
        let mut reader: Option<(usize, RowReader<'f>)> = None;
        while !self.stop.is_canceled() && locked(&self.failed).is_none() {
            let Some(Stretch { at, file, root, before, block }) = locked(&self.feed).next(spent)? else {
                return Ok(());
            };
            if reader.as_ref().is_none_or(|(of, _)| *of != at) {
                reader = Some((at, file.reader(self.schema)));
            }
            let Some((_, reader)) = &mut reader else { return Ok(()) };
            let read = reader.read(block, problems)?;
            for batch in &read.batches {
                let first_row = before + batch.first_row;
                self.check.batch(root, first_row, &batch.rows).map_err(JobError::Check)?;
            }
            spent = read.spent;
        }
        Ok(())
    }

    /// What was found. Files are read again where the check has to look twice.
    fn finish(
        self,
        files: &'f [RowFile],
        there: &RowsThere,
        stop: &Stop,
    ) -> Result<(Report, FileRows, FileProblems), JobError> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        if self.stop.is_canceled() {
            return Err(stop.stopped(Kept::Nothing));
        }
        there.show(&self.check).map_err(JobError::Check)?;
        let again = crate::file_feed::Again { schema: self.schema, files, stop: &self.stop };
        let report = self.check.finish(&again).map_err(|error| match self.stop.is_canceled() {
            true => stop.stopped(Kept::Nothing),
            false => JobError::Check(error),
        })?;
        let rows = self.feed.into_inner().unwrap_or_else(PoisonError::into_inner).into_rows();
        Ok((report, rows, self.problems.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
