//! SQLite's free-form types: any run of words, read for what it means.

use crate::spelling::{Spelling, TypeName, numbers};
use crate::text::{Cursor, TokenKind};
use seedbed_schema_model::SqlType;

/// Words that end a type because they begin a column constraint.
const STOPS: [&str; 14] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
    "ON",
    "FOREIGN",
    "AUTOINCREMENT",
];

/// Reads a type; none at all is [`SqlType::Any`].
pub(crate) fn read_type(cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let mut words: Vec<String> = Vec::new();
    while !cursor.at_any(&STOPS)
        && matches!(cursor.kind_at(0), Some(TokenKind::Word | TokenKind::Quoted | TokenKind::Text))
    {
        words.extend(cursor.ident().map(|word| word.to_ascii_lowercase()));
    }
    if words.is_empty() {
        return None;
    }
    let spelling = Spelling { words: words.join(" "), numbers: numbers(cursor) };
    // `UNSIGNED` and kin may follow the brackets.
    while !cursor.at_any(&STOPS) && cursor.kind_at(0) == Some(TokenKind::Word) {
        cursor.skip(1);
    }
    Some(TypeName::plain(meaning(&spelling)))
}

/// What the words say; those that say nothing follow the rules of affinity,
/// <https://sqlite.org/datatype3.html#determination_of_column_affinity>.
fn meaning(spelling: &Spelling) -> SqlType {
    let length = spelling.length();
    let unsigned = spelling.words.contains("unsigned");
    let words = spelling.words.replace(" unsigned", "").replace("unsigned ", "");
    let integer = |bits| SqlType::Integer { bits, unsigned };
    match words.as_str() {
        "boolean" | "bool" => SqlType::Boolean,
        "tinyint" | "int1" => integer(8),
        "smallint" | "int2" => integer(16),
        "mediumint" => integer(24),
        "int4" => integer(32),
        // The rowid is a 64-bit integer, and so is everything that refers to it.
        "integer" | "int" | "bigint" | "int8" | "big int" | "long" => integer(64),
        "decimal" | "numeric" | "number" if !spelling.numbers.is_empty() => spelling.decimal(unsigned),
        "decimal" | "numeric" | "number" => SqlType::Decimal { precision: None, scale: None, unsigned },
        "real" | "double" | "double precision" | "float" => {
            SqlType::Float { bits: 64, unsigned, digits: None }
        }
        "date" => SqlType::Date,
        "time" => SqlType::Time { precision: None, zoned: false },
        "datetime" | "timestamp" | "timestamp without time zone" => {
            SqlType::Timestamp { precision: None, zoned: false }
        }
        "timestamptz" | "timestamp with time zone" => SqlType::Timestamp { precision: None, zoned: true },
        "uuid" | "guid" => SqlType::Uuid,
        "json" | "jsonb" => SqlType::Json { binary: false },
        "char" | "character" | "nchar" | "native character" | "national character" => match length {
            Some(length) => SqlType::Char { length: Some(length) },
            None => SqlType::TEXT,
        },
        "varchar" | "nvarchar" | "character varying" | "varying character" | "varchar2" => {
            SqlType::Varchar { length }
        }
        "blob" | "bytea" | "longblob" | "mediumblob" | "tinyblob" => SqlType::Blob { max_bytes: None },
        "binary" | "varbinary" => SqlType::Blob { max_bytes: length.map(u64::from) },
        _ => affinity(&words, length),
    }
}

/// The type of a name that has no meaning of its own, by what it contains.
fn affinity(words: &str, length: Option<u32>) -> SqlType {
    let has = |part: &str| words.contains(part);
    if has("int") {
        SqlType::BIGINT
    } else if has("char") || has("clob") || has("text") {
        match length {
            Some(_) => SqlType::Varchar { length },
            None => SqlType::TEXT,
        }
    } else if has("blob") {
        SqlType::Blob { max_bytes: None }
    } else if has("real") || has("floa") || has("doub") {
        SqlType::Float { bits: 64, unsigned: false, digits: None }
    } else {
        SqlType::Any
    }
}
