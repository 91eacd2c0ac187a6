//! What a key's expressions and predicate say of its columns: whether the key can be held by its columns alone.

use super::effective_key::{EffectiveKey, columns_of, each_once};
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, KeyPart, KeyTerm, Literal, SqlType};
use seedbed_solver::is_strict;

impl EffectiveKey {
    /// Whether different values of the key's columns are different values of its expressions: of those that only change
    /// case, replace NULL or hash, where the values differ in more than case and accents, as those of lists do. False
    /// of an exclusion of ranges, which differ and overlap.
    ///
    /// ```text
    /// UNIQUE (lower(email))      true
    /// UNIQUE (length(email))     false
    /// ```
    pub fn keeps_apart(&self) -> bool {
        self.overlaps.is_empty() && self.parts.iter().all(|part| keeps_part(&part.term))
    }

    /// The columns of which different values are different values of the key, whatever its other columns are.
    ///
    /// ```text
    /// UNIQUE (tenant, lower(email), length(note))      tenant, email
    /// ```
    pub fn telling_columns(&self) -> Vec<ColumnIdx> {
        each_once(self.parts.iter().filter(|part| keeps_part(&part.term)).flat_map(columns_of))
    }

    /// Whether a NULL in a column keeps a row from colliding: a part of the key is NULL then, or the key's predicate asks
    /// for the column's presence. Where only expressions read it, they must not hide the NULL.
    pub fn excuses_null(&self, column: ColumnIdx) -> bool {
        let mut reading = self.parts.iter().filter(|part| columns_of(part).contains(&column)).peekable();
        let is_null = |part: &KeyPart| match &part.term {
            KeyTerm::Column(_) => true,
            KeyTerm::Expr(e) => is_strict(e),
        };
        let left_out = || self.predicate.as_ref().is_some_and(|p| requires_presence(p, column));
        !self.primary
            && self.nulls_distinct
            && (reading.peek().is_none() || reading.any(is_null) || left_out())
    }

    /// Whether the key is partial and says nothing of some rows that a NULL doesn't excuse anyway.
    pub fn excuses_rows(&self) -> bool {
        self.predicate.is_some() && !self.is_of_present_rows()
    }

    /// Whether the key is partial, and its predicate says only that its own columns are present: it then excuses no row
    /// that a NULL doesn't excuse anyway.
    fn is_of_present_rows(&self) -> bool {
        self.predicate.as_ref().is_some_and(|p| asks_for_presence(p, self))
    }
}

/// Whether different values of a part's columns are different values of it.
fn keeps_part(term: &KeyTerm) -> bool {
    match term {
        KeyTerm::Column(_) => true,
        KeyTerm::Expr(e) => keeps(e),
    }
}

/// Functions of which different arguments have different values, as good as always of a digest.
const INJECTIVE: [&str; 21] = [
    "lower",
    "upper",
    "lcase",
    "ucase",
    "md5",
    "sha",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "hex",
    "to_hex",
    "unhex",
    "reverse",
    "to_base64",
    "from_base64",
    "quote",
    "quote_literal",
    "uuid_to_bin",
    "bin_to_uuid",
];

/// Such functions with a second argument that says how.
const IN_A_FORM: [&str; 7] =
    ["sha2", "digest", "encode", "decode", "convert_to", "convert_from", "uuid_to_bin"];

/// Whether different values of the columns are different values of the expression.
fn keeps(e: &Expr) -> bool {
    match e {
        Expr::Column(_) => true,
        Expr::Row(items) => matches!(items.as_slice(), [item] if keeps(item)),
        Expr::Collate { operand, .. } => keeps(operand),
        // As a date, a number or a shorter text, values may become the same.
        Expr::Cast { operand, target } => {
            let whole = matches!(
                target,
                SqlType::Text { .. }
                    | SqlType::Varchar { length: None }
                    | SqlType::Blob { max_bytes: None }
                    | SqlType::Uuid
            );
            (whole || holds_digest(target, operand)) && keeps(operand)
        }
        Expr::Binary { op: BinaryOp::Concat, left, right } => keeps_one(&[left, right]),
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            (name, [operand]) if INJECTIVE.contains(&name) => keeps(operand),
            // In a form or by an algorithm that is the same for all rows.
            (name, [operand, form]) if IN_A_FORM.contains(&name) => {
                keeps(operand) && form.columns().is_empty()
            }
            ("coalesce" | "ifnull" | "nullif", [operand, constant]) => {
                keeps(operand) && constant.columns().is_empty()
            }
            ("concat", parts) => keeps_one(&parts.iter().collect::<Vec<&Expr>>()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a type of a limited length holds all of a digest.
fn holds_digest(target: &SqlType, digest: &Expr) -> bool {
    let length = match target {
        SqlType::Char { length } | SqlType::Varchar { length } => *length,
        SqlType::Binary { length } | SqlType::Varbinary { length } => *length,
        _ => None,
    };
    length.zip(digest_length(digest)).is_some_and(|(most, length)| length <= most)
}

/// The characters or bytes of a digest, which are as many for every value.
fn digest_length(e: &Expr) -> Option<u32> {
    let Expr::Function { name, args } = e else { return None };
    Some(match (name.as_str(), args.as_slice()) {
        ("md5", _) => 32,
        ("sha" | "sha1", _) => 40,
        ("sha224", _) => 28,
        ("sha256", _) => 32,
        ("sha384", _) => 48,
        ("sha512", _) => 64,
        ("sha2", [_, Expr::Literal(Literal::Integer(0))]) => 64,
        ("sha2", [_, Expr::Literal(Literal::Integer(bits))]) => u32::try_from(*bits).ok()? / 4,
        ("unhex", [digits]) => digest_length(digits)? / 2,
        ("hex", [of]) => digest_length(of)? * 2,
        ("encode", [of, Expr::Literal(Literal::Text(form))]) if form == "hex" => digest_length(of)? * 2,
        ("lower" | "upper", [of]) => digest_length(of)?,
        _ => return None,
    })
}

/// Whether one of some parts that are put together keeps values apart, and the others are constants.
fn keeps_one(parts: &[&Expr]) -> bool {
    let (varying, _): (Vec<&Expr>, Vec<&Expr>) = parts.iter().partition(|part| !part.columns().is_empty());
    matches!(varying.as_slice(), [part] if keeps(part))
}

/// Whether a predicate is a conjunction of which one part is `column IS NOT NULL`.
fn requires_presence(e: &Expr, column: ColumnIdx) -> bool {
    match e {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            requires_presence(left, column) || requires_presence(right, column)
        }
        Expr::IsNull { operand, negated: true } => matches!(&**operand, Expr::Column(c) if *c == column),
        _ => false,
    }
}

/// Whether a predicate is a conjunction of `column IS NOT NULL` over a key's columns.
fn asks_for_presence(e: &Expr, key: &EffectiveKey) -> bool {
    match e {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            asks_for_presence(left, key) && asks_for_presence(right, key)
        }
        Expr::IsNull { operand, negated: true } => {
            matches!(&**operand, Expr::Column(c) if key.columns.contains(c))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_rows::explain::{KeyKind, KeyName};
    use seedbed_schema_model::Span;

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
        assert!(key(KeyTerm::Expr(call("lower")), None).keeps_apart());
        assert!(!key(KeyTerm::Expr(call("length")), None).keeps_apart());
    }

    #[test]
    fn a_digest_keeps_values_apart_where_its_algorithm_is_the_same_for_all_rows() {
        let digest =
            |by| Expr::Function { name: "sha2".to_owned(), args: vec![Expr::Column(ColumnIdx(0)), by] };
        assert!(key(KeyTerm::Expr(digest(Expr::integer(256))), None).keeps_apart());
        assert!(!key(KeyTerm::Expr(digest(Expr::Column(ColumnIdx(1)))), None).keeps_apart());
        assert!(key(KeyTerm::Expr(call("unhex")), None).keeps_apart());
        let stored = |length| Expr::Cast {
            operand: Box::new(digest(Expr::integer(256))),
            target: SqlType::Varchar { length: Some(length) },
        };
        assert!(key(KeyTerm::Expr(stored(64)), None).keeps_apart());
        assert!(!key(KeyTerm::Expr(stored(8)), None).keeps_apart(), "eight digits may be the same");
    }

    #[test]
    fn a_cast_keeps_values_apart_where_it_keeps_all_of_them() {
        let cast = |target| Expr::Cast { operand: Box::new(Expr::Column(ColumnIdx(0))), target };
        assert!(key(KeyTerm::Expr(cast(SqlType::TEXT)), None).keeps_apart());
        assert!(!key(KeyTerm::Expr(cast(SqlType::Date)), None).keeps_apart(), "the day of a timestamp");
    }

    #[test]
    fn constants_around_a_column_change_nothing() {
        let joined = |a, b| Expr::binary(BinaryOp::Concat, a, b);
        let column = |c| Expr::Column(ColumnIdx(c));
        assert!(key(KeyTerm::Expr(joined(Expr::text("no. "), column(0))), None).keeps_apart());
        assert!(
            !key(KeyTerm::Expr(joined(column(0), column(1))), None).keeps_apart(),
            "'a' 'bc' and 'ab' 'c'"
        );
    }

    #[test]
    fn a_column_tells_rows_apart_that_no_expression_merges() {
        let mut of_both = key(KeyTerm::Expr(call("length")), None);
        assert_eq!(of_both.telling_columns(), []);
        of_both.parts.push(KeyPart::column(ColumnIdx(1)));
        assert_eq!(of_both.telling_columns(), [ColumnIdx(1)]);
    }

    #[test]
    fn only_the_presence_of_its_own_columns_is_no_excuse_for_a_partial_key() {
        let present = |column| Expr::IsNull { operand: Box::new(Expr::Column(column)), negated: true };
        let of = |predicate| key(KeyTerm::Column(ColumnIdx(0)), Some(predicate));
        assert!(of(present(ColumnIdx(0))).is_of_present_rows());
        assert!(!of(present(ColumnIdx(1))).is_of_present_rows());
        assert!(!of(Expr::Literal(Literal::Boolean(true))).is_of_present_rows());
    }

    #[test]
    fn a_null_excuses_a_row_unless_an_expression_may_hide_it() {
        let present = Expr::IsNull { operand: Box::new(Expr::Column(ColumnIdx(0))), negated: true };
        assert!(key(KeyTerm::Column(ColumnIdx(0)), None).excuses_null(ColumnIdx(0)));
        assert!(!key(KeyTerm::Expr(call("coalesce")), None).excuses_null(ColumnIdx(0)));
        assert!(key(KeyTerm::Expr(call("coalesce")), Some(present)).excuses_null(ColumnIdx(0)));
        assert!(key(KeyTerm::Expr(call("lower")), None).excuses_null(ColumnIdx(0)));
    }
}
