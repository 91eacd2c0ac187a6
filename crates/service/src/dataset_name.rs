//! What datasets may be called, and what may be said of them.

use crate::ServiceError;

/// Characters of a dataset's name.
const NAME_CHARS: usize = 200;

/// A text that may be a dataset's name.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub(crate) fn name_of(text: &str) -> Result<String, ServiceError> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err(ServiceError::Invalid("a name has at least one character".to_owned())),
        1..=NAME_CHARS if !text.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=NAME_CHARS => Err(ServiceError::Invalid("a name has no control characters".to_owned())),
        count => {
            Err(ServiceError::Invalid(format!("the name has {count} characters, more than {NAME_CHARS}")))
        }
    }
}

/// Characters of a dataset's description.
const DESCRIPTION_CHARS: usize = 4_000;

/// A text that may be a dataset's description.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub(crate) fn description_of(text: Option<&str>) -> Result<String, ServiceError> {
    let text = text.unwrap_or_default();
    match text.chars().count() {
        0..=DESCRIPTION_CHARS => Ok(text.to_owned()),
        count => {
            let told = format!("the description has {count} characters, more than {DESCRIPTION_CHARS}");
            Err(ServiceError::Invalid(told))
        }
    }
}
