//! Values that have values inside, each of which has a list of its own: arrays and rows.
//!
//! Parts whose lists tell values apart take digits of the ordinal, and so tell the wholes apart; the others are drawn by
//! it.

use super::literal::push_array_element;
use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, Permutation, below, mix};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_values::{array_delimiter, format_value};
use std::sync::Arc;

/// A list that a part of a value is taken from.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it may hold.
    pub sampler: Arc<dyn Sampler>,
    /// Its type below all domains.
    pub ty: SqlType,
    /// An empty buffer of its kind.
    pub blank: ColumnBuffer,
}

impl Part {
    /// How many ordinals the list has; `u64::MAX` for a huge one.
    fn len(&self) -> u64 {
        match self.sampler.cardinality() {
            Cardinality::Exact(len) => len.max(1),
            Cardinality::Huge => u64::MAX,
        }
    }

    /// How many elements arrays of it need at most, so that there are ample of them where so many have to differ.
    pub fn elements_for(&self, different: u64) -> u32 {
        let (len, wanted) = (self.len(), different.saturating_mul(AMPLE));
        let (mut arrays, mut elements) = (len, 1);
        while arrays < wanted && elements < LONGEST {
            // As long as there are others, no element comes twice.
            arrays = arrays.saturating_mul(len.saturating_sub(elements.into()).max(len.min(2)));
            elements += 1;
        }
        elements
    }

    /// How many values a part that leads tells apart.
    fn distinct(&self) -> u64 {
        if self.sampler.is_injective() { self.len() } else { 0 }
    }

    /// Values as they stand in the literal of the whole.
    pub(super) fn texts(&self, ordinals: &[u64], schema: &Schema) -> Vec<String> {
        let mut cells = self.blank.clone();
        self.sampler.write(ordinals, &mut cells);
        (0..cells.len()).map(|i| format_value(&cells.value(i), &self.ty, schema.dialect)).collect()
    }
}

/// So many ordinals has a list that can't tell so many values apart, for as much variety as there is.
const MANY: u64 = 1 << 16;
/// So many times as many arrays are to be had as have to differ.
const AMPLE: u64 = 4;
/// Most elements for the sake of that.
const LONGEST: u32 = 24;
/// Lists up to this long are gone through without repeating a value in one array.
const SHORT: u64 = 4_096;

/// Arrays of one dimension.
#[derive(Clone, Debug)]
pub struct ArrayList {
    /// The schema of the element type.
    pub schema: Arc<Schema>,
    /// What elements are drawn by.
    pub key: LawKey,
    /// What elements are taken from.
    pub element: Part,
    /// Other lists at some places, counted from 0.
    pub at: Vec<(usize, Part)>,
    /// Fewest and most elements.
    pub elements: (u32, u32),
}

impl ArrayList {
    /// The elements at an ordinal, as their literals.
    fn elements(&self, ordinal: u64) -> Vec<String> {
        let (least, most) = self.elements;
        let key = self.key.child(ordinal);
        let count = u64::from(least) + below(mix(key, 1), u64::from(most - least) + 1);
        let len = self.element.len();
        let first = ordinal % len;
        // A short list gives each value once as long as it has others.
        let others = Permutation::new(key.child(2), (len - 1).clamp(1, SHORT));
        let nth = |i: u64| match i {
            0 => first,
            i if i < len && len <= SHORT => (first + 1 + others.apply(i - 1)) % len,
            i => below(mix(key, i + 2), len),
        };
        let ordinals: Vec<u64> = (0..count).map(nth).collect();
        let mut texts = self.element.texts(&ordinals, &self.schema);
        for (place, part) in &self.at {
            if let Some(text) = texts.get_mut(*place) {
                let drawn = below(mix(key.child(3), *place as u64), part.len());
                text.clone_from(&part.texts(&[drawn], &self.schema)[0]);
            }
        }
        texts
    }
}

impl Sampler for ArrayList {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(if self.is_injective() { self.element.distinct() } else { MANY })
    }

    fn is_injective(&self) -> bool {
        self.element.distinct() >= MANY && self.elements.0 > 0 && self.at.iter().all(|(place, _)| *place > 0)
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let delimiter = array_delimiter(self.schema.base_type(&self.element.ty));
        let text = text_of(out);
        for ordinal in ordinals {
            let cell = text.open_cell();
            push_list(cell, ('{', '}'), delimiter, &self.elements(*ordinal));
            text.end_cell();
        }
    }
}

/// Rows of a composite type.
#[derive(Clone, Debug)]
pub struct RowList {
    /// The schema of the type.
    pub schema: Arc<Schema>,
    /// What fields are drawn by.
    pub key: LawKey,
    /// What each field is taken from.
    pub fields: Vec<Part>,
}

impl RowList {
    /// How many rows the fields tell apart together.
    fn distinct(&self) -> u64 {
        let told = self.fields.iter().map(Part::distinct).filter(|distinct| *distinct > 0);
        told.fold(1, u64::saturating_mul)
    }

    /// The ordinals of each field's list: digits of the row's own where they tell rows apart, else draws.
    fn digits(&self, ordinals: &[u64]) -> Vec<Vec<u64>> {
        let mut rest = ordinals.to_vec();
        let mut digits = Vec::new();
        for (i, field) in self.fields.iter().enumerate() {
            let len = field.len();
            let digit = |(rest, ordinal): (&mut u64, &u64)| {
                if field.distinct() == 0 {
                    return below(mix(self.key.child(i as u64), *ordinal), len);
                }
                let digit = *rest % len;
                *rest /= len;
                digit
            };
            digits.push(rest.iter_mut().zip(ordinals).map(digit).collect());
        }
        digits
    }
}

impl Sampler for RowList {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(if self.is_injective() { self.distinct() } else { MANY })
    }

    fn is_injective(&self) -> bool {
        self.distinct() >= MANY || self.fields.iter().all(|field| field.distinct() > 0)
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let digits = self.digits(ordinals);
        let texts = |(field, digits): (&Part, Vec<u64>)| field.texts(&digits, &self.schema);
        let columns: Vec<Vec<String>> = self.fields.iter().zip(digits).map(texts).collect();
        let text = text_of(out);
        for row in 0..ordinals.len() {
            let fields: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
            push_list(text.open_cell(), ('(', ')'), ',', &fields);
            text.end_cell();
        }
    }
}

/// Literals with a delimiter between them, each in quotes where it has to be.
fn push_list(out: &mut String, brackets: (char, char), delimiter: char, items: &[impl AsRef<str>]) {
    out.push(brackets.0);
    for (i, item) in items.iter().enumerate() {
        out.extend((i > 0).then_some(delimiter));
        push_array_element(out, item.as_ref());
    }
    out.push(brackets.1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Progression;
    use seedbed_datagen_core::TextBuffer;
    use seedbed_schema_model::Dialect;
    use std::collections::BTreeSet;

    fn numbers(low: i128, high: i128) -> Part {
        Part {
            sampler: Arc::new(Progression::new(low, high, 1)),
            ty: SqlType::INTEGER,
            blank: ColumnBuffer::Int64(Vec::new()),
        }
    }

    fn written(list: &dyn Sampler, len: u64) -> Vec<String> {
        let mut out = ColumnBuffer::Text(TextBuffer::default());
        list.write(&(0..len).collect::<Vec<u64>>(), &mut out);
        (0..out.len()).map(|i| out.text(i).unwrap().to_owned()).collect()
    }

    #[test]
    fn elements_of_a_short_list_come_once() {
        let list = ArrayList {
            schema: Arc::new(Schema::new(Dialect::Postgres)),
            key: LawKey(5),
            element: numbers(1, 7),
            at: Vec::new(),
            elements: (2, 7),
        };
        for text in written(&list, 7) {
            let items: Vec<&str> = text.trim_matches(['{', '}']).split(',').collect();
            assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), items.len(), "{text}");
            assert!((2..=7).contains(&items.len()));
        }
    }

    #[test]
    fn fields_tell_rows_apart_together() {
        let fields = vec![numbers(0, 1), numbers(0, 999)];
        let list = RowList { schema: Arc::new(Schema::new(Dialect::Postgres)), key: LawKey(5), fields };
        assert_eq!(list.cardinality(), Cardinality::Exact(2000));
        assert_eq!(written(&list, 2000).into_iter().collect::<BTreeSet<_>>().len(), 2000);
    }
}
