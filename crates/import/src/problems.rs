//! Problems of files, collected to be told together.

use crate::FileProblem;
use seedbed_schema_model::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// Problems of one kind that are kept of a file, the first ones by line; of all others only how many there are.
const KEPT: usize = 10;

/// What is wrong with files, in an order that does not depend on who found what first.
///
/// ```
/// use seedbed_import::{FileProblem, FileProblems};
/// let mut problems = FileProblems::default();
/// for line in (2..=30).rev() {
///     problems.push(FileProblem::StrayQuote { file: "film.csv".to_owned(), line });
/// }
/// assert_eq!((problems.iter().count(), problems.iter().next().and_then(|p| p.line())), (10, Some(2)));
/// assert_eq!(problems.diagnostics().last().unwrap().message, "19 more rows of `film.csv` are like that");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileProblems {
    /// By file and code.
    kinds: BTreeMap<(Option<String>, &'static str), Kind>,
}

/// Problems of one kind in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kind {
    /// The first ones, by line.
    first: Vec<FileProblem>,
    /// How many there are.
    count: u64,
}

impl FileProblems {
    /// Takes one down.
    pub fn push(&mut self, problem: FileProblem) {
        let key = (problem.file().map(str::to_owned), problem.code());
        let kind = self.kinds.entry(key).or_default();
        kind.count += 1;
        let at = kind.first.partition_point(|known| known.line() <= problem.line());
        if at < KEPT || problem.line().is_none() {
            kind.first.insert(at, problem);
        }
        if kind.first.last().is_some_and(|last| last.line().is_some()) {
            kind.first.truncate(KEPT);
        }
    }

    /// Takes down what somebody else has found.
    pub fn merge(&mut self, other: Self) {
        for (key, kind) in other.kinds {
            let known = self.kinds.entry(key).or_default();
            known.count += kind.count;
            known.first.extend(kind.first);
            known.first.sort_by_key(FileProblem::line);
            if known.first.last().is_some_and(|last| last.line().is_some()) {
                known.first.truncate(KEPT);
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Whether cells went unread that should have been read.
    pub fn has_errors(&self) -> bool {
        self.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// By file; the first ten of each kind.
    pub fn iter(&self) -> impl Iterator<Item = &FileProblem> {
        self.kinds.values().flat_map(|kind| &kind.first)
    }

    /// As a person is shown them.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.listed().map(|(told, _)| told).collect()
    }

    /// As a person is shown them, with the problem that each is; those that were only counted are one without.
    pub fn listed(&self) -> impl Iterator<Item = (Diagnostic, Option<&FileProblem>)> {
        self.kinds.iter().flat_map(|((file, code), kind)| {
            let first = kind.first.iter().map(|problem| (problem.to_diagnostic(), Some(problem)));
            let more = file.as_deref().and_then(|file| kind.more(file, code));
            first.chain(more.map(|told| (told, None)))
        })
    }
}

impl Kind {
    /// How many there are beyond those that are kept.
    fn more(&self, file: &str, code: &str) -> Option<Diagnostic> {
        let message = match self.count - self.first.len() as u64 {
            0 => return None,
            1 => format!("1 more row of `{file}` is like that"),
            more => format!("{more} more rows of `{file}` are like that"),
        };
        let severity = self.first.first()?.severity();
        Some(Diagnostic { code: code.to_owned(), severity, message, span: None, hint: None })
    }
}
