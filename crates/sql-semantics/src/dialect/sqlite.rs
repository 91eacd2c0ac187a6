//! SQLite 3; the judge is 3.53.

use super::*;
use crate::arithmetic::{self, *};
use crate::cast::{BinaryAsText, CastTargets, cast_sqlite};
use crate::compare::{self, BesideNull, ConstantType, TextOrder};
use crate::function::*;
use crate::json_operator::{JsonAccess, JsonMember, sqlite_path};
use crate::matching::{DanglingEscape, PatternCase};
use crate::typing::DerivedCollation;
use seedbed_sql_values::Value;

pub(super) static SEMANTICS: Semantics = Semantics {
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
    constant,
    collations: Collations { left_column_decides: true, derived: DerivedCollation::Written },
    comparisons: Comparisons {
        basis: compare::sqlite::basis,
        membership: compare::sqlite::membership,
        constants: ConstantType::Text,
        texts: TextOrder::Bytes,
        beside_null: BesideNull::Evaluated,
    },
    conversions: Conversions {
        cast: cast_sqlite,
        cast_targets: CastTargets::Any,
        binary_strings: BinaryAsText::Characters,
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
            encoding::SQLITE,
            format_text::SQLITE,
            quoting::SQLITE,
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
