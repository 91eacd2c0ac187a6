//! A question until it has an answer: the record, the budget, calls, and what is done when one fails.

use crate::answer::{Answer, Usage, estimated_tokens};
use crate::answer_schema::Form;
use crate::budget::Budget;
use crate::config::{ConfigError, GeminiConfig};
use crate::course::Course;
use crate::error::GeminiError;
use crate::request::Request;
use crate::secret_text::Redaction;
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
/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) config: GeminiConfig,
    transport: Arc<Transport>,
    /// Calls run on threads of its own, so that it may be asked from any thread, one of another runtime as well.
    handle: Handle,
    runtime: Option<Runtime>,
    /// Why nobody is asked any more.
    ended: Mutex<Option<GeminiError>>,
    /// The forms that are known to be taken, by the prompt's name.
    forms: Mutex<BTreeMap<&'static str, Form>>,
}

/// What one question may take, together with those for its lists.
pub(crate) struct Job<'a> {
    pub(crate) record: &'a dyn ExchangeRecord,
    pub(crate) cancel: &'a CancelToken,
    pub(crate) budget: Budget,
    pub(crate) deadline: Instant,
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
        Ok(Self { config, transport, handle, runtime, ended: Mutex::default(), forms: Mutex::default() })
    }

    /// What takes the key out of texts.
    pub(crate) fn redaction(&self) -> &Redaction {
        &self.transport.redaction
    }

    /// The job of a question that begins now.
    pub(crate) fn job<'a>(&self, record: &'a dyn ExchangeRecord, cancel: &'a CancelToken) -> Job<'a> {
        let budget = Budget::new(self.config.tokens_per_job, self.config.tokens_per_day);
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
            if let Err(error) = self.may_call(request, job) {
                break Err(error);
            }
            course.calls += 1;
            let (answer, called) = self.call(request, &course, job);
            let used = usage(request, &answer, &called);
            job.budget.spend(used.total(), job.record);
            let read = called.and_then(|()| answer.verdict(course.room)).and_then(|()| {
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
            self.end_if_for_good(&error);
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

    /// Whether there may be a call at all.
    fn may_call(&self, request: &Request, job: &Job<'_>) -> Result<(), GeminiError> {
        if job.cancel.is_canceled() {
            return Err(GeminiError::Canceled);
        }
        if let Some(ended) = self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(ended);
        }
        job.budget.allows(prompt_tokens(request), job.record)
    }

    /// One call, and those that fetch the rest of a long answer.
    fn call(&self, request: &Request, course: &Course, job: &Job<'_>) -> (Answer, Result<(), GeminiError>) {
        let body = |token: Option<&str>| request.body(course.form, course.room, token).to_string();
        let (mut whole, mut result) = self.wait(body(None), job);
        for _ in 0..MOST_CONTINUATIONS {
            if result.is_err() || !whole.goes_on() {
                break;
            }
            let token = whole.continuation.take();
            let (next, then) = self.wait(body(token.as_deref()), job);
            result = then;
            whole.text.push_str(&next.text);
            let (before, more) = (whole.usage.unwrap_or_default(), next.usage.unwrap_or_default());
            whole.usage =
                Some(Usage { prompt: before.prompt + more.prompt, answer: before.answer + more.answer });
            whole = Answer { text: whole.text, usage: whole.usage, ..next };
        }
        // The border of two pieces may go through the key.
        whole.text = self.redaction().apply(&whole.text);
        (whole, result)
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
                    break GeminiError::Timeout { phase: "the whole question" };
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        task.abort();
        (Answer::default(), Err(error))
    }

    fn end_if_for_good(&self, error: &GeminiError) {
        if error.is_for_good() {
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        }
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
