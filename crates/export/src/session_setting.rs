//! Session settings that defaults read.
//!
//! A column such as `tenant_id DEFAULT current_setting('app.tenant')::int` expects the application to name a tenant for
//! its session. Rows of ours bring their own value, but a trigger that inserts elsewhere leaves the column to its default,
//! and fails on a setting that nobody made. The first row's value of the column stands in.

use crate::ColumnText;
use seedbed_datagen_core::Plan;
use seedbed_schema_model::{Column, Dialect, Expr, Literal};
use std::collections::BTreeMap;

/// The settings that columns' defaults read, by name, each with the first row's value of the first column that reads it.
/// Only PostgreSQL has such.
pub fn session_settings(plan: &Plan) -> BTreeMap<String, String> {
    let schema = plan.schema();
    let mut found = BTreeMap::new();
    for table in plan.tables().iter().filter(|t| t.rows > 0) {
        for (index, column) in schema[table.table].columns_indexed() {
            let Some(setting) = setting_of(column).filter(|s| !found.contains_key(*s)) else { continue };
            let batch = plan.batch(table.table, 0..1);
            let Some(at) = batch.columns.iter().position(|c| *c == index) else { continue };
            let base = schema.base_type(&column.ty);
            let Ok(text) = ColumnText::new(Dialect::Postgres, base, batch.rows.column(at)) else { continue };
            if !text.is_null(0) {
                let mut value = Vec::new();
                text.push(0, &mut value);
                found.insert(setting.to_owned(), String::from_utf8_lossy(&value).into_owned());
            }
        }
    }
    found
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
