//! What stands behind `?`.

use crate::error::ApiError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use seedbed_datagen_core::nearest;
use serde::de::value::Error as ValueError;
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The parameters of a query, taken one by one. What nobody takes is an error: a misspelled `limit` would be no limit.
#[derive(Debug)]
pub(crate) struct Parameters {
    left: Vec<(String, String)>,
    names: Vec<&'static str>,
    problem: Option<ApiError>,
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Parameters {
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self { left: pairs.into_owned().collect(), names: Vec::new(), problem: None }
    }

    /// All values of a parameter that may come more than once.
    pub(crate) fn all(&mut self, name: &'static str) -> Vec<String> {
        self.taken(name).collect()
    }

    fn taken(&mut self, name: &'static str) -> impl Iterator<Item = String> {
        self.names.push(name);
        self.left.extract_if(.., move |(key, _)| key == name).map(|(_, value)| value)
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        let mut taken = self.taken(name);
        let text = taken.next();
        if taken.count() > 0 {
            self.refuse(name, "it is given twice");
        }
        text
    }

    /// A whole number in a range. `1.0` is one, as in JSON.
    pub(crate) fn whole(&mut self, name: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let text = self.text(name)?;
        let digits = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'));
        let number = digits.map_or(text.as_str(), |(whole, _)| whole).parse().ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (from, to) = (range.start(), range.end());
            self.refuse(name, &format!("`{}` is not a whole number from {from} to {to}", shown(&text)));
        }
        number
    }

    /// `true` or `false`; `false` when it is not there.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        match self.text(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                self.refuse(name, &format!("`{}` is neither `true` nor `false`", shown(other)));
                false
            }
        }
    }

    /// One of some words.
    pub(crate) fn one_of<T: FromStr>(&mut self, name: &'static str, words: &str) -> Option<T> {
        let text = self.text(name)?;
        let word = text.parse().ok();
        if word.is_none() {
            self.refuse(name, &format!("`{}` is none of {words}", shown(&text)));
        }
        word
    }

    /// One of the words of a type.
    pub(crate) fn word<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let text = self.text(name)?;
        let word = T::deserialize(text.as_str().into_deserializer());
        let refused = |error: ValueError| {
            let words = error.to_string();
            let words = words.split_once(", expected ").map_or("what it may be", |(_, words)| words);
            let words = words.strip_prefix("one of ").unwrap_or(words);
            self.refuse(name, &format!("`{}` is none of {words}", shown(&text)));
        };
        word.map_err(refused).ok()
    }

    /// Notes what is wrong with a parameter; the first is told.
    pub(crate) fn refuse(&mut self, name: &str, problem: &str) {
        let error = || ApiError::bad_request("invalid-parameter", format!("`{name}`: {problem}"));
        self.problem.get_or_insert_with(error);
    }

    /// Whether all was right, and all was taken.
    ///
    /// # Errors
    /// 400 with the first thing that was not.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        let Some((unknown, _)) = self.left.first() else { return Ok(()) };
        let hint = match nearest(unknown, self.names.iter().copied()) {
            Some(similar) => Some(format!("did you mean `{similar}`?")),
            None if self.names.is_empty() => None,
            None => Some(format!("there are {}", self.names.join(", "))),
        };
        let message = format!("there is no parameter `{}`", shown(unknown));
        Err(ApiError::bad_request("unknown-parameter", message).hint(hint))
    }
}

/// As much of a text as is needed to know it again.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_checked_and_what_is_not_taken_is_told() {
        let mut query = Parameters::parse("limit=5.0&offset=7&filter=a&filter=b&name=x%20y&numbers=true");
        assert_eq!((query.whole("limit", 1..=10), query.whole("offset", 0..=u64::MAX)), (Some(5), Some(7)));
        assert_eq!(query.all("filter"), ["a", "b"]);
        assert_eq!((query.text("name").as_deref(), query.flag("numbers")), (Some("x y"), true));
        assert!(query.finish().is_ok());
        for query in ["limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=1&limit=2", "limt=1"] {
            let mut parameters = Parameters::parse(query);
            parameters.whole("limit", 1..=10);
            assert!(parameters.finish().is_err(), "{query}");
        }
    }
}
