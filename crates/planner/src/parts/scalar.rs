//! Lists of parts that have no parts of their own.

use crate::table_context::TableContext;
use seedbed_datagen_core::{ColumnBuffer, Sampler, arrow_type};
use seedbed_laws::LawKey;
use seedbed_rows::list::{
    BinaryList, Choice, Coded, Fitted, LiteralList, PatternText, Progression, UuidList,
};
use seedbed_rows::{empty_buffer, push_value};
use seedbed_schema_model::SqlType;
use seedbed_solver::{PatternList, TextDomain, Units, ValueDomain};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Text of fewer characters is a code.
const SHORT: u32 = 8;

/// The list of a type's values within a domain, of which so many must differ, if that is said; `None` if there is none.
pub(super) fn list(
    cx: &TableContext<'_>,
    base: &SqlType,
    domain: &ValueDomain,
    distinct: Option<u64>,
    key: LawKey,
) -> Option<Arc<dyn Sampler>> {
    let schema = cx.schema();
    let blank = empty_buffer(&arrow_type(schema, base));
    if let Some(values) = few(base, domain, cx) {
        let mut cells = blank;
        for value in values.iter().filter(|v| !domain.forbidden.contains(v)) {
            push_value(&mut cells, value, base, schema);
        }
        return (!cells.is_empty()).then(|| Arc::new(Choice::new(cells)) as Arc<dyn Sampler>);
    }
    if let Some(units) = Units::of(base, schema.dialect)
        && !matches!(blank, ColumnBuffer::Text(_))
    {
        let enough = |(low, high): &(i128, i128)| (high - low) / units.step >= distinct.unwrap_or(0).into();
        let (low, high) = units.range(domain, false).filter(enough).or_else(|| units.range(domain, true))?;
        let step = if high - low < units.step { 1 } else { units.step };
        let divisor = units.divisor();
        return Some(Arc::new(Progression { divisor, ..Progression::new(low, high, step) }));
    }
    Some(match base {
        ty if ty.is_text() => text(cx, domain, base, key)?,
        SqlType::Uuid => Arc::new(UuidList { key }),
        SqlType::Binary { length } | SqlType::Varbinary { length } => {
            Arc::new(BinaryList { key, len: length.unwrap_or(1).clamp(1, 64) })
        }
        SqlType::Blob { .. } => Arc::new(BinaryList { key, len: 16.max(domain.text.min_chars.min(1 << 16)) }),
        ty => Arc::new(LiteralList::new(schema, ty, key)?.within(domain)),
    })
}

/// The values of a domain or a type that has few.
fn few(base: &SqlType, domain: &ValueDomain, cx: &TableContext<'_>) -> Option<Vec<Value>> {
    let labels = |labels: &[String]| labels.iter().map(|l| Value::Text(l.clone())).collect();
    match (&domain.allowed, base) {
        (Some(values), _) => Some(values.clone()),
        (None, SqlType::Boolean) => Some(vec![Value::Boolean(false), Value::Boolean(true)]),
        (None, SqlType::Enum(id)) => Some(labels(&cx.schema()[*id].labels)),
        _ => None,
    }
}

/// Strings of the domain's form and lengths.
fn text(
    cx: &TableContext<'_>,
    domain: &ValueDomain,
    base: &SqlType,
    key: LawKey,
) -> Option<Arc<dyn Sampler>> {
    let mut form = domain.text.clone();
    let declared = match base {
        SqlType::Char { length } => Some(length.unwrap_or(1)),
        SqlType::Varchar { length } => *length,
        _ => None,
    };
    form.max_chars = match (form.max_chars, declared) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    if !form.patterns.is_empty()
        && let Ok(list) = PatternList::all(&form.patterns, form.min_chars, form.max_chars)
    {
        return Some(Arc::new(PatternText { list }));
    }
    let room = form.max_chars.unwrap_or(u32::MAX);
    if room < SHORT {
        let codes = 36_u64.pow(room.clamp(1, 6));
        return Some(Arc::new(Coded::new(key, None, room.max(1), codes, form.upper)));
    }
    let words: Arc<dyn Sampler> = Arc::new(LiteralList::new(cx.schema(), &SqlType::TEXT, key)?);
    Some(if form == TextDomain::default() { words } else { Arc::new(Fitted::new(words, form)) })
}
