//! Planning that can be left: a step of it may take longer than anybody who says stop wants to wait.
//!
//! A plan touches nothing outside of itself. So it is made on a thread of its own, which is left to itself when the token is
//! canceled, and ends at the next table.

use seedbed_datagen_core::Request;
use seedbed_planner::PlanError;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::Schema;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Time between two looks at the token.
const LOOK: Duration = Duration::from_millis(20);
/// As much as the first thread of a process has: expressions are looked at by recursion.
const STACK: usize = 8 << 20;

/// Plans a request for a schema, until its token is canceled.
pub(crate) fn plan(schema: &Arc<Schema>, request: &Request) -> Result<Plan, Vec<PlanError>> {
    let (made, making) = channel();
    let now = {
        let (schema, request) = (Arc::clone(schema), request.clone());
        move || seedbed_planner::plan(schema, &request, &StandardCatalog::new())
    };
    let here = now.clone();
    let work = move || drop(made.send(catch_unwind(AssertUnwindSafe(now))));
    if thread::Builder::new().name("planning".to_owned()).stack_size(STACK).spawn(work).is_err() {
        return here();
    }
    loop {
        match making.recv_timeout(LOOK) {
            Ok(plan) => return plan.unwrap_or_else(|panic| resume_unwind(panic)),
            Err(RecvTimeoutError::Timeout) if !request.cancel.is_canceled() => {}
            Err(_) => return Err(vec![PlanError::Canceled]),
        }
    }
}
