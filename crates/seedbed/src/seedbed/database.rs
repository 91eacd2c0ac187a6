//! Straight into a database.

use crate::{Error, Seedbed};
use seedbed_datagen_core::{Existing, Plan, Request, Shortfall};
use seedbed_ddl_parse::{detect_dialect_for, parse};
use seedbed_load::{LoadReport, LoadRequest, Target, load};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Seedbed {
    /// Loads into an SQLite file, in one transaction; a new file is made from the schema. What the file holds already
    /// stays, and keys go on after it.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Load`].
    #[cfg(feature = "sqlite")]
    pub fn to_sqlite(&self, file: impl Into<std::path::PathBuf>) -> Result<LoadReport, Error> {
        self.to_database(&Target::Sqlite { path: file.into() })
    }

    /// Loads into the tables of a PostgreSQL database, in one transaction.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Load`].
    #[cfg(feature = "postgres")]
    pub fn to_postgres(&self, url: impl Into<String>) -> Result<LoadReport, Error> {
        self.to_database(&Target::Postgres { url: url.into() })
    }

    /// Loads into the tables of a MySQL or MariaDB database, in one transaction.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Load`].
    #[cfg(feature = "mysql")]
    pub fn to_mysql(&self, url: impl Into<String>) -> Result<LoadReport, Error> {
        self.to_database(&Target::MySql { url: url.into() })
    }

    /// Loads into a database. Tables whose rows it refuses are left out, which the report tells.
    ///
    /// When no dialect was asked for and the text leaves it open, it is read as the target's.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Load`].
    pub fn to_database(&self, target: &Target) -> Result<LoadReport, Error> {
        let schema_sql = self.text();
        let schema = self.schema_for(target);
        let request = LoadRequest { target, schema: &schema, schema_sql: &schema_sql };
        let catalog = StandardCatalog::new();
        let mut plan_for = |existing: &Existing, withheld: &BTreeMap<TableId, Shortfall>| {
            let wishes = self.request.clone();
            let request = Request { existing: existing.clone(), withheld: withheld.clone(), ..wishes };
            Plan::new(Arc::clone(&schema), &request, &catalog)
        };
        Ok(load(&request, &mut plan_for, &self.options, &mut |_| true)?)
    }

    fn schema_for(&self, target: &Target) -> Arc<Schema> {
        let dialect = self.dialect.unwrap_or_else(|| detect_dialect_for(&self.sources, target.dialect()));
        if dialect == self.schema.dialect {
            return Arc::clone(&self.schema);
        }
        Arc::new(parse(&self.sources, Some(dialect)).schema)
    }
}
