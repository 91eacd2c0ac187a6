//! Reading schema files.

use crate::JobError;
use crate::encoding::{Encoding, decode};
use crate::migration_folder::{sql_files, undoing};
use seedbed_schema_model::{Diagnostic, Severity, SourceMap};
use std::io::Read;
use std::path::Path;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// The texts of a script, and what is to be told of how they were read.
#[derive(Clone, Debug, Default)]
pub struct ReadSources {
    /// The texts.
    pub sources: SourceMap,
    /// What was guessed or left out.
    pub notes: Vec<Diagnostic>,
}

impl From<SourceMap> for ReadSources {
    fn from(sources: SourceMap) -> Self {
        Self { sources, notes: Vec::new() }
    }
}

/// Reads files of DDL in the order in which they are run; [`STDIN`] is standard input. A folder stands for the SQL files
/// in it, in the order in which a migration tool runs them. Files that take back what others do (`1.down.sql`) are left
/// out, and bytes that are no UTF-8 are read by `encoding`, or by what they look like; both is noted.
///
/// # Errors
/// [`JobError::Read`] for a file that can't be read, [`JobError::NoSqlFile`] for a folder without any.
pub fn read_sources(paths: &[String], encoding: Option<Encoding>) -> Result<ReadSources, JobError> {
    let mut read = ReadSources::default();
    let mut files = Vec::new();
    for path in paths {
        if path != STDIN && Path::new(path).is_dir() {
            let found = sql_files(Path::new(path));
            let found = found.map_err(|source| JobError::Read { name: path.clone(), source })?;
            if found.files.is_empty() {
                return Err(JobError::NoSqlFile { folder: path.clone() });
            }
            read.notes.extend(found.dumps.iter().map(|dump| dump_alone(&dump.to_string_lossy())));
            files.extend(found.files.iter().map(|file| file.to_string_lossy().into_owned()));
        } else {
            files.push(path.clone());
        }
    }
    let undone = undoing(&files);
    read.notes.extend(not_run(&undone.iter().map(|at| files[*at].as_str()).collect::<Vec<_>>()));
    for (at, path) in files.iter().enumerate() {
        if undone.binary_search(&at).is_err() {
            let (name, text, note) = read_file(path, encoding)?;
            read.sources.push(&name, text.strip_prefix('\u{feff}').unwrap_or(&text));
            read.notes.extend(note);
        }
    }
    Ok(read)
}

/// The name, the text and the note of one file.
fn read_file(
    path: &str,
    encoding: Option<Encoding>,
) -> Result<(String, String, Option<Diagnostic>), JobError> {
    let (name, bytes) = match path {
        STDIN => ("<stdin>", read_stdin()),
        path => (path, std::fs::read(path)),
    };
    let bytes = bytes.map_err(|source| JobError::Read { name: name.to_owned(), source })?;
    let (text, note) = decode(name, bytes, encoding);
    Ok((name.to_owned(), text, note))
}

fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A dump is read instead of what lies beside it.
fn dump_alone(dump: &str) -> Diagnostic {
    Diagnostic {
        code: "dump-read".to_owned(),
        severity: Severity::Note,
        message: format!("of its folder `{dump}` alone is read: it lists the migrations that it holds"),
        span: None,
        hint: Some("give the folder of the migrations to have these read".to_owned()),
    }
}

/// Files that are left out, as one note.
fn not_run(files: &[&str]) -> Option<Diagnostic> {
    let first = files.first()?;
    let message = match files.len() {
        1 => format!("`{first}` is not run: it takes back what other files do"),
        n => format!("`{first}` and {} more are not run: they take back what other files do", n - 1),
    };
    let hint = Some("given alone it is run".to_owned()).filter(|_| files.len() == 1);
    Some(Diagnostic { code: "down-not-run".to_owned(), severity: Severity::Note, message, span: None, hint })
}
