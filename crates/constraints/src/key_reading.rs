//! What a key's expressions and predicate say of its columns: whether laws over the columns can hold the key at all.

use seedbed_constraints::EffectiveKey;
use seedbed_schema_model::{BinaryOp, Expr, KeyTerm};

/// Whether different values of the key's columns are different values of its expressions: of those that only change
/// case, replace NULL or hash, since lists are distinct without case and accents.
pub(super) fn keeps_apart(key: &EffectiveKey) -> bool {
    fn keeps(e: &Expr) -> bool {
        match seedbed_solver::strip(e) {
            Expr::Column(_) => true,
            Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
                ("lower" | "upper" | "lcase" | "ucase" | "md5" | "sha1" | "sha256" | "sha512", [operand]) => {
                    keeps(operand)
                }
                ("coalesce" | "ifnull" | "nullif", [operand, constant]) => {
                    keeps(operand) && constant.columns().is_empty()
                }
                _ => false,
            },
            _ => false,
        }
    }
    key.overlaps.is_empty()
        && key.parts.iter().all(|part| match &part.term {
            KeyTerm::Column(_) => true,
            KeyTerm::Expr(e) => keeps(e),
        })
}

/// Whether a partial key's predicate says only that its own columns are present: NULLs never collide anyway.
pub(super) fn predicate_is_presence(key: &EffectiveKey) -> bool {
    fn says(e: &Expr, key: &EffectiveKey) -> bool {
        match e {
            Expr::Binary { op: BinaryOp::And, left, right } => says(left, key) && says(right, key),
            Expr::IsNull { operand, negated: true } => {
                matches!(&**operand, Expr::Column(c) if key.columns.contains(c))
            }
            _ => false,
        }
    }
    key.predicate.as_ref().is_some_and(|p| says(p, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_rows::explain::{KeyKind, KeyName};
    use seedbed_schema_model::{ColumnIdx, KeyPart, Literal, Span};

    fn key(term: KeyTerm, predicate: Option<Expr>) -> EffectiveKey {
        let columns = vec![ColumnIdx(0)];
        EffectiveKey {
            name: KeyName { kind: KeyKind::Unique, columns: columns.clone() },
            columns,
            parts: vec![KeyPart { term, prefix_length: None, collation: None }],
            predicate,
            nulls_distinct: true,
            expressions: true,
            overlaps: Vec::new(),
            primary: false,
            span: Span::default(),
        }
    }

    fn call(name: &str) -> Expr {
        Expr::Function { name: name.to_owned(), args: vec![Expr::Column(ColumnIdx(0))] }
    }

    #[test]
    fn a_change_of_case_keeps_values_apart_and_a_length_does_not() {
        assert!(keeps_apart(&key(KeyTerm::Expr(call("lower")), None)));
        assert!(!keeps_apart(&key(KeyTerm::Expr(call("length")), None)));
    }

    #[test]
    fn only_the_presence_of_its_own_columns_is_no_excuse_for_a_partial_key() {
        let present = |column| Expr::IsNull { operand: Box::new(Expr::Column(column)), negated: true };
        let of = |predicate| key(KeyTerm::Column(ColumnIdx(0)), Some(predicate));
        assert!(predicate_is_presence(&of(present(ColumnIdx(0)))));
        assert!(!predicate_is_presence(&of(present(ColumnIdx(1)))));
        assert!(!predicate_is_presence(&of(Expr::Literal(Literal::Boolean(true)))));
    }
}
