//! The upkeep of a store: whether it is whole, and what nobody needs any more.

use serde::Serialize;

/// How a store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether it can be read and written.
    pub is_writable: bool,
    /// The migrations that were applied.
    pub applied: u64,
    /// The migrations that this version of Seedbed has.
    pub latest: u64,
    /// Whether those that were applied are those that it has.
    pub checksums_hold: bool,
}

/// Something that a check of the whole store has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// Whether data is lost, and not merely space.
    pub is_damage: bool,
}

/// What a collection of garbage has removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Versions that no dataset had.
    pub versions: u64,
    /// Exports of those, or that were not asked for again.
    pub exports: u64,
    /// Files that belonged to nobody.
    pub files: u64,
    /// Jobs, with their events, and requests that ended long ago.
    pub jobs: u64,
    /// Bytes that are free now.
    pub bytes: u64,
}
