//! A folder of its own for each test, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A temporary folder to run the program in.
#[derive(Debug)]
pub(crate) struct Workdir {
    folder: TempDir,
}

/// What a run left on the streams.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Workdir {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder can be made") }
    }

    /// A folder that holds `schema.sql`.
    pub(crate) fn with_schema(ddl: &str) -> Self {
        let workdir = Self::new();
        workdir.write("schema.sql", ddl);
        workdir
    }

    /// A folder that holds the bookshop as `schema.sql`.
    pub(crate) fn with_bookshop() -> Self {
        Self::with_schema(include_str!("../../../examples/bookshop.sql"))
    }

    /// The place of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the folder can be written to");
    }

    /// A file's text.
    pub(crate) fn read(&self, name: &str) -> String {
        read(&self.path(name))
    }

    /// Runs `seedbed` here with arguments separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.run_with(arguments.split_whitespace())
    }

    /// Runs `seedbed` here with arguments that may have spaces. No language model is asked, whatever the environment says.
    pub(crate) fn run_with<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.run_in(&[], arguments)
    }

    /// Runs `seedbed` here with variables of the environment.
    pub(crate) fn run_in<'a>(
        &self,
        variables: &[(&str, &str)],
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_seedbed"))
            .args(arguments)
            .env_remove("GEMINI_API_KEY")
            .env_remove("GEMINI_KEY_FILE")
            .envs(variables.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program can be run");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Ran {
            code: output.status.code().expect("the program was not killed"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs `seedbed` and demands that all went well.
    pub(crate) fn run_ok(&self, arguments: &str) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "seedbed {arguments}\n{}", ran.stderr);
        ran
    }

    /// The CSV files of a folder with their bytes, by name.
    pub(crate) fn csv_files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(self.path(folder)).expect("the folder was written");
        let mut files: Vec<(String, Vec<u8>)> = entries
            .map(|entry| entry.expect("the folder can be read").path())
            .filter(|path| path.extension().is_some_and(|e| e == "csv"))
            .map(|path| (file_name(&path), std::fs::read(&path).expect("the file can be read")))
            .collect();
        files.sort();
        files
    }

    /// A report.
    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).expect("the report is JSON")
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
