//! Names, addresses and the like in another language.

use super::columns::repair_of;
use super::{Stopped, key_of, named};
use crate::EditFault;
use crate::change::{Change, Chosen, How};
use crate::donor::{plan_with, wish_for};
use crate::edited_rows::EditOptions;
use crate::fresh::Fresh;
use crate::layer::Layer;
use crate::stack::Stack;
use seedbed_datagen_core::Spec;
use seedbed_edit::{Edit, SetLocale};
use seedbed_providers::is_localized;
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, TableId};
use std::sync::Arc;

/// Gives the columns whose values depend on a locale those of another, all of a row from one plan, so that they go together. Rows
/// that are NULL stay so.
pub(crate) fn locale(
    stack: &Stack<'_>,
    edit: &Edit,
    locale: &SetLocale,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let tables = match &locale.table {
        Some(name) => vec![named(stack, name)?],
        None => stack.tables(),
    };
    let spec = Spec { locale: Some(locale.locale.clone()), ..stack.planned.spec().clone() };
    let mut layer = Layer::default();
    for table in tables {
        let rows = stack.count(stack.layers.len(), table);
        if rows == 0 {
            continue;
        }
        let planned = |columns: &[ColumnIdx]| {
            let plan = plan_with(stack.read(), &spec, table, &options.cancel, |wishes| {
                wishes.rows = Some(rows);
                for column in columns.iter().filter(|c| stack.schema()[table][**c].nullable) {
                    wish_for(wishes, stack.read(), table, *column).null_rate = Some(0.0);
                }
            });
            plan.map_err(|errors| EditFault::of_plan(&errors))
        };
        let columns = localized_columns(stack, table, &planned(&[])?);
        if columns.is_empty() {
            continue;
        }
        let plan = Arc::new(planned(&columns)?);
        let made = plan.table(table).map_or(0, |planned| planned.rows).max(1);
        let repair = repair_of(stack, table, &columns, &[], options);
        let of_table = layer.tables.entry(table).or_default();
        for column in columns {
            let fresh = Fresh {
                plan: Arc::clone(&plan),
                table,
                column,
                rows: made,
                distinct_from: Some(rows),
                key: key_of(stack, edit, table, "locale"),
                keeps_nulls: true,
            };
            of_table.changes.push(Change::new(vec![column], Chosen::All, How::Fresh(fresh)));
        }
        of_table.repair = Some(repair);
    }
    Ok(layer)
}

/// The columns whose values in the plan depend on its locale.
fn localized_columns(stack: &Stack<'_>, table: TableId, plan: &Plan) -> Vec<ColumnIdx> {
    let model = &stack.schema()[table];
    let name = model.name.to_string();
    let explained = plan.explain();
    let of_table = explained.tables.iter().find(|told| told.table == name);
    let is_of_locale = |column: &str| {
        of_table.is_some_and(|told| {
            told.columns.iter().any(|told| told.column == column && is_localized(&told.provider))
        })
    };
    model.columns_indexed().filter(|(_, column)| is_of_locale(&column.name)).map(|(index, _)| index).collect()
}
