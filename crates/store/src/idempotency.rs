//! Requests that are made once, however often they are sent.

use crate::{JobId, Timestamp};

/// A request that wants to be carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose key, and for what: keys of other callers and other kinds of requests are others.
    pub scope: String,
    /// The key.
    pub key: String,
    /// A fingerprint of what is asked for.
    pub fingerprint: String,
    /// From when on the key is free again.
    pub expires_at: Timestamp,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The job is there, and nobody had asked for it before.
    Now,
    /// The same was asked for before: by this job.
    Before(JobId),
    /// The key belongs to something else that was asked for.
    Taken,
}
