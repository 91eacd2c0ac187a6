//! Laws that every provider keeps.

use crate::StandardCatalog;
use seedbed_datagen_core::{
    Binding, Bound, Cardinality, Catalog, ColumnBuffer, Dictionary, Sampler, TextBuffer, TextDomain,
    ValueDomain, arrow_type,
};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
use seedbed_sql_values::{Value, fold};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Types of every family, most telling first.
fn types() -> Vec<SqlType> {
    vec![
        SqlType::TEXT,
        SqlType::Varchar { length: Some(60) },
        SqlType::Varchar { length: Some(20) },
        SqlType::Char { length: Some(2) },
        SqlType::Char { length: Some(1) },
        SqlType::BIGINT,
        SqlType::INTEGER,
        SqlType::Integer { bits: 8, unsigned: true },
        SqlType::Decimal { precision: Some(10), scale: Some(2), unsigned: false },
        SqlType::Decimal { precision: Some(3), scale: Some(1), unsigned: false },
        SqlType::Decimal { precision: None, scale: None, unsigned: false },
        SqlType::Float { bits: 64, unsigned: false, digits: None },
        SqlType::Money,
        SqlType::Date,
        SqlType::Timestamp { precision: None, zoned: true },
        SqlType::Time { precision: None, zoned: false },
        SqlType::Time { precision: None, zoned: true },
        SqlType::Year,
        SqlType::Uuid,
        SqlType::Json { binary: true },
        SqlType::Inet,
        SqlType::Cidr,
        SqlType::MacAddr { bits: 48 },
        SqlType::TsVector,
        SqlType::Any,
    ]
}

fn bind_in(
    name: &str,
    column: &str,
    ty: &SqlType,
    distinct: bool,
    domain: &ValueDomain,
) -> Option<Arc<dyn Sampler>> {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "thing");
    table.columns.push(Column::new(column, ty.clone()));
    schema.push_table(table.clone());
    let binding = Binding {
        schema: &schema,
        table: &table,
        column: &table.columns[0],
        base_type: ty,
        domain,
        distinct,
        locale: None,
    };
    StandardCatalog::new().provider(name)?.bind(&binding).ok()
}

fn bind(name: &str, ty: &SqlType, distinct: bool) -> Option<Arc<dyn Sampler>> {
    bind_in(name, "it", ty, distinct, &ValueDomain::default())
}

fn buffer(ty: &SqlType) -> ColumnBuffer {
    use arrow_schema::DataType;
    match arrow_type(&Schema::new(Dialect::Postgres), ty) {
        DataType::Boolean => ColumnBuffer::Boolean(Vec::new()),
        DataType::Int64 => ColumnBuffer::Int64(Vec::new()),
        DataType::UInt64 => ColumnBuffer::UInt64(Vec::new()),
        DataType::Decimal128(_, scale) => ColumnBuffer::Decimal { unscaled: Vec::new(), scale: scale as u8 },
        DataType::Float64 => ColumnBuffer::Float64(Vec::new()),
        DataType::Date32 => ColumnBuffer::Date(Vec::new()),
        DataType::Time64(_) => ColumnBuffer::Time(Vec::new()),
        DataType::Timestamp(_, zone) => ColumnBuffer::Timestamp { micros: Vec::new(), zoned: zone.is_some() },
        DataType::FixedSizeBinary(_) => ColumnBuffer::Uuid(Vec::new()),
        _ => ColumnBuffer::Text(TextBuffer::default()),
    }
}

fn values(sampler: &dyn Sampler, ty: &SqlType, ordinals: &[u64]) -> Vec<Value> {
    let mut out = buffer(ty);
    sampler.write(ordinals, &mut out);
    (0..out.len()).map(|i| out.value(i)).collect()
}

fn texts(name: &str, ordinals: &[u64], distinct: bool) -> Vec<String> {
    let sampler = bind(name, &SqlType::TEXT, distinct).unwrap_or_else(|| panic!("{name} binds to text"));
    values(&*sampler, &SqlType::TEXT, ordinals)
        .into_iter()
        .map(|v| if let Value::Text(text) = v { text } else { panic!("{name} wrote {v:?}") })
        .collect()
}

/// Ordinals from all over a list: its first ones, its last ones, and some between.
fn spread(cardinality: Cardinality, count: u64) -> Vec<u64> {
    let last = match cardinality {
        Cardinality::Exact(len) => len - 1,
        Cardinality::Huge => u64::MAX,
    };
    let third = count / 3;
    let between = (0..third).map(|i| crate::mix::below(i.wrapping_mul(0x9E37_79B9_7F4A_7C15), last));
    let all: BTreeSet<u64> =
        (0..third.min(last)).chain((0..third).map(|i| last.saturating_sub(i))).chain(between).collect();
    all.into_iter().collect()
}

#[test]
fn every_provider_binds_and_is_pure() {
    let catalog = StandardCatalog::new();
    let names = catalog.names();
    assert!(names.is_sorted());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for name in &names {
        let mut bound = 0;
        for ty in types() {
            for distinct in [false, true] {
                let Some(sampler) = bind(name, &ty, distinct) else { continue };
                bound += 1;
                let ordinals = spread(sampler.cardinality(), 90);
                let whole = values(&*sampler, &ty, &ordinals);
                assert_eq!(whole.len(), ordinals.len(), "{name} on {ty:?}");
                let (left, right) = ordinals.split_at(ordinals.len() / 3);
                let parts = [values(&*sampler, &ty, left), values(&*sampler, &ty, right)].concat();
                assert_eq!(whole, parts, "{name} on {ty:?}");
            }
        }
        assert!(bound > 0, "{name} binds to nothing");
    }
}

/// A list says no more of its texts' lengths than is so.
#[test]
fn texts_are_within_the_bounds_that_their_list_tells() {
    let widths = [None, Some(255), Some(60), Some(40), Some(20), Some(12), Some(10), Some(5), Some(2)];
    let mut told = 0;
    for name in StandardCatalog::new().names() {
        for ty in widths.map(|length| SqlType::Varchar { length }) {
            for distinct in [false, true] {
                let Some(sampler) = bind(&name, &ty, distinct) else { continue };
                let Some(chars) = sampler.chars() else { continue };
                told += 1;
                for value in values(&*sampler, &ty, &spread(sampler.cardinality(), 3_000)) {
                    let Value::Text(text) = value else { panic!("{name} wrote {value:?}") };
                    assert!(chars.contains(&(text.chars().count() as u32)), "{text} of {name}: {chars:?}");
                }
            }
        }
    }
    assert!(told > 0);
}

/// Lists up to this long are tried whole.
const SHORT: u64 = 20_000;

/// What the coarsest comparison that a list answers for makes of a value: no case, no accents, no trailing spaces.
fn folded(value: &Value) -> String {
    match value {
        Value::Text(text) => {
            fold(text, Some("utf8mb4_general_ci"), Dialect::MySql, &SqlType::TEXT).into_owned()
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn injective_lists_do_not_repeat() {
    for name in StandardCatalog::new().names() {
        for ty in types() {
            let many = match (&ty, name.as_str()) {
                (SqlType::Text { .. }, "internet.email" | "person.username" | "text.slug") => 100_000,
                (SqlType::Text { .. }, _) => 5_000,
                _ => 300,
            };
            let Some(sampler) = bind(&name, &ty, true).filter(|s| s.is_injective()) else { continue };
            let ordinals = match sampler.cardinality() {
                Cardinality::Exact(len) if len <= SHORT => (0..len).collect(),
                cardinality => spread(cardinality, many),
            };
            let distinct: BTreeSet<String> = values(&*sampler, &ty, &ordinals).iter().map(folded).collect();
            assert_eq!(distinct.len(), ordinals.len(), "{name} on {ty:?}");
        }
    }
}

#[test]
fn numbers_fit_their_types() {
    for name in StandardCatalog::new().names() {
        for ty in types() {
            let Some(sampler) = bind(&name, &ty, false) else { continue };
            for value in values(&*sampler, &ty, &spread(sampler.cardinality(), 300)) {
                match (&ty, value) {
                    (SqlType::Integer { bits: 8, .. }, Value::Integer(n)) => {
                        assert!((0..=255).contains(&n), "{name} {n}")
                    }
                    (SqlType::Integer { bits: 32, .. }, Value::Integer(n)) => {
                        assert!(i32::try_from(n).is_ok(), "{name} {n}")
                    }
                    (SqlType::Decimal { precision: Some(p), .. }, Value::Decimal(d)) => {
                        assert!(d.unscaled.abs() < 10i128.pow(u32::from(*p)), "{name} {d:?}");
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn unique_emails_are_addresses_of_their_people() {
    let form = regex::Regex::new(r"^[a-z0-9._]+@[a-z0-9.-]+\.(example|test|com|org|net)$").unwrap();
    let ordinals = spread(Cardinality::Huge, 3_000);
    let first = texts("person.first_name", &ordinals, false);
    let last = texts("person.last_name", &ordinals, false);
    let full = texts("person.full_name", &ordinals, false);
    for distinct in [false, true] {
        let emails = texts("internet.email", &ordinals, distinct);
        let users = texts("person.username", &ordinals, distinct);
        for (i, email) in emails.iter().enumerate() {
            assert!(form.is_match(email), "{email}");
            assert!(email.contains(&last[i].to_lowercase()), "{email} of {}", full[i]);
            assert!(email.starts_with(&first[i].to_lowercase()[..1]), "{email} of {}", full[i]);
            assert!(users[i].contains(&last[i].to_lowercase()), "{} of {}", users[i], full[i]);
            assert_eq!(full[i], format!("{} {}", first[i], last[i]));
        }
    }
}

#[test]
fn places_agree() {
    let ordinals = spread(Cardinality::Huge, 900);
    let city = texts("address.city", &ordinals, false);
    let country = texts("address.country", &ordinals, false);
    let code = texts("address.country_code", &ordinals, false);
    for i in 0..ordinals.len() {
        let atlas = &*crate::places::WORLD;
        let known = atlas.cities.iter().any(|p| {
            let its = atlas.country(p);
            p.city == city[i] && its.name == country[i] && its.alpha2 == code[i]
        });
        assert!(known, "{} in {} ({})", city[i], country[i], code[i]);
    }
}

#[test]
fn timelines_run_forward() {
    let ty = SqlType::Timestamp { precision: None, zoned: false };
    let ordinals = spread(Cardinality::Huge, 900);
    let micros = |name| -> Vec<i64> {
        let sampler = bind(name, &ty, false).expect("binds to timestamps");
        values(&*sampler, &ty, &ordinals)
            .into_iter()
            .map(|v| if let Value::Timestamp(at) = v { at } else { panic!("{v:?}") })
            .collect()
    };
    let before = |a: &str, b: &str| {
        let (a_at, b_at) = (micros_of(&micros, a), micros_of(&micros, b));
        assert!(a_at.iter().zip(&b_at).all(|(x, y)| x <= y), "{a} before {b}");
    };
    for (a, b) in [
        ("date.created", "date.updated"),
        ("date.updated", "date.deleted"),
        ("date.start", "date.end"),
        ("date.created", "date.due"),
        ("date.shipped", "date.delivered"),
        ("date.created", "date.expires"),
        ("date.created", "date.event"),
    ] {
        before(a, b);
    }
}

fn micros_of(of: &dyn Fn(&'static str) -> Vec<i64>, name: &str) -> Vec<i64> {
    let known = [
        "date.created",
        "date.updated",
        "date.deleted",
        "date.start",
        "date.end",
        "date.due",
        "date.shipped",
        "date.delivered",
        "date.expires",
        "date.event",
    ];
    of(known.into_iter().find(|k| *k == name).expect("a known name"))
}

#[test]
fn domains_narrow_numbers_and_instants() {
    let range = |low: Value, high: Value| ValueDomain {
        low: Some(Bound { value: low, inclusive: true }),
        high: Some(Bound { value: high, inclusive: false }),
        ..ValueDomain::default()
    };
    let narrow = range(Value::Integer(3), Value::Integer(5));
    let rating =
        bind_in("number.rating", "rating", &SqlType::INTEGER, false, &narrow).expect("some ratings are left");
    assert_eq!(rating.cardinality(), Cardinality::Exact(2));
    assert_eq!(values(&*rating, &SqlType::INTEGER, &[0, 1]), [Value::Integer(3), Value::Integer(4)]);
    let beyond = range(Value::Integer(500), Value::Integer(900));
    assert!(bind_in("number.rating", "rating", &SqlType::INTEGER, false, &beyond).is_none());

    let month = range(Value::Date(19_000), Value::Date(19_030));
    for name in ["date.created", "date.updated", "date.end", "date.past"] {
        let sampler = bind_in(name, "d", &SqlType::Date, false, &month).expect("inside the usual years");
        for value in values(&*sampler, &SqlType::Date, &spread(Cardinality::Huge, 300)) {
            assert!(matches!(value, Value::Date(19_000..19_030)), "{name} {value:?}");
        }
    }
    let past = range(Value::Date(0), Value::Date(30));
    assert!(bind_in("date.created", "d", &SqlType::Date, false, &past).is_none());
}

#[test]
fn short_columns_get_codes() {
    let of_length = |name: &str, n: u32| {
        let domain = ValueDomain {
            text: TextDomain { max_chars: Some(n), ..TextDomain::default() },
            ..ValueDomain::default()
        };
        let ty = SqlType::Char { length: Some(n) };
        let sampler = bind_in(name, "c", &ty, false, &domain).expect("binds to char");
        values(&*sampler, &ty, &spread(sampler.cardinality(), 300))
    };
    for (name, n) in [
        ("person.gender", 1),
        ("address.country", 2),
        ("address.country_code", 3),
        ("money.currency_code", 3),
        ("locale.language_code", 2),
        ("status.state", 1),
        ("status.yes_no", 1),
        ("phone.number", 15),
        ("address.postcode", 5),
    ] {
        for value in of_length(name, n) {
            assert!(matches!(&value, Value::Text(t) if t.len() <= n as usize), "{name}({n}): {value:?}");
        }
    }
}

#[test]
fn lists_share_one_dictionary() {
    let sampler = bind("person.first_name", &SqlType::TEXT, false).expect("text");
    let mut out = buffer(&SqlType::TEXT);
    sampler.write(&[1, 2], &mut out);
    sampler.write(&[3], &mut out);
    let ColumnBuffer::Dictionary { keys, values } = &out else { panic!("a list writes indices") };
    assert_eq!(keys.len(), 3);
    assert_eq!(Dictionary::len(values), crate::words::FIRST_NAMES.len());
}

#[test]
fn wrong_types_say_what_is_wanted() {
    let catalog = StandardCatalog::new();
    let schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "t");
    table.columns.push(Column { declared_type: "boolean".to_owned(), ..Column::new("c", SqlType::Boolean) });
    let domain = ValueDomain::default();
    let binding = Binding {
        schema: &schema,
        table: &table,
        column: &table.columns[0],
        base_type: &SqlType::Boolean,
        domain: &domain,
        distinct: false,
        locale: None,
    };
    let error = catalog.provider("person.full_name").expect("exists").bind(&binding).expect_err("no text");
    assert_eq!(
        error.to_string(),
        "provider `person.full_name` makes no values of type `boolean`; it makes text"
    );
}
