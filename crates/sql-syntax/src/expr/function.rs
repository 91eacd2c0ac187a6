//! Function calls.
//!
//! Whether a name is the server's own or the schema's decides what the evaluator may know of it.

use super::error::ExprError;
use super::lower::Lowering;
use super::operator::date_field_named;
use super::rules::RowCall;
use crate::text::Name;
use seedbed_schema_model::{BinaryOp, Expr, LikeKind, Literal, Span, SqlType};
use sqlparser::ast::{self, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName};

/// Functions of well-known extensions, which dumps call by the schema that the extension is in.
const EXTENSIONS: [&str; 18] = [
    "akeys",
    "avals",
    "defined",
    "exist",
    "geometrytype",
    "isvalid",
    "ndims",
    "nlevel",
    "srid",
    "st_coorddim",
    "st_geometrytype",
    "st_isempty",
    "st_isvalid",
    "st_ndims",
    "st_npoints",
    "st_srid",
    "st_x",
    "st_y",
];

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
                if let Some(names) = parameters(&call.name, &list.args) {
                    let args = self.by_parameters(names, &list.args)?;
                    return Ok(self.function(&call.name, args));
                }
                match unit_first(&call.name, &list.args) {
                    // `TIMESTAMPDIFF(HOUR, a, b)`: a word of the syntax, no column.
                    Some((unit, rest)) => {
                        let rest = rest.iter().map(|arg| self.argument(arg));
                        std::iter::once(Ok(Expr::text(unit))).chain(rest).collect::<Result<_, _>>()?
                    }
                    None => self.arguments(&list.args)?,
                }
            }
        };
        Ok(self.function(&call.name, args))
    }

    /// All arguments. `VARIADIC ARRAY[a, b]`, as `pg_dump` writes it, is `a, b`.
    fn arguments(&mut self, args: &[FunctionArg]) -> Result<Vec<Expr>, ExprError> {
        let mut found = Vec::with_capacity(args.len());
        for arg in args {
            match spread(arg) {
                Some(elements) => {
                    for element in elements {
                        found.push(self.expr(element)?);
                    }
                }
                None => found.push(self.argument(arg)?),
            }
        }
        Ok(found)
    }

    /// An argument, with or without its name.
    fn argument(&mut self, arg: &FunctionArg) -> Result<Expr, ExprError> {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
            | FunctionArg::Named { arg: FunctionArgExpr::Expr(expr), .. } => self.expr(expr),
            other => Err(ExprError::Argument { argument: other.to_string() }),
        }
    }

    /// The arguments in the order of the parameters that name them, 0 for one that is not given.
    fn by_parameters(&mut self, names: &[&str], args: &[FunctionArg]) -> Result<Vec<Expr>, ExprError> {
        let mut placed = vec![Expr::integer(0); names.len()];
        for (i, arg) in args.iter().enumerate() {
            let refused = || ExprError::Argument { argument: arg.to_string() };
            let place = match parameter(arg) {
                Some(name) => names.iter().position(|known| name.eq_ignore_ascii_case(known)),
                None => Some(i).filter(|place| *place < names.len()),
            };
            placed[place.ok_or_else(refused)?] = match arg {
                FunctionArg::ExprNamed { arg: FunctionArgExpr::Expr(expr), .. } => self.expr(expr)?,
                arg => self.argument(arg)?,
            };
        }
        Ok(placed)
    }

    /// A call by name: one of the server's own, or one that the schema or an extension defines.
    fn function(&self, name: &ObjectName, args: Vec<Expr>) -> Expr {
        let parts: Vec<String> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| self.fold(i)).collect();
        let Some((last, qualifier)) = parts.split_last() else {
            return Expr::UserFunction { name: name.to_string(), args };
        };
        let lower = last.to_lowercase();
        let of_extension = || EXTENSIONS.contains(&lower.as_str()) && !self.names.defines_function(&lower);
        let own = qualifier.is_empty() || qualifier == ["pg_catalog"] || of_extension();
        if let Some(made) = self.own_range(qualifier, last, &args) {
            return made;
        }
        if !own || (qualifier.is_empty() && self.names.defines_function(&lower)) {
            return Expr::UserFunction { name: parts.join("."), args };
        }
        built_in(lower, args, self.syntax().expressions.row_call)
    }
}

impl Lowering<'_> {
    /// `period(low, high)` of a range type that the schema defines: the range of two ends of its elements.
    fn own_range(&self, qualifier: &[String], name: &str, args: &[Expr]) -> Option<Expr> {
        let [low, high, bounds @ ..] = args else { return None };
        let schema = qualifier.last().cloned();
        let ty = self.names.user_type(&Name { schema, name: name.to_owned(), span: Span::default() })?;
        let SqlType::Range { element, multi: false } = &ty else { return None };
        let end = |e: &Expr| Expr::Cast { operand: Box::new(e.clone()), target: (**element).clone() };
        let args = [end(low), end(high)].into_iter().chain(bounds.iter().take(1).cloned()).collect();
        let operand = Box::new(Expr::Function { name: "range".to_owned(), args });
        Some(Expr::Cast { operand, target: ty })
    }
}

/// The parameter that an argument is for, where it says so.
fn parameter(arg: &FunctionArg) -> Option<&str> {
    match arg {
        FunctionArg::Named { name, .. }
        | FunctionArg::ExprNamed { name: ast::Expr::Identifier(name), .. } => Some(&name.value),
        _ => None,
    }
}

/// The parameters of a function that is called by some of their names.
fn parameters(name: &ObjectName, args: &[FunctionArg]) -> Option<&'static [&'static str]> {
    let name = &name.0.last()?.as_ident()?.value;
    let named = args.iter().any(|arg| parameter(arg).is_some());
    (named && name.eq_ignore_ascii_case("make_interval"))
        .then_some(&["years", "months", "weeks", "days", "hours", "mins", "secs"])
}

/// The elements behind the marker that `rewrite` put for VARIADIC.
fn spread(arg: &FunctionArg) -> Option<&[ast::Expr]> {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(ast::Expr::UnaryOp { op, expr })) = arg else {
        return None;
    };
    match &**expr {
        ast::Expr::Array(array) if *op == ast::UnaryOperator::DoubleAt => Some(&array.elem),
        _ => None,
    }
}

/// The unit that comes first in a call of MySQL's, and the other arguments.
fn unit_first<'c>(name: &ObjectName, args: &'c [FunctionArg]) -> Option<(&'c str, &'c [FunctionArg])> {
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(ast::Expr::Identifier(unit))), rest @ ..] = args else {
        return None;
    };
    let takes_unit = name.0.last().and_then(|part| part.as_ident()).is_some_and(|name| {
        ["timestampdiff", "timestampadd"].iter().any(|known| name.value.eq_ignore_ascii_case(known))
    });
    (takes_unit && unit.quote_style.is_none()).then_some((unit.value.as_str(), rest))
}

/// A time plus or minus an interval, by the names that MySQL has for it; a bare number counts days.
fn shifted(name: &str, args: &[Expr]) -> Option<Expr> {
    let interval = |text: String| Expr::Cast {
        operand: Box::new(Expr::text(&text)),
        target: SqlType::Interval { fields: None, precision: None },
    };
    let op = match name {
        "date_add" | "adddate" | "timestampadd" => BinaryOp::Add,
        "date_sub" | "subdate" => BinaryOp::Sub,
        _ => return None,
    };
    let (of, by) = match (name, args) {
        ("timestampadd", [Expr::Literal(Literal::Text(unit)), Expr::Literal(Literal::Integer(n)), of]) => {
            (of, interval(format!("{n} {}", unit.to_lowercase())))
        }
        ("adddate" | "subdate", [of, Expr::Literal(Literal::Integer(n))]) => {
            (of, interval(format!("{n} day")))
        }
        (_, [of, by @ Expr::Cast { target: SqlType::Interval { .. }, .. }]) => (of, by.clone()),
        _ => return None,
    };
    Some(Expr::binary(op, of.clone(), by))
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
    if let Some(sum) = shifted(&name, &args) {
        return sum;
    }
    if let Some(found) = pattern_test(&name, &args) {
        return found;
    }
    if name == "row" && row_call == RowCall::Constructor {
        return Expr::Row(args);
    }
    Expr::Function { name, args }
}

/// What tests a pattern by a function's name: `regexp_like(text, pattern, 'i')` and SQLite's `glob(pattern, text)`.
fn pattern_test(name: &str, args: &[Expr]) -> Option<Expr> {
    let (kind, operand, pattern) = match (name, args) {
        ("regexp_like", [operand, pattern]) => (LikeKind::Regex, operand, pattern),
        ("regexp_like", [operand, pattern, Expr::Literal(Literal::Text(flags))]) if flags == "i" => {
            (LikeKind::IRegex, operand, pattern)
        }
        ("glob", [pattern, operand]) => (LikeKind::Glob, operand, pattern),
        _ => return None,
    };
    let [operand, pattern] = [operand, pattern].map(|e| Box::new(e.clone()));
    Some(Expr::Like { kind, operand, pattern, escape: None, negated: false })
}

/// A text constant, also under a cast as dumps write it.
fn literal_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        Expr::Cast { operand, .. } => literal_text(operand),
        _ => None,
    }
}
