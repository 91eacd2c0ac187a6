//! Schemas that ask for more than can be had: each comes to an end, and what is not held is told with its place.
//!
//! Nothing here looks at a clock. What bounds a plan are steps, so that it is the same on any machine; a schema for which they
//! are not counted would show as a suite that does not end.

use seedbed_job::{Job, Limits, Outcome, Overrides, PlannedJob, Silent, Target};
use seedbed_rows::explain::{Limitation, LimitationCode};
use seedbed_schema_model::{Dialect, SourceMap};
use std::time::Duration;

fn job(ddl: &str) -> Job {
    let overrides = Overrides { rows: Some(20), ..Overrides::default() };
    Job::new(SourceMap::of(ddl)).dialect(Dialect::Postgres).overrides(overrides)
}

fn planned(ddl: &str) -> PlannedJob {
    job(ddl).plan(&mut Silent).expect("a plan")
}

fn limitations(planned: &PlannedJob) -> Vec<Limitation> {
    planned.plan().explain().limitations
}

fn made(ddl: &str) -> Outcome {
    job(ddl).run(Target::Memory, &mut Silent).expect("rows")
}

/// `each(0), each(1), ...`
fn list(count: usize, separator: &str, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(separator)
}

/// A sum that no narrowing solves, over so many columns.
fn sum(columns: usize) -> String {
    let declared = list(columns, ", ", |i| format!("a{i} int NOT NULL CHECK (a{i} BETWEEN 1 AND 11000)"));
    let summed = list(columns, " + ", |i| format!("a{i} * {}", i + 1));
    format!("CREATE TABLE t (id int PRIMARY KEY, {declared}, CONSTRAINT total CHECK ({summed} = 123456));")
}

/// What a plan with so much time for it leaves undecided.
fn undecided(ddl: &str, time: Duration) -> (Vec<Limitation>, PlannedJob) {
    let limits = Limits { plan_time: Some(time), ..Limits::default() };
    let planned = job(ddl).limits(limits).plan(&mut Silent).expect("a plan");
    let found = limitations(&planned);
    (found.into_iter().filter(|l| l.code == LimitationCode::PlanningBudget).collect(), planned)
}

#[test]
fn what_takes_more_than_the_budget_is_told_with_its_place() {
    let ddl = format!("{} CREATE TABLE other (id int PRIMARY KEY, b int CHECK (b > 5));", sum(30));
    let (found, planned) = undecided(&ddl, Duration::from_millis(50));
    let [found] = found.as_slice() else { panic!("told otherwise: {found:?}") };
    assert!(found.message.contains("`total`"), "{}", found.message);
    let span = found.span.expect("a place");
    assert!(ddl[span.range()].contains("123456"), "{}", &ddl[span.range()]);
    // Planning went on: the other table has its rows, and its CHECK.
    let outcome = planned.run(Target::Memory, &mut Silent).expect("rows");
    assert_eq!(outcome.row_count(), 40);
    let broken: Vec<String> = outcome.violations().into_iter().map(|v| v.message).collect();
    assert!(broken.iter().all(|message| message.contains("total")), "{broken:?}");
}

#[test]
fn the_same_is_left_undecided_every_time() {
    let told = || {
        let (found, planned) = undecided(&sum(30), Duration::from_millis(50));
        let rows = format!("{:?}", planned.plan().batch(planned.plan().tables()[0].table, 0..20));
        (format!("{found:?}"), rows)
    };
    assert_eq!(told(), told());
}

#[test]
fn a_table_before_others_leaves_them_their_share() {
    let tables = list(6, "\n", |i| sum(30).replace("TABLE t ", &format!("TABLE t{i} ")));
    let easy = "CREATE TABLE easy (a int, b int, CHECK (a < b));";
    let (found, planned) = undecided(&format!("{tables}\n{easy}"), Duration::from_millis(200));
    let tables: Vec<&str> = found.iter().map(|l| l.table.as_str()).collect();
    assert!(!tables.is_empty() && tables.iter().all(|table| *table != "public.easy"), "{tables:?}");
    assert_eq!(planned.run(Target::Memory, &mut Silent).expect("rows").row_count(), 7 * 20);
}

#[test]
fn easy_conditions_take_next_to_nothing() {
    let ddl = "CREATE TABLE t (a int, b int, c text, CHECK (a < b), CHECK (a IS NULL OR c IS NOT NULL), CHECK (length(c) > 3));";
    let (found, _) = undecided(ddl, Duration::from_millis(10));
    assert_eq!(found, Vec::new());
}

#[test]
fn parity_is_met_or_told() {
    for columns in [24, 60] {
        let declared = list(columns, ", ", |i| format!("a{i} boolean"));
        let compared = list(columns, " <> ", |i| format!("(a{i})"));
        let outcome = made(&format!("CREATE TABLE t ({declared}, CONSTRAINT parity CHECK ({compared}));"));
        assert_eq!(outcome.row_count(), 20);
        assert!(
            outcome.violations().is_empty() || !outcome.limitations.is_empty(),
            "{columns}: nothing is told"
        );
    }
}

#[test]
fn many_nameless_checks_get_a_name_each() {
    let ddl = format!("CREATE TABLE t (a int, {});", list(4_000, ", ", |i| format!("CHECK (a > {i})")));
    let planned = planned(&ddl);
    let checks = &planned.plan().schema().tables[0].checks;
    assert_eq!(checks.len(), 4_000);
    assert_eq!(checks[3_999].name.as_deref(), Some("t_a_check3999"));
    assert!(limitations(&planned).is_empty());
}

#[test]
fn a_name_that_is_free_again_is_given_again() {
    let ddl = "CREATE TABLE t (a int, CHECK (a > 0), CHECK (a > 1), CHECK (a > 2));
        ALTER TABLE t DROP CONSTRAINT t_a_check1;
        ALTER TABLE t ADD CHECK (a > 3), ADD CHECK (a > 4);";
    let planned = planned(ddl);
    let mut names: Vec<String> =
        planned.plan().schema().tables[0].checks.iter().filter_map(|c| c.name.clone()).collect();
    names.sort();
    assert_eq!(names, ["t_a_check", "t_a_check1", "t_a_check2", "t_a_check3"]);
}

#[test]
fn text_that_would_fill_the_memory_is_not_built() {
    let long = "repeat(c, 2000000000)";
    for condition in [
        "length(c) > 2147483648".to_owned(),
        "length(c) > 170141183460469231731687303715884105727".to_owned(),
        format!("{long} <> c"),
        "lpad(c, 2000000000) <> 'a'".to_owned(),
        "format('%1000000000s', c) <> c".to_owned(),
        "10::numeric ^ 10 ^ 10 > a".to_owned(),
        "a > -170141183460469231731687303715884105727 AND a < 170141183460469231731687303715884105727"
            .to_owned(),
        "(1 << 1000000) > a".to_owned(),
        "c ~ '(((a{100}){100}){100})'".to_owned(),
        "c ~ '^((a*)*b){1000}{1000}$'".to_owned(),
        "repeat('9', 100000)::numeric * repeat('9', 100000)::numeric > a".to_owned(),
        format!("j #>> '{{{}}}' = '1'", list(5_000, ",", |i| format!("k{i}"))),
        format!("{}a > 0{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!(
            "{}0{} > 0",
            list(5_000, "", |i| format!("CASE WHEN a = {i} THEN 1 ELSE ")),
            " END".repeat(5_000)
        ),
    ] {
        let outcome = made(&format!("CREATE TABLE t (a int, c text, j jsonb, CHECK ({condition}));"));
        assert_eq!(outcome.row_count(), 20, "{}", &condition[..condition.len().min(80)]);
    }
}

#[test]
fn columns_that_double_stay_within_bounds() {
    let doubling = list(30, ", ", |i| format!("c{} text GENERATED ALWAYS AS (c{i} || c{i}) STORED", i + 1));
    assert_eq!(made(&format!("CREATE TABLE t (c0 text, {doubling});")).row_count(), 20);
    let squares = list(30, ", ", |i| format!("c{} numeric GENERATED ALWAYS AS (c{i} * c{i}) STORED", i + 1));
    assert_eq!(made(&format!("CREATE TABLE t (c0 numeric, {squares});")).row_count(), 20);
}

#[test]
fn functions_that_call_each_other_twice_are_not_written_out_for_ever() {
    let functions = list(40, "\n", |i| {
        format!(
            "CREATE FUNCTION f{}(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT f{i}(x) + f{i}(x)';",
            i + 1
        )
    });
    let outcome = made(&format!(
        "CREATE FUNCTION f0(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';\n{functions}\n\
         CREATE TABLE t (a int CHECK (f40(a) > 3));"
    ));
    assert!(outcome.limitations.iter().any(|l| l.code == LimitationCode::CheckUnreadable), "it is told");
}

#[test]
fn wide_tables_are_planned() {
    let columns = list(400, ", ", |i| format!("c{i} int"));
    let chain = list(399, ", ", |i| format!("CHECK (c{i} < c{})", i + 1));
    let counted = list(400, ", ", |i| format!("c{i}"));
    for checks in [chain, format!("CHECK (num_nonnulls({counted}) = 200)")] {
        let outcome = made(&format!("CREATE TABLE t ({columns}, {checks});"));
        assert_eq!(outcome.row_count(), 20);
        assert!(outcome.violations().is_empty() || !outcome.limitations.is_empty(), "nothing is told");
    }
}
