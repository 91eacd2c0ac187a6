//! A schema file of `fixtures/whole` with what must hold of its rows, read from the comments at its beginning.

use seedbed_job::{Job, JobError, Outcome, Overrides, Silent, Target};
use seedbed_schema_model::{Dialect, SourceMap};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A schema and what is to be shown of it.
#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) path: PathBuf,
    dialect: Dialect,
    text: String,
    overrides: Overrides,
    /// How often it is loaded, each time with another seed.
    pub(crate) runs: u64,
    /// Whether it can be loaded into the server that CI has.
    pub(crate) on_server: bool,
    /// Whether the rows of files hold whenever these are loaded.
    pub(crate) is_bundled: bool,
    /// Queries of one value, which must be true.
    pub(crate) holds: Vec<String>,
    told: Told,
}

/// Codes that must be told, and no others: everywhere, only where files are made, only by a load.
#[derive(Debug, Default)]
struct Told {
    always: BTreeSet<String>,
    in_files: BTreeSet<String>,
    in_loads: BTreeSet<String>,
}

/// Where the rows of a fixture go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Files,
    Load,
}

impl Fixture {
    /// The fixtures of a dialect in order of name, narrowed by `SEEDBED_ONLY`: a part of `dialect/file`.
    pub(crate) fn all(dialect: Dialect) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/whole").join(dialect.name());
        let only = std::env::var("SEEDBED_ONLY").unwrap_or_default();
        let entries = fs::read_dir(folder).expect("a folder of fixtures").flatten().map(|e| e.path());
        let is_asked = |path: &PathBuf| path.to_string_lossy().contains(&only);
        let mut paths: Vec<PathBuf> = entries.filter(is_asked).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(dialect, path)).collect()
    }

    fn read(dialect: Dialect, path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a fixture");
        let mut fixture = Self {
            path: path.to_owned(),
            dialect,
            text: String::new(),
            overrides: Overrides { rows: Some(100), ..Overrides::default() },
            runs: 1,
            on_server: true,
            is_bundled: true,
            holds: Vec::new(),
            told: Told::default(),
        };
        for line in text.lines().map_while(|line| line.strip_prefix("-- ")) {
            let Some((key, value)) = line.split_once(": ") else { continue };
            fixture.set(key, value.trim());
        }
        Self { text, ..fixture }
    }

    /// Takes a line of the head; what is no setting is prose.
    fn set(&mut self, key: &str, value: &str) {
        let codes = || value.split_whitespace().map(str::to_owned).collect::<BTreeSet<String>>();
        let number = || value.parse().unwrap_or_else(|_| panic!("{}: {key}: {value}", self.path.display()));
        match key {
            "rows" => self.overrides.rows = Some(number()),
            "table" => {
                let (table, rows) = value.split_once('=').expect("table=rows");
                self.overrides.table_rows.push((table.to_owned(), rows.parse().expect("rows")));
            }
            "null" => self.overrides.null_rate = Some(value.parse().expect("a share")),
            "infer references" => self.overrides.infer_references = value == "yes",
            "runs" => self.runs = number(),
            "server" => self.on_server = value != "no",
            "bundle" => self.is_bundled = value != "no",
            "holds" => self.holds.push(value.trim_end_matches(';').to_owned()),
            "told" => self.told.always = codes(),
            "told in files" => self.told.in_files = codes(),
            "told in loads" => self.told.in_loads = codes(),
            _ => {}
        }
    }

    /// Makes its rows for a target.
    pub(crate) fn run(&self, target: Target<'_>, seed: u64) -> Result<Outcome, JobError> {
        let overrides = Overrides { seed: Some(seed), ..self.overrides.clone() };
        let job = Job::new(SourceMap::of(&self.text)).dialect(self.dialect).overrides(overrides);
        job.run(target, &mut Silent)
    }

    /// What was told otherwise than the fixture says, and every constraint that a row breaks.
    pub(crate) fn differences(&self, outcome: &Outcome, way: Way) -> Vec<String> {
        let violations = outcome.violations();
        let mut wrong: Vec<String> = violations.iter().map(|v| v.message.clone()).collect();
        let shortfalls = outcome.shortfalls();
        let told = outcome.read.problems.iter().chain(&shortfalls);
        let told = told.map(|problem| (problem.code.clone(), problem.message.clone()));
        let limits = outcome.limitations.iter().map(|l| (l.code.to_string(), format!("{l:?}")));
        let told: Vec<(String, String)> = told.chain(limits).collect();
        let here = if way == Way::Files { &self.told.in_files } else { &self.told.in_loads };
        let wanted: BTreeSet<&String> = self.told.always.union(here).collect();
        wrong.extend(
            told.iter().filter(|(code, _)| !wanted.contains(code)).map(|(c, m)| format!("[{c}] {m}")),
        );
        let missing = wanted.iter().filter(|code| told.iter().all(|(told, _)| told != **code));
        wrong.extend(missing.map(|code| format!("`{code}` is not told")));
        wrong
    }

    /// Where a difference is, for people.
    pub(crate) fn place(&self, what: &str, wrong: &str) -> String {
        let name = self.path.file_stem().map(|n| n.to_string_lossy()).unwrap_or_default();
        format!("{}/{name} ({what}): {wrong}", self.dialect.name())
    }
}
