//! Migrations that hold both ways in one file: what builds the schema is run, what takes it back is not.
//!
//! Each tool has a line of comment for either way: goose `-- +goose Down`, sql-migrate `-- +migrate Down`, dbmate
//! `-- migrate:down`, tern `---- create above / drop below ----` and so on.

use seedbed_ddl_catalog::Problem;
use seedbed_schema_model::{SourceFile, SourceMap};
use std::ops::Range;

/// The lines of comment by which a tool tells the ways apart, in lower case and without dashes.
struct Marks {
    up: &'static [&'static str],
    down: &'static [&'static str],
    /// They may be anybody's words: they count where the way up is marked before, and nothing follows on the line.
    vague: bool,
}

const TOOLS: [Marks; 11] = [
    Marks { up: &["+goose up"], down: &["+goose down"], vague: false },
    Marks { up: &["+migrate up"], down: &["+migrate down"], vague: false },
    Marks { up: &["migrate:up"], down: &["migrate:down"], vague: false },
    Marks { up: &[], down: &["create above / drop below"], vague: false },
    Marks { up: &["+micrate up"], down: &["+micrate down"], vague: false },
    Marks { up: &["rambler up"], down: &["rambler down"], vague: false },
    // MyBatis.
    Marks { up: &[], down: &["//@undo", "// @undo"], vague: false },
    // Play.
    Marks { up: &["!ups"], down: &["!downs"], vague: false },
    // node-pg-migrate.
    Marks { up: &["up migration"], down: &["down migration"], vague: true },
    Marks { up: &["up", "@up"], down: &["down", "@down"], vague: true },
    // Mojo: `-- 3 up`, `-- 3 down`.
    Marks { up: &["@numbered up"], down: &["@numbered down"], vague: true },
];

/// The parts of a text that are run, in order, and the first line of each that is not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) run: Vec<Range<usize>>,
    pub(crate) marks: Vec<Range<usize>>,
}

/// A text by its marks; all of it is run where there are none.
pub(crate) fn sections(text: &str) -> Sections {
    let mut found = Sections::default();
    // Since when nothing is run, and by whose mark.
    let mut down: Option<&Marks> = None;
    let (mut start, mut ups) = (0, [false; TOOLS.len()]);
    for line in comment_lines(text) {
        let Some(words) = words_of(&text[line.clone()]) else { continue };
        for (tool, is_marked) in TOOLS.iter().zip(&mut ups) {
            if is_any(tool.up, &words, tool.vague) {
                *is_marked = true;
                // Only Play takes such a line for a comment.
                let begin = if text[line.clone()].contains('#') { line.end } else { line.start };
                if down.is_some_and(|of| std::ptr::eq(of, tool)) {
                    (down, start) = (None, begin);
                } else if down.is_none() && begin == line.end {
                    found.run.push(start..line.start);
                    start = begin;
                }
            } else if down.is_none() && (*is_marked || !tool.vague) && is_any(tool.down, &words, tool.vague) {
                found.run.push(start..line.start);
                found.marks.push(line.clone());
                down = Some(tool);
            }
        }
    }
    if down.is_none() {
        found.run.push(start..text.len());
    }
    found
}

/// The lines that begin with dashes, also behind `#`, as Play has it.
fn comment_lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            // One character is found faster than two.
            let at = from + text.get(from..)?.find('-')?;
            if !text[at..].starts_with("--") {
                from = at + 1;
                continue;
            }
            let before = text[..at].trim_end_matches([' ', '\t', '#', '\u{feff}']);
            if !before.is_empty() && !before.ends_with('\n') {
                from = at + 2;
                continue;
            }
            let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
            from = end;
            return Some(before.len()..end);
        }
    })
}

/// What a comment says that may be a mark: those are short, and begin with few characters.
fn words_of(line: &str) -> Option<String> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '-' | '#' | '\u{feff}');
    let words = line.trim_matches(blank);
    if let Some(way) = words.strip_prefix(|c: char| c.is_ascii_digit()) {
        let way = way.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        return (words.len() <= 80).then(|| format!("@numbered {}", way.to_ascii_lowercase()));
    }
    let may_be = words.len() <= 80
        && words.starts_with(['+', '/', '!', '@', 'c', 'd', 'm', 'r', 'u', 'C', 'D', 'M', 'R', 'U']);
    may_be.then(|| words.to_ascii_lowercase())
}

fn is_any(marks: &[&str], words: &str, vague: bool) -> bool {
    marks.iter().any(|mark| {
        words
            .strip_prefix(mark)
            .is_some_and(|rest| rest.is_empty() || !vague && rest.starts_with(char::is_whitespace))
    })
}

/// That some parts are not run, as one problem for all files that have such parts, each with its first mark.
pub(crate) fn not_run(marked: &[(&SourceFile, Range<usize>)]) -> Option<Problem> {
    let (file, mark) = marked.first()?;
    let text = file.text[mark.clone()].trim().to_owned();
    let span = super::file::span_in(file, mark.clone());
    Some(Problem::DownNotRun { mark: text, more_files: marked.len() - 1, span })
}

/// The text of all files as one script, without the parts that are not run. A statement ends with its file.
///
/// ```
/// use seedbed_ddl_parse::text_to_run;
/// use seedbed_schema_model::SourceMap;
/// let file = "-- +goose Up\nCREATE TABLE film (id int);\n-- +goose Down\nDROP TABLE film;\n";
/// assert_eq!(text_to_run(&SourceMap::of(file)), "-- +goose Up\nCREATE TABLE film (id int);\n");
/// let mut two = SourceMap::of("CREATE TABLE film (id int)");
/// two.push("2.sql", "CREATE TABLE cast (id int);");
/// assert_eq!(text_to_run(&two), "CREATE TABLE film (id int)\n;\nCREATE TABLE cast (id int);");
/// ```
pub fn text_to_run(sources: &SourceMap) -> String {
    let files = sources.files();
    let mut text = String::new();
    for (at, file) in files.iter().enumerate() {
        sections(&file.text).run.into_iter().for_each(|part| text.push_str(&file.text[part]));
        if at + 1 < files.len() {
            text.push_str(if ends_open(&text) { "\n;\n" } else { "\n" });
        }
    }
    text
}

/// Whether a statement at the end of a text has no end of its own: neither a semicolon nor a command of the client.
fn ends_open(text: &str) -> bool {
    let code = |line: &&str| !line.is_empty() && !line.starts_with("--") && !line.starts_with('#');
    let Some(last) = text.lines().rev().map(str::trim).find(code) else { return false };
    let is_command =
        last.starts_with(['\\', '.']) || is_any(&["delimiter", "go"], &last.to_lowercase(), true);
    let before_comment = last.split(" --").next().unwrap_or(last).trim_end();
    !is_command && !before_comment.ends_with([';', '/', '$']) && !before_comment.ends_with("*/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let run: Vec<&str> = sections(text).run.into_iter().map(|part| text[part].trim()).collect();
        assert_eq!(run, expected, "{text}");
    }

    #[test]
    fn the_way_back_is_left_out() {
        check("a;\nb;", &["a;\nb;"]);
        check("-- +goose Up\na;\n-- +goose Down\nb;", &["-- +goose Up\na;"]);
        check("-- +goose Down\nb;\n-- +goose Up\na;", &["", "-- +goose Up\na;"]);
        check("--+migrate Up notransaction\na;\n--  +migrate Down\nb;", &["--+migrate Up notransaction\na;"]);
        check(
            "-- migrate:up transaction:false\na;\n-- migrate:down\nb;",
            &["-- migrate:up transaction:false\na;"],
        );
        check("a;\n---- create above / drop below ----\nb;", &["a;"]);
        check("# --- !Ups\na;\n# --- !Downs\nb;", &["", "a;"]);
        check("# Users schema\n# --- !Ups\na;\n# --- !Downs\nb;", &["# Users schema", "a;"]);
        check("-- 1 up\na;\n-- 1 down\nb;\n-- 2 up\nc;\n-- 2 down", &["-- 1 up\na;", "-- 2 up\nc;"]);
        check("-- Up Migration\na;\n-- Down Migration\nb;", &["-- Up Migration\na;"]);
        check("-----\n-- Up\n-----\na;\n-----\n-- Down\n-----\nb;", &["-----\n-- Up\n-----\na;\n-----"]);
    }

    #[test]
    fn other_comments_mark_nothing() {
        for text in [
            "-- down\na;",
            "-- up\na; -- down\n",
            "-- +goose Downwards\na;",
            "a '\n x -- +goose Down';",
            "-- up\na;\n-- down the road\nb;",
            "-- 1 up\na;\n-- 2 downs\nb;",
            "-- 2 down\na;",
        ] {
            check(text, &[text.trim()]);
        }
    }
}
