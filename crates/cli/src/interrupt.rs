//! Ctrl-C, and the system's request to end.

use crate::exit::INTERRUPTED;
use seedbed::datagen::CancelToken;

/// From now on a request to end only cancels the token, so that the job can end tidily; a second one ends the process
/// where it is. Before, and where signals can't be watched, the first one does. To be called once.
pub(crate) fn watch() -> CancelToken {
    let token = CancelToken::new();
    let requested = token.clone();
    // Without a handler the run ends at once and leaves files behind that the next run clears away.
    let _ = ctrlc::set_handler(move || {
        if requested.is_canceled() {
            end();
        }
        requested.cancel();
    });
    token
}

#[expect(clippy::exit, reason = "the user has asked twice: nothing may be waited for")]
fn end() {
    std::process::exit(INTERRUPTED.into());
}
