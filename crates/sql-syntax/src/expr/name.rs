//! What names in an expression mean.
//!
//! A name is looked up as the scope says; some that nothing is called by are functions without brackets.

use super::error::ExprError;
use super::lower::{Lowering, call};
use super::rules::UnknownNames;
use super::scope::Scope;
use seedbed_schema_model::{Expr, Literal};
use sqlparser::ast::Ident;

impl Lowering<'_> {
    /// The catalog's form of an identifier.
    pub(super) fn fold(&self, ident: &Ident) -> String {
        match ident.quote_style {
            None => self.syntax().text.bare_names.stored(&ident.value),
            Some(_) => ident.value.clone(),
        }
    }

    /// A single name: a column, a local, `VALUE`, a function without brackets, or a string where names may be such.
    pub(super) fn name(&self, ident: &Ident) -> Result<Expr, ExprError> {
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
        match self.syntax().expressions.unknown_names {
            UnknownNames::Refused => Err(ExprError::UnknownColumn { name }),
            UnknownNames::Text => match lower.as_str() {
                "true" | "false" if ident.quote_style.is_none() => {
                    Ok(Expr::Literal(Literal::Boolean(lower == "true")))
                }
                _ if ident.quote_style.is_some() || self.scope == Scope::Constants => Ok(Expr::text(&name)),
                _ => Err(ExprError::UnknownColumn { name }),
            },
        }
    }

    /// `table.column`; what comes before the column is the table itself.
    pub(super) fn qualified(&self, parts: &[Ident]) -> Result<Expr, ExprError> {
        let (Some(last), before) = (parts.last(), parts.len().saturating_sub(2)) else {
            return Err(ExprError::NoName);
        };
        // A record's field, as in `NEW.a`, is not the local `a`.
        if let Scope::Function(locals) = self.scope
            && parts.len() > 1
            && self.fold(&parts[before]) != locals.function
        {
            return Err(ExprError::UnknownRecord { record: parts[before].value.clone() });
        }
        self.name(last)
    }
}
