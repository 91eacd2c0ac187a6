//! Function calls.
//!
//! Whether a name is the server's own or the schema's decides what the evaluator may know of it.

use super::error::ExprError;
use super::lower::Lowering;
use super::operator::date_field_named;
use super::rules::RowCall;
use seedbed_schema_model::{Expr, Literal};
use sqlparser::ast::{Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName};

impl Lowering<'_> {
    /// Lowers a call by its parenthesised form.
    pub(super) fn call(&mut self, call: &Function) -> Result<Expr, ExprError> {
        if call.over.is_some() || call.filter.is_some() || !call.within_group.is_empty() {
            return Err(ExprError::Aggregate);
        }
        let args = match &call.args {
            FunctionArguments::None => Vec::new(),
            FunctionArguments::Subquery(_) => return Err(ExprError::Subquery),
            FunctionArguments::List(list) => {
                if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
                    return Err(ExprError::Arguments { function: call.name.to_string() });
                }
                list.args.iter().map(|arg| self.argument(arg)).collect::<Result<_, _>>()?
            }
        };
        Ok(self.function(&call.name, args))
    }

    /// An argument, with or without its name.
    fn argument(&mut self, arg: &FunctionArg) -> Result<Expr, ExprError> {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
            | FunctionArg::Named { arg: FunctionArgExpr::Expr(expr), .. } => self.expr(expr),
            other => Err(ExprError::Argument { argument: other.to_string() }),
        }
    }

    /// A call by name: one of the server's own, or one that the schema or an extension defines.
    fn function(&self, name: &ObjectName, args: Vec<Expr>) -> Expr {
        let parts: Vec<String> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| self.fold(i)).collect();
        let Some((last, qualifier)) = parts.split_last() else {
            return Expr::UserFunction { name: name.to_string(), args };
        };
        let lower = last.to_lowercase();
        let own = qualifier.is_empty() || qualifier == ["pg_catalog"];
        if !own || (qualifier.is_empty() && self.names.defines_function(&lower)) {
            return Expr::UserFunction { name: parts.join("."), args };
        }
        built_in(lower, args, self.syntax().expressions.row_call)
    }
}

/// A call of the server's own function; some have a form of their own in the model.
fn built_in(name: String, mut args: Vec<Expr>, row_call: RowCall) -> Expr {
    if name == "date_part" && args.len() == 2 {
        let field = match literal_text(&args[0]) {
            Some(field) => date_field_named(field),
            None => None,
        };
        if let Some(field) = field {
            return Expr::Extract { field, operand: Box::new(args.remove(1)) };
        }
    }
    if name == "row" && row_call == RowCall::Constructor {
        return Expr::Row(args);
    }
    Expr::Function { name, args }
}

/// A text constant, also under a cast as dumps write it.
fn literal_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        Expr::Cast { operand, .. } => literal_text(operand),
        _ => None,
    }
}
