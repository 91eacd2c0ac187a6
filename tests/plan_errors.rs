//! What a plan can't do is told before the first row, all of it at once.

use seedbed_datagen_core::{ColumnSpec, Range, Request, Spec, TableSpec, WeightedValue};
use seedbed_ddl_parse::parse;
use seedbed_planner::PlanError;
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, SourceMap};
use std::collections::BTreeMap;
use std::sync::Arc;

const DDL: &str = "CREATE TABLE team (id integer PRIMARY KEY, size integer NOT NULL CHECK (size < 50));
CREATE TABLE person (id integer PRIMARY KEY, mood text NOT NULL UNIQUE CHECK (mood IN ('good', 'bad')));
CREATE TABLE member (team integer REFERENCES team, person integer REFERENCES person, PRIMARY KEY (team, person));";

fn errors(spec: Spec) -> Vec<PlanError> {
    let lowered = parse(&SourceMap::of(DDL), Some(Dialect::Sqlite));
    assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
    let request = Request { spec, ..Request::default() };
    seedbed_planner::plan(Arc::new(lowered.schema), &request, &StandardCatalog::new())
        .err()
        .unwrap_or_default()
}

fn rows(table: &str, rows: u64) -> (String, TableSpec) {
    (table.to_owned(), TableSpec { rows: Some(rows), ..TableSpec::default() })
}

#[test]
fn every_reason_is_told_at_once() {
    let column = ColumnSpec {
        range: Some(Range { min: Some(WeightedValue::Integer(70)), max: Some(WeightedValue::Integer(90)) }),
        ..ColumnSpec::default()
    };
    let team = TableSpec { columns: BTreeMap::from([("size".to_owned(), column)]), ..TableSpec::default() };
    let tables = BTreeMap::from([rows("persn", 5), rows("person", 3), ("team".to_owned(), team)]);
    let mut codes: Vec<&str> =
        errors(Spec { tables, ..Spec::default() }).iter().map(PlanError::code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["capacity", "spec-column", "spec-unknown-table"]);
}

#[test]
fn an_unknown_locale_is_told_with_the_rest() {
    let spec = |locale: &str| Spec {
        locale: Some(locale.to_owned()),
        tables: BTreeMap::from([rows("persn", 5)]),
        ..Spec::default()
    };
    let of = |locale| {
        let mut told = errors(spec(locale));
        told.sort_by_key(PlanError::code);
        assert_eq!(
            told.iter().map(PlanError::code).collect::<Vec<_>>(),
            ["spec-unknown-locale", "spec-unknown-table",]
        );
        (told[0].to_string(), told[0].hint().unwrap_or_default())
    };
    assert_eq!(of("de-DF"), ("no locale `de-DF`".to_owned(), "did you mean `de-DE`?".to_owned()));
    let (told, hint) = of("tlh-KLI");
    assert_eq!(told, "no locale `tlh-KLI`");
    assert!(hint.starts_with("there are da-DK, de-AT,") && hint.ends_with("pt-PT, sv-SE"), "{hint}");
    assert_eq!(errors(spec("PT_br")).iter().map(PlanError::code).collect::<Vec<_>>(), ["spec-unknown-table"]);
}

#[test]
fn a_capacity_names_the_key_and_both_numbers() {
    let tables = BTreeMap::from([rows("team", 4), rows("member", 9)]);
    let errors = errors(Spec { tables, ..Spec::default() });
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let member = "table `member` can't hold 9 rows: PRIMARY KEY (team, person) holds at most 8 rows: \
                  4 rows of `team` x 2 rows of `person`; 9 asked";
    assert_eq!(texts, [member]);
    assert!(errors[0].span().is_some() && errors[0].hint().is_some());
}

#[test]
fn wishes_that_cannot_hold_are_told() {
    let wish = |table: &str, column: &str, spec: ColumnSpec| {
        let columns = BTreeMap::from([(column.to_owned(), spec)]);
        (table.to_owned(), TableSpec { columns, ..TableSpec::default() })
    };
    let values = ColumnSpec { values: Some(vec![WeightedValue::Integer(70)]), ..ColumnSpec::default() };
    let range = ColumnSpec {
        range: Some(Range { min: None, max: Some(WeightedValue::Integer(5)) }),
        ..ColumnSpec::default()
    };
    let nulls = ColumnSpec { null_rate: Some(0.5), ..ColumnSpec::default() };
    for (wishes, reason) in [
        (wish("team", "size", values), "its type and CHECKs do not allow `70`"),
        (wish("person", "mood", range), "`range` is for numbers, dates and times, not for text"),
        (wish("team", "size", nulls), "`null-rate` is asked of a column that can't be NULL"),
    ] {
        let texts: Vec<String> = errors(Spec { tables: BTreeMap::from([wishes]), ..Spec::default() })
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts[0].ends_with(reason), "{texts:?}");
    }
}
