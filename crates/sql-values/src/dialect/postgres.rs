//! PostgreSQL, from version 12 on; the judge is 15.

use super::*;
use crate::collation::folding_postgres;
use crate::column_value::store_postgres;
use crate::literal::{escaped_bytes, integer_digits, parse_time_of_day};
use crate::notation::push_postgres_float;
use crate::quote::{IdentifierCase, standard_text};

pub(super) static REPRESENTATION: Representation = Representation {
    identifiers: Identifiers {
        quote: ('"', '"'),
        accepted_quotes: &[('"', '"')],
        case: IdentifierCase::FoldedUnlessQuoted,
        default_schema: Some("public"),
    },
    quote_text: standard_text,
    notation: Notation {
        booleans: ["false", "true"],
        bytes_prefix: "\\x",
        zone_suffix: "+00",
        csv_null: None,
        float: push_postgres_float,
    },
    literals: LiteralForms { integer: integer_digits, bytes: escaped_bytes, time: parse_time_of_day },
    storage: Storage {
        typing: Typing::Declared,
        nul_in_text: NulInText::Refused,
        non_finite_floats: NonFiniteFloats::Stored,
        char_padding: CharPadding::Counts,
        spatial_types: SpatialTypes::Extension,
        fixed_bits: FixedBits::Exactly,
        temporal: TemporalRanges {
            date_years: -4713..=5_874_897,
            timestamp_years: -4713..=294_276,
            zoned_timestamps: None,
            times: 0..=86_400_000_000,
            infinity: true,
        },
    },
    store: store_postgres,
    folding: folding_postgres,
};
