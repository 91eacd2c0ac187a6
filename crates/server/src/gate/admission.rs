//! Who is let in.

use super::capacity::Capacity;
use super::client::{ClientAddress, PeerAddress};
use super::cors::CorsOrigins;
use super::host::HostRules;
use super::rate_limit::{Bucket, Left};
use super::route_rules::{Access, Limit, RouteRules, Time};
use super::ticket::Ticket;
use super::token::{TokenCheck, unauthorized};
use crate::config::ServeConfig;
use crate::error::ApiError;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use std::time::Duration;

/// What decides who is let in, and how much there is room for.
#[derive(Debug)]
pub(crate) struct Admission {
    token: Option<TokenCheck>,
    hosts: HostRules,
    requests: Option<Bucket>,
    generation: Option<Bucket>,
    request_time: Duration,
    job_time: Duration,
    trusted_proxies: usize,
    pub(crate) tickets: Ticket,
    pub(super) cors: CorsOrigins,
    pub(crate) capacity: Capacity,
}

/// Time that an answer has beyond that of the job it waits for.
const BEYOND_THE_JOB: Duration = Duration::from_secs(30);

impl Admission {
    pub(crate) fn new(config: &ServeConfig) -> Self {
        Self {
            token: config.api_token.as_ref().map(TokenCheck::new),
            hosts: HostRules { hosts: config.allowed_hosts.clone(), origins: config.cors_origins.clone() },
            requests: Bucket::new("requests", config.rate_limit),
            generation: Bucket::new("generation", config.generation_rate_limit),
            request_time: config.request_timeout,
            job_time: config.job_timeout.saturating_add(BEYOND_THE_JOB),
            trusted_proxies: config.trusted_proxies,
            tickets: Ticket::new(config.api_token.as_ref()),
            cors: CorsOrigins::new(&config.cors_origins),
            capacity: Capacity::new(config.max_requests),
        }
    }

    /// Who asks.
    pub(crate) fn client(&self, parts: &Parts) -> ClientAddress {
        let peer = parts.extensions.get::<PeerAddress>();
        ClientAddress::of(peer, &parts.headers, self.trusted_proxies)
    }

    /// Whether pages of strangers may send this. A token makes the question needless.
    pub(super) fn check_host(
        &self,
        method: &Method,
        headers: &HeaderMap,
        is_socket: bool,
    ) -> Result<(), ApiError> {
        match self.token {
            Some(_) => Ok(()),
            None => self.hosts.check(method, headers, is_socket),
        }
    }

    /// Takes what a route costs. The last bucket that was asked is the one to tell of.
    pub(super) fn take(&self, limit: Limit, client: ClientAddress) -> Vec<Left> {
        let buckets = match limit {
            Limit::None => [None, None],
            Limit::Requests => [self.requests.as_ref(), None],
            Limit::Generation => [self.requests.as_ref(), self.generation.as_ref()],
        };
        buckets.into_iter().flatten().map(|bucket| bucket.take(client)).collect()
    }

    /// Takes what a generation costs that does not come by a route.
    ///
    /// # Errors
    /// The answer to who has asked too often.
    pub(crate) fn take_generation(&self, client: ClientAddress) -> Result<(), ApiError> {
        let refused = self.take(Limit::Generation, client).iter().find_map(Left::refusal);
        refused.map_or(Ok(()), Err)
    }

    /// Takes what words cost, beyond what their route has taken for the request.
    ///
    /// # Errors
    /// The answer to who has asked too often.
    pub(crate) fn take_words(&self, client: ClientAddress) -> Result<(), ApiError> {
        let refused = self.generation.as_ref().and_then(|bucket| bucket.take(client).refusal());
        refused.map_or(Ok(()), Err)
    }

    /// Takes what any other question costs that does not come by a route.
    ///
    /// # Errors
    /// The answer to who has asked too often.
    pub(crate) fn take_request(&self, client: ClientAddress) -> Result<(), ApiError> {
        let refused = self.take(Limit::Requests, client).iter().find_map(Left::refusal);
        refused.map_or(Ok(()), Err)
    }

    /// Whether a request carries what its route asks for.
    pub(super) fn check_access(&self, rules: RouteRules, parts: &Parts) -> Result<(), ApiError> {
        let Some(token) = &self.token else { return Ok(()) };
        let is_let_in = match rules.access {
            Access::Open | Access::Socket => true,
            Access::Token => token.is_carried_by(&parts.headers),
            Access::TokenOrTicket => token.is_carried_by(&parts.headers) || self.has_ticket(parts),
        };
        if is_let_in { Ok(()) } else { Err(unauthorized(&parts.headers)) }
    }

    /// `/api/jobs/{jobId}/events?ticket=`; ids of jobs need no escapes.
    fn has_ticket(&self, parts: &Parts) -> bool {
        let job = parts.uri.path().strip_prefix("/api/jobs/").and_then(|rest| rest.strip_suffix("/events"));
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let ticket = query.into_iter().find_map(|(key, value)| (key == "ticket").then_some(value));
        job.zip(ticket).is_some_and(|(job, ticket)| self.tickets.accepts(&ticket, job))
    }

    /// Whether somebody who connects by Socket.IO is let in: by the token in the payload, or in the header.
    pub(crate) fn lets_socket_in(&self, headers: &HeaderMap, token: Option<&str>) -> bool {
        self.token.as_ref().is_none_or(|check| {
            token.is_some_and(|token| check.accepts(token)) || check.is_carried_by(headers)
        })
    }

    pub(super) fn time(&self, time: Time) -> Option<Duration> {
        match time {
            Time::Request => Some(self.request_time),
            Time::Job => Some(self.job_time),
            Time::Unlimited => None,
        }
    }
}
