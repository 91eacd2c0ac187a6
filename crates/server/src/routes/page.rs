//! Pages of rows.

use super::answer::json_text;
use super::listing::{Part, X_TOTAL_COUNT, links};
use crate::bodies::shapes;
use crate::error::ApiError;
use crate::request::{Parameters, TablePath};
use crate::state::Shared;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::LINK;
use axum::response::Response;
use seedbed_service::{PageAnswer, PageQuery};
use seedbed_store::{Comparison, Direction, Filter};
use std::sync::Arc;

/// Rows of a page when nobody says.
const USUAL: u64 = 50;

/// Rows of a table
///
/// `order` is a column, perhaps with `:asc` or `:desc` behind it, and may come several times. `filter` is a column, a
/// comparison and a literal with `:` between them, such as `length:ge:90`, and may come several times, when all of them hold.
/// Comparisons are `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `contains`, and without a literal `null` and `notnull`. In the name of a
/// column, `:` is written `%3A` and `%` is written `%25`, before the whole is escaped as addresses are.
#[utoipa::path(get, path = "/api/datasets/{id}/tables/{table}", operation_id = "getTablePage", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("table" = String, Path, description = "The table"),
        ("limit" = Option<u64>, Query, description = "Rows at most", minimum = 1),
        ("offset" = Option<u64>, Query, description = "Rows to pass over", minimum = 0, maximum = 9223372036854775807_i64),
        ("order" = Option<Vec<String>>, Query, description = "By which columns"),
        ("filter" = Option<Vec<String>>, Query, description = "What holds of columns"),
        ("numbers" = Option<shapes::Numbers>, Query, description = "`string`: whole numbers beyond 2^53 and decimals come as texts"),
    ),
    responses((status = 200, description = "The rows", body = shapes::PageAnswer,
        headers(("X-Total-Count" = u64, description = "How many the filter lets through"), ("Link" = String, description = "The other pages")))))]
pub(super) async fn page(
    State(state): State<Shared>,
    TablePath(id, table): TablePath,
    parameters: Parameters,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = page_query(parameters, state.service.options().limits.page_rows)?;
    let page = match state.service.page_at_hand(id, &table, &query) {
        Some(page) => page,
        None => {
            let query = query.clone();
            state.call(move |service| service.page(id, &table, &query)).await?
        }
    };
    let total = page.total;
    let mut response = json_text(Bytes::from_owner(PageText(page)));
    response.headers_mut().insert(X_TOTAL_COUNT, total.into());
    let part = Part { limit: query.limit, offset: query.offset };
    if let Some(links) = links(total, part, &uri) {
        response.headers_mut().insert(LINK, links);
    }
    Ok(response)
}

/// The text of a page that others may be reading as well: it is not copied.
struct PageText(Arc<PageAnswer>);

impl AsRef<[u8]> for PageText {
    fn as_ref(&self) -> &[u8] {
        &self.0.json
    }
}

fn page_query(mut parameters: Parameters, most: u64) -> Result<PageQuery, ApiError> {
    let limit = parameters.whole("limit", 1..=most).unwrap_or(USUAL.min(most));
    let offset = parameters.whole("offset", 0..=i64::MAX as u64).unwrap_or(0);
    let order = parameters.all("order").iter().map(|text| order(text)).collect();
    let filter = parameters.all("filter").iter().map(|text| filter(text)).collect::<Option<Vec<_>>>();
    if filter.is_none() {
        let problem = "it is a column, a comparison and a literal, such as `length:ge:90`, where the comparison is one \
                       of eq, ne, lt, le, gt, ge, contains, null and notnull";
        parameters.refuse("filter", problem);
    }
    let numbers_as_strings = parameters.word("numbers") == Some(shapes::Numbers::String);
    parameters.finish()?;
    Ok(PageQuery { offset, limit, order, filter: filter.unwrap_or_default(), numbers_as_strings })
}

fn order(text: &str) -> (String, Direction) {
    match text.rsplit_once(':') {
        Some((column, "asc")) => (name(column), Direction::Ascending),
        Some((column, "desc")) => (name(column), Direction::Descending),
        _ => (name(text), Direction::Ascending),
    }
}

fn filter(text: &str) -> Option<Filter> {
    let (column, rest) = text.split_once(':')?;
    let (word, literal) =
        rest.split_once(':').map_or((rest, None), |(word, text)| (word, Some(text.to_owned())));
    let comparison = match (word, literal) {
        ("eq", Some(text)) => Comparison::Equal(text),
        ("ne", Some(text)) => Comparison::NotEqual(text),
        ("lt", Some(text)) => Comparison::Less(text),
        ("le", Some(text)) => Comparison::LessOrEqual(text),
        ("gt", Some(text)) => Comparison::Greater(text),
        ("ge", Some(text)) => Comparison::GreaterOrEqual(text),
        ("contains", Some(text)) => Comparison::Contains(text),
        ("null", None) => Comparison::Null,
        ("notnull", None) => Comparison::NotNull,
        _ => return None,
    };
    Some(Filter { column: name(column), comparison })
}

/// The name of a column, without its escapes.
fn name(text: &str) -> String {
    text.replace("%3A", ":").replace("%3a", ":").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Option<PageQuery> {
        page_query(Parameters::parse(text), 1_000).ok()
    }

    #[test]
    fn orders_and_filters_have_their_spelling() {
        let query =
            query("order=length:desc&order=a%253Ab&filter=title:eq:x:y&filter=born:null&numbers=string")
                .expect("a query");
        let order = [("length".to_owned(), Direction::Descending), ("a:b".to_owned(), Direction::Ascending)];
        assert_eq!(query.order, order);
        let title = Filter { column: "title".to_owned(), comparison: Comparison::Equal("x:y".to_owned()) };
        let born = Filter { column: "born".to_owned(), comparison: Comparison::Null };
        assert_eq!(query.filter, [title, born]);
        assert!(query.numbers_as_strings && query.limit == 50);
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in
            ["filter=title", "filter=title:like:x", "filter=title:eq", "filter=title:null:1", "numbers=text"]
        {
            assert_eq!(query(text), None, "{text}");
        }
        assert_eq!(query("limit=1001"), None);
    }
}
