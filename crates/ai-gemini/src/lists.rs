//! Lists of values for columns whose text has to be made up: asked for by table, some columns at a time, never row by row.

use crate::answer::unwrapped;
use crate::ask::{Asked, Client, Job};
use crate::called::called;
use crate::data::embedded;
use crate::error::GeminiError;
use crate::given_schema::{short, type_name};
use crate::list_values::ColumnRule;
use crate::prompt::LISTS;
use crate::request::Request;
use crate::sampling::ClampedSampling;
use seedbed_edit::{AdviceError, Exchange, Question};
use seedbed_schema_model::{ColumnIdx, TableId};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A column of a table.
pub(crate) type Place = (TableId, ColumnIdx);

/// What came of asking for lists.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// The values of each column that there are any for.
    pub(crate) values: BTreeMap<Place, Vec<String>>,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) errors: Vec<AdviceError>,
}

/// What is asked, and with what.
pub(crate) struct ListAsker<'a> {
    pub(crate) client: &'a Client,
    pub(crate) job: &'a Job<'a>,
    pub(crate) question: &'a Question<'a>,
    pub(crate) words: &'a str,
    pub(crate) sampling: ClampedSampling,
    /// What becomes of a column that there is no list for.
    pub(crate) instead: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlatLists {
    lists: Vec<FlatList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlatList {
    column: String,
    values: Vec<Value>,
}

impl ListAsker<'_> {
    /// Asks for all of them, some at the same time. Whatever the threads do, what comes is in the order of the schema.
    pub(crate) fn ask(&self, places: &BTreeSet<Place>) -> Lists {
        let mut by_table: BTreeMap<TableId, Vec<ColumnIdx>> = BTreeMap::new();
        for (table, column) in places {
            by_table.entry(*table).or_default().push(*column);
        }
        let config = &self.client.config;
        let batches: Vec<(TableId, &[ColumnIdx])> = by_table
            .iter()
            .flat_map(|(table, columns)| columns.chunks(config.columns_per_list).map(|part| (*table, part)))
            .collect();
        let mut lists = Lists::default();
        let mut ended: Option<GeminiError> = None;
        for group in batches.chunks(config.concurrency) {
            if let Some(error) = &ended {
                group.iter().for_each(|(table, columns)| lists.fail(self, *table, columns, error));
                continue;
            }
            let done: Vec<(Lists, Option<GeminiError>)> = std::thread::scope(|scope| {
                let threads: Vec<_> = group
                    .iter()
                    .map(|(table, columns)| scope.spawn(move || self.ask_batch(*table, columns)))
                    .collect();
                threads.into_iter().map(|t| t.join().unwrap_or_default()).collect()
            });
            for (batch, end) in done {
                lists.add(batch);
                ended = ended.or(end);
            }
        }
        lists
    }

    /// One request for all columns, and one for each that has nothing then.
    fn ask_batch(&self, table: TableId, columns: &[ColumnIdx]) -> (Lists, Option<GeminiError>) {
        let mut lists = Lists::default();
        let asked = self.ask_once(table, columns);
        lists.exchanges.extend(asked.exchanges);
        match asked.result {
            Ok(values) => lists.take(table, values),
            Err(error) if error.ends_the_job() || columns.len() == 1 => {
                lists.fail(self, table, columns, &error);
                return (lists, error.ends_the_job().then_some(error));
            }
            Err(_) => {}
        }
        let mut ended = None;
        for column in columns {
            if lists.values.contains_key(&(table, *column)) {
                continue;
            }
            let alone = match &ended {
                None => self.ask_once(table, std::slice::from_ref(column)),
                Some(error) => Asked { result: Err(GeminiError::clone(error)), exchanges: Vec::new() },
            };
            lists.exchanges.extend(alone.exchanges);
            match alone.result {
                Ok(values) => lists.take(table, values),
                Err(error) => {
                    lists.fail(self, table, std::slice::from_ref(column), &error);
                    ended = ended.or(error.ends_the_job().then_some(error));
                }
            }
        }
        (lists, ended)
    }

    fn ask_once(&self, table: TableId, columns: &[ColumnIdx]) -> Asked<BTreeMap<ColumnIdx, Vec<String>>> {
        let request = self.request(table, columns);
        self.client.ask(&request, self.job, |answer| self.read(table, columns, answer))
    }

    fn request(&self, table: TableId, columns: &[ColumnIdx]) -> Request {
        let schema = self.question.schema;
        let described: Vec<Value> = columns
            .iter()
            .map(|at| {
                let column = &schema[table][*at];
                let rule = ColumnRule::of(schema, table, *at);
                let mut data = json!({"name": column.name, "type": short(&type_name(schema, column))});
                if let Some(max) = rule.max {
                    data["max"] = Value::from(max);
                }
                if let Some(allowed) = rule.allowed {
                    data["allowed"] = json!(allowed.iter().map(|a| short(a)).collect::<Vec<_>>());
                }
                if let Some(comment) = &column.comment {
                    data["comment"] = Value::from(short(comment));
                }
                data
            })
            .collect();
        let mut about = json!({"name": called(schema, table)});
        if let Some(comment) = &schema[table].comment {
            about["comment"] = Value::from(short(comment));
        }
        let samples: Vec<Value> = self
            .question
            .samples
            .iter()
            .filter(|s| s.table == table && columns.iter().any(|c| schema[table][*c].name == s.column))
            .map(|s| json!({"column": s.column, "values": s.values.iter().map(|v| short(v)).collect::<Vec<_>>()}))
            .collect();
        let names: Vec<&str> = columns.iter().map(|c| schema[table][*c].name.as_str()).collect();
        let user = LISTS.fill(&[
            ("table", &embedded(&about)),
            ("columns", &embedded(&described)),
            ("samples", &embedded(&samples)),
            ("count", &embedded(&self.client.config.values_per_list)),
            ("words", &embedded(&self.words)),
        ]);
        Request { prompt: &LISTS, user, schema: answer_schema(&names), sampling: self.sampling }
    }

    /// The lists of an answer, each column's once however often and in whatever order it comes.
    fn read(
        &self,
        table: TableId,
        columns: &[ColumnIdx],
        answer: &str,
    ) -> Result<BTreeMap<ColumnIdx, Vec<String>>, String> {
        let flat: FlatLists = serde_json::from_str(unwrapped(answer)).map_err(|e| e.to_string())?;
        let schema = self.question.schema;
        let mut raw: BTreeMap<ColumnIdx, Vec<String>> = BTreeMap::new();
        for list in flat.lists {
            let Some(at) = columns.iter().find(|c| schema[table][**c].name == list.column) else { continue };
            let text = |value: Value| match value {
                Value::String(text) => Some(text),
                Value::Number(number) => Some(number.to_string()),
                Value::Bool(truth) => Some(truth.to_string()),
                _ => None,
            };
            raw.entry(*at).or_default().extend(list.values.into_iter().filter_map(text));
        }
        let clean =
            raw.into_iter().map(|(at, values)| (at, ColumnRule::of(schema, table, at).clean(&values)));
        let lists: BTreeMap<_, _> = clean.filter(|(_, values)| !values.is_empty()).collect();
        if lists.is_empty() { Err("no column has a value that it takes".to_owned()) } else { Ok(lists) }
    }
}

impl Lists {
    fn take(&mut self, table: TableId, values: BTreeMap<ColumnIdx, Vec<String>>) {
        self.values.extend(values.into_iter().map(|(column, list)| ((table, column), list)));
    }

    fn add(&mut self, other: Self) {
        self.values.extend(other.values);
        self.exchanges.extend(other.exchanges);
        self.errors.extend(other.errors);
    }

    fn fail(&mut self, asker: &ListAsker<'_>, table: TableId, columns: &[ColumnIdx], error: &GeminiError) {
        let schema = asker.question.schema;
        self.errors.extend(columns.iter().map(|column| AdviceError {
            table: Some(called(schema, table)),
            column: Some(schema[table][*column].name.clone()),
            ..error.told(asker.client.redaction(), Some(asker.instead))
        }));
    }
}

/// The JSON schema of lists. How many values there are is said in the prompt: bounds of arrays cost Gemini many states.
pub(crate) fn answer_schema(names: &[&str]) -> Value {
    let values = json!({"type": "array", "items": {"type": "string"}});
    let list = json!({
        "type": "object",
        "required": ["column", "values"],
        "properties": {"column": {"type": "string", "enum": names}, "values": values},
    });
    json!({"type": "object", "required": ["lists"], "properties": {"lists": {"type": "array", "items": list}}})
}
