//! What the tests share: schemas, questions, a client that does not wait long.

use seedbed_ai_gemini::{Gemini, GeminiConfig, Retries, Timeouts};
use seedbed_datagen_core::CancelToken;
use seedbed_ddl_parse::parse;
use seedbed_edit::{ColumnSample, Exchange, ExchangeRecord, Question, Sampling, SqlTable};
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// A key that must be seen nowhere.
pub(crate) const KEY: &str = "AIzaSy-not-to-be-seen-0123456789";

/// A configuration that loses no time, and waits for what comes.
pub(crate) fn config(url: &str) -> GeminiConfig {
    GeminiConfig {
        base_url: url.to_owned(),
        timeouts: Timeouts {
            connect: Duration::from_secs(1),
            first_byte: Duration::from_secs(10),
            idle: Duration::from_secs(10),
            call: Duration::from_secs(15),
            question: Duration::from_secs(30),
        },
        retries: Retries {
            calls: 4,
            first_pause: Duration::from_millis(5),
            longest_pause: Duration::from_millis(20),
        },
        ..GeminiConfig::new(KEY.to_owned())
    }
}

/// A configuration that does not wait for what never comes.
pub(crate) fn impatient(url: &str) -> GeminiConfig {
    let timeouts = Timeouts {
        first_byte: Duration::from_millis(500),
        idle: Duration::from_millis(400),
        call: Duration::from_millis(1_200),
        ..config(url).timeouts
    };
    GeminiConfig { timeouts, ..config(url) }
}

pub(crate) fn gemini(url: &str) -> Gemini {
    Gemini::new(config(url)).expect("the configuration is good")
}

/// One of the schemas of the sixty instructions.
pub(crate) fn schema(name: &str) -> Schema {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../edit/tests/instructions/{name}.sql"));
    schema_of(&std::fs::read_to_string(path).expect("the schema is there"))
}

pub(crate) fn schema_of(sql: &str) -> Schema {
    let lowered = parse(&SourceMap::of(sql), Some(Dialect::Postgres));
    assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
    lowered.schema
}

/// What a question is made of.
pub(crate) struct Asker {
    pub(crate) schema: Schema,
    pub(crate) rows: BTreeMap<TableId, u64>,
    pub(crate) table: Option<TableId>,
    pub(crate) sql_names: Option<Vec<SqlTable>>,
    pub(crate) samples: Vec<ColumnSample>,
    pub(crate) sampling: Sampling,
    pub(crate) record: Record,
    pub(crate) cancel: CancelToken,
}

impl Asker {
    pub(crate) fn of(schema: Schema) -> Self {
        Self {
            schema,
            rows: BTreeMap::new(),
            table: None,
            sql_names: None,
            samples: Vec::new(),
            sampling: Sampling::default(),
            record: Record::default(),
            cancel: CancelToken::new(),
        }
    }

    pub(crate) fn shop() -> Self {
        Self::of(schema("shop"))
    }

    pub(crate) fn question<'a>(&'a self, words: &'a str) -> Question<'a> {
        Question {
            words,
            schema: &self.schema,
            rows: &self.rows,
            table: self.table,
            sql_names: self.sql_names.as_deref(),
            samples: &self.samples,
            sampling: self.sampling,
            record: &self.record,
            cancel: &self.cancel,
        }
    }

    pub(crate) fn table_named(&self, name: &str) -> TableId {
        let mut tables = self.schema.tables_indexed();
        tables.find(|(_, t)| t.name.name == name).map(|(id, _)| id).expect("there is such a table")
    }
}

/// A record in memory.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) kept: Mutex<Vec<Exchange>>,
    pub(crate) spent: Mutex<u64>,
}

impl ExchangeRecord for Record {
    fn find(&self, request: &str) -> Option<Exchange> {
        self.kept.lock().expect("no test panicked").iter().find(|e| e.request == request).cloned()
    }

    fn keep(&self, exchange: &Exchange) {
        self.kept.lock().expect("no test panicked").push(exchange.clone());
    }

    fn forget(&self, request: &str) {
        self.kept.lock().expect("no test panicked").retain(|e| e.request != request);
    }

    fn spend(&self, tokens: u64) {
        *self.spent.lock().expect("no test panicked") += tokens;
    }

    fn spent_today(&self) -> u64 {
        *self.spent.lock().expect("no test panicked")
    }
}
