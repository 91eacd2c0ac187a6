//! What can be said about an expression before any row: its type, affinity and collation.
//!
//! The servers decide much by an operand's *static* type: whether a string constant is a date, which affinity a
//! comparison applies, which collation it is under. Here only what is evident is said; the rest is `None`.

use crate::Context;
use seedbed_schema_model::{BinaryOp, Expr, Literal, SqlType, UnaryOp};
use seedbed_sql_values::affinity::Affinity;
use std::borrow::Cow;

/// The static type of an expression, below domains, where one is evident. A PostgreSQL string constant has none: it
/// takes the type of what it meets.
pub(crate) fn type_of<'a>(expr: &'a Expr, cx: &Context<'a>) -> Option<Cow<'a, SqlType>> {
    match expr {
        Expr::Column(index) => cx.column(*index).map(|c| Cow::Borrowed(cx.schema.base_type(&c.ty))),
        Expr::DomainValue => cx.domain_type.map(|ty| Cow::Borrowed(cx.schema.base_type(ty))),
        Expr::Cast { target, .. } => Some(Cow::Borrowed(cx.schema.base_type(target))),
        Expr::Field { operand, name } => {
            let SqlType::Composite(id) = *type_of(operand, cx)? else { return None };
            let (_, ty) =
                cx.schema.composites.get(id.position())?.attributes.iter().find(|(n, _)| n == name)?;
            Some(Cow::Borrowed(cx.schema.base_type(ty)))
        }
        Expr::Collate { operand, .. } => type_of(operand, cx),
        Expr::Unary { operand, .. } => type_of(operand, cx),
        Expr::Literal(Literal::Integer(n)) => {
            let bits = if i32::try_from(*n).is_ok() { 32 } else { 64 };
            Some(Cow::Owned(SqlType::Integer { bits, unsigned: false }))
        }
        Expr::Literal(Literal::Boolean(_)) | Expr::IsNull { .. } | Expr::Like { .. } => {
            Some(Cow::Owned(SqlType::Boolean))
        }
        Expr::Binary { op, left, right } => binary_type(*op, left, right, cx),
        Expr::Case { branches, otherwise, .. } => {
            common_type(branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()), cx)
        }
        Expr::Function { name, args } => function_type(name, args, cx),
        Expr::Array(items) => {
            let element = items.iter().find_map(|item| type_of(item, cx))?;
            Some(Cow::Owned(SqlType::Array { element: Box::new(element.into_owned()) }))
        }
        Expr::Subscript { operand, .. } => match type_of(operand, cx)?.into_owned() {
            SqlType::Array { element } => Some(Cow::Owned(cx.schema.base_type(&element).clone())),
            _ => None,
        },
        _ => None,
    }
}

/// The type that alternatives are brought to: their own when they agree, `text` for strings of several types.
fn common_type<'a>(exprs: impl Iterator<Item = &'a Expr>, cx: &Context<'a>) -> Option<Cow<'a, SqlType>> {
    let mut types = exprs.filter_map(|expr| type_of(expr, cx));
    let first = types.next()?;
    let same = |ty: &SqlType| std::mem::discriminant(ty) == std::mem::discriminant(&first);
    if types.all(|ty| same(&ty)) {
        return Some(first);
    }
    first.is_text().then_some(Cow::Owned(SqlType::TEXT))
}

/// The type of an operator's result.
fn binary_type<'a>(
    op: BinaryOp,
    left: &'a Expr,
    right: &'a Expr,
    cx: &Context<'a>,
) -> Option<Cow<'a, SqlType>> {
    if op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or) {
        return Some(Cow::Owned(SqlType::Boolean));
    }
    if op == BinaryOp::JsonGetText || op == BinaryOp::JsonPathText {
        return Some(Cow::Owned(SqlType::TEXT));
    }
    let (left, right) = (type_of(left, cx), type_of(right, cx));
    match (left.as_deref(), right.as_deref()) {
        (Some(SqlType::Range { .. }), _) => left,
        (Some(SqlType::Integer { bits: a, .. }), Some(SqlType::Integer { bits: b, .. })) => {
            Some(Cow::Owned(SqlType::Integer { bits: *a.max(b), unsigned: false }))
        }
        (Some(SqlType::Citext), _) if op == BinaryOp::Concat => Some(Cow::Owned(SqlType::TEXT)),
        (Some(SqlType::Char { .. }), _) if op == BinaryOp::Concat => Some(Cow::Owned(SqlType::TEXT)),
        (Some(SqlType::Float { bits: 32, .. }), Some(SqlType::Float { bits: 32, .. })) => left,
        _ => None,
    }
}

/// The type of a function's result, for those on which a comparison can turn.
fn function_type<'a>(name: &str, args: &'a [Expr], cx: &Context<'a>) -> Option<Cow<'a, SqlType>> {
    match name {
        "coalesce" | "nullif" | "ifnull" | "greatest" | "least" | "array_remove" | "array_append" => {
            common_type(args.iter(), cx)
        }
        "lower" | "upper" if args.len() == 1 => match type_of(&args[0], cx).as_deref() {
            Some(SqlType::Range { element, .. }) => Some(Cow::Owned(cx.schema.base_type(element).clone())),
            _ => Some(Cow::Owned(SqlType::TEXT)),
        },
        "range_merge" => type_of(args.first()?, cx),
        "btrim" | "ltrim" | "rtrim" | "trim" | "substr" | "substring" | "replace" | "concat" => {
            Some(Cow::Owned(SqlType::TEXT))
        }
        "length" | "char_length" | "character_length" | "octet_length" | "cardinality" | "array_length"
        | "num_nulls" | "num_nonnulls" | "strpos" | "position" | "jsonb_array_length"
        | "json_array_length" => Some(Cow::Owned(SqlType::INTEGER)),
        name => SqlType::built_in_range(name).map(Cow::Owned),
    }
}

/// Whether an integer expression of MySQL is unsigned, so that a value below zero is out of its range.
pub(crate) fn is_unsigned(expr: &Expr, cx: &Context<'_>) -> bool {
    let of_type = |ty: &SqlType| {
        matches!(ty, SqlType::Integer { unsigned: true, .. } | SqlType::Year | SqlType::Bit { .. })
    };
    let all = |exprs: &mut dyn Iterator<Item = &Expr>| {
        let mut typed = exprs.filter(|e| !matches!(e, Expr::Literal(Literal::Null))).peekable();
        typed.peek().is_some() && typed.all(|e| is_unsigned(e, cx))
    };
    match expr {
        Expr::Column(index) => cx.column(*index).is_some_and(|c| of_type(cx.schema.base_type(&c.ty))),
        Expr::Cast { target, .. } => of_type(target),
        Expr::Collate { operand, .. } | Expr::Unary { op: UnaryOp::Plus, operand } => {
            is_unsigned(operand, cx)
        }
        Expr::Unary { op: UnaryOp::BitNot, .. } => true,
        Expr::Binary { op, left, right } => match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => is_unsigned(left, cx) || is_unsigned(right, cx),
            BinaryOp::Mod => is_unsigned(left, cx) && is_unsigned(right, cx),
            BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => true,
            BinaryOp::ShiftLeft | BinaryOp::ShiftRight => true,
            _ => false,
        },
        Expr::Case { branches, otherwise, .. } => {
            all(&mut branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()))
        }
        Expr::Function { name, args } => match name.as_str() {
            "coalesce" | "ifnull" | "greatest" | "least" => all(&mut args.iter()),
            "if" => all(&mut args.iter().skip(1)),
            "nullif" | "abs" | "mod" => args.first().is_some_and(|a| is_unsigned(a, cx)),
            _ => false,
        },
        _ => false,
    }
}

/// SQLite's affinity of an expression, as `sqlite3ExprAffinity` has it.
pub(crate) fn affinity_of(expr: &Expr, cx: &Context<'_>) -> Affinity {
    match expr {
        Expr::Column(index) => cx.column(*index).map_or(Affinity::None, Affinity::of_column),
        Expr::Cast { target, .. } => Affinity::of_type(target),
        Expr::Collate { operand, .. } => affinity_of(operand, cx),
        _ => Affinity::None,
    }
}

/// Which collation an expression has in a dialect.
#[derive(Debug)]
pub(crate) struct Collations {
    /// Whether a column on the left of a comparison decides its collation even when it has none of its own.
    pub(crate) left_column_decides: bool,
    /// Whether what is made of columns keeps their collation, or only one that is written.
    pub(crate) derived: DerivedCollation,
}

/// Which collation a function, an operator or a CASE over columns has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DerivedCollation {
    /// One that is written with COLLATE inside it.
    Written,
    /// A written one, else that of the columns.
    OfColumns,
}

/// A collation and whether it was written with COLLATE.
#[derive(Clone, Copy, Debug)]
struct Collation<'a> {
    /// Its name as the schema has it.
    name: &'a str,
    /// Whether COLLATE names it, which goes before any column's.
    explicit: bool,
}

/// The collation under which two expressions are compared: a written one first, then a column's, left before right.
pub(crate) fn comparison_collation<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Option<&'a str> {
    let found = [collation_of(left, cx), collation_of(right, cx)];
    let explicit = found.iter().flatten().find(|c| c.explicit);
    match explicit {
        Some(c) => Some(c.name),
        None if cx.semantics.collations.left_column_decides && is_column(left) => found[0].map(|c| c.name),
        None => implicit(found.into_iter().flatten()).map(|c| c.name),
    }
}

/// The collation that columns of several agree on: in MySQL the binary one, else the first.
fn implicit<'a>(mut found: impl Iterator<Item = Collation<'a>>) -> Option<Collation<'a>> {
    let first = found.next()?;
    Some(found.find(|c| c.name.ends_with("_bin")).filter(|_| !first.name.ends_with("_bin")).unwrap_or(first))
}

/// The collation of one expression.
pub(crate) fn collation_name<'a>(expr: &'a Expr, cx: &Context<'a>) -> Option<&'a str> {
    collation_of(expr, cx).map(|c| c.name)
}

/// Whether it is a column, seen through casts and `+` as SQLite does.
fn is_column(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Cast { operand, .. } => is_column(operand),
        Expr::Unary { op: UnaryOp::Plus, operand } => is_column(operand),
        _ => false,
    }
}

/// The collation of an expression, by SQL's rules of derivation.
fn collation_of<'a>(expr: &'a Expr, cx: &Context<'a>) -> Option<Collation<'a>> {
    match expr {
        Expr::Collate { collation, .. } => Some(Collation { name: collation, explicit: true }),
        Expr::Column(index) => {
            cx.column(*index)?.collation.as_deref().map(|name| Collation { name, explicit: false })
        }
        Expr::Literal(_) | Expr::Unreadable(_) | Expr::DomainValue => None,
        // Elsewhere SQLite forgets a column's collation at any operator but CAST and `+`, and keeps a written one.
        Expr::Cast { operand, .. } | Expr::Unary { op: UnaryOp::Plus, operand } => collation_of(operand, cx),
        Expr::Case { branches, otherwise, .. } if keeps_columns(cx) => {
            combined(branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()), cx)
        }
        Expr::Function { .. } | Expr::Case { .. } | Expr::Binary { .. } => combined(expr.children(), cx),
        _ => None,
    }
}

/// Whether what is made of columns keeps their collation in the dialect.
fn keeps_columns(cx: &Context<'_>) -> bool {
    cx.semantics.collations.derived == DerivedCollation::OfColumns
}

/// The collation of what is made from several expressions. SQLite keeps a written one alone.
fn combined<'a>(parts: impl IntoIterator<Item = &'a Expr>, cx: &Context<'a>) -> Option<Collation<'a>> {
    let found: Vec<Collation<'a>> = parts.into_iter().filter_map(|part| collation_of(part, cx)).collect();
    let explicit = found.iter().find(|c| c.explicit).copied();
    let implicit = || implicit(found.iter().copied()).filter(|_| keeps_columns(cx));
    explicit.or_else(implicit)
}
