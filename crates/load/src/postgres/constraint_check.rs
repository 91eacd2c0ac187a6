//! Deferred checks that fail at the end, hunted down to the table whose rows they refuse.
//!
//! At the end of a transaction a deferred check can't tell which table's rows it is about: a trigger's exception names
//! none, and a foreign key may be broken by rows that a trigger has copied from another table. In the next pass the
//! constraint is checked by every statement, so that the refusal comes with the rows.

use super::{PostgresSession, quoted, refusal};
use crate::LoadError;
use postgres::Error;
use seedbed_datagen_core::Plan;
use seedbed_schema_model::{CycleBreak, QualifiedName};

/// Deferrable constraints and constraint triggers, with the functions of the latter.
const DEFERRABLE: &str = "
    SELECT n.nspname::text, c.conname::text, c.contype::text, p.proname::text
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    LEFT JOIN pg_trigger t ON t.tgconstraint = c.oid AND c.contype = 't'
    LEFT JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.condeferrable AND c.conparentid = 0 ORDER BY 1, 2";

/// Has every statement from now on check the constraints that were hunted for.
pub(super) fn check_at_once(session: &mut PostgresSession) -> Result<(), LoadError> {
    if session.eager.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = session.eager.iter().map(quoted).collect();
    session
        .execute("checking constraints at once", &format!("SET CONSTRAINTS {} IMMEDIATE", names.join(", ")))
}

/// Looks for the constraints that may have failed at the end. Returns whether there are any that could be checked at
/// once in another pass.
pub(super) fn hunt(session: &mut PostgresSession, plan: &Plan, error: &Error) -> Result<bool, LoadError> {
    let Some(db) = error.as_db_error() else { return Ok(false) };
    let failed = LoadError::server("reading the catalog");
    let rows = session.client.query(DEFERRABLE, &[]).map_err(failed)?;
    let function = refusal::function(db);
    let before = session.eager.len();
    for row in rows {
        let (schema, name, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let of_trigger: Option<String> = row.get(3);
        let is_meant = match (db.constraint(), &function) {
            (Some(constraint), _) => constraint == name,
            (None, Some(function)) => of_trigger.as_ref() == Some(function),
            (None, None) => kind == "t",
        };
        if is_meant && !has_to_wait(plan, &name) {
            session.eager.insert(QualifiedName::new(Some(&schema), &name));
        }
    }
    Ok(session.eager.len() > before)
}

/// Whether the load order counts on a constraint of this name being checked at the end.
fn has_to_wait(plan: &Plan, name: &str) -> bool {
    let broken = plan.load_order().broken.iter().filter(|b| b.how == CycleBreak::Defer);
    broken
        .filter_map(|b| {
            let owner = &plan.schema()[b.foreign_key.table];
            owner.foreign_keys.get(usize::from(b.foreign_key.index))
        })
        .any(|fk| fk.name.as_deref().is_none_or(|n| n == name))
}
