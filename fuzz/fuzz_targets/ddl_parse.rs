//! Any text in any dialect: the parser never panics, its spans lie inside the text on character boundaries, and what
//! it returns is consistent in itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Dialect, Schema, SourceMap, Span};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let dialect = Dialect::ALL.get(usize::from(first % 4)).copied();
    // Two files, so that global offsets differ from those in the file.
    let mut sources = SourceMap::default();
    sources.push("first.sql", "-- ä\n");
    let start = sources.push("second.sql", text);
    let lowered = parse(&sources, dialect);
    for problem in &lowered.problems {
        check_span(problem.span(), start, text);
        assert!(!problem.to_string().is_empty());
    }
    check_schema(&lowered.schema, start, text);
});

fn check_span(span: Span, start: usize, text: &str) {
    let range = span.range();
    assert!(range.start >= start && range.end <= start + text.len(), "{span:?} lies outside of the text");
    assert!(text.is_char_boundary(range.start - start), "{span:?} starts inside a character");
    assert!(text.is_char_boundary(range.end - start), "{span:?} ends inside a character");
}

fn check_schema(schema: &Schema, start: usize, text: &str) {
    for table in &schema.tables {
        check_span(table.span, start, text);
        let columns = table.columns.len();
        let inside = |c: &seedbed_schema_model::ColumnIdx| assert!(c.position() < columns);
        table.primary_key.iter().flat_map(|k| &k.columns).for_each(inside);
        for key in &table.foreign_keys {
            key.columns.iter().for_each(inside);
            let parent = &schema[key.parent];
            assert!(key.parent_columns.iter().all(|c| c.position() < parent.columns.len()));
            assert_eq!(key.columns.len(), key.parent_columns.len());
        }
        for check in &table.checks {
            check.expr.columns().iter().for_each(inside);
        }
        for unique in &table.uniques {
            unique.plain_columns().iter().flatten().for_each(inside);
            unique.predicate.iter().flat_map(|p| p.columns()).for_each(|c| inside(&c));
        }
    }
}
