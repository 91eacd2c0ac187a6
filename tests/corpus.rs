//! Where the corpus of real schemas is, and which of its files to try.
//!
//! The corpus is not part of the project: `SEEDBED_CORPUS` names its folder, else `../shared/corpus` beside the
//! workspace is tried. Without it the suites that need it say so and pass, except under `CI=true`, where they fail.

use std::path::{Path, PathBuf};

/// The corpus's root folder, if there is one.
///
/// # Panics
/// Under `CI=true` without a corpus: a suite that silently tests nothing must not be green.
pub(crate) fn root() -> Option<PathBuf> {
    let root = match std::env::var_os("SEEDBED_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"),
    };
    if root.is_dir() {
        return Some(root);
    }
    skip(&format!("no corpus of schemas at {} (set SEEDBED_CORPUS)", root.display()));
    None
}

/// The SQL files of one folder in order of name, narrowed by `SEEDBED_ONLY`: a part of `folder/file`.
pub(crate) fn files(root: &Path, folder: &str) -> Vec<PathBuf> {
    let only = std::env::var("SEEDBED_ONLY").unwrap_or_default();
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "sql"))
        .filter(|p| format!("{folder}/{}", name(p)).contains(&only))
        .collect();
    files.sort();
    files
}

/// Whether `SEEDBED_ONLY` narrows the run, so that a folder's totals say nothing.
pub(crate) fn is_narrowed() -> bool {
    std::env::var_os("SEEDBED_ONLY").is_some_and(|v| !v.is_empty())
}

/// A file's name without its extension.
pub(crate) fn name(file: &Path) -> String {
    file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A file's text; bytes that are no UTF-8 are replaced.
pub(crate) fn read(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("cannot read {}: {e}", file.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Says why a suite is not run.
///
/// # Panics
/// Under `CI=true`.
#[expect(clippy::print_stderr, reason = "a skipped suite must be seen")]
pub(crate) fn skip(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
    eprintln!("skipped: {why}");
}
