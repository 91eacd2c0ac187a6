//! Answers that are compressed for who can read that.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, VARY,
};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version};
use axum::response::Response;
use std::convert::Infallible;
use tower::{Layer, Service};
use tower_http::compression::CompressionLayer;

/// A route's answer, compressed when the client reads that. Who says nothing of encodings gets it as it is, and no body
/// around it.
pub(super) async fn encoded<S>(mut route: S, request: Request) -> Result<Response, Infallible>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    if request.headers().contains_key(ACCEPT_ENCODING) {
        let mut route = CompressionLayer::new().compress_when(is_worth_compressing).layer(route);
        return Ok(route.call(request).await?.map(Body::new));
    }
    let mut response = route.call(request).await?;
    let headers = response.headers();
    let is_as_it_is = headers.contains_key(CONTENT_ENCODING) || headers.contains_key(CONTENT_RANGE);
    if !is_as_it_is && is_compressible(headers) {
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    }
    Ok(response)
}

fn is_worth_compressing(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    is_compressible(headers)
}

/// JSON and the page of the API. Events must not wait for more of them, and files keep their bytes, which have a tag.
fn is_compressible(headers: &HeaderMap) -> bool {
    let ty = headers.get(CONTENT_TYPE).and_then(|ty| ty.to_str().ok()).unwrap_or_default();
    let is_text = ["application/json", "text/html", "text/css", "text/javascript", "application/javascript"];
    is_text.iter().any(|text| ty.starts_with(text)) && !headers.contains_key(ACCEPT_RANGES)
}
