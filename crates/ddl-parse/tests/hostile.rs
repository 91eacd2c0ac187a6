//! Text made to break a parser: it ends with a problem, in time and without running out of stack.

use seedbed_ddl_parse::{Lowered, parse};
use seedbed_schema_model::{Dialect, Expr, SourceMap};

fn read(text: &str) -> Lowered {
    parse(&SourceMap::of(text), Some(Dialect::Postgres))
}

fn check_of(condition: &str) -> Lowered {
    read(&format!("CREATE TABLE t (a int, CHECK ({condition})); CREATE TABLE after_it (b int);"))
}

#[test]
fn deep_nesting_is_a_problem_and_costs_one_expression() {
    let brackets = format!("{}a{}", "(".repeat(50_000), ")".repeat(50_000));
    let chain = vec!["a = 1"; 20_000].join(" OR ");
    let cases = "CASE WHEN ".repeat(1_000);
    for condition in [brackets, chain, cases, "NOT ".repeat(2_900) + "a"] {
        let lowered = check_of(&condition);
        assert_eq!(lowered.schema.tables.len(), 2, "{:.20}", condition);
        assert_eq!(lowered.schema.tables[0].columns.len(), 1);
        assert!(matches!(lowered.schema.tables[0].checks[0].expr, Expr::Unreadable(_)));
        assert_eq!(lowered.problems.iter().map(|p| p.code()).collect::<Vec<_>>(), ["unreadable-expression"]);
    }
}

#[test]
fn a_long_list_is_no_depth() {
    let list = (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let lowered = check_of(&format!("a IN ({list})"));
    assert!(lowered.problems.is_empty());
    let Expr::InList { list, .. } = &lowered.schema.tables[0].checks[0].expr else { panic!("not a list") };
    assert_eq!(list.len(), 20_000);
}

#[test]
fn what_never_closes_is_told_with_its_place() {
    for (text, opened) in [("'", 0), ("CREATE TABLE t (a int); /* x", 24), ("SELECT $x$ y", 7), ("\"", 0)] {
        let lowered = read(text);
        let unterminated = lowered.problems.iter().find(|p| p.code() == "unterminated");
        assert_eq!(unterminated.map(|p| p.span().start), Some(opened), "{text}");
    }
}

#[test]
fn a_function_that_calls_itself_ends() {
    let lowered = read(
        "CREATE FUNCTION f() RETURNS void AS $$ BEGIN CREATE TABLE t (a int); PERFORM g(); END $$ LANGUAGE plpgsql;
         CREATE FUNCTION g() RETURNS void AS $$ BEGIN ALTER TABLE t ADD b int; PERFORM f(); END $$ LANGUAGE plpgsql;
         SELECT f();",
    );
    assert_eq!(lowered.schema.tables[0].columns.len(), 2);
    assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
}

/// A table behind a forgotten semicolon is no lost table.
#[test]
fn a_missing_semicolon_costs_no_table() {
    let text =
        "CREATE TABLE a (x int)\nCREATE TABLE b (y int) CREATE INDEX i ON b (y);\nCREATE TABLE c (z int);";
    let lowered = parse(&SourceMap::of(text), Some(Dialect::Postgres));
    let names: Vec<&str> = lowered.schema.tables.iter().map(|t| t.name.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let codes: Vec<&str> = lowered.problems.iter().map(|p| p.code()).collect();
    assert_eq!(codes, ["missing-semicolon", "missing-semicolon"]);
    assert_eq!(&text[lowered.problems[0].span().range()], "CREATE");
}

#[test]
fn a_text_that_breaks_off_is_told() {
    let text = "CREATE TABLE a (x int);\nCREATE TABLE b (y int, name text";
    let lowered = parse(&SourceMap::of(text), None);
    assert_eq!(lowered.schema.tables.len(), 2);
    assert_eq!(lowered.problems.iter().map(|p| p.code()).collect::<Vec<_>>(), ["unterminated"]);
    assert_eq!(&text[lowered.problems[0].span().range()], "(");
}

#[test]
fn a_block_that_never_closes_is_read_to_its_end() {
    // As many bytes at the end as the opening mark has, and a character across their border.
    for (text, tables) in [("DO $$\u{34a}L", 0), ("DO $$ BEGIN CREATE TABLE t (a int); \u{34a}L", 1)] {
        let lowered = read(text);
        assert_eq!(lowered.schema.tables.len(), tables, "{text}");
        assert!(
            lowered.problems.iter().any(|p| p.code() == "unterminated"),
            "{text}: {:?}",
            lowered.problems
        );
    }
}

#[test]
fn a_word_like_delimiter_may_end_in_any_character() {
    for text in ["DELIMITE\u{4be} x", "delimiter\u{4be} x", "delimiter"] {
        assert!(read(text).schema.tables.is_empty(), "{text}");
    }
}
