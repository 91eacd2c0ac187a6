//! One call: which function it means, and the function's body with the arguments in their places.
//!
//! Overloads are told apart by the number of arguments, by the schema, and at last by their exact types. An argument that
//! may differ from one evaluation to the next is put in only where the body reads it once.

use super::raise::{deciding_parts, is_raised, raises};
use super::site::Site;
use super::typing;
use seedbed_schema_model::{BinaryOp, Expr, Function, FunctionArgument, Literal};

/// How many nodes a written-out call may have; a larger one stays a call.
const MOST_NODES: usize = 2_000;

/// How deep a written-out call may be, as trees are walked by recursion; a deeper one stays a call.
const DEEPEST: usize = 90;

/// Writes out calls of functions whose [`Function::expr`] is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inliner<'a> {
    /// The schema's functions, with the bodies that are known.
    pub functions: &'a [Function],
    /// Inside another function's body, where an error raised is kept until it is known what it does to a row.
    pub in_body: bool,
}

impl Inliner<'_> {
    /// Writes out the calls in an expression whose value matters.
    pub(super) fn value(&self, expr: &mut Expr, site: &Site<'_>) {
        self.visit(expr, site, false);
    }

    /// Writes out the calls in a condition that refuses rows when false. An error raised refuses them as well, so that
    /// it counts as false where the condition is false with it.
    pub(super) fn condition(&self, expr: &mut Expr, site: &Site<'_>) {
        self.visit(expr, site, true);
    }

    /// From the outside in where errors decide, then from the inside out.
    fn visit(&self, expr: &mut Expr, site: &Site<'_>, condition: bool) {
        if condition {
            deciding_parts(expr).into_iter().for_each(|part| self.visit(part, site, true));
        }
        expr.children_mut().into_iter().for_each(|child| self.visit(child, site, false));
        if let Expr::UserFunction { name, args } = expr
            && let Some(written_out) = self.written_out(name, args, site, condition)
        {
            *expr = written_out;
        }
    }

    /// The body with the arguments in their places; `None` where it cannot stand there.
    fn written_out(&self, name: &str, args: &[Expr], site: &Site<'_>, condition: bool) -> Option<Expr> {
        let function = self.resolve(name, args, site)?;
        let body = function.expr.as_ref()?;
        let mut values = Vec::with_capacity(function.arguments.len());
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.variadic {
                // The rest, as an array; the elements have the types that they are compared by.
                values.push(Expr::Array(args.get(i..).unwrap_or_default().to_vec()));
                continue;
            }
            let value = args.get(i).or(argument.default.as_ref())?;
            let again = uses(body, i) + usize::from(function.strict) != 1;
            if again && typing::is_volatile(value) {
                return None;
            }
            values.push(typing::passed(value, argument.ty.as_ref()?, site)?);
        }
        let mut expr = body.clone();
        expr.substitute(&|e| match e {
            Expr::Parameter(i) => values.get(usize::from(*i)).cloned(),
            _ => None,
        });
        if function.strict {
            expr = strict(expr, values);
        }
        if condition {
            refuse(&mut expr);
        }
        if (raises(&expr) && !self.in_body) || !is_moderate(&expr) {
            return None;
        }
        Some(expr)
    }

    /// The function that a call means; `None` when several could be meant.
    fn resolve(&self, name: &str, args: &[Expr], site: &Site<'_>) -> Option<&Function> {
        let (schema, name) =
            name.rsplit_once('.').map_or((None, name), |(schema, name)| (Some(schema), name));
        let fits = |f: &&Function| {
            f.name.name == name
                && schema.is_none_or(|schema| f.name.schema.as_deref() == Some(schema))
                && takes(&f.arguments, args.len())
        };
        let mut found: Vec<&Function> = self.functions.iter().filter(fits).collect();
        if schema.is_none() {
            let beside = |f: &&&Function, schema: Option<&str>| f.name.schema.as_deref() == schema;
            for near in [site.schema, Some("public")] {
                if found.iter().any(|f| beside(&f, near)) {
                    found.retain(|f| beside(&f, near));
                    break;
                }
            }
        }
        if found.len() > 1 {
            found.retain(|f| typing::is_exact(&f.arguments, args, site));
        }
        match found[..] {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Whether a function with these arguments may be called with so many.
fn takes(arguments: &[FunctionArgument], given: usize) -> bool {
    let variadic = arguments.last().is_some_and(|a| a.variadic);
    let named = &arguments[..arguments.len() - usize::from(variadic)];
    let rest_follows = if variadic { given >= arguments.len() } else { given <= arguments.len() };
    rest_follows && named.iter().all(|a| !a.variadic) && named.iter().skip(given).all(|a| a.default.is_some())
}

/// How often a body reads an argument.
fn uses(body: &Expr, parameter: usize) -> usize {
    let mut count = 0;
    body.walk(&mut |e| count += usize::from(matches!(e, Expr::Parameter(i) if usize::from(*i) == parameter)));
    count
}

/// `CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE body END`.
fn strict(body: Expr, values: Vec<Expr>) -> Expr {
    let constant = |value: &Expr| matches!(value, Expr::Literal(literal) if *literal != Literal::Null);
    let nulls = values
        .into_iter()
        .filter(|value| !constant(value))
        .map(|value| Expr::IsNull { operand: Box::new(value), negated: false });
    let any = nulls.reduce(|any, next| Expr::binary(BinaryOp::Or, any, next));
    let null = Expr::Literal(Literal::Null);
    match any {
        Some(any) => {
            Expr::Case { operand: None, branches: vec![(any, null)], otherwise: Some(Box::new(body)) }
        }
        None => body,
    }
}

/// Puts FALSE for the errors that decide a condition.
fn refuse(condition: &mut Expr) {
    if is_raised(condition) {
        *condition = Expr::Literal(Literal::Boolean(false));
    }
    deciding_parts(condition).into_iter().for_each(refuse);
}

/// Whether it is small enough to stand in an expression.
fn is_moderate(expr: &Expr) -> bool {
    let mut nodes = 0;
    expr.walk(&mut |_| nodes += 1);
    nodes <= MOST_NODES && expr.depth() <= DEEPEST
}
