//! MySQL 8 and MariaDB, in a strict `sql_mode`; the judge is MariaDB 10.11.

use super::*;
use crate::collation::folding_mysql;
use crate::column_value::store_mysql;
use crate::literal::{own_bytes, parse_signed_time, rounded_integer};
use crate::notation::push_mysql_float;
use crate::quote::{IdentifierCase, backslash_text};

/// 838:59:59.999999, the last of a `time` (manual, §11.2.3), in microseconds.
const LAST_TIME: i64 = 839 * 3_600_000_000 - 1;

pub(super) static REPRESENTATION: Representation = Representation {
    identifiers: Identifiers {
        quote: ('`', '`'),
        accepted_quotes: &[('"', '"'), ('`', '`')],
        case: IdentifierCase::Ignored,
        default_schema: None,
    },
    quote_text: backslash_text,
    notation: Notation {
        booleans: ["0", "1"],
        bytes_prefix: "",
        zone_suffix: "",
        csv_null: Some("NULL"),
        float: push_mysql_float,
    },
    literals: LiteralForms { integer: rounded_integer, bytes: own_bytes, time: parse_signed_time },
    storage: Storage {
        typing: Typing::Declared,
        nul_in_text: NulInText::Stored,
        non_finite_floats: NonFiniteFloats::Refused,
        char_padding: CharPadding::Stripped,
        spatial_types: SpatialTypes::BuiltIn,
        fixed_bits: FixedBits::AtMost,
        temporal: TemporalRanges {
            date_years: 0..=9999,
            timestamp_years: 0..=9999,
            // A `timestamp` goes from 1970-01-01 00:00:01 to 2038-01-19 03:14:07.
            zoned_timestamps: Some(1_000_000..=2_147_483_647_999_999),
            times: -LAST_TIME..=LAST_TIME,
            infinity: false,
        },
    },
    store: store_mysql,
    folding: folding_mysql,
};
