//! A row that a script inserts, as its table holds it: with what the server computes of it.

use seedbed_schema_model::{ColumnIdx, Literal, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, evaluate};
use seedbed_sql_values::{
    FixedBits, Value, format_value, literal_value, parse_value, representation, stored_value,
};

/// Generated columns that read each other are followed so far down.
const DEEPEST: usize = 16;

/// A row by the literals that are known of it.
pub(crate) struct ScriptRow<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) table: &'a Table,
    pub(crate) literals: &'a [Option<Literal>],
}

impl ScriptRow<'_> {
    /// The value of a column as its type holds it; `None` where it is not known.
    pub(crate) fn value(&self, column: ColumnIdx) -> Option<Value> {
        self.value_within(column, DEEPEST)
    }

    fn value_within(&self, column: ColumnIdx, deepest: usize) -> Option<Value> {
        let Some(literal) = self.literals.get(column.position())?.as_ref() else {
            return self.computed(column, deepest);
        };
        let ty = self.schema.base_type(&self.table[column].ty);
        let is_padded = is_padded(self.schema, ty);
        let value = match literal_value(literal) {
            Value::Integer(n) if is_padded => Value::Bits(format!("{n:b}")),
            value @ (Value::Null | Value::Bytes(_) | Value::Bits(_)) => value,
            value => parse_value(&format_value(&value, ty, self.schema.dialect), ty, self.schema).ok()?,
        };
        Some(match value {
            Value::Bits(bits) if is_padded => Value::Bits(padded(&bits, ty)),
            value => value,
        })
    }

    /// What the server computes of the row's other columns.
    fn computed(&self, column: ColumnIdx, deepest: usize) -> Option<Value> {
        let generated = self.table[column].generated.as_ref()?;
        let below = deepest.checked_sub(1)?;
        let mut row = vec![Value::Null; self.table.columns.len()];
        for read in generated.expr.columns() {
            *row.get_mut(read.position())? = self.value_within(read, below)?;
        }
        let cx = Context::new(self.schema, Some(self.table));
        let value = evaluate(&generated.expr, &row, &cx).ok()?;
        Some(stored_value(value, &self.table[column], self.schema))
    }
}

/// Whether bits of a type are a number, which is as long as the type says whatever is written of it.
fn is_padded(schema: &Schema, ty: &SqlType) -> bool {
    let fixed = representation(schema.dialect).storage.fixed_bits;
    matches!(ty, SqlType::Bit { varying: false, .. }) && fixed == FixedBits::AtMost
}

/// Bits with as many in front as their type has more.
fn padded(bits: &str, ty: &SqlType) -> String {
    let length = match ty {
        SqlType::Bit { length, .. } => length.unwrap_or(1) as usize,
        _ => bits.len(),
    };
    format!("{:0>length$}", bits.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{BinaryOp, Column, Dialect, Expr, Generated};

    fn generated(name: &str, expr: Expr) -> Column {
        let mut column = Column::new(name, SqlType::INTEGER);
        column.generated = Some(Generated { expr, text: name.to_owned(), stored: true });
        column
    }

    #[test]
    fn generated_columns_are_computed_from_those_that_are_known() {
        let schema = Schema::new(Dialect::Postgres);
        let mut table = Table::new(None, "line");
        let column = |n| Expr::Column(ColumnIdx(n));
        table.columns.extend(["quantity", "price"].map(|name| Column::new(name, SqlType::INTEGER)));
        table.columns.push(generated("total", Expr::binary(BinaryOp::Mul, column(0), column(1))));
        table.columns.push(generated("twice", Expr::binary(BinaryOp::Mul, column(2), Expr::integer(2))));
        table.columns.push(generated("itself", column(4)));
        let values = |quantity: Option<Literal>| {
            let literals = [quantity, Some(Literal::Integer(7)), None, None, None];
            let row = ScriptRow { schema: &schema, table: &table, literals: &literals };
            [2, 3, 4].map(|n| row.value(ColumnIdx(n)))
        };
        let number = |n| Some(Value::Integer(n));
        assert_eq!(values(Some(Literal::Integer(3))), [number(21), number(42), None]);
        assert_eq!(values(Some(Literal::Null)), [Some(Value::Null), Some(Value::Null), None]);
        assert_eq!(values(None), [None, None, None]);
    }
}
