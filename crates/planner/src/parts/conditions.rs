//! Conditions on a value with parts, taken apart by the part that they speak of.

use seedbed_schema_model::{BinaryOp, Expr, Literal, Quantifier, Schema, SqlType};
use seedbed_solver::{ValueDomain, strip};
use std::collections::BTreeMap;

/// Conditions by what they speak of; each speaks of it as `VALUE`.
#[derive(Debug, Default)]
pub(super) struct PartConditions {
    /// What is asked of every element of an array.
    pub(super) elements: Vec<Expr>,
    /// What is asked of single elements, by their place from 0.
    pub(super) at: BTreeMap<usize, Vec<Expr>>,
    /// What is asked of fields of a row, by their names.
    pub(super) fields: Vec<(String, Expr)>,
    /// What is asked of the whole, as far as a domain says it.
    pub(super) domain: ValueDomain,
    /// What is asked of the whole and no domain says.
    pub(super) whole: Vec<Expr>,
}

/// Elements beyond this place have no conditions of their own.
const LAST_PLACE: i128 = 64;

impl PartConditions {
    /// Puts a condition to the one part that it speaks of; false if it speaks of several, or of the whole.
    pub(super) fn take_apart(&mut self, condition: &Expr, base: &SqlType, schema: &Schema) -> bool {
        match base {
            SqlType::Array { element } => {
                if let Some(each) = of_each_element(condition, schema.base_type(element)) {
                    self.elements.push(each);
                    return true;
                }
                let Some(place) = only(condition, &place_of) else { return false };
                let is_there = |e: &Expr| place_of(e) == Some(place);
                let Some(alone) = of_part(condition, &is_there) else { return false };
                self.at.entry(place).or_default().push(alone);
                true
            }
            SqlType::Composite(_) => {
                let Some(name) = only(condition, &field_of) else { return false };
                let is_field = |e: &Expr| field_of(e).is_some_and(|field| field == name);
                let Some(alone) = of_part(condition, &is_field) else { return false };
                self.fields.push((name, alone));
                true
            }
            _ => false,
        }
    }
}

impl PartConditions {
    /// Of two parts of which one may not be above the other, each keeps to the other's bound: `lo < hi` and `lo >= 0` leave
    /// no `hi` below 0. Values that are tried then meet the condition on both far more often.
    pub(super) fn share_bounds(&mut self) {
        for condition in self.whole.clone() {
            let Expr::Binary { op, left, right } = condition else { continue };
            let (low, high) = match op {
                BinaryOp::Lt | BinaryOp::LtEq => (left, right),
                BinaryOp::Gt | BinaryOp::GtEq => (right, left),
                _ => continue,
            };
            if let (Some(low), Some(high)) = (place_of(&low), place_of(&high)) {
                let of = |place: usize, upper: bool| {
                    let asked = self.at.get(&place).into_iter().flatten().chain(&self.elements);
                    asked.filter(|e| is_bound(e, upper)).cloned().collect::<Vec<Expr>>()
                };
                let (from_low, from_high) = (of(low, false), of(high, true));
                self.at.entry(high).or_default().extend(from_low);
                self.at.entry(low).or_default().extend(from_high);
            } else if let (Some(low), Some(high)) = (field_of(&low), field_of(&high)) {
                let of = |name: &str, upper: bool| {
                    let asked = self.fields.iter().filter(|(field, e)| field == name && is_bound(e, upper));
                    asked.map(|(_, e)| e.clone()).collect::<Vec<Expr>>()
                };
                let (from_low, from_high) = (of(&low, false), of(&high, true));
                self.fields.extend(from_low.into_iter().map(|e| (high.clone(), e)));
                self.fields.extend(from_high.into_iter().map(|e| (low.clone(), e)));
            }
        }
    }
}

/// Whether a condition is a constant bound of `VALUE`, an upper one or a lower one.
fn is_bound(e: &Expr, upper: bool) -> bool {
    let Expr::Binary { op, left, right } = e else { return false };
    let op = match (is_value(left) && is_constant(right), is_value(right) && is_constant(left)) {
        (true, _) => *op,
        (_, true) => op.mirrored(),
        _ => return false,
    };
    match op {
        BinaryOp::Lt | BinaryOp::LtEq => upper,
        BinaryOp::Gt | BinaryOp::GtEq => !upper,
        _ => false,
    }
}

/// `VALUE <@ array`, `c op ALL (VALUE)`: a condition on each element.
fn of_each_element(condition: &Expr, element: &SqlType) -> Option<Expr> {
    let is_one_of = |array: &Expr| {
        let target = SqlType::Array { element: Box::new(element.clone()) };
        let array = Expr::Cast { operand: Box::new(array.clone()), target };
        Some(Expr::Quantified {
            left: Box::new(Expr::DomainValue),
            op: BinaryOp::Eq,
            quantifier: Quantifier::Any,
            array: Box::new(array),
        })
    };
    match condition {
        Expr::Binary { op: BinaryOp::ContainedBy, left, right } if is_value(left) && is_constant(right) => {
            is_one_of(strip(right))
        }
        Expr::Binary { op: BinaryOp::Contains, left, right } if is_value(right) && is_constant(left) => {
            is_one_of(strip(left))
        }
        Expr::Quantified { left, op, quantifier: Quantifier::All, array }
            if is_value(array) && is_constant(left) =>
        {
            Some(Expr::binary(op.mirrored(), Expr::DomainValue, (**left).clone()))
        }
        _ => None,
    }
}

/// The place, from 0, that `VALUE[n]` names.
fn place_of(e: &Expr) -> Option<usize> {
    match e {
        Expr::Subscript { operand, index } if is_value(operand) => match strip(index) {
            Expr::Literal(Literal::Integer(n)) if (1..=LAST_PLACE).contains(n) => usize::try_from(n - 1).ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The field that `(VALUE).f` names.
fn field_of(e: &Expr) -> Option<String> {
    match e {
        Expr::Field { operand, name } if is_value(operand) => Some(name.clone()),
        _ => None,
    }
}

/// The one part that a condition names; `None` if it names none or several.
fn only<T: PartialEq>(condition: &Expr, part_of: &dyn Fn(&Expr) -> Option<T>) -> Option<T> {
    let mut named: Vec<T> = Vec::new();
    condition.walk(&mut |e| {
        if let Some(part) = part_of(e)
            && !named.contains(&part)
        {
            named.push(part);
        }
    });
    if named.len() == 1 { named.pop() } else { None }
}

/// A condition with `VALUE` in the place of a part; `None` if it speaks of more than that part.
fn of_part(condition: &Expr, is_part: &dyn Fn(&Expr) -> bool) -> Option<Expr> {
    // A mark that no CHECK has: arguments of functions are written out there.
    let mark = Expr::Parameter(0);
    let marked = condition.substituted(&|e| is_part(e).then(|| mark.clone()));
    if marked.any(&|e| *e == Expr::DomainValue) {
        return None;
    }
    Some(marked.substituted(&|e| (*e == mark).then_some(Expr::DomainValue)))
}

/// Whether an expression is `VALUE`, below casts.
fn is_value(e: &Expr) -> bool {
    *strip(e) == Expr::DomainValue
}

/// Whether an expression speaks of no value.
fn is_constant(e: &Expr) -> bool {
    e.columns().is_empty() && !e.any(&|e| *e == Expr::DomainValue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;

    fn subscript(n: i128) -> Expr {
        Expr::Subscript { operand: Box::new(Expr::DomainValue), index: Box::new(Expr::integer(n)) }
    }

    #[test]
    fn parts_in_an_order_share_their_bounds() {
        let mut read = PartConditions::default();
        let low = Expr::binary(BinaryOp::GtEq, Expr::DomainValue, Expr::integer(-90));
        read.at.insert(0, vec![low.clone()]);
        read.whole.push(Expr::binary(BinaryOp::Lt, subscript(1), subscript(2)));
        read.share_bounds();
        assert_eq!(read.at[&1], [low]);
    }

    #[test]
    fn conditions_go_to_the_part_that_they_name() {
        let schema = Schema::new(Dialect::Postgres);
        let array = SqlType::Array { element: Box::new(SqlType::INTEGER) };
        let mut read = PartConditions::default();
        let first = Expr::binary(BinaryOp::Gt, subscript(1), Expr::integer(5));
        assert!(read.take_apart(&first, &array, &schema));
        assert_eq!(read.at[&0], [Expr::binary(BinaryOp::Gt, Expr::DomainValue, Expr::integer(5))]);
        let both = Expr::binary(BinaryOp::Lt, subscript(1), subscript(2));
        assert!(!read.take_apart(&both, &array, &schema), "two elements");
        let all = Expr::Quantified {
            left: Box::new(Expr::integer(0)),
            op: BinaryOp::Lt,
            quantifier: Quantifier::All,
            array: Box::new(Expr::DomainValue),
        };
        assert!(read.take_apart(&all, &array, &schema));
        assert_eq!(read.elements, [Expr::binary(BinaryOp::Gt, Expr::DomainValue, Expr::integer(0))]);
    }
}
