//! What of edits becomes a wish, and what is left for the rows.

use seedbed_datagen_core::{ColumnSpec, Spec, WeightedValue};
use seedbed_ddl_parse::parse;
use seedbed_edit::{fold_into_spec, parse_edits, to_text};
use seedbed_schema_model::{Dialect, Schema, SourceMap};

const DDL: &str = "
    CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40) NOT NULL, phone text, country char(2) NOT NULL);
    CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id) ON DELETE CASCADE,
        status text NOT NULL CHECK (status IN ('new', 'paid')), fee numeric(6, 2) NOT NULL,
        total numeric(8, 2) GENERATED ALWAYS AS (fee * 2) STORED, placed date NOT NULL, urgent boolean NOT NULL);
";

fn schema() -> Schema {
    let lowered = parse(&SourceMap::of(DDL), Some(Dialect::Postgres));
    assert_eq!(lowered.problems, []);
    lowered.schema
}

/// What becomes of a spec, and what is returned.
fn folded_over(mut spec: Spec, text: &str) -> (Spec, Vec<String>) {
    let schema = schema();
    let edits = parse_edits(text, &schema).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    let rest = fold_into_spec(&edits, &schema, &mut spec);
    (spec, to_text(&rest).lines().map(str::to_owned).collect())
}

fn folded(text: &str) -> (Spec, Vec<String>) {
    folded_over(Spec::default(), text)
}

fn column(spec: &Spec, table: &str, column: &str) -> ColumnSpec {
    spec.tables.get(table).and_then(|t| t.columns.get(column)).cloned().unwrap_or_default()
}

#[test]
fn whole_columns_counts_nulls_and_the_locale_are_wishes() {
    let (spec, rest) = folded(
        "rows = 50; rows orders = 200; locale fr-FR
         set customers.country = 'DE'; null 30% of customers.phone; set customers.name like 'Ann Lee', 'Bo Ek'
         set orders.status to 'new' (2), 'paid' (3); set orders.fee between 5 and 9.5; set orders.urgent = false",
    );
    assert_eq!(rest, Vec::<String>::new());
    assert_eq!((spec.rows, spec.tables["orders"].rows), (Some(50), Some(200)));
    assert_eq!(spec.locale.as_deref(), Some("fr-FR"));
    assert_eq!(
        column(&spec, "customers", "country").values,
        Some(vec![WeightedValue::Text("DE".to_owned())])
    );
    assert_eq!(column(&spec, "customers", "phone").null_rate, Some(0.3));
    assert_eq!(column(&spec, "customers", "name").examples.map(|e| e.len()), Some(2));
    assert_eq!(column(&spec, "orders", "status").values.map(|v| v.len()), Some(2));
    assert_eq!(column(&spec, "orders", "fee").range.and_then(|r| r.max), Some(WeightedValue::Float(9.5)));
    assert_eq!(column(&spec, "orders", "urgent").values, Some(vec![WeightedValue::Boolean(false)]));
}

#[test]
fn a_later_wish_takes_the_place_of_an_earlier_one_whatever_the_spec_calls_the_column() {
    let toml = r#"{"tables": {"public.orders": {"rows": 7, "columns": {"FEE": {"range": {"min": 1}}}}}}"#;
    let spec: Spec = serde_json::from_str(toml).expect("a spec");
    let (spec, rest) = folded_over(spec, "set orders.fee = 5; rows orders = 9");
    assert_eq!((rest.len(), spec.tables.len()), (0, 1));
    let table = &spec.tables["public.orders"];
    assert_eq!((table.rows, table.columns.len()), (Some(9), 1));
    let fee = &table.columns["fee"];
    assert_eq!((&fee.range, fee.values.as_deref()), (&None, Some(&[WeightedValue::Integer(5)][..])));
}

#[test]
fn a_whole_column_of_values_has_no_null() {
    let (spec, _) = folded("null 30% of customers.phone; set customers.phone = '1'");
    assert_eq!(column(&spec, "customers", "phone").null_rate, Some(0.0));
    let (spec, _) = folded("set customers.phone = '1'; null 30% of customers.phone");
    let phone = column(&spec, "customers", "phone");
    assert_eq!((phone.null_rate, phone.values.map(|v| v.len())), (Some(0.3), Some(1)));
}

#[test]
fn what_a_plan_can_not_do_is_left_in_order() {
    let text = [
        "set orders.status = 'paid' for 20% of rows",
        "set orders.fee = fee * 2",
        "shift orders.placed by 1 day",
        "scale orders.fee by 1.5",
        "rename 'new' to 'paid' in orders.status",
        "add 5 rows to customers",
        "remove 5 rows from customers",
        "spread orders.customer_id evenly",
        "locale de in customers",
        "set orders.customer_id = 5",
        "set orders.total = 5",
        "set orders.fee = 'many'",
        "set orders.urgent between 1 and 2",
        "set customers.name = null",
        "null 10% of customers.name",
    ];
    for line in text {
        let (spec, rest) = folded(line);
        assert_eq!((rest, spec), (vec![line.to_owned()], Spec::default()));
    }
    let (_, rest) = folded(&text.join("\n"));
    assert_eq!(rest, text);
}

#[test]
fn truth_values_are_numbers_where_the_dialect_has_no_others() {
    let ddl = "CREATE TABLE members (active boolean NOT NULL, age integer NOT NULL);";
    let schema = parse(&SourceMap::of(ddl), Some(Dialect::MySql)).schema;
    let edits = parse_edits("members are active; set members.age = true", &schema).expect("edits");
    let mut spec = Spec::default();
    assert_eq!(to_text(&fold_into_spec(&edits, &schema, &mut spec)), "set members.age = true\n");
    assert_eq!(column(&spec, "members", "active").values, Some(vec![WeightedValue::Integer(1)]));
}

#[test]
fn nulls_of_a_reference_are_a_wish() {
    let (spec, rest) = folded("null 10% of orders.customer_id");
    assert_eq!((rest.len(), column(&spec, "orders", "customer_id").null_rate), (0, Some(0.1)));
}

#[test]
fn what_follows_a_returned_edit_of_the_same_column_is_returned() {
    let (spec, rest) = folded("scale orders.fee by 2; set orders.fee = 5; set orders.placed = '2024-01-01'");
    assert_eq!(rest, ["scale orders.fee by 2", "set orders.fee = 5"]);
    assert!(column(&spec, "orders", "placed").values.is_some());
    let (_, rest) =
        folded("set orders.urgent = true where fee > 5; set orders.fee = 1; set orders.status = 'new'");
    assert_eq!(rest, ["set orders.urgent = true where fee > 5", "set orders.fee = 1"], "it reads the fee");
    let query = "set orders.urgent = true where exists (select 1 from customers)";
    let (_, rest) = folded(&format!("{query}; set customers.name = 'x'"));
    assert_eq!(rest, [query, "set customers.name = 'x'"], "a query may read anything");
}

#[test]
fn numbers_of_rows_wait_for_edits_that_add_or_remove_rows() {
    let (spec, rest) = folded("20% of the orders are paid, 2000 orders");
    assert_eq!((rest.len(), spec.tables["orders"].rows), (1, Some(2000)));
    let (spec, rest) = folded("remove 10% of customers; rows customers = 5; rows orders = 6; rows = 7");
    assert_eq!(rest, ["remove 10% of rows from customers", "rows customers = 5", "rows = 7"]);
    assert_eq!(spec.tables["orders"].rows, Some(6));
    let (_, rest) = folded("remove 10% of customers with referrers; rows orders = 6");
    assert_eq!(rest.len(), 2, "orders may have gone with their customers");
}

#[test]
fn the_locale_waits_for_edits_of_words_in_some_language() {
    let (spec, rest) = folded("20% of the orders are paid; locale fr-FR");
    assert_eq!((rest.len(), spec.locale.as_deref()), (1, Some("fr-FR")), "a listed word is in no language");
    let (spec, rest) = folded("set customers.name = upper(name); locale fr-FR");
    assert_eq!((rest.len(), spec.locale), (2, None));
}
