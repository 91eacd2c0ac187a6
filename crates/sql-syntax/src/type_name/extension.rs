//! Types of the extensions that most PostgreSQL schemas use, by their names.
//!
//! A script need not say which extension it wants, so they are known by name alone, after the schema's own types.

use crate::text::Cursor;
use seedbed_schema_model::SqlType;

/// What stands in a type's brackets: `(Point, 4326)`, `(1536)`.
#[derive(Debug, Default)]
pub(super) struct Modifiers {
    /// Words and strings, lower case, without blanks.
    words: Vec<String>,
    /// Numbers.
    numbers: Vec<u32>,
}

impl Modifiers {
    /// Reads the brackets, if there are any.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Self {
        let mut read = Self::default();
        for mut part in cursor.parens().map(|inner| inner.split_commas()).unwrap_or_default() {
            if let Some(number) = part.integer() {
                read.numbers.extend(u32::try_from(number).ok());
            } else {
                let word = part.string().unwrap_or_else(|| part.text().to_owned());
                read.words.push(word.to_lowercase().replace([' ', '"'], ""));
            }
        }
        read
    }
}

/// The type of an extension by its name; `None` for names that no well-known extension has.
pub(super) fn extension_type(name: &str, modifiers: &Modifiers) -> Option<SqlType> {
    Some(match name {
        "citext" => SqlType::Citext,
        "hstore" => SqlType::Hstore,
        "ltree" => SqlType::Ltree,
        // PostGIS: `geometry(PointZ, 4326)`; a shape of `geometry` is any, and a number of 0 is none.
        "geometry" | "geography" => SqlType::Spatial {
            name: name.to_owned(),
            shape: modifiers.words.first().cloned(),
            srid: modifiers.numbers.first().copied().filter(|srid| *srid != 0),
        },
        // pgvector.
        "vector" | "halfvec" | "sparsevec" => {
            SqlType::Vector { name: name.to_owned(), dimensions: modifiers.numbers.first().copied() }
        }
        // cube, earthdistance, seg, isn, ltree and intarray of PostgreSQL's own distribution; PostGIS' boxes.
        "cube" | "earth" | "seg" | "ean13" | "isbn" | "isbn13" | "ismn" | "ismn13" | "issn" | "issn13"
        | "upc" | "lquery" | "ltxtquery" | "query_int" | "box2d" | "box3d" => {
            SqlType::Extension { name: name.to_owned() }
        }
        _ => return None,
    })
}
