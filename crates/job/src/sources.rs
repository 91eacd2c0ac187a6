//! Reading schema files.

use crate::JobError;
use seedbed_schema_model::SourceMap;
use std::io::Read;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// Reads files of DDL in the order in which they are run; [`STDIN`] is standard input. Bytes that are no UTF-8 become replacement characters: dumps of old databases carry
/// comments in old encodings, and names and keywords survive.
///
/// # Errors
/// [`JobError::Read`] for a file that can't be read.
pub fn read_sources(paths: &[String]) -> Result<SourceMap, JobError> {
    let mut sources = SourceMap::default();
    for path in paths {
        let (name, bytes) = match path.as_str() {
            STDIN => ("<stdin>", read_stdin()),
            path => (path, std::fs::read(path)),
        };
        let bytes = bytes.map_err(|source| JobError::Read { name: name.to_owned(), source })?;
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        sources.push(name, text.strip_prefix('\u{feff}').unwrap_or(&text));
    }
    Ok(sources)
}

fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
