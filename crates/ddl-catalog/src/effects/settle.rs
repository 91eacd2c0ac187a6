//! What triggers do to other tables, once all tables and functions are known.
//!
//! Fills in `Trigger::feeds`, `Trigger::thins`, `Trigger::copies` and `Trigger::seeks_user_in`, which the planner
//! takes its expectations from.

use super::meant::{distinct, meant};
use super::reached::{effects_of_trigger, fed_tables};
use super::{insertion, user};
use crate::catalog::SystemCatalog;
use seedbed_schema_model::TableId;

/// Fills in what the triggers of every table do to others, now that all tables and functions are known. Before that, a
/// trigger's lists are empty.
pub fn settle_triggers(catalog: &mut SystemCatalog) {
    for at in 0..catalog.drafts.len() {
        let table = TableId(at as u32);
        for i in 0..catalog.schema[table].triggers.len() {
            let (direct, all) = effects_of_trigger(catalog, table, i);
            let feeds = fed_tables(catalog, Some(table), &all);
            let deletes = all.iter().flat_map(|effects| &effects.deletes);
            let thins = distinct(deletes.filter_map(|name| meant(catalog, Some(table), name)));
            let inserts = direct.iter().flat_map(|effects| &effects.inserts);
            let copied =
                |insert| insertion::copied(catalog, table, &catalog.schema[table].triggers[i], insert);
            let copies = inserts.filter_map(copied).collect();
            let seeks_user_in = user::columns(catalog, table, &all);
            let trigger = &mut catalog.schema[table].triggers[i];
            (trigger.feeds, trigger.thins) = (feeds, thins);
            (trigger.copies, trigger.seeks_user_in) = (copies, seeks_user_in);
        }
    }
}
