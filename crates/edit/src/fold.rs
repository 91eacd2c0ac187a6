//! Edits as wishes: what a plan can do itself when the rows are yet to be made.

mod order;
mod place;

use crate::text::is_truth;
use crate::{Edit, Literal, NullShare, RowCount, SetColumn, SetLocale, Source, WeightedLiteral};
use order::Later;
use place::{Place, columns_of, table_of};
use seedbed_datagen_core::{ColumnSpec, Range, Spec, WeightedValue};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_solver::Units;
use seedbed_sql_values::parse_value;

/// Writes into a spec what of some edits a plan can do itself, over what is there; returns the rest in order, to be done to
/// the rows when they are made.
///
/// Into the spec go numbers of rows, values, ranges, providers and examples of whole columns, shares of NULL, and the
/// locale of a whole run. A whole column that gets values has no NULL. An edit that comes after a returned one, and changes
/// what that one changes or reads, is returned as well; a number of rows only where the returned one adds or removes rows,
/// so that `20% of the orders are cancelled, 2000 orders` speaks of 2000 orders.
///
/// Returned, too, is what a plan refuses: values for columns that refer to other tables or are generated, values that are
/// none of the column's type, NULL where there can be none. Names that mean nothing are returned for whoever applies them to
/// tell.
///
/// ```
/// use seedbed_datagen_core::Spec;
/// use seedbed_edit::{fold_into_spec, parse_edits, to_text};
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
/// let mut schema = Schema::new(Dialect::Sqlite);
/// let mut orders = Table::new(None, "orders");
/// orders.columns = vec![Column::new("fee", SqlType::INTEGER)];
/// schema.push_table(orders);
///
/// let edits = parse_edits("500 orders, fees between 5 and 50; scale orders.fee by 110%", &schema).unwrap();
/// let mut spec = Spec::default();
/// let rest = fold_into_spec(&edits, &schema, &mut spec);
/// assert_eq!(spec.tables["orders"].rows, Some(500));
/// assert!(spec.tables["orders"].columns["fee"].range.is_some());
/// assert_eq!(to_text(&rest), "scale orders.fee by 1.1\n");
/// ```
pub fn fold_into_spec(edits: &[Edit], schema: &Schema, spec: &mut Spec) -> Vec<Edit> {
    let mut folding = Folding { schema, spec, later: Later::default() };
    let mut rest = Vec::new();
    for edit in edits {
        let folded = match edit {
            Edit::Set(set) => folding.set(set),
            Edit::Nulls(nulls) => folding.nulls(nulls),
            Edit::Rows(rows) => folding.rows(rows),
            Edit::Locale(locale) => folding.locale(locale),
            Edit::Shift(_)
            | Edit::Scale(_)
            | Edit::Rename(_)
            | Edit::Add(_)
            | Edit::Remove(_)
            | Edit::Spread(_) => false,
        };
        if !folded {
            folding.later.push(schema, edit);
            rest.push(edit.clone());
        }
    }
    rest
}

/// A spec that takes edits.
struct Folding<'a> {
    schema: &'a Schema,
    spec: &'a mut Spec,
    /// What the returned edits change and read.
    later: Later,
}

impl Folding<'_> {
    /// The columns of an edit; empty if one of them has to wait.
    fn open_columns(&self, table: Option<&str>, column: &str) -> Vec<Place> {
        let places = columns_of(self.schema, table, column);
        if places.iter().any(|place| self.later.touches(*place)) { Vec::new() } else { places }
    }

    fn set(&mut self, set: &SetColumn) -> bool {
        if !set.rows.is_all() {
            return false;
        }
        let places = self.open_columns(set.table.as_deref(), &set.column);
        let made: Option<Vec<ColumnSpec>> = places.iter().map(|place| self.wish(*place, &set.to)).collect();
        for (place, made) in places.iter().zip(made.iter().flatten()) {
            let before = place::take_column(self.schema, self.spec, *place);
            let null_rate = made.null_rate.or(before.null_rate);
            place::put_column(self.schema, self.spec, *place, ColumnSpec { null_rate, ..made.clone() });
        }
        made.is_some_and(|made| !made.is_empty())
    }

    /// What the spec says of a column whose values come from a source; `None` if a plan would refuse it.
    fn wish(&self, place: Place, source: &Source) -> Option<ColumnSpec> {
        let column = &self.schema[place.0][place.1];
        let base = self.schema.base_type(&column.ty);
        if column.generated.is_some() {
            return None;
        }
        if *source == Source::Value(None) {
            return self
                .can_be_null(place)
                .then(|| ColumnSpec { null_rate: Some(1.0), ..ColumnSpec::default() });
        }
        if self.refers(place) {
            return None;
        }
        let mut wish = ColumnSpec { null_rate: column.nullable.then_some(0.0), ..ColumnSpec::default() };
        match source {
            Source::Value(value) => wish.values = Some(vec![self.value(value.as_ref()?, place)?]),
            Source::Values(values) if !values.is_empty() => {
                wish.values = Some(values.iter().map(|v| self.weighted(v, place)).collect::<Option<_>>()?);
            }
            Source::Range(range) => {
                Units::of(base, self.schema.dialect)?;
                let end = |end: &Option<Literal>| match end {
                    Some(end) => self.value(end, place).map(Some),
                    None => Some(None),
                };
                wish.range = Some(Range { min: end(&range.min)?, max: end(&range.max)? });
            }
            Source::Provider(provider) => wish.provider = Some(provider.clone()),
            Source::Examples(examples) if !examples.is_empty() => wish.examples = Some(examples.clone()),
            Source::Values(_) | Source::Examples(_) | Source::Expression(_) => return None,
        }
        Some(wish)
    }

    fn weighted(&self, of: &WeightedLiteral, place: Place) -> Option<WeightedValue> {
        let value = self.value(&of.value, place)?;
        match of.weight {
            0 => None,
            1 => Some(value),
            weight => Some(WeightedValue::Weighted { value: Box::new(value), weight }),
        }
    }

    /// A literal as the spec has it; `None` if it is none of the type.
    fn value(&self, literal: &Literal, place: Place) -> Option<WeightedValue> {
        let base = self.schema.base_type(&self.schema[place.0][place.1].ty);
        let is_truth = is_truth(self.schema, place);
        match literal {
            Literal::Boolean(truth) if is_truth && base.is_numeric() => {
                return Some(WeightedValue::Integer((*truth).into()));
            }
            Literal::Boolean(_) if !is_truth && !base.is_text() => return None,
            _ => {}
        }
        let text = match literal {
            Literal::Boolean(truth) => truth.to_string(),
            Literal::Integer(n) => n.to_string(),
            Literal::Float(f) => f.to_string(),
            Literal::Text(text) => text.clone(),
        };
        parse_value(&text, base, self.schema).ok()?;
        Some(match literal {
            _ if base.is_text() => WeightedValue::Text(text),
            Literal::Boolean(truth) => WeightedValue::Boolean(*truth),
            Literal::Integer(n) => WeightedValue::Integer(*n),
            Literal::Float(f) => WeightedValue::Float(*f),
            Literal::Text(_) => WeightedValue::Text(text),
        })
    }

    /// Whether a column is part of a reference, whose values are another table's.
    fn refers(&self, (table, column): Place) -> bool {
        let declared = self.schema[table].foreign_keys.iter().any(|fk| fk.columns.contains(&column));
        declared || place::named_references(self.schema, self.spec, table).iter().any(|c| c.contains(&column))
    }

    /// Whether a share of NULLs can be said of a column by itself.
    fn can_be_null(&self, (table, column): Place) -> bool {
        let together = |columns: &Vec<ColumnIdx>| columns.len() > 1 && columns.contains(&column);
        let declared = self.schema[table].foreign_keys.iter().any(|fk| together(&fk.columns));
        let named = place::named_references(self.schema, self.spec, table).iter().any(together);
        self.schema[table][column].nullable && !declared && !named
    }

    fn nulls(&mut self, nulls: &NullShare) -> bool {
        let places = self.open_columns(nulls.table.as_deref(), &nulls.column);
        let can =
            |place: &Place| self.can_be_null(*place) && self.schema[place.0][place.1].generated.is_none();
        if places.is_empty() || !(0.0..=1.0).contains(&nulls.share) || !places.iter().all(can) {
            return false;
        }
        for place in places {
            let before = place::take_column(self.schema, self.spec, place);
            let column = ColumnSpec { null_rate: Some(nulls.share), ..before };
            place::put_column(self.schema, self.spec, place, column);
        }
        true
    }

    fn rows(&mut self, rows: &RowCount) -> bool {
        let Some(name) = &rows.table else {
            if self.later.counts_any() {
                return false;
            }
            self.spec.rows = Some(rows.count);
            self.spec.tables.values_mut().for_each(|table| table.rows = None);
            return true;
        };
        let table: Option<TableId> = table_of(self.schema, name).filter(|table| !self.later.counts(*table));
        if let Some(table) = table {
            place::put_rows(self.schema, self.spec, table, rows.count);
        }
        table.is_some()
    }

    fn locale(&mut self, locale: &SetLocale) -> bool {
        let folds = locale.table.is_none() && !self.later.changes_free_text(self.schema);
        if folds {
            self.spec.locale = Some(locale.locale.clone());
        }
        folds
    }
}
