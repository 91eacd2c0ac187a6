//! A column's cells for the solver: constants, numbers of its units, and draws from the lists that were made for it.

use crate::cell::push_value;
use crate::list::{Fitted, LiteralList, Progression, Syllables};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, below, mix};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_solver::ValueDomain;
use seedbed_solver::{CellSource, Units};
use seedbed_sql_values::{Value, format_value, parse_value};
use std::sync::Arc;

/// Where the cells of one column come from.
#[derive(Debug)]
pub struct ColumnCells {
    /// The schema of the column.
    pub schema: Arc<Schema>,
    /// The column's type below all domains.
    pub ty: SqlType,
    /// An empty buffer of its kind.
    pub buffer: ColumnBuffer,
    /// Lists for the narrower domains that branches leave.
    pub lists: Vec<(ValueDomain, Arc<dyn Sampler>)>,
    /// Lists for conditions that no domain says, to be tried before others.
    pub offered: Vec<Arc<dyn Sampler>>,
    /// What its type has, where it travels as text.
    pub literals: Option<LiteralList>,
    /// What its draws are keyed by.
    pub key: LawKey,
}

impl ColumnCells {
    /// Text and the like, from the list that was made for the domain, or from what its type has.
    fn list_of(&self, domain: &ValueDomain) -> Option<Arc<dyn Sampler>> {
        if let Some((_, made)) = self.lists.iter().find(|(of, _)| of == domain) {
            return Some(Arc::clone(made));
        }
        if !matches!(self.buffer, ColumnBuffer::Text(_)) {
            return None;
        }
        if self.ty.is_text() {
            let words: Arc<dyn Sampler> = Arc::new(Syllables { key: self.key, words: 1 });
            return Some(Arc::new(Fitted::new(words, domain.text.clone())));
        }
        Some(Arc::new(self.literals.clone()?.within(domain)))
    }
}

impl CellSource for ColumnCells {
    type Cell = ColumnBuffer;

    fn value(&self, cell: &ColumnBuffer) -> Value {
        typed(cell.value(0), &self.ty, &self.schema)
    }

    fn constant(&self, value: &Value) -> Option<ColumnBuffer> {
        let mut cell = self.buffer.clone();
        match (&mut cell, value) {
            (ColumnBuffer::Text(_), Value::Text(_)) => {}
            (ColumnBuffer::Text(text), value) if !self.ty.is_text() => {
                text.push(&format_value(value, &self.ty, self.schema.dialect));
                return Some(cell);
            }
            _ => {}
        }
        push_value(&mut cell, value, &self.ty, &self.schema).then_some(cell)
    }

    fn number(&self, units: &Units, at: i128) -> Option<ColumnBuffer> {
        let mut cell = self.buffer.clone();
        if let ColumnBuffer::Text(text) = &mut cell {
            text.push(&format_value(&units.nearest_value(at), &self.ty, self.schema.dialect));
            return units.is_span().then_some(cell);
        }
        Progression { divisor: units.divisor(), ..Progression::new(at, at, 1) }.write(&[0], &mut cell);
        Some(cell)
    }

    fn draw(&self, domain: &ValueDomain, random: u64, most: u64) -> Vec<ColumnBuffer> {
        let draw_of = |list: &Arc<dyn Sampler>| {
            let len = match list.cardinality() {
                Cardinality::Exact(len) => len,
                Cardinality::Huge => u64::MAX,
            };
            let drawn = |i: u64| {
                let mut cell = self.buffer.clone();
                list.write(&[below(mix(LawKey(random), i), len)], &mut cell);
                cell
            };
            (0..most.min(len)).map(drawn).collect::<Vec<ColumnBuffer>>()
        };
        let own = self.list_of(domain);
        self.offered.iter().chain(&own).flat_map(draw_of).collect()
    }
}

/// A cell's value in its column's own type: many types travel as text.
pub fn typed(value: Value, ty: &SqlType, schema: &Schema) -> Value {
    match value {
        Value::Text(text)
            if !ty.is_text()
                && !matches!(ty, SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_)) =>
        {
            parse_value(&text, ty, schema).unwrap_or(Value::Text(text))
        }
        value => value,
    }
}
