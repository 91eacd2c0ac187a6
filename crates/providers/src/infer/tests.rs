//! Which names are taken for what.

use super::*;
use seedbed_schema_model::{Dialect, Key, Span, SqlType};

/// A type by a short name.
fn ty(text: &str) -> SqlType {
    let (name, length) =
        text.split_once('(').map_or((text, None), |(n, l)| (n, l.trim_end_matches(')').parse().ok()));
    match name {
        "text" => SqlType::TEXT,
        "varchar" => SqlType::Varchar { length },
        "char" => SqlType::Char { length },
        "int" => SqlType::INTEGER,
        "bigint" => SqlType::BIGINT,
        "smallint" => SqlType::Integer { bits: 16, unsigned: false },
        "tinyint" => SqlType::Integer { bits: 8, unsigned: false },
        "numeric" => SqlType::Decimal { precision: Some(10), scale: Some(2), unsigned: false },
        "float" => SqlType::Float { bits: 64, unsigned: false, digits: None },
        "date" => SqlType::Date,
        "timestamp" => SqlType::Timestamp { precision: None, zoned: false },
        "time" => SqlType::Time { precision: None, zoned: false },
        "year" => SqlType::Year,
        "bool" => SqlType::Boolean,
        "json" => SqlType::Json { binary: false },
        "uuid" => SqlType::Uuid,
        "inet" => SqlType::Inet,
        "macaddr" => SqlType::MacAddr { bits: 48 },
        "tsvector" => SqlType::TsVector,
        "bytea" => SqlType::Blob { max_bytes: None },
        "any" => SqlType::Any,
        other => panic!("no type `{other}`"),
    }
}

/// The inference for the first of the columns `name type, name type, ...` of a table.
fn inferred(table: &str, columns: &str) -> Option<Inference> {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut made = Table::new(None, table);
    for column in columns.split(", ") {
        let (name, of) = column.rsplit_once(' ').expect("a name and a type");
        made.columns.push(Column::new(name, ty(of)));
    }
    schema.push_table(made.clone());
    infer(&schema, &made, ColumnIdx(0))
}

fn name_of(table: &str, columns: &str) -> String {
    inferred(table, columns).map_or_else(|| "-".to_owned(), |i| i.provider.name().to_owned())
}

#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    // People.
    ("users", "email varchar(255)", "internet.email"),
    ("users", "EmailAddress text", "internet.email"),
    ("users", "user_email text", "internet.email"),
    ("users", "e_mail text", "internet.email"),
    ("orders", "customer_email text", "internet.email"),
    ("users", "email_verified bool", "flag.likely"),
    ("users", "is_email text", "-"),
    ("users", "email_count int", "number.count"),
    ("users", "email int", "-"),
    ("users", "email_hash text", "token.hex"),
    ("users", "email_verified_at timestamp", "date.event"),
    ("users", "username text", "person.username"),
    ("users", "userName varchar(40)", "person.username"),
    ("users", "login text", "person.username"),
    ("users", "password text", "token.password_hash"),
    ("users", "encrypted_password varchar(128)", "token.password_hash"),
    ("users", "name text", "person.full_name"),
    ("people", "name text", "person.full_name"),
    ("actor", "first_name varchar(45)", "person.first_name"),
    ("actor", "actor_last_name varchar(45)", "person.last_name"),
    ("Customer", "FirstName varchar(40)", "person.first_name"),
    ("customer", "c_first varchar(16), c_last varchar(16), c_id int", "person.first_name"),
    ("customer", "c_last varchar(16), c_first varchar(16), c_id int", "person.last_name"),
    ("customer", "c_middle char(2), c_first varchar(16), c_id int", "person.middle_initial"),
    ("patients", "surname text", "person.last_name"),
    ("people", "middle_name text", "person.middle_name"),
    ("orders", "contact_name text", "person.full_name"),
    ("books", "author text", "person.full_name"),
    ("tracks", "composer varchar(220)", "person.full_name"),
    ("people", "full_name text", "person.full_name"),
    ("people", "gender char(1)", "person.gender"),
    ("people", "sex varchar(6)", "person.gender"),
    ("employees", "title varchar(30)", "person.job_title"),
    ("employees", "TitleOfCourtesy varchar(25)", "person.title"),
    ("customers", "contact_title varchar(30)", "person.job_title"),
    ("employees", "job_title text", "person.job_title"),
    ("employees", "birth_date date", "date.birth"),
    ("employees", "BirthDate timestamp", "date.birth"),
    ("people", "dob text", "date.birth"),
    ("people", "age int", "number.age"),
    ("people", "page int", "number.position"),
    ("people", "phone varchar(24)", "phone.number"),
    ("people", "phone bigint", "phone.number"),
    ("people", "mobile_number text", "phone.number"),
    ("people", "fax varchar(24)", "phone.number"),
    ("people", "phone_verified bool", "flag.likely"),
    ("people", "marital_status char(1)", "person.marital_status"),
    ("people", "initials varchar(5)", "person.initials"),
    ("posts", "created_by text", "person.username"),
    // Places.
    ("address", "address text", "address.street"),
    ("address", "address2 text", "address.unit"),
    ("address", "address_line_1 text", "address.street"),
    ("addresses", "line1 text, city text", "address.street"),
    ("addresses", "line2 text, city text", "address.unit"),
    ("order_items", "line text, qty int", "text.words"),
    ("address", "address_line_2 text", "address.unit"),
    ("orders", "ship_address varchar(60)", "address.street"),
    ("servers", "ip_address varchar(45)", "network.ipv4"),
    ("servers", "mac_address text", "network.mac"),
    ("customer", "c_street_1 varchar(20), c_city text, c_zip char(9)", "address.street"),
    ("customer", "c_state char(2), c_city text, c_zip char(9)", "address.region"),
    ("customer", "c_zip char(9), c_city text, c_state char(2)", "address.postcode"),
    ("orders", "state text", "status.state"),
    ("addresses", "state text, city text", "address.region"),
    ("orders", "ship_city varchar(15)", "address.city"),
    ("city", "city varchar(50)", "address.city"),
    ("cities", "name text", "address.city"),
    ("countries", "name text", "address.country"),
    ("nation", "n_name char(25), n_nationkey int, n_comment text", "address.country"),
    ("country", "code char(2)", "address.country_code"),
    ("orders", "country_code char(2)", "address.country_code"),
    ("orders", "postal_code text", "address.postcode"),
    ("orders", "zip int", "address.postcode"),
    ("stops", "latitude numeric", "address.latitude"),
    ("stops", "lng float", "address.longitude"),
    ("users", "timezone text", "address.timezone"),
    ("events", "location text", "address.location"),
    // Business.
    ("customers", "company_name varchar(40)", "company.name"),
    ("suppliers", "name text", "company.name"),
    ("tenants", "name text", "company.name"),
    ("vendors", "name text", "company.name"),
    ("products", "name text", "product.name"),
    ("products", "product_name varchar(40)", "product.name"),
    ("part", "p_name varchar(55), p_partkey int, p_size int", "product.name"),
    ("products", "description text", "product.description"),
    ("categories", "name text", "product.category"),
    ("products", "sku text", "code.sku"),
    ("books", "isbn varchar(13)", "code.isbn"),
    ("products", "color text", "color.name"),
    ("themes", "bg_color char(7)", "color.hex"),
    ("products", "price numeric", "money.price"),
    ("products", "unit_price float", "money.price"),
    ("film", "rental_rate numeric", "money.price"),
    ("orders", "total_amount numeric", "money.amount"),
    ("orders", "total numeric", "money.amount"),
    ("orders", "total int", "number.count"),
    ("orders", "total_price bigint", "money.amount"),
    ("orders", "currency char(3)", "money.currency_code"),
    ("employees", "salary int", "money.salary"),
    ("orders", "freight float", "money.fee"),
    ("orders", "discount float", "number.rate"),
    ("customer", "c_acctbal numeric, c_name text, c_phone text", "money.balance"),
    ("orders", "quantity smallint", "number.quantity"),
    ("products", "units_in_stock smallint", "number.stock"),
    ("accounts", "iban text", "code.iban"),
    ("accounts", "bic varchar(11)", "code.bic"),
    ("cards", "card_last4 char(4)", "code.last_four"),
    ("invoices", "vat_id text", "code.tax_number"),
    ("parcels", "tracking_number varchar(40)", "code.tracking_number"),
    ("patients", "weight_kg float", "number.body_weight"),
    ("patients", "height_cm int", "number.body_height"),
    ("products", "weight_kg float", "number.weight"),
    ("patients", "emergency_contact text", "person.full_name"),
    ("orders", "order_number text", "code.order_number"),
    ("orders", "payment_method text", "money.payment_method"),
    ("departments", "name text", "company.department"),
    // Instants.
    ("users", "created_at timestamp", "date.created"),
    ("users", "createdAt timestamp", "date.created"),
    ("users", "created_at int", "date.created"),
    ("users", "created_at text", "date.created"),
    ("users", "created_at_ms bigint", "date.past"),
    ("users", "updated_at timestamp", "date.updated"),
    ("film", "last_update timestamp", "date.updated"),
    ("users", "deleted_at timestamp", "date.deleted"),
    ("users", "deleted bool", "flag.rare"),
    ("users", "deleted tinyint", "-"),
    ("orders", "order_date date", "date.created"),
    ("orders", "required_date date", "date.due"),
    ("orders", "shipped_date date", "date.shipped"),
    ("lineitem", "l_shipdate date, l_tax numeric, l_orderkey int", "date.shipped"),
    ("lineitem", "l_tax numeric, l_shipdate date, l_orderkey int", "money.fee"),
    ("events", "start_date date", "date.start"),
    ("events", "endsAt timestamp", "date.end"),
    ("tokens", "expires_at timestamp", "date.expires"),
    ("cookies", "expires int", "date.expires"),
    ("events", "happened timestamp", "date.past"),
    ("events", "opens time", "date.time_of_day"),
    ("film", "release_year year", "date.year"),
    ("film", "release_year int", "date.year"),
    ("file", "mtime int", "date.updated"),
    ("file", "candidate text", "person.full_name"),
    // The net and files.
    ("sites", "url text", "internet.url"),
    ("users", "avatar_url text", "internet.image_url"),
    ("users", "website text", "internet.url"),
    ("domains", "domain text", "internet.domain"),
    ("log", "user_agent text", "network.user_agent"),
    ("log", "ip inet", "network.ipv4"),
    ("log", "client_ip text", "network.ipv4"),
    ("cards", "mac macaddr", "network.mac"),
    ("hosts", "hostname text", "network.hostname"),
    ("hosts", "port int", "number.port"),
    ("files", "filename text", "file.name"),
    ("files", "file_path text", "file.path"),
    ("files", "mime_type text", "file.mime_type"),
    ("files", "size bigint", "number.bytes"),
    ("files", "sha256 char(64)", "token.sha256"),
    ("sessions", "token text", "token.hex"),
    // Words.
    ("posts", "title text", "text.title"),
    ("film", "film_title text", "text.title"),
    ("posts", "slug text", "text.slug"),
    ("posts", "body text", "text.paragraph"),
    ("posts", "description text", "text.sentence"),
    ("orders", "o_comment varchar(79), o_orderkey int, o_clerk char(15)", "text.sentence"),
    ("posts", "status text", "status.state"),
    ("tasks", "priority int", "number.priority"),
    ("tasks", "priority text", "status.priority"),
    ("users", "language char(2)", "locale.language_code"),
    ("users", "locale text", "locale.tag"),
    ("app", "version text", "version.semantic"),
    ("playlists", "name text", "text.title"),
    ("posts", "search_vector tsvector", "text.tsvector"),
    ("posts", "metadata json", "json.object"),
    ("things", "qwerty text", "text.words"),
    ("things", "qwerty varchar(10)", "text.word"),
    ("things", "qwerty char(8)", "code.short"),
    ("things", "qwerty varchar(3)", "-"),
    ("things", "qwerty char(1)", "-"),
    ("things", "qwerty any", "-"),
    ("users", "display_name text", "person.full_name"),
    ("invoices", "display_name text", "text.title"),
    ("contacts", "phone_extension text", "phone.extension"),
    ("channels", "email char(1)", "-"),
    ("repos", "repos_deleted int", "-"),
    // Left to the plan.
    ("users", "id int", "-"),
    ("users", "name_id int", "-"),
    ("users", "external_id text", "token.uuid"),
    ("users", "is_active tinyint", "flag.likely"),
    ("users", "active int", "flag.likely"),
    ("users", "trial_flag int", "number.flag"),
    ("users", "no_of_logins int", "-"),
    ("users", "has_phone bool", "-"),
    ("users", "active bool", "flag.likely"),
    ("things", "payload bytea", "-"),
    ("things", "qwerty int", "-"),
    ("things", "token uuid", "-"),
];

#[test]
fn names_and_types_tell_the_kind() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|&(table, columns, want)| {
            let found = name_of(table, columns);
            (found != want).then(|| format!("{table}: {columns}: found {found}, wanted {want}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CASES.len() >= 150);
}

#[test]
fn a_contact_is_someone_else() {
    let columns = "emergency_contact text, full_name text";
    let contact = inferred("patients", columns).and_then(|i| i.entity).expect("a person");
    let patient = inferred("patients", "full_name text").and_then(|i| i.entity).expect("a person");
    assert_ne!(contact, patient);
}

#[test]
fn parts_of_one_thing_share_a_role_and_prefixes_separate() {
    let role = |columns: &str| inferred("orders", columns).and_then(|i| i.entity).expect("part of an entity");
    assert_eq!(role("first_name text"), role("email text"));
    assert_eq!(role("billing_city text"), role("billing_country text"));
    assert_ne!(role("billing_city text"), role("shipping_city text"));
    assert_ne!(role("city text"), role("shipping_city text"));
    assert_eq!(role("customer_name text"), role("customer_email text"));
    assert_eq!(role("created_at timestamp"), role("updated_at timestamp"));
    assert_eq!(role("created_at timestamp"), role("token_expires_at timestamp"));
    assert_ne!(role("trial_start date"), role("created_at timestamp"));
    assert_eq!(role("trial_start date"), role("trial_end date"));
}

#[test]
fn keys_are_left_to_the_plan() {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "countries");
    table.columns.push(Column::new("name", SqlType::TEXT));
    let alone =
        |table: &Table, schema: &Schema| infer(schema, table, ColumnIdx(0)).expect("a country").entity;
    assert!(alone(&table, &schema).is_some());
    table.primary_key = Some(Key {
        name: None,
        columns: vec![ColumnIdx(0)],
        prefix_lengths: Vec::new(),
        span: Span::default(),
    });
    schema.push_table(table.clone());
    assert!(alone(&table, &schema).is_none());
}

#[test]
fn any_column_index_is_answered() {
    let schema = Schema::new(Dialect::Sqlite);
    assert!(infer(&schema, &Table::new(None, "t"), ColumnIdx(9)).is_none());
}
