//! References that the schema does not declare: named by the spec, held by a trigger, or inferred by the catalog.

use super::error::PlanError;
use super::wish_fault::ReferenceWishFault;
use super::wishes::{find_column, find_table};
use seedbed_constraints::guarded_references;
use seedbed_datagen_core::{Catalog, ReferenceSpec, Spec};
use seedbed_schema_model::{ColumnIdx, ForeignKey, ReferenceOrigin, Schema, SqlType, TableId};
use std::sync::Arc;

/// The schema with the references that the spec names, those that triggers hold, and, if it asks for them, those that the catalog infers; and
/// everything that is wrong with the named ones. A reference that is there already is not added again.
pub fn with_undeclared_references(
    schema: &Arc<Schema>,
    spec: &Spec,
    catalog: &dyn Catalog,
) -> (Arc<Schema>, Vec<PlanError>) {
    let mut errors = Vec::new();
    let mut found: Vec<(TableId, ForeignKey)> = Vec::new();
    for (name, wishes) in spec.tables.iter().filter(|(_, w)| !w.references.is_empty()) {
        // A table that is unknown is told with the other wishes for it.
        let Ok(table) = find_table(schema, name) else { continue };
        for wish in &wishes.references {
            match named(schema, table, wish) {
                Ok(Some(reference)) => found.push((table, reference)),
                Ok(None) => {}
                Err(fault) => errors.push(PlanError::BadReference {
                    table: schema[table].name.to_string(),
                    columns: wish.columns.clone(),
                    to: wish.to.clone(),
                    fault: Box::new(fault),
                    span: schema[table].span,
                }),
            }
        }
    }
    let held = guarded_references(schema);
    if found.is_empty() && held.is_empty() && !spec.infer_references {
        return (Arc::clone(schema), errors);
    }
    let mut with = Schema::clone(schema);
    for (table, reference) in found {
        with[table].foreign_keys.push(reference);
    }
    for (table, reference, trigger) in held {
        // What the spec names goes first.
        let is_named = |fk: &ForeignKey| fk.columns.iter().any(|c| reference.columns.contains(c));
        if !with[table].foreign_keys.iter().any(is_named) {
            let origin = ReferenceOrigin::Trigger { name: trigger };
            with[table].foreign_keys.push(ForeignKey { origin, ..reference });
        }
    }
    // What is named is known to the inference, which leaves it alone.
    if spec.infer_references {
        for (table, reference) in catalog.infer_references(&with) {
            with[table].foreign_keys.push(reference);
        }
    }
    (Arc::new(with), errors)
}

/// A reference of the spec; `None` if the schema has it already.
fn named(
    schema: &Schema,
    table: TableId,
    wish: &ReferenceSpec,
) -> Result<Option<ForeignKey>, ReferenceWishFault> {
    let (parent, parent_columns) = target(schema, &wish.to)?;
    if wish.columns.len() != parent_columns.len() || parent_columns.is_empty() {
        let (own, theirs) = (wish.columns.len(), parent_columns.len());
        return Err(ReferenceWishFault::Width { own, theirs });
    }
    let columns = columns_named(schema, table, &wish.columns)?;
    for (own, theirs) in columns.iter().zip(&parent_columns) {
        let (own, theirs) = (&schema[table][*own], &schema[parent][*theirs]);
        if !alike(schema.base_type(&own.ty), schema.base_type(&theirs.ty)) {
            return Err(ReferenceWishFault::Types {
                column: own.name.clone(),
                child: own.declared_type.clone(),
                parent: theirs.declared_type.clone(),
            });
        }
    }
    let reference = ForeignKey {
        origin: ReferenceOrigin::Named,
        span: schema[table][columns[0]].span,
        ..ForeignKey::new(&columns, parent, &parent_columns)
    };
    match schema[table].foreign_keys.iter().find(|fk| fk.columns == reference.columns) {
        None => Ok(Some(reference)),
        Some(fk) if fk.parent == parent && fk.parent_columns == reference.parent_columns => Ok(None),
        Some(fk) => Err(ReferenceWishFault::Declared { parent: schema[fk.parent].name.to_string() }),
    }
}

/// `customers(id)`, or `customers` for its primary key.
fn target(schema: &Schema, to: &str) -> Result<(TableId, Vec<ColumnIdx>), ReferenceWishFault> {
    let (name, columns) = match to.split_once('(') {
        Some((name, columns)) => {
            let columns = columns.trim_end().strip_suffix(')');
            (name.trim(), Some(columns.ok_or(ReferenceWishFault::Unclosed)?))
        }
        None => (to.trim(), None),
    };
    let parent = find_table(schema, name).map_err(unknown)?;
    let columns = match columns {
        Some(columns) => {
            let names: Vec<String> = columns.split(',').map(|c| c.trim().to_owned()).collect();
            columns_named(schema, parent, &names)?
        }
        None => {
            let key = schema[parent].primary_key.as_ref();
            key.map(|k| k.columns.clone())
                .ok_or_else(|| ReferenceWishFault::NoPrimaryKey { table: name.to_owned() })?
        }
    };
    Ok((parent, columns))
}

/// The columns of a table that names mean.
fn columns_named(
    schema: &Schema,
    table: TableId,
    names: &[String],
) -> Result<Vec<ColumnIdx>, ReferenceWishFault> {
    names.iter().map(|name| find_column(schema, table, name).map_err(unknown)).collect()
}

/// A name that means nothing, as a fault of the reference.
fn unknown(error: PlanError) -> ReferenceWishFault {
    ReferenceWishFault::Name(Box::new(error))
}

/// Whether values of one type can be values of the other.
pub(super) fn alike(child: &SqlType, parent: &SqlType) -> bool {
    let whole = |ty: &SqlType| {
        matches!(ty, SqlType::Integer { .. }) || matches!(ty, SqlType::Decimal { scale: None | Some(0), .. })
    };
    (whole(child) && whole(parent))
        || (child.is_text() && parent.is_text())
        || std::mem::discriminant(child) == std::mem::discriminant(parent)
        || *child == SqlType::Any
}
