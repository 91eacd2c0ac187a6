//! What keys, generated columns and CHECKs ask of text that they read as a value of another type: that it stands for one.
//!
//! `UNIQUE ((seq::int))` refuses a row whose `seq` is no number, as does `GENERATED ALWAYS AS (CAST(seq AS int))`.

use seedbed_schema_model::{BinaryOp, Check, ColumnIdx, Expr, KeyTerm, Schema, SqlType, Table};

/// For each such cast of a column of text a CHECK that it gives a value, none twice.
pub(super) fn castable(schema: &Schema, table: &Table) -> Vec<Check> {
    let generated =
        table.columns.iter().filter_map(|column| Some(narrow(&column.generated.as_ref()?.expr, &column.ty)));
    let keys = table.uniques.iter().flat_map(|unique| &unique.parts).filter_map(|part| match &part.term {
        KeyTerm::Expr(e) => Some(e.clone()),
        KeyTerm::Column(_) => None,
    });
    // What a CHECK says of one column is read as a whole, and what stands behind a condition may never be read.
    let compared = table.checks.iter().filter(|c| c.enforced && is_plain_comparison(&c.expr));
    let mut found: Vec<Check> = Vec::new();
    for e in generated.chain(keys).chain(compared.map(|check| check.expr.clone())) {
        e.walk(&mut |e| {
            let Some(column) = read_as_value(e, table, schema) else { return };
            // Not false of NULL, and of nothing else but what the cast refuses.
            let expr = Expr::binary(BinaryOp::Eq, e.clone(), e.clone());
            if !found.iter().any(|check| check.expr == expr) {
                let text = format!("{} is read as another type", table[column].name);
                found.push(Check { name: None, expr, text, enforced: true, span: table[column].span });
            }
        });
    }
    found
}

/// The column of text that an expression casts to another type.
fn read_as_value(e: &Expr, table: &Table, schema: &Schema) -> Option<ColumnIdx> {
    let Expr::Cast { operand, target } = e else { return None };
    let Expr::Column(column) = &**operand else { return None };
    let reads = table[*column].generated.is_none()
        && schema.base_type(&table[*column].ty).is_text()
        && !schema.base_type(target).is_text();
    reads.then_some(*column)
}

/// A cast to whole numbers that a column of fewer keeps, as a cast to those.
fn narrow(e: &Expr, ty: &SqlType) -> Expr {
    match (e, ty) {
        (
            Expr::Cast { operand, target: SqlType::Integer { bits: wide, unsigned: positive } },
            SqlType::Integer { bits, unsigned },
        ) if bits < wide => {
            // Numbers that are not negative leave the sign's bit free.
            let bits = if *positive && !unsigned { bits - 1 } else { *bits };
            let target = SqlType::Integer { bits, unsigned: *positive };
            Expr::Cast { operand: operand.clone(), target }
        }
        _ => e.clone(),
    }
}

/// Whether a condition compares values of several columns, whatever else there is in the row.
fn is_plain_comparison(e: &Expr) -> bool {
    let compares =
        matches!(e, Expr::Binary { op, .. } if op.is_comparison()) || matches!(e, Expr::Between { .. });
    compares && e.columns().len() > 1 && !e.any(&|e| matches!(e, Expr::Case { .. } | Expr::Function { .. }))
}
