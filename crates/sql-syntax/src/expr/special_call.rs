//! Calls in a syntax of their own.
//!
//! The standard gives some functions keywords between their arguments; they become plain calls.

use super::error::ExprError;
use super::lower::{Lowering, call};
use super::operator::date_field;
use seedbed_schema_model::{Expr, UnaryOp};
use sqlparser::ast;

impl Lowering<'_> {
    /// A call in a syntax of its own, such as `EXTRACT` and `TRIM`. `None` for other forms.
    pub(super) fn special_call(&mut self, expr: &ast::Expr) -> Result<Option<Expr>, ExprError> {
        use ast::Expr as E;
        Ok(Some(match expr {
            E::IsNormalized { expr, form, negated } => {
                let form = form.map_or_else(|| "NFC".to_owned(), |form| form.to_string());
                let test = call("is_normalized", vec![self.expr(expr)?, Expr::text(&form)]);
                if *negated { Expr::Unary { op: UnaryOp::Not, operand: Box::new(test) } } else { test }
            }
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
                self.substring(expr, substring_from.as_deref(), substring_for.as_deref())?
            }
            E::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = trim_function(trim_where.as_ref());
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
            _ => return Ok(None),
        }))
    }

    /// `SUBSTRING(a FROM start FOR length)`; without a start it begins at the first character.
    fn substring(
        &mut self,
        of: &ast::Expr,
        start: Option<&ast::Expr>,
        length: Option<&ast::Expr>,
    ) -> Result<Expr, ExprError> {
        let mut args = vec![self.expr(of)?];
        match (start, length) {
            (Some(start), _) => args.push(self.expr(start)?),
            (None, Some(_)) => args.push(Expr::integer(1)),
            (None, None) => {}
        }
        if let Some(length) = length {
            args.push(self.expr(length)?);
        }
        Ok(call("substring", args))
    }
}

/// The function that trims at that end of a string; without a word it trims at both.
fn trim_function(end: Option<&ast::TrimWhereField>) -> &'static str {
    match end {
        Some(ast::TrimWhereField::Leading) => "ltrim",
        Some(ast::TrimWhereField::Trailing) => "rtrim",
        Some(ast::TrimWhereField::Both) | None => "trim",
    }
}
