//! The server: connections, and what is kept of them.

use super::frame::{self, JSON};
use super::http;
use super::judge::refusal;
use super::mode::{Scene, play};
use super::request::{Method, MockRequest, field};
use super::script::{Line, Script, ScriptedAnswer};
use super::wire::Reply;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A server that plays Gemini until it is dropped.
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    runtime: Option<Runtime>,
}

#[derive(Debug, Default)]
struct State {
    script: Script,
    requests: Vec<MockRequest>,
    /// How often each mode was asked for.
    modes: BTreeMap<String, usize>,
}

impl Drop for Mock {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Mock {
    /// Begins on a port of this machine that is free.
    ///
    /// # Errors
    /// When the system gives no port or no thread.
    pub fn start() -> io::Result<Self> {
        Self::start_on(0)
    }

    /// Begins on a port of this machine.
    ///
    /// # Errors
    /// When somebody else has the port, or the system gives no thread.
    pub fn start_on(port: u16) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        runtime.spawn(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    // Clients go away in the middle; that is theirs to know.
                    let _ = serve(stream, &shared).await;
                });
            }
        });
        Ok(Self { address, state, runtime: Some(runtime) })
    }

    /// Where it plays well.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it plays in one of the other [ways](super::modes).
    pub fn mode_url(&self, mode: &str) -> String {
        format!("http://{}/{mode}", self.address)
    }

    /// Answers requests whose words hold a text.
    pub fn answer(&self, words: &str, answer: Value) {
        self.state().script.push(ScriptedAnswer { words: words.to_owned(), answer, mode: None });
    }

    /// Answers requests as a function says, and as ever where it says nothing.
    pub fn answer_by(&self, function: impl Fn(&MockRequest) -> Option<Value> + Send + Sync + 'static) {
        self.state().script.set_function(Arc::new(function));
    }

    /// Reads answers: a [`ScriptedAnswer`] as JSON in each line.
    ///
    /// # Errors
    /// Which line is none.
    pub fn read_answers(&self, lines: &str) -> Result<(), String> {
        for (at, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let answer = serde_json::from_str(line).map_err(|e| format!("line {}: {e}", at + 1))?;
            self.state().script.push(answer);
        }
        Ok(())
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<MockRequest> {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(request) = http::read(&mut stream).await? else { return Ok(()) };
    let reply = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests.push(request.clone());
        reply(&request, &mut state)
    };
    reply.play(&mut stream).await
}

fn reply(request: &MockRequest, state: &mut State) -> Reply {
    let method = request.method();
    if let Some(refusal) = refusal(request, method) {
        return refusal;
    }
    let tokens = request.body.chars().count().div_ceil(4);
    // Questions for a half that is to come are the same question.
    let is_rest = field(&request.json, "continuationToken").is_some();
    let (text, mode) = match state.script.line(request) {
        Line::Text(text) => (text, request.mode.clone()),
        Line::Mode(mode) if is_rest => (String::new(), mode),
        Line::Mode(mode) => ("{}".to_owned(), mode),
    };
    let before = state.modes.entry(mode.clone()).or_default();
    let scene = Scene { request, method, text: &text, tokens, before: *before };
    *before += 1;
    match (play(&mode), method) {
        (Some(play), _) => play(&scene),
        (None, _) if !mode.is_empty() => {
            frame::error(method, 404, "NOT_FOUND", &format!("the mock has no mode `{mode}`"), Value::Null)
        }
        (None, Method::CountTokens) => {
            let counted = json!({"totalTokens": tokens, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}]});
            Reply::whole(200, JSON, frame::pretty(&counted))
        }
        (None, Method::Models) => Reply::whole(200, JSON, frame::pretty(&models(request.model()))),
        (None, _) => scene.well(),
    }
}

fn models(model: &str) -> Value {
    let one = |name: &str| {
        json!({"name": format!("models/{name}"), "version": "1", "displayName": "Mock", "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536, "supportedGenerationMethods": ["generateContent", "countTokens"]})
    };
    if model.is_empty() { json!({"models": [one("gemini-flash-latest")]}) } else { one(model) }
}
