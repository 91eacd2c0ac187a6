//! A dialect is a table of answers: code asks the description of the dialect and never which dialect it is.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a dialect may be named, and why. Everywhere else it is a question that its description should answer.
const NAMED: &[(&str, &str)] = &[
    ("schema-model/src/dialect.rs", "the enum, with what the vocabulary itself has to know"),
    ("sql-semantics/src/dialect/mod.rs", "finds the description"),
    ("ddl-parse/src/", "statements are still read by asking for the dialect"),
    ("sql-syntax/src/", "statements are still read by asking for the dialect"),
    ("export/src/load_script/", "a script is of the client of one server"),
    ("load-plan/src/", "how a server is loaded; what it checks and when is still asked of the dialect"),
    ("load/src/", "a loader is of one server"),
];

#[test]
fn no_code_decides_by_the_dialect() {
    let mut elsewhere = Vec::new();
    for file in sources(&root().join("crates")) {
        let name = file.strip_prefix(root().join("crates")).expect("below crates").display().to_string();
        if NAMED.iter().any(|(allowed, _)| name.starts_with(allowed)) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("source is text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().enumerate().filter(|(_, line)| names_a_dialect(line));
        elsewhere.extend(lines.map(|(at, line)| format!("{name}:{}: {}", at + 1, line.trim())));
    }
    assert_eq!(elsewhere, [""; 0], "a question is missing in the description of a dialect");
}

fn names_a_dialect(line: &str) -> bool {
    let comment = line.trim_start().starts_with("//");
    !comment && ["Postgres", "MySql", "Sqlite"].iter().any(|d| line.contains(&format!("Dialect::{d}")))
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
