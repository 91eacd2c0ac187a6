//! One fixture: its parts, and the plan of it.

use crate::render;
use seedbed_datagen_core::{Catalog, Existing, Request, Spec, TypesAlone};
use seedbed_ddl_parse::{Lowered, parse};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, SourceMap};
use std::path::Path;
use std::sync::Arc;

/// DDL, wishes, and what is to come of them.
#[derive(Debug)]
pub(crate) struct Fixture {
    dialect: Dialect,
    ddl: String,
    spec: Option<String>,
    /// The plan as text.
    pub(crate) expected: String,
}

/// Above it the DDL, below it the spec.
const SPEC: &str = "\n---- spec\n";
/// Above it what goes in, below it what comes out.
const DIVIDER: &str = "\n----\n";

impl Fixture {
    /// Reads a file, in the dialect that its folder is called after.
    pub(crate) fn read(path: &Path) -> Self {
        let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        let dialect = Dialect::ALL.into_iter().find(|d| Some(d.name()) == folder);
        let text = std::fs::read_to_string(path).expect("a fixture is UTF-8");
        let (input, expected) = text.split_once(DIVIDER).unwrap_or((text.trim_end(), ""));
        let (ddl, spec) = input.split_once(SPEC).map_or((input, None), |(ddl, spec)| (ddl, Some(spec)));
        Self {
            dialect: dialect.expect("the folder is called after a dialect"),
            ddl: ddl.to_owned(),
            spec: spec.map(str::to_owned),
            expected: expected.to_owned(),
        }
    }

    /// The file with another plan below the line.
    pub(crate) fn text_with(&self, plan: &str) -> String {
        let spec = self.spec.as_ref().map_or_else(String::new, |spec| format!("{SPEC}{spec}"));
        format!("{}{spec}{DIVIDER}{plan}", self.ddl)
    }

    /// The plan, or the reasons why there is none, as text.
    pub(crate) fn explained(&self) -> String {
        let sources = SourceMap::of(&self.ddl);
        let lowered = parse(&sources, Some(self.dialect));
        let (request, catalog) = wishes(self.spec.as_deref().unwrap_or_default(), &lowered);
        let unread: String =
            lowered.problems.iter().map(|p| format!("problem [{}]: {p}\n", p.code())).collect();
        let plan = seedbed_planner::plan(Arc::new(lowered.schema), &request, &*catalog);
        unread + &render::plan(&plan, &sources)
    }
}

/// What the spec asks, and beside it, for this suite: `only` and `expected` as on the command line, `session-user` as a
/// server tells it, and `catalog = "standard"` where names are to matter, too.
fn wishes(spec: &str, lowered: &Lowered) -> (Request, Box<dyn Catalog>) {
    let mut spec: toml::Table = spec.parse().expect("a fixture's spec is TOML");
    let mut names = |key: &str| -> Option<Vec<String>> {
        spec.remove(key).map(|names| names.try_into().expect("a list of names"))
    };
    let (only, expected) = (names("only"), names("expected").unwrap_or_default());
    let catalog: Box<dyn Catalog> = match spec.remove("catalog") {
        Some(_) => Box::new(StandardCatalog::new()),
        None => Box::new(TypesAlone),
    };
    let session_user = spec.remove("session-user").map(|user| user.try_into().expect("a name"));
    let rows = lowered.existing.iter().map(|of| (of.table, &of.rows[..], of.exact));
    let existing = Existing { session_user, ..Existing::from_rows(&lowered.schema, rows) };
    let spec: Spec = spec.try_into().expect("a fixture's spec is one");
    let inserted = existing.known_rows();
    (Request { spec, only, expected, existing, inserted, ..Request::default() }, catalog)
}
