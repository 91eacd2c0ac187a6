//! A further dialect is the files that CONTRIBUTING.md names, and nothing else of the reading side.
//!
//! A copy of the crates from the vocabulary to the reader of DDL gets a dialect that nobody has: SQLite but for its
//! quotes, `[a name]` and no others. It must compile, read its own DDL and quote a name its own way; and with one answer
//! left out the compiler must name the question. The copy has a folder of its own below the target folder, where it stays
//! compiled.

use crate::corpus;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The crates that are copied.
const CRATES: [&str; 6] =
    ["schema-model", "sql-values", "sql-semantics", "sql-syntax", "ddl-catalog", "ddl-parse"];

/// What is written to take in the dialect: a file, and the texts in it that get another behind them.
const LINES: [(&str, &[(&str, &str)]); 4] = [
    (
        "crates/schema-model/src/dialect.rs",
        &[(
            "        references_after_triggers: true,\n    },\n",
            "    /// Made up.\n    MadeUp: DialectFacts {\n        name: \"made-up\",\n        other_names: &[],\n        listed: \"made-up\",\n        schemas: false,\n        references_after_triggers: true,\n    },\n",
        )],
    ),
    (
        "crates/sql-values/src/dialect/mod.rs",
        &[
            ("mod mysql;\n", "mod made_up;\n"),
            ("=> &sqlite::REPRESENTATION,\n", "        Dialect::MadeUp => &made_up::REPRESENTATION,\n"),
        ],
    ),
    (
        "crates/sql-semantics/src/dialect/mod.rs",
        &[
            ("mod keys;\n", "mod made_up;\n"),
            ("=> &sqlite::SEMANTICS,\n", "        Dialect::MadeUp => &made_up::SEMANTICS,\n"),
        ],
    ),
    (
        "crates/sql-syntax/src/dialect/mod.rs",
        &[
            ("mod detect;\n", "mod made_up;\n"),
            ("=> &sqlite::SYNTAX,\n", "        Dialect::MadeUp => &made_up::SYNTAX,\n"),
        ],
    ),
];

/// Its descriptions: SQLite's, and the answer that differs.
const DESCRIPTIONS: [(&str, &str, &str); 3] = [
    ("crates/sql-values/src/dialect", "quote: ('\"', '\"'),", "quote: ('[', ']'),"),
    (
        "crates/sql-semantics/src/dialect",
        "evaluation_order: EvaluationOrder::Free,",
        "evaluation_order: EvaluationOrder::LeftToRight,",
    ),
    (
        "crates/sql-syntax/src/dialect",
        "name_quotes: &[('\"', '\"'), ('`', '`'), ('[', ']')],",
        "name_quotes: &[('[', ']')],",
    ),
];

/// A program that reads DDL of the dialect and quotes a name of it.
const PROGRAM: &str = r#"//! What a made-up dialect reads and writes.
fn main() {
    let sources = seedbed_schema_model::SourceMap::of("CREATE TABLE [a table] ([a key] int CHECK ([a key] > 0));");
    let lowered = seedbed_ddl_parse::parse(&sources, "made-up".parse().ok());
    for table in &lowered.schema.tables {
        let quoted = seedbed_sql_values::quote_qualified(lowered.schema.dialect, &table.name);
        println!("{quoted} {} {:?}", lowered.schema.dialect, table.checks[0].expr.columns());
    }
    println!("{:?}", lowered.problems);
}
"#;

#[test]
fn a_further_dialect_is_a_file_for_each_description() {
    let Some(workspace) = MadeUp::copy("whole", &CRATES) else { return };
    workspace.add_program();
    let ran = workspace.cargo(&["run", "--quiet", "-p", "made-up"]);
    let written = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(written, "[a table] made-up [c0]\n[]\n", "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_compiler_names_the_question_that_a_dialect_leaves_open() {
    let Some(workspace) = MadeUp::copy("unanswered", &["schema-model", "sql-syntax"]) else { return };
    let path = workspace.root.join("crates/sql-syntax/src/dialect/made_up.rs");
    let whole = fs::read_to_string(&path).expect("the description was copied");
    workspace.write(&path, &replaced(&whole, "        hash: Hash::Operator,\n", ""));
    let built = workspace.cargo(&["build", "-p", "seedbed-sql-syntax"]);
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(said.contains("missing field `hash` in initializer of"), "{said}");
}

#[test]
fn contributing_names_the_files_of_a_dialect() {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("the page of the workspace");
    let row = page.lines().find(|line| line.starts_with("| dialect |")).expect("a row for dialects");
    let described = DESCRIPTIONS.iter().map(|(folder, ..)| format!("`{folder}/<name>.rs`"));
    for file in LINES.iter().map(|(file, _)| format!("`{file}`")).chain(described) {
        assert!(row.contains(&file), "the row for dialects leaves out {file}");
    }
}

/// A copy of some crates that knows the made-up dialect.
struct MadeUp {
    root: PathBuf,
}

impl MadeUp {
    /// The copy of that name; `None` where there are no sources to copy.
    fn copy(name: &str, crates: &[&str]) -> Option<Self> {
        if !root().join("crates/schema-model/src").is_dir() {
            corpus::skip("the sources of the workspace are not there");
            return None;
        }
        let made = Self { root: target().join(name) };
        for name in crates {
            let folder = Path::new("crates").join(name);
            made.take(&folder.join("Cargo.toml"));
            files(&root(), &root().join(&folder).join("src")).iter().for_each(|file| made.take(file));
        }
        made.take(Path::new("Cargo.lock"));
        made.add_manifest();
        made.forget_removed();
        made.add_dialect();
        Some(made)
    }

    /// The workspace's manifest for the crates that are here; dependencies are compiled as fast as can be.
    fn add_manifest(&self) {
        let whole = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest of the workspace");
        let (_, packages) = whole.split_once("[workspace.package]").expect("what packages share");
        let packages = packages.split("[profile.").next().unwrap_or_default();
        let head = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[workspace.package]";
        let profile = "[profile.dev]\ndebug = false\nincremental = false\n";
        self.write(&self.root.join("Cargo.toml"), &format!("{head}{packages}{profile}"));
    }

    /// Removes the sources that the workspace has no more.
    fn forget_removed(&self) {
        let ours = |file: &Path| file.ends_with("made_up.rs") || file.starts_with("crates/made-up");
        for file in files(&self.root, &self.root.join("crates")) {
            if !ours(&file) && !root().join(&file).exists() {
                fs::remove_file(self.root.join(file)).expect("a file of the copy");
            }
        }
    }

    /// A line for the dialect where one is wanted, and its descriptions.
    fn add_dialect(&self) {
        for (file, lines) in LINES.iter().filter(|(file, _)| self.root.join(file).exists()) {
            let mut text = fs::read_to_string(root().join(file)).expect("it was copied");
            for (before, line) in *lines {
                text = replaced(&text, before, &format!("{before}{line}"));
            }
            self.write(&self.root.join(file), &text);
        }
        for (folder, answer, other) in DESCRIPTIONS.iter().filter(|(f, ..)| self.root.join(f).exists()) {
            let text =
                fs::read_to_string(root().join(folder).join("sqlite.rs")).expect("SQLite is described");
            self.write(&self.root.join(folder).join("made_up.rs"), &replaced(&text, answer, other));
        }
    }

    /// The package of [`PROGRAM`].
    fn add_program(&self) {
        let needs = ["schema-model", "sql-values", "ddl-parse"];
        let needs = needs.map(|name| format!("seedbed-{name}.workspace = true\n")).concat();
        let package = "[package]\nname = \"made-up\"\nedition.workspace = true\n\n[dependencies]\n";
        self.write(&self.root.join("crates/made-up/Cargo.toml"), &format!("{package}{needs}"));
        self.write(&self.root.join("crates/made-up/src/main.rs"), PROGRAM);
    }

    /// Takes a file of the workspace over, unless it will get a line for the dialect.
    fn take(&self, file: &Path) {
        let text = fs::read_to_string(root().join(file)).expect("a file of the workspace");
        let changed = LINES.iter().any(|(name, _)| Path::new(name) == file);
        let to = self.root.join(file);
        if !(changed && to.exists()) {
            self.write(&to, &text);
        }
    }

    /// Writes a file, unless it holds that already: what does not change is not compiled again.
    fn write(&self, path: &Path, text: &str) {
        if fs::read_to_string(path).is_ok_and(|held| held == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("below the copy")).expect("a folder of the copy");
        fs::write(path, text).expect("a file of the copy");
    }

    /// Runs cargo on the copy, without a network.
    fn cargo(&self, arguments: &[&str]) -> Output {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).args(["--offline", "--target-dir"]).arg(target().join("compiled"));
        command.current_dir(&self.root).env_remove("RUSTFLAGS").output().expect("cargo runs")
    }
}

/// A text with one of its parts, which it must have, replaced.
fn replaced(text: &str, part: &str, other: &str) -> String {
    assert!(text.contains(part), "`{part}` is gone: this test has to follow");
    text.replacen(part, other, 1)
}

/// The files below a folder, as paths in the workspace that it is of.
fn files(workspace: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).expect("a folder of sources").map(|e| e.expect("an entry").path()) {
        match path.is_dir() {
            true => found.extend(files(workspace, &path)),
            false => found.push(path.strip_prefix(workspace).expect("in the workspace").to_owned()),
        }
    }
    found
}

/// The folder for copies, in the target folder that this test was compiled to.
fn target() -> PathBuf {
    let program = env::current_exe().expect("a test is a program");
    program.ancestors().nth(3).expect("target/debug/deps").join("made-up-dialect")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace").to_owned()
}
