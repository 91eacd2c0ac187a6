//! Types of the model in the spelling of each server's catalog.

use crate::catalog_sqlite::plain_kind;
use seedbed_schema_model::{Column, Dialect, Domain, Expr, QualifiedName, Schema, SqlType};

/// A column's type as its dialect's catalog reader spells it.
pub(crate) fn type_text(schema: &Schema, column: &Column) -> String {
    match schema.dialect {
        Dialect::MySql => mysql(&column.ty),
        Dialect::Sqlite => sqlite(column),
        _ => postgres(schema, &column.ty),
    }
}

/// PostgreSQL's `format_type`; user-defined types with all that defines them.
fn postgres(schema: &Schema, ty: &SqlType) -> String {
    let sized = |name: &str, n: Option<u32>| n.map_or(name.to_owned(), |n| format!("{name}({n})"));
    match ty {
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Integer { bits: 16, .. } => "smallint".to_owned(),
        SqlType::Integer { bits: 32, .. } => "integer".to_owned(),
        SqlType::Integer { bits: 64, .. } => "bigint".to_owned(),
        SqlType::Decimal { precision: None, .. } => "numeric".to_owned(),
        SqlType::Decimal { precision: Some(p), scale, .. } => format!("numeric({p},{})", scale.unwrap_or(0)),
        SqlType::Float { bits: 32, .. } => "real".to_owned(),
        SqlType::Float { .. } => "double precision".to_owned(),
        SqlType::Money => "money".to_owned(),
        SqlType::Char { length } => format!("character({})", length.unwrap_or(1)),
        SqlType::Varchar { length } => sized("character varying", *length),
        SqlType::Text { .. } => "text".to_owned(),
        SqlType::Citext => "citext".to_owned(),
        SqlType::Blob { .. } => "bytea".to_owned(),
        SqlType::Bit { length, varying: false } => format!("bit({})", length.unwrap_or(1)),
        SqlType::Bit { length, varying: true } => sized("bit varying", *length),
        SqlType::Date => "date".to_owned(),
        SqlType::Time { precision, zoned } => clock("time", *precision, *zoned),
        SqlType::Timestamp { precision, zoned } => clock("timestamp", *precision, *zoned),
        SqlType::Interval { fields, precision } => {
            let fields = fields.as_ref().map(|f| format!(" {}", f.0.to_lowercase())).unwrap_or_default();
            sized(&format!("interval{fields}"), precision.map(u32::from))
        }
        SqlType::Uuid => "uuid".to_owned(),
        SqlType::Json { binary } => if *binary { "jsonb" } else { "json" }.to_owned(),
        SqlType::Xml => "xml".to_owned(),
        SqlType::Inet => "inet".to_owned(),
        SqlType::Cidr => "cidr".to_owned(),
        SqlType::MacAddr { bits } => if *bits == 64 { "macaddr8" } else { "macaddr" }.to_owned(),
        SqlType::TsVector => "tsvector".to_owned(),
        SqlType::TsQuery => "tsquery".to_owned(),
        SqlType::Hstore => "hstore".to_owned(),
        SqlType::Ltree => "ltree".to_owned(),
        SqlType::PgLsn => "pg_lsn".to_owned(),
        SqlType::Oid { name }
        | SqlType::Geometric { name }
        | SqlType::Extension { name }
        | SqlType::Vector { name, .. }
        | SqlType::Spatial { name, .. } => name.clone(),
        SqlType::Range { element, multi } => range_text(&postgres(schema, element), *multi),
        SqlType::Array { element } => format!("{}[]", postgres(schema, element)),
        SqlType::Enum(id) => enum_text(&schema[*id].name.to_string(), &schema[*id].labels),
        SqlType::Domain(id) => domain(schema, &schema[*id]),
        SqlType::Composite(id) => {
            let composite = &schema[*id];
            let attributes =
                composite.attributes.iter().map(|(name, ty)| format!("{name} {}", postgres(schema, ty)));
            composite_text(&composite.name.to_string(), &attributes.collect::<Vec<_>>())
        }
        SqlType::Unknown { name } => bare_name(name),
        other => format!("{other:?}"),
    }
}

/// `time` and `timestamp` with their precision in the middle, as PostgreSQL prints them.
fn clock(name: &str, precision: Option<u8>, zoned: bool) -> String {
    let precision = precision.map(|p| format!("({p})")).unwrap_or_default();
    format!("{name}{precision} {} time zone", if zoned { "with" } else { "without" })
}

fn domain(schema: &Schema, domain: &Domain) -> String {
    let mut checks: Vec<String> = domain.checks.iter().map(|c| domain_check(&c.expr)).collect();
    checks.sort();
    domain_text(&domain.name, &postgres(schema, &domain.base), domain.not_null, &checks)
}

fn domain_check(expr: &Expr) -> String {
    match expr.opaque_part() {
        None => "check".to_owned(),
        Some(Expr::UserFunction { .. }) => FUNCTION_CHECK.to_owned(),
        Some(Expr::Unreadable(unread)) => format!("check not read: {}", unread.text),
        Some(other) => format!("check not read: {other:?}"),
    }
}

/// A domain's CHECK that calls a function of the schema.
pub(crate) const FUNCTION_CHECK: &str = "check by a function";

/// One spelling for an enum type with its labels.
pub(crate) fn enum_text(name: &str, labels: &[String]) -> String {
    format!("enum {name} ('{}')", labels.join("', '"))
}

/// One spelling for a composite type with its attributes.
pub(crate) fn composite_text(name: &str, attributes: &[String]) -> String {
    format!("composite {name} ({})", attributes.join(", "))
}

/// One spelling for a domain with its constraints.
pub(crate) fn domain_text(name: &QualifiedName, base: &str, not_null: bool, checks: &[String]) -> String {
    let not_null = if not_null { " not null" } else { "" };
    format!("domain {name} over {base}{not_null} [{}]", checks.join(", "))
}

/// One spelling for a range or multirange type.
pub(crate) fn range_text(element: &str, multi: bool) -> String {
    format!("{} of {element}", if multi { "multirange" } else { "range" })
}

/// A type's name without its schema: where an extension was put says nothing about its types.
pub(crate) fn bare_name(name: &str) -> String {
    let (before, after) = name.split_once('(').map_or((name, None), |(b, a)| (b, Some(a)));
    let bare = before.rsplit('.').next().unwrap_or(before).trim_matches('"').to_lowercase();
    after.map_or(bare.clone(), |a| format!("{bare}({a}"))
}

/// MariaDB's `COLUMN_TYPE` without display widths.
fn mysql(ty: &SqlType) -> String {
    let signed = |name: String, unsigned: bool| if unsigned { name + " unsigned" } else { name };
    let timed = |name: &str, p: &Option<u8>| match p {
        None | Some(0) => name.to_owned(),
        Some(p) => format!("{name}({p})"),
    };
    match ty {
        SqlType::Boolean => "tinyint".to_owned(),
        SqlType::Integer { bits, unsigned } => {
            let name = match bits {
                8 => "tinyint",
                16 => "smallint",
                24 => "mediumint",
                32 => "int",
                _ => "bigint",
            };
            signed(name.to_owned(), *unsigned)
        }
        SqlType::Decimal { precision, scale, unsigned } => {
            signed(format!("decimal({},{})", precision.unwrap_or(10), scale.unwrap_or(0)), *unsigned)
        }
        SqlType::Float { bits, unsigned, digits } => {
            let name = if *bits == 32 { "float" } else { "double" };
            let digits = digits.map(|(all, after)| format!("({all},{after})")).unwrap_or_default();
            signed(format!("{name}{digits}"), *unsigned)
        }
        SqlType::Char { length } => format!("char({})", length.unwrap_or(1)),
        SqlType::Varchar { length: Some(n) } => format!("varchar({n})"),
        SqlType::Text { max_bytes } => format!("{}text", sized_prefix(*max_bytes)),
        SqlType::Binary { length } => format!("binary({})", length.unwrap_or(1)),
        SqlType::Varbinary { length: Some(n) } => format!("varbinary({n})"),
        SqlType::Blob { max_bytes } => format!("{}blob", sized_prefix(*max_bytes)),
        SqlType::Bit { length, .. } => format!("bit({})", length.unwrap_or(1)),
        SqlType::Date => "date".to_owned(),
        SqlType::Time { precision, .. } => timed("time", precision),
        SqlType::Timestamp { precision, zoned: false } => timed("datetime", precision),
        SqlType::Timestamp { precision, zoned: true } => timed("timestamp", precision),
        SqlType::Year => "year".to_owned(),
        SqlType::Json { .. } => "json".to_owned(),
        SqlType::Uuid => "uuid".to_owned(),
        SqlType::InlineEnum(labels) => inline_text("enum", labels),
        SqlType::InlineSet(labels) => inline_text("set", labels),
        SqlType::Spatial { name, .. } | SqlType::Geometric { name } | SqlType::Unknown { name } => {
            name.to_lowercase()
        }
        other => format!("{other:?}"),
    }
}

/// The prefix of MySQL's four sizes of `text` and `blob`, each named by the bytes that its length field can count.
fn sized_prefix(max_bytes: Option<u64>) -> &'static str {
    match max_bytes {
        Some(0..=0xff) => "tiny",
        Some(0x100..=0xffff) => "",
        Some(0x1_0000..=0xff_ffff) => "medium",
        _ => "long",
    }
}

fn inline_text(kind: &str, labels: &[String]) -> String {
    let labels: Vec<String> = labels.iter().map(|l| format!("'{}'", l.replace('\'', "''"))).collect();
    format!("{kind}({})", labels.join(","))
}

/// SQLite keeps the text of the declaration and nothing else. Beside it stands what the type was taken for, where the
/// text is one of the usual spellings and therefore leaves no doubt.
fn sqlite(column: &Column) -> String {
    let declared = crate::catalog_sqlite::normal_declared_type(&column.declared_type);
    match plain_kind(&declared) {
        Some(_) => format!("{declared} = {}", sqlite_kind(&column.ty)),
        None => declared,
    }
}

fn sqlite_kind(ty: &SqlType) -> String {
    match ty {
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Integer { .. } => "integer".to_owned(),
        SqlType::Float { .. } => "float".to_owned(),
        SqlType::Decimal { precision: Some(p), scale, .. } => format!("decimal({p},{})", scale.unwrap_or(0)),
        SqlType::Decimal { precision: None, .. } => "decimal".to_owned(),
        SqlType::Char { length: Some(n) } | SqlType::Varchar { length: Some(n) } => format!("text({n})"),
        SqlType::Char { .. } | SqlType::Varchar { .. } | SqlType::Text { .. } => "text".to_owned(),
        SqlType::Blob { .. } => "blob".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time { .. } => "time".to_owned(),
        SqlType::Timestamp { .. } => "timestamp".to_owned(),
        SqlType::Any => "any".to_owned(),
        other => format!("{other:?}"),
    }
}
