//! What is told in several places, put together.

use super::config_error::{ConfigError, Place};
use super::config_file;
use super::flags::ServeFlags;
use super::options::OPTIONS;
use super::serve_config::ServeConfig;

impl ServeConfig {
    /// Flags before the environment, the environment before the table `[server]` of a file, that before the defaults.
    /// An empty variable is one that isn't set.
    ///
    /// ```
    /// # use seedbed_server::{ServeConfig, ServeFlags};
    /// let file = ("seedbed.toml", "[server]\nport = 8080\nhost = 'localhost'\n");
    /// let environment = |name: &str| (name == "PORT").then(|| "9000".to_owned());
    /// let config = ServeConfig::load(&ServeFlags::default(), environment, Some(file))?;
    /// assert_eq!((config.port, config.host.as_str()), (9000, "localhost"));
    /// # Ok::<(), seedbed_server::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError`], the first one there is.
    pub fn load(
        flags: &ServeFlags,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<(&str, &str)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some((name, text)) = file {
            config_file::apply(&mut config, name, text)?;
        }
        for option in OPTIONS {
            if let Some(text) = environment(option.variable).filter(|text| !text.is_empty()) {
                option.apply(&mut config, &text, Place::Variable(option.variable))?;
            }
        }
        for (option, text) in flags.given() {
            option.apply(&mut config, text, Place::Flag(option.key))?;
        }
        config.checked()
    }

    /// What is true of all options together.
    fn checked(self) -> Result<Self, ConfigError> {
        if self.api_token.is_none() && !self.is_loopback() {
            return Err(ConfigError::TokenRequired { host: self.host });
        }
        Ok(self)
    }
}
