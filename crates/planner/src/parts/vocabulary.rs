//! Arrays made of what conditions name.
//!
//! A condition such as `tags @> ARRAY['a', 'b']` is met by few arrays of any elements, and by most that have its own
//! constants among theirs. So arrays are put together of both: elements of the list, constants one by one, and the
//! constants of an array together.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler, TextBuffer};
use seedbed_laws::{LawKey, below, mix};
use seedbed_rows::list::text_of;
use seedbed_schema_model::{Expr, Literal, Schema, SqlType};
use seedbed_sql_values::{Value, format_value, literal_value, parse_value};

/// What conditions name, as values of an element type.
pub(super) struct Vocabulary<'s> {
    schema: &'s Schema,
    array: SqlType,
    /// Single constants, and those of one array together.
    groups: Vec<Vec<Value>>,
    /// The numbers that stand in conditions, as lengths.
    lengths: Vec<usize>,
}

/// Longest array that is tried.
const LONGEST: usize = 64;

impl<'s> Vocabulary<'s> {
    /// The constants of conditions that are values of an element type, or arrays of it.
    pub(super) fn of(conditions: &[Expr], element: &SqlType, schema: &'s Schema) -> Self {
        let array = SqlType::Array { element: Box::new(element.clone()) };
        let mut found = Self { schema, array, groups: Vec::new(), lengths: Vec::new() };
        conditions.iter().for_each(|condition| found.read(condition, element));
        found
    }

    /// Takes what an expression and its parts name. Places and numbers of dimensions are no values.
    fn read(&mut self, e: &Expr, element: &SqlType) {
        self.learn(e, element);
        match e {
            Expr::Subscript { operand, .. } => self.read(operand, element),
            Expr::Function { name, args } if name.starts_with("array_") && name != "array_position" => {
                args.iter().take(1).for_each(|operand| self.read(operand, element));
            }
            _ => e.children().into_iter().for_each(|part| self.read(part, element)),
        }
    }

    /// Takes what one expression names.
    fn learn(&mut self, e: &Expr, element: &SqlType) {
        match e {
            Expr::Array(items) => {
                let values: Option<Vec<Value>> = items.iter().map(|i| self.constant(i, element)).collect();
                self.groups.extend(values);
            }
            Expr::Literal(Literal::Text(text)) => {
                if let Ok(Value::Array(items)) = parse_value(text, &self.array, self.schema) {
                    self.groups.push(items);
                } else {
                    self.groups.extend(self.constant(e, element).map(|value| vec![value]));
                }
            }
            Expr::Literal(literal) => {
                if let Literal::Integer(n) = literal {
                    self.lengths.extend(usize::try_from(*n).ok().filter(|n| *n <= LONGEST));
                }
                self.groups.extend(self.constant(e, element).map(|value| vec![value]));
            }
            _ => {}
        }
    }

    /// A constant as a value of the element type.
    fn constant(&self, e: &Expr, element: &SqlType) -> Option<Value> {
        match seedbed_solver::strip(e) {
            Expr::Literal(Literal::Null) => None,
            Expr::Literal(literal) => {
                let text = format_value(&literal_value(literal), &SqlType::TEXT, self.schema.dialect);
                parse_value(&text, element, self.schema).ok()
            }
            _ => None,
        }
    }

    /// Writes the array that is tried as the `n`-th; nothing if it has too few elements.
    pub(super) fn write(
        &self,
        n: u64,
        list: &dyn Sampler,
        elements: Option<(u32, u32)>,
        key: LawKey,
        out: &mut ColumnBuffer,
    ) {
        let noise = mix(key.child(n), 0);
        let pick = |salt: u64, len: usize| below(mix(key.child(n), salt), len as u64) as usize;
        let own = self.drawn(n, list);
        let items = match noise % 6 {
            0 => own,
            _ if self.groups.is_empty() => own,
            1 => [self.groups[pick(1, self.groups.len())].clone(), own].concat(),
            2 => self.groups[pick(1, self.groups.len())].clone(),
            3 => {
                let group = self.groups[pick(1, self.groups.len())].iter().enumerate();
                group.filter(|(i, _)| noise >> (8 + i % 48) & 1 == 1).map(|(_, item)| item.clone()).collect()
            }
            4 => [self.groups.concat(), own].concat(),
            _ => {
                let words = self.groups.concat();
                let picked =
                    (0..1 + pick(2, 3)).filter_map(|i| words.get(pick(3 + i as u64, words.len().max(1))));
                own.into_iter().chain(picked.cloned()).collect()
            }
        };
        let mut distinct: Vec<Value> = Vec::new();
        for item in items {
            if !distinct.contains(&item) {
                distinct.push(item);
            }
        }
        if noise >> 60 & 1 == 1 {
            distinct.sort_by(|a, b| seedbed_solver::order(a, b).unwrap_or(std::cmp::Ordering::Equal));
        }
        match (elements, self.lengths.is_empty()) {
            (Some((_, most)), _) => distinct.truncate(most as usize),
            (None, false) => distinct.truncate(self.lengths[pick(9, self.lengths.len())] + pick(10, 2)),
            (None, true) => distinct.truncate(LONGEST),
        }
        if elements.is_some_and(|(least, _)| distinct.len() < least as usize) {
            return;
        }
        let text = text_of(out);
        text.push(&format_value(&Value::Array(distinct), &self.array, self.schema.dialect));
    }

    /// The elements of one of the list's own arrays.
    fn drawn(&self, n: u64, list: &dyn Sampler) -> Vec<Value> {
        let len = match list.cardinality() {
            Cardinality::Exact(len) => len.max(1),
            Cardinality::Huge => u64::MAX,
        };
        let mut cells = ColumnBuffer::Text(TextBuffer::default());
        list.write(&[n % len], &mut cells);
        match cells.text(0).map(|text| parse_value(text, &self.array, self.schema)) {
            Some(Ok(Value::Array(items))) => items,
            _ => Vec::new(),
        }
    }
}
