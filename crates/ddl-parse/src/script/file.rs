//! A file of a script: its statements, and the commands of its client.
//!
//! Text that a client would bring in (`\i`, `.read`, `\gexec`) is not there to be read, and reported. The data behind
//! `COPY ... FROM stdin` goes to the table that the statement named. What is opened in a file and never closed is
//! reported when the file ends.

use super::apply::apply_statement;
use seedbed_ddl_catalog::{Problem, SystemCatalog, rows};
use seedbed_schema_model::{SourceFile, Span};
use seedbed_sql_syntax::{Cursor, ScriptItem, SourceText, Splitter, Unclosed};
use std::ops::Range;

/// Applies the statements in some parts of a file in order. A file that reaches beyond 4 GiB of all files is reported and left out.
pub(crate) fn read_file(catalog: &mut SystemCatalog, file: &SourceFile, parts: &[Range<usize>]) {
    // Spans are 32 bits wide; what lies beyond cannot be pointed at.
    if u32::try_from(file.start + file.text.len()).is_err() {
        let (command, span) = (file.name.clone(), Span::new(file.start, file.start));
        catalog.problems.push(Problem::NotFollowed { command, span });
        return;
    }
    for part in parts {
        read_part(catalog, file, part.clone());
    }
}

/// Applies the statements in some bytes of a file.
fn read_part(catalog: &mut SystemCatalog, file: &SourceFile, part: Range<usize>) {
    let source = SourceText::new(&file.text, catalog.dialect()).at(file.start);
    let mut splitter = Splitter::new(source, part.start, part.end);
    for item in splitter.by_ref() {
        match item {
            ScriptItem::Statement(tokens) => apply_statement(catalog, Cursor::new(source, &tokens)),
            ScriptItem::Command(command, span) if brings_text(command) => {
                catalog.problems.push(Problem::NotFollowed { command: command.to_owned(), span });
            }
            ScriptItem::Command(..) => {}
            ScriptItem::Data(lines) => rows::copied(catalog, lines),
        }
    }
    let unclosed = splitter.into_unclosed().into_iter();
    catalog.problems.extend(unclosed.map(|Unclosed { what, span }| Problem::Unterminated { what, span }));
}

/// The place of some bytes of a file among all files.
pub(super) fn span_in(file: &SourceFile, bytes: Range<usize>) -> Span {
    Span::new(bytes.start, bytes.end).shifted(file.start)
}

/// Whether a client's command reads another file or runs the result of a query.
fn brings_text(command: &str) -> bool {
    let word = command.split_whitespace().next().unwrap_or("");
    matches!(word, "\\i" | "\\ir" | "\\include" | "\\include_relative" | "\\gexec" | ".read" | "\\.")
}
