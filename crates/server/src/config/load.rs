//! What is told in several places, put together.

use super::advisor_config::AdvisorConfig;
use super::config_error::{ConfigError, Place};
use super::config_file;
use super::flags::ServeFlags;
use super::option::ConfigOption;
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
        let mut config = Self::read(&environment, file, |_| true)?;
        for (option, text) in flags.given() {
            option.apply(&mut config, text, Place::Flag(option.key))?;
        }
        config.checked()
    }

    /// What the environment and a file say of the options that are wanted.
    fn read(
        environment: &impl Fn(&str) -> Option<String>,
        file: Option<(&str, &str)>,
        is_wanted: fn(&ConfigOption) -> bool,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some(file) = file {
            config_file::apply(&mut config, file, is_wanted)?;
        }
        for option in OPTIONS.iter().filter(|option| is_wanted(option)) {
            if let Some(text) = environment(option.variable).filter(|text| !text.is_empty()) {
                option.apply(&mut config, &text, Place::Variable(option.variable))?;
            }
        }
        Ok(config)
    }

    /// What is true of all options together.
    fn checked(self) -> Result<Self, ConfigError> {
        if self.api_token.is_none() && !self.is_loopback() {
            return Err(ConfigError::TokenRequired { host: self.host });
        }
        Ok(self)
    }
}

impl AdvisorConfig {
    /// What the environment and the table `[server]` of a file say of an advisor, for who needs no server. What is said of
    /// the server is not looked at: variables such as `PORT` are everybody's.
    ///
    /// ```
    /// # use seedbed_server::AdvisorConfig;
    /// let file = ("seedbed.toml", "[server]\nport = 99999\ngemini-model = 'some-model'\n");
    /// assert_eq!(AdvisorConfig::load(|_| None, Some(file))?.model, "some-model");
    /// # Ok::<(), seedbed_server::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError`], the first one there is.
    pub fn load(
        environment: impl Fn(&str) -> Option<String>,
        file: Option<(&str, &str)>,
    ) -> Result<Self, ConfigError> {
        Ok(ServeConfig::read(&environment, file, ConfigOption::is_of_advisor)?.advisor)
    }
}
