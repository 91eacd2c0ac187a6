//! Which file of a folder, or of an archive, holds rows of which table.

use crate::place::members;
use crate::{FilePlace, FileProblem, FileProblems, ImportError};
use seedbed_datagen_core::{NameError, resolve_table};
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;
use std::path::Path;

/// A file with rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFile {
    /// Whose rows; may be a partition.
    pub table: TableId,
    /// The file's name, as problems show it.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// Where its bytes are.
    pub place: FilePlace,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format that a file's name tells; none for files that hide.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        let formats = [("csv", Self::Csv), ("parquet", Self::Parquet)];
        let found = formats.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
        found.filter(|_| !stem.is_empty() && !name.starts_with('.')).map(|(_, format)| *format)
    }
}

/// The CSV and Parquet files of a folder or the CSV files of a ZIP archive, in the order of their tables. `ours` says what an export calls the file of a table, without its extension; others
/// are found by what their name means, with the table's schema or without: `film.csv`, `public.film.csv`, `FILM.CSV`.
/// Files of other kinds are passed over, and in a folder so are folders.
///
/// # Errors
/// [`ImportError::Folder`].
pub fn find<'n>(
    schema: &Schema,
    path: &Path,
    ours: impl Fn(TableId) -> &'n str,
    problems: &mut FileProblems,
) -> Result<Vec<TableFile>, ImportError> {
    let files = match path.is_file() {
        true => members(path).map_err(|source| ImportError::File { path: path.to_owned(), source })?,
        false => files_in(path)?,
    };
    let expected: BTreeMap<&str, TableId> = schema.tables_indexed().map(|(id, _)| (ours(id), id)).collect();
    let mut found: BTreeMap<TableId, (String, FilePlace)> = BTreeMap::new();
    let (exact, others): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(name, _)| expected.contains_key(stem(name)));
    for (name, place) in exact.into_iter().chain(others) {
        let stem = stem(&name);
        let meant = expected.get(stem).copied().map_or_else(|| named(schema, stem), Ok);
        let table = match meant {
            Ok(table) => table,
            Err(error) => {
                problems.push(nameless(name, error));
                continue;
            }
        };
        match found.get(&table) {
            None => {
                found.insert(table, (name, place));
            }
            Some((first, _)) => problems.push(FileProblem::SecondFile {
                table: schema[table].name.to_string(),
                first: first.clone(),
                file: name,
            }),
        }
    }
    let file = |(table, (name, place)): (TableId, (String, FilePlace))| {
        Some(TableFile { table, format: Format::of(&name)?, name, place })
    };
    Ok(found.into_iter().filter_map(file).collect())
}

/// A file's name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The files of a folder that are of a known format, by name, in order.
fn files_in(folder: &Path) -> Result<Vec<(String, FilePlace)>, ImportError> {
    let failed = |source| ImportError::Folder { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // A name that is no text is that of no table; links are followed.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if Format::of(&name).is_some() && entry.path().is_file() {
            files.push((name, FilePlace::File(entry.path())));
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

/// The table that a file's name means without its extension.
fn named(schema: &Schema, stem: &str) -> Result<TableId, NameError> {
    let plain = stem.split('.').map(decoded).collect::<Vec<_>>().join(".");
    resolve_table(schema, &plain)
}

/// A name as it was before it became part of a file's name: `%2E` is a dot again.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

fn nameless(file: String, error: NameError) -> FileProblem {
    match error {
        NameError::AmbiguousTable { candidates, .. } => FileProblem::AmbiguousTable { file, candidates },
        NameError::UnknownTable { similar, .. } => FileProblem::NoTable { file, similar },
        _ => FileProblem::NoTable { file, similar: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Table};

    /// Which table each file is of, and the codes of what is wrong.
    fn found(tables: &[(&str, &str)], files: &[&str]) -> (Vec<String>, Vec<&'static str>) {
        let mut schema = Schema::new(Dialect::Postgres);
        for (of, name) in tables {
            schema.push_table(Table::new(Some(of), name));
        }
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            std::fs::write(folder.path().join(file), "id\n").expect("written");
        }
        let mut problems = FileProblems::default();
        let ours = |table: TableId| if table == TableId(0) { "ours" } else { "" };
        let found = find(&schema, folder.path(), ours, &mut problems).expect("a folder");
        let told = found.iter().map(|f| format!("{} {}", schema[f.table].name, f.name)).collect();
        (told, problems.iter().map(FileProblem::code).collect())
    }

    #[test]
    fn files_are_named_as_ours_or_as_people_name_tables() {
        let tables = [("public", "film"), ("public", "actor"), ("shop", "a.b"), ("public", "order details")];
        let files =
            ["ours.csv", "ACTOR.CSV", "shop.a%2Eb.csv", "Order Details.csv", "notes.txt", ".film.csv"];
        let (told, codes) = found(&tables, &files);
        let want = [
            "public.film ours.csv",
            "public.actor ACTOR.CSV",
            "shop.a.b shop.a%2Eb.csv",
            "public.order details Order Details.csv",
        ];
        assert_eq!((told, codes), (want.map(str::to_owned).to_vec(), vec![]));
    }

    #[test]
    fn a_table_has_one_file_and_a_file_one_table() {
        let tables = [("public", "film"), ("a", "x"), ("b", "x")];
        let (told, codes) = found(&tables, &["film.csv", "public.film.csv", "x.csv", "b.x.csv", "flim.csv"]);
        assert_eq!(told, ["public.film film.csv", "b.x b.x.csv"]);
        assert_eq!(codes, ["file-no-table", "file-second", "file-ambiguous-table"]);
    }
}
