//! What is known of each column before lists and laws are chosen: its base type, its domain, what is left of its
//! CHECKs.

use super::table_context::TableContext;
use seedbed_constraints::{Reachable, reachable};
use seedbed_datagen_core::WeightedValue;
use seedbed_schema_model::{ColumnIdx, Dialect, Expr, Schema, Span, SqlType};
use seedbed_solver::{Bound, ValueDomain};
use seedbed_solver::{Narrowing, Subject, conjuncts};
use seedbed_sql_semantics::supported;
use seedbed_sql_values::{Typing, Value, literal_value, parse_value, representation};
use std::ops::{Index, IndexMut};

/// What is known of one column.
#[derive(Clone, Debug)]
pub(super) struct ColumnProperties<'a> {
    pub(super) base: &'a SqlType,
    pub(super) domain: ValueDomain,
    /// Whether a NULL may stand here.
    pub(super) nullable: bool,
    pub(super) must_be_null: bool,
}

/// A condition that lists and laws don't hold, with its constraint.
#[derive(Clone, Debug)]
pub(super) struct LeftoverCheck {
    /// The condition, over columns.
    pub(super) expr: Expr,
    /// The constraint's name or text.
    pub(super) title: String,
    pub(super) span: Span,
}

/// What is known of each column of a table.
#[derive(Clone, Debug)]
pub(super) struct TableProperties<'a>(Vec<ColumnProperties<'a>>);

impl<'a> Index<ColumnIdx> for TableProperties<'a> {
    type Output = ColumnProperties<'a>;

    fn index(&self, column: ColumnIdx) -> &ColumnProperties<'a> {
        &self.0[column]
    }
}

impl IndexMut<ColumnIdx> for TableProperties<'_> {
    fn index_mut(&mut self, column: ColumnIdx) -> &mut Self::Output {
        &mut self.0[column]
    }
}

/// The facts of every column, and the conditions that remain.
pub(super) fn gather<'a>(cx: &TableContext<'a>) -> (TableProperties<'a>, Vec<LeftoverCheck>) {
    let (schema, constraints, table) = (cx.schema(), cx.constraints, cx.table());
    let spec_of = |column| cx.spec_of(column).cloned();
    let cx = seedbed_rows::table_context(schema, table);
    let mut remaining = Vec::new();
    let reach = reachable(schema, constraints.id);
    let facts = table
        .columns_indexed()
        .map(|(index, column)| {
            let base = schema.base_type(&column.ty);
            let mut narrowing = Narrowing::new(Subject::Column(index), base, &cx);
            of_type(&mut narrowing.domain, base, schema.dialect);
            // A key is never decided row by row.
            if !constraints.keys.iter().any(|k| k.columns.contains(&index)) {
                narrowing = narrowing.whole();
            }
            let mut domain_not_null = false;
            narrowing = narrowing.seen_as(Subject::DomainValue);
            for domain in schema.domains_of(&column.ty) {
                domain_not_null |= domain.not_null;
                for check in &domain.checks {
                    for part in conjuncts(&check.expr) {
                        if !narrowing.apply(part) {
                            remaining.push(LeftoverCheck {
                                expr: with_column(part, index),
                                title: format!("domain `{}`: {}", domain.name, check.text),
                                span: check.span,
                            });
                        }
                    }
                }
            }
            narrowing = narrowing.seen_as(Subject::Column(index));
            for check in &constraints.checks {
                for part in conjuncts(&check.expr) {
                    if part.columns() != [index] {
                        continue;
                    }
                    let forbidden = narrowing.domain.forbidden.len();
                    let read = narrowing.apply(part);
                    if !read {
                        narrowing.domain.text.plain |= asks_for_form(part) && supported(part, &cx).is_err();
                    }
                    // Lists leave out forbidden values only at their ends; rows that meet one are drawn again.
                    if !read || narrowing.domain.forbidden.len() > forbidden {
                        remaining.push(LeftoverCheck {
                            expr: part.clone(),
                            title: title(check),
                            span: check.span,
                        });
                    }
                }
            }
            narrow_to_partitions(&mut narrowing, &reach, index);
            if let Some(range) = spec_of(index).and_then(|s| s.range) {
                let bound =
                    |v: &WeightedValue| Some(Bound { value: spec_value(v, base, schema)?, inclusive: true });
                range.min.as_ref().and_then(bound).map(|b| narrowing.limit_low(b));
                range.max.as_ref().and_then(bound).map(|b| narrowing.limit_high(b));
            }
            ColumnProperties {
                base,
                nullable: column.nullable
                    && !narrowing.not_null
                    && !domain_not_null
                    && !schema.is_copied_where_null_is_refused(constraints.id, index),
                must_be_null: narrowing.must_be_null,
                domain: narrowing.domain,
            }
        })
        .collect();
    for check in &constraints.checks {
        for part in conjuncts(&check.expr) {
            if part.columns().len() != 1 {
                remaining.push(LeftoverCheck { expr: part.clone(), title: title(check), span: check.span });
            }
        }
    }
    (TableProperties(facts), remaining)
}

/// Whether a condition matches text against a pattern.
fn asks_for_form(e: &Expr) -> bool {
    let mut found = false;
    e.walk(&mut |e| found |= matches!(e, Expr::Like { negated: false, .. }));
    found
}

fn title(check: &seedbed_schema_model::Check) -> String {
    match &check.name {
        Some(name) => format!("CHECK `{name}` ({})", check.text),
        None => format!("CHECK ({})", check.text),
    }
}

/// Lengths that a type sets.
fn of_type(domain: &mut ValueDomain, base: &SqlType, dialect: Dialect) {
    let text = &mut domain.text;
    match base {
        SqlType::Char { length } => text.max_chars = Some(length.unwrap_or(1)),
        SqlType::Varchar { length } => text.max_chars = *length,
        SqlType::Text { max_bytes } | SqlType::Blob { max_bytes } => text.max_bytes = *max_bytes,
        SqlType::Binary { length } | SqlType::Varbinary { length } => {
            text.max_bytes = Some(length.unwrap_or(1).into())
        }
        _ => {}
    }
    // A column whose type `char` is but an affinity has no length; values of one character would be a strange reading of it.
    if representation(dialect).storage.typing == Typing::Affinity && *base == (SqlType::Char { length: None })
    {
        text.max_chars = None;
    }
}

fn narrow_to_partitions(narrowing: &mut Narrowing<'_>, reach: &Reachable, index: ColumnIdx) {
    match reach {
        Reachable::List(column, values) if *column == index => {
            narrowing.allow(values.iter().map(literal_value).collect());
        }
        Reachable::Range(column, low, high) if *column == index => {
            let bound =
                |l: &seedbed_schema_model::Literal, inclusive| Bound { value: literal_value(l), inclusive };
            if let Some(low) = low {
                narrowing.limit_low(narrowing.typed(bound(low, true)));
            }
            if let Some(high) = high {
                narrowing.limit_high(narrowing.typed(bound(high, false)));
            }
        }
        _ => {}
    }
}

fn spec_value(value: &WeightedValue, base: &SqlType, schema: &Schema) -> Option<Value> {
    match value {
        WeightedValue::Text(t) => parse_value(t, base, schema).ok(),
        WeightedValue::Integer(n) => Some(Value::Integer((*n).into())),
        WeightedValue::Float(f) => Some(Value::Float(*f)),
        WeightedValue::Boolean(b) => Some(Value::Boolean(*b)),
        WeightedValue::Weighted { value, .. } => spec_value(value, base, schema),
    }
}

/// A domain's condition with the column in place of `VALUE`.
fn with_column(e: &Expr, column: ColumnIdx) -> Expr {
    substituted(e, &|e| (*e == Expr::DomainValue).then_some(Expr::Column(column)))
}

/// An expression with others in place of some of its parts: those for which there is another one, from the top.
pub(super) fn substituted(e: &Expr, other: &dyn Fn(&Expr) -> Option<Expr>) -> Expr {
    let again = |e: &Expr| substituted(e, other);
    let boxed = |e: &Expr| Box::new(substituted(e, other));
    if let Some(other) = other(e) {
        return other;
    }
    match e {
        Expr::Unary { op, operand } => Expr::Unary { op: *op, operand: boxed(operand) },
        Expr::Binary { op, left, right } => Expr::binary(*op, again(left), again(right)),
        Expr::IsNull { operand, negated } => Expr::IsNull { operand: boxed(operand), negated: *negated },
        Expr::IsTruth { operand, truth, negated } => {
            Expr::IsTruth { operand: boxed(operand), truth: *truth, negated: *negated }
        }
        Expr::IsDistinct { left, right, negated } => {
            Expr::IsDistinct { left: boxed(left), right: boxed(right), negated: *negated }
        }
        Expr::InList { operand, list, negated } => Expr::InList {
            operand: boxed(operand),
            list: list.iter().map(again).collect(),
            negated: *negated,
        },
        Expr::Between { operand, low, high, negated, symmetric } => Expr::Between {
            operand: boxed(operand),
            low: boxed(low),
            high: boxed(high),
            negated: *negated,
            symmetric: *symmetric,
        },
        Expr::Like { kind, operand, pattern, escape, negated } => Expr::Like {
            kind: *kind,
            operand: boxed(operand),
            pattern: boxed(pattern),
            escape: escape.clone(),
            negated: *negated,
        },
        Expr::Case { operand, branches, otherwise } => Expr::Case {
            operand: operand.as_deref().map(boxed),
            branches: branches.iter().map(|(w, t)| (again(w), again(t))).collect(),
            otherwise: otherwise.as_deref().map(boxed),
        },
        Expr::Function { name, args } => {
            Expr::Function { name: name.clone(), args: args.iter().map(again).collect() }
        }
        Expr::UserFunction { name, args } => {
            Expr::UserFunction { name: name.clone(), args: args.iter().map(again).collect() }
        }
        Expr::Extract { field, operand } => Expr::Extract { field: *field, operand: boxed(operand) },
        Expr::Cast { operand, target } => Expr::Cast { operand: boxed(operand), target: target.clone() },
        Expr::Collate { operand, collation } => {
            Expr::Collate { operand: boxed(operand), collation: collation.clone() }
        }
        Expr::Array(items) => Expr::Array(items.iter().map(again).collect()),
        Expr::Row(items) => Expr::Row(items.iter().map(again).collect()),
        Expr::Quantified { left, op, quantifier, array } => {
            Expr::Quantified { left: boxed(left), op: *op, quantifier: *quantifier, array: boxed(array) }
        }
        Expr::Subscript { operand, index } => {
            Expr::Subscript { operand: boxed(operand), index: boxed(index) }
        }
        other => other.clone(),
    }
}
