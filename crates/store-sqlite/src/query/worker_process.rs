//! A process that answers queries, from without.

use super::error::QueryError;
use super::frame;
use super::worker::{Hello, Question, Ready, Reply};
use seedbed_datagen_core::CancelToken;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a process may take to begin.
const START: Duration = Duration::from_secs(10);

/// Time between two looks at a token.
const TICK: Duration = Duration::from_millis(20);

/// How long the process of a query that is over may take to say so itself.
const GRACE: Duration = Duration::from_millis(50);

/// A started process that waits for queries. It is killed when it is dropped.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    questions: Sender<Question>,
    replies: Receiver<io::Result<Option<Reply>>>,
    /// How many queries it has answered.
    pub(super) answered: u32,
    /// How long it has computed for them.
    pub(super) computed: Duration,
}

/// Why there is no answer, and the process must go.
#[derive(Debug)]
pub(super) enum NoAnswer {
    Canceled,
    TimeOver,
    /// How it ended, where the system tells.
    Ended(Option<ExitStatus>),
    Pipe(io::Error),
}

impl WorkerProcess {
    /// Starts a process. Where processes end with those that started them, it ends with this *thread*.
    pub(super) fn start(command: &mut Command, memory: u64) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the process has no pipes"));
        };
        let (questions, asked) = channel();
        let (reply, replies) = channel();
        let (ready, is_ready) = channel();
        // A pipe may block for as long as the process likes. Its thread ends when the process does.
        let talk = move || talk(stdin, stdout, memory, &ready, &asked, &reply);
        let worker = Self { child, questions, replies, answered: 0, computed: Duration::ZERO };
        thread::Builder::new().name("query worker".to_owned()).spawn(talk)?;
        match is_ready.recv_timeout(START) {
            Ok(Ok(Some(Ready { refused }))) if refused.is_empty() => Ok(worker),
            Ok(Ok(Some(Ready { refused }))) => {
                Err(io::Error::other(format!("the system refuses its limits: {}", refused.join(", "))))
            }
            Ok(Err(error)) => Err(error),
            Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => {
                Err(io::Error::other("it ends before it begins"))
            }
            Err(RecvTimeoutError::Timeout) => Err(io::Error::other("it does not begin")),
        }
    }

    /// Whether it has not ended while it waited.
    pub(super) fn is_there(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Has a query answered. After a [`NoAnswer`] the process is of no use.
    pub(super) fn ask(&mut self, question: Question, cancel: &CancelToken) -> Result<Reply, NoAnswer> {
        let deadline = Instant::now() + question.request.time + GRACE;
        if self.questions.send(question).is_err() {
            return Err(NoAnswer::Ended(self.end()));
        }
        loop {
            if cancel.is_canceled() {
                return Err(NoAnswer::Canceled);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.replies.recv_timeout(left.min(TICK)) {
                Ok(Ok(Some(reply))) => {
                    self.answered += 1;
                    self.computed = reply.computed;
                    return Ok(reply);
                }
                Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(NoAnswer::Ended(self.end()));
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return Err(NoAnswer::Ended(self.end()));
                }
                Ok(Err(error)) => return Err(NoAnswer::Pipe(error)),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(NoAnswer::TimeOver),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Ends the process and tells how it ended.
    fn end(&mut self) -> Option<ExitStatus> {
        // It has closed its end of the pipe, so that it ends by itself; if it does not, it is killed.
        let deadline = Instant::now() + GRACE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
                _ => break,
            }
        }
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // It may have ended already, and has been waited for then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends what is asked and reads what is answered, until one of both ends.
fn talk(
    mut stdin: ChildStdin,
    mut stdout: ChildStdout,
    memory: u64,
    ready: &Sender<io::Result<Option<Ready>>>,
    asked: &Receiver<Question>,
    reply: &Sender<io::Result<Option<Reply>>>,
) {
    if ready.send(exchange(&mut stdin, &mut stdout, &Hello { memory })).is_err() {
        return;
    }
    while let Ok(question) = asked.recv() {
        if reply.send(exchange(&mut stdin, &mut stdout, &question)).is_err() {
            return;
        }
    }
}

fn exchange<T: DeserializeOwned>(
    stdin: &mut ChildStdin,
    stdout: &mut ChildStdout,
    message: &impl Serialize,
) -> io::Result<Option<T>> {
    frame::send(stdin, message)?;
    frame::receive(stdout)
}

impl NoAnswer {
    /// What it means for whoever asked, under such limits.
    pub(super) fn into_error(self, time: Duration, memory: u64) -> QueryError {
        let time_limit =
            || QueryError::TimeLimit { milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) };
        match self {
            Self::Canceled => QueryError::Canceled,
            Self::TimeOver => time_limit(),
            Self::Pipe(error) => QueryError::Worker { message: error.to_string() },
            Self::Ended(status) => match end_of(status) {
                End::Time => time_limit(),
                End::Memory => QueryError::MemoryLimit { mebibytes: memory >> 20 },
                End::Other => QueryError::Worker {
                    message: status
                        .map_or_else(|| "it ended".to_owned(), |status| format!("it ended, {status}")),
                },
            },
        }
    }
}

/// Why a process ended.
enum End {
    Time,
    Memory,
    Other,
}

/// What the signal says that ended a process.
#[cfg(unix)]
fn end_of(status: Option<ExitStatus>) -> End {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt as _;
    let signal = status.and_then(|status| status.signal());
    let is = |wanted: Signal| signal == Some(wanted.as_raw());
    if is(Signal::XCPU) {
        End::Time
    } else if is(Signal::ABORT) || is(Signal::SEGV) || is(Signal::BUS) || is(Signal::KILL) {
        // An allocation of ours that fails aborts; a stack that can't grow is a fault of the segment; and a system that runs
        // out of memory kills.
        End::Memory
    } else {
        End::Other
    }
}

/// Nothing tells.
#[cfg(not(unix))]
fn end_of(_: Option<ExitStatus>) -> End {
    End::Other
}
