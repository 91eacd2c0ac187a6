//! Who is asked what sentences mean, as the environment and `seedbed.toml` say.

use crate::exit::{CommandError, Outside};
use seedbed_edit::Advisor;
use seedbed_server::{AdvisorConfig, AdvisorError, ConfigError};
use std::io;
use std::sync::Arc;

/// The file that may hold a table `[server]`.
const FILE: &str = "seedbed.toml";

/// The text of the file, if it is there.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn file() -> Result<Option<String>, Outside> {
    match std::fs::read_to_string(FILE) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Outside::new(format!("cannot read `{FILE}`"), error)),
    }
}

/// The text with its name, as a configuration takes it.
pub(crate) fn named(text: Option<&str>) -> Option<(&str, &str)> {
    text.map(|text| (FILE, text))
}

/// A variable of the environment.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How an advisor is asked.
///
/// # Errors
/// A configuration that is none.
pub(crate) fn config() -> Result<AdvisorConfig, CommandError> {
    let file = file()?;
    Ok(AdvisorConfig::load(environment, named(file.as_deref()))?)
}

/// The advisor, if there is a key.
///
/// # Errors
/// A key that can't be read, a configuration that makes no sense.
pub(crate) fn advisor(config: &AdvisorConfig) -> Result<Option<Arc<dyn Advisor>>, CommandError> {
    Ok(seedbed_server::advisor(config)?)
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        Self::refused(error.code(), error.to_string(), error.hint())
    }
}

impl From<AdvisorError> for CommandError {
    fn from(error: AdvisorError) -> Self {
        match error {
            AdvisorError::KeyFile { .. } => {
                Self::Outside(Outside::new("no language model can be asked", error))
            }
            error => Self::refused(error.code(), error.to_string(), error.hint()),
        }
    }
}
