//! Shapes and paths that CHECKs ask for: what a type's modifier or its first labels would say.
//!
//! Before PostGIS had modifiers, its columns said by CHECKs of which system and kind they are (`st_srid(g) = 4326`), and many
//! schemas still do. Each variant of the type is tried on a few of its values; the first of which all are accepted is the
//! list, else those values of the best one that are.

use crate::table_context::TableContext;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler, TextBuffer};
use seedbed_laws::{LawKey, Permutation};
use seedbed_rows::list::{Choice, LiteralList};
use seedbed_schema_model::{ColumnIdx, Expr, Literal, SqlType};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Values of a variant that are looked at first.
const SAMPLE: u64 = 6;
/// Values that are tried where not all of a variant are accepted, and the most that are kept.
const TRIED: u64 = 4_000;
const KEPT: u64 = 1_000;

/// The values of a column's type that conditions on it accept; `None` if none is found.
pub(super) fn list(
    cx: &TableContext<'_>,
    column: ColumnIdx,
    base: &SqlType,
    checks: &[&Expr],
    key: LawKey,
) -> Option<Arc<dyn Sampler>> {
    let expressions = cx.expressions();
    let mut row = vec![Value::Null; cx.table().columns.len()];
    let mut holds = |text: &str| {
        row[column] = Value::Text(text.to_owned());
        checks.iter().all(|e| evaluate(e, &row, &expressions) == Ok(Value::Boolean(true)))
    };
    let mut best: Option<(usize, Arc<dyn Sampler>)> = None;
    for variant in variants(cx, base, checks, key) {
        let texts = written(&*variant, SAMPLE);
        let accepted = texts.iter().filter(|text| holds(text)).count();
        if accepted == texts.len() && accepted > 0 {
            return Some(variant);
        }
        if best.as_ref().is_none_or(|(most, _)| accepted > *most) {
            best = Some((accepted, variant));
        }
    }
    let mut kept = TextBuffer::default();
    for text in written(&*best?.1, TRIED) {
        if (kept.len() as u64) < KEPT && holds(&text) {
            kept.push(&text);
        }
    }
    (!kept.is_empty()).then(|| Arc::new(Choice::new(ColumnBuffer::Text(kept))) as Arc<dyn Sampler>)
}

/// Lists of the type as it could be meant.
fn variants(cx: &TableContext<'_>, base: &SqlType, checks: &[&Expr], key: LawKey) -> Vec<Arc<dyn Sampler>> {
    let types: Vec<SqlType> = match base {
        SqlType::Spatial { name, shape, srid } => {
            let kinds: Vec<&str> = shape.as_deref().map_or(SHAPES.to_vec(), |shape| vec![shape]);
            let systems: Vec<Option<u32>> = match srid {
                Some(_) => vec![*srid],
                None => std::iter::once(None).chain(numbers(checks).into_iter().map(Some)).collect(),
            };
            let dimensions = if shape.is_some() { [""].as_slice() } else { ["", "z", "m", "zm"].as_slice() };
            let mut types = Vec::new();
            for srid in systems {
                for more in dimensions {
                    types.extend(kinds.iter().map(|kind| SqlType::Spatial {
                        name: name.clone(),
                        shape: Some(format!("{kind}{more}")),
                        srid,
                    }));
                }
            }
            types
        }
        _ => return paths(cx, base, checks, key),
    };
    let list = |ty: &SqlType| Some(Arc::new(LiteralList::new(cx.schema(), ty, key)?) as Arc<dyn Sampler>);
    types.iter().filter_map(list).collect()
}

/// The commonest kinds first.
const SHAPES: [&str; 7] =
    ["point", "polygon", "linestring", "multipolygon", "multilinestring", "multipoint", "geometrycollection"];

/// The whole numbers that conditions name, as spatial reference systems.
fn numbers(checks: &[&Expr]) -> Vec<u32> {
    let mut found = Vec::new();
    for check in checks {
        check.walk(&mut |e| {
            if let Expr::Literal(Literal::Integer(n)) = e {
                found.extend(u32::try_from(*n).ok().filter(|n| *n >= 1_000));
            }
        });
    }
    found
}

/// Paths below those that conditions name, of any depth, and the type's own.
fn paths(cx: &TableContext<'_>, base: &SqlType, checks: &[&Expr], key: LawKey) -> Vec<Arc<dyn Sampler>> {
    let Some(own) = LiteralList::new(cx.schema(), base, key) else { return Vec::new() };
    let mut lists: Vec<Arc<dyn Sampler>> = vec![Arc::new(own.clone())];
    let mut named = vec![String::new()];
    for check in checks {
        check.walk(&mut |e| {
            if let Expr::Literal(Literal::Text(text)) = e {
                named.push(format!("{text}."));
            }
        });
    }
    for above in named {
        for depth in [1, 2, 3, 5] {
            let mut texts = TextBuffer::default();
            for text in written(&own, KEPT) {
                // The last label tells paths apart.
                let labels: Vec<&str> = text.split('.').skip(1).collect();
                let last = labels.last().copied().unwrap_or_default();
                let between: String =
                    labels.iter().cycle().take(depth - 1).map(|l| format!("{l}.")).collect();
                texts.push(&format!("{above}{between}{last}"));
            }
            lists.push(Arc::new(Choice::new(ColumnBuffer::Text(texts))));
        }
    }
    lists
}

/// Some values of a list.
fn written(list: &dyn Sampler, most: u64) -> Vec<String> {
    let len = match list.cardinality() {
        Cardinality::Exact(len) => len,
        Cardinality::Huge => u64::MAX,
    };
    let order = Permutation::new(LawKey(0x5eed), len);
    let mut cells = ColumnBuffer::Text(TextBuffer::default());
    list.write(&(0..most.min(len)).map(|n| order.apply(n)).collect::<Vec<u64>>(), &mut cells);
    (0..cells.len()).filter_map(|i| cells.text(i).map(str::to_owned)).collect()
}
