//! Pages of rows as JSON.

use crate::opened::Opened;
use crate::{PageQuery, RequestLimits, ServiceError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use seedbed_datagen_core::{CancelToken, resolve_column};
use seedbed_store::{Digest, Filter, PageRequest};
use seedbed_text_encode::{JsonNumbers, JsonRows};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAnswer {
    /// JSON: `{"table", "columns": [{"name", "type", "nullable"}], "offset", "limit", "total", "rows": [{...}]}`.
    pub json: Vec<u8>,
    /// Rows that the filter lets through.
    pub total: u64,
    /// Rows in it.
    pub rows: u64,
}

impl PageAnswer {
    /// Reads a page.
    ///
    /// # Errors
    /// [`ServiceError::UnknownTable`], a limit out of range, a column that there is not, a text that is no literal.
    pub(crate) fn read(
        opened: &Opened,
        table: &str,
        query: &PageQuery,
        limits: &RequestLimits,
    ) -> Result<Self, ServiceError> {
        if query.limit > limits.page_rows {
            let (limit, most) = (query.limit, limits.page_rows);
            return Err(ServiceError::Invalid(format!("`limit` is {limit}, more than {most}")));
        }
        let id = opened.named(table)?;
        let model = &opened.schema[id];
        let column = |name: &str| -> Result<String, ServiceError> {
            let index =
                resolve_column(&opened.schema, id, name).map_err(|e| ServiceError::Invalid(e.to_string()))?;
            Ok(model[index].name.clone())
        };
        let order = query.order.iter().map(|(name, direction)| Ok((column(name)?, *direction)));
        let filter = query.filter.iter().map(|filter| {
            Ok(Filter { column: column(&filter.column)?, comparison: filter.comparison.clone() })
        });
        let request = PageRequest {
            offset: query.offset,
            limit: query.limit,
            order: order.collect::<Result<_, ServiceError>>()?,
            filter: filter.collect::<Result<_, ServiceError>>()?,
        };
        let until = Instant::now() + limits.query_time;
        let stop = CancelToken::new().or_when(move || Instant::now() >= until);
        let page = opened.rows.page(id, &request, &stop)?;
        let columns = opened.columns(id);
        let told = columns
            .iter()
            .map(|c| &model[*c])
            .map(|c| json!({"name": c.name, "type": c.declared_type, "nullable": c.nullable}));
        let head = json!({
            "table": model.name.to_string(),
            "columns": told.collect::<Vec<_>>(),
            "offset": query.offset,
            "limit": query.limit,
            "total": page.total,
        });
        let mut text = head.to_string().into_bytes();
        text.pop();
        text.extend_from_slice(b",\"rows\":[");
        let numbers = if query.numbers_as_strings { JsonNumbers::AsStrings } else { JsonNumbers::AsNumbers };
        let count = page.rows.rows.num_rows();
        let mut encoder = JsonRows::new(&opened.schema, id, &columns, numbers).separated_by(b',');
        encoder.push(&page.rows, 0..count, &mut text).map_err(|error| ServiceError::Outside {
            doing: "write rows as JSON".to_owned(),
            source: error.into(),
        })?;
        text.extend_from_slice(b"]}");
        Ok(Self { json: text, total: page.total, rows: count as u64 })
    }
}

/// Which page of which rows. Rows of a version never change, so a page never does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PageKey {
    version: Digest,
    table: String,
    query: PageQuery,
}

/// Pages that were asked for, as many as fit.
#[derive(Debug)]
pub(crate) struct PageCache(Cache<PageKey, Arc<PageAnswer>, Bytes>);

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<PageKey, Arc<PageAnswer>> for Bytes {
    fn weight(&self, key: &PageKey, page: &Arc<PageAnswer>) -> u64 {
        (size_of::<PageKey>() + key.table.len() + page.json.len() + 128) as u64
    }
}

/// Of a page of usual size.
const USUAL_BYTES: u64 = 8 << 10;

impl PageCache {
    pub(crate) fn new(bytes: u64) -> Self {
        Self(Cache::with_weighter((bytes / USUAL_BYTES).max(1) as usize, bytes, Bytes))
    }

    /// A page that was asked for.
    pub(crate) fn at_hand(
        &self,
        version: &Digest,
        table: &str,
        query: &PageQuery,
    ) -> Option<Arc<PageAnswer>> {
        self.0.get(&PageKey { version: *version, table: table.to_owned(), query: query.clone() })
    }

    /// A page, read when it was not asked for.
    pub(crate) fn get(
        &self,
        version: &Digest,
        table: &str,
        query: &PageQuery,
        read: impl FnOnce() -> Result<PageAnswer, ServiceError>,
    ) -> Result<Arc<PageAnswer>, ServiceError> {
        let key = PageKey { version: *version, table: table.to_owned(), query: query.clone() };
        if let Some(page) = self.0.get(&key) {
            return Ok(page);
        }
        let page = Arc::new(read()?);
        self.0.insert(key, Arc::clone(&page));
        Ok(page)
    }
}
