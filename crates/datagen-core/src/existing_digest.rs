//! A digest of the rows that are there, for manifests: the same rows there give the same rows again.

use crate::Existing;
use seedbed_schema_model::Schema;
use seedbed_sql_values::{KeyPartRule, push_key_part};

impl Existing {
    /// BLAKE3 digest, in hexadecimal digits, of all that a plan reads of the rows that are there; `None` if there are
    /// none. Tables and columns go in by name, so that it does not depend on their order in the DDL. So does the session's
    /// user, where triggers look for one.
    pub fn digest(&self, schema: &Schema) -> Option<String> {
        let mut tables: Vec<_> = self.tables.iter().filter(|(_, facts)| facts.rows > 0).collect();
        let user = self.session_user.as_ref().filter(|_| schema.is_user_sought());
        if tables.is_empty() && user.is_none() {
            return None;
        }
        tables.sort_by_cached_key(|(id, _)| schema[**id].name.to_string());
        let mut bytes = Vec::new();
        for (id, facts) in tables {
            let table = &schema[*id];
            push(&mut bytes, &table.name.to_string());
            bytes.extend_from_slice(&facts.rows.to_le_bytes());
            for (column, greatest) in &facts.greatest {
                push(&mut bytes, &table[*column].name);
                bytes.extend_from_slice(&greatest.to_le_bytes());
            }
            for (column, taken) in &facts.taken {
                push(&mut bytes, &table[*column].name);
                taken.iter().for_each(|value| push(&mut bytes, value));
            }
            for row in &facts.known.rows {
                for (column, value) in facts.known.columns.iter().zip(row) {
                    push_key_part(&mut bytes, value, KeyPartRule::of_column(&table[*column]), schema);
                }
            }
        }
        if let Some(user) = user {
            push(&mut bytes, "session user");
            push(&mut bytes, user);
        }
        Some(blake3::hash(&bytes).to_hex().to_string())
    }
}

/// A text behind its length, so that two never run together.
fn push(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&text.len().to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use crate::{Existing, ExistingTable};
    use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
    use std::collections::BTreeMap;

    #[test]
    fn a_digest_tells_rows_apart() {
        let mut schema = Schema::new(Dialect::Sqlite);
        let mut table = Table::new(None, "genre");
        table.columns.push(Column::new("id", SqlType::BIGINT).not_null());
        let genre = schema.push_table(table);
        let holding = |rows, greatest| Existing {
            tables: BTreeMap::from([(
                genre,
                ExistingTable {
                    rows,
                    greatest: BTreeMap::from([(ColumnIdx(0), greatest)]),
                    ..ExistingTable::default()
                },
            )]),
            ..Existing::default()
        };
        assert_eq!(Existing::default().digest(&schema), None);
        assert_eq!(holding(0, 0).digest(&schema), None);
        let digest = holding(3, 3).digest(&schema).expect("there are rows");
        assert_eq!(digest.len(), 64);
        assert_eq!(Some(&digest), holding(3, 3).digest(&schema).as_ref());
        assert_ne!(Some(&digest), holding(3, 4).digest(&schema).as_ref());
        assert_ne!(Some(&digest), holding(4, 3).digest(&schema).as_ref());
    }
}
