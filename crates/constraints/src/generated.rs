//! Generated columns, written out: expressions over the columns that rows are given.
//!
//! A generated column has no value of its own (SQL:2016, §4.14.8), so what a constraint says of it is said of its
//! expression. Put in the column's place, with a cast to its type where that may change the value, it makes every CHECK,
//! key and predicate one over columns that can be chosen.

use crate::may_be_null::may_be_null;
use seedbed_schema_model::{
    BinaryOp, Check, Column, ColumnIdx, Expr, Literal, Schema, SqlType, Table, UnaryOp, Unreadable,
};
use seedbed_sql_values::{Typing, representation};
use std::collections::BTreeMap;

/// Most parts of an expression that is written out. Generated columns of generated columns can double with each level.
const MOST_PARTS: usize = 4_000;

/// What the generated columns of one table are, in terms of its other columns.
#[derive(Clone, Debug, Default)]
pub struct WrittenOut {
    by_column: BTreeMap<ColumnIdx, Expr>,
}

impl WrittenOut {
    /// Writes out the generated columns of a table. One that reads itself, or whose expression becomes too long, is
    /// unreadable.
    pub(super) fn of(schema: &Schema, table: &Table) -> Self {
        let mut written = Self::default();
        for (index, column) in table.columns_indexed() {
            if column.generated.is_some() {
                written.write(schema, table, index);
            }
        }
        written
    }

    /// Writes out one column, and before it those that it reads.
    fn write(&mut self, schema: &Schema, table: &Table, index: ColumnIdx) {
        let column = &table[index];
        let Some(generated) = column.generated.as_ref().filter(|_| !self.by_column.contains_key(&index))
        else {
            return;
        };
        let unreadable = |reason: &str| {
            Expr::Unreadable(Unreadable { text: generated.text.clone(), reason: reason.to_owned() })
        };
        // What reads itself finds this.
        self.by_column.insert(index, unreadable("it reads itself"));
        generated.expr.columns().into_iter().for_each(|c| self.write(schema, table, c));
        let mut parts = 0;
        generated.expr.walk(&mut |e| {
            parts += match e {
                Expr::Column(c) => self.by_column.get(c).map_or(1, count),
                _ => 1,
            }
        });
        let written = if parts > MOST_PARTS {
            unreadable("it is too long when it is written out")
        } else {
            as_stored(self.in_place(&generated.expr), column, schema, table)
        };
        self.by_column.insert(index, written);
    }

    /// Whether the table has no generated columns.
    pub fn is_empty(&self) -> bool {
        self.by_column.is_empty()
    }

    /// The expression of a generated column over columns that are none.
    pub fn get(&self, column: ColumnIdx) -> Option<&Expr> {
        self.by_column.get(&column)
    }

    /// An expression with the generated columns written out in their places.
    pub fn in_place(&self, e: &Expr) -> Expr {
        if self.is_empty() {
            return e.clone();
        }
        e.substituted(&|e| match e {
            Expr::Column(c) => self.by_column.get(c).cloned(),
            _ => None,
        })
    }

    /// The column that a generated one shows, in all rows or in those in which it isn't NULL: `GENERATED ALWAYS AS (a)`,
    /// `CASE WHEN kind = 'post' THEN a END`.
    pub(super) fn shown(&self, column: ColumnIdx) -> Option<ColumnIdx> {
        match shown(self.by_column.get(&column)?) {
            Shown::Column(shown) => Some(shown),
            Shown::Null | Shown::Other => None,
        }
    }

    /// What the declarations of generated columns ask of the columns that they read: NOT NULL, and the length of text.
    pub(super) fn implied(&self, schema: &Schema, table: &Table) -> Vec<Check> {
        let mut implied = Vec::new();
        for (index, expr) in &self.by_column {
            let column = &table[*index];
            let mut ask = |expr: Expr, text: String| {
                let span = column.span;
                implied.push(Check { name: None, expr, text, enforced: true, span });
            };
            let not_null = !column.nullable || schema.domains_of(&column.ty).iter().any(|d| d.not_null);
            if not_null && may_be_null(expr, table) {
                let present = Expr::IsNull { operand: Box::new(expr.clone()), negated: true };
                ask(present, format!("{} IS NOT NULL", column.name));
            }
            if let Some(most) = text_limit(column, schema)
                && may_be_longer(self.unstored(*index, table), most, schema, table)
            {
                let args = vec![self.unstored(*index, table).clone()];
                let length = Expr::Function { name: "char_length".to_owned(), args };
                let fits = Expr::binary(BinaryOp::LtEq, length, Expr::integer(most.into()));
                ask(fits, format!("char_length({}) <= {most}", column.name));
            }
        }
        implied
    }

    /// A written out expression without the cast to its column's type.
    fn unstored<'e>(&'e self, index: ColumnIdx, table: &Table) -> &'e Expr {
        match self.by_column.get(&index) {
            Some(Expr::Cast { operand, target }) if *target == table[index].ty => operand,
            Some(e) => e,
            None => &Expr::DomainValue,
        }
    }
}

/// What an expression gives.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    /// NULL.
    Null,
    /// The value of a column, or NULL.
    Column(ColumnIdx),
    /// Something else.
    Other,
}

/// What an expression gives, whatever its value is cast to.
fn shown(e: &Expr) -> Shown {
    let any = |parts: &mut dyn Iterator<Item = Shown>| {
        parts.fold(Shown::Null, |so_far, part| match (so_far, part) {
            (so_far, Shown::Null) => so_far,
            (Shown::Null, part) => part,
            (so_far, part) if so_far == part => part,
            _ => Shown::Other,
        })
    };
    match e {
        Expr::Literal(Literal::Null) => Shown::Null,
        Expr::Column(c) => Shown::Column(*c),
        Expr::Cast { operand, .. } | Expr::Unary { op: UnaryOp::Plus, operand } => shown(operand),
        Expr::Row(items) if items.len() == 1 => shown(&items[0]),
        Expr::Case { branches, otherwise, .. } => {
            any(&mut branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()).map(shown))
        }
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            ("nullif", [value, _]) => shown(value),
            ("if" | "iif", [_, yes, no]) => any(&mut [yes, no].into_iter().map(shown)),
            _ => Shown::Other,
        },
        _ => Shown::Other,
    }
}

/// Characters that a generated column of text holds, where the server refuses more.
fn text_limit(column: &Column, schema: &Schema) -> Option<u32> {
    let keeps_all = representation(schema.dialect).storage.typing == Typing::Affinity;
    match schema.base_type(&column.ty) {
        SqlType::Varchar { length } if !keeps_all => *length,
        _ => None,
    }
}

/// Whether text put together of columns may have more characters than that: text without a limit counts as long.
fn may_be_longer(e: &Expr, most: u32, schema: &Schema, table: &Table) -> bool {
    longest(e, schema, table).is_none_or(|longest| longest > most)
}

/// Characters of the longest text that an expression gives, where its form and types tell.
fn longest(e: &Expr, schema: &Schema, table: &Table) -> Option<u32> {
    let of = |e: &Expr| longest(e, schema, table);
    match e {
        Expr::Literal(Literal::Text(text)) => u32::try_from(text.chars().count()).ok(),
        Expr::Literal(Literal::Null) => Some(0),
        Expr::Column(c) => match schema.base_type(&table[*c].ty) {
            SqlType::Varchar { length } | SqlType::Char { length } => *length,
            SqlType::Integer { bits, .. } => Some(u32::from(*bits) * 10 / 32 + 1),
            SqlType::Uuid => Some(36),
            SqlType::Date => Some(10),
            _ => None,
        },
        Expr::Binary { op: BinaryOp::Concat, left, right } => of(left)?.checked_add(of(right)?),
        Expr::Cast { operand, target } => match schema.base_type(target) {
            SqlType::Varchar { length: Some(n) } | SqlType::Char { length: Some(n) } => Some(*n),
            _ => of(operand),
        },
        Expr::Collate { operand, .. } => of(operand),
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            ("lower" | "upper" | "lcase" | "ucase" | "trim" | "btrim" | "ltrim" | "rtrim", [operand, ..]) => {
                of(operand)
            }
            ("concat", parts) => parts.iter().try_fold(0_u32, |sum, part| sum.checked_add(of(part)?)),
            ("coalesce" | "ifnull", parts) => {
                parts.iter().map(of).try_fold(0_u32, |most, n| Some(most.max(n?)))
            }
            ("md5", _) => Some(32),
            ("left" | "substr" | "substring", [.., Expr::Literal(Literal::Integer(n))]) => {
                u32::try_from(*n).ok()
            }
            _ => None,
        },
        _ => None,
    }
}

/// An expression as its column keeps it: cast to the column's type, unless the cast is known to change nothing.
fn as_stored(expr: Expr, column: &Column, schema: &Schema, table: &Table) -> Expr {
    let base = schema.base_type(&column.ty);
    if representation(schema.dialect).storage.typing == Typing::Affinity || is_of(&expr, base, schema, table)
    {
        return expr;
    }
    Expr::Cast { operand: Box::new(expr), target: column.ty.clone() }
}

/// Whether an expression gives values that a column of the type keeps as they are.
fn is_of(e: &Expr, base: &SqlType, schema: &Schema, table: &Table) -> bool {
    let of = |e: &Expr| is_of(e, base, schema, table);
    match (base, e) {
        (base, Expr::Column(c)) if base.is_text() => schema.base_type(&table[*c].ty).is_text(),
        (SqlType::Text { .. } | SqlType::Varchar { .. } | SqlType::Citext, e) => gives_text(e),
        (SqlType::Boolean, e) => e.is_predicate_form() || is_comparison(e),
        (SqlType::Integer { .. }, Expr::Literal(Literal::Integer(_))) => true,
        (SqlType::Integer { .. }, Expr::Column(c)) => {
            matches!(schema.base_type(&table[*c].ty), SqlType::Integer { .. })
        }
        (
            SqlType::Integer { .. },
            Expr::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right },
        ) => of(left) && of(right),
        // A range's constructor.
        (SqlType::Range { .. }, Expr::Function { .. }) => true,
        (_, Expr::Column(c)) => schema.base_type(&table[*c].ty) == base,
        _ => false,
    }
}

/// Whether the form of an expression says that its value is text, or is as good as it where it is compared.
fn gives_text(e: &Expr) -> bool {
    match e {
        Expr::Binary { op, .. } => {
            matches!(op, BinaryOp::Concat | BinaryOp::JsonGetText | BinaryOp::JsonPathText)
        }
        Expr::Literal(Literal::Text(_))
        | Expr::Function { .. }
        | Expr::Case { .. }
        | Expr::Collate { .. } => true,
        Expr::Cast { target, .. } => target.is_text(),
        _ => false,
    }
}

/// Whether the value is the answer of a comparison.
fn is_comparison(e: &Expr) -> bool {
    matches!(e, Expr::Binary { op, .. } if op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or))
}

/// How many parts an expression has.
fn count(e: &Expr) -> usize {
    let mut parts = 0;
    e.walk(&mut |_| parts += 1);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Generated};

    /// `t (a, b, sum = a + b, twice = sum * 2)` and further columns.
    fn table(more: Vec<Column>) -> (Schema, Table) {
        let schema = Schema::new(Dialect::Postgres);
        let mut table = Table::new(None, "t");
        table.columns.extend(["a", "b"].map(|name| Column::new(name, SqlType::INTEGER)));
        let column = |n| Expr::Column(ColumnIdx(n));
        let sum = Expr::binary(BinaryOp::Add, column(0), column(1));
        table.columns.push(generated("sum", SqlType::INTEGER, sum));
        let twice = Expr::binary(BinaryOp::Mul, column(2), Expr::integer(2));
        table.columns.push(generated("twice", SqlType::INTEGER, twice));
        table.columns.extend(more);
        (schema, table)
    }

    fn generated(name: &str, ty: SqlType, expr: Expr) -> Column {
        let mut column = Column::new(name, ty);
        column.generated = Some(Generated { expr, text: name.to_owned(), stored: true });
        column
    }

    #[test]
    fn columns_that_read_others_are_written_out_to_the_end() {
        let (schema, table) = table(Vec::new());
        let written = WrittenOut::of(&schema, &table);
        let twice = written.in_place(&Expr::Column(ColumnIdx(3)));
        assert_eq!(twice.columns(), [ColumnIdx(0), ColumnIdx(1)]);
        assert_eq!(written.in_place(&Expr::Column(ColumnIdx(0))), Expr::Column(ColumnIdx(0)));
    }

    #[test]
    fn what_doubles_with_each_column_has_an_end() {
        let double = |of: u16| {
            let column = || Expr::Column(ColumnIdx(of));
            Expr::binary(BinaryOp::Add, column(), column())
        };
        let more = (0..40).map(|n| generated(&format!("d{n}"), SqlType::INTEGER, double(n + 3))).collect();
        let (schema, table) = table(more);
        let written = WrittenOut::of(&schema, &table);
        let last = written.get(ColumnIdx(43)).expect("it is generated");
        assert!(count(last) <= MOST_PARTS && last.opaque_part().is_some());
    }

    #[test]
    fn a_column_that_reads_itself_is_unreadable() {
        let itself = generated("itself", SqlType::INTEGER, Expr::Column(ColumnIdx(4)));
        let (schema, table) = table(vec![itself]);
        let written = WrittenOut::of(&schema, &table);
        assert!(written.get(ColumnIdx(4)).is_some_and(|e| e.opaque_part().is_some()));
    }

    #[test]
    fn a_case_shows_the_column_that_it_lets_through() {
        let when = Expr::binary(BinaryOp::Gt, Expr::Column(ColumnIdx(1)), Expr::integer(0));
        let case = |then| Expr::Case { operand: None, branches: vec![(when.clone(), then)], otherwise: None };
        let more = vec![
            generated("a_or_null", SqlType::INTEGER, case(Expr::Column(ColumnIdx(0)))),
            generated("one_or_null", SqlType::INTEGER, case(Expr::integer(1))),
        ];
        let (schema, table) = table(more);
        let written = WrittenOut::of(&schema, &table);
        assert_eq!(written.shown(ColumnIdx(4)), Some(ColumnIdx(0)));
        assert_eq!(written.shown(ColumnIdx(5)), None);
    }
}
