//! Which rows a run makes, as one checksum.

use crate::Provenance;
use seedbed_datagen_core::Plan;
use serde_json::{Value, json};
use std::io;

/// A digest of all that decides on the bytes of a run: the schema, the spec, the seed, the part, the rows that were there
/// before, what the plan made of them, the version of Seedbed, and the `form` of the files. Where the DDL has its line
/// breaks does not matter.
///
/// # Errors
/// None that a plan can cause; the serializer's are passed on.
pub fn plan_digest(plan: &Plan, run: &Provenance, form: &str) -> io::Result<String> {
    let mut schema = serde_json::to_value(&**plan.schema())?;
    forget_places(&mut schema);
    let mut tables = serde_json::to_value(plan.explain())?;
    forget_places(&mut tables);
    let rows: Vec<u64> = plan.tables().iter().map(|t| t.rows).collect();
    let digested = json!({
        "engineVersion": env!("CARGO_PKG_VERSION"),
        "form": form,
        "seed": run.seed,
        "dialect": run.dialect,
        "spec": run.spec,
        "part": [run.part.index(), run.part.count()],
        "existing": run.existing,
        "attempts": format!("{:?}", plan.attempts()),
        "schema": schema,
        "tables": tables,
        "rows": rows,
    });
    Ok(blake3::hash(digested.to_string().as_bytes()).to_hex().to_string())
}

/// Takes the places in the text out.
fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "span");
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_places),
        _ => {}
    }
}
