//! Functions and operators of ranges, held against PostgreSQL: what a condition over two ranges, a multirange and a number
//! answers here is what it answers there.

use crate::servers::PostgresServer;
use postgres::{Client, NoTls};
use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Dialect, SourceMap};
use seedbed_sql_semantics::{Context, supported, truth};
use seedbed_sql_values::{Value, parse_value};

/// Conditions over `a int4range, b int4range, m int4multirange, t tsrange, n integer`.
const CONDITIONS: [&str; 46] = [
    "a && b",
    "a @> b",
    "a <@ b",
    "a << b",
    "a >> b",
    "a &< b",
    "a &> b",
    "a -|- b",
    "a @> n",
    "n <@ b",
    "a = b",
    "a <> b",
    "a < b",
    "a >= b",
    "a * b = b * a",
    "isempty(a * b)",
    "a * b <@ a",
    "lower(a) < upper(b)",
    "lower(a * b) IS NULL",
    "upper(a) - lower(a) > 3",
    "isempty(a)",
    "lower_inc(a) AND NOT upper_inc(a)",
    "lower_inf(a) OR upper_inf(b)",
    "a = int4range(n, n + 4)",
    "a && int4range(n, NULL)",
    "int4range(n, n, '[]') <@ a",
    "isempty(int4range(n, n))",
    "a <> 'empty'",
    "a <@ '[0,20)'",
    "'[2,3]' <@ a",
    "range_merge(a, b) @> a",
    "range_merge(a, b) = range_merge(b, a)",
    "m @> n",
    "m @> a",
    "a <@ m",
    "m && a",
    "m && b",
    "isempty(m)",
    "lower(m) <= upper(m)",
    "upper_inf(m)",
    "m -|- a",
    "m << a",
    "m = int4multirange(a, b)",
    "(m * int4multirange(a)) <@ m",
    "(m - int4multirange(a)) && m",
    "t @> '2024-01-01 12:00'::timestamp OR upper(t) - lower(t) >= interval '1 day' OR lower(t) IS NULL",
];

const RANGES: [Option<&str>; 9] = [
    None,
    Some("empty"),
    Some("[1,5)"),
    Some("[5,9]"),
    Some("(2,3]"),
    Some("(,4)"),
    Some("[7,)"),
    Some("(,)"),
    Some("[0,12]"),
];
const MULTIRANGES: [&str; 4] = ["{}", "{[1,3),[6,8)}", "{(,2],[4,5],[9,)}", "{[0,100)}"];
const TIMES: [&str; 3] = ["[2024-01-01 10:00,2024-01-01 14:00)", "(2024-01-02,2024-01-09]", "[2024-01-01,)"];

#[test]
fn ranges_mean_what_they_mean_to_the_server() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("ranges").expect("a database");
    let mut client = Client::connect(&database.url(), NoTls).expect("a connection");
    let table = "CREATE TABLE t (a int4range, b int4range, m int4multirange, t tsrange, n integer";
    client.batch_execute(&format!("{table});")).expect("the table");
    let checks: Vec<String> = CONDITIONS.iter().map(|condition| format!(", CHECK ({condition})")).collect();
    let parsed = parse(&SourceMap::of(&format!("{table}{});", checks.concat())), Some(Dialect::Postgres));
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let schema = parsed.schema;
    let table = &schema.tables[0];
    let cx = Context::new(&schema, Some(table));
    let value = |text: Option<&str>, column: usize| match text {
        Some(text) => parse_value(text, &table.columns[column].ty, &schema).expect(text),
        None => Value::Null,
    };
    let literal = |text: Option<&str>| text.map_or("NULL".to_owned(), |text| format!("'{text}'"));
    let mut cases = 0;
    for (i, (a, b)) in RANGES.iter().flat_map(|a| RANGES.iter().map(move |b| (a, b))).enumerate() {
        let (m, t, n) = (MULTIRANGES[i % 4], TIMES[i % 3], (i % 11) as i32);
        let row =
            [value(*a, 0), value(*b, 1), value(Some(m), 2), value(Some(t), 3), Value::Integer(i128::from(n))];
        let from = format!(
            "(SELECT {}::int4range a, {}::int4range b, '{m}'::int4multirange m, '{t}'::tsrange t, {n} n) r",
            literal(*a),
            literal(*b)
        );
        for (condition, check) in CONDITIONS.iter().zip(&table.checks) {
            assert_eq!(supported(&check.expr, &cx), Ok(()), "{condition}");
            let answer = client.query_one(&format!("SELECT {condition} FROM {from}"), &[]).ok();
            let here = truth(&check.expr, &row, &cx);
            match answer {
                Some(answer) => {
                    let there: Option<bool> = answer.get(0);
                    assert_eq!(here, Ok(there), "{condition} of {a:?}, {b:?}, {m}, {t}, {n}");
                }
                None => assert!(here.is_err(), "{condition} of {a:?}, {b:?}, {m}, {t}, {n}: {here:?}"),
            }
            cases += 1;
        }
    }
    assert_eq!(cases, 81 * CONDITIONS.len());
}
