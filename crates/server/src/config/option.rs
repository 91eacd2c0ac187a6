//! One option.

use super::config_error::{ConfigError, Place};
use super::serve_config::ServeConfig;

/// One thing that the server can be told.
#[derive(Clone, Copy, Debug)]
pub struct ConfigOption {
    /// Its key in the table `[server]` of `seedbed.toml`; with `--` before it, its flag, unless it has none.
    pub key: &'static str,
    /// Its variable of the environment.
    pub variable: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// What it takes, in words that follow "is not".
    pub expected: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Sets it to what a text means.
    pub(super) set: fn(&mut ServeConfig, &str) -> Option<()>,
    /// The text that sets it to what it is.
    pub(super) get: fn(&ServeConfig) -> String,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// One value; the text names it in the help.
    Value(&'static str),
    /// `true` or `false`; the flag alone means `true`.
    Switch,
    /// Several texts: in a flag and in the environment with commas between them, in the file a list.
    List(&'static str),
    /// A value that is never shown.
    Secret(&'static str),
    /// A value that is never shown and has no flag: whoever lists the processes of the machine reads those.
    Key,
}

impl ConfigOption {
    /// Whether it says how an advisor is asked, which the commands without a server want to know as well.
    pub fn is_of_advisor(&self) -> bool {
        self.key.starts_with("gemini-") || self.key.starts_with("ai-")
    }

    /// Sets it to what a text means that was given in a place.
    pub(super) fn apply(
        &self,
        config: &mut ServeConfig,
        text: &str,
        place: Place,
    ) -> Result<(), ConfigError> {
        let shown = if matches!(self.kind, OptionKind::Secret(_) | OptionKind::Key) { "..." } else { text };
        (self.set)(config, text).ok_or_else(|| ConfigError::Value {
            place,
            text: shown.to_owned(),
            expected: self.expected,
        })
    }
}
