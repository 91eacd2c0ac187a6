//! sqlparser's tree into the model's.

use super::operator::{binary, date_field, operator_function, pattern};
use super::scope::Scope;
use super::value::value;
use crate::names::Names;
use crate::text::{Cursor, SourceText, tokens};
use crate::type_name::read_type;
use seedbed_schema_model::{BinaryOp, Dialect, Expr, LikeKind, Literal, Quantifier, SqlType, UnaryOp};
use sqlparser::ast::{self, AccessExpr, DataType, Ident, Subscript, UnaryOperator};

/// Deeper trees than this are refused, so that nobody who walks one by recursion runs out of stack.
const DEEPEST: usize = 400;

/// One expression's lowering. Errors are phrases for a message.
pub(super) struct Lowering<'c> {
    pub(super) names: &'c dyn Names,
    scope: Scope<'c>,
    depth: usize,
}

impl<'c> Lowering<'c> {
    pub(super) fn new(names: &'c dyn Names, scope: Scope<'c>) -> Self {
        Self { names, scope, depth: 0 }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.names.dialect()
    }

    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Result<Expr, String> {
        if self.depth >= DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        self.depth += 1;
        let lowered = self.node(expr);
        self.depth -= 1;
        lowered
    }

    fn boxed(&mut self, expr: &ast::Expr) -> Result<Box<Expr>, String> {
        self.expr(expr).map(Box::new)
    }

    fn all(&mut self, exprs: &[ast::Expr]) -> Result<Vec<Expr>, String> {
        exprs.iter().map(|e| self.expr(e)).collect()
    }

    fn node(&mut self, expr: &ast::Expr) -> Result<Expr, String> {
        use ast::Expr as E;
        Ok(match expr {
            E::Nested(inner) => return self.expr(inner),
            E::Identifier(ident) => return self.name(ident),
            E::CompoundIdentifier(parts) => return self.qualified(parts),
            E::Value(constant) => {
                if let (Scope::Function(locals), ast::Value::Placeholder(text)) =
                    (self.scope, &constant.value)
                {
                    let found = locals.placeholder(text).cloned();
                    return found.ok_or_else(|| format!("there is no argument `{text}`"));
                }
                return value(&constant.value, self.dialect());
            }
            E::TypedString(typed) => Expr::Cast {
                operand: Box::new(value(&typed.value.value, self.dialect())?),
                target: self.data_type(&typed.data_type)?,
            },
            E::Interval(interval) => return self.interval(interval),
            E::Prefixed { value, .. } => return self.expr(value),
            E::UnaryOp { op, expr } => return self.unary(*op, expr),
            E::BinaryOp { left, op, right } => return self.binary(left, op, right),
            E::IsNull(e) => Expr::IsNull { operand: self.boxed(e)?, negated: false },
            E::IsNotNull(e) => Expr::IsNull { operand: self.boxed(e)?, negated: true },
            E::IsTrue(e) => self.truth(e, Some(true), false)?,
            E::IsNotTrue(e) => self.truth(e, Some(true), true)?,
            E::IsFalse(e) => self.truth(e, Some(false), false)?,
            E::IsNotFalse(e) => self.truth(e, Some(false), true)?,
            E::IsUnknown(e) => self.truth(e, None, false)?,
            E::IsNotUnknown(e) => self.truth(e, None, true)?,
            E::IsDistinctFrom(l, r) => {
                Expr::IsDistinct { left: self.boxed(l)?, right: self.boxed(r)?, negated: false }
            }
            E::IsNotDistinctFrom(l, r) => {
                Expr::IsDistinct { left: self.boxed(l)?, right: self.boxed(r)?, negated: true }
            }
            E::InList { expr, list, negated } => {
                Expr::InList { operand: self.boxed(expr)?, list: self.all(list)?, negated: *negated }
            }
            E::Between { expr, negated, low, high } => return self.between(expr, low, high, *negated),
            E::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like(LikeKind::Like, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::ILike { negated, any: false, expr, pattern, escape_char } => {
                // SQLite has no ILIKE; `rewrite` puts it for GLOB.
                let glob = self.dialect() == Dialect::Sqlite;
                let kind = if glob { LikeKind::Glob } else { LikeKind::ILike };
                self.like(kind, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::Like { negated, any: true, expr, pattern, escape_char: None } => {
                return self.quantified_like(LikeKind::Like, *negated, expr, pattern, Quantifier::Any);
            }
            E::ILike { negated, any: true, expr, pattern, escape_char: None } => {
                return self.quantified_like(LikeKind::ILike, *negated, expr, pattern, Quantifier::Any);
            }
            E::IsNormalized { expr, form, negated } => {
                let form = form.map_or_else(|| "NFC".to_owned(), |form| form.to_string());
                let test = call("is_normalized", vec![self.expr(expr)?, Expr::text(&form)]);
                if *negated { Expr::Unary { op: UnaryOp::Not, operand: Box::new(test) } } else { test }
            }
            E::SimilarTo { negated, expr, pattern, escape_char } => {
                self.like(LikeKind::SimilarTo, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::RLike { negated, expr, pattern, .. } => {
                self.like(LikeKind::Regex, expr, pattern, None, *negated)?
            }
            E::AnyOp { left, compare_op, right, .. } => {
                return self.quantified(left, compare_op, right, Quantifier::Any);
            }
            E::AllOp { left, compare_op, right } => {
                return self.quantified(left, compare_op, right, Quantifier::All);
            }
            E::Cast { expr, data_type, .. } => {
                Expr::Cast { operand: self.boxed(expr)?, target: self.data_type(data_type)? }
            }
            E::Convert { expr, data_type: Some(data_type), charset: None, .. } => {
                Expr::Cast { operand: self.boxed(expr)?, target: self.data_type(data_type)? }
            }
            E::Convert { expr, data_type: None, charset: Some(_), .. } => return self.expr(expr),
            E::AtTimeZone { timestamp, time_zone } => {
                call("timezone", vec![self.expr(time_zone)?, self.expr(timestamp)?])
            }
            E::Extract { field, expr, .. } => match date_field(field) {
                Some(field) => Expr::Extract { field, operand: self.boxed(expr)? },
                None => {
                    call("date_part", vec![Expr::text(&field.to_string().to_lowercase()), self.expr(expr)?])
                }
            },
            E::Ceil { expr, .. } => call("ceil", vec![self.expr(expr)?]),
            E::Floor { expr, .. } => call("floor", vec![self.expr(expr)?]),
            E::Position { expr, r#in } => call("position", vec![self.expr(expr)?, self.expr(r#in)?]),
            E::Substring { expr, substring_from, substring_for, .. } => {
                let mut args = vec![self.expr(expr)?];
                match (substring_from, substring_for) {
                    (Some(from), _) => args.push(self.expr(from)?),
                    (None, Some(_)) => args.push(Expr::integer(1)),
                    (None, None) => {}
                }
                if let Some(length) = substring_for {
                    args.push(self.expr(length)?);
                }
                call("substring", args)
            }
            E::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = match trim_where {
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                    Some(ast::TrimWhereField::Both) | None => "trim",
                };
                let mut args = vec![self.expr(expr)?];
                if let Some(what) = trim_what {
                    args.push(self.expr(what)?);
                }
                args.extend(self.all(trim_characters.as_deref().unwrap_or(&[]))?);
                call(name, args)
            }
            E::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                let mut args = vec![self.expr(expr)?, self.expr(overlay_what)?, self.expr(overlay_from)?];
                if let Some(length) = overlay_for {
                    args.push(self.expr(length)?);
                }
                call("overlay", args)
            }
            E::Collate { expr, collation } => {
                let collation =
                    collation.0.last().and_then(|p| p.as_ident()).map_or(String::new(), |i| i.value.clone());
                Expr::Collate { operand: self.boxed(expr)?, collation }
            }
            E::Function(function) => return self.call(function),
            E::Case { operand, conditions, else_result, .. } => {
                let operand = operand.as_deref().map(|e| self.boxed(e)).transpose()?;
                let mut branches = Vec::with_capacity(conditions.len());
                for when in conditions {
                    branches.push((self.expr(&when.condition)?, self.expr(&when.result)?));
                }
                let otherwise = else_result.as_deref().map(|e| self.boxed(e)).transpose()?;
                Expr::Case { operand, branches, otherwise }
            }
            E::Tuple(items) => Expr::Row(self.all(items)?),
            E::Array(array) => Expr::Array(self.all(&array.elem)?),
            E::CompoundFieldAccess { root, access_chain } => return self.access(root, access_chain),
            E::Exists { .. } | E::Subquery(_) | E::InSubquery { .. } => {
                return Err("subqueries are not understood here".to_owned());
            }
            other => return Err(format!("`{}` is not understood", shorten(&other.to_string()))),
        })
    }

    /// The catalog's form of an identifier.
    pub(super) fn fold(&self, ident: &Ident) -> String {
        match (self.dialect(), ident.quote_style) {
            (Dialect::Postgres, None) => ident.value.to_ascii_lowercase(),
            _ => ident.value.clone(),
        }
    }

    fn name(&self, ident: &Ident) -> Result<Expr, String> {
        let name = self.fold(ident);
        match self.scope {
            Scope::Table(table) => {
                if let Some(column) = self.names.column(table, &name) {
                    return Ok(Expr::Column(column));
                }
            }
            Scope::Domain if name.eq_ignore_ascii_case("value") => return Ok(Expr::DomainValue),
            Scope::Function(locals) => {
                if let Some(value) = locals.value(&name) {
                    return Ok(value.clone());
                }
            }
            Scope::Domain | Scope::Constants => {}
        }
        const CALLS: [&str; 10] = [
            "current_timestamp",
            "current_date",
            "current_time",
            "localtime",
            "localtimestamp",
            "current_user",
            "session_user",
            "user",
            "current_role",
            "current_catalog",
        ];
        let lower = name.to_lowercase();
        if ident.quote_style.is_none() && CALLS.contains(&lower.as_str()) {
            return Ok(call(&lower, Vec::new()));
        }
        if self.dialect() == Dialect::Sqlite {
            match lower.as_str() {
                "true" | "false" if ident.quote_style.is_none() => {
                    return Ok(Expr::Literal(Literal::Boolean(lower == "true")));
                }
                // SQLite takes a quoted name that is no column for a string, and a bare word as a default too.
                _ if ident.quote_style.is_some() || self.scope == Scope::Constants => {
                    return Ok(Expr::text(&name));
                }
                _ => {}
            }
        }
        Err(format!("there is no column `{name}`"))
    }

    /// `table.column`; what comes before the column is the table itself.
    fn qualified(&self, parts: &[Ident]) -> Result<Expr, String> {
        let (Some(last), before) = (parts.last(), parts.len().saturating_sub(2)) else {
            return Err("a name is expected".to_owned());
        };
        // A record's field, as in `NEW.a`, is not the local `a`.
        if let Scope::Function(locals) = self.scope
            && parts.len() > 1
            && self.fold(&parts[before]) != locals.function
        {
            return Err(format!("`{}` is not known here", parts[before].value));
        }
        self.name(last)
    }

    fn truth(&mut self, operand: &ast::Expr, truth: Option<bool>, negated: bool) -> Result<Expr, String> {
        Ok(Expr::IsTruth { operand: self.boxed(operand)?, truth, negated })
    }

    fn unary(&mut self, op: UnaryOperator, operand: &ast::Expr) -> Result<Expr, String> {
        let operand = self.expr(operand)?;
        let op = match op {
            UnaryOperator::Plus => UnaryOp::Plus,
            UnaryOperator::Minus => match operand {
                Expr::Literal(Literal::Integer(n)) if n != i128::MIN => return Ok(Expr::integer(-n)),
                Expr::Literal(Literal::Decimal { unscaled, scale }) if unscaled != i128::MIN => {
                    return Ok(Expr::Literal(Literal::Decimal { unscaled: -unscaled, scale }));
                }
                _ => UnaryOp::Minus,
            },
            UnaryOperator::Not | UnaryOperator::BangNot => UnaryOp::Not,
            UnaryOperator::BitwiseNot => UnaryOp::BitNot,
            UnaryOperator::PGAbs => return Ok(call("abs", vec![operand])),
            UnaryOperator::PGSquareRoot => return Ok(call("sqrt", vec![operand])),
            other => return Err(format!("the operator `{other}` is not understood")),
        };
        Ok(Expr::Unary { op, operand: Box::new(operand) })
    }

    fn binary(
        &mut self,
        left: &ast::Expr,
        op: &ast::BinaryOperator,
        right: &ast::Expr,
    ) -> Result<Expr, String> {
        if let Some((kind, negated)) = pattern(op) {
            return self.like(kind, left, right, None, negated);
        }
        let (left, right) = (self.boxed(left)?, self.boxed(right)?);
        if *op == ast::BinaryOperator::Spaceship {
            return Ok(Expr::IsDistinct { left, right, negated: true });
        }
        if let Some(name) = operator_function(op) {
            return Ok(call(name, vec![*left, *right]));
        }
        match binary(op) {
            Some(op) => Ok(Expr::Binary { op, left, right }),
            None => Err(format!("the operator `{op}` is not understood")),
        }
    }

    fn quantified(
        &mut self,
        left: &ast::Expr,
        op: &ast::BinaryOperator,
        array: &ast::Expr,
        quantifier: Quantifier,
    ) -> Result<Expr, String> {
        if let Some((kind, negated)) = pattern(op) {
            return self.quantified_like(kind, negated, left, array, quantifier);
        }
        let op = binary(op).ok_or_else(|| format!("the operator `{op}` is not understood"))?;
        Ok(Expr::Quantified { left: self.boxed(left)?, op, quantifier, array: self.boxed(array)? })
    }

    /// `a LIKE ANY (ARRAY[p, q])` is `a LIKE p OR a LIKE q`; ALL is AND.
    fn quantified_like(
        &mut self,
        kind: LikeKind,
        negated: bool,
        left: &ast::Expr,
        array: &ast::Expr,
        quantifier: Quantifier,
    ) -> Result<Expr, String> {
        let operand = self.expr(left)?;
        let mut array = self.expr(array)?;
        while let Expr::Cast { operand, .. } = array {
            array = *operand;
        }
        let Expr::Array(patterns) = array else {
            return Err("a pattern against an array that is not written out is not understood".to_owned());
        };
        let op = if quantifier == Quantifier::Any { BinaryOp::Or } else { BinaryOp::And };
        let likes = patterns.into_iter().map(|pattern| Expr::Like {
            kind,
            operand: Box::new(operand.clone()),
            pattern: Box::new(pattern),
            escape: None,
            negated,
        });
        likes.reduce(|all, next| Expr::binary(op, all, next)).ok_or_else(|| "the array is empty".to_owned())
    }

    fn between(
        &mut self,
        operand: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        negated: bool,
    ) -> Result<Expr, String> {
        // The marker that `rewrite` put for SYMMETRIC.
        let (low, symmetric) = match low {
            ast::Expr::UnaryOp { op: UnaryOperator::DoubleAt, expr } => (&**expr, true),
            low => (low, false),
        };
        let (operand, low, high) = (self.boxed(operand)?, self.boxed(low)?, self.boxed(high)?);
        Ok(Expr::Between { operand, low, high, negated, symmetric })
    }

    fn like(
        &mut self,
        kind: LikeKind,
        operand: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ast::Expr>,
        negated: bool,
    ) -> Result<Expr, String> {
        let escape = match escape {
            None => None,
            Some(escape) => match self.expr(escape)? {
                Expr::Literal(Literal::Text(text)) => Some(text),
                _ => return Err("ESCAPE wants a constant".to_owned()),
            },
        };
        Ok(Expr::Like { kind, operand: self.boxed(operand)?, pattern: self.boxed(pattern)?, escape, negated })
    }

    fn interval(&mut self, interval: &ast::Interval) -> Result<Expr, String> {
        let operand = self.expr(&interval.value)?;
        // `INTERVAL '1' DAY`, MySQL's `INTERVAL 1 DAY`: the unit joins the text.
        let operand = match (&operand, &interval.leading_field, &interval.last_field) {
            (_, None, None) => operand,
            (Expr::Literal(Literal::Text(text)), Some(unit), None) => {
                Expr::text(&format!("{text} {unit}").to_lowercase())
            }
            (Expr::Literal(Literal::Integer(n)), Some(unit), None) => {
                Expr::text(&format!("{n} {unit}").to_lowercase())
            }
            _ => return Err(format!("`{interval}` is not understood")),
        };
        let target = SqlType::Interval { fields: None, precision: None };
        Ok(Expr::Cast { operand: Box::new(operand), target })
    }

    fn access(&mut self, root: &ast::Expr, chain: &[AccessExpr]) -> Result<Expr, String> {
        let mut at = self.expr(root)?;
        for access in chain {
            at = match access {
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    Expr::Subscript { operand: Box::new(at), index: self.boxed(index)? }
                }
                other => return Err(format!("`{other}` is not understood")),
            };
        }
        Ok(at)
    }

    /// A type, read from sqlparser's own spelling of it by the reader that reads column types.
    fn data_type(&self, data_type: &DataType) -> Result<SqlType, String> {
        let text = data_type.to_string();
        let source = SourceText { text: &text, base: 0, fixed: None, dialect: self.dialect() };
        let tokens = tokens(source);
        let mut cursor = Cursor::new(source, &tokens);
        if self.dialect() == Dialect::MySql
            && let Some(ty) = mysql_cast(&mut cursor)
        {
            return Ok(ty);
        }
        let read = read_type(self.names, &mut cursor);
        let read = read.filter(|_| cursor.is_empty()).map(|found| found.ty);
        read.ok_or_else(|| format!("the type `{text}` is not understood"))
    }
}

/// `CAST(a AS SIGNED)` and its like name types that columns do not have.
fn mysql_cast(cursor: &mut Cursor<'_>) -> Option<SqlType> {
    if cursor.eat(&["BINARY"]) {
        return Some(SqlType::Varbinary { length: None });
    }
    let word = cursor.eat_any(&["SIGNED", "UNSIGNED"])?;
    cursor.eat(&["INTEGER"]);
    Some(SqlType::Integer { bits: 64, unsigned: word == "UNSIGNED" })
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function { name: name.to_owned(), args }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(60).chain(['…']).collect() }
}
