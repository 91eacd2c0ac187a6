//! Constraints that are checked at the end, or at once.
//!
//! At the end of a transaction a deferred check can't tell which table's rows it is about: a trigger's exception names
//! none, and a foreign key may be broken by rows that a trigger has copied from another table. When one fails there, the
//! constraint is checked by every statement of the next pass, so that the refusal comes with the rows.

use super::client::PostgresError;
use super::{PostgresSession, quoted, refusal};
use crate::LoadError;
use crate::operation::Operation;
use crate::session::Loading;
use seedbed_schema_model::QualifiedName;

/// Puts off the checks of references whose parents come later. Constraints without a name in the schema can only be put
/// off with all others.
pub(super) fn defer(session: &mut PostgresSession, load: Loading<'_>) -> Result<(), LoadError> {
    let deferred = load.load.deferred_checks(load.schema()).filter(|(table, _)| table.rows > 0);
    let deferred: Vec<Option<String>> = deferred
        .map(|(table, reference)| {
            let owner = &load.schema()[table.table].name;
            Some(quoted(&QualifiedName::new(owner.schema.as_deref(), reference.name.as_deref()?)))
        })
        .collect();
    if deferred.is_empty() {
        return Ok(());
    }
    let names: Option<Vec<String>> = deferred.into_iter().collect();
    let sql = names.map_or_else(|| "ALL".to_owned(), |n| n.join(", "));
    let sql = format!("SET CONSTRAINTS {sql} DEFERRED");
    // Names in the schema may differ from the target's; all of them is always right.
    session.execute(&Operation::DeferReferences, "SAVEPOINT seedbed_defer")?;
    if session.client.batch_execute(&sql).is_err() {
        let all = "ROLLBACK TO SAVEPOINT seedbed_defer; SET CONSTRAINTS ALL DEFERRED";
        session.execute(&Operation::DeferReferences, all)?;
    }
    session.execute(&Operation::DeferReferences, "RELEASE SAVEPOINT seedbed_defer")
}

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
    let sql = format!("SET CONSTRAINTS {} IMMEDIATE", names.join(", "));
    session.execute(&Operation::CheckAtOnce, &sql)
}

/// Looks for the constraints that may have failed at the end. Returns whether there are any that could be checked at
/// once in another pass.
pub(super) fn hunt(
    session: &mut PostgresSession,
    load: Loading<'_>,
    error: &PostgresError,
) -> Result<bool, LoadError> {
    let Some(db) = error.as_db_error() else { return Ok(false) };
    let failed = refusal::lost(Operation::ReadCatalog);
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
        if is_meant && !has_to_wait(load, &name) {
            session.eager.insert(QualifiedName::new(Some(&schema), &name));
        }
    }
    Ok(session.eager.len() > before)
}

/// Whether the load order counts on a constraint of this name being checked at the end.
fn has_to_wait(load: Loading<'_>, name: &str) -> bool {
    let mut deferred = load.load.deferred_checks(load.schema());
    deferred.any(|(_, reference)| reference.name.as_deref().is_none_or(|n| n == name))
}
