//! The options as flags of a command.

use super::option::{ConfigOption, OptionKind};
use super::options::OPTIONS;
use super::serve_config::ServeConfig;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

/// The options that were given as flags. A command takes them with `#[command(flatten)]`.
#[derive(Clone, Debug, Default)]
pub struct ServeFlags {
    given: Vec<(&'static ConfigOption, String)>,
}

impl ServeFlags {
    /// The options with their texts.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static ConfigOption, &str)> {
        self.given.iter().map(|(option, text)| (*option, text.as_str()))
    }
}

impl clap::Args for ServeFlags {
    fn augment_args(command: Command) -> Command {
        let defaults = ServeConfig::default();
        command.args(OPTIONS.iter().filter_map(|option| flag(option, &defaults)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ServeFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // What has no flag is not known to the parser.
        let text = |option: &ConfigOption| matches.try_get_one::<String>(option.key).ok()?.cloned();
        let given = OPTIONS.iter().filter_map(|option| Some((option, text(option)?)));
        Ok(Self { given: given.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.given.extend(Self::from_arg_matches(matches)?.given);
        Ok(())
    }
}

/// Defaults and variables are told and not handed to the parser, which would put them before the file.
fn flag(option: &'static ConfigOption, defaults: &ServeConfig) -> Option<Arg> {
    let default = (option.get)(defaults);
    let shown = if default.is_empty() { String::new() } else { format!("; default {default}") };
    let help = format!("{} [env {}{shown}]", option.help, option.variable);
    let arg = Arg::new(option.key).long(option.key).help(help).action(ArgAction::Set);
    match option.kind {
        OptionKind::Key => None,
        OptionKind::Switch => Some(
            arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("true|false"),
        ),
        OptionKind::Value(name) | OptionKind::List(name) | OptionKind::Secret(name) => {
            Some(arg.value_name(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Args;

    fn flags(arguments: &[&str]) -> ServeFlags {
        let command = ServeFlags::augment_args(Command::new("serve"));
        let matches = command.try_get_matches_from(arguments).expect("they are flags");
        ServeFlags::from_arg_matches(&matches).expect("they are texts")
    }

    #[test]
    fn flags_stand_before_the_environment_and_that_before_the_file() {
        let environment = |name: &str| match name {
            "PORT" => Some("2".to_owned()),
            "MAX_TABLES" => Some("20".to_owned()),
            "HOST" => Some(String::new()),
            _ => None,
        };
        let file = ("seedbed.toml", "[server]\nport = 3\nmax-tables = 30\nmax-page-rows = 300\n");
        let given = flags(&["serve", "--port", "1", "--port-fallback"]);
        let config = ServeConfig::load(&given, environment, Some(file)).expect("a configuration");
        assert_eq!((config.port, config.max_tables, config.max_page_rows), (1, 20, 300));
        assert!(config.port_fallback);
        assert_eq!(config.host, "127.0.0.1", "an empty variable is none");
    }

    #[test]
    fn a_value_that_is_none_is_told_with_its_place_and_secrets_are_not_shown() {
        let error =
            ServeConfig::load(&flags(&["serve", "--port", "x"]), |_| None, None).expect_err("no port");
        assert_eq!(error.to_string(), "--port: `x` is not a port, 0 to 65535");
        let environment = |name: &str| (name == "API_TOKEN").then(|| "two words".to_owned());
        let error = ServeConfig::load(&ServeFlags::default(), environment, None).expect_err("no token");
        assert!(!error.to_string().contains("words"), "{error}");
    }

    #[test]
    fn a_key_comes_from_the_environment_or_the_file_and_never_by_a_flag() {
        let command = ServeFlags::augment_args(Command::new("serve"));
        assert!(command.try_get_matches_from(["serve", "--gemini-api-key", "k"]).is_err());
        let environment = |name: &str| (name == "GEMINI_API_KEY").then(|| "from-outside".to_owned());
        let file = ("seedbed.toml", "[server]\ngemini-api-key = 'from-file'\n");
        let none = ServeFlags::default();
        let key = |environment: &dyn Fn(&str) -> Option<String>| {
            let config = ServeConfig::load(&none, environment, Some(file)).expect("a configuration");
            assert!(!format!("{config:?}").contains("from-"), "{config:?}");
            config.advisor.key.map(|key| key.reveal().to_owned())
        };
        assert_eq!(key(&environment).as_deref(), Some("from-outside"));
        assert_eq!(key(&|_| None).as_deref(), Some("from-file"));
        let bad = |name: &str| (name == "GEMINI_API_KEY").then(|| "two words".to_owned());
        let error = ServeConfig::load(&none, bad, None).expect_err("no key");
        assert!(!error.to_string().contains("words"), "{error}");
    }

    #[test]
    fn a_host_that_others_reach_needs_a_token() {
        let load = |arguments: &[&str]| ServeConfig::load(&flags(arguments), |_| None, None);
        for host in ["0.0.0.0", "::", "192.168.1.4", "example.test"] {
            let error = load(&["serve", "--host", host]).expect_err("no token");
            assert_eq!(error.code(), "config-token-required", "{host}");
            load(&["serve", "--host", host, "--api-token", "0123456789abcdef"]).expect("with a token");
        }
        for host in ["localhost", "127.0.0.1", "127.1.2.3", "::1"] {
            load(&["serve", "--host", host]).expect(host);
        }
    }
}
