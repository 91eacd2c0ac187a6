//! What a URL and the environment say about a connection, as the server's own clients put them together.

use crate::parameter::{Parameter, Values};
use crate::{LoadError, ServerUrl, ShownTarget};
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;

/// What is said about a connection, each thing checked.
pub(crate) struct Settings<'a> {
    url: &'a ServerUrl,
    environment: BTreeMap<&'static str, String>,
}

impl<'a> Settings<'a> {
    /// Those of a URL, completed by variables of the environment. An empty variable says nothing, as in libpq.
    ///
    /// # Errors
    /// [`LoadError::Variable`].
    pub(crate) fn read(
        url: &'a ServerUrl,
        dialect: Dialect,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, LoadError> {
        let mut environment = BTreeMap::new();
        for Parameter { name, variable: of, values } in Parameter::all(dialect) {
            let Some(of) = of.filter(|_| url.get(name).is_none()) else { continue };
            let Some(value) = variable(of).filter(|value| !value.is_empty()) else { continue };
            let wrong = |value: String, expected| {
                let value = if *name == "password" { "...".to_owned() } else { value };
                LoadError::Variable { variable: of, value, expected }
            };
            let value = value
                .into_string()
                .map_err(|value| wrong(value.to_string_lossy().into_owned(), "UTF-8".to_owned()))?;
            if !values.hold(&value) {
                return Err(wrong(value, values.told()));
            }
            environment.insert(*name, value);
        }
        Ok(Self { url, environment })
    }

    /// What is said for a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.url
            .get(name)
            .or_else(|| self.environment.get(name).map(String::as_str))
            .filter(|v| !v.is_empty())
    }

    /// Whether the URL itself says it.
    #[cfg(feature = "mysql")]
    pub(crate) fn is_in_url(&self, name: &str) -> bool {
        self.url.get(name).is_some()
    }

    /// The same of a parameter that is a number.
    #[cfg(feature = "mysql")]
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.trim().parse().ok()
    }

    /// What may be told of the target.
    pub(crate) fn shown(&self) -> ShownTarget {
        self.url.shown().clone()
    }

    /// A cause without the login, which servers and clients quote in their messages.
    pub(crate) fn told(&self, error: &dyn Error) -> Box<dyn Error + Send + Sync> {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text += &format!(": {more}");
            }
            cause = error.source();
        }
        for secret in ["user", "password"].into_iter().filter_map(|name| self.get(name)) {
            for quote in ['"', '\'', '`'] {
                text = text.replace(&format!("{quote}{secret}{quote}"), "...");
            }
        }
        // Of a password also where nothing stands around it. Shorter ones are parts of words.
        if let Some(password) = self.get("password").filter(|password| password.len() > 3) {
            text = text.replace(password, "...");
        }
        text.into()
    }
}

impl Values {
    /// Whether a word that switches something says no.
    pub(crate) fn is_off(word: &str) -> bool {
        ["0", "off", "false"].iter().any(|off| off.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseTarget;

    fn read(url: &str, variables: &[(&str, &str)]) -> Result<Vec<(&'static str, String)>, LoadError> {
        let target: DatabaseTarget = url.parse()?;
        let variable =
            |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
        let dialect = target.dialect();
        let (DatabaseTarget::Postgres(url) | DatabaseTarget::MySql(url)) = target else { panic!("{target}") };
        let settings = Settings::read(&url, dialect, &variable)?;
        let all = Parameter::all(dialect).iter();
        Ok(all.filter_map(|p| Some((p.name, settings.get(p.name)?.to_owned()))).collect())
    }

    #[test]
    fn a_url_stands_before_the_environment() {
        let variables =
            [("PGHOST", "b"), ("PGPORT", "6000"), ("PGUSER", "me"), ("PGSSLMODE", ""), ("PGDATABASE", "d")];
        let got = read("postgres://a/c", &variables).unwrap();
        let want = [("host", "a"), ("port", "6000"), ("dbname", "c"), ("user", "me")];
        assert_eq!(got, want.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_variable_without_sense_is_told_by_name_and_value() {
        let wrong = [
            ("postgres://a/c", "PGPORT", "54x2"),
            ("postgres://a/c", "PGPORT", "70000"),
            ("postgres://a/c", "PGCONNECT_TIMEOUT", "soon"),
            ("postgres://a/c", "PGSSLMODE", "maybe"),
            ("postgres://a/c", "PGHOSTADDR", "localhost"),
            ("postgres://a/c", "PGTARGETSESSIONATTRS", "any-more"),
            ("mysql://a/c", "MYSQL_TCP_PORT", "-1"),
        ];
        for (url, variable, value) in wrong {
            let error = read(url, &[(variable, value)]).expect_err(variable);
            let text = error.to_string();
            assert!(
                text.contains(&format!("`{variable}`")) && text.contains(&format!("`{value}`")),
                "{text}"
            );
            assert_eq!((error.code(), error.hint().is_some()), ("load-variable", true));
        }
        assert!(read("postgres://a:5/c", &[("PGPORT", "54x2")]).is_ok(), "it isn't asked");
    }

    #[test]
    fn causes_are_told_without_the_login() {
        let target: DatabaseTarget = "mysql://walter:tr0ub4dor@h/d".parse().unwrap();
        let DatabaseTarget::MySql(url) = &target else { panic!("{target}") };
        let settings = Settings::read(url, Dialect::MySql, &|_| None).unwrap();
        let cause = std::io::Error::other("Access denied for user 'walter'@'h' with tr0ub4dor");
        assert_eq!(settings.told(&cause).to_string(), "Access denied for user ...@'h' with ...");
    }
}
