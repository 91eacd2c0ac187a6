//! Processes that answer queries, ready before they are asked.

use super::answer::{QueryAnswer, QueryRequest};
use super::error::QueryError;
use super::worker::Question;
use super::worker_process::WorkerProcess;
use seedbed_datagen_core::CancelToken;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What starts a process that calls [`serve_queries`](super::serve_queries): an executable with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// What queries may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    /// How long one may take; a request may ask for less.
    pub time: Duration,
    /// How long one may wait for others to end.
    pub wait: Duration,
    /// Bytes of memory for each process. One that does nothing has 2 MiB.
    pub memory: u64,
    /// How many are answered at a time: so many processes are kept.
    pub concurrent: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), wait: Duration::from_secs(10), memory: 256 << 20, concurrent: 2 }
    }
}

/// Queries that a process answers before it makes room for another, which has no memory in pieces.
const QUERIES: u32 = 1000;

/// For how long it may have computed by then.
const COMPUTED: Duration = Duration::from_secs(60);

/// After a process could not be started, until it is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Time between two looks at a token.
const TICK: Duration = Duration::from_millis(20);

/// Answers queries of row files in processes of their own, from any thread: under limits of the operating system on their
/// memory and on what they may touch, which Windows has not, and killed when their time is over, wherever SQLite is then.
/// A query costs little more there than here, since the process is there already; one that takes too long, or is
/// canceled, costs a process, and another is started meanwhile. All of them end when the pool is dropped, and when this
/// process ends.
#[derive(Debug)]
pub struct QueryPool {
    shared: Arc<Shared>,
    /// Starts processes, until the pool is dropped.
    starter: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    command: WorkerCommand,
    limits: QueryLimits,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<WorkerProcess>,
    busy: usize,
    /// Why the last process could not be started.
    start_failed: Option<String>,
    closing: bool,
}

impl QueryPool {
    /// Starts the processes, and waits for none of them.
    ///
    /// # Errors
    /// [`QueryError::Worker`] when there can't be a thread that starts them.
    pub fn new(command: WorkerCommand, limits: QueryLimits) -> Result<Self, QueryError> {
        let limits = QueryLimits { concurrent: limits.concurrent.max(1), ..limits };
        let shared = Arc::new(Shared { command, limits, state: Mutex::default(), changed: Condvar::new() });
        let starting = Arc::clone(&shared);
        let starter = thread::Builder::new().name("query starter".to_owned());
        let starter = starter.spawn(move || starting.start_workers());
        let starter = starter.map_err(|error| QueryError::Worker { message: error.to_string() })?;
        Ok(Self { shared, starter: Some(starter) })
    }

    /// Answers a query of the row file at `path`. Blocks for the times of the limits at most.
    ///
    /// # Errors
    /// Those of [`run_query`](super::run_query); [`QueryError::MemoryLimit`] when the process ran out of memory,
    /// [`QueryError::Busy`] when others took all the time, [`QueryError::Worker`] when no process can be started.
    pub fn query(
        &self,
        path: &Path,
        request: &QueryRequest,
        cancel: &CancelToken,
    ) -> Result<QueryAnswer, QueryError> {
        let limits = &self.shared.limits;
        let request = QueryRequest { time: request.time.min(limits.time), ..request.clone() };
        let time = request.time;
        let mut worker = self.shared.take(cancel)?;
        let asked = worker.ask(Question { path: path.to_owned(), request }, cancel);
        let (worker, answer) = match asked {
            Ok(reply) => (Some(worker), reply.answer),
            Err(no_answer) => {
                // Nobody has its place before it is gone.
                drop(worker);
                (None, Err(no_answer.into_error(time, limits.memory)))
            }
        };
        // SQLite had no memory and said so: what it had is in pieces.
        let worker = worker.filter(|worker| {
            let exhausted = matches!(answer, Err(QueryError::MemoryLimit { .. }));
            !exhausted && worker.answered < QUERIES && worker.computed < COMPUTED
        });
        self.shared.give_back(worker);
        match answer {
            Err(QueryError::MemoryLimit { .. }) => {
                Err(QueryError::MemoryLimit { mebibytes: limits.memory >> 20 })
            }
            answer => answer,
        }
    }
}

impl Drop for QueryPool {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.changed.notify_all();
        if let Some(starter) = self.starter.take() {
            // A panic of it has nothing left to break.
            let _ = starter.join();
        }
        self.shared.lock().idle.clear();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to change, or for some time.
    fn wait<'s>(&self, state: MutexGuard<'s, State>, time: Duration) -> MutexGuard<'s, State> {
        self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Keeps as many processes as may be busy at a time, until the pool closes.
    fn start_workers(&self) {
        let mut state = self.lock();
        while !state.closing {
            if state.idle.len() + state.busy >= self.limits.concurrent {
                state = self.wait(state, Duration::from_secs(60));
                continue;
            }
            drop(state);
            let mut command = Command::new(&self.command.program);
            command.args(&self.command.arguments);
            // What keys and passwords there are in the environment are not for whoever breaks into it.
            #[cfg(unix)]
            command.env_clear();
            let started = WorkerProcess::start(&mut command, self.limits.memory);
            state = self.lock();
            match started {
                Ok(worker) => {
                    state.start_failed = None;
                    state.idle.push(worker);
                    self.changed.notify_all();
                }
                Err(error) => {
                    state.start_failed = Some(error.to_string());
                    self.changed.notify_all();
                    state = self.wait(state, RETRY);
                }
            }
        }
    }

    /// Waits for a process that has nothing to do.
    fn take(&self, cancel: &CancelToken) -> Result<WorkerProcess, QueryError> {
        let deadline = Instant::now() + self.limits.wait;
        let mut state = self.lock();
        loop {
            if cancel.is_canceled() {
                return Err(QueryError::Canceled);
            }
            if let Some(mut worker) = state.idle.pop() {
                if worker.is_there() {
                    state.busy += 1;
                    return Ok(worker);
                }
                self.changed.notify_all();
                continue;
            }
            if let Some(message) = state.start_failed.as_ref().filter(|_| state.busy == 0) {
                return Err(QueryError::Worker { message: message.clone() });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let milliseconds = u64::try_from(self.limits.wait.as_millis()).unwrap_or(u64::MAX);
                return Err(QueryError::Busy { milliseconds });
            }
            state = self.wait(state, left.min(TICK));
        }
    }

    /// Takes a process back, if it is of further use.
    fn give_back(&self, worker: Option<WorkerProcess>) {
        let mut state = self.lock();
        state.busy -= 1;
        state.idle.extend(worker);
        self.changed.notify_all();
    }
}
