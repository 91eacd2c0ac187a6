//! New numbers for the user's types that are left.
//!
//! They are put into every type that the schema names: of columns, domains, attributes, arguments, results, and of the
//! casts in expressions. Where no type was dropped, nothing is walked.

use seedbed_schema_model::{CompositeTypeId, DomainId, EnumTypeId, KeyTerm, Schema, SqlType};

/// New numbers of the user's types, by their old ones; `None` for what was dropped.
pub(super) struct TypeMaps {
    /// New numbers of the enums; `None` for dropped ones.
    pub(super) enums: Vec<Option<u32>>,
    /// New numbers of the domains.
    pub(super) domains: Vec<Option<u32>>,
    /// New numbers of the composite types.
    pub(super) composites: Vec<Option<u32>>,
}

impl TypeMaps {
    /// Gives a type its new number, also inside an array or range; a dropped one becomes unknown.
    fn change(&self, ty: &mut SqlType) {
        let place = |map: &[Option<u32>], id: u32| map.get(id as usize).copied().flatten();
        let gone = || SqlType::Unknown { name: "dropped type".to_owned() };
        match ty {
            SqlType::Array { element } | SqlType::Range { element, .. } => self.change(element),
            SqlType::Enum(id) => {
                *ty = place(&self.enums, id.0).map_or_else(gone, |i| SqlType::Enum(EnumTypeId(i)))
            }
            SqlType::Domain(id) => {
                *ty = place(&self.domains, id.0).map_or_else(gone, |i| SqlType::Domain(DomainId(i)))
            }
            SqlType::Composite(id) => {
                *ty = place(&self.composites, id.0)
                    .map_or_else(gone, |i| SqlType::Composite(CompositeTypeId(i)));
            }
            _ => {}
        }
    }

    /// Whether nothing was dropped.
    fn is_identity(&self) -> bool {
        [&self.enums, &self.domains, &self.composites].iter().all(|map| map.iter().all(Option::is_some))
    }

    /// Changes every type that the schema names.
    pub(super) fn apply(&self, schema: &mut Schema) {
        if self.is_identity() {
            return;
        }
        let change = |ty: &mut SqlType| self.change(ty);
        for domain in &mut schema.domains {
            change(&mut domain.base);
            domain.checks.iter_mut().for_each(|c| c.expr.change_types(&change));
        }
        for composite in &mut schema.composites {
            composite.attributes.iter_mut().for_each(|(_, ty)| change(ty));
        }
        for function in &mut schema.functions {
            function.returns.iter_mut().for_each(change);
            function.arguments.iter_mut().filter_map(|a| a.ty.as_mut()).for_each(change);
            function.expr.iter_mut().for_each(|e| e.change_types(&change));
        }
        for table in &mut schema.tables {
            for column in &mut table.columns {
                change(&mut column.ty);
                if let Some(default) = &mut column.default {
                    default.expr.change_types(&change);
                }
                if let Some(generated) = &mut column.generated {
                    generated.expr.change_types(&change);
                }
            }
            table.checks.iter_mut().for_each(|c| c.expr.change_types(&change));
            let guards = table.triggers.iter_mut().flat_map(|t| &mut t.guards);
            guards.for_each(|guard| guard.condition.change_types(&change));
            for unique in &mut table.uniques {
                unique.predicate.iter_mut().for_each(|p| p.change_types(&change));
                for part in &mut unique.parts {
                    if let KeyTerm::Expr(e) = &mut part.term {
                        e.change_types(&change);
                    }
                }
            }
        }
    }
}
