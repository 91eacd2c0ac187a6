//! The standard catalog: the crate's providers and rules behind the trait that plans ask.

use crate::kinds::{DOMAINS, named};
use crate::localized::locale::{self, known_locales};
use crate::{infer, references};
use seedbed_datagen_core::{Catalog, Inference, Provider};
use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, Table, TableId};
use std::sync::Arc;

/// Every provider of this crate, and the rules that choose among them.
///
/// Costs nothing to make: word lists are split when the crate is compiled, tables of places, countries, languages and
/// currencies when a provider that needs them is first used. A look-up by name goes through all providers.
///
/// A provider is bound to a column, and the list that this gives is entered at any ordinals:
///
/// ```
/// use seedbed_datagen_core::{Binding, Catalog, ColumnBuffer, ValueDomain};
/// use seedbed_providers::StandardCatalog;
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
///
/// let schema = Schema::new(Dialect::Postgres);
/// let mut table = Table::new(None, "customer");
/// table.columns.push(Column::new("full_name", SqlType::TEXT));
/// let (column, domain) = (&table.columns[0], ValueDomain::default());
/// let base_type = &column.ty;
/// let (distinct, locale) = (false, None);
/// let binding = Binding { schema: &schema, table: &table, column, base_type, domain: &domain, distinct, locale };
///
/// let names = StandardCatalog::new().provider("person.full_name").unwrap().bind(&binding)?;
/// let mut cells = ColumnBuffer::Text(Default::default());
/// names.write(&[0, 1], &mut cells);
/// assert_eq!(format!("{:?}", cells.value(0)), r#"Text("Abigail Abbott")"#);
/// assert_eq!(format!("{:?}", cells.value(1)), r#"Text("Ada Abbott")"#);
/// # Ok::<(), seedbed_datagen_core::BindError>(())
/// ```
///
/// For a column of which the user says nothing, its name and type choose:
///
/// ```
/// use seedbed_datagen_core::Catalog;
/// use seedbed_providers::StandardCatalog;
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
///
/// let schema = Schema::new(Dialect::Postgres);
/// let mut table = Table::new(None, "customer");
/// table.columns.push(Column::new("billing_email", SqlType::Varchar { length: Some(80) }));
/// let guess = StandardCatalog::new().infer(&schema, &table, ColumnIdx(0)).unwrap();
/// assert_eq!(guess.provider.name(), "internet.email");
/// assert_eq!(guess.reason, "named like an e-mail address");
/// assert_eq!(guess.entity.unwrap().entity, "person");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardCatalog;

impl StandardCatalog {
    /// The one standard catalog; all that are made are alike.
    pub fn new() -> Self {
        Self
    }
}

/// Whether the values of a provider depend on the locale; `false` for a name that is none.
///
/// ```
/// assert!(seedbed_providers::is_localized("person.first_name"));
/// assert!(!seedbed_providers::is_localized("network.ipv4"));
/// ```
pub fn is_localized(provider_name: &str) -> bool {
    named(provider_name).is_some_and(|kind| kind.localized.is_some())
}

impl Catalog for StandardCatalog {
    fn provider(&self, name: &str) -> Option<Arc<dyn Provider>> {
        named(name).map(|kind| Arc::new(*kind) as Arc<dyn Provider>)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = DOMAINS.iter().copied().flatten().map(|k| k.name.to_owned()).collect();
        names.sort_unstable();
        names
    }

    fn infer(&self, schema: &Schema, table: &Table, column: ColumnIdx) -> Option<Inference> {
        infer::infer(schema, table, column)
    }

    fn locale(&self, tag: &str) -> Option<&'static str> {
        locale::find(tag).map(|locale| locale.tag)
    }

    fn locales(&self) -> &'static [&'static str] {
        known_locales()
    }

    fn infer_references(&self, schema: &Schema) -> Vec<(TableId, ForeignKey)> {
        references::infer(schema)
    }
}
