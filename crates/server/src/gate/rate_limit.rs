//! How often a client may ask: a bucket of tokens for each, refilled at an even pace.
//!
//! Answers tell of it as draft-ietf-httpapi-ratelimit-headers has it: `RateLimit-Policy` says what is allowed, `RateLimit`
//! what is left of it.

use super::client::ClientAddress;
use crate::error::{ApiError, whole_seconds};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub(crate) const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The buckets of one policy.
#[derive(Debug)]
pub(crate) struct Bucket {
    name: &'static str,
    quota: NonZeroU32,
    policy: HeaderValue,
    clients: RateLimiter<
        ClientAddress,
        HashMapStateStore<ClientAddress>,
        DefaultClock,
        StateInformationMiddleware,
    >,
    asked: AtomicU64,
}

/// What is left to a client.
#[derive(Debug)]
pub(crate) struct Left {
    policy: HeaderValue,
    state: HeaderValue,
    /// When none was left: the time until there is.
    wait: Option<Duration>,
}

const WINDOW: Duration = Duration::from_secs(60);

/// After so many questions, the clients are forgotten whose buckets are full.
const FORGET_AFTER: u64 = 4_096;

impl Bucket {
    /// So many a minute; `None` for 0, which is no limit.
    pub(crate) fn new(name: &'static str, per_minute: u32) -> Option<Self> {
        let quota = NonZeroU32::new(per_minute)?;
        let policy = format!("\"{name}\";q={quota};w={}", WINDOW.as_secs());
        Some(Self {
            name,
            quota,
            policy: HeaderValue::try_from(policy).ok()?,
            clients: RateLimiter::hashmap(Quota::per_minute(quota)).with_middleware(),
            asked: AtomicU64::new(0),
        })
    }

    /// Takes a token, if one is left.
    pub(crate) fn take(&self, client: ClientAddress) -> Left {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.clients.retain_recent();
        }
        let (left, reset, wait) = match self.clients.check_key(&client) {
            Ok(snapshot) => {
                let left = snapshot.remaining_burst_capacity();
                let used = self.quota.get().saturating_sub(left);
                (left, WINDOW * used / self.quota.get(), None)
            }
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                (0, wait, Some(wait))
            }
        };
        let state = format!("\"{}\";r={left};t={}", self.name, whole_seconds(reset));
        let state = HeaderValue::try_from(state).unwrap_or(HeaderValue::from_static(""));
        Left { policy: self.policy.clone(), state, wait }
    }
}

impl Left {
    pub(crate) fn headers(self) -> [(HeaderName, HeaderValue); 2] {
        [(RATELIMIT_POLICY, self.policy), (RATELIMIT, self.state)]
    }

    /// The answer to who has asked too often.
    pub(crate) fn refusal(&self) -> Option<ApiError> {
        let wait = self.wait?;
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate-limit", "too many requests were sent");
        let hint = format!("ask again in {} s", whole_seconds(wait));
        Some(error.hint(Some(hint)).retry_after(Some(wait)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn client(last: u8) -> ClientAddress {
        ClientAddress(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)))
    }

    #[test]
    fn a_client_that_asks_too_often_is_told_when_to_come_back_and_others_are_not_touched() {
        let bucket = Bucket::new("requests", 2).expect("a limit");
        let first = bucket.take(client(1));
        assert!(first.refusal().is_none());
        let [(_, policy), (_, state)] = first.headers();
        assert_eq!(policy, "\"requests\";q=2;w=60");
        assert_eq!(state, "\"requests\";r=1;t=30");
        assert!(bucket.take(client(1)).refusal().is_none());
        let third = bucket.take(client(1));
        assert_eq!(third.refusal().map(|e| e.status()), Some(StatusCode::TOO_MANY_REQUESTS));
        let [_, (_, state)] = third.headers();
        assert_eq!(state, "\"requests\";r=0;t=30");
        assert!(bucket.take(client(2)).refusal().is_none());
        assert!(Bucket::new("requests", 0).is_none());
    }
}
