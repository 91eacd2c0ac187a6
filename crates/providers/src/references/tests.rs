use super::infer;
use seedbed_schema_model::{
    Column, ColumnIdx, Dialect, ForeignKey, Key, ReferenceOrigin, Schema, Span, SqlType, Table, TableId,
};

/// Tables of `(name, columns)`, of which the first `keys` columns are the primary key.
/// A table's name, how many of its columns are its key, and its columns.
type Shape<'a> = (&'a str, usize, &'a [(&'a str, SqlType)]);

fn schema(tables: &[Shape<'_>]) -> Schema {
    let mut schema = Schema::new(Dialect::MySql);
    for (name, keys, columns) in tables {
        let mut table = Table::new(None, name);
        table.columns = columns.iter().map(|(name, ty)| Column::new(name, ty.clone())).collect();
        let columns: Vec<ColumnIdx> = (0..*keys as u16).map(ColumnIdx).collect();
        table.primary_key = (*keys > 0).then(|| Key {
            name: None,
            columns,
            prefix_lengths: Vec::new(),
            span: Span::default(),
        });
        schema.push_table(table);
    }
    schema
}

/// What is inferred, as `child.column -> parent.column`.
fn told(schema: &Schema) -> Vec<String> {
    let names = |t: TableId, columns: &[ColumnIdx]| {
        let names: Vec<&str> = columns.iter().map(|c| schema[t][*c].name.as_str()).collect();
        format!("{}.{}", schema[t].name, names.join("+"))
    };
    infer(schema)
        .iter()
        .map(|(t, fk)| format!("{} -> {}", names(*t, &fk.columns), names(fk.parent, &fk.parent_columns)))
        .collect()
}

const INT: SqlType = SqlType::INTEGER;
const TINY: SqlType = SqlType::Integer { bits: 8, unsigned: false };
const TEXT: SqlType = SqlType::TEXT;

#[test]
fn a_table_and_its_key_are_spelled_in_many_ways() {
    for column in ["customer_id", "customerid", "customerId", "id_customer", "fk_customer_id", "Customer_ID"]
    {
        for parent in ["customer", "customers", "Customers"] {
            let schema = schema(&[(parent, 1, &[("id", INT)]), ("orders", 1, &[("id", INT), (column, INT)])]);
            assert_eq!(told(&schema), [format!("orders.{column} -> {parent}.id")], "{column} {parent}");
        }
    }
    let schema = schema(&[
        ("categories", 1, &[("category_id", INT)]),
        ("addresses", 1, &[("addressid", INT)]),
        ("shop", 1, &[("id", INT), ("category_id", INT), ("billing_address_id", INT), ("category", INT)]),
    ]);
    let want = [
        "shop.category_id -> categories.category_id",
        "shop.billing_address_id -> addresses.addressid",
        "shop.category -> categories.category_id",
    ];
    assert_eq!(told(&schema), want);
}

#[test]
fn a_prefix_of_all_tables_says_nothing() {
    let schema = schema(&[
        ("oc_customer", 1, &[("customer_id", INT)]),
        ("oc_order", 1, &[("order_id", INT), ("customer_id", INT), ("parent_id", INT)]),
        ("oc_order_total", 1, &[("order_total_id", INT), ("order_id", INT)]),
    ]);
    let want = [
        "oc_order.customer_id -> oc_customer.customer_id",
        "oc_order.parent_id -> oc_order.order_id",
        "oc_order_total.order_id -> oc_order.order_id",
    ];
    assert_eq!(told(&schema), want);
}

#[test]
fn what_a_user_does_needs_one_table_of_users() {
    let post: &[(&str, SqlType)] =
        &[("id", INT), ("created_by", INT), ("author_id", INT), ("updated_by", TEXT), ("order_by", INT)];
    let with = schema(&[("users", 1, &[("id", INT)]), ("post", 1, post)]);
    assert_eq!(told(&with), ["post.created_by -> users.id", "post.author_id -> users.id"]);
    let without = schema(&[("people", 1, &[("id", INT)]), ("post", 1, post)]);
    assert_eq!(told(&without), [""; 0]);
}

#[test]
fn nothing_is_guessed_where_names_or_types_are_in_doubt() {
    let user: (&str, usize, &[(&str, SqlType)]) = ("users", 1, &[("id", INT)]);
    let doubtful: &[&[(&str, SqlType)]] = &[
        // Another kind of value, a number too small for a key, a key of somewhere else.
        &[("id", INT), ("user_id", TEXT)],
        &[("id", INT), ("user_id", TINY)],
        &[("id", INT), ("github_user_id", INT)],
        // The type says which table is meant.
        &[("id", INT), ("user_id", INT), ("user_type", TEXT)],
        &[("id", INT), ("owner_id", INT), ("owner_type", TEXT)],
        // A plural counts.
        &[("id", INT), ("users", INT)],
    ];
    for columns in doubtful {
        assert_eq!(told(&schema(&[user, ("note", 1, columns)])), [""; 0], "{columns:?}");
    }
    let twice = schema(&[user, ("user", 1, &[("id", INT)]), ("note", 1, &[("id", INT), ("user_id", INT)])]);
    assert_eq!(told(&twice), [""; 0]);
}

#[test]
fn a_whole_key_refers_only_where_it_extends_another_table() {
    let schema = schema(&[
        ("film", 1, &[("film_id", INT)]),
        ("film_text", 1, &[("film_id", INT)]),
        ("actor_film", 2, &[("actor", INT), ("film_id", INT)]),
    ]);
    assert_eq!(told(&schema), ["film_text.film_id -> film.film_id", "actor_film.film_id -> film.film_id"]);
}

#[test]
fn a_composite_key_needs_all_its_names() {
    let line: &[(&str, SqlType)] = &[("order_id", INT), ("line_no", INT)];
    let schema = schema(&[
        ("orders", 1, &[("id", INT)]),
        ("order_lines", 2, line),
        ("parcel", 1, &[("id", INT), ("order_id", INT), ("line_no", INT)]),
        ("note", 1, &[("id", INT), ("order_id", INT)]),
    ]);
    let want = [
        "order_lines.order_id -> orders.id",
        "parcel.order_id -> orders.id",
        "note.order_id -> orders.id",
        "parcel.order_id+line_no -> order_lines.order_id+line_no",
    ];
    assert_eq!(told(&schema), want);
}

#[test]
fn what_is_declared_is_left_alone_and_no_rigid_cycle_is_closed() {
    let mut schema = schema(&[
        ("team", 1, &[("id", INT), ("leader_id", INT), ("member_id", INT)]),
        ("member", 1, &[("id", INT), ("team_id", INT)]),
    ]);
    assert_eq!(told(&schema), ["team.member_id -> member.id", "member.team_id -> team.id"]);
    for table in &mut schema.tables {
        table.columns.iter_mut().for_each(|c| c.nullable = false);
    }
    assert_eq!(told(&schema), ["team.member_id -> member.id"]);
    let declared = ForeignKey::new(&[ColumnIdx(1)], TableId(0), &[ColumnIdx(0)]);
    schema.tables[1].foreign_keys.push(declared);
    assert_eq!(told(&schema), [""; 0]);
}

#[test]
fn a_reason_says_what_the_name_spells() {
    let schema =
        schema(&[("customers", 1, &[("id", INT)]), ("orders", 1, &[("id", INT), ("customer_id", INT)])]);
    let [(_, reference)] = &*infer(&schema) else { panic!("one reference") };
    let reason = "the name is the table's singular plus its key; same type".to_owned();
    assert_eq!(reference.origin, ReferenceOrigin::Inferred { reason });
}
