//! What a column holds, as far as the schema says so cheaply: which of a model's values are worth handing on.

use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, Literal, Quantifier, Schema, SqlType, TableId};
use std::collections::BTreeSet;

/// What of a value can be judged without a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnRule {
    /// What values look like.
    pub(crate) kind: ValueKind,
    /// Characters at most.
    pub(crate) max: Option<u64>,
    /// The only values, by an enum type or a CHECK.
    pub(crate) allowed: Option<Vec<String>>,
}

/// What values look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// Any text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Truth values.
    Boolean,
    /// Days.
    Date,
    /// Something else that is written as text.
    Other,
}

impl ColumnRule {
    pub(crate) fn of(schema: &Schema, table: TableId, column: ColumnIdx) -> Self {
        let table = &schema[table];
        let ty = &table[column].ty;
        let base = schema.base_type(ty);
        let labels = match base {
            SqlType::Enum(id) => Some(schema[*id].labels.clone()),
            SqlType::InlineEnum(labels) => Some(labels.clone()),
            _ => None,
        };
        let of_checks = || table.checks.iter().filter(|c| c.enforced).find_map(|c| listed(&c.expr, column));
        let of_domains = || {
            let mut checks = schema.domains_of(ty).into_iter().flat_map(|d| &d.checks);
            checks.find_map(|c| listed_by(&c.expr, &|e| matches!(e, Expr::DomainValue)))
        };
        Self { kind: kind(base), max: longest(base), allowed: labels.or_else(of_checks).or_else(of_domains) }
    }

    /// The value as the column takes it, or why it does not.
    pub(crate) fn accept(&self, value: &str) -> Result<String, &'static str> {
        let value = value.trim();
        if value.is_empty() {
            return Err("it is empty");
        }
        if value.chars().any(|c| c.is_control() || c == '\u{fffd}') {
            return Err("it has control characters");
        }
        if let Some(allowed) = &self.allowed {
            let same = allowed.iter().find(|a| *a == value);
            let alike = || allowed.iter().find(|a| a.to_lowercase() == value.to_lowercase());
            return same.or_else(alike).cloned().ok_or("the schema does not allow it");
        }
        if self.max.is_some_and(|max| value.chars().count() as u64 > max) {
            return Err("it is too long");
        }
        let fits = match self.kind {
            ValueKind::Text | ValueKind::Other => true,
            ValueKind::Integer => {
                value.parse::<i128>().is_ok_and(|n| n.unsigned_abs() <= u128::from(u64::MAX))
            }
            ValueKind::Number => value.parse::<f64>().is_ok_and(f64::is_finite),
            ValueKind::Boolean => ["true", "false", "0", "1"].contains(&value.to_lowercase().as_str()),
            ValueKind::Date => is_date(value),
        };
        if fits { Ok(value.to_owned()) } else { Err("it is none of the column's type") }
    }

    /// The values that the column takes, each once: those that differ in case alone are the same.
    pub(crate) fn clean(&self, values: &[String]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let accepted = values.iter().filter_map(|v| self.accept(v).ok());
        accepted.filter(|v| seen.insert(v.to_lowercase())).collect()
    }
}

fn kind(ty: &SqlType) -> ValueKind {
    match ty {
        SqlType::Boolean => ValueKind::Boolean,
        SqlType::Integer { .. } | SqlType::Year => ValueKind::Integer,
        SqlType::Decimal { .. } | SqlType::Float { .. } | SqlType::Money => ValueKind::Number,
        SqlType::Date => ValueKind::Date,
        ty if ty.is_text() => ValueKind::Text,
        _ => ValueKind::Other,
    }
}

fn longest(ty: &SqlType) -> Option<u64> {
    match ty {
        SqlType::Char { length } => Some(length.unwrap_or(1).into()),
        SqlType::Varchar { length } => length.map(u64::from),
        // A limit in bytes: whatever has fewer characters than a quarter of it fits in UTF-8.
        SqlType::Text { max_bytes } => max_bytes.map(|bytes| bytes / 4),
        _ => None,
    }
}

/// The texts of `column IN (...)`, alone or beside other conditions.
fn listed(expr: &Expr, column: ColumnIdx) -> Option<Vec<String>> {
    listed_by(expr, &|e| matches!(e, Expr::Column(c) if *c == column))
}

fn listed_by(expr: &Expr, is_meant: &dyn Fn(&Expr) -> bool) -> Option<Vec<String>> {
    match expr {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            listed_by(left, is_meant).or_else(|| listed_by(right, is_meant))
        }
        Expr::InList { operand, list, negated: false } if is_meant(uncast(operand)) => texts(list),
        Expr::Quantified { left, op: BinaryOp::Eq, quantifier: Quantifier::Any, array } => {
            match (is_meant(uncast(left)), uncast(array)) {
                (true, Expr::Array(items)) => texts(items),
                _ => None,
            }
        }
        _ => None,
    }
}

fn texts(items: &[Expr]) -> Option<Vec<String>> {
    let text = |item: &Expr| match uncast(item) {
        Expr::Literal(Literal::Text(text)) => Some(text.clone()),
        Expr::Literal(Literal::Integer(number)) => Some(number.to_string()),
        _ => None,
    };
    items.iter().map(text).collect()
}

/// What is below casts, such as those that PostgreSQL writes into dumps.
fn uncast(expr: &Expr) -> &Expr {
    let mut at = expr;
    while let Expr::Cast { operand, .. } | Expr::Collate { operand, .. } = at {
        at = operand;
    }
    at
}

/// `2024-05-31`, each part in its range.
fn is_date(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let number = |text: &str, digits: usize, least: u32, most: u32| {
        let is_plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        is_plain && text.parse::<u32>().is_ok_and(|n| (least..=most).contains(&n))
    };
    matches!(parts.as_slice(), [y, m, d] if number(y, 4, 1, 9999) && number(m, 2, 1, 12) && number(d, 2, 1, 31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_ddl_parse::parse;
    use seedbed_schema_model::{Dialect, SourceMap};

    fn rules(sql: &str) -> Vec<ColumnRule> {
        let schema = parse(&SourceMap::of(sql), Some(Dialect::Postgres)).schema;
        let columns = schema[TableId(0)].columns_indexed();
        columns.map(|(at, _)| ColumnRule::of(&schema, TableId(0), at)).collect()
    }

    fn strings(values: &[&str]) -> Vec<String> {
        values.iter().map(|v| (*v).to_owned()).collect()
    }

    #[test]
    fn lists_in_checks_and_types_are_found() {
        let rules = rules(
            "CREATE TYPE mood AS ENUM ('sad', 'glad');
             CREATE TABLE t (a varchar(9) CHECK (a IN ('x', 'y')), b mood, c text,
               d int CHECK (d IN (1, 2) AND d > 0),
               CHECK (((c)::text = ANY ((ARRAY['p'::character varying, 'q'::character varying])::text[]))));",
        );
        let allowed: Vec<_> = rules.into_iter().map(|r| r.allowed).collect();
        let wanted = [["x", "y"], ["sad", "glad"], ["p", "q"], ["1", "2"]].map(|l| Some(strings(&l)));
        assert_eq!(allowed, wanted);
    }

    #[test]
    fn values_are_trimmed_checked_and_told_apart_without_case() {
        let rules = rules("CREATE TABLE t (a varchar(6), b int, c date, d numeric(5,2), e boolean)");
        let clean = |at: usize, values: &[&str]| rules[at].clean(&strings(values));
        assert_eq!(clean(0, &[" Ada ", "ada", "", "Grace", "too long", "a\u{0}b", "x\ny"]), ["Ada", "Grace"]);
        assert_eq!(clean(1, &["1", "1.5", "one", "-7", &"9".repeat(30)]), ["1", "-7"]);
        assert_eq!(clean(2, &["2024-05-31", "2024-13-01", "31.5.2024", "2024-5-1"]), ["2024-05-31"]);
        assert_eq!(clean(3, &["1.25", "NaN", "1e400", "x"]), ["1.25"]);
        assert_eq!(clean(4, &["TRUE", "maybe"]), ["TRUE"]);
    }

    #[test]
    fn what_the_schema_lists_is_written_as_it_lists_it() {
        let rules = rules("CREATE TABLE t (a text CHECK (a IN ('New', 'Old')))");
        assert_eq!(rules[0].clean(&strings(&["new", "NEW", "other", "Old"])), ["New", "Old"]);
    }
}
