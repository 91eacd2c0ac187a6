//! Functions of ranges and multiranges, and what makes them.
//!
//! PostgreSQL's alone (manual, §9.20 and §8.17.6). `lower` and `upper` are `text`'s, which asks here of a range.

use super::{BuiltinFunction, MANY, lenient, mismatch, strict};
use crate::range_operator::error;
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::{Range, RangeSet, Value};

/// PostgreSQL's own. `range_adjacent` and its kin are the operators that have no other name here.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("isempty",   (1, 1), |a, _| Ok(Value::Boolean(set(&a[0])?.is_empty()))),
    strict("lower_inc", (1, 1), |a, _| Ok(Value::Boolean(set(&a[0])?.parts().first().is_some_and(|p| p.low_inclusive)))),
    strict("upper_inc", (1, 1), |a, _| Ok(Value::Boolean(set(&a[0])?.parts().last().is_some_and(|p| p.high_inclusive)))),
    strict("lower_inf", (1, 1), |a, _| Ok(Value::Boolean(set(&a[0])?.parts().first().is_some_and(|p| p.low.is_none())))),
    strict("upper_inf", (1, 1), |a, _| Ok(Value::Boolean(set(&a[0])?.parts().last().is_some_and(|p| p.high.is_none())))),
    strict("range_adjacent",  (2, 2), |a, _| set(&a[0])?.is_adjacent(set(&a[1])?).map(Value::Boolean).map_err(error)),
    strict("range_overleft",  (2, 2), |a, _| set(&a[0])?.ends_by(set(&a[1])?).map(Value::Boolean).map_err(error)),
    strict("range_overright", (2, 2), |a, _| set(&a[0])?.begins_by(set(&a[1])?).map(Value::Boolean).map_err(error)),
    strict("range_merge",     (1, 2), merge),
    strict("multirange",      (1, 1), |a, _| Ok(Value::Range(multirange(set(&a[0])?.parts().to_vec())?))),
    lenient("range",     (2, 3), |a, _| between(&a[0], &a[1], a.get(2), |end| Ok(end.clone()))),
    lenient("int4range", (2, 3), |a, cx| constructor("int4range", a, cx)),
    lenient("int8range", (2, 3), |a, cx| constructor("int8range", a, cx)),
    lenient("numrange",  (2, 3), |a, cx| constructor("numrange", a, cx)),
    lenient("tsrange",   (2, 3), |a, cx| constructor("tsrange", a, cx)),
    lenient("tstzrange", (2, 3), |a, cx| constructor("tstzrange", a, cx)),
    lenient("daterange", (2, 3), |a, cx| constructor("daterange", a, cx)),
    lenient("int4multirange", (0, MANY), together),
    lenient("int8multirange", (0, MANY), together),
    lenient("nummultirange",  (0, MANY), together),
    lenient("tsmultirange",   (0, MANY), together),
    lenient("tstzmultirange", (0, MANY), together),
    lenient("datemultirange", (0, MANY), together),
];

/// The lower end of the first part; NULL of an empty range and where there is no end.
pub(crate) fn lower(set: &RangeSet) -> Value {
    set.parts().first().and_then(|part| part.low.clone()).unwrap_or(Value::Null)
}

/// The upper end of the last part.
pub(crate) fn upper(set: &RangeSet) -> Value {
    set.parts().last().and_then(|part| part.high.clone()).unwrap_or(Value::Null)
}

/// The same with ends of another type.
pub(crate) fn retyped(
    set: &RangeSet,
    element: &SqlType,
    multi: bool,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    let end = |end: &Option<Value>| end.clone().map(|end| cast::cast(end, None, element, cx)).transpose();
    let mut parts = Vec::with_capacity(set.parts().len());
    for part in set.parts() {
        let (low, high) = (end(&part.low)?, end(&part.high)?);
        parts.extend(Range::between(low, high, part.low_inclusive, part.high_inclusive).map_err(error)?);
    }
    if multi {
        return multirange(parts).map(Value::Range);
    }
    match parts.len() {
        0 | 1 => Ok(Value::Range(RangeSet::range(parts.pop()))),
        _ => Err(EvaluateError::unsupported("a cast of a multirange to a range")),
    }
}

fn set(value: &Value) -> Result<&RangeSet, EvaluateError> {
    match value {
        Value::Range(set) => Ok(set),
        other => Err(mismatch("range", other)),
    }
}

fn multirange(parts: Vec<Range>) -> Result<RangeSet, EvaluateError> {
    RangeSet::multirange(parts).map_err(error)
}

/// `int4range(low, high)`, `int4range(low, high, '[]')`: an end that is NULL is none.
fn constructor(name: &str, args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let Some(SqlType::Range { element, .. }) = SqlType::built_in_range(name) else {
        return Err(mismatch(name, &args[0]));
    };
    between(&args[0], &args[1], args.get(2), |end| cast::cast(end.clone(), None, &element, cx))
}

/// The range between two ends as its elements are.
fn between(
    low: &Value,
    high: &Value,
    bounds: Option<&Value>,
    element: impl Fn(&Value) -> Result<Value, EvaluateError>,
) -> Result<Value, EvaluateError> {
    let bounds = match bounds {
        None => "[)",
        Some(Value::Text(text)) => text.as_str(),
        Some(_) => return Err(EvaluateError::runtime("range constructor flags argument must not be null")),
    };
    if !["[)", "[]", "(]", "()"].contains(&bounds) {
        return Err(EvaluateError::runtime("invalid range bound flags"));
    }
    let end = |value: &Value| match value {
        Value::Null => Ok(None),
        value => element(value).map(Some),
    };
    let range = Range::between(end(low)?, end(high)?, bounds.starts_with('['), bounds.ends_with(']'));
    Ok(Value::Range(RangeSet::range(range.map_err(error)?)))
}

/// A multirange of any number of ranges. One that is NULL makes NULL, one among several an error.
fn together(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match args {
        [Value::Null] => return Ok(Value::Null),
        several if several.iter().any(Value::is_null) => {
            return Err(EvaluateError::runtime("multirange values cannot contain null members"));
        }
        _ => {}
    }
    let mut parts = Vec::new();
    for range in args {
        parts.extend_from_slice(set(range)?.parts());
    }
    multirange(parts).map(Value::Range)
}

/// The smallest range around two, or around a multirange.
fn merge(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let mut parts = Vec::new();
    for range in args {
        parts.extend_from_slice(set(range)?.parts());
    }
    Ok(Value::Range(multirange(parts)?.hull()))
}
