//! Types of arguments and results, as far as they are evident, and the casts that a call makes in silence.
//!
//! PostgreSQL casts arguments to the types of the parameters, and the result to the function's type, dropping lengths and
//! precisions (manual, CREATE FUNCTION, `argtype`). Where a cast is needed and cannot be written, the call stays.

use super::raise::is_raised;
use super::site::Site;
use seedbed_schema_model::{BinaryOp, Expr, FunctionArgument, Literal, SqlType};

/// Functions whose value differs from call to call.
const VOLATILE: [&str; 12] = [
    "random",
    "clock_timestamp",
    "timeofday",
    "nextval",
    "setval",
    "gen_random_uuid",
    "gen_random_bytes",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "rand",
    "uuid",
];

/// Whether to evaluate it twice may give two values.
pub(super) fn is_volatile(expr: &Expr) -> bool {
    expr.any(&|e| match e {
        Expr::Function { name, .. } => VOLATILE.contains(&name.as_str()),
        Expr::UserFunction { .. } | Expr::Unreadable(_) => true,
        _ => false,
    })
}

/// An argument as the function gets it; `None` where that cannot be written.
pub(super) fn passed(value: &Expr, ty: &SqlType, site: &Site<'_>) -> Option<Expr> {
    let from = type_of(value, site);
    if is_same(from.as_ref(), ty) || is_constant_of(value, ty) || is_polymorphic(ty) {
        return Some(value.clone());
    }
    Some(Expr::Cast { operand: Box::new(value.clone()), target: unlimited(ty)? })
}

/// A result as the function's type has it; `None` where that cannot be written.
pub(super) fn returned(value: Expr, ty: &SqlType, site: &Site<'_>) -> Option<Expr> {
    if is_same(type_of(&value, site).as_ref(), ty) || is_constant_of(&value, ty) || is_polymorphic(ty) {
        return Some(value);
    }
    Some(Expr::Cast { operand: Box::new(value), target: unlimited(ty)? })
}

/// Whether the arguments have exactly the types that the function takes, whose overloads may take others.
pub(super) fn is_exact(arguments: &[FunctionArgument], args: &[Expr], site: &Site<'_>) -> bool {
    arguments.len() == args.len()
        && arguments.iter().zip(args).all(|(argument, value)| {
            let own = argument.ty.as_ref().is_some_and(|ty| type_of(value, site).as_ref() == Some(&bare(ty)));
            own || argument.ty.as_ref().is_some_and(|ty| is_constant_of(value, ty))
        })
}

/// A constant that is read as a value of the type, without a cast.
fn is_constant_of(value: &Expr, ty: &SqlType) -> bool {
    let Expr::Literal(literal) = value else { return false };
    match (literal, ty) {
        (Literal::Text(_), ty) => is_string(ty),
        (Literal::Boolean(_), ty) => *ty == SqlType::Boolean,
        (Literal::Integer(n), ty) => *ty == SqlType::INTEGER && i32::try_from(*n).is_ok(),
        _ => false,
    }
}

/// Whether it is one of the types that a string constant is read as.
fn is_string(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Text { .. } | SqlType::Varchar { .. })
}

/// Strings of both kinds are one: functions drop the limits of their arguments.
fn is_same(from: Option<&SqlType>, to: &SqlType) -> bool {
    from.is_some_and(|from| *from == bare(to) || (is_string(from) && is_string(to)))
}

/// `anyelement` and its kin take what they get.
fn is_polymorphic(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Unknown { name } if name.starts_with("any"))
}

/// A type without the limits that functions drop. The lengths of `char` and `bit` would be put back as one.
fn unlimited(ty: &SqlType) -> Option<SqlType> {
    match bare(ty) {
        SqlType::Char { .. } | SqlType::Bit { .. } | SqlType::Domain(_) | SqlType::Unknown { .. } => None,
        ty => Some(ty),
    }
}

/// A type without length, precision and scale.
fn bare(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::Varchar { .. } => SqlType::Varchar { length: None },
        SqlType::Decimal { unsigned, .. } => {
            SqlType::Decimal { precision: None, scale: None, unsigned: *unsigned }
        }
        SqlType::Timestamp { zoned, .. } => SqlType::Timestamp { precision: None, zoned: *zoned },
        SqlType::Time { zoned, .. } => SqlType::Time { precision: None, zoned: *zoned },
        SqlType::Array { element } => SqlType::Array { element: Box::new(bare(element)) },
        other => other.clone(),
    }
}

/// The type of an expression without its limits, where it is evident.
fn type_of(expr: &Expr, site: &Site<'_>) -> Option<SqlType> {
    match expr {
        Expr::Column(index) => site.columns.get(index.position()).map(bare),
        Expr::DomainValue => site.value.map(bare),
        Expr::Parameter(i) => site.parameters.get(usize::from(*i)).cloned().flatten().map(|ty| bare(&ty)),
        Expr::Cast { target, .. } => Some(bare(target)),
        Expr::Literal(Literal::Boolean(_)) => Some(SqlType::Boolean),
        Expr::Literal(Literal::Integer(n)) => i32::try_from(*n).ok().map(|_| SqlType::INTEGER),
        Expr::Binary { op, .. } if is_truth(*op) => Some(SqlType::Boolean),
        Expr::Case { branches, otherwise, .. } => {
            let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            let mut types = results.filter(|e| !is_raised(e) && **e != Expr::Literal(Literal::Null));
            let first = type_of(types.next()?, site)?;
            types.all(|e| type_of(e, site).as_ref() == Some(&first)).then_some(first)
        }
        Expr::Function { name, .. } => function_type(name),
        e => e.is_predicate_form().then_some(SqlType::Boolean),
    }
}

/// Whether an operator's result is true or false.
fn is_truth(op: BinaryOp) -> bool {
    use BinaryOp as B;
    op.is_comparison()
        || matches!(
            op,
            B::And
                | B::Or
                | B::Contains
                | B::ContainedBy
                | B::Overlaps
                | B::JsonHasKey
                | B::JsonHasAll
                | B::JsonHasAny
        )
}

/// The type of a built-in function's result, whatever its arguments.
fn function_type(name: &str) -> Option<SqlType> {
    Some(match name {
        "lower" | "upper" | "btrim" | "trim" | "ltrim" | "rtrim" | "replace" | "regexp_replace"
        | "substring" | "substr" | "concat" | "concat_ws" | "md5" | "left" | "right" | "split_part"
        | "jsonb_typeof" | "json_typeof" => SqlType::TEXT,
        "length" | "char_length" | "octet_length" | "cardinality" | "array_length" | "num_nonnulls"
        | "num_nulls" | "strpos" | "position" => SqlType::INTEGER,
        _ => return None,
    })
}
