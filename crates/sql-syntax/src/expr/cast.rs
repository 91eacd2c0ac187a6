//! Types and intervals in expressions.
//!
//! sqlparser's types are written out and read again by the reader of column types, so that both mean the same.

use super::error::ExprError;
use super::lower::Lowering;
use crate::text::{Cursor, SourceText, tokens};
use crate::type_name::read_type;
use seedbed_schema_model::{Expr, Literal, SqlType};
use sqlparser::ast::{self, DataType};

impl Lowering<'_> {
    /// `INTERVAL '1 day'`, `INTERVAL 1 DAY`.
    pub(super) fn interval(&mut self, interval: &ast::Interval) -> Result<Expr, ExprError> {
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
            _ => return Err(ExprError::Construct { text: interval.to_string() }),
        };
        let target = SqlType::Interval { fields: None, precision: None };
        Ok(Expr::Cast { operand: Box::new(operand), target })
    }

    /// A type, read from sqlparser's own spelling of it by the reader that reads column types.
    pub(super) fn data_type(&self, data_type: &DataType) -> Result<SqlType, ExprError> {
        let text = data_type.to_string();
        let source = SourceText::new(&text, self.names.dialect());
        let tokens = tokens(source);
        let mut cursor = Cursor::new(source, &tokens);
        if let Some(ty) = (self.syntax().types.cast_only)(&mut cursor) {
            return Ok(ty);
        }
        let read = read_type(self.names, &mut cursor);
        let read = read.filter(|_| cursor.is_empty()).map(|found| found.ty);
        read.ok_or(ExprError::Type { ty: text })
    }
}
