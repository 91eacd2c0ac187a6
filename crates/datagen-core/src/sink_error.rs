//! What goes wrong outside while rows are written.

/// What went wrong outside.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub struct SinkError {
    /// What was being attempted, naming the file or table in backticks.
    pub doing: String,
    /// The cause.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl SinkError {
    /// An error from what was attempted and why it failed.
    pub fn new(
        doing: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { doing: doing.into(), source: source.into() }
    }
}
