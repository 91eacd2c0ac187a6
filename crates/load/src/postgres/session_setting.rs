//! Session settings that defaults read, made for this transaction alone.

use super::PostgresSession;
use super::refusal;
use crate::operation::Operation;
use crate::session::Loading;
use crate::{LoadError, LoadNote};
use seedbed_load_plan::session_settings;

/// Makes the settings that defaults read and the session lacks.
pub(super) fn make(session: &mut PostgresSession, load: Loading<'_>) -> Result<(), LoadError> {
    // A setting of an earlier transaction of this session reads as the empty string, not as NULL.
    for (setting, value) in session_settings(load.plan, &load.load.settings) {
        let sql = "SELECT set_config($1, $2, true) WHERE coalesce(current_setting($1, true), '') = ''";
        let made = session.client.execute(sql, &[&setting, &value]);
        made.map_err(refusal::lost(Operation::MakeSettings))?;
        session.notes.add(LoadNote::SettingMade { setting, value });
    }
    Ok(())
}
