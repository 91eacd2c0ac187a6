//! The names of the schema's own types, which enums, domains and composite types share: new ones, missing ones, other
//! ones.
//!
//! Types name each other and are named by columns by number, so that a renaming changes the name alone.

use seedbed_ddl_catalog::{Problem, SyntaxError, SystemCatalog, UserType};
use seedbed_schema_model::QualifiedName;
use seedbed_sql_syntax::{Cursor, Name};

/// The full name of a new type. `None` and a problem when there is one.
pub(super) fn new_type(catalog: &mut SystemCatalog, name: &Name) -> Option<QualifiedName> {
    let full = catalog.new_name(name);
    if catalog.has_type(&full) {
        catalog.problems.push(Problem::Duplicate { name: full.to_string(), span: name.span });
        return None;
    }
    Some(full)
}

/// Reports a type that nothing created.
pub(super) fn unknown(catalog: &mut SystemCatalog, name: &Name) -> Result<(), SyntaxError> {
    catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span });
    Ok(())
}

/// `RENAME TO`, `SET SCHEMA` of a type or domain; the rest (`OWNER TO`) does not matter.
pub(super) fn rename_type(catalog: &mut SystemCatalog, ty: UserType, cursor: &mut Cursor<'_>) {
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

/// The name of a type, to be changed.
pub(super) fn type_name(catalog: &mut SystemCatalog, ty: UserType) -> &mut QualifiedName {
    match ty {
        UserType::Enum(id) => &mut catalog.schema[id].name,
        UserType::Domain(id) => &mut catalog.schema[id].name,
        UserType::Composite(id) => &mut catalog.schema[id].name,
        UserType::Range(at) => &mut catalog.range_types[at].name,
        UserType::Multirange(at) => &mut catalog.range_types[at].multirange,
    }
}
