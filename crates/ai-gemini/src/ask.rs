//! A question until it has an answer: the record, the budget, calls, and what is done when one fails.

use crate::answer::{Answer, Usage, estimated_tokens};
use crate::answer_schema::Form;
use crate::budget::{Budget, InFlight, Reservation};
use crate::config::{ConfigError, GeminiConfig};
use crate::course::Course;
use crate::error::GeminiError;
use crate::request::Request;
use crate::secret_text::Redaction;
use crate::stopped::Stopped;
use crate::transport::Transport;
use seedbed_datagen_core::CancelToken;
use seedbed_edit::{Exchange, ExchangeRecord};
use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};

/// How often is looked whether a question is canceled.
const TICK: Duration = Duration::from_millis(20);
/// Further calls that one long answer may take.
const MOST_CONTINUATIONS: u32 = 4;
/// What takes too long when a question does.
const WHOLE: &str = "the whole question";

/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) config: GeminiConfig,
    transport: Arc<Transport>,
    /// Calls run on threads of its own, so that it may be asked from any thread, one of another runtime as well.
    handle: Handle,
    runtime: Option<Runtime>,
    stopped: Stopped,
    /// The forms that are known to be taken, by the prompt's name.
    forms: Mutex<BTreeMap<&'static str, Form>>,
    /// What calls under way may cost.
    in_flight: InFlight,
}

/// What one question may take, together with those for its lists.
pub(crate) struct Job<'a> {
    pub(crate) record: &'a dyn ExchangeRecord,
    pub(crate) cancel: &'a CancelToken,
    pub(crate) budget: Budget<'a>,
    pub(crate) deadline: Instant,
}

/// What came of one call, or of several that make one answer.
struct Called {
    answer: Answer,
    used: Usage,
    /// Tokens that the answer might have.
    room: u32,
    result: Result<(), GeminiError>,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Asked<T> {
    pub(crate) result: Result<T, GeminiError>,
    /// All that was said, of use or not.
    pub(crate) exchanges: Vec<Exchange>,
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The last clone may go on a thread that must not wait.
            runtime.shutdown_background();
        }
    }
}

impl Client {
    pub(crate) fn new(config: GeminiConfig) -> Result<Self, ConfigError> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(ConfigError::Invalid(problems));
        }
        let transport = Arc::new(Transport::new(&config)?);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("seedbed-gemini")
            .enable_all()
            .build()
            .map_err(|e| ConfigError::System(e.to_string()))?;
        let handle = runtime.handle().clone();
        let runtime = Some(runtime);
        Ok(Self {
            config,
            transport,
            handle,
            runtime,
            stopped: Stopped::default(),
            forms: Mutex::default(),
            in_flight: InFlight::default(),
        })
    }

    /// What takes the key out of texts.
    pub(crate) fn redaction(&self) -> &Redaction {
        &self.transport.redaction
    }

    /// The job of a question that begins now.
    pub(crate) fn job<'a>(&'a self, record: &'a dyn ExchangeRecord, cancel: &'a CancelToken) -> Job<'a> {
        let budget =
            Budget::new(self.config.tokens_per_job, self.config.tokens_per_day, record, &self.in_flight);
        Job { record, cancel, budget, deadline: Instant::now() + self.config.timeouts.question }
    }

    /// Asks until there is an answer that `read` can read, or trying again is of no use.
    pub(crate) fn ask<T>(
        &self,
        request: &Request,
        job: &Job<'_>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Asked<T> {
        let hash = request.hash(&self.config.model, self.config.max_output_tokens);
        if let Some(found) = job.record.find(&hash)
            && let answer = self.redaction().apply(&found.answer)
            && let Ok(value) = read(&answer)
        {
            let exchange = Exchange { from_record: true, answer, ..found };
            return Asked { result: Ok(value), exchanges: vec![exchange] };
        }
        let mut exchanges = Vec::new();
        let mut course = Course::new(&self.config, self.known_form(request.prompt.name));
        let result = loop {
            let Called { answer, used, room, result } = self.call(request, &mut course, job);
            let read = result.and_then(|()| answer.verdict(room)).and_then(|()| {
                let malformed = |e: String| GeminiError::Malformed { message: self.redaction().message(&e) };
                read(&answer.text).map_err(malformed)
            });
            let exchange = exchange(&hash, request, &self.config.model, answer, used);
            if read.is_ok() {
                job.record.keep(&exchange);
                self.remember_form(request.prompt.name, course.form);
            }
            if !exchange.answer.is_empty() {
                exchanges.push(exchange);
            }
            let error = match read {
                Ok(value) => break Ok(value),
                Err(error) => error,
            };
            tracing::debug!(code = error.code(), calls = course.calls, "gemini gave no usable answer");
            self.stopped.note(&error, Instant::now(), self.config.refused_for);
            let left = job.deadline.saturating_duration_since(Instant::now());
            let Some(pause) = course.next(&error, self.config.retries).filter(|pause| *pause < left) else {
                break Err(error);
            };
            if !paused(pause, job.cancel) {
                break Err(GeminiError::Canceled);
            }
        };
        Asked { result, exchanges }
    }

    /// Whether there may be a call at all, and what it may cost: waits for calls under way where that depends on them.
    fn reserve<'j>(
        &self,
        request: &Request,
        room: u32,
        job: &'j Job<'_>,
    ) -> Result<Reservation<'j>, GeminiError> {
        loop {
            if job.cancel.is_canceled() {
                return Err(GeminiError::Canceled);
            }
            if let Some(error) = self.stopped.error(Instant::now()) {
                return Err(error);
            }
            if let Some(reserved) = job.budget.reserve(prompt_tokens(request), room)? {
                return Ok(reserved);
            }
            if Instant::now() >= job.deadline {
                return Err(GeminiError::Timeout { phase: WHOLE });
            }
            std::thread::sleep(TICK);
        }
    }

    /// One call, and those that fetch the rest of a long answer.
    fn call(&self, request: &Request, course: &mut Course, job: &Job<'_>) -> Called {
        let mut whole = self.call_once(request, course, None, job);
        for _ in 0..MOST_CONTINUATIONS {
            if whole.result.is_err() || !whole.answer.goes_on() || !course.may_call(self.config.retries) {
                break;
            }
            let token = whole.answer.continuation.take();
            let next = self.call_once(request, course, token.as_deref(), job);
            let text = whole.answer.text + &next.answer.text;
            whole =
                Called { answer: Answer { text, ..next.answer }, used: whole.used.and(next.used), ..next };
        }
        // The border of two pieces may go through the key.
        whole.answer.text = self.redaction().apply(&whole.answer.text);
        whole
    }

    /// One call, within what is left of the budgets.
    fn call_once(
        &self,
        request: &Request,
        course: &mut Course,
        token: Option<&str>,
        job: &Job<'_>,
    ) -> Called {
        let reserved = match self.reserve(request, course.room, job) {
            Ok(reserved) => reserved,
            Err(error) => {
                let (answer, used) = (Answer::default(), Usage::default());
                return Called { answer, used, room: course.room, result: Err(error) };
            }
        };
        course.calls += 1;
        let (answer, result) = self.wait(request.body(course.form, reserved.room, token).to_string(), job);
        let used = usage(request, &answer, &result);
        job.budget.spend(used.total());
        Called { answer, used, room: reserved.room, result }
    }

    /// Waits for one call, and no longer than somebody wants its answer.
    fn wait(&self, body: String, job: &Job<'_>) -> (Answer, Result<(), GeminiError>) {
        let (sender, receiver) = channel();
        let transport = Arc::clone(&self.transport);
        let task = self.handle.spawn(async move {
            // Nobody listens when the question was canceled.
            let _ = sender.send(transport.call(body).await);
        });
        let error = loop {
            match receiver.recv_timeout(TICK) {
                Ok(done) => return done,
                Err(RecvTimeoutError::Disconnected) => {
                    break GeminiError::Unreachable { message: "the call was given up".to_owned() };
                }
                Err(RecvTimeoutError::Timeout) if job.cancel.is_canceled() => break GeminiError::Canceled,
                Err(RecvTimeoutError::Timeout) if Instant::now() >= job.deadline => {
                    break GeminiError::Timeout { phase: WHOLE };
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        task.abort();
        (Answer::default(), Err(error))
    }

    fn known_form(&self, prompt: &str) -> Form {
        let forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        forms.get(prompt).copied().unwrap_or(Form::Whole)
    }

    fn remember_form(&self, prompt: &'static str, form: Form) {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).insert(prompt, form);
    }
}

/// Waits, unless it is canceled.
fn paused(pause: Duration, cancel: &CancelToken) -> bool {
    let until = Instant::now() + pause;
    loop {
        if cancel.is_canceled() {
            return false;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(TICK));
    }
}

fn prompt_tokens(request: &Request) -> u64 {
    estimated_tokens(request.prompt.system) + estimated_tokens(&request.user)
}

/// What a call has cost: as Gemini counts, or an estimate when it does not. A refusal costs nothing; a call that was given up may
/// have been paid for, so it counts.
fn usage(request: &Request, answer: &Answer, called: &Result<(), GeminiError>) -> Usage {
    let estimate = Usage { prompt: prompt_tokens(request), answer: estimated_tokens(&answer.text) };
    let is_free = answer.text.is_empty() && called.as_ref().is_err_and(GeminiError::is_refusal);
    answer.usage.unwrap_or(if is_free { Usage::default() } else { estimate })
}

fn exchange(hash: &str, request: &Request, model: &str, answer: Answer, used: Usage) -> Exchange {
    Exchange {
        request: hash.to_owned(),
        prompt: request.prompt.name.to_owned(),
        prompt_version: request.prompt.version,
        model: model.to_owned(),
        model_version: answer.model_version,
        answer: answer.text,
        prompt_tokens: used.prompt,
        answer_tokens: used.answer,
        from_record: false,
    }
}
