//! The report of a version some of whose tables are those of another.

use crate::ServiceError;
use crate::saving::raw;
use seedbed_validate::Report;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is to be counted as what in the summary, by kinds of constraints.
const COUNTED: &[(&str, &[&str])] = &[
    ("pkDuplicates", &["primary-key"]),
    ("notNullViolations", &["not-null"]),
    ("uniqueViolations", &["unique", "exclusion"]),
    ("checkViolations", &["check"]),
    ("typeViolations", &["type"]),
    ("fkViolations", &["foreign-key"]),
    ("partitionViolations", &["partition"]),
];

/// A report of all tables: what the check of the changed ones has found, and of the others what was found when they were made.
///
/// # Errors
/// For a report before that can't be read.
pub(crate) fn merged(
    before: &RawValue,
    now: &Report,
    changed: &BTreeSet<String>,
) -> Result<Box<RawValue>, ServiceError> {
    let before: Value = serde_json::from_str(before.get()).map_err(|error| ServiceError::Outside {
        doing: "read what was found in the rows before".to_owned(),
        source: error.into(),
    })?;
    let mut report = serde_json::to_value(now).unwrap_or_default();
    let found = report["tables"].as_object().cloned().unwrap_or_default();
    let mut tables = before["tables"].as_object().cloned().unwrap_or_default();
    // Where the rows before were not checked, what is known of them is what the check has looked at now.
    for (name, table) in found {
        if changed.contains(&name) || !tables.contains_key(&name) {
            tables.insert(name, table);
        }
    }
    report["summary"] = summary(&tables);
    report["tables"] = Value::Object(tables);
    raw(&report)
}

/// The totals over tables.
fn summary(tables: &Map<String, Value>) -> Value {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let constraints = || tables.values().filter_map(|t| t["constraints"].as_array()).flatten();
    let of_kinds = |kinds: &'static [&'static str]| {
        constraints().filter(move |c| c["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)))
    };
    let mut totals = Map::new();
    totals.insert("rows".to_owned(), json!(tables.values().map(|t| number(&t["rows"])).sum::<u64>()));
    for (name, kinds) in COUNTED {
        let violations: u64 = of_kinds(kinds).map(|c| number(&c["violations"])).sum();
        totals.insert((*name).to_owned(), json!(violations));
    }
    totals.insert("fkCoverage".to_owned(), json!(coverage(of_kinds(&["foreign-key"]))));
    let not_checked = constraints().filter(|c| c["notChecked"].is_string()).count();
    totals.insert("notChecked".to_owned(), json!(not_checked));
    Value::Object(totals)
}

/// The share of references that resolve; 1 where there are none.
fn coverage<'v>(references: impl Iterator<Item = &'v Value>) -> f64 {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let (broken, all) = references.fold((0, 0), |(broken, all), reference| {
        (broken + number(&reference["violations"]), all + number(&reference["rowsChecked"]))
    });
    if all == 0 { 1.0 } else { all.saturating_sub(broken) as f64 / all as f64 }
}
