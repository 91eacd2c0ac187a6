//! `CREATE DOMAIN` and `ALTER DOMAIN`, which only PostgreSQL has
//! (<https://www.postgresql.org/docs/current/sql-createdomain.html>,
//! <https://www.postgresql.org/docs/current/sql-alterdomain.html>).
//!
//! A domain has a base type, a default, NOT NULL and CHECKs over `VALUE`. A nameless CHECK gets the name that
//! PostgreSQL would give, as `DROP CONSTRAINT` may name it later. Columns name a domain by its number, so that they
//! follow what changes.
//!
//! Reported are a name that is taken, a domain that is not there, a base type that is not known, and an expression that
//! is not understood; that one is kept as text.

use super::default_clause::default_expression;
use super::type_names::{new_type, rename_type, unknown};
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog, UserType};
use seedbed_schema_model::{Check, DefaultValue, Domain, DomainId};
use seedbed_sql_syntax::{Cursor, Scope, read_type};

/// The statement behind `CREATE DOMAIN`.
///
/// # Errors
/// When the name or the type is missing, or something that is no clause follows. The clauses before it are kept.
pub(crate) fn create_domain(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let start = *cursor;
    let name = cursor.name().ok_or(Expected::NameOf(Named::Domain))?;
    let Some(full) = new_type(catalog, &name) else { return Ok(()) };
    cursor.eat(&["AS"]);
    let ty = read_type(catalog, cursor).ok_or(Expected::Type)?;
    if let Some(unknown) = ty.unknown {
        let owner = full.to_string();
        catalog.problems.push(Problem::UnknownType { owner, ty: unknown, span: name.span });
    }
    let (checks, span) = (Vec::new(), start.span());
    let domain = Domain {
        name: full.clone(),
        base: ty.ty,
        not_null: false,
        default: None,
        checks,
        collation: None,
        span,
    };
    let id = DomainId(catalog.schema.domains.len() as u32);
    catalog.schema.domains.push(domain);
    catalog.name_type(&full, UserType::Domain(id));
    while !cursor.is_empty() {
        domain_clause(catalog, id, cursor)?;
    }
    Ok(())
}

/// `[CONSTRAINT name] CHECK (...)`, `NOT NULL`, `DEFAULT ...` of a domain.
fn domain_clause(
    catalog: &mut SystemCatalog,
    id: DomainId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let start = *cursor;
    let name = if cursor.eat(&["CONSTRAINT"]) { cursor.ident() } else { None };
    if cursor.eat(&["NOT", "NULL"]) {
        catalog.schema[id].not_null = true;
    } else if cursor.eat(&["NULL"]) {
    } else if cursor.eat(&["DEFAULT"]) {
        set_default(catalog, id, cursor);
    } else if cursor.eat(&["COLLATE"]) {
        catalog.schema[id].collation = cursor.name().map(|n| n.name);
    } else if cursor.eat(&["CHECK"]) {
        let body = cursor.parens().ok_or(Expected::Expression)?;
        cursor.eat(&["NOT", "VALID"]);
        let owner = catalog.schema[id].name.to_string();
        let expr = catalog.read_or_keep(Scope::Domain, body, &owner);
        let name = name.or_else(|| Some(free_check_name(catalog, id)));
        let (text, span) = (body.text().to_owned(), start.until(cursor).span());
        catalog.schema[id].checks.push(Check { name, expr, text, enforced: true, span });
    } else {
        return Err(SyntaxError::NotExpected { found: cursor.found() });
    }
    Ok(())
}

/// PostgreSQL's name for a nameless CHECK: `d_check`, `d_check1`.
fn free_check_name(catalog: &SystemCatalog, id: DomainId) -> String {
    let domain = &catalog.schema[id];
    let base = format!("{}_check", domain.name.name);
    let mut names = std::iter::once(base.clone()).chain((1..).map(|n| format!("{base}{n}")));
    names.find(|n| !domain.checks.iter().any(|c| c.name.as_ref() == Some(n))).unwrap_or(base)
}

/// `DEFAULT expression` of a domain.
fn set_default(catalog: &mut SystemCatalog, id: DomainId, cursor: &mut Cursor<'_>) {
    let body = default_expression(cursor);
    let owner = catalog.schema[id].name.to_string();
    let expr = catalog.read_or_keep(Scope::Constants, body, &owner);
    catalog.schema[id].default = Some(DefaultValue { expr, text: body.text().to_owned() });
}

/// The statement behind `ALTER DOMAIN`. `VALIDATE CONSTRAINT` and `OWNER TO` change nothing here.
///
/// # Errors
/// When the name is missing, or what `ADD` adds is no constraint.
pub(crate) fn alter_domain(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let name = cursor.name().ok_or(Expected::NameOf(Named::Domain))?;
    let Some(UserType::Domain(id)) = catalog.user_type(&name) else { return unknown(catalog, &name) };
    if cursor.eat(&["SET", "NOT", "NULL"]) {
        catalog.schema[id].not_null = true;
    } else if cursor.eat(&["DROP", "NOT", "NULL"]) {
        catalog.schema[id].not_null = false;
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        set_default(catalog, id, cursor);
    } else if cursor.eat(&["DROP", "DEFAULT"]) {
        catalog.schema[id].default = None;
    } else if cursor.eat(&["ADD"]) {
        domain_clause(catalog, id, cursor)?;
    } else if cursor.eat(&["DROP", "CONSTRAINT"]) {
        cursor.eat_if_exists();
        let check = cursor.ident();
        catalog.schema[id].checks.retain(|c| c.name != check);
    } else if cursor.eat(&["RENAME", "CONSTRAINT"]) {
        let from = cursor.ident();
        cursor.eat(&["TO"]);
        let to = cursor.ident();
        for check in &mut catalog.schema[id].checks {
            if check.name == from {
                check.name.clone_from(&to);
            }
        }
    } else {
        rename_type(catalog, UserType::Domain(id), cursor);
    }
    Ok(())
}
