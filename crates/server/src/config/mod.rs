//! What the server can be told, and where it is told.
//!
//! [`OPTIONS`] is the one definition: flags, environment, the table `[server]` of `seedbed.toml` and the page
//! `docs/configuration.md` come from it.

mod advisor_config;
mod config_error;
mod config_file;
mod flags;
mod load;
mod log_format;
mod option;
mod options;
mod secret;
mod serve_config;
mod unit;

pub use advisor_config::AdvisorConfig;
pub use config_error::{ConfigError, Place};
pub use flags::ServeFlags;
pub use log_format::LogFormat;
pub use option::{ConfigOption, OptionKind};
pub use options::{OPTIONS, reference_page};
pub use secret::Secret;
pub use serve_config::ServeConfig;
