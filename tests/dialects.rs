//! A dialect is a table of answers: code asks the description of the dialect and never which dialect it is.

use seedbed_schema_model::Dialect;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a dialect may be named, and why. Everywhere else it is a question that its description should answer. The enum's
/// own file needs no name of it.
const NAMED: &[(&str, &str)] = &[
    ("sql-values/src/dialect/mod.rs", "finds how a dialect holds and writes values"),
    ("sql-semantics/src/dialect/mod.rs", "finds what a dialect's SQL means"),
    ("sql-syntax/src/dialect/mod.rs", "finds how a dialect's SQL is written"),
    ("export/src/load_script/", "a script is of the client of one server"),
    ("load/src/", "a loader is of one server"),
    ("store-sqlite/src/", "its files are of one database"),
];

#[test]
fn no_code_decides_by_the_dialect() {
    let sources = code();
    let elsewhere: Vec<String> = sources
        .iter()
        .filter(|(name, _)| !NAMED.iter().any(|(allowed, _)| name.starts_with(allowed)))
        .flat_map(|(name, code)| lines_with_a_dialect(name, code))
        .collect();
    assert_eq!(elsewhere, [""; 0], "a question is missing in the description of a dialect");
    for (allowed, why) in NAMED {
        let here = |(name, code): &(String, String)| {
            name.starts_with(allowed) && !lines_with_a_dialect(name, code).is_empty()
        };
        assert!(sources.iter().any(here), "{allowed} names no dialect any more, though {why}");
    }
}

#[test]
fn no_dialect_is_meant_by_silence() {
    let silent: Vec<String> = code().iter().flat_map(|(name, code)| wildcards(name, code)).collect();
    assert_eq!(silent, [""; 0], "a match over dialects names each of them");
}

#[test]
fn a_dialect_in_code_is_seen() {
    let code = "let it = match dialect {\n    Dialect::Sqlite => 1,\n    _ => {\n        2\n    }\n};\nuse Dialect::*;\n// Dialect::MySql\n";
    assert_eq!(
        lines_with_a_dialect("a.rs", code),
        ["a.rs:2: Dialect::Sqlite => 1,", "a.rs:7: use Dialect::*;"]
    );
    assert_eq!(wildcards("a.rs", code), ["a.rs:3: _ => {"]);
}

/// The lines that name a dialect, or import the names of all.
fn lines_with_a_dialect(name: &str, code: &str) -> Vec<String> {
    let lines = code.lines().enumerate().filter(|(_, line)| names_a_dialect(line));
    lines.map(|(at, line)| place(name, at, line)).collect()
}

fn names_a_dialect(line: &str) -> bool {
    let variants = Dialect::ALL.map(|dialect| format!("Dialect::{dialect:?}"));
    let comment = line.trim_start().starts_with("//");
    !comment
        && (line.contains("Dialect::*")
            || line.contains("Dialect::{")
            || variants.iter().any(|v| line.contains(v)))
}

/// The arms for all other dialects, beside those that name one.
fn wildcards(name: &str, code: &str) -> Vec<String> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, arm) in lines.iter().enumerate() {
        if !arm.trim_start().starts_with("Dialect::") || !arm.contains("=>") {
            continue;
        }
        let block = lines
            .iter()
            .enumerate()
            .skip(at)
            .take_while(|(_, line)| line.trim().is_empty() || indent(line) >= indent(arm));
        let others = block.filter(|(_, line)| indent(line) == indent(arm) && is_wildcard(line));
        found.extend(others.map(|(at, line)| place(name, at, line)));
    }
    found.dedup();
    found
}

/// `_ =>`, or a name that takes whatever is left.
fn is_wildcard(line: &str) -> bool {
    let pattern = line.split("=>").next().unwrap_or_default().trim();
    let name = pattern.split(" if ").next().unwrap_or_default();
    line.contains("=>") && !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn place(name: &str, at: usize, line: &str) -> String {
    format!("{name}:{}: {}", at + 1, line.trim())
}

/// The sources of all crates by their names below `crates`, without their tests.
fn code() -> Vec<(String, String)> {
    let crates = root().join("crates");
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("source is text");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        (file.strip_prefix(&crates).expect("below crates").display().to_string(), code.to_owned())
    };
    sources(&crates).into_iter().map(read).collect()
}

/// The sources of all crates but for their tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder of sources").map(|e| e.expect("entry").path()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() && !matches!(name.as_str(), "tests" | "benches" | "examples") {
            found.extend(sources(&entry));
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(entry);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace").to_owned()
}
