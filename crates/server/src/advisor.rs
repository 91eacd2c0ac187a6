//! Who is asked what sentences mean.

use crate::config::AdvisorConfig;
use seedbed_ai_gemini::{ConfigError, Gemini, GeminiConfig, Timeouts};
use seedbed_edit::Advisor;
use std::path::PathBuf;
use std::sync::Arc;

/// Why there is no advisor.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdvisorError {
    /// The file of the key can't be read.
    #[error("cannot read the key in `{}`", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// There is no key in the file.
    #[error("no key is in `{}`", .0.display())]
    NoKey(PathBuf),
    /// The options make no sense, or the system has no threads for it.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl AdvisorError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyFile { .. } => "ai-key-file",
            Self::NoKey(_) => "ai-no-key",
            Self::Config(error) => error.code(),
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::KeyFile { .. } | Self::NoKey(_) => {
                Some("the file holds the key and nothing else; GEMINI_API_KEY is another way".to_owned())
            }
            Self::Config(error) => error.hint().map(str::to_owned),
        }
    }
}

/// The advisor that a configuration names, if it has a key. Nobody is asked anything yet.
///
/// # Errors
/// [`AdvisorError`].
pub fn advisor(config: &AdvisorConfig) -> Result<Option<Arc<dyn Advisor>>, AdvisorError> {
    let Some(key) = key(config)? else { return Ok(None) };
    let usual = Timeouts::default();
    let limited = |tokens: u64| (tokens > 0).then_some(tokens);
    let gemini = GeminiConfig {
        model: config.model.clone(),
        base_url: config.base_url.clone(),
        max_output_tokens: config.max_output_tokens,
        tokens_per_job: limited(config.tokens_per_job),
        tokens_per_day: limited(config.tokens_per_day),
        concurrency: config.concurrency,
        timeouts: Timeouts {
            first_byte: usual.first_byte.min(config.timeout),
            call: usual.call.min(config.timeout),
            question: config.timeout,
            ..usual
        },
        ..GeminiConfig::new(key)
    };
    Ok(Some(Arc::new(Gemini::new(gemini)?)))
}

fn key(config: &AdvisorConfig) -> Result<Option<String>, AdvisorError> {
    let Some(path) = &config.key_file else {
        return Ok(config.key.as_ref().map(|key| key.reveal().to_owned()));
    };
    let text = std::fs::read_to_string(path)
        .map_err(|source| AdvisorError::KeyFile { path: path.clone(), source })?;
    match text.trim() {
        "" => Err(AdvisorError::NoKey(path.clone())),
        key => Ok(Some(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_where_there_is_a_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let with_file = AdvisorConfig { key_file: Some(path.clone()), ..AdvisorConfig::default() };
        assert!(advisor(&AdvisorConfig::default()).expect("no key is no error").is_none());
        assert_eq!(advisor(&with_file).map(drop).map_err(|error| error.code()), Err("ai-key-file"));
        std::fs::write(&path, " \n").expect("it can be written");
        assert_eq!(advisor(&with_file).map(drop).map_err(|error| error.code()), Err("ai-no-key"));
        std::fs::write(&path, "some-key\n").expect("it can be written");
        let found = advisor(&with_file).expect("a key").expect("an advisor");
        assert!(!format!("{found:?}").contains("some-key"));
    }

    #[test]
    fn what_makes_no_sense_is_told_without_the_key() {
        let key = crate::config::Secret::new("some-key");
        let config = AdvisorConfig { key, base_url: "ftp://there".to_owned(), ..AdvisorConfig::default() };
        let error = advisor(&config).expect_err("no base URL");
        assert_eq!(error.code(), "ai-config-invalid");
        assert!(!error.to_string().contains("some-key") && error.hint().is_some(), "{error}");
    }
}
