//! Which rows a run makes, as one checksum: what guards a run that goes on from an earlier one.

use crate::Provenance;
use seedbed_datagen_core::Part;
use seedbed_rows::{Plan, TablePlan};
use seedbed_schema_model::Schema;
use seedbed_text_encode::{CsvFormat, TextEncoder};
use serde::Serialize;
use serde_json::{Value, json};
use std::io;

/// The digest's own version: another one for another choice or form of facts. 1 took explanations word by word, 2 one document
/// of all facts.
const VERSION: u32 = 3;

/// Rows of each table that are made for the digest.
const SAMPLE: u64 = 8;

/// A digest of all that decides on the bytes of a run, and of no sentence about it. In it are
///
/// - the version of this choice of facts, the version of Seedbed, and the `form` of the files;
/// - the schema without the places of its text: where the DDL has its line breaks does not matter;
/// - the spec, the seed, the part, and the [digest](Plan::existing_digest) of the rows that were there before;
/// - of each table its name, how many rows it gets, which columns are written, the rows that take another attempt than the
///   first, and a checksum of the first rows of the part: what providers and laws, a stranger's among them, come to.
///
/// Cost: eight rows of each table.
///
/// # Errors
/// None that a plan can cause; those of the serializer and the encoder are passed on.
pub fn plan_digest(plan: &Plan, run: &Provenance, form: &str) -> io::Result<String> {
    // Fact by fact: a document of the whole schema would take several times the memory that the schema does.
    let mut hasher = blake3::Hasher::new();
    let facts = json!({
        "version": VERSION,
        "engineVersion": env!("CARGO_PKG_VERSION"),
        "form": form,
        "seed": run.seed,
        "dialect": run.dialect,
        "spec": run.spec,
        "part": [run.part.index(), run.part.count()],
        "existing": run.existing,
    });
    take(&mut hasher, &facts);
    take_schema(&mut hasher, plan.schema())?;
    for table in plan.tables() {
        take(&mut hasher, &table_facts(plan, table, run.part)?);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// One fact, with a mark behind it that no JSON holds.
fn take(hasher: &mut blake3::Hasher, fact: &Value) {
    hasher.update(fact.to_string().as_bytes()).update(&[0]);
}

/// The schema without the places of its text.
fn take_schema(hasher: &mut blake3::Hasher, schema: &Schema) -> io::Result<()> {
    let Schema { dialect, tables, enums, domains, composites, sequences, functions } = schema;
    take_each(hasher, std::slice::from_ref(dialect))?;
    take_each(hasher, tables)?;
    take_each(hasher, enums)?;
    take_each(hasher, domains)?;
    take_each(hasher, composites)?;
    take_each(hasher, sequences)?;
    take_each(hasher, functions)
}

fn take_each(hasher: &mut blake3::Hasher, things: &[impl Serialize]) -> io::Result<()> {
    take(hasher, &json!(things.len()));
    for thing in things {
        let mut out = WithoutPlaces { hasher, held: Vec::new() };
        serde_json::to_writer(&mut out, thing)?;
        out.pass(true);
        hasher.update(&[0]);
    }
    Ok(())
}

/// JSON on its way into a checksum, without the places in the text: `"span":{"start":7,"end":9}`. No string holds the mark of
/// one, since a quote in a string has a backslash before it.
struct WithoutPlaces<'h> {
    hasher: &'h mut blake3::Hasher,
    held: Vec<u8>,
}

/// What a place begins with.
const PLACE: &[u8] = b"\"span\":{";

/// Bytes that are held before they are looked through.
const HELD: usize = 64 << 10;

impl io::Write for WithoutPlaces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() > HELD {
            self.pass(false);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WithoutPlaces<'_> {
    /// Hands on what is held, but for what may be the beginning of a place while more is to come.
    fn pass(&mut self, is_last: bool) {
        let mut done = 0;
        loop {
            let rest = &self.held[done..];
            let place = rest.windows(PLACE.len()).position(|bytes| bytes == PLACE);
            let end = place.and_then(|at| Some(at + 1 + rest[at..].iter().position(|byte| *byte == b'}')?));
            let plain = match place {
                Some(at) => at,
                None if is_last => rest.len(),
                None => rest.len().saturating_sub(PLACE.len()),
            };
            self.hasher.update(&rest[..plain]);
            done += end.unwrap_or(plain);
            if end.is_none() {
                break;
            }
        }
        self.held.drain(..done);
    }
}

/// What the plan decided for one table, as far as it reaches its rows.
fn table_facts(plan: &Plan, table: &TablePlan, part: Part) -> io::Result<Value> {
    let (schema, rows) = (plan.schema(), part.rows(table.rows));
    let sample = plan.complete_batch(table.table, rows.start..rows.end.min(rows.start + SAMPLE));
    let mut text = Vec::new();
    TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect)
        .push_batch(schema, &sample, &mut text)
        .map_err(io::Error::other)?;
    let columns: Vec<usize> = sample.columns.iter().map(|column| column.position()).collect();
    Ok(json!({
        "name": schema[table.table].name.to_string(),
        "rows": table.rows,
        "columns": columns,
        "attempts": plan.attempts().rows(table.table).collect::<Vec<(u64, u32)>>(),
        "sample": blake3::hash(&text).to_hex().as_str(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_datagen_core::{Request, Spec, TypesAlone};
    use seedbed_schema_model::{Column, Dialect, Schema, Span, SqlType, Table};

    fn digest(spec: &Spec, part: Part, form: &str, change: impl FnOnce(&mut Column)) -> String {
        let mut column = Column::new("level", SqlType::INTEGER);
        change(&mut column);
        let mut table = Table::new(None, "reading");
        table.columns.push(column);
        let mut schema = Schema::new(Dialect::Sqlite);
        schema.push_table(table);
        let request = Request { spec: spec.clone(), ..Request::default() };
        let plan =
            seedbed_planner::plan(schema.into(), &request, &TypesAlone).expect("nothing stands in the way");
        plan_digest(&plan, &Provenance::new(&plan, spec, part), form).expect("a digest")
    }

    #[test]
    fn places_are_left_out_wherever_a_piece_ends() {
        let columns = |span| -> Vec<Column> {
            let named =
                |n: usize| Column { span, ..Column::new(&format!("a\"span\":{{{n}"), SqlType::INTEGER) };
            (0..2_000).map(named).collect()
        };
        let digest = |span: Span| {
            let mut hasher = blake3::Hasher::new();
            take_each(&mut hasher, &[columns(span)]).expect("columns are JSON");
            hasher.finalize()
        };
        let here = digest(Span { start: 7, end: 9 });
        assert!((0..80).all(|n| digest(Span { start: n, end: 1_000_000_000 }) == here));
        let mut whole = serde_json::to_string(&columns(Span { start: 7, end: 9 })).expect("columns are JSON");
        whole = whole.replace(r#""span":{"start":7,"end":9}"#, "");
        let mut expected = blake3::Hasher::new();
        expected.update(b"1\0").update(whole.as_bytes()).update(&[0]);
        assert_eq!(here, expected.finalize());
    }

    #[test]
    fn whatever_reaches_the_bytes_changes_the_digest_and_places_do_not() {
        let (spec, half) = (Spec::default(), Part::new(1, 2).expect("a half"));
        let plain = digest(&spec, Part::WHOLE, "csv", |_| {});
        assert_eq!(plain, digest(&spec, Part::WHOLE, "csv", |c| c.span = Span { start: 7, end: 9 }));
        for other in [
            digest(&spec, Part::WHOLE, "parquet", |_| {}),
            digest(&spec, half, "csv", |_| {}),
            digest(&Spec { seed: Some(1), ..Spec::default() }, Part::WHOLE, "csv", |_| {}),
            digest(&Spec { rows: Some(9), ..Spec::default() }, Part::WHOLE, "csv", |_| {}),
            digest(&spec, Part::WHOLE, "csv", |c| c.ty = SqlType::BIGINT),
        ] {
            assert_ne!(plain, other);
        }
    }
}
