//! What a person sees when something is wrong: each file of `diagnostics/` is a command, its input files, and below the
//! line the exit code and standard error. `UPDATE_EXPECT=1` rewrites what is below the line.

use crate::workdir::Workdir;
use std::path::{Path, PathBuf};

#[test]
fn problems_are_shown_as_a_compiler_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("the fixtures can be read").path())
        .collect();
    cases.sort();
    assert!(cases.len() > 5, "too few fixtures in {}", folder.display());
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(case: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(case).expect("the fixture can be read");
    let (input, want) = text.split_once(LINE).expect("a line of dashes divides input from output");
    let got = run(input);
    if got == want {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(case, format!("{input}{LINE}{got}")).expect("the fixture can be written");
        return Ok(());
    }
    Err(format!("{}: wanted\n{want}\ngot\n{got}", case.display()))
}

/// Runs the command of a fixture on its files.
fn run(input: &str) -> String {
    let (command, files) = input.split_once('\n').expect("the first line is the command");
    let workdir = Workdir::new();
    for file in files.split("=== ").skip(1) {
        let (name, text) = file.split_once('\n').expect("a file has a name");
        workdir.write(name, text);
    }
    let ran = workdir.run(command.strip_prefix("$ seedbed ").expect("a command begins with `$ seedbed `"));
    format!("exit {}\n{}", ran.code, ran.stderr)
}

const LINE: &str = "--------\n";
