//! SQLite 3; the judge is 3.53.

use super::*;
use crate::collation::folding_sqlite;
use crate::column_value::store_sqlite;
use crate::literal::{own_bytes, parse_time_of_day, rounded_integer};
use crate::notation::push_sqlite_float;
use crate::quote::{IdentifierCase, standard_text_or_blob};

pub(super) static REPRESENTATION: Representation = Representation {
    identifiers: Identifiers {
        quote: ('"', '"'),
        accepted_quotes: &[('"', '"'), ('`', '`'), ('[', ']')],
        case: IdentifierCase::Ignored,
        default_schema: None,
    },
    quote_text: standard_text_or_blob,
    notation: Notation {
        booleans: ["0", "1"],
        bytes_prefix: "",
        zone_suffix: "",
        csv_null: None,
        float: push_sqlite_float,
    },
    literals: LiteralForms { integer: rounded_integer, bytes: own_bytes, time: parse_time_of_day },
    storage: Storage {
        typing: Typing::Affinity,
        nul_in_text: NulInText::Stored,
        non_finite_floats: NonFiniteFloats::Stored,
        char_padding: CharPadding::Stripped,
        spatial_types: SpatialTypes::Extension,
        fixed_bits: FixedBits::AtMost,
        // Dates are text; what the engine itself makes stays in PostgreSQL's ranges.
        temporal: TemporalRanges {
            date_years: -4713..=5_874_897,
            timestamp_years: -4713..=294_276,
            zoned_timestamps: None,
            times: 0..=86_400_000_000,
            infinity: true,
        },
    },
    store,
    folding: folding_sqlite,
};

/// What is no number, text or blob is stored as the text that the dialect writes for it.
fn store(value: Value, column: &Column, schema: &Schema) -> Value {
    store_sqlite(value, column, schema, &REPRESENTATION.notation)
}
