//! Cells of one kind as cells of another, and blank ones.

use seedbed_datagen_core::ColumnBuffer;
use seedbed_sql_values::Value;
use seedbed_sql_values::text::push_uuid;

/// Appends blank cells, to stand under NULLs, until there are `count` cells.
pub fn fill_blank(buffer: &mut ColumnBuffer, count: usize) {
    match buffer {
        ColumnBuffer::Boolean(v) => v.resize(count, false),
        ColumnBuffer::Int64(v) | ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. } => {
            v.resize(count, 0)
        }
        ColumnBuffer::UInt64(v) => v.resize(count, 0),
        ColumnBuffer::Decimal { unscaled, .. } => unscaled.resize(count, 0),
        ColumnBuffer::Float64(v) => v.resize(count, 0.0),
        ColumnBuffer::Date(v) => v.resize(count, 0),
        ColumnBuffer::Uuid(v) => v.resize(count, [0; 16]),
        ColumnBuffer::Bytes { data, ends } => {
            ends.resize(count, i32::try_from(data.len()).unwrap_or(i32::MAX))
        }
        ColumnBuffer::Text(text) => (text.len()..count).for_each(|_| text.push("")),
        ColumnBuffer::Dictionary { keys, .. } => keys.resize(count, 0),
    }
}

/// A parent's cells as the child's kind: the same, or numbers of another width or scale, or text.
pub(crate) fn convert(from: ColumnBuffer, like: &ColumnBuffer) -> ColumnBuffer {
    let same_scale = |a: &ColumnBuffer, b: &ColumnBuffer| match (a, b) {
        (ColumnBuffer::Decimal { scale: a, .. }, ColumnBuffer::Decimal { scale: b, .. }) => a == b,
        (ColumnBuffer::Dictionary { .. } | ColumnBuffer::Text(_), ColumnBuffer::Text(_)) => true,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    if same_scale(&from, like) {
        return from;
    }
    let mut to = like.empty_like();
    for i in 0..from.len() {
        push_converted(&mut to, &from.value(i));
    }
    to
}

fn push_converted(to: &mut ColumnBuffer, value: &Value) {
    let whole = match value {
        Value::Integer(n) => *n,
        Value::Decimal(d) => d.unscaled / 10_i128.saturating_pow(d.scale.into()),
        Value::Float(f) => *f as i128,
        Value::Boolean(b) => i128::from(*b),
        Value::Date(d) => i128::from(*d),
        Value::Time(t) | Value::Timestamp(t) => i128::from(*t),
        Value::Text(t) => t.parse().unwrap_or(0),
        _ => 0,
    };
    match to {
        ColumnBuffer::Boolean(v) => v.push(whole != 0),
        ColumnBuffer::Int64(v) => v.push(whole as i64),
        ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. } => v.push(match value {
            Value::Date(d) => i64::from(*d) * seedbed_solver::DAY_MICROS,
            _ => whole as i64,
        }),
        ColumnBuffer::UInt64(v) => v.push(whole as u64),
        ColumnBuffer::Float64(v) => v.push(match value {
            Value::Decimal(d) => d.unscaled as f64 / 10_f64.powi(d.scale.into()),
            Value::Float(f) => *f,
            _ => whole as f64,
        }),
        ColumnBuffer::Decimal { unscaled, scale } => unscaled.push(match value {
            Value::Decimal(d) if d.scale <= *scale => {
                d.unscaled * 10_i128.saturating_pow((*scale - d.scale).into())
            }
            _ => whole.saturating_mul(10_i128.saturating_pow((*scale).into())),
        }),
        ColumnBuffer::Date(v) => v.push(match value {
            Value::Timestamp(t) => t.div_euclid(seedbed_solver::DAY_MICROS) as i32,
            _ => whole as i32,
        }),
        ColumnBuffer::Uuid(v) => v.push(match value {
            Value::Uuid(u) => u.to_be_bytes(),
            Value::Text(t) => u128::from_str_radix(&t.replace('-', ""), 16).unwrap_or(0).to_be_bytes(),
            _ => [0; 16],
        }),
        ColumnBuffer::Bytes { data, ends } => {
            match value {
                Value::Bytes(b) => data.extend_from_slice(b),
                Value::Text(t) => data.extend_from_slice(t.as_bytes()),
                _ => data.extend_from_slice(&whole.to_be_bytes()),
            }
            ends.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
        }
        ColumnBuffer::Text(text) => match value {
            Value::Text(t) => text.push(t),
            Value::Uuid(u) => {
                push_uuid(text.open_cell(), u.to_be_bytes());
                text.end_cell();
            }
            _ => text.push(&whole.to_string()),
        },
        ColumnBuffer::Dictionary { .. } => unreachable!("programs hold no dictionary buffers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_cell_behind_others_is_empty() {
        let mut bytes = ColumnBuffer::Bytes { data: vec![1, 2, 3], ends: vec![1, 3] };
        let mut text = ColumnBuffer::Text(Default::default());
        if let ColumnBuffer::Text(text) = &mut text {
            text.push("a");
            text.push("b");
        }
        for buffer in [&mut bytes, &mut text] {
            fill_blank(buffer, 3);
            assert_eq!(buffer.len(), 3);
        }
        assert_eq!(bytes.value(2), Value::Bytes(Vec::new()));
        assert_eq!(bytes.value(1), Value::Bytes(vec![2, 3]));
        assert_eq!(text.value(2), Value::Text(String::new()));
        assert_eq!(bytes.into_array(Some(vec![true, true, false])).len(), 3);
    }
}
