//! The schema as data for a model: compact JSON of what matters for values, and no more of it than there is room for.

use crate::called::called;
use crate::data::embedded;
use crate::list_values::ColumnRule;
use crate::relevance::by_relevance;
use seedbed_edit::{Question, SqlTable};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, TableId};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Labels of a list of allowed values that are shown.
const MOST_LABELS: usize = 60;
/// Characters of the shortest table: of less there need be no further look.
const SHORTEST_TABLE: usize = 30;
/// Characters of a comment or a CHECK that are shown.
const LONGEST_TEXT: usize = 300;

/// A schema as it goes into a prompt.
#[derive(Debug)]
pub(crate) struct GivenSchema {
    /// As JSON that cannot end where it stands.
    pub(crate) json: String,
    /// The tables that are in it.
    pub(crate) tables: BTreeSet<TableId>,
    /// What whoever asked should know about it.
    pub(crate) note: Option<String>,
}

/// How much is said of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Names, types, keys.
    Lean,
    /// Comments, CHECKs and labels too.
    Full,
}

impl GivenSchema {
    /// The schema of a question, in so many characters. `sql` names things as a query does.
    pub(crate) fn of(question: &Question<'_>, characters: usize, sql: Option<&[SqlTable]>) -> Self {
        let schema = question.schema;
        let of = |id: TableId, detail: Detail| table_data(question, id, detail, sql);
        let head = json!({"dialect": schema.dialect.to_string()});
        let mut left = characters.saturating_sub(embedded(&head).len() + 20);
        let mut shown: Vec<(TableId, Detail, Value)> = Vec::new();
        let is_sought = |id: &TableId| sql.is_none_or(|sql| sql.iter().any(|t| t.table == *id));
        let order = by_relevance(schema, question.words, question.table);
        let order: Vec<TableId> = order.into_iter().filter(is_sought).collect();
        for id in &order {
            if left < SHORTEST_TABLE {
                break;
            }
            for detail in [Detail::Full, Detail::Lean] {
                let data = of(*id, detail);
                let length = embedded(&data).chars().count() + 1;
                if length <= left {
                    left -= length;
                    shown.push((*id, detail, data));
                    break;
                }
            }
        }
        shown.sort_by_key(|(id, ..)| *id);
        let lean = shown.iter().filter(|(_, detail, _)| *detail == Detail::Lean).count();
        let note = (shown.len() < order.len() || lean > 0).then(|| {
            let (seen, all) = (shown.len(), order.len());
            format!("the schema was too large: the model saw {seen} of {all} tables, {lean} of them without comments and checks")
        });
        let tables = shown.iter().map(|(id, ..)| *id).collect();
        let list: Vec<Value> = shown.into_iter().map(|(.., data)| data).collect();
        let json = embedded(&json!({"dialect": head["dialect"], "tables": list}));
        Self { json, tables, note }
    }
}

fn table_data(question: &Question<'_>, id: TableId, detail: Detail, sql: Option<&[SqlTable]>) -> Value {
    let schema = question.schema;
    let table = &schema[id];
    let in_sql = sql.and_then(|sql| sql.iter().find(|t| t.table == id));
    let name = |id: TableId| match sql.and_then(|sql| sql.iter().find(|t| t.table == id)) {
        Some(table) => table.name.clone(),
        None => called(schema, id),
    };
    let mut data = Map::new();
    data.insert("name".to_owned(), Value::from(name(id)));
    if let Some(rows) = question.rows.get(&id) {
        data.insert("rows".to_owned(), Value::from(*rows));
    }
    let columns: Vec<Value> = table
        .columns_indexed()
        .map(|(at, column)| {
            let sql = in_sql.and_then(|t| t.columns.get(usize::from(at.0)));
            let rule = ColumnRule::of(schema, id, at);
            column_data(schema, column, &rule, detail, sql)
        })
        .collect();
    data.insert("columns".to_owned(), Value::Array(columns));
    let column_name = |of: TableId, at: ColumnIdx| {
        let in_sql = sql.and_then(|sql| sql.iter().find(|t| t.table == of));
        let name = in_sql.and_then(|t| t.columns.get(usize::from(at.0))).map(|(name, _)| name.clone());
        name.or_else(|| schema[of].columns.get(usize::from(at.0)).map(|c| c.name.clone())).unwrap_or_default()
    };
    let names = |of: TableId, columns: &[_]| columns.iter().map(|c| column_name(of, *c)).collect::<Vec<_>>();
    if let Some(key) = &table.primary_key {
        data.insert("key".to_owned(), json!(names(id, &key.columns)));
    }
    let unique: Vec<_> =
        table.uniques.iter().filter_map(|u| u.plain_columns()).map(|c| names(id, &c)).collect();
    if !unique.is_empty() {
        data.insert("unique".to_owned(), json!(unique));
    }
    let refs: Vec<Value> = table
        .foreign_keys
        .iter()
        .map(|key| json!({"columns": names(id, &key.columns), "table": name(key.parent), "to": names(key.parent, &key.parent_columns)}))
        .collect();
    if !refs.is_empty() {
        data.insert("refs".to_owned(), Value::Array(refs));
    }
    if detail == Detail::Full {
        let checks: Vec<String> = table.checks.iter().map(|c| short(&c.text)).collect();
        if !checks.is_empty() && sql.is_none() {
            data.insert("checks".to_owned(), json!(checks));
        }
        if let Some(comment) = &table.comment {
            data.insert("comment".to_owned(), Value::from(short(comment)));
        }
    }
    Value::Object(data)
}

fn column_data(
    schema: &Schema,
    column: &Column,
    rule: &ColumnRule,
    detail: Detail,
    sql: Option<&(String, String)>,
) -> Value {
    let mut data = Map::new();
    let (name, ty) = sql.cloned().unwrap_or_else(|| (column.name.clone(), type_name(schema, column)));
    data.insert("name".to_owned(), Value::from(name));
    data.insert("type".to_owned(), Value::from(short(&ty)));
    if column.nullable {
        data.insert("null".to_owned(), Value::Bool(true));
    }
    if column.generated.is_some() || column.numbering.is_some() {
        data.insert("automatic".to_owned(), Value::Bool(true));
    }
    if detail == Detail::Full {
        if let Some(allowed) = &rule.allowed {
            let labels: Vec<String> = allowed.iter().take(MOST_LABELS).map(|l| short(l)).collect();
            data.insert("values".to_owned(), json!(labels));
        }
        let checks: Vec<String> =
            schema.domains_of(&column.ty).iter().flat_map(|d| &d.checks).map(|c| short(&c.text)).collect();
        if !checks.is_empty() {
            data.insert("checks".to_owned(), json!(checks));
        }
        if let Some(comment) = &column.comment {
            data.insert("comment".to_owned(), Value::from(short(comment)));
        }
    }
    Value::Object(data)
}

/// The type as it was written, or a word for it where nobody wrote one.
pub(crate) fn type_name(schema: &Schema, column: &Column) -> String {
    if !column.declared_type.is_empty() && schema.domains_of(&column.ty).is_empty() {
        return column.declared_type.clone();
    }
    let word = match schema.base_type(&column.ty) {
        SqlType::Boolean => "boolean",
        SqlType::Integer { .. } | SqlType::Year => "integer",
        SqlType::Decimal { .. } | SqlType::Money => "decimal",
        SqlType::Float { .. } => "float",
        SqlType::Char { length: Some(n) } | SqlType::Varchar { length: Some(n) } => {
            return format!("text({n})");
        }
        SqlType::Date => "date",
        SqlType::Time { .. } => "time",
        SqlType::Timestamp { .. } => "timestamp",
        SqlType::Uuid => "uuid",
        SqlType::Json { .. } => "json",
        SqlType::Enum(_) | SqlType::InlineEnum(_) => "enum",
        _ if column.declared_type.is_empty() => "text",
        _ => return column.declared_type.clone(),
    };
    word.to_owned()
}

/// The beginning of a text.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}
