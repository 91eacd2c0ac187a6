//! The table `[server]` of `seedbed.toml`.

use super::config_error::{ConfigError, Place};
use super::option::ConfigOption;
use super::options::OPTIONS;
use super::serve_config::ServeConfig;
use seedbed_datagen_core::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Sets what the table `[server]` of a text says, if it has one, of the options that are wanted. What else is in the text is
/// the spec, and not looked at.
pub(super) fn apply(
    config: &mut ServeConfig,
    (name, text): (&str, &str),
    is_wanted: fn(&ConfigOption) -> bool,
) -> Result<(), ConfigError> {
    let place = |byte| Place::in_file(name, text, byte);
    let document = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        place: place(error.span().map_or(0, |span| span.start)),
        problem: error.message().replace('\n', ", "),
    })?;
    let Some((key, server)) = document.get_ref().get_key_value("server") else { return Ok(()) };
    let Some(table) = server.get_ref().as_table() else {
        let problem = "`server` is a table, `[server]`".to_owned();
        return Err(ConfigError::Syntax { place: place(key.span().start), problem });
    };
    for (key, value) in table {
        let Some(option) = OPTIONS.iter().find(|option| option.key == key.get_ref()) else {
            let similar = nearest(key.get_ref(), OPTIONS.iter().map(|o| o.key));
            let key_text = key.get_ref().to_string();
            return Err(ConfigError::UnknownKey { place: place(key.span().start), key: key_text, similar });
        };
        if is_wanted(option) {
            option.apply(config, &as_text(value, text), place(value.span().start))?;
        }
    }
    Ok(())
}

/// A value as a flag would have it: texts bare, lists with commas, all else as it is written.
fn as_text(value: &Spanned<DeValue<'_>>, text: &str) -> String {
    match value.get_ref() {
        DeValue::String(string) => string.to_string(),
        DeValue::Array(values) => values.iter().map(|v| as_text(v, text)).collect::<Vec<_>>().join(","),
        _ => text.get(value.span()).unwrap_or_default().replace('_', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ServeConfig, ConfigError> {
        let mut config = ServeConfig::default();
        apply(&mut config, ("seedbed.toml", text), |_| true).map(|()| config)
    }

    #[test]
    fn the_table_sets_options_and_the_rest_is_not_looked_at() {
        let config = read(
            "rows = 5\n[server]\nport = 8_080\nport-fallback = true\njob-timeout = '5m'\n\
                           cors-origins = ['http://a.test', 'http://b.test']\n[tables.film]\nrows = 1\n",
        )
        .expect("a configuration");
        assert_eq!((config.port, config.port_fallback, config.job_timeout.as_secs()), (8080, true, 300));
        assert_eq!(config.cors_origins, ["http://a.test", "http://b.test"]);
        assert_eq!(read("rows = 5\n"), Ok(ServeConfig::default()));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let error = read("[server]\n  prot = 1\n").expect_err("no option");
        assert_eq!(error.to_string(), "seedbed.toml:2:3: there is no option `prot`");
        assert_eq!(error.hint().as_deref(), Some("did you mean `port`?"));
        let error = read("[server]\nport = 70000\n").expect_err("no port");
        assert_eq!(error.to_string(), "seedbed.toml:2:8: `70000` is not a port, 0 to 65535");
        let error = read("server = 1\n").expect_err("no table");
        assert_eq!(error.to_string(), "seedbed.toml:1:1: `server` is a table, `[server]`");
        assert!(matches!(read("[server\n"), Err(ConfigError::Syntax { .. })));
    }
}
