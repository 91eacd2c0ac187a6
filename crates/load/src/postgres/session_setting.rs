//! Session settings that defaults read, made for this transaction alone.

use super::PostgresSession;
use crate::LoadError;
use seedbed_datagen_core::Plan;
use seedbed_export::session_settings;

/// Makes the settings that defaults read and the session lacks.
pub(super) fn make(session: &mut PostgresSession, plan: &Plan) -> Result<(), LoadError> {
    let doing = "making the session settings that defaults read";
    // A setting of an earlier transaction of this session reads as the empty string, not as NULL.
    for (setting, value) in session_settings(plan) {
        let sql = "SELECT set_config($1, $2, true) WHERE coalesce(current_setting($1, true), '') = ''";
        session.client.execute(sql, &[&setting, &value]).map_err(LoadError::server(doing))?;
        session
            .notes
            .push(format!("`{setting}`, which defaults read, is `{value}` while loading unless set"));
    }
    Ok(())
}
