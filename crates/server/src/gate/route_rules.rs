//! What holds of the single routes.

use axum::http::Method;

/// What a route asks of requests, and what it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RouteRules {
    pub(super) access: Access,
    pub(super) limit: Limit,
    pub(super) time: Time,
}

/// Who may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Anybody.
    Open,
    /// Who has the token.
    Token,
    /// Who has the token, or a ticket for the job.
    TokenOrTicket,
    /// Its own protocol says who.
    Socket,
}

/// Which buckets it takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    None,
    Requests,
    Generation,
}

/// When its answer has to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Request,
    /// It may wait for a job, or for a file to be written.
    Job,
    Unlimited,
}

impl RouteRules {
    /// The rules of a route by its template; `None` is no route.
    pub(super) fn of(method: &Method, template: Option<&str>) -> Self {
        let usual = Self { access: Access::Token, limit: Limit::Requests, time: Time::Request };
        match template {
            None => Self { access: Access::Open, ..usual },
            Some("/api/health") => Self { access: Access::Open, limit: Limit::None, ..usual },
            Some("/metrics") => Self { limit: Limit::None, ..usual },
            Some("/api/openapi.json") => Self { access: Access::Open, limit: Limit::None, ..usual },
            Some(page) if is_page(page) => Self { access: Access::Open, limit: Limit::None, ..usual },
            Some(socket) if is_socket(socket) => {
                Self { access: Access::Socket, limit: Limit::None, time: Time::Unlimited }
            }
            Some("/api/jobs/{jobId}/events") => Self { access: Access::TokenOrTicket, ..usual },
            Some("/api/datasets/{id}/export") => Self { time: Time::Job, ..usual },
            // A question in words waits for a model, within a time of its own; one in SQL has less than any request.
            Some("/api/datasets/{id}/query") => Self { time: Time::Job, ..usual },
            Some(
                "/api/generate"
                | "/api/datasets/{id}/regenerate"
                | "/api/datasets/{id}/modify"
                | "/api/datasets/{id}/undo",
            ) if *method == Method::POST => Self { limit: Limit::Generation, ..usual },
            Some(_) => usual,
        }
    }
}

/// Whether it belongs to the page that shows the API.
pub(super) fn is_page(template: &str) -> bool {
    template.starts_with("/docs")
}

/// Whether it is Socket.IO's.
pub(super) fn is_socket(template: &str) -> bool {
    template.starts_with("/socket.io")
}
