//! The gate around routes.

use super::passage::pass;
use crate::state::Shared;
use axum::extract::Request;
use axum::response::Response;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Puts the gate before a route. `axum::middleware::from_fn` would do, with twice the boxes for each request.
#[derive(Clone, Debug)]
pub(crate) struct GateLayer(pub(crate) Shared);

/// A route behind the gate.
#[derive(Clone, Debug)]
pub(crate) struct Gate<S> {
    state: Shared,
    route: S,
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, route: S) -> Gate<S> {
        Gate { state: Shared::clone(&self.0), route }
    }
}

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.route.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that is ready is called, and a new one waits for the next request.
        let another = self.route.clone();
        let route = std::mem::replace(&mut self.route, another);
        let state = Shared::clone(&self.state);
        Box::pin(async move { Ok(pass(&state, request, route).await) })
    }
}
