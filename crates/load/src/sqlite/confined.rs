//! What statements of a schema may do: make things in their own database, and nothing outside of it.
//!
//! A schema's text is data. Whoever wrote it may have thought of another file (`ATTACH`, `VACUUM INTO`) or of no end.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use seedbed_datagen_core::CancelToken;
use std::time::{Duration, Instant};

/// Settings that belong to the database, or that dumps make for themselves. Others are passed over: they are about the
/// session of who wrote the script.
const SETTINGS: &[&str] = &[
    "application_id",
    "auto_vacuum",
    "case_sensitive_like",
    "defer_foreign_keys",
    "encoding",
    "foreign_keys",
    "legacy_alter_table",
    "page_size",
    "recursive_triggers",
    "user_version",
];

/// How long the statements of a schema may take together.
const TIME: Duration = Duration::from_secs(60);

/// Instructions of SQLite's machine between two looks at the clock.
const INSTRUCTIONS: i32 = 10_000;

/// Runs statements of a schema in a connection that can do nothing else meanwhile, until `cancel` is canceled or the time is
/// over.
pub(super) fn confined<T>(
    connection: &Connection,
    cancel: &CancelToken,
    run: impl FnOnce() -> T,
) -> rusqlite::Result<T> {
    let (cancel, until) = (cancel.clone(), Instant::now() + TIME);
    connection
        .progress_handler(INSTRUCTIONS, Some(move || cancel.is_canceled() || Instant::now() >= until))?;
    connection.authorizer(Some(authorized))?;
    let ran = run();
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    Ok(ran)
}

fn authorized(context: AuthContext<'_>) -> Authorization {
    match context.action {
        // An empty name is a temporary database, as VACUUM makes one.
        AuthAction::Attach { filename: "" } => Authorization::Allow,
        // A name that is computed, such as `'a' || 'b'`, is not told: the action comes without it.
        AuthAction::Attach { .. } | AuthAction::Unknown { .. } => Authorization::Deny,
        AuthAction::Pragma { pragma_name, .. } => {
            match SETTINGS.iter().any(|name| name.eq_ignore_ascii_case(pragma_name)) {
                true => Authorization::Allow,
                false => Authorization::Ignore,
            }
        }
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}
