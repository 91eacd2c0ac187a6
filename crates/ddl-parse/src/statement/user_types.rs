//! `CREATE TYPE`, `CREATE DOMAIN` and their `ALTER`s.

use super::default_clause::default_expression;
use crate::catalog::{NamedRelation, SystemCatalog, UserType};
use crate::problem::Problem;
use seedbed_schema_model::{
    Check, CompositeType, CompositeTypeId, DefaultValue, Domain, DomainId, EnumType, EnumTypeId,
    QualifiedName, SqlType,
};
use seedbed_sql_syntax::{Cursor, Name, Scope, TokenKind, read_type};

/// The statement behind `CREATE TYPE`.
pub(crate) fn create_type(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let start = *cursor;
    let name = cursor.name().ok_or("a type's name is expected")?;
    let Some(full) = new_type(catalog, &name) else { return Ok(()) };
    let span = start.span();
    if cursor.eat(&["AS", "ENUM"]) {
        let labels = cursor.parens().ok_or("labels are expected")?;
        let labels = labels.split_commas().into_iter().filter_map(|mut part| part.string()).collect();
        let id = EnumTypeId(catalog.schema.enums.len() as u32);
        catalog.schema.enums.push(EnumType { name: full.clone(), labels, span });
        catalog.name_type(&full, UserType::Enum(id));
    } else if cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        let list = cursor.parens().ok_or("attributes are expected")?;
        let mut attributes = Vec::new();
        for mut part in list.split_commas() {
            let attribute = part.ident().ok_or("an attribute's name is expected")?;
            let ty = read_type(catalog, &mut part).ok_or("an attribute's type is expected")?;
            attributes.push((attribute, ty.ty));
        }
        let id = CompositeTypeId(catalog.schema.composites.len() as u32);
        catalog.schema.composites.push(CompositeType { name: full.clone(), attributes, span });
        catalog.name_type(&full, UserType::Composite(id));
    }
    // Base types, shell types and ranges are known by their name only; a column of one gets a problem of its own.
    Ok(())
}

fn new_type(catalog: &mut SystemCatalog, name: &Name) -> Option<QualifiedName> {
    let full = catalog.new_name(name);
    if catalog.has_type(&full) {
        catalog.problems.push(Problem::Duplicate { name: full.to_string(), span: name.span });
        return None;
    }
    Some(full)
}

/// The statement behind `CREATE DOMAIN`.
pub(crate) fn create_domain(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let start = *cursor;
    let name = cursor.name().ok_or("a domain's name is expected")?;
    let Some(full) = new_type(catalog, &name) else { return Ok(()) };
    cursor.eat(&["AS"]);
    let ty = read_type(catalog, cursor).ok_or("a type is expected")?;
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

fn domain_clause(catalog: &mut SystemCatalog, id: DomainId, cursor: &mut Cursor<'_>) -> Result<(), String> {
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
        let body = cursor.parens().ok_or("an expression is expected")?;
        cursor.eat(&["NOT", "VALID"]);
        let owner = catalog.schema[id].name.to_string();
        let expr = catalog.read_or_keep(Scope::Domain, body, &owner);
        let name = name.or_else(|| Some(free_check_name(catalog, id)));
        let (text, span) = (body.text().to_owned(), start.until(cursor).span());
        catalog.schema[id].checks.push(Check { name, expr, text, enforced: true, span });
    } else {
        return Err(format!("{} is not expected", cursor.found()));
    }
    Ok(())
}

fn free_check_name(catalog: &SystemCatalog, id: DomainId) -> String {
    let domain = &catalog.schema[id];
    let base = format!("{}_check", domain.name.name);
    let mut names = std::iter::once(base.clone()).chain((1..).map(|n| format!("{base}{n}")));
    names.find(|n| !domain.checks.iter().any(|c| c.name.as_ref() == Some(n))).unwrap_or(base)
}

fn set_default(catalog: &mut SystemCatalog, id: DomainId, cursor: &mut Cursor<'_>) {
    let body = default_expression(cursor);
    let owner = catalog.schema[id].name.to_string();
    let expr = catalog.read_or_keep(Scope::Constants, body, &owner);
    catalog.schema[id].default = Some(DefaultValue { expr, text: body.text().to_owned() });
}

/// The statement behind `ALTER DOMAIN`.
pub(crate) fn alter_domain(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let name = cursor.name().ok_or("a domain's name is expected")?;
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

fn unknown(catalog: &mut SystemCatalog, name: &Name) -> Result<(), String> {
    catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span });
    Ok(())
}

/// The statement behind `ALTER TYPE`.
pub(crate) fn alter_type(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let name = cursor.name().ok_or("a type's name is expected")?;
    let ty = match (catalog.user_type(&name), catalog.relation(&name)) {
        (Some(ty), _) => ty,
        (None, Some(NamedRelation::Table(_))) => return Ok(()),
        (None, _) if cursor.at_any(&["OWNER"]) => return Ok(()),
        (None, _) => return unknown(catalog, &name),
    };
    match ty {
        UserType::Enum(id) if cursor.eat(&["ADD", "VALUE"]) => add_label(catalog, id, cursor),
        UserType::Enum(id) if cursor.eat(&["RENAME", "VALUE"]) => {
            let from = cursor.string().ok_or("a label is expected")?;
            cursor.eat(&["TO"]);
            let to = cursor.string().ok_or("a label is expected")?;
            for label in &mut catalog.schema[id].labels {
                if *label == from {
                    label.clone_from(&to);
                }
            }
            Ok(())
        }
        UserType::Composite(id)
            if cursor.at_any(&["ADD", "DROP", "ALTER"]) || cursor.at_words(&["RENAME", "ATTRIBUTE"]) =>
        {
            for mut action in cursor.split_commas() {
                attribute(catalog, id, &mut action)?;
            }
            Ok(())
        }
        other => {
            rename_type(catalog, other, cursor);
            Ok(())
        }
    }
}

/// `ADD VALUE [IF NOT EXISTS] 'c' [BEFORE | AFTER 'b']`.
fn add_label(catalog: &mut SystemCatalog, id: EnumTypeId, cursor: &mut Cursor<'_>) -> Result<(), String> {
    cursor.eat_if_exists();
    let label = cursor.string().ok_or("a label is expected")?;
    let labels = &mut catalog.schema[id].labels;
    if labels.contains(&label) {
        return Ok(());
    }
    let side = cursor.eat_any(&["BEFORE", "AFTER"]);
    let neighbour = cursor.string().and_then(|n| labels.iter().position(|l| *l == n));
    match (side, neighbour) {
        (Some("BEFORE"), Some(at)) => labels.insert(at, label),
        (Some(_), Some(at)) => labels.insert(at + 1, label),
        _ => labels.push(label),
    }
    Ok(())
}

fn attribute(
    catalog: &mut SystemCatalog,
    id: CompositeTypeId,
    cursor: &mut Cursor<'_>,
) -> Result<(), String> {
    let verb = cursor.eat_any(&["ADD", "DROP", "ALTER", "RENAME"]).unwrap_or("");
    cursor.eat(&["ATTRIBUTE"]);
    cursor.eat_if_exists();
    let name = cursor.ident().ok_or("an attribute's name is expected")?;
    match verb {
        "ADD" => {
            let ty = read_type(catalog, cursor).ok_or("a type is expected")?.ty;
            catalog.schema[id].attributes.push((name, ty));
        }
        "DROP" => catalog.schema[id].attributes.retain(|(n, _)| *n != name),
        "RENAME" => {
            cursor.eat(&["TO"]);
            let to = cursor.ident().ok_or("a name is expected")?;
            set_attribute(catalog, id, &name, |a| a.0.clone_from(&to));
        }
        _ => {
            cursor.eat(&["SET", "DATA"]);
            cursor.eat(&["TYPE"]);
            let ty = read_type(catalog, cursor).ok_or("a type is expected")?.ty;
            set_attribute(catalog, id, &name, |a| a.1.clone_from(&ty));
        }
    }
    Ok(())
}

fn set_attribute(
    catalog: &mut SystemCatalog,
    id: CompositeTypeId,
    name: &str,
    set: impl Fn(&mut (String, SqlType)),
) {
    catalog.schema[id].attributes.iter_mut().filter(|(n, _)| n == name).for_each(set);
}

/// `RENAME TO`, `SET SCHEMA`; the rest (`OWNER TO`) does not matter.
fn rename_type(catalog: &mut SystemCatalog, ty: UserType, cursor: &mut Cursor<'_>) {
    let old = type_name(catalog, ty).clone();
    let new = if cursor.eat(&["RENAME", "TO"]) {
        cursor.ident().map(|name| QualifiedName::new(old.schema.as_deref(), &name))
    } else if cursor.eat(&["SET", "SCHEMA"]) {
        cursor.ident().map(|schema| QualifiedName::new(Some(&schema), &old.name))
    } else {
        None
    };
    if let Some(new) = new {
        catalog.forget_type(&old);
        catalog.name_type(&new, ty);
        *type_name(catalog, ty) = new;
    }
}

fn type_name(catalog: &mut SystemCatalog, ty: UserType) -> &mut QualifiedName {
    match ty {
        UserType::Enum(id) => &mut catalog.schema[id].name,
        UserType::Domain(id) => &mut catalog.schema[id].name,
        UserType::Composite(id) => &mut catalog.schema[id].name,
    }
}
