//! The type names of MySQL and MariaDB.
//!
//! After <https://dev.mysql.com/doc/refman/8.4/en/data-types.html> and MariaDB's pages of the same subjects. Unknown names
//! stay unknown: neither server has types that a schema defines.

use crate::spelling::{Spelling, TypeName, numbers};
use crate::text::{Cursor, TokenKind};
use seedbed_schema_model::SqlType;

/// Reads a type with its attributes: `UNSIGNED`, `ZEROFILL`, `BINARY`, `CHARACTER SET`, `COLLATE`.
pub(crate) fn read_type(cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let mut words = cursor.word_at(0).to_ascii_lowercase();
    if words.is_empty() {
        return None;
    }
    cursor.skip(1);
    while let Some(more) = second_word(&words, cursor) {
        words = format!("{words} {more}");
    }
    if matches!(words.as_str(), "enum" | "set") {
        let labels = labels(cursor)?;
        let ty = if words == "enum" { SqlType::InlineEnum(labels) } else { SqlType::InlineSet(labels) };
        return Some(attributes(TypeName::plain(ty), cursor).0);
    }
    let spelling = Spelling { words, numbers: numbers(cursor) };
    let (mut found, unsigned) = attributes(TypeName::plain(SqlType::Any), cursor);
    found.serial = spelling.words == "serial";
    found.ty = match built_in(&spelling, unsigned || found.serial) {
        Some(ty) => ty,
        None => {
            found.unknown = Some(spelling.words.clone());
            SqlType::Unknown { name: spelling.words }
        }
    };
    if found.charset.as_deref() == Some("binary") {
        found.ty = as_binary(found.ty);
        found.charset = None;
    }
    Some(found)
}

/// The further word of a type of several: `double precision`.
fn second_word(words: &str, cursor: &mut Cursor<'_>) -> Option<&'static str> {
    match words {
        "double" => cursor.eat_any(&["precision"]),
        "character" | "char" => cursor.eat_any(&["varying", "byte"]),
        "nchar" => cursor.eat_any(&["varying", "varchar"]),
        "national" => cursor.eat_any(&["character", "char", "varchar"]),
        "national character" | "national char" => cursor.eat_any(&["varying"]),
        "long" => cursor.eat_any(&["varchar", "varbinary"]),
        _ => None,
    }
}

/// The labels of an ENUM or SET.
fn labels(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    let parts = cursor.parens()?.split_commas();
    // MySQL strips trailing spaces from labels, <https://dev.mysql.com/doc/refman/8.0/en/enum.html>.
    Some(
        parts
            .into_iter()
            .filter_map(|mut part| part.string())
            .map(|l| l.trim_end_matches(' ').to_owned())
            .collect(),
    )
}

/// What may follow a type's name; returns whether it is unsigned.
fn attributes(mut found: TypeName, cursor: &mut Cursor<'_>) -> (TypeName, bool) {
    let mut unsigned = false;
    loop {
        if let Some(word) = cursor.eat_any(&["UNSIGNED", "ZEROFILL"]) {
            unsigned |= matches!(word, "UNSIGNED" | "ZEROFILL");
        } else if cursor.eat_any(&["SIGNED"]).is_some() {
        } else if cursor.is_word(0, "BINARY") {
            cursor.skip(1);
            found.collation = found.collation.or(Some("binary".to_owned()));
        } else if cursor.eat_any(&["ASCII"]).is_some() {
            found.charset = Some("latin1".to_owned());
        } else if cursor.eat_any(&["UNICODE"]).is_some() {
            found.charset = Some("ucs2".to_owned());
        } else if cursor.eat(&["CHARACTER", "SET"])
            || cursor.eat(&["CHARSET"])
            || cursor.eat(&["CHAR", "SET"])
        {
            cursor.eat_op("=");
            found.charset = cursor.ident().map(|name| name.to_lowercase());
        } else if cursor.is_word(0, "COLLATE") && cursor.kind_at(1) != Some(TokenKind::Open) {
            cursor.skip(1);
            cursor.eat_op("=");
            found.collation = cursor.ident().map(|name| name.to_lowercase());
        } else {
            return (found, unsigned);
        }
    }
}

/// The type of that spelling, `None` if neither server has it: <https://dev.mysql.com/doc/refman/8.0/en/data-types.html>,
/// <https://mariadb.com/kb/en/data-types/>. Only numbers can be unsigned.
fn built_in(spelling: &Spelling, unsigned: bool) -> Option<SqlType> {
    number(spelling, unsigned).or_else(|| string(spelling)).or_else(|| other(spelling))
}

/// Integers, decimals, floating-point numbers and bits.
fn number(spelling: &Spelling, unsigned: bool) -> Option<SqlType> {
    let integer = |bits| SqlType::Integer { bits, unsigned };
    let digits = match spelling.numbers.as_slice() {
        [all, after] => u8::try_from(*all).ok().zip(u8::try_from(*after).ok()),
        _ => None,
    };
    Some(match spelling.words.as_str() {
        "bool" | "boolean" => integer(8),
        "tinyint" | "int1" => integer(8),
        "smallint" | "int2" => integer(16),
        "mediumint" | "middleint" | "int3" => integer(24),
        "int" | "integer" | "int4" => integer(32),
        "bigint" | "int8" | "serial" => integer(64),
        "decimal" | "numeric" | "dec" | "fixed" => {
            let given = if spelling.numbers.is_empty() {
                Spelling { numbers: vec![10, 0], ..spelling.clone() }
            } else {
                spelling.clone()
            };
            given.decimal(unsigned)
        }
        "float" | "float4" => {
            let single = spelling.numbers.len() > 1 || spelling.numbers.first().is_none_or(|n| *n <= 24);
            SqlType::Float { bits: if single { 32 } else { 64 }, unsigned, digits }
        }
        "double" | "double precision" | "real" | "float8" => SqlType::Float { bits: 64, unsigned, digits },
        "bit" => SqlType::Bit { length: Some(spelling.length().unwrap_or(1)), varying: false },
        _ => return None,
    })
}

/// Strings of characters and of bytes.
fn string(spelling: &Spelling) -> Option<SqlType> {
    let length = spelling.length();
    let text = |max_bytes| SqlType::Text { max_bytes: Some(max_bytes) };
    let blob = |max_bytes| SqlType::Blob { max_bytes: Some(max_bytes) };
    Some(match spelling.words.as_str() {
        "char" | "character" | "nchar" | "national char" | "national character" => {
            SqlType::Char { length: Some(length.unwrap_or(1)) }
        }
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "nchar varchar"
        | "national varchar"
        | "national char varying"
        | "national character varying"
        | "nvarchar"
        | "varchar2"
        | "varcharacter" => SqlType::Varchar { length },
        "tinytext" => text(255),
        "text" => text(sized(length)),
        "mediumtext" | "long" | "long varchar" => text(MEDIUM),
        "longtext" => text(LONG),
        "tinyblob" => blob(255),
        "blob" => blob(sized(length)),
        "mediumblob" | "long varbinary" => blob(MEDIUM),
        "longblob" => blob(LONG),
        "binary" | "char byte" => SqlType::Binary { length: Some(length.unwrap_or(1)) },
        "varbinary" => SqlType::Varbinary { length },
        _ => return None,
    })
}

/// Dates and times, documents, addresses and shapes.
fn other(spelling: &Spelling) -> Option<SqlType> {
    let precision = Some(spelling.precision().unwrap_or(0));
    Some(match spelling.words.as_str() {
        "date" => SqlType::Date,
        "time" => SqlType::Time { precision, zoned: false },
        "datetime" => SqlType::Timestamp { precision, zoned: false },
        "timestamp" => SqlType::Timestamp { precision, zoned: true },
        "year" => SqlType::Year,
        "json" => SqlType::Json { binary: false },
        "uuid" => SqlType::Uuid,
        "inet6" | "inet4" => SqlType::Inet,
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
        | "multipolygon" | "geometrycollection" | "geomcollection" => {
            SqlType::Spatial { name: spelling.words.clone(), shape: None, srid: None }
        }
        _ => return None,
    })
}

/// Bytes of MEDIUMTEXT and MEDIUMBLOB.
const MEDIUM: u64 = (1 << 24) - 1;
/// Bytes of LONGTEXT and LONGBLOB.
const LONG: u64 = (1 << 32) - 1;

/// `TEXT(n)` takes the smallest of the four types that holds `n`.
fn sized(length: Option<u32>) -> u64 {
    match length.map(u64::from) {
        None => 65_535,
        Some(n) if n <= 255 => 255,
        Some(n) if n <= 65_535 => 65_535,
        Some(n) if n <= MEDIUM => MEDIUM,
        Some(_) => LONG,
    }
}

/// `CAST(a AS SIGNED)` and its like name types that columns do not have.
pub(crate) fn read_cast_type(cursor: &mut Cursor<'_>) -> Option<SqlType> {
    if cursor.eat(&["BINARY"]) {
        return Some(SqlType::Varbinary { length: None });
    }
    let word = cursor.eat_any(&["SIGNED", "UNSIGNED"])?;
    cursor.eat(&["INTEGER"]);
    Some(SqlType::Integer { bits: 64, unsigned: word == "UNSIGNED" })
}

/// `CHARACTER SET binary` makes a text type a binary one.
pub fn as_binary(ty: SqlType) -> SqlType {
    match ty {
        SqlType::Char { length } => SqlType::Binary { length },
        SqlType::Varchar { length } => SqlType::Varbinary { length },
        SqlType::Text { max_bytes } => SqlType::Blob { max_bytes },
        other => other,
    }
}
