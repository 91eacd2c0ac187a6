//! SQLite 3; the judge is 3.53.

use super::*;
use crate::Value;
use crate::arithmetic::{self, *};
use crate::cast::{BinaryAsText, CastTargets, cast_sqlite};
use crate::collation::{DerivedCollation, fold_sqlite};
use crate::column_value::store_sqlite;
use crate::compare::{self, BesideNull, ConstantType};
use crate::format::push_sqlite_float;
use crate::function::*;
use crate::json_operator::{JsonAccess, JsonMember, sqlite_path};
use crate::literal::{own_bytes, parse_time_of_day, rounded_integer};
use crate::matching::{DanglingEscape, PatternCase};
use crate::quote::{IdentifierCase, standard_text_or_blob};

pub(super) static SEMANTICS: Semantics = Semantics {
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
    constraints: ConstraintRules {
        full_match: FullMatch::Ignored,
        hard_cycle: HardCycle::Deferred,
        dangling_reference: DanglingReference::RowsRefused,
        check_time: CheckTime::Declared,
        written_numbers: WrittenNumbers::Followed,
        null_numbering: NullNumbering::Numbered,
        null_in_range: NullInRange::Nowhere,
        empty_partitioning: EmptyPartitioning::ByHash,
    },
    truth: TruthValues::NotZero,
    evaluation_order: EvaluationOrder::Free,
    literals: LiteralForms { constant, integer: rounded_integer, bytes: own_bytes, time: parse_time_of_day },
    collations: Collations {
        fold: fold_sqlite,
        left_column_decides: true,
        derived: DerivedCollation::Written,
    },
    comparisons: Comparisons {
        basis: compare::sqlite::basis,
        membership: compare::sqlite::membership,
        constants: ConstantType::Text,
        beside_null: BesideNull::Evaluated,
    },
    conversions: Conversions {
        cast: cast_sqlite,
        cast_targets: CastTargets::Any,
        binary_strings: BinaryAsText::Characters,
        store: store_sqlite,
    },
    arithmetic: Arithmetic {
        operand: arithmetic::sqlite::operand,
        operate: arithmetic::sqlite::operate,
        check_result: arithmetic::sqlite::check_result,
        integers: IntegerRange::Signed,
        overflow: Overflow::Float,
        bits: BitOperators {
            of_bits: i128::from,
            whole: |f| f,
            shift: shift_out,
            complement_of_float: ComplementOfFloat::OfWholePart,
        },
        dates: DateArithmetic::Temporal,
        double_pipe: DoublePipe::Concatenation,
        binary_strings: BinaryConcatenation::Text,
    },
    json: JsonAccess { member: JsonMember::Path, operate: sqlite_path },
    patterns: Patterns {
        escape: None,
        dangling_escape: DanglingEscape::MatchesNothing,
        regular_expressions: Err("`REGEXP`, which SQLite leaves to the application"),
        case: PatternCase::Ascii,
    },
    functions: Functions {
        builtins: &[
            text::COMMON,
            text::POSTGRES_AND_SQLITE,
            text::SQLITE,
            number::COMMON,
            number::POSTGRES_AND_SQLITE,
            number::SQLITE,
            json::MYSQL_AND_SQLITE,
            json::SQLITE,
            temporal::COMMON,
            sqlite_date::SQLITE,
        ],
        conditionals: &[conditional::STANDARD, conditional::SQLITE],
        number: number::leading_number,
        whole: WholeResult::Integer,
        outside_domain: OutsideDomain::Null,
        trim: Trim::Characters,
        clock: Clock::Text,
        extract: ExtractResult::Integer,
    },
};

/// Booleans are integers; decimals, and integers beyond 64 bits, are floats.
fn constant(value: Value) -> Value {
    match value {
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Decimal(d) => Value::Float(d.to_float()),
        Value::Integer(n) if i64::try_from(n).is_err() => Value::Float(n as f64),
        value => value,
    }
}
