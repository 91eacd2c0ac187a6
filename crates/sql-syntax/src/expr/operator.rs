//! sqlparser's operators as the model's.

use seedbed_schema_model::{BinaryOp, DateField, LikeKind};
use sqlparser::ast::{BinaryOperator as Op, DateTimeField};

/// An infix operator that is a pattern match; the flag is negation.
pub(super) fn pattern(op: &Op) -> Option<(LikeKind, bool)> {
    Some(match op {
        Op::PGRegexMatch | Op::Regexp => (LikeKind::Regex, false),
        Op::PGRegexNotMatch => (LikeKind::Regex, true),
        Op::PGRegexIMatch => (LikeKind::IRegex, false),
        Op::PGRegexNotIMatch => (LikeKind::IRegex, true),
        Op::PGLikeMatch => (LikeKind::Like, false),
        Op::PGNotLikeMatch => (LikeKind::Like, true),
        Op::PGILikeMatch => (LikeKind::ILike, false),
        Op::PGNotILikeMatch => (LikeKind::ILike, true),
        Op::Glob => (LikeKind::Glob, false),
        _ => return None,
    })
}

/// An infix operator that is nothing else; [`pattern`] knows the others.
pub(super) fn binary(op: &Op) -> Option<BinaryOp> {
    Some(match op {
        Op::And => BinaryOp::And,
        Op::Or => BinaryOp::Or,
        Op::Xor => BinaryOp::Xor,
        Op::Eq => BinaryOp::Eq,
        Op::NotEq => BinaryOp::NotEq,
        Op::Lt => BinaryOp::Lt,
        Op::LtEq => BinaryOp::LtEq,
        Op::Gt => BinaryOp::Gt,
        Op::GtEq => BinaryOp::GtEq,
        Op::Plus => BinaryOp::Add,
        Op::Minus => BinaryOp::Sub,
        Op::Multiply => BinaryOp::Mul,
        Op::Divide => BinaryOp::Div,
        Op::MyIntegerDivide | Op::DuckIntegerDivide => BinaryOp::IntDiv,
        Op::Modulo => BinaryOp::Mod,
        Op::StringConcat => BinaryOp::Concat,
        Op::BitwiseAnd => BinaryOp::BitAnd,
        Op::BitwiseOr => BinaryOp::BitOr,
        Op::BitwiseXor | Op::PGBitwiseXor => BinaryOp::BitXor,
        Op::PGBitwiseShiftLeft => BinaryOp::ShiftLeft,
        Op::PGBitwiseShiftRight => BinaryOp::ShiftRight,
        Op::Arrow => BinaryOp::JsonGet,
        Op::LongArrow => BinaryOp::JsonGetText,
        Op::HashArrow => BinaryOp::JsonPath,
        Op::HashLongArrow => BinaryOp::JsonPathText,
        Op::AtArrow => BinaryOp::Contains,
        Op::ArrowAt => BinaryOp::ContainedBy,
        Op::PGOverlap => BinaryOp::Overlaps,
        Op::Question => BinaryOp::JsonHasKey,
        Op::QuestionPipe => BinaryOp::JsonHasAny,
        Op::QuestionAnd => BinaryOp::JsonHasAll,
        Op::PGExp => BinaryOp::Power,
        _ => return None,
    })
}

/// An infix operator that is a function by another name.
pub(super) fn operator_function(op: &Op) -> Option<&'static str> {
    Some(match op {
        Op::PGStartsWith => "starts_with",
        Op::Overlaps => "overlaps",
        Op::AtQuestion => "jsonb_path_exists",
        Op::AndLt => "range_overleft",
        Op::AndGt => "range_overright",
        Op::Custom(symbol) if symbol == "-|-" => "range_adjacent",
        _ => return None,
    })
}

/// The field of an `EXTRACT`; names may come in upper case or quoted.
pub(super) fn date_field(field: &DateTimeField) -> Option<DateField> {
    date_field_named(field.to_string().trim_matches(['\'', '"']))
}

/// A field by its name.
pub(super) fn date_field_named(name: &str) -> Option<DateField> {
    Some(match name.to_ascii_lowercase().as_str() {
        "year" | "years" => DateField::Year,
        "quarter" => DateField::Quarter,
        "month" | "months" => DateField::Month,
        "week" | "weeks" => DateField::Week,
        "day" | "days" => DateField::Day,
        "dow" | "dayofweek" => DateField::DayOfWeek,
        "isoyear" => DateField::IsoYear,
        "isodow" => DateField::IsoDayOfWeek,
        "doy" | "dayofyear" => DateField::DayOfYear,
        "hour" | "hours" => DateField::Hour,
        "minute" | "minutes" => DateField::Minute,
        "second" | "seconds" => DateField::Second,
        "millisecond" | "milliseconds" => DateField::Milliseconds,
        "microsecond" | "microseconds" => DateField::Microseconds,
        "epoch" => DateField::Epoch,
        _ => return None,
    })
}
