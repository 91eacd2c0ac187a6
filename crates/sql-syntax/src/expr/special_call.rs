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
            _ => return Ok(None),
        }))
    }
}
