//! PostgreSQL's type names.
//!
//! A quoted or qualified name is never one of the grammar's words; the schema's own types come after those of
//! `pg_catalog`, and those of well-known extensions last.

use super::extension::{Modifiers, extension_type};
use crate::names::Names;
use crate::spelling::{Spelling, TypeName, numbers, user_type};
use crate::text::{Cursor, Name, TokenKind};
use seedbed_schema_model::{IntervalFields, SqlType};

/// Reads a type with its parameters and array brackets.
pub(crate) fn read_type(names: &dyn Names, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    cursor.eat(&["SETOF"]);
    if !cursor.at_name() {
        return None;
    }
    let mut found = read_element(names, cursor)?;
    let mut array = false;
    if cursor.eat(&["ARRAY"]) {
        array = true;
    }
    while cursor.at_op("[") {
        array = true;
        cursor.skip(1);
        while !cursor.is_empty() && !cursor.eat_op("]") {
            cursor.skip(1);
        }
    }
    if array {
        found.ty = SqlType::Array { element: Box::new(found.ty) };
    }
    Some(found)
}

/// A type without array brackets.
fn read_element(names: &dyn Names, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let quoted = cursor.kind_at(0) == Some(TokenKind::Quoted);
    let name = cursor.name()?;
    if quoted && name.schema.is_none() {
        let numbered = *cursor;
        if let Some(ty) = in_catalog(&name.name, numbers(cursor)) {
            return Some(TypeName::plain(ty));
        }
        *cursor = numbered;
        return Some(named(names, &name, cursor));
    }
    if name.schema.as_deref().is_some_and(|s| s != "pg_catalog") {
        return Some(named(names, &name, cursor));
    }
    let mut spelling = Spelling { words: name.name.to_ascii_lowercase(), numbers: Vec::new() };
    let second = match spelling.words.as_str() {
        "double" => cursor.eat_any(&["precision"]),
        "character" | "char" | "bit" | "nchar" => cursor.eat_any(&["varying"]),
        "national" => cursor.eat_any(&["character", "char"]),
        _ => None,
    };
    if let Some(second) = second {
        spelling.words = format!("{} {second}", spelling.words);
    }
    if spelling.words.starts_with("national ") && cursor.eat(&["VARYING"]) {
        spelling.words.push_str(" varying");
    }
    if spelling.words == "interval" {
        return Some(TypeName::plain(interval(cursor)));
    }
    let before = *cursor;
    spelling.numbers = numbers(cursor);
    let zone = matches!(spelling.words.as_str(), "timestamp" | "time");
    if zone && cursor.eat(&["WITH", "TIME", "ZONE"]) {
        spelling.words.push_str("tz");
    } else if zone {
        cursor.eat(&["WITHOUT", "TIME", "ZONE"]);
    }
    if let Some(width) = serial_bits(&spelling.words) {
        let ty = SqlType::Integer { bits: width, unsigned: false };
        return Some(TypeName { serial: true, ..TypeName::plain(ty) });
    }
    // The schema's own types come after pg_catalog in the search path.
    match built_in(&spelling) {
        Some(ty) => Some(TypeName::plain(ty)),
        None => {
            *cursor = before;
            Some(named(names, &name, cursor))
        }
    }
}

/// A built-in type by its name in `pg_catalog`, which is searched before the schema's own types. A quoted name is never one
/// of the grammar's own words, which have other names there: `"char"` is not `char`, and there is no `"integer"`. The name
/// of an array's type is its element's behind an underscore.
fn in_catalog(name: &str, numbers: Vec<i64>) -> Option<SqlType> {
    const GRAMMAR: [&str; 12] = [
        "bigint",
        "boolean",
        "char",
        "character",
        "dec",
        "decimal",
        "float",
        "int",
        "integer",
        "nchar",
        "real",
        "smallint",
    ];
    match name {
        "char" => Some(SqlType::Char { length: Some(1) }),
        "interval" => Some(SqlType::Interval { fields: None, precision: None }),
        _ if GRAMMAR.contains(&name) || name.contains(' ') => None,
        _ => match name.strip_prefix('_') {
            Some(element) => {
                in_catalog(element, numbers).map(|element| SqlType::Array { element: Box::new(element) })
            }
            None => built_in(&Spelling { words: name.to_owned(), numbers }),
        },
    }
}

/// A type by a name that is not built in: the schema's own, or a well-known extension's.
fn named(names: &dyn Names, name: &Name, cursor: &mut Cursor<'_>) -> TypeName {
    let mut found = user_type(names, name);
    let mut written = *cursor;
    let modifiers = numbers(cursor);
    if found.unknown.is_some()
        && let Some(ty) = extension_type(&name.name, &Modifiers::read(&mut written))
            .or_else(|| type_of_relatives(&name.name, &modifiers))
    {
        found = TypeName::plain(ty);
    }
    if found.unknown.is_some() {
        // A schema-qualified built-in, such as `pg_catalog.int4` quoted piece by piece.
        let spelling = Spelling { words: name.name.clone(), numbers: modifiers };
        if name.schema.as_deref() == Some("pg_catalog")
            && let Some(ty) = built_in(&spelling)
        {
            found = TypeName::plain(ty);
        }
    }
    found
}

/// Types of CockroachDB and of Redshift.
fn type_of_relatives(name: &str, modifiers: &[i64]) -> Option<SqlType> {
    let length = modifiers.first().and_then(|n| u32::try_from(*n).ok());
    Some(match name {
        "string" | "nvarchar" => match length {
            Some(_) => SqlType::Varchar { length },
            None => SqlType::TEXT,
        },
        "bytes" | "varbyte" => SqlType::Blob { max_bytes: None },
        "super" => SqlType::Json { binary: true },
        _ => return None,
    })
}

/// The width of `serial` and its kin.
fn serial_bits(word: &str) -> Option<u8> {
    Some(match word {
        "smallserial" | "serial2" => 16,
        "serial" | "serial4" => 32,
        "bigserial" | "serial8" => 64,
        _ => return None,
    })
}

/// `interval`, `interval(3)`, `interval day to second(3)`.
fn interval(cursor: &mut Cursor<'_>) -> SqlType {
    const FIELDS: [&str; 6] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
    let mut precision = Spelling { numbers: numbers(cursor), ..Spelling::default() }.precision();
    let mut fields = None;
    if let Some(first) = cursor.eat_any(&FIELDS) {
        let mut text = first.to_owned();
        if cursor.is_word(0, "TO")
            && let Some(last) = FIELDS.iter().find(|f| cursor.is_word(1, f))
        {
            cursor.skip(2);
            text = format!("{text} TO {last}");
        }
        fields = Some(IntervalFields(text));
        let more = numbers(cursor);
        precision = precision.or(Spelling { numbers: more, ..Spelling::default() }.precision());
    }
    SqlType::Interval { fields, precision }
}

/// The types of `pg_catalog`; <https://www.postgresql.org/docs/current/datatype.html>.
fn built_in(spelling: &Spelling) -> Option<SqlType> {
    number(spelling).or_else(|| string(spelling)).or_else(|| other(spelling))
}

/// Integers, decimals, floating-point numbers and money.
fn number(spelling: &Spelling) -> Option<SqlType> {
    let integer = |bits| SqlType::Integer { bits, unsigned: false };
    let float = |bits| SqlType::Float { bits, unsigned: false, digits: None };
    Some(match spelling.words.as_str() {
        "smallint" | "int2" => integer(16),
        "integer" | "int" | "int4" => integer(32),
        "bigint" | "int8" => integer(64),
        "numeric" | "decimal" | "dec" => spelling.decimal(false),
        "real" | "float4" => float(32),
        "float" => float(if spelling.numbers.first().is_some_and(|n| *n <= 24) { 32 } else { 64 }),
        "double precision" | "float8" => float(64),
        "money" => SqlType::Money,
        _ => return None,
    })
}

/// Strings of characters, of bytes and of bits.
fn string(spelling: &Spelling) -> Option<SqlType> {
    let length = spelling.length();
    Some(match spelling.words.as_str() {
        // Without a length it holds any, its trailing blanks not counting.
        "bpchar" if length.is_none() => SqlType::Varchar { length: None },
        "character" | "char" | "bpchar" | "nchar" | "national character" | "national char" => {
            SqlType::Char { length }
        }
        "character varying"
        | "char varying"
        | "varchar"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => SqlType::Varchar { length },
        "text" => SqlType::TEXT,
        "name" => SqlType::Varchar { length: Some(63) },
        "bytea" => SqlType::Blob { max_bytes: None },
        "bit" => SqlType::Bit { length, varying: false },
        "bit varying" | "varbit" => SqlType::Bit { length, varying: true },
        _ => return None,
    })
}

/// Truth values, dates and times, documents, addresses, shapes and ranges.
fn other(spelling: &Spelling) -> Option<SqlType> {
    let precision = spelling.precision();
    Some(match spelling.words.as_str() {
        "boolean" | "bool" => SqlType::Boolean,
        "date" => SqlType::Date,
        "time" => SqlType::Time { precision, zoned: false },
        "timetz" => SqlType::Time { precision, zoned: true },
        "timestamp" => SqlType::Timestamp { precision, zoned: false },
        "timestamptz" => SqlType::Timestamp { precision, zoned: true },
        "uuid" => SqlType::Uuid,
        "json" => SqlType::Json { binary: false },
        "jsonb" => SqlType::Json { binary: true },
        "xml" => SqlType::Xml,
        "inet" => SqlType::Inet,
        "cidr" => SqlType::Cidr,
        "macaddr" => SqlType::MacAddr { bits: 48 },
        "macaddr8" => SqlType::MacAddr { bits: 64 },
        "tsvector" => SqlType::TsVector,
        "tsquery" => SqlType::TsQuery,
        "pg_lsn" => SqlType::PgLsn,
        "oid" | "regclass" | "regcollation" | "regconfig" | "regdictionary" | "regnamespace" | "regoper"
        | "regoperator" | "regproc" | "regprocedure" | "regrole" | "regtype" | "xid" | "xid8" | "cid"
        | "tid" | "txid_snapshot" | "pg_snapshot" => SqlType::Oid { name: spelling.words.clone() },
        "jsonpath" | "oidvector" | "int2vector" | "refcursor" | "aclitem" => {
            SqlType::Extension { name: spelling.words.clone() }
        }
        "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => {
            SqlType::Geometric { name: spelling.words.clone() }
        }
        word => return SqlType::built_in_range(word),
    })
}
