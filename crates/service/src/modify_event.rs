//! What is told of a job that changes a dataset.

use crate::EventSchema;
use serde_json::json;

/// The events of such a job but those of its failure.
pub(crate) fn modify_events() -> Vec<EventSchema> {
    let id = json!({"type": "string"});
    let count = json!({"type": "integer", "minimum": 0});
    let percent = json!({"type": "integer", "minimum": 0, "maximum": 100});
    let names = json!({"type": "array", "items": {"type": "string"}});
    let edits = json!({"type": "array", "items": {"type": "object"}});
    let of_table = json!({
        "type": "object",
        "properties": {"added": count, "removed": count, "updatedRows": count, "updatedCells": count},
    });
    let diff = json!({"type": ["object", "null"], "additionalProperties": of_table});
    let totals = json!({"type": ["object", "null"]});
    vec![
        EventSchema::new(
            "modify:start",
            "A change of the dataset begins, from the version that it is in",
            true,
            json!({"jobId": id, "datasetId": count, "version": count, "dryRun": {"type": "boolean"}}),
            &[],
        ),
        EventSchema::new(
            "modify:progress",
            "Rows have been written. Who reads slowly misses some of these events",
            false,
            json!({"jobId": id, "table": {"type": "string"}, "delivered": count, "total": count, "progress": percent}),
            &[],
        ),
        EventSchema::new(
            "modify:diff",
            "What changes in which tables. It is told again where the dataset has come into another version meanwhile",
            true,
            json!({"jobId": id, "edits": edits, "diff": diff}),
            &[],
        ),
        EventSchema::new(
            "modify:validation",
            "The changed rows have been checked against every constraint",
            true,
            json!({"jobId": id, "report": {"type": "object", "properties": {"summary": totals}}}),
            &[],
        ),
        EventSchema::new(
            "modify:complete",
            "The job is done. It is its last event",
            true,
            json!({
                "jobId": id, "datasetId": count, "version": count, "diff": diff, "modifiedTables": names,
                "rowCountChanges": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "properties": {"before": count, "after": count}},
                },
                "validation": totals, "edits": edits, "notes": names, "ai": {"type": "object"},
                "aiErrors": {"type": "array", "items": {"type": "object"}}, "dryRun": {"type": "boolean"},
            }),
            &[],
        ),
    ]
}
