//! A connection to a server on a thread of its own, so that whoever waits for an answer can stop waiting.
//!
//! The client libraries block in the middle of a message. A caller that is told to stop therefore asks the server to end
//! the statement, by another connection, and when nothing comes of that either, leaves the thread to itself: it ends with
//! its connection when the server answers or the process ends, and a transaction that is open then is rolled back.

use crate::{LoadError, Obstacle, ShownTarget};
use seedbed_datagen_core::CancelToken;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two looks at the token, while nothing comes.
pub(crate) const LOOK: Duration = Duration::from_millis(20);
/// How long a server has to answer once the caller was told to stop.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// Time between two requests to end a statement: one that comes before the statement is lost.
const ONCE_MORE: Duration = Duration::from_millis(150);

/// Asks the server, by another connection, to end the statement at hand.
pub(crate) type Interrupt = Arc<dyn Fn() + Send + Sync>;

type Work<C> = Box<dyn FnOnce(&mut C) + Send>;

/// Why nothing is known of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The caller was told to stop.
    #[error("canceled")]
    Canceled,
    /// The time is over.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TooLate(Duration),
}

/// The error of a server that does not answer who connects.
pub(crate) fn silent(why: Unanswered, target: &ShownTarget) -> LoadError {
    match why {
        Unanswered::Canceled => LoadError::Canceled,
        too_late @ Unanswered::TooLate(_) => LoadError::Connect {
            target: target.clone(),
            obstacle: Obstacle::Unreachable,
            source: too_late.into(),
        },
    }
}

/// A connection that works on a thread of its own. Dropped, it waits a moment for its connection to close.
pub(crate) struct Remote<C> {
    work: Option<Sender<Work<C>>>,
    /// Nothing is ever sent: it is closed when the thread is over.
    ended: Receiver<()>,
    cancel: CancelToken,
    interrupt: Interrupt,
    /// One for each request to end a statement that is under way, and one of ours.
    interrupting: Arc<()>,
    /// Why the connection is of no use any more.
    lost: Option<Unanswered>,
}

impl<C: 'static> Remote<C> {
    /// Connects, with all that a client does before it can be asked for something, in so much time.
    pub(crate) fn open<E: Send + 'static>(
        cancel: &CancelToken,
        limit: Duration,
        connect: impl FnOnce() -> Result<(C, Interrupt), E> + Send + 'static,
    ) -> Result<Result<Self, E>, Unanswered> {
        let (work, works) = channel::<Work<C>>();
        let (opened, opening) = channel();
        let (end, ended) = channel::<()>();
        thread::spawn(move || {
            // Dropped last, behind the connection.
            let _end = end;
            match catch_unwind(AssertUnwindSafe(connect)) {
                Ok(Ok((mut connection, interrupt))) => {
                    if opened.send(Ok(Ok(interrupt))).is_ok() {
                        works.into_iter().for_each(|work| work(&mut connection));
                    }
                }
                Ok(Err(error)) => drop(opened.send(Ok(Err(error)))),
                Err(panic) => drop(opened.send(Err(panic))),
            }
        });
        let opened = wait(&opening, cancel, Some(limit), |_| Duration::ZERO)?;
        Ok(opened.unwrap_or_else(|panic| resume_unwind(panic)).map(|interrupt| Self {
            work: Some(work),
            ended,
            cancel: cancel.clone(),
            interrupt,
            interrupting: Arc::new(()),
            lost: None,
        }))
    }

    /// Has the connection do something and waits for its answer. Nothing is begun once the caller was told to stop.
    pub(crate) fn call<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut C) -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        if self.cancel.is_canceled() {
            return Err(self.lost.unwrap_or(Unanswered::Canceled));
        }
        let pending = self.start(work)?;
        self.answer(pending, None)
    }

    /// Has the connection do something, and goes on.
    pub(crate) fn start<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut C) -> T + Send + 'static,
    ) -> Result<Pending<T>, Unanswered> {
        if let Some(why) = self.lost {
            return Err(why);
        }
        let (answer, answers) = channel();
        let work = Box::new(move |connection: &mut C| {
            drop(answer.send(catch_unwind(AssertUnwindSafe(|| work(connection)))));
        });
        if let Some(works) = &self.work {
            drop(works.send(work));
        }
        Ok(Pending(answers))
    }

    /// Waits for what was begun. Told to stop, it has the server end the statement, and takes the answer if one comes soon.
    pub(crate) fn answer<T>(
        &mut self,
        pending: Pending<T>,
        limit: Option<Duration>,
    ) -> Result<T, Unanswered> {
        let (interrupt, interrupting) = (&self.interrupt, &self.interrupting);
        let ask_to_end = |first: bool| {
            let (interrupt, running) = (Arc::clone(interrupt), Arc::clone(interrupting));
            thread::spawn(move || {
                interrupt();
                drop(running);
            });
            if first { GRACE } else { ONCE_MORE }
        };
        let answer = wait(&pending.0, &self.cancel, limit, ask_to_end);
        answer.map_err(|why| *self.lost.insert(why)).map(|a| a.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    /// From now on another token, or none, ends what the connection is asked for. Requests to end a statement that are
    /// still under way are waited for, as they would end another one.
    pub(crate) fn heed(&mut self, cancel: CancelToken) {
        let until = Instant::now() + GRACE;
        while self.lost.is_none() && Arc::strong_count(&self.interrupting) > 1 && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        self.cancel = cancel;
    }

    /// The token that ends what the connection is asked for.
    pub(crate) fn token(&self) -> &CancelToken {
        &self.cancel
    }
}

/// What a connection was asked for.
pub(crate) struct Pending<T>(Receiver<thread::Result<T>>);

/// Waits for an answer, for so long at most. When the token is canceled `on_cancel` is told, which says how long to wait
/// then, and afterwards that often while nothing comes.
fn wait<T>(
    answers: &Receiver<T>,
    cancel: &CancelToken,
    limit: Option<Duration>,
    on_cancel: impl Fn(bool) -> Duration,
) -> Result<T, Unanswered> {
    let begun = Instant::now();
    let mut canceled: Option<(Instant, Instant)> = None;
    loop {
        match answers.recv_timeout(LOOK) {
            Ok(answer) => return Ok(answer),
            // The thread is over, and its connection with it.
            Err(RecvTimeoutError::Disconnected) => return Err(Unanswered::Canceled),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = Instant::now();
        match &mut canceled {
            Some((until, _)) if now >= *until => return Err(Unanswered::Canceled),
            Some((_, again)) if now >= *again => *again = now + on_cancel(false),
            Some(_) => {}
            None if cancel.is_canceled() => canceled = Some((now + on_cancel(true), now + ONCE_MORE)),
            None => {}
        }
        if let Some(limit) = limit.filter(|limit| begun.elapsed() >= *limit) {
            return Err(Unanswered::TooLate(limit));
        }
    }
}

impl<C> Drop for Remote<C> {
    fn drop(&mut self) {
        self.work = None;
        if self.lost.is_none() {
            // Whoever looks at the database now finds it as it is.
            let _ = self.ended.recv_timeout(GRACE);
        }
    }
}

impl<C> fmt::Debug for Remote<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("lost", &self.lost).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A connection that counts, and whose statements end when somebody asks.
    fn counter(cancel: &CancelToken, asked: &Arc<AtomicU32>) -> Remote<u32> {
        let asked = Arc::clone(asked);
        let interrupt: Interrupt = Arc::new(move || {
            asked.fetch_add(1, Ordering::SeqCst);
        });
        let opened = Remote::open(cancel, GRACE, move || Ok::<_, ()>((0, interrupt)));
        opened.expect("in time").expect("it opens")
    }

    fn canceled_soon() -> CancelToken {
        let until = Instant::now() + Duration::from_millis(50);
        CancelToken::new().or_when(move || Instant::now() >= until)
    }

    #[test]
    fn answers_come_back_in_order() {
        let mut remote = counter(&CancelToken::new(), &Arc::default());
        let count = |n: &mut u32| {
            *n += 1;
            *n
        };
        assert_eq!([remote.call(count), remote.call(count)], [Ok(1), Ok(2)]);
    }

    #[test]
    fn a_statement_that_ends_when_asked_is_answered() {
        let asked = Arc::<AtomicU32>::default();
        let mut remote = counter(&canceled_soon(), &asked);
        let seen = Arc::clone(&asked);
        let answer = remote.call(move |_| {
            while seen.load(Ordering::SeqCst) < 2 {
                thread::sleep(Duration::from_millis(1));
            }
            "ended"
        });
        assert_eq!(answer, Ok("ended"), "it was asked twice, as a first request may come too early");
        assert_eq!(remote.call(|_| ()), Err(Unanswered::Canceled), "nothing is begun any more");
        remote.heed(CancelToken::new());
        assert_eq!(remote.call(|n| *n), Ok(0), "but for what clears up");
    }

    #[test]
    fn nobody_waits_for_a_silent_server() {
        let silent = Duration::from_secs(60);
        let mut remote = counter(&canceled_soon(), &Arc::default());
        let begun = Instant::now();
        assert_eq!(remote.call(move |_| thread::sleep(silent)), Err(Unanswered::Canceled));
        remote.heed(CancelToken::new());
        assert_eq!(remote.call(|n| *n), Err(Unanswered::Canceled), "the connection is lost");
        drop(remote);
        let connect = move || {
            thread::sleep(silent);
            Err::<(u32, Interrupt), ()>(())
        };
        let opened = Remote::open(&canceled_soon(), silent, connect);
        assert_eq!(opened.expect_err("told to stop"), Unanswered::Canceled);
        let limit = Duration::from_millis(30);
        let opened = Remote::open(&CancelToken::new(), limit, connect);
        assert_eq!(opened.expect_err("too late"), Unanswered::TooLate(limit));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_panic_comes_back() {
        let mut remote = counter(&CancelToken::new(), &Arc::default());
        let told = catch_unwind(AssertUnwindSafe(|| remote.call(|_| panic!("a defect"))));
        assert!(told.is_err());
    }
}
