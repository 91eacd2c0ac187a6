//! The formats of exports.

/// The formats of exports by name.
pub const EXPORT_FORMATS: &[&str] = &["csv"];
