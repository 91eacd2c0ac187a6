//! Lists that come in parts.

use super::answer::json;
use crate::error::ApiError;
use crate::request::Parameters;
use axum::http::header::LINK;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::Response;
use serde::Serialize;
use std::fmt::Write;

pub(super) const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// Entries of a list at most, and when nobody says.
const MOST: u64 = 500;
const USUAL: u64 = 50;

/// Which part of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) limit: u64,
    pub(super) offset: u64,
}

impl Part {
    pub(super) fn of(parameters: &mut Parameters) -> Self {
        Self {
            limit: parameters.whole("limit", 1..=MOST).unwrap_or(USUAL),
            offset: parameters.whole("offset", 0..=i64::MAX as u64).unwrap_or(0),
        }
    }
}

/// The part, how many there are in all, and where the other parts are.
///
/// # Errors
/// 500 for what can't be written, of which there is none.
pub(super) fn part_of_list<T: Serialize>(
    entries: &[T],
    total: u64,
    part: Part,
    uri: &Uri,
) -> Result<Response, ApiError> {
    let mut response = json(&entries)?;
    response.headers_mut().insert(X_TOTAL_COUNT, total.into());
    if let Some(links) = links(total, part, uri) {
        response.headers_mut().insert(LINK, links);
    }
    Ok(response)
}

/// `Link` as RFC 8288 has it: to the first part, the last, and those beside this one.
pub(super) fn links(total: u64, Part { limit, offset }: Part, uri: &Uri) -> Option<HeaderValue> {
    let last = total.saturating_sub(1) / limit * limit;
    let next = offset.checked_add(limit).filter(|next| *next < total);
    let prev = (offset > 0).then(|| offset.saturating_sub(limit).min(last));
    let parts = [("first", Some(0)), ("prev", prev), ("next", next), ("last", Some(last))];
    let others = others(uri);
    let mut links = String::with_capacity(parts.len() * (uri.path().len() + others.len() + 72));
    for (rel, offset) in parts {
        let Some(offset) = offset else { continue };
        let comma = if links.is_empty() { "" } else { ", " };
        let _ = write!(links, "{comma}<{}?{others}limit={limit}&offset={offset}>; rel=\"{rel}\"", uri.path());
    }
    HeaderValue::try_from(links).ok()
}

/// What the query of a request says besides which part, with what comes before the next parameter.
fn others(uri: &Uri) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut others = pairs.filter(|(key, _)| key != "limit" && key != "offset").peekable();
    if others.peek().is_none() {
        return String::new();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others);
    query.finish() + "&"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_parts_that_there_are() {
        let uri: Uri = "/api/datasets?name=a%3Eb&limit=10&offset=10".parse().expect("an address");
        let links = |total, offset| {
            let links = links(total, Part { limit: 10, offset }, &uri).expect("links");
            links.to_str().expect("ASCII").to_owned()
        };
        let link = |offset: u64, rel: &str| {
            format!("</api/datasets?name=a%3Eb&limit=10&offset={offset}>; rel=\"{rel}\"")
        };
        let all = [link(0, "first"), link(0, "prev"), link(20, "next"), link(20, "last")];
        assert_eq!(links(25, 10), all.join(", "));
        assert_eq!(links(0, 0), [link(0, "first"), link(0, "last")].join(", "));
        assert_eq!(links(20, 10), [link(0, "first"), link(0, "prev"), link(10, "last")].join(", "));
    }
}
