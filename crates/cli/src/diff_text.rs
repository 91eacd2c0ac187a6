//! What a change has changed, as people read it.

use crate::text_table::{clipped, counted, text_table};
use seedbed_edited_rows::{Diff, RowDiff, TableDiff};
use serde_json::{Map, Value};

/// Widest cell, in characters.
const CELL: usize = 32;

/// Widest row in one cell, in characters.
const ROW: usize = 60;

/// Widest list of tables, in characters.
const LIST: usize = 44;

/// Each table with what changed in it, and some of the rows before and after.
pub(crate) fn text(diff: &Diff) -> String {
    let table = |(name, table): (&String, &TableDiff)| {
        let rows = table.sample.iter().flat_map(cells);
        let sample = if table.sample.is_empty() {
            String::new()
        } else {
            text_table(&["row", "column", "before", "after"], rows)
        };
        format!("{name}: {}\n{sample}", counts(table))
    };
    diff.tables.iter().map(table).collect::<Vec<_>>().join("\n")
}

/// All tables in a few characters: rows that were added, removed and changed.
pub(crate) fn short(diff: &Diff) -> String {
    let part = |sign: &str, rows: u64| (rows > 0).then(|| format!("{sign}{rows}"));
    let table = |(name, table): (&String, &TableDiff)| {
        let parts = [part("+", table.added), part("-", table.removed), part("~", table.updated_rows)];
        format!("{name} {}", parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    clipped(&diff.tables.iter().map(table).collect::<Vec<_>>().join(", "), LIST)
}

fn counts(table: &TableDiff) -> String {
    let mut parts = Vec::new();
    for (rows, what) in [(table.added, "added"), (table.removed, "removed")] {
        if rows > 0 {
            parts.push(format!("{} {what}", counted(rows, "row")));
        }
    }
    if table.updated_rows > 0 {
        let cells: Vec<String> = table
            .cells
            .iter()
            .map(|(column, cells)| format!("{} of `{column}`", counted(*cells, "cell")))
            .collect();
        parts.push(format!("{} changed ({})", counted(table.updated_rows, "row"), cells.join(", ")));
    }
    parts.join(", ")
}

/// A line for each cell that changed, or for a row that came or went.
fn cells(row: &RowDiff) -> Vec<[String; 4]> {
    let key = clipped(&listed(&row.key), CELL);
    match (&row.before, &row.after) {
        (Some(before), Some(after)) => {
            let line = |(number, (column, value)): (usize, (&String, &Value))| {
                let key = if number == 0 { key.clone() } else { String::new() };
                let before = before.get(column).unwrap_or(&Value::Null);
                [key, column.clone(), shown(before), shown(value)]
            };
            after.iter().enumerate().map(line).collect()
        }
        (Some(before), None) => {
            vec![[key, "(removed)".to_owned(), clipped(&listed(before), ROW), String::new()]]
        }
        (None, Some(after)) => vec![[key, "(added)".to_owned(), String::new(), clipped(&listed(after), ROW)]],
        (None, None) => Vec::new(),
    }
}

fn listed(cells: &Map<String, Value>) -> String {
    cells.iter().map(|(column, value)| format!("{column} {}", shown(value))).collect::<Vec<_>>().join(", ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => clipped(text, CELL),
        other => clipped(&other.to_string(), CELL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_that_come_go_and_change_are_told_apart() {
        let diff: Diff = serde_json::from_value(json!({
            "film": {
                "added": 1, "removed": 1_000, "updatedRows": 1, "updatedCells": 2, "cells": {"length": 1, "title": 1},
                "sample": [
                    {"key": {"id": 1}, "before": {"title": "A", "length": 90}, "after": {"title": "B", "length": null}},
                    {"key": {"id": 2}, "before": {"id": 2, "title": "C"}},
                    {"key": {"id": 3}, "after": {"id": 3, "title": "D"}},
                ],
            },
        }))
        .expect("a diff");
        let want = "\
film: 1 row added, 1,000 rows removed, 1 row changed (1 cell of `length`, 1 cell of `title`)
  row   column     before         after
  id 1  title      A              B
        length     90             NULL
  id 2  (removed)  id 2, title C
  id 3  (added)                   id 3, title D
";
        assert_eq!(text(&diff), want);
        assert_eq!(short(&diff), "film +1 -1000 ~1");
    }
}
