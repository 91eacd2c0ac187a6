//! References into tables whose rows nobody has given: they can't be checked, and are told as such.

use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, Table, TableId};
use seedbed_validate::{ConstraintKind, ConstraintReport, Report};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A schema without the references that can't be checked, and those references.
#[derive(Debug)]
pub struct AbsentParents<'s> {
    schema: Cow<'s, Schema>,
    /// By the name of the table whose rows are checked.
    references: Vec<(String, ConstraintReport)>,
}

impl<'s> AbsentParents<'s> {
    /// For rows of these tables, none of which is a partition.
    pub fn of(schema: &'s Schema, there: &BTreeSet<TableId>) -> Self {
        let is_absent = |key: &ForeignKey| !there.contains(&schema.partition_root(key.parent));
        let mut references: Vec<(String, ConstraintReport)> = Vec::new();
        let mut kept = Cow::Borrowed(schema);
        for (id, table) in schema.tables_indexed() {
            let root = schema.partition_root(id);
            if !there.contains(&root) || !table.foreign_keys.iter().any(is_absent) {
                continue;
            }
            let absent = table.foreign_keys.iter().filter(|key| is_absent(key));
            for told in absent.map(|key| (schema[root].name.to_string(), not_checked(key, table, schema))) {
                // A partition repeats what its root declares.
                if !references.contains(&told) {
                    references.push(told);
                }
            }
            kept.to_mut().tables[id.position()].foreign_keys.retain(|key| !is_absent(key));
        }
        Self { schema: kept, references }
    }

    /// The schema to check rows against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The report with the references that were left out.
    pub fn told_in(self, mut report: Report) -> Report {
        for (table, reference) in self.references {
            if let Some(table) = report.tables.get_mut(&table) {
                table.constraints.push(reference);
                report.summary.not_checked += 1;
            }
        }
        report
    }
}

fn not_checked(key: &ForeignKey, table: &Table, schema: &Schema) -> ConstraintReport {
    let parent = &schema[key.parent];
    let columns = names(&key.columns, table);
    let name = key.name.clone().unwrap_or_else(|| {
        let parents = names(&key.parent_columns, parent).join(", ");
        format!("FOREIGN KEY ({}) REFERENCES {} ({parents})", columns.join(", "), parent.name)
    });
    ConstraintReport {
        name,
        kind: ConstraintKind::ForeignKey,
        columns,
        rows_checked: 0,
        violations: 0,
        coverage: None,
        first_offenders: Vec::new(),
        not_checked: Some(format!("no file has rows of `{}`", parent.name)),
    }
}

fn names(columns: &[ColumnIdx], table: &Table) -> Vec<String> {
    let columns = columns.iter().filter_map(|column| table.columns.get(column.position()));
    columns.map(|column| column.name.clone()).collect()
}
