//! One call of Gemini over HTTP.

use crate::answer::Answer;
use crate::answer_body::{self, Bounds, json_of, read_answer, read_error, root_cause};
use crate::config::{ConfigError, GeminiConfig};
use crate::error::GeminiError;
use crate::limiter::Limiter;
use crate::secret_text::Redaction;
use crate::service_error;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What makes calls: one for all clones of a client.
#[derive(Debug)]
pub(crate) struct Transport {
    client: reqwest::Client,
    url: reqwest::Url,
    model: String,
    bounds: Bounds,
    call: Duration,
    pub(crate) redaction: Redaction,
    limiter: Arc<Limiter>,
}

impl Transport {
    pub(crate) fn new(config: &GeminiConfig) -> Result<Self, ConfigError> {
        let system = |e: reqwest::Error| ConfigError::System(root_cause(&e));
        let base = config.base().map_err(|e| ConfigError::Invalid(vec![e]))?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // It fails when another thread was faster, and then there is one.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut headers = HeaderMap::new();
        let mut key = HeaderValue::from_str(config.key.expose_secret()).map_err(|_| {
            ConfigError::Invalid(vec!["the key has characters that a header cannot carry".to_owned()])
        })?;
        key.set_sensitive(true);
        headers.insert("x-goog-api-key", key);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("seedbed/", env!("CARGO_PKG_VERSION")))
            // The key would follow to wherever an answer points.
            .redirect(Policy::none())
            // Calls are repeated above, where they are counted.
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(config.timeouts.connect);
        if base.scheme() == "http" {
            // Without TLS there need be no certificates on the system.
            builder = builder.tls_certs_only([]);
        }
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let method = if config.streaming { "streamGenerateContent?alt=sse" } else { "generateContent" };
        let url = format!("{}/v1beta/models/{}:{method}", base.as_str().trim_end_matches('/'), config.model);
        let url = url.parse().map_err(|e| ConfigError::Invalid(vec![format!("the base URL: {e}")]))?;
        let bounds = Bounds {
            first_byte: config.timeouts.first_byte,
            idle: config.timeouts.idle,
            bytes: config.answer_bytes,
        };
        Ok(Self {
            client: builder.build().map_err(system)?,
            url,
            model: config.model.clone(),
            bounds,
            call: config.timeouts.call,
            redaction: Redaction::new(config.key.clone()),
            limiter: Arc::new(Limiter::new(config.concurrency)),
        })
    }

    /// Makes one call. What came is also given back when it fails, as it was paid for.
    pub(crate) async fn call(&self, body: String) -> (Answer, Result<(), GeminiError>) {
        let permit = self.limiter.acquire().await;
        let mut answer = Answer::default();
        let result = timeout(self.call, self.exchange(body, &mut answer))
            .await
            .unwrap_or(Err(GeminiError::Timeout { phase: "the whole answer" }));
        match &result {
            Err(GeminiError::QuotaMinute { .. } | GeminiError::Overloaded { .. }) => permit.refused(),
            Ok(()) => permit.answered(),
            Err(_) => {}
        }
        answer.text = self.redaction.apply(&answer.text);
        for reason in [&mut answer.finish, &mut answer.block].into_iter().flatten() {
            *reason = self.redaction.apply(reason);
        }
        answer.model_version = answer.model_version.map(|v| self.redaction.message(&v));
        (answer, result)
    }

    async fn exchange(&self, body: String, answer: &mut Answer) -> Result<(), GeminiError> {
        let send = self.client.post(self.url.clone()).body(body).send();
        let response = timeout(self.bounds.first_byte, send)
            .await
            .map_err(|_| GeminiError::Timeout { phase: "its first byte" })?
            .map_err(|e| self.not_sent(&e))?;
        let status = response.status().as_u16();
        tracing::debug!(status, "gemini answers");
        if response.status().is_redirection() {
            return Err(GeminiError::NotGemini { message: format!("status {status} points elsewhere") });
        }
        if !response.status().is_success() {
            let body = read_error(response, self.bounds, &self.redaction).await.unwrap_or_default();
            return Err(service_error::meaning(
                status,
                json_of(&body).as_ref(),
                &self.model,
                &self.redaction,
            ));
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("text/html") {
            return Err(GeminiError::NotGemini { message: "a page of HTML".to_owned() });
        }
        read_answer(response, self.bounds, &self.model, &self.redaction, answer).await
    }

    fn not_sent(&self, error: &reqwest::Error) -> GeminiError {
        if error.is_connect() && error.is_timeout() {
            return GeminiError::Timeout { phase: "a connection" };
        }
        GeminiError::Unreachable { message: self.redaction.message(&answer_body::root_cause(error)) }
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}
