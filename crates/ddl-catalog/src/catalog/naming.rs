//! The names that servers give to nameless constraints, so that a later `DROP CONSTRAINT t_pkey` finds them.
//!
//! PostgreSQL makes them of table, columns and a label (`ChooseConstraintName` and `ChooseIndexName` of its sources),
//! MySQL and MariaDB number them within their table, SQLite gives none.

use super::state::SystemCatalog;
use seedbed_schema_model::{QualifiedName, TableId};
use seedbed_sql_syntax::{ConstraintNames, LONGEST_POSTGRES_NAME, truncated};

impl SystemCatalog {
    /// A free name for a sequence of the table's column: `t_a_seq`, `t_a_seq1` and so on.
    pub fn free_sequence_name(&self, table: TableId, column: &str) -> QualifiedName {
        let of = &self.schema[table].name;
        let name = (0..).map(|n| numbered("seq", n)).map(|label| object_name(&of.name, column, &label));
        let mut names = name.map(|name| QualifiedName::new(of.schema.as_deref(), &name));
        names.find(|name| self.relation_exact(name).is_none()).unwrap_or_else(|| of.clone())
    }

    /// A name for a nameless constraint of `columns`; `None` where the server gives none. The `label` says what it is,
    /// in PostgreSQL's words: `pkey`, `key`, `idx`, `excl`, `fkey` or `check`.
    pub fn constraint_name(&mut self, table: TableId, columns: &[String], label: &str) -> Option<String> {
        match self.syntax().names.constraints {
            ConstraintNames::Nameless => None,
            ConstraintNames::TableAndColumn => Some(self.name_of_columns(table, columns, label)),
            ConstraintNames::OfTable => self.name_in_table(table, columns, label),
        }
    }

    /// The first free one of `t_a_key`, `t_a_key1` and so on. Indexes share their names with all relations of the
    /// schema.
    fn name_of_columns(&mut self, table: TableId, columns: &[String], label: &str) -> String {
        let of = &self.schema[table].name;
        let joined =
            if label == "pkey" { String::new() } else { truncated(columns.join("_"), LONGEST_POSTGRES_NAME) };
        let key = (table, format!("{joined}.{label}"));
        let last = self.last_numbers.get(&key).copied().unwrap_or(0);
        let mut names = (last..).map(|n| (n, object_name(&of.name, &joined, &numbered(label, n))));
        let is_index = matches!(label, "pkey" | "key" | "idx" | "excl");
        let free = names.find(|(_, name)| {
            let full = QualifiedName::new(of.schema.as_deref(), name);
            let taken = is_index && (self.relation_exact(&full).is_some() || self.is_index(&full));
            !taken && !self.has_constraint(table, name)
        });
        let (number, name) = free.unwrap_or_default();
        self.last_numbers.insert(key, number);
        name
    }

    /// MySQL's names belong to their table: `PRIMARY`, `t_ibfk_1`, the first column's.
    fn name_in_table(&mut self, table: TableId, columns: &[String], label: &str) -> Option<String> {
        let name = &self.schema[table].name.name;
        let key = (table, format!("{}.{label}", columns.first().map_or("", String::as_str)));
        let key = if matches!(label, "check" | "fkey") { (table, label.to_owned()) } else { key };
        let last = self.last_numbers.get(&key).copied();
        let free = |n: &(u32, String)| !self.has_constraint(table, &n.1);
        let (number, name) = match label {
            "pkey" => return Some("PRIMARY".to_owned()),
            // MariaDB numbers CHECKs; a CHECK of one column has the column's name and cannot be dropped by another.
            "check" => (last.unwrap_or(1)..).map(|n| (n, format!("CONSTRAINT_{n}"))).find(free)?,
            "fkey" => (last.unwrap_or(1)..).map(|n| (n, format!("{name}_ibfk_{n}"))).find(free)?,
            "key" | "idx" => {
                let first = columns.first()?;
                let numbered = |n: u32| if n == 1 { first.clone() } else { format!("{first}_{n}") };
                (last.unwrap_or(1)..).map(|n| (n, numbered(n))).find(free)?
            }
            _ => return None,
        };
        self.last_numbers.insert(key, number);
        Some(name)
    }

    /// A name of a constraint, index or relation may have become free: the next nameless constraint gets the first that is.
    pub fn names_were_freed(&mut self) {
        self.last_numbers.clear();
    }

    /// Whether a constraint or unique index of that name stands on the table.
    pub fn has_constraint(&self, table: TableId, name: &str) -> bool {
        let t = &self.schema[table];
        let comparison = self.syntax().names.comparison;
        let is = |other: &Option<String>| other.as_deref().is_some_and(|other| comparison.same(other, name));
        t.primary_key.as_ref().is_some_and(|k| is(&k.name))
            || t.uniques.iter().any(|u| is(&u.name))
            || t.checks.iter().any(|c| is(&c.name))
            || t.exclusions.iter().any(|e| is(&e.name))
            || self.draft(table).references.iter().any(|r| is(&r.name))
    }

    /// Takes an index's name in the table's schema, so that no other index or table gets it. Nothing without a name.
    pub fn take_index_name(&mut self, table: TableId, name: Option<&str>) {
        if let Some(name) = name {
            let full = QualifiedName::new(self.schema[table].name.schema.as_deref(), name);
            self.name_index(&full, table);
        }
    }
}

/// `table_column_label`, the longer of the first two cut until it fits: PostgreSQL's `makeObjectName`.
fn object_name(first: &str, second: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!second.is_empty());
    let room = LONGEST_POSTGRES_NAME.saturating_sub(overhead);
    let (mut a, mut b) = (first.len(), second.len());
    while a + b > room {
        if a > b { a -= 1 } else { b -= 1 }
    }
    let cut = |text: &str, mut end: usize| {
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    let parts = [cut(first, a), cut(second, b), label.to_owned()];
    parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join("_")
}

/// The label for the first, with a number behind it for the others: `key`, `key1`, `key2`.
fn numbered(label: &str, n: u32) -> String {
    if n == 0 { label.to_owned() } else { format!("{label}{n}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_as_the_server_cuts_them() {
        let table = "a".repeat(60);
        let name = object_name(&table, "some_column", "fkey");
        assert_eq!(name.len(), 63);
        assert_eq!(name, format!("{}_some_column_fkey", "a".repeat(46)));
        assert_eq!(object_name("t", "", "pkey"), "t_pkey");
    }
}
