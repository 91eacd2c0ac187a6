//! What Gemini says when it does not answer.

use crate::error::GeminiError;
use crate::secret_text::Redaction;
use serde_json::Value;
use std::time::Duration;

/// A minute, for when its limit is reached and nobody says how long to wait.
const MINUTE: Duration = Duration::from_secs(60);

/// What an error of the service means. `body` is its JSON, if it is JSON.
pub(crate) fn meaning(status: u16, body: Option<&Value>, model: &str, redaction: &Redaction) -> GeminiError {
    let Some(error) = body.and_then(error_of) else { return without_words(status, body) };
    let said = Said::of(error);
    // In a stream the status of HTTP is 200, and the error has its own.
    let status = error.get("code").and_then(Value::as_u64).map_or(status, |code| code as u16);
    let message = redaction.message(&said.message);
    match (status, said.status.as_str()) {
        _ if said.has_reason("API_KEY_INVALID") => GeminiError::KeyInvalid { message, is_for_good: true },
        _ if said.has_reason("API_KEY_EXPIRED") => GeminiError::KeyInvalid { message, is_for_good: false },
        (401, _) | (_, "UNAUTHENTICATED") => GeminiError::KeyInvalid { message, is_for_good: false },
        (403, _) | (_, "PERMISSION_DENIED" | "FAILED_PRECONDITION") => {
            // There is no reason for it apart from the words.
            let is_for_good = said.message.contains("reported as leaked");
            GeminiError::KeyRefused { message, is_for_good }
        }
        (404, _) | (_, "NOT_FOUND") => GeminiError::ModelUnknown { model: model.to_owned(), message },
        (429, _) | (_, "RESOURCE_EXHAUSTED") => said.quota(message),
        (503, _) | (_, "UNAVAILABLE") => GeminiError::Overloaded { message },
        (408 | 499, _) | (500.., _) => GeminiError::ServerFailed { status, message },
        _ => {
            let may_be_the_form = status == 400 && !said.message.contains("token count");
            GeminiError::RequestRefused { message, may_be_the_form }
        }
    }
}

/// The error object of a body: as it is, in a list, or behind other keys.
pub(crate) fn error_of(body: &Value) -> Option<&Value> {
    match body {
        Value::Array(items) => items.iter().find_map(error_of),
        Value::Object(object) => object.get("error").filter(|e| e.is_object()),
        _ => None,
    }
}

/// Without an error of Gemini's form: a proxy speaks, or something else altogether.
fn without_words(status: u16, body: Option<&Value>) -> GeminiError {
    let what = if body.is_some() { "JSON of another form" } else { "a body that is no JSON" };
    match status {
        429 => GeminiError::QuotaMinute { message: "without a reason".to_owned(), after: None },
        503 => GeminiError::Overloaded { message: what.to_owned() },
        408 | 499 | 500.. => GeminiError::ServerFailed { status, message: what.to_owned() },
        _ => GeminiError::NotGemini { message: format!("status {status} with {what}") },
    }
}

/// An error, as far as it is understood.
#[derive(Debug, Default)]
struct Said {
    status: String,
    message: String,
    reasons: Vec<String>,
    quotas: Vec<String>,
    retry_after: Option<Duration>,
}

impl Said {
    fn of(error: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let mut said =
            Self { status: text(error, "status"), message: text(error, "message"), ..Self::default() };
        for detail in error["details"].as_array().into_iter().flatten() {
            let kind = text(detail, "@type");
            if kind.ends_with("ErrorInfo") {
                said.reasons.push(text(detail, "reason"));
            } else if kind.ends_with("QuotaFailure") {
                let violations = detail["violations"].as_array().into_iter().flatten();
                said.quotas.extend(violations.map(|v| text(v, "quotaId")));
            } else if kind.ends_with("RetryInfo") {
                said.retry_after = proto_duration(&text(detail, "retryDelay"));
            }
        }
        said
    }

    fn has_reason(&self, reason: &str) -> bool {
        self.reasons.iter().any(|r| r == reason)
    }

    /// Which limit it is. A delay that it offers says nothing: it is also offered for what will not pass.
    fn quota(&self, message: String) -> GeminiError {
        let of_a_day = |quota: &String| quota.contains("PerDay") || quota.contains("Daily");
        if self.quotas.iter().any(of_a_day) {
            return GeminiError::QuotaDay { message };
        }
        if has_limit_zero(&self.message) || self.has_reason("MODEL_CAPACITY_EXHAUSTED") {
            return GeminiError::QuotaNone { message };
        }
        let of_a_minute = self.quotas.iter().any(|q| q.contains("PerMinute"));
        let said = self.retry_after.or_else(|| delay_in_words(&self.message));
        GeminiError::QuotaMinute { message, after: said.or(of_a_minute.then_some(MINUTE)) }
    }
}

/// Whether it says `limit: 0`, and not `limit: 05` or `limit: 0.5`.
fn has_limit_zero(message: &str) -> bool {
    message.split("limit: 0").skip(1).any(|rest| {
        let mut next = rest.chars();
        match next.next() {
            Some('.') => !next.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => !c.is_ascii_digit(),
            None => true,
        }
    })
}

/// `Please retry in 26.66s.`
fn delay_in_words(message: &str) -> Option<Duration> {
    let (_, behind) = message.split_once("retry in ")?;
    let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(behind.len());
    proto_duration(behind[..end].trim_end_matches('.'))
}

/// `45.837906927s`, and `900ms`, which is no duration of the protocol and comes all the same.
fn proto_duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let seconds: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(seconds * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;
    use serde_json::json;

    fn of(status: u16, error: &Value) -> GeminiError {
        let redaction = Redaction::new(SecretString::from("SECRET".to_owned()));
        meaning(status, Some(&json!({"error": error})), "m", &redaction)
    }

    #[test]
    fn durations_have_fractions_and_two_units() {
        assert_eq!(proto_duration("3.5s"), Some(Duration::from_millis(3_500)));
        assert_eq!(proto_duration("900ms"), Some(Duration::from_millis(900)));
        assert_eq!(proto_duration("-1s"), None);
        assert_eq!(delay_in_words("Please retry in 26.66s."), Some(Duration::from_millis(26_660)));
    }

    #[test]
    fn a_day_is_told_from_a_minute_whatever_delay_is_offered() {
        let details = |quota: &str| {
            json!([
                {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2s"},
            ])
        };
        let error = |quota: &str| json!({"code": 429, "message": "quota", "details": details(quota)});
        assert_eq!(
            of(429, &error("GenerateRequestsPerDayPerProjectPerModel-FreeTier")).code(),
            "ai-quota-day"
        );
        let minute = of(429, &error("GenerateRequestsPerMinutePerProjectPerModel"));
        assert!(
            matches!(minute, GeminiError::QuotaMinute { after: Some(a), .. } if a == Duration::from_secs(2))
        );
        let zero =
            json!({"code": 429, "message": "Quota exceeded, limit: 0, model: x. Please retry in 45s."});
        assert_eq!(of(429, &zero).code(), "ai-quota-none");
        let ten = json!({"code": 429, "message": "limit: 05 or limit: 0.5. Please retry in 1s."});
        assert_eq!(of(429, &ten).code(), "ai-quota-minute");
    }

    #[test]
    fn a_key_that_is_none_is_a_400_and_never_in_the_message() {
        let info = json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"});
        let error = json!({"code": 400, "message": "API key SECRET not valid", "details": [info]});
        let meant = of(400, &error);
        assert_eq!(
            meant,
            GeminiError::KeyInvalid { message: "API key [key] not valid".to_owned(), is_for_good: true }
        );
        let billing = json!({"code": 403, "status": "PERMISSION_DENIED", "message": "enable billing"});
        assert_eq!(of(403, &billing).stops_all(), Some(false), "somebody may enable it");
    }

    #[test]
    fn a_wall_of_html_is_not_gemini() {
        let redaction = Redaction::new(SecretString::from("SECRET".to_owned()));
        assert_eq!(meaning(502, None, "m", &redaction).code(), "ai-server-failed");
        assert_eq!(meaning(403, None, "m", &redaction).code(), "ai-unreachable");
        let listed = json!([{"error": {"code": 503, "message": "busy"}}]);
        assert_eq!(meaning(200, Some(&listed), "m", &redaction).code(), "ai-overloaded");
    }
}
