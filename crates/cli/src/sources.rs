//! Reading schema files.

use crate::exit::Outside;
use seedbed::schema::SourceMap;
use std::io::Read;

/// The name that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// Reads the files in order. Bytes that are no UTF-8 become replacement characters: dumps of old databases carry
/// comments in old encodings, and names and keywords survive.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn read(paths: &[String]) -> Result<SourceMap, Outside> {
    let mut sources = SourceMap::default();
    for path in paths {
        let (name, bytes) = match path.as_str() {
            STDIN => ("<stdin>", read_stdin()),
            path => (path, std::fs::read(path)),
        };
        let bytes = bytes.map_err(|e| Outside::new(format!("cannot read `{name}`"), e))?;
        let text = String::from_utf8_lossy(&bytes);
        sources.push(name, text.strip_prefix('\u{feff}').unwrap_or(&text));
    }
    Ok(sources)
}

fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
