//! Session settings that defaults read.
//!
//! A column such as `tenant_id DEFAULT current_setting('app.tenant')::int` expects the application to name a tenant for
//! its session. Rows of ours bring their own value, but a trigger that inserts elsewhere leaves the column to its default,
//! and fails on a setting that nobody made. The first row's value of the column stands in.

use crate::RowsToLoad;
use seedbed_schema_model::{Column, ColumnIdx, Expr, Literal, Schema, TableId};
use std::collections::BTreeMap;

/// A setting that a column's default reads: the column's value in the table's first row can stand in for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingSource {
    /// The setting's name.
    pub setting: String,
    /// The table.
    pub table: TableId,
    /// Its column.
    pub column: ColumnIdx,
}

impl SettingSource {
    /// Values for the settings, by name: each that of the first of its sources that has one. `first_value` is asked for
    /// the text of a column in a table's first row, `None` for NULL.
    pub fn values(
        sources: &[Self],
        mut first_value: impl FnMut(TableId, ColumnIdx) -> Option<String>,
    ) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for Self { setting, table, column } in sources {
            if !found.contains_key(setting) {
                found.extend(first_value(*table, *column).map(|value| (setting.clone(), value)));
            }
        }
        found
    }
}

/// The settings that defaults of the tables' columns read, in load order.
pub(crate) fn setting_sources(schema: &Schema, tables: &[RowsToLoad]) -> Vec<SettingSource> {
    let of_table = |rows: &RowsToLoad| -> Vec<SettingSource> {
        let brought = schema[rows.table].columns_indexed().filter(|(c, _)| rows.columns.contains(c));
        let source = |(column, c): (ColumnIdx, &Column)| {
            Some(SettingSource { setting: setting_of(c)?.to_owned(), table: rows.table, column })
        };
        brought.filter_map(source).collect()
    };
    tables.iter().filter(|t| t.rows > 0).flat_map(of_table).collect()
}

/// The setting that a column's default reads, if it must be there: with `missing_ok` the default does without.
fn setting_of(column: &Column) -> Option<&str> {
    let mut setting = None;
    column.default.as_ref()?.expr.walk(&mut |e| {
        if let Expr::Function { name, args } = e
            && name == "current_setting"
            && let [argument] = args.as_slice()
        {
            setting = constant(argument);
        }
    });
    setting
}

fn constant(e: &Expr) -> Option<&str> {
    match e {
        Expr::Literal(Literal::Text(text)) => Some(text),
        Expr::Cast { operand, .. } => constant(operand),
        _ => None,
    }
}
