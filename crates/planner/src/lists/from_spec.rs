//! What the spec asks of a column: its own values, a provider by name, or examples.

use super::Lists;
use crate::listing::Listing;
use crate::spec_value::constant;
use crate::wish_fault::ColumnWishFault;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::Syllables;
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_values::Value;

impl Lists<'_, '_> {
    /// The list that the spec asks for; `None` if it asks for none, or its provider refuses the column, which is told
    /// among the errors of the spec. A `range` is no list of its own: it narrows the column's domain.
    pub(super) fn listing_from_spec(&mut self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        let spec = self.cx.spec_of(column)?.clone();
        if let Some(values) = &spec.values {
            let base = self.facts[column].base;
            let (values, weights): (Vec<Value>, Vec<u64>) =
                values.iter().map(|v| constant(v, base, self.cx.schema())).unzip();
            let mut listing = self
                .choice(column, &values)
                .map(|c| Listing::new(c, ListKind::Values, ListSource::SpecValues))?;
            listing.weights = Some(weights);
            return Some(listing);
        }
        if let Some(name) = &spec.provider {
            let provider = self.cx.planning.catalog.provider(name)?;
            let sampler = match self.bind(column, &*provider, false) {
                Ok(sampler) => sampler,
                Err(error) => {
                    let error = self.cx.bad_spec(column, ColumnWishFault::Provider(error));
                    self.found.errors.push(error);
                    return None;
                }
            };
            let mut listing = Listing::new(
                Syllables { key: self.cx.key(column, "list"), words: 1 },
                ListKind::Provider(name.clone()),
                ListSource::SpecProvider,
            );
            listing.sampler = sampler;
            return Some(listing);
        }
        let examples = spec.examples.as_ref()?;
        self.listing_of_examples(column, examples, distinct)
    }
}
