//! Every `fixtures/DIALECT/LAW.plan` holds DDL, below `---- spec` a spec if it needs one, and below `----` the plan that is
//! made of them: what each table gets and why, or every reason why there is no plan.
//! `UPDATE_EXPECT=1 cargo test -p seedbed-datagen-core --test plan` rewrites what stands below the last line.

mod coverage;
mod fixture;
mod render;

use fixture::Fixture;
use std::path::{Path, PathBuf};

#[test]
fn plans_are_made_as_written() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 40, "only {} fixtures were found", fixtures.len());
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for (path, fixture) in &fixtures {
        let got = fixture.explained();
        if got == fixture.expected {
            continue;
        }
        if update {
            std::fs::write(path, fixture.text_with(&got)).expect("a fixture can be written");
        } else {
            wrong.push(format!("{}\n{}", path.display(), first_difference(&fixture.expected, &got)));
        }
    }
    assert!(wrong.is_empty(), "{} fixtures differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Every fixture with its path, sorted.
fn fixtures() -> Vec<(PathBuf, Fixture)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/fixtures");
    let mut paths: Vec<PathBuf> = entries(&root).iter().flat_map(|dialect| entries(dialect)).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "plan"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), Fixture::read(&path))).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the fixtures' folder can be read");
    entries.map(|entry| entry.expect("an entry can be read").path()).collect()
}

fn first_difference(expected: &str, got: &str) -> String {
    let mut lines = expected.lines().zip(got.lines());
    match lines.find(|(e, g)| e != g) {
        Some((e, g)) => format!("expected: {e}\n     got: {g}"),
        None => format!("expected {} lines, got {}", expected.lines().count(), got.lines().count()),
    }
}
