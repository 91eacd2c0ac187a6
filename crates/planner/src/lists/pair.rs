//! Lists of ranges and points, of which CHECKs say what their two parts may be.

use super::Lists;
use crate::listing::Listing;
use crate::stays::{Stay, StayColumns};
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Points, StayRanges};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::ValueDomain;
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Degrees of longitude and latitude hold most places, where one coordinate is bounded and the other is not.
const USUAL: i64 = 180;

impl Lists<'_, '_> {
    /// A list within what is said of the parts, of so many `distinct` values if there are; `None` where nothing is said, or
    /// no value was found.
    pub(super) fn of_parts(&self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        match self.facts[column].base {
            SqlType::Range { element, .. } => self.ranges(column, element, distinct),
            SqlType::Geometric { name } if name == "point" => self.points(column),
            _ => None,
        }
    }

    /// Ranges that may overlap, of the lengths that all CHECKs leave: one for each start, or several where that gives too
    /// few.
    fn ranges(&self, column: ColumnIdx, element: &SqlType, distinct: Option<u64>) -> Option<Listing> {
        let schema = self.cx.schema();
        // Lists of literals know the ranges of the server's own types.
        let usual = matches!(
            schema.base_type(element),
            SqlType::Integer { .. } | SqlType::Decimal { .. } | SqlType::Date | SqlType::Timestamp { .. }
        );
        let stay = Stay::of_range(self.cx, self.facts, column).filter(|s| !usual || s.is_restricted())?;
        let StayColumns::Range(_, ty) = stay.columns.clone() else { return None };
        let units = stay.units;
        let slots = stay.freely(self.cx.key(column, "list"))?;
        let there = self.cx.planning.existing_rows(self.cx.id());
        let wanted = distinct.map_or(0, |rows| rows.saturating_add(there));
        let rounds = wanted.div_ceil(slots.count.max(1)).clamp(1, slots.lengths.len().max(1) as u64);
        let (slots, dialect) = (Arc::new(slots), schema.dialect);
        let ranges = StayRanges { slots, rounds, units, ty, dialect };
        Some(Listing::new(ranges, ListKind::Literal, ListSource::Type))
    }

    /// Points within a box.
    fn points(&self, column: ColumnIdx) -> Option<Listing> {
        let [x, y] = self.facts[column].domain.pair.as_deref()?;
        let (x, y) = (coordinates(x)?, coordinates(y)?);
        let key = self.cx.key(column, "list");
        Some(Listing::new(Points { x, y, key }, ListKind::Literal, ListSource::Type))
    }
}

/// The least and the greatest coordinate that bounds leave; `None` where they leave none that a list holds.
fn coordinates(domain: &ValueDomain) -> Option<(i64, i64)> {
    let units = |value: &Value| {
        let number = match value {
            Value::Integer(n) => *n as f64,
            Value::Decimal(d) => d.to_float(),
            Value::Float(f) => *f,
            _ => return None,
        };
        (number.abs() < 1e12).then_some(number * Points::UNIT as f64)
    };
    let low = match &domain.low {
        Some(low) => {
            let at = units(&low.value)?;
            Some(at.ceil() as i64 + i64::from(!low.inclusive && at.ceil() == at))
        }
        None => None,
    };
    let high = match &domain.high {
        Some(high) => {
            let at = units(&high.value)?;
            Some(at.floor() as i64 - i64::from(!high.inclusive && at.floor() == at))
        }
        None => None,
    };
    let span = USUAL * Points::UNIT;
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low.saturating_add(span)),
        (None, Some(high)) => (high.saturating_sub(span), high),
        (None, None) => (-span, span),
    };
    (low <= high).then_some((low, high))
}
