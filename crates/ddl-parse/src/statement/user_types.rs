//! `CREATE TYPE` and `ALTER TYPE`, which only PostgreSQL has
//! (<https://www.postgresql.org/docs/current/sql-createtype.html>,
//! <https://www.postgresql.org/docs/current/sql-altertype.html>).
//!
//! Enums, composite types, domains and ranges are kept. Base types and shell types are known by name only, so that a
//! column of one is reported as unknown.
//!
//! Reported are a name that is taken and, by `ALTER`, a type that is not there. The type of a table's rows can be
//! altered only through the table.

use super::type_names::{new_type, rename_type, unknown};
use seedbed_ddl_catalog::{Expected, Named, NamedRelation, RangeType, SyntaxError, SystemCatalog, UserType};
use seedbed_schema_model::{CompositeType, CompositeTypeId, EnumType, EnumTypeId, QualifiedName, SqlType};
use seedbed_sql_syntax::{Cursor, TokenKind, read_type};

/// The statement behind `CREATE TYPE`.
///
/// # Errors
/// When the name is missing, or the labels or attributes are not what their form wants.
pub(crate) fn create_type(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let start = *cursor;
    let name = cursor.name().ok_or(Expected::NameOf(Named::Type))?;
    let Some(full) = new_type(catalog, &name) else { return Ok(()) };
    let span = start.span();
    if cursor.eat(&["AS", "ENUM"]) {
        let labels = cursor.parens().ok_or(Expected::Labels)?;
        let labels = labels.split_commas().into_iter().filter_map(|mut part| part.string()).collect();
        let id = EnumTypeId(catalog.schema.enums.len() as u32);
        catalog.schema.enums.push(EnumType { name: full.clone(), labels, span });
        catalog.name_type(&full, UserType::Enum(id));
    } else if cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        let list = cursor.parens().ok_or(Expected::Attributes)?;
        let mut attributes = Vec::new();
        for mut part in list.split_commas() {
            let attribute = part.ident().ok_or(Expected::NameOf(Named::Attribute))?;
            let ty = read_type(catalog, &mut part).ok_or(Expected::AttributeType)?;
            attributes.push((attribute, ty.ty));
        }
        let id = CompositeTypeId(catalog.schema.composites.len() as u32);
        catalog.schema.composites.push(CompositeType { name: full.clone(), attributes, span });
        catalog.name_type(&full, UserType::Composite(id));
    } else if cursor.eat(&["AS", "RANGE"]) {
        let options = cursor.parens().ok_or(Expected::Attributes)?;
        range(catalog, full, &options)?;
    }
    // Base types and shell types are known by their name only; a column of one gets a problem of its own.
    Ok(())
}

/// `AS RANGE (subtype = t [, multirange_type_name = m] [, ...])`, which makes a multirange type as well.
fn range(catalog: &mut SystemCatalog, full: QualifiedName, options: &Cursor<'_>) -> Result<(), SyntaxError> {
    let (mut element, mut multirange) = (None, None);
    for mut option in options.split_commas() {
        let word = option.ident().unwrap_or_default().to_ascii_lowercase();
        option.eat_op("=");
        match word.as_str() {
            "subtype" => element = Some(read_type(catalog, &mut option).ok_or(Expected::AttributeType)?.ty),
            "multirange_type_name" => multirange = option.name().map(|name| catalog.new_name(&name)),
            _ => {}
        }
    }
    let element = element.ok_or(Expected::AttributeType)?;
    let usual = QualifiedName::new(full.schema.as_deref(), &multirange_name(&full.name));
    let multirange = multirange.unwrap_or(usual);
    let at = catalog.range_types.len();
    catalog.range_types.push(RangeType { name: full.clone(), multirange: multirange.clone(), element });
    catalog.name_type(&full, UserType::Range(at));
    if !catalog.has_type(&multirange) {
        catalog.name_type(&multirange, UserType::Multirange(at));
    }
    Ok(())
}

/// What a range type's multirange is called unless it is said (PostgreSQL manual, CREATE TYPE).
fn multirange_name(range: &str) -> String {
    match range.rfind("range") {
        Some(at) => format!("{}multi{}", &range[..at], &range[at..]),
        None => format!("{range}_multirange"),
    }
}

/// The statement behind `ALTER TYPE`.
///
/// # Errors
/// When a name, label or type is missing.
pub(crate) fn alter_type(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let name = cursor.name().ok_or(Expected::NameOf(Named::Type))?;
    let ty = match (catalog.user_type(&name), catalog.relation(&name)) {
        (Some(ty), _) => ty,
        (None, Some(NamedRelation::Table(_))) => return Ok(()),
        (None, _) if cursor.at_any(&["OWNER"]) => return Ok(()),
        (None, _) => return unknown(catalog, &name),
    };
    match ty {
        UserType::Enum(id) if cursor.eat(&["ADD", "VALUE"]) => add_label(catalog, id, cursor),
        UserType::Enum(id) if cursor.eat(&["RENAME", "VALUE"]) => {
            let from = cursor.string().ok_or(Expected::Label)?;
            cursor.eat(&["TO"]);
            let to = cursor.string().ok_or(Expected::Label)?;
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

/// `ADD VALUE [IF NOT EXISTS] 'c' [BEFORE | AFTER 'b']`: at the end where no neighbour is named or it is not there.
fn add_label(
    catalog: &mut SystemCatalog,
    id: EnumTypeId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    cursor.eat_if_exists();
    let label = cursor.string().ok_or(Expected::Label)?;
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

/// `ADD`, `DROP`, `ALTER` or `RENAME ATTRIBUTE` of a composite type. One that is not there is passed over.
fn attribute(
    catalog: &mut SystemCatalog,
    id: CompositeTypeId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let verb = cursor.eat_any(&["ADD", "DROP", "ALTER", "RENAME"]).unwrap_or("");
    cursor.eat(&["ATTRIBUTE"]);
    cursor.eat_if_exists();
    let name = cursor.ident().ok_or(Expected::NameOf(Named::Attribute))?;
    match verb {
        "ADD" => {
            let ty = read_type(catalog, cursor).ok_or(Expected::Type)?.ty;
            catalog.schema[id].attributes.push((name, ty));
        }
        "DROP" => catalog.schema[id].attributes.retain(|(n, _)| *n != name),
        "RENAME" => {
            cursor.eat(&["TO"]);
            let to = cursor.ident().ok_or(Expected::Name)?;
            set_attribute(catalog, id, &name, |a| a.0.clone_from(&to));
        }
        _ => {
            cursor.eat(&["SET", "DATA"]);
            cursor.eat(&["TYPE"]);
            let ty = read_type(catalog, cursor).ok_or(Expected::Type)?.ty;
            set_attribute(catalog, id, &name, |a| a.1.clone_from(&ty));
        }
    }
    Ok(())
}

/// Changes the attribute of that name, a pair of name and type.
fn set_attribute(
    catalog: &mut SystemCatalog,
    id: CompositeTypeId,
    name: &str,
    set: impl Fn(&mut (String, SqlType)),
) {
    catalog.schema[id].attributes.iter_mut().filter(|(n, _)| n == name).for_each(set);
}
