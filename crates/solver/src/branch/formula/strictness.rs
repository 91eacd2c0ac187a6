//! Which expressions are NULL exactly when a column in them is.
//!
//! For a strict expression the search may decide NULLs apart from values; for a total one it knows that present columns
//! give a value. When in doubt an expression is neither.

use seedbed_schema_model::{BinaryOp, Expr, Literal, UnaryOp};
use seedbed_sql_semantics::is_strict_function;

/// Functions that have a value of any arguments but NULL.
const TOTAL: &[&str] = &[
    "length",
    "char_length",
    "character_length",
    "octet_length",
    "bit_length",
    "lower",
    "upper",
    "lcase",
    "ucase",
    "initcap",
    "btrim",
    "trim",
    "ltrim",
    "rtrim",
    "substr",
    "substring",
    "mid",
    "left",
    "right",
    "strpos",
    "position",
    "instr",
    "locate",
    "translate",
    "reverse",
    "repeat",
    "lpad",
    "rpad",
    "split_part",
    "starts_with",
    "ascii",
    "chr",
    "md5",
    "sha",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "digest",
    "crc32",
    "to_base64",
    "encode",
    "decode",
    "find_in_set",
    "regexp_replace",
    "substring_index",
    "to_hex",
    "abs",
    "sign",
    "floor",
    "ceil",
    "ceiling",
    "round",
    "trunc",
    "truncate",
    "power",
    "pow",
    "sqrt",
    "exp",
    "ln",
    "log",
    "scale",
    "cardinality",
    "json_valid",
    "json_typeof",
    "jsonb_typeof",
    "jsonb_array_length",
    "json_unquote",
    "jsonb_exists",
    "date_trunc",
    "date_part",
    "age",
];

/// Whether a NULL in any column makes it NULL.
pub fn is_strict(e: &Expr) -> bool {
    all_parts(e, &|part| match part {
        Expr::Function { name, .. } => is_strict_function(name) || part.columns().is_empty(),
        Expr::Literal(_)
        | Expr::Column(_)
        | Expr::DomainValue
        | Expr::Like { .. }
        | Expr::InList { .. }
        | Expr::Cast { .. }
        | Expr::Collate { .. }
        | Expr::Extract { .. }
        | Expr::Subscript { .. }
        | Expr::Field { .. }
        | Expr::Quantified { .. } => true,
        Expr::Row(items) => items.len() == 1,
        // One of columns is never NULL itself.
        Expr::Array(_) => part.columns().is_empty(),
        Expr::Unary { op, .. } => *op != UnaryOp::Not,
        Expr::Binary { op, .. } => !matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor),
        _ => part.columns().is_empty(),
    })
}

/// Whether it is NULL only if a column in it is.
pub(super) fn is_total(e: &Expr) -> bool {
    is_strict(e)
        && all_parts(e, &|part| match part {
            Expr::Function { name, args } => {
                let total = TOTAL.contains(&name.as_str()) && !is_search_of_a_pattern(name, args);
                total || part.columns().is_empty()
            }
            Expr::Subscript { .. } | Expr::Field { .. } | Expr::Quantified { .. } => false,
            // A NULL among the constants makes "not in" unknown.
            Expr::InList { list, .. } => list.iter().all(is_plain_constant),
            Expr::Binary { op, .. } => !matches!(
                op,
                BinaryOp::Div
                    | BinaryOp::Mod
                    | BinaryOp::IntDiv
                    | BinaryOp::JsonGet
                    | BinaryOp::JsonGetText
                    | BinaryOp::JsonPath
                    | BinaryOp::JsonPathText
            ),
            Expr::Literal(literal) => *literal != Literal::Null,
            _ => true,
        })
}

/// Whether a call is `SUBSTRING(text FROM pattern)`, which finds nothing in some texts.
fn is_search_of_a_pattern(name: &str, args: &[Expr]) -> bool {
    name == "substring" && matches!(args, [_, Expr::Literal(Literal::Text(_)) | Expr::Cast { .. }])
}

/// Whether it is a constant other than NULL.
fn is_plain_constant(e: &Expr) -> bool {
    match e {
        Expr::Literal(literal) => *literal != Literal::Null,
        Expr::Cast { operand, .. } | Expr::Unary { operand, .. } => is_plain_constant(operand),
        _ => false,
    }
}

/// Whether every part of an expression passes a test.
fn all_parts(e: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    let mut all = true;
    e.walk(&mut |part| all &= test(part));
    all
}
