//! The relations that the target has.

use super::client::PostgresClient;
use super::quoted;
use super::refusal;
use crate::LoadError;
use crate::operation::Operation;
use seedbed_schema_model::QualifiedName;
use std::collections::{BTreeMap, BTreeSet};

/// Tables, views and their kin of the target, by schema and name.
#[derive(Debug)]
pub(super) struct PostgresCatalog {
    relations: BTreeMap<(String, String), PostgresRelation>,
}

/// A relation of the target.
#[derive(Clone, Debug)]
pub(super) struct PostgresRelation {
    /// `pg_class.relkind`: `r` table, `p` partitioned table, `v` view ...
    kind: char,
    /// Triggers of the user's, on it or on a partition of it.
    triggers: Vec<TargetTrigger>,
    /// Whether the session may insert into it.
    is_writable: bool,
    /// Those that a statement may write.
    columns: BTreeSet<String>,
    /// Whether policies say which rows the session may insert.
    has_policies: bool,
}

/// A trigger by its name and the name of the function that it runs.
#[derive(Clone, Debug)]
pub(super) struct TargetTrigger {
    /// Its name.
    pub(super) name: String,
    /// The function's bare name.
    pub(super) function: String,
}

/// Relations that last, by any session; a trigger that makes tables makes more of them.
const COUNT: &str =
    "SELECT count(*) FROM pg_class WHERE relpersistence <> 't' AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";

/// A partition's triggers act on rows that go in through its root.
const RELATIONS: &str = "
    SELECT n.nspname, c.relname, c.relkind::text,
        ARRAY(SELECT t.tgname::text FROM pg_trigger t WHERE OF_RELATION ORDER BY t.tgname, t.oid),
        ARRAY(SELECT p.proname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE OF_RELATION
            ORDER BY t.tgname, t.oid),
        has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT'),
        ARRAY(SELECT a.attname::text FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
        row_security_active(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

/// Stands for `OF_RELATION` in [`RELATIONS`].
const OF_RELATION: &str = "NOT t.tgisinternal AND (t.tgrelid = c.oid OR
    t.tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p'))";

impl PostgresCatalog {
    /// Reads all relations and their triggers, in one query.
    pub(super) fn read(client: &mut PostgresClient) -> Result<Self, LoadError> {
        let sql = RELATIONS.replace("OF_RELATION", OF_RELATION);
        let rows = client.query(&sql, &[]).map_err(refusal::lost(Operation::ReadCatalog))?;
        let mut relations = BTreeMap::new();
        for row in rows {
            let read = || -> Result<_, postgres::Error> {
                let (schema, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
                let kind: String = row.try_get(2)?;
                let (names, functions): (Vec<String>, Vec<String>) = (row.try_get(3)?, row.try_get(4)?);
                let triggers = names.into_iter().zip(functions);
                let triggers = triggers.map(|(name, function)| TargetTrigger { name, function }).collect();
                let (is_writable, columns): (bool, Vec<String>) = (row.try_get(5)?, row.try_get(6)?);
                let has_policies: bool = row.try_get(7)?;
                let kind = kind.chars().next().unwrap_or('r');
                let columns = columns.into_iter().collect();
                Ok(((schema, name), PostgresRelation { kind, triggers, is_writable, columns, has_policies }))
            };
            let (key, relation) = read().map_err(LoadError::server(Operation::ReadCatalog))?;
            relations.insert(key, relation);
        }
        Ok(Self { relations })
    }

    /// The number of relations in the target at this moment of the transaction.
    pub(super) fn count(client: &mut PostgresClient) -> Result<i64, LoadError> {
        let failed = refusal::lost(Operation::ReadCatalog);
        client.query_one(COUNT, &[]).and_then(|row| Ok(row.try_get(0)?)).map_err(failed)
    }

    /// The number of rows of a table, and of those that inherit from it.
    pub(super) fn count_rows(client: &mut PostgresClient, table: &QualifiedName) -> Result<i64, LoadError> {
        let row = client.query_one(&format!("SELECT count(*) FROM {}", quoted(table)), &[]);
        row.and_then(|row| Ok(row.try_get(0)?)).map_err(refusal::lost(Operation::CountRows))
    }

    /// A relation; a name without a schema is in `public`.
    pub(super) fn relation(&self, name: &QualifiedName) -> Option<&PostgresRelation> {
        let schema = name.schema.as_deref().unwrap_or("public");
        self.relations.get(&(schema.to_owned(), name.name.clone()))
    }

    /// The triggers that act on rows of a table, in the order in which they fire.
    pub(super) fn triggers(&self, name: &QualifiedName) -> &[TargetTrigger] {
        self.relation(name).map_or(&[], |r| r.triggers.as_slice())
    }

    /// Whether any trigger acts on rows of a table.
    pub(super) fn has_trigger(&self, name: &QualifiedName) -> bool {
        !self.triggers(name).is_empty()
    }

    /// Whether there is a trigger at all: without one, every table has the rows that it was sent.
    pub(super) fn any_trigger(&self) -> bool {
        self.relations.values().any(|r| !r.triggers.is_empty())
    }
}

impl PostgresRelation {
    /// Whether it holds rows of its own or through its partitions.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.kind, 'r' | 'p')
    }

    /// Whether its rows are another server's.
    pub(super) fn is_foreign(&self) -> bool {
        self.kind == 'f'
    }

    /// Whether a statement that writes these columns can't fail before its first row: partitions have owners of their
    /// own, and the target may be older than the script.
    pub(super) fn takes<'a>(&self, mut columns: impl Iterator<Item = &'a str>) -> bool {
        self.kind == 'r'
            && self.triggers.is_empty()
            && self.is_writable
            && columns.all(|name| self.columns.contains(name))
    }

    /// Whether policies say which rows the session may insert: COPY is not for such tables.
    pub(super) fn has_policies(&self) -> bool {
        self.has_policies
    }

    /// `ONLY ` for a table, whose inheritance children hold rows of their own. A partitioned table holds none itself.
    pub(super) fn only(&self) -> &'static str {
        if self.kind == 'p' { "" } else { "ONLY " }
    }
}
