//! The log.

use crate::config::{LogFormat, ServeConfig};
use crate::serve_error::ServeError;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Begins the log of the process on standard error, as a configuration says.
///
/// # Errors
/// [`ServeError::LogBegun`].
pub fn begin_log(config: &ServeConfig) -> Result<(), ServeError> {
    // What libraries say is of use when something is wrong, and then it is a warning.
    let others = config.log_level.min(LevelFilter::WARN);
    let levels = Targets::new().with_default(others).with_target("seedbed", config.log_level);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let log = tracing_subscriber::registry().with(lines.with_filter(levels));
    log.try_init().map_err(|_| ServeError::LogBegun)
}
