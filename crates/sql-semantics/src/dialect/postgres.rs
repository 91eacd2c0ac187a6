//! PostgreSQL, from version 12 on; the judge is 15.

use super::*;
use crate::arithmetic::{self, *};
use crate::cast::{BinaryAsText, CastTargets, cast_postgres};
use crate::compare::{self, BesideNull, ConstantType, TextOrder};
use crate::function::*;
use crate::json_operator::{JsonAccess, JsonMember, by_key};
use crate::matching::{DanglingEscape, PatternCase, RegexFlavor};
use crate::typing::DerivedCollation;
use seedbed_sql_values::{Decimal, Value};

pub(super) static SEMANTICS: Semantics = Semantics {
    constraints: ConstraintRules {
        full_match: FullMatch::Enforced,
        hard_cycle: HardCycle::OneStatement,
        dangling_reference: DanglingReference::TableRefused,
        check_time: CheckTime::OfSession,
        written_numbers: WrittenNumbers::Repeated,
        null_numbering: NullNumbering::Refused,
        null_in_range: NullInRange::Nowhere,
        empty_partitioning: EmptyPartitioning::TakesNoRow,
    },
    truth: TruthValues::Boolean,
    evaluation_order: EvaluationOrder::Free,
    constant,
    collations: Collations { left_column_decides: false, derived: DerivedCollation::Written },
    comparisons: Comparisons {
        basis: compare::postgres::basis,
        membership: compare::postgres::basis,
        constants: ConstantType::Untyped,
        texts: TextOrder::Bytes,
        beside_null: BesideNull::Evaluated,
    },
    conversions: Conversions {
        cast: cast_postgres,
        cast_targets: CastTargets::Known,
        binary_strings: BinaryAsText::Notation,
    },
    arithmetic: Arithmetic {
        operand: |value| value,
        operate: arithmetic::postgres::operate,
        check_result: arithmetic::postgres::check_result,
        integers: IntegerRange::Signed,
        overflow: Overflow::Error,
        bits: BitOperators {
            of_bits: i128::from,
            whole: |f| f,
            shift: shift_modulo,
            complement_of_float: ComplementOfFloat::Refused,
        },
        dates: DateArithmetic::Temporal,
        double_pipe: DoublePipe::Concatenation,
        binary_strings: BinaryConcatenation::Binary,
    },
    json: JsonAccess { member: JsonMember::Key, operate: by_key },
    patterns: Patterns {
        escape: Some('\\'),
        dangling_escape: DanglingEscape::Error,
        regular_expressions: Ok(RegexFlavor::Posix),
        case: PatternCase::ByType,
    },
    functions: Functions {
        builtins: &[
            text::COMMON,
            text::POSTGRES_AND_MYSQL,
            text::POSTGRES_AND_SQLITE,
            text::POSTGRES,
            number::COMMON,
            number::POSTGRES_AND_MYSQL,
            number::POSTGRES_AND_SQLITE,
            number::POSTGRES,
            digest::POSTGRES_AND_MYSQL,
            digest::POSTGRES,
            encoding::POSTGRES,
            quoting::POSTGRES,
            radix::POSTGRES,
            regexp::POSTGRES,
            array::POSTGRES,
            range::POSTGRES,
            json::POSTGRES,
            hstore::POSTGRES,
            ltree::POSTGRES,
            network::POSTGRES,
            postgis::POSTGRES,
            temporal::COMMON,
            temporal::POSTGRES_AND_MYSQL,
            temporal::POSTGRES,
            span::POSTGRES,
        ],
        conditionals: &[conditional::STANDARD, conditional::POSTGRES],
        number: number::whole_text_number,
        whole: WholeResult::FloatOrDecimal,
        outside_domain: OutsideDomain::Error,
        trim: Trim::Characters,
        clock: Clock::Micros,
        extract: ExtractResult::Decimal,
    },
};

/// An integer beyond 64 bits is a `numeric`.
fn constant(value: Value) -> Value {
    match value {
        Value::Integer(n) if i64::try_from(n).is_err() => Value::Decimal(Decimal::new(n, 0)),
        value => value,
    }
}
