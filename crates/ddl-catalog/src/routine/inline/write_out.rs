//! Calls of the schema's own functions, written out where they stand: `CHECK (is_slug(name))` becomes what `is_slug`
//! computes.
//!
//! It runs once all statements have been applied, because a function may be replaced after its use, and may call those
//! that come later. A function that cannot be read keeps its calls.

use super::body;
use super::call::Inliner;
use super::site::Site;
use crate::catalog::SystemCatalog;
use seedbed_schema_model::{Expr, Function, KeyTerm, Schema, SqlType, Table};

/// Writes functions out in everything that the server computes for a row: defaults, generated columns, CHECKs, keys and
/// their predicates, domains. A function whose body is known gets it as [`Function::expr`].
pub fn functions(catalog: &mut SystemCatalog) {
    if catalog.schema.functions.is_empty() {
        return;
    }
    let read = body::read_all(catalog);
    let bodies = settled(&catalog.schema, read);
    let schema = &mut catalog.schema;
    for (function, body) in schema.functions.iter_mut().zip(bodies) {
        function.expr = body;
    }
    let functions = std::mem::take(&mut schema.functions);
    let inliner = Inliner { functions: &functions, in_body: false };
    for table in &mut schema.tables {
        let columns: Vec<SqlType> = table.columns.iter().map(|c| c.ty.clone()).collect();
        let schema = table.name.schema.clone();
        let site = Site { schema: schema.as_deref(), columns: &columns, value: None, parameters: &[] };
        in_table(&inliner, table, &site);
    }
    for domain in &mut schema.domains {
        let base = domain.base.clone();
        let schema = domain.name.schema.as_deref();
        let site = Site { schema, columns: &[], value: Some(&base), parameters: &[] };
        domain.checks.iter_mut().for_each(|c| inliner.condition(&mut c.expr, &site));
        domain.default.iter_mut().for_each(|d| inliner.value(&mut d.expr, &site));
    }
    schema.functions = functions;
}

/// Writes out the calls inside the bodies themselves. A body in which a call is left (one that cannot be read, or of
/// itself) is given up.
fn settled(schema: &Schema, bodies: Vec<Option<Expr>>) -> Vec<Option<Expr>> {
    let mut functions = schema.functions.clone();
    let mut pending = bodies;
    loop {
        let mut changed = false;
        for at in 0..functions.len() {
            let Some(mut body) = pending[at].clone() else { continue };
            let types: Vec<Option<SqlType>> = functions[at].arguments.iter().map(|a| a.ty.clone()).collect();
            let of = &functions[at].name;
            let site = Site { schema: of.schema.as_deref(), columns: &[], value: None, parameters: &types };
            Inliner { functions: &functions, in_body: true }.value(&mut body, &site);
            if !calls(&body) {
                pending[at] = None;
                functions[at].expr = Some(body);
                changed = true;
            }
        }
        if !changed {
            return functions.into_iter().map(|f: Function| f.expr).collect();
        }
    }
}

/// Whether a call of a function of the schema's own is left.
fn calls(body: &Expr) -> bool {
    body.any(&|e| matches!(e, Expr::UserFunction { .. }))
}

/// Writes out the calls in all expressions of a table.
fn in_table(inliner: &Inliner<'_>, table: &mut Table, site: &Site<'_>) {
    for column in &mut table.columns {
        column.default.iter_mut().for_each(|d| inliner.value(&mut d.expr, site));
        column.generated.iter_mut().for_each(|g| inliner.value(&mut g.expr, site));
    }
    table.checks.iter_mut().for_each(|c| inliner.condition(&mut c.expr, site));
    for unique in &mut table.uniques {
        unique.predicate.iter_mut().for_each(|p| inliner.value(p, site));
        unique.parts.iter_mut().for_each(|part| in_term(inliner, &mut part.term, site));
    }
    for exclusion in &mut table.exclusions {
        exclusion.predicate.iter_mut().for_each(|p| inliner.value(p, site));
        exclusion.elements.iter_mut().for_each(|e| in_term(inliner, &mut e.term, site));
    }
    table.partitioning.iter_mut().flat_map(|p| &mut p.keys).for_each(|k| in_term(inliner, k, site));
}

/// Writes out the calls in a part of a key.
fn in_term(inliner: &Inliner<'_>, term: &mut KeyTerm, site: &Site<'_>) {
    if let KeyTerm::Expr(expr) = term {
        inliner.value(expr, site);
    }
}
