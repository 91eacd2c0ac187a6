//! What holds of the parser on every real schema, without a server: it ends, its places lie in the text, the dialect is
//! guessed right, and its schema survives JSON.

use crate::corpus;
use seedbed_ddl_parse::{Lowered, detect_dialect, parse};
use seedbed_schema_model::{Dialect, Schema, SourceMap, Span};

/// The folders of the corpus and what their files are in; `None` for a dialect that is not read yet.
const FOLDERS: &[(&str, Option<Dialect>)] = &[
    ("mssql", None),
    ("mysql", Some(Dialect::MySql)),
    ("mysql_dump", Some(Dialect::MySql)),
    ("postgres", Some(Dialect::Postgres)),
    ("postgres_dump", Some(Dialect::Postgres)),
    ("sqlite", Some(Dialect::Sqlite)),
];

#[test]
fn the_dialect_of_every_file_is_guessed() {
    let (mut files, mut wrong) = (0, Vec::new());
    for_each_file(|name, expected, sources| {
        files += 1;
        let found = detect_dialect(sources);
        if expected.is_some_and(|e| e != found) {
            wrong.push(format!("{name}: {found}"));
        }
    });
    // Two plain tables may be of any dialect.
    assert!(wrong.len() * 100 <= files, "dialects guessed wrong: {wrong:#?}");
}

#[test]
fn places_lie_in_the_text() {
    for_each_file(|name, dialect, sources| {
        let lowered = parse(sources, dialect);
        let text = &sources.files()[0].text;
        for (what, span) in places(&lowered) {
            assert!(text.get(span.range()).is_some(), "{name}: {what} has no place in the text: {span:?}");
        }
    });
}

#[test]
fn schemas_survive_json() {
    for_each_file(|name, dialect, sources| {
        let schema = parse(sources, dialect).schema;
        let json = serde_json::to_string(&schema).unwrap_or_else(|e| panic!("{name}: {e}"));
        let back: Schema = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(back == schema, "{name} is another schema after JSON");
    });
}

/// Everything of a schema that has a place.
fn places(lowered: &Lowered) -> Vec<(String, Span)> {
    let problems =
        lowered.problems.iter().map(|p| (p.to_string(), p.to_diagnostic().span.unwrap_or_default()));
    let mut places: Vec<(String, Span)> = problems.collect();
    for table in &lowered.schema.tables {
        let mut add = |what: &str, span| places.push((format!("{what} of {}", table.name), span));
        add("table", table.span);
        table.columns.iter().for_each(|c| add(&c.name, c.span));
        table.primary_key.iter().for_each(|k| add("primary key", k.span));
        table.uniques.iter().for_each(|k| add("unique key", k.span));
        table.foreign_keys.iter().for_each(|k| add("reference", k.span));
        table.unresolved_references.iter().for_each(|k| add("unresolved reference", k.span));
        table.checks.iter().for_each(|c| add("check", c.span));
        table.exclusions.iter().for_each(|x| add("exclusion", x.span));
        table.triggers.iter().for_each(|t| add("trigger", t.span));
    }
    places
}

fn for_each_file(mut judge: impl FnMut(&str, Option<Dialect>, &SourceMap)) {
    let Some(root) = corpus::root() else { return };
    for (folder, dialect) in FOLDERS {
        for file in corpus::files(&root, folder) {
            let mut sources = SourceMap::default();
            sources.push(&file.to_string_lossy(), &corpus::read(&file));
            judge(&format!("{folder}/{}", corpus::name(&file)), *dialect, &sources);
        }
    }
}
