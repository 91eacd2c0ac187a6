//! What has the last word over a spec: a command line, or the calls of a program.

use seedbed_datagen_core::Spec;
use seedbed_datagen_core::resolve_table;
use seedbed_schema_model::{Schema, TableId};

/// Wishes that override those of a spec. Tables are named as everywhere ([`resolve_table`]); a wish for a table
/// overrides those for the same table under any other name.
///
/// ```
/// use seedbed_job::{Job, Overrides, Silent};
/// use seedbed_schema_model::SourceMap;
/// let overrides = Overrides { table_rows: vec![("Film".to_owned(), 5)], ..Overrides::default() };
/// let job = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);"))
///     .spec_text("seedbed.toml", "[tables.\"public.film\"]\nrows = 1000")
///     .overrides(overrides);
/// assert_eq!(job.plan(&mut Silent)?.plan().tables()[0].rows, 5);
/// # Ok::<(), seedbed_job::JobError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Rows of every table that nothing more is said of.
    pub rows: Option<u64>,
    /// Rows of single tables, by name; the last one of a table counts. More than it can hold is an error, and so is a
    /// table that [`only`](Self::only) leaves out.
    pub table_rows: Vec<(String, u64)>,
    /// The seed.
    pub seed: Option<u64>,
    /// Share of NULLs in nullable columns, 0 to 1.
    pub null_rate: Option<f64>,
    /// The language and country of names, addresses and the like, such as `fr-FR`.
    pub locale: Option<String>,
    /// Whether references that the schema does not declare are inferred, even if the spec doesn't ask for it.
    pub infer_references: bool,
    /// Only these tables, by name, and all that they must refer to; `None` for all.
    pub only: Option<Vec<String>>,
}

impl Overrides {
    /// The spec after these wishes. A name that is no table's stays, for the planner to tell.
    pub fn applied(&self, mut spec: Spec, schema: &Schema) -> Spec {
        spec.rows = self.rows.or(spec.rows);
        spec.seed = self.seed.or(spec.seed);
        spec.null_rate = self.null_rate.or(spec.null_rate);
        if let Some(locale) = &self.locale {
            spec.locale = Some(locale.clone());
        }
        spec.infer_references |= self.infer_references;
        for (name, rows) in &self.table_rows {
            set_rows(&mut spec, schema, name, *rows);
        }
        spec
    }
}

/// Sets the rows of a table under every name by which the spec calls it.
fn set_rows(spec: &mut Spec, schema: &Schema, name: &str, rows: u64) {
    let table = table_of(schema, name);
    let same = |key: &str| key == name || (table.is_some() && table_of(schema, key) == table);
    let mut keys: Vec<String> = spec.tables.keys().filter(|key| same(key)).cloned().collect();
    if keys.is_empty() {
        keys.push(name.to_owned());
    }
    for key in keys {
        spec.tables.entry(key).or_default().rows = Some(rows);
    }
}

/// The table whose rows a name speaks of.
fn table_of(schema: &Schema, name: &str) -> Option<TableId> {
    resolve_table(schema, name).ok().map(|table| schema.partition_root(table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_datagen_core::TableSpec;
    use seedbed_schema_model::{Dialect, Table};

    fn overridden(
        dialect: Dialect,
        tables: &[(Option<&str>, &str)],
        spec: &[&str],
        name: &str,
    ) -> Vec<(String, u64)> {
        let mut schema = Schema::new(dialect);
        for (qualifier, table) in tables {
            schema.push_table(Table::new(*qualifier, table));
        }
        let wish = |key: &&str| ((*key).to_owned(), TableSpec { rows: Some(1), ..TableSpec::default() });
        let spec = Spec { tables: spec.iter().map(wish).collect(), ..Spec::default() };
        let overrides = Overrides { table_rows: vec![(name.to_owned(), 9)], ..Overrides::default() };
        let spec = overrides.applied(spec, &schema);
        spec.tables.into_iter().map(|(key, wishes)| (key, wishes.rows.unwrap_or(0))).collect()
    }

    #[test]
    fn a_table_is_overridden_under_each_of_its_names() {
        let film: &[(Option<&str>, &str)] = &[(Some("public"), "film"), (Some("public"), "actor")];
        let spec = ["FILM", "actor", "film", "public.film"];
        for name in ["film", "Film", "public.film", "\"film\""] {
            let after = overridden(Dialect::Postgres, film, &spec, name);
            let nine: Vec<&str> =
                after.iter().filter(|(_, rows)| *rows == 9).map(|(key, _)| key.as_str()).collect();
            assert_eq!(nine, ["FILM", "film", "public.film"], "{name}");
        }
    }

    #[test]
    fn tables_that_differ_by_case_alone_are_two() {
        let two: &[(Option<&str>, &str)] = &[(Some("public"), "Film"), (Some("public"), "film")];
        let after = overridden(Dialect::Postgres, two, &["Film", "film"], "FILM");
        assert_eq!(after, [("Film".to_owned(), 1), ("film".to_owned(), 9)]);
        let after = overridden(Dialect::MySql, &[(None, "Film"), (None, "film")], &["Film", "film"], "Film");
        assert_eq!(after, [("Film".to_owned(), 9), ("film".to_owned(), 1)]);
    }

    #[test]
    fn a_name_that_the_spec_does_not_have_is_added() {
        let after = overridden(Dialect::Sqlite, &[(None, "film")], &[], "Film");
        assert_eq!(after, [("Film".to_owned(), 9)]);
        let after = overridden(Dialect::Sqlite, &[(None, "film")], &["film"], "flim");
        assert_eq!(after, [("film".to_owned(), 1), ("flim".to_owned(), 9)]);
    }
}
