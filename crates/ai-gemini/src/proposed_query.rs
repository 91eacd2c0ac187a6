//! The form in which a model proposes a query.

use crate::answer::unwrapped;
use seedbed_edit::ProposedQuery;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlatQuery {
    sql: String,
    sentence: String,
}

/// The JSON schema of it.
pub(crate) fn schema() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "required": ["sql", "sentence"], "properties": {"sql": text, "sentence": text}})
}

/// The query of an answer. Whether it is a SELECT, and of what, is the database's business.
///
/// # Errors
/// When the answer is of another form, or holds no query.
pub(crate) fn read(answer: &str) -> Result<ProposedQuery, String> {
    let flat: FlatQuery = serde_json::from_str(unwrapped(answer)).map_err(|e| e.to_string())?;
    let sql = flat.sql.trim().trim_end_matches(';').trim_end().to_owned();
    if sql.is_empty() {
        return Err("`sql` is empty".to_owned());
    }
    if sql.contains('\0') {
        return Err("`sql` has a character of no text".to_owned());
    }
    Ok(ProposedQuery { sql, sentence: crate::secret_text::clip(&flat.sentence) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_taken_away_and_prose_is_not() {
        let query = read("\u{feff}```json\n{\"sql\": \"SELECT 1;\", \"sentence\": \"One.\"}\n```");
        assert_eq!(query, Ok(ProposedQuery { sql: "SELECT 1".to_owned(), sentence: "One.".to_owned() }));
        assert!(read("Here it is: {\"sql\": \"SELECT 1\", \"sentence\": \"\"}").is_err());
        assert!(read("{\"sql\": \"SELECT 1\", \"sql\": \"SELECT 2\", \"sentence\": \"\"}").is_err(), "twice");
        assert!(read("{\"sql\": \" ; \", \"sentence\": \"\"}").is_err());
    }
}
