//! Why nobody is asked any more, or not for a while.

use crate::error::GeminiError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The last refusal that every other call would meet as well, shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Stopped(Mutex<Option<Stop>>);

#[derive(Debug)]
struct Stop {
    error: GeminiError,
    /// Until when it holds: for good where there is none.
    until: Option<Instant>,
}

impl Stopped {
    /// The refusal, if it holds yet.
    pub(crate) fn error(&self, now: Instant) -> Option<GeminiError> {
        let mut stop = self.stop();
        stop.take_if(|stop| stop.until.is_some_and(|until| until <= now));
        stop.as_ref().map(|stop| stop.error.clone())
    }

    /// Takes note of an error, if other calls would meet it too. One that may pass holds for a while only.
    pub(crate) fn note(&self, error: &GeminiError, now: Instant, a_while: Duration) {
        let Some(is_for_good) = error.stops_all() else { return };
        let mut stop = self.stop();
        if is_for_good {
            *stop = Some(Stop { error: error.clone(), until: None });
        } else if stop.as_ref().is_none_or(|stop| stop.until.is_some()) {
            *stop = now.checked_add(a_while).map(|until| Stop { error: error.clone(), until: Some(until) });
        }
    }

    fn stop(&self) -> MutexGuard<'_, Option<Stop>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_holds_for_a_while_and_the_rest_for_good() {
        let stopped = Stopped::default();
        let (now, a_while) = (Instant::now(), Duration::from_secs(300));
        stopped.note(&GeminiError::Recitation, now, a_while);
        assert_eq!(stopped.error(now), None, "another question may have another end");
        let passing = GeminiError::KeyRefused { message: "no billing".to_owned(), is_for_good: false };
        stopped.note(&passing, now, a_while);
        assert_eq!(stopped.error(now + Duration::from_secs(299)), Some(passing.clone()));
        assert_eq!(stopped.error(now + a_while), None);
        let lasting = GeminiError::KeyRefused { message: "leaked".to_owned(), is_for_good: true };
        stopped.note(&lasting, now, a_while);
        stopped.note(&passing, now, a_while);
        assert_eq!(stopped.error(now + 1_000 * a_while), Some(lasting), "the one that holds longer");
    }
}
