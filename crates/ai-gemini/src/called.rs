//! What tables are called between here and a model.

use seedbed_schema_model::{Schema, TableId};

/// The table's own name where that means no other table, and else the name with its schema's: shorter is what people say.
pub(crate) fn called(schema: &Schema, table: TableId) -> String {
    let name = &schema[table].name;
    let alike = schema.tables.iter().filter(|t| t.name.name.eq_ignore_ascii_case(&name.name)).count();
    // A dot would be read as the border between a schema and a table.
    if alike == 1 && !name.name.contains('.') { name.name.clone() } else { name.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Table};

    #[test]
    fn a_name_that_two_tables_have_is_said_with_its_schema() {
        let mut schema = Schema::new(Dialect::Postgres);
        let ids =
            [("a", "t"), ("b", "t"), ("b", "u")].map(|(s, n)| schema.push_table(Table::new(Some(s), n)));
        assert_eq!(ids.map(|id| called(&schema, id)), ["a.t", "b.t", "u"]);
    }
}
