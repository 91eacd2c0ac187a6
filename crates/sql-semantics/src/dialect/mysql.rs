//! MySQL 8 and MariaDB, in a strict `sql_mode`; the judge is MariaDB 10.11.

use super::*;
use crate::arithmetic::{self, *};
use crate::cast::{BinaryAsText, CastTargets, cast_mysql};
use crate::compare::{self, BesideNull, ConstantType, TextOrder};
use crate::function::*;
use crate::json_operator::{JsonAccess, JsonMember, mysql_path};
use crate::matching::{DanglingEscape, PatternCase, RegexFlavor};
use crate::typing::DerivedCollation;
use seedbed_sql_values::Value;

pub(super) static SEMANTICS: Semantics = Semantics {
    constraints: ConstraintRules {
        full_match: FullMatch::Ignored,
        hard_cycle: HardCycle::Unchecked,
        dangling_reference: DanglingReference::TableRefused,
        check_time: CheckTime::Declared,
        written_numbers: WrittenNumbers::Followed,
        null_numbering: NullNumbering::Numbered,
        null_in_range: NullInRange::FirstRange,
        empty_partitioning: EmptyPartitioning::ByHash,
    },
    truth: TruthValues::NotZero,
    evaluation_order: EvaluationOrder::LeftToRight,
    constant,
    collations: Collations { left_column_decides: false, derived: DerivedCollation::OfColumns },
    comparisons: Comparisons {
        basis: compare::mysql::basis,
        membership: compare::mysql::basis,
        constants: ConstantType::Text,
        texts: TextOrder::Collation,
        beside_null: BesideNull::Skipped,
    },
    conversions: Conversions {
        cast: cast_mysql,
        cast_targets: CastTargets::Known,
        binary_strings: BinaryAsText::Characters,
    },
    arithmetic: Arithmetic {
        operand: arithmetic::mysql::operand,
        operate: arithmetic::mysql::operate,
        check_result: arithmetic::mysql::check_result,
        integers: IntegerRange::SignedOrUnsigned,
        overflow: Overflow::Error,
        bits: BitOperators {
            of_bits: |bits| (bits as u64).into(),
            whole: libm::rint,
            shift: shift_out_unsigned,
            complement_of_float: ComplementOfFloat::Refused,
        },
        dates: DateArithmetic::Numeric,
        // Without PIPES_AS_CONCAT, which nobody sets by accident.
        double_pipe: DoublePipe::Or,
        binary_strings: BinaryConcatenation::Text,
    },
    json: JsonAccess { member: JsonMember::Path, operate: mysql_path },
    patterns: Patterns {
        escape: Some('\\'),
        dangling_escape: DanglingEscape::Literal,
        regular_expressions: Ok(RegexFlavor::Pcre),
        case: PatternCase::ByCollation,
    },
    functions: Functions {
        builtins: &[
            text::COMMON,
            text::POSTGRES_AND_MYSQL,
            text::MYSQL,
            number::COMMON,
            number::POSTGRES_AND_MYSQL,
            number::MYSQL,
            delimited::MYSQL,
            digest::POSTGRES_AND_MYSQL,
            digest::MYSQL,
            encoding::MYSQL,
            quoting::MYSQL,
            radix::MYSQL,
            regexp::MYSQL,
            json::MYSQL_AND_SQLITE,
            json::MYSQL,
            json_contents::MYSQL,
            temporal::COMMON,
            temporal::POSTGRES_AND_MYSQL,
            temporal::MYSQL,
            date_format::MYSQL,
            time_difference::MYSQL,
        ],
        conditionals: &[conditional::STANDARD, conditional::MYSQL],
        number: number::leading_number,
        whole: WholeResult::Integer,
        outside_domain: OutsideDomain::Null,
        trim: Trim::String,
        clock: Clock::Seconds,
        extract: ExtractResult::Integer,
    },
};

/// Booleans and bit strings are integers.
fn constant(value: Value) -> Value {
    match value {
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Bits(bits) => Value::Integer(i128::from_str_radix(&bits, 2).unwrap_or(0)),
        value => value,
    }
}
