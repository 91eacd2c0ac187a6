//! Ctrl-C, and the system's request to end.

use crate::exit::INTERRUPTED;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static WATCH: Once = Once::new();

/// From now on a request to end is only noted, so that the run can end tidily; a second one ends the process where it
/// is. Before, and where signals can't be watched, the first one does.
pub(crate) fn watch() {
    WATCH.call_once(|| {
        // Without a handler the run ends at once and leaves files behind that the next run clears away.
        let _ = ctrlc::set_handler(|| {
            if REQUESTED.swap(true, Ordering::SeqCst) {
                end();
            }
        });
    });
}

/// Whether somebody wants the run to end.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

#[expect(clippy::exit, reason = "the user has asked twice: nothing may be waited for")]
fn end() {
    std::process::exit(INTERRUPTED.into());
}
